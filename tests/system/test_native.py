"""Shell and sysusers.d with tmpfiles.d leave the same accounts and directories, on every systemd that there is a root of."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.effective import Effective
from app.host.prep import prepare_script
from app.host.record import RECORD
from app.host.sysusers import file_of, sysusers
from app.host.tmpfiles import tmpfiles
from app.unitfile.render import render
from app.values import ancestors
from tests.support.configurations import EXAMPLES, LEAST, Parameters, read, unit_of, with_values
from tests.system import generated, lab
from tests.system.test_preparation import ACCOUNT_FILES, Debian

VERSIONS = [247, 252, 254, 257, 262]
GENERATED = 20
PREPARED = {
    "name", "systemd", "Type", "ExecStart", "User", "Group", "account", "DynamicUser", "SupplementaryGroups", "ReadWritePaths", "own", "UMask",
    *(f"{kind}Directory{end}" for kind in ("State", "Cache", "Logs", "Runtime", "Configuration") for end in ("", "Mode")),
}  # fmt: skip
"""The parameters of generated forms that matter to the preparation; with the others most would not start."""

IN_COPY = "useradd --no-create-home --uid 1500 --gid users alice; [ -e /usr/bin/true ] || ln -s /bin/true /usr/bin/true" + generated.MACHINE  # fmt: skip
BEFORE = "groupadd -r ssl-cert; groupadd -r docker;" + IN_COPY
"""What the machine has before: groups of packages, an account that exists, and what the forms name."""


def examples(version: int) -> Iterator[Parameters]:
    """The starter and the examples of the guide, each with a name of its own and a program that runs on."""
    for number, parameters in enumerate(EXAMPLES.values()):
        named = [(key, value.replace("myapp", f"ex{number}")) for key, value in parameters]
        yield with_values(named, systemd=str(version), ExecStart="/bin/sleep infinity")


def drawn(version: int) -> Iterator[Parameters]:
    """Generated forms that the door takes, of which only what is prepared is kept."""
    for number in range(1000):
        kept = [pair for pair in generated.parameters(number, version) if pair[0] in PREPARED]
        parameters = with_values(kept, ExecStart="/usr/bin/true")
        if read(parameters).is_valid:
            yield parameters


def units(version: int) -> list[Effective]:
    """All units of the comparison."""
    found = [Effective(unit_of(parameters)) for parameters in examples(version)]
    more = drawn(version)
    return found + [Effective(unit_of(next(more))) for _ in range(GENERATED)]


def put(copy: Path, path: str, text: str) -> None:
    """Write a file into a throw-away root."""
    lab.run_in(copy, ["install", "-D", "-m", "644", "/dev/stdin", path], input=text, check=True)


ACCOUNTS = """
cut -d: -f1,5- /etc/passwd | sort
cat /etc/passwd | while IFS=: read -r name _; do id -gn -- "$name" | sed "s/^/$name is in /"; passwd -S -- "$name" | cut -d' ' -f1,2; done | sort
cut -d: -f1,4 /etc/group | sort
awk -F: '$3 < 100 || $3 > 999 { print $1, $3 }' /etc/passwd | sort
"""
"""Accounts without the numbers that the machine chose: name, home and shell, primary group, lock, members."""


def left_out(texts: list[str]) -> set[str]:
    """The paths of which files say that they leave them out."""
    return {path for text in texts for path in re.findall(r"^# (/.*) is left out: ", text, re.MULTILINE)}


def state(debian: Debian) -> tuple[str, dict[str, str]]:
    """Accounts, and every file but those that hold accounts with type, mode, owner and group by name, and target."""
    ignored = ("/etc/sysusers.d", "/etc/tmpfiles.d", RECORD, *ACCOUNT_FILES - {"/etc"})
    find = (
        r"find / -xdev -mindepth 1 -path /tmp -prune -o -printf '%p\t%y %#m %u:%g %l\0' | LC_ALL=C tr '\200-\377' '?'"
    )
    rows = (row.rsplit("\t", 1) for row in debian.do(find).split("\0")[:-1])
    return debian.do(ACCOUNTS), {path: row for path, row in rows if not path.startswith(ignored)}


def different(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """The paths that are in one alone, or not the same in both."""
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest, root252: Path) -> int:
    """Every systemd that there is a root of; root252 asks whether this machine can have any."""
    return int(request.param)


def test_native_files_leave_the_same_state_as_the_shell(version: int, say: Callable[..., None]) -> None:
    all_units, tree = units(version), lab.root(version)
    with lab.throwaway(tree) as copy:
        debian = Debian(copy)
        debian.do(IN_COPY)
        for unit in all_units:
            assert debian.pipe(prepare_script(unit)).returncode == 0, prepare_script(unit)
        by_shell = state(debian)
    with lab.throwaway(tree) as copy:
        debian = Debian(copy)
        debian.do(IN_COPY)
        texts = []
        for unit in all_units:
            texts += [sysusers(unit), tmpfiles(unit)]
            put(copy, f"/etc/sysusers.d/{file_of(unit)}", texts[-2])
            put(copy, f"/etc/tmpfiles.d/{file_of(unit)}", texts[-1])
        names = [file_of(unit) for unit in all_units]
        assert_said(copy, version, [f"/etc/sysusers.d/{name}" for name in names], r"Creating (group|user) .*|Would write /etc/.*")  # fmt: skip
        for _ in range(2):
            done = lab.run_in(copy, ["systemd-tmpfiles", "--create", *(f"/etc/tmpfiles.d/{name}" for name in names)])  # fmt: skip
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        by_systemd = state(debian)
    missing = left_out(texts)
    assert by_systemd[0] == by_shell[0]
    with_ways = missing | {way for path in missing for way in ancestors(path)}
    assert different(by_shell[1], by_systemd[1]) <= with_ways
    say(f"systemd {version}: sysusers.d and tmpfiles.d of {len(all_units)} units leave what the shell leaves; {len(missing)} directories are left out in so many words")  # fmt: skip


def assert_said(copy: Path, version: int, paths: list[str], allowed: str) -> None:
    """systemd-sysusers only says what it makes, tried and in earnest, and nothing the second time."""
    for options in ([["--dry-run"]] if version >= 250 else []) + [[], []]:
        done = lab.run_in(copy, ["systemd-sysusers", *options, *paths])
        assert done.returncode == 0
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line]
        assert [line for line in lines if not re.fullmatch(allowed, line)] == []
    assert lines == []


@pytest.mark.parametrize("pam", [{}, {"PAMName": "login"}], ids=["without PAM", "with PAM"])
def test_an_account_is_locked_if_the_service_still_starts(guest257: lab.Guest, pam: dict[str, str]) -> None:
    name = f"native{len(pam)}"
    given = with_values(LEAST, name=name, User=name, systemd="257", Type="oneshot", **pam)
    guest257.write(f"/etc/sysusers.d/{name}.conf", sysusers(Effective(unit_of(given))))
    guest257.run(["systemd-sysusers", f"/etc/sysusers.d/{name}.conf"], check=True)
    guest257.write(f"/run/systemd/system/{name}.service", render(unit_of(given)))
    guest257.run(["systemctl", "daemon-reload"], check=True)
    guest257.run(["systemctl", "start", name], check=True)
    expires = guest257.run(["sh", "-c", f"grep ^{name}: /etc/shadow | cut -d: -f8"]).stdout.strip()
    assert (expires == "1") == (not pam)


def test_a_locked_account_keeps_a_service_with_pam_from_starting(guest257: lab.Guest) -> None:
    guest257.write("/etc/sysusers.d/locked.conf", "u! native-locked - - /nonexistent /usr/sbin/nologin\n")
    guest257.run(["systemd-sysusers", "/etc/sysusers.d/locked.conf"], check=True)
    given = with_values(LEAST, User="native-locked", systemd="257", Type="oneshot", PAMName="login")
    guest257.write("/run/systemd/system/native-locked.service", render(unit_of(given)))
    guest257.run(["systemctl", "daemon-reload"], check=True)
    assert guest257.run(["systemctl", "start", "native-locked"]).returncode != 0
    shown = guest257.run(["systemctl", "show", "-p", "ExecMainStatus", "native-locked"], check=True)
    assert shown.stdout == "ExecMainStatus=224\n"
    guest257.run(["systemctl", "reset-failed", "native-locked"], check=True)

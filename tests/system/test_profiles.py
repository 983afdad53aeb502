"""Profiles and examples on booted systemd: prepared twice, started, run as who the page says; and harmless to forms of every kind."""

import shlex
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from app import profiles
from app.effective import Effective
from app.host.prep import prepare_script
from app.profiles import PROFILES
from app.unitfile.model import UnitFile
from app.unitfile.render import render
from tests.support.configurations import EXAMPLES, Parameters, unit_of, with_values
from tests.system import lab
from tests.system.generated import FOLDER, Batch, forms, settle, unsettle

VERSIONS = (252, 257, 262)
FORMS = 200
LEAST_STARTED = 120
DYNAMIC = range(61184, 65520)

PLAIN: Parameters = [("name", "myapp"), ("ExecStart", "/usr/local/bin/myapp"), ("StateDirectory", "myapp")]
RICH = with_values(
    EXAMPLES["managed-directories"],
    own=["/srv/myapp/data", "/opt/myapp/read::ro"],
    SupplementaryGroups="ssl-cert",
    ExecStart="/srv/myapp/bin/program",
    WorkingDirectory="/srv/myapp",
)
MANAGED = with_values(EXAMPLES["managed-directories"], ExecStart="/srv/myapp/bin/program")


@pytest.fixture(params=VERSIONS)
def guest(request: pytest.FixtureRequest) -> lab.Guest:
    """A booted guest of each version."""
    booted: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    return booted


class Case(NamedTuple):
    """A unit that is prepared, started and looked at."""

    key: str
    unit: UnitFile


def cases(version: int) -> Iterator[Case]:
    """The examples, and every profile of a bare form and of a rich one; each with names of its own."""
    for key, example in EXAMPLES.items():
        yield Case(key, _renamed(example, f"e-{key}", version))
    starts = {"plain": PLAIN, "managed": MANAGED, "rich": RICH}
    for row in PROFILES:
        for start, parameters in starts.items():
            unit = _renamed(parameters, f"{start[0]}-{row.key}", version)
            try:
                yield Case(f"{row.key} of {start}", profiles.apply(row, unit))
            except ValueError:
                assert (row.key, start) == ("dynamic-user", "rich")


def _renamed(parameters: Parameters, name: str, version: int) -> UnitFile:
    """The unit of parameters under another name, with accounts and directories of that name."""
    renamed = [(key, value.replace("myapp", name)) for key, value in parameters if key != "systemd"]
    return unit_of([("systemd", str(version)), *renamed])


def test_examples_and_profiles_start_and_run_as_predicted(guest: lab.Guest, say: Callable[..., None]) -> None:
    version = int(guest.run(["systemctl", "--version"]).stdout.split()[1])
    found = list(cases(version))
    guest.run(["sh", "-euc", "for g in ssl-cert docker; do getent group $g || groupadd -r $g; done"], check=True)
    for case in found:
        prepare_twice(guest, case)
        guest.write(f"{FOLDER}/{case.unit.name}.service", render(case.unit))
    files = [f"{case.unit.name}.service" for case in found]
    guest.run(["systemctl", "daemon-reload"], check=True)
    started = guest.run(["systemctl", "start", *files], timeout=120)
    assert started.returncode == 0, started.stderr
    looked = sum(look(guest, case) for case in found)
    guest.run(["systemctl", "stop", *files], check=True)
    say(f"systemd {version}: {len(found)} units prepared twice and started, {looked} directories as the page says")
    assert looked > len(found)


def prepare_twice(guest: lab.Guest, case: Case) -> None:
    """Run the preparation twice; the second time changes nothing. Then put the program where the unit has it."""
    listing = "find /etc /opt /srv -xdev -printf '%p %y %m %U:%G %l %s %T@\\n' | sort"
    script = prepare_script(Effective(case.unit))
    done = guest.run(["sh"], input=script)
    assert (done.returncode, done.stderr) == (0, ""), (case.key, done.stderr)
    before = guest.run(["sh", "-c", listing], check=True).stdout
    done = guest.run(["sh"], input=script)
    assert (done.returncode, done.stderr) == (0, ""), (case.key, done.stderr)
    assert guest.run(["sh", "-c", listing], check=True).stdout == before, case.key
    program = case.unit.value("ExecStart")
    guest.write(program, "#!/bin/sh\nexec sleep 600\n", mode=0o755)


def look(guest: lab.Guest, case: Case) -> int:
    """Hold the process and the directories against what is said of them; how many directories there were."""
    unit = Effective(case.unit)
    pid = guest.run(["systemctl", "show", "--value", "-p", "MainPID", f"{case.unit.name}.service"]).stdout.strip()
    status = dict(
        line.split(":", 1) for line in guest.run(["cat", f"/proc/{pid}/status"], check=True).stdout.splitlines()
    )
    uids, gids = ({int(number) for number in status[key].split()} for key in ("Uid", "Gid"))
    assert (len(uids), len(gids)) == (1, 1), case.key
    user, group = *uids, *gids
    names = [f"getent group {shlex.quote(name)} | cut -d: -f3" for name in unit.supplementary_groups]
    wanted = {int(line) for line in guest.run(["sh", "-euc", "\n".join(names)]).stdout.split()} | {group}
    assert {int(number) for number in status["Groups"].split()} | {group} == wanted, case.key
    if unit.is_dynamic:
        assert user in DYNAMIC, case.key
        assert user == group, case.key
    elif unit.identity == "root":
        assert (user, group) == (0, 0), case.key
    else:
        assert guest.run(["id", "-un", str(user)]).stdout.strip() == unit.user, case.key
        assert guest.run(["id", "-gn", unit.user]).stdout.strip() == unit.group, case.key
        assert guest.run(["id", "-g", unit.user]).stdout.strip() == str(group), case.key
    expected = dict(_directories(unit, user, group))
    if expected:
        shown = guest.run(["nsenter", "-t", pid, "-m", "stat", "-L", "-c", "%u:%g %a", "--", *expected])
        assert shown.stdout.splitlines() == list(expected.values()), (case.key, list(expected), shown.stderr)
    return len(expected)


def _directories(unit: Effective, user: int, group: int) -> Iterator[tuple[str, str]]:
    """The directories of a unit, each with owner, group and mode."""
    for directory in unit.managed:
        owner, mode = user, directory.mode
        if directory.row.root == "/etc":
            owner, mode = 0, "755" if unit.is_dynamic else unit.file.value(directory.row.mode_directive) or "750"
        of = 0 if directory.row.root == "/etc" and unit.is_dynamic else group
        yield directory.path, f"{owner}:{of} {mode.lstrip('0')}"
    for own in unit.file.own:
        yield own.path, f"{user}:{group} {own.effective_mode.lstrip('0')}"


def test_a_form_that_starts_still_starts_with_every_profile(guest: lab.Guest, say: Callable[..., None]) -> None:
    version = int(guest.run(["systemctl", "--version"]).stdout.split()[1])
    drawn = forms(FORMS, version)
    settle(guest)
    started = {name for name, is_up in Batch(guest, drawn).start().items() if is_up}
    failed: list[str] = []
    counts: dict[str, tuple[int, int]] = {}
    for row in PROFILES:
        made = {unit.name: _made(row, unit) for unit in drawn if unit.name in started}
        changed = [made_of for unit in drawn if (made_of := made.get(unit.name)) not in (None, unit)]
        up = Batch(guest, [unit for unit in changed if unit]).start() if changed else {}
        failed += [f"{row.key} of {name}" for name, is_up in up.items() if not is_up]
        counts[row.key] = len(up), sum(unit is None for unit in made.values())
    unsettle(guest, [unit.name for unit in drawn])
    say(f"systemd {version}: {len(drawn)} forms, {len(started)} start by themselves; with a profile:")
    for key, (tried, refused) in counts.items():
        say(f"  {key:16} {tried:4} changed and started, {refused:3} not for the form")
    say(f"  {sum(tried for tried, _ in counts.values())} units, {len(failed)} failures")
    assert failed == []
    assert len(started) >= LEAST_STARTED
    assert min(tried for tried, _ in counts.values()) > 20


def _made(row: profiles.Profile, unit: UnitFile) -> UnitFile | None:
    try:
        return profiles.apply(row, unit)
    except ValueError:
        return None

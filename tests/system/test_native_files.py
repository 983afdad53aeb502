"""Files in /etc/sysusers.d and /etc/tmpfiles.d on real systems: no vendor's file is hidden, and undo removes only ours."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.effective import instances_of
from app.host.sysusers import file_name, sysusers, text_at
from app.host.tmpfiles import text_before, tmpfiles
from app.host.undo import undo_script
from tests.support.configurations import LEAST, Parameters, query, unit_of, with_values
from tests.system import lab
from tests.system.test_native import put
from tests.web.test_archive import packed

VERSIONS = [247, 252, 254, 257, 262]
TOOLS = {"sysusers.d": "systemd-sysusers", "tmpfiles.d": "systemd-tmpfiles"}
NATIVE = re.compile(r"/etc/((?:sysusers|tmpfiles)\.d/[^\s,'\"<]+)")
ADDRESSES = ("/", "/sysusers.conf", "/tmpfiles.conf", "/ansible.yml", "/prep.sh", "/install.sh")


def vendor_files(tree: Path) -> set[str]:
    """The vendor's files of a root, such as tmpfiles.d/systemd.conf."""
    return {f"{folder}/{path.name}" for folder in TOOLS for path in (tree / "usr/lib" / folder).glob("*.conf")}


def unit_names(tree: Path) -> list[str]:
    """The names that vendors gave these files, as names of units; whatever else they are, systemd is one."""
    names = sorted({Path(file).stem for file in vendor_files(tree)})
    assert "systemd" in names
    assert len(names) > 10
    return names


def configuration(name: str, version: int) -> Parameters:
    """A unit of this name that creates an account and directories."""
    return with_values(LEAST, name=name, systemd=str(version), User="shadow-try", own="/srv/shadow-try/data", ConfigurationDirectory="shadow-try")  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_no_output_names_a_vendors_file(
    root252: Path, version: int, client: FlaskClient, say: Callable[..., None]
) -> None:
    tree = lab.root(version)
    vendors, names = vendor_files(tree), unit_names(tree)
    for name in names:
        parameters = configuration(name, version)
        texts = [client.get(f"{address}?{query(parameters)}").text for address in ADDRESSES]
        report = client.get(f"/report.json?{query(parameters)}").json or {}
        texts += [text for key, text in report.items() if isinstance(text, str) and key != "undo"]
        archived = packed(client, parameters)
        texts += [text for path, (text, _) in archived.items() if path != "undo.sh"]
        named = {found for text in texts for found in NATIVE.findall(text)}
        named |= {path for path in archived if path.startswith(tuple(TOOLS))}
        assert named == {f"{folder}/{file_name(name)}" for folder in TOOLS}
        assert not named & vendors
    say(f"systemd {version}: no output for {len(names)} units with a vendor's name names one of {len(vendors)} vendor files")  # fmt: skip


HEADER = re.compile(r"^# (/\S+\.conf)$\n", re.MULTILINE)


def configured(copy: Path) -> dict[str, str]:
    """What systemd reads of both formats: the text of each file by its path, vendors' files that are hidden not among them."""
    found: dict[str, str] = {}
    for tool in TOOLS.values():
        said = lab.run_in(copy, [tool, "--cat-config"], check=True).stdout
        _, *parts = HEADER.split(said)
        found |= dict(zip(parts[::2], (text.strip("\n") for text in parts[1::2]), strict=True))
    return found


@pytest.mark.parametrize("version", [252, 257, 262])
def test_systemd_still_reads_every_vendors_file(root252: Path, version: int, client: FlaskClient, say: Callable[..., None]) -> None:  # fmt: skip
    tree = lab.root(version)
    with lab.throwaway(tree) as copy:
        before = configured(copy)
        assert {f"/usr/lib/{file}" for file in vendor_files(tree)} <= before.keys()
        for name in unit_names(tree):
            data = client.get(f"/archive.tar.gz?{query(configuration(name, version))}").data
            unpack = f"rm -rf /root/try; mkdir /root/try; base64 -d | tar -xz --strip-components=1 -C /root/try; cd /root/try; sh -euc '{in_place_of_step_2(client, name, version)}'"
            lab.run_in(copy, ["sh", "-euc", unpack], input=base64.b64encode(data).decode(), check=True)
        after = configured(copy)
        assert {path: after.get(path) for path in before} == before
        assert after.keys() - before.keys() == {
            f"/etc/{folder}/{file_name(name)}" for folder in TOOLS for name in unit_names(tree)
        }
        assert lab.run_in(copy, ["stat", "-c", "%U:%G %a", "/srv/shadow-try/data"]).stdout == "shadow-try:shadow-try 750\n"  # fmt: skip
    say(f"systemd {version}: reads all of {len(before)} files as before, and {len(after) - len(before)} of ours")


def in_place_of_step_2(client: FlaskClient, name: str, version: int) -> str:
    """The two lines of the README that replace the preparation script."""
    readme = packed(client, configuration(name, version))["README"][0]
    lines = [line.strip() for line in readme.splitlines() if line.startswith("  install -D ")]
    assert len(lines) == 2
    return "\n".join(lines)


# --- undo -------------------------------------------------------------------------------------------

UNIT = with_values(LEAST, name="native-try", systemd="252", User="native-try", own="/srv/native-try")
TEMPLATE = with_values(UNIT, name="native-try@", own="/srv/native-try/%i", instance=["one", "two"])
INCOMPLETE = with_values(UNIT, User="games", account="existing", ConfigurationDirectory="native-try")
STAYS = re.compile(r"(/etc/\S+\.conf)(?: stays)?: this tool did not write this file for this unit, or somebody changed it\. Read it, and remove it yourself if nothing needs it\.$", re.MULTILINE)  # fmt: skip


def made_files(parameters: Parameters) -> dict[str, str]:
    """The files of a unit under today's names, and under those of earlier releases."""
    units = instances_of(unit_of(parameters))
    name = units[0].file.name
    old_sysusers, old_tmpfiles = f"/etc/sysusers.d/{name}.conf", f"/etc/tmpfiles.d/{name}.conf"
    return {
        f"/etc/sysusers.d/unit-{name}.conf": sysusers(*units),
        f"/etc/tmpfiles.d/unit-{name}.conf": tmpfiles(*units),
        old_sysusers: text_at(old_sysusers, *units),
        old_tmpfiles: text_before(old_tmpfiles, *units),
    }


def left(copy: Path) -> list[str]:
    """What is in the two folders."""
    return lab.run_in(copy, ["sh", "-c", "find /etc/sysusers.d /etc/tmpfiles.d -mindepth 1 | sort"]).stdout.split()


def undo(copy: Path, parameters: Parameters) -> list[str]:
    """The files that the undo script says it leaves; it must go through to its end and name no other."""
    done = lab.run_in(copy, ["sh", "-s"], input=undo_script(*instances_of(unit_of(parameters))))
    assert done.returncode == 0, done.stderr
    found = STAYS.findall(done.stdout + done.stderr)
    assert len(found) == (done.stdout + done.stderr).count(".d/"), done.stderr
    return found


@pytest.fixture(params=[252, 257])
def copy(request: pytest.FixtureRequest, root252: Path) -> Iterator[Path]:
    """A throw-away root."""
    with lab.throwaway(lab.root(request.param)) as made:
        lab.run_in(made, ["mkdir", "-p", "/etc/sysusers.d", "/etc/tmpfiles.d"], check=True)
        yield made


@pytest.mark.parametrize("parameters", [UNIT, TEMPLATE, INCOMPLETE], ids=["unit", "template", "existing account"])
def test_undo_removes_the_files_that_this_tool_created(copy: Path, parameters: Parameters) -> None:
    before = left(copy)
    for path, text in made_files(parameters).items():
        put(copy, path, text)
    assert undo(copy, parameters) == []
    assert left(copy) == before
    assert undo(copy, parameters) == []


CHANGES: dict[str, str] = {
    "a line more": "echo 'd /srv/more' >>{}",
    "a comment more": "echo '# ours' >>{}",
    "a comment less": "sed -i 1d {}",
    "a byte less": "truncate -s -1 {}",
    "an empty file": "truncate -s 0 {}",
    "a file of the administrator's": "echo 'd /run/other' >{}",
    "a mask": "ln -sf /dev/null {}",
    "a link to a copy of the same text": "mv {0} /root/same; ln -s /root/same {0}",
    "a directory": "rm {0}; mkdir {0}",
    "a pipe": "rm {0}; mkfifo {0}",
}
"""What makes a file another one than this tool made."""


@pytest.mark.parametrize("key", CHANGES)
def test_undo_leaves_every_other_file_and_reports_it(copy: Path, key: str) -> None:
    files = made_files(UNIT)
    for path, text in files.items():
        put(copy, path, text)
        lab.run_in(copy, ["sh", "-euc", CHANGES[key].format(path)], check=True)
    before = lab.run_in(copy, ["sh", "-c", "ls -l /etc/sysusers.d /etc/tmpfiles.d"]).stdout
    assert undo(copy, UNIT) == list(files)
    assert lab.run_in(copy, ["sh", "-c", "ls -l /etc/sysusers.d /etc/tmpfiles.d"]).stdout == before


def test_undo_of_some_instances_leaves_the_file_of_all(copy: Path) -> None:
    today = {path: text for path, text in made_files(TEMPLATE).items() if "/unit-" in path}
    for path, text in today.items():
        put(copy, path, text)
    assert undo(copy, with_values(TEMPLATE, instance=["one"])) == list(today)


@pytest.mark.parametrize("name", ["systemd", "dbus"])
def test_undo_touches_no_file_that_replaces_a_vendors(copy: Path, name: str) -> None:
    for folder in TOOLS:
        put(copy, f"/etc/{folder}/{name}.conf", "# the administrator's own\n")
    assert undo(copy, with_values(UNIT, name=name)) == [f"/etc/{folder}/{name}.conf" for folder in TOOLS]

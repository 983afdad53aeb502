"""Several services on a booted systemd: one preparation for all, and the services themselves try what the matrix says."""

from collections.abc import Callable

import pytest

from app import server
from app.analysis.access import WORDS
from app.server import Server
from app.unitfile import links
from app.unitfile.model import UnitFile
from app.web.form.server_form import ServerReport, read
from tests.server.cases import bare, starter
from tests.system import lab

VERSIONS = (252, 257, 262)
READ_WRITE, READ_ONLY, HIDDEN, DENIED, _ = WORDS
TRIED = {READ_WRITE: "rw", READ_ONLY: "r-", HIDDEN: "--", DENIED: "--"}
"""What a service that tries finds, by the words of the matrix."""

# Waits until all services are up, then lists each directory and makes a file in it.
PROBE = r"""#!/bin/sh
until [ -e /run/go ]; do sleep 0.05; done
while read -r path; do
  r=- w=-
  ls "$path" >/dev/null 2>&1 && r=r
  (: >"$path/.try-$1") 2>/dev/null && w=w && rm -f "$path/.try-$1"
  echo "tried $path $r$w"
done </etc/paths
echo "tried all"
exec sleep 300
"""


def _probing(name: str, **values: str | list[str]) -> UnitFile:
    program = values.pop("program", "/usr/local/bin/probe")
    return starter(name, ExecStart=f"{program} {name}", **values)


def _apart(version: str) -> list[UnitFile]:
    """Services that have nothing in common, of every kind of directory."""
    target = {"systemd": version}
    closed = {"StateDirectoryMode": "0700", "LogsDirectoryMode": "0700"}
    return [
        _probing("a", own="/srv/a/data:0700", program="/srv/a/bin/probe", **target),
        _probing("b", own=["/opt/b:0700", "/srv/b b:0750:ro"], **target),
        bare("c", ExecStart="/usr/local/bin/probe c", User=[], DynamicUser="yes", StateDirectory="c", LogsDirectory="c", **closed, **target),
        bare("d", ExecStart="/usr/local/bin/probe d", StateDirectory="d d2/x", ConfigurationDirectory="d", **closed, **target),
    ]  # fmt: skip


def _of_one_user(version: str) -> list[UnitFile]:
    return [_probing(name, User="www", Group="www", systemd=version) for name in "ab"]


SERVERS: dict[str, Callable[[str], list[UnitFile]]] = {
    "apart": _apart,
    "apart and hidden": lambda version: list(server.hide_siblings(Server.of(_apart(version)))),
    "of one user": _of_one_user,
    "of one user and hidden": lambda version: list(server.hide_siblings(Server.of(_of_one_user(version)))),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("units", SERVERS.values(), ids=SERVERS)
def test_services_have_the_access_in_the_matrix(
    version: int,
    units: Callable[[str], list[UnitFile]],
    say: Callable[..., None],
) -> None:
    report = read(links.query(unit) for unit in units(str(version)))
    assert not report.errors
    with lab.Guest(lab.root(version)) as guest:
        tried = _tried(guest, report)
    said = {(cell.service, cell.path): cell.access for cell in report.cells}
    wrong = {at: (word, tried[at]) for at, word in said.items() if word in TRIED and TRIED[word] != tried[at]}
    depends = sum(word not in TRIED for word in said.values())
    say(f"systemd {version}: {len(said)} cells compared, {len(wrong)} different, {depends} depend")
    assert not wrong
    assert set(said.values()) <= set(TRIED)


def _tried(guest: lab.Guest, report: ServerReport) -> dict[tuple[str, str], str]:
    """What each service found at each directory, in a guest prepared by the one script, run twice."""
    for program in ("/usr/local/bin/probe", "/srv/a/bin/probe"):
        guest.write(program, PROBE, 0o755)
    guest.write("/etc/paths", "".join(f"{path}\n" for path in dict.fromkeys(cell.path for cell in report.cells)))
    for _ in range(2):
        guest.run(["sh"], input=report.prep_script(), check=True)
    for name, text in report.texts:
        guest.write(f"/etc/systemd/system/{name}", text)
    files = [name for name, _ in report.texts]
    guest.run(["systemctl", "daemon-reload"], check=True)
    started = guest.run(["systemctl", "start", *files])
    assert started.returncode == 0, guest.run(["journalctl", "-n", "40", "--no-pager"]).stdout
    guest.run(["touch", "/run/go"], check=True)
    return {(file.removesuffix(".service"), path): what for file in files for path, what in _found(guest, file)}


def _found(guest: lab.Guest, file: str) -> list[tuple[str, str]]:
    """The lines of one service's journal, once it has tried all."""
    wait = (
        f"for n in $(seq 200); do journalctl -u {file} -o cat | grep -q 'tried all' && exit; sleep 0.05; done; exit 1"
    )
    guest.run(["sh", "-c", wait], check=True)
    lines = guest.run(["journalctl", "-u", file, "-o", "cat"], check=True).stdout.splitlines()
    tried = (line.removeprefix("tried ").rpartition(" ") for line in lines if line.startswith("tried /"))
    return [(path, what) for path, _, what in tried]

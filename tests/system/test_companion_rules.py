"""What the rules say of timers, sockets and paths, on booted systemd: it goes wrong as told, and goes right after the fix."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from app.analysis import rules
from app.effective import instances_of
from app.host.install import install_script
from app.host.prep import prepare_script
from app.unitfile.model import UnitFile
from app.unitfile.render import files
from tests.analysis.rules.cases import Values
from tests.support.configurations import Parameters, read, with_values
from tests.system import lab
from tests.system.asking import judge

FOLDER = "/root/companions"
PLAIN: Parameters = [
    ("name", "NAME"),
    ("User", "NAME"),
    ("UMask", "0077"),
    ("Type", "exec"),
    ("ExecStart", "/usr/local/bin/serve"),
]
SERVES = """#!/usr/bin/perl
open(my $listening, "+<&=3") or exit 1;
while (accept(my $one, $listening)) { print $one "served\\n"; close $one }
"""
CONNECTS = """#!/usr/bin/perl
use Socket;
my $at = $ARGV[0] =~ m{^/} ? sockaddr_un($ARGV[0]) : sockaddr_in($ARGV[0], inet_aton("127.0.0.1"));
socket(my $one, $ARGV[0] =~ m{^/} ? AF_UNIX : AF_INET, SOCK_STREAM, 0) or exit 1;
connect($one, $at) or exit 1;
exit((<$one> // "") ne "served\\n");
"""
SOCKET: Values = {"socket.Socket.ListenStream": "/run/NAME.sock", "socket.Socket.SocketMode": "0600"}
EACH: Values = {
    **SOCKET,
    "name": "NAME@",
    "instance": "in",
    "socket.Socket.Accept": "yes",
    "StandardInput": "socket",
    "ExecStart": "/bin/echo served",
}
RUNS: Values = {"Type": "oneshot", "ExecStart": "/bin/true", "ExecStartPost": "+/bin/sh -c 'echo x >>/run/ran-NAME'"}
SOON: Values = {"timer.Timer.OnCalendar": "*:*:*", "timer.Timer.AccuracySec": "1ms"}
AMBIENT = "$(sed -n 's/^CapAmb:\\t0*//p' /proc/$(systemctl show --value -p MainPID NAME.service)/status)"


class Row(NamedTuple):
    """A unit that goes wrong, the finding that tells it, and what succeeds where nothing is wrong, asked as root."""

    id: str
    field: str
    values: Values
    check: str


ROWS = [
    Row("never-starts", "timer.Timer.OnUnitActiveSec", {**RUNS, "timer.Timer.OnUnitActiveSec": "1h"}, "[ \"$(systemctl show --value -p NextElapseUSecMonotonic NAME.timer)\" != infinity ]"),
    Row("runs-once", "RemainAfterExit", {**RUNS, **SOON, "RemainAfterExit": "yes"}, "sleep 4; [ $(wc -l </run/ran-NAME) -ge 2 ]"),
    Row("starts-another", "timer.Timer.Unit", {**RUNS, **SOON, "timer.Timer.Unit": "printer.target"}, "sleep 3; [ -e /run/ran-NAME ]"),
    Row("accept", "socket.Socket.Accept", {**SOCKET, "socket.Socket.Accept": "yes"}, "connect /run/NAME.sock"),
    Row("accept-user", "User", {**EACH, "User": "%p-%i"}, "connect /run/NAME.sock"),
    Row("open-socket", "socket.Socket.SocketMode", {**SOCKET, "socket.Socket.SocketMode": []}, "! runuser -u neighbour -- connect /run/NAME.sock && connect /run/NAME.sock"),
    Row("socket-removed", "RuntimeDirectoryPreserve", {**SOCKET, "socket.Socket.ListenStream": "/run/NAME/x.sock", "RuntimeDirectory": "NAME", "RuntimeDirectoryMode": "0750"}, "connect /run/NAME/x.sock && systemctl stop NAME.service && connect /run/NAME/x.sock"),
    Row("needless-capability", "AmbientCapabilities", {"socket.Socket.ListenStream": "80", "AmbientCapabilities": "CAP_NET_BIND_SERVICE"}, f"connect 80 && [ -z {AMBIENT} ]"),
]  # fmt: skip


def named(row: Row, at: int, text: str) -> str:
    """A text of a row with the name of its service."""
    return text.replace("NAME", f"comp{at}")


def unit_of_row(row: Row, at: int, version: int) -> UnitFile:
    """The unit that goes wrong, refused or not."""
    parameters = [("systemd", str(version)), *with_values(PLAIN, **row.values)]
    unit = read([(key, named(row, at, value)) for key, value in parameters], posted=True).unit
    assert unit is not None, row
    return unit


def mended(row: Row, unit: UnitFile) -> UnitFile:
    """The same after its fix, as the page offers it."""
    offered = rules.with_working_fixes(unit, rules.judge(unit))
    finding = next(finding for finding in offered if (finding.id, finding.field) == (row.id, row.field))
    assert finding.fix is not None, finding
    return finding.fix.unit


def is_right(guest: lab.Guest, unit: UnitFile, check: str) -> bool:
    """Whether nothing is wrong with a unit: it is prepared and installed, and the check succeeds. Nothing of it stays."""
    guest.run(["sh", "-c", f"rm -rf {FOLDER} /run/ran-*"])
    for name, text in files(unit).items():
        guest.write(f"{FOLDER}/{name}", text)
    guest.run(["sh"], input=prepare_script(*instances_of(unit)), check=True)
    installed = guest.run(["sh", "-c", f"cd {FOLDER} && exec sh"], input=install_script(*instances_of(unit)))
    right = installed.returncode == 0 and guest.run(["sh", "-c", check]).returncode == 0
    started = [f"{one.name}.{suffix}" for one in instances_of(unit) for suffix in reversed(unit.suffixes)]
    guest.run(["systemctl", "stop", *started])
    guest.run(["sh", "-c", "rm -f /etc/systemd/system/comp*; systemctl daemon-reload; systemctl reset-failed"])
    return right


@pytest.fixture(params=[252, 257, 262])
def machine(request: pytest.FixtureRequest) -> tuple[int, lab.Guest]:
    """A booted guest with a neighbour, a program that serves what its socket hands over, and one that connects."""
    guest: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    guest.run(["useradd", "--system", "neighbour"])
    guest.write("/usr/local/bin/serve", SERVES, mode=0o755)
    guest.write("/usr/local/bin/connect", CONNECTS, mode=0o755)
    return request.param, guest


def test_each_triggering_unit_fails_as_reported_and_works_after_the_fix(
    machine: tuple[int, lab.Guest], say: Callable[..., None]
) -> None:
    version, guest = machine
    unseen, left = [], []
    for at, row in enumerate(ROWS):
        unit = unit_of_row(row, at, version)
        unseen += [row.id] if is_right(guest, unit, named(row, at, row.check)) else []
        left += [] if is_right(guest, mended(row, unit), named(row, at, row.check)) else [row.id]
    say(
        f"systemd {version}: {len(ROWS) - len(unseen)} of {len(ROWS)} units with a timer or socket go wrong; {len(ROWS) - len(left)} are mended by the fix"
    )
    assert unseen == []
    assert left == []


REFUSED: list[tuple[str, int, Values, Values]] = [
    ("timer", 1, {"timer.Timer.Persistent": "yes"}, {"timer.Timer.Persistent": "yes", "timer.Timer.OnCalendar": "daily"}),
    ("socket", 1, {"socket.Socket.SocketMode": "0600"}, {"socket.Socket.SocketMode": "0600", "socket.Socket.ListenFIFO": "/run/x"}),
    ("path", 1, {"path.Path.MakeDirectory": "yes"}, {"path.Path.MakeDirectory": "yes", "path.Path.PathChanged": "/srv/in"}),
    ("socket", 1, {**EACH, "socket.Socket.ListenDatagram": "@x"}, {**EACH, "socket.Socket.ListenSequentialPacket": "@x"}),
    ("socket", 1, {**EACH, "socket.Socket.ListenNetlink": "route"}, EACH),
    ("socket", 1, {**EACH, "socket.Socket.Service": "NAME@in.service"}, EACH),
    ("socket", 258, {**EACH, "socket.Socket.DeferTrigger": "patient"}, {**EACH, "socket.Socket.DeferTrigger": "no"}),
    ("socket", 1, {"socket.Socket.ListenStream": "80", "socket.Socket.Symlinks": "/run/y"}, {**SOCKET, "socket.Socket.Symlinks": "/run/y"}),
    ("socket", 1, {**SOCKET, "socket.Socket.ListenFIFO": "/run/z", "socket.Socket.Symlinks": "/run/y"}, {**SOCKET, "socket.Socket.Symlinks": "/run/y"}),
]  # fmt: skip
"""The file, since when, values with which systemd refuses it, and such with which it does not."""


@pytest.mark.parametrize("version", lab.SUITES)
def test_systemd_refuses_every_unit_with_an_error(version: int, say: Callable[..., None]) -> None:
    rows = [row for row in REFUSED if row[1] <= version]
    for at, (file, _, *both) in enumerate(rows):
        for values, outcome in zip(both, ("refused", "taken"), strict=True):
            row = Row("", "", {**values, "ExecStart": "/bin/true"}, "")
            unit = unit_of_row(row, at, version)
            said = lab.verify(lab.root(version), files(unit))
            assert judge(said[unit.file(file)]).outcome == outcome, (values, said)
            errors = [finding for finding in rules.judge(unit) if finding.severity == "error"]
            assert bool(errors) is (outcome == "refused"), (values, errors)
    say(
        f"systemd {version}: {len(rows)} of {len(rows)} errors of timers, sockets and paths are refusals, and their opposites none"
    )

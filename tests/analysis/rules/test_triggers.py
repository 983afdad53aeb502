"""Timers, sockets and paths: what keeps them from starting the service, and what they leave open."""

import pytest

from app.unitfile.model import UnitFile
from tests.analysis.rules.cases import Twins, Values, fixed, ids, judged

SOCKET: Values = {"socket.Socket.ListenStream": "/run/x.sock", "socket.Socket.SocketMode": "0660"}
PORT: Values = {"socket.Socket.ListenStream": "80"}
TIMER: Values = {"timer.Timer.OnCalendar": "daily"}
EACH: Values = {**SOCKET, "name": "app@", "instance": "in", "socket.Socket.Accept": "yes"}

# id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("never-starts", "timer.Timer.OnCalendar", {"timer.Timer.Persistent": "yes"}, TIMER),
    Twins("never-starts", "timer.Timer.OnCalendar", {"timer.Timer.OnClockChange": "no"}, {"timer.Timer.OnClockChange": "yes"}),
    Twins("never-starts", "socket.Socket.ListenStream", {"socket.Socket.SocketMode": "0660"}, {"socket.Socket.ListenNetlink": "route"}),
    Twins("never-starts", "path.Path.PathChanged", {"path.Path.MakeDirectory": "yes"}, {"path.Path.PathModified": "/srv/in"}),
    Twins("never-starts", "timer.Timer.OnUnitActiveSec", {"timer.Timer.OnUnitActiveSec": "1h"}, {"timer.Timer.OnUnitActiveSec": "1h", "WantedBy": "multi-user.target"}),
    Twins("never-starts", "timer.Timer.OnUnitInactiveSec", {"timer.Timer.OnUnitInactiveSec": "1h"}, {"timer.Timer.OnUnitInactiveSec": "1h", "timer.Timer.OnBootSec": "1h"}),
    Twins("runs-once", "RemainAfterExit", {**TIMER, "Type": "oneshot", "RemainAfterExit": "yes"}, {**TIMER, "Type": "oneshot"}),
    Twins("starts-another", "timer.Timer.Unit", {**TIMER, "timer.Timer.Unit": "other.service"}, {**TIMER, "timer.Timer.Unit": "myapp.service"}),
    Twins("starts-another", "socket.Socket.Service", {**SOCKET, "socket.Socket.Service": "other.service"}, {**SOCKET, "socket.Socket.Service": "%N.service"}),
    Twins("starts-another", "path.Path.Unit", {"path.Path.PathChanged": "/srv/in", "path.Path.Unit": "a.target"}, {"path.Path.PathChanged": "/srv/in"}),
    Twins("accept", "socket.Socket.Accept", {**SOCKET, "socket.Socket.Accept": "yes"}, {**SOCKET, "socket.Socket.Accept": "no"}),
    Twins("accept-refused", "socket.Socket.ListenDatagram", {**EACH, "User": "app", "socket.Socket.ListenDatagram": "@x"}, {**EACH, "User": "app", "socket.Socket.ListenSequentialPacket": "@x"}),
    Twins("accept-refused", "socket.Socket.Service", {**EACH, "User": "app", "socket.Socket.Service": "app@in.service"}, {**EACH, "User": "app"}),
    Twins("accept-refused", "socket.Socket.DeferTrigger", {**EACH, "User": "app", "socket.Socket.DeferTrigger": "patient"}, {**EACH, "User": "app", "socket.Socket.DeferTrigger": "no"}),
    Twins("accept-user", "User", {**EACH, "User": "%p-%i"}, {**EACH, "User": "app"}),
    Twins("symlinks", "socket.Socket.Symlinks", {**PORT, "socket.Socket.Symlinks": "/run/y"}, {**SOCKET, "socket.Socket.Symlinks": "/run/y"}),
    Twins("symlinks", "socket.Socket.Symlinks", {**SOCKET, "socket.Socket.ListenFIFO": "/run/z", "socket.Socket.Symlinks": "/run/y"}, {**SOCKET, "socket.Socket.ListenDatagram": "@z", "socket.Socket.Symlinks": "/run/y"}),
    Twins("open-socket", "socket.Socket.SocketMode", {"socket.Socket.ListenStream": "/run/x.sock"}, {"socket.Socket.ListenStream": "@x"}),
    Twins("open-socket", "socket.Socket.SocketMode", {"socket.Socket.ListenFIFO": "/run/x"}, {"socket.Socket.ListenFIFO": "/run/x", "socket.Socket.SocketMode": "0666"}),
    Twins("socket-removed", "RuntimeDirectoryPreserve", {**SOCKET, "socket.Socket.ListenStream": "/run/myapp/x.sock", "RuntimeDirectory": "myapp", "RuntimeDirectoryMode": "0750"}, {**SOCKET, "RuntimeDirectory": "myapp", "RuntimeDirectoryMode": "0750"}),
    Twins("needless-capability", "AmbientCapabilities", {**PORT, "AmbientCapabilities": "CAP_NET_BIND_SERVICE CAP_SYS_NICE"}, {**PORT, "AmbientCapabilities": "CAP_SYS_NICE"}),
    Twins("needless-capability", "AmbientCapabilities", {**PORT, "AmbientCapabilities": "CAP_NET_BIND_SERVICE", "Environment": "PORT=80"}, {**PORT, "AmbientCapabilities": "CAP_NET_BIND_SERVICE", "Environment": "PORT=443"}),
    Twins("no-effect", "timer.Timer.Persistent", {"timer.Timer.OnBootSec": "1h", "timer.Timer.Persistent": "yes"}, {**TIMER, "timer.Timer.Persistent": "yes"}),
    Twins("again", "path.Path.PathExists", {"path.Path.PathExists": "/srv/in"}, {"path.Path.PathChanged": "/srv/in"}),
    Twins("again", "path.Path.DirectoryNotEmpty", {"path.Path.DirectoryNotEmpty": "/srv/in"}, {"path.Path.PathModified": "/srv/in"}),
]  # fmt: skip


def test_a_port_that_the_socket_opens_needs_no_capability() -> None:
    assert ("P39", "AmbientCapabilities") in ids(judged({"Environment": "PORT=80"}))
    assert ("P39", "AmbientCapabilities") not in ids(judged({**PORT, "Environment": "PORT=80"}))
    assert ("P39", "AmbientCapabilities") in ids(judged({**PORT, "Environment": "PORT=443"}))


def test_connections_that_share_a_user_cause_no_finding() -> None:
    found = ids(judged({**EACH, "User": "app", "StateDirectory": "app"}))
    assert not found & {("P14", "User"), ("P7", "StateDirectory")}


FIXES: list[tuple[Values, str, str, list[str]]] = [
    ({"socket.Socket.SocketMode": "0660"}, "never-starts", "socket.Socket.ListenStream", ["/run/%N.sock"]),
    ({"timer.Timer.OnUnitActiveSec": "1h"}, "never-starts", "timer.Timer.OnBootSec", ["1h"]),
    ({**PORT, "AmbientCapabilities": "CAP_NET_BIND_SERVICE CAP_SYS_NICE"}, "needless-capability", "AmbientCapabilities", ["CAP_SYS_NICE"]),
    ({**EACH, "User": "%p-%i"}, "accept-user", "User", ["app"]),
]  # fmt: skip


@pytest.mark.parametrize(("values", "finding_id", "name", "after"), FIXES, ids=lambda value: str(value)[:40])
def test_a_fix_sets_the_intended_directive(values: Values, finding_id: str, name: str, after: list[str]) -> None:
    unit: UnitFile = fixed(judged(values), finding_id)
    assert list(unit.values(name)) == after

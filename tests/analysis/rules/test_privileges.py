"""Rights of root that a service is given, or left."""

from tests.analysis.rules.cases import Twins, Values, find, fixed, judged
from tests.support.configurations import LEAST, least_with, read, with_values

PRE = "socket.Socket.ExecStartPre"
SOCKET: Values = {"socket.Socket.ListenStream": "8080"}

# id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("P3", "User", {"User": [], "ProtectSystem": "strict"}, {"ProtectSystem": "strict"}),
    Twins("P3", "User", {"User": [], "PrivateTmp": "yes"}, {"User": [], "PrivateTmp": "no"}),
    Twins("P3", "User", {"User": "root", "InaccessiblePaths": "/srv"}, {"User": "root", "InaccessiblePaths": "/srv", "CapabilityBoundingSet": "~CAP_SYS_ADMIN"}),
    Twins("P3", "User", {"User": "0", "ProtectHome": "yes", "CapabilityBoundingSet": "CAP_CHOWN CAP_SYS_ADMIN"}, {"User": "0", "ProtectHome": "yes", "CapabilityBoundingSet": "CAP_CHOWN"}),
    Twins("P3", "User", {"User": [], "ProtectHome": "yes", "SystemCallFilter": "~@clock"}, {"User": [], "ProtectHome": "yes", "SystemCallFilter": "~@mount"}),
    Twins("P3", "User", {"User": [], "ProtectSystem": "yes"}, {"User": [], "DynamicUser": "yes"}),
    Twins("P56", "ExecStartPre", {"ExecStartPre": "+/usr/bin/mkdir /x"}, {"ExecStartPre": "-/usr/bin/mkdir +/x"}),
    Twins("P56", "ExecStart", {"ExecStart": "-!/usr/bin/true"}, {"ExecStart": "-:/usr/bin/true"}),
    Twins("P56", "ExecStart", {"ExecStart": "!!/usr/bin/true", "systemd": "257"}, {"ExecStart": "!!/usr/bin/true", "systemd": "258"}),
    Twins("P56", "ExecStartPost", {"ExecStartPost": "/usr/bin/true ; @+/usr/bin/id me +x"}, {"ExecStartPost": "/usr/bin/true ; @/usr/bin/id +me"}),
    Twins("P56", "ExecStopPost", {"ExecStopPost": '"+/usr/bin/true"'}, {}),
    Twins("P56", "PermissionsStartOnly", {"PermissionsStartOnly": "yes", "ExecStartPre": "/usr/bin/id"}, {"PermissionsStartOnly": "no"}),
    Twins("P56", PRE, {**SOCKET, PRE: "/usr/bin/true"}, {**SOCKET, PRE: "/usr/bin/true", "socket.Socket.User": "myapp"}),
    Twins("P56", PRE, {**SOCKET, PRE: "/usr/bin/true", "socket.Socket.User": "root"}, {**SOCKET, PRE: "/usr/bin/true", "socket.Socket.DynamicUser": "yes"}),
    Twins("P56", "socket.Socket.ExecStopPost", {**SOCKET, "socket.Socket.ExecStopPost": "+/bin/a", "socket.Socket.User": "myapp"}, {**SOCKET, "socket.Socket.ExecStopPost": "/bin/a", "socket.Socket.User": "myapp"}),
    Twins("P56", "socket.Socket.ExecStartPost", {**SOCKET, "socket.Socket.ExecStartPost": "/bin/a", "socket.Socket.Group": "myapp"}, {**SOCKET, "ExecStartPost": "/bin/a"}),
    Twins("P56", "socket.Socket.ExecStopPre", {**SOCKET, "socket.Socket.ExecStopPre": "/bin/a", "DynamicUser": "yes"}, {**SOCKET, "ExecStopPost": "/bin/a", "DynamicUser": "yes"}),
    Twins("P58", PRE, {**SOCKET, PRE: "/bin/sh -c id"}, {**SOCKET, PRE: "/bin/sh -c id", "socket.Socket.User": "myapp"}),
    Twins("P58", "socket.Socket.Environment", {**SOCKET, PRE: "/bin/id", "socket.Socket.Environment": "LD_PRELOAD=/srv/x.so"}, {**SOCKET, PRE: "/bin/id", "Environment": "LD_PRELOAD=/srv/x.so"}),
    Twins("P57", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE CAP_DAC_READ_SEARCH"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE"}),
    Twins("P57", "AmbientCapabilities", {"AmbientCapabilities": ["cap_chown", "CAP_KILL"]}, {"AmbientCapabilities": ["CAP_CHOWN", "~CAP_CHOWN"]}),
    Twins("P57", "AmbientCapabilities", {"AmbientCapabilities": "~CAP_SYS_NICE"}, {"AmbientCapabilities": "CAP_KILL", "CapabilityBoundingSet": "CAP_CHOWN"}),
    Twins("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "CapabilityBoundingSet": "CAP_NET_RAW"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "CapabilityBoundingSet": "CAP_NET_BIND_SERVICE"}),
    Twins("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "reset": "CapabilityBoundingSet"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE"}),
    Twins("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_SYS_TIME", "ProtectClock": "yes"}, {"AmbientCapabilities": "CAP_SYS_TIME", "ProtectClock": "no"}),
    Twins("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_KILL", "CapabilityBoundingSet": "CAP_CHOWN"}, {"CapabilityBoundingSet": "CAP_CHOWN"}),
    Twins("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "PrivateUsers": "yes"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "PrivateUsers": "no"}),
    Twins("P58", "ExecStartPre", {"ExecStartPre": "+/bin/sh -c 'mkdir /x'"}, {"ExecStartPre": "/bin/sh -c 'mkdir /x'"}),
    Twins("P58", "ExecStart", {"ExecStart": "!|mkdir /x"}, {"ExecStart": "+/bin/sh /opt/run"}),
    Twins("P58", "ExecStop", {"ExecStop": "/bin/bash -ec id", "PermissionsStartOnly": "yes"}, {"ExecStart": "/bin/bash -ec id", "PermissionsStartOnly": "yes"}),
    Twins("P58", "ExecStartPre", {"ExecStartPre": "+/bin/sh -c id"}, {"ExecStartPre": "+/bin/sh -c id", "User": []}),
    Twins("P58", "Environment", {"ExecStartPre": "+/bin/id", "Environment": "A=b LD_PRELOAD=/srv/x.so"}, {"ExecStartPre": "+/bin/id", "Environment": "A=b PATHS=/srv"}),
    Twins("P58", "Environment", {"ExecStartPre": "!/bin/id", "Environment": ['"PATH=/a b"', "C=d"]}, {"ExecStartPre": "/bin/id", "Environment": "PATH=/a"}),
    Twins("P58", "ExecSearchPath", {"ExecStartPre": "+id", "ExecSearchPath": "/srv/bin"}, {"ExecStartPre": "+/bin/id", "ExecSearchPath": "/srv/bin"}),
]  # fmt: skip


def test_the_fix_removes_only_the_privileged_prefix_of_a_command() -> None:
    unit = least_with(ExecStartPost="-/usr/bin/true ; @-+/usr/bin/id me ';' +x")
    assert fixed(unit, "P56").values("ExecStartPost") == ("-/usr/bin/true ; @-/usr/bin/id me ';' +x",)
    unit = least_with(ExecStartPre=["!!/usr/bin/id  a", "/usr/bin/true"], systemd="252")
    assert fixed(unit, "P56").values("ExecStartPre") == ("/usr/bin/id a", "/usr/bin/true")
    assert find(least_with(ExecStopPost='"+/usr/bin/true"'), "P56").fix is None


def test_a_socket_gets_the_user_of_its_service() -> None:
    unit = judged({**SOCKET, PRE: "/usr/bin/true"})
    assert fixed(unit, "P56").value("socket.Socket.User") == "myapp"
    for values in ({"User": []}, {"User": [], "DynamicUser": "yes"}):
        assert find(judged({**SOCKET, PRE: "/usr/bin/true", **values}), "P56").fix is None  # type: ignore[dict-item]


def test_the_message_names_the_command_that_runs_as_root() -> None:
    assert "/usr/bin/mkdir" in find(least_with(ExecStartPre="+/usr/bin/mkdir /x"), "P56").message
    unit = least_with(PermissionsStartOnly="yes", ExecStartPre="/usr/bin/id", ExecReload="/usr/bin/kill -HUP $MAINPID")
    assert "runs as root: /usr/bin/id, /usr/bin/kill." in find(unit, "P56").message


def test_harmless_capabilities_stay() -> None:
    unit = least_with(AmbientCapabilities=["CAP_NET_BIND_SERVICE cap_kill", "CAP_CHOWN"])
    assert fixed(unit, "P57").values("AmbientCapabilities") == ("CAP_NET_BIND_SERVICE",)
    assert find(least_with(AmbientCapabilities="~CAP_SYS_NICE"), "P57").fix is None


def test_a_dangerous_capability_is_not_added_to_the_bounding_set() -> None:
    unit = least_with(AmbientCapabilities="CAP_KILL", CapabilityBoundingSet="CAP_CHOWN")
    assert not fixed(unit, "P39").is_set("AmbientCapabilities")


def test_sandboxed_root_has_one_additional_finding() -> None:
    found = [
        (f.id, f.severity) for f in read(with_values(LEAST, User=[], PrivateTmp="yes", ProtectHome="yes")).findings
    ]
    assert found == [("P2", "warning"), ("P3", "warning"), ("P44", "note")]

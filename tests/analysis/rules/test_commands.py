"""The commands of a unit: what they name, and which of them run as root."""

import pytest

from app.analysis.rules import commands_as_root
from app.analysis.rules.commands import programs
from app.effective import Effective
from app.values import commands_of
from tests.support.configurations import least_with

NAMED = {
    "/bin/true": ["/bin/true"],
    "@/bin/true called x": ["/bin/true"],
    "env -i A=b nice -n 5 /opt/app sudo": ["env", "nice", "/opt/app"],
    "timeout 5s sudo id": ["timeout", "sudo"],
    "/bin/sh -euc 'cd /x && A=b exec sudo -u x id; (mail root) | tee y'": [
        "/bin/sh",
        "cd",
        "exec",
        "sudo",
        "mail",
        "tee",
    ],
    "/bin/bash -c 'if ! sudo true; then echo $(su -c x); fi'": ["/bin/bash", "sudo", "echo", "su", "fi"],
    "/bin/sh /opt/run -c x": ["/bin/sh", "x"],
    "|sudo id > x": ["sudo"],
    "/bin/sh -c \"sh -c 'sudo id'\"": ["/bin/sh", "sh", "sudo"],
    "env": ["env"],
    "/bin/sh -c ''": ["/bin/sh"],
}


@pytest.mark.parametrize("line", NAMED)
def test_the_programs_that_a_command_names(line: str) -> None:
    assert [words[0] for words in programs(commands_of(line)[0])] == NAMED[line]


def test_nested_programs_are_followed_to_a_limit() -> None:
    assert len(list(programs(commands_of("/bin/env " * 1000 + "x")[0]))) < 10


SOCKET: dict[str, str | list[str]] = {"socket.Socket.ListenStream": "8080"}
OF_SOCKET = "the socket runs it as root, whatever User= of the service says"
AS_ROOT: list[tuple[dict[str, str | list[str]], list[tuple[str, str, str]]]] = [
    ({"ExecStartPre": "+/bin/mkdir /x"}, [("ExecStartPre", "+/bin/mkdir /x", "the prefix + runs it as root, outside of the sandbox")]),
    ({"ExecStart": "!/bin/a ; -/bin/b", "Type": "oneshot"}, [("ExecStart", "!/bin/a", "the prefix ! runs it as root, whatever User= says")]),
    ({"ExecStart": "!!/bin/a", "systemd": "257"}, [("ExecStart", "!!/bin/a", "the prefix !! runs it as root on a kernel without ambient capabilities")]),
    ({"ExecStart": "!!/bin/a", "systemd": "258"}, []),
    ({"ExecStop": "/bin/b", "PermissionsStartOnly": "yes"}, [("ExecStop", "/bin/b", "PermissionsStartOnly=yes runs it as root")]),
    ({"User": []}, [("ExecStart", "/usr/bin/true", "the whole service runs as root")]),
    ({"User": [], "DynamicUser": "yes"}, []),
    ({"User": "root", "DynamicUser": "yes"}, [("ExecStart", "/usr/bin/true", "the whole service runs as root")]),
    ({**SOCKET, "socket.Socket.ExecStartPre": "/bin/a"}, [("socket.Socket.ExecStartPre", "/bin/a", OF_SOCKET)]),
    ({**SOCKET, "socket.Socket.ExecStopPre": "/bin/a ; -/bin/b", "User": [], "DynamicUser": "yes"}, [("socket.Socket.ExecStopPre", "/bin/a", OF_SOCKET), ("socket.Socket.ExecStopPre", "-/bin/b", OF_SOCKET)]),
    ({**SOCKET, "socket.Socket.ExecStopPost": "/bin/a", "socket.Socket.User": "myapp"}, []),
    ({**SOCKET, "socket.Socket.ExecStopPost": "/bin/a", "socket.Socket.User": "%u"}, [("socket.Socket.ExecStopPost", "/bin/a", OF_SOCKET)]),
    ({**SOCKET, "socket.Socket.ExecStopPost": "/bin/a", "socket.Socket.User": "myapp", "User": []}, [("ExecStart", "/usr/bin/true", "the whole service runs as root")]),
    ({}, []),
]  # fmt: skip


@pytest.mark.parametrize(("values", "told"), AS_ROOT, ids=str)
def test_what_runs_as_root(values: dict[str, str | list[str]], told: list[tuple[str, str, str]]) -> None:
    assert [tuple(row) for row in commands_as_root(Effective(least_with(**values)))] == told


def test_a_long_command_is_shortened() -> None:
    (row,) = commands_as_root(Effective(least_with(User=[], ExecStart="/bin/true " + "x" * 3000)))
    assert len(row.text) < 200

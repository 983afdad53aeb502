"""What sockets listen on, and what else only timers, sockets and paths take."""

import pytest

from app import catalogue
from app.values import Endpoint, endpoint
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What every systemd takes without a word, and so do we (tests/system/test_companion_agreement.py).
TAKEN: Taken = {
    "socket.Socket.ListenStream": [
        "80", "65535", "127.0.0.1:80", "0.0.0.0:1", "[::1]:80", "[::]:8080", "[fe80::1]:80%%lo", "/run/a.sock", "/run/a b.sock", "@myapp", "%t/%p.sock",
        "vsock:2:1234", "vsock::1234", "/" + "x" * 106,
    ],
    "socket.Socket.ListenSequentialPacket": ["/run/a.sock", "@a"],
    "socket.Socket.ListenNetlink": ["route", "kobject-uevent 1", "audit 4294967295", "0"],
    "socket.Socket.ListenFIFO": ["/run/x", "/a b", "%t/x"],
    "socket.Socket.ListenSpecial": ["/dev/kmsg", "/sys/x"],
    "socket.Socket.Service": ["a.service", "a@b.service", "x-%p.service"],
    "timer.Timer.Unit": ["a.service", "a.target", "a@b.service"],
    "socket.Socket.FileDescriptorName": ["http", "a b", "%n"],
    "socket.Socket.ReceiveBuffer": ["0", "64K", "1.5M"],
    "socket.Socket.MessageQueueMessageSize": ["0", "8192"],
    "socket.Socket.BindIPv6Only": ["default", "both", "ipv6-only", "yes"],
    "socket.Socket.IPTOS": ["low-delay", "0", "255"],
    "timer.Timer.OnCalendar": ["daily", "Mon *-*-* 00:00:00"],
}  # fmt: skip

_LISTEN = "“{}” is nothing to listen on. Write a port (8080), an address with a port (127.0.0.1:8080, [::1]:8080), a path (/run/myapp.sock), or @ and a name."
_LOCAL = "“{}” cannot be a socket: its path has 2 to 107 bytes. Write for example /run/myapp.sock."
_SERVICE = "“{}” cannot be started here: write the name of a service, for example myapp.service; of a template an instance of it."

REFUSED: Refused = {
    "socket.Socket.ListenStream": {
        value: _LISTEN.format(value)
        for value in ("0", "65536", "localhost:80", "127.0.0.1", "::1:80", "[::1]", "80:127.0.0.1", "tcp:80", "run/x", "vsock:x:1", "80%lo")
    } | {"/": _LOCAL.format("/"), "@": _LOCAL.format("@"), "/" + "x" * 107: _LOCAL.format("/" + "x" * 59 + "…")},
    "socket.Socket.ListenSequentialPacket": {
        "80": "“80” is nothing to listen on. Write a path (/run/myapp.sock), or @ and a name."
    },
    "socket.Socket.ListenNetlink": {
        "routes": "“routes” is not a family of netlink. Did you mean “route”? Write for example kobject-uevent 1.",
        "route x": "“x” is not a group of netlink. Write its number, for example kobject-uevent 1.",
        "route -1": "“-1” is not a group of netlink. Write its number, for example kobject-uevent 1.",
    },
    "socket.Socket.Service": {
        "a.timer": _SERVICE.format("a.timer"),
        "a@.service": _SERVICE.format("a@.service"),
        "a.service b.service": "Only one unit can be started. Write its name alone, for example myapp.service.",
    },
    "socket.Socket.FileDescriptorName": {
        "a:b": "“a:b” cannot be the name of a file descriptor: it takes up to 255 characters of ASCII without a colon. Write for example http."
    },
    "socket.Socket.XAttrListen": {
        "owner=x": "“owner=x” is not an attribute. Write user., a name, = and a value, for example user.owner=myapp."
    },
    "socket.Socket.SendBuffer": {"10%": "“10%” is not an amount in bytes. Write bytes or K, M, G, for example 64K."},
}  # fmt: skip

# What systemd takes, and we refuse.
STRICTER: Refused = {
    "socket.Socket.TCPCongestion": {
        "a b": "“a b” cannot be a way to control congestion. Write the name of one that /proc/sys/net/ipv4/tcp_available_congestion_control has, for example cubic."
    },
    "socket.Socket.BindToDevice": {
        "e%i": "“e%i” cannot be the name of a network interface. Write up to 15 characters of ASCII without blanks, : / and %, not digits alone, for example eth0."
    },
    "socket.Socket.MessageQueueMessageSize": {
        "010": "“010” is not an amount in bytes. Write bytes or K, M, G, for example 64K."
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN), ids=str)
def test_an_address_that_systemd_accepts_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER), ids=str)
def test_a_refused_value_gets_a_suggestion(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


NEEDS = [
    ("socket.Socket.ListenFIFO", "/dev/x", 255, 256),
    ("socket.Socket.ListenStream", "vsock-stream:2:1", 254, 253),
    ("socket.Socket.MessageQueueMessageSize", "8K", 262, 261),
]


@pytest.mark.parametrize(("name", "value", "read", "unread"), NEEDS, ids=str)
def test_newer_syntax_needs_its_version(name: str, value: str, read: int, unread: int) -> None:
    needs = list(catalogue.find(name).kind.needs(value))
    assert all(need.is_met(read) for need in needs)
    assert not all(need.is_met(unread) for need in needs)


def test_the_old_name_of_run_is_replaced() -> None:
    assert catalogue.find("socket.Socket.ListenStream").kind.replacement("/var/run/x.sock") == "/run/x.sock"
    assert catalogue.find("socket.Socket.ListenFIFO").kind.replacement("/var/run/x") == "/run/x"
    assert catalogue.find("socket.Socket.ListenSpecial").kind.replacement("/var/run/x") == ""


ENDPOINTS = {
    "/run//x.sock": Endpoint(path="/run/x.sock"),
    "80": Endpoint(port=80),
    "127.0.0.1:80": Endpoint(host="127.0.0.1", port=80),
    "[::1]:443": Endpoint(host="::1", port=443),
    "[fe80::1]:443%eth0": Endpoint(host="fe80::1", port=443),
    "@a:80": Endpoint(),
    "vsock:2:80": Endpoint(),
}


@pytest.mark.parametrize(("value", "leads_to"), ENDPOINTS.items(), ids=str)
def test_an_address_leads_somewhere(value: str, leads_to: Endpoint) -> None:
    assert endpoint(value) == leads_to

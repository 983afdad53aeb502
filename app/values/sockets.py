"""What a socket listens on, and what else only timers, sockets and paths take.

Sources: config_parse_socket_listen(), config_parse_trigger_unit(), config_parse_fdname(), config_parse_xattr() in
src/core/load-fragment.c, src/shared/socket-netlink.c and src/basic/socket-util.c of systemd 247 to 262; systemd.socket(5).
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.values.kind import Kind, Need
from app.values.names import UnitNames, check_unit_name
from app.values.numbers import INFINITY, number, size
from app.values.paths import check_absolute, climbing_needs, is_within, simplify
from app.values.sentences import did_you_mean, quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

MAX_SOCKET_PATH = 107
"""Bytes of the path of a socket in the file system (sun_path in unix(7), which ends with a zero)."""

_PORT = re.compile("[1-9][0-9]{0,4}")
_VSOCK = re.compile("vsock(-stream|-dgram|-seqpacket)?:([0-9]{0,10}):([0-9]{1,10})")
_DEVICE = re.compile("%[^%:/ ]{1,15}$")
_DESCRIPTOR = re.compile("[ -9;-~]{0,255}")
_NETLINK = re.compile("0|[1-9][0-9]{0,8}")
_INTEGERS = 2**32 - 1


class Endpoint(NamedTuple):
    """The path or network address of a socket."""

    path: str = ""
    """The path in the file system, or "" for a network address."""
    host: str = ""
    """The network address, or "" for all addresses."""
    port: int = 0
    """The port number."""


def endpoint(value: str) -> Endpoint:
    """What a checked address without specifiers leads to; none of them where it is an abstract socket or one of a virtual machine."""
    if value.startswith("/"):
        return Endpoint(simplify(value))
    host, _, port = _DEVICE.sub("", value).rpartition(":")
    is_internet = _PORT.fullmatch(port) and not value.startswith(("@", "vsock"))
    return Endpoint(host=host.strip("[]"), port=int(port)) if is_internet else Endpoint()


def _legacy(value: str) -> str:
    """systemd says at every start that /var/run is the old name of /run, and takes it for that (patch_var_run())."""
    path = simplify(value)
    return f"/run{path.removeprefix('/var/run')}" if path.startswith("/var/run/") else ""


@dataclass(frozen=True)
class SocketAddress(Kind):
    """A path, @ and a name, a port, address and port, or vsock:CID:PORT (ListenStream=; socket_address_parse())."""

    expands = True

    internet: bool = True
    """Whether network addresses are allowed, and not only paths and names."""

    def check(self, value: str) -> str:
        check_specifiers(value)
        text = with_placeholders(value)
        if text[0] in "/@":
            self._check_local(text)
        elif not (self.internet and (_is_internet(text) or _is_vsock(text))):
            raise ValueError(
                f"“{quoted(value)}” is nothing to listen on. Write {'a port (8080), an address with a port (127.0.0.1:8080, [::1]:8080), ' if self.internet else ''}a path (/run/myapp.sock), or @ and a name."
            )
        return value

    @staticmethod
    def _check_local(text: str) -> None:
        if len(text) < 2 or len(text.encode()) > MAX_SOCKET_PATH:
            raise ValueError(
                f"“{quoted(text)}” cannot be a socket: its path has 2 to {MAX_SOCKET_PATH} bytes. Write for example /run/myapp.sock."
            )

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        vsock = _VSOCK.fullmatch(with_placeholders(value))
        if vsock and vsock[1]:
            yield Need(254, f"vsock{vsock[1]}")

    def replacement(self, value: str) -> str:
        return _legacy(value)


def _is_internet(text: str) -> bool:
    """Whether it is a port, or an address of IPv4 or IPv6 with one."""
    host, colon, port = text.rpartition(":")
    device = _DEVICE.search(port) or _DEVICE.search("")
    port = port[: device.start()] if device else port
    if not _PORT.fullmatch(port) or int(port) > 65535:
        return False
    if not colon:
        return device is None
    try:
        is_six = host.startswith("[") and host.endswith("]")
        address = ipaddress.IPv6Address(host[1:-1]) if is_six else ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return "%" not in str(address)


def _is_vsock(text: str) -> bool:
    match = _VSOCK.fullmatch(text)
    return match is not None and int(match[2] or 0) <= _INTEGERS and int(match[3]) < _INTEGERS


NETLINK_FAMILIES = (
    "route firewall inet-diag nflog xfrm selinux iscsi audit fib-lookup connector netfilter ip6-fw dnrtmsg kobject-uevent "
    "generic scsitransport ecryptfs rdma"
).split()


@dataclass(frozen=True)
class NetlinkAddress(Kind):
    """A family of messages of the kernel's, and the number of its group (ListenNetlink=; socket_address_parse_netlink())."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        family, _, group = with_placeholders(value).partition(" ")
        if family not in NETLINK_FAMILIES and not _NETLINK.fullmatch(family):
            raise ValueError(
                f"“{quoted(family)}” is not a family of netlink.{did_you_mean(family, NETLINK_FAMILIES)} Write for example kobject-uevent 1."
            )
        amount = number(group) if group.strip() else 0
        if amount is None or not 0 <= amount <= _INTEGERS:
            raise ValueError(
                f"“{quoted(group)}” is not a group of netlink. Write its number, for example kobject-uevent 1."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        if with_placeholders(value).startswith("rdma"):
            yield Need(252, "the family rdma")


@dataclass(frozen=True)
class NodePath(Kind):
    """One absolute path of a FIFO, a message queue or a device (ListenFIFO=)."""

    expands = True

    device: bool = False
    """Whether the path can be below /dev, /proc or /sys."""

    def check(self, value: str) -> str:
        return check_absolute(value, climbs=True)

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        yield from climbing_needs(value)
        path = simplify(with_placeholders(value))
        below = next((tree for tree in ("/dev", "/proc", "/sys") if is_within(path, tree)), "")
        if below and not self.device:
            yield Need(1, f"a path below {below}", removed_in=256)

    def replacement(self, value: str) -> str:
        return "" if self.device else _legacy(value)


@dataclass(frozen=True)
class TriggeredUnit(Kind):
    """The unit that a triggering unit starts (Unit=, Service=)."""

    expands = True

    suffix: str = ""
    """The suffix that the name must have, or "" for any suffix."""

    def check(self, value: str) -> str:
        if " " in value:
            raise ValueError("Only one unit can be started. Write its name alone, for example myapp.service.")
        check_unit_name(value)
        if not with_placeholders(value).endswith(self.suffix) or value.rpartition(".")[0].endswith("@"):
            raise ValueError(
                f"“{quoted(value)}” cannot be started here: write the name of a {self.suffix.removeprefix('.') or 'unit'}, for example myapp.service; of a template an instance of it."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return UnitNames().needs(value)


@dataclass(frozen=True)
class DescriptorName(Kind):
    """What a service finds a file descriptor by, in $LISTEN_FDNAMES (FileDescriptorName=; fdname_is_valid())."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        if not _DESCRIPTOR.fullmatch(with_placeholders(value)):
            raise ValueError(
                f"“{quoted(value)}” cannot be the name of a file descriptor: it takes up to 255 characters of ASCII without a colon. Write for example http."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


@dataclass(frozen=True)
class Attribute(Kind):
    """user.NAME=VALUE, an extended attribute (XAttrListen=; config_parse_xattr())."""

    expands = True
    may_be_empty = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        name, sign, _ = value.partition("=")
        if not sign or not with_placeholders(name).startswith("user."):
            raise ValueError(
                f"“{quoted(value)}” is not an attribute. Write user., a name, = and a value, for example user.owner=myapp."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


@dataclass(frozen=True)
class ByteCount(Kind):
    """An amount in bytes, with K M G T P E to the base 1024 (ReceiveBuffer=; config_parse_iec_size())."""

    maximum: int = INFINITY - 1
    units: int = 1
    """The first systemd version that reads units here. Older versions read a number with a leading zero as octal."""

    def check(self, value: str) -> str:
        amount = size(value)
        is_octal = self.units > 1 and value.startswith("0") and value != "0"
        if amount is None or amount > self.maximum or is_octal:
            raise ValueError(f"“{quoted(value)}” is not an amount in bytes. Write bytes or K, M, G, for example 64K.")
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if self.units > 1 and not value.isdigit():
            yield Need(self.units, "a unit behind a number")


_ALGORITHM = re.compile("[A-Za-z0-9_-]{1,15}")


@dataclass(frozen=True)
class Algorithm(Kind):
    """The name of a way to control congestion, as the kernel has it (TCPCongestion=; TCP_CA_NAME_MAX in tcp.h)."""

    def check(self, value: str) -> str:
        if not _ALGORITHM.fullmatch(value):
            raise ValueError(
                f"“{quoted(value)}” cannot be a way to control congestion. Write the name of one that /proc/sys/net/ipv4/tcp_available_congestion_control has, for example cubic."
            )
        return value

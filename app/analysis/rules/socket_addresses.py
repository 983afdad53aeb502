"""What the socket beside a service listens on, for the rules that ask."""

from collections.abc import Iterator

from app.effective import Effective
from app.values import Endpoint, endpoint

ADDRESSES = ("socket.Socket.ListenStream", "socket.Socket.ListenDatagram", "socket.Socket.ListenSequentialPacket")
"""The directives of addresses, in the file system or the network."""

FIFOS = ("socket.Socket.ListenFIFO",)
OTHERS = ("ListenSpecial", "ListenNetlink", "ListenMessageQueue", "ListenUSBFunction")
LISTENS = (*ADDRESSES, *FIFOS, *(f"socket.Socket.{name}" for name in OTHERS))

ACCEPTED = (ADDRESSES[0], ADDRESSES[2])
"""Of these a connection can be taken (socket_address_can_accept() in src/basic/socket-util.c)."""


def endpoints(unit: Effective, names: tuple[str, ...] = ADDRESSES) -> Iterator[Endpoint]:
    """Where the socket can be reached, as far as it is known before the machine is."""
    for value in (value for name in names for value in unit.file.values(name)):
        try:
            yield endpoint(unit.resolve(value))
        except ValueError:  # only the machine knows
            continue


def open_ports(unit: Effective) -> set[int]:
    """The ports that the socket opens for the service."""
    return {found.port for found in endpoints(unit) if found.port}


def socket_paths(unit: Effective) -> list[str]:
    """The paths of the sockets and pipes in the file system, to which the access bits of a socket unit apply."""
    return [found.path for found in endpoints(unit, (*ADDRESSES, *FIFOS)) if found.path]


def accepts(unit: Effective) -> bool:
    """Whether systemd itself takes each connection, and starts an instance for it."""
    return unit.file.value("socket.Socket.Accept") == "yes"

"""Devices: what each may be used for, and how much.

Sources: config_parse_device_allow(), config_parse_io_device_weight() and config_parse_io_limit() in
src/core/load-fragment.c, path_simplify_and_warn() and valid_device_node_path() of systemd 247 to 262.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import BLANKS, Kind, Need
from app.values.lexing import raw_words, unquote
from app.values.numbers import size
from app.values.paths import check_length, simplify
from app.values.sentences import quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

_ABOVE_ROOT = re.compile(r"/+(?:\./+)*\.\.(?:/|\Z)")


def check_node(path: str) -> str:
    """The path of a device as systemd simplifies it, specifiers imagined; ValueError if it would not take it."""
    check_specifiers(path)
    sample = with_placeholders(path)
    simple = simplify(sample)
    if not simple:
        raise ValueError(
            "There is no device before it. Write a path such as /dev/sda, or that of a file on the device."
        )
    while simple.startswith("/../") or simple == "/..":
        simple = simple[3:] or "/"
    if ".." in simple.split("/"):
        raise ValueError(f"The path “{quoted(path)}” goes through “..”, which systemd refuses. Write it in full.")
    check_length(simple)
    return simple


def node_needs(path: str) -> Iterator[Need]:
    """What in the path of a device has a version of its own."""
    yield from specifier_needs(path)
    if _ABOVE_ROOT.match(with_placeholders(path)):
        yield Need(255, "“..” at the root of a path")


def _parted(value: str) -> tuple[str, str]:
    """A device, its quotes taken off, and what stands behind it."""
    first = raw_words(value)[0]
    return unquote(first), value[len(first) :].strip(BLANKS)


@dataclass(frozen=True)
class PerDevice(Kind):
    """A device and its value, separated by a space (IODeviceWeight=; systemd.resource-control(5))."""

    expands = True

    of: Kind
    """The kind of the value."""
    example: str
    """A sample of the value, for the person."""

    def check(self, value: str) -> str:
        device, rest = _parted(value)
        if not rest:
            raise ValueError(f"Only one of device and value is here. Write both, for example /dev/sda {self.example}.")
        check_node(device)
        self.of.check(rest)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        device, rest = _parted(value)
        yield from node_needs(device)
        yield from self.of.needs(rest)


@dataclass(frozen=True)
class Rate(Kind):
    """Bytes or operations per second, with K M G T P E to the base 1000 (IOReadBandwidthMax=)."""

    endless: bool = True
    """Whether the rate can be infinity."""

    def check(self, value: str) -> str:
        if not size(value, 1000) and not (self.endless and value == "infinity"):
            others = ", or infinity" if self.endless else ""
            raise ValueError(
                f"“{quoted(value)}” is not a rate above 0. Write bytes or operations a second, with K, M, G or T behind the number or without, for example 10M{others}."
            )
        return value


_NODE_TREES = ("/dev/", "/run/systemd/inaccessible/")


@dataclass(frozen=True)
class DeviceAccess(Kind):
    """A device, or a group of drivers behind char- or block-, and r, w and m for what is allowed (DeviceAllow=)."""

    expands = True

    def check(self, value: str) -> str:
        device, access = _parted(value)
        if not with_placeholders(device).startswith(("block-", "char-")):
            self._check_path(device)
        check_specifiers(device)
        if set(access) - set("rwm"):
            raise ValueError(
                f"“{quoted(access)}” is not what a device can be used for. Write r, w and m together for reading, writing and making it, for example /dev/null rw."
            )
        return value

    @staticmethod
    def _check_path(device: str) -> None:
        if not f"{check_node(device)}/".startswith(_NODE_TREES):
            raise ValueError(
                f"“{quoted(device)}” is not a device. Write a path below /dev, or a group such as char-rtc or block-loop, for example /dev/null rw."
            )

    def needs(self, value: str) -> Iterator[Need]:
        device = _parted(value)[0]
        yield from (
            specifier_needs(device) if with_placeholders(device).startswith(("block-", "char-")) else node_needs(device)
        )

"""Rows of the files beside the service's: those of their own sections, and all that they share with a service.

Every kind of unit has the same [Unit] and [Install]; a socket runs commands too, so [Socket] reads what [Service] reads of
systemd.exec(5), systemd.kill(5) and systemd.resource-control(5) (src/core/load-fragment-gperf.gperf.in).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.catalogue.directive import Directive, TriggerType
from app.values import Aliases

OF_COMMANDS = frozenset({"systemd.exec(5)", "systemd.kill(5)", "systemd.resource-control(5)"})

_SHARED: Mapping[str, Mapping[str, str]] = {
    "timer": {"Unit": "Unit", "Install": "Install"},
    "socket": {"Unit": "Unit", "Service": "Socket", "Install": "Install"},
    "path": {"Unit": "Unit", "Install": "Install"},
}
"""By file the sections of a service that it shares rows with, and what it calls them."""

_OF_SERVICES = ("Delegate", "DelegateSubgroup", "OOMRules", "PrivatePIDs")
_OF_SERVICES_AND_SLICES = "ManagedOOM"
"""Words, and how words begin, that systemd ignores or refuses in a socket, though it reads the rest of their manual page there."""

_DIFFERENT: Mapping[str, dict[str, Any]] = {
    "timer.Unit.Description": {"example": "My application, every night"},
    "timer.Install.WantedBy": {"help": "What starts it at boot once it is enabled: timers.target.", "example": "timers.target"},
    "timer.Install.Alias": {"kind": Aliases("timer"), "example": "nightly.timer"},
    "timer.Install.Also": {"example": "myapp.service"},
    "socket.Unit.Description": {"example": "The socket of my application"},
    "socket.Install.WantedBy": {"help": "What starts it at boot once it is enabled: sockets.target.", "example": "sockets.target"},
    "socket.Install.Alias": {"kind": Aliases("socket"), "example": "webapp.socket"},
    "socket.Install.Also": {"example": "myapp.service"},
    "path.Unit.Description": {"example": "New files for my application"},
    "path.Install.WantedBy": {"help": "What starts it at boot once it is enabled: paths.target.", "example": "paths.target"},
    "path.Install.Alias": {"kind": Aliases("path"), "example": "incoming.path"},
    "path.Install.Also": {"example": "myapp.service"},
}  # fmt: skip
"""What a shared row says otherwise in a companion's file."""


TRIGGER_TYPES = (
    TriggerType("timer", "a timer", "at times of the calendar, or some time after something else", ("timer.Timer.OnCalendar", "timer.Timer.Persistent", "timer.Install.WantedBy"), "timers.target"),
    TriggerType("socket", "a socket", "when somebody connects", ("socket.Socket.ListenStream", "socket.Socket.SocketUser", "socket.Socket.SocketMode", "socket.Install.WantedBy"), "sockets.target"),
    TriggerType("path", "a path unit", "when files change", ("path.Path.PathChanged", "path.Path.PathExists", "path.Install.WantedBy"), "paths.target"),
)  # fmt: skip
"""The units that start a service, in the order of their files."""


def rows(file: str, own: tuple[Directive, ...], service: tuple[Directive, ...]) -> tuple[Directive, ...]:
    """All rows of one file: its own first, then those shared with the service."""
    shared = {row.name: row for row in service if _is_shared(row, file)}
    return *own, *(_shared(row, file, shared) for row in shared.values())


def _is_shared(row: Directive, file: str) -> bool:
    """Whether a row of the service holds in this file too."""
    if row.section != "Service":
        return True
    is_of_service = row.word in _OF_SERVICES or row.word.startswith(_OF_SERVICES_AND_SLICES)
    return row.section in _SHARED[file] and row.man in OF_COMMANDS and not is_of_service


def _shared(row: Directive, file: str, shared: Mapping[str, Directive]) -> Directive:
    """A row of the service as this file has it. shared: all of the service's rows that the file has."""

    def name(of: str) -> str:
        return f"{file}.{_SHARED[file][shared[of].section]}.{of.rpartition('.')[2]}"

    moved = replace(
        row,
        section=_SHARED[file][row.section],
        name=name(row.name),
        group=file,
        successor=name(row.successor) if row.successor in shared else "",
        together=f"{file}.{row.together}" if row.together else "",
        file=file,
        like=row.name,
    )
    return replace(moved, **_DIFFERENT.get(moved.name, {}))

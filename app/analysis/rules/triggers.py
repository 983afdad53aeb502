"""Findings on the timer, socket or path beside a service: what keeps it from starting it, and what it leaves open."""

from collections.abc import Iterator
from typing import NamedTuple

from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.privileges import without_capabilities
from app.analysis.rules.programs import low_ports
from app.analysis.rules.socket_addresses import ACCEPTED, ADDRESSES, LISTENS, accepts, open_ports, socket_paths
from app.catalogue.install import AT_BOOT
from app.effective import Effective
from app.values import is_within


class TriggerCondition(NamedTuple):
    """What a file must have one of, or systemd refuses it; usual: the one that most have, with a value."""

    file: str
    names: tuple[str, ...]
    usual: str
    value: str


_SPANS = ("OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec")
_AGAIN = ("timer.Timer.OnUnitActiveSec", "timer.Timer.OnUnitInactiveSec")
_CHANGES = ("timer.Timer.OnClockChange", "timer.Timer.OnTimezoneChange")
_WATCHED = ("PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty")

NEEDED = (
    TriggerCondition("timer", ("timer.Timer.OnCalendar", *(f"timer.Timer.{name}" for name in _SPANS), *_CHANGES), "timer.Timer.OnCalendar", "daily"),
    TriggerCondition("socket", LISTENS, LISTENS[0], "/run/%N.sock"),
    TriggerCondition("path", tuple(f"path.Path.{name}" for name in _WATCHED), "path.Path.PathChanged", ""),
)  # fmt: skip

OTHER_UNIT_DIRECTIVES = {"timer.Timer.Unit": ".timer", "socket.Socket.Service": ".socket", "path.Path.Unit": ".path"}
"""The directives that name what is started in place of the service of the same name."""


def trigger_without_condition(unit: Effective) -> Iterator[Finding]:
    """systemd refuses a timer without a time, a socket without an address to listen on and a path unit without a path
    to watch (timer_verify(), socket_verify() and path_verify() in src/core of systemd).
    """
    for row in NEEDED:
        if row.file not in unit.file.suffixes:
            continue
        given = [
            value for name in row.names for value in unit.file.values(name) if name not in _CHANGES or value == "yes"
        ]
        if not given:
            fixed = unit.file.with_values(row.usual, row.value) if row.value else None
            word = row.usual.rpartition(".")[2]
            yield Finding(
                "never-starts",
                "error",
                row.usual,
                f"{unit.file.file(row.file)} says nothing to start the service by, and systemd refuses it. Set {word}=, or take its other lines out.",
                Fix(f"Set {word}={row.value}", fixed) if fixed else None,
            )


def timer_never_elapses(unit: Effective) -> Iterator[Finding]:
    """OnUnitActiveSec= and OnUnitInactiveSec= count from the last start or stop of the service. If nothing starts the
    service for the first time, the timer has no next elapse time (systemd.timer(5), OnUnitActiveSec=; tested on systemd
    252, 257 and 262).
    """
    whole = unit.file
    given = [name for row in NEEDED[:1] for name in row.names if whole.is_set(name)]
    if given and set(given) <= set(_AGAIN) and not any(whole.is_set(word) for word in sorted(AT_BOOT)):
        span = whole.value(given[0])
        yield Finding(
            "never-starts",
            "hint",
            given[0],
            f"Nothing starts {unit.file_name} for the first time, so {given[0].rpartition('.')[2]}= counts from nothing and the timer never elapses. Set OnBootSec= too.",
            Fix(f"Set OnBootSec={span}"[:80], whole.with_values("timer.Timer.OnBootSec", span)),
        )


def stays_after_timer(unit: Effective) -> Iterator[Finding]:
    """A timer does not start a service that is already active. With RemainAfterExit=yes the service stays active after
    its commands have exited, so the timer never starts it again (systemd.timer(5): "If a unit is already active when
    the timer elapses, it is not restarted").
    """
    whole = unit.file
    if "timer" in whole.suffixes and not whole.is_set("timer.Timer.Unit") and unit.word("RemainAfterExit") == "yes":
        yield Finding(
            "runs-once",
            "hint",
            "RemainAfterExit",
            "With RemainAfterExit=yes the service stays up after its first run, and the timer does not start it again. Leave it out.",
            Fix("Take RemainAfterExit= out", whole.with_values("RemainAfterExit")),
        )


def starts_another(unit: Effective) -> Iterator[Finding]:
    """Unit= and Service= name the unit to start. They replace the default, the service of the same name
    (systemd.timer(5), Unit=; systemd.socket(5), Service=).
    """
    for name, suffix in OTHER_UNIT_DIRECTIVES.items():
        value = unit.file.value(name)
        if value and "service" in unit.file.suffixes and unit.expand_known(value) != unit.file_name:
            yield Finding(
                "starts-another",
                "hint",
                name,
                f"{unit.name}{suffix} starts {value}, and {unit.file_name} is not started by it. Leave the line out.",
                Fix(f"Take {name.rpartition('.')[2]}= out", unit.file.with_values(name)),
            )


def accepts_without_template(unit: Effective) -> Iterator[Finding]:
    """With Accept=yes systemd starts an instance of the template NAME@.service for each connection. Without that
    template no connection is served, and systemd-analyze verify reports that the socket cannot be started
    (systemd.socket(5), Accept=; tested on systemd 252, 257 and 262).
    """
    if accepts(unit) and "@" not in unit.file.name and "service" in unit.file.suffixes:
        yield Finding(
            "accept",
            "error",
            "socket.Socket.Accept",
            f"With Accept=yes systemd starts an instance of {unit.name}@.service for each connection, and never {unit.file_name}. Leave it out where the program takes connections itself; else name the unit {unit.name}@.",
            Fix("Take Accept= out", unit.file.with_values("socket.Socket.Accept")),
        )


def accepts_without_connections(unit: Effective) -> Iterator[Finding]:
    """systemd refuses Accept=yes with an address that does not accept connections, with Service= and with a
    DeferTrigger= other than no (socket_verify() in src/core/socket.c).
    """
    whole = unit.file
    others = [name for name in LISTENS if name not in ACCEPTED and whole.is_set(name)]
    others += [name for name in ("socket.Socket.Service",) if whole.is_set(name)]
    others += [name for name in ("socket.Socket.DeferTrigger",) if whole.value(name) not in ("", "no")]
    if accepts(unit) and others:
        word = others[0].rpartition(".")[2]
        yield Finding(
            "accept-refused",
            "error",
            others[0],
            f"systemd refuses a socket with Accept=yes and {word}= together. Keep one of the two.",
            Fix("Take Accept= out", whole.with_values("socket.Socket.Accept")),
        )


def instance_is_connection(unit: Effective) -> Iterator[Finding]:
    """With Accept=yes the instance name of the service consists of the number and the addresses of the connection. %i
    in User= therefore does not name an existing account, and the service fails with 217/USER (systemd.socket(5),
    Accept=; tested on systemd 252, 257 and 262).
    """
    user = unit.file.value("User")
    if accepts(unit) and unit.file.is_template and "%i" in user and not unit.is_dynamic:
        plain = unit.file.name.partition("@")[0]
        yield Finding(
            "accept-user",
            "hint",
            "User",
            "With Accept=yes each connection is an instance, and %i its number and addresses: no user is called so. Take one user for all.",
            Fix(f"Set User={plain}"[:80], unit.file.with_values("User", plain)),
        )


def symlinks_to_many(unit: Effective) -> Iterator[Finding]:
    """Symlinks= creates symbolic links to the one path that a socket listens on. systemd refuses it if the socket has
    no path or more than one (socket_verify() and socket_find_symlink_target() in src/core/socket.c).
    """
    paths = [
        value
        for name in (*ADDRESSES, "socket.Socket.ListenFIFO")
        for value in unit.file.values(name)
        if value[0] in "/%"
    ]
    if unit.file.is_set("socket.Socket.Symlinks") and len(paths) != 1:
        yield Finding(
            "symlinks",
            "error",
            "socket.Socket.Symlinks",
            f"Links lead to the one path that a socket listens on, and this one has {len(paths) or 'none'}. Leave Symlinks= out.",
            Fix("Take Symlinks= out", unit.file.with_values("socket.Socket.Symlinks")),
        )


def socket_for_everybody(unit: Effective) -> Iterator[Finding]:
    """Every user with write permission on a socket in the file system can connect to it. Without SocketMode= all users
    have that permission (systemd.socket(5), SocketMode=; unix(7); tested on systemd 252, 257 and 262).
    """
    paths = socket_paths(unit)
    if paths and not unit.file.is_set("socket.Socket.SocketMode"):
        yield Finding(
            "open-socket",
            "warning",
            "socket.Socket.SocketMode",
            f"Every user of the machine can connect to {paths[0]}: without SocketMode= it has mode 0666. Set 0660, and in SocketGroup= the group of who shall.",
            Fix("Set SocketMode=0660", unit.file.with_values("socket.Socket.SocketMode", "0660")),
        )


def socket_goes_with_directory(unit: Effective) -> Iterator[Finding]:
    """When the service stops, systemd removes its runtime directory with everything in it. The socket unit keeps
    listening, but its path no longer exists, so clients cannot connect (systemd.exec(5), RuntimeDirectoryPreserve=;
    tested on systemd 252, 257 and 262).
    """
    if unit.word("RuntimeDirectoryPreserve") not in ("", "no"):
        return
    gone = [directory.path for directory in unit.managed if directory.row.root == "/run"]
    for path in socket_paths(unit):
        inside = next((directory for directory in gone if is_within(path, directory)), "")
        if inside:
            yield Finding(
                "socket-removed",
                "hint",
                "RuntimeDirectoryPreserve",
                f"When the service stops, {inside} is deleted with {path} in it, and the socket cannot be reached any more. Preserve the directory, or let it listen elsewhere.",
                Fix("Set RuntimeDirectoryPreserve=yes", unit.file.with_values("RuntimeDirectoryPreserve", "yes")),
            )
            return


_BINDS = "CAP_NET_BIND_SERVICE"


def needless_capability(unit: Effective) -> Iterator[Finding]:
    """systemd opens the ports of a socket as root and passes them to the service. The service needs no capability for
    this: a service without any capability served port 80 (sd_listen_fds(3); capabilities(7); tested on systemd 252, 257
    and 262).
    """
    ports = open_ports(unit)
    if _BINDS in unit.ambient_set and ports and {int(port) for port in low_ports(unit)} <= ports:
        yield Finding(
            "needless-capability",
            "note",
            "AmbientCapabilities",
            f"The socket unit opens port {min(ports)} and hands it over: the service itself needs no {_BINDS} for it.",
            without_capabilities(unit, frozenset({_BINDS})),
        )


def persistent_without_calendar(unit: Effective) -> Iterator[Finding]:
    """Persistent= catches up on OnCalendar= times that were missed. It has no effect on timers that count a time span
    (systemd.timer(5), Persistent=).
    """
    name = "timer.Timer.Persistent"
    if (
        unit.file.value(name) == "yes"
        and not unit.file.is_set("timer.Timer.OnCalendar")
        and unit.file.is_set("timer.Timer.OnBootSec")
    ):
        yield Finding(
            "no-effect",
            "note",
            name,
            "Persistent=yes is for OnCalendar=, and changes nothing about spans of time. Leave it out.",
            Fix("Take Persistent= out", unit.file.with_values(name)),
        )


def starts_again_and_again(unit: Effective) -> Iterator[Finding]:
    """While the path exists, systemd starts the service again as soon as it has exited (systemd.path(5), PathExists=)."""
    for name in ("path.Path.PathExists", "path.Path.PathExistsGlob", "path.Path.DirectoryNotEmpty"):
        if unit.file.is_set(name):
            yield Finding(
                "again",
                "note",
                name,
                f"The service is started again as soon as it has ended, as long as {unit.file.value(name)} {'holds something' if name.endswith('NotEmpty') else 'is there'}: it has to take away what it has dealt with.",
            )


RULES: tuple[Rule, ...] = (
    Rule(trigger_without_condition, ("never-starts",), ("error",), "Timer, socket or path unit without a trigger"),
    Rule(timer_never_elapses, ("never-starts",), ("hint",), "Timer never elapses"),
    Rule(stays_after_timer, ("runs-once",), ("hint",), "RemainAfterExit=yes on a service with a timer"),
    Rule(starts_another, ("starts-another",), ("hint",), "Timer, socket or path unit starts another unit"),
    Rule(accepts_without_template, ("accept",), ("error",), "Accept=yes without a template service"),
    Rule(accepts_without_connections, ("accept-refused",), ("error",), "Settings that conflict with Accept=yes"),
    Rule(instance_is_connection, ("accept-user",), ("hint",), "User= contains %i of a per-connection service"),
    Rule(symlinks_to_many, ("symlinks",), ("error",), "Symlinks= requires exactly one socket path"),
    Rule(socket_for_everybody, ("open-socket",), ("warning",), "Socket is accessible to all users"),
    Rule(socket_goes_with_directory, ("socket-removed",), ("hint",), "Socket in a runtime directory that systemd removes"),
    Rule(needless_capability, ("needless-capability",), ("note",), "Unneeded capability with socket activation"),
    Rule(persistent_without_calendar, ("no-effect",), ("note",), "Persistent= without OnCalendar="),
    Rule(starts_again_and_again, ("again",), ("note",), "Path unit starts the service repeatedly"),
)  # fmt: skip

"""Findings on what gives a service rights of root, or leaves them to it."""

from collections.abc import Iterator

from app import catalogue
from app.effective import Effective, calls_of, is_read
from app.rules.finding import Finding, Fix, Rule
from app.unitfile import Assignment, UnitFile
from app.values import Command, CommandLine, commands_of
from app.values.text import raw_words

COMMANDS = tuple(row.name for row in catalogue.DIRECTIVES if isinstance(row.kind, Command))
MAIN = "ExecStart"

OPENING_CAPABILITIES = frozenset(
    "CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_KILL CAP_SETGID CAP_SETUID CAP_SYS_ADMIN CAP_SYS_PTRACE".split()
)
"""Capabilities with which neither owner nor mode keeps a service from what belongs to others (capabilities(7))."""

WALLS = (
    "ProtectSystem", "ProtectHome", "PrivateDevices", "PrivateTmp", "ProtectKernelTunables", "ProtectControlGroups",
    "ReadOnlyPaths", "InaccessiblePaths", "TemporaryFileSystem", "NoExecPaths",
)  # fmt: skip
"""Directives that are mounts, which a process that may mount can undo."""


def command_as_root(unit: Effective) -> Iterator[Finding]:
    """The prefix + runs a command as root and outside the sandbox, ! as root within it, and !! as root where the kernel has
    no ambient capabilities; systemd 258 and later ignores !! (systemd.service(5), “Command lines”; run: ExecStart=+… wrote
    /usr under User=, ProtectSystem=strict and NoNewPrivileges=yes).
    """
    for line in unit.unit.sorted_assignments():
        if line.name in COMMANDS and is_read(line.name, line.value, unit.version):
            for at, command in enumerate(commands_of(line.value)):
                how = _rights(command, unit.version)
                if how:
                    yield Finding(
                        "P56",
                        "warning",
                        line.name,
                        f"{how}: {command.path}. Take the prefix away, or do this in the preparation.",
                        _without_prefix(unit.unit, line, at, command),
                    )


def _rights(command: CommandLine, version: int) -> str:
    """What the prefix of a command does to the rights it runs with; "" where it does nothing."""
    if "+" in command.prefixes:
        return "The prefix + runs this command as root, outside of the sandbox"
    if "!!" in command.prefixes:
        is_ignored = version >= 258
        return "" if is_ignored else "The prefix !! runs this command as root on a kernel without ambient capabilities"
    return "The prefix ! runs this command as root, whatever User= says" if "!" in command.prefixes else ""


def _without_prefix(unit: UnitFile, line: Assignment, at: int, command: CommandLine) -> Fix | None:
    """The unit with one command of a line without its prefix of rights; None where quotes stand in the way."""
    words = raw_words(line.value)
    starts = [0, *(place + 1 for place, word in enumerate(words) if word == ";" and place + 1 < len(words))]
    starts = [place for place in starts if words[place] != ";"]
    word = words[starts[at]] if at < len(starts) else ""
    if not word.startswith(command.prefixes):
        return None
    kept = "".join(sign for sign in command.prefixes if sign not in "+!")
    plain = kept + word.removeprefix(command.prefixes)
    fixed = " ".join([*words[: starts[at]], plain, *words[starts[at] + 1 :]])
    return Fix(f"Write {plain}"[:80], unit.with_line(line, fixed))


def only_the_start_as_its_user(unit: Effective) -> Iterator[Finding]:
    """PermissionsStartOnly=yes lets User= and its like count for ExecStart= alone; the manual does not name it any more, and
    systemd 262 still does it (src/core/service.c; run).
    """
    if unit.word("PermissionsStartOnly") != "yes":
        return
    others = (name for name in COMMANDS if name != MAIN)
    paths = dict.fromkeys(command.path for name in others for line in unit.lines(name) for command in commands_of(line))
    named = f": {', '.join(list(paths)[:5])}" if paths else ""
    yield Finding(
        "P56",
        "warning",
        "PermissionsStartOnly",
        f"With PermissionsStartOnly=yes every command but ExecStart= runs as root{named}. Take it out.",
        Fix("Take PermissionsStartOnly= out", unit.unit.with_values("PermissionsStartOnly")),
    )


def capabilities_open_all(unit: Effective) -> Iterator[Finding]:
    """Some capabilities pass by owners and modes, so what other services keep to themselves is open to this one
    (capabilities(7); run: CAP_DAC_READ_SEARCH read a sibling's file of mode 0600 in a StateDirectory= of mode 0700).
    """
    opening = unit.ambient_set & unit.bounding_set & OPENING_CAPABILITIES
    if opening:
        named = ", ".join(sorted(opening))
        yield Finding(
            "P57",
            "warning",
            "AmbientCapabilities",
            f"With {named} the service passes by the owners and modes that keep others apart from it. Take it out.",
            _without_capabilities(unit, opening),
        )


def _without_capabilities(unit: Effective, names: frozenset[str]) -> Fix | None:
    """The unit whose service does not get these; None where they are not named plainly."""
    lines = (value.split() for value in unit.unit.values("AmbientCapabilities"))
    kept = (" ".join(word for word in words if word.upper() not in names) for words in lines)
    fixed = unit.unit.with_values("AmbientCapabilities", *filter(None, kept))
    return None if Effective(fixed).ambient_set & names else Fix(f"Take {', '.join(sorted(names))} out"[:80], fixed)


def capabilities_out_of_bounds(unit: Effective) -> Iterator[Finding]:
    """A capability that is not in the bounding set cannot be given, and PrivateDevices=, ProtectClock= and the like take some
    out of it (systemd.exec(5), CapabilityBoundingSet=; run: a bind to port 80 failed with EACCES).
    """
    lost = unit.ambient_set - unit.bounding_set
    if not lost:
        return
    named = ", ".join(sorted(lost))
    wider = unit.unit.with_values(
        "CapabilityBoundingSet", *unit.unit.values("CapabilityBoundingSet"), " ".join(sorted(lost))
    )
    is_mended = lost <= Effective(wider).bounding_set and not lost & OPENING_CAPABILITIES
    yield Finding(
        "P39",
        "hint",
        "AmbientCapabilities",
        f"The service does not get {named}, which is outside the bounding set of this unit. Allow it there, or take it out here.",
        Fix(f"Add {named} to CapabilityBoundingSet="[:80], wider) if is_mended else _without_capabilities(unit, lost),
    )


def capabilities_in_namespace(unit: Effective) -> Iterator[Finding]:
    """In a user namespace a capability counts for what belongs to that namespace only, and the network does not
    (user_namespaces(7), systemd.exec(5), PrivateUsers=; run: a bind to port 80 failed with EACCES).
    """
    if unit.ambient_set and unit.word("PrivateUsers") not in ("", "no"):
        yield Finding(
            "P39",
            "hint",
            "AmbientCapabilities",
            f"PrivateUsers={unit.written('PrivateUsers')} makes capabilities count inside its user namespace only, so a port below 1024 stays closed. Keep one of the two.",
            Fix("Take PrivateUsers= out", unit.unit.with_values("PrivateUsers")),
        )


def root_undoes_walls(unit: Effective) -> Iterator[Finding]:
    """Mounts that keep a service from a path may be undone by a privileged process (systemd.exec(5), ReadWritePaths=; run:
    mount -o remount,bind,rw / left ProtectSystem=strict, NoNewPrivileges=yes notwithstanding).
    """
    if not unit.is_privileged or unit.is_dynamic or "CAP_SYS_ADMIN" not in unit.bounding_set:
        return
    wall = next((name for name in WALLS if unit.word(name) not in ("", "no")), "")
    if wall and unit.call_filter.permits_any(calls_of("@mount", unit.version)):
        bounds = (*unit.unit.values("CapabilityBoundingSet"), "~CAP_SYS_ADMIN")
        yield Finding(
            "P3",
            "warning",
            "User",
            f"As root the service can mount anew and so undo {wall}=. Set User=, or take CAP_SYS_ADMIN from it.",
            Fix("Set CapabilityBoundingSet=~CAP_SYS_ADMIN", unit.unit.with_values("CapabilityBoundingSet", *bounds)),
        )


RULES: tuple[Rule, ...] = (
    root_undoes_walls,
    command_as_root,
    only_the_start_as_its_user,
    capabilities_open_all,
    capabilities_out_of_bounds,
    capabilities_in_namespace,
)

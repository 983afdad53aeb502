"""Findings on what gives a service rights of root, or leaves them to it."""

import re
from collections.abc import Iterator

from app.analysis.rules.commands import (
    OF_SOCKETS,
    SOCKET_USER,
    START_ONLY,
    RunCommand,
    all_runs,
    programs,
    runs,
    text_for_shell,
)
from app.analysis.rules.finding import Finding, Fix, Rule
from app.effective import Effective, calls_of
from app.unitfile.model import Assignment, UnitFile
from app.values import ExecLine, split_words
from app.values.commands import SHELL
from app.values.lexing import raw_words, unquote

_HOW = {
    "+": "The prefix + runs this command as root, outside of the sandbox",
    "!!": "The prefix !! runs this command as root on a kernel without ambient capabilities",
    "!": "The prefix ! runs this command as root, whatever User= says",
}
"""What each prefix does to the rights of a command."""

_STEERING = re.compile(
    "PATH|BASH_ENV|ENV|IFS|LD_.*|NODE_OPTIONS|NODE_PATH|PERL5LIB|PERL5OPT|PYTHONPATH|PYTHONSTARTUP|RUBYLIB|RUBYOPT"
)
"""Variables that decide what code a program runs (ld.so(8), bash(1) and the manuals of the languages)."""

ROOT_CAPABILITIES = frozenset(
    "CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_KILL CAP_SETGID CAP_SETUID CAP_SYS_ADMIN CAP_SYS_PTRACE".split()
)
"""Capabilities with which neither owner nor mode keeps a service from what belongs to others (capabilities(7))."""

SANDBOX_MOUNTS = (
    "ProtectSystem", "ProtectHome", "PrivateDevices", "PrivateTmp", "ProtectKernelTunables", "ProtectControlGroups",
    "ReadOnlyPaths", "InaccessiblePaths", "TemporaryFileSystem", "NoExecPaths",
)  # fmt: skip
"""Directives that are mounts, which a process that may mount can undo."""


def command_as_root(unit: Effective) -> Iterator[Finding]:
    """The prefix + runs a command as root and outside the sandbox, and ! runs it as root inside the sandbox. The prefix
    !! runs it as root if the kernel has no ambient capabilities, and systemd 258 and later ignores !!. A command with +
    wrote to /usr despite User=, ProtectSystem=strict and NoNewPrivileges=yes (systemd.service(5), “Command lines”;
    tested on systemd 252, 257 and 262).
    """
    for run in all_runs(unit):
        if run.prefix in _HOW:
            yield Finding(
                "P56",
                "warning",
                run.line.name,
                f"{_HOW[run.prefix]}: {run.command.path}. Take the prefix away, or do this in the preparation.",
                _without_prefix(unit.file, run.line, run.at, run.command),
            )


def _without_prefix(unit: UnitFile, line: Assignment, at: int, command: ExecLine) -> Fix | None:
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


def socket_command_as_root(unit: Effective) -> Iterator[Finding]:
    """A socket runs its commands with its own User= and Group=. Their default is root, whatever the service sets. The
    command of a socket ran as root although the service had User=nobody (systemd.socket(5), ExecStartPre=; tested on
    systemd 252, 257 and 262).
    """
    for run in all_runs(unit):
        if run.prefix == SOCKET_USER:
            yield Finding(
                "P56",
                "warning",
                run.line.name,
                f"The socket runs {run.command.path} as root, because User= of the service does not count for commands of its socket. A fault in that program reaches the whole machine. Set User= in the socket too, or run the program from the service.",
                _with_socket_user(unit),
            )


def _with_socket_user(unit: Effective) -> Fix | None:
    """The unit whose socket runs its commands as the service's user; None where that is root, or exists only while the service runs."""
    user = unit.file.value("User")
    if not user or unit.identity not in ("own", "existing"):
        return None
    return Fix(f"Set User={user} in the socket"[:80], unit.file.with_values(SOCKET_USER, user))


def permissions_start_only(unit: Effective) -> Iterator[Finding]:
    """With PermissionsStartOnly=yes, User= and similar settings apply only to ExecStart=. The manual no longer
    documents the directive, but systemd 262 still applies it (src/core/service.c; tested on systemd 252, 257 and 262).
    """
    if unit.word(START_ONLY) != "yes":
        return
    paths = dict.fromkeys(run.command.path for run in runs(unit) if run.prefix == START_ONLY)
    named = f": {', '.join(list(paths)[:5])}" if paths else ""
    yield Finding(
        "P56",
        "warning",
        START_ONLY,
        f"With PermissionsStartOnly=yes every command but ExecStart= runs as root{named}. Take it out.",
        Fix("Take PermissionsStartOnly= out", unit.file.with_values(START_ONLY)),
    )


def shell_as_root(unit: Effective) -> Iterator[Finding]:
    """A shell runs commands that depend on its script, on PATH and on expansion. Root rights then reach more than one
    program (systemd.service(5), “Command lines”; sh(1)).
    """
    for run in _raised(unit):
        words = next(programs(run.command), ())
        if SHELL in run.command.prefixes or text_for_shell(words):
            yield Finding(
                "P58",
                "warning",
                run.line.name,
                f"A shell runs as root here: {run.command.path}. What it expands and finds runs as root too. Name the one program with its full path, or take root's rights away.",
                _without_rights(unit, run),
            )


def variables_reach_root(unit: Effective) -> Iterator[Finding]:
    """systemd also sets the variables of Environment= for commands that run as root. Some variables decide which code a
    program loads: anyone who can write to the path in such a variable can run code as root (ld.so(8); systemd.exec(5),
    ExecSearchPath=).
    """
    raised = next((run for run in _raised(unit) if run.line.name not in OF_SOCKETS), None)
    of_socket = next((run for run in _raised(unit) if run.line.name in OF_SOCKETS), None)
    for run, field in ((raised, "Environment"), (of_socket, "socket.Socket.Environment")):
        names = _steering(unit, field) if run else []
        if run and names:
            yield Finding(
                "P58",
                "warning",
                field,
                f"{', '.join(names)} reaches {run.command.path} too, which runs as root, and decides what code it runs. Take it out, or the rights of root.",
                Fix(f"Take {', '.join(names)} out"[:80], _without_variables(unit.file, names, field)),
            )
    if unit.words("ExecSearchPath") and any(
        run.line.name not in OF_SOCKETS and "/" not in run.command.path for run in _raised(unit)
    ):
        yield Finding(
            "P58",
            "warning",
            "ExecSearchPath",
            "A program without its path runs as root here, looked for in ExecSearchPath=. Write its path.",
            Fix("Take ExecSearchPath= out", unit.file.with_values("ExecSearchPath")),
        )


def _raised(unit: Effective) -> Iterator[RunCommand]:
    """The commands that run as root though the service does not."""
    return (run for run in all_runs(unit) if run.prefix and not unit.is_privileged)


def _without_rights(unit: Effective, run: RunCommand) -> Fix | None:
    if run.prefix == SOCKET_USER:
        return _with_socket_user(unit)
    if run.prefix == START_ONLY:
        return Fix("Take PermissionsStartOnly= out", unit.file.with_values(START_ONLY))
    return _without_prefix(unit.file, run.line, run.at, run.command)


def _steering(unit: Effective, field: str) -> list[str]:
    """The variables of Environment= that decide what code a program runs, each once."""
    lines = (split_words(line, c_escapes=True) for line in unit.lines(field))
    names = (word.partition("=")[0] for words in lines for word in words)
    return list(dict.fromkeys(name for name in names if _STEERING.fullmatch(name)))


def _without_variables(unit: UnitFile, names: list[str], field: str) -> UnitFile:
    """The unit without these variables in Environment=, all else as it was written."""
    lines = ([word for word in raw_words(value) if _variable(word) not in names] for value in unit.values(field))
    return unit.with_values(field, *(" ".join(words) for words in lines if words))


def _variable(word: str) -> str:
    return unquote(word, c_escapes=True).partition("=")[0]


def capability_bypasses_permissions(unit: Effective) -> Iterator[Finding]:
    """Some capabilities bypass owner and mode, so this service can access the private files of other services. A
    service with CAP_DAC_READ_SEARCH could read another service's file of mode 0600 in a StateDirectory= of mode 0700
    (capabilities(7); tested on systemd 252, 257 and 262).
    """
    opening = unit.ambient_set & unit.bounding_set & ROOT_CAPABILITIES
    if opening:
        named = ", ".join(sorted(opening))
        yield Finding(
            "P57",
            "warning",
            "AmbientCapabilities",
            f"With {named} the service passes by the owners and modes that keep others apart from it. Take it out.",
            without_capabilities(unit, opening),
        )


def without_capabilities(unit: Effective, names: frozenset[str]) -> Fix | None:
    """The unit whose service does not get these; None where they are not named plainly."""
    lines = (value.split() for value in unit.file.values("AmbientCapabilities"))
    kept = (" ".join(word for word in words if word.upper() not in names) for words in lines)
    fixed = unit.file.with_values("AmbientCapabilities", *filter(None, kept))
    return None if Effective(fixed).ambient_set & names else Fix(f"Take {', '.join(sorted(names))} out"[:80], fixed)


def capabilities_out_of_bounds(unit: Effective) -> Iterator[Finding]:
    """systemd cannot grant a capability that is missing from the bounding set. PrivateDevices=, ProtectClock= and
    similar settings remove capabilities from that set. Without the capability, binding to port 80 failed with EACCES
    (systemd.exec(5), CapabilityBoundingSet=; tested on systemd 252, 257 and 262).
    """
    lost = unit.ambient_set - unit.bounding_set
    if not lost:
        return
    named = ", ".join(sorted(lost))
    wider = unit.file.with_values(
        "CapabilityBoundingSet", *unit.file.values("CapabilityBoundingSet"), " ".join(sorted(lost))
    )
    is_mended = lost <= Effective(wider).bounding_set and not lost & ROOT_CAPABILITIES
    yield Finding(
        "P39",
        "hint",
        "AmbientCapabilities",
        f"The service does not get {named}, which is outside the bounding set of this unit. Allow it there, or take it out here.",
        Fix(f"Add {named} to CapabilityBoundingSet="[:80], wider) if is_mended else without_capabilities(unit, lost),
    )


def capabilities_in_namespace(unit: Effective) -> Iterator[Finding]:
    """In a user namespace, a capability applies only to resources of that namespace, and the network is not one of
    them. Binding to port 80 failed with EACCES (user_namespaces(7); systemd.exec(5), PrivateUsers=; tested on systemd
    252, 257 and 262).
    """
    if unit.ambient_set and unit.word("PrivateUsers") not in ("", "no"):
        yield Finding(
            "P39",
            "hint",
            "AmbientCapabilities",
            f"PrivateUsers={unit.written('PrivateUsers')} makes capabilities count inside its user namespace only, so a port below 1024 stays closed. Keep one of the two.",
            Fix("Take PrivateUsers= out", unit.file.with_values("PrivateUsers")),
        )


def root_can_remount(unit: Effective) -> Iterator[Finding]:
    """A privileged process can undo the mounts that restrict a service. The command mount -o remount,bind,rw / removed
    ProtectSystem=strict, even with NoNewPrivileges=yes (systemd.exec(5), ReadWritePaths=; tested on systemd 252, 257
    and 262).
    """
    if not unit.is_privileged or unit.is_dynamic or "CAP_SYS_ADMIN" not in unit.bounding_set:
        return
    wall = next((name for name in SANDBOX_MOUNTS if unit.word(name) not in ("", "no")), "")
    if wall and unit.call_filter.permits_any(calls_of("@mount", unit.version)):
        bounds = (*unit.file.values("CapabilityBoundingSet"), "~CAP_SYS_ADMIN")
        yield Finding(
            "P3",
            "warning",
            "User",
            f"As root the service can mount anew and so undo {wall}=. Set User=, or take CAP_SYS_ADMIN from it.",
            Fix("Set CapabilityBoundingSet=~CAP_SYS_ADMIN", unit.file.with_values("CapabilityBoundingSet", *bounds)),
        )


RULES: tuple[Rule, ...] = (
    Rule(root_can_remount, ("P3",), ("warning",), "Root can undo read-only mounts"),
    Rule(command_as_root, ("P56",), ("warning",), "Command prefix +, ! or !! runs as root"),
    Rule(socket_command_as_root, ("P56",), ("warning",), "Command of a socket runs as root"),
    Rule(permissions_start_only, ("P56",), ("warning",), "PermissionsStartOnly=yes runs other commands as root"),
    Rule(shell_as_root, ("P58",), ("warning",), "Shell runs as root"),
    Rule(variables_reach_root, ("P58",), ("warning",), "Environment variables reach a command that runs as root"),
    Rule(capability_bypasses_permissions, ("P57",), ("warning",), "Capability bypasses file permissions"),
    Rule(capabilities_out_of_bounds, ("P39",), ("hint",), "Ambient capability outside the bounding set"),
    Rule(capabilities_in_namespace, ("P39",), ("hint",), "Ambient capability in a user namespace"),
)  # fmt: skip

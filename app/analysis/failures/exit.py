"""Why a service that was started ends in failure: what it waited for, what ended it, and what its program may have said.

Sources: systemd.service(5), systemd.exec(5), src/core/service.c, and runs on systemd 252, 257 and 262.
"""

from collections.abc import Iterator
from typing import NamedTuple

from app import catalogue
from app.analysis.failures.start import Causes, FailureCause, journal, lines, listed, properties, way_to
from app.effective import Effective
from app.host.shell import ShellCommand
from app.values import commands_of, quoted

SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh"})


def start(unit: Effective) -> str:
    """Its type in force, as systemd names it."""
    return unit.setting("Type") or "simple"


_READY = "READY=1 from the program, which must speak sd_notify(3)"
_WAITS = {
    "notify": _READY,
    "notify-reload": _READY,
    "forking": "the first process to end, as a program that goes to the background has it end",
    "dbus": "the name {} on the bus",
    "oneshot": "the program to end",
}
"""What systemd waits for, by Type=."""


def timeout(unit: Effective) -> Iterator[FailureCause]:
    """Result: timeout."""
    kind = start(unit)
    limit = unit.setting("TimeoutStartSec") or ("infinity" if kind == "oneshot" else "90s")
    if kind in _WAITS and limit not in ("infinity", "0"):
        awaited = _WAITS[kind].format(unit.setting("BusName"))
        yield FailureCause(
            f"Type={kind} waits for {awaited}; it did not come within {quoted(limit)}.",
            properties(unit, "Type,NotifyAccess,TimeoutStartUSec"),
        )
    limited = lines(unit, ("RuntimeMaxSec",))
    if limited:
        yield FailureCause(f"{listed(limited)} ended it: it may run no longer.", properties(unit, "RuntimeMaxUSec"))


_SILENT = "the program ended before it sent READY=1; it may not speak sd_notify(3), and then Type=exec is right"
_PROMISES = {
    "notify": _SILENT,
    "notify-reload": _SILENT,
    "forking": "no process was left, or {} did not name it in time",
    "dbus": "the program ended before it took the name {}",
}


def protocol(unit: Effective) -> Iterator[FailureCause]:
    """Result: protocol."""
    kind = start(unit)
    if kind in _PROMISES:
        named = unit.setting("BusName") or unit.setting("PIDFile") or "its PID file"
        yield FailureCause(
            f"Type={kind}: {_PROMISES[kind].format(quoted(named))}.", properties(unit, "Type,PIDFile,NotifyAccess")
        )


def environment_files(unit: Effective) -> Iterator[FailureCause]:
    """Result: resources."""
    paths = [unit.expand_known(line) for line in unit.lines("EnvironmentFile") if line and not line.startswith("-")]
    if paths:
        yield FailureCause(
            f"{listed(paths)} of EnvironmentFile= is missing: no process was started. Where it may be missing, write - before it.",
            way_to(paths),
        )


def limited(words: str, *names: str) -> Causes:
    """Settings that end it, or keep it from starting, each as it stands."""

    def causes(unit: Effective) -> Iterator[FailureCause]:
        found = lines(unit, names)
        if found:
            asked = ",".join(dict.fromkeys(_property(line.partition("=")[0]) for line in found))
            yield FailureCause(f"{listed(found)}: {words}", properties(unit, asked))

    return causes


def _property(name: str) -> str:
    """What systemctl show calls a directive: times are in microseconds there."""
    word = name.rpartition(".")[2]
    return f"{word.removesuffix('Sec')}USec" if word.endswith("Sec") else word


def start_limit(unit: Effective) -> Iterator[FailureCause]:
    """Result: start-limit-hit."""
    restarts = lines(unit, ("Restart",))
    if restarts:
        burst, interval = unit.setting("StartLimitBurst") or "5", unit.setting("StartLimitIntervalSec") or "10s"
        yield FailureCause(
            f"{restarts[0]} started it more than {quoted(burst)} times in {quoted(interval)}. What fails each time stands above that line in the journal; mend it, and systemctl start tries again.",
            journal(unit, "repeated too quickly"),
        )


def conditions(unit: Effective) -> Iterator[FailureCause]:
    """No failure: a start that is skipped."""
    names = [name for name in catalogue.names() if name.startswith(("Condition", "Assert", "ExecCondition"))]
    found = lines(unit, (name for name in names if unit.file.is_set(name)))
    if found:
        status = ShellCommand(("systemctl", "status", "--no-pager", unit.file_name), root=False)
        yield FailureCause(f"{listed(found)} does not hold; the status names which.", status)


def dependencies(unit: Effective) -> Iterator[FailureCause]:
    """Result: dependency."""
    units = [unit.expand_known(word) for name in ("Requires", "Requisite", "BindsTo") for word in unit.words(name)]
    if units:
        yield FailureCause(
            f"One of {listed(units)} did not start, or is not there.",
            ShellCommand(("systemctl", "is-active", "--", *dict.fromkeys(units)), root=False),
        )


def shell_commands(unit: Effective) -> Iterator[FailureCause]:
    """126 and 127: a shell that could not run what it was given."""
    commands = [command for line in unit.lines("ExecStart") if line for command in commands_of(line)]
    for command in commands:
        if command.path.rpartition("/")[2] in SHELLS or "|" in command.prefixes:
            yield FailureCause(
                f"{command.path} found no program of a name in “{quoted(' '.join(command.arguments))}” (127), or may not execute it (126); it names it.",
                journal(unit),
            )


class ProgramSymptom(NamedTuple):
    """An error message of a program that a setting restricts."""

    text: str
    """The error message."""
    names: tuple[str, ...]
    """The directives that can cause the message."""
    mend: str
    """The reason or the remedy, as a clause."""


SYMPTOMS = (
    ProgramSymptom("Read-only file system", ("ProtectSystem", "ReadOnlyPaths", "BindReadOnlyPaths", "ProtectKernelTunables", "ProtectControlGroups"), "it writes outside of its directories; give it StateDirectory= or ReadWritePaths="),
    ProgramSymptom("No such file or directory", ("ProtectHome", "PrivateTmp", "TemporaryFileSystem", "PrivateDevices", "RootDirectory", "ProtectProc", "ProcSubset"), "what it looks for is hidden from it; BindReadOnlyPaths= shows a single path, and PrivateTmp= has a /tmp of its own"),
    ProgramSymptom("Operation not permitted", ("NoNewPrivileges", "CapabilityBoundingSet", "SystemCallFilter", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "MemoryDenyWriteExecute", "ProtectClock", "ProtectHostname", "PrivateUsers"), "one of these forbids what it tried; strace -f names the call"),
    ProgramSymptom("Address family not supported", ("RestrictAddressFamilies",), "the family of a socket that it needs is not in the list; the libc needs AF_UNIX, and often AF_NETLINK"),
    ProgramSymptom("Network is unreachable", ("PrivateNetwork", "IPAddressDeny"), "it has no way to that address"),
    ProgramSymptom("Too many open files", ("LimitNOFILE",), "raise it"),
    ProgramSymptom("Resource temporarily unavailable", ("TasksMax", "LimitNPROC"), "it may have no more threads or processes"),
    ProgramSymptom("Cannot allocate memory", ("MemoryMax", "LimitAS", "LimitDATA", "LimitMEMLOCK", "MemoryDenyWriteExecute"), "it may have no more memory, or none that is both writable and executable"),
)  # fmt: skip


def own_status(unit: Effective) -> Iterator[FailureCause]:
    """The program's own status: what it may have said, and which of the settings is behind it."""
    if not unit.is_privileged:
        yield FailureCause(
            f"“Permission denied”: {unit.account} does not own the path, or its mode lets others do nothing; for a port below 1024 it needs AmbientCapabilities=CAP_NET_BIND_SERVICE.",
            journal(unit, "permission denied|eacces"),
        )
    for symptom in SYMPTOMS:
        found = lines(unit, symptom.names)
        if found:
            yield FailureCause(
                f"“{symptom.text}” with {listed(found)}: {symptom.mend}.", journal(unit, symptom.text.lower())
            )

"""When it fails: from the status or result that systemd reports to the likely cause in a unit and the command that shows it.

Source of the statuses: systemd.exec(5), "Process Exit Codes".
"""

from typing import Any, NamedTuple

from app.analysis.failures import exit, start
from app.analysis.failures.start import Causes, FailureCause, journal, properties
from app.catalogue import MANAGED_ROOTS, names
from app.effective import Effective
from app.host.shell import ShellCommand

__all__ = ["ROWS", "Diagnosis", "Failure", "FailureCause", "FailureRow", "diagnose", "first_look"]


class FailureRow(NamedTuple):
    """A status or result of systemctl status, with its possible causes."""

    status: str
    """The status as systemctl status shows it."""
    title: str
    """The meaning of the status."""
    causes: Causes
    """A function that yields the causes in a unit."""


class Failure(NamedTuple):
    """A failure that the unit can have."""

    status: str
    """The status as systemctl status shows it."""
    title: str
    """The meaning of the status."""
    causes: tuple[FailureCause, ...]
    """The causes in the unit, the most likely one first."""


class Diagnosis(NamedTuple):
    """All failures that a unit can have."""

    failures: tuple[Failure, ...]
    others: tuple[str, ...]
    """The statuses that the unit cannot cause."""

    def as_json(self) -> dict[str, Any]:
        """For programs: the failures with their causes, and the other statuses."""
        return {"likely": [_failure_json(failure) for failure in self.failures], "others": list(self.others)}


def _failure_json(failure: Failure) -> dict[str, Any]:
    causes = [{"message": cause.sentence, "command": cause.command.text(sudo=True)} for cause in failure.causes]
    return {"status": failure.status, "title": failure.title, "causes": causes}


_LIMITS = tuple(name for name in names() if name.startswith("Limit"))
_STATUS_OF = {"/run": "233/RUNTIME_DIRECTORY", "/var/lib": "238/STATE_DIRECTORY", "/var/cache": "239/CACHE_DIRECTORY", "/var/log": "240/LOGS_DIRECTORY", "/etc": "241/CONFIGURATION_DIRECTORY"}  # fmt: skip
_KERNEL = "the kernel refuses it, or does not have it."
_ASKED = "it is more than this machine or container allows."

ROWS = (
    FailureRow("217/USER", "Its user cannot be had", start.account),
    FailureRow("216/GROUP", "One of its groups cannot be had", start.groups),
    FailureRow("203/EXEC", "The program cannot be executed", start.programs),
    FailureRow("200/CHDIR", "The working directory cannot be entered", start.working_directory),
    FailureRow("226/NAMESPACE", "Its view of the file system cannot be built", start.mounts),
    *(FailureRow(_STATUS_OF[row.root], f"A directory below {row.root} cannot be made or handed over", start.managed(row)) for row in MANAGED_ROOTS),
    FailureRow("209/STDOUT", "Standard output cannot be opened", start.stream("StandardOutput")),
    FailureRow("222/STDERR", "Standard error cannot be opened", start.stream("StandardError")),
    FailureRow("208/STDIN", "Standard input cannot be opened", start.stream("StandardInput")),
    FailureRow("202/FDS", "A file cannot be opened for it", start.open_files),
    FailureRow("243/CREDENTIALS", "A credential cannot be had", start.credentials),
    FailureRow("225/NETWORK", "Its network cannot be set up", start.network),
    FailureRow("Result: resources", "systemd could not even begin", exit.environment_files),
    FailureRow("1 and other numbers", "The program gave up", exit.own_status),
    FailureRow("126 or 127", "A shell could not run a command", exit.shell_commands),
    FailureRow("31/SYS", "It made a system call that is not allowed", exit.limited("the kernel ended it at the first call that is left out; ausearch -m seccomp or dmesg has its number.", "SystemCallFilter", "SystemCallArchitectures")),
    FailureRow("Result: timeout", "It was not ready in time", exit.timeout),
    FailureRow("Result: protocol", "It did not start the way Type= says", exit.protocol),
    FailureRow("Result: watchdog", "It gave no sign of life", exit.limited("it must send WATCHDOG=1 in time, as sd_watchdog_enabled(3) says.", "WatchdogSec")),
    FailureRow("Result: oom-kill", "The kernel ended it for lack of memory", exit.limited("it needed more.", "MemoryMax", "MemorySwapMax")),
    FailureRow("Result: start-limit-hit", "It failed too often, and is not started again", exit.start_limit),
    FailureRow("Result: dependency", "A unit that it needs failed", exit.dependencies),
    FailureRow("start skipped", "Its start was skipped", exit.conditions),
    FailureRow("201/NICE", "Its priority was refused", start.refused("NICE", _ASKED, "Nice")),
    FailureRow("205/LIMITS", "A limit was refused", start.refused("LIMITS", _ASKED, *_LIMITS)),
    FailureRow("206/OOM_ADJUST", "Its place among what runs out of memory was refused", start.refused("OOM_ADJUST", _ASKED, "OOMScoreAdjust")),
    FailureRow("210/CHROOT", "Its root directory cannot be entered", start.refused("CHROOT", "it is not there or cannot be entered.", "RootDirectory")),
    FailureRow("211/IOPRIO", "Its priority for disks was refused", start.refused("IOPRIO", _ASKED, "IOSchedulingClass", "IOSchedulingPriority")),
    FailureRow("213/SECUREBITS", "Its secure bits were refused", start.refused("SECUREBITS", _ASKED, "SecureBits")),
    FailureRow("214/SETSCHEDULER", "Its scheduling was refused", start.refused("SETSCHEDULER", _ASKED, "CPUSchedulingPolicy", "CPUSchedulingPriority")),
    FailureRow("215/CPUAFFINITY", "It may run on none of its processors", start.refused("CPUAFFINITY", "this machine has none of these processors; nproc --all counts them.", "CPUAffinity")),
    FailureRow("218/CAPABILITIES", "Its capabilities were refused", start.refused("CAPABILITIES", "the machine or container does not have them to give.", "AmbientCapabilities", "CapabilityBoundingSet")),
    FailureRow("219/CGROUP", "Its control group cannot be had", start.refused("CGROUP", "the control group cannot be made or handed over.", "Slice", "Delegate")),
    FailureRow("224/PAM", "PAM refused it a session", start.refused("PAM", "a module of /etc/pam.d refuses the account.", "PAMName")),
    FailureRow("228/SECCOMP", "A filter of system calls was refused", start.refused("SECCOMP", _KERNEL, "SystemCallFilter", "SystemCallArchitectures", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "MemoryDenyWriteExecute")),
    FailureRow("229/SELINUX_CONTEXT", "SELinux refused its context", start.refused("SELINUX_CONTEXT", "the policy does not have it or does not allow the change.", "SELinuxContext")),
    FailureRow("230/PERSONALITY", "Its personality was refused", start.refused("PERSONALITY", _KERNEL, "Personality")),
    FailureRow("231/APPARMOR_PROFILE", "Its AppArmor profile was refused", start.refused("APPARMOR", "the profile is not loaded; aa-status lists those that are.", "AppArmorProfile")),
    FailureRow("232/ADDRESS_FAMILIES", "A filter of sockets was refused", start.refused("ADDRESS_FAMILIES", _KERNEL, "RestrictAddressFamilies")),
    FailureRow("236/SMACK_PROCESS_LABEL", "Its Smack label was refused", start.refused("SMACK_PROCESS_LABEL", _KERNEL, "SmackProcessLabel")),
    FailureRow("237/KEYRING", "Its keyring cannot be had", start.refused("KEYRING", "a quota of keys is used up; /proc/key-users counts them.", "KeyringMode")),
    FailureRow("242/NUMA_POLICY", "Its memory policy was refused", start.refused("NUMA_POLICY", "this machine has none of these nodes.", "NUMAPolicy", "NUMAMask")),
    FailureRow("245/BPF", "A filter of file systems was refused", start.refused("BPF", "the kernel must have lsm=…,bpf.", "RestrictFileSystems")),
)  # fmt: skip
"""What a start can come to, the likeliest first."""


def first_look(unit: Effective) -> tuple[ShellCommand, ...]:
    """What to ask first, whatever happened: how it is, what it said, what systemd noted."""
    return (
        ShellCommand(("systemctl", "status", "--no-pager", start.file_of(unit)), root=False),
        journal(unit),
        properties(unit, "LoadState,ActiveState,Result,ExecMainCode,ExecMainStatus"),
    )


def diagnose(unit: Effective) -> Diagnosis:
    """What a start of the unit can come to."""
    rows = [Failure(row.status, row.title, tuple(_causes(row, unit))) for row in ROWS]
    return Diagnosis(
        tuple(failure for failure in rows if failure.causes),
        tuple(failure.status for failure in rows if not failure.causes),
    )


def _causes(row: FailureRow, unit: Effective) -> tuple[FailureCause, ...]:
    """The causes; where they rest on a specifier that only the machine knows, what the unit said of it."""
    try:
        return tuple(row.causes(unit))
    except ValueError as unknown:
        return (FailureCause(str(unknown), journal(unit)),)

"""Findings on what a service shares with every other one of the machine: scratch directories, the list of processes."""

from collections.abc import Iterator

from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.path_lists import HIDING_DIRECTIVES, bound_to, has_root, joined, uncovered
from app.analysis.rules.sandbox import TEMPORARY_DIRECTORIES
from app.catalogue import find
from app.effective import Effective

SHARED_MEMORY = "/dev/shm"
PRIVATE_MEMORY = f"{SHARED_MEMORY}:mode=1777"
HIDES_PROCESSES = frozenset({"invisible", "noaccess", "ptraceable"})


def tmp_is_shared(unit: Effective) -> Iterator[Finding]:
    """All services share /tmp and /var/tmp unless PrivateTmp= is set. Another service can create a file under an
    expected name first, and every user can read a file whose mode allows it: a service of another user could open the
    file (systemd.exec(5), PrivateTmp=; tested on systemd 252, 257 and 262).
    """
    if unit.word("PrivateTmp") not in ("", "no") or has_root(unit):
        return
    left = [tree for tree in uncovered(unit, TEMPORARY_DIRECTORIES, HIDING_DIRECTIVES) if tree not in bound_to(unit)]
    if left:
        yield Finding(
            "P44",
            "warning",
            "PrivateTmp",
            f"The service shares {joined(left)} with every other service of the machine. Set PrivateTmp=yes, which gives it its own.",
            # Root could mount it away again, so that comes first.
            None if unit.is_privileged else Fix("Set PrivateTmp=yes", unit.file.with_values("PrivateTmp", "yes")),
        )


def shared_memory_is_shared(unit: Effective) -> Iterator[Finding]:
    """PrivateTmp= does not cover /dev/shm. ProtectSystem=strict, PrivateDevices= and PrivateIPC= do not cover it
    either. A service of another user could open a file that a service with PrivateTmp=yes created there
    (systemd.exec(5), PrivateTmp=; tested on systemd 252, 257 and 262).
    """
    if unit.word("PrivateTmp") in ("", "no") or has_root(unit):
        return
    if not uncovered(unit, [SHARED_MEMORY], HIDING_DIRECTIVES) or SHARED_MEMORY in bound_to(unit):
        return
    own = (*unit.file.values("TemporaryFileSystem"), PRIVATE_MEMORY)
    yield Finding(
        "P44",
        "note",
        "PrivateTmp",
        f"PrivateTmp= leaves {SHARED_MEMORY} shared with every other service. TemporaryFileSystem={PRIVATE_MEMORY} gives this one its own.",
        Fix(f"Set TemporaryFileSystem={PRIVATE_MEMORY}", unit.file.with_values("TemporaryFileSystem", *own))
        if find("TemporaryFileSystem").is_read_by(unit.version)
        else None,
    )


def processes_are_visible(unit: Effective) -> Iterator[Finding]:
    """Every user can list all processes with their command lines, unless ProtectProc= hides the processes of other
    users. ProtectProc= has no effect for root or with CAP_SYS_PTRACE, and systemd 246 and older does not support it
    (systemd.exec(5), ProtectProc=; tested on systemd 252, 257 and 262).
    """
    if unit.is_privileged or not find("ProtectProc").is_read_by(unit.version):
        return
    if "CAP_SYS_PTRACE" in unit.ambient_set or "/proc" in unit.paths("InaccessiblePaths"):
        return
    if unit.word("ProtectProc") not in HIDES_PROCESSES and unit.word("PrivatePIDs") != "yes":
        yield Finding(
            "P45",
            "warning",
            "ProtectProc",
            "The service sees the processes of all others with their command lines. Set ProtectProc=invisible.",
            Fix("Set ProtectProc=invisible", unit.file.with_values("ProtectProc", "invisible")),
        )


RULES: tuple[Rule, ...] = (
    Rule(tmp_is_shared, ("P44",), ("warning",), "/tmp is shared with other services"),
    Rule(shared_memory_is_shared, ("P44",), ("note",), "/dev/shm is shared with other services"),
    Rule(processes_are_visible, ("P45",), ("warning",), "Other processes are visible in /proc"),
)  # fmt: skip

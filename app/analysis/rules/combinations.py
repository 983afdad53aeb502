"""Findings on directives that do not go together: rows for service_verify() and unit_verify_contexts() of systemd."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from app.analysis.rules.finding import Finding, Fix, Rule
from app.effective import Effective
from app.effective.list_settings import CREDENTIALS
from app.effective.namespaces import has_mount_namespace
from app.values import FOREVER, is_within, simplify
from app.values.numbers import INFINITY


class Combination(NamedTuple):
    """Directives that a systemd refuses together, or of which it ignores one.

    name: the directive that the finding belongs to. when: whether the unit has them. since, until: the versions that do so.
    fix: a directive and what to set it to, nothing more to take it out; nothing at all where no one change mends it.
    """

    name: str
    when: Callable[[Effective], bool]
    message: str
    fix: tuple[str, ...]
    since: int = 1
    until: int = FOREVER
    refused: bool = True


def combined(unit: Effective) -> Iterator[Finding]:
    """systemd checks the service as a whole after it has read all lines. It refuses some combinations of settings, and
    ignores some settings that require another one (service_verify() in src/core/service.c, unit_verify_contexts() in
    src/core/unit.c; tested on systemd 247, 252, 254, 257 and 262).
    """
    for row in COMBINATIONS:
        if row.since <= unit.version <= row.until and unit.file.is_set(row.name) and row.when(unit):
            severity = "error" if row.refused and not unit.file.target.backports else "warning"
            yield Finding("combination", severity, row.name, row.message, _fix(row, unit))


def _fix(row: Combination, unit: Effective) -> Fix | None:
    if not row.fix:
        return None
    name, *values = row.fix
    label = f"Set {name}={values[0]}" if values else f"Take {name}= out"
    return Fix(label, unit.file.with_values(name, *values))


def _is_oneshot(unit: Effective) -> bool:
    return unit.setting("Type") == "oneshot"


def _leaves_processes(unit: Effective) -> bool:
    return unit.word("KillMode") in ("process", "none")


def _has_account(unit: Effective) -> bool:
    return unit.is_dynamic or any(unit.written(name) for name in ("User", "Group", "PAMName"))


def _works_below_api(unit: Effective) -> bool:
    path = simplify(unit.expand_known(unit.written("WorkingDirectory").removeprefix("-")))
    return any(is_within(path, tree) for tree in ("/proc", "/sys", "/dev")) and has_mount_namespace(unit)


def _caps_below_first(unit: Effective) -> bool:
    return unit.microseconds("RestartMaxDelaySec", "infinity") < unit.microseconds("RestartSec", "100ms")


def _runs_longer_than_it_may(unit: Effective) -> bool:
    """Whether a job may run longer than it may take with its wait; 0 is no limit to both."""
    running, whole = (unit.microseconds(name, "0") or INFINITY for name in ("JobRunningTimeoutSec", "JobTimeoutSec"))
    return whole < running < INFINITY


def _has_no_steps(unit: Effective) -> bool:
    return not unit.number("RestartSteps")


def _is_plain(unit: Effective) -> bool:
    """Whether the real-time priority comes without a policy that has one, read before it."""
    names = [
        line.name for line in unit.file.assignments if line.name in ("CPUSchedulingPolicy", "CPUSchedulingPriority")
    ]
    policy = unit.written("CPUSchedulingPolicy") if names[:1] == ["CPUSchedulingPolicy"] else ""
    return policy not in ("fifo", "rr") and bool(unit.number("CPUSchedulingPriority"))


def _has_no_versions(unit: Effective) -> bool:
    """Whether extensions shall be refreshed, and none of them is picked by its version (a path that ends in .v)."""
    value = unit.written("RefreshOnReload")
    words = frozenset(value.removeprefix("~").split())
    refreshed = frozenset({"extensions", "credentials"}) - words if value.startswith("~") else words
    paths = (*unit.words("ExtensionImages"), *unit.words("ExtensionDirectories"))
    return (refreshed == {"extensions"} or value == "~") and not any(
        path.endswith(".v") or ".v/" in path for path in paths
    )


def _isolates(unit: Effective, units: str) -> bool:
    """Whether a job that ends all others is to start more than one unit."""
    modes = [unit.written(f"{units}JobMode"), "isolate" if unit.word(f"{units}Isolate") == "yes" else ""]
    return "isolate" in modes and len({unit.expand_known(word) for word in unit.words(units)}) > 1


COMBINATIONS = (
    Combination("KillMode", lambda unit: bool(unit.written("PAMName")) and _leaves_processes(unit), "systemd refuses PAMName= with a KillMode= that leaves processes behind. Set it to mixed.", ("KillMode", "mixed")),
    Combination("RestartForceExitStatus", _is_oneshot, "systemd up to 255 refuses RestartForceExitStatus= with Type=oneshot. Take it out.", ("RestartForceExitStatus",), until=255),
    Combination("ExitType", lambda unit: _is_oneshot(unit) and unit.written("ExitType") == "cgroup", "systemd refuses ExitType=cgroup with Type=oneshot. Take it out.", ("ExitType",), since=250),
    Combination("PrivatePIDs", lambda unit: unit.written("Type") == "forking" and unit.word("PrivatePIDs") == "yes", "systemd refuses PrivatePIDs=yes with Type=forking: the main process would be out of its sight. Use another Type=.", ("PrivatePIDs",), since=257),
    Combination("PrivatePIDs", lambda unit: bool(unit.written("PAMName")) and unit.word("PrivatePIDs") == "yes", "systemd refuses PrivatePIDs=yes with PAMName=. Keep one of them.", ("PrivatePIDs",), since=261),
    Combination("PrivateUsers", lambda unit: unit.word("PrivateUsers") == "managed" and _has_account(unit), "systemd refuses PrivateUsers=managed with User=, Group=, DynamicUser= or PAMName=. Use PrivateUsers=yes.", ("PrivateUsers", "yes"), since=260),
    Combination("UserNamespacePath", lambda unit: unit.word("PrivateUsers") not in ("", "no"), "systemd refuses UserNamespacePath= with PrivateUsers=. Keep one of them.", ("UserNamespacePath",), since=260),
    Combination("WorkingDirectory", _works_below_api, "systemd refuses a working directory below /proc, /sys or /dev for a service with mounts of its own. Name another one.", ("WorkingDirectory",), since=257),
    Combination("USBFunctionDescriptors", lambda unit: not unit.written("USBFunctionStrings"), "systemd ignores USBFunctionDescriptors= without USBFunctionStrings=. Set both.", ("USBFunctionDescriptors",), refused=False),
    Combination("USBFunctionStrings", lambda unit: not unit.written("USBFunctionDescriptors"), "systemd ignores USBFunctionStrings= without USBFunctionDescriptors=. Set both.", ("USBFunctionStrings",), refused=False),
    Combination("RuntimeMaxSec", lambda unit: _is_oneshot(unit) and unit.written("RuntimeMaxSec") != "infinity", "systemd ignores RuntimeMaxSec= with Type=oneshot. Use TimeoutStartSec= instead.", ("RuntimeMaxSec",), refused=False),
    Combination("RuntimeRandomizedExtraSec", lambda unit: unit.written("RuntimeMaxSec") in ("", "infinity") and bool(unit.microseconds("RuntimeRandomizedExtraSec", "0")), "systemd ignores RuntimeRandomizedExtraSec= without RuntimeMaxSec=, to which it adds. Set both.", ("RuntimeRandomizedExtraSec",), since=250, refused=False),
    Combination("RestartSteps", lambda unit: unit.written("RestartMaxDelaySec") in ("", "infinity") and not _has_no_steps(unit), "systemd ignores RestartSteps= without RestartMaxDelaySec=, the longest wait that the steps lead to. Set both.", ("RestartSteps",), since=254, refused=False),
    Combination("RestartMaxDelaySec", lambda unit: unit.written("RestartMaxDelaySec") != "infinity" and _has_no_steps(unit), "systemd ignores RestartMaxDelaySec= without RestartSteps=, the number of restarts that lead to it. Set both.", ("RestartMaxDelaySec",), since=254, refused=False),
    Combination("RestartMaxDelaySec", _caps_below_first, "RestartMaxDelaySec= is shorter than RestartSec= (100ms unless set), so systemd waits only RestartMaxDelaySec= before every restart. Write a longer time.", (), since=254, refused=False),
    Combination("CPUSchedulingPriority", _is_plain, "systemd up to 251 ignores CPUSchedulingPriority= unless CPUSchedulingPolicy=fifo or rr stands before it. Set both.", ("CPUSchedulingPriority",), until=251, refused=False),
    Combination("JobRunningTimeoutSec", _runs_longer_than_it_may, "JobRunningTimeoutSec= is longer than JobTimeoutSec=, which ends the job before. Write a shorter time.", ("JobRunningTimeoutSec",), refused=False),
    Combination("ExecStartPost", lambda unit: unit.setting("Type") in ("", "simple") and any(unit.words(name) for name in CREDENTIALS), "With Type=simple ExecStartPost= runs before the credentials are sure to be there. Use Type=exec.", ("Type", "exec"), since=257, refused=False),
    Combination("OnFailure", lambda unit: _isolates(unit, "OnFailure"), "systemd refuses more than one unit in OnFailure= with OnFailureJobMode=isolate. Name one, or use another mode.", ("OnFailureJobMode",)),
    Combination("OnSuccess", lambda unit: _isolates(unit, "OnSuccess"), "systemd refuses more than one unit in OnSuccess= with OnSuccessJobMode=isolate. Name one, or use another mode.", ("OnSuccessJobMode",), since=249),
    Combination("RefreshOnReload", _has_no_versions, "systemd refreshes extensions only where a path of ExtensionImages= or ExtensionDirectories= ends in .v. Take extensions out, or use such a path.", ("RefreshOnReload",), since=260, refused=False),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    Rule(combined, ("combination",), ("error", "warning"), "Incompatible settings"),
)  # fmt: skip

"""Each combination fires on its bad twin and not on its good one."""

import pytest

from app.analysis.rules import judge
from app.analysis.rules.combinations import COMBINATIONS, Combination
from app.catalogue.versions import NEWEST, OLDEST, target
from app.effective import Effective
from app.unitfile.model import Assignment, UnitFile
from tests.analysis.rules.cases import assert_fix_mends

# For each row, lines that have the fault, and the same mended. Every row runs ExecStart=/bin/true as the user “app”.
TWINS = [
    (["PAMName=login", "KillMode=process"], ["PAMName=login", "KillMode=mixed"]),
    (["Type=oneshot", "RestartForceExitStatus=3"], ["Type=exec", "RestartForceExitStatus=3"]),
    (["Type=oneshot", "ExitType=cgroup"], ["Type=oneshot", "ExitType=main"]),
    (["Type=forking", "PrivatePIDs=yes"], ["Type=forking", "PrivatePIDs=no"]),
    (["PAMName=login", "PrivatePIDs=yes"], ["PrivatePIDs=yes"]),
    (["PrivateUsers=managed"], ["PrivateUsers=yes"]),
    (["UserNamespacePath=/run/a", "PrivateUsers=self"], ["UserNamespacePath=/run/a"]),
    (["WorkingDirectory=/proc/1", "PrivateTmp=disconnected"], ["WorkingDirectory=/srv", "PrivateTmp=disconnected"]),
    (["USBFunctionDescriptors=/a"], ["USBFunctionDescriptors=/a", "USBFunctionStrings=/b"]),
    (["USBFunctionStrings=/a"], ["USBFunctionDescriptors=/a", "USBFunctionStrings=/b"]),
    (["Type=oneshot", "RuntimeMaxSec=5"], ["Type=exec", "RuntimeMaxSec=5"]),
    (["RuntimeRandomizedExtraSec=5"], ["RuntimeRandomizedExtraSec=5", "RuntimeMaxSec=9"]),
    (["RestartSteps=0xF"], ["RestartSteps=0xF", "RestartMaxDelaySec=5s"]),
    (["RestartMaxDelaySec=5s"], ["RestartSteps=2", "RestartMaxDelaySec=5s"]),
    (["RestartSteps=2", "RestartMaxDelaySec=5ms"], ["RestartSteps=2", "RestartMaxDelaySec=5ms", "RestartSec=1ms"]),
    (["CPUSchedulingPriority=5", "CPUSchedulingPolicy=fifo"], ["CPUSchedulingPolicy=fifo", "CPUSchedulingPriority=5"]),
    (["JobTimeoutSec=3", "JobRunningTimeoutSec=5"], ["JobTimeoutSec=0", "JobRunningTimeoutSec=5"]),
    (["ExecStartPost=/bin/true", "SetCredential=a:b", "Type=simple"], ["ExecStartPost=/bin/true", "SetCredential=a:b"]),
    (
        ["OnFailure=a.service b.service", "OnFailureJobMode=isolate"],
        ["OnFailure=a.service", "OnFailureJobMode=isolate"],
    ),
    (
        ["OnSuccess=a.service b.service", "OnSuccessJobMode=isolate"],
        ["OnSuccess=a.service", "OnSuccessJobMode=isolate"],
    ),
    (["RefreshOnReload=~credentials"], ["RefreshOnReload=extensions", "ExtensionImages=/a.raw.v"]),
]
CASES = pytest.mark.parametrize(
    ("row", "bad", "good"),
    [(row, *twins) for row, twins in zip(COMBINATIONS, TWINS, strict=True)],
    ids=[f"{row.name}-{at}" for at, row in enumerate(COMBINATIONS)],
)


def unit_of(lines: list[str], version: int) -> UnitFile:
    """A unit with these lines, past the form."""
    assignments = tuple(Assignment(*line.split("=", 1)) for line in ("ExecStart=/bin/true", "User=app", *lines))
    return UnitFile("myapp", target(str(version)), assignments=assignments)


def found(row: Combination, lines: list[str], version: int) -> bool:
    return row.message in {finding.message for finding in judge(unit_of(lines, version))}


@CASES
def test_a_combination_is_found_in_its_versions_and_nowhere_else(
    row: Combination, bad: list[str], good: list[str]
) -> None:
    latest = min(row.until, NEWEST)
    for version in {row.since, latest, max(row.since, 247)} - {1}:
        assert found(row, bad, version)
        assert not found(row, good, version)
    for version in {latest + 1, row.since - 1} & {*range(OLDEST, NEWEST + 1)}:
        assert not found(row, bad, version)


@CASES
def test_the_fix_of_a_combination_is_a_link(row: Combination, bad: list[str], good: list[str]) -> None:
    unit = unit_of(bad, min(row.until, NEWEST))
    finding = next(finding for finding in judge(unit) if finding.message == row.message)
    assert finding.severity == ("error" if row.refused else "warning")
    if row.fix:
        assert_fix_mends(unit, finding)


def test_the_rules_accept_values_that_bypass_the_form() -> None:
    for line in (
        "RestartSteps=010",
        "WatchdogSec=999999999y",
        "FileDescriptorStoreMax=010",
        "RuntimeRandomizedExtraSec=9999999y",
    ):
        unit = unit_of([line], NEWEST)
        judge(unit)
        assert Effective(unit).changes is not None

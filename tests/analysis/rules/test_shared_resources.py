"""What a service shares with every other one."""

import pytest

from tests.analysis.rules.cases import Twins, find, fixed, ids
from tests.support.configurations import QUIET, least_with, unit_of, with_values

OWN = "/dev/shm:mode=1777"

TWINS: list[Twins] = [
    Twins("P44", "PrivateTmp", {}, {"PrivateTmp": "yes", "TemporaryFileSystem": OWN}),
    Twins("P44", "PrivateTmp", {"PrivateTmp": "no"}, {"PrivateTmp": "yes", "InaccessiblePaths": "/dev/shm"}),
    Twins("P44", "PrivateTmp", {"InaccessiblePaths": "/tmp"}, {"InaccessiblePaths": "/tmp /var/tmp"}),
    Twins("P44", "PrivateTmp", {"TemporaryFileSystem": "/var/tmp"}, {"TemporaryFileSystem": "/var/tmp", "BindPaths": "/srv/x:/tmp"}),
    Twins("P44", "PrivateTmp", {}, {"RootDirectory": "/srv/root"}),
    Twins("P44", "PrivateTmp", {"PrivateTmp": "yes"}, {"PrivateTmp": "yes", "BindPaths": "/srv/x:/dev/shm"}),
    Twins("P44", "PrivateTmp", {"DynamicUser": "yes", "PrivateDevices": "yes", "PrivateIPC": "yes"}, {"DynamicUser": "yes", "TemporaryFileSystem": OWN}),
    Twins("P45", "ProtectProc", {}, {"ProtectProc": "invisible"}),
    Twins("P45", "ProtectProc", {"ProtectProc": "default"}, {"ProtectProc": "noaccess"}),
    Twins("P45", "ProtectProc", {"DynamicUser": "yes"}, {"PrivatePIDs": "yes"}),
    Twins("P45", "ProtectProc", {"systemd": "247"}, {"systemd": "246"}),
    Twins("P45", "ProtectProc", {"ProcSubset": "pid"}, {"User": []}),
    Twins("P45", "ProtectProc", {}, {"AmbientCapabilities": "CAP_SYS_PTRACE"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "severity"), [({}, "warning"), ({"PrivateTmp": "yes"}, "note")], ids=str)
def test_a_resource_that_all_services_share_is_rated_worse_than_a_rare_one(
    values: dict[str, str], severity: str
) -> None:
    assert find(least_with(**values), "P44").severity == severity


def test_only_shared_resources_are_named() -> None:
    assert "shares /var/tmp with" in find(least_with(InaccessiblePaths="/tmp"), "P44").message


def test_applying_its_fixes_leaves_no_finding() -> None:
    unit = least_with()
    for finding_id in ("P44", "P44", "P45"):
        unit = fixed(unit, finding_id)
    assert sorted(unit.assignments) == sorted(unit_of(QUIET).assignments)
    assert ids(unit) == set()


def test_no_fix_for_an_old_systemd_uses_an_unknown_directive() -> None:
    assert find(unit_of(with_values(QUIET, systemd="237", TemporaryFileSystem=[], ProtectProc=[])), "P44").fix is None

import random

import pytest

from app import catalogue
from app.analysis import exposure
from app.analysis.exposure import Exposure, assess, changes_that_close, with_changes
from app.catalogue import versions
from app.catalogue.exposures import CALL_GROUPS, ITEMS, LEVELS, OLDEST, TESTED_VERSIONS, Item
from app.effective import Effective, calls_of
from app.unitfile.model import Assignment, UnitFile
from app.values import FOREVER
from tests.support.configurations import EXAMPLES, least_with, unit_of
from tests.system.test_exposure import draw_unit

ALL_VERSIONS = range(OLDEST, versions.NEWEST + 1)


def unit(version: int = versions.NEWEST, /, **values: str | list[str]) -> UnitFile:
    """A unit past the form, so that any directive and any value can stand in it."""
    lines = [(name, [value] if isinstance(value, str) else value) for name, value in values.items()]
    return UnitFile(
        "myapp",
        versions.target(str(version)),
        assignments=tuple(Assignment(name, value) for name, given in lines for value in given),
    )


def score(version: int = versions.NEWEST, /, **values: str | list[str]) -> Exposure:
    assessed = assess(Effective(unit(version, **values)))
    assert assessed is not None
    return assessed


def row(field: str, version: int = versions.NEWEST, /, **values: str | list[str]) -> tuple[str | None, bool | None]:
    """What the score says of one row."""
    return next((r.exposure, r.set) for r in score(version, **values).rows if r.json_field == field)


# --- the table ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_every_version_has_each_row_once(version: int) -> None:
    fields = [item.json_field for item in ITEMS if item.since <= version <= item.until]
    assert len(fields) == len(set(fields))
    assert set(fields) <= {item.json_field for item in ITEMS}


WEIGHTS = {240: (74, 52375), 242: (76, 53425), 244: (77, 54425), 245: (78, 55425), 247: (80, 56435), 252: (81, 56460), 262: (81, 56460)}  # fmt: skip


@pytest.mark.parametrize(("version", "expected"), WEIGHTS.items())
def test_rows_and_weights_add_up_to_those_of_the_version(version: int, expected: tuple[int, int]) -> None:
    weights = [item.weight for item in ITEMS if item.since <= version <= item.until]
    assert (len(weights), sum(weights)) == expected


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.json_field}-{item.since}")
def test_a_row_is_measured_within_its_range(item: Item) -> None:
    version = min(item.until, versions.NEWEST)
    draw = random.Random(item.json_field)
    for number in range(60):
        assessed = assess(Effective(draw_unit(draw, number, version)))
        assert assessed is not None
        badness = next(r.badness for r in assessed.rows if r.item == item)
        assert badness is None or 0 <= badness <= item.range
    assert not item.scale or max(item.scale.values()) == (item.range if item.measure == "word" else 1)


def test_groups_of_calls_name_groups_that_exist() -> None:
    groups = {group.group for group in CALL_GROUPS}
    nested = {word for group in CALL_GROUPS for word in group.words.split() if word.startswith("@")}
    assert nested <= groups
    assert {item.of[0] for item in ITEMS if item.measure == "calls"} <= groups
    assert all(group.since <= versions.NEWEST and (group.until == FOREVER or group.since <= group.until) for group in CALL_GROUPS)  # fmt: skip


def test_a_group_contains_the_calls_of_the_groups_in_it() -> None:
    assert calls_of("@swap", 252) < calls_of("@privileged", 252) < calls_of("@known", 252) | {"nfsservctl"}
    assert "seccomp" in calls_of("@default", 254)
    assert "seccomp" not in calls_of("@default", 252)


# --- the sum -----------------------------------------------------------------------------------------


def test_there_is_no_score_before_240() -> None:
    assert assess(Effective(unit(239))) is None
    assert assess(Effective(unit(240))) is not None


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_untested_versions_are_marked(version: int) -> None:
    assert score(version).from_source is (version not in TESTED_VERSIONS)


# As systemd-analyze printed them.
OVERALL = [
    (252, {}, "9.6", "UNSAFE"),
    (257, {}, "9.4", "UNSAFE"),
    (262, {}, "9.4", "UNSAFE"),
    (252, {"DynamicUser": "yes"}, "8.4", "EXPOSED"),
    (257, {"DynamicUser": "yes"}, "8.2", "EXPOSED"),
    (262, {"DynamicUser": "yes"}, "8.2", "EXPOSED"),
]


@pytest.mark.parametrize(("version", "values", "overall", "level"), OVERALL)
def test_number_and_level_are_those_of_systemd(version: int, values: dict[str, str], overall: str, level: str) -> None:
    assert (score(version, **values).overall, score(version, **values).level) == (overall, level)


@pytest.mark.parametrize(("least", "name"), LEVELS)
def test_a_level_begins_at_the_score_in_its_row(least: int, name: str) -> None:
    assert Exposure(least, (), False).level == name
    assert least == 100 or Exposure(least + 1, (), False).level in {name, *(n for at, n in LEVELS if at == least + 1)}


def test_the_report_has_number_level_and_rows() -> None:
    assessed = score(252)
    json = assessed.as_json()
    assert (json["overall"], json["level"], json["from_source"]) == (9.6, "UNSAFE", False)
    assert {"json_field": "PrivateNetwork", "exposure": "0.5", "set": False} in json["rows"]
    assert {"json_field": "RemoveIPC", "exposure": None, "set": None} in json["rows"]
    assert {"json_field": "KeyringMode", "exposure": None, "set": True} in json["rows"]


def test_the_most_expensive_row_comes_first() -> None:
    costs = [r.tenths for r in score().costly]
    assert costs == sorted(costs, reverse=True)
    assert score().costly[0].json_field == "PrivateNetwork"


# --- rows --------------------------------------------------------------------------------------------

ROWS: list[tuple[str, int, dict[str, str | list[str]], bool | None]] = [
    ("UserOrDynamicUser", 252, {"User": "nobody"}, False),
    ("UserOrDynamicUser", 252, {"User": "%p"}, True),
    ("UserOrDynamicUser", 252, {"User": "%u"}, False),
    ("UserOrDynamicUser", 252, {"User": "root", "DynamicUser": "yes"}, False),
    ("SupplementaryGroups", 252, {"SupplementaryGroups": "video"}, None),
    ("SupplementaryGroups", 252, {"SupplementaryGroups": "video", "User": "app"}, False),
    ("PrivateMounts", 249, {"PrivateTmp": "yes"}, True),
    ("PrivateMounts", 252, {"PrivateTmp": "yes"}, False),
    ("PrivateMounts", 254, {}, True),
    ("PrivateMounts", 254, {"PrivateMounts": "no"}, False),
    ("PrivateTmp", 256, {"PrivateTmp": "disconnected"}, False),
    ("PrivateTmp", 257, {"PrivateTmp": "disconnected"}, True),
    ("PrivateTmp", 257, {"PrivateTmp": "yes", "DefaultDependencies": "no"}, None),
    ("ProtectHostname", 257, {"ProtectHostname": "private:a"}, False),
    ("ProtectHostname", 258, {"ProtectHostname": "private:a"}, True),
    ("RootDirectoryOrRootImage", 243, {"RootDirectory": "/srv"}, False),
    ("RootDirectoryOrRootImage", 252, {"RootDirectory": "/srv"}, True),
    ("RootDirectoryOrRootImage", 252, {"RootDirectory": "//"}, False),
    ("CapabilityBoundingSet_CAP_MKNOD", 252, {"PrivateDevices": "yes"}, True),
    ("CapabilityBoundingSet_CAP_KILL", 252, {"CapabilityBoundingSet": "CAP_KILLL"}, True),
    ("CapabilityBoundingSet_CAP_KILL", 252, {"CapabilityBoundingSet": ["~CAP_KILL", "~CAP_NONSENSE"]}, False),
    ("CapabilityBoundingSet_CAP_KILL", 258, {"CapabilityBoundingSet": ["~", "CAP_BPF"]}, True),
    ("CapabilityBoundingSet_CAP_KILL", 259, {"CapabilityBoundingSet": ["~", "CAP_BPF"]}, False),
    ("AmbientCapabilities", 252, {"AmbientCapabilities": "CAP_NONSENSE"}, True),
    ("AmbientCapabilities", 252, {"AmbientCapabilities": "cap_kill"}, False),
    ("UMask", 252, {"UMask": "0077"}, True),
    ("UMask", 252, {"UMask": "0067"}, True),
    ("UMask", 252, {"UMask": "0037"}, False),
    ("Delegate", 252, {"Delegate": "cpu"}, False),
    ("Delegate", 252, {"Delegate": ""}, False),
    ("RestrictNamespaces_mnt", 252, {"RestrictNamespaces": "~mnt"}, True),
    ("RestrictNamespaces_mnt", 252, {"RestrictNamespaces": ["~mnt", "mnt"]}, False),
    ("RestrictNamespaces_mnt", 252, {"RestrictNamespaces": "~mnt nonsense"}, False),
    ("RestrictAddressFamilies_AF_INET_INET6", 252, {"RestrictAddressFamilies": "~AF_INET"}, True),
    ("RestrictAddressFamilies_AF_NETLINK", 252, {"RestrictAddressFamilies": "AF_ROUTE"}, False),
    ("RestrictAddressFamilies_OTHER", 252, {"RestrictAddressFamilies": "none"}, True),
    ("RestrictAddressFamilies_OTHER", 252, {"RestrictAddressFamilies": ["none", "~AF_UNIX"]}, False),
    ("RestrictAddressFamilies_AF_UNIX", 260, {"RestrictAddressFamilies": "AF_NONSENSE AF_UNIX"}, False),
    ("RestrictAddressFamilies_AF_UNIX", 261, {"RestrictAddressFamilies": "AF_NONSENSE AF_UNIX"}, True),
    ("SystemCallArchitectures", 252, {"SystemCallArchitectures": "native x86-64"}, False),
    ("SystemCallFilter_swap", 252, {"SystemCallFilter": "@system-service"}, True),
    ("SystemCallFilter_swap", 246, {"SystemCallFilter": "~@swap"}, False),
    ("SystemCallFilter_swap", 247, {"SystemCallFilter": "~@swap"}, True),
    ("SystemCallFilter_swap", 252, {"SystemCallFilter": ["@swap", "~@swap:EPERM"]}, True),
    ("SystemCallFilter_swap", 252, {"SystemCallFilter": ["~@swap", "swapon"]}, False),
    ("SystemCallFilter_swap", 252, {"SystemCallFilter": ["~@swap", "", "~@mount"]}, False),
    ("SystemCallFilter_mount", 252, {"SystemCallFilter": "@default open_tree"}, False),
    ("SystemCallFilter_mount", 262, {"SystemCallFilter": "@default open_tree"}, True),
    ("IPAddressDeny", 252, {"IPAddressDeny": "0.0.0.0/0 ::/0"}, True),
    ("IPAddressDeny", 252, {"IPAddressDeny": "0.0.0.0/0"}, False),
    ("IPAddressDeny", 252, {"IPIngressFilterPath": "/sys/fs/bpf/own"}, True),
    ("DeviceAllow", 252, {"PrivateDevices": "yes"}, True),
    ("DeviceAllow", 252, {"PrivateDevices": "yes", "ProtectClock": "yes"}, False),
    ("DeviceAllow", 252, {"DevicePolicy": "closed", "DeviceAllow": "/etc/passwd r"}, True),
    ("DeviceAllow", 257, {"DevicePolicy": "closed", "LoadCredentialEncrypted": "a:/b"}, False),
    ("DeviceAllow", 258, {"DevicePolicy": "closed", "LoadCredentialEncrypted": "a:/b"}, True),
]  # fmt: skip


@pytest.mark.parametrize(("field", "version", "values", "is_set"), ROWS, ids=str)
def test_a_row_agrees_with_systemd(
    field: str, version: int, values: dict[str, str | list[str]], is_set: bool | None
) -> None:
    assert row(field, version, **values)[1] is is_set


LOCAL = [(249, "127.0.0.1", 5), (249, "127.0.0.0/8", 2), (252, "127.0.0.1", 2), (252, "::1/64", 5), (252, "localhost 10.0.0.0/8", 5)]  # fmt: skip


@pytest.mark.parametrize(("version", "allowed", "badness"), LOCAL)
def test_only_localhost_let_in_costs_less(version: int, allowed: str, badness: int) -> None:
    rows = score(version, IPAddressDeny="any", IPAddressAllow=allowed).rows
    assert next(r.badness for r in rows if r.json_field == "IPAddressDeny") == badness


# --- what closes a row -------------------------------------------------------------------------------

NOT_CLOSED = {"RootDirectoryOrRootImage"}
"""Rows that nothing closes which would be the same for every service."""


@pytest.mark.parametrize("version", [240, 247, 252, 257, 262])
def test_every_other_row_of_a_bare_service_can_be_closed(version: int) -> None:
    bare = Effective(unit(version))
    rows = score(version).costly
    assert {r.json_field for r in rows if changes_that_close(bare, r) is None} == NOT_CLOSED


@pytest.mark.parametrize("version", [247, 252, 257, 262])
def test_closing_a_row_removes_its_points_and_adds_none(version: int) -> None:
    draw = random.Random(version)
    closed: set[str] = set()
    for number in range(300):
        before = draw_unit(draw, number, version)
        assessed = assess(Effective(before))
        assert assessed is not None
        r = draw.choice(assessed.costly)
        change = changes_that_close(Effective(before), r)
        if change is not None:
            after = assess(Effective(with_changes(before, change)))
            assert after is not None
            assert next(x.badness for x in after.rows if x.json_field == r.json_field) == 0
            assert after.tenths <= assessed.tenths
            closed.add(r.json_field)
    assert len(closed) > 40


def test_closing_the_rows_one_by_one_terminates() -> None:
    for parameters in EXAMPLES.values():
        chosen = unit_of(parameters)
        for _ in range(len(ITEMS)):
            assessed = assess(Effective(chosen))
            assert assessed is not None
            change = next((c for r in assessed.costly if (c := changes_that_close(Effective(chosen), r))), None)
            if change is None:
                break
            chosen = with_changes(chosen, change)
        assert assessed.level == "SAFE"
        assert {r.json_field for r in assessed.costly} <= NOT_CLOSED | {"DeviceAllow"}


@pytest.mark.parametrize("version", [247, 252, 257, 262])
def test_the_form_accepts_every_change_that_closes_a_row(version: int) -> None:
    bare = Effective(unit(version))
    changes = [change for r in score(version).costly for change in changes_that_close(bare, r) or ()]
    for name, values in changes:
        if name in catalogue.names():
            assert [catalogue.find(name).kind.normalise(value) for value in values] == list(values)


def test_a_row_that_costs_nothing_needs_no_change() -> None:
    chosen = least_with(PrivateTmp="yes")
    assessed = assess(Effective(chosen))
    assert assessed is not None
    assert changes_that_close(Effective(chosen), next(r for r in assessed.rows if r.json_field == "PrivateTmp")) is None


CLOSINGS: list[tuple[str, dict[str, str | list[str]], exposure.Closing | None]] = [
    ("PrivateTmp", {}, (("PrivateTmp", ("yes",)),)),
    ("ProtectSystem", {"ProtectSystem": "full"}, (("ProtectSystem", ("strict",)),)),
    ("UserOrDynamicUser", {"User": "root"}, (("User", ("myapp",)),)),
    ("UserOrDynamicUser", {"User": "root", "DynamicUser": "yes"}, (("User", ()), ("DynamicUser", ("yes",)))),
    ("AmbientCapabilities", {"AmbientCapabilities": "CAP_KILL"}, (("AmbientCapabilities", ()),)),
    ("CapabilityBoundingSet_CAP_KILL", {"CapabilityBoundingSet": "CAP_KILL"}, (("CapabilityBoundingSet", ("CAP_KILL", "~CAP_KILL")),)),
    ("RestrictNamespaces_mnt", {"RestrictNamespaces": "~user"}, (("RestrictNamespaces", ("~user mnt",)),)),
    ("RestrictNamespaces_mnt", {"RestrictNamespaces": "mnt"}, (("RestrictNamespaces", ("yes",)),)),
    ("RestrictAddressFamilies_AF_UNIX", {"RestrictAddressFamilies": "AF_UNIX"}, (("RestrictAddressFamilies", ("none",)),)),
    ("RestrictAddressFamilies_OTHER", {"RestrictAddressFamilies": "~AF_UNIX"}, (("RestrictAddressFamilies", ("AF_INET AF_INET6 AF_NETLINK AF_PACKET",)),)),
    ("RestrictAddressFamilies_OTHER", {"RestrictAddressFamilies": "AF_UNIX AF_CAN"}, (("RestrictAddressFamilies", ("AF_UNIX",)),)),
    ("SystemCallFilter_swap", {"SystemCallFilter": "@known"}, (("SystemCallFilter", ("@known", "~@swap")),)),
    ("IPAddressDeny", {"IPAddressAllow": "any"}, (("IPAddressAllow", ()), ("IPAddressDeny", ("any",)))),
    ("DeviceAllow", {"ProtectClock": "yes"}, None),
    ("RootDirectoryOrRootImage", {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("field", "values", "expected"), CLOSINGS, ids=str)
def test_what_closes_a_row(field: str, values: dict[str, str | list[str]], expected: exposure.Closing | None) -> None:
    chosen = next(r for r in score(**values).rows if r.json_field == field)
    assert changes_that_close(Effective(unit(**values)), chosen) == expected


def test_no_change_uses_a_directive_unknown_to_the_target_version() -> None:
    values = {"RestrictAddressFamilies": "AF_UNIX"}
    chosen = next(r for r in score(247, **values).rows if r.json_field == "RestrictAddressFamilies_AF_UNIX")
    assert changes_that_close(Effective(unit(247, **values)), chosen) is None

"""What several services have against each other: each rule fires on its bad twin and not on the good one."""

import inspect
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import server
from app.analysis import rules
from app.analysis.rules import SEVERITIES
from app.server import CONFLICT_RULES, Conflict, Server, ServiceChange
from app.server.conflicts import ALL_CONFLICT_RULES, MAX_FIXES, ConflictRule
from app.unitfile.model import UnitFile
from tests.server.cases import bare, conflicts, ids, starter
from tests.support.configurations import Parameters, unit_of

STATE = {"StateDirectory": "a", "StateDirectoryMode": "0700"}
RUN = {"RuntimeDirectory": "a", "RuntimeDirectoryMode": "0700"}
ROOT = {"User": [], "UMask": "0077"}

TWINS: dict[str, tuple[tuple[str, str], list[UnitFile], list[UnitFile]]] = {
    "one user": (("P6", "warning"), [bare("a", User="www"), bare("b", User="www")], [bare("a"), bare("b")]),
    "one existing user": (
        ("P6", "warning"),
        [bare("a"), bare("b", User="a", account="existing")],
        [bare("a"), bare("b", User="c", account="existing")],
    ),
    "a dynamic user of another's name": (
        ("P6", "warning"),
        [bare("a"), bare("b", User="a", DynamicUser="yes")],
        [bare("a"), bare("b", User=[], DynamicUser="yes")],
    ),
    "one number": (
        ("same-number", "warning"),
        [bare("a", uid="850"), bare("b", uid="850")],
        [bare("a", uid="850"), bare("b", uid="851")],
    ),
    "one number of groups": (
        ("same-number", "warning"),
        [bare("a", gid="850"), bare("b", gid="850")],
        [bare("a", Group="web", gid="850"), bare("b", Group="web", gid="850")],
    ),
    "two numbers": (
        ("same-number", "warning"),
        [bare("a", gid="850", Group="web"), bare("b", gid="851", Group="web")],
        [bare("a", gid="850", Group="web"), bare("b", Group="web")],
    ),
    "a group that reads": (
        ("shared-group", "note"),
        [bare("a", **STATE | {"StateDirectoryMode": "0750"}), bare("b", SupplementaryGroups="a")],
        [bare("a", **STATE), bare("b", SupplementaryGroups="a")],
    ),
    "a group that writes": (
        ("shared-group", "warning"),
        [bare("a", Group="web", **STATE | {"StateDirectoryMode": "0770"}), bare("b", Group="web")],
        [bare("a", **STATE | {"StateDirectoryMode": "0770"}), bare("b", Group="web")],
    ),
    "a group that is meant to write": (
        ("shared-group", "note"),
        [bare("a", Group="web", own="/srv/a:2770"), bare("b", Group="web")],
        [bare("a", own="/srv/a:2770"), bare("b", Group="web")],
    ),
    "root": (("P2", "warning"), [bare("a", **ROOT), bare("b")], [bare("a", **ROOT)]),
    "a group that opens all": (
        ("P42", "warning"),
        [bare("a", SupplementaryGroups="docker"), bare("b")],
        [bare("a", SupplementaryGroups="audio"), bare("b")],
    ),
    "a capability that opens all": (
        ("P57", "warning"),
        [bare("a", AmbientCapabilities="CAP_DAC_READ_SEARCH"), bare("b")],
        [bare("a", AmbientCapabilities="CAP_NET_BIND_SERVICE"), bare("b")],
    ),
    "one state directory": (("P7", "warning"), [bare("a", **STATE), bare("b", **STATE)], [bare("a", **STATE), bare("b")]),
    "one runtime directory": (
        ("P8", "warning"),
        [bare("a", **RUN), bare("b", **RUN)],
        [bare("a", **RUN), bare("b", **RUN | {"RuntimeDirectory": "b"})],
    ),
    "one runtime directory and user": (
        ("P8", "hint"),
        [bare("a", **RUN), bare("b", User="a", **RUN)],
        [bare("a", **RUN), bare("b", User="a", **RUN | {"RuntimeDirectory": "b"})],
    ),
    "a state directory in another's": (
        ("P36", "warning"),
        [bare("a", **STATE), bare("b", **STATE | {"StateDirectory": "a/b"})],
        [bare("a", **STATE), bare("b", **STATE | {"StateDirectory": "ab"})],
    ),
    "a runtime directory in another's": (
        ("P8", "warning"),
        [bare("a", **RUN), bare("b", **RUN | {"RuntimeDirectory": "a/b"})],
        [bare("a", **RUN), bare("b", **RUN | {"RuntimeDirectory": "b/a"})],
    ),
    "a runtime directory in that of the same user": (
        ("P8", "hint"),
        [bare("a", **RUN), bare("b", User="a", **RUN | {"RuntimeDirectory": "a/b"})],
        [bare("a", **RUN), bare("b", User="a", **RUN | {"RuntimeDirectory": "b/a"})],
    ),
    "one's own path in another's directory": (
        ("P36", "warning"),
        [bare("a", **STATE), bare("b", own="/var/lib/a/b:0700")],
        [bare("a", **STATE), bare("b", own="/var/lib/b:0700")],
    ),
    "one's own path around another's": (
        ("chown", "error"),
        [bare("a", own="/srv/x:0700"), bare("b", own="/srv/x/b:0700")],
        [bare("a", own="/srv/x:0700"), bare("b", own="/srv/xb:0700")],
    ),
    "one own path twice": (
        ("chown", "error"),
        [bare("a", own="/srv/x:0700"), bare("b", own="/srv/x:0700")],
        [bare("a", own="/srv/x:0700"), bare("b")],
    ),
    "one's own path that another manages": (
        ("chown", "error"),
        [bare("a", own="/var/lib/b:0700"), bare("b", **STATE | {"StateDirectory": "b"})],
        [bare("a", own="/var/lib/b:0700"), bare("b", **STATE | {"StateDirectory": "c"})],
    ),
    "writing over another's": (
        ("P9", "warning"),
        [bare("a", ReadWritePaths="/srv/b"), bare("b", own="/srv/b/data:0700")],
        [bare("a", ReadWritePaths="/srv/b"), bare("b", own="/srv/bb:0700")],
    ),
    "writing into another's": (
        ("P9", "warning"),
        [bare("a", ReadWritePaths="-/var/lib/b/in"), bare("b", **STATE | {"StateDirectory": "b"})],
        [bare("a", ReadOnlyPaths="-/var/lib/b/in"), bare("b", **STATE | {"StateDirectory": "b"})],
    ),
    "binding another's": (
        ("P9", "warning"),
        [bare("a", BindPaths="/var/lib/b:/data"), bare("b", **STATE | {"StateDirectory": "b"})],
        [bare("a", BindReadOnlyPaths="/var/lib/b:/data"), bare("b", **STATE | {"StateDirectory": "b"})],
    ),
    "a directory that is open": (
        ("P5", "warning"),
        [bare("a", StateDirectory="a"), bare("b")],
        [bare("a", StateDirectory="a", DynamicUser="yes"), bare("b")],
    ),
    "an own directory that is open": (
        ("P5", "warning"),
        [bare("a", own="/srv/a:0755"), bare("b")],
        [bare("a", own="/srv/a"), bare("b")],
    ),
    "one /tmp": (
        ("P44", "warning"),
        [bare("a", PrivateTmp=[]), bare("b", PrivateTmp="no")],
        [bare("a", PrivateTmp=[]), bare("b")],
    ),
    "one /dev/shm": (
        ("P44", "note"),
        [bare("a", TemporaryFileSystem=[]), bare("b", TemporaryFileSystem=[])],
        [bare("a", TemporaryFileSystem=[]), bare("b")],
    ),
    "processes that are seen": (("P45", "warning"), [bare("a", ProtectProc=[]), bare("b")], [bare("a", ProtectProc=[])]),
    "processes that an old systemd shows": (
        ("P45", "warning"),
        [bare("a", systemd="246"), bare("b")],
        [bare("a", systemd="247"), bare("b")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("found", [(twins[0], twins[1], twins[2]) for twins in TWINS.values()], ids=TWINS)
def test_a_rule_reports_the_bad_case_and_not_the_good_case(
    found: tuple[tuple[str, str], list[UnitFile], list[UnitFile]],
) -> None:
    expected, bad, good = found
    assert expected in ids(*bad)
    assert expected not in ids(*good)


@pytest.mark.parametrize("row", CONFLICT_RULES, ids=lambda row: row.check.__name__)
def test_a_rule_yields_exactly_the_ids_and_severities_in_its_row(row: ConflictRule) -> None:
    found = [conflict for _, bad, _ in TWINS.values() for conflict in row.check(Server.of(bad))]
    assert {conflict.id for conflict in found} == set(row.ids)
    assert {conflict.severity for conflict in found} == set(row.severities)


@pytest.mark.parametrize("row", ALL_CONFLICT_RULES, ids=lambda row: row.check.__name__)
def test_every_rule_gives_a_reason_and_names_its_source(row: ConflictRule) -> None:
    why = " ".join((inspect.getdoc(row.check) or "").split())
    assert why.endswith((".", ")."))
    assert re.search(r"\(\d\)|runs?\b", why)


UNMENDED = {"processes that an old systemd shows"}


@pytest.mark.parametrize("name", TWINS)
def test_its_fix_resolves_the_conflict(name: str) -> None:
    expected, bad, _ = TWINS[name]
    told = [conflict for conflict in conflicts(*bad) if (conflict.id, conflict.severity) == expected]
    if name in UNMENDED:
        assert all(conflict.fix is None for conflict in told)
    for conflict in told if name not in UNMENDED else ():
        assert conflict.fix is not None, conflict.message
        assert_mends(bad, conflict, conflict.fix)


def assert_mends(units: list[UnitFile], conflict: Conflict, fix: ServiceChange) -> list[UnitFile]:
    """The services after a fix, which takes the conflict away and brings none as bad, also to the service alone."""
    after = [fix.unit if at == fix.at else unit for at, unit in enumerate(units)]
    rank = SEVERITIES.index(conflict.severity)
    before = {(one.id, one.services[0], one.field, one.subject) for one in conflicts(*units)}
    left = conflicts(*after)
    assert conflict.key not in {one.key for one in left}
    assert {one.key for one in left if SEVERITIES.index(one.severity) <= rank} <= before
    alone = {(finding.id, finding.field) for finding in rules.judge(units[fix.at])}
    new = [finding for finding in rules.judge(fix.unit) if (finding.id, finding.field) not in alone]
    assert all(SEVERITIES.index(finding.severity) > rank for finding in new)
    assert sum(one != other for one, other in zip(units, after, strict=True)) == 1
    return after


def test_three_default_services_have_no_conflict_above_note() -> None:
    assert ids(*map(starter, "abc")) == {("P44", "note")}


def test_the_service_at_fault_is_named_first() -> None:
    (conflict,) = conflicts(bare("a"), bare("b"), bare("c", User="a"))
    assert conflict.services == ("c", "a")
    assert conflict.fix is not None
    assert (conflict.fix.at, conflict.fix.label) == (2, "Set User=c in c")


def test_conflicts_are_sorted_by_severity() -> None:
    found = conflicts(starter("a", own="/srv/x"), starter("b", own="/srv/x"), starter("c", User="a", Group="a"))
    ranks = [SEVERITIES.index(conflict.severity) for conflict in found]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3


def test_a_new_name_is_unique() -> None:
    units = [bare("a", User="b"), bare("b", User="b"), bare("c", User="b-2"), bare("d", **STATE), bare("e", **STATE)]
    labels = {conflict.fix.label for conflict in conflicts(*units) if conflict.fix}
    assert labels == {"Set User=b-3 in b", "Use StateDirectory=e in e"}


def test_a_renamed_directory_preserves_its_link() -> None:
    shared = {"systemd": "257", "StateDirectory": "x:b-link:ro y", "StateDirectoryMode": "0700"}
    units = [bare("a", StateDirectory="x", StateDirectoryMode="0700"), bare("b", **shared)]
    fix = next(conflict.fix for conflict in conflicts(*units) if conflict.id == "P7")
    assert fix is not None
    assert fix.unit.values("StateDirectory") == ("b:b-link:ro y",)


def test_the_number_of_fixes_tried_at_once_is_limited() -> None:
    units = [bare(f"s{number}", User="www", PrivateTmp=[], ProtectProc=[]) for number in range(40)]
    found = conflicts(*units)
    assert len(found) > MAX_FIXES
    assert 0 < sum(conflict.fix is not None for conflict in found) <= MAX_FIXES


def test_the_fix_of_a_duplicate_name_renames_user_and_directories_too() -> None:
    conflict = server.same_name(1, starter("a", own="/srv/a/data"), frozenset({"a", "a-2"}))
    assert (conflict.id, conflict.severity, conflict.services) == ("same-name", "error", ("a", "a"))
    assert conflict.fix is not None
    unit = conflict.fix.unit
    assert (unit.name, unit.value("User"), unit.value("StateDirectory")) == ("a-3", "a-3", "a-3")
    assert [own.path for own in unit.own] == ["/srv/a-3/data"]
    assert unit.value("UMask") == "0077"


# Few values, so that services meet.
_NAMES = st.sampled_from(["a", "b", "x", "a/b", "x/y", "x y"])
_PATHS = st.sampled_from(["/srv", "/srv/x", "/srv/x/y", "/var/lib/a", "/opt/a b", "/opt"])
_VALUES: dict[str, st.SearchStrategy[str]] = {
    "User": st.sampled_from(["a", "b", "www", "root", "%N"]),
    "Group": st.sampled_from(["a", "web"]),
    "SupplementaryGroups": st.sampled_from(["a", "web", "docker web", "docker"]),
    "DynamicUser": st.just("yes"),
    "StateDirectory": _NAMES,
    "StateDirectoryMode": st.sampled_from(["0700", "0770", "0755"]),
    "RuntimeDirectory": _NAMES,
    "RuntimeDirectoryMode": st.sampled_from(["0700", "0750", "2770"]),
    "ConfigurationDirectory": _NAMES,
    "ReadWritePaths": _PATHS.map(lambda path: f'"{path}"'),
    "own": st.builds("{}{}".format, st.sampled_from(["/srv/x", "/srv/x/y", "/opt/a b", "/var/lib/a"]), st.sampled_from(["", ":0755", ":2770"])),
    "PrivateTmp": st.just("yes"),
    "ProtectProc": st.just("invisible"),
    "AmbientCapabilities": st.sampled_from(["CAP_KILL", "CAP_CHOWN CAP_SYS_TIME"]),
    "account": st.just("existing"),
}  # fmt: skip


@st.composite
def services(draw: st.DrawFn) -> list[UnitFile]:
    """Two to four services that are likely to be in each other's way, errors of their own left out."""
    units = []
    for name in draw(st.sampled_from(["ab", "abc", "aebx"])):
        drawn: Parameters = [(key, draw(values)) for key, values in _VALUES.items() if draw(st.booleans())]
        least = [("name", name), ("systemd", "257"), ("ExecStart", "/usr/bin/true"), ("UMask", "0077")]
        units.append(_first_that_is_read([*least, *drawn]))
    return units


def _first_that_is_read(parameters: Parameters) -> UnitFile:
    """The unit of the most of these parameters that are accepted."""
    for end in range(len(parameters), 0, -1):
        try:
            return unit_of(parameters[:end])
        except AssertionError:
            continue
    raise ValueError(parameters)


@settings(max_examples=60)
@given(services(), st.randoms(use_true_random=False))
def test_applying_fixes_in_any_order_terminates_and_resolves_conflicts(units: list[UnitFile], chance: object) -> None:
    steps = 0
    while fixable := [conflict for conflict in conflicts(*units) if conflict.fix]:
        conflict = chance.choice(fixable)  # type: ignore[attr-defined]
        assert conflict.fix is not None
        units = assert_mends(units, conflict, conflict.fix)
        steps += 1
        assert steps < 60

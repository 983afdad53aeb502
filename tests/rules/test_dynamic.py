"""What a dynamic user brings and what it is called."""

import pytest

from app import rules
from app.effective import Effective
from app.rules import dynamic
from app.unitfile import UnitFile
from tests.configurations import LEAST, least_with, read, with_values
from tests.rules.cases import assert_fix_mends, find, ids

Values = dict[str, str | list[str]]

# id, field, bad twin, good twin
TWINS: list[tuple[str, str, Values, Values]] = [
    ("P10", "ProtectSystem", {"DynamicUser": "yes", "ProtectSystem": "full"}, {"DynamicUser": "yes", "ProtectSystem": "strict"}),
    ("P10", "ProtectHome", {"DynamicUser": "yes", "ProtectHome": "no"}, {"DynamicUser": "yes", "ProtectHome": "tmpfs"}),
    ("P10", "PrivateTmp", {"DynamicUser": "yes", "PrivateTmp": "no"}, {"DynamicUser": "yes", "PrivateTmp": "yes"}),
    ("P10", "NoNewPrivileges", {"DynamicUser": "yes", "NoNewPrivileges": "no"}, {"NoNewPrivileges": "no"}),
    ("P10", "RestrictSUIDSGID", {"DynamicUser": "yes", "RestrictSUIDSGID": "no"}, {"DynamicUser": "yes", "RestrictSUIDSGID": "no", "systemd": "241"}),
    ("P10", "RemoveIPC", {"DynamicUser": "yes", "RemoveIPC": "no"}, {"DynamicUser": "yes", "RemoveIPC": "yes"}),
    ("P15", "User", {"name": "my.app", "User": [], "DynamicUser": "yes"}, {"name": "my.app", "DynamicUser": "yes"}),
    ("P15", "User", {"name": "x" * 32, "User": [], "DynamicUser": "yes"}, {"User": [], "DynamicUser": "yes"}),
    ("P15", "User", {"name": "7zip", "User": [], "DynamicUser": "yes"}, {"name": "my.app"}),
]  # fmt: skip


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TWINS, ids=str)
def test_a_rule_fires_on_its_bad_twin_only(finding_id: str, field: str, bad: Values, good: Values) -> None:
    assert (finding_id, field) in ids(least_with(**bad))
    assert (finding_id, field) not in ids(least_with(**good))


@pytest.mark.parametrize("bad", [bad for _, _, bad, _ in TWINS], ids=str)
def test_its_fixes_mend(bad: Values) -> None:
    unit = least_with(**bad)
    for finding in rules.judge(unit):
        if finding.fix:
            assert_fix_mends(unit, finding)


@pytest.mark.parametrize("bad", [bad for _, _, bad, _ in TWINS], ids=str)
@pytest.mark.parametrize("last", [False, True])
def test_following_the_fixes_comes_to_an_end(bad: Values, last: bool) -> None:
    unit = least_with(**bad)
    for _ in range(20):
        fixes = [finding.fix for finding in rules.judge(unit) if finding.fix]
        if not fixes:
            return
        unit = fixes[-1 if last else 0].unit
        given = [("name", unit.name), ("systemd", unit.target.key), *unit.assignments]
        own = [("own", str(directory)) for directory in unit.own]
        assert not read([*given, *own, *(("reset", name) for name in unit.resets)]).errors
    pytest.fail("The fixes go round in a circle.")


def test_every_rule_has_a_twin() -> None:
    units = [least_with(**bad) for _, _, bad, _ in TWINS]
    assert [rule.__name__ for rule in dynamic.RULES if not any(list(rule(Effective(unit))) for unit in units)] == []


def fixed(unit: UnitFile, finding_id: str) -> UnitFile:
    """The unit after the fix of its first finding of this id."""
    fix = find(unit, finding_id).fix
    assert fix is not None
    return fix.unit


def test_a_name_is_proposed_where_the_units_gives_one() -> None:
    unit = least_with(name="my.app", User=[], DynamicUser="yes")
    assert fixed(unit, "P15").value("User") == "my-app"
    assert find(least_with(name="7zip", User=[], DynamicUser="yes"), "P15").fix is None


def test_a_static_user_has_none_of_it() -> None:
    assert not {row[0] for row in TWINS} & {f.id for f in read(with_values(LEAST, ProtectHome="no")).findings}

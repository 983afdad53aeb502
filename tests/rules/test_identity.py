import pytest

from app import rules
from app.reserved import KNOWN_GROUPS
from tests.configurations import LEAST, least_with, read, with_values
from tests.rules.cases import assert_fix_mends, find, ids

Values = dict[str, str | list[str]]

# id, field, bad twin, good twin
TWINS: list[tuple[str, str, Values, Values]] = [
    ("P2", "User", {"User": []}, {}),
    ("P2", "User", {"User": "root"}, {}),
    ("P2", "User", {"User": [], "Group": "web"}, {"Group": "web"}),
    ("P2", "User", {"User": "root", "DynamicUser": "yes"}, {"User": [], "DynamicUser": "yes"}),
    ("P2", "User", {"name": "root", "User": "%p"}, {"User": "%p"}),
    ("P42", "SupplementaryGroups", {"SupplementaryGroups": "0"}, {"SupplementaryGroups": "video"}),
    ("P12", "User", {"User": "www-data", "DynamicUser": "yes"}, {"DynamicUser": "yes"}),
    ("P6", "User", {"User": "www-data"}, {}),
    ("P6", "User", {"User": "systemd-network", "account": "existing"}, {}),
    ("P23", "User", {"User": "nobody"}, {}),
    ("P21", "User", {"account": "existing"}, {}),
    ("P21", "SupplementaryGroups", {"SupplementaryGroups": "ssl-cert"}, {}),
    ("P42", "Group", {"Group": "docker"}, {"Group": "web"}),
    ("shipped-unit", "name", {"name": "ssh"}, {"name": "ssh-gate"}),
    ("shipped-unit", "name", {"name": "systemd-mine"}, {}),
    *(("P42", "SupplementaryGroups", {"SupplementaryGroups": f"video {group.name}"}, {"SupplementaryGroups": "video"}) for group in KNOWN_GROUPS if group.opens),
]  # fmt: skip


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TWINS, ids=str)
def test_a_rule_fires_on_its_bad_twin_only(finding_id: str, field: str, bad: Values, good: Values) -> None:
    assert (finding_id, field) in ids(least_with(**bad))
    assert (finding_id, field) not in ids(least_with(**good))


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TWINS, ids=str)
def test_its_fix_mends(finding_id: str, field: str, bad: Values, good: Values) -> None:
    unit = least_with(**bad)
    for finding in rules.judge(unit):
        if finding.id == finding_id and finding.fix:
            assert_fix_mends(unit, finding)


def test_a_group_is_taken_out_and_the_others_stay() -> None:
    fix = find(least_with(SupplementaryGroups=["video docker", "audio"]), "P42").fix
    assert fix is not None
    assert fix.unit.values("SupplementaryGroups") == ("video", "audio")


@pytest.mark.parametrize("name", ["my.app", "x" * 32, "app@host"])
def test_a_dynamic_user_needs_a_strict_name(name: str) -> None:
    assert list(read(with_values(LEAST, User=name, DynamicUser="yes")).errors) == ["User"]
    assert read(with_values(LEAST, User="1500", DynamicUser="yes")).is_valid


@pytest.mark.parametrize("name", ["my.app", "1500", "x" * 32, "-x"])
def test_a_user_to_be_created_needs_a_name_that_useradd_takes(name: str) -> None:
    assert "User" in read(with_values(LEAST, User=name)).errors
    assert ("User" in read(with_values(LEAST, User=name, account="existing")).errors) is False


def test_nothing_is_proposed_that_is_a_system_account() -> None:
    assert find(least_with(User=[], name="www-data"), "P2").fix is None

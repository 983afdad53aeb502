import pytest

from app.catalogue.reserved import KNOWN_GROUPS
from tests.analysis.rules.cases import Twins, find
from tests.support.configurations import LEAST, least_with, read, with_values

# id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("P2", "User", {"User": []}, {}),
    Twins("P2", "User", {"User": "root"}, {}),
    Twins("P2", "User", {"User": [], "Group": "web"}, {"Group": "web"}),
    Twins("P2", "User", {"User": "root", "DynamicUser": "yes"}, {"User": [], "DynamicUser": "yes"}),
    Twins("P2", "User", {"name": "root", "User": "%p"}, {"User": "%p"}),
    Twins("P42", "SupplementaryGroups", {"SupplementaryGroups": "0"}, {"SupplementaryGroups": "video"}),
    Twins("P12", "User", {"User": "www-data", "DynamicUser": "yes"}, {"DynamicUser": "yes"}),
    Twins("P6", "User", {"User": "www-data"}, {}),
    Twins("P6", "User", {"User": "systemd-network", "account": "existing"}, {}),
    Twins("P23", "User", {"User": "nobody"}, {}),
    Twins("P21", "User", {"account": "existing"}, {}),
    Twins("P21", "SupplementaryGroups", {"SupplementaryGroups": "ssl-cert"}, {}),
    Twins("P42", "Group", {"Group": "docker"}, {"Group": "web"}),
    Twins("shipped-unit", "name", {"name": "ssh"}, {"name": "ssh-gate"}),
    Twins("shipped-unit", "name", {"name": "systemd-mine"}, {}),
    Twins("P59", "User", {"User": "my.app", "DynamicUser": "yes"}, {"User": "my-app", "DynamicUser": "yes"}),
    Twins("account", "account", {"User": [], "account": "existing"}, {"account": "existing"}),
    Twins("number", "uid", {"uid": "850", "User": [], "DynamicUser": "yes"}, {"uid": "850"}),
    Twins("number", "gid", {"gid": "850", "account": "existing"}, {"gid": "850"}),
    Twins("number-range", "uid", {"uid": "99"}, {"uid": "201"}),
    Twins("number-range", "uid", {"uid": "150", "systemd": "rhel-9"}, {"uid": "150", "systemd": "debian-12"}),
    Twins("number-range", "gid", {"gid": "2147483648"}, {"gid": "999"}),
    Twins("shipped-unit", "Alias", {"Alias": "x.service ssh.service"}, {"Alias": "x.service"}),
    Twins("P21", "Group", {"account": "existing", "Group": "web"}, {"Group": "web"}),
    Twins("P43", "SupplementaryGroups", {"account": "existing", "SupplementaryGroups": "video"}, {"SupplementaryGroups": "video"}),
    Twins("P12", "User", {"User": [], "DynamicUser": "yes", "name": "www-data"}, {"User": "x", "DynamicUser": "yes", "name": "www-data"}),
    *(Twins("P42", "SupplementaryGroups", {"SupplementaryGroups": f"video {group.name}"}, {"SupplementaryGroups": "video"}) for group in KNOWN_GROUPS if group.why_dangerous),
]  # fmt: skip


def test_the_fix_removes_only_the_dangerous_group() -> None:
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


def test_no_fix_proposes_a_system_account() -> None:
    assert find(least_with(User=[], name="www-data"), "P2").fix is None

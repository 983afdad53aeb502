"""Templates: instances that cannot be, and what instances share."""

import pytest

from app.analysis import rules
from app.unitfile import links
from app.unitfile.model import OwnDirectory
from tests.analysis.rules.cases import Twins, Values, find, fixed, ids, judged
from tests.support.configurations import LEAST, Parameters, least_with, read, with_values

APART: Values = {"name": "app@", "instance": ["one", "two"], "User": "%p-%i"}
ALIKE: Values = {**APART, "User": "app"}

# id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("instance", "instance", {"instance": "one"}, APART),
    Twins("instance", "instance", {"name": "app@one", "instance": "one"}, {"name": "app@one"}),
    Twins("instance", "instance", {**APART, "instance": [f"i{n}" for n in range(11)]}, {**APART, "instance": [f"i{n}" for n in range(10)]}),
    Twins("instance", "instance", {"name": "app@", "User": "app", "instance": "x" * 244}, {"name": "app@", "User": "app", "instance": "x" * 243}),
    Twins("instance", "instance", {**ALIKE, "instance": r"a\b", "Environment": "A=%I"}, {**ALIKE, "instance": r"a\b", "Environment": "A=%i B=%%I"}),
    Twins("specifier", "own", {"own": "/srv/%p"}, {**APART, "own": "/srv/%i"}),
    Twins("P14", "User", ALIKE, APART),
    Twins("P14", "User", {**ALIKE, "instance": []}, {**APART, "instance": []}),
    Twins("P14", "User", {**ALIKE, "User": "%p-%j"}, {**ALIKE, "User": "%j-%i"}),
    Twins("P14", "User", {**ALIKE, "User": [], "DynamicUser": "yes"}, {**APART, "DynamicUser": "yes"}),
    Twins("P14", "User", {**ALIKE, "account": "existing"}, {**ALIKE, "User": "root"}),
    Twins("P14", "User", {**ALIKE, "own": "/srv/app", "ConfigurationDirectory": "app"}, {**APART, "own": "/srv/app-%i"}),
    Twins("P14", "User", {**ALIKE, "StateDirectory": "app", "CacheDirectory": "app/%i", "RuntimeDirectory": "app"}, {**APART, "StateDirectory": "app-%i", "CacheDirectory": "app/%i"}),
    Twins("P7", "StateDirectory", {**APART, "StateDirectory": "app"}, {**APART, "StateDirectory": "app/%i %N"}),
    Twins("P7", "StateDirectory", {**ALIKE, "StateDirectory": "app"}, {"StateDirectory": "app"}),
    Twins("P7", "RuntimeDirectory", {**APART, "RuntimeDirectory": "app", "RuntimeDirectoryPreserve": "yes"}, {**APART, "RuntimeDirectory": "%i", "RuntimeDirectoryPreserve": "yes"}),
    Twins("P8", "RuntimeDirectory", {**APART, "RuntimeDirectory": "app"}, {**APART, "RuntimeDirectory": "app/%i"}),
    Twins("P8", "RuntimeDirectory", {**ALIKE, "RuntimeDirectory": "app:link"}, {**ALIKE, "RuntimeDirectory": "app-%i:link-%i"}),
    Twins("shared-configuration", "ConfigurationDirectory", {**APART, "ConfigurationDirectory": "app"}, {**APART, "ConfigurationDirectory": "app", "Group": "app"}),
    Twins("chown", "own", {**APART, "own": "/srv/app"}, {**ALIKE, "own": "/srv/app"}),
    Twins("alias", "Alias", {**APART, "WantedBy": "a.target", "Alias": "b.service"}, {"WantedBy": "a.target", "Alias": "b.service"}),
    Twins("alias", "Alias", {"name": "app@one", "WantedBy": "a.target", "Alias": "b.service"}, {"name": "app@one", "WantedBy": "a.target"}),
]  # fmt: skip


def parameters(values: Values) -> Parameters:
    return with_values(LEAST, **values)


def test_a_template_without_instances_is_reported() -> None:
    assert ("no-instance", "instance") in ids(judged({**APART, "instance": []}))
    assert ("no-instance", "instance") not in ids(judged(APART))
    assert ("no-instance", "instance") not in ids(
        judged({**APART, "instance": [], "WantedBy": "a.target", "DefaultInstance": "one"})
    )


def test_a_finding_on_all_instances_is_reported_once_and_names_a_single_instance() -> None:
    values: Values = {"ConfigurationDirectory": "%i"}
    assert find(judged({**APART, **values}), "P34").message.startswith("/etc/%i must be there")
    assert find(judged({**APART, **values, "instance": "one"}), "P34").message.startswith("/etc/one must be there")
    assert find(judged({**APART, **values, "instance": []}), "P34").message.startswith("/etc/%i must be there")


ALONE: list[tuple[Values, str, str, str]] = [
    (
        {"instance": ["one", "x" * 40]},
        "User",
        "account-name",
        f"app@{'x' * 40}: “app-{'x' * 40}” cannot be created: use a letter first, then letters, digits, - and _, at most 31. For an account that exists already, choose that above.",
    ),
    (
        {"instance": ["one", "dpkg"], "StateDirectory": "%i"},
        "StateDirectory",
        "P60",
        "app@dpkg: /var/lib/dpkg belongs to the system, and systemd would hand it to this service. Choose another name than dpkg, for example %p-%i.",
    ),
    (
        {"instance": ["one", "www"], "own": "/srv/%i"},
        "own",
        "P60",
        "app@www: /srv/www cannot be handed over: /srv/www belongs to the system or to many programs. Use a path of its own, for example /srv/%p-%i.",
    ),
    (
        {"instance": ["one", ".."], "own": "/srv/%i", "User": "app"},
        "own",
        "specifier",
        "app@..: /srv/%i is /srv/.. then. “/srv/..” is not spelt plainly. Leave out “.”, “..”, doubled slashes and the slash at the end, for example /srv/myapp.",
    ),
]


@pytest.mark.parametrize(("values", "field", "finding_id", "sentence"), ALONE, ids=lambda value: str(value)[:30])
def test_an_error_in_one_instance_names_the_instance(
    values: Values, field: str, finding_id: str, sentence: str
) -> None:
    entry = read(parameters({**APART, **values}))
    assert entry.errors == {field: [sentence]}
    assert [finding.id for finding in entry.findings if finding.message == sentence] == [finding_id]


def test_a_single_instance_that_runs_as_root_is_reported() -> None:
    found = find(judged({**APART, "User": "%i", "instance": ["one", "root"]}), "P2")
    assert found.message.startswith("app@root: The service runs as root")
    assert found.fix is None


FIXES: list[tuple[Values, str, Values]] = [
    ({**ALIKE, "own": "/srv/app", "ConfigurationDirectory": "app"}, "P14", {"User": "%p-%i", "own": "/srv/app-%i", "ConfigurationDirectory": "app-%i"}),
    ({**ALIKE, "StateDirectory": "app app/%i", "RuntimeDirectory": "app:link", "Group": "app", "ConfigurationDirectory": "app"}, "P14", {"User": "%p-%i", "StateDirectory": "app-%i app/%i", "RuntimeDirectory": "app-%i:link-%i", "ConfigurationDirectory": "app"}),
    ({**ALIKE, "name": "my.app@"}, "P14", {"User": "my-app-%i"}),
    ({**APART, "StateDirectory": "app data/%i"}, "P7", {"StateDirectory": "app-%i data/%i"}),
    ({**ALIKE, "RuntimeDirectory": "app:link"}, "P8", {"RuntimeDirectory": "app-%i:link-%i"}),
    ({**APART, "ReadWritePaths": "/data/%i"}, "P24", {"own": "/data/%i"}),
    ({**APART, "ReadWritePaths": "/run/%N/x"}, "P25", {"ReadWritePaths": [], "RuntimeDirectory": "app@%i/x", "RuntimeDirectoryMode": "0750"}),
    ({**APART, "User": []}, "P2", {"User": "%p-%i", "ProtectProc": "invisible"}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "finding_id", "changed"), FIXES, ids=lambda value: str(value)[:40])
def test_a_fix_applies_to_all_instances_and_names_none(values: Values, finding_id: str, changed: Values) -> None:
    unit = fixed(judged(values), finding_id)
    for name, value in changed.items():
        given = [value] if isinstance(value, str) else value
        assert list(unit.own if name == "own" else unit.values(name)) == [
            OwnDirectory.parse(text) if name == "own" else text for text in given
        ]
    assert unit.instances == judged(values).instances


def test_the_label_of_the_fix_for_a_shared_user_mentions_directories() -> None:
    labels = {state: find(judged({**ALIKE, "StateDirectory": state}), "P14").fix for state in ("app", "%i", '"app x"')}
    assert {state: fix and fix.label for state, fix in labels.items()} == {
        "app": "Set User=%p-%i and directories by instance",
        "%i": "Set User=%p-%i",
        '"app x"': None,
    }


def test_a_link_of_a_fix_contains_the_instances() -> None:
    unit = least_with(**ALIKE)
    for finding in rules.with_working_fixes(unit, rules.judge(unit)):
        if finding.fix:
            assert "instance=one&instance=two" in links.link(finding.fix.unit)

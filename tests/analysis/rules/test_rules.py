"""What is true of every rule."""

import importlib
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.analysis import rules
from app.analysis.rules import SEVERITIES, Fix, Rule, specifiers
from app.unitfile import links
from app.unitfile.model import UnitFile
from tests.analysis.rules.cases import MAX_STEPS, Twins, assert_fix_mends, ids, judged, offered, without_twin
from tests.analysis.rules.twins import BY_MODULE, TWINS
from tests.support import strategies
from tests.support.configurations import EXAMPLES, LEAST, QUIET, Parameters, read, unit_of, with_values

ALL = [*specifiers.RULES, *rules.RULES]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.check.__name__)
def test_every_rule_gives_a_reason_and_names_its_source(rule: Rule) -> None:
    why = rule.why
    assert why.endswith((".", ")."))
    assert re.search(r"\(\d\)|runs?\b|source|systemd|Unicode|contract", why)


def test_no_rule_is_listed_twice() -> None:
    assert len({rule.check.__name__ for rule in ALL}) == len(ALL)


def test_findings_are_sorted_by_severity() -> None:
    unit = read(with_values(LEAST, User=[], own="/etc/x", UMask=[], ConfigurationDirectory="x"), posted=True)
    ranks = [SEVERITIES.index(finding.severity) for finding in unit.findings]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_every_fix_of_the_examples_resolves_its_finding(parameters: Parameters) -> None:
    unit = unit_of(parameters)
    for finding in rules.judge(unit):
        if finding.fix:
            assert_fix_mends(unit, finding)


def test_the_default_form_has_no_finding_above_note() -> None:
    assert {finding.severity for finding in rules.judge(unit_of(EXAMPLES["starter"]))} <= {"note"}


def test_a_configuration_without_any_finding_exists() -> None:
    assert rules.judge(unit_of(QUIET)) == []


# --- twins ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", TWINS, ids=lambda row: f"{row.id}-{row.bad}")
def test_a_rule_reports_the_bad_case_and_not_the_good_case(row: Twins) -> None:
    good = judged(row.good)
    assert (row.id, row.field) in ids(judged(row.bad))
    assert (row.id, row.field) not in ids(good)
    assert not read(with_values(LEAST, **row.good)).errors


@pytest.mark.parametrize("row", TWINS, ids=lambda row: f"{row.id}-{row.bad}")
def test_its_fixes_resolve_the_finding(row: Twins) -> None:
    unit = judged(row.bad)
    for finding in rules.judge(unit):
        if finding.fix:
            assert_fix_mends(unit, finding)


@pytest.mark.parametrize("row", TWINS, ids=lambda row: f"{row.id}-{row.bad}")
def test_its_fix_is_offered(row: Twins) -> None:
    unit = judged(row.bad)
    found = rules.judge(unit)
    assert [bool(finding.fix) for finding in rules.with_working_fixes(unit, found)] == [bool(f.fix) for f in found]


@pytest.mark.parametrize("module", BY_MODULE)
def test_every_rule_of_a_module_has_a_test_case(module: str) -> None:
    found_by: tuple[Rule, ...] = importlib.import_module(f"app.analysis.rules.{module}").RULES
    assert without_twin(found_by, BY_MODULE[module]) == []


# --- fixes that are followed ------------------------------------------------------------------------


def assert_ends(unit: UnitFile, choose: Callable[[list[Fix]], Fix]) -> None:
    """The fixes that are offered one after another come to an end, and each leads to a unit that reads back from its link."""
    seen = {links.link(unit)}
    while fixes := offered(unit):
        unit = choose(fixes).unit
        link = links.link(unit)
        assert link not in seen, link
        seen.add(link)
        assert len(seen) < MAX_STEPS, link
        assert read(links.pairs(unit), posted=True).unit == read(links.pairs(unit), posted=True).unit is not None


@given(st.lists(st.sampled_from(TWINS), min_size=1, max_size=5), st.data())
def test_applying_fixes_in_any_order_resolves_several_faults(rows: list[Twins], data: st.DataObject) -> None:
    faults = {name: value for row in rows for name, value in row.bad.items()}
    assert_ends(judged(faults), lambda fixes: data.draw(st.sampled_from(fixes)))


@pytest.mark.parametrize("version", [247, 252, 257, 262])
def test_applying_fixes_in_any_order_terminates_for_any_configuration(version: int) -> None:
    @settings(max_examples=settings().max_examples // 4, suppress_health_check=list(HealthCheck))
    @given(strategies.parameters(version), st.data())
    def follow(parameters: Parameters, data: st.DataObject) -> None:
        unit = read(parameters, posted=True).unit
        assert unit is not None
        assert_ends(unit, lambda fixes: data.draw(st.sampled_from(fixes)))

    follow()

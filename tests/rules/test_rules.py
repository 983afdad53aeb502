"""What is true of every rule."""

import inspect
import re

import pytest

from app import rules
from app.rules import SEVERITIES, Rule, expansion
from tests.configurations import EXAMPLES, LEAST, Parameters, read, unit_of, with_values
from tests.rules.cases import assert_fix_mends

ALL = [*expansion.RULES, *rules.RULES]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.__name__)
def test_a_rule_says_why_and_names_its_source(rule: Rule) -> None:
    why = " ".join((inspect.getdoc(rule) or "").split())
    assert why.endswith((".", ")."))
    assert re.search(r"\(\d\)|runs?\b|source|systemd|Unicode|contract", why)


def test_no_rule_is_listed_twice() -> None:
    assert len({rule.__name__ for rule in ALL}) == len(ALL)


def test_findings_come_worst_first() -> None:
    unit = read(with_values(LEAST, User=[], own="/etc/x", UMask=[], ConfigurationDirectory="x"), posted=True)
    ranks = [SEVERITIES.index(finding.severity) for finding in unit.findings]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_every_fix_of_the_examples_mends(parameters: Parameters) -> None:
    unit = unit_of(parameters)
    for finding in rules.judge(unit):
        if finding.fix:
            assert_fix_mends(unit, finding)


def test_the_starter_has_no_finding() -> None:
    assert rules.judge(unit_of(EXAMPLES["starter"])) == []


def test_the_least_has_no_finding() -> None:
    assert rules.judge(unit_of(LEAST)) == []

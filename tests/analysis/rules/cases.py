"""How rules are tested: a bad twin that a rule fires on, a good one that it does not, and fixes that are followed."""

from typing import NamedTuple

from app.analysis import rules
from app.analysis.rules import SEVERITIES, Finding, Fix, Rule
from app.effective import Effective
from app.unitfile import links
from app.unitfile.model import UnitFile
from tests.support.configurations import LEAST, read, with_values

Values = dict[str, str | list[str]]

MAX_STEPS = 40
"""Fixes that may be followed one after another until none is left."""


class Twins(NamedTuple):
    """Values of the least configuration with a fault, the same without it, and the finding: its id and field."""

    id: str
    field: str
    bad: Values
    good: Values


def judged(values: Values) -> UnitFile:
    """The unit of the least configuration with these values, refused or not."""
    unit = read(with_values(LEAST, **values)).unit
    assert unit is not None
    return unit


def ids(unit: UnitFile) -> set[tuple[str, str]]:
    """The findings on a unit, as pairs of id and field."""
    return {(finding.id, finding.field) for finding in rules.judge(unit)}


def find(unit: UnitFile, finding_id: str) -> Finding:
    """The first finding of this id."""
    return next(finding for finding in rules.judge(unit) if finding.id == finding_id)


def fixed(unit: UnitFile, finding_id: str) -> UnitFile:
    """The unit after the fix of its first finding of this id."""
    fix = find(unit, finding_id).fix
    assert fix is not None
    return fix.unit


def without_twin(found_by: tuple[Rule, ...], twins: list[Twins]) -> list[str]:
    """The names of the rules that fire on none of the bad twins."""
    units = [Effective(judged(row.bad)) for row in twins]
    return [rule.check.__name__ for rule in found_by if not any(True for unit in units for _ in rule(unit))]


def assert_fix_mends(unit: UnitFile, finding: Finding) -> None:
    """Following a fix removes its finding and adds none as bad or worse."""
    assert finding.fix is not None
    assert links.link(finding.fix.unit) != links.link(unit)
    before, after = rules.judge(unit), rules.judge(finding.fix.unit)
    rank = SEVERITIES.index(finding.severity)

    def told(findings: list[Finding]) -> set[tuple[str, str, str]]:
        return {(f.id, f.field, f.message) for f in findings if SEVERITIES.index(f.severity) <= rank}

    assert (finding.id, finding.field, finding.message) not in told(after)
    assert told(after) <= told(before)


def offered(unit: UnitFile) -> list[Fix]:
    """The fixes that the page offers for a unit."""
    return [finding.fix for finding in rules.with_working_fixes(unit, rules.judge(unit)) if finding.fix]

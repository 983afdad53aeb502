"""How rules are tested: a bad twin that a rule fires on, a good one that it does not, and fixes that are followed."""

from app import links, rules
from app.rules import SEVERITIES, Finding
from app.unitfile import UnitFile


def ids(unit: UnitFile) -> set[tuple[str, str]]:
    """The findings on a unit, as pairs of id and field."""
    return {(finding.id, finding.field) for finding in rules.judge(unit)}


def find(unit: UnitFile, finding_id: str) -> Finding:
    """The first finding of this id."""
    return next(finding for finding in rules.judge(unit) if finding.id == finding_id)


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

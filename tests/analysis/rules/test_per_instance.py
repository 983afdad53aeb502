"""What is said of a template as a whole."""

from app.analysis.rules.finding import Finding
from app.analysis.rules.per_instance import MAX_INSTANCES_ALONE, judge_template
from app.unitfile.model import Assignment, UnitFile

NAMES = tuple(f"i{number}" for number in range(MAX_INSTANCES_ALONE + 5))
TEMPLATE = UnitFile("app@", assignments=(Assignment("User", "app-%i"),), instances=NAMES)


def test_many_notes_on_single_instances_hide_no_error() -> None:
    def judge(unit: UnitFile) -> list[Finding]:
        name = unit.instances[0]
        if name not in NAMES:
            return []
        severity = "error" if name == NAMES[-1] else "note"
        return [Finding(severity, severity, "User", f"only of {name}")]

    told = judge_template(TEMPLATE, judge, judge)
    assert len(told) == MAX_INSTANCES_ALONE
    assert [finding.message for finding in told if finding.severity == "error"] == [
        f"app@{NAMES[-1]}: only of {NAMES[-1]}"
    ]


def test_a_finding_on_all_instances_is_reported_once() -> None:
    def judge(unit: UnitFile) -> list[Finding]:
        return [Finding("x", "note", "User", f"app-{unit.instances[0]} is so")]

    told = judge_template(TEMPLATE, judge, judge)
    assert [finding.message for finding in told] == ["app-%i is so"]

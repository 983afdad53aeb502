"""What the rules say of a template: of any instance what is so for all of them, of one what is so for it alone."""

from collections.abc import Callable
from dataclasses import replace

from app.analysis.rules.finding import SEVERITIES, Finding
from app.unitfile.instances import as_template, with_any_instance
from app.unitfile.model import UnitFile

Judge = Callable[[UnitFile], list[Finding]]
"""What finds all that is to be said of one instance."""

MAX_JUDGED = 24_000
"""Characters of values, times instances, up to which every rule judges every instance: thirty ordinary services."""

MAX_INSTANCES_ALONE = 20
"""Findings on single instances that are told at once."""


def judge_template(unit: UnitFile, judge: Judge, refuse: Judge) -> list[Finding]:
    """The findings on a template, which say %i where they are on several instances. No fix names an instance.

    refuse: finds all errors of one instance, in a fourth of the time. Of a large template with many instances
    those behind the first are judged by it.
    """
    whole = with_any_instance(unit)
    made_up, names = whole.instances[0], unit.named_instances
    general = [_of_all(finding, unit, made_up) for finding in judge(whole)]
    if not names:
        return [_told(finding, made_up, "%i") for finding in general]
    places: dict[int, list[str]] = {}
    alone: list[Finding] = []
    is_large = sum(len(line.value) for line in unit.assignments) * len(names) > MAX_JUDGED
    for number, name in enumerate(names if _depends(unit) else names[:1]):
        ask = refuse if is_large and number else judge
        expected = {_key(_told(finding, made_up, name)): at for at, finding in enumerate(general)}
        for finding in ask(unit.with_instance(name)):
            at = expected.get(_key(finding))
            if at is None:
                alone.append(replace(finding, message=f"{unit.name}{name}: {finding.message}", fix=None))
            else:
                places.setdefault(at, []).append(name)
    shared = [
        _told(general[at], made_up, those[0] if names[1:] == () else "%i") for at, those in sorted(places.items())
    ]
    worst = sorted(alone, key=lambda finding: SEVERITIES.index(finding.severity))  # no error may go untold
    return shared + worst[:MAX_INSTANCES_ALONE]


def _depends(unit: UnitFile) -> bool:
    """Whether instances can differ in anything but their names."""
    return any("%" in text for text in (*(line.value for line in unit.assignments), *(own.path for own in unit.own)))


def _of_all(finding: Finding, unit: UnitFile, made_up: str) -> Finding:
    """A finding on any instance with its fix as one of the template."""
    fix = finding.fix
    made = fix and fix._replace(label=fix.label.replace(made_up, "%i"), unit=as_template(fix.unit, unit))
    return replace(finding, fix=made)


def _told(finding: Finding, made_up: str, name: str) -> Finding:
    """A finding on any instance, said of one that is called so."""
    return replace(finding, message=finding.message.replace(made_up, name))


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.id, finding.field, finding.message

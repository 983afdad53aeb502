"""The rules: what is wrong with a unit, worst first."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, islice

from app.analysis.rules import (
    combinations,
    compatibility,
    directories,
    dynamic,
    home_directories,
    identity,
    machine,
    preserved_lines,
    privileges,
    programs,
    root_paths,
    sandbox,
    secrets,
    service,
    shared_resources,
    specifiers,
    templates,
    triggers,
    writable_paths,
)
from app.analysis.rules.commands import RootCommand, commands_as_root
from app.analysis.rules.finding import SECRETS, SEVERITIES, Check, Finding, Fix, Rule
from app.analysis.rules.identity import contradiction
from app.analysis.rules.per_instance import judge_template
from app.analysis.rules.secrets import carries_secret, secret_names
from app.analysis.rules.templates import TOO_MANY_DIRECTORIES
from app.effective import Effective
from app.unitfile import links
from app.unitfile.model import UnitFile

__all__ = [
    "ALL_RULES",
    "RULES",
    "SECRETS",
    "SEVERITIES",
    "TOO_MANY_DIRECTORIES",
    "Check",
    "Finding",
    "Fix",
    "RootCommand",
    "carries_secret",
    "commands_as_root",
    "contradiction",
    "judge",
    "refusing",
    "secret_names",
    "with_working_fixes",
]

MAX_PER_RULE = 10
"""Findings of one rule that are told at once; a person mends the first, and thousands would keep the server busy."""

MAX_MESSAGE, MAX_LABEL = 500, 100
"""Characters of a finding's sentence and of its fix's label, which may quote a value."""

MAX_TRIED = 1_000_000
"""Characters of values, times instances, that fixes are tried on: all fixes of an ordinary unit, a dozen of the largest template."""

RULES: tuple[Rule, ...] = (
    *preserved_lines.RULES,
    *templates.RULES,
    *identity.RULES,
    *privileges.RULES,
    *machine.RULES,
    *dynamic.RULES,
    *directories.RULES,
    *root_paths.RULES,
    *writable_paths.RULES,
    *sandbox.RULES,
    *home_directories.RULES,
    *shared_resources.RULES,
    *programs.RULES,
    *service.RULES,
    *triggers.RULES,
    *combinations.RULES,
    *compatibility.RULES,
    *secrets.RULES,
)

ALL_RULES = (*specifiers.RULES, *RULES)
"""Every rule, with those that are asked first and end the judgement where they find something."""

REFUSING = tuple(rule for rule in RULES if rule.may_refuse)
"""The rules whose findings can refuse a unit: a fourth of all, for answers that show no advice."""


def judge(unit: UnitFile) -> list[Finding]:
    """All findings on a unit, worst first, each with its why. Where names cannot be resolved, only those are found."""
    return _judged(unit, RULES)


def refusing(unit: UnitFile) -> list[Finding]:
    """The findings of the rules that can refuse a unit: all errors are among them, and what looks like a secret."""
    return _judged(unit, REFUSING)


def _judged(unit: UnitFile, asked: tuple[Rule, ...]) -> list[Finding]:
    effective = Effective(unit)
    wrong = _first_found(templates.FIRST, effective)
    found = wrong or (_judge_whole(unit, asked) if unit.is_template else _judge_service(effective, asked))
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def _judge_whole(unit: UnitFile, asked: tuple[Rule, ...]) -> list[Finding]:
    """The findings on a template: on its instances, and on how many there are."""
    instances = judge_template(
        unit, lambda one: _judge_service(Effective(one), asked), lambda one: _judge_service(Effective(one), REFUSING)
    )
    return instances + list(_explained(templates.NO_INSTANCE, Effective(unit)))


def _judge_service(effective: Effective, asked: tuple[Rule, ...]) -> list[Finding]:
    """The findings on a unit, or on the one instance of a template."""
    return _first_found(specifiers.RULES, effective) or [f for rule in asked for f in _explained(rule, effective)]


def _first_found(found_by: tuple[Rule, ...], effective: Effective) -> list[Finding]:
    """What the first of some rules finds that finds anything."""
    found = (list(_explained(rule, effective)) for rule in found_by)
    return next((findings for findings in found if findings), [])


def _explained(rule: Rule, unit: Effective) -> Iterator[Finding]:
    for finding in islice(rule(unit), MAX_PER_RULE):
        fix = finding.fix and finding.fix._replace(label=_cut(finding.fix.label, MAX_LABEL))
        yield replace(finding, why=rule.why, message=_cut(finding.message, MAX_MESSAGE), fix=fix)


def _cut(text: str, maximum: int) -> str:
    """A sentence that quotes a value, not longer than a person reads."""
    return text if len(text) <= maximum else f"{text[: maximum - 2]}…."


def with_working_fixes(unit: UnitFile, findings: list[Finding]) -> list[Finding]:
    """The findings, each without its fix where following it would not remove it or would add one as bad or worse."""
    known = {(finding.id, finding.field) for finding in findings}
    size = sum(len(line.value) for line in unit.assignments) + len(REFUSING) * 20
    tried = MAX_TRIED // (size * (1 + len(unit.named_instances)))
    is_tried = accumulate(finding.fix is not None for finding in findings)
    return [
        finding if count <= tried and _works(unit, finding, known) else replace(finding, fix=None)
        for finding, count in zip(findings, is_tried, strict=True)
    ]


MAX_TRIED_CHARACTERS = 2_000
"""Characters of values up to which a fix of a template is tried on every instance; of a larger one two stand for all."""


def _for_trial(unit: UnitFile) -> UnitFile:
    """The unit on which a fix is tried: each instance takes as long as a unit, and a page tries up to a hundred fixes."""
    is_large = sum(len(line.value) for line in unit.assignments) > MAX_TRIED_CHARACTERS
    return replace(unit, instances=unit.instances[:2]) if is_large else unit


def _works(unit: UnitFile, finding: Finding, known: set[tuple[str, str]]) -> bool:
    if finding.fix is None or finding.fix.unit == unit:
        return False
    if links.is_too_long(finding.fix.unit):  # there is no link to it, and judging it would take long
        return False
    rank = SEVERITIES.index(finding.severity)
    try:
        after = judge(_for_trial(finding.fix.unit))
    except ValueError:  # the fix made a value that cannot be read
        return False
    same = [left for left in after if (left.id, left.field) == (finding.id, finding.field)]
    added = [new for new in after if (new.id, new.field) not in known and SEVERITIES.index(new.severity) <= rank]
    return not added and finding.message not in {left.message for left in same}

"""The rules: what is wrong with a unit, worst first."""

import inspect
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from app.effective import Effective
from app.rules import directories, expansion, identity, service, values
from app.rules.finding import SEVERITIES, Finding, Fix, Rule
from app.rules.identity import contradiction
from app.rules.values import SECRET, secret_names
from app.unitfile import UnitFile

__all__ = ["RULES", "SECRET", "SEVERITIES", "Finding", "Fix", "contradiction", "judge", "secret_names"]

RULES: tuple[Rule, ...] = (*identity.RULES, *directories.RULES, *service.RULES, *values.RULES)


def judge(unit: UnitFile) -> list[Finding]:
    """All findings on a unit, worst first, each with its why. Where names cannot be resolved, only those are found."""
    effective = Effective(unit)
    findings: list[Finding] = []
    for rule in expansion.RULES:
        findings.extend(_explained(rule, effective))
        if findings:
            return findings
    for rule in RULES:
        findings.extend(_explained(rule, effective))
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def _explained(rule: Rule, unit: Effective) -> Iterator[Finding]:
    return (replace(finding, why=_why(rule)) for finding in rule(unit))


@cache
def _why(rule: Rule) -> str:
    return " ".join((inspect.getdoc(rule) or "").split())

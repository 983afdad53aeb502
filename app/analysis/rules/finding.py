"""A finding: what a rule has to say about a unit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.effective import Effective
from app.unitfile.model import UnitFile

SEVERITIES = ("error", "warning", "hint", "note")


class Fix(NamedTuple):
    """A change that mends a finding: what it does, in a few words, and the unit after it."""

    label: str
    unit: UnitFile


@dataclass(frozen=True)
class Finding:
    """One finding: id (a pitfall's number or a word), severity, the field it belongs to, a sentence, why, a fix."""

    id: str
    severity: str
    field: str
    message: str
    fix: Fix | None = None
    why: str = ""


Rule = Callable[[Effective], Iterator[Finding]]

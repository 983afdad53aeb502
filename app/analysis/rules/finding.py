"""A finding: what a rule has to say about a unit."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from app.effective import Effective
from app.unitfile.model import UnitFile

SECRET_VARIABLE, OTHER_SECRET = "P46", "P76"
SECRETS = frozenset({SECRET_VARIABLE, OTHER_SECRET})
"""The ids of findings on secrets, which no link may contain: in a variable with a telling name, and anywhere else."""

SEVERITIES = ("error", "warning", "hint", "note")


class Fix(NamedTuple):
    """A change that resolves a finding."""

    label: str
    """The change in a few words."""
    unit: UnitFile
    """The unit after the change."""


@dataclass(frozen=True)
class Finding:
    """A finding of a rule on a unit."""

    id: str
    """The number of a pitfall, or a word."""
    severity: str
    """One of SEVERITIES."""
    field: str
    """The name of the form's field that the finding belongs to."""
    message: str
    """The sentence for the person."""
    fix: Fix | None = None
    """A change that may resolve the finding, or None."""
    why: str = ""
    """The reason, as sentences with their source."""


Check = Callable[[Effective], Iterator[Finding]]
"""Yields the findings on a service; its docstring says why, with the source."""


@dataclass(frozen=True)
class Rule:
    """One rule: what it checks, and how the page of rules lists it."""

    check: Check
    """Yields the findings; its docstring is the reason that people read."""
    ids: tuple[str, ...]
    """The ids of its findings: numbers of pitfalls, or words."""
    severities: tuple[str, ...]
    """The severities that its findings can have."""
    title: str
    """What it finds, as a noun phrase without a full stop."""

    def __call__(self, service: Effective) -> Iterator[Finding]:
        """Yield the findings on a service."""
        return self.check(service)

    @cached_property
    def why(self) -> str:
        """The reason that the page of rules shows."""
        return reason(self.check)

    @property
    def may_refuse(self) -> bool:
        """Whether a finding of the rule can refuse a link: an error, or a secret."""
        return "error" in self.severities or not SECRETS.isdisjoint(self.ids)


def reason(check: Callable[..., object]) -> str:
    """Return why a check finds what it finds, with the source: its docstring on one line."""
    return " ".join((inspect.getdoc(check) or "").split())

"""Where the tool refuses on purpose what systemd takes: one row a reason, with the harm."""

import re
from dataclasses import dataclass

from app import catalogue
from tests.system.asking import Case


@dataclass(frozen=True)
class Stricter:
    """A reason to be stricter. kinds: the kinds of value it is about, none for all. pattern: what it is in the value."""

    harm: str
    pattern: str
    kinds: tuple[str, ...] = ()

    def covers(self, case: Case, version: int) -> bool:
        """Whether the reason holds for a case."""
        kind = type(catalogue.find(case.name).kind).__name__
        return (not self.kinds or kind in self.kinds) and re.search(self.pattern, case.value) is not None


STRICTER: tuple[Stricter, ...] = ()

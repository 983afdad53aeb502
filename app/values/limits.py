"""Limits of the kernel on one process: soft:hard, each a number, a size, a time or a nice level.

Sources: rlimit_parse() in src/basic/rlimit-util.c of systemd 247 to 262; systemd.exec(5), LimitCPU=.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.values.kind import Kind, Need
from app.values.lexing import extract_words
from app.values.numbers import INFINITY, NANOSECONDS, number, size, span
from app.values.sentences import quoted

_NICEST, _RUDEST = 19, -20
_RAW_NICE_MAX = 40


@dataclass(frozen=True)
class ResourceLimit(Kind):
    """A limit that is a number: soft:hard or one for both, or infinity (LimitNOFILE=)."""

    forms: ClassVar[str] = "a number (65536), a soft and a hard one (1024:65536), or infinity"

    def check(self, value: str) -> str:
        soft, *rest = extract_words(value, ":", quotes=False, coalesce=False)
        amounts = [self._amount(part) for part in (soft, *rest[:1])]
        if None in amounts or any(rest[1:2]) or len(rest) > 2:
            raise ValueError(f"“{quoted(value)}” is not a limit. Write {self.forms}.")
        if (amounts[0] or 0) > (amounts[-1] or 0):
            raise ValueError(
                f"The soft limit {quoted(soft)} is above the hard limit {quoted(rest[0])}. Put the smaller number first."
            )
        return value

    def _amount(self, text: str) -> int | None:
        """What one part of it amounts to, None for what is none."""
        amount = INFINITY if text == "infinity" else self.amount(text) if text else None
        return amount if amount is not None and 0 <= amount <= INFINITY else None

    def amount(self, text: str) -> int | None:
        """What a part amounts to that is not infinity; None where it is none."""
        amount = number(text)
        return amount if amount != INFINITY else None

    def needs(self, value: str) -> Iterator[Need]:
        if ":" in value:
            yield Need(229, "a soft and a hard limit")


@dataclass(frozen=True)
class SizeLimit(ResourceLimit):
    """A limit in bytes, K M G T P E to the base 1024 (LimitFSIZE=)."""

    forms = "bytes or K, M, G, T (64M), a soft and a hard limit (64M:1G), or infinity"

    def amount(self, text: str) -> int | None:
        amount = size(text)
        return amount if amount != INFINITY else None


@dataclass(frozen=True)
class TimeLimit(ResourceLimit):
    """A time limit: seconds for LimitCPU=, microseconds for LimitRTTIME=, unless the value has a unit."""

    forms = "a time with its unit (5min), a soft and a hard one (5min:10min), or infinity"

    unit: str = "s"
    """The unit of a number without a unit."""
    step: int = 1_000_000
    """The precision of the kernel, in microseconds."""

    def amount(self, text: str) -> int | None:
        microseconds = span(text, self.unit)
        if microseconds is None or microseconds == INFINITY:
            return microseconds
        return -(-microseconds // self.step)

    def needs(self, value: str) -> Iterator[Need]:
        yield from super().needs(value)
        if "μ" in value:
            yield Need(252, "the Greek letter in “μs”")


@dataclass(frozen=True)
class NiceLimit(ResourceLimit):
    """The highest priority to ask for: a nice level with its sign, or the kernel's number from 0 to 40 (LimitNICE=)."""

    forms = "a nice level with its sign (-5, +10), or the kernel's number from 0 to 40, and no word"

    def _amount(self, text: str) -> int | None:
        return self.amount(text)

    def amount(self, text: str) -> int | None:
        sign, level = (text[0], number(text[1:])) if text[:1] in {"+", "-"} else ("", number(text))
        if level is None or not 0 <= level <= {"+": _NICEST, "-": -_RUDEST, "": _RAW_NICE_MAX}[sign]:
            return None
        return {"+": 20 - level, "-": 20 + level, "": level}[sign]


@dataclass(frozen=True)
class Nanoseconds(Kind):
    """A time in nanoseconds unless units are written (TimerSlackNSec=; parse_nsec() in src/basic/time-util.c)."""

    def check(self, value: str) -> str:
        if span(value, "ns", NANOSECONDS) is None:
            raise ValueError(
                f"“{quoted(value)}” is not a time. Write nanoseconds (50000) or units (1ms 500us; units are ns, us, ms, s, min, h), or infinity."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if "μ" in value:
            yield Need(252, "the Greek letter in “μs”")

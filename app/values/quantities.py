"""Numbers with units: time spans, sizes, shares, limits, modes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.values.kind import Kind, Need
from app.values.numbers import INFINITY, number, share, size, span
from app.values.sentences import one_of, quoted


def _share_needs(value: str, older: int = 1) -> Iterator[Need]:
    """The version that a share has by its sign and decimals; older: the version that brought shares here at all."""
    found = share(value)
    if found:
        if older > 1:
            yield Need(older, "a share of all there is")
        if found.since > older:
            yield Need(found.since, f"the share {quoted(value)}")
        if not found.is_read_in_full:
            yield Need(1, f"the share {quoted(value)}", removed_in=248)


@dataclass(frozen=True)
class TimeSpan(Kind):
    """A time span, in seconds unless the value has a unit (systemd.time(7); parse_time() in src/basic/time-util.c)."""

    minimum: int = 0
    """The shortest span, in microseconds."""
    endless: bool = True
    """Whether the span can be infinity."""

    def check(self, value: str) -> str:
        microseconds = span(value)
        if microseconds is None:
            raise ValueError(
                f"“{quoted(value)}” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, "
                f"M for months, y){', or infinity' if self.endless else ''}."
            )
        if microseconds < self.minimum:
            raise ValueError(f"“{quoted(value)}” is too short here. Write {self.minimum // 1_000_000}s or more.")
        if microseconds == INFINITY and not self.endless:
            raise ValueError("Infinity is not a time that can be waited for here. Write a time that ends, such as 30s.")
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if "μ" in value:
            # 254, and the later ones of 252 and 253.
            yield Need(252, "the Greek letter in “μs”")


@dataclass(frozen=True)
class Size(Kind):
    """Bytes with K M G T P E to the base 1024, a share, or infinity (MemoryMax=; config_parse_memory_limit())."""

    minimum: int = 1
    """The smallest size, in bytes."""

    def check(self, value: str) -> str:
        if value == "infinity" or self._is_read(value):
            return value
        raise ValueError(
            f"“{quoted(value)}” is not an amount of memory{' above 0' if self.minimum else ''}. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), "
            "or infinity."
        )

    def _is_read(self, value: str) -> bool:
        part = share(value)
        if part and part.permyriads <= 10_000:
            return part.permyriads >= self.minimum
        amount = size(value)
        return amount is not None and self.minimum <= amount < INFINITY

    def needs(self, value: str) -> Iterator[Need]:
        return _share_needs(value, 232)


@dataclass(frozen=True)
class Tasks(Kind):
    """A number of tasks, a share of the system's, or infinity (TasksMax=; config_parse_tasks_max())."""

    def check(self, value: str) -> str:
        part = share(value)
        amount = part.permyriads <= 10_000 if part else 0 < (number(value) or 0) < INFINITY
        if value == "infinity" or amount:
            return value
        raise ValueError(
            f"“{quoted(value)}” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity."
        )

    def needs(self, value: str) -> Iterator[Need]:
        return _share_needs(value, 232)


@dataclass(frozen=True)
class Quota(Kind):
    """A share of one processor's time; above 100 % for several processors (CPUQuota=; config_parse_cpu_quota())."""

    def check(self, value: str) -> str:
        part = share(value)
        if not part or not part.permyriads:
            raise ValueError(
                f"“{quoted(value)}” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return _share_needs(value)


@dataclass(frozen=True)
class Share(Kind):
    """A share from 0% to 100% (ManagedOOMMemoryPressureLimit=)."""

    whole: bool = False
    """Whether systemd reads only percentages without decimals."""

    def check(self, value: str) -> str:
        part = share(value)
        if not part or part.permyriads > 10_000 or (self.whole and not re.fullmatch("[^.]*%", value)):
            raise ValueError(f"“{quoted(value)}” is not a share. Write a percentage from 0% to 100%, for example 60%.")
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return _share_needs(value)


@dataclass(frozen=True)
class Weight(Kind):
    """A weight in comparison with other units: a whole number or a word (CPUWeight=; cg_weight_parse())."""

    words: Mapping[str, int] = field(default_factory=dict)
    """The words, each with the systemd version that introduced it."""
    minimum: int = 1
    """The lowest number."""
    maximum: int = 10_000
    """The highest number."""
    default: int = 100
    """The weight of a unit that sets none."""

    def check(self, value: str) -> str:
        if value in self.words or self.minimum <= (number(value) or 0) <= self.maximum:
            return value
        others = f", or {one_of(self.words)}" if self.words else ""
        raise ValueError(
            f"“{quoted(value)}” is not a weight. Write a number from {self.minimum} to {self.maximum}{others}; {self.default} is that of all others."
        )

    def needs(self, value: str) -> Iterator[Need]:
        if value in self.words:
            yield Need(self.words[value], f"the weight “{value}”")

    @property
    def suggestions(self) -> Mapping[str, int]:
        return self.words


@dataclass(frozen=True)
class Mode(Kind):
    """Access bits as an octal number, at most 7777 (UMask=, StateDirectoryMode=; parse_mode())."""

    example: str = "0750"

    def check(self, value: str) -> str:
        if not re.fullmatch("0*[0-7]{1,4}", value):
            raise ValueError(
                f"“{quoted(value)}” is not an octal mode. Write up to four digits from 0 to 7, for example {self.example}."
            )
        return value

"""Numbers with units: time spans, sizes, shares, limits, modes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.text import Kind, Need, shown

# systemd reads a zero before a number as the sign of an octal one, so 010 is 8 and 08 is nothing.
_WHOLE = re.compile("0|[1-9][0-9]{0,19}")
_PERCENT = re.compile(r"((?:0|[1-9][0-9]{0,7})(?:\.[0-9]{1,2})?)%")
_UINT64_MAX = 2**64 - 1


def _percent_needs(value: str) -> Iterator[Need]:
    """Decimals of a percentage: one is read since 239, two since 248 (src/basic/percent-util.c)."""
    decimals = len(value.partition(".")[2].rstrip("%")) if value.endswith("%") else 0
    if decimals:
        yield Need(248 if decimals == 2 else 239, f"the decimals of {value}")


_MICROSECONDS = {
    "seconds": 1_000_000, "second": 1_000_000, "sec": 1_000_000, "s": 1_000_000,
    "minutes": 60_000_000, "minute": 60_000_000, "min": 60_000_000,
    "months": 2_629_800_000_000, "month": 2_629_800_000_000, "M": 2_629_800_000_000,
    "msec": 1000, "ms": 1000, "m": 60_000_000,
    "hours": 3_600_000_000, "hour": 3_600_000_000, "hr": 3_600_000_000, "h": 3_600_000_000,
    "days": 86_400_000_000, "day": 86_400_000_000, "d": 86_400_000_000,
    "weeks": 604_800_000_000, "week": 604_800_000_000, "w": 604_800_000_000,
    "years": 31_557_600_000_000, "year": 31_557_600_000_000, "y": 31_557_600_000_000,
    "usec": 1, "us": 1, "µs": 1, "μs": 1,
}  # fmt: skip
# A dot may not follow a number with decimals (1.2.3), unless a unit or a blank stands between them.
_SPAN_PART = re.compile(rf" *(?:\+?([0-9]{{1,19}})(?:\.[0-9]+)?|\.[0-9]+)(?: *({'|'.join(_MICROSECONDS)})| +|\Z)")


@dataclass(frozen=True)
class TimeSpan(Kind):
    """A time span, in seconds unless units are written (systemd.time(7); parse_time() in src/basic/time-util.c)."""

    def check(self, value: str) -> str:
        at, total = 0, 0
        while at < len(value) and value != "infinity":
            part = _SPAN_PART.match(value, at)
            if not part:
                raise ValueError(
                    f"“{shown(value)}” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, "
                    "M for months, y), or infinity."
                )
            at = part.end()
            total += int(part[1] or 0) * _MICROSECONDS[part[2] or "s"]
            if total >= _UINT64_MAX:
                raise ValueError(
                    f"“{shown(value)}” is longer than systemd can count. Write infinity, or a shorter time."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if "μ" in value:
            yield Need(254, "the Greek letter in “μs”")


_SIZE_UNITS = "EPTGMKB"
_SIZE_PART = re.compile(rf" *([0-9]{{1,20}})(?:\.([0-9]{{0,18}}))? *([{_SIZE_UNITS}]|\Z)")


@dataclass(frozen=True)
class Size(Kind):
    """An amount of memory: bytes, K M G T P E to the base 1024, a percentage, infinity (MemoryMax=; parse_size())."""

    def check(self, value: str) -> str:
        percent = _PERCENT.fullmatch(value)
        amount = float(percent[1]) if percent else self._bytes(value)
        if value == "infinity" or 0 < amount <= (100 if percent else _UINT64_MAX - 1):
            return value
        raise ValueError(
            f"“{shown(value)}” is not an amount of memory above nothing. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), "
            "or infinity."
        )

    @staticmethod
    def _bytes(value: str) -> int:
        """The bytes of a size, larger units before smaller ones (1G 500M); 0 where it is none."""
        at, total, units = 0, 0, _SIZE_UNITS
        while at < len(value):
            part = _SIZE_PART.match(value, at)
            if not part or part[3] not in units:
                return 0
            factor = 1 << 10 * (len(_SIZE_UNITS) - 1 - _SIZE_UNITS.index(part[3] or "B"))
            total += int(part[1]) * factor + int(part[2] or 0) * factor // 10 ** len(part[2] or "")
            units = units[units.index(part[3]) + 1 :] if part[3] else ""
            at = part.end()
        return total

    def needs(self, value: str) -> Iterator[Need]:
        if value.endswith("%"):
            yield Need(232, "a percentage of the memory")
        yield from _percent_needs(value)


@dataclass(frozen=True)
class Tasks(Kind):
    """A number of tasks, a percentage of the system's, or infinity (TasksMax=)."""

    def check(self, value: str) -> str:
        percent = _PERCENT.fullmatch(value)
        if (
            value == "infinity"
            or (percent and float(percent[1]) <= 100)
            or (_WHOLE.fullmatch(value) and 0 < int(value) < _UINT64_MAX)
        ):
            return value
        raise ValueError(
            f"“{shown(value)}” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity."
        )

    def needs(self, value: str) -> Iterator[Need]:
        if value.endswith("%"):
            yield Need(232, "a percentage of the tasks")
        yield from _percent_needs(value)


@dataclass(frozen=True)
class Quota(Kind):
    """A share of one processor's time, in percent; above 100 % for several processors (CPUQuota=)."""

    def check(self, value: str) -> str:
        percent = _PERCENT.fullmatch(value)
        if not percent or not 0 < float(percent[1]) * 100 < 2**31:
            raise ValueError(
                f"“{shown(value)}” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return _percent_needs(value)


@dataclass(frozen=True)
class Limit(Kind):
    """A resource limit: soft:hard or one number for both, or infinity (LimitNOFILE=)."""

    def check(self, value: str) -> str:
        soft, colon, hard = value.partition(":")
        numbers = [self._number(part) for part in ([soft, hard] if colon else [soft])]
        if min(numbers) < 0:
            raise ValueError(
                f"“{shown(value)}” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity."
            )
        if numbers[0] > numbers[-1]:
            raise ValueError(f"The soft limit {soft} is above the hard limit {hard}. Put the smaller number first.")
        return value

    @staticmethod
    def _number(text: str) -> float:
        """The number a limit names, -1 for what is none."""
        if text == "infinity":
            return float("inf")
        return int(text) if _WHOLE.fullmatch(text) and int(text) < _UINT64_MAX else -1

    def needs(self, value: str) -> Iterator[Need]:
        if ":" in value:
            yield Need(229, "a soft and a hard limit")


@dataclass(frozen=True)
class Mode(Kind):
    """Access bits as an octal number, at most 7777 (UMask=, StateDirectoryMode=; parse_mode())."""

    example: str = "0750"

    def check(self, value: str) -> str:
        if not re.fullmatch("0{0,9}[0-7]{1,4}", value):
            raise ValueError(
                f"“{shown(value)}” is not an octal mode. Write up to four digits from 0 to 7, for example {self.example}."
            )
        return value

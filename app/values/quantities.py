"""Numbers with units: time spans, sizes, shares, limits, modes."""

import re
from dataclasses import dataclass

from app.values.text import Kind

_SPAN_UNITS = (
    "microseconds?|microsec|usec|us|µs|μs|milliseconds?|msec|ms|seconds?|sec|s|minutes?|min|months?|M|m|hours?|hr|h|"
    "days?|d|weeks?|w|years?|y"
)
_SPAN_PART = re.compile(rf"\s*\+?(\d{{1,18}}(?:\.\d{{1,18}})?|\.\d{{1,18}})\s*({_SPAN_UNITS})?(?![A-Za-zµμ])")


@dataclass(frozen=True)
class TimeSpan(Kind):
    """A time span, in seconds unless units are written (systemd.time(7), parse_sec())."""

    def check(self, value: str) -> str:
        if value == "infinity":
            return value
        at = 0
        while at < len(value):
            part = _SPAN_PART.match(value, at)
            if not part:
                raise ValueError(
                    f"“{value}” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, "
                    "M for months, y), or infinity."
                )
            at = part.end()
        return value


@dataclass(frozen=True)
class Size(Kind):
    """An amount of memory: bytes, K M G T P E to the base 1024, a percentage, infinity (MemoryMax=)."""

    def check(self, value: str) -> str:
        number = re.fullmatch(r"(\d{1,18})(?:\.\d{1,9})?\s*([KMGTPE]?)B?|(\d{1,3})(?:\.\d{1,2})?%", value)
        if value == "infinity" or (number and self._in_range(number)):
            return value
        raise ValueError(
            f"“{value}” is not an amount of memory above nothing. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), "
            "or infinity."
        )

    @staticmethod
    def _in_range(number: re.Match[str]) -> bool:
        if number[3]:
            return 0 < float(number[0].rstrip("%")) <= 100
        return 0 < int(number[1]) << 10 * "_KMGTPE".index(number[2] or "_") < 2**64 - 1


@dataclass(frozen=True)
class Tasks(Kind):
    """A number of tasks, a percentage of the system's, or infinity (TasksMax=)."""

    def check(self, value: str) -> str:
        number = re.fullmatch(r"(\d{1,18})|(\d{1,3})(?:\.\d{1,2})?%", value)
        if value == "infinity":
            return value
        if number and ((number[1] and int(number[1]) > 0) or (number[2] and float(value.rstrip("%")) <= 100)):
            return value
        raise ValueError(
            f"“{value}” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity."
        )


@dataclass(frozen=True)
class Quota(Kind):
    """A share of one processor's time, in percent; above 100 % for several processors (CPUQuota=)."""

    def check(self, value: str) -> str:
        if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?%", value) or float(value.rstrip("%")) <= 0:
            raise ValueError(
                f"“{value}” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors."
            )
        return value


@dataclass(frozen=True)
class Limit(Kind):
    """A resource limit: soft:hard or one number for both, or infinity (LimitNOFILE=)."""

    def check(self, value: str) -> str:
        if not re.fullmatch(r"(\d{1,18}|infinity)(:(\d{1,18}|infinity))?", value):
            raise ValueError(
                f"“{value}” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity."
            )
        soft, _, hard = value.partition(":")
        ceiling = float("inf")
        if hard and (ceiling if soft == "infinity" else int(soft)) > (ceiling if hard == "infinity" else int(hard)):
            raise ValueError(f"The soft limit {soft} is above the hard limit {hard}. Put the smaller number first.")
        return value


@dataclass(frozen=True)
class Mode(Kind):
    """Access bits as an octal number, at most 7777 (UMask=, StateDirectoryMode=; parse_mode())."""

    example: str = "0750"

    def check(self, value: str) -> str:
        if not re.fullmatch(r"0*[0-7]{1,4}", value) or len(value) > 8:
            raise ValueError(
                f"“{value}” is not an octal mode. Write up to four digits from 0 to 7, for example {self.example}."
            )
        return value

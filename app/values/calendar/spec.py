"""A calendar event as a pattern of dates and times, and its normal form (systemd.time(7), "Calendar Events").

Source: src/shared/calendarspec.c of systemd 251 to 262.
"""

from dataclasses import dataclass
from typing import NamedTuple

SECOND = 1_000_000
"""The microseconds of one: the last part of an event counts in these."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class CalendarRange(NamedTuple):
    """A number, range or repetition in a list of a calendar event."""

    start: int
    """The first number."""
    stop: int = -1
    """The last number of a range, or -1 if there is none."""
    repeat: int = 0
    """The distance between repetitions, or 0 for no repetition."""

    @property
    def normal(self) -> "CalendarRange":
        """The same with a stop that is reached, and without a range that holds one number only (normalize_chain())."""
        stop = self.stop
        if stop > self.start and self.repeat:
            stop -= (stop - self.start) % self.repeat
        is_one = stop > self.start and 0 < self.repeat > stop - self.start
        return CalendarRange(self.start) if is_one or self.start == stop else self._replace(stop=stop)


Chain = tuple[CalendarRange, ...]
"""A list of numbers in order; none stands for all."""

EVERY_SECOND = CalendarRange(0, -1, SECOND)


@dataclass(frozen=True)
class Calendar:
    """A calendar event."""

    weekdays: int = 0
    """One bit for each day, Monday first. 0 means every day."""
    year: Chain = ()
    month: Chain = ()
    """The months, counted from 1."""
    day: Chain = ()
    hour: Chain = ()
    minute: Chain = ()
    microsecond: Chain = ()
    """The microseconds of the minute, seconds included."""
    end_of_month: bool = False
    """Whether the days count from the end of the month."""
    utc: bool = False
    """Whether the event is in UTC."""
    zone: str = ""
    """The time zone that the event names, or "" for the machine's time zone."""

    def __str__(self) -> str:
        """The normal form, as systemd-analyze calendar of systemd 251 and later prints it."""
        days = f"{_weekdays(self.weekdays)} " if self.weekdays else ""
        mark = "~" if self.end_of_month else "-"
        date = f"{_chain(self.year, 4)}-{_chain(self.month)}{mark}{_chain(self.day)}"
        zone = " UTC" if self.utc else f" {self.zone}" if self.zone else ""
        return f"{days}{date} {_chain(self.hour)}:{_chain(self.minute)}:{_seconds(self.microsecond)}{zone}"


def _weekdays(bits: int) -> str:
    """The days in words: those that follow one another as a range where they are three or more."""
    runs: list[list[str]] = []
    for at, day in enumerate(WEEKDAYS):
        if bits >> at & 1:
            if not (at and bits >> (at - 1) & 1):
                runs.append([])
            runs[-1].append(day)
    return ",".join(f"{run[0]}..{run[-1]}" if len(run) > 2 else ",".join(run) for run in runs)


def _chain(chain: Chain, width: int = 2) -> str:
    return ",".join(_part(part, width) for part in chain) or "*"


def _part(part: CalendarRange, width: int) -> str:
    text = f"{part.start:0{width}}"
    if part.stop > 0:
        text += f"..{part.stop:0{width}}"
    return text + (f"/{part.repeat}" if part.repeat and not (part.stop > 0 and part.repeat == 1) else "")


def _seconds(chain: Chain) -> str:
    if not chain or EVERY_SECOND in chain:
        return "*"
    return ",".join(_second(part) for part in chain)


def _second(part: CalendarRange) -> str:
    text = _decimal(part.start, 2)
    if part.stop > 0:
        text += f"..{_decimal(part.stop, 2)}"
    if part.repeat and not (part.stop > 0 and part.repeat == SECOND):
        return f"{text}/{_decimal(part.repeat, 0)}"
    return text


def _decimal(microseconds: int, width: int) -> str:
    whole, rest = divmod(microseconds, SECOND)
    return f"{whole:0{width}}" + (f".{rest:06}" if rest else "")

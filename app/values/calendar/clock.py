"""Dates and times as numbers, without a clock: what a calendar, a time zone and mktime(3) make of one another.

A moment is a number of seconds since the beginning of 1970 in UTC. Sources: the proleptic Gregorian calendar; time/mktime.c
of glibc 2.31 to 2.43, whose answers for times that a change of the clock leaves out or repeats are systemd's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

DAY = 86_400


def date_of(days: int) -> tuple[int, int, int]:
    """The year, the month from 1 and the day of a number of days since 1970-01-01."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + 400 * era + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def days_of(year: int, month: int, day: int) -> int:
    """The days since 1970-01-01 of a date, whose month and day may lie outside the year and the month."""
    more, month = divmod(month - 1, 12)
    year += more - (month < 2)
    shifted = month - 2 if month > 1 else month + 10
    era, of_era = divmod(year, 400)
    of_year = (153 * shifted + 2) // 5
    return 146_097 * era + 365 * of_era + of_era // 4 - of_era // 100 + of_year + day - 1 - 719_468


@dataclass
class LocalTime:
    """The date and time that a wall clock shows. A number can lie outside its usual range."""

    year: int
    month: int
    """The month, counted from 1."""
    day: int
    """The day of the month, counted from 1."""
    hour: int = 0
    minute: int = 0
    second: int = 0
    dst: int = -1
    """1 for daylight saving time, 0 for standard time, -1 if it is unknown."""

    def copy(self) -> "LocalTime":
        """Another one that shows the same."""
        return replace(self)

    @property
    def reading(self) -> tuple[int, int, int, int, int, int]:
        """All that it shows, from the largest down."""
        return self.year, self.month, self.day, self.hour, self.minute, self.second

    @property
    def as_utc(self) -> int:
        """The moment at which a clock in UTC shows this."""
        of_day = self.hour * 3600 + self.minute * 60 + self.second
        return days_of(self.year, self.month, self.day) * DAY + of_day

    def show(self, moment: int, dst: int) -> None:
        """Show what a clock in UTC shows at a moment."""
        days, of_day = divmod(moment, DAY)
        self.year, self.month, self.day = date_of(days)
        self.hour, self.minute, self.second = of_day // 3600, of_day // 60 % 60, of_day % 60
        self.dst = dst

    @property
    def weekday(self) -> int:
        """The day of the week, Monday being 0."""
        return (days_of(self.year, self.month, self.day) + 3) % 7


Zone = Callable[[int], tuple[int, bool]]
"""A time zone: the seconds by which its clocks are ahead of UTC at a moment, and whether that is summer time."""


def utc(moment: int) -> tuple[int, bool]:
    """The time zone UTC."""
    return 0, False


class Clock:
    """A clock in a time zone. Like the C library it remembers by how much it was off UTC last: it starts there next time."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._ahead = 0

    def at(self, moment: int) -> LocalTime:
        """What it shows at a moment (localtime(3))."""
        ahead, dst = self._zone(moment)
        wall = LocalTime(1970, 1, 1)
        wall.show(moment + ahead, int(dst))
        return wall

    def set(self, wall: LocalTime) -> int:
        """The moment at which it shows this, which is put in order (mktime(3)); OverflowError where glibc finds none."""
        # Seconds beyond a minute are added at the end, since there may be leap seconds.
        beyond = wall.second - min(max(wall.second, 0), 59)
        wanted = wall.as_utc - beyond
        moment, is_summer = self._search(wanted, wall.dst)
        self._ahead = wanted - moment
        if beyond:
            moment += beyond
            is_summer = self._zone(moment)[1]
        wall.show(moment + self._zone(moment)[0], is_summer)
        return moment

    def _search(self, wanted: int, dst: int) -> tuple[int, int]:
        """The moment of a reading, and whether it is in summer time; where there is none, one as far off as the clock jumps."""
        moment = before = earlier = wanted - self._ahead
        was_summer = False
        for _ in range(6):
            ahead, is_summer = self._zone(moment)
            off = wanted - moment - ahead
            if not off:
                return (
                    self._with_dst(moment, wanted, dst) if dst in (0, 1) and dst != is_summer else (moment, is_summer)
                )
            swings = moment == earlier != before
            if swings and (was_summer <= is_summer if dst < 0 else bool(dst) != is_summer):
                return moment, is_summer
            earlier, before, moment, was_summer = before, moment, moment + off, is_summer
        raise OverflowError(wanted)

    def _with_dst(self, moment: int, wanted: int, dst: int) -> tuple[int, int]:
        """The moment of a reading in the other half of the year's time, whose nearest days are looked for."""
        stride = 601_200
        for distance in range(stride, 536_454_000 // 2 + stride, stride):
            for other in (moment - distance, moment + distance):
                ahead, is_summer = self._zone(other)
                if is_summer == dst:
                    found = wanted - ahead
                    return found, self._zone(found)[1]
        return moment, self._zone(moment)[1]

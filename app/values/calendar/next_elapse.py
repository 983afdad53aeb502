"""When a calendar event elapses: the moments that systemd-analyze calendar prints.

Source: calendar_spec_next_usec() in src/shared/calendarspec.c of systemd 248 to 262, step for step: where a clock is
changed, what comes out follows from the steps.
"""

from collections.abc import Iterable, Iterator

from app.values.calendar.clock import Clock, LocalTime, Zone, utc
from app.values.calendar.spec import SECOND, Calendar, Chain

_LAST_YEAR = 2199
_MAX_STEPS = 1000
_WITHIN = ("month", "day", "hour", "minute", "second")


def next_runs(event: Calendar, after: int, zone: Zone = utc, count: int = 5, version: int = 262) -> tuple[int, ...]:
    """The next moments at which an event elapses after one, all in microseconds since 1970; fewer where it does not any more.

    zone: the time zone of the event, or of the machine. ValueError where systemd loses its way and says so.
    """
    runs: list[int] = []
    while len(runs) < count:
        run = _Search(event, zone, version).after(runs[-1] if runs else after)
        if run is None:
            break
        runs.append(run)
    return tuple(runs)


class _NeverError(Exception):
    """It does not elapse any more."""


class _Search:
    """One search for the next moment, from the year down to the second; find_next()."""

    def __init__(self, event: Calendar, zone: Zone, version: int) -> None:
        self._event = event
        self._clock = Clock(utc if event.utc else zone)
        self._version = version
        self._microsecond = 0

    def after(self, moment: int) -> int | None:
        """The next moment in microseconds since 1970, None for none."""
        seconds, self._microsecond = divmod(moment + 1, SECOND)
        try:
            wall = self._find(self._clock.at(seconds), self._microsecond)
            return self._clock.set(wall) * SECOND + self._microsecond
        except _NeverError:
            return None
        except OverflowError:
            raise ValueError("systemd finds no next time for this event.") from None

    def _find(self, start: LocalTime, start_microsecond: int) -> LocalTime:
        wall, keeps_dst = start.copy(), False
        for _ in range(_MAX_STEPS):
            self._clock.set(wall)
            if not keeps_dst:
                wall.dst = -1
            if not self._step(wall):
                continue
            is_late = (wall.reading, self._microsecond + 1) <= (start.reading, start_microsecond)
            if self._version >= 258 and is_late:
                keeps_dst = True
                wall.hour += 1
                continue
            return wall
        raise ValueError("systemd gives up looking for the next time of this event after a thousand steps.")

    def _step(self, wall: LocalTime) -> bool:
        """One pass over all parts of the date and the time; whether each matches."""
        return (
            self._step_year(wall)
            and self._step_to(wall, "month", self._event.month, "year")
            and self._step_to(wall, "day", self._event.day, "month")
            and self._step_weekday(wall)
            and self._step_to(wall, "hour", self._event.hour, "day")
            and self._step_to(wall, "minute", self._event.minute, "hour")
            and self._step_second(wall)
        )

    def _step_year(self, wall: LocalTime) -> bool:
        year = self._match(self._event.year, wall.year)
        if year is None:
            raise _NeverError
        if year != wall.year:
            wall.year = year
            self._begin(wall, "year")
        if self._is_out(wall) is not False:
            raise _NeverError
        return True

    def _step_to(self, wall: LocalTime, name: str, chain: Chain, above: str) -> bool:
        """Go on to the first that matches, or to the next of the part above."""
        had = getattr(wall, name)
        found = self._match_day(chain, wall) if name == "day" and self._event.end_of_month else self._match(chain, had)
        if found is not None and found != had:
            setattr(wall, name, found)
            self._begin(wall, name)
        is_out = None if found is None else self._is_out(wall)
        if is_out is None:
            setattr(wall, above, getattr(wall, above) + 1)
            self._begin(wall, above)
        return is_out is False

    def _step_weekday(self, wall: LocalTime) -> bool:
        if not self._event.weekdays:
            return True
        other = wall.copy()
        self._clock.set(other)
        if self._event.weekdays >> other.weekday & 1:
            return True
        wall.day += 1
        self._begin(wall, "day")
        return False

    def _step_second(self, wall: LocalTime) -> bool:
        found = self._match(self._event.microsecond, wall.second * SECOND + self._microsecond)
        if found is not None:
            wall.second, self._microsecond = divmod(found, SECOND)
        is_out = None if found is None else self._is_out(wall)
        if is_out is None:
            wall.minute += 1
            self._begin(wall, "minute")
        return is_out is False

    def _begin(self, wall: LocalTime, name: str) -> None:
        """Set all that is smaller than a part to its beginning."""
        for smaller in _WITHIN[("year", *_WITHIN).index(name) :]:
            setattr(wall, smaller, 1 if smaller in ("month", "day") else 0)
        self._microsecond = 0

    def _is_out(self, wall: LocalTime) -> bool | None:
        """Whether there is no such time: then it becomes the one that the clock makes of it, or None where that is earlier."""
        if wall.year > _LAST_YEAR:
            return None
        other = wall.copy()
        self._clock.set(other)
        if other.reading == wall.reading:
            return False
        at = next(at for at, (a, b) in enumerate(zip(other.reading, wall.reading, strict=True)) if a != b)
        if other.reading < wall.reading:
            return None
        if self._version >= 251 and at < len(_WITHIN):
            name = _WITHIN[at]
            setattr(other, name, 1 if name in ("month", "day") else 0)
            if self._version >= 257 and not at:  # 260, and the later ones of 257
                other.day = 1
        self._take(wall, other)
        return True

    @staticmethod
    def _take(wall: LocalTime, other: LocalTime) -> None:
        wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second = other.reading
        wall.dst = other.dst

    @staticmethod
    def _match(chain: Chain, minimum: int) -> int | None:
        """The first number of a list from one up; any, where it is empty."""
        if not chain:
            return minimum
        return min(_matches((part.start, part.stop, part.repeat, minimum) for part in chain), default=None)

    def _match_day(self, chain: Chain, wall: LocalTime) -> int | None:
        """The first day of the month that is as many from its end as the list says."""
        spans = []
        for part in chain:
            start, stop = self._from_end(wall, part.start), self._from_end(wall, part.stop)
            if stop > 0:
                start, stop = stop, start
            spans.append((start, stop, part.repeat, wall.day))
        return min(_matches(spans), default=None) if chain else wall.day

    def _from_end(self, wall: LocalTime, day: int) -> int:
        """The day of the month that is so many from its end, the last being 1; -1 where the month has none."""
        other = wall.copy()
        other.month, other.day = wall.month + 1, 1 - day
        self._clock.set(other)
        return other.day if other.month == wall.month else -1


def _matches(spans: Iterable[tuple[int, int, int, int]]) -> Iterator[int]:
    """The first number from the least on of each (start, stop, repeat, least)."""
    for start, stop, repeat, minimum in spans:
        if start >= minimum:
            yield start
        elif repeat:
            found = start + -(-(minimum - start) // repeat) * repeat
            if stop < 0 or found <= stop:
                yield found

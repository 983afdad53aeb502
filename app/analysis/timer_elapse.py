"""When the calendar events of a timer elapse next, by the rules of their time zones."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.values import Zone, next_runs, parse_calendar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Upcoming(NamedTuple):
    """The next runs of an event, in the event's time zone."""

    normal: str
    """The event in systemd's normal form."""
    zone: str
    """The event's time zone, or UTC if the event names none."""
    is_local: bool
    """Whether the event names no time zone. systemd then uses the machine's, which is unknown here."""
    runs: tuple[datetime, ...]
    """The times of the next runs. The tuple is empty if the event does not elapse again."""
    lost: str = ""
    """The reason why systemd finds no next run, as a sentence, or ""."""


def upcoming(text: str, after: datetime, version: int, count: int = 5) -> Upcoming:
    """What systemd-analyze calendar of a version says of an event without specifiers; ValueError if it is none.

    after: the moment after which it shall elapse, with a time zone. Takes up to 0.1 s.
    """
    event = parse_calendar(text)
    name = event.zone or "UTC"
    zone = ZoneInfo(name)
    known = str(event), name, not (event.zone or event.utc)
    begin = (after - _EPOCH) // timedelta(microseconds=1)
    try:
        runs = next_runs(event, begin, zone_of(name), count, version)
    except ValueError as error:
        return Upcoming(*known, (), str(error))
    return Upcoming(*known, tuple(moment(run).astimezone(zone) for run in runs))


def moment(microseconds: int) -> datetime:
    """The moment so many microseconds after the beginning of 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


@lru_cache
def zone_of(name: str) -> Zone:
    """The time zone of a name that the tz database has."""
    zone = ZoneInfo(name)

    def ahead(second: int) -> tuple[int, bool]:
        local = (_EPOCH + timedelta(seconds=second)).astimezone(zone)
        return int((local.utcoffset() or timedelta()).total_seconds()), bool(local.dst())

    return ahead

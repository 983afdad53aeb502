"""When a timer starts its unit: its events with their next runs, and what else makes it elapse, in words (systemd.timer(5)).

The moment that it is now comes from outside: nothing here looks at a clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.analysis.timer_elapse import Upcoming, upcoming
from app.effective import Effective

MAX_EVENTS = 5
"""Events whose runs are looked for; each can take a tenth of a second."""

CALENDAR = "timer.Timer.OnCalendar"

SPANS = {
    "timer.Timer.OnBootSec": "{} after the machine has started",
    "timer.Timer.OnStartupSec": "{} after systemd has started",
    "timer.Timer.OnActiveSec": "{} after the timer was started",
    "timer.Timer.OnUnitActiveSec": "{} after it was started last",
    "timer.Timer.OnUnitInactiveSec": "{} after it ended last",
}
"""What each span counts from, in words."""

CHANGES = {
    "timer.Timer.OnClockChange": "when the clock is set",
    "timer.Timer.OnTimezoneChange": "when the time zone changes",
}
"""What else it starts at, in words."""

DELAYS = {
    "timer.Timer.AccuracySec": "up to {} later, so that the machine wakes less often",
    "timer.Timer.RandomizedDelaySec": "and up to {} later by chance",
    "timer.Timer.RandomizedOffsetSec": "and by up to {} more, which is the same every time on a machine",
}
"""By how much it can start later, in words, in the order of the sentence."""

DEFAULT_ACCURACY = "1min"
"""AccuracySec= where it is not set."""


class TimerEvent(NamedTuple):
    """A calendar event of the timer."""

    text: str
    """The event as the unit writes it."""
    upcoming: Upcoming | None
    """The next runs, or None if they cannot be computed."""
    unknown: str = ""
    """The reason why the runs cannot be computed, as a sentence, or ""."""


@dataclass(frozen=True)
class TimerSchedule:
    """The times at which a timer starts its unit."""

    at: datetime
    """The current time."""
    events: tuple[TimerEvent, ...]
    """The first events, whose next runs were computed."""
    others: int
    """The number of further events, whose next runs were not computed."""
    spans: tuple[str, ...]
    """The other times and occasions at which the timer starts its unit, in words."""
    delays: str
    """The possible delays of each run, in words."""

    @property
    def has_local(self) -> bool:
        """Whether an event is in the time zone of the machine, which nobody knows here."""
        return any(event.upcoming and event.upcoming.is_local for event in self.events)

    def as_json(self) -> dict[str, Any]:
        """For programs: moments in ISO 8601, those of events in the machine's own time zone as if it were UTC."""
        return {
            "now": self.at.isoformat(timespec="seconds"),
            "events": [_event_json(event) for event in self.events],
            "runs": [run.isoformat() for run in self.runs],
            "others": list(self.spans),
            "delays": self.delays,
        }

    @property
    def runs(self) -> tuple[datetime, ...]:
        """The next runs of all events together."""
        found = {run for event in self.events if event.upcoming for run in event.upcoming.runs}
        return tuple(sorted(found)[:5])


def _event_json(event: TimerEvent) -> dict[str, Any]:
    told = event.upcoming
    return {
        "event": event.text,
        "normal": told.normal if told else None,
        "zone": None if told is None or told.is_local else told.zone,
        "runs": [run.isoformat() for run in told.runs] if told else [],
        "why": event.unknown or (told.lost if told else "") or None,
    }


def timer_schedule(unit: Effective, at: datetime) -> TimerSchedule | None:
    """When the timer of a unit starts it from a moment on; None where it has no timer."""
    whole = unit.file
    if "timer" not in whole.suffixes:
        return None
    texts = whole.values(CALENDAR)
    return TimerSchedule(
        at,
        tuple(_event(unit, text, at) for text in texts[:MAX_EVENTS]),
        len(texts[MAX_EVENTS:]),
        tuple(_spans(unit)),
        _delays(unit),
    )


def _event(unit: Effective, text: str, at: datetime) -> TimerEvent:
    try:
        return TimerEvent(text, upcoming(unit.resolve(text), at, unit.version))
    except ValueError as error:
        return TimerEvent(text, None, str(error))


def _spans(unit: Effective) -> Iterator[str]:
    for name, words in SPANS.items():
        yield from (words.format(value) for value in unit.file.values(name))
    yield from (words for name, words in CHANGES.items() if unit.file.value(name) == "yes")


def _delays(unit: Effective) -> str:
    """By how much each run can be later, as the end of a sentence."""
    given = {name: unit.file.value(name) for name in DELAYS}
    given[next(iter(DELAYS))] = given[next(iter(DELAYS))] or DEFAULT_ACCURACY
    return listed(DELAYS[name].format(value) for name, value in given.items() if value)


def listed(parts: Iterable[str]) -> str:
    """Parts of a sentence, parted by commas."""
    return ", ".join(parts)

"""The next runs that the page tells are those that systemd-analyze calendar tells, event by event, on five versions."""

import random
import re
import shutil
import zoneinfo
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tzdata

from app.analysis.timer_elapse import Upcoming, upcoming
from app.values import TIME_ZONES, CalendarEvent
from tests.system import lab
from tests.system.test_agreement import drawn

EVENTS = 400
AT_ONCE = 40
MOMENTS = ("2026-11-24 12:00:00", "2026-03-28 22:30:15", "2028-02-29 23:59:59")
"""After which the events elapse: a plain day, the night in which clocks in Europe go forward, a leap day."""

ZONES = next((path for path in map(Path, zoneinfo.TZPATH) if path.is_dir()), Path(tzdata.__file__).parent / "zoneinfo")

FIXED = (
    "daily", "Mon..Fri 8:00", "*-*-1 4:00", "*-02-29", "*-*~1 23:59:59", "Fri *-*-13", "2:30 Europe/Berlin", "*-*-* 00/6:15:00 America/New_York",
    "02:15 Australia/Lord_Howe", "quarterly UTC", "*:0/15", "*:*:0/25", "2026-02-31", "2025-01-01", "Sat,Sun 10:00 Asia/Kathmandu",
)  # fmt: skip
_ELAPSE = re.compile(r"(?:Next elapse|Iter(?:\.|ation) #\d): \w{3} (\S+ \S+) UTC$", re.MULTILINE)


def events(version: int) -> list[str]:
    """Events of every form that a version reads, in all time zones; the same ones at every run."""
    chance = random.Random(version)
    kind = CalendarEvent()
    pool = [value for value in drawn(kind) if all(need.is_met(version) for need in kind.needs(value))]
    zones = sorted(TIME_ZONES)
    made = {
        f"{chance.choice(['', 'Mon..Fri ', 'Sun '])}*-{chance.choice(['*', '3', '10', '2/3'])}-{chance.choice(['*', '1', '1/9', '31'])} {chance.randrange(24)}:{chance.choice(['0', '30', '0/20'])} {chance.choice(zones)}"
        for _ in range(EVENTS)
    }
    return list(dict.fromkeys([*FIXED, *pool, *sorted(made)]))[:EVENTS]


def asked(root: Path, texts: list[str], after: str) -> dict[str, list[str]]:
    """The next five runs of each event, as systemd prints them in UTC; "lost" where it gives up looking."""
    told: dict[str, list[str]] = {}
    with lab.throwaway(root) as copy:
        # What is compared is the reckoning: both by the time zones that this machine knows.
        lab.run_in(copy, ["rm", "-rf", "/usr/share/zoneinfo"], check=True)
        shutil.copytree(ZONES, copy / "usr/share/zoneinfo", ignore=shutil.ignore_patterns("localtime", "*.py"))
        for begin in range(0, len(texts), AT_ONCE):
            some = texts[begin : begin + AT_ONCE]
            done = lab.run_in(
                copy, ["systemd-analyze", "calendar", "--iterations=5", f"--base-time={after} UTC", "--", *some]
            )
            for block in done.stdout.split("\n\n"):
                original = re.search("Original form: (.*)", block)
                normal = re.search("Normalized form: (.*)", block)
                if normal:
                    told[(original or normal)[1]] = _ELAPSE.findall(block)
            told |= {text: ["lost"] for text in re.findall("determine next elapse for '(.*)'", done.stderr)}
    return told


def ours(told: Upcoming) -> list[str]:
    """The same runs as the tool tells them."""
    return ["lost"] if told.lost else [f"{run.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for run in told.runs]


@pytest.mark.parametrize("version", lab.SUITES)
def test_events_elapse_at_the_times_of_systemd(version: int, say: Callable[..., None]) -> None:
    texts = events(version)
    wrong: list[object] = []
    count = 0
    for after in MOMENTS:
        begin = datetime.fromisoformat(after).replace(tzinfo=UTC)
        for text, runs in asked(lab.root(version), texts, after).items():
            found = ours(upcoming(text, begin, version))
            count += 1
            if found != runs:
                wrong.append((text, after, found, runs))
    say(f"systemd {version}: the next five runs of {count - len(wrong)} of {count} events are those that it tells")
    for row in wrong:
        say(f"  {row}")
    assert wrong == []
    assert count >= len(MOMENTS) * EVENTS * 0.95

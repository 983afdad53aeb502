"""When calendar events elapse: what systemd-analyze calendar --iterations=5 printed, and what holds for all."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.timer_elapse import moment, zone_of
from app.values import next_runs, parse_calendar
from app.values.calendar.spec import SECOND

# An event, the moment after which it shall elapse, and the runs that systemd 252 and 262 print, in UTC.
RUNS = {
    "daily": ("2026-11-24 12:00:00", ["2026-11-25 00:00:00", "2026-11-26 00:00:00", "2026-11-27 00:00:00"]),
    "*-*-* 00:00:00": ("2026-11-24 00:00:00", ["2026-11-25 00:00:00"]),
    "*-02-29": ("2026-01-01 00:00:00", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
    "*-02~01": ("2026-01-01 00:00:00", ["2026-02-28 00:00:00", "2027-02-28 00:00:00", "2028-02-29 00:00:00"]),
    "Mon *-05~07/1": ("2026-01-01 00:00:00", ["2026-05-25 00:00:00", "2027-05-31 00:00:00", "2028-05-29 00:00:00"]),
    "Fri *-*-13": ("2026-01-01 00:00:00", ["2026-02-13 00:00:00", "2026-03-13 00:00:00", "2026-11-13 00:00:00"]),
    "*-02-31": ("2026-01-01 00:00:00", []),
    "2025-01-01": ("2026-01-01 00:00:00", []),
    "Mon 2026-01-01": ("2025-01-01 00:00:00", []),
    "2199-12-31 23:59:59": ("2026-01-01 00:00:00", ["2199-12-31 23:59:59"]),
    "0:0:0/25": ("2026-01-01 00:00:01", ["2026-01-01 00:00:25", "2026-01-01 00:00:50", "2026-01-02 00:00:00"]),
    "daily Europe/Berlin": ("2026-03-28 00:00:00", ["2026-03-28 23:00:00", "2026-03-29 22:00:00"]),
    # 2:30 is left out on 2026-03-29, and there twice on 2026-10-25.
    "02:30 Europe/Berlin": ("2026-03-28 00:00:00", ["2026-03-28 01:30:00", "2026-03-30 00:30:00"]),
    "2:30 Europe/Berlin": ("2026-10-24 12:00:00", ["2026-10-25 00:30:00", "2026-10-26 01:30:00"]),
    # Half an hour is left out there on 2026-10-04.
    "02:15 Australia/Lord_Howe": ("2026-10-02 18:00:00", ["2026-10-04 15:15:00", "2026-10-05 15:15:00"]),
}


def at(text: str) -> int:
    """The moment of a date and time in UTC, in microseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


def runs(text: str, after: int, count: int = 5, version: int = 262) -> list[str]:
    """The next runs of an event, as dates and times in UTC."""
    event = parse_calendar(text)
    found = next_runs(event, after, zone_of(event.zone or "UTC"), count, version)
    return [f"{moment(run):%Y-%m-%d %H:%M:%S}" for run in found]


@pytest.mark.parametrize("text", RUNS)
@pytest.mark.parametrize("version", [252, 262])
def test_an_event_elapses_at_the_times_of_systemd(text: str, version: int) -> None:
    after, expected = RUNS[text]
    assert runs(text, at(after), max(1, len(expected)), version) == expected


def test_parts_of_a_second_count() -> None:
    found = next_runs(parse_calendar("*:*:0/2.5"), at("2026-01-01 00:00:00"), count=3)
    assert [run - at("2026-01-01 00:00:00") for run in found] == [2_500_000, 5_000_000, 7_500_000]


@given(st.integers(0, 7_000_000_000), st.sampled_from([*RUNS, "*:0/7", "Sat,Sun *-*~1..20/3 1,13:30"]))
def test_runs_go_forward_and_one_by_one(after: int, text: str) -> None:
    event = parse_calendar(text)
    zone = zone_of(event.zone or "UTC")
    found = next_runs(event, after * SECOND, zone)
    assert list(found) == sorted(set(found))
    assert all(run > after * SECOND for run in found)
    alone = list(found[:1])
    for _ in found[1:]:
        alone += next_runs(event, alone[-1], zone, 1)
    assert tuple(alone) == found


@given(st.integers(0, 7_000_000_000))
def test_an_event_in_utc_elapses_when_its_numbers_match(after: int) -> None:
    for run in next_runs(parse_calendar("Tue,Sat *-3..11/2-2,5..29/3 6/6:45 UTC"), after * SECOND):
        shown = moment(run)
        assert shown.weekday() in {1, 5}
        assert shown.month in range(3, 12, 2)
        assert shown.day in {2, *range(5, 30, 3)}
        assert (shown.hour % 6, shown.minute, shown.second) == (0, 45, 0)

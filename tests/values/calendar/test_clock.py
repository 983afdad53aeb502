"""Dates and times as numbers: the calendar, and what mktime(3) makes of times that a clock leaves out or repeats."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.timer_elapse import zone_of
from app.values.calendar.clock import Clock, LocalTime, date_of, days_of, utc


@given(st.dates())
def test_days_are_counted_as_the_calendar_has_them(day: date) -> None:
    days = (day - date(1970, 1, 1)).days
    assert days_of(day.year, day.month, day.day) == days
    assert date_of(days) == (day.year, day.month, day.day)
    assert LocalTime(day.year, day.month, day.day).weekday == day.weekday()


@given(st.dates(date(1900, 1, 1), date(2300, 1, 1)), st.integers(-40, 40), st.integers(-1000, 1000))
def test_months_and_days_beyond_their_range_go_on_in_the_next(day: date, months: int, days: int) -> None:
    first = days_of(day.year, day.month + months, 1)
    assert date_of(first)[2] == 1
    assert date_of(first)[:2] == ((12 * day.year + day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1)
    assert days_of(day.year, day.month + months, 1 + days) == first + days


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Dublin", "UTC")


@pytest.mark.parametrize("name", ZONES)
def test_a_clock_agrees_with_the_tz_database(name: str) -> None:
    @given(st.integers(0, 7_258_118_400))
    def check(moment: int) -> None:
        wall = Clock(zone_of(name)).at(moment)
        local = datetime.fromtimestamp(moment, ZoneInfo(name))
        assert wall.reading == local.timetuple()[:6]

    check()


@pytest.mark.parametrize("name", ZONES)
def test_a_clock_is_set_to_a_time_that_it_can_show(name: str) -> None:
    @given(st.integers(0, 7_258_118_400), st.integers(0, 7_258_118_400))
    def check(moment: int, before: int) -> None:
        clock = Clock(zone_of(name))
        clock.set(clock.at(before))
        wall = clock.at(moment)
        # A time that is repeated is the one of its half of the year, where they differ in that.
        shown = wall.copy()
        assert clock.at(clock.set(shown)).reading == wall.reading
        assert shown.reading == wall.reading

    check()


# The clock of Berlin goes from 2:00 to 3:00 on 2026-03-29, and from 3:00 back to 2:00 on 2026-10-25.
GAP, FOLD = LocalTime(2026, 3, 29, 2, 30), LocalTime(2026, 10, 25, 2, 30)


def test_a_skipped_time_moves_by_an_hour() -> None:
    wall = GAP.copy()
    moment = Clock(zone_of("Europe/Berlin")).set(wall)
    assert datetime.fromtimestamp(moment, UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert wall.reading == (2026, 3, 29, 3, 30, 0)
    assert wall.dst == 1


@pytest.mark.parametrize(
    ("before", "hour"),
    [(LocalTime(2026, 7, 1), 0), (LocalTime(2026, 12, 1), 1)],
    ids=["in summer before", "in winter before"],
)
def test_a_repeated_time_is_the_one_near_the_previous_query(before: LocalTime, hour: int) -> None:
    clock = Clock(zone_of("Europe/Berlin"))
    clock.set(before.copy())
    assert datetime.fromtimestamp(clock.set(FOLD.copy()), UTC) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(("dst", "hour"), [(1, 0), (0, 1)])
def test_daylight_saving_time_distinguishes_repeated_times(dst: int, hour: int) -> None:
    wall = FOLD.copy()
    wall.dst = dst
    assert datetime.fromtimestamp(Clock(zone_of("Europe/Berlin")).set(wall), UTC).hour == hour


def test_seconds_beyond_the_minute_are_added_at_the_end() -> None:
    wall = LocalTime(2026, 3, 29, 1, 59, 83)
    moment = Clock(zone_of("Europe/Berlin")).set(wall)
    assert datetime.fromtimestamp(moment, UTC) == datetime(2026, 3, 29, 1, 0, 23, tzinfo=UTC)
    assert wall.reading == (2026, 3, 29, 3, 0, 23)


def test_a_clock_in_utc_needs_no_rules() -> None:
    wall = LocalTime(2026, 14, 35, 25, 61, 59)
    expected = datetime(2027, 2, 1, tzinfo=UTC) + timedelta(days=34, hours=25, minutes=61, seconds=59)
    assert Clock(utc).set(wall) == int(expected.timestamp())
    assert wall.reading == expected.timetuple()[:6]

"""When the events of a timer elapse, as the page tells it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.analysis.timer_elapse import moment, upcoming, zone_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_runs_are_in_the_time_zone_of_the_event() -> None:
    told = upcoming("Mon..Fri 8:00 America/New_York", NOON, 257)
    assert told.normal == "Mon..Fri *-*-* 08:00:00 America/New_York"
    assert (told.zone, told.is_local, told.lost) == ("America/New_York", False, "")
    assert [f"{run:%a %d %H:%M %z}" for run in told.runs] == [
        "Tue 24 08:00 -0500",
        "Wed 25 08:00 -0500",
        "Thu 26 08:00 -0500",
        "Fri 27 08:00 -0500",
        "Mon 30 08:00 -0500",
    ]


@pytest.mark.parametrize(("text", "is_local"), [("daily", True), ("daily UTC", False), ("daily Etc/UTC", False)])
def test_an_event_without_a_time_zone_is_in_that_of_the_machine(text: str, is_local: bool) -> None:
    told = upcoming(text, NOON, 257, count=1)
    assert told.is_local == is_local
    assert told.runs == (datetime(2026, 11, 25, tzinfo=UTC),)


def test_an_event_that_never_elapses_has_no_runs() -> None:
    assert upcoming("2026-02-30", NOON, 257).runs == ()


def test_the_start_time_can_be_in_any_time_zone() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=13)))
    assert upcoming("hourly", there, 257) == upcoming("hourly", NOON, 257)


def test_an_invalid_event_has_no_runs() -> None:
    with pytest.raises(ValueError, match="is no word for a time"):
        upcoming("dayly", NOON, 257)


def test_systemd_gives_up_after_a_thousand_attempts() -> None:
    told = upcoming("*-2,4,6,9,11-31", NOON, 257)
    assert told.runs == ()
    assert told.lost == "systemd gives up looking for the next time of this event after a thousand steps."


def test_moments_are_counted_from_1970() -> None:
    assert moment(1_500_000) == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
    assert zone_of("Asia/Kolkata")(0) == (19_800, False)
    assert zone_of("Europe/Berlin")(1_782_000_000) == (7_200, True)

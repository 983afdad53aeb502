"""When a timer starts its unit, as page and report tell it: events with their runs, spans in words, delays."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app import catalogue
from app.analysis.timer import CALENDAR, CHANGES, DELAYS, MAX_EVENTS, SPANS, TimerSchedule, timer_schedule
from app.effective import instances_of
from app.web.form import page_context
from app.web.views import api
from tests.support.configurations import LEAST, Parameters, query, unit_of, with_values

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def told(*lines: tuple[str, str], **values: str | list[str]) -> TimerSchedule:
    """What is told of the least service with these lines of its timer."""
    given = [*with_values(LEAST, **values), *((f"timer.Timer.{name}", value) for name, value in lines)]
    found = timer_schedule(instances_of(unit_of(given))[0], NOON)
    assert found is not None
    return found


def test_every_phrase_belongs_to_a_directive_of_the_timer() -> None:
    for name in (CALENDAR, *SPANS, *CHANGES, *DELAYS):
        assert catalogue.find(name).section == "Timer"


def test_a_unit_without_a_timer_has_no_schedule() -> None:
    assert timer_schedule(instances_of(unit_of(LEAST))[0], NOON) is None


def test_the_next_five_runs_of_all_events_together() -> None:
    found = told(("OnCalendar", "daily UTC"), ("OnCalendar", "Wed 8:00 Europe/Berlin"))
    assert [[f"{run:%m-%d %H:%M}" for run in event.upcoming.runs] for event in found.events if event.upcoming] == [
        ["11-25 00:00", "11-26 00:00", "11-27 00:00", "11-28 00:00", "11-29 00:00"],
        ["11-25 08:00", "12-02 08:00", "12-09 08:00", "12-16 08:00", "12-23 08:00"],
    ]
    runs = [f"{run.astimezone(UTC):%m-%d %H:%M}" for run in found.runs]
    assert runs == ["11-25 00:00", "11-25 07:00", "11-26 00:00", "11-27 00:00", "11-28 00:00"]
    assert not found.has_local


def test_specifiers_are_those_of_the_instance() -> None:
    template: dict[str, str | list[str]] = {"name": "app@", "User": "%p-%i", "instance": ["daily", "weekly"]}
    (event,) = told(("OnCalendar", "%i"), **template).events
    assert event.upcoming
    assert event.upcoming.normal == "*-*-* 00:00:00"
    (unknown,) = told(("OnCalendar", "%H:00")).events
    assert unknown.upcoming is None
    assert unknown.unknown.startswith("What “%H” stands for is only known on the machine")


def test_the_runs_of_events_beyond_the_limit_are_not_reported() -> None:
    found = told(*(("OnCalendar", f"{hour}:00") for hour in range(MAX_EVENTS + 3)))
    assert (len(found.events), found.others) == (MAX_EVENTS, 3)


def test_spans_and_delays_are_described_in_words() -> None:
    found = told(
        ("OnBootSec", "15min"), ("OnUnitActiveSec", "1h"), ("OnClockChange", "yes"), ("RandomizedDelaySec", "30s")
    )
    assert found.spans == (
        "15min after the machine has started",
        "1h after it was started last",
        "when the clock is set",
    )
    assert found.delays == "up to 1min later, so that the machine wakes less often, and up to 30s later by chance"
    assert told(("OnBootSec", "1s"), ("AccuracySec", "1us")).delays.startswith("up to 1us later")


# --- as page and report show it --------------------------------------------------------------------

TIMED: Parameters = [*LEAST, (CALENDAR, "Mon..Fri 8:00"), (CALENDAR, "daily Europe/Berlin"), (CALENDAR, "2025-01-01"), ("timer.Timer.OnBootSec", "5min")]  # fmt: skip


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (api, page_context):
        monkeypatch.setattr(module, "now", lambda: NOON)


@pytest.mark.usefixtures("at_noon")
def test_the_page_shows_the_next_runs_and_their_time_zone(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get(f"/?{query(TIMED)}").text, "html.parser")
    part = soup.find(id="timer")
    assert part
    local, berlin = part.select("ol.runs")  # type: ignore[union-attr]
    assert [li.get_text(" ", strip=True) for li in local.select("li")][:2] == [
        "Wed 2026-11-25 08:00:00 on the machine’s clock",
        "Thu 2026-11-26 08:00:00 on the machine’s clock",
    ]
    assert [li.time["datetime"] for li in berlin.select("li")][:1] == ["2026-11-25T00:00:00+01:00"]
    assert berlin.li.get_text(" ", strip=True).endswith("Europe/Berlin")
    text = " ".join(part.get_text().split())
    assert "It does not elapse any more." in text
    assert "It also starts 5min after the machine has started." in text
    assert "The next runs from 2026-11-24 12:00:00 UTC on, when this page was made; for a machine whose clock is in UTC" in text  # fmt: skip
    assert not BeautifulSoup(client.get(f"/?{query(LEAST)}").text, "html.parser").find(id="timer")


@pytest.mark.usefixtures("at_noon")
def test_the_report_contains_the_next_runs(client: FlaskClient) -> None:
    timer = client.get(f"/report.json?{query(TIMED)}").json["timer"]  # type: ignore[index]
    assert timer["now"] == "2026-11-24T12:00:00+00:00"
    assert timer["runs"][:2] == ["2026-11-25T00:00:00+01:00", "2026-11-25T08:00:00+00:00"]
    assert [(event["normal"], event["zone"]) for event in timer["events"]] == [
        ("Mon..Fri *-*-* 08:00:00", None),
        ("*-*-* 00:00:00 Europe/Berlin", "Europe/Berlin"),
        ("2025-01-01 00:00:00", None),
    ]
    assert timer["others"] == ["5min after the machine has started"]
    assert "timer" not in client.get(f"/report.json?{query(LEAST)}").json  # type: ignore[operator]

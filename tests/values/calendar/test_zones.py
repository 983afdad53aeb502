"""The names of time zones."""

from zoneinfo import available_timezones

from app.values import OLD_TIME_ZONES, TIME_ZONES


def test_the_tz_database_has_every_name() -> None:
    assert {*TIME_ZONES, *OLD_TIME_ZONES} - available_timezones() == set()
    assert len(TIME_ZONES) > 480


def test_an_old_name_has_a_new_one() -> None:
    assert not TIME_ZONES & set(OLD_TIME_ZONES)
    assert set(OLD_TIME_ZONES.values()) <= TIME_ZONES


def test_names_are_single_words() -> None:
    for name in {*TIME_ZONES, *OLD_TIME_ZONES}:
        assert name.isascii()
        assert set(name) & set(" \t%\"'\\") == set()

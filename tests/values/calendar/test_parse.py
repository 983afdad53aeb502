"""Calendar events: which systemd reads, and their normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values import CalendarEvent, parse_calendar

# What systemd-analyze calendar of 252 and 262 prints as the normal form.
NORMAL = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "DAILY": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
    "Bi-Annually": "*-01,07-01 00:00:00",
    "anually": "*-01-01 00:00:00",
    "yearly": "*-01-01 00:00:00",
    "10:00": "*-*-* 10:00:00",
    "*:*": "*-*-* *:*:00",
    "*:*:*": "*-*-* *:*:*",
    "Mon": "Mon *-*-* 00:00:00",
    "sunday 4:0": "Sun *-*-* 04:00:00",
    "Mon..Fri 10:00": "Mon..Fri *-*-* 10:00:00",
    "Mon-Fri 10:00": "Mon..Fri *-*-* 10:00:00",
    "Mon,Tue,Thu,": "Mon,Tue,Thu *-*-* 00:00:00",
    "Sat,Thu,Mon..Wed,Sat..Sun": "Mon..Thu,Sat,Sun *-*-* 00:00:00",
    "Mon..Sun 1:00": "*-*-* 01:00:00",
    "Mon,Sun 12-*-* 2,1:23": "Mon,Sun 2012-*-* 01,02:23:00",
    "Wed *-1": "Wed *-*-01 00:00:00",
    "Wed..Wed,Wed *-1": "Wed *-*-01 00:00:00",
    "10-15": "*-10-15 00:00:00",
    "89-1-2": "1989-01-02 00:00:00",
    "2012-10-15": "2012-10-15 00:00:00",
    "2026-02-30": "2026-02-30 00:00:00",
    "*-02~03": "*-02~03 00:00:00",
    "*-*~*": "*-*-* 00:00:00",
    "Mon *-05~07/1": "Mon *-05~07/1 00:00:00",
    "*-*~1,25": "*-*~01,25 00:00:00",
    "9..17/2:00": "*-*-* 09..17/2:00:00",
    "9..18/2:00": "*-*-* 09..17/2:00:00",
    "5..5:00": "*-*-* 05:00:00",
    "1..2/3:00": "*-*-* 01:00:00",
    "0/2:0/7": "*-*-* 00/2:00/7:00",
    "12,14,13,12:20,10,30": "*-*-* 12,13,14:10,20,30:00",
    "0:0:0/0.5": "*-*-* 00:00:00/0.500000",
    "0:0:3.33/10.05": "*-*-* 00:00:03.330000/10.050000",
    "0:0:1.23456789": "*-*-* 00:00:01.234568",
    "0:0:1.9999999": "*-*-* 00:00:02",
    "0:0:0/1,5": "*-*-* 00:00:*",
    "0:0:1..42/0.25": "*-*-* 00:00:01..42/0.250000",
    "0:0:10..42": "*-*-* 00:00:10..42",
    "0:0:0..42": "*-*-* 00:00:00..42",
    "@0": "1970-01-01 00:00:00 UTC",
    "@1395716396": "2014-03-25 02:59:56 UTC",
    "Mon @ +5": "Mon 1970-01-01 00:00:05 UTC",
    "daily UTC": "*-*-* 00:00:00 UTC",
    "2012-10-15  utc": "2012-10-15 00:00:00 UTC",
    "hourly Etc/UTC": "*-*-* *:00:00 Etc/UTC",
    "Mon 2:30 Europe/Berlin": "Mon *-*-* 02:30:00 Europe/Berlin",
    "daily GMT": "*-*-* 00:00:00 GMT",
    "@5 Asia/Tokyo": "1970-01-01 00:00:05 UTC",
}

_EXAMPLES = "Write for example Mon..Fri 04:00, *-*-01 12:00:00, hourly or daily."
_ZONES = "Write UTC, or a name such as Europe/Berlin in its exact spelling; shortened ones such as CEST mean something on few machines only."

# What they refuse, and our sentence.
REFUSED = {
    "dayly": "“dayly” is no word for a time. Did you mean “daily”? Write minutely, hourly, daily, weekly, monthly, quarterly, semiannually or yearly, or a pattern such as Mon..Fri 04:00.",
    "Mon..Fry": f"“Fry” is not understood here: days are Mon, Tue, Wed, Thu, Fri, Sat and Sun, or written out in full. {_EXAMPLES}",
    "Mond": f"“Mond” is not understood here: days are Mon, Tue, Wed, Thu, Fri, Sat and Sun, or written out in full. {_EXAMPLES}",
    "Mon..": f"Something is missing at the end: days are Mon, Tue, Wed, Thu, Fri, Sat and Sun, or written out in full. {_EXAMPLES}",
    "Mon.Fri": f"“.Fri” is not understood here: a range of days has two dots between two days. {_EXAMPLES}",
    "Mon..Wed..Fri": f"“..Fri” is not understood here: a range of days has two dots between two days. {_EXAMPLES}",
    "Fri..Mon": f"“Mon” is not understood here: a range of days goes forward, from Monday to Sunday. {_EXAMPLES}",
    "10": f"Something is missing at the end: a time is HOUR:MINUTE or HOUR:MINUTE:SECOND. {_EXAMPLES}",
    "10:": f"Something is missing at the end: a number or * belongs here. {_EXAMPLES}",
    "1:2:3:4": f"“:4” is not understood here: nothing but a time zone stands behind the time. {_EXAMPLES}",
    "5 5": f"“ 5” is not understood here: a date is YEAR-MONTH-DAY or MONTH-DAY, a time HOUR:MINUTE or HOUR:MINUTE:SECOND. {_EXAMPLES}",
    "*/2:00": f"“/2:00” is not understood here: a date is YEAR-MONTH-DAY or MONTH-DAY, a time HOUR:MINUTE or HOUR:MINUTE:SECOND. {_EXAMPLES}",
    "*~1-1": f"“-1” is not understood here: the day stands last in a date, behind ~. {_EXAMPLES}",
    "1-1-1-1": f"“-1” is not understood here: a blank stands between date and time. {_EXAMPLES}",
    "*-13-1": "There is no such month: months go from 1 to 12. Write one of these, a range (4..8) or * for all.",
    "*-*~29": "There is no such day: days go from 1 to 28 here, counted from the end of the month. Write one of these, a range (4..8) or * for all.",
    "*-*~1,26": "There is no such day: days go from 1 to 25 here, counted from the end of the month. Write one of these, a range (4..8) or * for all.",
    "24:00": "There is no such hour: hours go from 0 to 23. Write one of these, a range (4..8) or * for all.",
    "0:0:60": "There is no such second: seconds go from 0 to 59. Write one of these, a range (4..8) or * for all.",
    "1969-1-1": "There is no such year: years go from 1970 to 2199. Write one of these, a range (4..8) or * for all.",
    "2200-1-1": "There is no such year: years go from 1970 to 2199. Write one of these, a range (4..8) or * for all.",
    "8..4:0": "A range of hours ends before it begins. Put the smaller number first.",
    "4/30:00": "Behind the / stands more than fits in: hours go from 0 to 23. Write a smaller number, or leave it out.",
    "4/0:00": f"“:00” is not understood here: behind / stands every how many, from 1 up. {_EXAMPLES}",
    "0:0:0..0.5": "A range of seconds is a whole second long at least. Write for example 0..30, or 0/0.5.",
    "0:0:1.": f"“.” is not understood here: numbers are single (4), listed (4,8), ranges (4..8) or repeated (4/2). {_EXAMPLES}",
    "0:99999999999": f"“99999999999” is not understood here: the number is too large. {_EXAMPLES}",
    "@": f"“@” is not understood here: a number or * belongs here. {_EXAMPLES}",
    "@-5": f"“@-5” is not understood here: a number or * belongs here. {_EXAMPLES}",
    "@5 10:00": f"“@5 10:00” is not understood here: a number or * belongs here. {_EXAMPLES}",
    "@7258118400": "systemd counts up to the year 2199. Write fewer seconds behind the @.",
    " UTC": "A time zone alone is no time. Write for example daily UTC, or *-*-* 04:00:00 UTC.",
    "Mon daily": f"“daily” is not understood here: a number or * belongs here. {_EXAMPLES}",
    "daily Europ/Berlin": f"“Europ/Berlin” is not a time zone. Did you mean “Europe/Berlin”? {_ZONES}",
    "daily europe/berlin": f"“europe/berlin” is not a time zone. Did you mean “Europe/Berlin”? {_ZONES}",
    "10:00 CEST": f"“CEST” is not a time zone. {_ZONES}",
    "daily Europe/Berlin UTC": f"“daily Europe/Berlin” is not understood here: a number or * belongs here. {_EXAMPLES}",
    ",".join(["1"] * 242) + ":00": "systemd reads up to 241 numbers in a list. Write ranges, or two lines.",
}

# What they read where old names of time zones are installed, and we do not.
STRICTER = {
    "daily US/Pacific": "“US/Pacific” is an old name of a time zone, which newer machines do not have. Write America/Los_Angeles.",
    "daily CET": "“CET” is an old name of a time zone, which newer machines do not have. Write Europe/Brussels.",
}


@pytest.mark.parametrize("text", NORMAL)
def test_an_event_has_systemds_normal_form(text: str) -> None:
    assert str(parse_calendar(text)) == NORMAL[text]


@pytest.mark.parametrize("text", [*REFUSED, *STRICTER])
def test_an_invalid_event_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"[.]$") as refusal:
        parse_calendar(text)
    assert str(refusal.value) == {**REFUSED, **STRICTER}[text]


def test_a_list_may_be_as_long_as_systemd_reads() -> None:
    assert str(parse_calendar(",".join(["1"] * 241) + ":00")) == "*-*-* 01:00:00"


# What came later than OnCalendar= itself, and with which version.
NEEDS = {
    "daily": [],
    "Mon-Fri 10:00": [],
    "2012-10-15 1/2:00:0,5": [],
    "daily UTC": [228],
    "10:00:00.5": [229],
    "Mon..Fri": [231],
    "9..17:00": [231],
    "9..17/2:00": [233],
    "0:0:1..5": [233],
    "*-02~03": [233],
    "*-*-*": [233],
    "*:*": [233],
    "@5": [234],
    "daily Europe/Berlin": [235],
    "5..5:00": [246],
    "1..2/3:00": [246],
    "Mon..Fri *-*~1 UTC": [228, 231, 233],
}


@pytest.mark.parametrize("text", NEEDS)
def test_newer_syntax_needs_its_version(text: str) -> None:
    assert sorted(need.since for need in CalendarEvent().needs(text)) == NEEDS[text]


def test_an_event_with_specifiers_is_validated_after_expansion() -> None:
    kind = CalendarEvent()
    assert kind.normalise("*-*-* %i:00:00") == "*-*-* %i:00:00"
    assert [need.since for need in kind.needs("*-*-* %j:00:00")] == [239]
    with pytest.raises(ValueError, match="“%Z” is not a specifier"):
        kind.normalise("*-*-* %Z:00:00")


@given(st.text("0123456789*/.,-~: @MonFriUTCdaly", max_size=30))
def test_the_normal_form_is_its_own(text: str) -> None:
    try:
        event = parse_calendar(text)
    except ValueError:
        return
    assert parse_calendar(str(event)) == event or "@" in text
    assert str(parse_calendar(str(event))) == str(event)

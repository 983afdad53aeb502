"""Calendar events as they are written: when a timer elapses (OnCalendar=; systemd.time(7), "Calendar Events").

Source: calendar_spec_from_string() in src/shared/calendarspec.c of systemd 219 to 262.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.values.calendar.clock import date_of
from app.values.calendar.spec import EVERY_SECOND, SECOND, WEEKDAYS, Calendar, CalendarRange, Chain
from app.values.calendar.zones import OLD_TIME_ZONES, TIME_ZONES
from app.values.kind import Kind, Need
from app.values.sentences import did_you_mean, one_of, quoted
from app.values.specifiers import check_specifiers, specifier_needs

_INT_MAX = 2**31 - 1
_MAX_PARTS = 241
_END = 7_258_118_400
"""The beginning of the year 2200, in seconds since 1970."""

_ZERO: Chain = (CalendarRange(0),)
_ONE: Chain = (CalendarRange(1),)
_WORDS: Mapping[str, Calendar] = {
    "minutely": Calendar(microsecond=_ZERO),
    "hourly": Calendar(minute=_ZERO, microsecond=_ZERO),
    "daily": Calendar(hour=_ZERO, minute=_ZERO, microsecond=_ZERO),
    "weekly": Calendar(weekdays=1, hour=_ZERO, minute=_ZERO, microsecond=_ZERO),
    "monthly": Calendar(day=_ONE, hour=_ZERO, minute=_ZERO, microsecond=_ZERO),
    "quarterly": Calendar(
        0, (), (CalendarRange(1), CalendarRange(4), CalendarRange(7), CalendarRange(10)), _ONE, _ZERO, _ZERO, _ZERO
    ),
    "semiannually": Calendar(0, (), (CalendarRange(1), CalendarRange(7)), _ONE, _ZERO, _ZERO, _ZERO),
    "yearly": Calendar(0, (), _ONE, _ONE, _ZERO, _ZERO, _ZERO),
}
_OTHER_WORDS = {
    "annually": "yearly",
    "anually": "yearly",
    "biannually": "semiannually",
    "bi-annually": "semiannually",
    "semi-annually": "semiannually",
}


def parse_calendar(text: str) -> Calendar:
    """The event that a text without specifiers stands for; ValueError with what would be right."""
    return _read(text)[0]


def _read(text: str) -> tuple[Calendar, "_Reader"]:
    """The event, and who has read it."""
    rest, utc, zone = _split_zone(text)
    reader = _Reader(rest)
    folded = rest.lower()
    event = _WORDS.get(_OTHER_WORDS.get(folded, folded)) or _normal(reader.event())
    return replace(event, utc=utc or event.utc, zone=zone), reader


_ZONE = re.compile("[A-Za-z][A-Za-z0-9_+/-]*")


def _split_zone(text: str) -> tuple[str, bool, str]:
    """The text without its time zone, whether that is UTC, and its name; ValueError for a zone that few machines know."""
    if text.lower().endswith(" utc"):
        return text[:-4], True, ""
    rest, blank, word = text.rpartition(" ")
    if blank and word in TIME_ZONES:
        return rest, False, word
    if blank and word in OLD_TIME_ZONES:
        raise ValueError(
            f"“{word}” is an old name of a time zone, which newer machines do not have. Write {OLD_TIME_ZONES[word]}."
        )
    if blank and _ZONE.fullmatch(word) and not (_DAY.match(word) or word.lower() in {*_WORDS, *_OTHER_WORDS}):
        raise ValueError(
            f"“{quoted(word)}” is not a time zone.{did_you_mean(word, TIME_ZONES)} Write UTC, or a name such as Europe/Berlin in its exact spelling; shortened ones such as CEST mean something on few machines only."
        )
    return text, False, ""


_IN_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {day.lower(): at for at, day in enumerate(WEEKDAYS)} | {day: at for at, day in enumerate(_IN_FULL)}
_DAY = re.compile(rf"({'|'.join(sorted(_DAYS, key=len, reverse=True))})(?=[-., ]|\Z)", re.IGNORECASE)
_ALMOST_DAY = re.compile("|".join(WEEKDAYS), re.IGNORECASE)
_NUMBER = re.compile("0*([0-9]+)()")
_DECIMAL = re.compile(r"0*([0-9]+)(?:\.(?!\.)([0-9]+))?")
_EPOCH = re.compile(r"@[ \t]*\+?([0-9]+)")


class _Span(NamedTuple):
    """A range or repetition as it was written."""

    part: CalendarRange
    in_seconds: bool
    has_step: bool


class _Reader:
    """Reads an event from left to right; its methods raise ValueError where systemd would give up.

    What it met on the way: spans, ranges of numbers; has_dots, a range of days with two dots; has_fraction, a part of a second;
    is_epoch, seconds since 1970; goes_on, a time that older versions do not end.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.spans: list[_Span] = []
        self.has_dots = False
        self.has_fraction = False
        self.is_epoch = False
        self.goes_on = False

    def event(self) -> Calendar:
        """The whole text."""
        if not self._text:
            raise ValueError("A time zone alone is no time. Write for example daily UTC, or *-*-* 04:00:00 UTC.")
        if self._text.isalpha() and not _ALMOST_DAY.match(self._text):
            raise ValueError(
                f"“{quoted(self._text)}” is no word for a time.{did_you_mean(self._text, _WORDS)} Write {one_of(_WORDS)}, or a pattern such as Mon..Fri 04:00."
            )
        weekdays = self._read_weekdays()
        epoch = _EPOCH.fullmatch(self._text, self._at)
        if epoch:
            self.is_epoch = True
            return _from_epoch(int(epoch[1][:20]), weekdays)
        date = self._read_date()
        hour, minute, microsecond = self._read_time()
        event = replace(date, weekdays=weekdays, hour=hour, minute=minute, microsecond=microsecond)
        self.goes_on = (self.goes_on and not (event.day or weekdays)) or (self._text.endswith(":*") and not minute)
        return event

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip_blanks(self) -> None:
        while self._next() == " ":
            self._at += 1

    def _wrong(self, right: str) -> ValueError:
        rest = self._text[self._at :]
        what = f"“{quoted(rest)}” is not understood here" if rest else "Something is missing at the end"
        return ValueError(f"{what}: {right} Write for example Mon..Fri 04:00, *-*-01 12:00:00, hourly or daily.")

    def _read_weekdays(self) -> int:
        bits, first = 0, -1
        match = _DAY.match(self._text, self._at)
        while match:
            day = _DAYS[match[1].lower()]
            if first > day:
                raise self._wrong("a range of days goes forward, from Monday to Sunday.")
            bits |= sum(1 << at for at in range(day if first < 0 else first, day + 1))
            self._at = match.end()
            first = self._read_mark(day, first) if self._next() not in {"", " "} else -1
            if first < 0 and self._next() in {"", " "}:
                self._skip_blanks()
                return bits
            match = _DAY.match(self._text, self._at)
        if bits or _ALMOST_DAY.match(self._text):
            raise self._wrong("days are Mon, Tue, Wed, Thu, Fri, Sat and Sun, or written out in full.")
        return bits

    def _read_mark(self, day: int, first: int) -> int:
        """What stands between two days: the day from which a range goes, -1 behind a comma."""
        if self._next() == ",":
            self._at += 1
            return -1
        mark = ".." if self._next() == "." else "-"
        if first >= 0 or not self._text.startswith(mark, self._at):
            raise self._wrong("a range of days has two dots between two days.")
        self.has_dots |= mark == ".."
        self._at += len(mark)
        return day

    def _read_date(self) -> Calendar:
        """The date, with nothing else set; all dates where only a time is written."""
        start = self._at
        if not self._next():
            return Calendar()
        first = self._read_chain()
        if self._next() in {"", ":"}:
            self._at = start
            self.spans.clear()
            return Calendar()
        end_of_month, second = self._read_dash(), self._read_chain()
        if self._next() in {"", " "}:
            self._skip_blanks()
            return Calendar(month=first, day=second, end_of_month=end_of_month)
        if end_of_month:
            raise self._wrong("the day stands last in a date, behind ~.")
        end_of_month, third = self._read_dash(), self._read_chain()
        if self._next() not in {"", " "}:
            raise self._wrong("a blank stands between date and time.")
        self._skip_blanks()
        return Calendar(year=first, month=second, day=third, end_of_month=end_of_month)

    def _read_dash(self) -> bool:
        """The sign between the parts of a date; whether it is ~."""
        sign = self._next()
        if not sign or sign not in "-~":
            raise self._wrong("a date is YEAR-MONTH-DAY or MONTH-DAY, a time HOUR:MINUTE or HOUR:MINUTE:SECOND.")
        self._at += 1
        return sign == "~"

    def _read_time(self) -> tuple[Chain, Chain, Chain]:
        if not self._next():
            self.goes_on = True
            return _ZERO, _ZERO, _ZERO
        hour = self._read_chain()
        self._read_colon()
        minute = self._read_chain()
        if not self._next():
            return hour, minute, _ZERO
        self._read_colon()
        microsecond = self._read_chain(in_seconds=True)
        if self._next():
            raise self._wrong("nothing but a time zone stands behind the time.")
        return hour, minute, microsecond

    def _read_colon(self) -> None:
        if self._next() != ":":
            raise self._wrong("a time is HOUR:MINUTE or HOUR:MINUTE:SECOND.")
        self._at += 1

    def _read_chain(self, *, in_seconds: bool = False) -> Chain:
        if self._next() == "*":
            self._at += 1
            return (EVERY_SECOND,) if in_seconds else ()
        parts = [self._read_part(in_seconds)]
        while self._next() == ",":
            self._at += 1
            parts.append(self._read_part(in_seconds))
            if len(parts) > _MAX_PARTS:
                raise ValueError(f"systemd reads up to {_MAX_PARTS} numbers in a list. Write ranges, or two lines.")
        return tuple(parts)

    def _read_part(self, in_seconds: bool) -> CalendarRange:
        start, stop, repeat = self._read_number(in_seconds), -1, 0
        if self._text.startswith("..", self._at):
            self._at += 2
            stop, repeat = self._read_number(in_seconds), SECOND if in_seconds else 1
        has_step = self._next() == "/"
        if has_step:
            self._at += 1
            repeat = self._read_number(in_seconds)
            if not repeat:
                raise self._wrong("behind / stands every how many, from 1 up.")
        elif stop >= 0 and in_seconds and start + repeat > stop:
            raise ValueError("A range of seconds is a whole second long at least. Write for example 0..30, or 0/0.5.")
        if self._next() and self._next() not in " ,-~:":
            raise self._wrong("numbers are single (4), listed (4,8), ranges (4..8) or repeated (4/2).")
        if stop >= 0:
            self.spans.append(_Span(CalendarRange(start, stop, repeat), in_seconds, has_step))
        return CalendarRange(start, stop, repeat)

    def _read_number(self, in_seconds: bool) -> int:
        match = (_DECIMAL if in_seconds else _NUMBER).match(self._text, self._at)
        if not match:
            raise self._wrong("a number or * belongs here.")
        # No number that is read has more than ten digits.
        number = int(match[1][:11])
        if in_seconds:
            number = number * SECOND + _rounded(match[2] or "")
            self.has_fraction |= bool(match[2])
        if number > _INT_MAX:
            raise self._wrong("the number is too large.")
        self._at = match.end()
        return number


def _rounded(decimals: str) -> int:
    """Microseconds of the decimals of a second, rounded at the seventh (parse_fractional_part_u())."""
    return int(decimals[:6].ljust(6, "0")) + (decimals[6:7] >= "5")


def _from_epoch(seconds: int, weekdays: int) -> Calendar:
    """The one moment that many seconds after the beginning of 1970."""
    if seconds >= _END:
        raise ValueError("systemd counts up to the year 2199. Write fewer seconds behind the @.")
    date, of_day = divmod(seconds, 86_400)
    year, month, day = ((CalendarRange(number),) for number in date_of(date))
    hour, minute, second = of_day // 3600, of_day // 60 % 60, of_day % 60
    return Calendar(
        weekdays,
        year,
        month,
        day,
        (CalendarRange(hour),),
        (CalendarRange(minute),),
        (CalendarRange(second * SECOND),),
        utc=True,
    )


class _Component(NamedTuple):
    """A part of a date or time."""

    word: str
    """The name of the part in sentences."""
    minimum: int
    """The lowest number."""
    maximum: int
    """The highest number."""
    unit: int = 1
    is_last: bool = False


_YEAR, _MONTH, _DAY_OF_MONTH = _Component("year", 1970, 2199), _Component("month", 1, 12), _Component("day", 1, 31)
_HOUR, _MINUTE, _SECOND = (
    _Component("hour", 0, 23),
    _Component("minute", 0, 59),
    _Component("second", 0, 60 * SECOND - 1, SECOND),
)


def _normal(event: Calendar) -> Calendar:
    """The event in normal form; ValueError for numbers that no date or time has (calendar_spec_valid())."""
    years = tuple(part._replace(start=_century(part.start), stop=_century(part.stop)) for part in event.year)
    is_last = event.end_of_month and bool(event.day)
    return replace(
        event,
        weekdays=event.weekdays if event.weekdays < 2**7 - 1 else 0,
        year=_checked(years, _YEAR),
        month=_checked(event.month, _MONTH),
        day=_checked(event.day, _DAY_OF_MONTH._replace(is_last=is_last)),
        hour=_checked(event.hour, _HOUR),
        minute=_checked(event.minute, _MINUTE),
        microsecond=_checked(event.microsecond, _SECOND),
        end_of_month=is_last,
    )


def _checked(chain: Chain, place: _Component) -> Chain:
    """The list in normal form."""
    normal = tuple(sorted({part.normal for part in chain}))
    for at, part in enumerate(normal):
        # systemd takes three days off the end once for each part of the list.
        _check_part(part, place._replace(maximum=place.maximum - 3 * (at + 1)) if place.is_last else place)
    return normal


def _century(year: int) -> int:
    """The year that two digits stand for: 12 is 2012, 89 is 1989."""
    return year + 2000 if 0 <= year < 70 else year + 1900 if 70 <= year < 100 else year


def _check_part(part: CalendarRange, place: _Component) -> None:
    word, minimum, maximum, unit, is_last = place
    said = f"{word}s go from {minimum} to {maximum // unit}" + (
        " here, counted from the end of the month" if is_last else ""
    )
    if not minimum <= part.start <= maximum or part.stop > maximum:
        raise ValueError(f"There is no such {word}: {said}. Write one of these, a range (4..8) or * for all.")
    if -1 < part.stop < part.start:
        raise ValueError(f"A range of {word}s ends before it begins. Put the smaller number first.")
    room = part.stop - part.start if part.stop >= 0 else part.start - minimum if is_last else maximum - part.start
    if part.repeat > room:
        raise ValueError(f"Behind the / stands more than fits in: {said}. Write a smaller number, or leave it out.")


@dataclass(frozen=True)
class CalendarEvent(Kind):
    """A calendar event (OnCalendar=; config_parse_timer()); one with specifiers is judged where they are known."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        if "%" not in value:
            parse_calendar(value)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        if "%" not in value:
            event, reader = _read(value)
            yield from _event_needs(event, reader)

    @property
    def suggestions(self) -> Mapping[str, int]:
        return dict.fromkeys(_WORDS, 1)


def _event_needs(event: Calendar, reader: _Reader) -> Iterator[Need]:
    """What of an event came after OnCalendar= itself."""
    if reader.is_epoch:
        yield Need(234, "seconds since 1970 behind an @")
    elif event.utc:
        yield Need(228, "the time zone UTC")
    if event.zone:
        yield Need(235, f"the time zone {event.zone}")
    if event.end_of_month:
        yield Need(233, "a day counted from the end of the month (~)")
    if reader.has_fraction:
        yield Need(229, "a part of a second")
    if reader.goes_on:
        yield Need(233, "a time that ends here", otherwise="it would elapse all the time")
    if reader.has_dots:
        yield Need(231, "a range of days with two dots")
    yield from _span_needs(reader.spans)


def _span_needs(spans: list[_Span]) -> Iterator[Need]:
    if any(span.part.normal.stop < 0 for span in spans):
        yield Need(246, "a range that holds its first number only")
    elif any(span.in_seconds or span.has_step for span in spans):
        yield Need(233, "such a range of seconds, or with / behind it")
    elif spans:
        yield Need(231, "a range with two dots")

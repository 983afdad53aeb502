"""How systemd reads numbers: whole ones, shares, sizes, time spans.

Sources: src/basic/parse-util.c, percent-util.c and time-util.c of systemd 247 to 262. None stands for what is no number.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from app.values.kind import BLANKS
from app.values.lexing import first_word
from app.values.sentences import quoted

INFINITY = 2**64 - 1
"""The number that stands for no limit, in bytes as in microseconds (UINT64_MAX)."""

MAX_CPUS = 8192
"""How many processors systemd counts, as Linux 5.1 does (src/shared/cpu-set-util.c, cpu_set_add())."""

_INT_MAX = 2**31 - 1
_BASES = {"0b": 2, "0o": 8}
_DIGITS = {2: re.compile("[ \t]*([+-]?)([01]+)"), 8: re.compile("[ \t]*([+-]?)([0-7]+)")}
_NUMBER = re.compile("([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))")


def number(text: str) -> int | None:
    """A whole number as safe_atoi() and its kin read it: decimal, 0x10, 0o10, 0b10; None for what is none.

    ValueError for one such as 010, which systemd takes as an octal number: nobody writes it to mean 8.
    """
    text = text.lstrip(BLANKS)
    base = _BASES.get(text[:2].lower())
    if base:
        match = _DIGITS[base].fullmatch(text, 2)
        return _signed(match[1], int(match[2], base)) if match else None
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    sign, hexadecimal, octal, decimal = match.groups()
    if hexadecimal:
        return _signed(sign, int(hexadecimal, 16))
    if octal:
        _refuse_octal(octal)
        return _signed(sign, int(octal, 8))
    return _signed(sign, _decimal(decimal))


def _signed(sign: str, amount: int) -> int:
    return -amount if sign == "-" else amount


def _decimal(digits: str) -> int:
    """The number of some digits, or one that is too large for everything where they are very many."""
    digits = digits.lstrip("0")
    return int(digits or 0) if len(digits) <= 20 else 2**70


def _refuse_octal(digits: str) -> None:
    if len(digits.lstrip("0")) > 1:
        raise ValueError(
            f"systemd takes “{quoted(digits)}” as an octal number, for the zero before it: 010 is 8. Write it without that zero."
        )


def read_range(text: str) -> tuple[int, int] | None:
    """The two ends of a range, the same for a number alone; parse_range() in src/basic/parse-util.c."""
    first, rest = first_word(text, "-")
    low = number(first)
    high = low if rest is None else number(rest)
    return None if low is None or high is None else (low, high)


_SHARE = re.compile(r"([^.]*)(?:\.([0-9]{1,2}))?([%‰‱])")
_DECIMALS = {"%": 2, "‰": 1, "‱": 0}


class Portion(NamedTuple):
    """A share in its parsed and written form."""

    permyriads: int
    """The share in parts of ten thousand."""
    sign: str
    """The sign that follows the number."""
    decimals: int
    """The number of decimals."""

    @property
    def since(self) -> int:
        """The first systemd that reads it (parse_percent(), parse_permille(), parse_permyriad())."""
        finest = {"%": self.decimals, "‰": self.decimals + 1, "‱": 2}[self.sign]
        return (1, 239, 248)[finest]

    @property
    def is_read_in_full(self) -> bool:
        """Whether it is small enough to be counted in permyriads, as systemd 248 and later do."""
        return self.permyriads <= _INT_MAX


def share(text: str) -> Portion | None:
    """A share in % (with up to two decimals), ‰ (with one) or ‱; parse_permyriad_unbounded()."""
    match = _SHARE.fullmatch(text)
    if not match:
        return None
    whole, decimals, sign = number(match[1]), match[2] or "", match[3]
    places = _DECIMALS[sign]
    if whole is None or not 0 <= whole <= _INT_MAX or len(decimals) > places:
        return None
    found = Portion(whole * 10**places + int(decimals.ljust(places, "0") or 0), sign, len(decimals))
    # systemd 247 counts in permille.
    maximum = _INT_MAX * 10 + 9 if found.since < 248 and sign == "%" else _INT_MAX
    return found if found.permyriads <= maximum else None


_POWERS = {"E": 6, "P": 5, "T": 4, "G": 3, "M": 2, "K": 1, "B": 0, "": 0}
_SIZE_PART = re.compile(r"[ \t]*\+?([0-9]+)(?:\.([0-9]*))?[ \t]*([EPTGMKB]?)")


def size(text: str, base: int = 1024) -> int | None:
    """The bytes of a size, larger units before smaller ones (1G 500M), one without a unit last; parse_size()."""
    at, total, units = 0, 0, list(_POWERS)
    while at < len(text):
        part = _SIZE_PART.match(text, at)
        if not part or part[3] not in units:
            return None
        amount = _amount(_decimal(part[1]), part[2] or "", base ** _POWERS[part[3]])
        if amount is None or amount > INFINITY - total:
            return None
        at, total, units = part.end(), total + amount, units[units.index(part[3]) + 1 :]
    return total


def _amount(whole: int, decimals: str, factor: int) -> int | None:
    """A number with decimals, times a factor, as the doubles of C make it."""
    digits = _decimal(decimals)
    if whole > INFINITY or digits > INFINITY:
        return None
    fraction = float(digits)
    for _ in decimals[:400]:
        fraction /= 10
    if (whole + (fraction > 0)) % 2**64 > INFINITY // factor:
        return None
    return whole * factor + int(fraction * factor)


_MICROSECONDS = {
    "seconds": 1_000_000, "second": 1_000_000, "sec": 1_000_000, "s": 1_000_000,
    "minutes": 60_000_000, "minute": 60_000_000, "min": 60_000_000,
    "months": 2_629_800_000_000, "month": 2_629_800_000_000, "M": 2_629_800_000_000,
    "msec": 1000, "ms": 1000, "m": 60_000_000,
    "hours": 3_600_000_000, "hour": 3_600_000_000, "hr": 3_600_000_000, "h": 3_600_000_000,
    "days": 86_400_000_000, "day": 86_400_000_000, "d": 86_400_000_000,
    "weeks": 604_800_000_000, "week": 604_800_000_000, "w": 604_800_000_000,
    "years": 31_557_600_000_000, "year": 31_557_600_000_000, "y": 31_557_600_000_000,
    "usec": 1, "us": 1, "µs": 1, "μs": 1,
}  # fmt: skip
NANOSECONDS = {unit: 1000 * length for unit, length in _MICROSECONDS.items()} | {"nsec": 1, "ns": 1}
TIME_UNITS = tuple(_MICROSECONDS)


@cache
def _span_part(units: tuple[str, ...]) -> re.Pattern[str]:
    """A number of a time span. A dot may not follow one with decimals (1.2.3), unless a unit or a blank stands between them."""
    return re.compile(rf"[ \t]*(?:\+?([0-9]+)(?:\.([0-9]+))?|\.([0-9]+))(?:[ \t]*({'|'.join(units)})|[ \t]+|\Z)")


def span(text: str, default: str = "s", units: Mapping[str, int] = _MICROSECONDS) -> int | None:
    """The microseconds of a time span, in seconds where it has no units, INFINITY for none; parse_sec().

    default, units: another unit of what has none, and other units (parse_time(), parse_nsec()). ValueError for one that
    is longer than systemd counts.
    """
    text = text.strip(BLANKS)
    if text == "infinity":
        return INFINITY
    part_of = _span_part(tuple(units))
    at, total = 0, 0
    while at < len(text):
        part = part_of.match(text, at)
        if not part:
            return None
        whole, unit = _decimal(part[1] or ""), units[part[4] or default]
        total += whole * unit + _fraction(part[2] or part[3] or "", unit)
        if whole >= min(INFINITY // unit, 2**63) or total >= INFINITY:
            raise ValueError(f"“{quoted(text)}” is longer than systemd can count. Write infinity, or a shorter time.")
        at = part.end()
    return total if text else None


def _fraction(decimals: str, unit: int) -> int:
    """What the decimals of a time stand for, digit by digit."""
    total = 0
    for digit in decimals[:20]:
        unit //= 10
        total += int(digit) * unit
    return total

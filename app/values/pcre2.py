"""Regular expressions as systemd's library for them, PCRE2, reads them.

Sources: pcre2pattern(3); pattern_compile_and_log() in src/shared/pcre2-util.c of systemd 253 to 262. Judged without the
library: what is seldom used (conditions, callouts, verbs, (?x), (?|…), lookbehind of changing length) counts as unknown.
"""

import re
from dataclasses import dataclass, field

from app.values.kind import Kind
from app.values.sentences import quoted

_BYTE = r"x\{0*[0-9a-fA-F]{1,2}\}|x[0-9a-fA-F]{1,2}|o\{0*[0-3]?[0-7]{1,2}\}|c[ -~]|[aefnrt]|[^A-Za-z0-9]"
_PROPERTY = (
    r"[pP](?i:[CLMNPSZ]|\{\^?(?:Any|L&|Xan|Xps|Xsp|Xuc|Xwd|C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|"
    r"Arabic|Common|Cyrillic|Greek|Han|Hangul|Hebrew|Hiragana|Katakana|Latin|Thai)\})"
)
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,31}"
_TOKEN = re.compile(
    rf"""
    (?P<quote>\\Q(?P<quoted>.*?)(?:\\E|\Z)) | (?P<nothing>\\E|\(\?\#[^)]*\))
    | (?P<again>(?:[*+?]|\{{[ ]*+(?P<least>[0-9]*+)[ ]*+(?:(?P<comma>,)[ ]*+(?P<most>[0-9]*+)[ ]*+)?+\}})[+?]?)
    | (?P<anchor>[\^$]|\\[bBAzZGK])
    | \\g(?:(?P<number>[0-9]+)|\{{(?P<relative>-?[0-9]+)\}}) | \\(?P<digits>[1-9][0-9]*)
    | (?:\\[gk]\{{|\\k<|\\k'|\(\?P=|(?P<call>\(\?&|\(\?P>))(?P<named>{_NAME})[}}>')]
    | \(\?(?P<called>R|[0-9]+)\)
    | (?P<atom>\.|\\[dDhHsSvVwWRXC]|\\N(?!\{{)|\\0[0-7]{{0,2}}|\\(?:{_BYTE}|{_PROPERTY})|[^\\()\[|])
    | (?P<branch>\|) | (?P<close>\)) | (?P<options>\(\?(?:[imsU]*(?:-[imsU]*)?|\^[imsU]*)\))
    | (?P<open>\((?:\?(?:[imsU]*(?:-[imsU]*)?:|\^[imsU]*:|>|(?P<look>=|!|<=|<!)|P?<(?P<group>{_NAME})>|'(?P<other>{_NAME})'))?(?![*?]))
    | (?P<set>\[\^?)
    """,
    re.VERBOSE | re.DOTALL,
)
_MEMBER = re.compile(
    rf"""
    \[:\^?(?P<posix>[a-z]+):\] | (?P<odd>\[[:.=]) | \\Q(?P<quoted>.*?)(?:\\E|\Z)
    | \\(?P<type>[dDhHsSvVwW]|{_PROPERTY}) | \\(?P<octal>[0-7]{{1,3}}) | \\(?P<byte>b|{_BYTE}|[89]) | (?P<plain>[^\\])
    """,
    re.VERBOSE | re.DOTALL,
)
_POSIX = frozenset("alpha lower upper alnum ascii blank cntrl digit graph print punct space word xdigit".split())
_LETTERS = {"a": 7, "b": 8, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9}
_MAX_COUNT = 65535
_DEEPEST = 250
# What PCRE2 can address with two bytes, less what the estimate may be short by.
_MAX_BYTES = 50_000


@dataclass
class _Group:
    """A group that is open."""

    size: int = 0
    """The maximum size of its parts in bytes."""
    last: int = 0
    looks: bool = False
    """Whether the group is a lookaround."""
    behind: bool = False
    """Whether the group is a lookbehind."""
    top: bool = True

    def add(self, size: int) -> None:
        """Takes up one more part."""
        self.last = size
        self.size += size


@dataclass
class _Reading:
    """The state of reading a pattern."""

    open: list[_Group] = field(default_factory=lambda: [_Group(top=False)])
    """The groups that are open, the outermost first."""
    groups: int = 0
    """The number of groups that can be referred to."""
    names: set[str] = field(default_factory=set)
    """The names of groups."""
    wanted: set[str | int] = field(default_factory=set)
    """The numbers and names of groups that the pattern refers to. The groups must exist at the end of the pattern."""
    repeatable: bool = False
    """Whether a quantifier can come next."""


def is_pattern(text: str) -> bool:
    """Whether PCRE2 compiles a pattern, as far as it can be told here."""
    text = text.encode(errors="replace").decode("latin-1")
    reading, at = _Reading(), 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token:
            return False
        at = _end_of_set(text, token.end()) if token["set"] else token.end()
        if not at or not _read(token, reading) or reading.open[-1].size > _MAX_BYTES:
            return False
    numbers = {wanted for wanted in reading.wanted if isinstance(wanted, int)}
    return (
        len(reading.open) == 1
        and max(numbers, default=0) <= reading.groups
        and reading.wanted - numbers <= reading.names
    )


def _read(token: re.Match[str], reading: _Reading) -> bool:
    """Takes up one token; whether it may stand there."""
    group = reading.open[-1]
    if token["nothing"] or token["quoted"] == "":
        return True
    if token["again"]:
        return _repeat(token, reading)
    if token["open"]:
        return _open(token, reading)
    reading.repeatable = not (token["anchor"] or token["branch"] or token["options"])
    if token["close"]:
        return _close(reading)
    if token["branch"]:
        group.add(6)
        return not group.behind or group.top
    if token["anchor"]:
        group.add(2)
        return token[0] != r"\K" or not any(outer.looks for outer in reading.open)
    if token["quote"]:
        group.add(2 * len(token["quoted"]))
        return True
    group.add(36 if token["set"] else 8)
    if group.behind and token[0] in {r"\R", r"\X"}:
        return False
    return any(token[name] for name in ("atom", "set", "options")) or _refer(token, reading)


def _refer(token: re.Match[str], reading: _Reading) -> bool:
    """Takes up a reference to a group, or an octal number that looks like one."""
    if token["named"]:
        reading.wanted.add(token["named"])
        return not reading.open[-1].behind
    digits = token["digits"] or token["number"] or token["relative"] or token["called"].replace("R", "0")
    if len(digits) > 6:
        return False
    number = int(digits)
    if token["digits"] and number >= 10 and number > reading.groups and digits[0] not in "89":
        octal = re.match("[0-7]{1,3}", digits)
        return octal is not None and int(octal[0], 8) <= 0xFF
    if number < 0:
        return -number <= reading.groups and not reading.open[-1].behind
    reading.wanted.add(number)
    return (number > 0 or token["called"] is not None) and not reading.open[-1].behind


def _open(token: re.Match[str], reading: _Reading) -> bool:
    """Opens a group."""
    name = token["group"] or token["other"]
    if name in reading.names:
        return False
    reading.names |= {name} if name else set()
    reading.groups += token["open"] == "(" or name is not None
    looks, behind = token["look"] is not None, token["look"] in {"<=", "<!"}
    outer = reading.open[-1]
    reading.open.append(_Group(size=12, looks=looks, behind=behind or (outer.behind and not looks), top=behind))
    reading.repeatable = False
    return len(reading.open) <= _DEEPEST + 1


def _close(reading: _Reading) -> bool:
    """Closes a group."""
    if len(reading.open) == 1:
        return False
    inner = reading.open.pop()
    reading.open[-1].add(inner.size)
    return True


def _repeat(token: re.Match[str], reading: _Reading) -> bool:
    """Takes up a quantifier; “+” and “?” behind it are quantifiers to it in turn."""
    group = reading.open[-1]
    minimum, maximum = token["least"], token["most"]
    if token["again"][0] == "{" and not minimum and not maximum:
        group.add(2 * len(token["again"]))  # braces that are literal
        reading.repeatable = True
        return True
    if not reading.repeatable:
        return False
    counts = [int(count.lstrip("0") or 0) for count in (minimum, maximum) if count and len(count.lstrip("0")) <= 5]
    if len(counts) < bool(minimum) + bool(maximum) or counts != sorted(counts) or max(counts, default=0) > _MAX_COUNT:
        return False
    group.add(group.last * (max(counts, default=2) if group.last > 8 else 1))
    reading.repeatable = False
    fixed = bool(minimum) and not token["comma"]
    return fixed or not group.behind


def _end_of_set(text: str, at: int) -> int:
    """Where a set in brackets ends; 0 where it does not, or holds what it may not."""
    begin = at - 2 if text[at - 1] == "^" else at - 1
    if begin + 1 == at and _is_posix(text, begin):
        return 0
    first, low, hyphen = True, -1, False
    while at < len(text):
        if text[at] == "]" and not first:
            return at + 1
        member = _MEMBER.match(text, at)
        if not member or (member["posix"] and member["posix"] not in _POSIX):
            return 0
        if member["odd"] and _is_posix(text, at):
            return 0
        at = at + 1 if member["odd"] else member.end()
        first = False
        codes = _codes(member)
        if hyphen and (not codes or codes[0] < low):
            return 0
        low, hyphen, ranged = (codes[-1] if codes else -2), False, hyphen
        if ranged and len(codes) == 1:
            low = -1
        if low != -1 and text[at : at + 1] == "-" and text[at + 1 : at + 2] not in {"]", ""}:
            if low == -2:
                return 0
            hyphen, at = True, at + 1
    return 0


def _codes(member: re.Match[str]) -> list[int]:
    """The bytes that a member of a set stands for, none for a whole class of them."""
    if member["type"] or member["posix"]:
        return []
    if member["quoted"] is not None:
        return [ord(c) for c in member["quoted"]] or [0]
    if member["odd"] or member["plain"]:
        return [ord((member["odd"] or member["plain"])[0])]
    if member["octal"]:
        return [int(member["octal"], 8)]
    byte = member["byte"]
    if byte[0] in "xo" and len(byte) > 1:
        return [int(byte[1:].strip("{}"), 16 if byte[0] == "x" else 8)]
    if byte[0] == "c" and len(byte) > 1:
        return [ord(byte[1].upper()) ^ 64]
    return [_LETTERS.get(byte, ord(byte))]


def _is_posix(text: str, at: int) -> bool:
    """Whether [: [. or [= begins what ends in the same sign and ] (check_posix_syntax() of PCRE2)."""
    sign = text[at + 1 : at + 2]
    if not sign or sign not in ":.=":
        return False
    return (
        re.compile(
            rf"(?:\\[\]\\]|(?!\[{re.escape(sign)})[^\]{re.escape(sign)}]|{re.escape(sign)}(?!\]))*{re.escape(sign)}\]"
        ).match(text, at + 2)
        is not None
    )


@dataclass(frozen=True)
class LogPattern(Kind):
    """A regular expression for lines to keep, or to leave out where ~ stands before it (LogFilterPatterns=)."""

    def check(self, value: str) -> str:
        pattern = value.removeprefix("~")
        if not pattern:
            raise ValueError("There is no pattern behind the ~. Write one, for example ~debug.")
        if not is_pattern(pattern):
            raise ValueError(
                f"“{quoted(pattern)}” is not a regular expression that can be told to work. Close every bracket, put a backslash before signs that are meant literally, for example ^(GET|POST) /."
            )
        return value

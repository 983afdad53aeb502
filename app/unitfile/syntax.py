"""Unit files as lines, cut as systemd cuts them: line ends, comments, continuation, sections, assignments.

Sources: read_line_full() in src/basic/fileio.c, config_parse() and parse_line() in src/shared/conf-parser.c, the same in
systemd 247 to 262.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.values.kind import is_character

COMMENT, SECTION, ASSIGNMENT, OTHER, REST = "comment", "section", "assignment", "other", "rest"

MAX_LINE_LENGTH = 1024 * 1024
"""Bytes that systemd refuses a line at, and a line joined of several above (LONG_LINE_MAX)."""

MAX_LINES = 3_000
"""Lines of a file that are read one by one; the longest unit of a distribution has some hundred."""

_END = re.compile(rb"(?:\r\n|\n\r|\r|\n)\0?|\0")
_BLANKS = b" \t\r\n"
_MARK = "\ufeff".encode()
_HEADER = re.compile("\\[[^\x00-\x1f\x7f\"'\\\\*?[]+\\]")

PATH_LINE = re.compile(
    r"# (/[^\r\n]+\.(?:service|timer|socket|path|conf|mount|automount|swap|target|device|slice|scope))", re.ASCII
)
"""The comment with its path that `systemctl cat` prints above each file."""

NOT_UTF8 = "The line is not UTF-8, and systemd refuses the whole file for it."
TOO_LONG = "The line is longer than 1 MiB, and systemd refuses the whole file for it."
BAD_HEADER = "A line that begins with [ is the header of a section, such as [Service]; this is none, and systemd refuses the whole file for it."
TOO_MANY_LINES = f"A unit file of more than {MAX_LINES} lines is not read to its end here."


class SyntaxLine(NamedTuple):
    """A line as systemd reads it. Continuation lines are joined, and surrounding whitespace is removed."""

    number: int
    """The number of the first line of the file that belongs to it."""
    kind: str
    """COMMENT, SECTION, ASSIGNMENT, OTHER (systemd skips it with a warning) or REST (everything that was not read)."""
    text: str
    """The whole line. A byte that is not UTF-8 becomes a lone surrogate."""
    key: str = ""
    """The name of the section, or of the directive."""
    value: str = ""
    """The value of an assignment."""
    fault: str = ""
    """The reason why systemd refuses the file because of this line, as a sentence, or ""."""


def read_lines(data: bytes) -> Iterator[SyntaxLine]:
    """The lines of a unit file that say something: all but blank ones."""
    held = _PendingLine()
    for number, begin, end in _physical(data):
        if number > MAX_LINES:
            yield from _rest(data, held.begin if held.parts else begin, held.number if held.parts else number)
            return
        raw = data[begin:end]
        if raw.lstrip(_BLANKS)[:1] in (b"#", b";"):
            yield SyntaxLine(number, COMMENT, _decoded(raw))
        elif held.takes(raw, number, begin):
            yield from held.release()
    yield from held.release()


def _physical(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, begin and end of each line, with systemd's line ends."""
    number, begin = 0, 0
    for number, end in enumerate(_END.finditer(data), 1):
        yield number, begin, end.start()
        begin = end.end()
    if begin < len(data):
        yield number + 1, begin, len(data)


def _rest(data: bytes, begin: int, number: int) -> Iterator[SyntaxLine]:
    text = _decoded(data[begin:].strip(_BLANKS + b"\0"))
    if text:
        yield SyntaxLine(number, REST, text, fault=TOO_MANY_LINES)


class _PendingLine:
    """The lines that are joined to one, until it ends."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.number = self.begin = self.size = 0
        self.mark_seen = False
        self.fault = ""

    def takes(self, raw: bytes, number: int, begin: int) -> bool:
        """Add a line; whether the joined one ends with it."""
        if not self.parts:
            self.number, self.begin = number, begin
        if not self.mark_seen and raw.startswith(_MARK):
            raw, self.mark_seen = raw.removeprefix(_MARK), True
        self.size += len(raw)
        if len(raw) >= MAX_LINE_LENGTH or self.size > MAX_LINE_LENGTH:
            self.fault = TOO_LONG
        goes_on = (len(raw) - len(raw.rstrip(b"\\"))) % 2 == 1
        self.parts.append(raw[:-1] + b" " if goes_on else raw)
        return not goes_on

    def release(self) -> Iterator[SyntaxLine]:
        """The joined line, if it says something."""
        text, number, fault = _decoded(b"".join(self.parts)), self.number, self.fault
        self.parts, self.size, self.fault = [], 0, ""
        if text:
            yield parse_line(text, number, fault)


def parse_line(text: str, number: int = 1, fault: str = "") -> SyntaxLine:
    """A joined line that is no comment."""
    fault = fault or ("" if _is_utf8(text) else NOT_UTF8)
    if text.startswith(("#", ";")):  # behind a byte order mark; systemd takes it for an assignment and skips it
        return SyntaxLine(number, COMMENT, text, fault=fault)
    if text.startswith("["):
        if _HEADER.fullmatch(text):
            return SyntaxLine(number, SECTION, text, text[1:-1], fault=fault)
        return SyntaxLine(number, OTHER, text, fault=fault or BAD_HEADER)
    key, equals, value = text.partition("=")
    if not equals or not key:
        return SyntaxLine(number, OTHER, text, fault=fault)
    return SyntaxLine(number, ASSIGNMENT, text, key.strip(" \t\r\n"), value.strip(" \t\r\n"), fault)


def _decoded(raw: bytes) -> str:
    return raw.strip(_BLANKS).decode(errors="surrogateescape")


def _is_utf8(text: str) -> bool:
    """Whether systemd takes it for UTF-8, which must hold characters alone (utf8_is_valid())."""
    return text.isascii() or all(is_character(ord(character)) for character in text if not character.isprintable())

"""Where the lines stand that no field holds: over which line, in which section, and as what they are written out."""

import re
from dataclasses import replace
from typing import NamedTuple

from app.catalogue import Directive
from app.unitfile.preserved import HEADER, PreservedLine
from app.unitfile.syntax import ASSIGNMENT, REST, SECTION, SyntaxLine
from app.values import Assignments, ExecCommand, Kind, Text


class SectionLine(NamedTuple):
    """A line with its section."""

    line: SyntaxLine
    section: str
    """The name of the section, or "" above the first header."""
    row: Directive | None = None
    """The catalogue row of the directive, or None if the line is anything else."""
    unseen: str = ""
    """The reason why systemd does not read as far as the line, as a sentence, or ""."""


class LinePositions:
    """Where kept lines stand: over which line, in which section."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.section: str | None = None
        self.kept: list[PreservedLine] = []
        self.waiting: list[PreservedLine] = []
        self.counts: dict[str, int] = {}

    def put(self, name: str, *, counts: bool) -> None:
        """A line of a directive: what waited stands above it."""
        self._release(name, self.counts.get(name, 0))
        self.counts[name] = self.counts.get(name, 0) + counts

    def keep(self, item: SectionLine, *, unread: bool) -> None:
        """A line that no field holds."""
        if item.line.kind == SECTION:
            self._enter(item.section)
            return
        self.waiting.append(PreservedLine(_text(item), self.file, item.section, line=item.line.number, unread=unread))
        if item.row:
            self._release(item.row.name, self.counts.get(item.row.name, 0))

    def _enter(self, section: str) -> None:
        """A header: comments that stand right above it are about it, all before them belongs to the section that ends."""
        split = max((at for at, each in enumerate(self.waiting, 1) if not each.is_comment), default=0)
        above = self.waiting[split:]
        self.waiting = self.waiting[:split]
        self._release("", 0)
        is_head = self.section is None
        self.section = section
        self.waiting = above
        self._release("" if is_head else HEADER, 0, "" if is_head else section)

    def end(self) -> None:
        """The end of the file."""
        self._release("", 0)

    def _release(self, above: str, at: int, section: str | None = None) -> None:
        for each in self.waiting:
            home = each.section if section is None else section
            self.kept.append(replace(each, section=home, above=above, at=at))
        self.waiting = []


def _text(item: SectionLine) -> str:
    """A kept line as it is written out: one line, without tabs."""
    line = item.line
    if line.kind == ASSIGNMENT and not line.fault:
        value = without_tabs(line.value, item.row.kind) if item.row else line.value.replace("\t", " ")
        return f"{line.key}={value}"
    return line.text if line.kind == REST else line.text.expandtabs()


_C_ESCAPED = (ExecCommand, Assignments)
"""The kinds of which systemd decodes \\t."""

_PIECES = re.compile(r"\\.|.", re.DOTALL)


def without_tabs(value: str, kind: Kind) -> str:
    """A value with blanks in place of tabs that part words, and escapes in place of those in quotes."""
    if "\t" not in value:
        return value
    if isinstance(kind, Text):
        return value.replace("\t", " ")
    inside = "\\t" if isinstance(kind, _C_ESCAPED) else "\t"
    out: list[str] = []
    quote = ""
    for piece in _PIECES.findall(value):
        if piece in ("'", '"') and quote in ("", piece):
            quote = "" if quote else piece
        out.append((inside if quote else " ") if piece == "\t" else piece)
    return "".join(out)

"""Kept lines: what an imported file holds and no field does, each with its place.

They travel in one posted field and are judged anew whenever they come in; one is written out only where it is a single line
that says in the file what it said before.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from app import catalogue
from app.catalogue import Directive
from app.catalogue.foreign import FOREIGN
from app.unitfile.syntax import ASSIGNMENT, COMMENT, OTHER, PATH_LINE, SECTION, SyntaxLine, read_lines
from app.values import quoted, refuse_hidden_characters
from app.values.kind import FORBIDDEN_CATEGORIES, is_character

HEADER = "["
"""The place above the header of a section."""

MAX_CARRIED = 32 * 1024
"""Bytes of kept lines that a form carries along."""

MAX_PARTS = 2_000
"""Kept lines that a form carries along."""

MAX_REFUSED = 50
"""Values that are looked at in vain; saying what is wrong with one can take a hundredth of a second."""


@dataclass(frozen=True)
class PreservedLine:
    """A line of an imported file that no field can hold."""

    text: str
    """The line itself."""
    file: str = "service"
    """The suffix of the file that contains the line."""
    section: str = ""
    """The name of the section, or "" above the first header."""
    above: str = ""
    """The directive whose line comes below this one.

    For a refused value this is the line's own directive, after the values before it. HEADER means that the line comes
    above the section's header, and "" that the line comes at the end of the section.
    """
    at: int = 0
    """The index of the value of that directive that comes below this line."""
    line: int = field(default=0, compare=False)
    """The line's number in the imported text, or 0 if it is unknown."""
    unread: bool = False
    """Whether the line was not examined because the file is too long."""

    @cached_property
    def parsed(self) -> SyntaxLine:
        """The line as systemd would take it."""
        lines = list(read_lines(_bytes(self.text)))
        return lines[0] if len(lines) == 1 else SyntaxLine(1, OTHER, self.text)

    @cached_property
    def row(self) -> Directive | None:
        """The directive that it is, None for all that is none in its place."""
        line = self.parsed
        return catalogue.row_of(self.file, self.section, line.key) if line.kind == ASSIGNMENT else None

    @property
    def is_comment(self) -> bool:
        """Whether it is a comment."""
        return self.text.startswith(("#", ";"))

    @cached_property
    def defect(self) -> str:
        """Why it cannot be written out, as a sentence; "" where it can."""
        return TOO_MUCH if self.unread else _defect(self)

    @cached_property
    def is_unvalidated(self) -> bool:
        """Whether systemd may act on it, and nothing here judges what it does."""
        section, key = self.section, self.parsed.key
        is_read = section in catalogue.SECTIONS_OF[self.file] and key in FOREIGN.get(section, ())
        return self.parsed.kind == ASSIGNMENT and (self.row is not None or is_read)

    @cached_property
    def why(self) -> str:
        """Why no field holds it, as a sentence."""
        return TOO_MUCH if self.unread else _why(self)


def _defect(preserved: PreservedLine) -> str:
    try:
        _refuse_hidden_comment(preserved.text) if preserved.is_comment else refuse_hidden_characters(preserved.text)
    except ValueError as error:
        return str(error)
    if preserved.above == HEADER and PATH_LINE.fullmatch(preserved.text):
        return "Below an empty line it would be read as what systemctl cat prints above a file."
    return "" if _comes_back(preserved) else preserved.parsed.fault or "It would not be read as the same line again."


def _refuse_hidden_comment(text: str) -> None:
    """ValueError for characters that nobody may use; a backslash at the end of a comment joins nothing."""
    for character in text if not text.isprintable() or "\ufffd" in text else "":
        if (
            unicodedata.category(character) in FORBIDDEN_CATEGORIES
            or character == "\ufffd"
            or not is_character(ord(character))
        ):
            raise ValueError(
                f"The character U+{ord(character):04X} cannot stand in a unit file: it would end the line or not be seen."
            )


def _comes_back(preserved: PreservedLine) -> bool:
    """Whether the line, written between the headers of its section and another, is read as that line alone."""
    headers = [f"[{preserved.section}]"] if preserved.section else []
    lines = list(read_lines(_bytes("\n".join([*headers, preserved.text, "[X-End]", ""]))))
    alone = preserved.parsed
    expected = [(SECTION, preserved.section)] * len(headers) + [(alone.kind, alone.key), (SECTION, "X-End")]
    whole = [(line.kind, line.key) for line in lines] == expected and not any(line.fault for line in lines)
    return whole and alone.kind in (COMMENT, ASSIGNMENT, OTHER) and lines[len(headers)].text == preserved.text


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogateescape" if _has_bytes(text) else "surrogatepass")


def _has_bytes(text: str) -> bool:
    """Whether all lone surrogates in it stand for bytes."""
    return all("\udc80" <= c <= "\udcff" for c in text if "\ud800" <= c <= "\udfff")


def _why(preserved: PreservedLine) -> str:
    line = preserved.parsed
    if preserved.is_comment:
        return "A comment."
    if line.fault:
        return line.fault
    if line.kind != ASSIGNMENT:
        return "It is no assignment, comment or section; systemd skips it."
    return _why_not(preserved.row, line.value) if preserved.row else _why_unknown(preserved, line.key)


def _why_not(row: Directive, value: str) -> str:
    """What is wrong with the value of a directive."""
    try:
        row.kind.normalise(value)
    except ValueError as error:
        return str(error)
    return ""


TOO_MUCH = "There is more in this file than can be looked at here, so the line is left out."


def _why_unknown(preserved: PreservedLine, key: str) -> str:
    sections = catalogue.SECTIONS_OF[preserved.file]
    if not preserved.section:
        return "It stands before any section, and systemd ignores it there."
    if preserved.section.startswith("X-") or key.startswith("X-"):
        return "systemd leaves what begins with X- to other programs."
    if preserved.section not in sections:
        return (
            f"A .{preserved.file} file has no section [{quoted(preserved.section)}]; systemd ignores what stands in it."
        )
    if preserved.is_unvalidated:
        return f"systemd reads {quoted(key)}= here, and no field holds it yet."
    home = next((s for s in sections if catalogue.row_of(preserved.file, s, key)), "")
    where = f"It belongs in [{home}]" if home else "No systemd knows it"
    return f"{where}; in [{preserved.section}] systemd ignores it."


def dump(preserved: Iterable[PreservedLine]) -> str:
    """Kept lines as the text of a posted field; those that do not fit are counted in a comment in their place."""
    carried: list[list[Any]] = []
    room, left = MAX_CARRIED, 0
    for each in preserved:
        row = [each.text, each.file, each.section, each.above, each.at, each.line]
        size = len(json.dumps(row))
        fits = size <= room and len(carried) < MAX_PARTS and not each.unread
        carried, room, left = ([*carried, row], room - size, left) if fits and not left else (carried, room, left + 1)
    if left:
        carried.append(
            [f"# {left} more lines of the imported file did not fit into the form.", "service", "", "", 0, 0]
        )
    return json.dumps(carried) if carried else ""


def load(text: str) -> tuple[PreservedLine, ...]:
    """The kept lines of a posted field; ValueError for what dump() does not make of a file that was imported."""
    try:
        preserved = tuple(_part(*row) for row in json.loads(text))
    except (ValueError, TypeError, RecursionError):
        raise ValueError(_BROKEN) from None
    if len(preserved) > MAX_PARTS + 1 or not all(_is_placed(each) for each in preserved):
        raise ValueError(_BROKEN)
    if sum(bool(each.row) for each in preserved) > MAX_REFUSED:
        raise ValueError(_BROKEN)
    for each in preserved:
        _refuse_accepted(each)
    return preserved


_BROKEN = "The lines kept from the import were changed on their way and cannot be read. Import the file again."


def _part(text: object, file: object, section: object, above: object, at: object, line: object) -> PreservedLine:
    """One row of the field; ValueError if it is none."""
    words, numbers = (text, file, section, above), (at, line)
    if not all(isinstance(word, str) for word in words) or not all(type(n) is int and 0 <= n < 10**9 for n in numbers):
        raise ValueError
    return PreservedLine(str(text), str(file), str(section), str(above), int(str(at)), int(str(line)))


def _is_placed(preserved: PreservedLine) -> bool:
    """Whether a line names a place that a file can have."""
    is_file = preserved.file in catalogue.FILES
    return is_file and (preserved.above in ("", HEADER) or catalogue.is_known(preserved.above))


def _refuse_accepted(preserved: PreservedLine) -> None:
    """ValueError for a line that a field would take: kept, it would pass by the form."""
    row = preserved.row
    if row is None:
        return
    value = preserved.parsed.value
    try:
        row.kind.normalise(value)
    except ValueError:
        return
    raise ValueError(
        f"{quoted(preserved.text)} is among the lines kept from the import, and its field takes it. Set it there."
    )


class PreservedLineView(NamedTuple):
    """A preserved line as a page shows it."""

    line: int
    """The line's number in the imported text, or 0 if it is unknown."""
    place: str
    """The section with its brackets, or "" above the first header."""
    text: str
    """The line, shortened and with escapes for hidden characters."""
    why: str
    """The reason why no field can hold the line, as a sentence."""
    defect: str
    """The reason why the line cannot be written to the unit, as a sentence, or ""."""


def describe(preserved: Iterable[PreservedLine]) -> Iterator[PreservedLineView]:
    """What a person is told of kept lines, those that are left out first."""
    for each in sorted(preserved, key=lambda each: not each.defect):
        place = f"[{quoted(each.section)}]" if each.section else ""
        yield PreservedLineView(each.line, place, quoted_line(each.text), each.why, each.defect)


def reason(preserved: PreservedLine) -> str:
    """Why no field holds a line, and why it is left out, if it is."""
    return f"{preserved.defect} It is left out." if preserved.defect else preserved.why


def printable(text: str) -> str:
    """A line whose bytes that are no UTF-8 are escapes."""
    return text.encode(errors="backslashreplace").decode()


def quoted_line(text: str) -> str:
    """A line as a page shows it: not longer than a person reads, hidden characters by their escapes."""
    cut = text[:MAX_SHOWN_LENGTH]
    visible = cut if cut.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in cut)
    return visible if len(text) <= MAX_SHOWN_LENGTH else f"{visible}…"


MAX_SHOWN_LENGTH = 300
"""Characters of a kept line that a page shows."""

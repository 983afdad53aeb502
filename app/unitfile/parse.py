"""Unit files as given: text -> a Reading: (UnitFile, what could not be used).

    reading = parse_files([Source("myapp.service", data)], target=LATEST)      # data: bytes, as they lay on the disk
    reading.unit         the UnitFile, its kept lines in unit.kept; render.files(unit) writes both
    reading.kept         the same kept lines: comments, lines that no field takes; each has text, line, file, section, .flaw
    reading.left_out     those of them that cannot be written out: with one of them the copy is not whole
    reading.superseded   lines that later ones put out of force; systemd reads the unit the same without them
    reading.said         sentences on the whole: why systemd refuses the file, what was not read, how the unit came by its name
    reading.texts        the text of every file of the unit by its name; reading.text, that of the first
    reading.lines        by directive the number of its last line
    reading.is_plain     whether every line is one that the form takes, so that a link carries all of it

A source is a unit file, a drop-in (`x.conf`, or a path that ends in `NAME.service.d/x.conf`), or what `systemctl cat` prints: files
and drop-ins each below a comment with its path. Nothing raises: whatever could be read is in the unit.

What systemd makes of a repeated line is what the unit has: the last value of a directive that is given once, the values
behind the last empty line of a list (`unit.resets` names it), the lines of drop-ins behind those of the file.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from app import catalogue
from app.catalogue import Directive
from app.catalogue.limits import MAX_PRESERVED_CHARACTERS
from app.catalogue.versions import LATEST, Target
from app.unitfile import render
from app.unitfile.model import Assignment, UnitFile
from app.unitfile.positions import LinePositions, SectionLine, without_tabs
from app.unitfile.preserved import MAX_REFUSED, PreservedLine, PreservedLineView, quoted_line
from app.unitfile.sources import MAX_SOURCE_BYTES, MAX_SOURCE_FILES, Source, SourcePart, choose, named, split
from app.unitfile.syntax import ASSIGNMENT, COMMENT, REST, SECTION, read_lines

MAX_SUPERSEDED = 500
"""Lines that one directive may have."""

MAX_REMARKS = 10
"""Lines for which systemd refuses a file that are named; all are among the kept lines."""


CLEARED = "An empty value takes back what was set before; systemd’s default holds."


class SupersededLine(NamedTuple):
    """A line that is not in force."""

    line: int
    """The line's number in the imported text."""
    text: str
    """The line itself."""
    why: str
    """The reason, as a sentence."""


@dataclass(frozen=True)
class ParsedUnit:
    """The result of an import."""

    unit: UnitFile
    superseded: tuple[SupersededLine, ...] = ()
    """The lines that are not in force."""
    remarks: tuple[str, ...] = ()
    """Sentences about the import for the person."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line number of each directive. A directive with several lines has the number of the last."""

    @property
    def preserved(self) -> tuple[PreservedLine, ...]:
        """The lines that no field holds."""
        return self.unit.preserved

    @property
    def left_out(self) -> tuple[PreservedLine, ...]:
        """The kept lines that cannot be written out."""
        return render.left_out(self.unit)

    @property
    def is_plain(self) -> bool:
        """Whether every line is one that the form takes."""
        return not self.preserved

    @property
    def is_empty(self) -> bool:
        """Whether there was no line at all."""
        return not (self.unit.assignments or self.unit.resets or self.preserved or self.superseded)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The text of every file of the unit by its name."""
        return render.files(self.unit)

    @property
    def text(self) -> str:
        """The text of the first file."""
        return next(iter(self.texts.values()))


def parse_files(sources: Iterable[Source], *, name: str = "", target: Target = LATEST) -> ParsedUnit:
    """Read unit files and drop-ins. name: what the unit is called, "" to read it off the files."""
    parts = list(islice((part for source in sources for part in split(source)), MAX_SOURCE_FILES + 1))
    stem, chosen, said = choose(parts[:MAX_SOURCE_FILES])
    if len(parts) > MAX_SOURCE_FILES:
        said.append(f"These are more than {MAX_SOURCE_FILES} files; those behind were not read.")
    unit_name, about_name = named(name or stem)
    told = [*said, *about_name]
    reader = _Reader(target.version)
    for suffix, files in chosen.items():
        reader.read(suffix, files)
    unit = UnitFile(
        unit_name,
        target,
        assignments=tuple(reader.assignments),
        resets=tuple(reader.resets),
        preserved=tuple(reader.kept),
    )
    superseded = tuple(sorted(reader.superseded, key=lambda each: each.line))
    return ParsedUnit(render.settled(unit), superseded, tuple(dict.fromkeys([*told, *reader.said])), reader.lines)


def read_back(unit: UnitFile) -> ParsedUnit:
    """What systemd reads in the files of a unit with preserved lines: one of them may take back what a field sets.

    Preserved lines that are not written out stay preserved. Own directories stay a parameter of the tool.
    """
    bare = replace(unit, own=())
    reader = _Reader(unit.target.version)
    for file, text in render.files(bare).items():
        suffix = file.rpartition(".")[2]
        reader.read(suffix, [SourcePart(unit.name, suffix, False, Source(file, text.encode(errors="surrogateescape")))])
    unwritten = (line for line in unit.preserved if line.defect or line.file not in bare.suffixes)
    read = replace(
        unit,
        assignments=tuple(reader.assignments),
        resets=tuple(reader.resets),
        preserved=(*reader.kept, *unwritten),
    )
    return ParsedUnit(render.settled(read), tuple(reader.superseded), tuple(reader.said), reader.lines)


def describe_superseded(superseded: Iterable[SupersededLine]) -> Iterator[PreservedLineView]:
    """What a person is told of the lines that are out of force."""
    return (PreservedLineView(each.line, "", quoted_line(each.text), each.why, "") for each in superseded)


@dataclass
class _Reader:
    """A reader that sorts the lines of a unit's files."""

    version: int
    """The systemd version that reads the files."""
    assignments: list[Assignment] = field(default_factory=list)
    """The accepted lines."""
    resets: dict[str, None] = field(default_factory=dict)
    """The names of the directives whose lists are emptied first. The values are unused."""
    kept: list[PreservedLine] = field(default_factory=list)
    """The lines that no field can hold."""
    superseded: list[SupersededLine] = field(default_factory=list)
    """The lines that are not in force."""
    said: list[str] = field(default_factory=list)
    """Sentences about the files for the person."""
    room: int = MAX_SOURCE_BYTES
    """The number of characters of further values that can be accepted."""
    preserved: int = 0
    """The number of characters of all preserved lines."""
    refused: int = 0
    """The number of values that were examined and refused."""
    unread: set[int] = field(default_factory=set)
    """The positions of the lines of the current file that were not examined."""
    lines: dict[str, int] = field(default_factory=dict)
    """The number of the last line of each directive."""
    counts: Counter[str] = field(default_factory=Counter)
    """The number of examined values of each directive."""

    def read(self, file: str, parts: Iterable[SourcePart]) -> None:
        """Read one file with its drop-ins."""
        items = [item for part in parts for item in _items(file, part)]
        self.said.extend(_faults(items))
        self.unread = {at for at, item in enumerate(items) if item.line.kind == REST}
        judged = self._judge(items)
        place = LinePositions(file)
        for at, item in enumerate(items):
            verdict = judged.get(at)
            if item.unseen:
                self.superseded.append(SupersededLine(item.line.number, item.line.text, item.unseen))
            elif isinstance(verdict, SupersededLine):
                self.superseded.append(verdict)
            elif isinstance(verdict, str) and item.row:
                place.put(item.row.name, counts=bool(verdict))
                self.lines[item.row.name] = item.line.number
                if verdict:
                    self.assignments.append(Assignment(item.row.name, verdict))
            else:
                self.preserved += len(item.line.text)
                place.keep(item, unread=at in self.unread or self.preserved > MAX_PRESERVED_CHARACTERS)
        place.end()
        self.kept.extend(place.kept)

    def _judge(self, items: list[SectionLine]) -> dict[int, str | SupersededLine]:
        """By number of the line its value, "" for one that empties a list, or why it is out of force; no word on those to keep."""
        found = self._judge_together(items)
        by_list: dict[str, list[int]] = {}
        for at, item in enumerate(items):
            if item.row and at not in found:
                by_list.setdefault(_setting(item.row), []).append(at)
        for numbers in by_list.values():
            self._judge_list(items, numbers, found)
        return found

    def _judge_together(self, items: list[SectionLine]) -> dict[int, str | SupersededLine]:
        """Of directives that are given once and read one another an empty value takes back all that stand before it."""
        rows = {at: row for at, item in enumerate(items) if (row := item.row) and row.together and not row.repeats}
        last = {row.together: at for at, row in rows.items() if self._takes_back(items[at])}
        return {
            at: SupersededLine(items[at].line.number, items[at].line.text, CLEARED)
            for at, row in rows.items()
            if at <= last.get(row.together, -1)
        }

    def _judge_list(self, items: list[SectionLine], numbers: list[int], found: dict[int, str | SupersededLine]) -> None:
        row = items[numbers[0]].row
        if row and row.repeats:
            for at in _in_force(items, numbers, found):
                self._judge_line(items[at], at, found)
        else:
            self._judge_scalar(items, numbers, found)
        for at in numbers:
            each = items[at].row
            if each and found.get(at) == "":
                self.resets[each.name] = None

    def _judge_scalar(
        self, items: list[SectionLine], numbers: list[int], found: dict[int, str | SupersededLine]
    ) -> None:
        """Of a directive that is given once the last sound value counts, or the empty one that takes it back."""
        last = 0
        for at in reversed(numbers):
            line = items[at].line
            if self._takes_back(items[at]):
                found[at] = SupersededLine(line.number, line.text, _again(last) or CLEARED)
            elif not self._judge_line(items[at], at, found):
                continue
            elif last:
                found[at] = SupersededLine(line.number, line.text, _again(last))
            last = last or line.number

    def _takes_back(self, item: SectionLine) -> bool:
        return not item.line.value and item.row is not None and catalogue.clears(item.row, self.version)

    def _judge_line(self, item: SectionLine, at: int, found: dict[int, str | SupersededLine]) -> bool:
        """Whether a value is one that its directive takes."""
        size = len(item.line.text) + 2
        if item.row is None or item.line.fault:
            return False
        self.counts[item.row.name] += 1
        if size > self.room or self.refused >= MAX_REFUSED or self.counts[item.row.name] > MAX_SUPERSEDED:
            self.unread.add(at)
            return False
        try:
            found[at] = item.row.kind.normalise(without_tabs(item.line.value, item.row.kind))
        except ValueError:
            self.refused += 1
            return False
        self.room -= size
        return True


def _again(last: int) -> str:
    """Why a line is out of force where that with this number stands behind it; "" for none."""
    return f"Line {last} sets it again, and systemd takes the last." if last else ""


def _setting(row: Directive) -> str:
    """What a directive sets: lists that are emptied together are one, and so is what two sections have by one name."""
    return (row.may_reset and row.together) or (row.name if row.repeats else row.name.removeprefix(_IN_SERVICE))


_IN_SERVICE = "Service."


def _faults(items: Iterable[SectionLine]) -> Iterator[str]:
    """Why systemd refuses the file."""
    faulty = [item.line for item in items if item.line.fault]
    yield from (f"Line {line.number}: {line.fault}" for line in faulty[:MAX_REMARKS])
    if len(faulty) > MAX_REMARKS:
        yield f"So it is with {len(faulty) - MAX_REMARKS} lines more."


def _items(file: str, part: SourcePart) -> Iterator[SectionLine]:
    """The lines of one file, each with its section. A drop-in that systemd refuses counts up to the line it refuses it for."""
    section, unseen = "", ""
    for each in read_lines(part.source.data):
        line = each._replace(number=each.number + part.source.first - 1)
        if line.kind == SECTION:
            section = line.key
        row = catalogue.row_of(file, section, line.key) if line.kind == ASSIGNMENT and not unseen else None
        yield SectionLine(line, section, row, unseen if line.kind != COMMENT else "")
        if line.fault and part.is_drop_in and not unseen:
            unseen = f"systemd reads the drop-in no further than line {line.number}."


def _in_force(items: list[SectionLine], numbers: list[int], found: dict[int, str | SupersededLine]) -> list[int]:
    """Of the lines of a list those behind the last that empties it."""
    rows = {at: row for at in numbers if (row := items[at].row)}
    empty = {at for at in numbers if not items[at].line.value}
    resetting = [at for at in numbers if at in empty and rows[at].may_reset]
    last = resetting[-1] if resetting else -1
    kept_resets = {rows[at].name: at for at in resetting}.values()
    for at in numbers:
        line = items[at].line
        if at in kept_resets:
            found[at] = ""
        elif at < last:
            found[at] = SupersededLine(line.number, line.text, f"Line {items[last].line.number} empties the list.")
        elif at in empty:
            found[at] = SupersededLine(line.number, line.text, "An empty line changes nothing here.")
    return [at for at in numbers if at > last and at not in found]

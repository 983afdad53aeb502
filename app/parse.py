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

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from app import catalogue, render
from app.catalogue import Directive
from app.kept import HEADER, MOST_REFUSED, Kept, Told, shown_line
from app.syntax import ASSIGNMENT, COMMENT, PATH_LINE, REST, SECTION, Line, read_lines
from app.unitfile import Assignment, UnitFile
from app.values import Assignments, Command, Kind, Text, service_name, shown
from app.versions import LATEST, Target

UNNAMED = "imported"
"""The name of a unit that came without one."""

MOST_BYTES = 64 * 1024
"""Bytes of values that are read into fields: what a form may have."""

MOST_LINES = 500
"""Lines that one directive may have."""

MOST_FILES = 50
"""Files and drop-ins of one import."""

MOST_SAID = 10
"""Lines for which systemd refuses a file that are named; all are among the kept lines."""


class Source(NamedTuple):
    """A file as given: its name, with or without a path, "" where it has none, and its bytes. first: the number of its first line."""

    name: str
    data: bytes
    first: int = 1


TAKEN_BACK = "An empty value takes back what was set before; systemd’s default holds."


class Superseded(NamedTuple):
    """A line that is out of force, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True)
class Reading:
    """What files came to. lines: by directive the number of the line that sets it, of the last where there are several."""

    unit: UnitFile
    superseded: tuple[Superseded, ...] = ()
    said: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> tuple[Kept, ...]:
        """The lines that no field holds."""
        return self.unit.kept

    @property
    def left_out(self) -> tuple[Kept, ...]:
        """The kept lines that cannot be written out."""
        return render.left_out(self.unit)

    @property
    def is_plain(self) -> bool:
        """Whether every line is one that the form takes."""
        return not self.kept

    @property
    def is_nothing(self) -> bool:
        """Whether there was no line at all."""
        return not (self.unit.assignments or self.unit.resets or self.kept or self.superseded)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The text of every file of the unit by its name."""
        return render.files(self.unit)

    @property
    def text(self) -> str:
        """The text of the first file."""
        return next(iter(self.texts.values()))


def parse_files(sources: Iterable[Source], *, name: str = "", target: Target = LATEST) -> Reading:
    """Read unit files and drop-ins. name: what the unit is called, "" to read it off the files."""
    parts = list(islice((part for source in sources for part in _split(source)), MOST_FILES + 1))
    stem, chosen, said = _choose(parts[:MOST_FILES])
    if len(parts) > MOST_FILES:
        said.append(f"These are more than {MOST_FILES} files; those behind were not read.")
    unit_name, about_name = _named(name or stem)
    told = [*said, *about_name]
    reader = _Reader(target.version)
    for suffix, files in chosen.items():
        reader.read(suffix, files)
    unit = UnitFile(
        unit_name, target, assignments=tuple(reader.assignments), resets=tuple(reader.resets), kept=tuple(reader.kept)
    )
    superseded = tuple(sorted(reader.superseded, key=lambda each: each.line))
    return Reading(render.settled(unit), superseded, tuple(dict.fromkeys([*told, *reader.said])), reader.lines)


def tell_superseded(reading: Reading) -> Iterator[Told]:
    """What a person is told of the lines that are out of force."""
    return (Told(each.line, "", shown_line(each.text), each.why, "") for each in reading.superseded)


# --- which files there are ---------------------------------------------------------------------------

_SUFFIXES = "|".join(catalogue.FILES)
_PATH_LINE = re.compile(rb"(?:^|(?<=\n\n)|(?<=\r\n\r\n))" + PATH_LINE.pattern.encode() + rb"\r?\n")
_UNIT_NAME = re.compile(rf"(?:.*/)?([^/]+)\.({_SUFFIXES})")
_DROP_IN = re.compile(rf"(?:.*/)?(?:([^/]*)\.)?({_SUFFIXES})\.d/[^/]+\.conf")

OTHER_KINDS = {
    "container": "a Quadlet file, of which Podman makes a service",
    "volume": "a Quadlet file, which Podman reads",
    "pod": "a Quadlet file, which Podman reads",
    "kube": "a Quadlet file, which Podman reads",
    "network": "a file of systemd-networkd, or of Quadlet",
    "netdev": "a file of systemd-networkd",
    "link": "a file of systemd-udevd",
    "nspawn": "a file of systemd-nspawn",
    "mount": "a mount unit",
    "automount": "an automount unit",
    "swap": "a swap unit",
    "target": "a target",
    "slice": "a slice",
    "scope": "a scope",
    "device": "a device unit",
}
"""Files that look like a unit's and are none of those that are read here, by their suffix."""

_OWN_SECTIONS = {sections[1]: suffix for suffix, sections in catalogue.SECTIONS_OF.items()}
_OTHER_SECTIONS = {
    "Container": "container", "Volume": "volume", "Pod": "pod", "Kube": "kube", "Network": "network", "Match": "network",
    "NetDev": "netdev", "Link": "link", "Exec": "nspawn", "Mount": "mount", "Automount": "automount", "Swap": "swap",
    "Slice": "slice", "Scope": "scope",
}  # fmt: skip


class _Part(NamedTuple):
    """One file of a source. stem: "" where it has no name. suffix: of the unit it belongs to. other: its kind, where it is another."""

    stem: str
    suffix: str
    is_drop_in: bool
    source: Source
    other: str = ""


def _split(source: Source) -> Iterator[_Part]:
    """The files of a source: those of `systemctl cat` where it begins with a path in a comment, else itself.

    A file that has the name of a unit may begin with such a comment of its own.
    """
    data = source.data
    lead = len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n\t "))
    found = list(_PATH_LINE.finditer(data, lead)) if data[lead : lead + 3] == b"# /" else []
    is_unit = len(found) == 1 and _UNIT_NAME.fullmatch(source.name)
    if not found or found[0].start() != lead or is_unit:
        yield _part(source)
        return
    before = _Part("", "service", False, source)
    first, counted = source.first, 0
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(data)
        name = match[1].decode(errors="surrogateescape")
        first, counted = first + data.count(b"\n", counted, match.end()), match.end()
        part = _part(Source(name, data[match.end() : end], first))
        if part.is_drop_in:  # whatever its folder: systemctl prints the drop-ins of a unit below it
            part = part._replace(stem=before.stem, suffix=before.suffix) if at else part
        yield part
        before = part


def _part(source: Source) -> _Part:
    name = source.name.replace("\\", "/")
    unit, drop_in = _UNIT_NAME.fullmatch(name), _DROP_IN.fullmatch(name)
    if unit:
        return _Part(unit[1], unit[2], False, source)
    if drop_in:
        return _Part(drop_in[1] or "", drop_in[2], True, source)
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    sections = [line.key for line in read_lines(source.data[:MOST_BYTES]) if line.kind == SECTION]
    suffix = next((_OWN_SECTIONS[each] for each in sections if each in _OWN_SECTIONS), "service")
    if ending == "conf":
        return _Part("", suffix, True, source)
    other = (
        ending if ending in OTHER_KINDS else next((_OTHER_SECTIONS[s] for s in sections if s in _OTHER_SECTIONS), "")
    )
    is_other = bool(other) and (ending in OTHER_KINDS or not set(sections) & set(_OWN_SECTIONS))
    return _Part(
        stem if ending in OTHER_KINDS else name.rpartition("/")[2], suffix, False, source, other if is_other else ""
    )


def _choose(parts: list[_Part]) -> tuple[str, dict[str, list[_Part]], list[str]]:
    """The name of the unit, its files by suffix with their drop-ins behind them, and what is to be said on the others."""
    mains = [part for part in parts if not part.is_drop_in]
    first = next((part for part in mains if part.suffix == "service"), (mains or parts or [_NOTHING])[0])
    chosen: dict[str, list[_Part]] = {}
    said: list[str] = []
    for part in [*mains, *sorted((p for p in parts if p.is_drop_in), key=_drop_in_order)]:
        is_ours = part.stem == first.stem or (part.is_drop_in and not part.stem)
        if is_ours and (part.is_drop_in or part.suffix not in chosen):
            chosen.setdefault(part.suffix, []).append(part)
            said.extend([_other_kind(part)] if part.other else [])
        else:
            said.append(
                f"{shown(part.source.name)} was not read: one service is imported at a time, with the timer, socket and path of its name. Import it by itself."
            )
    ordered = {suffix: chosen[suffix] for suffix in catalogue.FILES if suffix in chosen}
    return first.stem, ordered, said


_NOTHING = _Part("", "service", False, Source("", b""))


def _drop_in_order(part: _Part) -> tuple[bool, str]:
    """systemd reads drop-ins by name; those that `systemctl cat` printed stand in that order already."""
    is_printed = part.source.first > 1
    return not is_printed, "" if is_printed else part.source.name.rpartition("/")[2]


def _other_kind(part: _Part) -> str:
    return f"This is {OTHER_KINDS[part.other]}, and not one of the units that are made here: .service, .timer, .socket, .path. What a .{part.suffix} file can have of it was read."


def _named(name: str) -> tuple[str, list[str]]:
    """A name that the unit may have, and what is to be said on it."""
    if not name:
        return UNNAMED, [
            f"The text does not say what the unit is called, so it is “{UNNAMED}” here. Give it its name in the form."
        ]
    try:
        return service_name(name), []
    except ValueError as error:
        return UNNAMED, [f"{error} It is “{UNNAMED}” here until it has another name."]


# --- what their lines come to ------------------------------------------------------------------------


class _Item(NamedTuple):
    """A line in its section. row: the directive that it is, None for all else. unseen: why systemd does not come to it."""

    line: Line
    section: str
    row: Directive | None = None
    unseen: str = ""


@dataclass
class _Reader:
    """Lines of a unit's files, put where they belong. version: of the systemd that reads them."""

    version: int
    assignments: list[Assignment] = field(default_factory=list)
    resets: dict[str, None] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    superseded: list[Superseded] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    room: int = MOST_BYTES
    refused: int = 0
    unread: set[int] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def read(self, file: str, parts: Iterable[_Part]) -> None:
        """Read one file with its drop-ins."""
        items = [item for part in parts for item in _items(file, part)]
        self.said.extend(_faults(items))
        self.unread = {at for at, item in enumerate(items) if item.line.kind == REST}
        judged = self._judge(items)
        place = _Place(file)
        for at, item in enumerate(items):
            verdict = judged.get(at)
            if item.unseen:
                self.superseded.append(Superseded(item.line.number, item.line.text, item.unseen))
            elif isinstance(verdict, Superseded):
                self.superseded.append(verdict)
            elif isinstance(verdict, str) and item.row:
                place.put(item.row.name, counts=bool(verdict))
                self.lines[item.row.name] = item.line.number
                if verdict:
                    self.assignments.append(Assignment(item.row.name, verdict))
            else:
                place.keep(item, unread=at in self.unread)
        place.end()
        self.kept.extend(place.kept)

    def _judge(self, items: list[_Item]) -> dict[int, str | Superseded]:
        """By number of the line its value, "" for one that empties a list, or why it is out of force; no word on those to keep."""
        found = self._judge_together(items)
        by_list: dict[str, list[int]] = {}
        for at, item in enumerate(items):
            if item.row and at not in found:
                by_list.setdefault(_setting(item.row), []).append(at)
        for numbers in by_list.values():
            self._judge_list(items, numbers, found)
        return found

    def _judge_together(self, items: list[_Item]) -> dict[int, str | Superseded]:
        """Of directives that are given once and read one another an empty value takes back all that stand before it."""
        rows = {at: row for at, item in enumerate(items) if (row := item.row) and row.together and not row.repeats}
        last = {row.together: at for at, row in rows.items() if self._takes_back(items[at])}
        return {
            at: Superseded(items[at].line.number, items[at].line.text, TAKEN_BACK)
            for at, row in rows.items()
            if at <= last.get(row.together, -1)
        }

    def _judge_list(self, items: list[_Item], numbers: list[int], found: dict[int, str | Superseded]) -> None:
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

    def _judge_scalar(self, items: list[_Item], numbers: list[int], found: dict[int, str | Superseded]) -> None:
        """Of a directive that is given once the last sound value counts, or the empty one that takes it back."""
        last = 0
        for at in reversed(numbers):
            line = items[at].line
            if self._takes_back(items[at]):
                found[at] = Superseded(line.number, line.text, _again(last) or TAKEN_BACK)
            elif not self._judge_line(items[at], at, found):
                continue
            elif last:
                found[at] = Superseded(line.number, line.text, _again(last))
            last = last or line.number

    def _takes_back(self, item: _Item) -> bool:
        return not item.line.value and item.row is not None and catalogue.takes_back(item.row, self.version)

    def _judge_line(self, item: _Item, at: int, found: dict[int, str | Superseded]) -> bool:
        """Whether a value is one that its directive takes."""
        size = len(item.line.text) + 2
        if item.row is None or item.line.fault:
            return False
        self.counts[item.row.name] += 1
        if size > self.room or self.refused >= MOST_REFUSED or self.counts[item.row.name] > MOST_LINES:
            self.unread.add(at)
            return False
        try:
            found[at] = item.row.kind.normalise(_without_tabs(item.line.value, item.row.kind))
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


def _faults(items: Iterable[_Item]) -> Iterator[str]:
    """Why systemd refuses the file."""
    faulty = [item.line for item in items if item.line.fault]
    yield from (f"Line {line.number}: {line.fault}" for line in faulty[:MOST_SAID])
    if len(faulty) > MOST_SAID:
        yield f"So it is with {len(faulty) - MOST_SAID} lines more."


def _items(file: str, part: _Part) -> Iterator[_Item]:
    """The lines of one file, each with its section. A drop-in that systemd refuses counts up to the line it refuses it for."""
    section, unseen = "", ""
    for each in read_lines(part.source.data):
        line = each._replace(number=each.number + part.source.first - 1)
        if line.kind == SECTION:
            section = line.key
        row = catalogue.row_of(file, section, line.key) if line.kind == ASSIGNMENT and not unseen else None
        yield _Item(line, section, row, unseen if line.kind != COMMENT else "")
        if line.fault and part.is_drop_in and not unseen:
            unseen = f"systemd reads the drop-in no further than line {line.number}."


def _in_force(items: list[_Item], numbers: list[int], found: dict[int, str | Superseded]) -> list[int]:
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
            found[at] = Superseded(line.number, line.text, f"Line {items[last].line.number} empties the list.")
        elif at in empty:
            found[at] = Superseded(line.number, line.text, "An empty line changes nothing here.")
    return [at for at in numbers if at > last and at not in found]


class _Place:
    """Where kept lines stand: over which line, in which section."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.section: str | None = None
        self.kept: list[Kept] = []
        self.waiting: list[Kept] = []
        self.counts: dict[str, int] = {}

    def put(self, name: str, *, counts: bool) -> None:
        """A line of a directive: what waited stands above it."""
        self._release(name, self.counts.get(name, 0))
        self.counts[name] = self.counts.get(name, 0) + counts

    def keep(self, item: _Item, *, unread: bool) -> None:
        """A line that no field holds."""
        if item.line.kind == SECTION:
            self._enter(item.section)
            return
        self.waiting.append(Kept(_text(item), self.file, item.section, line=item.line.number, unread=unread))
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


def _text(item: _Item) -> str:
    """A kept line as it is written out: one line, without tabs."""
    line = item.line
    if line.kind == ASSIGNMENT and not line.fault:
        value = _without_tabs(line.value, item.row.kind) if item.row else line.value.replace("\t", " ")
        return f"{line.key}={value}"
    return line.text if line.kind == REST else line.text.expandtabs()


_C_ESCAPED = (Command, Assignments)
"""The kinds of which systemd decodes \\t."""

_PIECES = re.compile(r"\\.|.", re.DOTALL)


def _without_tabs(value: str, kind: Kind) -> str:
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

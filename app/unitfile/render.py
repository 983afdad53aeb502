"""A UnitFile as the text of a unit file (systemd.syntax(7))."""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from app import catalogue
from app.unitfile.model import WRITABLE, UnitFile
from app.unitfile.preserved import HEADER, PreservedLine

LineKey = tuple[str, str]
"""A directive's name and a value; "" for the line that empties its list."""


def files(unit: UnitFile) -> dict[str, str]:
    """The text of every file of the unit by its name, the service's first."""
    return {unit.file(suffix): render(unit, suffix) for suffix in unit.suffixes}


def render(unit: UnitFile, file: str = "service") -> str:
    """One file of the unit, by its suffix: [Unit], [Service], [Install], only what is set, values as they stand.

    Kept lines stand in their places, but for those that cannot be written.
    """
    preserved = [each for each in unit.preserved if each.file == file and not each.defect]
    head = "".join(f"{each.text}\n" for each in preserved if not each.section)
    return head + "\n".join(section.text(preserved) for section in _sections(unit, preserved, file))


def left_out(unit: UnitFile) -> tuple[PreservedLine, ...]:
    """The kept lines that cannot be written out: with one of them the copy is not whole."""
    return tuple(each for each in unit.preserved if each.defect)


def settled(unit: UnitFile) -> UnitFile:
    """The same unit with its lines and kept lines in the order and the places in which its text has them."""
    preserved = tuple(line for file in catalogue.FILES for line in _settled(unit, file))
    if preserved != unit.preserved:  # a section that held nothing else is gone with a comment that moved
        return settled(replace(unit, preserved=preserved))
    resets = tuple(sorted(unit.resets, key=catalogue.position))
    return replace(unit, assignments=tuple(unit.sorted_assignments()), resets=resets)


def _settled(unit: UnitFile, file: str) -> list[PreservedLine]:
    """The kept lines of a file in its order.

    A comment at the end of a section is read as one over the next, and one over the first as the head of the file.
    """
    preserved = [each for each in unit.preserved if each.file == file]
    sections = _sections(unit, [each for each in preserved if not each.defect], file)
    names = [section.name for section in sections]
    later = dict(pairwise(names))

    def moved(each: PreservedLine) -> PreservedLine:
        if each.is_comment and each.above == HEADER and names[:1] == [each.section]:
            return replace(each, section="", above="")
        is_last = each.is_comment and not each.above and each.section in later
        return replace(each, section=later[each.section], above=HEADER) if is_last else each

    by_name = {section.name: (at, section) for at, section in enumerate(sections)}

    def order(each: PreservedLine) -> tuple[int, tuple[int, int]]:
        at, section = by_name.get(each.section, (-1 if not each.section else len(names), None))
        return at, section.place(each) if section else (0, 0)

    return sorted(map(moved, preserved), key=order)


def _sections(unit: UnitFile, preserved: Iterable[PreservedLine], file: str) -> list["_Section"]:
    """The sections that a file has, systemd's own first."""
    rows = _rows(unit, file)
    named = dict.fromkeys([*rows, *(each.section for each in preserved if each.section)])
    own = catalogue.SECTIONS_OF[file]
    order = [name for name in own if name in named] + [name for name in named if name not in own]
    return [_Section(name, rows.get(name, [])) for name in order]


class _Section:
    """One section: its rows, and where the lines kept in it stand among them."""

    def __init__(self, name: str, rows: list[LineKey]) -> None:
        self.name, self.rows = name, rows
        self.own: dict[str, list[int]] = {}
        self.values: dict[str, list[int]] = {}
        for at, (directive, value) in enumerate(rows):
            self.own.setdefault(directive, []).append(at)
            if value:
                self.values.setdefault(directive, []).append(at)

    def place(self, preserved: PreservedLine) -> tuple[int, int]:
        """The number of the row that a kept line stands above, -1 for the header; and 1 where it belongs to that row, 0 where to
        one before.
        """
        if not catalogue.is_known(preserved.above):
            return (-1, 0) if preserved.above == HEADER else (len(self.rows), 1)
        own, values = self.own.get(preserved.above), self.values.get(preserved.above, [])
        is_own = preserved.row is not None and preserved.row.name == preserved.above
        if own and preserved.at == 0 and not is_own:
            return own[0], 1
        if preserved.at < len(values):
            return values[preserved.at], 1
        if own:
            return own[-1] + 1, 0
        return bisect(self.rows, catalogue.position(preserved.above), key=lambda row: catalogue.position(row[0])), 0

    def text(self, preserved: Iterable[PreservedLine]) -> str:
        """The section with those of the kept lines that stand in it."""
        lines: list[list[str]] = [[] for _ in range(len(self.rows) + 2)]
        for each in sorted((each for each in preserved if each.section == self.name), key=self.place):
            lines[self.place(each)[0] + 1].append(each.text)
        lines[0].append(f"[{self.name}]")
        for at, (name, value) in enumerate(self.rows):
            lines[at + 1].append(f"{catalogue.find(name).word}={value}")
        return "".join(f"{line}\n" for at in lines for line in at)


def _rows(unit: UnitFile, file: str) -> dict[str, list[LineKey]]:
    """The rows of a file by section, in its order: of a directive first the empty line that resets it, then its values as given."""
    sections: dict[str, list[LineKey]] = {}
    for name, value in _lines(unit):
        directive = catalogue.find(name)
        if directive.file == file:
            sections.setdefault(directive.section, []).append((name, value))
    return sections


def _lines(unit: UnitFile) -> list[LineKey]:
    """All lines: of a directive first the empty one that resets it, then its values as given."""
    resets = ((name, "") for name in unit.resets)
    derived = ((WRITABLE, value) for value in unit.derived_values(WRITABLE))
    lines = [*resets, *unit.assignments, *derived]
    return sorted(lines, key=lambda line: catalogue.position(line[0]))

"""What differs from an imported unit, as the drop-in that `systemctl edit` makes: the original stays as its package ships it.

systemd reads a drop-in behind the unit's file, line by line, as if both were one text (systemd.unit(5)). So a list that only
grows needs its new lines alone; any other has to be emptied first, with all that shares the list with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote_plus

from app import catalogue
from app.catalogue import Directive
from app.catalogue.versions import Target
from app.effective import Effective
from app.unitfile.model import UnitFile
from app.unitfile.parse import parse_files
from app.unitfile.render import files, render
from app.unitfile.sources import Source
from app.unitfile.syntax import ASSIGNMENT, SECTION, read_lines

FILE = "override.conf"
"""What `systemctl edit` calls it."""

FOLDER = "/etc/systemd/system"

MAX_ORIGINAL = 20 * 1024
"""Bytes of an original that a form carries along, as they are sent; none of Debian’s units has more."""

ONE_LIST: Mapping[str, str] = {
    "BindPaths": "binds",
    "BindReadOnlyPaths": "binds",
    "LoadCredential": "credential files",
    "LoadCredentialEncrypted": "credential files",
    "SetCredential": "credential texts",
    "SetCredentialEncrypted": "credential texts",
    "StandardInputText": "input",
    "StandardInputData": "input",
}
"""Directives that systemd keeps in one list, so that an empty one of them empties it for all (src/core/load-fragment.c)."""

REMOVES: Mapping[str, str] = {
    "CapabilityBoundingSet": "~",
    "Delegate": "no",
    "StandardError": "inherit",
    "LogLevelMax": "debug",
    "LogRateLimitIntervalSec": "0",
    "LogRateLimitBurst": "0",
    "LimitCORE": "0:infinity",
    "StartLimitInterval": "10s",
    "Service.StartLimitInterval": "10s",
    "OnFailureIsolate": "no",
    "CPUAccounting": "yes",
}
"""The value that sets a directive to what it is without a line, where neither an empty one nor the catalogue's default does."""

RESTARTS = frozenset({"CapabilityBoundingSet"})
"""Lists that an empty line leaves with nothing, from which 262 takes words away in vain: they start again by that value."""

NEVER_OUT = frozenset(
    "BusName RestartKillSignal LimitNPROC LimitSIGPENDING JobRunningTimeoutSec DefaultStartupMemoryLow".split()
)
"""Directives that no value sets to what they are without a line: they follow others, or the machine."""

_INSTEAD = "A drop-in cannot take it out; change a copy of the whole unit instead: systemctl edit --full."


def original_text(unit: UnitFile) -> str:
    """An original as the text that a form carries along, as `systemctl cat` prints it; "" where it would not come back whole."""
    text = "\n".join(f"# {FOLDER}/{name}\n{text}" for name, text in files(unit).items())
    return (
        text
        if len(quote_plus(text, errors="surrogatepass")) <= MAX_ORIGINAL and original(text, unit.target) == unit
        else ""
    )


def original(text: str, aimed: Target) -> UnitFile:
    """The original of a text that a form has carried."""
    return parse_files([Source("", text.encode(errors="surrogateescape"))], target=aimed).unit


class DropInLine(NamedTuple):
    """An assignment in a file."""

    row: Directive
    value: str
    """The value, or "" for an assignment that empties a list."""

    def __str__(self) -> str:
        return f"{self.row.word}={self.value}"

    @property
    def own(self) -> str:
        """The directive by its name in a service."""
        return self.row.like or self.row.name

    @property
    def place(self) -> str:
        """What systemd keeps with it in one list, or reads in one order with it."""
        return ONE_LIST.get(self.own) or self.row.together or catalogue.meaning(self.row.name)

    @property
    def words(self) -> list[str]:
        """The words of its value; a value with quotes is one."""
        return [self.value] if _QUOTES.intersection(self.value) else self.value.split()


_QUOTES = frozenset("\"'\\")


@dataclass(frozen=True)
class DropIn:
    """A drop-in that changes one file into another."""

    text: str
    """The drop-in's text, or "" if the files do not differ."""
    left: tuple[str, ...] = ()
    """Sentences about the differences that a drop-in cannot express."""


def drop_in(original: UnitFile, changed: UnitFile, file: str = "service") -> DropIn:
    """What has to be said behind a file of the original, by its suffix, so that systemd reads the changed one."""
    before, after = _by_place(original, file), _by_place(changed, file)
    sections: dict[str, list[DropInLine]] = {}
    left: list[str] = []
    for key in sorted({*before, *after}, key=lambda key: _position(before, after, key)):
        change = _DirectiveChange(tuple(before.get(key, ())), tuple(after.get(key, ())), Effective(changed))
        for line in change.lines():
            sections.setdefault(line.row.section, []).append(line)
        left.extend(change.left())
    text = "\n".join(
        f"[{name}]\n" + "".join(f"{line}\n" for line in sections[name])
        for name in catalogue.SECTIONS_OF[file]
        if name in sections
    )
    return DropIn(text, tuple(left))


def _position(before: dict[str, list[DropInLine]], after: dict[str, list[DropInLine]], key: str) -> int:
    return catalogue.position((after.get(key) or before[key])[0].row.name)


def _by_place(unit: UnitFile, file: str) -> dict[str, list[DropInLine]]:
    """The lines of a file that systemd of the version aimed at reads, by what it keeps in one place."""
    lines = [line for line in _lines(unit, file) if line.row.is_read_by(unit.target.version)]
    return {
        key: list(some) for key, some in groupby(sorted(lines, key=lambda line: line.place), lambda line: line.place)
    }


def _lines(unit: UnitFile, file: str) -> Iterator[DropInLine]:
    """The lines of a file as it is written out, kept ones too."""
    section = ""
    for line in read_lines(render(unit, file).encode(errors="surrogateescape")):
        section = line.key if line.kind == SECTION else section
        row = catalogue.row_of(file, section, line.key) if line.kind == ASSIGNMENT else None
        if row:
            yield DropInLine(row, line.value)


class _DirectiveChange(NamedTuple):
    """What one list, or one directive that is given once, becomes."""

    before: tuple[DropInLine, ...]
    after: tuple[DropInLine, ...]
    effective: Effective

    def lines(self) -> Iterator[DropInLine]:
        """The lines of the drop-in."""
        if self.before == self.after:
            return
        if self.after[: len(self.before)] == self.before:
            yield from self.after[len(self.before) :]
        elif self._adds_up:
            yield from self._added()
        elif self._is_list:
            yield from self._emptied()
            yield from self.after
        else:
            yield from self._taken_out()
            yield from self.after

    @property
    def _is_list(self) -> bool:
        return any(line.row.repeats for line in (*self.before, *self.after))

    @property
    def _adds_up(self) -> bool:
        """Whether no line empties it: words are only ever added."""
        return self._is_list and not any(line.row.may_reset for line in (*self.before, *self.after))

    def _added(self) -> Iterator[DropInLine]:
        known = {word for line in self.before for word in line.words}
        for line in self.after:
            words = [word for word in line.words if word not in known]
            if words:
                yield line._replace(value=" ".join(words))

    def _emptied(self) -> Iterator[DropInLine]:
        """The line that empties the list, unless it begins with one."""
        first = self.before[0]
        if not self.after or self.after[0].value:
            value = REMOVES.get(first.own, "") if not self.after or first.own in RESTARTS else ""
            yield DropInLine(first.row, value)

    def _taken_out(self) -> Iterator[DropInLine]:
        """Of directives that are given once the lines that set those to their default which have no line any more."""
        written = {line.row.name for line in self.after}
        for name, line in {line.row.name: line for line in self.before}.items():
            value = self._default(line)
            if name not in written and value is not None:
                yield line._replace(value=value)

    def _default(self, line: DropInLine) -> str | None:
        """The value that says what is so without a line; None where there is none."""
        if line.own in NEVER_OUT:
            return None
        if catalogue.clears(line.row, self.effective.version):
            return ""
        return REMOVES.get(line.own) or self.effective.setting(line.own) or _said_default(line.row)

    def left(self) -> Iterator[str]:
        """What of it no drop-in can say."""
        if self._adds_up:
            kept = {word for line in self.after for word in line.words}
            gone = dict.fromkeys(
                f"{line.row.word}={word}" for line in self.before for word in line.words if word not in kept
            )
            yield from (f"{word} stays: such lines only ever add up. {_INSTEAD}" for word in gone)
        elif not self._is_list:
            written = {line.row.name for line in self.after}
            gone = dict.fromkeys(
                str(line) for line in self.before if line.row.name not in written and self._default(line) is None
            )
            yield from (f"{line} stays: no value says what is so without it. {_INSTEAD}" for line in gone)


def _said_default(row: Directive) -> str | None:
    """The default that the catalogue names, where that is a value."""
    try:
        return row.kind.normalise(row.default.partition(",")[0]) if row.default else None
    except ValueError:
        return None

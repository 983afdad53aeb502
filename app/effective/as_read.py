"""Written: what the lines of a unit say to the systemd that it is aimed at, before that makes something else of any.

Sources: systemd.unit(5) "Specifiers", and the parsers of src/core/load-fragment.c.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from app import catalogue
from app.effective import list_settings
from app.effective.list_settings import ENCRYPTED
from app.unitfile.model import UnitFile
from app.values import FOREVER, BindMounts, PathList, TemporaryFileSystems, expand, simplify, split_words, unescape
from app.values.cached import cached
from app.values.numbers import number, span

_NAMED = re.compile("%([A-Za-z%])")
_MEANING = re.compile("[^A-Za-z0-9/._@-]")

EXAMPLE_INSTANCE = "example"
"""The instance that a template is judged with while none is named."""

_EMPTIED = dict.fromkeys(
    ("User", "Group", "RootDirectory", "RootImage", "RootMStack", "MountImages", *ENCRYPTED), 1
) | {
    "PrivateMounts": 254,
    "ProtectHostname": 258,
}
"""Directives that an empty assignment unsets though they are read by their last value here, each with the version since."""

NAMING = {"ProtectHostname": 258}
"""Directives whose word may be followed by a colon and a name, each with the version since."""


@dataclass(frozen=True)
class AsRead:
    """The lines of a unit as its systemd reads them; of a template those of its first instance (see each()).

    Properties that need a specifier known only on the machine raise ValueError.
    """

    file: UnitFile

    @cached_property
    def answers(self) -> dict[object, Any]:
        """What others have found out about this unit, by the function that asked."""
        return {}

    @cached_property
    def instance(self) -> str:
        """What stands behind the @ of its name; "" without one."""
        _, at, instance = self.file.name.partition("@")
        return instance or (next(iter(self.file.named_instances), EXAMPLE_INSTANCE) if at else "")

    @cached_property
    def name(self) -> str:
        """The name that systemctl knows it by, without its suffix."""
        return f"{self.file.name}{self.instance}" if self.file.is_template else self.file.name

    @property
    def file_name(self) -> str:
        """The same with its suffix."""
        return f"{self.name}.service"

    @cached_property
    def version(self) -> int:
        """The systemd that it is aimed at."""
        return self.file.target.version

    def lines(self, name: str) -> tuple[str, ...]:
        """The assignments of a directive, "" for one that resets; none where systemd does not know the directive yet."""
        return self._lines.get(name, ())

    @cached_property
    def _lines(self) -> dict[str, tuple[str, ...]]:
        known = _read_as(self.version)
        if not known.keys() & self.file.lines.keys():
            return self.file.lines
        lines = {known.get(name, name): [""] for name in self.file.resets}
        for name, value in self.file.assignments:
            lines.setdefault(known.get(name, name), []).append(value)
        lines.pop(UNREAD, None)
        return {name: tuple(values) for name, values in lines.items()}

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list that grows with each assignment and is emptied by an empty one."""
        return tuple(word for line in list_settings.after_reset(self.lines(name)) for word in line.split())

    def paths(self, name: str) -> tuple[str, ...]:
        """The paths of such a list, without prefixes, specifiers expanded as far as they are known here."""
        return tuple(self._expanded(PathList.strip_prefixes(word)) for word in self._path_words(name))

    def needed_paths(self, name: str) -> tuple[tuple[str, bool], ...]:
        """The same, with whether each must be there (“-” says that it may be missing) and what the tool adds to them."""
        added = (word for value in self.file.derived_values(name) for word in split_words(value))
        words = (*self._path_words(name), *added)
        return tuple((self._expanded(PathList.strip_prefixes(word)), not word.startswith("-")) for word in words)

    def _path_words(self, name: str) -> Iterator[str]:
        return (word for line in list_settings.after_reset(self.lines(name)) for word in _words_of_line(line))

    def _expanded(self, path: str) -> str:
        """A path as far as it is known here, %% as the percent sign that it stands for."""
        return simplify(self.expand_known(path).replace("%%", "%"))

    def binds(self, name: str) -> tuple[tuple[str, str], ...]:
        """What BindPaths= or BindReadOnlyPaths= shows, and where; without prefixes, expanded."""
        bind_mounts = (
            bind
            for line in list_settings.after_reset(self.lines(name))
            for bind in BindMounts.parts(line, self.version)
        )
        pairs = ((bind.source.removeprefix("-"), bind.destination) for bind in bind_mounts)
        return tuple((self._expanded(source), self._expanded(shown or source)) for source, shown in pairs)

    def needed_sources(self, name: str) -> tuple[str, ...]:
        """What such a directive shows and must be there, expanded."""
        bind_mounts = (
            bind
            for line in list_settings.after_reset(self.lines(name))
            for bind in BindMounts.parts(line, self.version)
        )
        return tuple(self._expanded(bind.source) for bind in bind_mounts if not bind.source.startswith("-"))

    def empty_file_systems(self, name: str) -> tuple[tuple[str, str], ...]:
        """The paths that TemporaryFileSystem= covers, expanded, with their options."""
        parts = (
            part for line in list_settings.after_reset(self.lines(name)) for part in TemporaryFileSystems.parts(line)
        )
        return tuple((self._expanded(path), options) for path, options in parts)

    def written(self, name: str) -> str:
        """The value of a directive of one value that the unit itself gives it: the last that this systemd reads, or ""."""
        if name not in self._written:
            self._written[name] = self._last_read(name)
        return self._written[name]

    @cached_property
    def _written(self) -> dict[str, str]:
        return {}

    def _last_read(self, name: str) -> str:
        value = ""
        for line in self.lines(name):
            if not line and self.version >= _EMPTIED.get(name, FOREVER):
                value = ""
            elif line and _reads(line, name, self.version):
                value = line
        return value

    def number(self, name: str) -> int:
        """A whole number that is set, 0 where none is or systemd reads none in it."""
        return _counted(number, self.written(name))

    def microseconds(self, name: str, default: str) -> int:
        """A time that is set, or its default where none is."""
        return _counted(span, self.written(name) or default)

    @cached_property
    def specifiers(self) -> dict[str, str]:
        """What the specifiers that depend on the unit's name and on the system manager alone stand for."""
        prefix = self.name.partition("@")[0]
        fixed = {"S": "/var/lib", "C": "/var/cache", "L": "/var/log", "t": "/run", "E": "/etc", "%": "%"}
        named = {"n": self.file_name, "N": self.name, "p": prefix, "i": self.instance, "j": prefix.rpartition("-")[2]}
        return fixed | named | (dict(self._unescaped(named)) if self.instance else {})

    @staticmethod
    def _unescaped(named: dict[str, str]) -> Iterator[tuple[str, str]]:
        """What the specifiers of unescaped names stand for, where that is text."""
        for letter in "pij":
            with suppress(ValueError):
                yield letter.upper(), unescape(named[letter])

    @cached_property
    def plain_specifiers(self) -> dict[str, str]:
        """The same without what would mean something among words: systemd parts them before it expands what is in them."""
        named = {letter: _MEANING.sub("_", self.specifiers[letter]) for letter in "niNIJP" if letter in self.specifiers}
        return self.specifiers | named

    def resolve(self, text: str) -> str:
        """The text with its specifiers expanded; ValueError for one that only the machine knows."""
        return expand(text, self.specifiers) if "%" in text else text

    def expand_known(self, text: str, known: dict[str, str] | None = None) -> str:
        """The text with the specifiers expanded that the unit's name and systemd alone decide; all others, and %%, stay."""
        if "%" not in text:
            return text
        known = known or self.specifiers
        return _NAMED.sub(lambda match: known.get(match[1], match[0]) if match[1] != "%" else "%%", text)


def _counted(read: Callable[[str], int | None], text: str) -> int:
    """What a reader of numbers makes of a text, 0 for what is none to it."""
    try:
        return read(text) or 0
    except ValueError:
        return 0


def _words_of_line(line: str) -> list[str]:
    """The words of a line; none where quotes in it mean something else to this kind of value."""
    try:
        return split_words(line)
    except ValueError:
        return []


UNREAD = ""
"""What a version makes of a directive that it does not read."""


@cache
def _read_as(version: int) -> dict[str, str]:
    """The name under which a version keeps what a directive sets, where it is not its own; one without a row it may read."""
    read = ((row.name, catalogue.meaning(row.name) if row.is_read_by(version) else UNREAD) for row in catalogue.ROWS)
    return {name: meaning for name, meaning in read if name != meaning}


def is_read(name: str, value: str, version: int) -> bool:
    """Whether a version reads a value of a directive of one value, rather than ignoring it for something that came later."""
    return _reads(value, name, version)


@cached
def _reads(value: str, name: str, version: int) -> bool:
    if ":" in value and version < NAMING.get(name, 1):
        return False
    try:
        return all(need.is_met(version) or need.otherwise for need in catalogue.find(name).kind.needs(value))
    except (KeyError, ValueError):  # no row, or a value that the form would not take: nothing is known of its age
        return True

"""UnitFile: what a person chose for one service; immutable."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, Self

from app import catalogue
from app.catalogue.versions import LATEST, Target
from app.unitfile.preserved import PreservedLine
from app.values import BLANKS, Mode, PathList, check_own_path, refuse_hidden_characters, simplify, split_words

WRITABLE = "ReadWritePaths"
"""The directive that own directories are added to."""

DEFAULT_INSTANCE = "DefaultInstance"
"""The directive that names the instance which enabling a template itself starts."""

_SLASH = re.compile("/")

_OWN_SPECIFIER = re.compile("%[pijnN]")
"""Specifiers that the path of an own directory may have: those that the unit's name alone decides, without a slash."""


class Assignment(NamedTuple):
    """One line of the unit: a directive's name and a value that its kind has accepted."""

    name: str
    value: str


class OwnDirectory(NamedTuple):
    """A directory that the preparation creates for the service's user: PATH[:MODE[:ro]] in a link."""

    path: str
    """The absolute path. The path of a template's directory can contain specifiers."""
    mode: str = ""
    """The access bits as an octal number, or "" for 0750."""
    writable: bool = True
    """Whether the service can write to the directory."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From PATH, PATH:MODE, PATH::ro or PATH:MODE:ro; ValueError with what would be right."""
        refuse_hidden_characters(text.strip(BLANKS))
        path, _, rest = text.strip(BLANKS).partition(":")
        mode, colon, access = rest.partition(":")
        if not path:
            raise ValueError(
                f"A mode ({mode[:40]}) is given without a path. Write the path, for example /srv/myapp, or empty the mode."
            )
        if colon and access != "ro":
            raise ValueError(
                f"“{access[:40]}” is not an access. Write PATH:MODE:ro where the service only reads there, or PATH:MODE."
            )
        check_own_path(_OWN_SPECIFIER.sub("x", path))
        return cls(path, Mode().normalise(mode) if mode else "", not colon)

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.mode}:ro"
            if not self.writable
            else f"{self.path}:{self.mode}"
            if self.mode
            else self.path
        )

    @property
    def effective_mode(self) -> str:
        """The mode it gets, an octal number."""
        return self.mode or "0750"


@dataclass(frozen=True)
class UnitFile:
    """A service as the form describes it, with the facts that its preparation needs."""

    name: str
    """The unit's name without its suffix. A template's name ends with “@”."""
    target: Target = LATEST
    """The target systemd version or distribution."""
    existing: bool = False
    """Whether the service's user is an existing account."""
    assignments: tuple[Assignment, ...] = ()
    """The lines in their given order."""
    resets: tuple[str, ...] = ()
    """The names of the directives whose list an empty assignment empties first."""
    own: tuple[OwnDirectory, ...] = field(default=())
    """The directories that the preparation creates."""
    uid: str = ""
    """The fixed number of a dedicated user, or "" if the machine chooses it."""
    gid: str = ""
    """The fixed number of a dedicated group, or "" if the machine chooses it."""
    instances: tuple[str, ...] = ()
    """The instances of a template that the machine is prepared for."""
    preserved: tuple[PreservedLine, ...] = ()
    """The lines of an imported file that no assignment represents."""

    @property
    def is_template(self) -> bool:
        """Whether it is what several services are made of: NAME@."""
        return self.name.endswith("@")

    @property
    def named_instances(self) -> tuple[str, ...]:
        """The instances of a template that there shall be: those given, else the one that enabling the template starts."""
        default = self.value(DEFAULT_INSTANCE)
        return self.instances or ((default,) if default and "%" not in default else ())

    @property
    def own_name(self) -> str:
        """What a user or directory of its own is called: the unit's name, with specifiers where it has instances."""
        prefix, at, _ = self.name.partition("@")
        plain = re.sub("[^A-Za-z0-9_-]", "-", prefix)
        return f"{'%p' if plain == prefix else plain}-%i" if at else self.name

    def with_instance(self, instance: str) -> "UnitFile":
        """The same template with this instance alone."""
        return replace(self, instances=(instance,))

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a directive in the order given; none where it is not set."""
        return self._values.get(name, ())

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        values: dict[str, list[str]] = {}
        for name, value in self.assignments:
            values.setdefault(name, []).append(value)
        return {name: tuple(given) for name, given in values.items()}

    @cached_property
    def lines(self) -> dict[str, tuple[str, ...]]:
        """The values of each directive in the order given, "" first for one whose list is emptied."""
        return self._values | {name: ("", *self.values(name)) for name in self.resets}

    def value(self, name: str) -> str:
        """The value of a directive that is given once; "" where it is not set."""
        return next(iter(self.values(name)), "")

    def is_set(self, name: str) -> bool:
        """Whether the directive has a value."""
        return name in self._values

    def with_values(self, name: str, *values: str) -> "UnitFile":
        """The same unit with these values for a directive instead of its own; none takes the directive out."""
        catalogue.find(name)
        kept = tuple(a for a in self.assignments if a.name != name)
        return replace(self, assignments=kept + tuple(Assignment(name, value) for value in values))

    def with_line(self, line: Assignment, value: str = "", name: str = "") -> "UnitFile":
        """The same unit with another value in place of a line, of the same directive or another; "" takes the line out."""
        at = self.assignments.index(line)
        put = (Assignment(name or line.name, value),) if value else ()
        return replace(self, assignments=self.assignments[:at] + put + self.assignments[at + 1 :])

    @cached_property
    def suffixes(self) -> tuple[str, ...]:
        """The suffixes of the files that have a line, the service's first; a unit without any line is a service."""
        named = {catalogue.find(name).file for name in (*self._values, *self.resets)}
        named.update(kept.file for kept in self.preserved if not kept.is_comment)
        if self.derived_values(WRITABLE):
            named.add("service")
        return tuple(file for file in catalogue.FILES if file in named) or ("service",)

    @property
    def directory_counts(self) -> dict[str, int]:
        """How many directories each field names, managed and own ones, counted for each instance."""
        return {name: len(paths) * self._instance_count for name, paths in self._directory_paths.items()}

    @property
    def parent_characters(self) -> dict[str, int]:
        """How many characters the paths of all directories above those have, by field, counted for each instance."""
        return {
            name: sum(found.start() for path in paths for found in _SLASH.finditer(path)) * self._instance_count
            for name, paths in self._directory_paths.items()
        }

    @property
    def _instance_count(self) -> int:
        return max(1, len(self.named_instances)) if self.is_template else 1

    @cached_property
    def _directory_paths(self) -> dict[str, list[str]]:
        """The paths of the managed and own directories by field, as written."""
        managed = {
            row.directive: [f"{row.root}/{word}" for value in self.values(row.directive) for word in split_words(value)]
            for row in catalogue.MANAGED_ROOTS
        }
        return managed | {"own": [own.path for own in self.own]}

    def file(self, suffix: str = "service") -> str:
        """The name of one of its files."""
        return f"{self.name}.{suffix}"

    def sorted_assignments(self) -> list[Assignment]:
        """The lines in the order of a unit file: by section, in catalogue order, values of one directive as given."""
        return list(self._sorted)

    @cached_property
    def _sorted(self) -> list[Assignment]:
        return sorted(self.assignments, key=lambda a: catalogue.position(a.name))

    def read_write_words(self) -> list[str]:
        """The words of ReadWritePaths= as written, prefixes and specifiers in them."""
        values = (line.value for line in self.assignments if catalogue.meaning(line.name) == WRITABLE)
        return [word for value in values for word in split_words(value)]

    def derived_values(self, name: str) -> list[str]:
        """Further values of a directive that follow from the tool's own parameters: own directories stay writable."""
        return list(self._derived_read_write_paths()) if name == WRITABLE else []

    def _derived_read_write_paths(self) -> Iterator[str]:
        named = {simplify(PathList.strip_prefixes(word)) for word in self.read_write_words()}
        return (quoted_words(own.path) for own in self.own if own.writable and own.path not in named)


def quote_path(path: str) -> str:
    """A path as a word of a list: percent signs doubled, in quotes where it holds blanks."""
    return quoted_words(path.replace("%", "%%"))


def quoted_words(path: str) -> str:
    """A path as a word of a list, its specifiers as they stand."""
    return f'"{path}"' if " " in path else path

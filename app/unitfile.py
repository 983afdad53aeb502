"""UnitFile: what a person chose for one service; immutable."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, Self

from app import catalogue
from app.values import BLANKS, Mode, Paths, check_own_path, refuse_hidden, simplify, split_words
from app.versions import LATEST, Target

WRITABLE = "ReadWritePaths"
"""The directive that own directories are added to."""


class Assignment(NamedTuple):
    """One line of the unit: a directive's name and a value that its kind has accepted."""

    name: str
    value: str


class OwnDirectory(NamedTuple):
    """A directory to create and hand over to the service's user: PATH[:MODE[:ro]] in a link; mode "" is 0750."""

    path: str
    mode: str = ""
    writable: bool = True

    @classmethod
    def parse(cls, text: str) -> Self:
        """From PATH, PATH:MODE, PATH::ro or PATH:MODE:ro; ValueError with what would be right."""
        refuse_hidden(text.strip(BLANKS))
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
        return cls(check_own_path(path), Mode().normalise(mode) if mode else "", not colon)

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
    """A service as chosen: its name, the systemd aimed at, its lines in the order given, and what the preparation needs.

    existing: its user is an account that exists already. resets: directives whose list an empty assignment empties
    first.
    """

    name: str
    target: Target = LATEST
    existing: bool = False
    assignments: tuple[Assignment, ...] = ()
    resets: tuple[str, ...] = ()
    own: tuple[OwnDirectory, ...] = field(default=())

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a directive in the order given; none where it is not set."""
        return self._values.get(name, ())

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        values: dict[str, list[str]] = {}
        for name, value in self.assignments:
            values.setdefault(name, []).append(value)
        return {name: tuple(given) for name, given in values.items()}

    def value(self, name: str) -> str:
        """The value of a directive that is given once; "" where it is not set."""
        return next(iter(self.values(name)), "")

    def is_set(self, name: str) -> bool:
        """Whether the directive has a value."""
        return any(a.name == name for a in self.assignments)

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

    def sorted_assignments(self) -> list[Assignment]:
        """The lines in the order of a unit file: by section, in catalogue order, values of one directive as given."""
        return sorted(self.assignments, key=lambda a: catalogue.position(a.name))

    def read_write_words(self) -> list[str]:
        """The words of ReadWritePaths= as written, prefixes and specifiers in them."""
        values = (line.value for line in self.assignments if catalogue.meaning(line.name) == WRITABLE)
        return [word for value in values for word in split_words(value)]

    def derived_values(self, name: str) -> list[str]:
        """Further values of a directive that follow from the tool's own parameters: own directories stay writable."""
        return list(self._derived_read_write_paths()) if name == WRITABLE else []

    def _derived_read_write_paths(self) -> Iterator[str]:
        named = {simplify(Paths.strip_prefixes(word)) for word in self.read_write_words()}
        return (quote_path(own.path) for own in self.own if own.writable and own.path not in named)


def quote_path(path: str) -> str:
    """A path as a word of a list: percent signs doubled, in quotes where it holds blanks."""
    doubled = path.replace("%", "%%")
    return f'"{doubled}"' if " " in doubled else doubled

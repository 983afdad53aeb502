"""The paths that a service needs to be there, as far as its lines name them, and how much of the tree around each."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.analysis.rules.commands import COMMANDS
from app.effective import Effective
from app.unitfile.model import WRITABLE
from app.values import ExecLine, PathList, commands_of, is_within, simplify, split_words

OUTSIDE = "+"
"""The prefix of a command that runs outside of the sandbox, which hides nothing from it (systemd.service(5))."""

_ABSOLUTE = re.compile(r"(?:^|[=:,])(/[^:,=]+)")


class NeededPath(NamedTuple):
    """A path that the service needs."""

    path: str
    """The absolute path, with doubled percent signs."""
    is_writable: bool = False
    """Whether the service writes to the path."""
    is_optional: bool = False
    """Whether the service can start without the path."""
    is_part: bool = False
    """Whether the service also needs the files beside the path, as a program needs the libraries of its tree."""

    def below(self, tree: str) -> str:
        """What of a tree is needed: the path, or the first part of the way to it."""
        first = self.path.removeprefix(tree).strip("/").partition("/")[0]
        return f"{tree}/{first}" if self.is_part else self.path


def needed(unit: Effective) -> Iterator[NeededPath]:
    """The paths that its directories, lists of paths, commands and variables name; none that goes through “..”."""
    return (path for path in _named(unit) if ".." not in path.path.split("/"))


def _named(unit: Effective) -> Iterator[NeededPath]:
    for own in unit.own:
        yield NeededPath(own.path, own.writable)
    yield from _listed(unit, WRITABLE, is_writable=True)
    for name in ("ReadOnlyPaths", "ExecPaths"):
        yield from _listed(unit, name)
    yield from _run(unit)
    yield from _passed(unit)


def _listed(unit: Effective, name: str, *, is_writable: bool = False) -> Iterator[NeededPath]:
    """The paths of a list, of which those with - may be missing."""
    for line in unit.lines(name):
        for word in split_words(line):
            path = simplify(unit.expand_known(PathList.strip_prefixes(word)))
            yield NeededPath(path, is_writable, word.startswith("-"))


def _run(unit: Effective) -> Iterator[NeededPath]:
    """The programs, where they are looked for, and the working directory: with the tree that they are part of."""
    programs = [command.path for command in _commands(unit)]
    places = [place for word in unit.words("ExecSearchPath") for place in word.split(":")]
    directory = unit.written("WorkingDirectory").removeprefix("-")
    for path in (*programs, *places, home(unit) if directory == "~" else directory):
        expanded = simplify(unit.expand_known(path))
        if expanded.startswith("/"):
            yield NeededPath(expanded, is_optional=True, is_part=True)


def home(unit: Effective) -> str:
    """Where ~ leads: the home that the preparation gives a user of its own; of one that is there, most likely below /home."""
    return {"own": unit.home, "root": "/root", "existing": "/home"}.get(unit.identity, "")


def starts_at_home(unit: Effective) -> bool:
    """Whether its working directory is the home of its user and must be there."""
    return unit.written("WorkingDirectory") == "~"


def _commands(unit: Effective) -> Iterator[ExecLine]:
    """The commands that run inside of the sandbox."""
    commands = (command for name in COMMANDS for line in unit.lines(name) for command in commands_of(line))
    return (command for command in commands if OUTSIDE not in command.prefixes)


def _passed(unit: Effective) -> Iterator[NeededPath]:
    """The paths that the service is told by arguments and variables."""
    arguments = (word for command in _commands(unit) for word in command.arguments)
    variables = (word for line in unit.lines("Environment") for word in split_words(line, c_escapes=True))
    for word in (*arguments, *variables):
        for path in _ABSOLUTE.findall(unit.expand_known(word)):
            yield NeededPath(simplify(path), is_optional=True, is_part=True)


def is_below(path: str, trees: Iterable[str]) -> bool:
    """Whether a path is one of some directories or below it."""
    return any(is_within(path, tree) for tree in trees)

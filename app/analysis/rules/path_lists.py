"""What the lists of paths of a unit cover, as several rules ask it."""

from collections.abc import Iterable

from app.catalogue import MANAGED_ROOTS
from app.effective import Effective
from app.effective.effective import ManagedDirectory
from app.unitfile.model import UnitFile, quote_path
from app.values import is_within, simplify, split_words
from app.values.sentences import one_of

HIDING_DIRECTIVES = ("InaccessiblePaths", "TemporaryFileSystem")
BINDS = ("BindPaths", "BindReadOnlyPaths")
TEMPORARY_TREES = ("/dev", "/proc", "/run", "/sys", "/tmp", "/var/run", "/var/tmp")
"""Where nothing outlives the machine's next start, or is no file at all."""

ROOTS = ("RootDirectory", "RootImage", "RootMStack")


def uncovered(unit: Effective, trees: Iterable[str], names: Iterable[str]) -> list[str]:
    """The trees that no path of these lists of paths covers."""
    covers = [path.split(":")[0] for name in names for path in unit.paths(name)]
    return [tree for tree in trees if not any(is_within(tree, path) for path in covers if path)]


def binds(unit: Effective, name: str) -> list[tuple[str, str]]:
    """What BindPaths= or BindReadOnlyPaths= puts where: pairs of source and place."""
    parts = [path.split(":") for path in unit.paths(name)]
    return [(simplify(part[0]), simplify(part[1] if len(part) > 1 and part[1] else part[0])) for part in parts]


def bound_to(unit: Effective, names: Iterable[str] = BINDS) -> set[str]:
    """The places where BindPaths= and its like put something."""
    return {place for name in names for _, place in binds(unit, name)}


def has_root(unit: Effective) -> bool:
    """Whether the service sees a root directory of its own instead of the machine's."""
    return any(unit.written(name) for name in ROOTS)


def own_trees(unit: Effective) -> list[str]:
    """The directories that systemd or the preparation gives the service to write to."""
    words = [word for row in MANAGED_ROOTS for value in unit.file.values(row.directive) for word in split_words(value)]
    read_only = {simplify(unit.resolve(word.partition(":")[0])) for word in words if word.endswith(":ro")}
    managed = [d.path for d in unit.managed if d.row.root != "/etc" and _name(d) not in read_only]
    return [*managed, *(own.path for own in unit.own if own.writable)]


def _name(directory: ManagedDirectory) -> str:
    return directory.path.removeprefix(f"{directory.row.root}/")


def with_path(unit: UnitFile, name: str, path: str) -> UnitFile:
    """The unit with one path more in a list of paths."""
    return unit.with_values(name, *unit.values(name), quote_path(path))


def joined(words: list[str]) -> str:
    """A list for a sentence: “a, b and c”."""
    return one_of(words).replace(" or ", " and ")

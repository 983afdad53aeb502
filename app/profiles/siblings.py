"""Hiding what belongs to other services: empty directories over the trees that all keep their data in."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app import catalogue
from app.effective import Effective
from app.profiles.changes import is_readable, with_line
from app.profiles.needed import NeededPath, needed, starts_at_home
from app.unitfile.model import Assignment, UnitFile
from app.values import PathList, ancestors, is_within, quoted, simplify
from app.values.lexing import raw_words, unquote

TREES = ("/var/lib", "/var/cache", "/var/log", "/srv")
"""What is laid over: managed directories in them stay, since systemd binds them (run on 252, 257 and 262)."""

ROOTS = ("RootDirectory", "RootImage", "RootMStack")
HIDDEN, SHUT = "TemporaryFileSystem", "InaccessiblePaths"
OPEN = ("ReadWritePaths", "ReadOnlyPaths", "ExecPaths", "NoExecPaths", "BindPaths", "BindReadOnlyPaths")
"""Lists that put a tree itself back into sight, or keep systemd from laying anything over it."""
SPARED = (SHUT, "NoExecPaths")
"""Lists of what need not be there once it is hidden."""


def hides_siblings(unit: UnitFile) -> UnitFile:
    """Lay empty directories over the trees, and show in them what the service needs."""
    if not is_readable(unit, HIDDEN, "/srv:ro"):
        raise ValueError(f"{HIDDEN}= came with systemd 238, and this is for {unit.target.version}.")
    effective = Effective(unit)
    if any(effective.written(name) for name in ROOTS):
        raise ValueError("It has a root directory of its own, in which there are no siblings to hide.")
    if effective.identity == "existing" and starts_at_home(effective):
        raise ValueError(
            "Only the machine knows where the home of this account is: name it in WorkingDirectory= instead of ~ first."
        )
    _refuse_open_trees(effective)
    covered = {*_covered(effective), *effective.paths(SHUT)}
    missing = [tree for tree in TREES if not any(is_within(tree, path) for path in covered)]
    if missing:
        unit = with_line(unit, HIDDEN, " ".join(f"{tree}:ro" for tree in missing))
    return _spare(_show(unit))


def _covered(unit: Effective) -> set[str]:
    """What is laid over already."""
    return {path.partition(":")[0] for path in unit.paths(HIDDEN)}


def _refuse_open_trees(unit: Effective) -> None:
    for name in OPEN:
        tree = next((path for path in _places(unit, (name,)) if path in TREES), "")
        if tree:
            raise ValueError(
                f"{name}={tree} names what belongs to all services, so none of it can be hidden. Name the directory that this one needs."
            )


def _places(unit: Effective, names: Iterable[str]) -> set[str]:
    """The paths of some lists as the service sees them: of a bind, where it is put."""
    parts = (path.split(":") for name in names for path in unit.paths(name))
    return {simplify(part[1] if len(part) > 1 and part[1] else part[0]) for part in parts}


def _show(unit: UnitFile) -> UnitFile:
    """The unit with a bind for everything that it needs of a tree and that is not there by itself."""
    effective = Effective(unit)
    there = _shown(effective)
    bind_mounts: list[Assignment] = []
    for path, is_writable, is_optional in _wanted(effective):
        if there.isdisjoint({path, *ancestors(path)}):
            there.add(path)
            bind_mounts.extend(_binds(unit, "BindPaths" if is_writable else "BindReadOnlyPaths", path, is_optional))
    return replace(unit, assignments=(*unit.assignments, *_joined(bind_mounts)))


def _joined(bind_mounts: list[Assignment]) -> Iterator[Assignment]:
    """One line for each list; a word in quotes has its own, since versions read quotes among others in two ways."""
    yield from (bind for bind in bind_mounts if '"' in bind.value)
    for name in dict.fromkeys(bind.name for bind in bind_mounts):
        words = [bind.value for bind in bind_mounts if bind.name == name and '"' not in bind.value]
        yield from [Assignment(name, " ".join(words))] if words else []


def _shown(unit: Effective) -> set[str]:
    """What is there in a tree that is laid over: managed directories, and what is bound."""
    return {directory.path for directory in unit.managed} | _places(unit, ("BindPaths", "BindReadOnlyPaths"))


def _wanted(unit: Effective) -> list[tuple[str, bool, bool]]:
    """What is needed of the trees, whether writable, whether it may be missing: the writable first, the outer first."""
    found: dict[tuple[str, bool], bool] = {}
    for need in needed(unit):
        for path in _below_trees(need):
            key = (path, need.is_writable)
            found[key] = found.get(key, True) and need.is_optional
    rows = ((path, is_writable, is_optional) for (path, is_writable), is_optional in found.items())
    return sorted(rows, key=lambda row: (not row[1], row[0].count("/"), row[0]))


def _below_trees(need: NeededPath) -> Iterator[str]:
    return (need.below(tree) for tree in TREES if is_within(need.path, tree) and need.path != tree)


def _binds(unit: UnitFile, name: str, path: str, is_optional: bool) -> Iterator[Assignment]:
    """The line that binds a path; none where no line can name it, and it may be missing."""
    sign = "-" if is_optional else ""
    word = f'"{sign}{path}"' if " " in path else f"{sign}{path}"
    try:
        catalogue.find(name).kind.normalise(word)
        is_sayable = ":" not in path and is_readable(unit, name, word)
    except ValueError:
        is_sayable = False
    if is_sayable:
        yield Assignment(name, word)
    elif not is_optional:
        raise ValueError(f"{quoted(path)} has a sign in it that {name}= cannot name. Rename it first.")


def _spare(unit: UnitFile) -> UnitFile:
    """The unit with - before each path that is hidden now and that a list would miss."""
    effective = Effective(unit)
    there = _shown(effective)
    lines = (
        line._replace(value=_spared(effective, line.value, there)) if line.name in SPARED else line
        for line in unit.assignments
    )
    return replace(unit, assignments=tuple(lines))


def _spared(unit: Effective, value: str, there: set[str]) -> str:
    words = raw_words(value)
    kept = [f"-{word}" if _is_missed(unit, unquote(word), there) else word for word in words]
    return value if kept == words else " ".join(kept)


def _is_missed(unit: Effective, word: str, there: set[str]) -> bool:
    path = simplify(unit.expand_known(PathList.strip_prefixes(word)))
    is_hidden = any(is_within(path, tree) and path != tree for tree in TREES)
    return is_hidden and not word.startswith("-") and there.isdisjoint({path, *ancestors(path)})

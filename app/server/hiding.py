"""Siblings hidden from each other: knowing who else is on the server, each service sees its own directories alone.

Below the directories that services share, TemporaryFileSystem= shows an empty one, in which systemd puts what it manages for
the service (run on 252, 257 and 262), and BindPaths= what else it needs; elsewhere InaccessiblePaths= covers the siblings'
directories one by one (systemd.exec(5)).
"""

from collections.abc import Iterable, Iterator

from app import catalogue, rules
from app.rules import SEVERITIES
from app.rules.commands import COMMANDS
from app.server.member import Holding, Member, Server
from app.unitfile import WRITABLE, UnitFile, quote_path
from app.values import ancestors, commands_of, is_within, simplify

COVERED = ("/var/lib", "/var/cache", "/var/log", "/srv")
"""Directories in which services have theirs side by side."""

EMPTY, SHOWN, SHOWN_TO_READ, SHUT = "TemporaryFileSystem", "BindPaths", "BindReadOnlyPaths", "InaccessiblePaths"
ROOTS = ("RootDirectory", "RootImage", "RootMStack")


def hide_siblings(server: Server) -> tuple[UnitFile, ...]:
    """The units, each with the directories of the others hidden from it; unchanged where it cannot or need not be."""
    return tuple(_hidden(server, at, member) for at, member in server)


def _hidden(server: Server, at: int, member: Member) -> UnitFile:
    if any(member.effective.written(name) for name in ROOTS) or not _knows(member, EMPTY):
        return member.unit
    siblings = [holding for other, sibling in server if other != at for holding in sibling.holdings]
    unit = _shut(_emptied(member, siblings), member, siblings)
    return unit if unit != member.unit and _brings_nothing(member, unit) else member.unit


def _knows(member: Member, name: str) -> bool:
    return catalogue.find(name).is_read_by(member.effective.version)


def _brings_nothing(member: Member, unit: UnitFile) -> bool:
    """Whether the rules find nothing more that keeps the service from starting or working."""
    known = {(finding.id, finding.field) for finding in member.findings}
    worst = SEVERITIES.index("hint")
    new = (f for f in rules.judge(unit) if (f.id, f.field) not in known)
    return not any(SEVERITIES.index(finding.severity) <= worst for finding in new)


def _emptied(member: Member, siblings: list[Holding]) -> UnitFile:
    """Its unit with the shared directories that hold a sibling's shown empty, but for what it needs in them."""
    covers = {path.split(":")[0] for path in member.effective.paths(EMPTY)}
    crowded = [tree for tree in COVERED if any(is_within(one.path, tree) and one.path != tree for one in siblings)]
    emptied = [tree for tree in crowded if covers.isdisjoint({tree, *ancestors(tree)})]
    unit = _with_words(member.unit, EMPTY, [f"{tree}:ro" for tree in emptied])
    taken = [one.path for one in siblings]
    for field, path in _needed(member, taken):
        if any(is_within(path, tree) for tree in emptied) and path not in _bound(member):
            unit = _with_words(unit, field, [quote_path(path)])
    return unit


def _with_words(unit: UnitFile, name: str, words: list[str]) -> UnitFile:
    """The unit with further words in a list, on a line of their own; those that are there are not written again."""
    new = [word for word in words if word not in unit.values(name)]
    return unit.with_values(name, *unit.values(name), *new) if new else unit


def _bound(member: Member) -> set[str]:
    paths = [path for name in (SHOWN, SHOWN_TO_READ) for path in member.effective.paths(name)]
    return {simplify(path.split(":")[1] if path.count(":") else path) for path in paths}


def _needed(member: Member, taken: list[str]) -> Iterator[tuple[str, str]]:
    """What the service needs of the file system by its unit, each once with the directive that shows it. Not what systemd manages."""
    effective = member.effective
    managed = [one.path for one in member.holdings if one.row]
    yield from ((SHOWN if own.writable else SHOWN_TO_READ, own.path) for own in effective.own)
    shown = {own.path for own in effective.own}
    writable = (path for path in effective.paths(WRITABLE) if path not in shown)
    read = [_home_of(path, taken) for path in (*_programs(member), *_directory(member))]
    found = [*((SHOWN, path) for path in writable), *((SHOWN_TO_READ, path) for path in read)]
    for field, path in dict.fromkeys(found):
        if path not in shown and not any(is_within(path, own) for own in (*managed, *shown)):
            yield field, path


def _programs(member: Member) -> Iterator[str]:
    effective = member.effective
    for name in COMMANDS:
        paths = (command.path for line in effective.lines(name) for command in commands_of(line))
        yield from (simplify(effective.expand_known(path)) for path in paths if path.startswith(("/", "%")))


def _directory(member: Member) -> Iterator[str]:
    directory = member.effective.expand_known(member.effective.written("WorkingDirectory").removeprefix("-"))
    if directory.startswith("/"):
        yield simplify(directory)


def _home_of(path: str, taken: Iterable[str]) -> str:
    """The highest directory around a path, below a shared one, that holds nothing of a sibling; else the path itself."""
    around = [above for above in ancestors(path) if any(is_within(above, tree) and above != tree for tree in COVERED)]
    return next((above for above in around if not any(is_within(other, above) for other in taken)), path)


def _shut(unit: UnitFile, member: Member, siblings: list[Holding]) -> UnitFile:
    """The unit with the siblings' own directories elsewhere closed to it, unless it needs what is in them."""
    needed = [one.path for one in member.holdings] + [path for _, path in _needed(member, [])]
    covers = {path.split(":")[0] for name in (SHUT, EMPTY) for path in member.effective.paths(name)}
    for path in dict.fromkeys(one.path for one in siblings if one.row is None):
        is_elsewhere = not any(is_within(path, tree) for tree in COVERED)
        is_needed = any(is_within(other, path) or is_within(path, other) for other in needed)
        if is_elsewhere and not is_needed and covers.isdisjoint({path, *ancestors(path)}):
            unit = _with_words(unit, SHUT, [_optional(path)])
    return unit


def _optional(path: str) -> str:
    """A path that may be missing, as a word of a list."""
    quoted = quote_path(path)
    return f'"-{quoted[1:]}' if quoted.startswith('"') else f"-{quoted}"

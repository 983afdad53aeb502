"""Siblings hidden from each other: knowing who else is on the server, each service sees its own directories alone.

Below the directories that services share, TemporaryFileSystem= shows an empty one, in which systemd puts what it manages for
the service (run on 252, 257 and 262), and BindPaths= what else it needs; elsewhere InaccessiblePaths= covers the siblings'
directories one by one (systemd.exec(5)).
"""

from collections.abc import Callable, Iterator

from app import catalogue
from app.analysis import rules
from app.analysis.rules import SEVERITIES
from app.analysis.rules.commands import COMMANDS
from app.analysis.rules.directories import PathTree
from app.catalogue.limits import MAX_BODY_BYTES
from app.server.member import Member, Server, ServiceDirectory
from app.unitfile.model import WRITABLE, UnitFile, quote_path
from app.values import ancestors, commands_of, is_within, simplify

COVERED = ("/var/lib", "/var/cache", "/var/log", "/srv")
"""Directories in which services have theirs side by side."""

EMPTY, SHOWN, SHOWN_TO_READ, SHUT = "TemporaryFileSystem", "BindPaths", "BindReadOnlyPaths", "InaccessiblePaths"
ROOTS = ("RootDirectory", "RootImage", "RootMStack")


def hide_siblings(server: Server) -> Iterator[UnitFile]:
    """The units, each with the directories of the others hidden from it; unchanged where it cannot or need not be.

    None is changed where all of them together would be too long to be posted.
    """
    fits = _added_characters(server) <= MAX_BODY_BYTES
    return (_hidden(server, at, member) if fits else member.unit for at, member in server)


def _added_characters(server: Server) -> int:
    """About how long the lists become in which the directories of all others are closed one by one."""
    paths = [holding.path for _, member in server for holding in member.holdings if _is_elsewhere(holding)]
    return len(server.members) * sum(map(len, paths))


def _is_elsewhere(holding: ServiceDirectory) -> bool:
    """Whether it is an own directory outside of the directories in which services have theirs side by side."""
    return holding.row is None and not any(is_within(holding.path, tree) for tree in COVERED)


def _hidden(server: Server, at: int, member: Member) -> UnitFile:
    if any(member.effective.written(name) for name in ROOTS) or not _knows(member, EMPTY):
        return member.unit
    elsewhere = [one.path for other, sibling in server if other != at for one in sibling.holdings if _is_elsewhere(one)]
    unit = _shut(_emptied(server, at, member), member, elsewhere)
    return unit if unit != member.unit and _brings_nothing(member, unit) else member.unit


def _knows(member: Member, name: str) -> bool:
    return catalogue.find(name).is_read_by(member.effective.version)


def _brings_nothing(member: Member, unit: UnitFile) -> bool:
    """Whether the rules find nothing more that keeps the service from starting or working."""
    known = {(finding.id, finding.field) for finding in member.findings}
    worst = SEVERITIES.index("hint")
    new = (f for f in rules.judge(unit) if (f.id, f.field) not in known)
    return not any(SEVERITIES.index(finding.severity) <= worst for finding in new)


def _emptied(server: Server, at: int, member: Member) -> UnitFile:
    """Its unit with the shared directories that hold a sibling's shown empty, but for what it needs in them."""
    covers = {path.split(":")[0] for path in member.effective.paths(EMPTY)}
    crowded = [tree for tree in COVERED if server.holds(tree, at)]
    emptied = [tree for tree in crowded if covers.isdisjoint({tree, *ancestors(tree)})]
    unit = _with_words(member.unit, EMPTY, [f"{tree}:ro" for tree in emptied])
    bound = _bound(member)
    shown: dict[str, list[str]] = {}
    for field, path in _needed(member, lambda path: server.is_taken(path, at)):
        if any(is_within(path, tree) for tree in emptied) and path not in bound:
            shown[field] = [*shown.pop(field, []), quote_path(path)]
    for field, words in shown.items():
        unit = _with_words(unit, field, words)
    return unit


def _with_words(unit: UnitFile, name: str, words: list[str]) -> UnitFile:
    """The unit with further words in a list, on a line of their own; those that are there are not written again."""
    new = [word for word in words if word not in unit.values(name)]
    return unit.with_values(name, *unit.values(name), *new) if new else unit


def _bound(member: Member) -> set[str]:
    paths = [path for name in (SHOWN, SHOWN_TO_READ) for path in member.effective.paths(name)]
    return {simplify(path.split(":")[1] if path.count(":") else path) for path in paths}


def _needed(member: Member, is_taken: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """What the service needs of the file system by its unit, each once with the directive that shows it. Not what systemd manages."""
    effective = member.effective
    yield from ((SHOWN if own.writable else SHOWN_TO_READ, own.path) for own in effective.own)
    shown = {own.path for own in effective.own}
    writable = (path for path in effective.paths(WRITABLE) if path not in shown)
    read = [_home_of(path, is_taken) for path in (*_programs(member), *_directory(member))]
    found = [*((SHOWN, path) for path in writable), *((SHOWN_TO_READ, path) for path in read)]
    provided = {one.path for one in member.holdings if one.row} | shown
    for field, path in dict.fromkeys(found):
        if provided.isdisjoint({path, *ancestors(path)}):
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


def _home_of(path: str, is_taken: Callable[[str], bool]) -> str:
    """The highest directory around a path, below a shared one, that holds nothing of a sibling; else the path itself."""
    if not any(is_within(path, tree) for tree in COVERED):
        return path
    around = [above for above in ancestors(path) if any(is_within(above, tree) and above != tree for tree in COVERED)]
    return next((above for above in around if not is_taken(above)), path)


def _shut(unit: UnitFile, member: Member, elsewhere: list[str]) -> UnitFile:
    """The unit with the siblings' own directories elsewhere closed to it, unless it needs what is in them."""
    needed = PathTree([one.path for one in member.holdings] + [path for _, path in _needed(member, lambda _: False)])
    covers = {path.split(":")[0] for name in (SHUT, EMPTY) for path in member.effective.paths(name)}
    closed = [
        path
        for path in dict.fromkeys(elsewhere)
        if not needed.meets(path) and covers.isdisjoint({path, *ancestors(path)})
    ]
    return _with_words(unit, SHUT, [_optional(path) for path in closed])


def _optional(path: str) -> str:
    """A path that may be missing, as a word of a list."""
    quoted = quote_path(path)
    return f'"-{quoted[1:]}' if quoted.startswith('"') else f"-{quoted}"

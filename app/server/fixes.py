"""Units changed so that they keep apart from others on their server: names and directories that nobody else has."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count, islice

from app.analysis.access import paths_of
from app.analysis.rules.directories import without_path
from app.catalogue import ManagedRoot, find
from app.catalogue.reserved import RESERVED_DIRECTORIES, is_system_account, owner_of
from app.effective import Effective
from app.host.requirements import requirements
from app.server.conflict import ServiceChange
from app.server.member import Member, MemberDirectory, Server
from app.unitfile.model import WRITABLE, Assignment, UnitFile
from app.values import AccountName, DirectoryNames, GroupNames, check_own_path, is_strict_name, simplify
from app.values.lexing import raw_words, unquote

NAMING = (AccountName, GroupNames, DirectoryNames)
"""The kinds of values that name what a service has for itself."""

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_MAX_TRIES = 60


def _numbered(name: str, longest: int = 240) -> Iterator[str]:
    """A name and others after it, name-2 and so on."""
    yield name[:longest]
    yield from (f"{name[: longest - len(str(number)) - 1]}-{number}" for number in count(2))


def _first(names: Iterable[str], is_free: Callable[[str], bool]) -> str:
    """The first name that is free; "" where there is none soon."""
    return next((name for name in islice(names, _MAX_TRIES) if is_free(name)), "")


def free_account(server: Server, member: Member) -> str:
    """A name for a user and group of its own; "" where its name makes none."""

    def is_free(name: str) -> bool:
        return name not in server.accounts and is_strict_name(name) and not is_system_account(name)

    return _first(_numbered(member.name, 31), is_free)


def own_user(server: Server, at: int) -> ServiceChange | None:
    """A user of its own, and a group of it where the group had the user's name."""
    member = server.members[at]
    user = free_account(server, member)
    if not user:
        return None
    unit = replace(member.unit, existing=False, uid="").with_values("User", user)
    has_its_group = unit.is_set("Group") and member.group == member.user
    return ServiceChange(
        f"Set User={user} in {member.name}", at, unit.with_values("Group", user) if has_its_group else unit
    )


def own_group(server: Server, at: int, group: str) -> ServiceChange | None:
    """The group taken out, or one of its own in its place."""
    member = server.members[at]
    unit, effective = member.unit, member.effective
    if group in effective.supplementary_groups:
        lines = (value.split() for value in unit.values("SupplementaryGroups"))
        kept = (" ".join(word for word in words if effective.resolve(word) != group) for words in lines)
        fixed = unit.with_values("SupplementaryGroups", *filter(None, kept))
        return ServiceChange(f"Take {group} out of SupplementaryGroups= in {member.name}", at, fixed)
    is_others = any(other != at for other in server.by_group.get(member.user, ()))
    name = free_account(server, member) if is_others or not is_strict_name(member.user) else member.user
    own = replace(unit, gid="").with_values("Group", name)
    return ServiceChange(f"Set Group={name} in {member.name}", at, own) if name else None


def own_directory(server: Server, held: MemberDirectory) -> ServiceChange | None:
    """A directory that no other service has in place of one of its own."""
    member, holding = server.members[held.at], held.holding
    if holding.row:
        return _own_managed(server, held, holding.row)
    path = _first((f"/srv/{name}" for name in _numbered(member.name)), lambda path: _is_free(server, path))
    if not path:
        return None
    moved = [own._replace(path=path) if own.path == holding.path else own for own in member.unit.own]
    unit = without_path(member.effective, WRITABLE, holding.path)
    return ServiceChange(f"Use {path} in {member.name} instead", held.at, replace(unit, own=tuple(moved)))


def _is_free(server: Server, path: str) -> bool:
    try:
        check_own_path(path)
    except ValueError:
        return False
    return not owner_of(path) and not any(True for _ in server.meeting(path))


def _own_managed(server: Server, held: MemberDirectory, row: ManagedRoot) -> ServiceChange | None:
    member = server.members[held.at]

    def is_free(name: str) -> bool:
        path = f"{row.root}/{name}"
        taken = path in RESERVED_DIRECTORIES or any(True for _ in server.meeting(path))
        return bool(_PLAIN.fullmatch(name)) and not taken

    name = _first(_numbered(member.name), is_free)
    old = held.holding.path.removeprefix(f"{row.root}/")
    values = member.unit.values(row.directive)
    lines = [_renamed_line(value, lambda word: name if _directory(member, word) == old else "") for value in values]
    unit = member.unit.with_values(row.directive, *lines)
    return ServiceChange(f"Use {row.directive}={name} in {member.name}", held.at, unit) if name else None


def _directory(member: Member, word: str) -> str:
    """The directory that a word of a list names."""
    return simplify(member.effective.resolve(word))


def _renamed_line(line: str, rename: Callable[[str], str]) -> str:
    """A line with another name for the words that rename() gives one; what follows a colon stays."""
    words = raw_words(line)
    named = [(word, unquote(word).partition(":")) for word in words]
    names = [(word, rename(name), colon + rest) for word, (name, colon, rest) in named]
    return " ".join(f"{name}{rest}" if name else word for word, name, rest in names)


def closed(server: Server, held: MemberDirectory) -> ServiceChange | None:
    """A directory closed to all but its owner and group."""
    member, holding = server.members[held.at], held.holding
    mode = f"{holding.mode & 0o7770:04o}"
    if holding.row:
        name = holding.row.mode_directive
        return ServiceChange(f"Set {name}={mode} in {member.name}", held.at, member.unit.with_values(name, mode))
    own = (one._replace(mode=mode) if one.path == holding.path else one for one in member.unit.own)
    return ServiceChange(f"Give {holding.path} mode {mode}", held.at, replace(member.unit, own=tuple(own)))


def with_lines(server: Server, at: int, name: str, *values: str) -> ServiceChange:
    """A directive set to these values, instead of its own or beside those that it has."""
    member = server.members[at]
    return ServiceChange(f"Set {name}={values[-1]} in {member.name}", at, member.unit.with_values(name, *values))


def without(server: Server, at: int, name: str, path: str) -> ServiceChange:
    """A path taken out of a list of paths."""
    member = server.members[at]
    return ServiceChange(f"Take {path} out of {name}= in {member.name}", at, without_path(member.effective, name, path))


def renamed(unit: UnitFile, name: str) -> UnitFile:
    """The unit under another name, and what it had by its old one for itself by the new one too: user, group, directories."""
    lines = (
        Assignment(line.name, _renamed_line(line.value, lambda word: name if word == unit.name else ""))
        if isinstance(find(line.name).kind, NAMING)
        else line
        for line in unit.assignments
    )
    own = (one._replace(path=_renamed_path(one.path, unit.name, name)) for one in unit.own)
    return replace(unit, name=name, assignments=tuple(lines), own=tuple(own))


def _renamed_path(path: str, old: str, name: str) -> str:
    return "/".join(name if part == old else part for part in path.split("/"))


def free_name(unit: UnitFile, taken: Iterable[str]) -> str:
    """A name like that of a unit that no other has."""
    others = frozenset(taken)
    return _first(islice(_numbered(unit.name), 1, None), lambda name: name not in others)


def has_places(unit: UnitFile) -> bool:
    """Whether its users, groups and directories can be read off it: none needs a specifier that only the machine knows."""
    try:
        _ = paths_of(Effective(unit)), requirements(Effective(unit))
    except ValueError:
        return False
    return True

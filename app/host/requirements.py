"""What units want of a machine before they start, as data: accounts, directories, and what must be there already.

Everything that prepares a machine is made of this: shell, sysusers.d(5) and tmpfiles.d(5). Numbers and modes are texts, as
written; "" is a number that nobody fixed, and the group "" is the user's primary group, which only the machine knows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import dirname, relpath
from typing import Literal, NamedTuple, TypeVar

from app.catalogue.limits import MAX_CHECKED_GROUPS, MAX_CHECKED_PATHS
from app.catalogue.versions import PLAIN
from app.effective import Effective
from app.values import expand, simplify, split_words


class RequiredGroup(NamedTuple):
    """A system group to create unless it is there. gid: its number where one is fixed, and then it must have that one."""

    name: str
    gid: str = ""


class RequiredUser(NamedTuple):
    """A system user to create unless it is there, without making its home. group: its primary group, which it must have.

    shell: nologin, where the distribution aimed at has it. is_lockable: nothing needs PAM to take the account for usable.
    """

    name: str
    uid: str
    group: str
    home: str
    shell: str = PLAIN.nologin
    is_lockable: bool = True


class ExistingAccount(NamedTuple):
    """A user or group that must be there and is never made: its database for getent, and the directive that names it."""

    database: Literal["passwd", "group"]
    name: str
    directive: str


class RequiredDirectory(NamedTuple):
    """A directory with its owner and mode.

    kind: "own" is made and handed over with all that is in it; "configuration" is made if it is missing, and then must be
    as said, but is never changed; "managed" is made by systemd when the service starts. is_writable: for the service.
    """

    path: str
    user: str
    group: str
    mode: str
    kind: Literal["own", "configuration", "managed"]
    is_writable: bool = True

    @property
    def is_handed_over(self) -> bool:
        """Whether all that is in it gets the same owner."""
        return self.kind == "own"


class RequiredPath(NamedTuple):
    """A path that must be there and is never made. user: who it should belong to, "" where that cannot be said."""

    path: str
    user: str


class Link(NamedTuple):
    """A symbolic link that systemd creates. target: where it leads; text: the same, relative to the link."""

    path: str
    target: str
    text: str


class Node(NamedTuple):
    """A socket, named pipe or message queue that systemd creates, and leaves where it is when the socket unit stops.

    kind: its type as find(1) names it; a message queue is a file of its own file system. The mode is exact. A message queue is
    root's on systemd 252, and belongs to SocketUser= and SocketGroup= on 257 and 262 (tested).
    """

    path: str
    user: str
    group: str
    mode: str
    kind: Literal["s", "p", "f"]


@dataclass(frozen=True)
class Requirements:
    """What one or several units want. Groups come before the users that are in them, and users before what is theirs.

    more_paths, more_groups: how many paths and supplementary groups are not looked at, because there are too many.
    """

    groups: tuple[RequiredGroup, ...]
    users: tuple[RequiredUser, ...]
    accounts: tuple[ExistingAccount, ...]
    directories: tuple[RequiredDirectory, ...]
    paths: tuple[RequiredPath, ...]
    links: tuple[Link, ...] = ()
    nodes: tuple[Node, ...] = ()
    more_paths: int = 0
    more_groups: int = 0

    @property
    def created(self) -> tuple[RequiredDirectory, ...]:
        """The directories that the preparation makes; systemd makes the others."""
        return tuple(directory for directory in self.directories if directory.kind != "managed")


def requirements(*units: Effective) -> Requirements:
    """What the units want; what several want stands there once, as the first of them wants it."""
    each = [_of_one(unit) for unit in units]
    return Requirements(
        _each_once(("name",), (group for one in each for group in one.groups)),
        _each_once(("name",), (user for one in each for user in one.users)),
        _each_once(("database", "name"), (account for one in each for account in one.accounts)),
        _each_once(("path",), (directory for one in each for directory in one.directories)),
        _each_once(("path",), (path for one in each for path in one.paths)),
        _each_once(("path",), (link for one in each for link in one.links)),
        _each_once(("path",), (node for one in each for node in one.nodes)),
        sum(one.more_paths for one in each),
        sum(one.more_groups for one in each),
    )


_Row = TypeVar("_Row", RequiredGroup, RequiredUser, ExistingAccount, RequiredDirectory, RequiredPath, Link, Node)


def _each_once(key: tuple[str, ...], rows: Iterable[_Row]) -> tuple[_Row, ...]:
    """The rows without those of which some fields were there before."""
    first: dict[tuple[str, ...], _Row] = {}
    for row in rows:
        first.setdefault(tuple(getattr(row, name) for name in key), row)
    return tuple(first.values())


def _of_one(unit: Effective) -> Requirements:
    is_made = unit.identity == "own"
    nologin, has_session = unit.file.target.family.nologin, bool(unit.file.value("PAMName"))
    user = RequiredUser(unit.user, unit.file.uid, unit.group, unit.home, nologin, not has_session) if is_made else None
    paths = unit.unprepared_paths
    return Requirements(
        (RequiredGroup(unit.group, unit.file.gid),) if is_made else (),
        (user,) if user else (),
        tuple(_accounts(unit)),
        tuple(_directories(unit)),
        tuple(
            RequiredPath(path, unit.user if unit.identity in {"own", "existing"} else "")
            for path in paths[:MAX_CHECKED_PATHS]
        ),
        tuple(_links(unit)),
        tuple(_nodes(unit)),
        max(0, len(paths) - MAX_CHECKED_PATHS),
        max(0, len(dict.fromkeys(unit.supplementary_groups)) - MAX_CHECKED_GROUPS),
    )


def _accounts(unit: Effective) -> Iterator[ExistingAccount]:
    """Supplementary groups come with the package that owns what they open; a dynamic group comes with its user."""
    if unit.identity == "existing":
        yield ExistingAccount("passwd", unit.user, "User")
        if unit.group:
            yield ExistingAccount("group", unit.group, "Group")
    for group in list(dict.fromkeys(unit.supplementary_groups))[:MAX_CHECKED_GROUPS]:
        if not (unit.is_dynamic and group == unit.group):
            yield ExistingAccount("group", group, "SupplementaryGroups")


def _directories(unit: Effective) -> Iterator[RequiredDirectory]:
    user, group = ("root", "root") if unit.identity == "root" else (unit.account, unit.group)
    for own in unit.own:
        yield RequiredDirectory(own.path, user, group, own.effective_mode, "own", own.writable)
    for directory in unit.managed:
        if directory.is_of_root:
            # A dynamic user is not there yet when the directory is made.
            of = "root" if unit.is_dynamic else group
            yield RequiredDirectory(
                directory.path, "root", of, unit.configuration_mode, "configuration", is_writable=False
            )
    for directory in unit.managed:
        if not directory.is_of_root:
            writable = not directory.is_read_only
            yield RequiredDirectory(directory.real, user, group, directory.mode, "managed", writable)


def _links(unit: Effective) -> Iterator[Link]:
    """Links to directories below private/, links beside managed directories (NAME:LINK), and those of Symlinks=."""
    for directory in unit.managed:
        if directory.is_private:
            yield _relative_link(directory.path, directory.real)
        if directory.link:
            yield _relative_link(directory.link, directory.path)
    targets = [node.path for node in _nodes(unit)]
    for value in unit.file.values("socket.Socket.Symlinks") if len(targets) == 1 else ():
        for word in split_words(value):
            yield _relative_link(simplify(_of_socket(unit, word)), targets[0])


def _relative_link(path: str, target: str) -> Link:
    return Link(path, target, relpath(target, dirname(path)))


_NODES: dict[str, Literal["s", "p", "f"]] = {
    "socket.Socket.ListenStream": "s",
    "socket.Socket.ListenDatagram": "s",
    "socket.Socket.ListenSequentialPacket": "s",
    "socket.Socket.ListenFIFO": "p",
    "socket.Socket.ListenMessageQueue": "f",
}
"""What systemd creates in a file system for the directives that say what a socket listens on."""


def _nodes(unit: Effective) -> Iterator[Node]:
    """What the socket unit listens on that is a file."""
    mode = unit.file.value("socket.Socket.SocketMode") or "0666"
    named = (unit.file.value("socket.Socket.SocketUser"), unit.file.value("socket.Socket.SocketGroup"))
    user, group = (_of_socket(unit, name) or "root" for name in named)
    if named[0] and not named[1]:
        group = ""
    for directive, kind in _NODES.items():
        for value in unit.file.values(directive):
            path = simplify(_of_socket(unit, value)) if value[0] in "/%" else ""
            if kind == "f" and path:
                yield Node(f"/dev/mqueue{path}", user, group, mode, kind)
            elif path.startswith("/"):
                yield Node(path, user, group, mode, kind)


def _of_socket(unit: Effective, text: str) -> str:
    """A value of the socket unit with its specifiers expanded; "" for one that only the machine knows."""
    try:
        return expand(text, unit.specifiers | {"n": f"{unit.name}.socket"})
    except ValueError:
        return ""

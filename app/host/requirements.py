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
    """A system group that the preparation creates if it does not exist."""

    name: str
    gid: str = ""
    """The fixed group number, or "" for any number. An existing group must have a fixed number too."""


class RequiredUser(NamedTuple):
    """A system user that the preparation creates if it does not exist, without creating its home directory."""

    name: str
    uid: str
    """The fixed user number, or "" for any number."""
    group: str
    """The user's primary group. An existing user must have it too."""
    home: str
    """The absolute path of the home directory."""
    shell: str = PLAIN.nologin
    """The path of nologin on the target distribution."""
    is_lockable: bool = True
    """Whether the account can be locked, because no part of the service needs PAM to accept it."""


class ExistingAccount(NamedTuple):
    """A user or group that must exist and that the preparation does not create."""

    database: Literal["passwd", "group"]
    """The database of the account, as an argument of getent."""
    name: str
    directive: str
    """The directive that names the account."""


class RequiredDirectory(NamedTuple):
    """A directory with its owner and mode."""

    path: str
    """The absolute path."""
    user: str
    group: str
    mode: str
    """The access bits as an octal number."""
    kind: Literal["own", "configuration", "managed"]
    """The component that creates the directory.

    The preparation creates an "own" directory and changes the owner of everything in it. The preparation creates a
    "configuration" directory if it is missing, checks its owner and mode, and never changes it. systemd creates a
    "managed" directory when the service starts.
    """
    is_writable: bool = True
    """Whether the service can write to the directory."""

    @property
    def is_handed_over(self) -> bool:
        """Whether all that is in it gets the same owner."""
        return self.kind == "own"


class RequiredPath(NamedTuple):
    """A path that must exist and that the preparation does not create."""

    path: str
    """The absolute path."""
    user: str
    """The user who should own the path, or "" if the owner is unknown."""


class Link(NamedTuple):
    """A symbolic link that systemd creates."""

    path: str
    """The absolute path of the link."""
    target: str
    """The absolute path that the link leads to."""
    text: str
    """The target relative to the directory of the link, as the link stores it."""


class Node(NamedTuple):
    """A socket, named pipe or message queue that systemd creates, and leaves in place when the socket unit stops."""

    path: str
    """The absolute path. A message queue is a path in its own file system."""
    user: str
    """The owner's name.

    systemd 252 leaves a message queue to root. systemd 257 and 262 give it to SocketUser= and SocketGroup= (tested).
    """
    group: str
    mode: str
    """The access bits as an octal number. systemd sets exactly these."""
    kind: Literal["s", "p", "f"]
    """The type as find(1) abbreviates it."""


@dataclass(frozen=True)
class Requirements:
    """The requirements of one or more units. Each requirement comes after those that it depends on."""

    groups: tuple[RequiredGroup, ...]
    """The groups to create."""
    users: tuple[RequiredUser, ...]
    """The users to create, after their groups."""
    accounts: tuple[ExistingAccount, ...]
    """The users and groups that must exist."""
    directories: tuple[RequiredDirectory, ...]
    """The directories to create or to check, after their owners."""
    paths: tuple[RequiredPath, ...]
    """The paths that must exist."""
    links: tuple[Link, ...] = ()
    """The symbolic links that systemd creates."""
    nodes: tuple[Node, ...] = ()
    """The sockets, named pipes and message queues that systemd creates."""
    more_paths: int = 0
    """The number of paths that were not examined because the unit has too many."""
    more_groups: int = 0
    """The number of supplementary groups that were not examined because the unit has too many."""

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

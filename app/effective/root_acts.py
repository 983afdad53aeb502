"""Root acts: every path of a unit on which systemd acts as root, with what systemd does there.

One row for each way in which a directive names such a path. Conditions and assertions (ConditionPathExists= and its
like) have no row: systemd only asks whether the path exists. Sources: systemd.exec(5), systemd.service(5),
systemd.socket(5), systemd.path(5); src/core/exec-invoke.c, service.c, socket.c, path.c and namespace.c. Tested on
systemd 252, 257 and 262.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from app import catalogue
from app.catalogue import MANAGED_ROOTS
from app.catalogue.root_paths import CREATE, DELETE, HAND_OVER, LOAD, MAKE, MOUNT, READ, REPLACE, WRITE, Act
from app.effective.effective import Effective
from app.values import BindMounts, Images, PathList, TemporaryFileSystems, open_file, split_words, unescape

_SPECIFIER = re.compile("%([A-Za-z%])")

MAY_BE_EMPTY = frozenset("ABMWow")
"""Specifiers of os-release(5), which are empty where that file does not set them (systemd.unit(5), "Specifiers")."""

_MANAGER = {"D": "/usr/share", "T": "/tmp", "V": "/var/tmp", "h": "/root", "u": "root", "U": "0", "g": "root", "G": "0"}
"""What more specifiers stand for in the system manager, whoever the service runs as (systemd.unit(5); tested)."""


class RootAct(NamedTuple):
    """A path in one line on which systemd acts as root."""

    row: "PathRow"
    """The row that describes the operation."""
    field: str
    """The name of the directive."""
    line: str
    """The value of the line."""
    written: str
    """The path as the line writes it."""
    path: str
    """The absolute path with expanded specifiers. “..”, symbolic links and unknown specifiers remain."""
    unknown: str = ""
    """The first specifier whose value is empty or unknown here, or ""."""


class PathRow(NamedTuple):
    """The way a directive names a path, and the operation that systemd performs on it."""

    word: str
    """The name of the directive. A row also covers the directives that have the same meaning in another file."""
    act: Act
    """The operation."""
    paths: Callable[[str, int], Iterator[str]]
    """A function that yields the paths in a line for a systemd version, with specifiers as written."""
    instead: str
    """The action that the administrator can take instead, as a sentence."""
    only: tuple[str, str] = ("", "")
    """Another directive of the same file, and the value that makes systemd perform the operation."""
    is_output: bool = False
    """Whether the journal can replace the file."""
    below: str = ""
    """The directory that a relative path refers to."""


def _plain(value: str, version: int) -> Iterator[str]:
    yield value.removeprefix("-")


def _as_written(value: str, version: int) -> Iterator[str]:
    yield value


def _behind(*forms: str) -> Callable[[str, int], Iterator[str]]:
    """The path behind one of these words and a colon."""

    def paths(value: str, version: int) -> Iterator[str]:
        form, _, path = value.partition(":")
        if form in forms:
            yield path

    return paths


def _opened(*, for_writing: bool) -> Callable[[str, int], Iterator[str]]:
    def paths(value: str, version: int) -> Iterator[str]:
        path, options = open_file(value)
        if for_writing is ("read-only" not in options):
            yield path

    return paths


def _credential(value: str, version: int) -> Iterator[str]:
    yield value.partition(":")[2]


def _words(value: str, version: int) -> Iterator[str]:
    return (PathList.strip_prefixes(word) for word in split_words(value))


def _bound(value: str, version: int) -> Iterator[str]:
    """The destinations that are not the source: a source exists before it is mounted, or systemd mounts nothing."""
    for bind in BindMounts.parts(value, version):
        if bind.destination and bind.destination != bind.source.removeprefix("-"):
            yield bind.destination


def _laid_over(value: str, version: int) -> Iterator[str]:
    return (path for path, _ in TemporaryFileSystems.parts(value))


def _images(value: str, version: int) -> Iterator[str]:
    return Images().sources(value)


def _image_destinations(value: str, version: int) -> Iterator[str]:
    return Images(mounted=True).destinations(value)


def _managed(root: str) -> Callable[[str, int], Iterator[str]]:
    """The directories of a line and the links beside them."""

    def paths(value: str, version: int) -> Iterator[str]:
        for word in split_words(value):
            yield from (f"{root}/{name}" for name in word.split(":")[:2] if name)

    return paths


_OUTPUT = "Use the journal, or a file in a log directory that root owns."
_INPUT = "Name a file in a directory that root owns."
_OPEN = "Name a file in a directory that root owns, or let the service open the file itself."
_WRITTEN = "Write the path without this specifier."
_POINT = "Choose a destination that exists, or one below a directory of this service's own."
_LISTEN = "Listen on a path directly below /run or in the service's runtime directory."
_LINK = "Put the link directly below /run."
_WATCH = "Watch a path of the service's own, or set MakeDirectory=no."
_SOCKET, _PATH = "socket.Socket.", "path.Path."
_MAKES = (f"{_PATH}MakeDirectory", "yes")

ROWS = (
    PathRow("StandardInput", READ, _behind("file"), _INPUT),
    PathRow("StandardOutput", WRITE, _behind("file", "append", "truncate"), _OUTPUT, is_output=True),
    PathRow("StandardError", WRITE, _behind("file", "append", "truncate"), _OUTPUT, is_output=True),
    PathRow("OpenFile", READ, _opened(for_writing=False), _OPEN),
    PathRow("OpenFile", WRITE, _opened(for_writing=True), _OPEN),
    PathRow("PIDFile", DELETE, _as_written, "Name a file directly below /run or in the service's runtime directory.", below="/run"),
    PathRow("LoadCredential", READ, _credential, _INPUT),
    PathRow("LoadCredentialEncrypted", LOAD, _credential, _WRITTEN),
    *(PathRow(word, LOAD, _plain, _WRITTEN) for word in (
        "EnvironmentFile", "TTYPath", "USBFunctionDescriptors", "USBFunctionStrings", "RootDirectory", "RootImage", "RootHash", "RootVerity",
        "RootMStack", "RootHashSignature", "NetworkNamespacePath", "IPCNamespacePath", "UserNamespacePath", "IPIngressFilterPath",
        "IPEgressFilterPath",
    )),
    PathRow("BPFProgram", LOAD, _credential, _WRITTEN),
    PathRow("ExtensionDirectories", LOAD, _words, _WRITTEN),
    PathRow("ExtensionImages", LOAD, _images, _WRITTEN),
    PathRow("MountImages", LOAD, _images, _WRITTEN),
    PathRow("MountImages", MOUNT, _image_destinations, _POINT),
    PathRow("BindPaths", MOUNT, _bound, _POINT),
    PathRow("BindReadOnlyPaths", MOUNT, _bound, _POINT),
    PathRow("TemporaryFileSystem", MOUNT, _laid_over, _POINT),
    *(PathRow(row.directive, HAND_OVER, _managed(row.root), "Choose another name.") for row in MANAGED_ROOTS),
    PathRow(f"{_SOCKET}ListenStream", REPLACE, _plain, _LISTEN),
    PathRow(f"{_SOCKET}ListenDatagram", REPLACE, _plain, _LISTEN),
    PathRow(f"{_SOCKET}ListenSequentialPacket", REPLACE, _plain, _LISTEN),
    PathRow(f"{_SOCKET}ListenFIFO", CREATE, _plain, _LISTEN),
    PathRow(f"{_SOCKET}ListenFIFO", DELETE, _plain, _LISTEN, (f"{_SOCKET}RemoveOnStop", "yes")),
    PathRow(f"{_SOCKET}ListenSpecial", READ, _plain, _INPUT),
    PathRow(f"{_SOCKET}ListenSpecial", WRITE, _plain, _INPUT, (f"{_SOCKET}Writable", "yes")),
    PathRow(f"{_SOCKET}ListenUSBFunction", LOAD, _plain, _WRITTEN),
    PathRow(f"{_SOCKET}Symlinks", CREATE, _words, _LINK),
    PathRow(f"{_SOCKET}Symlinks", DELETE, _words, _LINK, (f"{_SOCKET}RemoveOnStop", "yes")),
    *(PathRow(f"{_PATH}{word}", MAKE, _plain, _WATCH, _MAKES) for word in ("PathChanged", "PathModified", "DirectoryNotEmpty")),
)  # fmt: skip
"""Every way in which a directive names a path for systemd to act on as root."""


def _fields() -> dict[str, tuple[PathRow, ...]]:
    """The rows by the names of directives, those of a socket's own commands among them."""
    rows: dict[str, list[PathRow]] = {}
    for row in ROWS:
        rows.setdefault(row.word, []).append(row)
    return {d.name: tuple(rows[d.like or d.name]) for d in catalogue.ROWS if (d.like or d.name) in rows}


FIELDS = _fields()
"""The directives with such paths, each with its rows."""


@lru_cache(maxsize=4)
def root_acts(unit: Effective) -> tuple[RootAct, ...]:
    """Every path of a unit on which systemd acts as root, in the order of the file.

    Five rules ask this, and a form can hold ten thousand paths: without the cache that takes half a second.
    """
    return tuple(_root_acts(unit))


def _root_acts(unit: Effective) -> Iterator[RootAct]:
    known: dict[str, dict[str, str]] = {}
    for field, line in unit.file.sorted_assignments():
        for row in FIELDS.get(field, ()):
            directive = catalogue.find(field)
            if row.only[0] and unit.file.value(row.only[0]) != row.only[1]:
                continue
            if directive.file not in known:
                known[directive.file] = _specifiers(unit, directive.file)
            act = _acts_literally if not directive.kind.expands else _acts_expanded
            paths = dict.fromkeys(row.paths(line, unit.version))
            yield from filter(
                None, (act(RootAct(row, field, line, path, path), known[directive.file]) for path in paths)
            )


def _acts_literally(act: RootAct, known: dict[str, str]) -> RootAct | None:
    """The act of a directive that expands no specifiers; None where the text is no path but a hash."""
    unread = next((letter for letter in _SPECIFIER.findall(act.written) if letter not in known), "")
    if not act.written.startswith("/"):
        return None
    return act if act.row.act is LOAD else act._replace(unknown=unread)


def _acts_expanded(act: RootAct, known: dict[str, str]) -> RootAct | None:
    """The act with the specifiers of its path expanded; None where the text names no file: a port, a name, a hash."""
    if "%" not in act.written and act.written.startswith("/"):
        return act
    unknown = next((letter for letter in _SPECIFIER.findall(act.written) if letter not in known), "")
    path = _SPECIFIER.sub(lambda match: known.get(match[1], match[0]), act.written)
    shortest = _SPECIFIER.sub(lambda match: known.get(match[1], ""), act.written)
    if not shortest.startswith("/"):
        return act._replace(path=f"{act.row.below}/{path}", unknown=unknown) if act.row.below else None
    return act._replace(path=path, unknown=unknown)


def _specifiers(unit: Effective, suffix: str) -> dict[str, str]:
    """What the specifiers stand for in one of the unit's files, as far as this is known before the machine is."""
    file = f"{unit.name}.{suffix}"
    known = unit.specifiers | _MANAGER | {"n": file, "d": f"/run/credentials/{file}"}
    with suppress(ValueError):
        known["f"] = f"/{unescape(unit.instance or known['p']).lstrip('/')}"
    return known


def own_mounts(unit: Effective, prefix: str = "") -> dict[str, str]:
    """The paths that a mount of the unit's own covers, each with the path on the host behind that mount; “” for none.

    prefix: what stands before the directives of the file, “socket.Socket.” for a socket's commands.
    """
    mounts = dict.fromkeys(_hidden(unit, prefix), "")
    for name in ("BindPaths", "BindReadOnlyPaths"):
        mounts |= {shown: source for source, shown in unit.binds(f"{prefix}{name}")}
    return mounts


_HIDDEN_BY = (
    ("PrivateTmp", ("yes", "disconnected"), ("/tmp", "/var/tmp")),
    ("ProtectHome", ("yes", "tmpfs"), ("/home", "/root", "/run/user")),
    ("PrivateDevices", ("yes",), ("/dev",)),
)
"""Settings that mount something over directories of the machine: the directive, its words, the directories."""


def _hidden(unit: Effective, prefix: str) -> Iterator[str]:
    for name, words, trees in _HIDDEN_BY:
        if unit.word(f"{prefix}{name}") in words:
            yield from trees
    yield from unit.paths(f"{prefix}InaccessiblePaths")
    yield from (path for path, _ in unit.empty_file_systems(f"{prefix}TemporaryFileSystem"))
    for line in unit.file.values(f"{prefix}MountImages"):
        yield from (unit.expand_known(path) for path in Images(mounted=True).destinations(line))

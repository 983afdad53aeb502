"""The access picture: what the main process of a service may do at a path, and why."""

import sys
from collections.abc import Iterable

from app.analysis.access.answers import (
    DENIED,
    DEPENDS,
    HIDDEN,
    READ_ONLY,
    READ_WRITE,
    Access,
    Stop,
    mounted,
    owned,
    stopped,
)
from app.analysis.access.mounts import Content, Mounts, real_path
from app.analysis.access.owners import KERNEL_TREES, MACHINE, OwnedPath, paths_of
from app.analysis.access.permissions import rights_of
from app.effective import Effective
from app.values import ancestors, is_within, simplify

PATHS = (
    "/", "/usr", "/etc", "/boot", "/home", "/root", "/run/user", "/tmp", "/var/tmp", "/dev/shm", "/var/lib", "/var/cache",
    "/var/log", "/run", "/srv", "/opt", "/proc/1",
)  # fmt: skip
"""The paths that matter to every service; /proc/1 stands for the processes of others."""

_PROCESSES = "/proc/1"
_PROC_HIDES = {"invisible": HIDDEN, "ptraceable": HIDDEN, "noaccess": DENIED}
"""What ProtectProc= makes of other users' processes."""

_PROC, _SUBSET, _OWN_PROCESSES = "ProtectProc", "ProcSubset", "PrivatePIDs"


class View:
    """What a service sees of a machine on which these directories of others are. ValueError where a specifier is unknown."""

    def __init__(self, unit: Effective, others: Iterable[OwnedPath] = ()) -> None:
        self.unit = unit
        self.rights = rights_of(unit)
        self.own = {place.path: place for place in paths_of(unit)}
        made = {place.path: place for place in others} | self.own
        self._own_trees = _Around((place.real, place.real) for place in self.own.values())
        self._links = _Around((place.path, place.real) for place in made.values())
        lying = {place.real: place for place in made.values()}
        above = {at for path in lying for at in ancestors(path)}
        self._places = {at: OwnedPath.of_root(at, 0o755) for at in above} | MACHINE | lying
        self._stops: dict[str, Stop | None] = {}
        self._said: dict[object, tuple[str, str]] = {}
        self._mounts = Mounts(unit, self.rights.outside)

    def at(self, path: str) -> Access:
        """What it may do at a path."""
        if self._mounts.other_content:
            return Access(path, DEPENDS, (f"{self._mounts.other_content}= gives it what only the machine knows.",))
        real = self._behind_links(real_path(simplify(path)))
        is_in_proc = real.startswith("/proc") and not self.rights.outside
        return (self._in_proc(path, real) if is_in_proc else None) or self._in_tree(path, real)

    def _behind_links(self, path: str) -> str:
        """A path behind the links of the directories that are made for services."""
        at, real = self._links.first(path)
        return real + path[len(at) :] if at else path

    def _in_proc(self, path: str, real: str) -> Access | None:
        """What the settings on /proc make of a path, None where they concern it not."""
        if real == _PROCESSES and self.unit.word(_OWN_PROCESSES) == "yes":
            return Access(path, HIDDEN, (f"{_OWN_PROCESSES}=yes shows it only its own processes.",))
        word = self.unit.word(_PROC)
        if real == _PROCESSES and word in _PROC_HIDES:
            return self._processes(path, word)
        if is_within(real, "/proc/sys") and self.unit.word(_SUBSET) == "pid":
            return Access(path, HIDDEN, (f"{_SUBSET}=pid shows it nothing in /proc but processes.",))
        return None

    def _processes(self, path: str, word: str) -> Access:
        keeps = f"{_PROC}={word} keeps the processes of other users from it"
        by = self.rights.sees_processes(word)
        if by:
            return Access(path, READ_ONLY, (f"{keeps}, yet it sees them by {by}.",))
        return Access(path, _PROC_HIDES[word], (f"{keeps}.",))

    def _in_tree(self, path: str, real: str) -> Access:
        content = self._mounts.content(real)
        if content.real != real:
            return Access(path, HIDDEN, (mounted(content),))
        return self._judge(path, real, content)

    def _judge(self, path: str, real: str, content: Content) -> Access:
        """What mounts and owners leave of a path whose content is the machine's."""
        is_fixed = content.read_only or (
            real.startswith(KERNEL_TREES) and any(is_within(real, tree) for tree in KERNEL_TREES)
        )
        place = self._places.get(real) or self._places.get(self._own_trees.first(real)[1])
        stop = self._stop(real.rpartition("/")[0] or "/") if real != "/" else None
        if stop:
            return Access(path, _word(stop.enters, stop.enters), (mounted(content), stopped(stop)))
        word, why = self._owned(place, is_fixed)
        return Access(path, word, (mounted(content), why))

    def _owned(self, place: OwnedPath | None, is_fixed: bool) -> tuple[str, str]:
        """What owner and mode let the service do with a place that it reaches, and why; many places have the same."""
        key = (place and (place.user, place.group, place.mode, place.is_file), is_fixed)
        if key not in self._said:
            over = self.rights.over(place)
            self._said[key] = _word(over.read, False if is_fixed else over.write), owned(place, self.rights)
        return self._said[key]

    def _stop(self, directory: str) -> Stop | None:
        """The first directory that stops the service on the way into a directory; None where it may enter that."""
        if directory not in self._stops:
            above = None
            for at in dict.fromkeys((*ancestors(directory), directory)):
                above = self._stops[at] = above or self._gate(at)
        return self._stops[directory]

    def _gate(self, path: str) -> Stop | None:
        """A directory as what stops the service; None where it may enter it."""
        content = self._mounts.content(path)
        place = self._places.get(content.real) if content.real else OwnedPath.of_root(path, content.mode)
        enters = self.rights.over(place).enter
        return None if enters else Stop(path, place, enters)


class _Around:
    """Paths with a value each, to ask which of them comes first among those that a path is or lies in."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._given: dict[str, _Found] = {}
        for at, (path, value) in enumerate(pairs):
            self._given.setdefault(path, (at, path, value))
        self._above: dict[str, _Found] = {}

    def first(self, path: str) -> tuple[str, str]:
        """The path and its value; "" twice where there is none."""
        return min(self._given.get(path, _NOT_FOUND), self._over(path.rpartition("/")[0] or "/"))[1:]

    def _over(self, directory: str) -> "_Found":
        """The same of a directory; many paths lie in one."""
        if directory not in self._above:
            first = min(
                (self._given[at] for at in (directory, *ancestors(directory)) if at in self._given), default=_NOT_FOUND
            )
            self._above[directory] = first
        return self._above[directory]


_Found = tuple[int, str, str]
_NOT_FOUND: _Found = (sys.maxsize, "", "")


def _word(read: bool | None, write: bool | None) -> str:
    if write:
        return READ_WRITE
    if write is None or read is None:
        return DEPENDS
    return READ_ONLY if read else DENIED


def access_to(unit: Effective, path: str, others: Iterable[OwnedPath] = ()) -> Access:
    """What a service may do at a path. others: directories on the machine that are not its own, of its siblings."""
    return View(unit, others).at(path)


def assess(unit: Effective, looks: Iterable[str] = (), others: Iterable[OwnedPath] = ()) -> tuple[Access, ...]:
    """The picture of a service: the paths that matter to every service, its own, and those asked for."""
    view = View(unit, others)
    return tuple(view.at(path) for path in dict.fromkeys((*PATHS, *view.own, *looks)))

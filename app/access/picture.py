"""The access picture: what the main process of a service may do at a path, and why."""

from collections.abc import Iterable

from app.access.answers import DENIED, DEPENDS, HIDDEN, READ_ONLY, READ_WRITE, Access, Way, entered, mounted
from app.access.mounts import Content, Mounts, real_path
from app.access.places import KERNEL_TREES, MACHINE, Place, places_of
from app.access.rights import rights_of
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

    def __init__(self, unit: Effective, others: Iterable[Place] = ()) -> None:
        self.unit = unit
        self.rights = rights_of(unit)
        self.own = {place.path: place for place in places_of(unit)}
        made = {place.path: place for place in others} | self.own
        self._own_trees = [place.real for place in self.own.values()]
        self._links = [(place.path, place.real) for place in made.values()]
        lying = {place.real: place for place in made.values()}
        ways = {above: Place.of_root(above, 0o755) for path in lying for above in ancestors(path)}
        self._places = ways | MACHINE | lying
        self._mounts = Mounts(unit, self.rights.outside)

    def at(self, path: str) -> Access:
        """What it may do at a path."""
        if self._mounts.other_content:
            return Access(path, DEPENDS, (f"{self._mounts.other_content}= gives it what only the machine knows.",))
        real = real_path(real_path(simplify(path)), self._links)
        return (not self.rights.outside and self._in_proc(path, real)) or self._in_tree(path, real)

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
        is_fixed = content.read_only or any(is_within(real, tree) for tree in KERNEL_TREES)
        place = self._places.get(real) or next((self._places[t] for t in self._own_trees if is_within(real, t)), None)
        over, way = self.rights.over(place), self._way(real)
        write = False if is_fixed else over.write
        word = _word(over.read, write) if way.enters else _word(way.enters, way.enters)
        return Access(path, word, (mounted(content), entered(way, place, self.rights)))

    def _way(self, path: str) -> Way:
        for above in ancestors(path):
            content = self._mounts.content(above)
            place = self._places.get(content.real) if content.real else Place.of_root(above, content.mode)
            enters = self.rights.over(place).enter
            if not enters:
                return Way(above, place, enters)
        return Way(path, None, True)


def _word(read: bool | None, write: bool | None) -> str:
    if write:
        return READ_WRITE
    if write is None or read is None:
        return DEPENDS
    return READ_ONLY if read else DENIED


def access_to(unit: Effective, path: str, others: Iterable[Place] = ()) -> Access:
    """What a service may do at a path. others: directories on the machine that are not its own, of its siblings."""
    return View(unit, others).at(path)


def assess(unit: Effective, looks: Iterable[str] = (), others: Iterable[Place] = ()) -> tuple[Access, ...]:
    """The picture of a service: the paths that matter to every service, its own, and those asked for."""
    view = View(unit, others)
    return tuple(view.at(path) for path in dict.fromkeys((*PATHS, *view.own, *looks)))

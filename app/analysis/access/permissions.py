"""The rights of a service's main process: its user, its groups, its capabilities, and what they open.

Sources: credentials(7), capabilities(7), user_namespaces(7), path_resolution(7), and runs of systemd 252 to 262.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.analysis.access.owners import OwnedPath, group_name, owners
from app.effective import Effective
from app.values import CAPABILITIES, commands_of

OVERRIDE, SEARCH = "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"

_MAPPED_FEW = frozenset({"yes", "self"})
"""Words of PrivateUsers= that map root and its own user alone."""


class Mode(NamedTuple):
    """The ways in which a process can use a path. None means that only the machine knows."""

    read: bool | None
    """Whether the process can read the file, or list the directory."""
    write: bool | None
    """Whether the process can write the file, or create entries in the directory."""
    enter: bool | None
    """Whether the process can enter the directory."""


class Reach(NamedTuple):
    """The users and groups whose files the capabilities of a process count for."""

    users: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True)
class Rights:
    """The user, groups and capabilities of the main process."""

    user: str
    """The user's name."""
    groups: frozenset[str]
    """The names of all groups of the process."""
    capabilities: frozenset[str]
    """The names of the capabilities, with the prefix CAP_."""
    reach: Reach | None = None
    """The accounts whose files the capabilities apply to, or None if they apply to all files."""
    outside: bool = False
    """Whether the command runs outside the sandbox."""

    def sees_processes(self, word: str) -> str:
        """What lets it see the processes of others under a word of ProtectProc=, "" where nothing does (proc(5), hidepid)."""
        if "CAP_SYS_PTRACE" in self.capabilities and self.reach is None:
            return "CAP_SYS_PTRACE"
        return "its group root" if "root" in self.groups and word != "ptraceable" else ""

    def over(self, place: OwnedPath | None) -> Mode:
        """What it may do with a place; None is one whose owner and mode are not known."""
        if self._has(OVERRIDE, place):
            return Mode(True, True, True)
        searches = self._has(SEARCH, place)
        if place is None:
            return Mode(searches or None, None, searches or None)
        bits = place.mode >> _SHIFTS[self._class(place)]
        enters = searches or bool(bits & 1)
        creates = bits & 3 == 3 or (place.is_file and bits & 2 == 2)
        return Mode(searches or bits & 5 == 5 or (place.is_file and bits & 4 == 4), creates, enters)

    def by(self, place: OwnedPath | None) -> str:
        """By what it may do so: a capability, or the class of users whose bits count; "" where only the machine knows."""
        means = (name for name in (OVERRIDE, SEARCH) if self._has(name, place))
        return next(means, self._class(place) if place else "")

    def _class(self, place: OwnedPath) -> str:
        if self.user == place.user:
            return "owner"
        return "group" if place.group in self.groups else "others"

    def _has(self, capability: str, place: OwnedPath | None) -> bool:
        """Whether it has a capability that counts for a place."""
        if capability not in self.capabilities:
            return False
        if self.reach is None:
            return True
        return place is not None and place.user in self.reach.users and place.group in self.reach.groups


_SHIFTS = {"owner": 6, "group": 3, "others": 0}
"""Where the bits of each class of users stand in a mode."""


def rights_of(unit: Effective) -> Rights:
    """The rights of the main process of a unit."""
    prefixes = _main_prefixes(unit)
    if "+" in prefixes:
        return Rights("root", frozenset({"root"}), frozenset(CAPABILITIES), outside=True)
    user, group = owners(unit)
    is_root = unit.is_privileged or "!" in prefixes.replace("!!", "")
    groups = frozenset({group, *(group_name(name) for name in unit.supplementary_groups)})
    few = Reach(frozenset({"root", user}), frozenset({"root", group}))
    reach = few if unit.word("PrivateUsers") in _MAPPED_FEW else None
    return Rights("root" if is_root else user, groups, _capabilities(unit, is_root), reach)


def _capabilities(unit: Effective, is_root: bool) -> frozenset[str]:
    """What it has in force: root all that it is not bound from, unless a program gains nothing by being root's."""
    gains = is_root and "noroot" not in unit.words("SecureBits")
    return unit.bounding_set if gains else unit.ambient_set & unit.bounding_set


def _main_prefixes(unit: Effective) -> str:
    """The prefix characters of its main commands."""
    return "".join(command.prefixes for line in unit.lines("ExecStart") for command in commands_of(line))

"""A service among others on a server, and the server: what rules on several services ask."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any, NamedTuple, TypeVar

from app.analysis import rules
from app.analysis.access import OwnedPath, paths_of
from app.analysis.rules.finding import Check, Finding
from app.catalogue import ManagedRoot
from app.effective import Effective
from app.host.requirements import requirements
from app.unitfile.model import WRITABLE, UnitFile
from app.values import ancestors

WRITING = (WRITABLE, "BindPaths")
"""Directives that make paths of the machine writable for a service."""

T = TypeVar("T")


class ServiceDirectory(NamedTuple):
    """A directory of a service."""

    field: str
    """The field that names the directory."""
    path_owner: OwnedPath
    """The directory's path, owner and mode."""
    row: ManagedRoot | None = None
    """The catalogue row of a managed directory, or None for any other directory."""
    is_private: bool = False
    """Whether the directory is below one that only root can enter."""

    @property
    def path(self) -> str:
        """Where it is."""
        return self.path_owner.path

    @property
    def mode(self) -> int:
        """Its mode."""
        return self.path_owner.mode


@dataclass(frozen=True, eq=False)
class Member:
    """A service on a server. Its unit alone determines all its names and directories."""

    effective: Effective
    known: list[Finding] | None = None
    """The findings on the service if they are already known, or None."""

    @property
    def unit(self) -> UnitFile:
        """The unit as chosen."""
        return self.effective.file

    @property
    def name(self) -> str:
        """The unit's name, without its suffix."""
        return self.effective.name

    @property
    def file(self) -> str:
        """The name of the unit's file."""
        return f"{self.name}.service"

    @cached_property
    def user(self) -> str:
        """The user it runs as, by name or number."""
        return "root" if self.effective.is_privileged else self.effective.account

    @cached_property
    def group(self) -> str:
        """Its primary group; "" where only the machine knows it."""
        return self.effective.setting("Group") if self.effective.is_dynamic else self.effective.group

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Its groups as far as they are known, the primary one first."""
        return tuple(dict.fromkeys(filter(None, (self.group, *self.effective.supplementary_groups))))

    @cached_property
    def holdings(self) -> tuple[ServiceDirectory, ...]:
        """Its directories: those that systemd manages, then its own."""
        managed = self.effective.managed
        fields = [(d.row.directive, d.row, d.is_private) for d in managed] + [("own", None, False)] * len(
            self.effective.own
        )
        described = zip(fields, self.places, strict=True)
        return tuple(ServiceDirectory(field, place, row, is_private) for (field, row, is_private), place in described)

    @cached_property
    def places(self) -> tuple[OwnedPath, ...]:
        """Where they are, with owners and modes."""
        return paths_of(self.effective)

    @cached_property
    def writes(self) -> tuple[tuple[str, str], ...]:
        """The paths of the machine that its unit makes writable for it, each once, with their directives."""
        return tuple((field, path) for field in WRITING for path in dict.fromkeys(self.effective.paths(field)))

    @cached_property
    def numbers(self) -> tuple[tuple[str, str, str], ...]:
        """The numbers that it fixes: the parameter, the account, and its number."""
        required = requirements(self.effective)
        users, groups = [(user.name, user.uid) for user in required.users], list(required.groups)
        found = [("uid", *account) for account in users] + [("gid", *account) for account in groups]
        return tuple(row for row in found if row[2])

    def told_by(self, ask: Callable[[Effective], T]) -> T:
        """What a question gets of it, which is asked once."""
        if ask not in self._told:
            self._told[ask] = ask(self.effective)
        told: T = self._told[ask]
        return told

    @cached_property
    def _told(self) -> dict[Callable[[Effective], Any], Any]:
        return {}

    @cached_property
    def findings(self) -> list[Finding]:
        """What the rules say of it alone."""
        return rules.judge(self.unit) if self.known is None else self.known

    def found_by(self, rule: Check) -> tuple[Finding, ...]:
        """What one rule says of it alone."""
        if rule not in self._found:
            self._found[rule] = tuple(rule(self.effective))
        return self._found[rule]

    @cached_property
    def _found(self) -> dict[Check, tuple[Finding, ...]]:
        return {}


class MemberDirectory(NamedTuple):
    """A directory with the service that has it."""

    at: int
    """The position of the service on the server."""
    holding: ServiceDirectory
    """The directory."""


@dataclass(frozen=True, eq=False)
class Server:
    """Several services of different names; a service is known by its place among them."""

    members: tuple[Member, ...]

    @classmethod
    def of(cls, units: Iterable[UnitFile], findings: Iterable[list[Finding] | None] = ()) -> "Server":
        """The server that runs these units. findings: what the rules say of each, where that is known already."""
        return cls(tuple(Member(Effective(unit), known) for unit, known in zip_longest(units, findings)))

    def __iter__(self) -> Iterator[tuple[int, Member]]:
        """Its services with their places."""
        return iter(enumerate(self.members))

    def with_unit(self, at: int, unit: UnitFile) -> "Server":
        """The server with one service changed."""
        return Server((*self.members[:at], Member(Effective(unit)), *self.members[at + 1 :]))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its services."""
        return tuple(member.name for member in self.members)

    def names_from(self, at: int) -> tuple[str, ...]:
        """The name of a service, then those of all others."""
        return (self.names[at], *self.names[:at], *self.names[at + 1 :])

    @cached_property
    def held(self) -> dict[str, list[MemberDirectory]]:
        """By path: the services that have just this directory."""
        held: dict[str, list[MemberDirectory]] = {}
        for at, member in self:
            for holding in member.holdings:
                held.setdefault(holding.path, []).append(MemberDirectory(at, holding))
        return held

    @cached_property
    def held_below(self) -> dict[str, list[MemberDirectory]]:
        """By path: the directories that lie somewhere below it."""
        below: dict[str, list[MemberDirectory]] = {}
        for path, held in self.held.items():
            for above in ancestors(path):
                below.setdefault(above, []).extend(held)
        return below

    def held_around(self, path: str) -> Iterator[MemberDirectory]:
        """The directories that a path lies in, the nearest last."""
        for above in ancestors(path):
            yield from self.held.get(above, ())

    def is_taken(self, path: str, at: int) -> bool:
        """Whether a directory is, or holds, one of another service than the one at a place."""
        return any(one.at != at for one in self.held.get(path, ())) or self.holds(path, at)

    def holds(self, path: str, at: int) -> bool:
        """Whether a directory of another service than the one at a place lies below a path."""
        return any(one.at != at for one in self.held_below.get(path, ()))

    def meeting(self, path: str) -> Iterator[MemberDirectory]:
        """The directories that a path is, lies in or holds."""
        yield from self.held.get(path, ())
        yield from self.held_around(path)
        yield from self.held_below.get(path, ())

    @cached_property
    def by_user(self) -> dict[str, list[int]]:
        """By user: the places of the services that run as it."""
        return _places_by((member.user,) for member in self.members)

    @cached_property
    def by_group(self) -> dict[str, list[int]]:
        """By group: the places of the services that are in it."""
        return _places_by(member.groups for member in self.members)

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The names of users and groups that are taken."""
        return frozenset(self.by_user) | frozenset(self.by_group)


def _places_by(keys: Iterable[Sequence[str]]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, names in enumerate(keys):
        for name in names:
            places.setdefault(name, []).append(at)
    return places

"""A conflict: what is to be said of several services on one server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.server.member import Server
from app.unitfile.model import UnitFile


class ServiceChange(NamedTuple):
    """One service changed: what is done, in a few words, the place of the service, and its unit after it."""

    label: str
    at: int
    unit: UnitFile


Key = tuple[str, str, str, str]
MakeFix = Callable[[], ServiceChange | None]


def no_fix() -> ServiceChange | None:
    """No change mends it."""
    return None


@dataclass(frozen=True, eq=False)
class Conflict:
    """One conflict: id (a pitfall's number or a word), severity, and the names of the services, the one at fault first.

    field: of the service at fault. about: the path, user or group that it is about. mend: makes the change that may mend
    it, asked for only where it is shown. fix: that change, of one service, where it does mend it.
    """

    id: str
    severity: str
    services: tuple[str, ...]
    field: str
    subject: str
    message: str
    make_fix: MakeFix = no_fix
    fix: ServiceChange | None = None
    why: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same conflict before and after a change."""
        return self.id, self.services[0], self.field, self.subject


Rule = Callable[[Server], Iterator[Conflict]]

"""A conflict: what is to be said of several services on one server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.server.member import Server
from app.unitfile.model import UnitFile


class ServiceChange(NamedTuple):
    """A change to one service."""

    label: str
    """The change in a few words."""
    at: int
    """The position of the service on the server."""
    unit: UnitFile
    """The unit after the change."""


Key = tuple[str, str, str, str]
MakeFix = Callable[[], ServiceChange | None]


def no_fix() -> ServiceChange | None:
    """No change mends it."""
    return None


@dataclass(frozen=True, eq=False)
class Conflict:
    """A conflict between services on one server."""

    id: str
    """The number of a pitfall, or a word."""
    severity: str
    """One of the severities of findings."""
    services: tuple[str, ...]
    """The names of the services. The service at fault comes first."""
    field: str
    """The field of the service at fault."""
    subject: str
    """The path, user or group that causes the conflict."""
    message: str
    make_fix: MakeFix = no_fix
    """A function that makes a change which may resolve the conflict. Only a page that shows the conflict calls it."""
    fix: ServiceChange | None = None
    """The change to one service that resolves the conflict, or None."""
    why: str = ""
    """The reason, as sentences with their source."""

    @property
    def key(self) -> Key:
        """What makes it the same conflict before and after a change."""
        return self.id, self.services[0], self.field, self.subject


Rule = Callable[[Server], Iterator[Conflict]]

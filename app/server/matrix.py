"""The access matrix: what each service may do in every service's directories."""

from collections.abc import Iterator
from typing import NamedTuple

from app.access import View
from app.server.member import Member, Server


class Cell(NamedTuple):
    """What a service may do at a directory of its own or another's, and why. service, owner: their names."""

    service: str
    path: str
    owner: str
    access: str
    why: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return {**self._asdict(), "why": list(self.why)}


def matrix(server: Server) -> list[Cell]:
    """All cells: service by service, in each the directories in the order of their owners."""
    return [cell for at, member in server for cell in _row(server, at, member)]


def _row(server: Server, at: int, member: Member) -> Iterator[Cell]:
    """The cells of one service, which sees a machine with the directories of all others."""
    view = View(member.effective, (place for other, sibling in server if other != at for place in sibling.places))
    for _, owner in server:
        for place in owner.places:
            answer = view.at(place.path)
            yield Cell(member.name, place.path, owner.name, answer.access, answer.why)

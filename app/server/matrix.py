"""The access matrix: what each service may do in every service's directories."""

from collections.abc import Iterator
from itertools import accumulate, takewhile
from typing import NamedTuple

from app.analysis.access import DENIED, HIDDEN, View
from app.catalogue.limits import MAX_MATRIX_CELLS, MAX_MATRIX_CHARACTERS
from app.server.member import Member, Server


class MatrixCell(NamedTuple):
    """The access of a service to one of its directories, or to a directory of another service."""

    service: str
    """The name of the service."""
    path: str
    """The absolute path of the directory."""
    owner: str
    """The name of the service that the directory belongs to."""
    access: str
    """The access in one word, as in Access."""
    why: tuple[str, ...]
    """The reasons, as sentences."""

    @property
    def grants(self) -> bool:
        """Whether the service has, or may have, some access there."""
        return self.access not in (DENIED, HIDDEN)

    @property
    def size(self) -> int:
        """Characters of its texts."""
        return len(self.service) + len(self.path) + len(self.owner) + sum(map(len, self.why))

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return {**self._asdict(), "why": list(self.why)}


def matrix(server: Server) -> list[MatrixCell]:
    """All cells: service by service, in each the directories in the order of their owners."""
    return [cell for at, member in server for cell in _row(server, at, member)]


def listed(cells: list[MatrixCell]) -> list[MatrixCell]:
    """The cells that are listed: all, or those that grant access where there are too many, up to a number of characters."""
    chosen = cells if len(cells) <= MAX_MATRIX_CELLS else [cell for cell in cells if cell.grants]
    sizes = accumulate(cell.size for cell in chosen)
    return [cell for cell, _ in zip(chosen, takewhile(lambda size: size <= MAX_MATRIX_CHARACTERS, sizes), strict=False)]


def _row(server: Server, at: int, member: Member) -> Iterator[MatrixCell]:
    """The cells of one service, which sees a machine with the directories of all others."""
    view = View(member.effective, (place for other, sibling in server if other != at for place in sibling.places))
    for _, owner in server:
        for path in dict.fromkeys(place.path for place in owner.places):
            answer = view.at(path)
            yield MatrixCell(member.name, path, owner.name, answer.access, answer.why)

"""Several services on one server: where they are in each other's way, who can touch whose data, and how to part them."""

from app.server.conflict import Change, Conflict
from app.server.conflicts import ALL_TOLD, TOLD, find, judge, same_name
from app.server.fixes import has_places, renamed
from app.server.hiding import hide_siblings
from app.server.matrix import Cell, listed, matrix
from app.server.member import Member, Server

__all__ = [
    "ALL_TOLD", "TOLD", "Cell", "Change", "Conflict", "Member", "Server", "find", "has_places", "hide_siblings", "judge", "listed", "matrix",
    "renamed", "same_name",
]  # fmt: skip

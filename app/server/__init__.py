"""Several services on one server: where they are in each other's way, who can touch whose data, and how to part them."""

from app.server.conflict import Conflict, ServiceChange
from app.server.conflicts import ALL_CONFLICT_RULES, CONFLICT_RULES, find, judge, same_name
from app.server.fixes import has_places, renamed
from app.server.hiding import hide_siblings
from app.server.matrix import MatrixCell, listed, matrix
from app.server.member import Member, Server

__all__ = [
    "ALL_CONFLICT_RULES",
    "CONFLICT_RULES",
    "Conflict",
    "MatrixCell",
    "Member",
    "Server",
    "ServiceChange",
    "find",
    "has_places",
    "hide_siblings",
    "judge",
    "listed",
    "matrix",
    "renamed",
    "same_name",
]  # fmt: skip

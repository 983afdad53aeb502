"""What a service can touch: for a path, what it may do there and why, first the mounts, then owners and modes."""

from app.access.answers import DENIED, DEPENDS, HIDDEN, READ_WRITE, WORDS, Access
from app.access.picture import View, access_to, assess
from app.access.places import Place, places_of

__all__ = [
    "DENIED",
    "DEPENDS",
    "HIDDEN",
    "READ_WRITE",
    "WORDS",
    "Access",
    "Place",
    "View",
    "access_to",
    "assess",
    "places_of",
]

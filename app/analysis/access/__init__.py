"""What a service can touch: for a path, what it may do there and why, first the mounts, then owners and modes."""

from app.analysis.access.answers import DENIED, DEPENDS, HIDDEN, READ_WRITE, WORDS, Access
from app.analysis.access.evaluate import View, access_to, assess
from app.analysis.access.owners import OwnedPath, paths_of

__all__ = [
    "DENIED",
    "DEPENDS",
    "HIDDEN",
    "READ_WRITE",
    "WORDS",
    "Access",
    "OwnedPath",
    "View",
    "access_to",
    "assess",
    "paths_of",
]

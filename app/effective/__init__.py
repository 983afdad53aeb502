"""What systemd makes of a unit: its settings, whose rights it has, which directories it gets, what specifiers stand for.

The only package that knows.
"""

from app.effective.as_read import is_read
from app.effective.effective import IDENTITIES, IDENTITY_PARAMETERS, IMPLIED, ROOT_NAMES, Change, Effective, each
from app.effective.implied import FORCED_BY_DYNAMIC
from app.effective.list_settings import calls_of

__all__ = [
    "FORCED_BY_DYNAMIC",
    "IDENTITIES",
    "IDENTITY_PARAMETERS",
    "IMPLIED",
    "ROOT_NAMES",
    "Change",
    "Effective",
    "calls_of",
    "each",
    "is_read",
]

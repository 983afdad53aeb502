"""What systemd makes of a unit: its settings, whose rights it has, which directories it gets, what specifiers stand for.

The only package that knows.
"""

from app.effective.forced import FORCED_BY_DYNAMIC
from app.effective.lists import calls_of
from app.effective.unit import (
    IDENTITIES,
    IDENTITY_PARAMETERS,
    IMPLIED,
    ROOT_NAMES,
    Change,
    Effective,
    each,
)
from app.effective.written import is_read

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

"""What systemd makes of a unit: its settings, whose rights it has, which directories it gets, what specifiers stand for.

The only package that knows.
"""

from app.effective.as_read import is_read
from app.effective.effective import (
    IDENTITIES,
    IDENTITY_DEFAULTS,
    IDENTITY_PARAMETERS,
    ROOT_NAMES,
    ChangedSetting,
    Effective,
    instances_of,
)
from app.effective.implied import IMPLIED_BY_DYNAMIC_USER
from app.effective.list_settings import calls_of

__all__ = [
    "IDENTITIES",
    "IDENTITY_DEFAULTS",
    "IDENTITY_PARAMETERS",
    "IMPLIED_BY_DYNAMIC_USER",
    "ROOT_NAMES",
    "ChangedSetting",
    "Effective",
    "calls_of",
    "instances_of",
    "is_read",
]

"""Findings on dynamic users: what they bring and what they are called."""

import re
from collections.abc import Iterator

from app.effective import FORCED_BY_DYNAMIC, Effective
from app.reserved import is_system_account
from app.rules.finding import Finding, Fix, Rule
from app.values import is_strict_name


def overridden_by_dynamic_user(unit: Effective) -> Iterator[Finding]:
    """DynamicUser=yes brings settings that no line of the unit takes back (systemd.exec(5), DynamicUser=;
    unit_patch_contexts() in src/core/unit.c; runs).
    """
    for change in unit.changes:
        if unit.is_dynamic and change.written and change.name in FORCED_BY_DYNAMIC:
            yield Finding(
                "P10",
                "note",
                change.name,
                f"{change.name}={change.written} counts for nothing: DynamicUser=yes makes it {change.effective}.",
                Fix(f"Take {change.name}= out", unit.unit.with_values(change.name)),
            )


def named_by_hash(unit: Effective) -> Iterator[Finding]:
    """A dynamic user is called like its unit; where that is no name for a user (a dot in it, a digit first, over 31
    characters), it is called by a hash of it (user_from_unit_name() in src/core/unit.c; run).
    """
    if unit.is_dynamic and not unit.unit.is_set("User") and unit.dynamic_name.startswith("_du"):
        name = re.sub("[^A-Za-z0-9_-]", "-", unit.unit.name)[:31]
        is_free = is_strict_name(name) and not is_system_account(name)
        yield Finding(
            "P15",
            "note",
            "User",
            f"The unit's name is no name for a user, so this one is called {unit.dynamic_name}. Set User= for one that people can read.",
            Fix(f"Set User={name}", unit.unit.with_values("User", name)) if is_free else None,
        )


RULES: tuple[Rule, ...] = (overridden_by_dynamic_user, named_by_hash)

"""Findings on values whatever their directive: secret, not ASCII."""

from collections.abc import Iterator

from app.effective import Effective
from app.rules.finding import Finding, Rule
from app.unitfile import UnitFile
from app.values import secrets_in

SECRET = "P46"


def secret_in_environment(unit: Effective) -> Iterator[Finding]:
    """Environment= is shown to every user of the machine over D-Bus, and the unit file is readable by all (systemd.exec(5),
    Environment=; run: another user read it). A file in EnvironmentFile= with mode 0600 is read by systemd as root.
    """
    for name in secret_names(unit.unit):
        yield Finding(
            SECRET,
            "warning",
            "Environment",
            f"{name} looks like a secret, and everybody on the machine can read it here, so it is not put into a link. Use LoadCredential= or EnvironmentFile=.",
        )


def secret_names(unit: UnitFile) -> list[str]:
    """The variables in Environment= that look like secrets once specifiers are expanded: such a unit has no link."""
    effective = Effective(unit)
    expanded = (effective.expand_known(value).replace("%%", "_") for value in unit.values("Environment"))
    return [name for value in expanded for name in secrets_in(value)]


def not_ascii(unit: Effective) -> Iterator[Finding]:
    """Letters outside ASCII can look like others: what reads the same need not be the same (Unicode TR 39)."""
    for name in dict.fromkeys(a.name for a in unit.unit.sorted_assignments() if not a.value.isascii()):
        characters = sorted({c for value in unit.unit.values(name) for c in value if not c.isascii()})
        yield Finding(
            "non-ascii",
            "note",
            name,
            f"{name}= holds characters outside ASCII: {' '.join(characters)}. Make sure that they are the ones meant.",
        )


RULES: tuple[Rule, ...] = (secret_in_environment, not_ascii)

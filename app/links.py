"""A UnitFile as the parameters of a link, in the one order that makes links comparable."""

from urllib.parse import quote_plus

from app import catalogue
from app.unitfile import UnitFile

# Left as they are so that a link reads like the unit; all else outside letters and digits is percent-encoded.
_SAFE = "/:@,~="

LONGEST = 8000
"""Bytes of a link as sent, path and query (contract; a proxy's usual limit is 8 KiB)."""

LONGEST_RAW = 8150
"""Bytes that the path and query of a raw answer may have: what servers take less the method, the version and download=1."""


def pairs(unit: UnitFile) -> list[tuple[str, str]]:
    """The parameters: the tool's own first, then the directives in the order of the file. Only what is set."""
    out = [("name", unit.name), ("systemd", unit.target.key)]
    if unit.existing:
        out.append(("account", "existing"))
    out.extend(unit.sorted_assignments())
    out.extend(("reset", name) for name in sorted(unit.resets, key=catalogue.position))
    out.extend(("own", str(own)) for own in unit.own)
    return out


def query(unit: UnitFile) -> str:
    """The query string of a unit's link."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value, safe=_SAFE)}" for name, value in pairs(unit))


def link(unit: UnitFile, path: str = "/") -> str:
    """The link from the root on to the page, or to another endpoint of the same unit."""
    return f"{path}?{query(unit)}"


def is_too_long(unit: UnitFile) -> bool:
    """Whether a unit's link, or that of its file with its longer path, is longer than servers and chat programs carry."""
    return len(link(unit).encode()) > LONGEST or len(link(unit, f"/{unit.name}.service").encode()) > LONGEST_RAW

"""A UnitFile as the parameters of a link, in the one order that makes links comparable."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from urllib.parse import quote_plus

from app import catalogue
from app.catalogue.limits import MAX_LINK_BYTES
from app.unitfile.model import UnitFile
from app.values.cached import cached

# Left as they are so that a link reads like the unit; all else outside letters and digits is percent-encoded.
_SAFE = "/:@,~="

MAX_LINK_PATH = 150
"""Bytes by which a raw answer's path and query may be longer: what servers take less the method, the version and download=1."""

_longest = ContextVar("longest", default=MAX_LINK_BYTES)


@contextmanager
def with_max_link(longest: int) -> Iterator[None]:
    """Have links no longer than this, while this lasts."""
    token = _longest.set(longest)
    try:
        yield
    finally:
        _longest.reset(token)


def max_link() -> int:
    """Bytes that a link may have now."""
    return _longest.get()


def pairs(unit: UnitFile) -> list[tuple[str, str]]:
    """The parameters: the tool's own first, then the directives in the order of the file. Only what is set."""
    out = [("name", unit.name), ("systemd", unit.target.key)]
    if unit.existing:
        out.append(("account", "existing"))
    out.extend((name, number) for name, number in (("uid", unit.uid), ("gid", unit.gid)) if number)
    out.extend(("instance", instance) for instance in unit.instances)
    out.extend(unit.sorted_assignments())
    out.extend(("reset", name) for name in sorted(unit.resets, key=catalogue.position))
    out.extend(("own", str(own)) for own in unit.own)
    return out


@lru_cache(maxsize=32)
def query(unit: UnitFile) -> str:
    """The query string of a unit's link. A page asks for that of the same few units in many places."""
    return "&".join([f"{_quoted(name)}={_quoted(value, _SAFE)}" for name, value in pairs(unit)])


@cached
def _quoted(text: str, safe: str = "") -> str:
    return quote_plus(text, safe=safe)


def link(unit: UnitFile, path: str = "/") -> str:
    """The link from the root on to the page, or to another endpoint of the same unit."""
    return f"{path}?{query(unit)}"


def is_too_long(unit: UnitFile) -> bool:
    """Whether a unit's link, or that of its file with its longer path, is longer than servers and chat programs carry."""
    asked, maximum = len(f"?{query(unit)}".encode()), max_link()
    path = len(f"/{unit.name}.service".encode())
    return len("/") + asked > maximum or path + asked > maximum + MAX_LINK_PATH

"""systemd's own exposure score of a unit: a table and one sum.

The number, the level and each row of ``systemd-analyze security --offline=true`` (src/analyze/analyze-security.c), of the
version aimed at; up to 249, which have no --offline, those of the loaded unit. It is systemd's figure, not a verdict: it sees
neither what groups may do, nor modes of directories, nor which paths stay writable.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from typing import Any, NamedTuple

from app.catalogue.exposures import ITEMS, LEVELS, OLDEST, TESTED_VERSIONS, Item
from app.effective import Effective, calls_of, is_read
from app.unitfile.model import Assignment, UnitFile

NOBODY = "nobody"

_NAMED_FAMILIES = frozenset(family for item in ITEMS if item.measure == "families" for family in item.of)

Closing = tuple[tuple[str, tuple[str, ...]], ...]
"""What takes a row's points away: directives, each with all the values that it is to have instead of its own."""


class ScoreRow(NamedTuple):
    """One row of the exposure score of a unit."""

    item: Item
    badness: int | None
    """0 at best, the range of the item at worst, or None if systemd does not assess the row."""
    total: int
    """The sum of the weights of all rows that systemd assesses in this unit."""

    @property
    def json_field(self) -> str:
        """What systemd's JSON calls it."""
        return self.item.json_field

    @property
    def name(self) -> str:
        """What systemd's table calls it."""
        return self.item.name

    @property
    def tenths(self) -> int:
        """What it costs, in tenths of a point; rounded up, so the rows do not add up to the whole."""
        cost = _divided_up((self.badness or 0) * self.item.weight * 100, self.item.range)
        return _divided_up(cost, self.total)

    @property
    def exposure(self) -> str | None:
        """What it costs as systemd prints it, “0.2”; None where it costs nothing."""
        return _points(self.tenths) if self.badness else None

    @property
    def set(self) -> bool | None:
        """Whether it is as good as it can be; None where it is not assessed."""
        return None if self.badness is None else self.badness == 0


@dataclass(frozen=True)
class Exposure:
    """The exposure score of a unit."""

    tenths: int
    """The score in tenths of a point."""
    rows: tuple[ScoreRow, ...]
    """The rows for the target version, in the order of the catalogue, including rows that are not assessed."""
    from_source: bool
    """Whether the rows for this version were taken from systemd's source without a comparison with a real run."""

    @property
    def overall(self) -> str:
        """The score as systemd prints it, “9.6”."""
        return _points(self.tenths)

    @property
    def level(self) -> str:
        """What systemd calls it."""
        return next(name for minimum, name in LEVELS if self.tenths >= minimum)

    @property
    def costly(self) -> tuple[ScoreRow, ...]:
        """The rows that cost points, the dearest first."""
        return tuple(
            sorted((row for row in self.rows if row.badness), key=lambda row: -_cost(row.item, row.badness or 0))
        )

    def as_json(self) -> dict[str, Any]:
        """The score for programs, rows as systemd's JSON has them."""
        rows = [{"json_field": row.json_field, "exposure": row.exposure, "set": row.set} for row in self.rows]
        return {"overall": self.tenths / 10, "level": self.level, "from_source": self.from_source, "rows": rows}


def assess(effective: Effective) -> Exposure | None:
    """The score of a unit; None for a systemd that has none."""
    version = effective.version
    if version < OLDEST:
        return None
    badness = [(item, _badness(effective, item)) for item in _items(version)]
    assessed = [(item, bad) for item, bad in badness if bad is not None]
    total = sum(item.weight for item, _ in assessed)
    tenths = _divided_up(sum(_cost(item, bad) for item, bad in assessed) * 100, total)
    return Exposure(tenths, tuple(ScoreRow(item, bad, total) for item, bad in badness), version not in TESTED_VERSIONS)


@cache
def _items(version: int) -> tuple[Item, ...]:
    return tuple(item for item in ITEMS if item.since <= version <= item.until)


def changes_that_close(effective: Effective, row: ScoreRow) -> Closing | None:
    """What would take all of this row's points away; None where nothing that this systemd knows does it by itself."""
    offered = MEASURES[row.item.measure].closing(effective, row.item) if row.badness else None
    if offered is None or not all(_is_known(effective, name, values) for name, values in offered):
        return None
    return offered if _badness(Effective(with_changes(effective.file, offered)), row.item) == 0 else None


def _is_known(effective: Effective, name: str, values: tuple[str, ...]) -> bool:
    written = effective.file.values(name)
    return all(value in written or is_read(name, value, effective.version) for value in values)


def with_changes(unit: UnitFile, changes: Closing) -> UnitFile:
    """The unit with these values for these directives instead of its own."""
    names = {name for name, _ in changes}
    kept = tuple(line for line in unit.assignments if line.name not in names)
    added = tuple(Assignment(name, value) for name, values in changes for value in values)
    return replace(unit, assignments=kept + added)


def _badness(effective: Effective, item: Item) -> int | None:
    if item.unless and NOT_ASSESSED[item.unless](effective):
        return None
    return MEASURES[item.measure].badness(effective, item)


def _cost(item: Item, badness: int) -> int:
    return _divided_up(badness * item.weight, item.range)


def _divided_up(number: int, by: int) -> int:
    return -(-number // by)


def _points(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


# --- how each kind of row is measured, and what closes it --------------------------------------------


def _user(effective: Effective, item: Item) -> int:
    """assess_user(): root is worst, and nobody, whom others run as too, hardly better."""
    return 9 if effective.account == NOBODY else 10 if effective.is_privileged else 0


def _close_user(effective: Effective, item: Item) -> Closing:
    """A user named after the unit, a dynamic one where the unit's name is none for a user."""
    name = effective.dynamic_name
    if effective.is_dynamic or name.startswith("_du"):
        return (("User", ()), ("DynamicUser", ("yes",)))
    return (("User", (name,)),)


def _word(effective: Effective, item: Item) -> int:
    return item.scale.get(effective.word(item.of[0]), item.scale[item.unset])


def _close_word(effective: Effective, item: Item) -> Closing:
    return ((item.of[0], (next(word for word, badness in item.scale.items() if badness == 0),)),)


def _mounts(effective: Effective, item: Item) -> int:
    """security_info_acquire() until 249: any setting that needs a mount namespace counts as one."""
    return int(all(effective.word(name) in ("", "no") for name in item.of))


def _any_root(effective: Effective, item: Item) -> int:
    return int(all(_is_host_root(effective, name) for name in item.of))


def _every_root(effective: Effective, item: Item) -> int:
    return int(any(_is_host_root(effective, name) for name in item.of))


def _is_host_root(effective: Effective, name: str) -> bool:
    return not effective.setting(name).strip("/")


def _list(effective: Effective, item: Item) -> int:
    return int(bool(effective.words(item.of[0])))


def _ambient(effective: Effective, item: Item) -> int:
    return int(bool(effective.ambient_set))


def _close_list(effective: Effective, item: Item) -> Closing:
    return ((item.of[0], ()),)


def _delegation(effective: Effective, item: Item) -> int:
    return int(effective.delegates)


def _close_delegation(effective: Effective, item: Item) -> Closing:
    return ((item.of[0], ("no",)),)


def _capabilities(effective: Effective, item: Item) -> int:
    return int(not effective.bounding_set.isdisjoint(item.of))


def _close_capabilities(effective: Effective, item: Item) -> Closing:
    return (("CapabilityBoundingSet", (*effective.file.values("CapabilityBoundingSet"), f"~{' '.join(item.of)}")),)


def _umask(effective: Effective, item: Item) -> int:
    """assess_umask(): the first bit that is not masked, from the world's right to write to the group's to read."""
    masks = ((0o002, 10), (0o004, 5), (0o020, 2), (0o040, 1))
    return next((badness for bit, badness in masks if not effective.umask & bit), 0)


def _close_umask(effective: Effective, item: Item) -> Closing:
    return ((item.of[0], ("0077",)),)


def _namespaces(effective: Effective, item: Item) -> int:
    return int(item.of[0] in effective.namespaces)


def _close_namespaces(effective: Effective, item: Item) -> Closing:
    left = effective.namespaces.difference(item.of)
    denied = [kind.of[0] for kind in ITEMS if kind.measure == item.measure and kind.of[0] not in left]
    return (("RestrictNamespaces", (f"~{' '.join(denied)}" if left else "yes",)),)


def _families(effective: Effective, item: Item) -> int:
    """A list that denies counts as closed for a group of families as soon as one of them is on it."""
    return int(_is_listed(effective, item) == effective.family_filter.allows)


def _is_listed(effective: Effective, item: Item) -> bool:
    words = effective.family_filter.words
    return not words.isdisjoint(item.of) if item.of else bool(words - _NAMED_FAMILIES)


def _close_families(effective: Effective, item: Item) -> Closing:
    """One line that says what the filter says now, without these families; for all others only a list that allows does."""
    listed = effective.family_filter
    if listed.allows:
        words = listed.words.difference(item.of) if item.of else listed.words & _NAMED_FAMILIES
    elif item.of:
        return (("RestrictAddressFamilies", ("~" + " ".join(sorted(listed.words.union(item.of))),)),)
    else:
        words = _NAMED_FAMILIES - listed.words
    return (("RestrictAddressFamilies", (" ".join(sorted(words)) or "none",)),)


def _architectures(effective: Effective, item: Item) -> int:
    return {frozenset(): 10, frozenset({"native"}): 0}.get(effective.architectures, 8)


def _close_architectures(effective: Effective, item: Item) -> Closing:
    return ((item.of[0], ("native",)),)


def _calls(effective: Effective, item: Item) -> int:
    """assess_system_call_filter(): one call of the group that is let through spoils it."""
    chosen = effective.call_filter
    if chosen.permits_any(calls_of(item.of[0], effective.version)):
        return 9 if chosen.allows else 10
    return 5 if effective.version < 247 and not chosen.allows else 0


def _close_calls(effective: Effective, item: Item) -> Closing:
    """One more line; until 246 a list that denies is never quite good, so it begins with one that allows."""
    lines = effective.file.values("SystemCallFilter") or ("@system-service",) * (effective.version < 247)
    return (("SystemCallFilter", (*lines, f"~{item.of[0]}")),)


def _addresses(effective: Effective, item: Item) -> int:
    """assess_ip_address_allow(): best where all addresses are denied and none is let in, or programs of one's own filter."""
    denied, allowed, *programs = item.of
    if any(effective.words(program) for program in programs):
        return 0
    if {network.version for network in effective.networks(denied) if network.prefixlen == 0} != {4, 6}:
        return 10
    inside = [_is_localhost(effective, network) for network in effective.networks(allowed)]
    return 0 if not inside else 2 if all(inside) else 5


def _is_localhost(effective: Effective, network: IPv4Network | IPv6Network) -> bool:
    """Any part of 127.0.0.0/8, or ::1; of a loaded unit only the whole."""
    return network.network_address.is_loopback and (effective.version >= 250 or network.prefixlen in (8, 128))


def _close_addresses(effective: Effective, item: Item) -> Closing:
    denied, allowed, *_ = item.of
    return ((allowed, ()), (denied, ("any",)))


def _devices(effective: Effective, item: Item) -> int:
    policy, _ = item.of
    if effective.setting(policy) not in ("strict", "closed"):
        return 10
    return 5 if effective.devices else 0


def _close_devices(effective: Effective, item: Item) -> Closing:
    policy, allowed = item.of
    return ((policy, ("closed",)), (allowed, ()))


def _never(effective: Effective, item: Item) -> None:
    """Nothing that is the same for every service closes it."""


class Measure(NamedTuple):
    """How the badness of some rows is found, and what closes them."""

    badness: Callable[[Effective, Item], int]
    closing: Callable[[Effective, Item], Closing | None]


MEASURES = {
    "user": Measure(_user, _close_user),
    "word": Measure(_word, _close_word),
    "mounts": Measure(_mounts, _close_word),
    "any root": Measure(_any_root, _never),
    "every root": Measure(_every_root, _never),
    "list": Measure(_list, _close_list),
    "ambient": Measure(_ambient, _close_list),
    "delegation": Measure(_delegation, _close_delegation),
    "capabilities": Measure(_capabilities, _close_capabilities),
    "umask": Measure(_umask, _close_umask),
    "namespaces": Measure(_namespaces, _close_namespaces),
    "families": Measure(_families, _close_families),
    "architectures": Measure(_architectures, _close_architectures),
    "calls": Measure(_calls, _close_calls),
    "addresses": Measure(_addresses, _close_addresses),
    "devices": Measure(_devices, _close_devices),
}
"""What the table's measures stand for."""

NOT_ASSESSED: dict[str, Callable[[Effective], bool]] = {
    "early": lambda effective: effective.starts_early,
    "privileged": lambda effective: effective.is_privileged,
}
"""When a row is left out: for a service of the early boot, and for one that has root's rights anyway."""

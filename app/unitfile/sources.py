"""Which files there are in what was given: those of one unit, each with its drop-ins, and what is to be said on the others."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app import catalogue
from app.unitfile.syntax import PATH_LINE, SECTION, read_lines
from app.values import quoted, service_name

UNNAMED = "imported"
"""The name of a unit that came without one."""

MAX_SOURCE_BYTES = 64 * 1024
"""Bytes of values that are read into fields: what a form may have."""

MAX_SOURCE_FILES = 50
"""Files and drop-ins of one import."""


class Source(NamedTuple):
    """A file as it was uploaded or pasted."""

    name: str
    """The file's name with or without its path, or "" if it has none."""
    data: bytes
    """The file's bytes."""
    first: int = 1
    """The number of its first line."""


_SUFFIXES = "|".join(catalogue.FILES)
_PATH_LINE = re.compile(rb"(?:^|(?<=\n\n)|(?<=\r\n\r\n))" + PATH_LINE.pattern.encode() + rb"\r?\n")
_UNIT_NAME = re.compile(rf"(?:.*/)?([^/]+)\.({_SUFFIXES})")
_DROP_IN = re.compile(rf"(?:.*/)?(?:([^/]*)\.)?({_SUFFIXES})\.d/[^/]+\.conf")

OTHER_KINDS = {
    "container": "a Quadlet file, of which Podman makes a service",
    "volume": "a Quadlet file, which Podman reads",
    "pod": "a Quadlet file, which Podman reads",
    "kube": "a Quadlet file, which Podman reads",
    "network": "a file of systemd-networkd, or of Quadlet",
    "netdev": "a file of systemd-networkd",
    "link": "a file of systemd-udevd",
    "nspawn": "a file of systemd-nspawn",
    "mount": "a mount unit",
    "automount": "an automount unit",
    "swap": "a swap unit",
    "target": "a target",
    "slice": "a slice",
    "scope": "a scope",
    "device": "a device unit",
}
"""Files that look like a unit's and are none of those that are read here, by their suffix."""

_OWN_SECTIONS = {sections[1]: suffix for suffix, sections in catalogue.SECTIONS_OF.items()}
_OTHER_SECTIONS = {
    "Container": "container", "Volume": "volume", "Pod": "pod", "Kube": "kube", "Network": "network", "Match": "network",
    "NetDev": "netdev", "Link": "link", "Exec": "nspawn", "Mount": "mount", "Automount": "automount", "Swap": "swap",
    "Slice": "slice", "Scope": "scope",
}  # fmt: skip


class SourcePart(NamedTuple):
    """One file of a source."""

    stem: str
    """The unit's name without its suffix, or "" if it is unknown."""
    suffix: str
    """The suffix of the unit that the file belongs to."""
    is_drop_in: bool
    """Whether the file is a drop-in."""
    source: Source
    """The name and content of this file alone."""
    other: str = ""
    """The type of a file that is not a unit file of a known type, or ""."""


def split(source: Source) -> Iterator[SourcePart]:
    """The files of a source: those of `systemctl cat` where it begins with a path in a comment, else itself.

    A file that has the name of a unit may begin with such a comment of its own.
    """
    data = source.data
    lead = len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n\t "))
    found = list(_PATH_LINE.finditer(data, lead)) if data[lead : lead + 3] == b"# /" else []
    is_unit = len(found) == 1 and _UNIT_NAME.fullmatch(source.name)
    if not found or found[0].start() != lead or is_unit:
        yield _part(source)
        return
    before = SourcePart("", "service", False, source)
    first, counted = source.first, 0
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(data)
        name = match[1].decode(errors="surrogateescape")
        first, counted = first + data.count(b"\n", counted, match.end()), match.end()
        part = _part(Source(name, data[match.end() : end], first))
        if part.is_drop_in:  # whatever its folder: systemctl prints the drop-ins of a unit below it
            part = part._replace(stem=before.stem, suffix=before.suffix) if at else part
        yield part
        before = part


def _part(source: Source) -> SourcePart:
    name = source.name.replace("\\", "/")
    unit, drop_in = _UNIT_NAME.fullmatch(name), _DROP_IN.fullmatch(name)
    if unit:
        return SourcePart(unit[1], unit[2], False, source)
    if drop_in:
        return SourcePart(drop_in[1] or "", drop_in[2], True, source)
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    sections = [line.key for line in read_lines(source.data[:MAX_SOURCE_BYTES]) if line.kind == SECTION]
    suffix = next((_OWN_SECTIONS[each] for each in sections if each in _OWN_SECTIONS), "service")
    if ending == "conf":
        return SourcePart("", suffix, True, source)
    other = (
        ending if ending in OTHER_KINDS else next((_OTHER_SECTIONS[s] for s in sections if s in _OTHER_SECTIONS), "")
    )
    is_other = bool(other) and (ending in OTHER_KINDS or not set(sections) & set(_OWN_SECTIONS))
    return SourcePart(
        stem if ending in OTHER_KINDS else name.rpartition("/")[2], suffix, False, source, other if is_other else ""
    )


def choose(parts: list[SourcePart]) -> tuple[str, dict[str, list[SourcePart]], list[str]]:
    """The name of the unit, its files by suffix with their drop-ins behind them, and what is to be said on the others."""
    mains = [part for part in parts if not part.is_drop_in]
    first = next((part for part in mains if part.suffix == "service"), (mains or parts or [_NOTHING])[0])
    chosen: dict[str, list[SourcePart]] = {}
    said: list[str] = []
    for part in [*mains, *sorted((p for p in parts if p.is_drop_in), key=_drop_in_order)]:
        is_ours = part.stem == first.stem or (part.is_drop_in and not part.stem)
        if is_ours and (part.is_drop_in or part.suffix not in chosen):
            chosen.setdefault(part.suffix, []).append(part)
            said.extend([_other_kind(part)] if part.other else [])
        else:
            said.append(
                f"{quoted(part.source.name)} was not read: one service is imported at a time, with the timer, socket and path of its name. Import it by itself."
            )
    ordered = {suffix: chosen[suffix] for suffix in catalogue.FILES if suffix in chosen}
    return first.stem, ordered, said


_NOTHING = SourcePart("", "service", False, Source("", b""))


def _drop_in_order(part: SourcePart) -> tuple[bool, str]:
    """systemd reads drop-ins by name; those that `systemctl cat` printed stand in that order already."""
    is_printed = part.source.first > 1
    return not is_printed, "" if is_printed else part.source.name.rpartition("/")[2]


def _other_kind(part: SourcePart) -> str:
    return f"This is {OTHER_KINDS[part.other]}, and not one of the units that are made here: .service, .timer, .socket, .path. What a .{part.suffix} file can have of it was read."


def named(name: str) -> tuple[str, list[str]]:
    """A name that the unit may have, and what is to be said on it."""
    if not name:
        return UNNAMED, [
            f"The text does not say what the unit is called, so it is “{UNNAMED}” here. Give it its name in the form."
        ]
    try:
        return service_name(name), []
    except ValueError as error:
        return UNNAMED, [f"{error} It is “{UNNAMED}” here until it has another name."]

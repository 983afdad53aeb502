"""Findings on what the systemd aimed at does not read: too new, gone, renamed."""

from collections.abc import Iterator

from app import catalogue
from app.analysis.rules.finding import Finding, Fix, Rule
from app.catalogue import Directive
from app.catalogue.versions import Target
from app.effective import Effective
from app.unitfile.model import Assignment, UnitFile
from app.values import Need
from app.values.cached import cached

NEEDED = "ExecStart"
"""The directive that no fix takes out: a service without it is refused."""


def too_new(unit: Effective) -> Iterator[Finding]:
    """systemd ignores a directive or value that it does not know yet. It only logs a line to the journal, and the
    service starts without the setting. systemd refuses the unit for some unknown values (systemd source of every
    version, src/core/load-fragment.c).
    """
    for line, need in _unmet(unit):
        if unit.version < need.since:
            yield _lacking("too-new", unit.file, line, need)


def removed(unit: Effective) -> Iterator[Finding]:
    """systemd removes old directives and values over time. From then on it ignores a line that contains one, and only
    logs this to the journal (systemd source of every version, src/core/load-fragment-gperf.gperf.in).
    """
    for line, need in _unmet(unit):
        if unit.version >= need.removed_in:
            yield _lacking("removed", unit.file, line, need)
    for line in unit.file.sorted_assignments():
        row = catalogue.find(line.name)
        if unit.version < row.removed:
            yield Finding(
                "removed",
                "note",
                line.name,
                f"systemd {row.removed} and later ignore {row.word}=.{_write_instead(row)}",
                _successor(unit.file, line),
            )


def renamed(unit: Effective) -> Iterator[Finding]:
    """systemd still accepts the old names of directives and values, but the manual documents only the new ones. For
    some old names systemd logs a warning at every start (systemd source of every version, src/core/load-fragment.c).
    """
    for line in unit.file.sorted_assignments():
        row = catalogue.find(line.name)
        better = row.kind.replacement(line.value)
        if row.successor and not row.removed:
            message = f"{row.name}= is an old name.{_write_instead(row)}"
            yield Finding("renamed", "note", line.name, message, _successor(unit.file, line))
        if better:
            fix = Fix(f"Write {better}", unit.file.with_line(line, better))
            yield Finding("renamed", "note", line.name, f"systemd reads “{line.value}” as {better}.", fix)


def _unmet(unit: Effective) -> Iterator[tuple[Assignment, Need]]:
    """The lines that the systemd aimed at does not read as written, each with the first thing in the way."""
    for line in unit.file.sorted_assignments():
        need = _in_the_way(line.value, line.name, unit.version)
        if need:
            yield line, need


@cached
def _in_the_way(value: str, name: str, version: int) -> Need | None:
    """The first thing that keeps a version from reading a line."""
    row = catalogue.find(name)
    whole = [] if row.is_read_by(version) else [_row_need(row)]
    return next((need for need in [*whole, *row.kind.needs(value)] if not need.is_met(version)), None)


def _row_need(row: Directive) -> Need:
    return Need(row.since, f"{row.word}=", removed_in=row.removed) if row.removed else Need(row.since, f"{row.word}=")


def _lacking(name: str, unit: UnitFile, line: Assignment, need: Need) -> Finding:
    """The finding that a line, or something in it, is not read by the systemd aimed at."""
    row = catalogue.find(line.name)
    what = f"{need.what[0].upper()}{need.what[1:]}"
    when = (
        f"needs systemd {need.since} or later"
        if name == "too-new"
        else f"is read up to systemd {need.removed_in - 1} only"
    )
    bound = " or a backport of it" if unit.target.backports and name == "too-new" else ""
    advice = _write_instead(row) if name == "removed" else ""
    return Finding(
        name,
        "error" if need.refused and not unit.target.backports else "warning",
        line.name,
        f"{what} {when}{bound}; {_has(unit.target)}: {_consequence(row, need)}.{advice}",
        _without(unit, line),
    )


def _has(target: Target) -> str:
    """Which systemd a target has, for a sentence."""
    return (
        f"{target.label} has {target.version}" if target.key != str(target.version) else f"this is for {target.version}"
    )


def _consequence(row: Directive, need: Need) -> str:
    """What happens where a line is not read."""
    if need.refused:
        return "the unit would not load"
    return need.otherwise or "it would be ignored" + (f", and {row.without}" if row.without else "")


def _write_instead(row: Directive) -> str:
    return f" Write {row.successor}= instead." if row.successor else ""


def _without(unit: UnitFile, line: Assignment) -> Fix | None:
    """The unit with the line in words that its systemd reads, or without it."""
    readable = catalogue.find(line.name).kind.readable(line.value, unit.target.version)
    if catalogue.find(line.name).is_read_by(unit.target.version) and readable:
        return Fix(f"Write {line.name}={readable}", unit.with_line(line, readable))
    if line.name == NEEDED:
        return None
    return _successor(unit, line) or Fix(f"Take {line.name}={line.value} out"[:80], unit.with_line(line))


def _successor(unit: UnitFile, line: Assignment) -> Fix | None:
    """The unit with a line under its new name, where the value means the same there and no other line stands in the way."""
    row = catalogue.find(line.name)
    if not row.successor or not catalogue.find(row.successor).is_read_by(unit.target.version):
        return None
    new = catalogue.find(row.successor)
    if new.kind != row.kind or (unit.is_set(row.successor) and not new.repeats):
        return None
    return Fix(f"Write {row.successor}={line.value}"[:80], unit.with_line(line, line.value, row.successor))


RULES: tuple[Rule, ...] = (
    Rule(too_new, ("too-new",), ("error", "warning"), "Setting is newer than the target version"),
    Rule(removed, ("removed",), ("error", "warning", "note"), "Setting was removed from systemd"),
    Rule(renamed, ("renamed",), ("note",), "Renamed directive"),
)  # fmt: skip

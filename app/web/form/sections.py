"""The form as it is laid out: groups of fields, which of them are unfolded, and the rows of own directories."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from app import catalogue
from app.catalogue import Directive, Group
from app.web.form.entry import Entry
from app.web.form.notices import Notice

ALWAYS_OPEN = frozenset({"service", "identity", "managed"})
"""The groups that are not folded when nothing in them is set: what an isolated service needs."""


TOOL_FIELDS = {"identity": {"runs-as", "account", "uid", "gid"}, "own": {"own"}}
"""The parameters of the tool's own that stand in a group, beside the rows of the catalogue."""


BLANK_ROWS = 2
"""Blank rows below the own directories that are given."""


RowField = tuple[Directive, Any]
"""A row of the catalogue with its field."""


class Section(NamedTuple):
    """A group of the form with its fields."""

    group: Group
    fields: list[RowField]
    """The fields that the page always shows."""
    more: list[RowField]
    """The fields that few services need and this one does not use. The page folds them."""
    filled: int
    """The number of fields that are set."""
    notices: list[Notice]
    """The error messages and findings on the fields."""
    is_open: bool
    """Whether the page shows the group unfolded."""


COMMON_DIRECTIVES = frozenset(
    {"Description", "Type", "ExecStart", "WorkingDirectory", "Environment", "EnvironmentFile", "Restart", "RestartSec"}
)
"""What most services set of a group of which most set little: these fields stand first, the others are folded away."""


SHOWN_GROUPS = frozenset(group.key for group in catalogue.GROUPS if group.shown)
"""The groups whose rows are drawn, set or not."""


def groups(entry: Entry) -> list[tuple[Group, list[Directive]]]:
    """The groups that are drawn, each with its rows that have a field: those that always are, and those of which a row has one."""
    rows: dict[str, list[Directive]] = {}
    for field in entry.form:
        if catalogue.is_known(field.name):
            row = catalogue.find(field.name)
            rows.setdefault(_home(row), []).append(row)
    return [(group, rows.get(group.key, [])) for group in catalogue.GROUPS if group.shown or group.key in rows]


def _home(row: Directive) -> str:
    """The group that a row is drawn in: of rows that read one another, that of the first."""
    return _TOGETHER.get(row.together, row.group)


_TOGETHER = {row.together: row.group for row in reversed(catalogue.ROWS) if row.together}


def _fields_of(rows: list[Directive], entry: Entry) -> list[RowField]:
    """The rows of a group, each with its field; those that read one another in the order given."""
    given = [line.name for line in entry.unit.assignments] if entry.unit else []
    first = {row.together: at for at, row in reversed(list(enumerate(rows))) if row.together}
    order = {
        row.name: (first.get(row.together, at), given.index(row.name) if row.together and row.name in given else -1)
        for at, row in enumerate(rows)
    }
    return [(row, entry.form[row.name]) for row in sorted(rows, key=lambda row: order[row.name])]


def section(
    group: Group, rows: list[Directive], entry: Entry, notices: list[Notice], added: Collection[str]
) -> Section:
    """A group with what is set in it; folded when that is nothing, unless most services need it."""
    fields = _fields_of(rows, entry)
    resets = entry.form["reset"].data
    filled = sum(bool(field.data) or row.name in resets for row, field in fields)
    drawn = {row.name for row, _ in fields} | TOOL_FIELDS.get(group.key, set())
    if group.key == "own":
        filled = len(entry.form["own"].data)
    said = [notice for notice in notices if notice.field in drawn]
    is_open = bool(filled or said) or group.key in ALWAYS_OPEN or any(row.name in added for row, _ in fields)
    needed = {row.name for row, field in fields if field.data} | {*resets, *added} | {notice.field for notice in said}
    return Section(group, *_by_need(fields, needed), filled, said, is_open)


def _by_need(fields: list[RowField], needed: set[str]) -> tuple[list[RowField], list[RowField]]:
    """The fields that are shown at once, and those that are folded away; none in a group that has no usual ones."""
    if not any(row.name in COMMON_DIRECTIVES for row, _ in fields):
        return fields, []
    first = COMMON_DIRECTIVES | needed
    return [pair for pair in fields if pair[0].name in first], [pair for pair in fields if pair[0].name not in first]


class OwnRow(NamedTuple):
    """An own directory as three inputs of the form."""

    path: str = ""
    mode: str = ""
    """The access bits as an octal number."""
    access: str = ""


def own_rows(values: Iterable[str]) -> list[OwnRow]:
    """The rows of own directories: those given, split so that they post what was typed, and blank ones."""
    return [_own_row(value) for value in values] + [OwnRow()] * BLANK_ROWS


def _own_row(text: str) -> OwnRow:
    access = "ro" if text.endswith(":ro") and text.count(":") > 1 else ""
    path, colon, mode = text.removesuffix(":ro" if access else "").rpartition(":")
    return OwnRow(path, mode, access) if colon else OwnRow(mode, "", access)


def stray_resets(resets: Iterable[str], sections: Iterable[Section]) -> list[str]:
    """The values of reset= that have no field on the page to stand beside."""
    drawn = {row.name for section in sections for row, _ in (*section.fields, *section.more) if row.may_reset}
    return [name for name in dict.fromkeys(resets) if name not in drawn]

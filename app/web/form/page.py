"""The page of the form and its result."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms.form import BaseForm

from app import catalogue
from app.catalogue import Directive
from app.host import dropin
from app.unitfile.parse import ParsedUnit, SupersededLine, describe_superseded
from app.unitfile.preserved import describe, dump
from app.web.form import entry as forms
from app.web.form.entry import Entry
from app.web.form.page_context import context, profile_families
from app.web.form.presets import presets
from app.web.form.sections import SHOWN_GROUPS, own_rows, stray_resets
from app.web.form.uploads import original


class Refused(NamedTuple):
    """A requested profile that does not fit the form."""

    title: str
    why: str
    """The reason, as a sentence."""


class Search(NamedTuple):
    """The result of a search for a directive to add."""

    text: str
    """The search text."""
    found: list[Directive]
    """The directives that match."""
    near: list[str]
    """Similar names if no directive matches."""


def _suggest(form: BaseForm, added: Iterable[str]) -> None:
    """Fill in what starts a unit at boot, in the field that was added for it."""
    for trigger in catalogue.TRIGGER_TYPES:
        if trigger.enabled_by in added and not form[trigger.enabled_by].data:
            form[trigger.enabled_by].data = [trigger.target]


def render_page(
    entry: Entry,
    *,
    is_starter: bool = False,
    added: Iterable[str] = (),
    search: Search | None = None,
    refused: Refused | None = None,
    reading: ParsedUnit | None = None,
    status: int = 0,
) -> ResponseReturnValue:
    """Render the page of an entry: 422 where it has errors, 200 otherwise."""
    added = [name for name in added if name in entry.form]
    _suggest(entry.form, added)
    came = dropin.original_text(reading.unit) if reading else original()
    shown = context(entry, added, original=came)
    page = render_template(
        "generator/index.html",
        **shown,
        is_starter=is_starter,
        focus=added[0] if added else "",
        starters=[trigger for trigger in catalogue.TRIGGER_TYPES if trigger.enabled_by not in entry.form],
        search=search,
        profiles=profile_families(shown["report"], came) if shown["report"] else [],
        own_rows=own_rows(entry.form["own"].data),
        profile_refused=refused,
        stray_resets=stray_resets(entry.form["reset"].data, shown["sections"]),
        presets=presets(),
        reading=reading,
        **_superseded(reading.superseded if reading else entry.superseded),
        **_preserved_lines(entry),
    )
    return page, status or (422 if entry.errors else 200)


def render_imported(reading: ParsedUnit) -> ResponseReturnValue:
    """The page of an imported unit: what is wrong with it is shown, and refuses nothing."""
    entry = forms.entry_of_unit(reading.unit, drawn=SHOWN_GROUPS)
    try:
        return render_page(entry, reading=reading)
    except ValueError as error:  # names that cannot be resolved: there is no preparation to show
        return render_page(replace(entry, errors={"": [str(error)]}), reading=reading, status=200)


def _preserved_lines(entry: Entry) -> dict[str, Any]:
    """The lines of an import that no field holds, and the field that carries them; none where they cannot be read."""
    lines = entry.kept
    return {
        "kept_lines": list(islice(describe(lines), MAX_PRESERVED_SHOWN)),
        "kept_count": len(lines),
        "kept_field": dump(lines),
    }


def _superseded(lines: tuple[SupersededLine, ...]) -> dict[str, Any]:
    """The lines that are out of force, as many as the page lists, and how many there are."""
    return {"superseded": list(islice(describe_superseded(lines), MAX_PRESERVED_SHOWN)), "superseded_count": len(lines)}


MAX_PRESERVED_SHOWN = 100
"""Kept lines that the page lists."""

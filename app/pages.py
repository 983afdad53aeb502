"""The page for people: the form with its result."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, after_this_request, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from app import catalogue, dropin, exposure, forms, lookup, profiles, terminal
from app.api import asked, here
from app.catalogue import Directive
from app.display import context, of_profiles, original, presets
from app.effective import Effective
from app.forms import Entry
from app.kept import dump, tell
from app.notices import called
from app.parse import Reading, Superseded, tell_superseded
from app.report import is_closable, make_report, unit_link
from app.sections import DRAWN, own_rows, stray_resets
from app.unitfile import UnitFile
from app.values import shown

blueprint = Blueprint("pages", __name__)


class Refused(NamedTuple):
    """A profile that was asked for and is not for the form, and why."""

    title: str
    why: str


class Search(NamedTuple):
    """What "add a directive" found: what was looked for, the directives, and names that are near where there are none."""

    text: str
    found: list[Directive]
    near: list[str]


MOST_FOUND = 20
"""Directives that a search shows on the form; the reference shows all."""


@blueprint.get("/")
def show_form() -> ResponseReturnValue:
    """The form and its result: of a link, empty, or of the starter; lines to run where no HTML is asked for."""
    after_this_request(terminal.vary)
    if not terminal.wants_page():
        return terminal.show_help()
    asked_for, search = _looked_for(request.args)
    understood = forms.meant(asked_for)
    closed = _closed(forms.read(asked_for), asked_for["close"]) if asked_for.get("close") else None
    if closed and unit_link(closed):
        return redirect(here(unit_link(closed)), 303)
    if not understood:
        starter = forms.read(MultiDict(presets().starter), drawn=DRAWN)
        return _page(replace(starter, ignored=forms.ignored(request.args)), is_starter=True, search=search)
    if forms.is_empty_form(understood):
        return _page(forms.empty(asked_for, drawn=DRAWN), added=understood.getlist("add"), search=search)
    entry = forms.read(asked_for, drawn=DRAWN)
    wanted = asked_for.get("profile", "")
    if wanted and entry.is_valid:
        return _profiled(entry, wanted)
    return _page(entry, added=understood.getlist("add"), search=search)


@blueprint.post("/")
def submit_form() -> ResponseReturnValue:
    """The form as posted: its link if it is valid and has one, the page otherwise, or with a directive that is added."""
    posted, search = _looked_for(asked())
    entry = forms.read(posted, posted=True, drawn=DRAWN)
    added = posted.getlist("add")
    if added or search:
        return _page(entry if entry.is_valid else forms.unjudged(entry), added=added, search=search)
    if entry.is_valid and posted.get("profile"):
        return _profiled(entry, posted["profile"])
    changed = _mended(entry, posted.get("fix", "")) or _closed(entry, posted.get("close", ""))
    return _answer(_read_again(changed) if changed else entry)


def _read_again(unit: UnitFile) -> Entry:
    """The form of a unit that a button of the page has changed."""
    return forms.read(MultiDict(forms.pairs(unit)), posted=True, drawn=DRAWN)


def _answer(entry: Entry) -> ResponseReturnValue:
    """The link of what came in if it is valid and has one; the page otherwise, and where there is more to show than a link holds."""
    is_whole = entry.is_valid and not original() and not entry.superseded
    link = make_report(entry).link if is_whole else ""
    return redirect(here(link) + looking(entry), 303) if link else _page(entry)


def looking(entry: Entry) -> str:
    """The paths asked about, as the end of a link."""
    return "".join(f"&{urlencode({'look': path})}" for path in entry.form["look"].data)


def _profiled(entry: Entry, key: str) -> ResponseReturnValue:
    """The form with a profile; the page of the form as it is, with the reason, where it is not for it."""
    profile = presets().find(key)
    if profile is None or entry.unit is None:
        return _page(replace(entry, ignored=[*entry.ignored, "profile"]))
    try:
        unit = profiles.apply(profile, entry.unit)
    except ValueError as error:
        return _page(entry, refused=Refused(profile.title, str(error)))
    return _answer(_read_again(unit))


def _mended(entry: Entry, asked_for: str) -> UnitFile | None:
    """A unit after the fix that fix= names; None where there is none."""
    findings = entry.advice if asked_for else ()
    fixes = (found.fix for at, found in enumerate(findings) if called(found, at) == asked_for)
    return next((fix.unit for fix in fixes if fix), None)


def _closed(entry: Entry, field: str) -> UnitFile | None:
    """A unit with the row of its score closed that close= names; None where there is none."""
    report = make_report(entry) if field and entry.is_valid else None
    rows = report.exposure.costly if report and report.exposure else ()
    row = next((row for row in rows if row.json_field == field), None)
    changes = exposure.closing(Effective(report.unit), row) if report and row else None
    return exposure.close(report.unit, changes) if report and changes and is_closable(changes) else None


def _looked_for(parameters: "MultiDict[str, str]") -> tuple["MultiDict[str, str]", Search | None]:
    """The parameters with find= as what it finds: add= where it is a name, else a search for the page."""
    asked_for = [pair for pair in parameters.items(multi=True) if pair[0] != "find"]
    kept = MultiDict(each for pair in asked_for for each in _spelt_out(*pair))
    text = lookup.spelt(parameters.get("find", ""))
    row = lookup.named(text)
    if row:
        kept.add("add", row.name)
    if row or not text:
        return kept, None
    found = lookup.search(text)
    return kept, Search(shown(text), found[:MOST_FOUND], [] if found else lookup.nearest_names(text))


STARTERS = {starter.file: starter for starter in catalogue.STARTERS}
"""The units that start a service, by the word of add= that shows what they need."""


def _spelt_out(name: str, value: str) -> list[tuple[str, str]]:
    """A parameter; of add=timer and the like the directives that it stands for."""
    starter = STARTERS.get(value) if name == "add" else None
    return [("add", needed) for needed in starter.needed] if starter else [(name, value)]


def _suggest(form: BaseForm, added: Iterable[str]) -> None:
    """Fill in what starts a unit at boot, in the field that was added for it."""
    for starter in catalogue.STARTERS:
        if starter.enabled_by in added and not form[starter.enabled_by].data:
            form[starter.enabled_by].data = [starter.target]


def _page(
    entry: Entry,
    *,
    is_starter: bool = False,
    added: Iterable[str] = (),
    search: Search | None = None,
    refused: Refused | None = None,
    reading: Reading | None = None,
    status: int = 0,
) -> ResponseReturnValue:
    added = [name for name in added if name in entry.form]
    _suggest(entry.form, added)
    came = dropin.carried(reading.unit) if reading else original()
    shown = context(entry, added, original=came)
    page = render_template(
        "index.html",
        **shown,
        is_starter=is_starter,
        focus=added[0] if added else "",
        starters=[starter for starter in catalogue.STARTERS if starter.enabled_by not in entry.form],
        search=search,
        profiles=of_profiles(shown["report"], came) if shown["report"] else [],
        own_rows=own_rows(entry.form["own"].data),
        profile_refused=refused,
        stray_resets=stray_resets(entry.form["reset"].data, shown["sections"]),
        presets=presets(),
        reading=reading,
        **_superseded(reading.superseded if reading else entry.superseded),
        **_kept(entry),
    )
    return page, status or (422 if entry.errors else 200)


def show_imported(reading: Reading) -> ResponseReturnValue:
    """The page of an imported unit: what is wrong with it is shown, and refuses nothing."""
    entry = forms.of_unit(reading.unit, drawn=DRAWN)
    try:
        return _page(entry, reading=reading)
    except ValueError as error:  # names that cannot be resolved: there is no preparation to show
        return _page(replace(entry, errors={"": [str(error)]}), reading=reading, status=200)


def _kept(entry: Entry) -> dict[str, Any]:
    """The lines of an import that no field holds, and the field that carries them; none where they cannot be read."""
    lines = entry.kept
    return {"kept_lines": list(islice(tell(lines), MOST_KEPT)), "kept_count": len(lines), "kept_field": dump(lines)}


def _superseded(lines: tuple[Superseded, ...]) -> dict[str, Any]:
    """The lines that are out of force, as many as the page lists, and how many there are."""
    return {"superseded": list(islice(tell_superseded(lines), MOST_KEPT)), "superseded_count": len(lines)}


MOST_KEPT = 100
"""Kept lines that the page lists."""

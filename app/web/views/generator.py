"""The page for people: the form with its result."""

from dataclasses import replace

from flask import Blueprint, after_this_request, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import catalogue, profiles
from app.analysis import exposure
from app.catalogue import search as lookup
from app.effective import Effective
from app.report import is_closable, unit_link
from app.unitfile.model import UnitFile
from app.values import quoted
from app.web.form import entry as forms
from app.web.form.entry import Entry, make_report
from app.web.form.notices import fix_id
from app.web.form.page import Refused, Search, render_page
from app.web.form.page_context import look_params
from app.web.form.presets import presets
from app.web.form.sections import SHOWN_GROUPS
from app.web.form.uploads import original
from app.web.http import page_url, request_params, vary, wants_page
from app.web.terminal_help import show_help

blueprint = Blueprint("pages", __name__)


MAX_FOUND = 20
"""Directives that a search shows on the form; the reference shows all."""


@blueprint.get("/")
def show_form() -> ResponseReturnValue:
    """The form and its result: of a link, empty, or of the starter; lines to run where no HTML is asked for."""
    after_this_request(vary)
    if not wants_page():
        return show_help()
    asked_for, search = _looked_for(request.args)
    understood = forms.known_params(asked_for)
    closed = _closed(forms.read_entry(asked_for), asked_for["close"]) if asked_for.get("close") else None
    if closed and unit_link(closed):
        return redirect(page_url(unit_link(closed)), 303)
    if not understood:
        starter = forms.read_entry(MultiDict(presets().starter), drawn=SHOWN_GROUPS)
        return render_page(replace(starter, ignored=forms.ignored_params(request.args)), is_starter=True, search=search)
    if forms.is_empty_form(understood):
        return render_page(
            forms.empty_entry(asked_for, drawn=SHOWN_GROUPS), added=understood.getlist("add"), search=search
        )
    entry = forms.read_entry(asked_for, drawn=SHOWN_GROUPS)
    wanted = asked_for.get("profile", "")
    if wanted and entry.is_valid:
        return _profiled(entry, wanted)
    return render_page(entry, added=understood.getlist("add"), search=search)


@blueprint.post("/")
def submit_form() -> ResponseReturnValue:
    """The form as posted: its link if it is valid and has one, the page otherwise, or with a directive that is added."""
    posted, search = _looked_for(request_params())
    entry = forms.read_entry(posted, posted=True, drawn=SHOWN_GROUPS)
    added = posted.getlist("add")
    if added or search:
        return render_page(entry if entry.is_valid else forms.without_errors(entry), added=added, search=search)
    if entry.is_valid and posted.get("profile"):
        return _profiled(entry, posted["profile"])
    changed = _fixed(entry, posted.get("fix", "")) or _closed(entry, posted.get("close", ""))
    return _answer(_read_again(changed) if changed else entry)


def _read_again(unit: UnitFile) -> Entry:
    """The form of a unit that a button of the page has changed."""
    return forms.read_entry(MultiDict(forms.params_of_unit(unit)), posted=True, drawn=SHOWN_GROUPS)


def _answer(entry: Entry) -> ResponseReturnValue:
    """The link of what came in if it is valid and has one; the page otherwise, and where there is more to show than a link holds."""
    is_whole = entry.is_valid and not original() and not entry.superseded
    link = make_report(entry).link if is_whole else ""
    return redirect(page_url(link) + look_params(entry), 303) if link else render_page(entry)


def _profiled(entry: Entry, key: str) -> ResponseReturnValue:
    """The form with a profile; the page of the form as it is, with the reason, where it is not for it."""
    profile = presets().find(key)
    if profile is None or entry.unit is None:
        return render_page(replace(entry, ignored=[*entry.ignored, "profile"]))
    try:
        unit = profiles.apply(profile, entry.unit)
    except ValueError as error:
        return render_page(entry, refused=Refused(profile.title, str(error)))
    return _answer(_read_again(unit))


def _fixed(entry: Entry, asked_for: str) -> UnitFile | None:
    """A unit after the fix that fix= names; None where there is none."""
    findings = entry.advice if asked_for else ()
    fixes = (found.fix for at, found in enumerate(findings) if fix_id(found, at) == asked_for)
    return next((fix.unit for fix in fixes if fix), None)


def _closed(entry: Entry, field: str) -> UnitFile | None:
    """A unit with the row of its score closed that close= names; None where there is none."""
    report = make_report(entry) if field and entry.is_valid else None
    rows = report.exposure.costly if report and report.exposure else ()
    row = next((row for row in rows if row.json_field == field), None)
    changes = exposure.changes_that_close(Effective(report.unit), row) if report and row else None
    return exposure.with_changes(report.unit, changes) if report and changes and is_closable(changes) else None


def _looked_for(parameters: "MultiDict[str, str]") -> tuple["MultiDict[str, str]", Search | None]:
    """The parameters with find= as what it finds: add= where it is a name, else a search for the page."""
    asked_for = [pair for pair in parameters.items(multi=True) if pair[0] != "find"]
    kept = MultiDict(each for pair in asked_for for each in _spelt_out(*pair))
    text = lookup.tidied_query(parameters.get("find", ""))
    row = lookup.exact_match(text)
    if row:
        kept.add("add", row.name)
    if row or not text:
        return kept, None
    found = lookup.search(text)
    return kept, Search(quoted(text), found[:MAX_FOUND], [] if found else lookup.nearest_names(text))


STARTERS = {starter.file: starter for starter in catalogue.TRIGGER_TYPES}
"""The units that start a service, by the word of add= that shows what they need."""


def _spelt_out(name: str, value: str) -> list[tuple[str, str]]:
    """A parameter; of add=timer and the like the directives that it stands for."""
    starter = STARTERS.get(value) if name == "add" else None
    return [("add", needed) for needed in starter.needed] if starter else [(name, value)]

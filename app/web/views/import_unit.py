"""The way in for unit files that exist already: pasted or uploaded, they come back as the form with its result."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.catalogue.limits import MAX_LISTED_CHARACTERS
from app.catalogue.versions import DISTRIBUTIONS, NEWEST, OLDEST
from app.report import findings_json
from app.unitfile import preserved
from app.unitfile.parse import ParsedUnit
from app.web.form import entry as forms
from app.web.form import uploads
from app.web.form.entry import make_report
from app.web.form.page import render_imported
from app.web.http import now, site_address

blueprint = Blueprint("importing", __name__)

_JSON = "application/json"


@blueprint.get("/import")
def show_import() -> ResponseReturnValue:
    """The form to paste or upload unit files."""
    return _empty_page("")


@blueprint.post("/import")
def import_unit() -> ResponseReturnValue:
    """The page of the unit that was brought, or its report for programs. Nothing that is wrong with it refuses it."""
    uploads.admit_large_bodies()
    reading = uploads.read_unit()
    wants_json = request.accept_mimetypes.best_match(["text/html", _JSON]) == _JSON
    if reading.is_empty:
        sentence = "There is no line of a unit file in what was sent. Paste the file, or choose it."
        return (jsonify(_refusal(sentence)), 422) if wants_json else (_empty_page(sentence), 422)
    return jsonify(_as_json(reading)) if wants_json else render_imported(reading)


def _empty_page(sentence: str) -> str:
    return render_template(
        "import.html",
        sentence=sentence,
        chosen=request.args.get("systemd", ""),
        distributions=DISTRIBUTIONS,
        versions=range(NEWEST, OLDEST - 1, -1),
    )


def _refusal(sentence: str) -> dict[str, Any]:
    return {"errors": {"text": [sentence]}, "findings": []}


def _as_json(reading: ParsedUnit) -> dict[str, Any]:
    """The report, with the lines that no field holds, those out of force, and what is said on the whole."""
    preserved_json, preserved_left = _listed(
        (each.line, each.text, preserved.reason(each)) for each in _in_order(reading.preserved)
    )
    superseded, superseded_left = _listed((each.line, each.text, each.why) for each in reading.superseded)
    left = preserved_left + superseded_left
    said = [f"{left:,} more lines are not listed, because there are too many."] if left else []
    return _report(reading) | {"kept": preserved_json, "superseded": superseded, "said": [*reading.remarks, *said]}


def _in_order(lines: Iterable[preserved.PreservedLine]) -> list[preserved.PreservedLine]:
    return sorted(lines, key=lambda each: each.line)


def _listed(lines: Iterable[tuple[int, str, str]]) -> tuple[list[dict[str, Any]], int]:
    """Lines with their numbers and reasons for programs, as many as fit, and how many are left."""
    told: list[dict[str, Any]] = []
    room, left = MAX_LISTED_CHARACTERS, 0
    for number, text, why in lines:
        shown = text if len(text) <= MAX_LISTED else f"{text[:MAX_LISTED]}…"
        room -= len(shown) + len(why) + 50
        if room < 0:
            left += 1
        else:
            told.append({"line": number, "text": preserved.printable(shown), "why": why})
    return told, left


MAX_LISTED = 4_000
"""Characters of a line that programs get."""


def _report(reading: ParsedUnit) -> dict[str, Any]:
    """The report on the unit; what can be said without its names where they cannot be resolved."""
    entry = forms.entry_of_unit(reading.unit)
    try:
        return make_report(entry).as_json(site_address(), now())
    except ValueError:
        texts = {"name": reading.unit.name, "unit": reading.text, "files": reading.texts}
        return texts | {"link": None, "findings": findings_json(entry.findings)}

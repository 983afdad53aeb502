"""For terminals: a unit file in, its findings or its score out, as text or JSON; and what the front page says without HTML."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify, request

from app.analysis import exposure
from app.analysis.exposure import Exposure
from app.analysis.rules import SEVERITIES, Finding
from app.effective import Effective, instances_of
from app.report import closing_words, findings_json
from app.unitfile.model import UnitFile
from app.unitfile.parse import ParsedUnit
from app.web.form import entry as forms
from app.web.form import uploads
from app.web.form.entry import Entry
from app.web.http import plain_text, refuse, vary

blueprint = Blueprint("terminal", __name__)

_JSON = "application/json"
_NOTHING = "There is no line of a unit file in what was sent. Send one: curl -fsS --data-binary @myapp.service with this address."

MAX_SUPERSEDED = 50
"""Lines out of force that are told."""


@blueprint.post("/lint")
def lint() -> Response:
    """What is wrong with a unit file, worst first; the first line is the verdict. Nothing that is wrong with it refuses it."""
    reading = _read()
    if reading is None:
        return refuse([_NOTHING])
    entry = forms.entry_of_unit(reading.unit)
    score = _score(reading.unit)
    if _wants_json():
        return vary(jsonify(_lint_json(reading, entry, score)))
    return plain_text([_verdict(reading, entry, score), *_told(reading, entry)])


@blueprint.post("/score")
def score() -> Response:
    """systemd's own exposure score of a unit file: the table, the dearest row first."""
    reading = _read()
    if reading is None:
        return refuse([_NOTHING])
    found = _score(reading.unit)
    if found is None:
        return refuse([f"{_name(reading)} has no score: {_why_no_score(reading.unit)}"])
    if _wants_json():
        return vary(jsonify({"name": _name(reading), **found.as_json()}))
    return plain_text([f"{_name(reading)}: exposure {found.overall} {found.level}", *_rows(reading.unit, found)])


def _read() -> ParsedUnit | None:
    """The unit file of the request; None where there is no line of one."""
    uploads.admit_large_bodies()
    reading = uploads.read_unit()
    return None if reading.is_empty else reading


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/plain", _JSON]) == _JSON


# --- the findings ------------------------------------------------------------------------------------


def _name(reading: ParsedUnit) -> str:
    return next(iter(reading.texts))


def _verdict(reading: ParsedUnit, entry: Entry, score: Exposure | None) -> str:
    counts = [(severity, sum(f.severity == severity for f in entry.findings)) for severity in SEVERITIES]
    found = ", ".join(f"{count} {severity}{'s' * (count > 1)}" for severity, count in counts if count)
    points = f"; exposure {score.overall} {score.level}" if score else ""
    return f"{_name(reading)} for {reading.unit.target.label}: {found or 'no findings'}{points}"


def _told(reading: ParsedUnit, entry: Entry) -> Iterator[str]:
    """What is said on the whole, the findings, and the lines that do nothing."""
    yield from (f"file: {sentence}" for sentence in reading.remarks)
    for finding in entry.findings:
        yield f"{finding.severity}: {_place(reading, finding)}{finding.message} [{finding.id}]"
    for each_line in reading.superseded[:MAX_SUPERSEDED]:
        yield f"out of force: line {each_line.line}: {each_line.text[:100]}: {each_line.why}"


def _place(reading: ParsedUnit, finding: Finding) -> str:
    """Where a finding belongs: the line, where one sets its directive."""
    number = reading.lines.get(finding.field)
    return f"line {number}: " if number else ""


def _lint_json(reading: ParsedUnit, entry: Entry, score: Exposure | None) -> dict[str, Any]:
    found = findings_json(entry.advice)
    lines = [reading.lines.get(finding.field) for finding in entry.advice]
    return {
        "name": _name(reading),
        "verdict": _verdict(reading, entry, score),
        "findings": [told | {"line": line} for told, line in zip(found, lines, strict=True)],
        "exposure": score.as_json() if score else None,
        "said": list(reading.remarks),
    }


# --- the score ---------------------------------------------------------------------------------------


def _score(unit: UnitFile) -> Exposure | None:
    """The score of a service, of a template's first instance; None for a unit without a service, and for a systemd without scores."""
    return exposure.assess(_effective(unit)) if "service" in unit.suffixes else None


def _effective(unit: UnitFile) -> Effective:
    return next(iter(instances_of(unit)), Effective(unit))


def _why_no_score(unit: UnitFile) -> str:
    return "it is no service." if "service" not in unit.suffixes else f"{unit.target.label} gives none."


class _Cell(NamedTuple):
    points: str
    name: str
    closing: str


def _rows(unit: UnitFile, score: Exposure) -> Iterator[str]:
    """The rows of the table that cost points, each with what takes them away."""
    effective = _effective(unit)
    cells = []
    for row in score.costly:
        closing = exposure.changes_that_close(effective, row)
        cells.append(_Cell(row.exposure or "", row.name, closing_words(closing) if closing else ""))
    width = max((len(cell.name) for cell in cells), default=0)
    yield from (f"{cell.points:>4}  {cell.name:{width}}  {cell.closing}".rstrip() for cell in cells)
    good = sum(bool(row.set) for row in score.rows)
    yield f"{good} rows cost nothing."

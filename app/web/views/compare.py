"""Two units side by side: what differs in their files, preparation, findings, access and score."""

import difflib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

from flask import Blueprint, Response, after_this_request, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.catalogue.versions import LATEST
from app.host import dropin
from app.report import Report, steps_text
from app.web.form import entry as forms
from app.web.form.entry import Entry, make_report
from app.web.form.server_form import queries_of
from app.web.http import TEXT_TYPE, refuse, request_params, vary, wants_page

blueprint = Blueprint("compare", __name__)

MAX_LINES = 1500
"""Lines of a part that are compared."""

AROUND = 3
"""Lines alike that are shown before and behind those that differ."""


class DiffRow(NamedTuple):
    """One row of a comparison of two texts."""

    sign: str
    """“=” unchanged, “≠” changed, “−” only left, “+” only right, “…” unchanged lines that are left out."""
    left: str
    right: str


class DiffPart(NamedTuple):
    """A part of a comparison of two reports."""

    title: str
    rows: list[DiffRow]
    """The rows of the comparison. The list is empty if the reports do not differ here."""


class ComparedUnit(NamedTuple):
    """One of two compared units."""

    title: str
    given: str
    """The link as the person entered it."""
    report: Report | None
    """The unit's report, or None if the link is invalid."""
    sentences: list[str]
    """The error messages if the link is invalid."""


@blueprint.route("/compare", methods=["GET", "POST"])
def show_comparison() -> ResponseReturnValue:
    """Two links, or an import and what became of it; as text where no HTML is asked for."""
    after_this_request(vary)
    sides = _sides(request_params())
    reports = [side.report for side in sides if side.report]
    wrong = [f"{side.title}: {sentence}" for side in sides for sentence in side.sentences]
    parts = list(_parts(*map(texts_of, reports))) if len(reports) == len(sides) == 2 else []
    if not wants_page():
        return refuse(wrong or [_NOTHING]) if not reports[1:] else _as_text(sides, reports)
    page = render_template("compare.html", sides=sides, parts=parts, compared=bool(reports[1:]))
    return page, 422 if wrong else 200


_NOTHING = "Give two links as a= and b=, each the query of a unit's link."


def _sides(parameters: "MultiDict[str, str]") -> list[ComparedUnit]:
    """What is to be compared: a posted form with its original, or a= and b=."""
    if parameters.get(forms.ORIGINAL):
        entry = forms.read_entry(parameters, posted=True)
        aimed = entry.unit.target if entry.unit else LATEST
        before = forms.entry_of_unit(dropin.original(parameters[forms.ORIGINAL], aimed))
        return [_side("As imported", "", before), _side("As it is now", "", entry)]
    return [_linked(title, parameters.get(key, "")) for title, key in (("First", "a"), ("Second", "b"))]


def _linked(title: str, given: str) -> ComparedUnit:
    queries = queries_of([given])[:1]
    if not queries:
        return ComparedUnit(title, given, None, [])
    parameters = MultiDict(parse_qsl(queries[0], keep_blank_values=True))
    return _side(title, given, forms.read_entry(parameters, posted=request.method == "POST"))


def _side(title: str, given: str, entry: Entry) -> ComparedUnit:
    sentences = [f"{field}: {sentence}" for field, found in entry.errors.items() for sentence in found]
    try:
        return ComparedUnit(title, given, make_report(entry) if entry.is_valid else None, sentences)
    except ValueError as error:  # names that cannot be resolved
        return ComparedUnit(title, given, None, [str(error)])


def texts_of(report: Report) -> dict[str, list[str]]:
    """What is compared of a report, by title, line by line."""
    score = report.exposure
    return {
        **{
            f"{suffix.capitalize()} file": text.splitlines()
            for suffix, text in zip(report.unit.suffixes, report.files.values(), strict=True)
        },
        "Preparation": steps_text(report.prep).splitlines(),
        "Findings": [f"{finding.severity}: {finding.message}" for finding in report.findings],
        "Access": [f"{cell.path}: {cell.access}" for cell in report.access],
        "Score": [f"{score.overall} {score.level}", *(f"{row.name}: {row.exposure}" for row in score.costly)]
        if score
        else [],
    }


def _parts(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> Iterator[DiffPart]:
    for title in dict.fromkeys([*before, *after]):
        left, right = (side.get(title, [])[:MAX_LINES] for side in (before, after))
        yield DiffPart(title, list(rows_of(left, right)))


def rows_of(left: list[str], right: list[str]) -> Iterator[DiffRow]:
    """Two texts side by side, with what is alike only around what differs."""
    matcher = difflib.SequenceMatcher(None, left, right)
    groups = list(matcher.get_grouped_opcodes(AROUND)) if left != right else []
    end = 0
    for group in groups:
        if group[0][1] > end:
            yield DiffRow("…", "", "")
        for _, begin, end, first, last in group:
            yield from _paired(left[begin:end], right[first:last])
    if groups and end < len(left):
        yield DiffRow("…", "", "")


def _paired(left: list[str], right: list[str]) -> Iterator[DiffRow]:
    both = min(len(left), len(right))
    for one, other in zip(left, right, strict=False):
        yield DiffRow("=" if one == other else "≠", one, other)
    yield from (DiffRow("−", line, "") for line in left[both:])
    yield from (DiffRow("+", "", line) for line in right[both:])


def _as_text(sides: list[ComparedUnit], reports: list[Report]) -> Response:
    """The same for terminals, as diff writes it."""
    before, after = map(texts_of, reports)
    titles = dict.fromkeys([*before, *after])
    lines = [line for title in titles for line in _diff(title, sides, before.get(title, []), after.get(title, []))]
    return Response("".join(f"{line}\n" for line in lines) or "Nothing differs.\n", content_type=TEXT_TYPE)


def _diff(title: str, sides: list[ComparedUnit], before: list[str], after: list[str]) -> Iterator[str]:
    one, other = (f"{title}, {side.title.lower()}" for side in sides)
    return difflib.unified_diff(before[:MAX_LINES], after[:MAX_LINES], one, other, n=AROUND, lineterm="")

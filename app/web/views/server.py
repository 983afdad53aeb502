"""Several services on one server: the page for people, and its raw answers for programs."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.analysis.access import WORDS
from app.analysis.rules import SEVERITIES
from app.catalogue.limits import MAX_SERVICES
from app.host.shell import paste
from app.report import steps_text, unit_link
from app.server import Conflict, MatrixCell
from app.web.form import server_form
from app.web.form.presets import presets
from app.web.form.server_form import ServerReport, from_template, queries_of
from app.web.http import SHELL_TYPE, as_download, page_url, refuse, request_params, site_address

blueprint = Blueprint("server_pages", __name__)

MAX_LINKED_BYTES = 20_000
"""Bytes of links that mend conflicts: each is as long as all services. The other fixes are buttons of the page's form."""

MAX_CELLS, MAX_EXPLAINED = 600, 150
"""Cells of the matrix that are shown, and shown with why. Of more, a service's directories stand in one line."""

MANY = 8
"""Services of which the page shows more than the texts to take along."""

MAX_SHOWN = 60
"""Conflicts that the page shows; /server.json has all."""

SIGNS = {"read-write": "●", "read-only": "◐", "denied": "○", "hidden": "–", "depends": "?"}
"""A sign for each word of the matrix."""

_OPENNESS = ("hidden", "denied", "read-only", "depends", "read-write")
MEANINGS = {
    "read-write": "lists it and creates files in it",
    "read-only": "lists it and reads what is open there",
    "denied": "owner and mode keep it out",
    "hidden": "it is not there for the service",
    "depends": "only the machine knows",
}
"""What each word of the matrix means, for its legend."""


class MatrixRow(NamedTuple):
    """One row of the access matrix."""

    owner: str
    """The name of the service that the directory belongs to."""
    path: str
    """The absolute path of the directory, or the number of the directories in words."""
    cells: list[MatrixCell]
    """The access of each service to the directory. For several directories, the widest access."""


class ConflictView(NamedTuple):
    """A conflict as the page shows it."""

    at: int
    """The position of the conflict in the list."""
    conflict: Conflict
    link: str
    """The link that resolves the conflict, or "" if the page has a button instead."""


class ServiceView(NamedTuple):
    """A service as the page lists it."""

    at: int
    """The position of the service on the server."""
    title: str
    """The heading of the service."""
    runs_as: str
    """The account that the service runs as."""
    link: str
    """The link to the service, or ""."""
    sentences: list[str]
    """The errors of the service."""
    findings: int
    """The number of findings on the service."""
    can_replace: bool
    """Whether the service can replace another one with the same name."""


@blueprint.get("/server")
def show_server() -> ResponseReturnValue:
    """The page on the services of a link; without any the page to add the first."""
    try:
        return _shown_page(server_form.read(request_params().getlist("service")))
    except ValueError as error:
        return _too_many(str(error))


@blueprint.post("/server")
def submit_server() -> ResponseReturnValue:
    """The services as posted and as a button of the page changes them: their link, or the page where none may be made."""
    parameters = request_params()
    try:
        report = server_form.read(parameters.getlist("service"), posted=True)
        queries = _acted(report, parameters.get("act", ""), parameters.get("like", ""))
        changed = server_form.read(queries, posted=True) if queries != report.queries else report
    except ValueError as error:
        return _too_many(str(error))
    if changed.link and not changed.errors:
        return redirect(_here(changed.link), 303)
    return _shown_page(changed)


def _acted(report: ServerReport, act: str, name: str) -> list[str]:
    """The queries after what a button says: remove-3, replace-3, fix-2, hide; or with a service like the starter added."""
    queries = report.queries
    what, _, number = act.partition("-")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
    if what in _ACTS and (at >= 0 or what == "hide"):
        return _ACTS[what](report, queries, at)
    return [*queries, from_template(name.strip(), presets().target)] if name.strip() else queries


def _remove(_: ServerReport, queries: list[str], at: int) -> list[str]:
    return [*queries[:at], *queries[at + 1 :]]


def _replace(report: ServerReport, queries: list[str], at: int) -> list[str]:
    """The service at a place takes that of the first of its name."""
    if at >= len(queries):
        return queries
    first = next(place for place, listed in enumerate(report.listed) if listed.name == report.listed[at].name)
    return [
        queries[at] if place == first else query for place, query in enumerate(queries) if place != at or at == first
    ]


def _fix(report: ServerReport, queries: list[str], at: int) -> list[str]:
    fix = report.conflicts[at].fix if at < len(report.conflicts) else None
    return report.after_fix(fix) if fix else queries


def _hide(report: ServerReport, queries: list[str], _: int) -> list[str]:
    return report.hidden or queries


_ACTS: dict[str, Callable[[ServerReport, list[str], int], list[str]]] = {
    "remove": _remove,
    "replace": _replace,
    "fix": _fix,
    "hide": _hide,
}


def _too_many(sentence: str) -> ResponseReturnValue:
    return render_template("server/server.html", report=None, refusal=sentence, most=MAX_SERVICES), 422


def _shown_page(report: ServerReport) -> ResponseReturnValue:
    base = site_address()
    rows = _rows(report)
    page = render_template(
        "server/server.html",
        report=report,
        refusal="",
        most=MAX_SERVICES,
        services=[_service(report, at) for at in range(len(report.listed))],
        conflicts=list(_told(report)),
        severities=SEVERITIES,
        rows={owner: list(lines) for owner, lines in groupby(rows, lambda row: row.owner)},
        is_long=len(report.places) > MANY,
        is_explained=sum(len(row.cells) for row in rows) <= MAX_EXPLAINED,
        reached=[cell for cell in report.cells if _reaches(cell)],
        reaches=_reaches,
        words=WORDS,
        signs=SIGNS,
        meanings=MEANINGS,
        share_link=base + report.link if report.link else "",
        query=_sound_query(report),
        posted_pairs=[("service", listed.query) for listed in report.sound],
        curl=report.curl(base),
        steps_text=steps_text,
        paste=paste,
    )
    return page, 200 if report.places or not report.listed else 422


def _service(report: ServerReport, at: int) -> ServiceView:
    listed = report.listed[at]
    unit = listed.unit
    link = unit_link(unit) if unit else ""
    title = f"{listed.name}.service" if unit else listed.name or f"Service {at + 1}"
    runs_as = unit.value("User") or listed.entry.identity if unit else ""
    return ServiceView(
        at, title, runs_as, link and page_url(link), listed.sentences, len(listed.entry.findings), listed.is_duplicate
    )


def _told(report: ServerReport) -> Iterator[ConflictView]:
    left = MAX_LINKED_BYTES
    for at, conflict in enumerate(report.conflicts[:MAX_SHOWN]):
        link = report.fix_link(conflict) or ""
        left -= len(link)
        yield ConflictView(at, conflict, _here(link) if link and left > 0 else "")


def _rows(report: ServerReport) -> list[MatrixRow]:
    """The lines of the matrix: a directory each, or where those are too many a service's directories together."""
    keyed = sorted(enumerate(report.cells), key=lambda pair: _column(report, pair[1]))
    rows = [
        MatrixRow(owner, path, [cell for _, cell in cells])
        for (owner, path), cells in groupby(keyed, lambda pair: (pair[1].owner, pair[1].path))
    ]
    if len(report.cells) <= MAX_CELLS:
        return rows
    return [_together(owner, list(lines)) for owner, lines in groupby(rows, lambda row: row.owner)]


def _column(report: ServerReport, cell: MatrixCell) -> tuple[int, str]:
    return report.server.names.index(cell.owner), cell.path


def _together(owner: str, rows: list[MatrixRow]) -> MatrixRow:
    """A service's directories in one line: for each other the one that is the most open to it."""
    columns = zip(*(row.cells for row in rows), strict=True)
    most_open = [max(column, key=lambda cell: _OPENNESS.index(cell.access)) for column in columns]
    return MatrixRow(owner, f"{len(rows)} directories" if rows[1:] else rows[0].path, most_open)


def _reaches(cell: MatrixCell) -> bool:
    """Whether a service reaches what is another's."""
    return cell.service != cell.owner and cell.access not in ("denied", "hidden")


def _sound_query(report: ServerReport) -> str:
    """The query of the services without an error, for downloads; "" where they have no link."""
    if not report.link:
        return ""
    sound = server_form.ServerReport(tuple(report.sound))
    return sound.link.partition("?")[2]


def _here(link: str) -> str:
    """A link from the root on, as the address of the page on this site."""
    return url_for("server_pages.show_server") + link.removeprefix("/server")


@blueprint.route("/server.json", methods=["GET", "POST"])
def show_json() -> Response:
    """All of it for programs."""
    report = _read(is_advised=True)
    if isinstance(report, str):
        refusal = jsonify({"errors": {"service": [report]}, "findings": []})
        refusal.status_code = 422
        return refusal
    answer = jsonify(report.as_json(site_address()))
    answer.status_code = 200 if report.places else 422
    return as_download(answer, "server.json")


@blueprint.route("/server/prep.sh", methods=["GET", "POST"])
def show_prep() -> Response:
    """The preparation for all services as a script for root."""
    return _script("prep.sh", SHELL_TYPE, ServerReport.prep_script)


@blueprint.route("/server/prove-it.sh", methods=["GET", "POST"])
def show_proof() -> Response:
    """A script that asks a real server whether its services can touch what the matrix says, and changes nothing."""
    return _script("prove-it.sh", SHELL_TYPE, ServerReport.proof_script)


@blueprint.route("/server.tar.gz", methods=["GET", "POST"])
def show_archive() -> Response:
    """All units, the preparation and the proof in one file."""
    return _script("server.tar.gz", "application/gzip", ServerReport.archive)


def _read(*, is_advised: bool) -> ServerReport | str:
    """The services asked about, or why they are not judged. is_advised: whether the answer says how to fix conflicts."""
    values = queries_of(request_params().getlist("service"))
    if not values:
        return "No service is given. Give each as service=, the query of its link, for example service=name%3Dmyapp."
    try:
        return server_form.read(values, posted=request.method == "POST", is_advised=is_advised)
    except ValueError as error:
        return str(error)


def _script(file: str, content_type: str, content: Callable[[ServerReport], str | bytes]) -> Response:
    report = _read(is_advised=False)
    sentences = [report] if isinstance(report, str) else report.refusals
    if isinstance(report, str) or sentences:
        return refuse(sentences)
    return as_download(Response(content(report), content_type=content_type), file)

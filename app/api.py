"""Raw answers for programs: the unit, the scripts, the report. GET with a link's query, POST with the same parameters."""

import json
from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotFound

from app import forms, shell
from app.forms import Entry
from app.report import Report, findings_json, make_report
from app.values import service_name

blueprint = Blueprint("api", __name__)

SHELL_TYPE = "text/x-shellscript; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"


def site_address() -> str:
    """The address of this site, without a slash at its end: configured, or from a Host that is trusted."""
    return str(current_app.config["BASE_URL"] or request.host_url).rstrip("/")


@blueprint.route("/<name>.service", methods=["GET", "POST"])
def show_unit(name: str) -> Response:
    """The unit file."""
    entry = _read(_valid_name(name))
    return _answer(entry, f"{name}.service", TEXT_TYPE, lambda report: report.text)


@blueprint.route("/prep.sh", methods=["GET", "POST"])
def show_prep() -> Response:
    """The preparation as a script for root."""
    return _answer(_read(), "prep.sh", SHELL_TYPE, Report.prep_script)


@blueprint.route("/install.sh", methods=["GET", "POST"])
def show_install() -> Response:
    """The installation as a script for root."""
    return _answer(_read(), "install.sh", SHELL_TYPE, Report.install_script)


@blueprint.route("/report.json", methods=["GET", "POST"])
def show_report() -> Response:
    """All of it for programs."""
    entry = _read()
    if entry.is_valid:
        return _as_download(jsonify(make_report(entry).as_json(site_address())), "report.json")
    refusal = jsonify({"errors": entry.errors, "findings": findings_json(entry.advice)})
    refusal.status_code = 422
    return refusal


@blueprint.get("/healthz")
def show_health() -> Response:
    """Whether this process answers."""
    return Response("ok", content_type=TEXT_TYPE)


def asked() -> "MultiDict[str, str]":
    """The parameters of a request: those of its query, and of a POST those of its body too, so that none is dropped."""
    if request.files:
        raise BadRequest
    return MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])


def _valid_name(name: str) -> str:
    try:
        if service_name(name) == name:
            return name
    except ValueError:
        pass
    raise NotFound


def _read(name: str = "") -> Entry:
    entry = forms.read(asked(), posted=request.method == "POST", name=name)
    if name and entry.form["name"].data != name:
        raise NotFound
    return entry


def _answer(entry: Entry, file: str, content_type: str, text: Callable[[Report], str]) -> Response:
    if not entry.is_valid:
        return refuse([f"{field}: {sentence}" for field, found in entry.errors.items() for sentence in found])
    return _as_download(Response(text(make_report(entry)), content_type=content_type), file)


def _as_download(answer: Response, file: str) -> Response:
    if request.values.get("download"):
        answer.headers.set("Content-Disposition", "attachment", filename=file)
    return answer


def error_json(sentence: str) -> str:
    """An error that concerns no field, in the form of a refusal."""
    return json.dumps({"errors": {"": [sentence]}, "findings": []})


def refuse(sentences: list[str], status: int = 422) -> Response:
    """A refusal as text that is also a harmless script."""
    return Response(shell.refused(sentences), status, content_type=TEXT_TYPE)

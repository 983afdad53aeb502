"""Raw answers for programs: the unit, the scripts, the report. GET with a link's query, POST with the same parameters."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from app.host.sysusers import file_name
from app.report import Report, findings_json
from app.values import service_name
from app.web.archive import archive, origin
from app.web.form import entry as forms
from app.web.form.entry import Entry, make_report
from app.web.http import SHELL_TYPE, TEXT_TYPE, as_download, now, refuse, request_params, site_address
from app.web.proxies import HEALTH

blueprint = Blueprint("api", __name__)


@blueprint.route("/<name>.service", methods=["GET", "POST"], defaults={"suffix": "service"})
@blueprint.route("/<name>.timer", methods=["GET", "POST"], defaults={"suffix": "timer"})
@blueprint.route("/<name>.socket", methods=["GET", "POST"], defaults={"suffix": "socket"})
@blueprint.route("/<name>.path", methods=["GET", "POST"], defaults={"suffix": "path"})
def show_unit(name: str, suffix: str) -> Response:
    """One file of the unit: the service's, or that of its timer, socket or path."""
    entry = _read(_valid_name(name))
    if entry.unit and suffix not in entry.unit.suffixes:
        return refuse([f"{name} has no .{suffix} file: nothing of it is set."], 404)
    return _answer(
        entry, f"{name}.{suffix}", TEXT_TYPE, lambda report: _origin(report) + report.files[f"{name}.{suffix}"]
    )


@blueprint.route("/prep.sh", methods=["GET", "POST"])
def show_prep() -> Response:
    """The preparation as a script for root."""
    return _script(_read(), "prep.sh", Report.prep_script)


@blueprint.route("/install.sh", methods=["GET", "POST"])
def show_install() -> Response:
    """The installation as a script for root."""
    return _script(_read(), "install.sh", Report.install_script)


@blueprint.route("/sysusers.conf", methods=["GET", "POST"])
def show_sysusers() -> Response:
    """The accounts for sysusers.d, offered as unit-NAME.conf."""
    return _native(file_name, lambda report: report.sysusers)


@blueprint.route("/tmpfiles.conf", methods=["GET", "POST"])
def show_tmpfiles() -> Response:
    """The directories for tmpfiles.d, offered as unit-NAME.conf."""
    return _native(file_name, lambda report: report.tmpfiles)


@blueprint.route("/ansible.yml", methods=["GET", "POST"])
def show_ansible() -> Response:
    """The preparation and installation for Ansible, offered as NAME.yml."""
    return _native("{}.yml".format, lambda report: report.ansible)


@blueprint.route("/undo.sh", methods=["GET", "POST"])
def show_undo() -> Response:
    """What undoes preparation and installation, as a script for root."""
    return _script(_read(), "undo.sh", Report.undo_script)


@blueprint.route("/archive.tar.gz", methods=["GET", "POST"])
def show_archive() -> Response:
    """All of it in one file, offered as NAME.tar.gz."""
    entry = _read()
    sentences = _refusals(entry)
    if sentences:
        return refuse(sentences)
    report = make_report(entry)
    packed = archive(report, site_address(), stamped=_is_stamped())
    answer = Response(packed, content_type="application/gzip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{report.unit.name}.tar.gz")
    return answer


@blueprint.route("/report.json", methods=["GET", "POST"])
def show_report() -> Response:
    """All of it for programs."""
    entry = _read(is_advised=True)
    if entry.is_valid:
        return as_download(jsonify(make_report(entry).as_json(site_address(), now())), "report.json")
    refusal = jsonify({"errors": entry.errors, "findings": findings_json(entry.advice)})
    refusal.status_code = 422
    return refusal


@blueprint.get(HEALTH)
def show_health() -> Response:
    """Whether this process answers, whatever Host and prefix were asked for."""
    return Response("ok", content_type=TEXT_TYPE)


def _valid_name(name: str) -> str:
    try:
        if service_name(name) == name:
            return name
    except ValueError:
        pass
    raise NotFound


def _read(name: str = "", *, is_advised: bool = False) -> Entry:
    entry = forms.read_entry(request_params(), posted=request.method == "POST", name=name, is_advised=is_advised)
    if name and entry.form["name"].data != name:
        raise NotFound
    return entry


def _is_stamped() -> bool:
    """Whether unit files shall begin with a comment on their origin."""
    return bool(request.values.get("stamp"))


def _origin(report: Report) -> str:
    """The comment on the origin of a file where it is asked for."""
    return origin(report, site_address()) if _is_stamped() else ""


def _refusals(entry: Entry) -> list[str]:
    """Why a machine cannot be prepared for what came in: what is wrong with it, or that a template has no instance."""
    missing = make_report(entry).lacks if entry.is_valid else ""
    return [f"instance: {missing}"] if missing else _errors(entry)


def _errors(entry: Entry) -> list[str]:
    return [f"{field}: {sentence}" for field, found in entry.errors.items() for sentence in found]


def _answer(entry: Entry, file: str, content_type: str, text: Callable[[Report], str]) -> Response:
    if not entry.is_valid:
        return refuse(_errors(entry))
    return as_download(Response(text(make_report(entry)), content_type=content_type), file)


def _script(entry: Entry, file: str, text: Callable[[Report], str], content_type: str = SHELL_TYPE) -> Response:
    """A text that prepares a machine, such as a script for root: of a template it is for its instances alone."""
    sentences = _refusals(entry)
    return refuse(sentences) if sentences else _answer(entry, file, content_type, text)


def _native(file_of: Callable[[str], str], text: Callable[[Report], str]) -> Response:
    """A text for another tool than the shell; its file is named after the unit."""
    entry = _read()
    return _script(entry, file_of(str(entry.form["name"].data)), text, TEXT_TYPE)

"""The app: configuration, blueprints, error pages, response headers."""

from typing import Any

from flask import Flask, Response, render_template, request
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, LengthRequired, RequestURITooLarge

from app import api, links, pages, reference

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}

DEFAULTS: dict[str, Any] = {
    "BASE_URL": "",
    "TRUSTED_HOSTS": ["localhost", "127.0.0.1"],
    "MAX_CONTENT_LENGTH": 64 * 1024,
    "MAX_FORM_MEMORY_SIZE": 64 * 1024,
    "MANUAL_URL": "https://www.freedesktop.org/software/systemd/man/latest/",
}


class _Json(DefaultJSONProvider):
    """JSON as people read it: keys in order, letters as they are."""

    sort_keys = False
    ensure_ascii = False


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """The app, configured by defaults, then GENERATOR_… environment variables (JSON values), then config."""
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.config.from_mapping(DEFAULTS)
    app.config.from_prefixed_env("GENERATOR")
    app.config.from_mapping(config or {})
    _settle_address(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.json = _Json(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(reference.blueprint)
    app.register_blueprint(api.blueprint)
    app.before_request(_refuse_long_links)
    app.before_request(_refuse_bodies_of_unknown_length)
    app.after_request(_complete_headers)
    app.register_error_handler(HTTPException, _show_error)
    return app


def _settle_address(app: Flask) -> None:
    """With an address of its own the site needs no Host, so any is taken; without, only those that are trusted."""
    hosts = app.config["TRUSTED_HOSTS"]
    if isinstance(hosts, str):
        app.config["TRUSTED_HOSTS"] = [host.strip() for host in hosts.split(",") if host.strip()]
    if app.config["BASE_URL"] and hosts is DEFAULTS["TRUSTED_HOSTS"]:
        app.config["TRUSTED_HOSTS"] = None


def _refuse_long_links() -> None:
    query = request.query_string.removesuffix(b"&download=1")  # the link itself counts, whatever its path and purpose
    if len("/?") + len(query) > links.LONGEST:
        raise RequestURITooLarge


def _refuse_bodies_of_unknown_length() -> None:
    """A chunked body would be cut at the limit without a word, and half a configuration is another one."""
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired


def _complete_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "application/json":
        response.headers["Content-Type"] = "application/json; charset=utf-8"
    return response


ERROR_SENTENCES = {
    400: "The request could not be understood. If you came by a link, it may be cut; if this site has a new name, its administrator must add it to GENERATOR_TRUSTED_HOSTS.",
    404: "There is no such page. A unit's address and the name in its link must agree.",
    405: "This address does not take that method.",
    411: "A body must come with its length here (Content-Length), not in chunks.",
    413: "What was sent is larger than this page takes (64 KiB).",
    414: "The link is longer than 8,000 bytes. Send its parameters in the body of a POST instead.",
}


def _show_error(error: HTTPException) -> Response:
    code = error.code or 500
    sentence = ERROR_SENTENCES.get(code, "Something went wrong here, and nothing was lost: go back and try again.")
    if request.path.endswith((".sh", ".service")):
        return api.refuse([sentence], code)
    if request.path.endswith(".json"):
        response = Response(status=code, content_type="application/json; charset=utf-8")
        response.set_data(api.error_json(sentence))
        return response
    return Response(render_template("error.html", code=code, name=error.name, sentence=sentence), code)

"""The app: configuration, blueprints, error pages, response headers."""

import json
import os
import re
from collections.abc import Iterator
from traceback import extract_tb
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Request, Response, current_app, render_template, request
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined
from jinja2.ext import Extension
from werkzeug.exceptions import BadRequest, HTTPException, LengthRequired, RequestURITooLarge, UnprocessableEntity
from werkzeug.routing import MapAdapter

from app import catalogue
from app.analysis.rules import carries_secret
from app.web import highlight, proxies, responses, settings
from app.web.http import error_json, refuse
from app.web.proxies import HEALTH
from app.web.settings import DEFAULTS
from app.web.views import BLUEPRINTS

__all__ = ["DEFAULTS", "create_app"]


class _Json(DefaultJSONProvider):
    """JSON as people read it: keys in order, letters as they are."""

    sort_keys = False
    ensure_ascii = False


class _Flush(Extension):
    """Templates without the indentation that is for their readers: a twentieth of a page."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with each line from its first letter on; what a person wrote stands in none."""
        return re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


class _App(Flask):
    """The app, whose log names no path and quotes no value: both are a person's text."""

    request_class = responses.Request

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The routes as a request sees them. The health check is found whatever Host is asked for: its answer names none."""
        if request and request.path == HEALTH and request.method in ("GET", "HEAD"):
            return self.url_map.bind("localhost", default_method=request.method, path_info=HEALTH)
        return super().create_url_adapter(request)

    def log_exception(self, exc_info: Any) -> None:
        """Log a fault of ours: what kind, where, and on which route."""
        kind, _, trace = exc_info
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(trace)]
        self.logger.error(json.dumps({"fault": kind.__name__, "rule": responses.rule_of(), "where": where}))


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """The app, configured by defaults, then GENERATOR_… environment variables (JSON values), then config.

    SettingsError, a sentence, where something in them is wrong.
    """
    app = _App(__name__, template_folder="../templates", static_folder="../static")
    app.config.from_mapping(DEFAULTS)
    app.config.from_mapping(settings.from_environment(os.environ))
    app.config.from_mapping(config or {})
    settings.parse_settings(app.config)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(_Flush)
    app.jinja_env.filters |= {"as_unit": highlight.unit, "as_shell": highlight.shell}
    app.json = _Json(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config["METRICS"]:
        from app.web.views import metrics  # its counters are made when it is imported

        app.register_blueprint(metrics.blueprint)
    app.before_request(_refuse_foreign_hosts)
    app.before_request(_refuse_long_links)
    app.before_request(_refuse_bodies_of_unknown_length)
    app.before_request(_refuse_secrets_in_addresses)
    app.after_request(responses.complete)
    responses.fingerprint(app)
    app.register_error_handler(HTTPException, _show_error)
    app.wsgi_app = proxies.behind(app)  # type: ignore[method-assign]
    return app


def _refuse_foreign_hosts() -> None:
    """Before all else: by a name that is not trusted no address of this site can be made, so no page of another error."""
    if isinstance(request.routing_exception, BadRequest):
        raise request.routing_exception


def _refuse_long_links() -> None:
    query = request.query_string.removesuffix(b"&download=1")  # the link itself counts, whatever its path and purpose
    if len("/?") + len(query) > current_app.config["LONGEST_LINK"]:
        raise RequestURITooLarge


def _refuse_bodies_of_unknown_length() -> None:
    """A chunked body would be cut at the limit without a word, and half a configuration is another one."""
    if "Transfer-Encoding" in request.headers:
        raise LengthRequired


def _refuse_secrets_in_addresses() -> None:
    """The parameters of a POST stand in its body, where they may hold a secret; its address is a link like any other."""
    if request.method == "POST" and carries_secret(_address_parameters()):
        raise UnprocessableEntity


def _address_parameters() -> Iterator[tuple[str, str]]:
    """The parameters of the address, and those of the links that are parameters themselves."""
    for name, value in request.args.items(multi=True):
        yield name, value
        yield from parse_qsl(value.partition("?")[2] or value)


ERROR_SENTENCES = {
    400: "The request could not be understood. If you came by a link, it may be cut; if this site has a new name, its administrator must add it to GENERATOR_TRUSTED_HOSTS.",
    404: "There is no such page. A unit's address and the name in its link must agree.",
    405: "This address does not take that method.",
    411: "A body must come with its length here (Content-Length), not in chunks.",
    413: "What was sent is larger than this page takes ({MAX_CONTENT_LENGTH:,} bytes, and 2 MiB of unit files to import).",
    422: "This address contains something that looks like a secret, and addresses end up in logs. Send the parameters in the body of a POST instead.",
    414: "The link is longer than {LONGEST_LINK:,} bytes. Send its parameters in the body of a POST instead.",
}


RAW = (".sh", ".tar.gz", ".conf", ".yml", "/lint", "/score", *(f".{file}" for file in catalogue.FILES))
"""How the addresses of raw answers end, whose errors are text."""


def _show_error(error: HTTPException) -> Response:
    code = error.code or 500
    sentence = ERROR_SENTENCES.get(code, "Something went wrong here, and nothing was lost: go back and try again.")
    sentence = sentence.format_map(current_app.config)
    if request.path.endswith(RAW):
        return refuse([sentence], code)
    if request.path.endswith(".json"):
        response = Response(status=code, content_type="application/json; charset=utf-8")
        response.set_data(error_json(sentence))
        return response
    return Response(render_template("error.html", code=code, name=error.name, sentence=sentence), code)

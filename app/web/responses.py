"""What every answer says to browsers and caches: safety, how long it keeps, what it depends on, its coding and its hash."""

import gzip
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, Response, current_app, g, request
from flask import Request as FlaskRequest
from werkzeug.datastructures import MIMEAccept

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors {FRAME_ANCESTORS}"
    ),
}

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=4)),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
"""How a body is made smaller, the better first: the same body gives the same bytes each time, on every replica."""

MIN_ENCODED = 500
"""Bytes from which on a smaller body is worth the while."""

ENCODED_TYPES = frozenset({"application/json", "image/svg+xml"})
"""What is made smaller beside all that is text."""

TIME_DEPENDENT = frozenset({"api.show_health", "metrics.show_metrics"})
"""The endpoints whose answers are no function of their address."""

IMMUTABLE = "public, max-age=31536000, immutable"


class Request(FlaskRequest):
    """A request that knows whether it was asked what the browser accepts: the answer depends on it then."""

    reads_accept = False

    @cached_property
    def accept_mimetypes(self) -> MIMEAccept:
        """What the browser accepts."""
        self.reads_accept = True
        return super().accept_mimetypes


def names_host() -> None:
    """Say that this answer holds the site's address: it is for whoever asked by that, and for no shared cache."""
    g.names_host = True


def fingerprint(app: Flask) -> None:
    """Have the address of every static file carry a hash of it, so that it is kept for ever and no later file has it."""
    folder = Path(app.static_folder or "")
    versions = {
        str(path.relative_to(folder)): _hash(path.read_bytes())[:16] for path in folder.rglob("*") if path.is_file()
    }

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and values.get("filename") in versions:
            values.setdefault("v", versions[values["filename"]])

    app.extensions["asset_versions"] = versions


def rule_of() -> str | None:
    """The rule of this request's route, which is what logs and counts may call it."""
    return request.url_rule.rule if request.url_rule else None


def complete(response: Response) -> Response:
    """The answer with all that is to be said of it."""
    request.environ["generator.rule"] = rule_of()
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value.format_map(current_app.config))
    if response.mimetype == "application/json":
        response.headers["Content-Type"] = "application/json; charset=utf-8"
    if getattr(request, "reads_accept", False):
        response.vary.add("Accept")
    is_kept = response.status_code == 200 and request.method in ("GET", "HEAD")
    response.headers["Cache-Control"] = _keeping() if is_kept else "no-store"
    if response.status_code == 200:
        response.direct_passthrough = False
        _encode(response)
    return _identified(response) if is_kept and request.endpoint not in TIME_DEPENDENT else response


def _keeping() -> str:
    """How long an answer keeps: a file for ever at the address that has its hash, all else until it is asked again."""
    if request.endpoint in TIME_DEPENDENT:
        return "no-store"
    versions = current_app.extensions["asset_versions"]
    if request.endpoint == "static" and request.args.get("v") == versions.get(
        (request.view_args or {}).get("filename")
    ):
        return IMMUTABLE
    return "private, no-cache" if g.get("names_host") else "public, no-cache"


def _encode(response: Response) -> None:
    """Make the body smaller the way that the browser likes."""
    kind = response.mimetype or ""
    if not (kind.startswith("text/") or kind in ENCODED_TYPES):
        return
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    coding = next((name for name in CODINGS if request.accept_encodings[name] > 0), "")
    if coding and len(body) >= MIN_ENCODED:
        response.set_data(CODINGS[coding](body))
        response.headers["Content-Encoding"] = coding


def _identified(response: Response) -> Response:
    """The answer with the hash of the body that is sent, or 304 where the browser has that body."""
    response.headers.pop("Last-Modified", None)  # the hash says more, and replicas need not agree on dates
    response.set_etag(_hash(response.get_data()))
    response.make_conditional(request)
    return response


def _hash(body: bytes) -> str:
    return sha256(body).hexdigest()

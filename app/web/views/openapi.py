"""The description of the raw answers for programs (OpenAPI 3.0), made from the routes and the tables."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from werkzeug.routing import Rule

from app import catalogue
from app.catalogue.limits import MAX_SERVICES
from app.catalogue.versions import LATEST

blueprint = Blueprint("openapi", __name__)

PARAMETERS = {
    "name": "The unit's name, without its suffix.",
    "systemd": "The version aimed at, 252, or a distribution, debian-12.",
    "account": "existing: the user is there already, so it is checked and not created.",
    "uid": "The number of the user that the preparation creates.",
    "gid": "The number of the group that the preparation creates.",
    "instance": "Of a template: an instance that the preparation and the installation are for.",
    "own": "A directory to create and hand over: PATH, PATH:MODE, PATH:MODE:ro.",
    "reset": "A directive whose list is emptied first.",
    "look": "A path asked about in the access picture.",
    "stamp": "Anything: unit files begin with a comment that says where they are from.",
    "download": "Anything: the answer is offered as a file.",
}
"""The parameters of the tool's own that raw answers read."""

REPEATED = frozenset({"instance", "own", "reset", "look"})

CONTENT_TYPES = {
    ".json": "application/json",
    ".sh": "text/x-shellscript",
    ".tar.gz": "application/gzip",
    "": "text/plain",
}
"""What an answer is, by the end of its address; a refusal of all but JSON is text."""

REFUSALS = {
    "400": "The request could not be understood, or came by a name that is not trusted.",
    "404": "There is no such file, or the name in path and link differ.",
    "411": "The body came without its length.",
    "413": "The body is too large.",
    "414": "The link is too long: send its parameters as the body of a POST.",
    "422": "Refused, with a sentence for each parameter that is wrong.",
}


@blueprint.get("/openapi.json")
def show_openapi() -> Response:
    """The description itself."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        if _is_raw(rule):
            paths[re.sub(r"<(\w+)>", r"{\1}", rule.rule)] = dict(_operations(rule))
    return jsonify(
        {
            "openapi": "3.0.3",
            "info": {
                "title": "Systemd Unit File Generator",
                "version": str(LATEST.version),
                "description": "A unit, its preparation and all that is said of it, as pure functions of their parameters.",
            },
            "paths": paths,
            "components": {"schemas": {"Unit": _unit(), "Services": _services(), "Refusal": _REFUSAL}},
        }
    )


def _is_raw(rule: Rule) -> bool:
    """Whether a route gives programs an answer that its parameters alone decide."""
    part = rule.endpoint.partition(".")[0]
    return part in ("api", "server_pages") and {"GET", "POST"} <= (rule.methods or set()) and rule.rule != "/server"


def _operations(rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = {"$ref": f"#/components/schemas/{'Services' if rule.endpoint.startswith('server_pages.') else 'Unit'}"}
    what = (current_app.view_functions[rule.endpoint].__doc__ or "").strip()
    named = [_in_path(name) for name in sorted(rule.arguments - set(rule.defaults or {}))]
    shared = {"summary": what, "responses": _responses(rule.rule)}
    query = {"name": "parameters", "in": "query", "style": "form", "explode": True, "schema": schema}
    body = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    identity = re.sub(r"\W+", "_", rule.rule).strip("_")
    yield "get", {"operationId": f"get_{identity}", "parameters": [*named, query], **shared}
    yield "post", {"operationId": f"post_{identity}", "parameters": named, "requestBody": body, **shared}


def _in_path(name: str) -> dict[str, Any]:
    """A parameter in the path: the name of a unit."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": "myapp"}


def _responses(path: str) -> dict[str, Any]:
    kind = next(CONTENT_TYPES[end] for end in CONTENT_TYPES if path.endswith(end))
    is_json = kind == "application/json"
    right: dict[str, Any] = {} if "gzip" in kind else {"schema": {"type": "object" if is_json else "string"}}
    wrong = {"$ref": "#/components/schemas/Refusal"} if is_json else {"type": "string"}
    refused = {"application/json" if is_json else "text/plain": {"schema": wrong}}
    return {
        "200": {"description": "The answer.", "content": {kind: right}},
        **{code: {"description": why, "content": refused} for code, why in REFUSALS.items()},
    }


def _unit() -> dict[str, Any]:
    """The parameters of a service: the tool's own, then every directive by its name."""
    own = {name: _text(about, name in REPEATED) for name, about in PARAMETERS.items()}
    rows = {row.name: _text(row.help, row.repeats, row.sample) for row in catalogue.ROWS}
    return {"type": "object", "properties": own | rows, "additionalProperties": False}


def _services() -> dict[str, Any]:
    service = _text("The query of a service's link.", True, "name=myapp&systemd=252&User=myapp&ExecStart=/usr/bin/true")
    properties = {"service": service | {"maxItems": MAX_SERVICES}, "download": _text(PARAMETERS["download"])}
    return {"type": "object", "properties": properties, "required": ["service"], "additionalProperties": False}


def _text(about: str, repeats: bool = False, example: str = "") -> dict[str, Any]:
    text = {"type": "string"} | ({"example": example} if example else {})
    return {"type": "array", "items": text, "description": about} if repeats else text | {"description": about}


_REFUSAL = {
    "type": "object",
    "properties": {
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "findings": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["errors"],
}

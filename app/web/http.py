"""What all views share of a request and an answer: the parameters, this site's address, refusals, downloads."""

import json
from datetime import UTC, datetime

from flask import Response, current_app, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from app.host import shell
from app.web import responses

SHELL_TYPE = "text/x-shellscript; charset=utf-8"

TEXT_TYPE = "text/plain; charset=utf-8"


def site_address() -> str:
    """The address of this site, without a slash at its end: configured, or from a Host that is trusted and its path."""
    responses.names_host()
    return str(current_app.config["BASE_URL"] or request.root_url).rstrip("/")


def page_url(link: str) -> str:
    """A link from the root on, as the address of the form on this site."""
    return url_for("pages.show_form") + link.removeprefix("/")


def now() -> datetime:
    """The moment that it is: what comes of it is said to be of this moment."""
    return datetime.now(UTC)


def request_params() -> "MultiDict[str, str]":
    """The parameters of a request: those of its query, and of a POST those of its body too, so that none is dropped."""
    if request.files:
        raise BadRequest
    if not request.form:
        return request.args
    return MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])


def as_download(answer: Response, file: str) -> Response:
    """The answer, as a file of this name where download= asks for one."""
    if request.values.get("download"):
        answer.headers.set("Content-Disposition", "attachment", filename=file)
    return answer


def error_json(sentence: str) -> str:
    """An error that concerns no field, in the form of a refusal."""
    return json.dumps({"errors": {"": [sentence]}, "findings": []})


def refuse(sentences: list[str], status: int = 422) -> Response:
    """A refusal as text that is also a harmless script."""
    return Response(shell.refused(sentences), status, content_type=TEXT_TYPE)


_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def vary(response: Response) -> Response:
    """Mark an answer as one that depends on what the request accepts."""
    response.vary.add("Accept")
    return response


def wants_page() -> bool:
    """Whether HTML is among what the request accepts; one that does not say takes anything."""
    accepted = [kind.lower() for kind, quality in request.accept_mimetypes if quality]
    return "Accept" not in request.headers or not _PAGES.isdisjoint(accepted)


def plain_text(lines: list[str]) -> Response:
    """Lines, without a character that a terminal would obey."""
    return vary(Response("".join(f"{_printable(line)}\n" for line in lines), content_type=TEXT_TYPE))


def _printable(line: str) -> str:
    return line if line.isprintable() else "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in line)

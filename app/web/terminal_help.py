"""What the front page answers where no HTML is accepted: lines to run in a terminal."""

import shlex
from collections.abc import Iterator
from typing import NamedTuple

from flask import Response, request
from werkzeug.datastructures import MultiDict

from app import profiles
from app.analysis.rules import carries_secret
from app.report import unit_link
from app.unitfile import links
from app.unitfile.model import UnitFile
from app.web.form import entry as forms
from app.web.http import plain_text, refuse, site_address

_JSON = "application/json"


class Line(NamedTuple):
    """A command line to run."""

    about: str
    """The purpose of the line."""
    words: tuple[str, ...]


def show_help() -> Response:
    """What can be asked for from a terminal, with lines to run, on the unit of the link if there is one."""
    if carries_secret(request.args.items(multi=True)):
        return refuse(
            ["This link carries what looks like a secret. Send its parameters in the body of a POST instead."]
        )
    unit = forms.read_entry(request.args).unit or forms.read_entry(MultiDict(profiles.STARTER)).unit
    if unit is None or not unit_link(unit):
        return plain_text([_TITLE])
    lines = (text for line in _lines(unit, site_address()) for text in ("", line.about, f"  {shlex.join(line.words)}"))
    return plain_text([_TITLE, f"The page with the form: {site_address()}/", *lines])


_TITLE = "Systemd Unit File Generator: a unit, the commands that prepare a machine for it, and what is wrong with it."


def _lines(unit: UnitFile, base: str) -> Iterator[Line]:
    """The lines in an order in which each finds what it needs."""
    file = unit.file(unit.suffixes[0])

    def get(path: str) -> str:
        return base + links.link(unit, path)

    brought = ("curl", "-fsS", "--data-binary", f"@{file}")
    asked = f"?name={file}&systemd={unit.target.key}"
    yield Line("A unit, by a link that reads like it:", ("curl", "-fsS", "-o", file, get(f"/{file}")))
    yield Line(
        "What prepares a machine for it; read it, then run it as root:",
        ("curl", "-fsS", "-o", "prep.sh", get("/prep.sh")),
    )
    yield Line("All of it for programs:", ("curl", "-fsS", get("/report.json")))
    yield Line("What is wrong with a unit file that you have, worst first:", (*brought, f"{base}/lint{asked}"))
    yield Line("Its exposure score, row by row:", (*brought, f"{base}/score{asked}"))
    yield Line("The same for programs:", (*brought, "-H", f"Accept: {_JSON}", f"{base}/lint{asked}"))

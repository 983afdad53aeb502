"""The unit files that a request brings: uploaded, pasted into a form, or as its whole body."""

import re
from collections.abc import Iterator
from dataclasses import replace

from flask import request
from werkzeug.datastructures import MultiDict

from app.catalogue import FILES
from app.catalogue.limits import MAX_UPLOAD_BYTES
from app.catalogue.versions import LATEST, Target, target
from app.unitfile.parse import ParsedUnit, parse_files
from app.unitfile.sources import Source
from app.web.form import entry as forms

FIELDS = ("text", "file", "name", "systemd")
"""What a form that brings them has: pasted text, uploads, the unit's name, the systemd aimed at."""

_FORM = re.compile(rb"(?:text|name|systemd)=[!-Z^-~]*")
"""A form as curl --data sends it; a unit file has blanks, line ends or brackets in its first lines."""


def admit_large_bodies() -> None:
    """Let this request bring unit files; to be called before anything reads its body."""
    request.max_content_length = request.max_form_memory_size = MAX_UPLOAD_BYTES


def read_unit() -> ParsedUnit:
    """What the unit files of the request come to."""
    fields, sources = _given()
    aimed, said = _aimed(fields.get("systemd", ""))
    name = fields.get("name", "").strip()
    reading = parse_files(sources, name=name.removesuffix(_suffix(name)), target=aimed)
    return replace(reading, remarks=(*said, *reading.remarks))


def _given() -> tuple["MultiDict[str, str]", list[Source]]:
    """The fields of the request, and the files it brings that say something."""
    fields = MultiDict(request.args)
    if request.mimetype == "multipart/form-data" or _FORM.fullmatch(request.get_data()):
        fields.update(request.form)
        found = [*_uploaded(), Source("", fields.get("text", "").encode(errors="surrogateescape"))]
    else:
        found = [Source("", request.get_data())]
    name = fields.get("name", "").strip()
    named = (source if source.name or not _suffix(name) else source._replace(name=name) for source in found)
    return fields, [source for source in named if source.data.strip()]


def _uploaded() -> Iterator[Source]:
    for file in request.files.getlist("file"):
        yield Source(file.filename or "", file.read())


def _suffix(name: str) -> str:
    """The suffix of a unit's name, with its dot; "" where it has none."""
    ending = name.rpartition(".")[2]
    return f".{ending}" if ending in FILES and ending != name else ""


def _aimed(key: str) -> tuple[Target, list[str]]:
    """The systemd that is asked for, and what is to be said where there is none of that name."""
    try:
        return (target(key) if key.strip() else LATEST), []
    except ValueError as error:
        return LATEST, [f"{error} It is read for {LATEST.label} here."]


def original() -> str:
    """The imported unit that the posted form carries along, as text; "" for none."""
    return request.form.get(forms.ORIGINAL, "")

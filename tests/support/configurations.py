"""Configurations that tests share, as parameters of a link."""

from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from app import catalogue, profiles
from app.unitfile.model import UnitFile
from app.values import Boolean, Choice
from app.web.form import entry as forms
from app.web.form.entry import Entry

Parameters = list[tuple[str, str]]

LEAST: Parameters = [
    ("name", "myapp"),
    ("systemd", "262"),
    ("ExecStart", "/usr/bin/true"),
    ("User", "myapp"),
    ("UMask", "0077"),
]
"""A configuration that sets next to nothing; what is said of it is that it shares scratch and sees processes."""

QUIET: Parameters = [
    *LEAST,
    ("PrivateTmp", "yes"),
    ("ProtectProc", "invisible"),
    ("TemporaryFileSystem", "/dev/shm:mode=1777"),
]
"""The least configuration without findings."""

EXAMPLES: dict[str, Parameters] = {"starter": list(profiles.STARTER)} | {
    example.key: list(example.parameters) for example in profiles.GUIDE_EXAMPLES
}
"""The starter and the examples of the guide."""


def with_values(parameters: Parameters, **values: str | list[str]) -> Parameters:
    """The parameters with these instead of their own of the same names; an empty list takes one out."""
    kept = [(key, value) for key, value in parameters if key not in values]
    return kept + [
        (key, value) for key, given in values.items() for value in ([given] if isinstance(given, str) else given)
    ]


def read(parameters: Parameters, *, posted: bool = False) -> Entry:
    """What the door says to the parameters."""
    return forms.read_entry(MultiDict(parameters), posted=posted)


def unit_of(parameters: Parameters) -> UnitFile:
    """The unit of parameters that must be accepted, as a link."""
    return _accepted(read(parameters))


def _accepted(entry: Entry) -> UnitFile:
    assert not entry.errors, entry.errors
    assert entry.unit is not None
    return entry.unit


def least_with(**values: str | list[str]) -> UnitFile:
    """The unit of the least configuration with these values, as a form: no link carries a secret."""
    return _accepted(read(with_values(LEAST, **values), posted=True))


def query(parameters: Parameters) -> str:
    """The parameters as a query string."""
    return urlencode(parameters)


def example_value(directive: catalogue.Directive) -> str:
    """A value that the directive takes, in any version from 247 on."""
    if directive.example:
        return directive.example
    if isinstance(directive.kind, Choice) and not isinstance(directive.kind, Boolean):
        return min(directive.kind.words, key=directive.kind.words.__getitem__)
    return "yes" if isinstance(directive.kind, Boolean) else "/usr/bin/true"

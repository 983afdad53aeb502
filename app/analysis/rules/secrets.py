"""Findings on values whatever their directive: secret, not ASCII."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from app import catalogue
from app.analysis.rules.finding import OTHER_SECRET, SECRET_VARIABLE, Finding, Rule
from app.catalogue.limits import MAX_INSTANCES
from app.effective import Effective, instances_of
from app.unitfile.model import UnitFile
from app.unitfile.preserved import PreservedLine
from app.values import URL, Assignments, ExecCommand, secrets_in, secrets_in_text

PRESERVED = "kept"
"""The field of what stands in a preserved line."""


class Secret(NamedTuple):
    """What looks like a secret: the field that it stands in, and what holds it: a variable, an option, a URL or the directive."""

    field: str
    holder: str


def secret_in_value(unit: Effective) -> Iterator[Finding]:
    """Every user can read a unit file and, over D-Bus, the environment of the service. The process list shows the
    options of its commands. systemd reads the files of LoadCredential= and EnvironmentFile= as root, so those files can
    have mode 0600 (systemd.exec(5), Environment= and SetCredential=; tested on systemd 252, 257 and 262).
    """
    for field, holder in secrets_of(unit.file):
        is_named = field == "Environment" and "=" not in holder and holder.isidentifier()
        yield Finding(
            SECRET_VARIABLE if is_named else OTHER_SECRET,
            "warning",
            field,
            f"{holder} {_looks(field, holder)}. Every user of this machine can read it in the unit, so no link carries it. Put it into a file with mode 0600 and name that file in LoadCredential= or EnvironmentFile=.",
        )


def _looks(field: str, holder: str) -> str:
    """What is wrong with what holds a secret, and where it stands."""
    if holder.endswith("="):
        return "holds text that is meant for the service alone"
    where = "a preserved line" if field == PRESERVED else f"{field}="
    return (
        f"in {where} has a password"
        if holder == URL
        else f"in {where} looks like a secret"
        if field != "Environment"
        else "looks like a secret"
    )


def secret_names(unit: UnitFile) -> list[str]:
    """What holds a secret in a unit: such a unit has no link."""
    return [secret.holder for secret in secrets_of(unit)]


@lru_cache(maxsize=16)
def secrets_of(unit: UnitFile) -> tuple[Secret, ...]:
    """What looks like a secret in any file of a unit, preserved lines too, once specifiers are expanded."""
    services = instances_of(unit)[:MAX_INSTANCES] or (Effective(unit),)
    expanded = ((name, text) for name, value in unit.assignments for text in _expanded(services, value))
    found = [Secret(name, holder) for name, text in expanded for holder in _holders(name, text)]
    found += [Secret(PRESERVED, holder) for line in _looked_through(unit.preserved) for holder in _preserved(line)]
    return tuple(dict.fromkeys(found))


def _expanded(services: Iterable[Effective], value: str) -> Iterable[str]:
    """A value with its specifiers expanded, for each instance where those differ."""
    if "%" not in value:
        return (value,)
    return dict.fromkeys(one.expand_known(value).replace("%%", "_") for one in services)


def _looked_through(lines: Iterable[PreservedLine]) -> Iterator[PreservedLine]:
    """The preserved lines that are written out, as many as take no long time; a unit with any has no link."""
    left = MAX_LOOKED_THROUGH
    for line in lines:
        left -= len(line.text)
        if left < 0:
            return
        if not line.defect:
            yield line


MAX_LOOKED_THROUGH = 64 * 1024
"""Characters of preserved lines in which secrets are looked for."""


def _holders(name: str, value: str) -> tuple[str, ...]:
    """What holds a secret in a value of a directive."""
    kind = catalogue.find(name).kind
    if kind.private_text(value):
        return (f"{catalogue.find(name).word}=",)
    return (
        tuple(secrets_in(value))
        if isinstance(kind, Assignments)
        else secrets_in_text(value, isinstance(kind, ExecCommand))
    )


def _preserved(line: PreservedLine) -> tuple[str, ...]:
    """What holds a secret in a preserved line: one that a comment takes out of force holds it as well."""
    said = replace(line, text=line.text.lstrip("#; ")) if line.is_comment else line
    of_row = _holders(said.row.name, said.parsed.value) if said.row else ()
    return of_row or secrets_in_text(said.parsed.value) or secrets_in_text(said.text)


def carries_secret(parameters: Iterable[tuple[str, str]]) -> bool:
    """Whether parameters carry what looks like a secret, be they read or not."""
    return any(
        secrets_in_text(value) or (catalogue.is_known(name) and _holders(name, value)) for name, value in parameters
    )


def not_ascii(unit: Effective) -> Iterator[Finding]:
    """Characters outside ASCII can look like other characters. Two values that look the same can therefore differ
    (Unicode TR 39).
    """
    for name in dict.fromkeys(a.name for a in unit.file.sorted_assignments() if not a.value.isascii()):
        characters = sorted({c for value in unit.file.values(name) for c in value if not c.isascii()})
        yield Finding(
            "non-ascii",
            "note",
            name,
            f"{name}= holds characters outside ASCII: {' '.join(characters)}. Make sure that they are the ones meant.",
        )


RULES: tuple[Rule, ...] = (
    Rule(secret_in_value, ("P46", "P76"), ("warning",), "Secret in the unit file"),
    Rule(not_ascii, ("non-ascii",), ("note",), "Non-ASCII characters"),
)  # fmt: skip

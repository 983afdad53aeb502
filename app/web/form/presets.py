"""What an organisation presets: how its units are named, where its data lies, what its machines run, profiles of its own.

Presets are where the form starts and what it offers. They change no link: that gives the same unit wherever it is opened.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG
from typing import Any

from flask import current_app
from werkzeug.datastructures import MultiDict

from app import catalogue, profiles
from app.catalogue.versions import target
from app.profiles import Profile
from app.profiles.changes import ProfileChange, adds, sets
from app.profiles.examples import Parameters
from app.unitfile.model import OwnDirectory
from app.values import did_you_mean, is_strict_name, quoted, refuse_hidden_characters
from app.values.sentences import one_of
from app.web.form import entry as forms

FAMILY = "organisation"
"""The family of an organisation's own profiles."""

MAX_BYTES = 256 * 1024
"""The largest file of presets. Every profile is on every page, and pages stay small."""

_KEYS = ("organisation", "name_prefix", "base_directories", "systemd", "profiles")
_PROFILE_KEYS = ("key", "title", "about", "directives")


@dataclass(frozen=True)
class Presets:
    """The presets of an organisation; all may be empty."""

    organisation: str = ""
    name_prefix: str = ""
    base_directories: tuple[str, ...] = ()
    systemd: str = ""
    profiles: tuple[Profile, ...] = ()

    @property
    def name(self) -> str:
        """What an example of a unit is called."""
        return f"{self.name_prefix}myapp"

    @property
    def target(self) -> str:
        """What a new unit is aimed at."""
        return self.systemd or dict(profiles.STARTER)["systemd"]

    @property
    def directories(self) -> list[str]:
        """Examples of own directories."""
        return [f"{base}/{self.name}" for base in self.base_directories]

    @property
    def starter(self) -> Parameters:
        """The example to start from."""
        renamed = [(key, value.replace("myapp", self.name)) for key, value in profiles.STARTER if key != "systemd"]
        own = [("own", directory) for directory in self.directories[:1]]
        return (renamed[0], ("systemd", self.target), *renamed[1:], *own)

    def find(self, key: str) -> Profile | None:
        """The profile with this key, of the organisation or of all."""
        return next((profile for profile in self.profiles if profile.key == key), None) or profiles.find(key)


NONE = Presets()


def load(path: str | Path) -> Presets:
    """The presets of a file; ValueError with the file, the key and what to do."""
    try:
        return parse(_read(Path(path)))
    except ValueError as error:
        raise ValueError(f"{_visible(path)}: {error}") from error


def _read(path: Path) -> str:
    """The text of a file."""
    try:
        content = _first_bytes(path)
    except OSError as error:
        raise ValueError(
            f"the file cannot be read: {error.strerror}. Correct the path, or let the user of this server read it."
        ) from error
    if len(content) > MAX_BYTES:
        raise ValueError(f"the file is larger than {MAX_BYTES:,} bytes. Name a file of presets, or shorten it.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8. Name a TOML file, and save it as UTF-8.") from error


def _first_bytes(path: Path) -> bytes:
    """A byte more than a file may have, if it has so many. Only of a regular file: a pipe may never end."""
    try:
        is_regular = S_ISREG(path.stat().st_mode)
    except ValueError as error:  # NUL, or what no path can be encoded from
        raise ValueError("no file can have this name. Correct the path.") from error
    if not is_regular:
        raise ValueError("this is not a regular file. Name a TOML file.")
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _visible(path: str | Path) -> str:
    """A path in a sentence, what cannot be printed by its escapes."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(path))


def parse(text: str) -> Presets:
    """The presets of a text in TOML; ValueError with what is wrong in it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"this is no TOML file: {error}. Correct that place.") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise ValueError("this is not usable TOML: a number is too long or lists are nested too deeply.") from error
    _know(given, _KEYS, "")
    made = Presets(
        organisation=_text(given, "organisation"),
        name_prefix=_text(given, "name_prefix"),
        base_directories=tuple(_base(word) for word in _words(given, "base_directories")),
        systemd=_text(given, "systemd"),
        profiles=tuple(_profile(row) for row in _tables(given, "profiles")),
    )
    return _checked(made)


def _checked(made: Presets) -> Presets:
    """The presets if units can be made with them."""
    if not is_strict_name(made.name):
        raise ValueError(f"name_prefix: no unit's name can begin with “{quoted(made.name_prefix)}”. Use lower-case letters, digits and dashes, and keep it short.")  # fmt: skip
    with _key("systemd"):
        target(made.target)
    keys = [profile.key for profile in (*profiles.PROFILES, *made.profiles)]
    twice = next((key for key in keys if keys.count(key) > 1), "")
    if twice:
        raise ValueError(f"profiles: there are two with the key “{quoted(twice)}”. Choose another key.")
    for key, part in _parts(made):
        errors = forms.read_entry(MultiDict(part.starter)).errors
        if errors:
            field, sentences = next(iter(errors.items()))
            raise ValueError(f"{key}: a service that starts from this is refused: {field}: {sentences[0]}")
    return made


def _parts(made: Presets) -> Iterator[tuple[str, Presets]]:
    """The presets key by key, so that a sentence can name the key, and then all that a service starts from."""
    yield "systemd", Presets(systemd=made.systemd)
    yield "name_prefix", Presets(name_prefix=made.name_prefix)
    for directory in made.base_directories:
        yield "base_directories", Presets(base_directories=(directory,))
        yield "base_directories", replace(made, base_directories=(directory,))
    yield "name_prefix", made


@contextmanager
def _key(name: str) -> Iterator[None]:
    """Begin what is wrong with the key that it is wrong in."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _know(given: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    for key in given:
        if key not in keys:
            near = did_you_mean(key, keys) or f" The keys are {one_of(keys)}."
            raise ValueError(f"{where}“{quoted(key)}” is not known in presets.{near} Correct it, or take it out.")


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{key}: write a text in quotes")
    with _key(key):
        refuse_hidden_characters(value)
    return value.strip()


def _words(given: Mapping[str, Any], key: str) -> list[str]:
    value = given.get(key, [])
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return value
    raise ValueError(f"{key}: write a list of texts in quotes")


def _tables(given: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = given.get(key, [])
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        return value
    raise ValueError(f"{key}: write a table [[{key}]] for each")


def _base(path: str) -> str:
    with _key("base_directories"):
        return OwnDirectory.parse(f"{path.rstrip('/')}/myapp").path.removesuffix("/myapp")


def _profile(given: Mapping[str, Any]) -> Profile:
    _know(given, _PROFILE_KEYS, "profiles: ")
    with _key("profiles"):
        key, title, about = (_text(given, name) for name in ("key", "title", "about"))
    with _key(f"profiles: “{quoted(key)}”" if key else "profiles"):
        directives = given.get("directives", {})
        if not isinstance(directives, dict):
            raise ValueError('directives: write a table, such as { Nice = "19" }')
        if not key or not title or not directives:
            raise ValueError("each needs a key, a title and directives")
        changes = tuple(_change(name, value) for name, value in directives.items())
    return Profile(key, title, about, FAMILY, changes)


def _change(name: str, value: Any) -> ProfileChange:
    """Set a directive to a value, or give a list its lines where it has none; each judged as the form would."""
    if not catalogue.is_known(name):
        raise ValueError(
            f"{quoted(name)}= is not known.{did_you_mean(name, catalogue.names())} Correct it, or take it out."
        )
    row = catalogue.find(name)
    lines = value if isinstance(value, list) else [value]
    is_text = bool(lines) and all(isinstance(line, str) and line.strip() for line in lines)
    if not is_text or (len(lines) != 1 and not row.repeats):
        raise ValueError(f"{name}= takes a text in quotes" + (", or a list of them" if row.repeats else ""))
    with _key(f"{name}="):
        spelt = [_spelt(row, line) for line in lines]
    return adds(name, *spelt) if row.repeats else sets(name, *spelt)


def _spelt(row: catalogue.Directive, line: str) -> str:
    refuse_hidden_characters(line)
    return row.kind.normalise(line)


def presets() -> Presets:
    """What this site's organisation presets."""
    made: Presets = current_app.config["PRESETS"]
    return made

"""What an organisation presets: how its units are named, where its data lies, what its machines run, profiles of its own.

Presets are where the form starts and what it offers. They change no link: that gives the same unit wherever it is opened.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app import catalogue, forms, profiles
from app.profiles import Profile
from app.profiles.changes import Change, adds, sets
from app.profiles.examples import Parameters
from app.unitfile import OwnDirectory
from app.values import is_strict_name, nearest, shown
from app.versions import target

FAMILY = "organisation"
"""The family of an organisation's own profiles."""

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


def parse(text: str) -> Presets:
    """The presets of a text in TOML; ValueError with what is wrong in it."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"the file of presets is no TOML: {error}") from error
    _know(given, _KEYS)
    made = Presets(
        organisation=_text(given, "organisation"),
        name_prefix=_text(given, "name_prefix"),
        base_directories=tuple(_base(word) for word in _words(given, "base_directories")),
        systemd=_text(given, "systemd"),
        profiles=tuple(_profile(row) for row in given.get("profiles", ())),
    )
    return _checked(made)


def _checked(made: Presets) -> Presets:
    """The presets if units can be made with them."""
    if not is_strict_name(made.name):
        raise ValueError(f"name_prefix: no unit's name can begin with “{shown(made.name_prefix)}”")
    target(made.target)
    keys = [profile.key for profile in (*profiles.PROFILES, *made.profiles)]
    twice = next((key for key in keys if keys.count(key) > 1), "")
    if twice:
        raise ValueError(f"profiles: there are two with the key “{twice}”")
    errors = forms.read(MultiDict(made.starter)).errors
    if errors:
        raise ValueError(f"no service can start from this: {errors}")
    return made


def _know(given: Mapping[str, Any], keys: Iterable[str]) -> None:
    for key in given:
        if key not in keys:
            raise ValueError(f"“{key}” is not known in presets.{nearest(key, keys)}")


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key, "")
    if isinstance(value, str):
        return value.strip()
    raise ValueError(f"{key}: write a text in quotes")


def _words(given: Mapping[str, Any], key: str) -> list[str]:
    value = given.get(key, [])
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return value
    raise ValueError(f"{key}: write a list of texts in quotes")


def _base(path: str) -> str:
    return OwnDirectory.parse(f"{path.rstrip('/')}/myapp").path.removesuffix("/myapp")


def _profile(given: Mapping[str, Any]) -> Profile:
    _know(given, _PROFILE_KEYS)
    key, title = _text(given, "key"), _text(given, "title")
    directives = given.get("directives", {})
    if not key or not title or not directives:
        raise ValueError("profiles: each needs a key, a title and directives")
    changes = tuple(_change(name, value) for name, value in directives.items())
    return Profile(key, title, _text(given, "about"), FAMILY, changes)


def _change(name: str, value: Any) -> Change:
    """Set a directive to a value, or give a list its lines where it has none; each judged as the form would."""
    if not catalogue.is_known(name):
        raise ValueError(f"profiles: {name}= is not known.{nearest(name, catalogue.names())}")
    row = catalogue.find(name)
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(line, str) for line in lines) or (len(lines) != 1 and not row.repeats):
        raise ValueError(f"profiles: {name}= takes a text in quotes" + (", or a list of them" if row.repeats else ""))
    spelt = [row.kind.normalise(line) for line in lines]
    return adds(name, *spelt) if row.repeats else sets(name, *spelt)

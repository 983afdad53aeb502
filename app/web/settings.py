"""What is configured: a row for every setting, judged once when the server starts."""

import json
import re
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from app.catalogue.limits import MAX_BODY_BYTES, MAX_LINK_BYTES
from app.web.form import presets

_PATH = r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*"
PREFIX = re.compile(_PATH)
"""Paths that a site may be below: those that mean the same in a link, in a shell and in a page."""

_HOST = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_ADDRESS = re.compile(rf"(?i:https?)://{_HOST}{_PATH}")
_TRUSTED = re.compile(r"(?:\.?[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_MANUAL = re.compile(r"(?:https?:/)?/[!#-&(-;=?-\[\]-~]*")
_SOURCE = re.compile(r"'none'|'self'|(?:https?://)?(?:\*\.)?" + _HOST)
FORWARDED = ("for", "proto", "host", "port", "prefix")
"""What a proxy may say in a header X-Forwarded-…."""

MAX_TEXT = 2000
"""The longest text of a setting: most of them are in every answer."""


class SettingsError(ValueError):
    """What is wrong with a setting: one sentence or two that name it and say what to do."""


class Setting(NamedTuple):
    """A setting of the site."""

    name: str
    """The name after GENERATOR_."""
    default: Any
    parse: Callable[[Any], Any]
    """A function that converts a value, and raises ValueError for an invalid one."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("write a text")
    if len(value) > MAX_TEXT:
        raise ValueError(f"write at most {MAX_TEXT:,} characters")
    return value.strip()


def _address(value: Any) -> str:
    text = _text(value).rstrip("/")
    if text and not _ADDRESS.fullmatch(text):
        raise ValueError("write the address of the site, such as https://tools.example.com")
    return text


def _prefix(value: Any) -> str:
    text = _text(value).rstrip("/")
    if not PREFIX.fullmatch(text):
        raise ValueError(
            "write a path from the root on, such as /tools/systemd, of letters, digits, dots, dashes, ~ and _"
        )
    return text


def _hosts(value: Any) -> list[str]:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("write a list of hosts, such as tools.example.com, localhost")
    hosts = [word.strip() for word in words if word.strip()]
    if not hosts or not all(_TRUSTED.fullmatch(_ascii(host)) for host in hosts):
        raise ValueError("name at least one host, such as tools.example.com, and nothing but hosts")
    return hosts


def _ascii(host: str) -> str:
    """A host's name as it is asked for, "" where there is no such name."""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def _hops(value: Any) -> dict[str, int]:
    """How many proxies are trusted, by what they say; a number alone is for what each proxy must say: proto and host."""
    given = value if isinstance(value, dict) else dict.fromkeys(("for", "proto", "host"), value)
    counts = {name: count for name, count in given.items() if type(count) is int and 0 <= count < 10}
    if counts != given or not counts.keys() <= set(FORWARDED):
        raise ValueError(
            f'write how many proxies stand in front, 0 to 9, or for each of {", ".join(FORWARDED)}: {{"proto": 1}}'
        )
    return counts


def _number(minimum: int, maximum: int) -> Callable[[Any], int]:
    def settle(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
            raise ValueError(f"write a number from {minimum} to {maximum}")
        return value

    return settle


def _switch(value: Any) -> bool:
    if not isinstance(value, int) or value not in (0, 1):
        raise ValueError("write true or false")
    return bool(value)


def _ancestors(value: Any) -> str:
    words = _text(value).split()
    if not words or not all(map(_SOURCE.fullmatch, words)) or ("'none'" in words and len(words) > 1):
        raise ValueError("write 'none', or the sites that may embed this one, such as 'self' https://wiki.example.com")
    return " ".join(words)


def _manual(value: Any) -> str:
    text = _text(value)
    if not _MANUAL.fullmatch(text):
        raise ValueError(
            "write the address that the manual's pages are below, such as https://man.example.com/systemd/"
        )
    return text if text.endswith("/") else f"{text}/"


def _presets(value: Any) -> presets.Presets:
    if isinstance(value, presets.Presets):
        return value
    if not isinstance(value, str | Path):
        raise ValueError("write the path of a TOML file")
    return presets.load(_text(str(value))) if value else presets.NONE


SETTINGS = (
    Setting("BASE_URL", "", _address),
    Setting("PREFIX", "", _prefix),
    Setting("TRUSTED_HOSTS", ["localhost", "127.0.0.1"], _hosts),
    Setting("TRUSTED_HOPS", 0, _hops),
    Setting("FRAME_ANCESTORS", "'none'", _ancestors),
    Setting("PRESETS", "", _presets),
    Setting("LONGEST_LINK", MAX_LINK_BYTES, _number(500, MAX_LINK_BYTES)),
    Setting("MAX_CONTENT_LENGTH", MAX_BODY_BYTES, _number(1024, 64 * 1024 * 1024)),
    Setting("MAX_FORM_MEMORY_SIZE", MAX_BODY_BYTES, _number(1024, 64 * 1024 * 1024)),
    Setting("MANUAL_URL", "https://www.freedesktop.org/software/systemd/man/latest/", _manual),
    Setting("METRICS", False, _switch),
)

DEFAULTS: dict[str, Any] = {row.name: row.default for row in SETTINGS}


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that variables give: JSON, or plain text where that is no JSON. Other variables are none of ours."""
    names = {row.name: f"GENERATOR_{row.name}" for row in SETTINGS}
    return {name: _value(environment[variable]) for name, variable in names.items() if variable in environment}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def parse_settings(config: MutableMapping[str, Any]) -> None:
    """Give what is configured its form; SettingsError with the variable's name and what would be right."""
    trusted = config["TRUSTED_HOSTS"]
    for row in SETTINGS:
        try:
            config[row.name] = row.parse(config[row.name])
        except ValueError as error:
            raise SettingsError(f"GENERATOR_{row.name}: {_sentence(str(error))}") from error
    _settle_address(config)
    if config["BASE_URL"] and trusted is DEFAULTS["TRUSTED_HOSTS"]:
        config["TRUSTED_HOSTS"] = None  # with an address of its own the site needs no Host, so any is taken


def _sentence(text: str) -> str:
    """A text as one line that ends like a sentence."""
    line = " ".join(text.split())
    return f"{line.rstrip('.')}."


def _settle_address(config: MutableMapping[str, Any]) -> None:
    """The path of the site's address and the prefix are one and the same; either says it."""
    path, prefix = urlsplit(config["BASE_URL"]).path, config["PREFIX"]
    if path and prefix and path != prefix:
        raise SettingsError(
            f"GENERATOR_PREFIX: {prefix} is not the path of GENERATOR_BASE_URL, {path}. Set one of the two."
        )
    if config["BASE_URL"] and not path:
        config["BASE_URL"] += prefix
    config["PREFIX"] = prefix or path

"""What is configured: a row for every setting, judged once when the server starts."""

import re
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from app import presets
from app.limits import MAX_BODY_BYTES, MAX_LINK_BYTES

PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")
"""Paths that a site may be below: those that mean the same in a link, in a shell and in a page."""

_HOST = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?"
_SOURCE = re.compile(r"'none'|'self'|(?:https?://)?(?:\*\.)?" + _HOST)
FORWARDED = ("for", "proto", "host", "port", "prefix")
"""What a proxy may say in a header X-Forwarded-…."""


class Setting(NamedTuple):
    """A setting: its name after GENERATOR_, its default, and what judges a value and gives it its form, or raises ValueError."""

    name: str
    default: Any
    settle: Callable[[Any], Any]


def _address(value: Any) -> str:
    text = str(value).strip().rstrip("/")
    parts = urlsplit(text)
    if text and not (
        parts.scheme in ("http", "https") and re.fullmatch(_HOST, parts.netloc) and text.endswith(parts.path)
    ):
        raise ValueError("write the address of the site, such as https://tools.example.com")
    _prefix(parts.path)
    return text


def _prefix(value: Any) -> str:
    text = str(value).strip().rstrip("/")
    if not PREFIX.fullmatch(text):
        raise ValueError(
            "write a path from the root on, such as /tools/systemd, of letters, digits, dots, dashes, ~ and _"
        )
    return text


def _hosts(value: Any) -> list[str]:
    words = value.split(",") if isinstance(value, str) else value
    hosts = [str(word).strip() for word in words if str(word).strip()]
    if not hosts:
        raise ValueError("name at least one host, such as tools.example.com")
    return hosts


def _hops(value: Any) -> dict[str, int]:
    """How many proxies are trusted, by what they say; a number alone is for what each proxy must say: proto and host."""
    given = value if isinstance(value, dict) else dict.fromkeys(("for", "proto", "host"), value)
    counts = {name: count for name, count in given.items() if isinstance(count, int) and 0 <= count < 10}
    if counts != given or not counts.keys() <= set(FORWARDED):
        raise ValueError(
            f'write how many proxies stand in front, 0 to 9, or for each of {", ".join(FORWARDED)}: {{"proto": 1}}'
        )
    return counts


def _number(least: int, most: int) -> Callable[[Any], int]:
    def settle(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"write a number from {least} to {most}")
        return value

    return settle


def _switch(value: Any) -> bool:
    if not isinstance(value, bool) and value not in (0, 1):
        raise ValueError("write true or false")
    return bool(value)


def _ancestors(value: Any) -> str:
    words = str(value).split()
    if not words or not all(map(_SOURCE.fullmatch, words)) or ("'none'" in words and len(words) > 1):
        raise ValueError("write 'none', or the sites that may embed this one, such as 'self' https://wiki.example.com")
    return " ".join(words)


def _manual(value: Any) -> str:
    text = str(value).strip()
    if not re.fullmatch(r"(https?:/)?/[^\s\"'<>]*", text):
        raise ValueError(
            "write the address that the manual's pages are below, such as https://man.example.com/systemd/"
        )
    return text if text.endswith("/") else f"{text}/"


def _presets(value: Any) -> presets.Presets:
    if isinstance(value, presets.Presets):
        return value
    try:
        return presets.parse(Path(value).read_text()) if value else presets.NONE
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{value} cannot be read: {error}") from error


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


def settle(config: MutableMapping[str, Any]) -> None:
    """Give what is configured its form; ValueError with the variable's name and what would be right."""
    trusted = config["TRUSTED_HOSTS"]
    for row in SETTINGS:
        try:
            config[row.name] = row.settle(config[row.name])
        except ValueError as error:
            raise ValueError(f"GENERATOR_{row.name}: {str(error).rstrip('.')}.") from error
    _settle_address(config)
    if config["BASE_URL"] and trusted is DEFAULTS["TRUSTED_HOSTS"]:
        config["TRUSTED_HOSTS"] = None  # with an address of its own the site needs no Host, so any is taken


def _settle_address(config: MutableMapping[str, Any]) -> None:
    """The path of the site's address and the prefix are one and the same; either says it."""
    path, prefix = urlsplit(config["BASE_URL"]).path, config["PREFIX"]
    if path and prefix and path != prefix:
        raise ValueError(f"GENERATOR_PREFIX: {prefix} is not the path of GENERATOR_BASE_URL, {path}.")
    if config["BASE_URL"] and not path:
        config["BASE_URL"] += prefix
    config["PREFIX"] = prefix or path

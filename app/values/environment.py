"""Environment variables, and which of them look like secrets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.text import Kind, Need, check_specifiers, imagine, is_character, shown, specifier_needs, split_words

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET_WORDS = frozenset({"PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIALS"})
_SECRET_ENDINGS = ("API_KEY", "PRIVATE_KEY")
_PATH_ENDINGS = ("_FILE", "_PATH")
_PATH_BEGINNINGS = ("/", "%C", "%d", "%E", "%h", "%L", "%S", "%t", "%T", "%V")


@dataclass(frozen=True)
class Assignments(Kind):
    """NAME=value words, quoted where a value holds blanks (Environment=; systemd.exec(5))."""

    expands = True
    may_be_empty = True

    def check(self, value: str) -> str:
        for word in split_words(value, c_escapes=True):
            name, equals, _ = word.partition("=")
            check_specifiers(word)
            if not equals:
                raise ValueError(
                    f'“{shown(word)}” is not an assignment, so systemd would drop it. Write NAME=value, with quotes around the whole where it holds blanks: "NAME=two words".'
                )
            if not all(is_character(ord(character)) for character in word if not character.isprintable()):
                raise ValueError(
                    f"“{shown(name)}” has a value with an escape that stands for no character. Take it away."
                )
            if not _NAME.fullmatch(imagine(name)):
                raise ValueError(
                    f"“{shown(name)}” is not the name of a variable. Use letters, digits and _, not beginning with a digit."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


def secrets_in(value: str) -> list[str]:
    """The names of the variables of one Environment= line that look like secrets and have a value that is no path."""
    try:
        words = split_words(value, c_escapes=True)
    except ValueError:
        return []
    return [name for name, _, text in (word.partition("=") for word in words) if _is_secret(name, text)]


def _is_secret(name: str, text: str) -> bool:
    upper = name.upper()
    if not text or text.startswith(_PATH_BEGINNINGS) or upper.endswith(_PATH_ENDINGS):
        return False
    return bool(_SECRET_WORDS & set(upper.split("_"))) or upper.endswith(_SECRET_ENDINGS)

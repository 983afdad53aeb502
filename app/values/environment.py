"""Environment variables (systemd.exec(5), Environment=)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import Kind, Need, is_character
from app.values.lexing import split_words
from app.values.sentences import quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


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
                    f'“{quoted(word)}” is not an assignment, so systemd would drop it. Write NAME=value, with quotes around the whole where it holds blanks: "NAME=two words".'
                )
            if not all(is_character(ord(character)) for character in word if not character.isprintable()):
                raise ValueError(
                    f"“{quoted(name)}” has a value with an escape that stands for no character. Take it away."
                )
            if not _NAME.fullmatch(with_placeholders(name)):
                raise ValueError(
                    f"“{quoted(name)}” is not the name of a variable. Use letters, digits and _, not beginning with a digit."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)

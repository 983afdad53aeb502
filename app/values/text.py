"""The ground that every kind of value stands on: characters, specifiers, words.

Sources: systemd.unit(5), systemd.syntax(7), src/basic/extract-word.c and src/shared/specifier.h of systemd 247 to 262.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import Kind, Need
from app.values.lexing import split_words
from app.values.sentences import one_of, quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders


@dataclass(frozen=True)
class Text(Kind):
    """One line of text in which specifiers are expanded (Description=, SyslogIdentifier=)."""

    expands = True
    may_be_empty = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


@dataclass(frozen=True)
class Uris(Kind):
    """Addresses of documentation, parted by blanks (Documentation=, systemd.unit(5))."""

    expands = True

    schemes = ("https://", "http://", "file:/", "info:", "man:")

    def check(self, value: str) -> str:
        check_specifiers(value)
        # Specifiers are expanded before the words are parted, and backslashes stay (EXTRACT_RETAIN_ESCAPE).
        for word in split_words(with_placeholders(value).replace("\\", "\\\\")):
            known = any(word.startswith(scheme) and len(word) > len(scheme) for scheme in self.schemes)
            if not known or not word.isascii():
                raise ValueError(
                    f"“{quoted(word)}” is not an address that systemd takes: begin it with {one_of(self.schemes)}, in ASCII."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)

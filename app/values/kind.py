"""What every kind of value has in common: its interface, what a version lacks, and characters that no value may have."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

BLANKS = " \t"

FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

FOREVER = 999
"""The version of no systemd yet."""


class Need(NamedTuple):
    """A part of a value that only some systemd versions read."""

    since: int
    """The first systemd version that reads it."""
    what: str
    """The name of the part in a sentence."""
    refused: bool = False
    """Whether an older or newer systemd refuses the whole unit instead of ignoring the line."""
    otherwise: str = ""
    """The effect on such a systemd if it neither refuses the unit nor ignores the line.

    It is a clause, such as “the directory would be writable”.
    """
    removed_in: int = FOREVER
    """The first systemd version that no longer reads it."""

    def is_met(self, version: int) -> bool:
        """Whether a systemd reads it."""
        return self.since <= version < self.removed_in


@dataclass(frozen=True)
class Kind:
    """A kind of value. Each subclass validates a value in check()."""

    expands: ClassVar[bool] = False
    """Whether systemd expands specifiers in the value."""

    revalidates_expanded: ClassVar[bool] = True
    """Whether a value can be validated again after specifier expansion. A kind that requires a specifier sets False."""

    may_be_empty: ClassVar[bool] = False
    """Whether a word of the value may be empty after specifier expansion."""

    is_long: ClassVar[bool] = False
    """Whether values are usually long, so that the form shows them across its whole width."""

    def normalise(self, text: str) -> str:
        """The value as it is written to the unit; ValueError with a sentence for the person if systemd would not read it."""
        value = text.strip(BLANKS)
        refuse_hidden_characters(value)
        if not value:
            raise ValueError("There is no value here. Write one, or leave the line out.")
        return self.check(value)

    def check(self, value: str) -> str:
        """The stripped value in its final spelling; ValueError if systemd would not read it as meant."""
        return value

    def needs(self, value: str) -> Iterator[Need]:
        """What in a value that passed check() has a version of its own."""
        return iter(())

    def replacement(self, value: str) -> str:
        """What systemd reads a value as that it calls obsolete, for the person to write; "" for all others."""
        return ""

    def readable(self, value: str, version: int) -> str:
        """The value that comes nearest to a value which a systemd does not read in full; "" if leaving it out does."""
        return ""

    def private_text(self, value: str) -> str:
        """The text in a value that is meant for the service alone, though everybody can read it in the unit; "" where there is none."""
        return ""

    @property
    def suggestions(self) -> Mapping[str, int]:
        """Words to offer, each with the systemd version that brought it."""
        return {}


def refuse_hidden_characters(value: str) -> None:
    """ValueError for characters that nobody may use: line ends, controls, invisible and private ones, a trailing backslash.

    systemd ends a line at CR and NUL as well as LF, and joins a line that ends in a backslash to the next
    (src/basic/fileio.c read_line_full, src/shared/conf-parser.c).
    """
    for character in value if not value.isprintable() or "\ufffd" in value else "":
        if (
            unicodedata.category(character) in FORBIDDEN_CATEGORIES
            or character == "\ufffd"
            or not is_character(ord(character))
        ):
            raise ValueError(
                f"The character U+{ord(character):04X} cannot stand in a unit file's value: "
                "it would end the line or not be seen. Leave it out; a value is one line of visible text."
            )
    if (len(value) - len(value.rstrip("\\"))) % 2:
        raise ValueError("A backslash at the end would swallow the next line of the unit. Take it away, or double it.")


def is_character(code: int) -> bool:
    """Whether Unicode has or may get a character there: systemd refuses a file with another one as a whole (unichar_is_valid())."""
    return not (code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE)


def refuse_non_ascii(value: str, what: str) -> None:
    """ValueError if a name that programs compare byte by byte has characters outside ASCII."""
    if not value.isascii():
        raise ValueError(f"{what} is written in ASCII letters, digits and signs only.")

"""The ground that every kind of value stands on: characters, specifiers, words.

Sources: systemd.unit(5), systemd.syntax(7), src/basic/extract-word.c and src/shared/specifier.h of systemd 247 to 262.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

BLANKS = " \t"
FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class Need(NamedTuple):
    """Something in a value that systemd reads only from a version on.

    what names it for a sentence; refused says whether older systemd refuses the whole unit rather than ignoring the
    line.
    """

    since: int
    what: str
    refused: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of value. Subclasses say in check() what is wrong with a value and what would be right."""

    expands: ClassVar[bool] = False
    """Whether systemd expands specifiers in it."""

    def normalise(self, text: str) -> str:
        """The value as it is written to the unit; ValueError with a sentence for the person if systemd would not read it."""
        value = text.strip(BLANKS)
        refuse_hidden(value)
        if not value:
            raise ValueError("There is no value here. Write one, or leave the line out.")
        return self.check(value)

    def check(self, value: str) -> str:
        """The stripped value in its final spelling; ValueError if systemd would not read it as meant."""
        return value

    def needs(self, value: str) -> Iterator[Need]:
        """What in a value that passed check() has a version of its own."""
        return iter(())

    @property
    def suggestions(self) -> Mapping[str, int]:
        """Words to offer, each with the systemd version that brought it."""
        return {}


def refuse_hidden(value: str) -> None:
    """ValueError for characters that nobody may use: line ends, controls, invisible and private ones, a trailing backslash.

    systemd ends a line at CR and NUL as well as LF, and joins a line that ends in a backslash to the next
    (src/basic/fileio.c read_line_full, src/shared/conf-parser.c).
    """
    for character in value:
        if unicodedata.category(character) in FORBIDDEN_CATEGORIES or character == "\ufffd":
            raise ValueError(
                f"The character U+{ord(character):04X} cannot stand in a unit file's value: "
                "it would end the line or not be seen. Leave it out; a value is one line of visible text."
            )
    if (len(value) - len(value.rstrip("\\"))) % 2:
        raise ValueError("A backslash at the end would swallow the next line of the unit. Take it away, or double it.")


def refuse_non_ascii(value: str, what: str) -> None:
    """ValueError if a name that programs compare byte by byte has characters outside ASCII."""
    if not value.isascii():
        raise ValueError(f"{what} is written in ASCII letters, digits and signs only.")


def nearest(word: str, known: Iterable[str]) -> str:
    """The sentence that names the closest known word, with a blank before it, or nothing if none is close."""
    by_folded = {k.casefold(): k for k in known}
    close = difflib.get_close_matches(word[:100].casefold(), list(by_folded), n=1, cutoff=0.6)
    return f" Did you mean “{by_folded[close[0]]}”?" if close else ""


def one_of(words: Collection[str]) -> str:
    """A list for a sentence: “a, b or c”."""
    *front, last = words
    return f"{', '.join(front)} or {last}" if front else last


# Specifiers of the system manager and the version that brought each (systemd.unit(5), "Specifiers"; src/core/unit-printf.c).
NAME_SPECIFIERS = dict.fromkeys("ijnNpabHlmovgGuU", 1) | dict.fromkeys("BwW", 246) | dict.fromkeys("AMq", 248)
SPECIFIERS = NAME_SPECIFIERS | dict.fromkeys("IJPfhsCELStTV", 1) | {"y": 251, "Y": 251, "d": 250, "D": 256}
_SPECIFIER = re.compile(r"%([A-Za-z0-9%])")


def check_specifiers(value: str, known: Mapping[str, int] = SPECIFIERS) -> None:
    """ValueError for a specifier that systemd does not expand in this place.

    “%” before anything but a letter, a digit or another “%” is literal (src/shared/specifier.c).
    """
    for match in _SPECIFIER.finditer(value):
        letter = match[1]
        if letter != "%" and letter not in known:
            raise ValueError(
                f"“%{letter}” is not a specifier that systemd expands here. For a literal percent sign write “%%”."
            )


def specifier_needs(value: str) -> Iterator[Need]:
    """The specifiers of a value that came with a version of their own; older systemd cannot resolve them."""
    for match in _SPECIFIER.finditer(value):
        since = SPECIFIERS.get(match[1], 1)
        if since > 1:
            yield Need(since, f"the specifier %{match[1]}")


def expand(value: str, known: Mapping[str, str]) -> str:
    """The value with its specifiers replaced; ValueError names the first that is not among the known ones."""

    def resolve(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise ValueError(
                f"What “%{match[1]}” stands for is only known on the machine, and the preparation needs it. "
                "Write the value itself, or use %p, %i, %n, %N, %j, %S, %C, %L, %t or %E."
            )
        return known[match[1]]

    return _SPECIFIER.sub(resolve, value)


_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", '"': '"', "'": "'", "s": " ",
}  # fmt: skip
_NUMERIC = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-7]{3})")


def raw_words(text: str, *, quotes: bool = True) -> list[str]:
    """The words of a line as systemd parts them, quotes and escapes still in them; ValueError for an open quote."""
    words: list[str] = []
    start, quote, at = -1, "", 0
    while at < len(text):
        character = text[at]
        if character in BLANKS and not quote:
            if start >= 0:
                words.append(text[start:at])
            start = -1
        else:
            start = at if start < 0 else start
            if character == "\\":
                at += 1
            elif quotes and character in "\"'" and quote in ("", character):
                quote = "" if quote else character
        at += 1
    if quote:
        raise ValueError(f"The quote {quote} is opened and never closed. Close it, or put a backslash before it.")
    if start >= 0:
        words.append(text[start:])
    return words


def unquote(raw: str, *, c_escapes: bool = False) -> str:
    """One word of raw_words() without its quotes and escapes; ValueError for an escape that systemd does not know."""
    out: list[str] = []
    quote, at = "", 0
    while at < len(raw):
        character = raw[at]
        at += 1
        if character == "\\":
            decoded, at = _escape(raw, at, c_escapes)
            out.append(decoded)
        elif character in "\"'" and quote in ("", character):
            quote = "" if quote else character
        else:
            out.append(character)
    return "".join(out)


def split_words(text: str, *, c_escapes: bool = False) -> list[str]:
    """The words of a line as systemd's extract_first_word() gives them with EXTRACT_UNQUOTE.

    c_escapes: backslash escapes are decoded (EXTRACT_CUNESCAPE); without, a backslash makes the next character literal.
    """
    return [unquote(word, c_escapes=c_escapes) for word in raw_words(text)]


def _escape(text: str, at: int, c_escapes: bool) -> tuple[str, int]:
    """What the escape behind a backslash stands for, and where the text goes on."""
    if at >= len(text):
        raise ValueError("A backslash at the end would swallow the next line of the unit. Take it away, or double it.")
    if not c_escapes:
        return text[at], at + 1
    if text[at] in _ESCAPES:
        return _ESCAPES[text[at]], at + 1
    number = _NUMERIC.match(text, at)
    if not number:
        raise ValueError(f"“\\{text[at]}” is not an escape that systemd knows. For a literal backslash write two.")
    digits = next(group for group in number.groups() if group)
    code = int(digits, 8 if number[4] else 16)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or (number[4] and code > 0xFF):
        raise ValueError(f"“\\{number[0]}” does not stand for a character that may be used here.")
    return chr(code), number.end()


@dataclass(frozen=True)
class Text(Kind):
    """One line of text in which specifiers are expanded (Description=, SyslogIdentifier=)."""

    expands = True

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
        for word in split_words(value):
            if not any(word.startswith(scheme) and len(word) > len(scheme) for scheme in self.schemes) or " " in word:
                raise ValueError(
                    f"“{word}” is not an address that systemd takes: begin it with {one_of(self.schemes)}."
                )
        return value

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


FOREVER = 999
"""The version of no systemd yet."""


class Need(NamedTuple):
    """Something in a value that systemd reads only from a version on, or up to one.

    since: the first systemd that reads it. what names it for a sentence. refused: whether a systemd that does not read it
    refuses the whole unit rather than ignoring the line. instead: what happens there, as a clause, where it is neither (“the
    directory would be writable”). gone: the first systemd that does not read it any more.
    """

    since: int
    what: str
    refused: bool = False
    instead: str = ""
    gone: int = FOREVER

    def is_met(self, version: int) -> bool:
        """Whether a systemd reads it."""
        return self.since <= version < self.gone


@dataclass(frozen=True)
class Kind:
    """A kind of value. Subclasses say in check() what is wrong with a value and what would be right."""

    expands: ClassVar[bool] = False
    """Whether systemd expands specifiers in it."""

    stands_expanded: ClassVar[bool] = True
    """Whether a value can be judged again with its specifiers expanded; not where a specifier itself is asked for."""

    may_be_empty: ClassVar[bool] = False
    """Whether a word of it may come out empty when its specifiers are expanded."""

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


def refuse_hidden(value: str) -> None:
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


def shown(text: str) -> str:
    """A value as a sentence quotes it: cut where it is long, hidden characters (that an escape made) by their escapes."""
    visible = "".join(
        repr(character)[1:-1] if unicodedata.category(character) in FORBIDDEN_CATEGORIES else character
        for character in text[:60]
    )
    return visible if len(text) <= 60 else f"{visible}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """The sentence that names the closest known word, with a blank before it, or nothing if none is close."""
    by_folded = {k.casefold(): k for k in known}
    folded = word[:100].casefold()
    begun = [k for k in by_folded if len(folded) > 2 and k.startswith(folded)]
    close = begun or difflib.get_close_matches(folded, list(by_folded), n=1, cutoff=0.6)
    return f" Did you mean “{by_folded[close[0]]}”?" if close else ""


def one_of(words: Collection[str]) -> str:
    """A list for a sentence: “a, b or c”."""
    *front, last = words
    return f"{', '.join(front)} or {last}" if front else last


# Specifiers that stand for an absolute path, and those that can stand in the name of a unit, each with the version that
# brought it (systemd.unit(5), "Specifiers"; src/core/unit-printf.c and src/shared/specifier.h of every version).
_PATH_SPECIFIERS = (
    dict.fromkeys("fhst", 1)
    | dict.fromkeys("CLS", 236)
    | dict.fromkeys("ETV", 239)
    | dict.fromkeys("dyY", 251)
    | {"D": 256}
    | dict.fromkeys("crR", 1)  # of control groups; systemd calls them deprecated
)
NAME_SPECIFIERS = (
    dict.fromkeys("NinpHUbmu", 1)
    | dict.fromkeys("gG", 240)
    | {"j": 241, "l": 247, "q": 251}
    | dict.fromkeys("aBoWwv", 246)
    | dict.fromkeys("AM", 249)
)
SPECIFIERS = (
    NAME_SPECIFIERS
    | _PATH_SPECIFIERS
    | {"I": 1, "P": 1, "J": 239, "j": 239, "l": 246, "v": 1}
    | dict.fromkeys("aBoWw", 247)
)
_SPECIFIER = re.compile(r"%([A-Za-z0-9%])")


def check_specifiers(value: str, known: Mapping[str, int] = SPECIFIERS) -> None:
    """ValueError for a specifier that systemd does not expand in this place.

    “%” before anything but a letter, a digit or another “%” is literal (src/shared/specifier.c).
    """
    for match in _SPECIFIER.finditer(value) if "%" in value else ():
        letter = match[1]
        if letter != "%" and letter not in known:
            raise ValueError(
                f"“%{letter}” is not a specifier that systemd expands here. For a literal percent sign write “%%”."
            )


def specifier_needs(value: str, known: Mapping[str, int] = SPECIFIERS, *, refused: bool = False) -> Iterator[Need]:
    """The specifiers of a value that came with a version of their own; older systemd cannot resolve them."""
    for letter in dict.fromkeys(match[1] for match in _SPECIFIER.finditer(value)):
        since = known.get(letter, 1)
        if since > 1:
            yield Need(since, f"the specifier %{letter}", refused)


def imagine(value: str) -> str:
    """The value with made-up text for its specifiers, an absolute path where it is one: enough to judge its form."""

    def example(match: re.Match[str]) -> str:
        letter = match[1]
        return "%" if letter == "%" else "/x" if letter in _PATH_SPECIFIERS else "0" if letter in "UG" else "x"

    return _SPECIFIER.sub(example, value) if "%" in value else value


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


def plain_words(text: str) -> list[str]:
    """The words of a line that systemd parts by blanks alone: quotes mean nothing, and no other kind of space parts."""
    return [word for word in text.split(" ") if word]


_QUOTING = re.compile(r"[\"'\\]")


def raw_words(text: str, separators: str = BLANKS, *, coalesce: bool = True) -> list[str]:
    """The words of a line as systemd parts them, quotes and escapes still in them; ValueError for an open quote.

    coalesce: several separators in a row part once; without, there is an empty word between them
    (EXTRACT_DONT_COALESCE_SEPARATORS).
    """
    if not _QUOTING.search(text):
        words = re.split(f"[{separators}]", text)
        return [word for word in words if word] if coalesce else words
    words = []
    start, quote, at = 0, "", 0
    while at < len(text):
        character = text[at]
        if character in separators and not quote:
            words.append(text[start:at])
            start = at + 1
        elif character == "\\":
            at += 1
        elif character in "\"'" and quote in ("", character):
            quote = "" if quote else character
        at += 1
    if quote:
        raise ValueError(f"The quote {quote} is opened and never closed. Close it, or take it away.")
    words.append(text[start:])
    return [word for word in words if word] if coalesce else words


def unquote(raw: str, *, c_escapes: bool = False) -> str:
    """One word of raw_words() without its quotes and escapes; ValueError for an escape that systemd does not know."""
    if not _QUOTING.search(raw):
        return raw
    out: list[str] = []
    quote, at = "", 0
    while at < len(raw):
        character = raw[at]
        at += 1
        if character == "\\":
            decoded, at = read_escape(raw, at, c_escapes)
            out.append(decoded)
        elif character in "\"'" and quote in ("", character):
            quote = "" if quote else character
        else:
            out.append(character)
    return as_text("".join(out))


def split_words(text: str, *, c_escapes: bool = False) -> list[str]:
    """The words of a line as systemd's extract_first_word() gives them with EXTRACT_UNQUOTE.

    c_escapes: backslash escapes are decoded (EXTRACT_CUNESCAPE); without, a backslash makes the next character literal.
    """
    return [unquote(word, c_escapes=c_escapes) for word in raw_words(text)]


def read_escape(text: str, at: int, c_escapes: bool) -> tuple[str, int]:
    """What the escape behind a backslash stands for, and where the text goes on; \\xff and \\377 are bytes (see as_text())."""
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
    byte = bool(number[1] or number[4])
    # systemd takes \ufffe and its like behind \u, not behind \U.
    is_wrong = not is_character(code) and (bool(number[3]) or 0xD800 <= code <= 0xDFFF)
    if code == 0 or is_wrong or (byte and code > 0xFF):
        raise ValueError(f"“\\{number[0]}” does not stand for a character that may be used here. Take it away.")
    return bytes([code]).decode(errors="surrogateescape") if byte else chr(code), number.end()


def as_text(decoded: str) -> str:
    """Escaped bytes put together to characters; ValueError if they are no UTF-8."""
    try:
        return decoded if decoded.isascii() else decoded.encode(errors="surrogateescape").decode()
    except UnicodeError:
        raise ValueError("An escape such as \\xff does not make UTF-8 here. Write the character itself.") from None


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
        for word in split_words(imagine(value).replace("\\", "\\\\")):
            known = any(word.startswith(scheme) and len(word) > len(scheme) for scheme in self.schemes)
            if not known or not word.isascii():
                raise ValueError(
                    f"“{shown(word)}” is not an address that systemd takes: begin it with {one_of(self.schemes)}, in ASCII."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)

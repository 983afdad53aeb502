"""Words, quotes and escapes of a line, as systemd reads them (systemd.syntax(7), src/basic/extract-word.c)."""

import re
from collections.abc import Iterator
from functools import cache

from app.values.kind import BLANKS, is_character

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


LITERAL = "literal"
"""A backslash makes the next character literal (no flag)."""

RETAINED = "kept"
"""A backslash is a character like any other (EXTRACT_RETAIN_ESCAPE)."""

DECODED = "decoded"
"""A backslash begins an escape of C or makes a separator literal (EXTRACT_CUNESCAPE|EXTRACT_UNESCAPE_SEPARATORS)."""


def extract_words(
    text: str, separators: str = " ", *, quotes: bool = True, backslash: str = LITERAL, coalesce: bool = True
) -> list[str]:
    """The words of a line; ValueError for an open quote and for an escape that means nothing.

    quotes: they are read and taken off (EXTRACT_UNQUOTE). coalesce: several separators part once; without, there is an
    empty word between them (EXTRACT_DONT_COALESCE_SEPARATORS).
    """
    if not re.search(r"[\"'\\]", text):
        words = text.split(separators) if len(separators) == 1 else re.split(f"[{separators}]", text)
        return [word for word in words if word] if coalesce else words
    return [word for word, _ in separated(text, separators, quotes=quotes, backslash=backslash, coalesce=coalesce)]


def separated(
    text: str, separators: str = " ", *, quotes: bool = True, backslash: str = LITERAL, coalesce: bool = True
) -> Iterator[tuple[str, str]]:
    """The words of extract(), each with the separator behind it, "" at the end."""
    word: list[str] | None = None if coalesce else []
    quote, at = "", 0
    while at < len(text):
        character = text[at]
        if character == "\\" and backslash != RETAINED:
            piece, at = _escaped(text, at + 1, separators, backslash)
            word = _grown(word, piece)
        elif character == quote:
            quote, at = "", at + 1
        elif not quote and quotes and character in "\"'":
            quote, at = character, at + 1
            word = [] if word is None else word
        elif not quote and character in separators:
            if word is not None:
                yield as_text("".join(word)), character
            word, at = None if coalesce else [], at + 1
        else:
            run = _run(quote or separators + ("\"'" if quotes else ""), backslash == RETAINED).match(text, at)
            assert run  # this character is part of it
            word, at = _grown(word, run[0]), run.end()
    if quote:
        raise ValueError(f"The quote {quote} is opened and never closed. Close it, or take it away.")
    if word is not None:
        yield as_text("".join(word)), ""


def _grown(word: list[str] | None, piece: str) -> list[str]:
    if word is None:
        return [piece]
    word.append(piece)
    return word


def _escaped(text: str, at: int, separators: str, backslash: str) -> tuple[str, int]:
    if backslash == DECODED and text[at : at + 1] in separators:
        return read_escape(text, at, False)
    return read_escape(text, at, backslash == DECODED)


@cache
def _run(ends: str, kept: bool) -> re.Pattern[str]:
    """Characters that mean nothing but themselves, up to one of the ends."""
    return re.compile(f"[^{re.escape(ends)}{'' if kept else re.escape(chr(92))}]+")


def first_word(text: str, separator: str) -> tuple[str, str | None]:
    """What stands before a separator, its backslashes off, and what stands behind it, None where there is no separator.

    ValueError for a backslash at the end (extract_first_word() with EXTRACT_DONT_COALESCE_SEPARATORS alone).
    """
    end = _before(separator).match(text)
    assert end  # it may be empty
    if end.end() < len(text) and text[end.end()] == "\\":
        read_escape(text, len(text), False)
    rest = text[end.end() + 1 :] if end.end() < len(text) else None
    return re.sub(r"\\(.)", r"\1", end[0], flags=re.DOTALL), rest


@cache
def _before(separator: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[^{re.escape(separator)}\\]|\\.)*", re.DOTALL)

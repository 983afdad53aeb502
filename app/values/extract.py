"""Words as systemd's extract_first_word() takes them off a line, for the parsers that do so with flags of their own.

Source: src/basic/extract-word.c of systemd 247 to 262. app.values.text has the two ways that most parsers share.
"""

import re
from collections.abc import Iterator
from functools import cache

from app.values.text import as_text, read_escape

LITERAL = "literal"
"""A backslash makes the next character literal (no flag)."""
KEPT = "kept"
"""A backslash is a character like any other (EXTRACT_RETAIN_ESCAPE)."""
DECODED = "decoded"
"""A backslash begins an escape of C or makes a separator literal (EXTRACT_CUNESCAPE|EXTRACT_UNESCAPE_SEPARATORS)."""


def extract(
    text: str, separators: str = " ", *, quotes: bool = True, backslash: str = LITERAL, coalesce: bool = True
) -> list[str]:
    """The words of a line; ValueError for an open quote and for an escape that means nothing.

    quotes: they are read and taken off (EXTRACT_UNQUOTE). coalesce: several separators part once; without, there is an
    empty word between them (EXTRACT_DONT_COALESCE_SEPARATORS).
    """
    if not re.search(r"[\"'\\]", text):
        words = text.split(separators) if len(separators) == 1 else re.split(f"[{separators}]", text)
        return [word for word in words if word] if coalesce else words
    return [word for word, _ in parted(text, separators, quotes=quotes, backslash=backslash, coalesce=coalesce)]


def parted(
    text: str, separators: str = " ", *, quotes: bool = True, backslash: str = LITERAL, coalesce: bool = True
) -> Iterator[tuple[str, str]]:
    """The words of extract(), each with the separator behind it, "" at the end."""
    word: list[str] | None = None if coalesce else []
    quote, at = "", 0
    while at < len(text):
        character = text[at]
        if character == "\\" and backslash != KEPT:
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
            run = _run(quote or separators + ("\"'" if quotes else ""), backslash == KEPT).match(text, at)
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

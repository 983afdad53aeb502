"""Parts of sentences that quote values or name what is near them."""

import difflib
import unicodedata
from collections.abc import Collection, Iterable

from app.values.kind import FORBIDDEN_CATEGORIES


def quoted(text: str) -> str:
    """A value as a sentence quotes it: cut where it is long, hidden characters (that an escape made) by their escapes."""
    visible = "".join(
        repr(character)[1:-1] if unicodedata.category(character) in FORBIDDEN_CATEGORIES else character
        for character in text[:60]
    )
    return visible if len(text) <= 60 else f"{visible}…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
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

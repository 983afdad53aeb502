"""Finding directives: by a name, a part of it or words of its help; and what to say of a name that is none."""

import difflib
from collections.abc import Iterator

from app import catalogue
from app.catalogue import Directive
from app.catalogue.foreign import FOREIGN
from app.values import BLANKS, shown
from app.values.text import one_of

LONGEST = 100
"""Characters of what is looked for; no name and no word of a help is longer."""


def search(text: str) -> list[Directive]:
    """The directives that a text finds: the one with this name first, then names that begin with it, that hold it, then helps.

    Every word of the text must be found in the name, the help, the section or the manual page of the directive.
    """
    words = spelt(text).casefold().split()
    if not words:
        return []
    found = [(rank, row) for row in catalogue.DIRECTIVES if (rank := _rank(row, words)) is not None]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def spelt(text: str) -> str:
    """What is looked for, without the sign of an assignment behind it and the brackets of a section."""
    return text[:LONGEST].partition("=")[0].replace("[", " ").replace("]", " ").strip(BLANKS)


def _rank(row: Directive, words: list[str]) -> int | None:
    name = row.name.casefold()
    told = f"{name} {row.section} {row.man} {row.help}".casefold()
    if not all(word in told for word in words):
        return None
    if len(words) > 1 or words[0] not in name:
        return 3
    return 0 if name == words[0] else 1 if name.startswith(words[0]) else 2


def named(text: str) -> Directive | None:
    """The directive whose name a text is, in whatever case."""
    return next((row for row in catalogue.DIRECTIVES if row.name.casefold() == spelt(text).casefold()), None)


def nearest_names(text: str) -> list[str]:
    """Up to three names of directives that are close to a text, or the one that can only be meant."""
    by_folded = {name.casefold(): name for name in catalogue.names()}
    folded = spelt(text).casefold()
    close = difflib.get_close_matches(folded, list(by_folded), n=3)
    sure = difflib.get_close_matches(folded, close, n=1, cutoff=0.9)
    return [by_folded[name] for name in sure or close]


def unknown(key: str) -> str:
    """What is wrong with a parameter that looks like a directive and is none, and what would be right."""
    return f"{_fault(key)}{' '.join(['', *_advice(key)])}"


def _fault(key: str) -> str:
    section, _, word = key.rpartition(".")
    home = _home(word)
    if catalogue.is_known(word) and section in catalogue.SECTIONS:
        row = catalogue.find(word)
        where = "stands" if row.section == section else "belongs"
        return f"{word}= {where} in the section [{row.section}]: write {row.name} alone."
    if home:
        return f"{shown(word)}= belongs in the section [{home}] of a .{home.lower()} unit; a service cannot have it."
    return f"“{shown(key)}” is not a directive known here."


def _home(word: str) -> str:
    """The section of another kind of unit that a directive belongs to, "" for none."""
    return next((section for section, names in FOREIGN.items() if word in names), "")


def _advice(key: str) -> Iterator[str]:
    word = key.rpartition(".")[2]
    if not _home(word) and not catalogue.is_known(word):
        names = nearest_names(key)
        if names:
            yield f"Did you mean {one_of([f'“{name}”' for name in names])}?"

"""Finding directives: by a name, a part of it or words of its help; and what to say of a name that is none."""

import difflib
from collections.abc import Iterator

from app import catalogue
from app.catalogue import Directive
from app.catalogue.foreign import FOREIGN
from app.values import BLANKS, quoted
from app.values.sentences import one_of

SEARCHABLE = tuple(row for row in catalogue.ROWS if not row.like)
"""The rows that are told of: what companions share with a service is told of the service only."""

MAX_QUERY_LENGTH = 100
"""Characters of what is looked for; no name and no word of a help is longer."""


def search(text: str) -> list[Directive]:
    """The directives that a text finds: the one with this name first, then names that begin with it, that hold it, then helps.

    Every word of the text must be found in the name, the help, the section or the manual page of the directive.
    """
    words = tidied_query(text).casefold().split()
    if not words:
        return []
    found = [(rank, row) for row in SEARCHABLE if (rank := _rank(row, words)) is not None]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def tidied_query(text: str) -> str:
    """What is looked for, without the sign of an assignment behind it and the brackets of a section."""
    return text[:MAX_QUERY_LENGTH].partition("=")[0].replace("[", " ").replace("]", " ").strip(BLANKS)


def _rank(row: Directive, words: list[str]) -> int | None:
    name = row.title.casefold()
    told = f"{row.name} {row.section} {row.man} {row.help}".casefold()
    if not all(word in told for word in words):
        return None
    if len(words) > 1 or words[0] not in name:
        return 3
    return 0 if name == words[0] else 1 if name.startswith(words[0]) else 2


def exact_match(text: str) -> Directive | None:
    """The directive whose name a text is, in whatever case; of a companion's own, the word alone is enough."""
    folded = tidied_query(text).casefold()
    whole = next((row for row in catalogue.ROWS if row.name.casefold() == folded), None)
    return whole or next((row for row in SEARCHABLE if row.title.casefold() == folded), None)


def nearest_names(text: str) -> list[str]:
    """Up to three names of directives that are close to a text, or the one that can only be meant."""
    folded = tidied_query(text).casefold()
    file = _file(folded)
    by_folded = _by_word(file, folded) if file != "service" else {name.casefold(): name for name in catalogue.names()}
    looked_for = folded if file == "service" else folded.rpartition(".")[2]
    close = difflib.get_close_matches(looked_for, list(by_folded), n=3)
    sure = difflib.get_close_matches(looked_for, close, n=1, cutoff=0.9)
    return [by_folded[name] for name in sure or close]


def _by_word(file: str, folded: str) -> dict[str, str]:
    """The names of a companion's directives by their words, which alone tell how near they are; those of the section meant win."""
    section = folded.rpartition(".")[0] + "."
    names = sorted(catalogue.names(file), key=lambda name: name.casefold().startswith(section))
    return {name.rpartition(".")[2].casefold(): name for name in names}


def describe_unknown(key: str) -> str:
    """What is wrong with a parameter that looks like a directive and is none, and what would be right."""
    return f"{_fault(key)}{' '.join(['', *_advice(key)])}"


def _file(key: str) -> str:
    """The suffix of the file that a parameter is for."""
    before = key.partition(".")[0]
    return before if before in catalogue.FILES else "service"


def _fault(key: str) -> str:
    section, _, word = key.rpartition(".")
    home, row = _home(word), _meant(key)
    if row and row.file == "service" and section in catalogue.SECTIONS:
        where = "stands" if row.section == section else "belongs"
        return f"{word}= {where} in the section [{row.section}]: write {row.name} alone."
    if row and row.file != "service":
        return f"{word}= belongs in the section [{row.section}] of a .{row.file} unit: write {row.name}."
    if home:
        return f"{quoted(word)}= belongs in the section [{home}] of a .{home.lower()} unit; a service cannot have it."
    return f"“{quoted(key)}” is not a directive known here."


def _meant(key: str) -> Directive | None:
    """The directive that a parameter with another section, or without one, can only mean."""
    word, file = key.rpartition(".")[2], _file(key)
    rows = (row for row in catalogue.ROWS if row.word == word and (row.file == file or not row.like))
    return min(rows, key=lambda row: row.file != file, default=None)


def _home(word: str) -> str:
    """The section of another kind of unit that a directive belongs to, "" for none."""
    return next((section for section, names in FOREIGN.items() if word in names), "")


def _advice(key: str) -> Iterator[str]:
    word = key.rpartition(".")[2]
    if not _home(word) and not _meant(key):
        names = nearest_names(key)
        if names:
            yield f"Did you mean {one_of([f'“{name}”' for name in names])}?"

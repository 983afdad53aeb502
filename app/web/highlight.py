"""Unit and shell text as HTML, each word in a class that the stylesheet colours; not a letter is added or lost.

One pass of one expression that never looks at a letter twice: general highlighters need a second for four kilobytes of
blanks, and these texts may be what somebody made to keep the server busy.
"""

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

Highlight = Callable[[str], Markup]

_UNIT = re.compile(r"(?P<c>^[#;].*)|(?P<k>^\[[^\]\n]*\]?+)|(?P<n>^[^=\n\[]*+)", re.MULTILINE)
"""Of a unit file: comments, sections, and names of directives; all else is a value."""

_SHELL = re.compile(
    r"""
      (?P<c>(?:^|(?<=[\s;]))\#[^\n]*+)
    | (?P<s>'[^']*+'? | "(?:[^"\\]|\\.)*+"?)
    | (?P<v>\$\w++ | \$\{[^}\n]*+\}?)
    | (?P<k>(?<![^\s;(])(?:if|then|else|fi|for|do|done|while|case|esac|sudo)(?![^\s;)]))
    | (?P<n>(?<=\s)--?[A-Za-z][\w-]*+)
    | (?P<o>[|&;<>()]++)
    """,
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
"""Of commands: comments, strings, variables, words of the shell and sudo, options, and what joins commands."""


def unit(text: str) -> Markup:
    """The text of a unit file."""
    return _highlighted(_UNIT, text)


def shell(text: str) -> Markup:
    """Commands."""
    return _highlighted(_SHELL, text)


def _highlighted(words: re.Pattern[str], text: str) -> Markup:
    return Markup("".join(_pieces(words, text)))  # noqa: S704 # each piece is escaped


def _pieces(words: re.Pattern[str], text: str) -> Iterator[Markup]:
    at = 0
    for found in words.finditer(text):
        yield escape(text[at : found.start()])
        if found[0]:
            yield Markup(f'<span class="{found.lastgroup}">{escape(found[0])}</span>')  # noqa: S704 escaped, and a class of ours
        at = found.end()
    yield escape(text[at:])

"""Fields that are drawn once: what is the same in every page is kept for the next."""

from collections.abc import Callable, Collection
from typing import Any

from flask import current_app
from markupsafe import Markup

from app.catalogue import Directive
from app.catalogue.versions import Target
from app.web.form.fields import WordField

_RENDERED: dict[tuple[str, ...], Markup] = {}
"""Fields and parts of them that are the same in every page for a version, by what they are of."""

MAX_RENDERED = 6000
"""Such parts that are kept at once: all of two versions, a few megabytes."""

Renderer = Callable[[Any, Directive, Any], Markup]
"""Draws a row's field, or a part of it, by a macro."""


def cached_renderer(aimed: Target) -> Renderer:
    """What draws a part that nothing typed changes but the choice of a word: once for each version of systemd and word."""
    manual = current_app.config["MANUAL_URL"]
    version = str(aimed.version)

    def same(part: Any, row: Directive, field: Any) -> Markup:
        key = (part.name, row.name, _word(field), version, manual)
        drawn = _RENDERED.get(key)
        if drawn is None:
            if len(_RENDERED) >= MAX_RENDERED:
                _RENDERED.clear()
            drawn = _RENDERED[key] = part(row, field)
        return drawn

    return same


def field_renderer(same: Renderer, varied: Collection[str]) -> Renderer:
    """What draws a field: the same as ever where no value stands in it but one of its words, and nothing is said on it.

    varied: the names of the rows that something is said on, or that are drawn unlike others.
    """

    def drawn(part: Any, row: Directive, field: Any) -> Markup:
        is_plain = row.name not in varied and (_word(field) or not field.data)
        return same(part, row, field) if is_plain else part(row, field)

    return drawn


def _word(field: Any) -> str:
    """The word that is chosen of those that a field has, "" where none is."""
    return field.data if isinstance(field, WordField) and field.data in field.words else ""

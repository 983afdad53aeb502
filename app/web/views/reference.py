"""Reference pages for people: the guide, every directive, every rule."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import catalogue, profiles, server
from app.analysis.rules import ALL_RULES
from app.analysis.rules.index import PITFALLS_WITHOUT_RULE
from app.catalogue import MANAGED_ROOTS, Directive, search
from app.catalogue.reserved import KNOWN_GROUPS
from app.catalogue.versions import NEWEST
from app.effective import Effective
from app.host.prep import useradd_flags
from app.report import steps_text
from app.unitfile import links
from app.values import Kind
from app.web.form import entry as forms
from app.web.form.entry import make_report
from app.web.http import page_url

blueprint = Blueprint("reference", __name__)


@blueprint.get("/guide")
def show_guide() -> ResponseReturnValue:
    """The guide: user and group isolation, each example a link to the form."""
    examples: dict[str, dict[str, Any]] = {}
    for example in profiles.GUIDE_EXAMPLES:
        report = make_report(forms.read_entry(MultiDict(example.parameters)))
        examples[example.key] = {"example": example, "report": report}
    return render_template(
        "reference/guide.html",
        examples=examples,
        profiles=list(_profiles()),
        managed=MANAGED_ROOTS,
        known_groups=KNOWN_GROUPS,
        useradd_flags=useradd_flags(Effective(examples["non-root"]["report"].unit)),
        steps_text=steps_text,
        here=page_url,
    )


class OfferedProfile(NamedTuple):
    """A profile as the guide shows it."""

    key: str
    title: str
    about: str
    link: str
    """The link to the guide's first example with this profile."""


def _profiles() -> Iterator[OfferedProfile]:
    """The profiles, each tried on the first example."""
    start = make_report(forms.read_entry(MultiDict(profiles.GUIDE_EXAMPLES[0].parameters))).unit
    for row in profiles.PROFILES:
        yield OfferedProfile(row.key, row.title, row.about, links.link(profiles.apply(row, start)))


class DirectiveEntry(NamedTuple):
    """A directive as the reference shows it."""

    row: Directive
    kind: str
    """The kind of value, in words."""
    words: list[tuple[str, int]]
    """The words that the directive accepts, each with the systemd version that introduced it."""


MAX_WORDS = 20
"""Words of a kind that are listed; those of longer lists, such as the system calls, stand in the manual."""


@blueprint.get("/directives")
def show_directives() -> ResponseReturnValue:
    """Every directive, by section, or those that q= finds."""
    text = search.tidied_query(request.args.get("q", ""))
    found = search.search(text) if text else list(search.SEARCHABLE)
    groups = {group.key: group.title for group in catalogue.GROUPS}
    places = dict.fromkeys(section for sections in catalogue.SECTIONS_OF.values() for section in sections)
    sections = {name: [_entry(row) for row in found if row.section == name] for name in places}
    return render_template(
        "reference/directives.html",
        text=text,
        newest=NEWEST,
        near=[] if found else search.nearest_names(text),
        count=len(found),
        groups=groups,
        sections={name: entries for name, entries in sections.items() if entries},
    )


def _entry(row: Directive) -> DirectiveEntry:
    words = [(word, since if since > row.since else 0) for word, since in row.kind.suggestions.items()]
    return DirectiveEntry(row, kind_in_words(row.kind), words if len(words) <= MAX_WORDS else [])


def kind_in_words(kind: Kind) -> str:
    """What a kind of value is called: the name of its class, in words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(kind).__name__).lower()


@blueprint.get("/rules")
def show_rules() -> ResponseReturnValue:
    """Every rule with its why, and where the pitfalls are dealt with that no rule sees."""
    return render_template(
        "reference/rules.html", rules=ALL_RULES, between=server.ALL_CONFLICT_RULES, elsewhere=PITFALLS_WITHOUT_RULE
    )

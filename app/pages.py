"""The page for people: the form with its result."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import catalogue, exposure, forms, links, lookup, profiles
from app.api import asked, site_address
from app.catalogue import MANAGED_ROOTS, Directive, Group
from app.effective import IDENTITIES, Effective
from app.forms import Entry
from app.prep import USERADD_FLAGS
from app.report import Report, closing_link, closing_words, fix_link, make_report, steps_text
from app.reserved import KNOWN_GROUPS
from app.rules import Finding
from app.shell import paste
from app.values import shown
from app.versions import DISTRIBUTIONS, LATEST, NEWEST, OLDEST, Target, target

blueprint = Blueprint("pages", __name__)

IDENTITY_MEANINGS = {
    "own": "The preparation makes it with useradd, and no other service shares it. Right for most services.",
    "existing": "No account is created, only checked. What else runs as it can reach this service's data.",
    "dynamic": "It exists while the service runs; data stays in managed directories only. Nothing to prepare.",
    "root": "It can read and change everything on the machine, whatever else is set.",
}
"""What each way to run means, beside its choice."""

ALWAYS_OPEN = frozenset({"service", "identity", "managed"})
"""The groups that are not folded when nothing in them is set: what an isolated service needs."""

TOOL_FIELDS = {"identity": {"runs-as", "account"}, "own": {"own"}}
"""The parameters of the tool's own that stand in a group, beside the rows of the catalogue."""

BLANK_ROWS = 2
"""Blank rows below the own directories that are given."""


class Notice(NamedTuple):
    """A refusal or finding as the page shows it: where it belongs, how bad it is, and the link that mends it, if any.

    label: what the field is called. anchor: the id on the page of its field, "" where it is not drawn.
    """

    field: str
    label: str
    anchor: str
    severity: str
    message: str
    why: str = ""
    fix: str = ""
    link: str = ""


class OwnRow(NamedTuple):
    """An own directory in the three inputs of its row."""

    path: str = ""
    mode: str = ""
    access: str = ""


class Section(NamedTuple):
    """A group of the form: its fields, how many of them are set, what is to be said on them, and whether it is open."""

    group: Group
    fields: list[tuple[Directive, Any]]
    filled: int
    notices: list[Notice]
    is_open: bool


class Search(NamedTuple):
    """What "add a directive" found: what was looked for, the directives, and names that are near where there are none."""

    text: str
    found: list[Directive]
    near: list[str]


MOST_FOUND = 20
"""Directives that a search shows on the form; the reference shows all."""

DRAWN = frozenset(group.key for group in catalogue.GROUPS if group.shown)
"""The groups whose rows are drawn, set or not."""


@blueprint.get("/")
def show_form() -> ResponseReturnValue:
    """The form and its result: of a link, empty, or of the starter."""
    asked_for, search = _looked_for(request.args)
    understood = forms.meant(asked_for)
    closed = _closed(asked_for)
    if closed:
        return redirect(here(closed), 303)
    if not understood:
        starter = forms.read(MultiDict(profiles.STARTER), drawn=DRAWN)
        return _page(replace(starter, ignored=forms.ignored(request.args)), is_starter=True, search=search)
    if forms.is_empty_form(understood):
        return _page(forms.empty(asked_for, drawn=DRAWN), added=understood.getlist("add"), search=search)
    return _page(forms.read(asked_for, drawn=DRAWN), added=understood.getlist("add"), search=search)


@blueprint.post("/")
def submit_form() -> ResponseReturnValue:
    """The form as posted: its link if it is valid and has one, the page otherwise, or with a directive that is added."""
    posted, search = _looked_for(asked())
    entry = forms.read(posted, posted=True, drawn=DRAWN)
    added = posted.getlist("add")
    if added or search:
        return _page(entry if entry.is_valid else forms.unjudged(entry), added=added, search=search)
    if entry.is_valid:
        link = make_report(entry).link
        if link:
            return redirect(here(link), 303)
    return _page(entry)


def _closed(parameters: "MultiDict[str, str]") -> str:
    """The link of a unit with the row of its score closed that close= names, "" where there is none."""
    field = parameters.get("close", "")
    entry = forms.read(parameters) if field else None
    report = make_report(entry) if entry and entry.is_valid else None
    rows = report.exposure.costly if report and report.exposure else ()
    row = next((row for row in rows if row.json_field == field), None)
    changes = exposure.closing(Effective(report.unit), row) if report and row else None
    return closing_link(report.unit, changes) if report and changes else ""


def _looked_for(parameters: "MultiDict[str, str]") -> tuple["MultiDict[str, str]", Search | None]:
    """The parameters with find= as what it finds: add= where it is a name, else a search for the page."""
    kept = MultiDict(pair for pair in parameters.items(multi=True) if pair[0] != "find")
    text = lookup.spelt(parameters.get("find", ""))
    row = lookup.named(text)
    if row:
        kept.add("add", row.name)
    if row or not text:
        return kept, None
    found = lookup.search(text)
    return kept, Search(shown(text), found[:MOST_FOUND], [] if found else lookup.nearest_names(text))


def _page(
    entry: Entry, *, is_starter: bool = False, added: Iterable[str] = (), search: Search | None = None
) -> ResponseReturnValue:
    report = make_report(entry) if entry.is_valid else None
    notices = _notices(entry)
    added = [name for name in added if name in entry.form]
    sections = [_section(group, entry, notices, added) for group in _groups(entry)]
    page = render_template(
        "index.html",
        entry=entry,
        form=entry.form,
        report=report,
        is_starter=is_starter,
        focus=added[-1] if added else "",
        search=search,
        aimed=entry.unit.target if entry.unit else _aimed(entry),
        sections=sections,
        notices=notices,
        own_rows=_own_rows(entry.form["own"].data),
        stray_resets=_stray_resets(entry.form["reset"].data, sections),
        **TABLES,
        **_result(report),
    )
    return page, 422 if entry.errors else 200


TABLES = {
    "every_name": catalogue.names(),
    "identities": IDENTITIES,
    "identity_meanings": IDENTITY_MEANINGS,
    "known_groups": KNOWN_GROUPS,
    "known_groups_of": "SupplementaryGroups",
    "managed": MANAGED_ROOTS,
    "distributions": DISTRIBUTIONS,
    "versions": range(NEWEST, OLDEST - 1, -1),
    "useradd_flags": USERADD_FLAGS,
    "paste": paste,
    "steps_text": steps_text,
}
"""What the page shows whatever was asked."""


def _result(report: Report | None) -> dict[str, Any]:
    """What the page shows of a unit beside its report: how it is shared, what systemd makes of it, what costs points."""
    base, link = site_address(), report.link if report else ""
    pairs = links.pairs(report.unit) if report else []
    return {
        "share_link": base + link if link else "",
        "query": links.query(report.unit) if report and link else "",
        "curl": report.curl(base) if report else "",
        "pairs": pairs if link else [],
        "posted_pairs": [] if link else pairs,
        "changes": Effective(report.unit).changes if report else (),
        "costly": list(_costly(report)) if report else [],
    }


class CostlyRow(NamedTuple):
    """A row of the score that costs points, and what takes them away: in words, and as a link; "" where nothing does.

    field: what close= calls it, where a link of its own would be one too many.
    """

    field: str
    name: str
    points: str
    closing: str
    link: str


MOST_LINKED = 20_000
"""Bytes of links that close rows of the score: each is as long as the unit. The other rows have a button of one form."""


def _costly(report: Report) -> Iterator[CostlyRow]:
    """The rows of the score that cost points, the dearest first."""
    effective = Effective(report.unit)
    left = MOST_LINKED
    for row in report.exposure.costly if report.exposure else ():
        changes = exposure.closing(effective, row)
        words = closing_words(changes) if changes else ""
        link = closing_link(report.unit, changes) if changes and report.link else ""
        left -= len(link)
        fits = here(link) if link and left > 0 else ""
        yield CostlyRow(row.json_field if link and not fits else "", row.name, row.exposure or "", words, fits)


def _aimed(entry: Entry) -> Target:
    """The target of a form that makes no unit yet."""
    try:
        return target(entry.form["systemd"].data)
    except ValueError:
        return LATEST


def _groups(entry: Entry) -> list[Group]:
    """The groups that are drawn: those that always are, and those of which a row has a field."""
    named = {_home(row) for row in catalogue.DIRECTIVES if row.name in entry.form}
    return [group for group in catalogue.GROUPS if group.shown or group.key in named]


def _home(row: Directive) -> str:
    """The group that a row is drawn in: of rows that read one another, that of the first."""
    return _TOGETHER.get(row.together, row.group)


_TOGETHER = {row.together: row.group for row in reversed(catalogue.DIRECTIVES) if row.together}


def _fields_of(group: str, entry: Entry) -> list[tuple[Directive, Any]]:
    """The rows of a group that the page draws, each with its field; those that read one another in the order given."""
    rows = [row for row in catalogue.DIRECTIVES if row.name in entry.form and _home(row) == group]
    given = [line.name for line in entry.unit.assignments] if entry.unit else []
    first = {row.together: at for at, row in reversed(list(enumerate(rows))) if row.together}
    order = {
        row.name: (first.get(row.together, at), given.index(row.name) if row.together and row.name in given else -1)
        for at, row in enumerate(rows)
    }
    return [(row, entry.form[row.name]) for row in sorted(rows, key=lambda row: order[row.name])]


def _section(group: Group, entry: Entry, notices: list[Notice], added: Container[str]) -> Section:
    """A group with what is set in it; folded when that is nothing, unless most services need it."""
    fields = _fields_of(group.key, entry)
    resets = entry.form["reset"].data
    filled = sum(bool(field.data) or row.name in resets for row, field in fields)
    drawn = {row.name for row, _ in fields} | TOOL_FIELDS.get(group.key, set())
    if group.key == "own":
        filled = len(entry.form["own"].data)
    said = [notice for notice in notices if notice.field in drawn]
    is_open = bool(filled or said) or group.key in ALWAYS_OPEN or any(row.name in added for row, _ in fields)
    return Section(group, fields, filled, said, is_open)


def _notices(entry: Entry) -> list[Notice]:
    """All that is to be said on the form: refusals that no rule made first, then the findings, worst first."""
    refused = {(field, sentence) for field, found in entry.errors.items() for sentence in found}
    found = {(finding.field, finding.message) for finding in entry.advice}
    refusals = [
        _notice(entry, field, "error", sentence)
        for field, sentences in entry.errors.items()
        for sentence in sentences
        if (field, sentence) not in found
    ]
    return refusals + [_finding_notice(entry, finding, refused) for finding in entry.advice]


def _finding_notice(entry: Entry, finding: Finding, refused: set[tuple[str, str]]) -> Notice:
    severity = "error" if (finding.field, finding.message) in refused else finding.severity
    link = fix_link(finding)
    notice = _notice(entry, finding.field, severity, finding.message)._replace(why=finding.why)
    return notice._replace(fix=finding.fix.label, link=here(link)) if finding.fix and link else notice


def _notice(entry: Entry, field: str, severity: str, message: str) -> Notice:
    """A notice with the name and the place of its field: the choice of account is the choice of who it runs as."""
    anchor = "runs-as" if field == "account" else field
    if anchor not in entry.form:
        return Notice(field, "", "", severity, message)
    label = f"{field}=" if catalogue.is_known(field) else str(entry.form[anchor].label.text)
    return Notice(field, label, anchor, severity, message)


def here(link: str) -> str:
    """A link from the root on, as the address of the form on this site."""
    return url_for("pages.show_form") + link.removeprefix("/")


def _own_rows(values: Iterable[str]) -> list[OwnRow]:
    """The rows of own directories: those given, split so that they post what was typed, and blank ones."""
    return [_own_row(value) for value in values] + [OwnRow()] * BLANK_ROWS


def _own_row(text: str) -> OwnRow:
    access = "ro" if text.endswith(":ro") and text.count(":") > 1 else ""
    path, colon, mode = text.removesuffix(":ro" if access else "").rpartition(":")
    return OwnRow(path, mode, access) if colon else OwnRow(mode, "", access)


def _stray_resets(resets: Iterable[str], sections: Iterable[Section]) -> list[str]:
    """The values of reset= that have no field on the page to stand beside."""
    drawn = {row.name for section in sections for row, _ in section.fields if row.may_reset}
    return [name for name in dict.fromkeys(resets) if name not in drawn]

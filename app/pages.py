"""Pages for people: the form with its result, and the guide."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import catalogue, exposure, forms, links, profiles
from app.api import asked, site_address
from app.catalogue import MANAGED_ROOTS, Directive, Group
from app.effective import IDENTITIES, Effective
from app.forms import Entry
from app.prep import USERADD_FLAGS
from app.report import Report, closing_link, closing_words, fix_link, make_report, steps_text
from app.reserved import KNOWN_GROUPS
from app.rules import Finding
from app.shell import paste
from app.versions import DISTRIBUTIONS, NEWEST, OLDEST

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


@blueprint.get("/")
def show_form() -> ResponseReturnValue:
    """The form and its result: of a link, empty, or of the starter."""
    understood = forms.meant(request.args)
    if not understood:
        starter = forms.read(MultiDict(profiles.STARTER))
        return _page(replace(starter, ignored=forms.ignored(request.args)), is_starter=True)
    if forms.is_empty_form(understood):
        return _page(forms.empty(request.args))
    return _page(forms.read(request.args))


@blueprint.post("/")
def submit_form() -> ResponseReturnValue:
    """The form as posted: its link if it is valid and has one, the page otherwise."""
    entry = forms.read(asked(), posted=True)
    if entry.is_valid:
        link = make_report(entry).link
        if link:
            return redirect(_here(link), 303)
    return _page(entry)


@blueprint.get("/guide")
def show_guide() -> ResponseReturnValue:
    """The guide: user and group isolation, each example a link to the form."""
    examples = {}
    for example in profiles.GUIDE_EXAMPLES:
        report = make_report(forms.read(MultiDict(example.parameters)))
        examples[example.key] = {"example": example, "report": report}
    return render_template(
        "guide.html",
        examples=examples,
        managed=MANAGED_ROOTS,
        known_groups=KNOWN_GROUPS,
        useradd_flags=USERADD_FLAGS,
        steps_text=steps_text,
        here=_here,
    )


def _page(entry: Entry, *, is_starter: bool = False) -> ResponseReturnValue:
    report = make_report(entry) if entry.is_valid else None
    base = site_address()
    notices = _notices(entry)
    sections = [_section(group, entry, notices) for group in catalogue.GROUPS]
    page = render_template(
        "index.html",
        entry=entry,
        form=entry.form,
        report=report,
        is_starter=is_starter,
        sections=sections,
        notices=notices,
        own_rows=_own_rows(entry.form["own"].data),
        stray_resets=_stray_resets(entry.form["reset"].data, sections),
        identities=IDENTITIES,
        identity_meanings=IDENTITY_MEANINGS,
        known_groups=KNOWN_GROUPS,
        known_groups_of="SupplementaryGroups",
        managed=MANAGED_ROOTS,
        distributions=DISTRIBUTIONS,
        versions=range(NEWEST, OLDEST - 1, -1),
        useradd_flags=USERADD_FLAGS,
        share_link=base + report.link if report and report.link else "",
        query=links.query(report.unit) if report and report.link else "",
        curl=report.curl(base) if report else "",
        posted_pairs=links.pairs(report.unit) if report and not report.link else [],
        paste=paste,
        steps_text=steps_text,
        costly=list(_costly(report)) if report else [],
    )
    return page, 422 if entry.errors else 200


class CostlyRow(NamedTuple):
    """A row of the score that costs points, and what takes them away: in words, and as a link; "" where nothing does."""

    name: str
    points: str
    closing: str
    link: str


CLOSINGS = 10
"""How many rows of the score are offered with a link that closes them: each link is as long as the unit."""


def _costly(report: Report) -> Iterator[CostlyRow]:
    """The rows of the score that cost points, the dearest first."""
    effective = Effective(report.unit)
    for at, row in enumerate(report.exposure.costly if report.exposure else ()):
        changes = exposure.closing(effective, row)
        link = closing_link(report.unit, changes) if changes and at < CLOSINGS else ""
        yield CostlyRow(
            row.name, row.exposure or "", closing_words(changes) if changes else "", _here(link) if link else ""
        )


def _fields_of(group: str, entry: Entry) -> list[tuple[Directive, Any]]:
    """The rows of a group that the page draws, each with its field."""
    return [
        (row, entry.form[row.name]) for row in catalogue.DIRECTIVES if row.group == group and row.name in entry.form
    ]


def _section(group: Group, entry: Entry, notices: list[Notice]) -> Section:
    """A group with what is set in it; folded when that is nothing, unless most services need it."""
    fields = _fields_of(group.key, entry)
    resets = entry.form["reset"].data
    filled = sum(bool(field.data) or row.name in resets for row, field in fields)
    drawn = {row.name for row, _ in fields} | TOOL_FIELDS.get(group.key, set())
    if group.key == "own":
        filled = len(entry.form["own"].data)
    said = [notice for notice in notices if notice.field in drawn]
    return Section(group, fields, filled, said, bool(filled or said) or group.key in ALWAYS_OPEN)


def _notices(entry: Entry) -> list[Notice]:
    """All that is to be said on the form: refusals that no rule made first, then the findings, worst first."""
    refused = {(field, sentence) for field, found in entry.errors.items() for sentence in found}
    found = {(finding.field, finding.message) for finding in entry.findings}
    refusals = [
        _notice(entry, field, "error", sentence)
        for field, sentences in entry.errors.items()
        for sentence in sentences
        if (field, sentence) not in found
    ]
    return refusals + [_finding_notice(entry, finding, refused) for finding in entry.findings]


def _finding_notice(entry: Entry, finding: Finding, refused: set[tuple[str, str]]) -> Notice:
    severity = "error" if (finding.field, finding.message) in refused else finding.severity
    link = fix_link(finding)
    notice = _notice(entry, finding.field, severity, finding.message)._replace(why=finding.why)
    return notice._replace(fix=finding.fix.label, link=_here(link)) if finding.fix and link else notice


def _notice(entry: Entry, field: str, severity: str, message: str) -> Notice:
    """A notice with the name and the place of its field: the choice of account is the choice of who it runs as."""
    anchor = "runs-as" if field == "account" else field
    if anchor not in entry.form:
        return Notice(field, "", "", severity, message)
    label = f"{field}=" if field in catalogue.names() else str(entry.form[anchor].label.text)
    return Notice(field, label, anchor, severity, message)


def _here(link: str) -> str:
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

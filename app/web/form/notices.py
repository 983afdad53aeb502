"""What is said beside the fields of the form, and what mends it: a link, or a button where the unit has none."""

from typing import NamedTuple

from app import catalogue
from app.analysis.rules import Finding
from app.report import fix_link
from app.web.form.entry import Entry
from app.web.http import page_url


class Notice(NamedTuple):
    """An error message or finding as the page shows it."""

    field: str
    """The name of the field."""
    label: str
    """The label of the field."""
    anchor: str
    """The id of the field on the page, or "" if the page does not show the field."""
    severity: str
    message: str
    why: str = ""
    """The reason, as sentences with their source, or ""."""
    fix: str = ""
    """The change that resolves it, in words, or ""."""
    link: str = ""
    """The link to the changed unit, or ""."""
    asks: str = ""
    """The value of the parameter fix= for a button that posts the form, or "" if the unit has a link."""


def fix_id(finding: Finding, at: int) -> str:
    """What fix= calls a finding: its id, and which of all that are told it is."""
    return f"{finding.id}-{at}"


def notices_of(entry: Entry, *, posts: bool) -> list[Notice]:
    """All that is to be said on the form: refusals that no rule made first, then the findings, worst first.

    posts: whether buttons that post take the place of links.
    """
    refused = {(field, sentence) for field, found in entry.errors.items() for sentence in found}
    found = {(finding.field, finding.message) for finding in entry.advice}
    refusals = [
        _notice(entry, field, "error", sentence)
        for field, sentences in entry.errors.items()
        for sentence in sentences
        if (field, sentence) not in found
    ]
    said = [_finding_notice(entry, finding, refused) for finding in entry.advice]
    offered = zip(said, entry.advice, strict=True)
    return refusals + [
        _with_fix(notice, finding, at if posts else None) for at, (notice, finding) in enumerate(offered)
    ]


def _finding_notice(entry: Entry, finding: Finding, refused: set[tuple[str, str]]) -> Notice:
    severity = "error" if (finding.field, finding.message) in refused else finding.severity
    return _notice(entry, finding.field, severity, finding.message)._replace(why=finding.why)


def _with_fix(notice: Notice, finding: Finding, at: int | None) -> Notice:
    """The notice with what mends it: a link, or a button where it has a number."""
    if finding.fix and at is not None:
        return notice._replace(fix=finding.fix.label, asks=fix_id(finding, at))
    link = fix_link(finding)
    return notice._replace(fix=finding.fix.label, link=page_url(link)) if finding.fix and link else notice


def _notice(entry: Entry, field: str, severity: str, message: str) -> Notice:
    """A notice with the name and the place of its field: the choice of account is the choice of who it runs as."""
    anchor = "runs-as" if field == "account" else field
    if anchor not in entry.form:
        return Notice(field, "", "", severity, message)
    label = catalogue.find(field).label if catalogue.is_known(field) else str(entry.form[anchor].label.text)
    return Notice(field, label, anchor, severity, message)

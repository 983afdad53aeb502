"""Pages for people: the form with its result, and the guide."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import catalogue, forms, links, profiles
from app.api import site_address
from app.catalogue import MANAGED_ROOTS
from app.forms import IDENTITIES, Entry
from app.prep import USERADD_FLAGS
from app.report import fix_link, make_report
from app.reserved import KNOWN_GROUPS
from app.shell import paste
from app.versions import DISTRIBUTIONS, NEWEST, OLDEST

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def show_form() -> ResponseReturnValue:
    """The form and its result: of a link, empty, or of the starter."""
    if not request.args:
        return _page(forms.read(MultiDict(profiles.STARTER)), is_starter=True)
    if forms.is_empty_form(request.args):
        return _page(forms.empty(request.args))
    return _page(forms.read(request.args))


@blueprint.post("/")
def submit_form() -> ResponseReturnValue:
    """The form as posted: its link if it is valid and has one, the page otherwise."""
    entry = forms.read(request.form, posted=True)
    if entry.is_valid:
        link = make_report(entry).link
        if link:
            return redirect(url_for("pages.show_form") + link.removeprefix("/"), 303)
    return _page(entry)


@blueprint.get("/guide")
def show_guide() -> ResponseReturnValue:
    """The guide: user and group isolation, each example a link to the form."""
    examples = {}
    for example in profiles.GUIDE_EXAMPLES:
        report = make_report(forms.read(MultiDict(example.parameters)))
        examples[example.key] = {"example": example, "report": report}
    return render_template(
        "guide.html", examples=examples, managed=MANAGED_ROOTS, known_groups=KNOWN_GROUPS, useradd_flags=USERADD_FLAGS
    )


def _page(entry: Entry, *, is_starter: bool = False) -> ResponseReturnValue:
    report = make_report(entry) if entry.is_valid else None
    base = site_address()
    page = render_template(
        "index.html",
        entry=entry,
        form=entry.form,
        report=report,
        is_starter=is_starter,
        groups=[(group, _fields_of(group.key, entry)) for group in catalogue.GROUPS],
        identities=IDENTITIES,
        known_groups=KNOWN_GROUPS,
        managed=MANAGED_ROOTS,
        distributions=DISTRIBUTIONS,
        versions=range(NEWEST, OLDEST - 1, -1),
        useradd_flags=USERADD_FLAGS,
        share_link=base + report.link if report and report.link else "",
        curl=report.curl(base) if report else "",
        posted_pairs=links.pairs(report.unit) if report and not report.link else [],
        paste=paste,
        fix_link=fix_link,
    )
    return page, 422 if entry.errors else 200


def _fields_of(group: str, entry: Entry) -> list[tuple[catalogue.Directive, object]]:
    """The rows of a group that the page draws, each with its field."""
    return [
        (row, entry.form[row.name]) for row in catalogue.DIRECTIVES if row.group == group and row.name in entry.form
    ]

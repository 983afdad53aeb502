"""The page as it follows the form: what changes with each letter, and what can wait until the typing pauses."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.effective import IDENTITY_PARAMETERS
from app.web.form import entry as forms
from app.web.form.entry import Entry, make_report
from app.web.form.notices import Notice
from app.web.form.page_context import TABLES, context, look_params, profile_families, result
from app.web.form.sections import SHOWN_GROUPS
from app.web.form.uploads import original
from app.web.http import page_url, request_params

blueprint = Blueprint("live", __name__)


TO_FILL = {"runs-as": {"anchor": "User", "label": "User="}}
"""The field to fill in, where a choice asks for it that is made already."""


@blueprint.post("/live")
def show_live() -> ResponseReturnValue:
    """The result of the form as it is typed, what is said beside its fields, and its address, as parts of a page.

    What is refused is no failure here, since nobody has asked for it yet.
    """
    entry = forms.read_entry(request_params(), posted=True, drawn=SHOWN_GROUPS)
    shown = context(entry, original=original(), is_quick=True)
    missing = [notice for notice in shown["notices"] if _is_missing(entry, notice)]
    shown["notices"] = _without(missing, shown["notices"])
    shown["sections"] = [section._replace(notices=_without(missing, section.notices)) for section in shown["sections"]]
    missing = [notice._replace(**TO_FILL.get(notice.field, {})) for notice in missing]
    wrong = [notice for notice in shown["notices"] if notice.severity == "error"]
    anchors = shown["noted"] = dict.fromkeys(notice.anchor for notice in shown["notices"] if notice.anchor)
    report = shown["report"]
    address = page_url(report.link) + look_params(entry) if report and report.link and not original() else ""
    return render_template(
        "generator/live.html", **shown, missing=missing, wrong=wrong, anchors=anchors, address=address
    )


@blueprint.post("/live/later")
def show_later() -> ResponseReturnValue:
    """The profiles, each of which is tried, and what is folded away of the result: together they take the longest."""
    entry = forms.read_entry(request_params(), posted=True, drawn=SHOWN_GROUPS)
    if not entry.is_valid:
        return ""
    report = make_report(entry)
    shown = TABLES | result(report, original=original()) | {"entry": entry, "report": report}
    return render_template(
        "generator/later.html", **shown, profiles=profile_families(report, original()), profile_refused=None
    )


def _without(some: list[Notice], notices: list[Notice]) -> list[Notice]:
    return [notice for notice in notices if notice not in some]


def _is_missing(entry: Entry, notice: Notice) -> bool:
    """Whether it asks for a field that is empty: to a person who is still typing that is no mistake."""
    answering = IDENTITY_PARAMETERS if notice.field == "runs-as" else {notice.field}
    fields = [entry.form[name] for name in answering if name in entry.form]
    return notice.severity == "error" and bool(fields) and not any(field.data for field in fields)

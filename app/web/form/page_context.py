"""What the page shows of a form and its report: the result, how it is shared, profiles, the rows of the score."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup

from app import catalogue, profiles
from app.analysis.rules import commands_as_root
from app.catalogue import MANAGED_ROOTS
from app.catalogue.reserved import KNOWN_GROUPS
from app.catalogue.versions import DISTRIBUTIONS, LATEST, NEWEST, OLDEST, Target, target
from app.effective import IDENTITIES, Effective
from app.host import dropin, migrate
from app.host.dropin import DropIn
from app.host.prep import useradd_flags
from app.host.shell import paste
from app.report import Report, closing_link, closing_words, is_closable, steps_text, unit_link
from app.unitfile import links
from app.unitfile.sources import UNNAMED
from app.web.form import entry as forms
from app.web.form.entry import Entry, make_report
from app.web.form.field_cache import cached_renderer, field_renderer
from app.web.form.notices import notices_of
from app.web.form.presets import FAMILY, presets
from app.web.form.sections import groups, section
from app.web.http import now, page_url, site_address

IDENTITY_MEANINGS = {
    "own": "The preparation makes it with useradd, and no other service shares it. Right for most services.",
    "existing": "No account is created, only checked. What else runs as it can reach this service's data.",
    "dynamic": "It exists while the service runs; data stays in managed directories only. Nothing to prepare.",
    "root": "It can read and change everything on the machine, whatever else is set.",
}
"""What each way to run means, beside its choice."""


class OtherWay(NamedTuple):
    """Another text for the preparation of the machine, or for its removal, than the shell commands."""

    title: str
    endpoint: str
    """The endpoint that returns the text."""


OTHER_WAYS = (
    OtherWay("Accounts for sysusers.d", "api.show_sysusers"),
    OtherWay("Directories for tmpfiles.d", "api.show_tmpfiles"),
    OtherWay("Ansible playbook", "api.show_ansible"),
    OtherWay("Undo", "api.show_undo"),
)


class ProfileRow(NamedTuple):
    """A profile as the page shows it."""

    offer: profiles.Offer
    """The profile's effect on the form."""
    link: str
    """The link to the form with the profile, or "" if the page has a button instead."""


class ProfileFamily(NamedTuple):
    """Profiles of one family."""

    title: str
    rows: list[ProfileRow]
    is_met: bool
    """Whether the form already equals one of the profiles."""


def context(entry: Entry, added: Collection[str] = (), *, original: str = "", is_quick: bool = False) -> dict[str, Any]:
    """What the page shows that follows from each letter of the form.

    added: directives that it shows though they are not set. original: the imported unit that the form carries along. is_quick: without
    what is long and folded away.
    """
    report = make_report(entry) if entry.is_valid else None
    aimed = entry.unit.target if entry.unit else _aimed(entry)
    notices = notices_of(entry, posts=report is not None and not is_linked(report, original))
    same, noted = cached_renderer(aimed), {notice.anchor for notice in notices}
    return {
        "entry": entry,
        "form": entry.form,
        "report": report,
        "addable": _addable(entry),
        "aimed": aimed,
        "same": same,
        "drawn": field_renderer(same, {*noted, *added, *entry.form["reset"].data}),
        "sections": [section(group, rows, entry, notices, added) for group, rows in groups(entry)],
        "notices": notices,
        "said": {(notice.severity, notice.anchor) for notice in notices},
        "noted": noted,
        "as_root": commands_as_root(Effective(entry.unit)) if entry.unit else (),
        **TABLES,
        **result(report, original=original, is_quick=is_quick),
    }


def _addable(entry: Entry) -> Markup:
    """The directives without a field, as options: HTML lets the end of one be left out, and of four hundred that is four kilobytes."""
    return Markup("".join([f"<option>{name}" for name in catalogue.names() if name not in entry.form]))  # noqa: S704 # the catalogue's names


TABLES = {
    "directive_count": len(catalogue.names()),
    "identities": IDENTITIES,
    "identity_meanings": IDENTITY_MEANINGS,
    "known_groups": KNOWN_GROUPS,
    "known_groups_of": "SupplementaryGroups",
    "managed": MANAGED_ROOTS,
    "distributions": DISTRIBUTIONS,
    "versions": range(NEWEST, OLDEST - 1, -1),
    "paste": paste,
    "steps_text": steps_text,
    "most_as_root": 10,
    "other_ways": OTHER_WAYS,
    "again": "again",
}
"""What the page shows whatever was asked."""


def result(report: Report | None, *, original: str = "", is_quick: bool = False) -> dict[str, Any]:
    """What the page shows of a unit beside its report: how it is shared, what systemd makes of it, what costs points."""
    base, link = site_address(), report.link if report else ""
    linked = report is not None and is_linked(report, original)
    given = forms.params_of_unit(report.unit) if report else []
    is_moving = "moving" in request.values.getlist("show")
    return {
        "share_link": base + link if link else "",
        "query": links.query(report.unit) if report and link else "",
        "curl": report.curl(base) if report else "",
        "pairs": given if linked else [],
        "posted_pairs": [] if linked else given,
        "original": original,
        "drop_ins": _drop_ins(report, original) if report and original else [],
        "useradd_flags": useradd_flags(report.whole) if report else (),
        "changes": report.changes if report else (),
        "timing": report.timer(now()) if report else None,
        "is_quick": is_quick,
        "is_moving": is_moving,
        **(_for_later(report, linked, is_moving=is_moving) if report and not is_quick else {}),
    }


def is_linked(report: Report, original: str) -> bool:
    """Whether the buttons of the page are links: none carries an original, so that they post."""
    return bool(report.link) and not original


class Override(NamedTuple):
    """A drop-in as the page shows it."""

    of: str
    """The name of the file that the drop-in overrides."""
    suffix: str
    """The suffix of this file."""
    made: DropIn
    """The drop-in."""


def _drop_ins(report: Report, original: str) -> list[Override]:
    """What differs from the original, a file each; none where it is of another unit."""
    before = dropin.original(original, report.unit.target)
    if before.name not in (report.unit.name, UNNAMED):
        return []
    return [Override(report.unit.file(suffix), suffix, made) for suffix, made in report.drop_ins(before).items()]


def _for_later(report: Report, linked: bool, *, is_moving: bool) -> dict[str, Any]:
    """What is folded away: what costs points, what is needed when the service fails, and when it runs as root today."""
    unit = report.whole
    return {
        "costly": list(_costly(report, linked)),
        "first_look": report.first_look,
        "diagnosis": report.failures,
        "can_move": migrate.is_possible(unit),
        "move": migrate.steps(unit) if is_moving else (),
        "way_back": migrate.way_back(unit) if is_moving else (),
    }


class CostlyRow(NamedTuple):
    """A row of the score that costs points."""

    field: str
    """The value of the parameter close= for a button, or "" if the row has a link or no fix."""
    name: str
    """The name of the row in systemd's table."""
    points: str
    """The points that the row costs, as systemd prints them."""
    closing: str
    """The change that removes the points, in words, or ""."""
    link: str
    """The link to the changed unit, or ""."""


MAX_LINKED, MAX_CLOSED = 9_000, 2_000
"""Bytes of links that apply profiles, and that close rows of the score: each is as long as the unit. All others are buttons."""


def profile_families(report: Report, original: str = "") -> list[ProfileFamily]:
    """The profiles by family: links, each tried before; or all buttons, where links would be too many, tried when pressed."""
    own = presets().profiles
    is_short = len(links.link(report.unit)) * (len(profiles.PROFILES) + len(own)) <= MAX_LINKED
    fits = is_short and is_linked(report, original)
    offered = profiles.offers(report.unit, own, are_tried=is_short)
    made = {offer.profile.key: offer.unit for offer in offered if offer.unit not in (None, report.unit)} if fits else {}
    shown = {key: page_url(link) for key, link in ((key, unit_link(unit)) for key, unit in made.items()) if link}
    return [
        ProfileFamily(
            title,
            [ProfileRow(offer, shown.get(offer.profile.key, "")) for offer in offered if offer.profile.family == key],
            any(offer.is_current for offer in offered if offer.profile.family == key),
        )
        for key, title in _titles().items()
    ]


def _titles() -> dict[str, str]:
    """The titles of the families of profiles, an organisation's own first."""
    own = {FAMILY: presets().organisation or "This site"} if presets().profiles else {}
    return own | profiles.FAMILIES


def _costly(report: Report, linked: bool) -> Iterator[CostlyRow]:
    """The rows of the score that cost points, the dearest first."""
    left = MAX_CLOSED
    for row, changes in report.costly:
        words = closing_words(changes) if changes else ""
        can_be_asked = bool(changes and is_closable(changes))
        link = closing_link(report.unit, changes) if changes and can_be_asked and linked and left > 0 else ""
        left -= len(link)
        fits = page_url(link) if link and left > 0 else ""
        yield CostlyRow(row.json_field if can_be_asked and not fits else "", row.name, row.exposure or "", words, fits)


def _aimed(entry: Entry) -> Target:
    """The target of a form that makes no unit yet."""
    try:
        return target(entry.form["systemd"].data)
    except ValueError:
        return LATEST


def look_params(entry: Entry) -> str:
    """The paths asked about, as the end of a link."""
    return "".join(f"&{urlencode({'look': path})}" for path in entry.form["look"].data)

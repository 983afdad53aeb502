"""Profiles as a form is offered them: what each makes of it, which it equals now, and why one is not for it."""

from collections.abc import Callable
from functools import cache, partial, reduce
from typing import NamedTuple

from app.analysis.rules import SEVERITIES, Finding, judge
from app.profiles.changes import ProfileChange
from app.profiles.rows import PROFILES, Profile
from app.unitfile import links
from app.unitfile.instances import as_template, with_any_instance
from app.unitfile.model import UnitFile

Known = set[tuple[str, str]]
"""Findings by their id and field."""


class Offer(NamedTuple):
    """A profile as an option for one form."""

    profile: Profile
    unit: UnitFile | None
    """The unit after the profile. None if the profile does not fit the form, or if nobody tried it."""
    why_not: str = ""
    """The reason why the profile does not fit the form, as a sentence, or ""."""
    is_current: bool = False
    """Whether the profile changes nothing, and no profile that covers it changes nothing either."""
    is_part: bool = False
    """Whether a profile that covers this one changes nothing."""


def apply(profile: Profile, unit: UnitFile, known: Callable[[], Known] | None = None) -> UnitFile:
    """The unit with a profile, itself where that changes nothing; ValueError with a sentence where it is not for it.

    known: what is found of the unit as it is, where that was asked already.
    """
    changed = _changed(profile, unit)
    if links.pairs(changed) == links.pairs(unit):
        return unit
    worse = _added(known or partial(_known, unit), changed)
    if worse:
        raise ValueError(worse[0].message)
    return changed


def _changed(profile: Profile, unit: UnitFile) -> UnitFile:
    """The unit after the profile's changes, which name no instance of a template."""
    whole = with_any_instance(unit) if unit.is_template else unit
    changed = reduce(lambda made, change: change(made), profile.changes, whole)
    return as_template(changed, unit) if unit.is_template else changed


MAX_TRIED = 3
"""Instances that all profiles are tried with at once: each is judged."""

REMAINING = frozenset({"P33", "P44", "P45"})
"""Findings on what a profile leaves to do, and breaks nothing: no reason to refuse it."""


def _added(known: Callable[[], Known], after: UnitFile) -> list[Finding]:
    """The findings above a note that a change brings, worst first."""
    rank = SEVERITIES.index("note")
    found = (finding for finding in judge(after) if finding.id not in REMAINING)
    new = [finding for finding in found if SEVERITIES.index(finding.severity) < rank]
    return [finding for finding in new if (finding.id, finding.field) not in known()] if new else []


def _known(unit: UnitFile) -> Known:
    """What is found of a unit, and where."""
    return {(finding.id, finding.field) for finding in judge(unit)}


def offers(unit: UnitFile, more: tuple[Profile, ...] = (), *, are_tried: bool = True) -> list[Offer]:
    """All profiles for a form, and more of an organisation, in their order.

    are_tried: whether each is applied and judged, which takes most of a page's time; else only those that the form equals have a unit, itself.
    One that is too long for a link, or has many instances, is compared with none of them.
    """
    every = (*PROFILES, *more)
    if links.is_too_long(unit) or len(unit.instances) > MAX_TRIED:
        return [Offer(profile, None) for profile in every]
    known = cache(partial(_known, unit))
    is_done = _done(unit)
    made = [_offer(profile, unit, known) if are_tried else _untried(profile, unit, is_done) for profile in every]
    equal = [offer.profile for offer in made if offer.unit == unit]
    covered = frozenset[str]().union(*(profile.covers for profile in equal))
    return [
        offer._replace(
            is_current=offer.profile in equal and offer.profile.key not in covered, is_part=offer.profile.key in covered
        )
        for offer in made
    ]


def _untried(profile: Profile, unit: UnitFile, is_done: Callable[[ProfileChange], bool]) -> Offer:
    """A profile that is not applied: only whether each of its changes finds its work done, up to the first that does not."""
    return Offer(profile, unit if all(map(is_done, profile.changes)) else None)


def _done(unit: UnitFile) -> Callable[[ProfileChange], bool]:
    """Whether a change leaves a unit as it is, each asked once; one that cannot be made does not."""
    whole = with_any_instance(unit) if unit.is_template else unit

    @cache
    def is_done(change: ProfileChange) -> bool:
        try:
            return change(whole) == whole
        except ValueError:
            return False

    return is_done


def _offer(profile: Profile, unit: UnitFile, known: Callable[[], Known]) -> Offer:
    try:
        return Offer(profile, apply(profile, unit, known))
    except ValueError as error:
        return Offer(profile, None, str(error))

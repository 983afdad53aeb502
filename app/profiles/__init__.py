"""Profiles, which set what belongs together and keep the rest of the form; the starter and the guide's examples."""

from app.profiles.examples import GUIDE_EXAMPLES, STARTER, Example
from app.profiles.offers import Offer, apply, offers
from app.profiles.rows import FAMILIES, PROFILES, Profile, find

__all__ = [
    "FAMILIES",
    "GUIDE_EXAMPLES",
    "PROFILES",
    "STARTER",
    "Example",
    "Offer",
    "Profile",
    "apply",
    "find",
    "offers",
]

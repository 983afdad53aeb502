"""Rows of the group “Old names”: renamed or gone; each says what to write instead."""

from app.catalogue.directive import Directive

_GROUP = "old"

OLD_CONTROL: tuple[Directive, ...] = ()

OLD_OTHERS: tuple[Directive, ...] = ()

ROWS = (*OLD_CONTROL, *OLD_OTHERS)

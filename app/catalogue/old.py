"""Rows of the group “Old names”: renamed or gone; each says what to write instead."""

from app.catalogue.directive import Directive

_GROUP = "old"

ROWS: tuple[Directive, ...] = ()

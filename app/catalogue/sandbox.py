"""Rows of the group “Sandboxing”: further walls around it."""

from app.catalogue.directive import Directive

_GROUP = "sandbox"

ROWS: tuple[Directive, ...] = ()

"""Rows of the group “Conditions”: what must be true of the machine for it to start."""

from app.catalogue.directive import Directive

_GROUP = "conditions"

ROWS: tuple[Directive, ...] = ()

"""Rows of the group “Control groups”: what it may use as a group of processes."""

from app.catalogue.directive import Directive

_GROUP = "control"

ROWS: tuple[Directive, ...] = ()

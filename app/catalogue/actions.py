"""Rows of the group “Actions and jobs”: what happens when it fails, succeeds or takes too long."""

from app.catalogue.directive import Directive

_GROUP = "actions"

ROWS: tuple[Directive, ...] = ()

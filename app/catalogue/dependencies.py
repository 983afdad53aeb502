"""Rows of the group “Dependencies”: units that it needs, orders itself by, or passes things on to."""

from app.catalogue.directive import Directive

_GROUP = "dependencies"

ROWS: tuple[Directive, ...] = ()

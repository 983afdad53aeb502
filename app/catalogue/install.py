"""Rows of the group “Install”: what enabling it links to."""

from app.catalogue.directive import Directive

_GROUP = "install"

ROWS: tuple[Directive, ...] = ()

"""Rows of the group “Process”: how it is started, watched and stopped in every detail."""

from app.catalogue.directive import Directive

_GROUP = "process"

ROWS: tuple[Directive, ...] = ()

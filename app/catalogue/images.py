"""Rows of the group “Root and images”: another root directory, disk images, extensions."""

from app.catalogue.directive import Directive

_GROUP = "images"

ROWS: tuple[Directive, ...] = ()

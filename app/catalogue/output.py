"""Rows of the group “Input, output and credentials”: what it reads, where its lines go, which secrets and variables it gets."""

from app.catalogue.directive import Directive

_GROUP = "output"

ROWS: tuple[Directive, ...] = ()

"""Rows of the group “Scheduling and limits”: priorities, processors, and the kernel's limits of a process."""

from app.catalogue.directive import Directive

_GROUP = "scheduling"

ROWS: tuple[Directive, ...] = ()

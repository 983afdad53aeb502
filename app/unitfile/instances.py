"""Templates judged and changed as a whole: with made-up instances, whose names become %i again in what was made of them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from app.unitfile.model import Assignment, UnitFile


def with_any_instance(unit: UnitFile) -> UnitFile:
    """A template with one instance that stands for all: nothing in it is called so."""
    return next(_made_up(unit))


def with_two_instances(unit: UnitFile) -> tuple[UnitFile, UnitFile]:
    """A template with any instance, and with any other."""
    made_up = _made_up(unit)
    return next(made_up), next(made_up)


def _made_up(unit: UnitFile) -> Iterator[UnitFile]:
    text = "\n".join([unit.name, *(line.value for line in unit.assignments), *(own.path for own in unit.own)])
    return (unit.with_instance(name) for name in (f"zq{number}" for number in count(100)) if name not in text)


def as_template(made: UnitFile, unit: UnitFile) -> UnitFile:
    """What was made of a template with one instance, as that template: with %i for the instance, and all its instances."""
    name = made.instances[0]
    return replace(
        made,
        assignments=tuple(Assignment(line.name, line.value.replace(name, "%i")) for line in made.assignments),
        own=tuple(own._replace(path=own.path.replace(name, "%i")) for own in made.own),
        instances=unit.instances,
    )

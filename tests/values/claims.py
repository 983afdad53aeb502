"""How the tables of these tests are read: directive by directive, value by value."""

from collections.abc import Mapping, Sequence

from app import catalogue

Taken = Mapping[str, Sequence[str]]
Refused = Mapping[str, Mapping[str, str]]


def judged(name: str, value: str) -> str:
    """The sentence that refuses a value of a directive; "" if it is taken."""
    try:
        catalogue.find(name).kind.normalise(value)
    except ValueError as error:
        return str(error)
    return ""


def pairs(*tables: Taken | Refused) -> list[tuple[str, str]]:
    """Every directive with every value of its tables."""
    return [(name, value) for table in tables for name, values in table.items() for value in values]


def sentences(*tables: Refused) -> list[tuple[str, str, str]]:
    """Every directive with every value of its tables and the sentence that refuses it."""
    return [(*pair, table[pair[0]][pair[1]]) for table in tables for pair in pairs(table)]

"""Specifiers in values: which ones systemd expands, since which version, and their expansion (systemd.unit(5), “Specifiers”)."""

import re
from collections.abc import Iterator, Mapping

from app.values.kind import Need

# Specifiers that stand for an absolute path, and those that can stand in the name of a unit, each with the version that
# brought it (systemd.unit(5), "Specifiers"; src/core/unit-printf.c and src/shared/specifier.h of every version).
_PATH_SPECIFIERS = (
    dict.fromkeys("fhst", 1)
    | dict.fromkeys("CLS", 236)
    | dict.fromkeys("ETV", 239)
    | dict.fromkeys("dyY", 251)
    | {"D": 256}
    | dict.fromkeys("crR", 1)  # of control groups; systemd calls them deprecated
)

NAME_SPECIFIERS = (
    dict.fromkeys("NinpHUbmu", 1)
    | dict.fromkeys("gG", 240)
    | {"j": 241, "l": 247, "q": 251}
    | dict.fromkeys("aBoWwv", 246)
    | dict.fromkeys("AM", 249)
)

SPECIFIERS = (
    NAME_SPECIFIERS
    | _PATH_SPECIFIERS
    | {"I": 1, "P": 1, "J": 239, "j": 239, "l": 246, "v": 1}
    | dict.fromkeys("aBoWw", 247)
)

_SPECIFIER = re.compile(r"%([A-Za-z0-9%])")


def check_specifiers(value: str, known: Mapping[str, int] = SPECIFIERS) -> None:
    """ValueError for a specifier that systemd does not expand in this place.

    “%” before anything but a letter, a digit or another “%” is literal (src/shared/specifier.c).
    """
    for match in _SPECIFIER.finditer(value) if "%" in value else ():
        letter = match[1]
        if letter != "%" and letter not in known:
            raise ValueError(
                f"“%{letter}” is not a specifier that systemd expands here. For a literal percent sign write “%%”."
            )


def specifier_needs(value: str, known: Mapping[str, int] = SPECIFIERS, *, refused: bool = False) -> Iterator[Need]:
    """The specifiers of a value that came with a version of their own; older systemd cannot resolve them."""
    for letter in dict.fromkeys(match[1] for match in _SPECIFIER.finditer(value)):
        since = known.get(letter, 1)
        if since > 1:
            yield Need(since, f"the specifier %{letter}", refused)


def with_placeholders(value: str) -> str:
    """The value with made-up text for its specifiers, an absolute path where it is one: enough to judge its form."""

    def example(match: re.Match[str]) -> str:
        letter = match[1]
        return "%" if letter == "%" else "/x" if letter in _PATH_SPECIFIERS else "0" if letter in "UG" else "x"

    return _SPECIFIER.sub(example, value) if "%" in value else value


def expand(value: str, known: Mapping[str, str]) -> str:
    """The value with its specifiers replaced; ValueError names the first that is not among the known ones."""

    def resolve(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise ValueError(
                f"What “%{match[1]}” stands for is only known on the machine, and the preparation needs it. "
                "Write the value itself, or use %p, %i, %n, %N, %j, %S, %C, %L, %t or %E."
            )
        return known[match[1]]

    return _SPECIFIER.sub(resolve, value)

"""A UnitFile as the text of a unit file (systemd.syntax(7))."""

from collections.abc import Iterator

from app import catalogue
from app.unitfile import WRITABLE, UnitFile


def render(unit: UnitFile) -> str:
    """The unit file: [Unit], [Service], [Install], only what is set, values as they stand."""
    named = {*unit.resets, WRITABLE, *(line.name for line in unit.assignments)}
    sections: dict[str, list[str]] = {section: [] for section in catalogue.SECTIONS}
    for directive in catalogue.DIRECTIVES:
        if directive.name in named:
            sections[directive.section].extend(_lines(unit, directive.name))
    return "\n".join(
        f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items() if lines
    )


def _lines(unit: UnitFile, name: str) -> Iterator[str]:
    if name in unit.resets:
        yield f"{name}="
    for value in (*unit.values(name), *unit.derived_values(name)):
        yield f"{name}={value}"

"""A UnitFile as the text of a unit file (systemd.syntax(7))."""

from collections.abc import Iterator

from app import catalogue
from app.unitfile import UnitFile


def render(unit: UnitFile) -> str:
    """The unit file: [Unit], [Service], [Install], only what is set, values as they stand."""
    sections = [(section, list(_lines(unit, section))) for section in catalogue.SECTIONS]
    return "\n".join(f"[{section}]\n" + "".join(f"{line}\n" for line in lines) for section, lines in sections if lines)


def _lines(unit: UnitFile, section: str) -> Iterator[str]:
    for directive in catalogue.DIRECTIVES:
        if directive.section == section:
            if directive.name in unit.resets:
                yield f"{directive.name}="
            for value in [*unit.values(directive.name), *unit.derived_values(directive.name)]:
                yield f"{directive.name}={value}"

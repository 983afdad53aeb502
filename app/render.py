"""A UnitFile as the text of a unit file (systemd.syntax(7))."""

from app import catalogue
from app.unitfile import WRITABLE, UnitFile


def render(unit: UnitFile) -> str:
    """The unit file: [Unit], [Service], [Install], only what is set, values as they stand."""
    sections: dict[str, list[str]] = {section: [] for section in catalogue.SECTIONS}
    for name, value in _lines(unit):
        directive = catalogue.find(name)
        sections[directive.section].append(f"{directive.word}={value}\n")
    return "\n".join(f"[{name}]\n{''.join(lines)}" for name, lines in sections.items() if lines)


def _lines(unit: UnitFile) -> list[tuple[str, str]]:
    """All lines in the order of the file: of a directive first the empty one that resets it, then its values as given."""
    resets = ((name, "") for name in unit.resets)
    derived = ((WRITABLE, value) for value in unit.derived_values(WRITABLE))
    lines = [*resets, *unit.assignments, *derived]
    return sorted(lines, key=lambda line: catalogue.position(line[0]))

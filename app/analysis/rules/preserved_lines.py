"""Findings on lines of an imported file that no field holds."""

from collections.abc import Iterator

from app.analysis.rules.finding import Finding, Rule
from app.effective import Effective
from app.unitfile.preserved import PreservedLine
from app.values import quoted


def preserved_directive(unit: Effective) -> Iterator[Finding]:
    """The form does not accept the value of this directive, so the line is written as in the imported file. systemd
    ignores most such values, so that the setting has no effect, and refuses the unit for some. If systemd accepts the
    value, its effect is not checked here (src/core/load-fragment.c of systemd).
    """
    for preserved in unit.file.preserved:
        if preserved.is_unvalidated and not preserved.defect:
            name = preserved.row.name if preserved.row else ""
            yield Finding(
                "kept",
                "warning",
                name or "kept",
                f"“{quoted(preserved.text)}” was kept from the imported file. {preserved.why}{_instead(unit, preserved)}",
            )


def _instead(unit: Effective, preserved: PreservedLine) -> str:
    """What is uncertain for it."""
    row = preserved.row
    value = unit.file.value(row.name) if row and not row.repeats else ""
    return (
        f" Should systemd take it, it may hold instead of “{quoted(value)}”."
        if value
        else " Findings, score and access leave it out."
    )


def unwritable_line(unit: Effective) -> Iterator[Finding]:
    """systemd would read this line as a different one, or the line contains invisible characters. Such a line is not
    written, so the copy is incomplete (src/shared/conf-parser.c of systemd).
    """
    lines = [preserved for preserved in unit.file.preserved if preserved.defect]
    if lines:
        count = "One line" if len(lines) == 1 else f"{len(lines)} lines"
        numbers = ", ".join(str(kept.line) for kept in lines[:5] if kept.line)
        where = f" ({numbers}{', …' if len(lines) > 5 else ''})" if numbers else ""
        yield Finding(
            "left-out",
            "warning",
            "kept",
            f"{count} of the imported file{where} cannot be written out, so this copy is not whole.",
        )


RULES: tuple[Rule, ...] = (
    Rule(preserved_directive, ("kept",), ("warning",), "Imported directive without a matching field"),
    Rule(unwritable_line, ("left-out",), ("warning",), "Imported line that cannot be written"),
)  # fmt: skip

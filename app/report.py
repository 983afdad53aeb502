"""Everything there is to say about a unit, in one value: page, JSON and raw texts are read off it."""

import shlex
from dataclasses import dataclass
from typing import Any

from app import catalogue, exposure, links, prep
from app.effective import Effective
from app.exposure import Closing, Exposure
from app.forms import Entry
from app.render import render
from app.rules import Finding, secret_names
from app.shell import Step, paste, pasted_comment
from app.unitfile import UnitFile


@dataclass(frozen=True)
class Report:
    """The texts of one unit. link is from the root on, "" where none may or can be made, and no_link says why.

    exposure: systemd's own score, None for a systemd that has none.
    """

    unit: UnitFile
    text: str
    prep: tuple[Step, ...]
    install: tuple[Step, ...]
    findings: tuple[Finding, ...]
    exposure: Exposure | None
    link: str
    no_link: str

    @property
    def file(self) -> str:
        """The name of the unit's file."""
        return f"{self.unit.name}.service"

    def prep_script(self) -> str:
        """The preparation as a script for root."""
        return prep.prepare_script(Effective(self.unit))

    def install_script(self) -> str:
        """The installation as a script for root."""
        return prep.install_script(Effective(self.unit))

    def curl(self, base: str) -> str:
        """A line that fetches the unit; base is the address of the site without a slash at its end."""
        return (
            shlex.join(["curl", "-fsS", "-o", self.file, base + links.link(self.unit, f"/{self.file}")])
            if self.link
            else ""
        )

    def as_json(self, base: str) -> dict[str, Any]:
        """The report for programs: texts as shown, links from the root on."""
        return {
            "name": self.unit.name,
            "unit": self.text,
            "prep": steps_text(self.prep),
            "install": steps_text(self.install),
            "link": self.link or None,
            "curl": self.curl(base) or None,
            "findings": findings_json(self.findings),
            "exposure": self.exposure.as_json() if self.exposure else None,
        }


def make_report(entry: Entry) -> Report:
    """The report on what came in through the door without errors."""
    unit = entry.unit
    if unit is None:
        raise ValueError("There is no unit to report on.")
    effective = Effective(unit)
    no_link = _why_no_link(unit)
    return Report(
        unit,
        render(unit),
        prep.prepare(effective),
        prep.install(effective),
        tuple(entry.advice),
        exposure.assess(effective),
        "" if no_link else links.link(unit),
        no_link,
    )


def _why_no_link(unit: UnitFile) -> str:
    if secret_names(unit):
        return "There is no link: it would carry what looks like a secret into histories and logs."
    if links.is_too_long(unit):
        return (
            f"There is no link: it would be longer than the {links.LONGEST} bytes that servers and chat programs carry."
        )
    return ""


def steps_text(steps: tuple[Step, ...]) -> str:
    """Steps as text to paste: a comment that says why over each."""
    return "\n".join(f"{pasted_comment(step.why)}\n" + (f"{paste(step)}\n" if step.actions else "") for step in steps)


def findings_json(findings: tuple[Finding, ...] | list[Finding]) -> list[dict[str, str | None]]:
    """Findings for programs; a fix is a link from the root on."""
    return [
        {
            "id": finding.id,
            "severity": finding.severity,
            "field": finding.field,
            "message": finding.message,
            "why": finding.why,
            "fix": fix_link(finding),
        }
        for finding in findings
    ]


def fix_link(finding: Finding) -> str | None:
    """The link that mends a finding, where one may and can be made."""
    if finding.fix is None or _why_no_link(finding.fix.unit):
        return None
    return links.link(finding.fix.unit)


def closing_words(changes: Closing) -> str:
    """What takes the points of a row of the score away, in words."""
    words = [f"{name}={value}" for name, values in changes for value in values[-1:]]
    return f"Set {' and '.join(words)}" if words else f"Take {changes[0][0]}= out"


def closing_link(unit: UnitFile, changes: Closing) -> str:
    """The link that makes these changes, "" where none may or can be made."""
    if not {name for name, _ in changes} <= set(catalogue.names()):
        return ""
    closed = exposure.close(unit, changes)
    return "" if _why_no_link(closed) else links.link(closed)

"""Everything that the site says about one unit, in one value: page, JSON and raw texts are read off it."""

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from app import catalogue
from app.analysis import exposure, failures
from app.analysis.access import Access, assess, paths_of
from app.analysis.exposure import Closing, Exposure, ScoreRow
from app.analysis.failures import Diagnosis
from app.analysis.rules import TOO_MANY_DIRECTORIES, Finding, commands_as_root, secret_names, with_working_fixes
from app.analysis.timer import TimerSchedule, timer_schedule
from app.effective import ChangedSetting, Effective, instances_of
from app.host import install as installation
from app.host import prep
from app.host.ansible import playbook
from app.host.dropin import DropIn, drop_in
from app.host.native_files import not_replaced
from app.host.shell import ShellCommand, Step, comment, paste, pasted_comment
from app.host.sysusers import sysusers
from app.host.tmpfiles import tmpfiles
from app.host.undo import undo_script
from app.unitfile import links
from app.unitfile.model import UnitFile
from app.unitfile.render import files, render

SCHEMA = 2
"""The version of the shape of report.json; it grows when a key is added or changes its meaning."""


@dataclass(frozen=True)
class Report:
    """One unit with its complete analysis. Each part is computed on first use, because a raw answer needs only one."""

    unit: UnitFile
    judged: tuple[Finding, ...] = ()
    """The findings on the unit. Their fixes have not been tried yet."""
    looks: tuple[str, ...] = ()
    """Further absolute paths to show in the access table."""

    @cached_property
    def text(self) -> str:
        """The service's file, "" where there is none."""
        return render(self.unit)

    @cached_property
    def files(self) -> dict[str, str]:
        """The text of each file by its name, the service's first."""
        return files(self.unit)

    @cached_property
    def services(self) -> tuple[Effective, ...]:
        """The services that it starts: one, or the instances of a template that are named."""
        return instances_of(self.unit)

    @cached_property
    def effective(self) -> Effective:
        """The service, or the instance that stands for all."""
        return self.services[0] if self.services else Effective(self.unit)

    @cached_property
    def whole(self) -> Effective:
        """The unit as it is, a template too."""
        return Effective(self.unit) if self.unit.is_template else self.effective

    @cached_property
    def prep(self) -> tuple[Step, ...]:
        """What the machine needs before the first start."""
        return (Step(self.lacks),) if self.lacks else prep.prepare(*self.services)

    @cached_property
    def install(self) -> tuple[Step, ...]:
        """How the files get to their place and the service starts."""
        return (Step(self.lacks),) if self.lacks else installation.install(*self.services)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with it, worst first; a fix is left out where following it would not help."""
        return tuple(with_working_fixes(self.unit, list(self.judged)))

    @cached_property
    def access(self) -> tuple[Access, ...]:
        """What it may do at the paths that matter."""
        if self.too_many:
            return ()
        return _picture(self.effective, self.services[1:], self.looks)

    @cached_property
    def exposure(self) -> Exposure | None:
        """systemd's own score, None for a systemd that has none."""
        return exposure.assess(self.effective)

    @property
    def changes(self) -> tuple[ChangedSetting, ...]:
        """The settings whose effective value differs from what is written."""
        return self.whole.changes

    @cached_property
    def costly(self) -> tuple[tuple[ScoreRow, Closing | None], ...]:
        """The rows of the score that cost points, the most expensive first, each with the changes that close it."""
        rows = self.exposure.costly if self.exposure else ()
        return tuple((row, exposure.changes_that_close(self.whole, row)) for row in rows)

    @cached_property
    def failures(self) -> Diagnosis:
        """The statuses with which the service can fail, and what in the unit leads to each."""
        return failures.diagnose(self.whole)

    @cached_property
    def first_look(self) -> tuple[ShellCommand, ...]:
        """The commands to start with when the service fails."""
        return failures.first_look(self.whole)

    def timer(self, at: datetime) -> TimerSchedule | None:
        """When the timer beside the service starts it, from a moment with a time zone on; None without a timer."""
        return timer_schedule(self.effective, at)

    def drop_ins(self, before: UnitFile) -> dict[str, DropIn]:
        """What differs from the unit as it was, as a drop-in for each of its files, by the file's suffix."""
        return {suffix: drop_in(before, self.unit, suffix) for suffix in before.suffixes}

    @cached_property
    def link(self) -> str:
        """Its link from the root on, "" where none may or can be made."""
        return unit_link(self.unit)

    @cached_property
    def no_link(self) -> str:
        """Why there is no link."""
        return _why_no_link(self.unit)

    @property
    def file(self) -> str:
        """The name of the unit's first file, the service's where there is one."""
        return next(iter(self.files))

    def prep_script(self) -> str:
        """The preparation as a script for root."""
        return prep.prepare_script(*instances_of(self.unit))

    def install_script(self) -> str:
        """The installation as a script for root."""
        return installation.install_script(*instances_of(self.unit))

    @property
    def sysusers(self) -> str:
        """The accounts of the preparation, for sysusers.d(5)."""
        return self._native(sysusers)

    @property
    def tmpfiles(self) -> str:
        """The directories of the preparation, for tmpfiles.d(5)."""
        return self._native(tmpfiles)

    @cached_property
    def native_limits(self) -> tuple[str, ...]:
        """Why the files for sysusers.d(5) and tmpfiles.d(5) cannot replace the preparation script; nothing where they can."""
        return not_replaced(*self.services) if self.services else ()

    @property
    def ansible(self) -> str:
        """Preparation and installation as an Ansible playbook."""
        return self._native(playbook)

    def undo_script(self) -> str:
        """The script for root that undoes preparation and installation."""
        return self._native(undo_script)

    def _native(self, text: Callable[..., str]) -> str:
        """A text that follows from what the services need; of a template without instances a comment that says what is missing."""
        return f"{comment(self.lacks)}\n" if self.lacks else text(*instances_of(self.unit))

    @property
    def lacks(self) -> str:
        """What keeps scripts from being made: a template without instances, or too many directories; "" where nothing does."""
        return prep.missing_instance(self.unit) or self.too_many

    @cached_property
    def too_many(self) -> str:
        """That the unit has more directories than are prepared and explained at once; "" where it has not."""
        found = (finding.message for finding in self.judged if finding.id == TOO_MANY_DIRECTORIES)
        return next(found, "")

    @property
    def instances(self) -> tuple[Effective, ...]:
        """The instances of a template that are named, the first of which findings and pictures show."""
        return instances_of(self.unit) if self.unit.is_template else ()

    def curl(self, base: str) -> str:
        """A line that fetches the files; base is the address of the site without a slash at its end."""
        if not self.link:
            return ""
        if len(self.files) == 1:
            return shlex.join(["curl", "-fsS", "-o", self.file, base + links.link(self.unit, f"/{self.file}")])
        path = f"/{self.unit.name}.{{{','.join(self.unit.suffixes)}}}"
        return shlex.join(["curl", "-fsS", "--remote-name-all", base + links.link(self.unit, path)])

    def as_json(self, base: str, at: datetime) -> dict[str, Any]:
        """The report for programs: texts as shown, links from the root on. at: the moment from which a timer is read."""
        timer = self.timer(at)
        return {
            "schema": SCHEMA,
            "name": self.unit.name,
            "instances": [{"unit": one.file_name, "user": one.account or "root"} for one in self.instances],
            "unit": self.text or None,
            "files": self.files,
            "prep": steps_text(self.prep),
            "install": steps_text(self.install),
            "sysusers": self.sysusers,
            "tmpfiles": self.tmpfiles,
            "ansible": self.ansible,
            "undo": self.undo_script(),
            "link": self.link or None,
            "curl": self.curl(base) or None,
            "findings": findings_json(self.findings),
            "runs_as_root": [command.as_json() for command in commands_as_root(self.whole)],
            "access": [cell.as_json() for cell in self.access],
            "exposure": self.exposure.as_json() if self.exposure else None,
            "changes": [change._asdict() for change in self.changes],
            "failures": self.failures.as_json(),
            **({"timer": timer.as_json()} if timer else {}),
        }


def _picture(unit: Effective, siblings: Iterable[Effective], looks: Iterable[str]) -> tuple[Access, ...]:
    """What a service may do at the paths that matter, those asked about, and the directories of its siblings."""
    others = [place for sibling in siblings for place in paths_of(sibling)]
    return assess(unit, (*(place.path for place in others), *looks), others)


def _why_no_link(unit: UnitFile) -> str:
    if unit.preserved:
        return "There is no link: it cannot carry the lines of the imported file that no field holds, such as comments."
    if secret_names(unit):
        return "There is no link: it would carry what looks like a secret into histories and logs."
    if links.is_too_long(unit):
        return f"There is no link: it would be longer than the {links.max_link()} bytes that servers and chat programs carry."
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
    return unit_link(finding.fix.unit) or None if finding.fix else None


def unit_link(unit: UnitFile) -> str:
    """The link of a unit, "" where none may or can be made."""
    return "" if _why_no_link(unit) else links.link(unit)


def closing_words(changes: Closing) -> str:
    """What takes the points of a row of the score away, in words."""
    words = [f"{name}={value}" for name, values in changes for value in values[-1:]]
    return f"Set {' and '.join(words)}" if words else f"Take {changes[0][0]}= out"


def closing_link(unit: UnitFile, changes: Closing) -> str:
    """The link that makes these changes, "" where none may or can be made."""
    return unit_link(exposure.with_changes(unit, changes)) if is_closable(changes) else ""


def is_closable(changes: Closing) -> bool:
    """Whether a link can carry these changes."""
    return all(catalogue.is_known(name) for name, _ in changes)

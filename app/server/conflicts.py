"""All conflicts of a server, worst first, each with a fix only where following it mends."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from app.analysis import rules
from app.analysis.rules import SEVERITIES
from app.analysis.rules.finding import reason
from app.server import accounts, directories, shared
from app.server.conflict import Conflict, Key, ServiceChange
from app.server.fixes import free_name, renamed
from app.server.member import Server
from app.unitfile import links
from app.unitfile.model import UnitFile

MAX_PER_RULE = 100
"""Conflicts of one rule that are told at once."""

MAX_FIXES, MAX_WORK = 40, 4_000
"""Conflicts that get a fix at once, the worst, and for how many services, directories and writable paths all of them together
are judged again: each fix is tried out on all services. The other conflicts get a fix when these are fixed."""

MAX_MESSAGE, MAX_LABEL = 500, 120
"""Characters of a conflict's sentence and of its fix's label, which quote names and paths."""


class ConflictRule(NamedTuple):
    """One rule on several services: what it checks, and how the page of rules lists it."""

    check: Callable[..., Any]
    """Yields the conflicts of a server; its docstring is the reason that people read."""
    ids: tuple[str, ...]
    """The ids of its conflicts: numbers of pitfalls, or words."""
    severities: tuple[str, ...]
    """The severities that its conflicts can have."""
    title: str
    """What it finds, as a noun phrase without a full stop."""

    @property
    def why(self) -> str:
        """The reason that the page of rules shows."""
        return reason(self.check)


_WARNING = ("warning",)

CONFLICT_RULES = (
    ConflictRule(directories.handed_over_with_others, ("chown",), ("error",), "Own directory overlaps a directory of another service"),
    ConflictRule(accounts.shared_user, ("P6",), _WARNING, "Two services run as the same user"),
    ConflictRule(accounts.runs_as_root, ("P2",), _WARNING, "One service runs as root"),
    ConflictRule(accounts.group_opens_machine, ("P42",), _WARNING, "Group grants access to all services"),
    ConflictRule(accounts.capabilities_open_all, ("P57",), _WARNING, "Capability grants access to all services"),
    ConflictRule(directories.same_directory, ("P7", "P8"), ("warning", "hint"), "Two services share a managed directory"),
    ConflictRule(directories.nested_directory, ("P36", "P8"), ("warning", "hint"), "Directory inside another service’s directory"),
    ConflictRule(directories.writes_over_others, ("P9",), _WARNING, "Writable path reaches the directory of another service"),
    ConflictRule(directories.open_to_all, ("P5",), _WARNING, "Directory mode grants access to all other services"),
    ConflictRule(shared.shared_scratch, ("P44",), _WARNING, "Two services share /tmp"),
    ConflictRule(shared.visible_processes, ("P45",), _WARNING, "Processes of other services are visible in /proc"),
    ConflictRule(accounts.same_number, ("same-number",), ("warning",), "Duplicate UID or GID"),
    ConflictRule(accounts.shared_group, ("shared-group",), ("warning", "note"), "Service belongs to the group of another service’s directory"),
    ConflictRule(shared.shared_memory, ("P44",), ("note",), "Two services share /dev/shm"),
)  # fmt: skip
"""Every rule on several services, as the page of rules shows it; in this order conflicts as bad as each other are told."""


def same_name(at: int, unit: UnitFile, taken: frozenset[str]) -> Conflict:
    """A machine has only one unit of each name. The unit that is installed second replaces the first and uses its data
    (systemd.unit(5)).
    """
    name = free_name(unit, taken)
    other = renamed(unit, name) if name else unit
    is_mended = bool(name) and not any(finding.severity == "error" for finding in rules.judge(other))
    return Conflict(
        "same-name",
        "error",
        (unit.name, unit.name),
        "name",
        f"{at}",
        f"Service {at + 1} is called {unit.name} as one before it: it is not judged. Give it another name, or take one of them out.",
        fix=ServiceChange(f"Call service {at + 1} {name}", at, other) if is_mended else None,
        why=reason(same_name),
    )


def judge(server: Server) -> list[Conflict]:
    """The conflicts, worst first, each with its why; their fixes are not made yet."""
    found = (
        replace(conflict, why=row.why, message=_cut(conflict.message, MAX_MESSAGE)) for row, conflict in _all(server)
    )
    return sorted(found, key=lambda conflict: SEVERITIES.index(conflict.severity))


def _all(server: Server) -> Iterator[tuple[ConflictRule, Conflict]]:
    return ((row, conflict) for row in CONFLICT_RULES for conflict in islice(row.check(server), MAX_PER_RULE))


def _cut(text: str, maximum: int) -> str:
    return text if len(text) <= maximum else f"{text[: maximum - 2]}…."


def find(server: Server, judged: list[Conflict] | None = None) -> list[Conflict]:
    """The conflicts, worst first, each with its fix only where following it mends it and brings nothing as bad."""
    conflicts = judge(server) if judged is None else judged
    known = {conflict.key for conflict in conflicts}
    size = sum(1 + len(member.holdings) + len(member.writes) for member in server.members)
    maximum = min(MAX_FIXES, 1 + MAX_WORK // (1 + size))
    worst = [replace(conflict, fix=_fix(server, conflict, known)) for conflict in conflicts[:maximum]]
    return worst + conflicts[maximum:]


def _fix(server: Server, conflict: Conflict, known: set[Key]) -> ServiceChange | None:
    fix = conflict.make_fix()
    if fix is None or links.is_too_long(fix.unit):
        return None
    rank = SEVERITIES.index(conflict.severity)
    if not _adds_no_conflict(server, fix, rank):
        return None
    after = [left for _, left in _all(server.with_unit(fix.at, fix.unit))]
    added = [new for new in after if new.key not in known and SEVERITIES.index(new.severity) <= rank]
    is_left = conflict.key in {left.key for left in after}
    return None if added or is_left else fix._replace(label=_cut(fix.label, MAX_LABEL))


def _adds_no_conflict(server: Server, fix: ServiceChange, rank: int) -> bool:
    """Whether a change brings nothing as bad to the service that it changes."""
    known = {(finding.id, finding.field) for finding in server.members[fix.at].findings}
    try:
        after = rules.judge(fix.unit)
    except ValueError:  # the change made a value that cannot be read
        return False
    return not any((new.id, new.field) not in known and SEVERITIES.index(new.severity) <= rank for new in after)


ALL_CONFLICT_RULES = (
    ConflictRule(same_name, ("same-name",), ("error",), "Two services have the same name"),
    *CONFLICT_RULES,
)
"""The rules with the one on names, which is asked before a server can be made of the services."""

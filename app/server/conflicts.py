"""All conflicts of a server, worst first, each with a fix only where following it mends."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from app.analysis import rules
from app.analysis.rules import SEVERITIES
from app.server import accounts, directories, shared
from app.server.conflict import Change, Conflict, Key
from app.server.fixes import free_name, renamed
from app.server.member import Server
from app.unitfile import links
from app.unitfile.model import UnitFile

MOST_OF_A_RULE = 100
"""Conflicts of one rule that are told at once."""

MOST_FIXES, MOST_WORK = 40, 4_000
"""Conflicts that get a fix at once, the worst, and for how many services, directories and writable paths all of them together
are judged again: each fix is tried out on all services. The other conflicts get a fix when these are fixed."""

LONGEST_MESSAGE, LONGEST_LABEL = 500, 120
"""Characters of a conflict's sentence and of its fix's label, which quote names and paths."""


class Told(NamedTuple):
    """A rule in the reference: the ids and severities of its conflicts, and a title."""

    rule: Callable[..., Any]
    ids: tuple[str, ...]
    severities: tuple[str, ...]
    title: str


_WARNING = ("warning",)

TOLD = (
    Told(directories.handed_over_with_others, ("chown",), ("error",), "A directory handed over in which another service has its own"),
    Told(accounts.shared_user, ("P6",), _WARNING, "Two services with one user"),
    Told(accounts.runs_as_root, ("P2",), _WARNING, "A service that runs as root among others"),
    Told(accounts.group_opens_machine, ("P42",), _WARNING, "A service in a group that opens all others"),
    Told(accounts.capabilities_open_all, ("P57",), _WARNING, "A service with a capability that opens all others"),
    Told(directories.same_directory, ("P7", "P8"), ("warning", "hint"), "Two services with one managed directory"),
    Told(directories.nested_directory, ("P36", "P8"), ("warning", "hint"), "A directory of one service in that of another"),
    Told(directories.writes_over_others, ("P9",), _WARNING, "A writable path that reaches another service's directory"),
    Told(directories.open_to_all, ("P5",), _WARNING, "A directory that its mode opens to all other services"),
    Told(shared.shared_scratch, ("P44",), _WARNING, "Two services that share /tmp"),
    Told(shared.visible_processes, ("P45",), _WARNING, "A service that sees the processes of the others"),
    Told(accounts.same_number, ("same-number",), ("warning",), "One number for two accounts, or two numbers for one"),
    Told(accounts.shared_group, ("shared-group",), ("warning", "note"), "A service in the group of another's directory"),
    Told(shared.shared_memory, ("P44",), ("note",), "Two services that share /dev/shm"),
)  # fmt: skip
"""Every rule on several services, as the page of rules shows it; in this order conflicts as bad as each other are told."""


def same_name(at: int, unit: UnitFile, taken: frozenset[str]) -> Conflict:
    """A machine has one unit of a name: installed second, it takes the place of the first, and its data with it
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
        fix=Change(f"Call service {at + 1} {name}", at, other) if is_mended else None,
        why=why(same_name),
    )


def judge(server: Server) -> list[Conflict]:
    """The conflicts, worst first, each with its why; their fixes are not made yet."""
    found = (
        replace(conflict, why=why(row.rule), message=_cut(conflict.message, LONGEST_MESSAGE))
        for row, conflict in _all(server)
    )
    return sorted(found, key=lambda conflict: SEVERITIES.index(conflict.severity))


def _all(server: Server) -> Iterator[tuple[Told, Conflict]]:
    return ((row, conflict) for row in TOLD for conflict in islice(row.rule(server), MOST_OF_A_RULE))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 2]}…."


@cache
def why(rule: Callable[..., object]) -> str:
    """The docstring of a rule, which a page shows: why it finds what it finds, and the source."""
    return " ".join((inspect.getdoc(rule) or "").split())


def find(server: Server, judged: list[Conflict] | None = None) -> list[Conflict]:
    """The conflicts, worst first, each with its fix only where following it mends it and brings nothing as bad."""
    conflicts = judge(server) if judged is None else judged
    known = {conflict.key for conflict in conflicts}
    size = sum(1 + len(member.holdings) + len(member.writes) for member in server.members)
    most = min(MOST_FIXES, 1 + MOST_WORK // (1 + size))
    worst = [replace(conflict, fix=_fix(server, conflict, known)) for conflict in conflicts[:most]]
    return worst + conflicts[most:]


def _fix(server: Server, conflict: Conflict, known: set[Key]) -> Change | None:
    fix = conflict.mend()
    if fix is None or links.is_too_long(fix.unit):
        return None
    rank = SEVERITIES.index(conflict.severity)
    if not _keeps_its_own_peace(server, fix, rank):
        return None
    after = [left for _, left in _all(server.with_unit(fix.at, fix.unit))]
    added = [new for new in after if new.key not in known and SEVERITIES.index(new.severity) <= rank]
    is_left = conflict.key in {left.key for left in after}
    return None if added or is_left else fix._replace(label=_cut(fix.label, LONGEST_LABEL))


def _keeps_its_own_peace(server: Server, fix: Change, rank: int) -> bool:
    """Whether a change brings nothing as bad to the service that it changes."""
    known = {(finding.id, finding.field) for finding in server.members[fix.at].findings}
    try:
        after = rules.judge(fix.unit)
    except ValueError:  # the change made a value that cannot be read
        return False
    return not any((new.id, new.field) not in known and SEVERITIES.index(new.severity) <= rank for new in after)


ALL_TOLD = (Told(same_name, ("same-name",), ("error",), "Two services with one name"), *TOLD)
"""The rules with the one on names, which is asked before a server can be made of the services."""

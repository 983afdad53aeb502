"""What systemd makes of one value of one directive: it takes it, ignores it, or refuses the unit.

By hand: ``python3 -m tests.system.asking 247 252 <<<'CPUWeight=10'`` prints what each version says of each line of its input.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app import catalogue
from app.values import BpfDelegation, Kind, LogPattern
from tests.system import lab

AT_ONCE = 400

# Said of values that are taken all the same, of files and units that a root does not have, and of lines that are missing
# beside the one in question.
NOTICES = re.compile(
    r"Accepting user/group name|Command .* is not executable|Executable .* missing|Unit .* not found|is deprecated\. Please use"
    r"|which is deprecated\. Please update|is obsolete, replacing by|references a path below legacy directory|The !! modifier .* is now ignored"
    r"|Unit uses \w+=; please use|no credentials are in use\. The credentials tree"
    r"|is obsolete, automatically updating|Unsupported CPU scheduling policy|systemd-journald(-varlink)?@\S*:"
    r"|Creating .*/start job|Trying to enqueue job|Installed new job|Enqueued job"
)
# Some lines that are ignored do not say so.
_IGNORED = re.compile(
    r"ignor|Failed to resolve (unit )?specifiers in|path is not (absolute|normalized)|CPU affinity|Invalid value for|Cannot add CPU|(is )?dropped\.?$|Bad pattern|, resetting RestartSec=",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"bad unit file setting|Refusing\.|[Ff]ailed to load(?! slice unit)|Failed to create .*/start")


# What a directive needs beside it: systemd 247 aborts over Type=dbus alone.
BESIDE = {"Type": {"BusName": "org.example.x-%N"}}


class Case(NamedTuple):
    """A directive's name as in the catalogue, and the value to ask about."""

    name: str
    value: str


class Said(NamedTuple):
    """What systemd makes of a case: "taken", "ignored" or "refused"; and its words, notices left out."""

    outcome: str
    lines: tuple[str, ...]
    unclear: tuple[str, ...]
    """Lines that say none of the three."""


def unit_with(case: Case) -> str:
    """A unit that holds the case, and nothing else that systemd could speak of."""
    section, _, word = case.name.rpartition(".")
    section = section or (catalogue.find(case.name).section if catalogue.is_known(case.name) else "Service")
    command = "" if word == "ExecStart" else "ExecStart=/bin/true\n"
    command += "".join(f"{name}={value}\n" for name, value in BESIDE.get(word, {}).items())
    line = f"{word}={case.value}\n"
    if section == "Service":
        return f"[Service]\n{command}{line}"
    # Verify makes a start job of each unit: what it orders itself by must not be what it is ordered by anyway.
    alone = "" if word == "DefaultDependencies" else "DefaultDependencies=no\n"
    return f"[Unit]\n{alone}{line}[Service]\n{command}StandardOutput=null\n"


def ask(
    root: Path, cases: Iterable[Case], options: Sequence[str] = (), text: Callable[[Case], str] = unit_with
) -> list[Said]:
    """What the systemd of a root makes of each case."""
    said: list[Said] = []
    left = iter(cases)
    while some := tuple(islice(left, AT_ONCE)):
        units = {f"unit{len(said) + at}.service": text(case) for at, case in enumerate(some)}
        found = lab.verify(root, units, *options)
        # A value with a line end that an escape made goes on in a line of its own.
        others = [line for line in found.pop("") if line.strip() and not NOTICES.search(line)]
        stray = [line for line in others if not told_of(line, some, found)]
        if stray:
            raise lab.LabError(f"lines of no unit: {stray}")
        said.extend(judge(found[name]) for name in units)
    return said


# Lines that name no unit, but quote a word of a value: the kind of the value, and how the word stands in it.
NAMELESS: tuple[tuple[str, type[Kind], Callable[[str, str], bool]], ...] = (
    ('Bad pattern "(.*)": ', LogPattern, lambda value, word: value.removeprefix("~") == word),
    (
        "Unknown BPF delegate option, ignoring: (.*)",
        BpfDelegation,
        lambda value, word: value != "any" and word in value.replace(r"\\", "\\").split(","),
    ),
)


def told_of(line: str, cases: Sequence[Case], found: dict[str, list[str]]) -> bool:
    """Whether a line that names no unit quotes a word that units hold; it goes to all of them."""
    for pattern, kind, holds in NAMELESS:
        quoted = re.match(pattern, line)
        for case, lines in zip(cases, found.values(), strict=False) if quoted else ():
            if isinstance(_kind_of(case.name), kind) and quoted and holds(case.value, quoted[1]):
                lines.append(line)
        if quoted:
            return True
    return False


def _kind_of(name: str) -> Kind | None:
    return catalogue.find(name).kind if catalogue.is_known(name) else None


def judge(lines: list[str]) -> Said:
    """What the lines about one unit come to."""
    spoken = tuple(line for line in lines if not NOTICES.search(line))
    refused = [line for line in spoken if _REFUSED.search(line)]
    ignored = [line for line in spoken if _IGNORED.search(line)]
    unclear = () if refused else tuple(line for line in spoken if line not in ignored)
    return Said("refused" if refused else "ignored" if ignored else "taken", spoken, unclear)


if __name__ == "__main__":
    asked = [Case(*line.rstrip("\n").split("=", 1)) for line in sys.stdin if "=" in line]
    for version in map(int, sys.argv[1:] or lab.SUITES):
        for case, answer in zip(asked, ask(lab.root(version), asked), strict=True):
            print(f"{version} {answer.outcome:8} {case.name}={case.value}", *answer.lines, sep="\n      ")

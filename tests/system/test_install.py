"""systemctl enable takes the values of [Install] that we take, and none that we refuse; nothing else reads them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from app import catalogue
from tests.system import lab
from tests.values import test_units
from tests.values.claims import judged, pairs

# A root of its own for each line of the input, so that no link is in the way of another.
ENABLE = r"""
at=0
while IFS= read -r line; do
  folder=/tmp/roots/$at/etc/systemd/system name=unit.service
  mkdir -p $folder
  case $line in DefaultInstance=*) name=unit@.service line="$line
WantedBy=x.target" ;; esac
  printf '[Service]\nExecStart=/bin/true\n[Install]\n%s\n' "$line" >$folder/$name
  systemctl --root=/tmp/roots/$at enable $name 2>&1 | sed "s:^:$at :"
  at=$((at + 1))
done
"""
COMPLAINT = re.compile("Failed|[Ii]nvalid|ignoring|rejecting|not a valid|Unknown key")
# The units of Also= do not exist in these roots, and nothing more is said of those that may.
NOTICE = re.compile("does not exist|auxiliary unit|non-existent unit")
ROWS = [row for row in catalogue.DIRECTIVES if row.section == "Install"]


def enabled(root: Path, lines: Iterable[str]) -> list[list[str]]:
    """What the systemctl of a root complains of as it enables a service for each line of [Install]."""
    lines = list(lines)
    said: list[list[str]] = [[] for _ in lines]
    with lab.throwaway(root) as copy:
        done = lab.run_in(copy, ["sh", "-euc", ENABLE], input="".join(f"{line}\n" for line in lines), timeout=300)
    assert done.stderr == ""
    for numbered in done.stdout.splitlines():
        at, _, line = numbered.partition(" ")
        if COMPLAINT.search(line) and not NOTICE.search(line):
            said[int(at)].append(line)
    return said


def is_taken(name: str, value: str, version: int) -> bool:
    """Whether we say that systemctl of a version takes a value."""
    row = catalogue.find(name)
    return (
        judged(name, value) == ""
        and row.since <= version
        and all(need.is_met(version) for need in row.kind.needs(row.kind.normalise(value)))
    )


@pytest.mark.parametrize("version", lab.SUITES)
def test_systemctl_accepts_exactly_the_values_that_we_accept(version: int, say: Callable[..., None]) -> None:
    examples = {row.name: [row.example] for row in ROWS}
    cases = list(dict.fromkeys(pairs(test_units.INSTALLED, test_units.NOT_INSTALLED, examples)))
    said = enabled(lab.root(version), (f"{name}={value}" for name, value in cases))
    wrong = {case: lines for case, lines in zip(cases, said, strict=True) if is_taken(*case, version) != (lines == [])}
    say(f"agreement of [Install], systemctl enable of {version}:")
    for row in ROWS:
        asked = [case for case in cases if case[0] == row.name]
        say(f"  {row.name:34}  {sum(case not in wrong for case in asked)}/{len(asked)}")
    assert wrong == {}


def test_every_directive_has_values_of_both_sorts() -> None:
    for row in ROWS:
        assert len(test_units.INSTALLED[row.name]) + len(test_units.NOT_INSTALLED[row.name]) >= 25

"""What the tool says of a value is what systemd says of it: every directive, five versions, both ways.

For each directive, values drawn from the strategy of its kind, the same spoilt, junk, and those of the tables in
tests/values. The tool's word goes through the door that links pass; systemd's is the stderr of systemd-analyze verify.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from werkzeug.datastructures import MultiDict

from app import catalogue
from app.catalogue import Directive
from app.values import Kind
from app.web.form import entry as forms
from tests.support import strategies
from tests.system import lab
from tests.system.asking import BESIDE, Case, Said, ask, judge, unit_with
from tests.system.stricter import STRICTER
from tests.values.tables import PAIRS

VERSIONS = (247, 252, 254, 257, 262)
DRAWN, SPOILT = 14, 14
LEAST_OF_A_DIRECTIVE = 20
LEAST_IN_ALL = 20_000
FEWEST_OF_A_FAMILY = 50
WANTED = 0.999
ALONE = {252: 500, 254: 500, 257: 500, 262: 500}

JUNK = (
    "foo", "yes", "No", "off", "2", "0", "1", "-1", "+1", "007", "08", "1.5", "1e3", "0x10", "infinity", "max", "auto", "none", "default",
    "99999999999999999999", "1 2", "a b", "a,b", "a:b", "a=b", "a/b", "/a", "/a/../b", "/", "..", ".", "~", "~x", "-", "!", "|", "@", "%n", "%Z", "%%", "%",
    "'a'", '"a b"', '"', r"a\x20b", r"a\\b", "10%", "150%", "1G", "1s", "5min 20s", "é", "root", "a.service", "a.target", "CAP_KILL", "AF_INET", "@clock", "read",
    "SIGTERM", "15", "0755", "127.0.0.1", "::1/64", "tcp:80", "/dev/null rw", "memory", "x:y:z",
)  # fmt: skip
_SIGNS = "%,;:/-~!+=.@*'\"\\ 09axZ"


def spoilt(value: str, chance: random.Random) -> str:
    """The value with something wrong, most of the time: a character gone, doubled, swapped, put in, or in the other case."""
    at = chance.randrange(len(value))
    return chance.choice(
        (
            value[:at] + value[at + 1 :],
            value[:at] + chance.choice(_SIGNS) + value[at:],
            value[:at] + value[at].swapcase() + value[at + 1 :],
            value[at:] + value[:at],
            value + chance.choice((",", ";", ":", "/", "-", "%", "x", " x", "0", "'", ":ro", " -1", ".")),
            chance.choice("-+~!|@:/ %'\"0x") + value,
            f"{value} {value}",
            value.upper() if chance.random() < 0.5 else value.lower(),
        )
    )


_DRAWN: dict[str, list[str]] = {}


def drawn(kind: Kind) -> list[str]:
    """Values of a kind, the same ones at every run; some are too new for some versions."""
    if repr(kind) not in _DRAWN:
        _DRAWN[repr(kind)] = _draw(kind)
    return _DRAWN[repr(kind)]


def _draw(kind: Kind) -> list[str]:
    values: dict[str, None] = {}

    @settings(
        derandomize=True,
        max_examples=60,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.KINDS[type(kind)](kind))
    def collect(value: str) -> None:
        values.setdefault(value)

    with strategies.alone():
        collect()
    return list(values)


def sayable(value: str) -> bool:
    """Whether a value can stand on a line of a unit as it is: what else there is, no file can ask systemd about."""
    return bool(value.strip()) and value == value.strip(" \t") and not forms_refuse(value)


def forms_refuse(value: str) -> bool:
    try:
        Kind().normalise(value)
    except ValueError:
        return True
    return False


def cases_of(row: Directive) -> list[Case]:
    """The cases of a directive: drawn, spoilt and junk, then what the tables say of it."""
    chance = random.Random(row.name)
    pool = drawn(row.kind)
    good = [row.sample, *chance.sample(pool, min(DRAWN, len(pool)))]
    bad = [spoilt(chance.choice(pool), chance) for _ in range(SPOILT)] + chance.sample(JUNK, SPOILT)
    tables = [value for name, value in PAIRS if name == row.name]
    return [Case(row.name, value) for value in dict.fromkeys([*good, *bad, *tables]) if sayable(value)]


ASKED = [row for row in catalogue.DIRECTIVES if row.section != "Install"]
"""The directives that systemd-analyze verify reads; tests/system/test_install.py asks about those of [Install]."""


class Told(NamedTuple):
    """What the tool says of a case: as systemd would, or "refused" where its own reasons stand in the way; and its words."""

    outcome: str
    words: list[str]


def told(case: Case, version: int) -> Told:
    """What the tool says of a case for a version."""
    command = [] if case.name == "ExecStart" else [("ExecStart", "/bin/true")]
    beside = [*command, *BESIDE.get(case.name, {}).items()]
    # An account that is there: which names can be created is useradd's to say.
    given = [("name", "unit"), ("systemd", str(version)), ("account", "existing"), *beside, tuple(case)]
    entry = forms.read_entry(MultiDict(given), posted=True)
    refusals = [sentence for field, said in entry.errors.items() for sentence in said if field != "account"]
    if refusals:
        return Told("refused", refusals)
    lost = [
        f.message for f in entry.findings if f.id in {"too-new", "removed", "combination"} and f.severity == "warning"
    ]
    return Told("ignored" if lost else "taken", lost)


class Compared(NamedTuple):
    """A case for a version, and the words of both."""

    case: Case
    version: int
    told: Told
    said: Said

    @property
    def agree(self) -> bool:
        """Whether both take it, or neither; and what we call ignored, systemd does not refuse."""
        if self.told.outcome == "ignored":
            return self.said.outcome == "ignored"
        return (self.told.outcome == "taken") == (self.said.outcome == "taken")

    @property
    def is_stricter(self) -> bool:
        """Whether we refuse on purpose what systemd takes."""
        return (
            self.told.outcome != "taken"
            and self.said.outcome == "taken"
            and any(row.covers(self.case, self.version) for row in STRICTER)
        )


def compared(root: Path, version: int, cases: list[Case]) -> list[Compared]:
    """All cases, asked of systemd and of the tool."""
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(ask, root, cases)
        words = [told(case, version) for case in cases]
        return [Compared(case, version, *both) for case, *both in zip(cases, words, said.result(), strict=True)]


@pytest.fixture(scope="module")
def everything() -> list[Compared]:
    """Every case of every directive on every version."""
    cases = [case for row in ASKED for case in cases_of(row)]
    return [row for version in VERSIONS for row in compared(lab.root(version), version, cases)]


def family(name: str) -> str:
    """The parser family that a directive belongs to: its kind."""
    return type(catalogue.find(name).kind).__name__


def shares(rows: list[Compared]) -> Iterator[str]:
    """How many of some rows agree, for each version, as text."""
    for version in VERSIONS:
        some = [row for row in rows if row.version == version]
        yield f"{version} {sum(row.agree or row.is_stricter for row in some)}/{len(some)}"


def test_our_verdict_agrees_with_systemd(everything: list[Compared], say: Callable[..., None]) -> None:
    by_name, by_family = defaultdict(list), defaultdict(list)
    for row in everything:
        by_name[row.case.name].append(row)
        by_family[family(row.case.name)].append(row)
    wrong = [row for row in everything if not (row.agree or row.is_stricter)]
    share = 1 - len(wrong) / len(everything)
    say("agreement, by directive and version:")
    for name, rows in by_name.items():
        say(f"  {name:34}", *shares(rows), sep="  ")
    say("agreement, by parser family:")
    for name, rows in sorted(by_family.items()):
        say(f"  {name:34}", *shares(rows), sep="  ")
    say(f"{len(everything)} cases, {len(wrong)} disagreements: {share:.3%}; stricter on purpose:")
    for stricter in STRICTER:
        count = sum(row.is_stricter and stricter.covers(row.case, row.version) for row in everything)
        say(f"  {count:5}  {stricter.harm}")
    for row in wrong:
        say(
            f"  {row.version} {row.case.name}={row.case.value!r}: we {row.told}, systemd {row.said.outcome} {row.said.lines}"
        )
    assert len(everything) >= LEAST_IN_ALL
    assert share >= WANTED
    shares_of = {
        name: sum(row.agree or row.is_stricter for row in rows) / len(rows)
        for name, rows in by_family.items()
        if len(rows) >= FEWEST_OF_A_FAMILY
    }
    assert {name: of for name, of in shares_of.items() if of < WANTED} == {}


def test_every_value_that_systemd_refuses_or_ignores_is_reported(everything: list[Compared]) -> None:
    passed = [row for row in everything if row.told.outcome == "taken" and row.said.outcome != "taken"]
    assert passed == []


def test_every_line_of_systemd_is_understood(everything: list[Compared]) -> None:
    assert {line for row in everything for line in row.said.unclear} == set()


def test_there_are_enough_cases_of_every_directive(everything: list[Compared]) -> None:
    counts = Counter((row.case.name, row.version) for row in everything)
    assert {key: count for key, count in counts.items() if count < LEAST_OF_A_DIRECTIVE} == {}
    assert {name for name, _ in counts} == {row.name for row in ASKED}


def test_every_reason_to_be_stricter_is_needed(everything: list[Compared]) -> None:
    assert len(STRICTER) <= 15
    unused = [
        row.harm for row in STRICTER if not any(c.is_stricter and row.covers(c.case, c.version) for c in everything)
    ]
    assert unused == []


UNSAID = re.compile(
    r"Failed to add dependency|Dependency .* dropped|Failed to create .*/start: Unit \S+ failed to load"
)
"""What --recursive-errors=no keeps to itself and does not count either: what is wrong with the units that a unit names."""

# One file a call; what is ignored in it counts for the exit status, of what the parser itself says.
_ALONE = """
cd /tmp/alone
verify() { systemd-analyze --man=no --recursive-errors=no verify "$1" >"$1.said" 2>&1 && : >"$1.fine" || :; }
for unit in *.service; do verify "$unit" & while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done; done; wait
"""


@pytest.mark.parametrize("version", ALONE)
def test_one_file_per_call_gives_the_same_result(everything: list[Compared], version: int) -> None:
    rows = [row for row in everything if row.version == version]
    sample = random.Random(version).sample(rows, ALONE[version])
    with lab.throwaway(lab.root(version)) as copy:
        lab.settle(copy)
        folder = copy / "tmp/alone"
        folder.mkdir()
        for at, row in enumerate(sample):
            (folder / f"unit{at}.service").write_text(unit_with(row.case))
        lab.run_in(copy, ["bash", "-c", _ALONE], check=True, timeout=600)
        said = [
            (folder / f"unit{at}.service.said").read_text(errors="backslashreplace").splitlines()
            for at in range(len(sample))
        ]
        fine = [(folder / f"unit{at}.service.fine").exists() for at in range(len(sample))]
    loud = [not any(UNSAID.search(line) for line in row.said.lines) for row in sample]
    answers = [answer for answer in zip(sample, said, fine, loud, strict=True) if answer[-1]]
    assert [row for row, lines, *_ in answers if judge(lines).outcome != row.said.outcome] == []
    assert [row for row, _, ok, _ in answers if ok and row.said.outcome == "refused"] == []

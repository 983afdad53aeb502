"""What the tool says of a line of a timer, socket or path is what systemd says of it: every directive, five versions, both ways."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from app import catalogue
from app.catalogue import TRIGGER_ROWS, Directive
from app.values import Text
from app.web.form import entry as forms
from tests.system import lab
from tests.system.asking import NOTICES, Case, Said, judge, told_of
from tests.system.stricter import STRICTER, Stricter
from tests.system.test_agreement import JUNK, Compared, Told, cases_of, drawn, sayable, spoilt

VERSIONS = (247, 252, 254, 257, 262)
AT_ONCE = 300
LEAST_IN_ALL = 12_000
WANTED = 0.999

BASE = {"timer": ("OnBootSec", "1h"), "socket": ("ListenStream", "/run/at.sock"), "path": ("PathExists", "/at")}
"""The line without which a file has nothing to do."""

BESIDE_OTHERS = {"socket.Socket.CPUSchedulingPriority"}
"""What is right or wrong only with another line, which a rule judges of a service."""

ASKED = [row for row in TRIGGER_ROWS if row.section != "Install" and row.name not in BESIDE_OTHERS]
OWN = [row for row in ASKED if not row.like]

HERE = (
    Stricter("A protocol is written in small letters everywhere else.", lambda case, _: case.value != case.value.lower(), frozenset({"socket.Socket.SocketProtocol"})),
    Stricter("A socket for no connection at all, which later versions refuse.", lambda case, version: version < 256, frozenset({"socket.Socket.MaxConnections"})),
    Stricter("The kernel has no way to control congestion of such a name, and nothing is said.", lambda *_: True, frozenset({"socket.Socket.TCPCongestion"})),
    Stricter("No interface can be called so, and older versions do not say it; specifiers are expanded by the newest only.", lambda case, version: version < 252 or "%" in case.value, frozenset({"socket.Socket.BindToDevice"})),
    Stricter("Since 262 systemd reads no such number here.", lambda case, version: version < 262, frozenset({"socket.Socket.MessageQueueMessageSize"})),
    Stricter("The service that it would start for each connection is an instance, which verify does not look for.", lambda case, _: True, frozenset({"socket.Socket.Accept"})),
)  # fmt: skip
"""Where the tool refuses on purpose what systemd takes, beside the reasons for a service."""


def few_of(row: Directive) -> list[Case]:
    """Some cases of a row that the service's files are asked all about: one of each sort."""
    chance = random.Random(row.name)
    pool = drawn(row.kind)
    values = [row.sample, chance.choice(pool), spoilt(chance.choice(pool), chance), chance.choice(JUNK)]
    return [Case(row.name, value) for value in dict.fromkeys(values) if sayable(value)]


def text_with(case: Case) -> str:
    """The file that holds the case, and nothing else that systemd could speak of."""
    row = catalogue.find(case.name)
    word, value = BASE[row.file]
    alone = "" if row.word == "DefaultDependencies" else "DefaultDependencies=no\n"
    own = row.file.capitalize()
    line = f"{row.word}={case.value}\n"
    # Its commands are by default /bin/true, which has nothing to say.
    in_unit, in_own = (line, "") if row.section == "Unit" else ("", line)
    return f"[Unit]\n{alone}{in_unit}[{own}]\n{word}={value}\n{in_own}"


def ask(root: Path, cases: list[Case]) -> list[Said]:
    """What the systemd of a root makes of each case."""
    said: list[Said] = []
    for begin in range(0, len(cases), AT_ONCE):
        some = cases[begin : begin + AT_ONCE]
        names = [f"unit{at}.{catalogue.find(case.name).file}" for at, case in enumerate(some)]
        units = dict(zip(names, map(text_with, some), strict=True))
        services = {f"unit{at}.service": "[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n" for at in range(len(some))}  # fmt: skip
        found = lab.verify(root, {**units, **services})
        files = {name: found[name] for name in names}
        stray = [line for line in found[""] if line.strip() and not NOTICES.search(line)]
        assert [line for line in stray if not told_of(line, some, files)] == []
        said.extend(judge(files[name]) for name in names)
    return said


def told(case: Case, version: int) -> Told:
    """What the tool says of a case for a version."""
    row = catalogue.find(case.name)
    word, value = BASE[row.file]
    base = (f"{row.file}.{row.file.capitalize()}.{word}", value)
    given = [("name", "unit"), ("systemd", str(version)), ("account", "existing"), ("User", "daemon"), ("ExecStart", "/bin/true"), base, tuple(case)]  # fmt: skip
    entry = forms.read_entry(MultiDict(given), posted=True)
    refusals = entry.errors.get(case.name, [])
    if refusals:
        return Told("refused", refusals)
    lost = [f.message for f in entry.findings if f.field == case.name and f.id in {"too-new", "removed", "combination"} and f.severity == "warning"]  # fmt: skip
    return Told("ignored" if lost else "taken", lost)


def is_stricter(row: Compared) -> bool:
    """Whether we refuse on purpose what systemd takes."""
    like = catalogue.find(row.case.name).like
    if row.told.outcome == "taken" or row.said.outcome != "taken":
        return False
    asked = [row.case, *([Case(like, row.case.value)] if like else [])]
    return any(reason.covers(case, row.version) for reason in (*STRICTER, *HERE) for case in asked)


@pytest.fixture(scope="module")
def everything() -> list[Compared]:
    """Every case of every directive on every version."""
    cases = [case for row in ASKED for case in (few_of(row) if row.like else cases_of(row))]
    return [
        Compared(case, version, told(case, version), said)
        for version in VERSIONS
        for case, said in zip(cases, ask(lab.root(version), cases), strict=True)
    ]


def shares(rows: list[Compared]) -> Iterator[str]:
    """How many of some rows agree, for each version, as text."""
    for version in VERSIONS:
        some = [row for row in rows if row.version == version]
        yield f"{version} {sum(row.agree or is_stricter(row) for row in some)}/{len(some)}"


def test_our_verdict_on_a_triggering_unit_agrees_with_systemd(
    everything: list[Compared], say: Callable[..., None]
) -> None:
    by_name = defaultdict(list)
    for row in everything:
        shared = catalogue.find(row.case.name)
        by_name[f"{shared.file}: what it shares with a service" if shared.like else row.case.name].append(row)
    say("agreement, by directive and version:")
    for name, rows in by_name.items():
        say(f"  {name:44}", *shares(rows), sep="  ")
    wrong = [row for row in everything if not (row.agree or is_stricter(row))]
    share = 1 - len(wrong) / len(everything)
    say(f"{len(everything)} cases, {len(wrong)} disagreements: {share:.3%}")
    for row in wrong:
        say(
            f"  {row.version} {row.case.name}={row.case.value!r}: we {row.told}, systemd {row.said.outcome} {row.said.lines}"
        )
    assert len(everything) >= LEAST_IN_ALL
    assert share >= WANTED


def test_every_value_of_a_triggering_unit_that_systemd_refuses_or_ignores_is_reported(
    everything: list[Compared],
) -> None:
    passed = [row for row in everything if row.told.outcome == "taken" and row.said.outcome != "taken"]
    assert passed == []


def test_every_own_directive_has_good_and_bad_values(everything: list[Compared]) -> None:
    taken = {row.case.name for row in everything if row.said.outcome == "taken"}
    assert {row.name for row in OWN} <= taken
    other = {row.case.name for row in everything if row.told.outcome != "taken"}
    assert {row.name for row in OWN if not isinstance(row.kind, Text)} <= other

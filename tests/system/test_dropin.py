"""An original with its drop-in is, to a booted systemd, what the changed unit as a whole is."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import catalogue
from app.catalogue import Directive
from app.catalogue.versions import target
from app.host.dropin import FILE, NEVER_OUT, REMOVES, DropIn, drop_in
from app.unitfile.model import Assignment, UnitFile
from app.unitfile.render import render
from tests.support import strategies
from tests.system import lab
from tests.system.test_corpus import read_by

VERSIONS = (252, 257, 262)
EXAMPLES = 300
"""Changes that are tried on each version."""

COMMAND = Assignment("ExecStart", "/bin/true")

SPOKEN: Mapping[str, str] = {
    "RestrictNetworkInterfaces": "emptied, it denies no interface, and systemctl show writes that as a ~",
    "WorkingDirectory": "emptied, it is /, which systemd 252 shows as a ! where what was there could be missing",
    "LogLevelMax": "debug lets every line through, as without it, and systemctl show writes that as a 7",
}
"""What is the same and shown in another way."""


class Change(NamedTuple):
    """A unit before and after, and its drop-in."""

    before: UnitFile
    after: UnitFile

    @property
    def drop_in(self) -> DropIn:
        """What is written behind the unit before."""
        return drop_in(self.before, self.after)


def rows(version: int) -> list[Directive]:
    """The directives that a booted systemd shows."""
    return [
        row
        for row in catalogue.DIRECTIVES
        if row.section != "Install" and row.is_read_by(version) and row.name != "Names"
    ]


def values_of(row: Directive, version: int) -> st.SearchStrategy[str]:
    """Values that systemd takes."""
    return strategies.of_directive(row.name, version).map(row.kind.normalise)


@st.composite
def changes(draw: st.DrawFn, version: int) -> Change:
    """Two units of the same few directives: of each some lines of a handful."""
    read = rows(version)
    together = draw(st.sampled_from(sorted({row.together for row in read} - {""})))
    near = [row for row in read if row.together == together]
    few = st.one_of(st.sampled_from(read), st.sampled_from(near), st.sampled_from([r for r in read if r.repeats]))
    chosen = draw(st.lists(few, min_size=1, max_size=6, unique_by=lambda row: row.name))
    pool = [(row, draw(st.lists(values_of(row, version), min_size=1, max_size=3, unique=True))) for row in chosen]

    def side() -> UnitFile:
        lines = [COMMAND]
        resets = []
        for row, values in pool:
            most = len(values) if row.repeats else 1
            some = draw(st.lists(st.sampled_from(values), max_size=most, unique=True))
            lines += [Assignment(row.name, value) for value in some if row.name != COMMAND.name]
            if row.may_reset and draw(st.integers(0, 5)) == 0:
                resets.append(row.name)
        return UnitFile("x", target(str(version)), assignments=tuple(lines), resets=tuple(resets))

    return Change(side(), side())


def drawn(version: int) -> list[Change]:
    """The same changes at every run."""
    found: list[Change] = []

    @settings(
        derandomize=True,
        max_examples=EXAMPLES,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(changes(version))
    def collect(change: Change) -> None:
        found.append(change)

    with strategies.alone():
        collect()
    return found


def shown(guest: lab.Guest, changes: Iterable[Change]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What systemd shows of the units before with their drop-ins, and of those after as wholes."""
    named = {f"u{at:04}.service": change for at, change in enumerate(changes)}
    guest.run(["sh", "-c", "rm -rf /etc/systemd/system/u[0-9]*"], check=True)
    drop_ins = "".join(
        f"mkdir {name}.d; cat >{name}.d/{FILE} <<'END OF FILE'\n{change.drop_in.text}\nEND OF FILE\n"
        for name, change in named.items()
        if change.drop_in.text
    )
    guest.run(["sh", "-euc", "cd /etc/systemd/system && exec sh -eu"], input=drop_ins, check=True)
    with_drop_ins = read_by(guest, {name: render(change.before) for name, change in named.items()})
    guest.run(["sh", "-c", "rm -rf /etc/systemd/system/u[0-9]*.d"], check=True)
    return with_drop_ins, read_by(guest, {name: render(change.after) for name, change in named.items()})


def unlike(one: list[str], other: list[str]) -> list[str]:
    """The properties in which two units differ, those left out that only speak in another way."""
    differing = sorted({*one} ^ {*other})
    return [line for line in differing if re.match(r"\w+", line)[0] not in {*SPOKEN, "DropInPaths"}]  # type: ignore[index]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_original_with_the_drop_in_equals_the_whole_unit(version: int, say: Callable[..., None]) -> None:
    every = drawn(version)
    whole = [change for change in every if not change.drop_in.left]
    with lab.Guest(lab.root(version)) as guest:
        one, other = shown(guest, whole)
    wrong = {
        name: (whole[int(name[1:5])], unlike(one[name], other[name])) for name in one if unlike(one[name], other[name])
    }
    lines = sum(change.drop_in.text.count("=") for change in whole)
    say(
        f"drop-ins {version}: {len(whole)} changes with {lines} lines shown alike, {len(every) - len(whole)} not wholly a drop-in's, {len(wrong)} differ"
    )
    for name, (change, differing) in list(wrong.items())[:20]:
        say(name, render(change.before), "->", render(change.after), "by", change.drop_in.text, *differing, sep="\n")
    assert len(whole) > EXAMPLES / 2
    assert not wrong


def value_of(row: Directive) -> str:
    """A value that is not the default."""
    other = [word for word in row.kind.suggestions if word != row.default.partition(",")[0]]
    return row.example or next(iter(other), row.sample)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_drop_in_resets_every_directive_to_its_default(version: int, say: Callable[..., None]) -> None:
    aimed = target(str(version))
    bare = UnitFile("x", aimed, assignments=(COMMAND,))
    every = [
        Change(
            UnitFile("x", aimed, assignments=(COMMAND, Assignment(row.name, row.kind.normalise(value_of(row))))), bare
        )
        for row in rows(version)
        if row.name != COMMAND.name
    ]
    whole = [change for change in every if not change.drop_in.left]
    with lab.Guest(lab.root(version)) as guest:
        one, other = shown(guest, whole)
    wrong = {whole[int(name[1:5])].before.assignments[1]: unlike(one[name], other[name]) for name in one}
    say(f"taken out {version}: {len(whole)} directives of {len(every)}")
    assert {line: differing for line, differing in wrong.items() if differing} == {}
    assert {change.before.assignments[1].name for change in every} - {c.before.assignments[1].name for c in whole} <= {
        *NEVER_OUT,
        *(row.name for row in catalogue.DIRECTIVES if row.repeats and not row.may_reset),
        *(row.name for row in catalogue.DIRECTIVES if not row.repeats and not row.documented),
    }


def test_every_exception_is_a_directive() -> None:
    assert all(catalogue.is_known(name) for name in (*REMOVES, *NEVER_OUT, *SPOKEN))

"""Siblings hidden from each other, and nothing hidden that a service needs."""

import pytest
from hypothesis import assume, given, settings

from app.analysis import rules
from app.effective import Effective
from app.server import Server, hide_siblings, judge, matrix
from app.unitfile.model import UnitFile
from app.unitfile.render import render
from tests.server.cases import bare, starter
from tests.server.test_conflicts import services

COVERS = {"TemporaryFileSystem", "BindPaths", "BindReadOnlyPaths", "InaccessiblePaths"}


def hidden(*units: UnitFile) -> list[UnitFile]:
    return list(hide_siblings(Server.of(units)))


def added(before: UnitFile, after: UnitFile) -> list[str]:
    """The lines that are new."""
    return [line for line in render(after).splitlines() if line not in render(before).splitlines()]


NEEDS: dict[str, tuple[dict[str, str | list[str]], list[str]]] = {
    "nothing": ({}, []),
    "an own directory": ({"own": "/srv/a"}, ["BindPaths=/srv/a"]),
    "an own directory to read": ({"own": "/srv/a:0750:ro"}, ["BindReadOnlyPaths=/srv/a"]),
    "an own directory with odd signs": ({"own": "/srv/a b"}, ['BindPaths="/srv/a b"']),
    "a writable path": ({"ReadWritePaths": "/srv/shared"}, ["BindPaths=/srv/shared"]),
    "a program": ({"ExecStart": "/srv/a/bin/run --fast"}, ["BindReadOnlyPaths=/srv/a"]),
    "a program beside a sibling's": ({"ExecStart": "/srv/b/bin/run"}, ["BindReadOnlyPaths=/srv/b/bin"]),
    "a working directory": ({"WorkingDirectory": "/srv/a/www"}, ["BindReadOnlyPaths=/srv/a"]),
    "a working directory of its own": ({"WorkingDirectory": "/srv/a/www", "own": "/srv/a"}, ["BindPaths=/srv/a"]),
    "a path that it binds already": ({"own": "/srv/a", "BindPaths": "/srv/a"}, []),
    "elsewhere": ({"own": "/opt/a", "ExecStart": "/opt/a/run"}, []),
}


@pytest.mark.parametrize(("values", "shown"), NEEDS.values(), ids=NEEDS)
def test_needed_paths_below_an_emptied_directory_stay_visible(
    values: dict[str, str | list[str]], shown: list[str]
) -> None:
    unit = bare("a", **values)
    after, _ = hidden(unit, bare("b", own="/srv/b/data"))
    assert added(unit, after) == ["TemporaryFileSystem=/srv:ro", *shown]


def test_a_managed_directory_needs_no_bind_mount() -> None:
    units = [starter("a"), starter("b")]
    empty = [f"TemporaryFileSystem={tree}:ro" for tree in ("/var/lib", "/var/cache", "/var/log")]
    assert [added(before, after) for before, after in zip(units, hidden(*units), strict=True)] == [empty, empty]


def test_only_directories_that_contain_a_siblings_are_emptied() -> None:
    unit = bare("a", StateDirectory="a")
    assert added(unit, hidden(unit, bare("b", LogsDirectory="b"))[0]) == ["TemporaryFileSystem=/var/log:ro"]


def test_a_siblings_directory_elsewhere_is_inaccessible() -> None:
    unit = bare("a", own="/opt/a/data")
    after, _ = hidden(unit, bare("b", own="/opt/b c%d".replace("%", "")))
    assert added(unit, after) == ['InaccessiblePaths="-/opt/b cd"']


def test_a_siblings_directory_that_contains_a_needed_path_stays_accessible() -> None:
    unit = bare("a", ExecStart="/opt/b/bin/run")
    assert hidden(unit, bare("b", own="/opt/b"))[0] == unit


@pytest.mark.parametrize("values", [{"RootDirectory": "/srv/root"}, {"systemd": "237", "ProtectProc": []}])
def test_services_with_their_own_root_or_an_old_systemd_do_not_change(values: dict[str, str | list[str]]) -> None:
    unit = bare("a", **values)
    assert hidden(unit, bare("b", own="/srv/b"))[0] == unit


@settings(max_examples=60)
@given(services())
def test_hiding_changes_nothing_else_and_is_idempotent(units: list[UnitFile]) -> None:
    after = hidden(*units)
    for before, unit in zip(units, after, strict=True):
        assert {line.partition("=")[0] for line in added(before, unit)} <= COVERS
        known = {(finding.id, finding.field) for finding in rules.judge(before)}
        new = [finding for finding in rules.judge(unit) if (finding.id, finding.field) not in known]
        assert {finding.severity for finding in new} <= {"note"}
        assert Effective(unit).managed == Effective(before).managed
    assert hidden(*after) == after


@settings(max_examples=60)
@given(services())
def test_hiding_preserves_access_to_own_directories_and_grants_none(units: list[UnitFile]) -> None:
    # Of two that have one directory, or one in another's, nobody can say whose it is.
    assume(not {"P7", "P36"} & {conflict.id for conflict in judge(Server.of(units))})
    before, after = matrix(Server.of(units)), matrix(Server.of(hidden(*units)))
    for old, new in zip(before, after, strict=True):
        if old.service == old.owner:
            assert new.access == old.access or old.access not in ("read-write", "read-only")
        elif new.access == "read-write":
            assert old.access == "read-write"

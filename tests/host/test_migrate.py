"""The move from root: what comes after what, and shell that does what its lists say, whatever was typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from app.effective import Effective
from app.host.migrate import SCRIPTS, steps, way_back
from app.host.record import NOTE_IN_A_LINE
from app.host.shell import Check, Do, ShellCommand, Step, paste
from app.unitfile.model import UnitFile
from tests.host.test_prep import CONFIGURATIONS, Machine, commented, units_past_the_form
from tests.host.test_shell import SHELLS, RecordingShell, shellcheck
from tests.support.configurations import EXAMPLES, LEAST, Parameters, least_with, unit_of, with_values

MOVES = {key: value for key, value in CONFIGURATIONS.items() if not key.startswith("root")}
BACKUP = "/var/backups/myapp-as-root"


def commands(steps: tuple[Step, ...]) -> list[ShellCommand]:
    """What steps do, tests left out."""
    dos = [action for step in steps for action in step.actions if isinstance(action, Do)]
    return [command for do in dos for command in do.commands]


def programs(steps: tuple[Step, ...]) -> list[str]:
    """The programs that steps call, with what systemctl does."""
    return [" ".join(map(str, c.argv[: 2 if c.argv[0] == "systemctl" else 1])) for c in commands(steps)]


def test_the_steps_stop_back_up_change_owners_and_start() -> None:
    unit = Effective(least_with(StateDirectory="myapp", own="/srv/myapp", ConfigurationDirectory="myapp"))
    asked = [
        str(c.argv[2])[:20] if c.argv[0] == "sh" else " ".join(map(str, c.argv[:2])) for c in commands(steps(unit))
    ]
    order = [
        *("systemctl cat", "systemctl stop", "mkdir -p", "{ systemctl is-enabl", "kept=$1; shift; for ", "touch --"),
        *(
            "groupadd --system",
            "useradd --system",
            "owner=$1; shift; for",
            "group=$1; mode=$2; s",
            "mkdir -p",
            "chown -RhP",
        ),
        *(
            "systemd-analyze verify",
            "install -m",
            "systemctl daemon-reload",
            "systemctl restart",
            "systemctl show",
            "ps -o",
        ),
    ]
    assert [at for at in asked if at in order] == order


def test_the_way_back_stops_restores_and_starts() -> None:
    asked = [name for name in programs(way_back(Effective(least_with(StateDirectory="myapp")))) if name != "sh"]
    assert asked == ["systemctl disable", "systemctl daemon-reload", "xargs", "systemctl enable", "systemctl start", "systemctl show"]  # fmt: skip


CHANGES = frozenset({"chown", "install", "xargs", "chmod"})


@pytest.mark.parametrize("key", MOVES)
def test_nothing_changes_without_a_backup(key: str) -> None:
    unit = Effective(unit_of(MOVES[key]))
    there = ShellCommand(("test", "-e", f"/var/backups/{unit.file.name}-as-root/complete"))
    for step in (*steps(unit), *way_back(unit)):
        for do in (action for action in step.actions if isinstance(action, Do)):
            words = {str(word) for command in do.commands for word in command.argv}
            is_first = any("/etc/" in word for word in words) and bool(do.unless)
            if not is_first and (words & CHANGES or any("chown" in word or "chgrp" in word for word in words)):
                assert there in do.careful, do


@pytest.mark.parametrize("user", [[], "root", "0"])
def test_there_is_no_move_to_root(user: str | list[str]) -> None:
    assert steps(Effective(unit_of(with_values(LEAST, User=user)))) == ()


def test_a_dynamic_user_is_left_to_systemd() -> None:
    unit = Effective(unit_of(with_values(LEAST, User=[], DynamicUser="yes", StateDirectory="myapp")))
    said = " ".join(step.why for step in steps(unit))
    assert "/var/lib/myapp becomes a link to /var/lib/private/myapp." in said
    assert not any("chown" in str(word) for command in commands(steps(unit)) for word in command.argv)
    assert "useradd" not in programs(steps(unit))
    assert any("/var/lib/private/myapp" in command.argv for command in commands(way_back(unit)))


def test_directories_below_run_are_neither_backed_up_nor_changed() -> None:
    unit = Effective(least_with(RuntimeDirectory="myapp", StateDirectory="myapp"))
    keeping = [
        command for command in commands(steps(unit)) if command.argv[0] == "sh" and NOTE_IN_A_LINE not in command.argv
    ]
    assert not any("/run/myapp" in command.argv for command in keeping)
    assert any("/var/lib/myapp" in command.argv for command in keeping)


def test_nested_directories_are_backed_up_once() -> None:
    unit = Effective(least_with(StateDirectory="myapp myapp/sub"))
    keeping = next(
        command for command in commands(steps(unit)) if BACKUP in command.argv and "tar" in str(command.argv[2])
    )
    assert keeping.argv[-1] == "/var/lib/myapp"


@pytest.mark.parametrize("key", MOVES)
def test_pasted_steps_leave_the_shell_alone(key: str) -> None:
    unit = Effective(unit_of(MOVES[key]))
    for step in (*steps(unit), *way_back(unit)):
        assert not any(line.split()[:1] in (["exit"], ["set"]) for line in paste(step).splitlines())
        assert "set -e" not in paste(step)


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    assert shellcheck([f"#!/bin/sh\n{text}\n" for text in SCRIPTS], tmp_path) == ""
    assert not any("'" in text for text in SCRIPTS)
    texts = []
    for parameters in (*EXAMPLES.values(), *MOVES.values()):
        unit = Effective(unit_of(parameters))
        texts.append("#!/bin/sh\n# shellcheck disable=SC2016\n" + commented((*steps(unit), *way_back(unit))) + "\n")
    assert shellcheck(texts, tmp_path) == ""


@pytest.fixture(scope="module")
def dash() -> Iterator[RecordingShell]:
    """A recording shell of the kind that Debian has."""
    with RecordingShell(SHELLS.get("dash", ["sh"])) as started:
        yield started


FAKED = 'sh() { record sh "$@"; }; ps() { record ps "$@"; }\n'


def assert_words(dash: RecordingShell, unit: Effective) -> None:
    """Pasted, the steps call what their lists say."""
    for plan in (steps(unit), way_back(unit)):
        machine = Machine(missing=False, sudo=True)
        machine.paste(plan)
        _, records, said = dash.run(FAKED + commented(plan))
        assert (records, said) == (machine.records, "")


@pytest.mark.parametrize("key", MOVES)
def test_steps_run_their_argument_lists(dash: RecordingShell, key: str) -> None:
    assert_words(dash, Effective(unit_of(MOVES[key])))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(unit=units_past_the_form())
def test_hostile_values_are_words(dash: RecordingShell, unit: UnitFile) -> None:
    assert_words(dash, Effective(unit))


def test_every_example_can_be_migrated() -> None:
    for parameters in EXAMPLES.values():
        assert steps(Effective(unit_of(parameters)))


def checks(steps: tuple[Step, ...]) -> list[Check]:
    """The checks of steps."""
    return [action for step in steps for action in step.actions if isinstance(action, Check)]


def test_an_existing_account_is_only_checked() -> None:
    parameters: Parameters = with_values(LEAST, account="existing", User="alice", StateDirectory="myapp")
    unit = Effective(unit_of(parameters))
    assert "useradd" not in programs(steps(unit))
    assert checks(steps(unit))[0].test == (ShellCommand(("getent", "passwd", "--", "alice"), root=False),)

"""The script that undoes: what stands in it, and that nothing in it is more than a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from app.catalogue.reserved import SYSTEM_GROUPS, is_system_account
from app.effective import Effective, instances_of
from app.host.prep import prepare
from app.host.record import RECORD
from app.host.requirements import requirements
from app.host.shell import Check, Do, ShellCommand
from app.host.undo import FUNCTIONS, _steps, undo_script
from app.unitfile.model import Assignment, OwnDirectory, UnitFile
from tests.host.test_prep import CONFIGURATIONS, configurations, escaped
from tests.host.test_shell import HOSTILE, HOSTILE_EXAMPLES, SHELLS, Argv, RecordingShell, shellcheck
from tests.support.configurations import LEAST, Parameters, read, unit_of, with_values

NAMES = [*FUNCTIONS, "rm"]
"""What the script calls by name: its own functions, and the program that would do harm."""


@pytest.fixture(scope="module")
def dash() -> Iterator[RecordingShell]:
    """A recording shell of the kind that Debian has."""
    with RecordingShell(SHELLS.get("dash", ["sh"])) as started:
        yield started


def recorded(shell: RecordingShell, text: str, *arguments: str) -> tuple[int, list[Argv]]:
    """The exit status of a script whose own functions only record what they were called with, and what was called."""
    stand_ins = "".join(f'{name}() {{ record {name} "$@"; }}\n' for name in NAMES)
    body = text.removesuffix('main "$@"\n')
    status, records, _ = shell.run(f'{body}{stand_ins}set -- {" ".join(arguments)}\nmain "$@"\n')
    return status, records


def of(**values: str | list[str]) -> str:
    return undo_script(*instances_of(unit_of(with_values(LEAST, **values))))


def test_shellcheck_is_silent(tmp_path: Path) -> None:
    keys = CONFIGURATIONS.keys() - {"existing with signs"}  # whose signs shellcheck would rather see expanded
    assert shellcheck([undo_script(*instances_of(unit_of(CONFIGURATIONS[key]))) for key in keys], tmp_path) == ""


def test_undo_starts_with_the_unit_and_ends_with_the_group(dash: RecordingShell) -> None:
    text = of(Group="web", own="/opt/x/y", StateDirectory="a", uid="850")
    status, records = recorded(dash, text, "--data")
    wanted = [
        ("read_record", RECORD),
        ("try", "myapp.service", "systemctl", "stop", "--", "myapp.service"),
        ("try", "myapp.service", "systemctl", "disable", "--quiet", "--", "myapp.service"),
        ("remove_unit", "/etc/systemd/system/myapp.service"),
        ("systemctl", "daemon-reload"),
        ("read_units", "myapp.service"),
        ("remove_directory", "/opt/x/y", "/\n/opt\n/opt/x", "recorded", "-user", "myapp", "-group", "web", "-perm", "0750"),
        ("remove_directory", "/var/lib/a", "", "recorded", "-user", "myapp", "-group", "web"),
        ("remove_empty", "/opt/x"),
        ("remove_user", "myapp", "/var/lib/a:/usr/sbin/nologin", "web", "850", "/opt/x/y", "/var/lib/a"),
        ("remove_group", "web", "", "/opt/x/y", "/var/lib/a"),
        ("forget", RECORD, "group web", "passwd myapp", "/opt/x", "/opt/x/y", "/var/lib/a"),
        ("finish",),
    ]  # fmt: skip
    assert status == 0
    assert [record for record in records if record in wanted] == wanted


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_undo_checks_the_owner_group_and_mode_that_the_preparation_sets(key: str) -> None:
    for unit in instances_of(unit_of(CONFIGURATIONS[key])):
        asked = [
            test.argv
            for step in prepare(unit)
            for action in step.actions
            if isinstance(action, Check)
            for test in action.test
        ]
        checked = {argv[1]: argv[5:] for argv in asked if argv[:1] == ("find",)}
        removed = {command.argv[1]: command.argv[4:] for command in _calls(unit, "remove_directory")}
        for path, tests in checked.items():
            assert [str(word) for word in removed[path]] == [
                str(word).replace("quiet=False", "quiet=True") for word in tests
            ]
        assert checked.keys() == {row.path for row in requirements(unit).directories if row.kind == "configuration"}


def _calls(unit: Effective, name: str) -> list[ShellCommand]:
    """The calls of a function in the script."""
    dos = [action for step in _steps(unit) for action in step.actions if isinstance(action, Do)]
    return [command for do in dos for command in do.commands if command.argv[0] == name]


KEPT: dict[str, dict[str, str | list[str]]] = {
    "an account that exists": {"account": "existing", "own": "/srv/x", "Group": "web"},
    "a dynamic user": {"User": [], "DynamicUser": "yes", "StateDirectory": "a"},
    "root": {"User": [], "own": "/srv/x"},
}


@pytest.mark.parametrize("key", KEPT)
def test_only_created_accounts_are_removed(key: str, dash: RecordingShell) -> None:
    _, records = recorded(dash, of(**KEPT[key]), "--data")
    assert not {record[0] for record in records} & {"remove_user", "remove_group"}
    assert "# No user or group was created, so none is removed." in of(**KEPT[key])


ACCOUNTS = ["root", "games", "messagebus", "systemd-network", "docker", "adm", "_ssh", "www-data"]


@pytest.mark.parametrize("name", ACCOUNTS)
def test_an_account_of_the_system_is_never_removed(name: str, dash: RecordingShell) -> None:
    assert is_system_account(name) or name in SYSTEM_GROUPS
    for chosen in ({"Group": name}, {"User": name, "Group": "web"}):
        unit = UnitFile("myapp", assignments=tuple(Assignment(*pair) for pair in ({"User": "myapp"} | chosen).items()))
        _, records = recorded(dash, undo_script(Effective(unit)), "--data")
        assert not [record for record in records if record[0].startswith("remove_") and record[1] == name]
        if unit.value("User") != "root":
            assert [record[2] for record in records if record[0] == "leave_account"] == [name]


def test_a_triggering_unit_is_removed_before_its_service(dash: RecordingShell) -> None:
    _, records = recorded(dash, of(**{"timer.Timer.OnCalendar": "daily"}))
    assert [record[-1] for record in records if record[2:4] == ("systemctl", "stop")] == [
        "myapp.timer",
        "myapp.service",
    ]
    removed = [record[-1] for record in records if record[0] == "remove_unit"]
    assert removed == ["/etc/systemd/system/myapp.service", "/etc/systemd/system/myapp.timer"]
    assert ("remove_stamp", "myapp.timer") in records


def test_only_the_known_argument_is_accepted(dash: RecordingShell) -> None:
    for arguments in (("--dat",), ("--data", "x"), ("-f",)):
        status, records = recorded(dash, of(own="/srv/x"), *arguments)
        assert (status, records) == (1, [("id", "-u")])


@pytest.mark.parametrize("key", ["starter", "own with all", "dynamic with all"])
def test_half_a_download_does_nothing(dash: RecordingShell, key: str) -> None:
    text = undo_script(*instances_of(unit_of(CONFIGURATIONS[key])))
    whole = text.rindex('main "$@"') + len("main")
    for end in sorted({*range(0, whole, 13), *range(whole - 60, whole)}):
        # The beginning of a name may be that of a program, where sh alone reads the rest of nothing, or of a fake
        assert set(dash.run(text[:end])[1]) <= {("sh",), ("guard_way",)}, text[:end][-40:]


# --- hostile values ---------------------------------------------------------------------------------


def assert_words(shell: RecordingShell, unit: UnitFile) -> None:
    """Only the programs and functions of the script are called, and none with an option that a value made."""
    known = {"id", "test", "systemctl", "selinuxenabled", "semanage", *NAMES}
    status, records = recorded(shell, undo_script(*instances_of(unit)), "--data")
    assert status == 0
    assert {record[0] for record in records} <= known
    for record in records:
        called = record[2:] if record[0] == "try" else record
        if called[0] == "systemctl" and len(called) > 2 and called[1] != "list-units":
            assert called[-2] == "--"


@settings(max_examples=HOSTILE_EXAMPLES // 5, suppress_health_check=[HealthCheck.too_slow])
@given(parameters=configurations())
def test_hostile_values_that_the_form_accepts_are_single_words(dash: RecordingShell, parameters: Parameters) -> None:
    entry = read(parameters)
    if entry.unit and entry.is_valid:
        assert_words(dash, entry.unit)


@settings(max_examples=HOSTILE_EXAMPLES // 5, suppress_health_check=[HealthCheck.too_slow])
@given(name=HOSTILE.filter(lambda name: "@" not in name), user=HOSTILE, own=HOSTILE, state=HOSTILE.filter(lambda text: text.strip("/.")))  # fmt: skip
def test_quoting_does_not_depend_on_the_form(dash: RecordingShell, name: str, user: str, own: str, state: str) -> None:
    lines = (Assignment("User", user.replace("%", "%%")), Assignment("StateDirectory", escaped(state)))
    assert_words(dash, UnitFile(name, assignments=lines, own=(OwnDirectory(f"/{own}"),)))

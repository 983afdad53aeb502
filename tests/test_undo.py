"""The script that undoes: what stands in it, and that nothing in it is more than a word."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.effective import Effective, each
from app.undo import FUNCTIONS, undo_script
from app.unitfile import Assignment, OwnDirectory, UnitFile
from tests.configurations import LEAST, Parameters, read, unit_of, with_values
from tests.test_prep import CONFIGURATIONS, configurations, escaped
from tests.test_shell import HOSTILE, HOSTILE_EXAMPLES, SHELLS, Argv, RecordingShell, shellcheck

NAMES = [*re.findall(r"^(\w+)\(\) \{", "\n".join(FUNCTIONS), re.MULTILINE), "rm"]
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
    return undo_script(*each(unit_of(with_values(LEAST, **values))))


def test_shellcheck_is_silent(tmp_path: Path) -> None:
    keys = CONFIGURATIONS.keys() - {"existing with signs"}  # whose signs shellcheck would rather see expanded
    assert shellcheck([undo_script(*each(unit_of(CONFIGURATIONS[key]))) for key in keys], tmp_path) == ""


def test_it_goes_from_the_unit_to_the_group(dash: RecordingShell) -> None:
    text = of(Group="web", own="/opt/x/y", StateDirectory="a", uid="850")
    status, records = recorded(dash, text, "--data")
    wanted = [
        ("systemctl", "stop", "--", "myapp.service"),
        ("systemctl", "disable", "--quiet", "--", "myapp.service"),
        ("rm", "-f", "--", "/etc/systemd/system/myapp.service"),
        ("rm", "-rf", "--one-file-system", "--", "/etc/systemd/system/myapp.service.d"),
        ("systemctl", "daemon-reload"),
        ("guard_way", "/", "/opt", "/opt/x"),
        ("remove_directory", "/opt/x/y"),
        ("remove_directory", "/var/lib/a"),
        ("remove_rest", "/opt/x"),
        ("remove_user", "myapp", "/var/lib/a:/usr/sbin/nologin", "850"),
        ("remove_group", "web", ""),
    ]
    assert status == 0
    found = [record for record in records if any(record[: len(argv)] == argv for argv in wanted)]
    assert [found[at][: len(argv)] for at, argv in enumerate(wanted)] == wanted


KEPT: dict[str, dict[str, str | list[str]]] = {
    "an account that exists": {"account": "existing", "own": "/srv/x", "Group": "web"},
    "a dynamic user": {"User": [], "DynamicUser": "yes", "StateDirectory": "a"},
    "root": {"User": [], "own": "/srv/x"},
}


@pytest.mark.parametrize("key", KEPT)
def test_no_account_is_removed_but_one_that_was_made(key: str, dash: RecordingShell) -> None:
    _, records = recorded(dash, of(**KEPT[key]), "--data")
    assert not {record[0] for record in records} & {"remove_user", "remove_group"}
    assert "# No user or group was made, so none is removed." in of(**KEPT[key])


def test_a_group_of_the_system_is_never_removed(dash: RecordingShell) -> None:
    _, records = recorded(dash, of(Group="adm"), "--data")
    assert [record[1] for record in records if record[0] == "remove_user"] == ["myapp"]
    assert not [record for record in records if record[0] == "remove_group"]


def test_what_starts_the_service_goes_before_it(dash: RecordingShell) -> None:
    _, records = recorded(dash, of(**{"timer.Timer.OnCalendar": "daily"}))
    assert [record[-1] for record in records if record[:2] == ("systemctl", "stop")] == ["myapp.timer", "myapp.service"]
    removed = [record[-1] for record in records if record[:2] == ("rm", "-f")]
    assert removed == ["/etc/systemd/system/myapp.service", "/etc/systemd/system/myapp.timer"]


def test_only_its_own_argument_is_taken(dash: RecordingShell) -> None:
    for arguments in (("--dat",), ("--data", "x"), ("-f",)):
        status, records = recorded(dash, of(own="/srv/x"), *arguments)
        assert (status, records) == (1, [("id", "-u")])


@pytest.mark.parametrize("key", ["starter", "own with all", "dynamic with all"])
def test_half_a_download_does_nothing(dash: RecordingShell, key: str) -> None:
    text = undo_script(*each(unit_of(CONFIGURATIONS[key])))
    whole = text.rindex('main "$@"') + len("main")
    for end in sorted({*range(0, whole, 13), *range(whole - 60, whole)}):
        assert dash.run(text[:end])[1] == [], text[:end][-40:]


def pattern_of(text: str, function: str) -> list[str]:
    """The regular expressions that a script gives to one of its functions."""
    return re.findall(rf"{function} (?:'[^']*'|\S+) (?:(?:\S+|'[^']*') (?:''|\S+) )?'([^']*)'", text)


NAMED = {
    ("remove_directory", "StateDirectory", "a.b"): ["StateDirectory=a.b", "StateDirectory = x a.b:c", ' StateDirectory="a.b" y', "StateDirectory=a.b/inner"],
    ("remove_directory", "own", "/srv/a.b"): ["ReadWritePaths=-/srv/a.b", "BindPaths=/x:/srv/a.b", "WorkingDirectory=/srv/a.b/sub", 'ReadOnlyPaths=/x "/srv/a.b"'],
    ("remove_user", "User", "app"): ["User=app", "Group=app", "SupplementaryGroups=adm app", " User = app ", "SocketUser=app"],
}  # fmt: skip
OTHERS = {
    ("remove_directory", "StateDirectory", "a.b"): ["StateDirectory=axb", "CacheDirectory=a.b", "StateDirectory=xa.b", "#StateDirectory=a.b"],
    ("remove_directory", "own", "/srv/a.b"): ["ReadWritePaths=/srv/a.bc", "ReadWritePaths=/srv/axb", "ReadWritePaths=/x/srv/a.b"],
    ("remove_user", "User", "app"): ["User=apps", "Description=app", "SupplementaryGroups=my-app"],
}  # fmt: skip


@pytest.mark.parametrize("key", NAMED, ids=" ".join)
def test_units_that_name_the_same_are_found_and_others_are_not(key: tuple[str, str, str]) -> None:
    function, name, value = key
    (pattern, *_) = pattern_of(of(**{name: value}), function)
    for line, is_found in [*((line, True) for line in NAMED[key]), *((line, False) for line in OTHERS[key])]:
        asked = subprocess.run(["grep", "-qE", "-e", pattern], input=f"[Service]\n{line}\n", text=True, check=False)
        assert (asked.returncode == 0) == is_found, (pattern, line)


# --- hostile values ---------------------------------------------------------------------------------


def assert_words(shell: RecordingShell, unit: UnitFile) -> None:
    """Only the programs and functions of the script are called, and none with an option that a value made."""
    known = {"id", "test", "systemctl", "selinuxenabled", "semanage", *NAMES}
    status, records = recorded(shell, undo_script(*each(unit)), "--data")
    assert status == 0
    assert {record[0] for record in records} <= known
    for record in records:
        if record[0] in {"rm", "systemctl"} and len(record) > 2 and record[1] != "list-units":
            assert record[-2] == "--"


@settings(max_examples=HOSTILE_EXAMPLES // 5, suppress_health_check=[HealthCheck.too_slow])
@given(parameters=configurations())
def test_hostile_values_that_the_form_takes_are_words(dash: RecordingShell, parameters: Parameters) -> None:
    entry = read(parameters)
    if entry.unit and entry.is_valid:
        assert_words(dash, entry.unit)


@settings(max_examples=HOSTILE_EXAMPLES // 5, suppress_health_check=[HealthCheck.too_slow])
@given(name=HOSTILE.filter(lambda name: "@" not in name), user=HOSTILE, own=HOSTILE, state=HOSTILE.filter(lambda text: text.strip("/.")))  # fmt: skip
def test_quoting_stands_without_the_form(dash: RecordingShell, name: str, user: str, own: str, state: str) -> None:
    lines = (Assignment("User", user.replace("%", "%%")), Assignment("StateDirectory", escaped(state)))
    assert_words(dash, UnitFile(name, assignments=lines, own=(OwnDirectory(f"/{own}"),)))


@given(name=st.text("ab.[]^$*+?(){}|\\ -/_", min_size=1))
def test_a_name_matches_itself_alone(name: str) -> None:
    unit = Effective(UnitFile("x", own=(OwnDirectory(f"/{name}"),)))
    (pattern, *_) = re.findall(r"=\(\.\*\[\[:space:\]\":,\+-\]\)\?(.*)\(\[/:,\[:space:\]\"\]\|\$\)", undo_script(unit))
    assert re.fullmatch(pattern, f"/{name}")
    assert not re.fullmatch(pattern, f"/{name}x")

"""What a unit can come to: each row by the settings that lead there, and commands that hold what was typed as words."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from app.analysis.failures import ROWS, Failure, FailureCause, diagnose, first_look
from app.effective import Effective
from app.host.shell import ShellCommand
from app.unitfile.model import Assignment, UnitFile
from tests.host.test_prep import units_past_the_form
from tests.host.test_shell import SHELLS, RecordingShell, shellcheck
from tests.support import strategies
from tests.support.configurations import EXAMPLES, LEAST, Parameters, least_with, read, unit_of, with_values

BARE = Effective(unit_of(with_values(LEAST, User=[])))
LEADS = {
    "217/USER": {"User": "bob"},
    "216/GROUP": {"SupplementaryGroups": "adm video"},
    "203/EXEC": {"ExecStart": "/opt/x/bin/serve"},
    "200/CHDIR": {"WorkingDirectory": "/srv/www"},
    "226/NAMESPACE": {"ReadWritePaths": "-/opt/may /data/must"},
    "238/STATE_DIRECTORY": {"StateDirectory": "bob"},
    "239/CACHE_DIRECTORY": {"CacheDirectory": "bob"},
    "240/LOGS_DIRECTORY": {"LogsDirectory": "bob"},
    "233/RUNTIME_DIRECTORY": {"RuntimeDirectory": "bob"},
    "241/CONFIGURATION_DIRECTORY": {"ConfigurationDirectory": "bob"},
    "209/STDOUT": {"StandardOutput": "append:/srv/logs/out"},
    "222/STDERR": {"StandardError": "file:/srv/logs/err"},
    "208/STDIN": {"StandardInput": "file:/srv/in"},
    "202/FDS": {"OpenFile": "/srv/file"},
    "243/CREDENTIALS": {"LoadCredential": "key:/srv/key"},
    "225/NETWORK": {"NetworkNamespacePath": "/run/netns/blue"},
    "Result: resources": {"EnvironmentFile": "/etc/default/bob"},
    "1 and other numbers": {"ProtectSystem": "strict"},
    "126 or 127": {"ExecStart": "/bin/sh -c 'run things'"},
    "31/SYS": {"SystemCallFilter": "@system-service"},
    "Result: timeout": {"Type": "notify"},
    "Result: protocol": {"Type": "forking", "PIDFile": "/run/bob.pid"},
    "Result: watchdog": {"WatchdogSec": "30s"},
    "Result: oom-kill": {"MemoryMax": "100M"},
    "Result: start-limit-hit": {"Restart": "always"},
    "Result: dependency": {"Requires": "postgresql.service"},
    "start skipped": {"ConditionPathExists": "/srv/flag"},
    "201/NICE": {"Nice": "-5"},
    "205/LIMITS": {"LimitNOFILE": "1000000"},
    "206/OOM_ADJUST": {"OOMScoreAdjust": "-900"},
    "210/CHROOT": {"RootDirectory": "/srv/root"},
    "211/IOPRIO": {"IOSchedulingClass": "realtime"},
    "213/SECUREBITS": {"SecureBits": "keep-caps"},
    "214/SETSCHEDULER": {"CPUSchedulingPolicy": "fifo"},
    "215/CPUAFFINITY": {"CPUAffinity": "0-3"},
    "218/CAPABILITIES": {"AmbientCapabilities": "CAP_NET_BIND_SERVICE"},
    "219/CGROUP": {"Delegate": "yes"},
    "224/PAM": {"PAMName": "login"},
    "228/SECCOMP": {"RestrictRealtime": "yes"},
    "229/SELINUX_CONTEXT": {"SELinuxContext": "a:b:c:s0"},
    "230/PERSONALITY": {"Personality": "x86"},
    "231/APPARMOR_PROFILE": {"AppArmorProfile": "bob"},
    "232/ADDRESS_FAMILIES": {"RestrictAddressFamilies": "AF_UNIX"},
    "236/SMACK_PROCESS_LABEL": {"SmackProcessLabel": "bob"},
    "237/KEYRING": {"KeyringMode": "shared"},
    "242/NUMA_POLICY": {"NUMAPolicy": "bind", "NUMAMask": "0"},
    "245/BPF": {"RestrictFileSystems": "ext4"},
}
"""For each row the settings of the form that lead to it, of which the last value is named in a cause."""


def failure_of(unit: UnitFile, status: str) -> Failure | None:
    """The failure of a unit with a status."""
    return next((failure for failure in diagnose(Effective(unit)).failures if failure.status == status), None)


def commands(unit: Effective) -> Iterator[ShellCommand]:
    """Every command that is shown for a unit."""
    yield from first_look(unit)
    yield from (cause.command for failure in diagnose(unit).failures for cause in failure.causes)


def test_every_row_has_a_test_case() -> None:
    assert [row.status for row in ROWS] == list(dict.fromkeys(row.status for row in ROWS))
    assert set(LEADS) == {row.status for row in ROWS}


@pytest.mark.parametrize("status", LEADS)
def test_a_setting_leads_to_its_row_and_is_named_there(status: str) -> None:
    unit = least_with(**LEADS[status])
    failure = failure_of(unit, status)
    assert failure is not None
    named = list(LEADS[status].values())[-1].split(":")[-1].split()[-1].strip("'")
    assert any(named in cause.sentence for cause in failure.causes), failure.causes


def test_statuses_that_the_unit_cannot_cause_are_listed_separately() -> None:
    diagnosis = diagnose(BARE)
    assert [failure.status for failure in diagnosis.failures] == ["203/EXEC"]
    assert {*diagnosis.others, "203/EXEC"} == {row.status for row in ROWS}


@pytest.mark.parametrize(
    "no", [{"Nice": []}, {"PrivateNetwork": "no"}, {"WorkingDirectory": "-/srv"}, {"Restart": "no"}]
)
def test_a_plain_no_leads_nowhere(no: dict[str, str | list[str]]) -> None:
    unit = Effective(unit_of(with_values(LEAST, User=[], **no)))
    assert diagnose(unit) == diagnose(BARE)


def test_an_optional_or_managed_path_is_not_a_cause() -> None:
    unit = least_with(ReadWritePaths="-/opt/may /var/lib/bob/x /srv", StateDirectory="bob")
    failure = failure_of(unit, "226/NAMESPACE")
    assert failure is not None
    assert not any(path in cause.sentence for cause in failure.causes for path in ("/opt/may", "/var/lib/bob", "/srv"))


def test_an_own_directory_that_was_not_prepared_is_named() -> None:
    failure = failure_of(least_with(own="/srv/bob", ProtectSystem="strict"), "226/NAMESPACE")
    assert failure is not None
    assert "/srv/bob" in failure.causes[0].sentence
    assert failure.causes[0].command == ShellCommand(("ls", "-ld", "--", "/srv/bob"))


def test_the_command_looks_up_the_user_by_name() -> None:
    failure = failure_of(least_with(User="bob"), "217/USER")
    assert failure == Failure(
        "217/USER",
        "Its user cannot be had",
        (
            FailureCause(
                "The user bob does not exist; the preparation makes it. Where it exists, this prints it.",
                ShellCommand(("getent", "passwd", "--", "bob"), root=False),
            ),
        ),
    )


def test_long_lists_are_shortened() -> None:
    paths = " ".join(f"/data/{n}" for n in range(50))
    failure = failure_of(least_with(ReadWritePaths=paths), "226/NAMESPACE")
    assert failure is not None
    assert "and 44 more" in failure.causes[0].sentence
    assert len(failure.causes[0].command.argv) == 9


@pytest.mark.parametrize("key", EXAMPLES)
def test_commands_leave_the_shell_alone(key: str, tmp_path: Path) -> None:
    texts = [command.text(sudo=True) for command in commands(Effective(unit_of(EXAMPLES[key])))]
    assert not any(word in text.split() for text in texts for word in ("exit", "set"))
    assert shellcheck(["#!/bin/sh\n" + "\n".join(texts) + "\n"], tmp_path) == ""


@pytest.fixture(scope="module")
def dash() -> Iterator[RecordingShell]:
    """A recording shell of the kind that Debian has."""
    with RecordingShell(SHELLS.get("dash", ["sh"])) as started:
        yield started


def assert_words(dash: RecordingShell, unit: Effective) -> None:
    """What a real sh calls is what the lists say."""
    asked = [command for command in commands(unit) if command.argv[0] != "systemd-path"]
    expected = [("sudo", *command.argv) if command.root else command.argv for command in asked]
    assert dash.run("\n".join(command.text(sudo=True) for command in asked))[1] == expected


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(unit=units_past_the_form())
def test_hostile_values_are_words(dash: RecordingShell, unit: UnitFile) -> None:
    assert_words(dash, Effective(unit))


HOSTILE_NAMES = (
    *("WorkingDirectory", "EnvironmentFile", "StandardOutput", "RootDirectory", "NetworkNamespacePath", "Requires"),
    *("BindPaths", "LoadCredential", "OpenFile", "ExecStart", "TTYPath", "Slice", "ConditionPathExists"),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(text=strategies.hostile_text)
def test_hostile_paths_are_words(dash: RecordingShell, text: str) -> None:
    path = f"/{text}".replace("\0", "").encode("utf-8", "ignore").decode()
    lines = tuple(Assignment(name, path) for name in HOSTILE_NAMES)
    assert_words(dash, Effective(UnitFile("hostile", assignments=lines)))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(parameters=strategies.parameters(262))
def test_every_configuration_has_an_answer(dash: RecordingShell, parameters: Parameters) -> None:
    entry = read(parameters)
    assume(entry.unit is not None)
    assert entry.unit is not None
    unit = Effective(entry.unit)
    diagnosis = diagnose(unit)
    assert {failure.status for failure in diagnosis.failures} | set(diagnosis.others) == {row.status for row in ROWS}
    assert_words(dash, unit)
    assert all(shlex.split(command.text(sudo=False)) == list(command.argv) for command in commands(unit))

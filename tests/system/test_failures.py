"""Units that fail for real: the status that systemd reports is a row's, the cause named is the one, and its command shows it."""

import time
from typing import NamedTuple

import pytest

from app.analysis.failures import ROWS, Failure, diagnose, first_look
from app.catalogue.versions import target
from app.effective import Effective
from app.unitfile.model import Assignment, UnitFile
from app.unitfile.render import render
from tests.system import lab

VERSIONS = (252, 257, 262)


class Case(NamedTuple):
    """A unit that fails: its lines, the row it comes to, words of the cause that is named, what its command prints.

    setup: commands for root beforehand. since, until: the first and the last systemd that fails so.
    """

    lines: str
    status: str
    named: str
    prints: str
    setup: str = ""
    since: int = 1
    until: int = 999


TRUE = "ExecStart=/bin/true"
CASES = {
    "user": Case(f"{TRUE}\nUser=nobodyhere", "217/USER", "The user nobodyhere does not exist", ""),
    "number": Case(f"{TRUE}\nUser=4711", "217/USER", "The user 4711 has no entry", ""),
    "dynamic": Case(f"{TRUE}\nDynamicUser=yes\nUser=audio", "217/USER", "There is a group audio", "audio:x:"),
    "group": Case(f"{TRUE}\nGroup=nogrouphere", "216/GROUP", "nogrouphere", ""),
    "groups": Case(f"{TRUE}\nUser=games\nSupplementaryGroups=games nogrouphere", "216/GROUP", "games, nogrouphere", "games:x:60:"),
    "program": Case("ExecStart=/nope/program", "203/EXEC", "/nope/program", "nope - No such file or directory"),
    "data": Case("ExecStart=/srv/fails/data", "203/EXEC", "/srv/fails/data", "-rw-r--r-- root root data", "install -d /srv/fails; install -m 644 /bin/true /srv/fails/data"),
    "closed": Case("ExecStart=/srv/fails/closed/program\nUser=games", "203/EXEC", "games may not enter", "drwx------ root root closed", "install -d -m 700 /srv/fails/closed; cp /bin/true /srv/fails/closed/program"),
    "script": Case("ExecStart=/srv/fails/script", "203/EXEC", "interpreter", "#!/nope/interpreter", "install -d /srv/fails; printf '#!/nope/interpreter\\n' >/srv/fails/script; chmod 755 /srv/fails/script"),
    "hidden": Case("ExecStart=/home/fails/program\nProtectHome=yes", "203/EXEC", "cannot see", "ProtectHome=yes", "install -d /home/fails; cp /bin/true /home/fails/program"),
    "not-executed": Case(f"{TRUE}\nNoExecPaths=/bin /usr/bin", "203/EXEC", "NoExecPaths=/bin /usr/bin", "NoExecPaths="),
    "plain": Case("ExecStart=noprogramhere", "203/EXEC", "noprogramhere", "/usr/bin"),
    "empty": Case(f"{TRUE}\nRootDirectory=/srv/fails/empty", "203/EXEC", "/srv/fails/empty/bin/true", "bin - No such file or directory", "mkdir -p /srv/fails/empty"),
    "root": Case(f"{TRUE}\nRootDirectory=/nope", "226/NAMESPACE", "/nope", "nope - No such file or directory"),
    "chroot": Case(f"{TRUE}\nRootDirectory=/nope\nMountAPIVFS=no", "210/CHROOT", "RootDirectory=/nope", "at step CHROOT", until=257),
    "cwd": Case(f"{TRUE}\nWorkingDirectory=/nope", "200/CHDIR", "/nope is not there", "nope - No such file or directory"),
    "cwd-closed": Case(f"{TRUE}\nWorkingDirectory=/root\nUser=games", "200/CHDIR", "games may not enter it", "drwx------ root root root"),
    "cwd-hidden": Case(f"{TRUE}\nWorkingDirectory=/home/fails\nProtectHome=yes", "200/CHDIR", "it is hidden", "", "install -d /home/fails"),
    "home": Case(f"{TRUE}\nWorkingDirectory=~\nUser=games", "200/CHDIR", "The home of games", "games:x:5:60:", "usermod --home /nope games"),
    "write": Case(f"{TRUE}\nReadWritePaths=/srv /nope", "226/NAMESPACE", "/nope", "cannot access '/nope'"),
    "hide": Case(f"{TRUE}\nInaccessiblePaths=/nope", "226/NAMESPACE", "/nope", "cannot access '/nope'"),
    "covered": Case(f"{TRUE}\nProtectHome=tmpfs\nReadWritePaths=/home/fails-data", "226/NAMESPACE", "covered", "/home/fails-data", "install -d /home/fails-data"),
    "bind": Case(f"{TRUE}\nBindPaths=/nope:/srv/there", "226/NAMESPACE", "/nope", "cannot access '/nope'"),
    "image": Case(f"{TRUE}\nRootImage=/nope.img", "226/NAMESPACE", "/nope.img", "nope.img - No such file or directory"),
    "extension": Case(f"{TRUE}\nExtensionDirectories=/nope", "226/NAMESPACE", "/nope", "cannot access '/nope'"),
    "ipc": Case(f"{TRUE}\nIPCNamespacePath=/run/nope", "226/NAMESPACE", "/run/nope", "nope - No such file or directory", since=257),
    "state": Case(f"{TRUE}\nUser=games\nStateDirectory=fails-link", "238/STATE_DIRECTORY", "/var/lib/fails-link", "l", "ln -sfn /srv /var/lib/fails-link"),
    "both": Case(f"{TRUE}\nDynamicUser=yes\nStateDirectory=fails-both", "238/STATE_DIRECTORY", "/var/lib/private/fails-both", "/var/lib/private/fails-both", "install -d -m 700 /var/lib/private; mkdir -p /var/lib/fails-both /var/lib/private/fails-both"),
    "cache": Case(f"{TRUE}\nCacheDirectory=fails", "239/CACHE_DIRECTORY", "/var/cache/fails", "-rwxr-xr-x root root fails", "touch /var/cache/fails"),
    "logs": Case(f"{TRUE}\nLogsDirectory=fails/logs", "240/LOGS_DIRECTORY", "/var/log/fails", "-rw-r--r-- root root fails", "touch /var/log/fails"),
    "runtime": Case(f"{TRUE}\nRuntimeDirectory=fails/run", "233/RUNTIME_DIRECTORY", "/run/fails", "-rw-r--r-- root root fails", "touch /run/fails"),
    "configuration": Case(f"{TRUE}\nConfigurationDirectory=fails/etc", "241/CONFIGURATION_DIRECTORY", "/etc/fails", "-rw-r--r-- root root fails", "touch /etc/fails"),
    "output": Case(f"{TRUE}\nStandardOutput=append:/nope/log", "209/STDOUT", "/nope/log", "nope - No such file or directory"),
    "early": Case(f"{TRUE}\nStandardOutput=append:/var/log/fails-early/log\nLogsDirectory=fails-early", "209/STDOUT", "before it creates /var/log/fails-early", "fails-early - No such file or directory"),
    "error": Case(f"{TRUE}\nStandardError=file:/nope/log", "222/STDERR", "/nope/log", "nope - No such file or directory"),
    "input": Case(f"{TRUE}\nStandardInput=file:/nope/in", "208/STDIN", "/nope/in", "nope - No such file or directory"),
    "terminal": Case(f"{TRUE}\nStandardInput=tty\nTTYPath=/dev/nope", "208/STDIN", "/dev/nope", "cannot access '/dev/nope'"),
    "open": Case(f"{TRUE}\nOpenFile=/nope/file:name", "202/FDS", "/nope/file", "nope - No such file or directory", since=257),
    "credential": Case(f"{TRUE}\nLoadCredential=a:/nope/secret", "243/CREDENTIALS", "/nope/secret", "nope - No such file or directory"),
    "encrypted": Case(f"{TRUE}\nSetCredentialEncrypted=a:aaaa", "243/CREDENTIALS", "SetCredentialEncrypted=a:aaaa", "CREDENTIALS"),
    "network": Case(f"{TRUE}\nNetworkNamespacePath=/run/netns/nope", "225/NETWORK", "/run/netns/nope", "cannot access '/run/netns/nope'"),
    "processors": Case(f"{TRUE}\nCPUAffinity=900", "215/CPUAFFINITY", "CPUAffinity=900", "at step CPUAFFINITY"),
    "nodes": Case(f"{TRUE}\nNUMAPolicy=bind\nNUMAMask=77", "242/NUMA_POLICY", "NUMAMask=77", "at step NUMA_POLICY"),
    "environment": Case(f"{TRUE}\nEnvironmentFile=/nope/env", "Result: resources", "/nope/env", "nope - No such file or directory"),
    "said": Case("ExecStart=/bin/sh -c 'echo x >/srv/fails-new'\nProtectSystem=strict", "1 and other numbers", "ProtectSystem=strict", "Read-only file system"),
    "denied": Case("ExecStart=/bin/cat /etc/shadow\nUser=games", "1 and other numbers", "games does not own the path", "/etc/shadow: Permission denied"),
    "shell": Case("ExecStart=/bin/sh -c noprogramhere", "126 or 127", "noprogramhere", "noprogramhere: not found"),
    "call": Case("ExecStart=/bin/uname\nSystemCallFilter=~uname", "31/SYS", "SystemCallFilter=~uname", "SystemCallFilter="),
    "ready": Case("Type=notify\nTimeoutStartSec=1s\nExecStart=/bin/sleep 60", "Result: timeout", "READY=1 from the program", "TimeoutStartUSec=1s"),
    "background": Case("Type=forking\nTimeoutStartSec=1s\nExecStart=/bin/sleep 60", "Result: timeout", "the first process to end", "Type=forking"),
    "long": Case("Type=exec\nRuntimeMaxSec=1s\nExecStart=/bin/sleep 60", "Result: timeout", "RuntimeMaxSec=1s", "RuntimeMaxUSec=1s"),
    "silent": Case("Type=notify\nExecStart=/bin/true", "Result: protocol", "ended before it sent READY=1", "Type=notify"),
    "lost": Case("Type=forking\nPIDFile=/run/nope.pid\nTimeoutStartSec=2s\nExecStart=/bin/true", "Result: protocol", "/run/nope.pid", "PIDFile=/run/nope.pid"),
    "dog": Case("Type=exec\nWatchdogSec=1s\nExecStart=/bin/sleep 60", "Result: watchdog", "WatchdogSec=1s", "WatchdogUSec=1s"),
    "limit": Case("Type=exec\nRestart=always\nRestartSec=10ms\nStartLimitBurst=2\nStartLimitIntervalSec=60s\nExecStart=/bin/false", "Result: start-limit-hit", "more than 2 times in 60s", "repeated too quickly"),
    "needed": Case(f"{TRUE}\nRequires=fails-shell.service\nAfter=fails-shell.service", "Result: dependency", "fails-shell.service", "failed"),
    "condition": Case(f"{TRUE}\nConditionPathExists=/nope", "start skipped", "ConditionPathExists=/nope", "ConditionPathExists=/nope"),
    "asked": Case(f"{TRUE}\nExecCondition=/bin/false", "start skipped", "ExecCondition=/bin/false", "exec-condition"),
}  # fmt: skip


def unit_of(key: str, version: int) -> Effective:
    """The unit of a case, past the form, which would refuse some of them."""
    lines = CASES[key].lines.split("\n")
    kind = [] if any(line.startswith("Type=") for line in lines) else ["Type=oneshot"]
    assignments = tuple(Assignment(*line.split("=", 1)) for line in (*kind, *lines))
    return Effective(UnitFile(f"fails-{key}", target(str(version)), assignments=assignments))


def status_of(guest: lab.Guest, name: str) -> str:
    """What systemd reports of a unit, as the rows call it."""
    asked = "Result,ExecMainCode,ExecMainStatus,ActiveState"
    said = guest.run(["systemctl", "show", "-p", asked, name], check=True).stdout
    found = dict(line.split("=", 1) for line in said.splitlines())
    log = guest.run(["journalctl", "-b", "-q", "--no-pager", "-o", "cat", f"UNIT={name}"], check=True).stdout
    if found["ActiveState"] in ("inactive", "active"):
        return "Result: dependency" if "Dependency failed for" in log else "start skipped"
    if "Start request repeated too quickly" in log:
        return "Result: start-limit-hit"
    if found["Result"] in ("exit-code", "signal"):
        return found["ExecMainStatus"]
    return f"Result: {found['Result']}"


def row_of(failures: tuple[Failure, ...], status: str) -> Failure | None:
    """The failure with a status as systemd reports it: a number alone, or the words of the row."""
    numbers = {"126": "126 or 127", "127": "126 or 127", "31": "31/SYS"}
    own = "1 and other numbers" if status.isdigit() and int(status) < 200 else status
    wanted = numbers.get(status, own)
    return next((f for f in failures if f.status == wanted or f.status.startswith(f"{wanted}/")), None)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_unit_fails_with_the_status_of_its_row_and_the_command_shows_the_cause(
    version: int, request: pytest.FixtureRequest
) -> None:
    guest: lab.Guest = request.getfixturevalue(f"guest{version}")
    keys = [key for key, case in CASES.items() if case.since <= version <= case.until]
    for key in keys:
        guest.write(f"/etc/systemd/system/fails-{key}.service", render(unit_of(key, version).file))
        guest.run(["sh", "-euc", CASES[key].setup], check=True)
    guest.run(["systemctl", "daemon-reload"], check=True)
    for key in keys:
        guest.run(["systemctl", "start", "--no-block", f"fails-{key}.service"], check=True)
    time.sleep(4)
    wrong = [f"{key}: {fault}" for key in keys for fault in faults(guest, key, version)]
    guest.run(
        [
            "sh",
            "-c",
            "usermod --home /usr/games games; rm -rf /home/fails /home/fails-data /var/lib/fails-link; systemctl stop 'fails-*'; systemctl reset-failed",
        ]
    )
    assert not wrong, "\n".join(wrong)


def faults(guest: lab.Guest, key: str, version: int) -> list[str]:
    """What is otherwise than the table and the tool have it."""
    case, unit = CASES[key], unit_of(key, version)
    failure = row_of(diagnose(unit).failures, status_of(guest, f"fails-{key}.service"))
    if failure is None or failure.status != case.status:
        return [f"systemd reports {status_of(guest, f'fails-{key}.service')}, the row is {failure}"]
    cause = next((cause for cause in failure.causes if case.named in cause.sentence), None)
    if cause is None:
        return [f"no cause has {case.named!r}: {failure.causes}"]
    done = guest.run(["sh", "-c", cause.command.text(sudo=False)])
    printed = done.stdout + done.stderr
    if case.prints not in printed or (not case.prints and printed and "hidden" not in cause.sentence):
        return [f"{cause.command.text(sudo=False)!r} printed {printed!r}"]
    return []


NOT_IN_A_GUEST = {
    *("201/NICE", "205/LIMITS", "206/OOM_ADJUST", "211/IOPRIO", "213/SECUREBITS", "214/SETSCHEDULER"),
    *("218/CAPABILITIES", "219/CGROUP", "224/PAM", "228/SECCOMP", "229/SELINUX_CONTEXT", "230/PERSONALITY"),
    *("231/APPARMOR_PROFILE", "232/ADDRESS_FAMILIES", "236/SMACK_PROCESS_LABEL", "237/KEYRING", "245/BPF"),
    "Result: oom-kill",
}
"""Rows that need a machine that refuses what a guest has, or has what a guest has not."""


def test_every_other_row_was_reproduced() -> None:
    assert {row.status for row in ROWS} - {case.status for case in CASES.values()} == NOT_IN_A_GUEST


def test_the_first_commands_show_the_cause(guest257: lab.Guest) -> None:
    guest257.write("/etc/systemd/system/fails-first.service", "[Service]\nExecStart=/nope\n")
    guest257.run(["systemctl", "start", "fails-first.service"])
    time.sleep(0.5)
    unit = Effective(UnitFile("fails-first"))
    status, said, shown = (guest257.run(["sh", "-c", c.text(sudo=False)]).stdout for c in first_look(unit))
    guest257.run(["systemctl", "reset-failed"])
    assert "status=203/EXEC" in status
    assert "Failed at step EXEC" in said
    assert "ExecMainStatus=203" in shown

"""Every pitfall that can be reproduced, on booted systemd: what goes wrong as its rule says, and goes right after its fix."""

import shlex
from collections.abc import Callable
from typing import NamedTuple

import pytest

from app.analysis import rules
from app.analysis.rules import Finding
from app.effective import instances_of
from app.host.prep import prepare_script
from app.unitfile.model import UnitFile
from app.unitfile.render import render
from tests.analysis.rules.cases import Values
from tests.support.configurations import Parameters, read, with_values
from tests.system import lab

STARTED = "[ $STARTED = 0 ]"
"""Whether the service started and did its work without a fault: what systemctl start ended with."""


class Pitfall(NamedTuple):
    """A unit that goes wrong, and how to see it. NAME stands for its name, which is its user's too.

    values: what differs from the plain unit, which runs `does` as a shell. host: what the machine is like before. check: what
    succeeds where nothing is wrong, asked as root. mended: what an administrator has to do besides following the fix; None
    where there is no fix. prepared: whether the preparation runs before the fault is looked for.
    """

    id: str
    field: str
    values: Values
    does: str = "true"
    host: str = ""
    check: str = STARTED
    mended: str | None = ""
    prepared: bool = True


AS_NEIGHBOUR = "runuser -u neighbour --"
OPEN_HOME = "install -d /home/open && echo x >/home/open/file && chmod 644 /home/open/file"
WITH_SIBLING = "pgrep -u {0} sleep || systemd-run --quiet --uid={0} --setenv=SECRET=x sleep 600"
READ_SIBLING = "pid=$(pgrep -o -u {0} sleep) && ! grep -q SECRET=x /proc/$pid/environ"
BINDS = """exec perl -MIO::Socket::INET -e 'IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => 80) or die'"""
MAPS_CODE = """#!/usr/bin/perl
my $mmap = `uname -m` =~ /x86_64/ ? 9 : 222;
exit(syscall($mmap, 0, 4096, 7, 0x22, -1, 0) == -1);
"""
WITH_USER = "getent passwd NAME >/dev/null || useradd --system --user-group --home-dir /nonexistent NAME"
NOT_BY_ROOT = "[ ! -e /run/NAME ] || [ $(stat -c %u /run/NAME) != 0 ]"
WRITES_ITSELF = '#!/bin/sh\n! sh -c "echo >>/srv/NAME/app" 2>/dev/null\n'
INSTANCES: Values = {"name": "NAME@", "instance": ["one", "two"], "Type": "exec"}
STAYS = "exec sleep 600"
PROCESS_OF = "$(systemctl show --value -p MainPID NAME@{0}.service)"
ITS = f"its=$(tr '\\0' '\\n' </proc/{PROCESS_OF}/environ | sed -n s/^{{1}}_DIRECTORY=//p) && [ -n \"$its\" ]"
STOPS_OTHER = f"! runuser -u $(stat -c %U /proc/{PROCESS_OF.format('two')}) -- kill -0 {PROCESS_OF.format('one')}"


def file(path: str, text: str, mode: str = "755") -> str:
    """A command that writes a file and what is above it."""
    return f"install -d $(dirname {path}) && printf %s {shlex.quote(text)} >{path} && chmod {mode} {path}"


PITFALLS = [
    Pitfall("P2", "User", {"User": []}, "[ $(id -u) != 0 ]"),
    Pitfall("P2", "User", {"User": [], "Group": "users"}, "[ $(id -u) != 0 ]"),
    Pitfall("P3", "User", {"User": [], "ProtectSystem": "strict"}, "! mount -o remount,bind,rw / || ! touch /usr/NAME"),
    Pitfall("P4", "ProtectHome", {"User": [], "ProtectSystem": "strict", "CapabilityBoundingSet": "~CAP_SYS_ADMIN"}, "! touch /home/NAME"),
    Pitfall("P5", "StateDirectoryMode", {"StateDirectory": "NAME"}, check=f"! {AS_NEIGHBOUR} ls /var/lib/NAME"),
    Pitfall("P5", "RuntimeDirectoryMode", {"RuntimeDirectory": "NAME", "RemainAfterExit": "yes"}, check=f"! {AS_NEIGHBOUR} ls /run/NAME"),
    Pitfall("P5", "UMask", {"UMask": [], "own": "/srv/NAME:0755"}, "rm -f /srv/NAME/f && echo x >/srv/NAME/f", check=f"! {AS_NEIGHBOUR} cat /srv/NAME/f"),
    Pitfall("P6", "User", {"User": "www-data"}, READ_SIBLING.format("www-data"), WITH_SIBLING.format("www-data")),
    Pitfall("P7", "StateDirectory", {**INSTANCES, "User": "NAME-%i", "StateDirectory": "NAME", "StateDirectoryMode": "0700"}, STAYS, check=f"{ITS.format('one', 'STATE')} && runuser -u NAME-one -- touch $its/f && {ITS.format('two', 'STATE')} && runuser -u NAME-two -- touch $its/f"),
    Pitfall("P8", "RuntimeDirectory", {**INSTANCES, "User": "NAME-%i", "RuntimeDirectory": "NAME", "RuntimeDirectoryMode": "0750"}, STAYS, check=f"{ITS.format('two', 'RUNTIME')} && systemctl stop NAME@one.service && [ -d $its ]"),
    Pitfall("P9", "ReadWritePaths", {"ProtectSystem": "strict", "ReadWritePaths": "/srv"}, "! touch /srv/others-NAME/f", "install -d -m 777 /srv/others-NAME"),
    Pitfall("P10", "ProtectSystem", {"User": [], "DynamicUser": "yes", "ProtectSystem": "full"}, check="written=$(sed -n s/^ProtectSystem=//p /etc/systemd/system/NAME.service); [ -z $written ] || [ $written = $(systemctl show -P ProtectSystem NAME.service) ]"),
    Pitfall("P11", "ProtectHome", {"User": [], "DynamicUser": "yes"}, "! cat /home/open/file", OPEN_HOME),
    Pitfall("P12", "User", {"User": "backup", "DynamicUser": "yes"}, "[ $(id -u) -ge 61184 ]"),
    Pitfall("P13", "User", {"User": "docker", "DynamicUser": "yes"}, host="getent group docker || groupadd docker"),
    Pitfall("P14", "User", {**INSTANCES, "StateDirectory": "NAME", "StateDirectoryMode": "0700"}, STAYS, check=STOPS_OTHER),
    Pitfall("P14", "User", {**INSTANCES, "User": [], "DynamicUser": "yes"}, STAYS, check=STOPS_OTHER),
    Pitfall("P15", "User", {"name": "NAME.x", "User": [], "DynamicUser": "yes"}, "! id -un | grep ^_du"),
    Pitfall("P16", "ReadWritePaths", {"User": [], "DynamicUser": "yes", "ReadWritePaths": "/srv/NAME"}, "touch /srv/NAME/f || touch $STATE_DIRECTORY/f", "rm -rf /srv/NAME; install -d -m 777 /srv/NAME", "[ ! -e /srv/NAME/f ] || getent passwd $(stat -c %u /srv/NAME/f)"),
    Pitfall("P16", "own", {"User": [], "DynamicUser": "yes", "own": "/srv/NAME"}, "touch /srv/NAME/f || touch $STATE_DIRECTORY/f", "rm -rf /srv/NAME; install -d -m 777 /srv/NAME", "[ ! -e /srv/NAME/f ] || getent passwd $(stat -c %u /srv/NAME/f)", prepared=False),
    Pitfall("P17", "WorkingDirectory", {"User": [], "DynamicUser": "yes", "WorkingDirectory": "~", "StateDirectory": "NAME"}),
    Pitfall("P18", "RequiresMountsFor", {"User": [], "DynamicUser": "yes", "StateDirectory": "NAME", "RequiresMountsFor": "/var/lib/NAME"}, "touch $STATE_DIRECTORY/f", "mkdir /var/lib/NAME && mount -t tmpfs tmpfs /var/lib/NAME", mended="umount /var/lib/NAME && rmdir /var/lib/NAME && install -d -m 700 /var/lib/private && mkdir /var/lib/private/NAME && mount -t tmpfs tmpfs /var/lib/private/NAME"),
    Pitfall("P19", "StateDirectory", {"StateDirectory": "NAME.a:NAME NAME", "StateDirectoryMode": "0700"}, "touch /var/lib/NAME/f"),
    Pitfall("P20", "StateDirectoryMode", {"User": [], "DynamicUser": "yes", "StateDirectory": "NAME", "StateDirectoryMode": "2770"}, check="getent group $(stat -c %g /var/lib/private/NAME)", mended=None),
    Pitfall("P21", "User", {"User": "nobody-NAME", "account": "existing"}, mended=None),
    Pitfall("P21", "Group", {"User": "daemon", "account": "existing", "Group": "none-NAME"}, mended=None),
    Pitfall("P21", "SupplementaryGroups", {"SupplementaryGroups": "none-NAME"}, mended=None),
    Pitfall("P23", "User", {"User": "nobody", "account": "existing"}, READ_SIBLING.format("nobody"), WITH_SIBLING.format("nobody")),
    Pitfall("P24", "ReadWritePaths", {"ProtectSystem": "strict", "ReadWritePaths": "/srv/NAME/data"}, "touch /srv/NAME/data/f"),
    Pitfall("P25", "ReadWritePaths", {"ProtectSystem": "strict", "ReadWritePaths": "/run/NAME"}, "touch /run/NAME/f"),
    Pitfall("P26", "ReadWritePaths", {"ProtectSystem": "strict", "ReadWritePaths": "-/srv/NAME"}, "touch /srv/NAME/f", "install -d /srv/NAME"),
    Pitfall("P27", "ReadWritePaths", {"User": [], "ProtectSystem": "strict", "CapabilityBoundingSet": "~CAP_SYS_ADMIN", "ReadWritePaths": "/"}, "for path in $(sed -n s/^ReadWritePaths=//p /etc/systemd/system/NAME.service); do touch $path/usr/NAME; done"),
    Pitfall("P28", "ReadWritePaths", {"ProtectSystem": "strict", "ReadWritePaths": "-/srv/NAME/x.db"}, "echo >/srv/NAME/new && mv /srv/NAME/new /srv/NAME/x.db", f"{WITH_USER}; install -d -o NAME /srv/NAME; install -o NAME /dev/null /srv/NAME/x.db"),
    Pitfall("P29", "ExecStart", {"ProtectHome": "yes", "ExecStart": "/home/NAME/app"}, host=file("/home/NAME/app", "#!/bin/sh\n")),
    Pitfall("P29", "WorkingDirectory", {"ProtectHome": "tmpfs", "WorkingDirectory": "/home/NAME"}, "[ $PWD = /home/NAME ]", "install -d /home/NAME"),
    Pitfall("P30", "ProtectHome", {"ProtectHome": "yes", "EnvironmentFile": "/data/home/x/env"}, "! cat /data/home/x/file", f"{file('/data/home/x/env', '', '644')}; {file('/data/home/x/file', 'x', '644')}"),
    Pitfall("P30", "ProtectHome", {"ProtectHome": "yes", "WorkingDirectory": "/srv/home/NAME"}, "! cat /srv/home/x/file && [ $PWD = /srv/home/NAME ]", f"{file('/srv/home/x/file', 'x', '644')}; install -d /srv/home/NAME"),
    Pitfall("P31", "InaccessiblePaths", {"InaccessiblePaths": "/srv", "own": "/srv/NAME"}, "touch /srv/NAME/f"),
    Pitfall("P32", "PrivateTmp", {"ProtectSystem": "strict"}, "touch /tmp/NAME && touch /var/tmp/NAME"),
    Pitfall("P33", "StateDirectory", {"ProtectSystem": "strict", "PrivateTmp": "yes"}, "touch ${STATE_DIRECTORY:-/var/lib/NAME}/f"),
    Pitfall("P34", "ConfigurationDirectory", {"ProtectSystem": "strict", "ConfigurationDirectory": "NAME"}, "! touch /etc/NAME/f", WITH_USER, mended="rm -r /etc/NAME", prepared=False),
    Pitfall("P36", "StateDirectoryMode", {"StateDirectory": "NAME/b", "StateDirectoryMode": "0700"}, check=f"! {AS_NEIGHBOUR} ls /var/lib/NAME", mended=None),
    Pitfall("P37", "account", {"account": "existing", "StateDirectory": "NAME", "StateDirectoryMode": "0700"}, "cat $STATE_DIRECTORY/f", f"{WITH_USER}; install -d -o NAME -g NAME -m 700 /var/lib/NAME; install -m 600 /dev/null /var/lib/NAME/f", mended=None),
    Pitfall("P38", "StandardOutput", {"LogsDirectory": "NAME", "StandardOutput": "append:/var/log/NAME/log"}, "echo x"),
    Pitfall("P39", "AmbientCapabilities", {"Environment": "PORT=80"}, BINDS),
    Pitfall("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "CapabilityBoundingSet": "CAP_CHOWN"}, BINDS),
    Pitfall("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "PrivateUsers": "yes"}, BINDS),
    Pitfall("P40", "ExecStart", {"NoNewPrivileges": "yes", "ExecStart": "/bin/sh -c 'test $$(/usr/local/lib/NAME/sudo -u) = 0'"}, host="install -d /usr/local/lib/NAME && install -m 4755 /usr/bin/id /usr/local/lib/NAME/sudo"),
    Pitfall("P41", "ExecStart", {"RestrictSUIDSGID": "yes", "own": "/srv/NAME", "ExecStart": "/bin/chmod g+s /srv/NAME"}),
    Pitfall("P42", "SupplementaryGroups", {"SupplementaryGroups": "shadow"}, "! cat /etc/shadow"),
    Pitfall("P42", "Group", {"Group": "shadow"}, "! cat /etc/shadow", mended="userdel NAME"),
    Pitfall("P43", "SupplementaryGroups", {"account": "existing", "SupplementaryGroups": "video"}, "! id -Gn | grep -qw audio", f"{WITH_USER}; usermod -aG audio NAME", mended=None),
    Pitfall("P44", "PrivateTmp", {"UMask": "0022"}, "echo x >/tmp/NAME && echo x >/var/tmp/NAME", "rm -f /tmp/NAME /var/tmp/NAME", f"! {AS_NEIGHBOUR} cat /tmp/NAME && ! {AS_NEIGHBOUR} cat /var/tmp/NAME"),
    Pitfall("P44", "PrivateTmp", {"UMask": "0022", "PrivateTmp": "yes", "ProtectSystem": "strict", "PrivateDevices": "yes", "PrivateIPC": "yes"}, "echo x >/dev/shm/NAME", "rm -f /dev/shm/NAME", f"! {AS_NEIGHBOUR} cat /dev/shm/NAME"),
    Pitfall("P45", "ProtectProc", {}, "! cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -q 'sleep 43[2]1'"),
    Pitfall("P46", "Environment", {"Environment": "API_TOKEN=hunter2"}, check=f"! {AS_NEIGHBOUR} systemctl show -P Environment NAME.service | grep hunter2", mended=None),
    Pitfall("P47", "ExecStart", {"ProtectSystem": "full", "own": "/srv/NAME", "ExecStart": "/srv/NAME/app"}, host=file("/srv/NAME/app", WRITES_ITSELF)),
    Pitfall("P48", "ExecStart", {"MemoryDenyWriteExecute": "yes", "ExecStart": "/usr/local/lib/NAME/node"}, host=file("/usr/local/lib/NAME/node", MAPS_CODE)),
    Pitfall("P55", "EnvironmentFile", {"EnvironmentFile": "/etc/NAME.env"}),
    Pitfall("P56", "ExecStartPre", {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ExecStartPre": "+/usr/bin/touch /usr/NAME"}, check="[ ! -e /usr/NAME ]", host="rm -f /usr/NAME"),
    Pitfall("P56", "ExecStartPre", {"ExecStartPre": "!/usr/bin/touch /usr/NAME"}, check="[ ! -e /usr/NAME ]", host="rm -f /usr/NAME"),
    Pitfall("P56", "PermissionsStartOnly", {"PermissionsStartOnly": "yes", "ExecStartPre": "/usr/bin/touch /usr/NAME"}, check="[ ! -e /usr/NAME ]", host="rm -f /usr/NAME"),
    Pitfall("P57", "AmbientCapabilities", {"AmbientCapabilities": "CAP_DAC_READ_SEARCH"}, "! cat /srv/secret-NAME/f", "install -d -m 700 /srv/secret-NAME && install -m 600 /dev/null /srv/secret-NAME/f"),
    Pitfall("P58", "Environment", {"Environment": "PATH=/srv/NAME:/usr/bin:/bin", "ExecStartPre": "+/bin/sh -c id"}, host="rm -f /run/NAME; " + file("/srv/NAME/id", "#!/bin/sh\ntouch /run/NAME\n"), check=NOT_BY_ROOT),
    Pitfall("P58", "ExecStartPre", {"ExecStartPre": "+/bin/sh -c '/srv/NAME/id'"}, host="rm -f /run/NAME; " + file("/srv/NAME/id", "#!/bin/sh\ntouch /run/NAME\n"), check=NOT_BY_ROOT),
    Pitfall("P59", "User", {"User": "my.app", "DynamicUser": "yes"}),
    Pitfall("P60", "StateDirectory", {"StateDirectory": "misc", "StateDirectoryMode": "0755"}, host="install -d -o root /var/lib/misc", check="[ $(stat -c %U /var/lib/misc) = root ]", mended=None),
    Pitfall("P60", "StandardError", {"StandardError": "append:/etc/cron.d/NAME"}, "echo x >&2", "rm -f /etc/cron.d/NAME; mkdir -p /etc/cron.d", check="[ ! -e /etc/cron.d/NAME ]"),
    Pitfall("P61", "StandardOutput", {"StateDirectory": "NAME", "StateDirectoryMode": "0700", "StandardOutput": "append:/var/lib/NAME/log"}, "echo x", "rm -f /etc/NAME; install -d /var/lib/NAME; ln -sf /etc/NAME /var/lib/NAME/log", check="[ ! -e /etc/NAME ]"),
    Pitfall("P62", "StandardOutput", {"StandardOutput": "truncate:/e%Wtc/NAME"}, host="echo x >/etc/NAME", check="[ -s /etc/NAME ]"),
]  # fmt: skip

SEEN_ELSEWHERE = {
    "P52": "SELinux, which no guest enforces",
    "P63": "sockets, which test_root_paths.py starts",
    "P65": "what opens or stops the whole guest; test_as_root.py starts a service with a credential of the system's",
    "P76": "where else secrets stand: what others can read of a unit is the same as for P46",
}
"""Pitfalls with a rule that are not shown by a service of these tests."""

PLAIN: Parameters = [
    ("name", "NAME"),
    ("Type", "oneshot"),
    ("ExecStart", "/bin/sh /usr/local/bin/NAME"),
    ("User", "NAME"),
    ("UMask", "0077"),
]
"""The unit that every row differs from: it runs what the row does."""


def named(row: Pitfall, at: int, text: str) -> str:
    """A text of a row with the name of its service."""
    return text.replace("NAME", f"pit{at}-{row.id.lower()}")


def unit_of_row(row: Pitfall, at: int, version: int) -> UnitFile:
    """The unit that goes wrong, refused or not."""
    parameters = [("systemd", str(version)), *with_values(PLAIN, **row.values)]
    unit = read([(key, named(row, at, value)) for key, value in parameters], posted=True).unit
    assert unit is not None, row
    return unit


def finding_of(row: Pitfall, unit: UnitFile) -> Finding:
    """The finding that a row is about, with its fix as the page offers it."""
    offered = rules.with_working_fixes(unit, rules.judge(unit))
    return next(finding for finding in offered if (finding.id, finding.field) == (row.id, row.field))


class Service(NamedTuple):
    """A unit on its way to a machine, and what to do there: commands before, whether its preparation runs, how it is seen."""

    unit: UnitFile
    does: str
    host: str
    prepared: bool
    check: str


def faults(guest: lab.Guest, services: list[Service]) -> tuple[list[bool], list[str]]:
    """Which of the services go wrong once they are installed and started, and what their preparations said."""
    said = []
    for service in services:
        name = service.unit.name
        guest.write(f"/usr/local/bin/{name.partition('.')[0].removesuffix('@')}", service.does, mode=0o755)
        guest.run(["sh", "-c", service.host])
        if service.prepared:
            done = guest.run(["sh"], input=prepare_script(*instances_of(service.unit)))
            said.append(f"{name}: {done.stderr}" if done.returncode else "")
        guest.write(f"/etc/systemd/system/{name}.service", render(service.unit))
    guest.run(["systemctl", "daemon-reload"], check=True)
    wrong = []
    for service in services:
        files = [one.file_name for one in instances_of(service.unit)]
        started = max(guest.run(["systemctl", "start", file]).returncode for file in files)
        wrong.append(guest.run(["env", f"STARTED={started}", "sh", "-c", service.check]).returncode != 0)
        guest.run(["systemctl", "stop", *files])
        guest.run(["systemctl", "reset-failed", *files])
    return wrong, [line for line in said if line]


@pytest.fixture(params=[252, 257, 262])
def machine(request: pytest.FixtureRequest) -> tuple[int, lab.Guest]:
    """A booted guest with a neighbour, who runs a program of his own."""
    guest: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    guest.run(["useradd", "--system", "neighbour"])
    guest.run(["systemd-run", "--uid=neighbour", "--unit=neighbour", "sleep", "4321"])
    return request.param, guest


def bad_service(row: Pitfall, at: int, unit: UnitFile) -> Service:
    """The service of a row as it goes wrong."""
    does, host, check = (named(row, at, text) for text in (row.does, row.host, row.check))
    return Service(unit, does, host, row.prepared, check)


def good_service(row: Pitfall, at: int, unit: UnitFile) -> Service:
    """The same once the fix is followed, and done what it leaves to the administrator; where it changed no unit, the
    preparation is what mends.
    """
    finding, bad = finding_of(row, unit), bad_service(row, at, unit)
    host = named(row, at, row.mended or "") or bad.host
    return bad._replace(unit=finding.fix.unit if finding.fix else unit, host=host, prepared=True)


def test_every_pitfall_fails_and_its_fix_resolves_it(machine: tuple[int, lab.Guest], say: Callable[..., None]) -> None:
    version, guest = machine
    rows = [(row, at, unit_of_row(row, at, version)) for at, row in enumerate(PITFALLS)]
    wrong, _ = faults(guest, [bad_service(*row) for row in rows])
    mended = [(row, at, unit) for row, at, unit in rows if row.mended is not None]
    still, said = faults(guest, [good_service(*row) for row in mended])
    unseen = [(row.id, row.field) for (row, _, _), is_wrong in zip(rows, wrong, strict=True) if not is_wrong]
    left = [(row.id, row.field) for (row, _, _), is_wrong in zip(mended, still, strict=True) if is_wrong]
    seen, of = len(rows) - len(unseen), len({row.id for row, _, _ in rows})
    say(
        f"systemd {version}: {seen} of {len(rows)} units go wrong, of {of} pitfalls; {len(mended) - len(left)} of {len(mended)} are mended by the fix; {len(unseen) + len(left)} failures"
    )
    guest.run(["sh", "-c", "chown root:root /var/lib/misc; pkill -u www-data,nobody,neighbour sleep"])
    assert unseen == []
    assert left == []
    assert said == []


@pytest.mark.parametrize(("row", "at"), [(row, at) for at, row in enumerate(PITFALLS)], ids=str)
def test_exactly_the_resolved_pitfalls_have_a_fix(row: Pitfall, at: int) -> None:
    finding = finding_of(row, unit_of_row(row, at, 257))
    by_preparation = row.mended is not None and not row.prepared and finding.severity == "note"
    assert (finding.fix is not None) == (row.mended is not None and not by_preparation)


def test_every_pitfall_that_a_rule_reports_is_reproduced() -> None:
    from app.analysis.rules import ALL_RULES

    told = {name for row in ALL_RULES for name in row.ids if name[1:].isdigit()}
    assert told - {row.id for row in PITFALLS} == set(SEEN_ELSEWHERE)

"""Paths on which systemd acts as root: those of the system, those that others can lead elsewhere, those only the machine knows."""

import pytest

from app.analysis import rules
from app.analysis.rules import root_paths
from app.catalogue.reserved import RESERVED_DIRECTORIES
from app.catalogue.root_paths import HAND_OVER, WRITE, reserved_by
from app.effective import Effective
from tests.analysis.rules.cases import Twins, Values, find, ids, judged
from tests.support.configurations import LEAST, read, with_values
from tests.support.pace import within

ROOM: Values = {"StateDirectory": "myapp", "StateDirectoryMode": "0700"}
QUIET_SOCKET: Values = {"socket.Socket.SocketMode": "0660"}

# Findings that refuse. id, field, bad twin, good twin
REFUSED: list[Twins] = [
    Twins("P60", "StandardOutput", {"StandardOutput": "truncate:/etc/passwd"}, {"StandardOutput": "append:/srv/myapp/log"}),
    Twins("P60", "StandardOutput", {"StandardOutput": "append:%E/cron.d/x"}, {"StandardOutput": "append:/var/log/myapp/log"}),
    Twins("P60", "StandardError", {"StandardError": "file:/proc/1/root/etc/motd"}, {"StandardError": "file:/dev/tty1"}),
    Twins("P60", "StandardInput", {"StandardInput": "file:/dev/sda"}, {"StandardInput": "file:/etc/services"}),
    Twins("P60", "OpenFile", {"OpenFile": "/run/../etc/motd:x:truncate"}, {"OpenFile": "/etc/motd:x:read-only"}),
    Twins("P60", "PIDFile", {"PIDFile": "/etc/passwd"}, {"PIDFile": "/opt/tomcat/temp/tomcat.pid"}),
    Twins("P60", "PIDFile", {"PIDFile": "systemd/notify"}, {"PIDFile": "myapp.pid"}),
    Twins("P60", "PIDFile", {"PIDFile": "%h/x.pid"}, {"PIDFile": "/var/run/nginx.pid"}),
    Twins("P60", "BindPaths", {"BindPaths": "/etc/hostname:/etc/cron.d/planted"}, {"BindPaths": "/srv/hosts:/etc/hosts"}),
    Twins("P60", "BindReadOnlyPaths", {"BindReadOnlyPaths": "/dev/null:/etc/nologin"}, {"BindReadOnlyPaths": "/etc/cron.d/x"}),
    Twins("P60", "TemporaryFileSystem", {"TemporaryFileSystem": "/usr/lib/new"}, {"TemporaryFileSystem": "/var:ro /etc /usr/lib/systemd"}),
    Twins("P60", "MountImages", {"MountImages": "/srv/a.raw:/root/.ssh"}, {"MountImages": "/srv/a.raw:/srv/a"}),
    Twins("P63", "socket.Socket.ListenStream", {**QUIET_SOCKET, "socket.Socket.ListenStream": "/etc/shells"}, {**QUIET_SOCKET, "socket.Socket.ListenStream": "@/etc/shells"}),
    Twins("P63", "socket.Socket.ListenFIFO", {**QUIET_SOCKET, "socket.Socket.ListenFIFO": "/bin/x"}, {**QUIET_SOCKET, "socket.Socket.ListenFIFO": "/run/x"}),
    Twins("P63", "socket.Socket.Symlinks", {**QUIET_SOCKET, "socket.Socket.ListenStream": "/run/x", "socket.Socket.Symlinks": '/run/y "/etc/issue"'}, {**QUIET_SOCKET, "socket.Socket.ListenStream": "/run/x", "socket.Socket.Symlinks": "/run/y"}),
    Twins("P60", "path.Path.PathChanged", {"path.Path.PathChanged": "/etc/cron.d/x", "path.Path.MakeDirectory": "yes"}, {"path.Path.PathChanged": "/etc/cron.d/x"}),
    Twins("P60", "socket.Socket.StateDirectory", {**QUIET_SOCKET, "socket.Socket.ListenStream": "80", "socket.Socket.StateDirectory": "dpkg"}, {**QUIET_SOCKET, "socket.Socket.ListenStream": "80", "socket.Socket.StateDirectory": "myapp"}),
    Twins("P62", "StandardOutput", {"StandardOutput": "truncate:/e%Wtc/motd"}, {"StandardOutput": "truncate:/srv/%p/log"}),
    Twins("P62", "PIDFile", {"PIDFile": "/run/%W/utmp"}, {"PIDFile": "%p.pid"}),
    Twins("P62", "LoadCredential", {"LoadCredential": "a:/srv/%H/key"}, {"LoadCredential": "a:/srv/key"}),
    Twins("P62", "socket.Socket.ListenStream", {**QUIET_SOCKET, "socket.Socket.ListenStream": "/run/%W/x"}, {**QUIET_SOCKET, "socket.Socket.ListenStream": "@%W"}),
]  # fmt: skip

# Findings that do not refuse.
TOLD: list[Twins] = [
    Twins("P61", "StandardOutput", {**ROOM, "StandardOutput": "append:/var/lib/myapp/log"}, {**ROOM, "StandardOutput": "append:/var/log/myapp.log"}),
    Twins("P61", "StandardError", {"own": "/srv/myapp", "StandardError": "file:/srv/myapp/log"}, {"own": "/srv/myapp", "StandardError": "file:/srv/log"}),
    Twins("P61", "StandardInput", {"ReadWritePaths": "-/srv/in", "StandardInput": "file:/srv/in/a"}, {"ReadWritePaths": "-/var/log", "StandardInput": "file:/var/log/a"}),
    Twins("P61", "OpenFile", {"OpenFile": "/home/a/b"}, {"OpenFile": "/srv/a/b"}),
    Twins("P61", "OpenFile", {"OpenFile": "/tmp/b::read-only"}, {"OpenFile": "/var/b"}),
    Twins("P61", "PIDFile", {"own": "/opt/tomcat", "PIDFile": "/opt/tomcat/temp/tomcat.pid"}, {"own": "/opt/tomcat", "PIDFile": "/opt/tomcat/tomcat.pid"}),
    Twins("P61", "LoadCredential", {**ROOM, "LoadCredential": "a:/var/lib/myapp/a"}, {**ROOM, "User": [], "LoadCredential": "a:/var/lib/myapp/a"}),
    Twins("mount-point", "BindPaths", {"BindPaths": "/srv/x:/etc/x"}, {"BindPaths": "/srv/x:/etc/myapp/x"}),
    Twins("mount-point", "BindPaths", {"BindPaths": "/srv/x:/etc/x"}, {"BindPaths": "/srv/x:/etc/x", "TemporaryFileSystem": "/etc"}),
    Twins("mount-point", "BindPaths", {**ROOM, "BindPaths": "/srv/x:/var/lib/myapp/x"}, {**ROOM, "BindPaths": "/srv/x:/srv/y"}),
]  # fmt: skip

TWINS = [*REFUSED, *TOLD]


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), REFUSED, ids=str)
def test_a_harmful_path_is_an_error_at_its_field(finding_id: str, field: str, bad: Values, good: Values) -> None:
    entry = read(with_values(LEAST, **bad))
    assert list(entry.errors) == [field]
    assert {finding.id for finding in entry.findings if finding.severity == "error"} == {finding_id}
    assert not read(with_values(LEAST, **good)).errors


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TOLD, ids=str)
def test_a_path_that_depends_on_the_service_or_the_host_is_not_refused(
    finding_id: str, field: str, bad: Values, good: Values
) -> None:
    assert not read(with_values(LEAST, **bad)).errors
    assert find(judged(bad), finding_id).severity in {"warning", "note"}


@pytest.mark.parametrize(
    ("bad", "values"),
    [
        ({"StandardOutput": "append:/etc/cron.d/x"}, ("journal",)),
        ({**ROOM, "StandardOutput": "append:/var/lib/myapp/log"}, ("journal",)),
        ({"StandardOutput": "append:/e%Wtc/x"}, ("journal",)),
    ],
)
def test_output_moves_to_the_journal(bad: Values, values: tuple[str, ...]) -> None:
    unit = judged(bad)
    found = next(f for f in rules.judge(unit) if f.field == "StandardOutput")
    assert found.fix is not None
    assert found.fix.unit.values("StandardOutput") == values


def test_no_fix_proposes_log_files_in_a_directory_of_the_service() -> None:
    for twin in TWINS:
        unit = Effective(judged(twin.bad))
        for finding in (finding for rule in root_paths.RULES for finding in rule(unit)):
            assert "directory of the service's own" not in finding.message, finding


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        ({"BindPaths": "/srv/a:/etc/x /srv/b:/etc/x/y"}, False),
        ({"BindPaths": "/srv:/mnt /srv/b:/mnt/y"}, False),
        ({"BindPaths": "/etc:/mnt /srv/b:/mnt/cron.d/y"}, True),
        ({"ProtectHome": "tmpfs", "BindPaths": "/srv/b:/root/y"}, False),
        ({"ProtectHome": "yes", "BindPaths": "/srv/b:/usr/y"}, True),
        ({"RootDirectory": "/srv/root", "BindPaths": "/srv/b:/usr/y"}, False),
        ({"RootDirectory": "/", "BindPaths": "/srv/b:/usr/y"}, True),
        ({"RootImage": "/srv/root.raw", "BindPaths": "/srv/b:/usr/y"}, False),
        ({"BindPaths": "/usr/y:/usr/y"}, False),
    ],
)
def test_a_mount_point_is_checked_only_where_systemd_creates_it(values: Values, is_told: bool) -> None:
    assert (("P60", "BindPaths") in ids(judged(values))) is is_told


@pytest.mark.parametrize("name", ["passwd", "shells", "cron.d", "cron.allow", "motd", "ssh", "systemd", "nologin"])
def test_a_name_gives_no_right_to_a_file_of_the_system(name: str) -> None:
    for path in (f"/etc/{name}", f"/run/{name}/../../etc/{name}"):
        assert reserved_by(path, WRITE, name), path
    if f"/etc/{name}" in RESERVED_DIRECTORIES:
        assert reserved_by(f"/etc/{name}", HAND_OVER, name)
        assert reserved_by(f"/etc/{name}/x", WRITE, name)


def test_an_instance_leads_a_path_nowhere_unseen() -> None:
    values: Values = {
        "name": "app@",
        "User": "app",
        "instance": ["one", "cron.d"],
        "StandardOutput": "append:/etc/%i/x",
    }
    assert "StandardOutput" in read(with_values(LEAST, **values)).errors
    values = {**values, "StandardOutput": "append:%f/x", "instance": "etc-cron.d"}
    assert "StandardOutput" in read(with_values(LEAST, **values)).errors


MANY: list[Values] = [
    {"BindPaths": " ".join(f"/a{at}:/b/{at}" for at in range(500))},
    {"BindPaths": " ".join(f"/a:/b{at}/{'a/' * 1500}x" for at in range(2))},
    {"TemporaryFileSystem": f"/b/{'a/' * 1500}x /b/x"},
    {"OpenFile": [f"/srv/{at}/../x/./y" for at in range(200)]},
]


@pytest.mark.parametrize("values", MANY, ids=lambda values: str(values)[:30])
def test_many_deep_paths_are_checked_quickly(values: Values) -> None:
    unit = judged(values)
    assert within(0.5, lambda: [list(rule(Effective(unit))) for rule in root_paths.RULES])


def test_a_list_with_an_unknown_specifier_causes_no_finding() -> None:
    values: Values = {"ReadWritePaths": "-/%W", "StandardOutput": "append:/srv/x", "BindPaths": "/a:/%W"}
    assert {finding.id for finding in rules.judge(judged(values)) if finding.severity == "error"} == {"P62"}

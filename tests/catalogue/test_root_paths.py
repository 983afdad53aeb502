"""Every directive that takes a path, with every kind of path: what is said of each is a table here, and not read off the app."""

from itertools import product

import pytest

from app import catalogue, values
from app.analysis import rules
from app.catalogue.root_paths import (
    CREATE,
    DELETE,
    HAND_OVER,
    LOAD,
    MAKE,
    MOUNT,
    READ,
    REPLACE,
    WRITE,
    canonical,
    reserved_by,
)
from app.host.record import RECORD
from tests.analysis.rules.cases import Values
from tests.support.configurations import LEAST, read, with_values

Answers = dict[str, str]

PLACES = {
    "system": "/etc/cron.d/planted",
    "alias": "/bin/../sbin/planted",
    "plain alias": "/lib/planted",
    "empty specifier": "/e%Wtc/cron.d/planted",
    "unknown specifier": "/srv/%H/planted",
    "own": "/var/lib/myapp/planted",
    "deep in own": "/var/lib/myapp/sub/planted",
    "harmless": "/opt/planted/file",
    "disk": "/dev/sda",
}
"""Paths by kind; the service has StateDirectory=myapp."""

REFUSED = {
    "system": "error",
    "alias": "error",
    "plain alias": "error",
    "empty specifier": "error",
    "unknown specifier": "error",
}
LOADED: Answers = {"empty specifier": "error", "unknown specifier": "error"}
OPENED: Answers = {**LOADED, "own": "warning", "deep in own": "warning", "disk": "error"}
WRITTEN: Answers = {**REFUSED, "own": "warning", "deep in own": "warning", "disk": "error"}
REPLACED: Answers = {**REFUSED, "deep in own": "warning", "disk": "error"}
MOUNTED: Answers = {**REFUSED, "own": "note", "deep in own": "note", "disk": "warning"}
NOTHING: Answers = {}

SOCKET: Values = {"socket.Socket.ListenStream": "/run/myapp.sock", "socket.Socket.SocketMode": "0660"}
MAKES: Values = {"path.Path.MakeDirectory": "yes"}
GONE: Values = {**SOCKET, "socket.Socket.RemoveOnStop": "yes"}

# The directive, its value around the path, what else the unit has, what is said by kind of path.
TABLE: list[tuple[str, str, Values, Answers]] = [
    ("StandardInput", "file:{}", {}, OPENED),
    *(
        (name, f"{form}:{{}}", {}, WRITTEN)
        for name, form in product(("StandardOutput", "StandardError"), ("file", "append", "truncate"))
    ),
    ("OpenFile", "{}", {}, WRITTEN),
    ("OpenFile", "{}:name:append", {}, WRITTEN),
    ("OpenFile", "{}:name:truncate", {}, WRITTEN),
    ("OpenFile", "{}:name:graceful", {}, WRITTEN),
    ("OpenFile", "{}:name:read-only", {}, OPENED),
    ("PIDFile", "{}", {}, REPLACED),
    ("LoadCredential", "name:{}", {}, OPENED),
    ("LoadCredentialEncrypted", "name:{}", {}, LOADED),
    ("EnvironmentFile", "{}", {}, LOADED),
    ("EnvironmentFile", "-{}", {}, LOADED),
    *((name, "{}", {}, LOADED) for name in ("TTYPath", "USBFunctionDescriptors", "USBFunctionStrings", "RootDirectory", "RootImage")),
    *((name, "{}", {}, LOADED) for name in ("RootVerity", "RootMStack", "NetworkNamespacePath")),
    *((name, "{}", {}, {}) for name in ("RootHash", "RootHashSignature")),  # read for systemd alone, and no specifier is expanded
    *((name, "{}", {}, LOADED) for name in ("IPCNamespacePath", "UserNamespacePath", "IPIngressFilterPath", "IPEgressFilterPath")),
    ("BPFProgram", "egress:{}", {}, LOADED),
    ("ExtensionDirectories", "-{}", {}, LOADED),
    ("ExtensionImages", "{}", {}, LOADED),
    ("MountImages", "{}:/srv", {}, LOADED),
    ("MountImages", "/srv/a.raw:{}", {}, MOUNTED),
    *((name, "/srv/source:{}", {}, MOUNTED) for name in ("BindPaths", "BindReadOnlyPaths")),
    *((name, "-/srv/source:{}:norbind", {}, MOUNTED) for name in ("BindPaths", "BindReadOnlyPaths")),
    *((name, "{}", {}, NOTHING) for name in ("BindPaths", "BindReadOnlyPaths")),
    ("TemporaryFileSystem", "{}:ro,mode=0755", {}, MOUNTED),
    *((f"socket.Socket.Listen{word}", "{}", SOCKET, REPLACED) for word in ("Stream", "Datagram", "SequentialPacket", "FIFO")),
    ("socket.Socket.ListenFIFO", "{}", GONE, REPLACED),
    ("socket.Socket.ListenSpecial", "{}", SOCKET, OPENED),
    ("socket.Socket.ListenSpecial", "{}", {**SOCKET, "socket.Socket.Writable": "yes"}, WRITTEN),
    ("socket.Socket.ListenUSBFunction", "{}", SOCKET, LOADED),
    ("socket.Socket.ListenMessageQueue", "{}", SOCKET, NOTHING),
    ("socket.Socket.Symlinks", '/run/other "{}"', SOCKET, REPLACED),
    ("socket.Socket.Symlinks", "{}", GONE, REPLACED),
    ("socket.Socket.StandardOutput", "append:{}", SOCKET, WRITTEN),
    ("socket.Socket.BindPaths", "/srv/source:{}", SOCKET, MOUNTED),
    ("socket.Socket.EnvironmentFile", "{}", SOCKET, LOADED),
    *((f"path.Path.{word}", "{}", MAKES, REPLACED) for word in ("PathChanged", "PathModified", "DirectoryNotEmpty")),
    *((f"path.Path.{word}", "{}", {}, NOTHING) for word in ("PathChanged", "PathModified", "DirectoryNotEmpty")),
    *((f"path.Path.{word}", "{}", MAKES, NOTHING) for word in ("PathExists", "PathExistsGlob")),
    *((name, "-{}", {}, NOTHING) for name in ("ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths")),
    *((name, "{}", {}, NOTHING) for name in ("WorkingDirectory", "ExecSearchPath", "RequiresMountsFor", "WantsMountsFor", "SourcePath")),
    *((d.name, "{}", {}, NOTHING) for d in catalogue.DIRECTIVES if d.name.startswith(("ConditionPath", "ConditionFile", "ConditionDirectory"))),
    *((d.name, "{}", {}, NOTHING) for d in catalogue.DIRECTIVES if d.name.startswith(("AssertPath", "AssertFile", "AssertDirectory"))),
    ("ConditionNeedsUpdate", "{}", {}, NOTHING),
    ("AssertNeedsUpdate", "{}", {}, NOTHING),
]  # fmt: skip

JUDGED_HERE = ("P60", "P61", "P62", "P63", "mount-point")
BY_NAME = ["StateDirectory", "CacheDirectory", "LogsDirectory", "RuntimeDirectory", "ConfigurationDirectory"]
"""The directives that take names below a directory of systemd's, which have a table of their own below."""

WITHOUT_A_PATH = {
    values.AccountName, values.Addresses, values.Algorithm, values.Aliases, values.Assignments, values.Attribute, values.BindRule, values.Boolean,
    values.BpfDelegation, values.BusName, values.ByteCount, values.CalendarEvent, values.Choice, values.ConditionText, values.Controllers,
    values.CoredumpFilter, values.CpuAffinity, values.CpuList, values.CredentialGlob, values.CredentialText, values.DefaultInstanceName,
    values.DelegatedNamespaces, values.DescriptorName, values.DeviceAccess, values.DirectoryQuota, values.EncryptedCredential, values.ExecCommand,
    values.ExitStatuses, values.FileSystems, values.GroupName, values.GroupNames, values.HostnameProtection, values.ImageOptions, values.ImagePolicy,
    values.InputData, values.InputText, values.InstallNames, values.InterfaceList, values.InterfaceName, values.LogFields, values.LogNamespace,
    values.LogPattern, values.LuoSessions, values.Mode, values.Nanoseconds, values.NetlinkAddress, values.NftSets, values.NiceLimit, values.PerDevice,
    values.Personality, values.Quota, values.Rate, values.RebootArgument, values.ResourceLimit, values.RuleNames, values.SecurityLabel, values.Share,
    values.Signal, values.Signed, values.Size, values.SizeLimit, values.SliceName, values.SocketNames, values.SyslogLevel, values.SystemCalls,
    values.SystemError, values.Tasks, values.Text, values.TimeLimit, values.TimeSpan, values.TriggeredUnit, values.UnitFileNames, values.UnitNames,
    values.UnsetVariables, values.UnsignedInt, values.Uris, values.Variables, values.Weight, values.WordList,
}  # fmt: skip
"""Kinds of value in which systemd opens, creates, replaces or deletes no path as root: of devices it asks for the number alone."""


def said(field: str, values: Values, version: int) -> str:
    """The worst severity of what is said of a directive's path; “refused” where the value itself is refused."""
    entry = read(with_values(LEAST, systemd=str(version), **values))
    if entry.unit is None or field not in {line.name for line in entry.unit.assignments}:
        return "refused"
    found = [f.severity for f in rules.judge(entry.unit) if f.field == field and f.id in JUDGED_HERE]
    return min(found, key=rules.SEVERITIES.index, default="")


@pytest.mark.parametrize("version", [247, 252, 257, 262])
@pytest.mark.parametrize("place", PLACES)
def test_the_verdict_on_a_path_agrees_with_the_table(place: str, version: int) -> None:
    wrong = []
    for field, form, more, answers in TABLE:
        values = {"StateDirectory": "myapp", "StateDirectoryMode": "0700", **more, field: form.format(PLACES[place])}
        answer = said(field, values, version)
        if answer != answers.get(place, "") and not (answer == "refused" and ".." in PLACES[place]):
            wrong.append((field, values[field], answer))
    assert wrong == []


def test_the_table_has_every_directive_that_takes_a_path() -> None:
    told = {field for field, *_ in TABLE} | set(BY_NAME)
    successors = {row.name for row in catalogue.ROWS if catalogue.meaning(row.name) in told}
    takes_path = {row.name for row in catalogue.ROWS if type(row.kind) not in WITHOUT_A_PATH and not row.like}
    assert takes_path - told - successors == set()
    assert told <= {row.name for row in catalogue.ROWS}


SPELLINGS = [
    "/etc/motd", "//etc//motd", "/etc/./motd", "/etc/motd/", "/run/../etc/motd", "/../etc/motd", "/bin/../../etc/motd", "/proc/1/root/etc/motd",
    "/proc/self/root/etc/motd", "/proc/thread-self/root/proc/1/root/etc/motd", "/proc/17/task/18/root/etc/motd", "/dev/../etc/motd",
    "/var/run/../etc/motd", "/var/lock/../../etc/motd", "/opt/x/../../etc/motd", "/etc/passwd", "/etc/cron.d/x", "/etc/systemd/system/x.service",
    "/root/.ssh/authorized_keys", "/etc/sudoers.d/x", "/usr/bin/x", "/bin/x", "/sbin/x", "/lib/x", "/lib64/x", "/usr/local/bin/x", "/boot/x",
    "/etc/profile.d/x.sh", "/etc/mtab", "/home/alice/.ssh/authorized_keys", "/home/alice/.bashrc", "/var/spool/cron/crontabs/root",
    "/var/lib/dpkg/status", "/var/log/journal/x", "/var/log/wtmp", "/run/systemd/notify", "/run/systemd/system/x.service", "/var/run/utmp",
    "/run/user/1000/bus", "/run/dbus/system_bus_socket", "/proc/sys/kernel/core_pattern", "/sys/power/state", "/.autorelabel", "/run/nologin",
    "/var/roothome/x", "/var/home/alice/.profile", "/run/credentials/x/y", "/etc", "/var/lib", "/dev/mapper/root", "/dev/nvme0n1p2",
    "/dev/vg0/data", "/dev/disk/by-label/x", "/dev/mem", "/dev/dm-0", "/dev/mmcblk0",
]  # fmt: skip


@pytest.mark.parametrize("path", SPELLINGS)
def test_a_system_path_is_recognised_in_every_spelling(path: str) -> None:
    for act in (CREATE, DELETE, REPLACE, WRITE):
        assert reserved_by(path, act, "myapp"), act.name
    assert not reserved_by(path, LOAD, "myapp")


HARMLESS = [
    "/srv/a/b", "/opt/a/b", "/opt/tomcat/temp/tomcat.pid", "/run/nginx.pid", "/var/run/nginx.pid", "/run/myapp/x", "/run/lock/x", "/var/lock/x",
    "/var/lib/myapp/x", "/var/log/myapp.log", "/var/cache/x/y", "/tmp/x", "/tmp/.X11-unix/X0", "/var/tmp/x", "/home/alice/log", "/mnt/x", "/media/x/y",
    "/usr/local/nagios/var/x", "/usr/local/tomcat/logs/x", "/etc/myapp/log", "/dev/shm/x", "/run/docker/plugins/x.sock", "/run/php/php-fpm.sock",
    "/var/www/site/log", "/data/x", "/x", "/run/postgresql/x", "/var/lib/kubelet/device-plugins/x.sock", "/var/spool/myapp/x",
]  # fmt: skip


@pytest.mark.parametrize("path", HARMLESS)
def test_other_paths_are_open_to_services(path: str) -> None:
    for act in (CREATE, DELETE, REPLACE, WRITE, READ, MAKE, MOUNT):
        assert not reserved_by(path, act, "myapp"), act.name


@pytest.mark.parametrize(
    "path",
    ["/dev/null", "/dev/console", "/dev/kmsg", "/dev/tty1", "/dev/ttyS0", "/dev/stdout", "/dev/pts/0", "/dev/ttyUSB0"],
)
def test_terminals_can_be_written_but_not_replaced(path: str) -> None:
    assert not reserved_by(path, WRITE)
    assert not reserved_by(path, READ)
    assert reserved_by(path, REPLACE)


EVERYWHERE = [
    "/var", "/etc", "/etc/resolv.conf", "/etc/hosts", "/etc/passwd", "/dev/log", "/run/systemd/notify", "/run", "/tmp", "/home", "/root", "/usr/lib",
    "/etc/ssl/certs", "/etc/ssl", "/run/dbus/system_bus_socket", "/etc/cron.d", "/proc/cpuinfo", "/sys/fs/cgroup", "/dev/shm", "/dev/null",
    "/etc/localtime", "/lib", "/usr/share/zoneinfo", "/run/systemd/journal/socket", "/run/udev", "/var/lib/private", "/", "/etc/pki", "/var/run",
]  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_mounting_over_a_common_directory_causes_no_finding(path: str) -> None:
    for name, value in (("TemporaryFileSystem", path), ("BindReadOnlyPaths", f"/srv/source:{path}")):
        assert said(name, {name: value}, 257) == "", name


BY_UNIT = {
    "/run/sshd": ("ssh", "sshd"),
    "/run/docker.sock": ("docker",),
    "/var/log/chrony": ("chrony", "chronyd"),
    "/run/samba/smbd.pid": ("smbd", "smb"),
    "/var/lib/docker/x": ("docker",),
    "/run/systemd/journal/syslog": ("rsyslog", "syslog"),
    "/etc/chrony": ("chrony", "chronyd"),
}
"""Reserved paths, and the units that own each by their names."""


@pytest.mark.parametrize("path", BY_UNIT)
def test_a_unit_owns_a_path_by_its_name(path: str) -> None:
    for act in (WRITE, DELETE, HAND_OVER):
        for unit in BY_UNIT[path]:
            assert not reserved_by(path, act, unit), (act.name, unit)
    for unit in ("", "myapp", "systemd", "sshd2", "dockers", "root"):
        assert reserved_by(path, WRITE, unit), unit


MANAGED: list[tuple[str, str, str]] = [
    *((name, "myapp", "") for name in BY_NAME),
    *((name, "private/x", "refused") for name in BY_NAME),
    *((name, "a %W/x", "specifier") for name in BY_NAME),
    *((name, "../x", "refused") for name in BY_NAME),
    ("StateDirectory", "dpkg", "error"),
    ("StateDirectory", "dpkg/myapp", ""),
    ("StateDirectory", "./dpkg/", "error"),
    ("StateDirectory", "myapp:dpkg", "error"),
    ("StateDirectory", "myapp:other", ""),
    ("StateDirectory", '"my app" "dpkg"', "error"),
    ("CacheDirectory", "apt", "error"),
    ("LogsDirectory", "x journal", "error"),
    ("RuntimeDirectory", "systemd", "error"),
    ("RuntimeDirectory", "systemd/system/x.service.d", "error"),
    ("RuntimeDirectory", "systemd/myapp", ""),
    ("RuntimeDirectory", "lock", "error"),
    ("RuntimeDirectory", "sshd", "error"),
    ("ConfigurationDirectory", "cron.d", "error"),
    ("ConfigurationDirectory", "udev/rules.d", "error"),
    ("ConfigurationDirectory", "systemd/system", "error"),
]


@pytest.mark.parametrize(("name", "value", "answer"), MANAGED)
def test_the_verdict_on_a_managed_directory_is_as_expected(name: str, value: str, answer: str) -> None:
    entry = read(with_values(LEAST, **{name: value, f"{name}Mode": "0700"}))
    found = {(f.id, f.severity) for f in entry.findings if f.field == name}
    if answer == "refused":
        assert name in entry.errors
    elif answer == "specifier":
        assert ("specifier", "error") in found
    else:
        assert (("P60", "error") in found) is (answer == "error")
        assert (name in entry.errors) is (answer == "error")


def test_a_path_is_walked_as_the_kernel_walks_it() -> None:
    assert canonical("/bin/../../etc//./x/") == "/etc/x"
    assert canonical("/var/run/../x") == "/x"
    assert canonical("/../..") == "/"


def test_only_the_preparation_owns_its_record() -> None:
    name = RECORD.rpartition("/")[2]
    assert said("StateDirectory", {"StateDirectory": name, "StateDirectoryMode": "0700"}, 257) == "error"
    assert said("StandardOutput", {"StandardOutput": f"append:{RECORD}"}, 257) == "error"

import pytest

from app.analysis.rules import directories
from app.catalogue import MANAGED_ROOTS
from app.catalogue.reserved import PROTECTED_TREES, RESERVED_DIRECTORIES, SHARED_DIRECTORIES
from app.effective import Effective
from tests.analysis.rules.cases import Twins, Values, find, ids, judged
from tests.support.configurations import LEAST, least_with, read, with_values

STRICT = {row.mode_directive: "0700" for row in MANAGED_ROOTS}

# Findings that do not refuse. id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("P5", "UMask", {"UMask": []}, {}),
    Twins("P5", "UMask", {"UMask": []}, {"UMask": [], "User": []}),
    *(
        Twins("P5", row.mode_directive, {row.directive: "myapp"}, {row.directive: "myapp", row.mode_directive: "0700"})
        for row in MANAGED_ROOTS
        if row.root != "/etc"
    ),
    Twins("P24", "ReadWritePaths", {"ReadWritePaths": "/srv/data"}, {"ReadWritePaths": "-/srv/data"}),
    Twins("P24", "ReadWritePaths", {"ReadWritePaths": "/srv/data"}, {"ReadWritePaths": "/srv/data", "own": "/srv/data"}),
    Twins("P24", "ReadWritePaths", {"ReadWritePaths": "/var/lib/x/y"}, {"ReadWritePaths": "/var/lib/x/y", "StateDirectory": "x"}),
    Twins("P24", "ReadWritePaths", {"ReadWritePaths": "+/srv/data"}, {"ReadWritePaths": "/srv /var"}),
    Twins("P24", "ReadWritePaths", {"ReadWritePaths": '"/srv/a b" /srv/%p'}, {"ReadWritePaths": "/run/x"}),
    Twins("P24", "ReadWritePaths", {"ReadWritePaths": "/srv/data", "User": []}, {}),
    Twins("P25", "ReadWritePaths", {"ReadWritePaths": "/run/x"}, {"ReadWritePaths": "/run/x", "RuntimeDirectory": "x"}),
    Twins("P25", "ReadWritePaths", {"ReadWritePaths": "/var/run/x/y"}, {"ReadWritePaths": "/srv/data"}),
    Twins("P25", "ReadWritePaths", {"ReadWritePaths": ['/run/x "/srv/a b"', '/run/y "/run/z z"']}, {"ReadWritePaths": "/run/user"}),
    Twins("P25", "ReadWritePaths", {"ReadWritePaths": "%t/x", "DynamicUser": "yes"}, {"ReadWritePaths": "-%t/x"}),
    Twins("P25", "ReadWritePaths", {"ReadWritePaths": "/run/50%%"}, {}),
    Twins("P36", "StateDirectoryMode", {"StateDirectory": "a/b", "StateDirectoryMode": "0700"}, {"StateDirectory": "a a/b", "StateDirectoryMode": "0700"}),
    Twins("P36", "StateDirectoryMode", {"StateDirectory": "a/b", "StateDirectoryMode": "0750"}, {"StateDirectory": "a/b", "StateDirectoryMode": "0755"}),
    Twins("P36", "RuntimeDirectoryMode", {"RuntimeDirectory": "a/b", "RuntimeDirectoryMode": "0750", "DynamicUser": "yes"}, {"RuntimeDirectory": "a", "RuntimeDirectoryMode": "0750"}),
    Twins("P36", "CacheDirectoryMode", {"CacheDirectory": "a/b", "CacheDirectoryMode": "0700"}, {"CacheDirectory": "a/b", "CacheDirectoryMode": "0700", "DynamicUser": "yes"}),
    Twins("P19", "StateDirectory", {"StateDirectory": "a:b b"}, {"StateDirectory": "a:b c"}),
    Twins("P19", "LogsDirectory", {"LogsDirectory": ["b", "a:b:ro c"]}, {"LogsDirectory": "b", "StateDirectory": "a:b"}),
    Twins("P34", "ConfigurationDirectory", {"ConfigurationDirectory": "myapp"}, {}),
]  # fmt: skip

# Errors: a bad twin is refused beside its field, a good one is not.
REFUSED: list[Twins] = [
    Twins("P60", "StateDirectory", {"StateDirectory": "dpkg"}, {"StateDirectory": "dpkg/mine", **STRICT}),
    Twins("P60", "RuntimeDirectory", {"RuntimeDirectory": "mine systemd"}, {"RuntimeDirectory": "systemd-mine"}),
    Twins("P60", "RuntimeDirectory", {"RuntimeDirectory": "systemd/journal"}, {"RuntimeDirectory": "systemd/mine"}),
    Twins("P60", "LogsDirectory", {"LogsDirectory": "./journal/"}, {"LogsDirectory": "journals"}),
    Twins("P60", "ConfigurationDirectory", {"name": "ssh", "ConfigurationDirectory": "%p"}, {"ConfigurationDirectory": "%p"}),
    Twins("P60", "RuntimeDirectory", {"name": "sshd2", "RuntimeDirectory": "sshd"}, {"name": "sshd", "RuntimeDirectory": "sshd"}),
    Twins("P60", "RuntimeDirectory", {"name": "systemd", "RuntimeDirectory": "systemd"}, {"name": "ssh", "RuntimeDirectory": "sshd"}),
    Twins("P60", "ConfigurationDirectory", {"ConfigurationDirectory": "udev/rules.d"}, {"ConfigurationDirectory": "udevs"}),
    Twins("P60", "own", {"own": "/etc/myapp"}, {"own": "/srv/etc/myapp"}),
    Twins("P60", "own", {"own": "/libexec/myapp"}, {"own": "/opt/lib"}),
    Twins("P60", "own", {"own": "/var/lib/docker/x"}, {"own": "/var/lib/myapp"}),
    Twins("overlap", "own", {"own": ["/srv/x", "/srv/x/y"]}, {"own": ["/srv/x", "/srv/xy"]}),
    Twins("overlap", "own", {"own": ["/srv/x:0750", "/srv/x"]}, {"own": ["/srv/x:0750", "/srv/y"]}),
    Twins("overlap", "own", {"own": "/var/lib/x/y", "StateDirectory": "x"}, {"own": "/var/lib/y", "StateDirectory": "x"}),
    Twins("overlap", "own", {"own": "/var/cache/x", "CacheDirectory": "x/y"}, {"own": "/var/cache/x", "StateDirectory": "x"}),
    Twins("P16", "own", {"own": "/srv/x", "DynamicUser": "yes"}, {"own": "/srv/x"}),
    Twins("P16", "own", {"own": "/srv/x", "DynamicUser": "yes", "StateDirectory": "a b"}, {"StateDirectory": "a b", "DynamicUser": "yes"}),
]  # fmt: skip


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), REFUSED, ids=str)
def test_a_harmful_directory_is_an_error_at_its_field(finding_id: str, field: str, bad: Values, good: Values) -> None:
    assert (finding_id, field) in ids(judged(bad))
    assert list(read(with_values(LEAST, **bad)).errors) == [field]
    assert not read(with_values(LEAST, **good)).errors


@pytest.mark.parametrize("row", MANAGED_ROOTS, ids=lambda row: row.directive)
def test_every_reserved_directory_is_refused_as_a_managed_directory(row) -> None:
    names = sorted(
        path.removeprefix(f"{row.root}/") for path in RESERVED_DIRECTORIES if path.startswith(f"{row.root}/")
    )
    assert len(names) > 10
    for name in names:
        found = list(
            directories.managed_directory_of_the_system(Effective(least_with().with_values(row.directive, name)))
        )
        assert [(finding.severity, finding.field) for finding in found] == [("error", row.directive)]


@pytest.mark.parametrize("path", [*PROTECTED_TREES, *SHARED_DIRECTORIES, *sorted(RESERVED_DIRECTORIES)])
def test_every_system_directory_is_refused_as_an_own_path(path: str) -> None:
    deeper = [f"{path}/myapp"] if path not in SHARED_DIRECTORIES else []
    for own in [path, *deeper]:
        assert list(read(with_values(LEAST, own=own)).errors) == ["own"], own


def test_the_fix_replaces_only_paths_below_run_with_a_runtime_directory() -> None:
    unit = least_with(ReadWritePaths=['/run/x  "/srv/a b" -/srv/c', "/srv/d"], RuntimeDirectory="y")
    fix = find(unit, "P25").fix
    assert fix is not None
    assert fix.unit.values("ReadWritePaths") == ('"/srv/a b" -/srv/c', "/srv/d")
    assert fix.unit.values("RuntimeDirectory") == ("y", "x")
    assert fix.unit.value("RuntimeDirectoryMode") == "0750"


def test_the_fix_does_not_change_a_path_that_only_the_machine_knows() -> None:
    fix = find(least_with(ReadWritePaths="/run/x -/srv/%H"), "P25").fix
    assert fix is not None
    assert fix.unit.values("ReadWritePaths") == ("-/srv/%H",)


@pytest.mark.parametrize("path", ["/run/systemd/x", "/run/user/1000", "/run/private", '"/run/a b"', "/run/a:b"])
def test_no_fix_proposes_a_refused_runtime_directory(path: str) -> None:
    assert find(least_with(ReadWritePaths=path), "P25").fix is None


@pytest.mark.parametrize("path", ["/mnt/x/../y", "/etc/x", "/srv", "/var/lib/dpkg", "/srv/*"])
def test_no_fix_proposes_a_refused_own_path(path: str) -> None:
    entry = read(with_values(LEAST, ReadWritePaths=path))
    assert [finding.fix for finding in entry.findings if finding.id == "P24" and finding.fix] == []


def test_no_fix_proposes_a_refused_state_directory() -> None:
    assert find(judged({"name": "dpkg", "own": "/srv/x", "DynamicUser": "yes"}), "P16").fix is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RuntimeDirectory", "x:systemd/notify"), ("StateDirectory", "x:dpkg"), ("LogsDirectory", "a x:journal"), ("RuntimeDirectory", "user/1000"),
        ("ConfigurationDirectory", "nologin"), ("ConfigurationDirectory", "systemd/system/ssh.service.d"), ("RuntimeDirectory", "dbus/system_bus_socket"),
    ],
)  # fmt: skip
def test_a_link_or_a_place_where_systemd_reads_is_no_directory_of_a_service(name: str, value: str) -> None:
    assert list(read(with_values(LEAST, **{name: value})).errors) == [name]

import pytest

from app import rules
from app.catalogue import MANAGED_ROOTS
from app.effective import Effective
from app.reserved import PROTECTED_TREES, RESERVED_DIRECTORIES, SHARED_DIRECTORIES
from app.rules import directories
from app.unitfile import UnitFile
from tests.configurations import LEAST, least_with, read, with_values
from tests.rules.cases import assert_fix_mends, find, ids

Values = dict[str, str | list[str]]
STRICT = {row.mode_directive: "0700" for row in MANAGED_ROOTS}

# Findings that do not refuse. id, field, bad twin, good twin
TWINS: list[tuple[str, str, Values, Values]] = [
    ("P5", "UMask", {"UMask": []}, {}),
    ("P5", "UMask", {"UMask": []}, {"UMask": [], "User": []}),
    *(
        ("P5", row.mode_directive, {row.directive: "myapp"}, {row.directive: "myapp", row.mode_directive: "0700"})
        for row in MANAGED_ROOTS
        if row.root != "/etc"
    ),
    ("P24", "ReadWritePaths", {"ReadWritePaths": "/srv/data"}, {"ReadWritePaths": "-/srv/data"}),
    ("P24", "ReadWritePaths", {"ReadWritePaths": "/srv/data"}, {"ReadWritePaths": "/srv/data", "own": "/srv/data"}),
    ("P24", "ReadWritePaths", {"ReadWritePaths": "/var/lib/x/y"}, {"ReadWritePaths": "/var/lib/x/y", "StateDirectory": "x"}),
    ("P24", "ReadWritePaths", {"ReadWritePaths": "+/srv/data"}, {"ReadWritePaths": "/srv /var"}),
    ("P24", "ReadWritePaths", {"ReadWritePaths": '"/srv/a b" /srv/%p'}, {"ReadWritePaths": "/run/x"}),
    ("P24", "ReadWritePaths", {"ReadWritePaths": "/srv/data", "User": []}, {}),
    ("P25", "ReadWritePaths", {"ReadWritePaths": "/run/x"}, {"ReadWritePaths": "/run/x", "RuntimeDirectory": "x"}),
    ("P25", "ReadWritePaths", {"ReadWritePaths": "/var/run/x/y"}, {"ReadWritePaths": "/srv/data"}),
    ("P25", "ReadWritePaths", {"ReadWritePaths": ['/run/x "/srv/a b"', '/run/y "/run/z z"']}, {"ReadWritePaths": "/run/user"}),
    ("P25", "ReadWritePaths", {"ReadWritePaths": "%t/x", "DynamicUser": "yes"}, {"ReadWritePaths": "-%t/x"}),
    ("P25", "ReadWritePaths", {"ReadWritePaths": "/run/50%%"}, {}),
    ("P36", "StateDirectoryMode", {"StateDirectory": "a/b", "StateDirectoryMode": "0700"}, {"StateDirectory": "a a/b", "StateDirectoryMode": "0700"}),
    ("P36", "StateDirectoryMode", {"StateDirectory": "a/b", "StateDirectoryMode": "0750"}, {"StateDirectory": "a/b", "StateDirectoryMode": "0755"}),
    ("P36", "RuntimeDirectoryMode", {"RuntimeDirectory": "a/b", "RuntimeDirectoryMode": "0750", "DynamicUser": "yes"}, {"RuntimeDirectory": "a", "RuntimeDirectoryMode": "0750"}),
    ("P36", "CacheDirectoryMode", {"CacheDirectory": "a/b", "CacheDirectoryMode": "0700"}, {"CacheDirectory": "a/b", "CacheDirectoryMode": "0700", "DynamicUser": "yes"}),
    ("P34", "ConfigurationDirectory", {"ConfigurationDirectory": "myapp"}, {}),
]  # fmt: skip

# Errors: a bad twin is refused beside its field, a good one is not.
REFUSED: list[tuple[str, str, Values, Values]] = [
    ("P60", "StateDirectory", {"StateDirectory": "dpkg"}, {"StateDirectory": "dpkg/mine", **STRICT}),
    ("P60", "RuntimeDirectory", {"RuntimeDirectory": "mine systemd"}, {"RuntimeDirectory": "systemd-mine"}),
    ("P60", "RuntimeDirectory", {"RuntimeDirectory": "systemd/journal"}, {"RuntimeDirectory": "systemd/mine"}),
    ("P60", "LogsDirectory", {"LogsDirectory": "./journal/"}, {"LogsDirectory": "journals"}),
    ("P60", "ConfigurationDirectory", {"name": "ssh", "ConfigurationDirectory": "%p"}, {"ConfigurationDirectory": "%p"}),
    ("P60", "own", {"own": "/etc/myapp"}, {"own": "/srv/etc/myapp"}),
    ("P60", "own", {"own": "/libexec/myapp"}, {"own": "/opt/lib"}),
    ("P60", "own", {"own": "/var/lib/docker/x"}, {"own": "/var/lib/myapp"}),
    ("overlap", "own", {"own": ["/srv/x", "/srv/x/y"]}, {"own": ["/srv/x", "/srv/xy"]}),
    ("overlap", "own", {"own": ["/srv/x:0750", "/srv/x"]}, {"own": ["/srv/x:0750", "/srv/y"]}),
    ("overlap", "own", {"own": "/var/lib/x/y", "StateDirectory": "x"}, {"own": "/var/lib/y", "StateDirectory": "x"}),
    ("overlap", "own", {"own": "/var/cache/x", "CacheDirectory": "x/y"}, {"own": "/var/cache/x", "StateDirectory": "x"}),
    ("P16", "own", {"own": "/srv/x", "DynamicUser": "yes"}, {"own": "/srv/x"}),
    ("P16", "own", {"own": "/srv/x", "DynamicUser": "yes", "StateDirectory": "a b"}, {"StateDirectory": "a b", "DynamicUser": "yes"}),
]  # fmt: skip


def judged(values: Values) -> UnitFile:
    """The unit of the least configuration with these values, refused or not."""
    unit = read(with_values(LEAST, **values)).unit
    assert unit is not None
    return unit


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TWINS, ids=str)
def test_a_rule_fires_on_its_bad_twin_only(finding_id: str, field: str, bad: Values, good: Values) -> None:
    assert (finding_id, field) in ids(least_with(**bad))
    assert (finding_id, field) not in ids(least_with(**good))


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), REFUSED, ids=str)
def test_what_would_harm_a_machine_is_refused_beside_its_field(
    finding_id: str, field: str, bad: Values, good: Values
) -> None:
    assert (finding_id, field) in ids(judged(bad))
    assert list(read(with_values(LEAST, **bad)).errors) == [field]
    assert not read(with_values(LEAST, **good)).errors


def test_every_rule_has_a_twin() -> None:
    units = [judged(bad) for _, _, bad, _ in [*TWINS, *REFUSED]]
    assert [rule.__name__ for rule in directories.RULES if not any(list(rule(Effective(unit))) for unit in units)] == []


@pytest.mark.parametrize("bad", [bad for _, _, bad, _ in [*TWINS, *REFUSED]], ids=str)
def test_its_fixes_mend(bad: Values) -> None:
    unit = judged(bad)
    for finding in rules.judge(unit):
        if finding.fix:
            assert_fix_mends(unit, finding)


@pytest.mark.parametrize("bad", [bad for _, _, bad, _ in [*TWINS, *REFUSED]], ids=str)
@pytest.mark.parametrize("last", [False, True])
def test_following_the_fixes_comes_to_an_end(bad: Values, last: bool) -> None:
    unit = judged(bad)
    for _ in range(20):
        fixes = [finding.fix for finding in rules.judge(unit) if finding.fix]
        if not fixes:
            return
        unit = fixes[-1 if last else 0].unit
        assert read([("name", unit.name), *unit.assignments, *(("own", str(own)) for own in unit.own)]).unit is not None
    pytest.fail("The fixes go round in a circle.")


@pytest.mark.parametrize("row", MANAGED_ROOTS, ids=lambda row: row.directive)
def test_every_reserved_directory_is_refused_as_a_managed_one(row) -> None:
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
def test_every_directory_of_the_system_is_refused_as_an_own_path(path: str) -> None:
    deeper = [f"{path}/myapp"] if path not in SHARED_DIRECTORIES else []
    for own in [path, *deeper]:
        assert list(read(with_values(LEAST, own=own)).errors) == ["own"], own


def test_a_path_below_run_moves_to_a_runtime_directory_and_the_rest_stays_as_written() -> None:
    unit = least_with(ReadWritePaths=['/run/x  "/srv/a b" -/srv/c', "/srv/d"], RuntimeDirectory="y")
    fix = find(unit, "P25").fix
    assert fix is not None
    assert fix.unit.values("ReadWritePaths") == ('"/srv/a b" -/srv/c', "/srv/d")
    assert fix.unit.values("RuntimeDirectory") == ("y", "x")
    assert fix.unit.value("RuntimeDirectoryMode") == "0750"


def test_a_path_that_only_the_machine_knows_stays_as_written() -> None:
    fix = find(least_with(ReadWritePaths="/run/x -/srv/%H"), "P25").fix
    assert fix is not None
    assert fix.unit.values("ReadWritePaths") == ("-/srv/%H",)


@pytest.mark.parametrize("path", ["/run/systemd/x", "/run/user/1000", "/run/private", '"/run/a b"', "/run/a:b"])
def test_no_runtime_directory_is_proposed_that_would_be_refused(path: str) -> None:
    assert find(least_with(ReadWritePaths=path), "P25").fix is None


@pytest.mark.parametrize("path", ["/mnt/x/../y", "/etc/x", "/srv", "/var/lib/dpkg", "/srv/*"])
def test_no_own_path_is_proposed_that_would_be_refused(path: str) -> None:
    entry = read(with_values(LEAST, ReadWritePaths=path))
    assert [finding.fix for finding in entry.findings if finding.id == "P24" and finding.fix] == []


def test_no_state_directory_is_proposed_that_would_be_refused() -> None:
    assert find(judged({"name": "docker", "own": "/srv/x", "DynamicUser": "yes"}), "P16").fix is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RuntimeDirectory", "x:systemd/notify"), ("StateDirectory", "x:dpkg"), ("LogsDirectory", "a x:journal"), ("RuntimeDirectory", "user/1000"),
        ("ConfigurationDirectory", "nologin"), ("ConfigurationDirectory", "systemd/system/ssh.service.d"), ("RuntimeDirectory", "dbus/system_bus_socket"),
    ],
)  # fmt: skip
def test_a_link_or_a_place_where_systemd_reads_is_no_directory_of_a_service(name: str, value: str) -> None:
    assert list(read(with_values(LEAST, **{name: value})).errors) == [name]

"""The walls around a service: what they leave open, what they shut."""

import pytest

from app import rules
from app.effective import Effective
from app.rules import sandbox
from app.unitfile import UnitFile
from tests.configurations import LEAST, least_with, read, with_values
from tests.rules.cases import assert_fix_mends, find, ids

Values = dict[str, str | list[str]]

# id, field, bad twin, good twin
TWINS: list[tuple[str, str, Values, Values]] = [
    ("P4", "ProtectHome", {"ProtectSystem": "strict"}, {"ProtectSystem": "strict", "ProtectHome": "yes"}),
    ("P4", "ProtectHome", {"ProtectSystem": "strict", "ProtectHome": "no"}, {"ProtectSystem": "full"}),
    ("P4", "ProtectHome", {"ProtectSystem": "strict", "User": []}, {"ProtectSystem": "strict", "ProtectHome": "read-only"}),
    ("P4", "ProtectHome", {"ProtectSystem": "strict", "InaccessiblePaths": "-/home /root"}, {"ProtectSystem": "strict", "InaccessiblePaths": "-/home /root", "ReadOnlyPaths": "/run"}),
    ("P4", "ProtectHome", {"ProtectSystem": "strict"}, {"ProtectSystem": "strict", "RootDirectory": "/srv/root"}),
    ("P4", "ProtectHome", {"ProtectSystem": "strict", "ReadWritePaths": "-/home/x"}, {"DynamicUser": "yes"}),
    ("P11", "ProtectHome", {"DynamicUser": "yes"}, {"DynamicUser": "yes", "ProtectHome": "yes"}),
    ("P11", "ProtectHome", {"DynamicUser": "yes", "ProtectHome": "no"}, {"DynamicUser": "yes", "ProtectHome": "read-only"}),
    ("P11", "ProtectHome", {"DynamicUser": "yes", "ReadOnlyPaths": "/home /root /run"}, {"DynamicUser": "yes", "TemporaryFileSystem": "/home:ro /root /run/user:ro"}),
    ("P32", "PrivateTmp", {"ProtectSystem": "strict"}, {"ProtectSystem": "strict", "PrivateTmp": "yes"}),
    ("P32", "PrivateTmp", {"ProtectSystem": "strict", "PrivateTmp": "no"}, {"ProtectSystem": "full"}),
    ("P32", "PrivateTmp", {"ProtectSystem": "strict", "ReadWritePaths": "/tmp"}, {"ProtectSystem": "strict", "ReadWritePaths": "/tmp /var/tmp"}),
    ("P32", "PrivateTmp", {"ProtectSystem": "strict", "BindPaths": "/tmp:/srv"}, {"ProtectSystem": "strict", "BindPaths": "/srv:/tmp /var/tmp"}),
    ("P32", "PrivateTmp", {"ProtectSystem": "strict"}, {"DynamicUser": "yes"}),
    ("P29", "ExecStart", {"ProtectHome": "yes", "ExecStart": "/home/x/app"}, {"ProtectHome": "read-only", "ExecStart": "/home/x/app"}),
    ("P29", "ExecStartPre", {"ProtectHome": "tmpfs", "ExecStartPre": "-/root/app"}, {"ProtectHome": "tmpfs", "ExecStartPre": "/root/app", "BindReadOnlyPaths": "/root"}),
    ("P29", "WorkingDirectory", {"ProtectHome": "yes", "WorkingDirectory": "-/home/x"}, {"ProtectHome": "yes", "WorkingDirectory": "/homes/x"}),
    ("P29", "ReadWritePaths", {"ProtectHome": "yes", "ReadWritePaths": "-%t/user/5"}, {"ReadWritePaths": "-%t/user/5"}),
    ("P29", "ReadWritePaths", {"ProtectHome": "yes", "ReadWritePaths": "-/home/x", "BindPaths": "/home/x"}, {"ProtectHome": "tmpfs", "ReadWritePaths": "-/home/x", "BindPaths": "/srv/x:/home/x"}),
    ("P27", "ReadWritePaths", {"ProtectSystem": "strict", "ReadWritePaths": "/"}, {"ProtectSystem": "full", "ReadWritePaths": "/"}),
    ("P27", "ReadWritePaths", {"ProtectSystem": "full", "ReadWritePaths": "-/etc/ /srv/x"}, {"ProtectSystem": "yes", "ReadWritePaths": "/etc"}),
    ("P27", "ReadWritePaths", {"ProtectHome": "read-only", "ReadWritePaths": "/home"}, {"ProtectHome": "read-only", "ReadWritePaths": "/home/x"}),
    ("P27", "ReadWritePaths", {"DynamicUser": "yes", "ReadWritePaths": "/root"}, {"ReadWritePaths": "/root"}),
    ("P9", "ReadWritePaths", {"ReadWritePaths": "/var"}, {"ReadWritePaths": "/var/x"}),
    ("P9", "ReadWritePaths", {"ReadWritePaths": "/srv /opt/x"}, {"ReadWritePaths": "/srv/x /opt/x"}),
    ("P9", "ReadWritePaths", {"ReadWritePaths": "%S"}, {"ReadWritePaths": "%S/x"}),
    ("P9", "ReadWritePaths", {"ReadWritePaths": "/var/log", "LogsDirectory": "x"}, {"ReadWritePaths": "/", "ProtectSystem": "strict"}),
    ("P31", "InaccessiblePaths", {"InaccessiblePaths": "-/var/lib /srv", "StateDirectory": "x"}, {"InaccessiblePaths": "/var/lib/y", "StateDirectory": "x"}),
    ("P31", "InaccessiblePaths", {"InaccessiblePaths": "/srv", "own": "/srv/x"}, {"InaccessiblePaths": "/srv"}),
    ("P31", "InaccessiblePaths", {"InaccessiblePaths": "/srv", "ReadWritePaths": "-/srv/x"}, {"InaccessiblePaths": "/srv/x", "ReadWritePaths": "-/srv"}),
]  # fmt: skip


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TWINS, ids=str)
def test_a_rule_fires_on_its_bad_twin_only(finding_id: str, field: str, bad: Values, good: Values) -> None:
    assert (finding_id, field) in ids(least_with(**bad))
    assert (finding_id, field) not in ids(least_with(**good))


@pytest.mark.parametrize("bad", [bad for _, _, bad, _ in TWINS], ids=str)
def test_its_fixes_mend(bad: Values) -> None:
    unit = least_with(**bad)
    for finding in rules.judge(unit):
        if finding.fix:
            assert_fix_mends(unit, finding)


@pytest.mark.parametrize("bad", [bad for _, _, bad, _ in TWINS], ids=str)
@pytest.mark.parametrize("last", [False, True])
def test_following_the_fixes_comes_to_an_end(bad: Values, last: bool) -> None:
    unit = least_with(**bad)
    for _ in range(20):
        fixes = [finding.fix for finding in rules.judge(unit) if finding.fix]
        if not fixes:
            return
        unit = fixes[-1 if last else 0].unit
        given = [("name", unit.name), ("systemd", unit.target.key), *unit.assignments]
        own = [("own", str(directory)) for directory in unit.own]
        assert not read([*given, *own, *(("reset", name) for name in unit.resets)]).errors
    pytest.fail("The fixes go round in a circle.")


def test_every_rule_has_a_twin() -> None:
    units = [least_with(**bad) for _, _, bad, _ in TWINS]
    assert [rule.__name__ for rule in sandbox.RULES if not any(list(rule(Effective(unit))) for unit in units)] == []


def fixed(unit: UnitFile, finding_id: str) -> UnitFile:
    """The unit after the fix of its first finding of this id."""
    fix = find(unit, finding_id).fix
    assert fix is not None
    return fix.unit


def test_homes_stay_readable_where_the_service_needs_them() -> None:
    assert fixed(least_with(ProtectSystem="strict"), "P4").value("ProtectHome") == "yes"
    assert fixed(least_with(ProtectSystem="strict", ExecStart="/home/x/app"), "P4").value("ProtectHome") == "read-only"


def test_only_the_homes_that_are_open_are_named() -> None:
    unit = least_with(ProtectSystem="strict", InaccessiblePaths="/home /root")
    assert find(unit, "P4").message.startswith("ProtectSystem=strict leaves /run/user writable")
    assert " /home, /root and /run/user" in find(least_with(ProtectSystem="strict"), "P4").message


def test_a_whole_tree_gives_way_to_one_directory_in_it() -> None:
    unit = fixed(least_with(ReadWritePaths="/var/cache /opt/x"), "P9")
    assert unit.values("ReadWritePaths") == ("/opt/x",)
    assert (unit.value("CacheDirectory"), unit.value("CacheDirectoryMode")) == ("myapp", "0700")
    assert [own.path for own in fixed(least_with(ReadWritePaths="/srv"), "P9").own] == ["/srv/myapp"]
    assert fixed(least_with(ReadWritePaths="/srv", own="/srv/myapp"), "P9").own == least_with(own="/srv/myapp").own


@pytest.mark.parametrize(
    "values",
    [
        {"ReadWritePaths": "/var"},
        {"ReadWritePaths": "/etc"},
        {"ReadWritePaths": "/srv", "DynamicUser": "yes"},
        {"ReadWritePaths": "/var/lib", "name": "dpkg"},
        {"ReadWritePaths": "/srv", "own": "/srv/myapp/data"},
    ],
    ids=str,
)
def test_no_directory_is_proposed_that_would_be_refused(values: Values) -> None:
    assert [f.fix for f in read(with_values(LEAST, **values)).findings if f.id == "P9"] == [None]

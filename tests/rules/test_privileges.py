"""Rights of root that a service is given, or left."""

import pytest

from app import rules
from app.effective import Effective
from app.rules import privileges
from app.unitfile import UnitFile
from tests.configurations import LEAST, least_with, read, with_values
from tests.rules.cases import assert_fix_mends, find, ids

Values = dict[str, str | list[str]]

# id, field, bad twin, good twin
TWINS: list[tuple[str, str, Values, Values]] = [
    ("P3", "User", {"User": [], "ProtectSystem": "strict"}, {"ProtectSystem": "strict"}),
    ("P3", "User", {"User": [], "PrivateTmp": "yes"}, {"User": [], "PrivateTmp": "no"}),
    ("P3", "User", {"User": "root", "InaccessiblePaths": "/srv"}, {"User": "root", "InaccessiblePaths": "/srv", "CapabilityBoundingSet": "~CAP_SYS_ADMIN"}),
    ("P3", "User", {"User": "0", "ProtectHome": "yes", "CapabilityBoundingSet": "CAP_CHOWN CAP_SYS_ADMIN"}, {"User": "0", "ProtectHome": "yes", "CapabilityBoundingSet": "CAP_CHOWN"}),
    ("P3", "User", {"User": [], "ProtectHome": "yes", "SystemCallFilter": "~@clock"}, {"User": [], "ProtectHome": "yes", "SystemCallFilter": "~@mount"}),
    ("P3", "User", {"User": [], "ProtectSystem": "yes"}, {"User": [], "DynamicUser": "yes"}),
    ("P56", "ExecStartPre", {"ExecStartPre": "+/usr/bin/mkdir /x"}, {"ExecStartPre": "-/usr/bin/mkdir +/x"}),
    ("P56", "ExecStart", {"ExecStart": "-!/usr/bin/true"}, {"ExecStart": "-:/usr/bin/true"}),
    ("P56", "ExecStart", {"ExecStart": "!!/usr/bin/true", "systemd": "257"}, {"ExecStart": "!!/usr/bin/true", "systemd": "258"}),
    ("P56", "ExecStartPost", {"ExecStartPost": "/usr/bin/true ; @+/usr/bin/id me +x"}, {"ExecStartPost": "/usr/bin/true ; @/usr/bin/id +me"}),
    ("P56", "ExecStopPost", {"ExecStopPost": '"+/usr/bin/true"'}, {}),
    ("P56", "PermissionsStartOnly", {"PermissionsStartOnly": "yes", "ExecStartPre": "/usr/bin/id"}, {"PermissionsStartOnly": "no"}),
    ("P57", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE CAP_DAC_READ_SEARCH"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE"}),
    ("P57", "AmbientCapabilities", {"AmbientCapabilities": ["cap_chown", "CAP_KILL"]}, {"AmbientCapabilities": ["CAP_CHOWN", "~CAP_CHOWN"]}),
    ("P57", "AmbientCapabilities", {"AmbientCapabilities": "~CAP_SYS_NICE"}, {"AmbientCapabilities": "CAP_KILL", "CapabilityBoundingSet": "CAP_CHOWN"}),
    ("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "CapabilityBoundingSet": "CAP_NET_RAW"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "CapabilityBoundingSet": "CAP_NET_BIND_SERVICE"}),
    ("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "reset": "CapabilityBoundingSet"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE"}),
    ("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_SYS_TIME", "ProtectClock": "yes"}, {"AmbientCapabilities": "CAP_SYS_TIME", "ProtectClock": "no"}),
    ("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_KILL", "CapabilityBoundingSet": "CAP_CHOWN"}, {"CapabilityBoundingSet": "CAP_CHOWN"}),
    ("P39", "AmbientCapabilities", {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "PrivateUsers": "yes"}, {"AmbientCapabilities": "CAP_NET_BIND_SERVICE", "PrivateUsers": "no"}),
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
    assert [rule.__name__ for rule in privileges.RULES if not any(list(rule(Effective(unit))) for unit in units)] == []


def fixed(unit: UnitFile, finding_id: str) -> UnitFile:
    """The unit after the fix of its first finding of this id."""
    fix = find(unit, finding_id).fix
    assert fix is not None
    return fix.unit


def test_a_command_keeps_all_but_its_prefix_of_rights() -> None:
    unit = least_with(ExecStartPost="-/usr/bin/true ; @-+/usr/bin/id me ';' +x")
    assert fixed(unit, "P56").values("ExecStartPost") == ("-/usr/bin/true ; @-/usr/bin/id me ';' +x",)
    unit = least_with(ExecStartPre=["!!/usr/bin/id  a", "/usr/bin/true"], systemd="252")
    assert fixed(unit, "P56").values("ExecStartPre") == ("/usr/bin/id a", "/usr/bin/true")
    assert find(least_with(ExecStopPost='"+/usr/bin/true"'), "P56").fix is None


def test_it_is_said_which_command_runs_as_root() -> None:
    assert "/usr/bin/mkdir" in find(least_with(ExecStartPre="+/usr/bin/mkdir /x"), "P56").message
    unit = least_with(PermissionsStartOnly="yes", ExecStartPre="/usr/bin/id", ExecReload="/usr/bin/kill -HUP $MAINPID")
    assert "runs as root: /usr/bin/id, /usr/bin/kill." in find(unit, "P56").message


def test_harmless_capabilities_stay() -> None:
    unit = least_with(AmbientCapabilities=["CAP_NET_BIND_SERVICE cap_kill", "CAP_CHOWN"])
    assert fixed(unit, "P57").values("AmbientCapabilities") == ("CAP_NET_BIND_SERVICE",)
    assert find(least_with(AmbientCapabilities="~CAP_SYS_NICE"), "P57").fix is None


def test_what_opens_the_machine_is_not_added_to_the_bounding_set() -> None:
    unit = least_with(AmbientCapabilities="CAP_KILL", CapabilityBoundingSet="CAP_CHOWN")
    assert not fixed(unit, "P39").is_set("AmbientCapabilities")


def test_root_behind_walls_has_one_finding_more() -> None:
    found = [
        (f.id, f.severity) for f in read(with_values(LEAST, User=[], PrivateTmp="yes", ProtectHome="yes")).findings
    ]
    assert found == [("P2", "warning"), ("P3", "warning")]

import pytest

from app.analysis.rules import Rule, service
from app.catalogue.versions import target
from app.effective import Effective
from app.unitfile.model import Assignment, UnitFile
from tests.analysis.rules.cases import Twins, Values, assert_fix_mends, find, ids
from tests.support.configurations import LEAST, least_with, read, with_values

# rule, field, values that systemd refuses, values that it takes
TWINS: list[Twins] = [
    Twins("no-command", "ExecStart", {"ExecStart": []}, {}),
    Twins("no-command", "ExecStart", {"ExecStart": [], "Type": "oneshot", "ExecStop": "/bin/true"}, {"ExecStart": [], "Type": "oneshot", "ExecStop": "/bin/true", "RemainAfterExit": "yes"}),
    Twins("many-commands", "ExecStart", {"ExecStart": ["/bin/true", "/bin/false"]}, {"ExecStart": ["/bin/true", "/bin/false"], "Type": "oneshot"}),
    Twins("many-commands", "ExecStart", {"ExecStart": "/bin/true ; /bin/false"}, {"ExecStart": r"/bin/true \; /bin/false"}),
    Twins("oneshot-restart", "Restart", {"Type": "oneshot", "Restart": "always"}, {"Type": "oneshot", "Restart": "on-failure"}),
    Twins("oneshot-restart", "Restart", {"Type": "oneshot", "Restart": "on-success"}, {"Type": "simple", "Restart": "on-success"}),
    Twins("oneshot-restart", "Restart", {"Type": "oneshot", "Restart": "on-failure", "systemd": "243"}, {"Type": "oneshot", "Restart": "on-failure", "systemd": "244"}),
    Twins("dbus-name", "Type", {"Type": "dbus"}, {"Type": "dbus", "BusName": "org.example.X"}),
    Twins("P17", "WorkingDirectory", {"User": [], "DynamicUser": "yes", "WorkingDirectory": "~", "StateDirectory": "x", "StateDirectoryMode": "0700"}, {"WorkingDirectory": "~"}),
]  # fmt: skip


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TWINS, ids=str)
def test_a_unit_that_systemd_refuses_has_an_error_at_the_field(
    finding_id: str, field: str, bad: Values, good: Values
) -> None:
    entry = read(with_values(LEAST, **bad))
    assert list(entry.errors) == [field]
    assert [finding.id for finding in entry.findings if finding.severity == "error"] == [finding_id]
    assert read(with_values(LEAST, **good)).is_valid
    for finding in entry.findings:
        if finding.fix and finding.severity == "error":
            assert entry.unit is not None
            assert_fix_mends(entry.unit, finding)


@pytest.mark.parametrize("rule", service.RULES, ids=lambda rule: rule.check.__name__)
def test_a_plain_service_has_no_finding(rule: Rule) -> None:
    unit = UnitFile("x", target("252"), assignments=(Assignment("ExecStart", "/bin/true"),))
    assert list(rule(Effective(unit))) == []


LOGS: Values = {"LogsDirectory": "myapp", "LogsDirectoryMode": "0700"}

TOLD: list[Twins] = [
    Twins("P38", "StandardOutput", LOGS | {"StandardOutput": "append:/var/log/myapp/log"}, LOGS | {"StandardOutput": "append:/var/log/myapps/log"}),
    Twins("P38", "StandardError", LOGS | {"StandardError": "file:%L/%p/log"}, LOGS | {"StandardError": "journal"}),
    Twins("P38", "StandardError", LOGS | {"StandardError": "truncate:/var/log/myapp/log"}, {"StandardError": "file:/var/log/myapp/log"}),
    Twins("P55", "EnvironmentFile", {"EnvironmentFile": "/etc/default/myapp"}, {"EnvironmentFile": "-/etc/default/myapp"}),
    Twins("P55", "EnvironmentFile", {"EnvironmentFile": ["-/etc/x", "/etc/y"]}, {}),
    Twins("kill-none", "KillMode", {"KillMode": "none"}, {"KillMode": "mixed"}),
    Twins("itself", "After", {"After": "network.target myapp.service"}, {"After": "network.target"}),
    Twins("itself", "Wants", {"Wants": "%p.service"}, {"Wants": "other.service"}),
]  # fmt: skip


@pytest.mark.parametrize(("finding_id", "field", "bad", "good"), TOLD, ids=str)
def test_a_line_that_systemd_only_complains_about_is_a_warning(
    finding_id: str, field: str, bad: Values, good: Values
) -> None:
    unit = read(with_values(LEAST, **bad)).unit
    assert unit is not None
    assert_fix_mends(unit, find(unit, finding_id))
    assert (finding_id, field) not in {(f.id, f.field) for f in read(with_values(LEAST, **good)).findings}


@pytest.mark.parametrize("name", ["StandardOutput", "StandardError"])
@pytest.mark.parametrize("form", ["file", "append", "truncate"])
def test_output_into_the_system_is_refused(name: str, form: str) -> None:
    for user in ({"User": "myapp"}, {"User": [], "DynamicUser": "yes"}):
        assert name in read(with_values(LEAST, **user, **{name: f"{form}:/etc/passwd"})).errors
        assert name not in read(with_values(LEAST, **user, **{name: f"{form}:/srv/myapp/log"})).errors


def test_a_file_of_the_system_is_opened_for_reading_only() -> None:
    for options, refused in ((":s:truncate", True), (":s:append", True), ("", True), (":s:read-only", False)):
        errors = read(with_values(LEAST, OpenFile=f"/etc/shadow{options}")).errors
        assert ("OpenFile" in errors) is refused
    assert not read(with_values(LEAST, OpenFile="/srv/myapp/key")).errors


NOTHING_TO_RUN = {
    ("RemainAfterExit=yes", "ExecStop=/bin/true"): False,
    ("SuccessAction=reboot",): False,
    ("Type=oneshot", "SuccessAction=reboot"): False,
    ("Type=oneshot", "SuccessAction=none"): True,
    ("Type=exec", "SuccessAction=reboot"): True,
    ("ExecStop=/bin/true",): True,
    (): True,
}


@pytest.mark.parametrize("lines", NOTHING_TO_RUN, ids=str)
def test_a_service_that_runs_nothing_is_refused_unless_it_stops_or_acts(lines: tuple[str, ...]) -> None:
    given = [("name", "myapp"), ("systemd", "262"), *(tuple(line.split("=", 1)) for line in lines)]
    assert ("ExecStart" in read(given).errors) is NOTHING_TO_RUN[lines]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Before", "BindsTo", "After", "PartOf", "Conflicts"])
def test_every_kind_of_dependency_on_itself_is_reported(name: str) -> None:
    assert ("itself", name) in ids(least_with(**{name: "a.service myapp.service"}))
    assert ("itself", name) not in ids(least_with(**{name: "a.service"}))

"""What a unit does to the whole machine."""

import pytest

from app import catalogue
from app.analysis import rules
from app.analysis.rules import machine
from app.values import EMERGENCY_ACTIONS
from tests.analysis.rules.cases import Twins, find, fixed, ids, judged
from tests.support.configurations import LEAST, with_values

PRE = "socket.Socket.LoadCredential"
TIMER = {"timer.Timer.OnCalendar": "daily"}
SOCKET = {"socket.Socket.ListenStream": "8080"}

# id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("P65", "Wants", {"Wants": "a.service debug-shell.service"}, {"Wants": "debug-shell.socket my-debug-shell.service"}),
    Twins("P65", "Requires", {"Requires": "poweroff.target"}, {"Requires": "network.target", "Before": "poweroff.target shutdown.target"}),
    Twins("P65", "BindsTo", {"BindsTo": "emergency.service"}, {"BindsTo": "a.service"}),
    Twins("P65", "Upholds", {"Upholds": "debug-shell.service"}, {"Upholds": "a.service"}),
    Twins("P65", "Upholds", {"Upholds": "rescue.target"}, {"Upholds": "rescue.target", "systemd": "247"}),
    Twins("P65", "OnFailure", {"OnFailure": "reboot.target"}, {"OnFailure": "report@%n.service"}),
    Twins("P65", "OnSuccess", {"OnSuccess": "systemd-suspend.service"}, {"OnSuccess": "a.service", "Conflicts": "shutdown.target"}),
    Twins("P65", "Also", {"Also": "debug-shell.service"}, {"Also": "myapp.socket"}),
    Twins("P65", "Wants", {"name": "debug", "Wants": "%p-shell.service"}, {"Wants": "%p-shell.service"}),
    Twins("P65", "Wants", {"Wants": "breakpoint-pre-basic.service"}, {"Wants": "breakpoints.service"}),
    Twins("P65", "timer.Unit.Wants", {**TIMER, "timer.Unit.Wants": "debug-shell.service"}, {**TIMER, "timer.Unit.Wants": "a.service"}),
    Twins("P65", "timer.Timer.Unit", {**TIMER, "timer.Timer.Unit": "poweroff.target"}, {**TIMER, "timer.Timer.Unit": "other.service"}),
    Twins("P65", "socket.Install.Also", {**SOCKET, "socket.Install.Also": "debug-shell.service"}, {**SOCKET, "socket.Install.Also": "myapp.service"}),
    Twins("P65", "path.Path.Unit", {"path.Path.PathChanged": "/srv/x", "path.Path.Unit": "ctrl-alt-del.target"}, {"path.Path.PathChanged": "/srv/x"}),
    Twins("P65", "FailureAction", {"FailureAction": "reboot"}, {"FailureAction": "none"}),
    Twins("P65", "SuccessAction", {"SuccessAction": "poweroff-immediate"}, {"SuccessAction": "none"}),
    Twins("P65", "StartLimitAction", {"StartLimitAction": "exit-force"}, {"StartLimitIntervalSec": "10s"}),
    Twins("P65", "JobTimeoutAction", {"JobTimeoutAction": "kexec"}, {"JobTimeoutAction": "kexec", "systemd": "252"}),
    Twins("P65", "FailureAction", {"Service.FailureAction": "halt"}, {"Service.FailureAction": "none"}),
    Twins("P65", "timer.Unit.FailureAction", {**TIMER, "timer.Unit.FailureAction": "soft-reboot"}, {**TIMER, "timer.Unit.FailureAction": "none"}),
    Twins("P65", "socket.Unit.JobTimeoutAction", {**SOCKET, "socket.Unit.JobTimeoutAction": "reboot-force"}, SOCKET),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:/etc/shadow"}, {"LoadCredential": "a:/etc/shadowsocks/key"}),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:/etc/ssh/ssh_host_ed25519_key"}, {"LoadCredential": "a:/etc/ssh/ssh_host_ed25519_key.pub"}),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:%E/shadow"}, {"LoadCredential": "a:%S/shadow"}),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:/etc"}, {"LoadCredential": "a:/etc/myapp"}),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:%h/.ssh/id_ed25519"}, {"LoadCredential": "a:shadow"}),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:/home/ann/.ssh/id_rsa"}, {"LoadCredential": "a:/srv/ann/.ssh/id_rsa"}),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:/proc/1/root/etc/gshadow"}, {"LoadCredentialEncrypted": "a:/etc/gshadow"}),
    Twins("P65", "LoadCredential", {"LoadCredential": "a:/var/lib/systemd/credential.secret"}, {"LoadCredential": "a:/var/lib/myapp/secret"}),
    Twins("P65", PRE, {**SOCKET, PRE: "a:/etc/sudoers.d/x"}, {**SOCKET, PRE: "a:/etc/myapp/token"}),
]  # fmt: skip

WITH_STOPPED = [row for row in catalogue.ROWS if row.word in machine.WHEN]


@pytest.mark.parametrize("row", WITH_STOPPED, ids=lambda row: row.name)
def test_every_action_on_the_machine_is_reported_in_every_file(row: catalogue.Directive) -> None:
    other: dict[str, str | list[str]] = {"timer": TIMER, "socket": SOCKET, "path": {"path.Path.PathExists": "/x"}}.get(row.file, {})  # type: ignore[assignment]  # fmt: skip
    for action in EMERGENCY_ACTIONS:
        told = ("P65", catalogue.meaning(row.name)) in ids(judged({**other, row.name: action}))
        assert told == (action != "none"), action


def test_every_directive_that_takes_an_action_has_its_sentence() -> None:
    taking = {row.word for row in catalogue.ROWS if "reboot-force" in row.kind.suggestions}
    assert taking == set(machine.WHEN)


def test_the_fix_removes_only_the_dangerous_values() -> None:
    unit = judged({"Wants": "a.service debug-shell.service b.service"})
    assert fixed(unit, "P65").values("Wants") == ("a.service b.service",)
    assert not fixed(judged({"FailureAction": "reboot"}), "P65").is_set("FailureAction")
    assert not fixed(judged({"LoadCredential": "a:/etc/shadow"}), "P65").is_set("LoadCredential")


def test_the_message_names_the_event_and_its_effect() -> None:
    found = find(judged({"OnFailure": "poweroff.target"}), "P65")
    assert found.severity == "warning"
    assert found.message.startswith(
        "When myapp.service fails, systemd starts poweroff.target, which switches this machine off."
    )
    assert "(/etc/shadow)" in find(judged({"LoadCredential": "a:/etc"}), "P65").message
    assert (
        len([f for f in rules.judge(judged(dict(with_values(LEAST, Wants="reboot.target")[-1:]))) if f.id == "P65"])
        == 1
    )

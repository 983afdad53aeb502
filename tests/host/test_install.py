"""The installation of a service with what starts it: which files, in which order, what is enabled and started."""

import pytest

from app.effective import instances_of
from app.host.install import install, install_script, started
from app.host.shell import Do
from app.unitfile.render import files
from tests.support.configurations import LEAST, Parameters, read, unit_of, with_values

TIMER: Parameters = [("timer.Timer.OnCalendar", "daily"), ("timer.Install.WantedBy", "timers.target")]
SOCKET: Parameters = [("socket.Socket.ListenStream", "/run/myapp.sock"), ("socket.Install.WantedBy", "sockets.target")]
PATH: Parameters = [("path.Path.PathChanged", "/srv/in"), ("path.Install.WantedBy", "paths.target")]
WANTED: Parameters = [("WantedBy", "multi-user.target")]
INSTANCES: Parameters = with_values(LEAST, name="app@", User="%p-%i", instance=["one", "two"])


def commands(parameters: Parameters) -> list[tuple[str, ...]]:
    """The commands of the first step, without those that put files in place."""
    (action,) = install(*instances_of(unit_of(parameters)))[0].actions
    assert isinstance(action, Do)
    return [tuple(map(str, command.argv)) for command in action.commands if command.argv[0] == "systemctl"]


RELOAD = ("systemctl", "daemon-reload")

# parameters beside the least, what is enabled, what is started in this order
STARTED: list[tuple[Parameters, tuple[str, ...], tuple[str, ...]]] = [
    ([*LEAST, *WANTED], ("enable myapp.service",), ("restart myapp.service",)),
    (LEAST, (), ("restart myapp.service",)),
    ([*LEAST, *TIMER], ("enable myapp.timer",), ("restart myapp.timer",)),
    ([*LEAST, TIMER[0]], (), ("restart myapp.timer",)),
    ([*LEAST, *PATH, *WANTED], ("enable myapp.service myapp.path",), ("restart myapp.path", "restart myapp.service")),
    ([*LEAST, *SOCKET], ("enable myapp.socket",), ("stop myapp.service", "restart myapp.socket")),
    ([*LEAST, *SOCKET, *WANTED], ("enable myapp.service myapp.socket",), ("stop myapp.service", "restart myapp.socket", "restart myapp.service")),
    ([*LEAST, *SOCKET, ("Also", "myapp.socket")], ("enable myapp.service myapp.socket",), ("stop myapp.service", "restart myapp.socket")),
    ([*LEAST, *TIMER, *SOCKET, *PATH], ("enable myapp.timer myapp.socket myapp.path",), ("stop myapp.service", "restart myapp.timer", "restart myapp.socket", "restart myapp.path")),
    ([*INSTANCES, *TIMER], ("enable app@one.timer app@two.timer",), ("restart app@one.timer app@two.timer",)),
    ([*INSTANCES, *WANTED], ("enable app@one.service app@two.service",), ("restart app@one.service app@two.service",)),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "enabled", "begun"), STARTED, ids=lambda value: str(value)[-60:])
def test_a_triggering_unit_is_enabled_and_started_instead_of_its_service(
    parameters: Parameters, enabled: tuple[str, ...], begun: tuple[str, ...]
) -> None:
    assert commands(parameters) == [RELOAD, *(("systemctl", *words.split()) for words in (*enabled, *begun))]


def test_all_files_are_checked_first_and_then_put_in_place() -> None:
    unit = unit_of([*LEAST, *TIMER, *SOCKET])
    (action,) = install(*instances_of(unit))[0].actions
    assert isinstance(action, Do)
    argvs = [command.argv for command in action.commands]
    assert argvs[0][-3:] == ("./myapp.service", "./myapp.timer", "./myapp.socket")
    placed = [argv[-1] for argv in argvs if argv[0] == "install"]
    assert placed == [f"/etc/systemd/system/{name}" for name in files(unit)]
    assert [argv[-1] for argv in argvs if argv[:2] == ("sh", "-c")] == placed


SENTENCES: list[tuple[Parameters, str]] = [
    ([*LEAST, *TIMER], "myapp.timer starts now and at every boot. myapp.service itself is not started now: that is what they are for."),
    ([*LEAST, *TIMER, *WANTED], "myapp.timer and myapp.service start now and at every boot."),
    ([*LEAST, TIMER[0], *PATH], "myapp.path starts now and at every boot. myapp.timer starts now, and not at boot, since nothing in [Install] wants that. myapp.service itself is not started now: that is what they are for."),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "end"), SENTENCES, ids=lambda value: str(value)[-40:])
def test_the_first_step_names_the_event_that_starts_the_service(parameters: Parameters, end: str) -> None:
    assert install(*instances_of(unit_of(parameters)))[0].why.endswith(f"these take their places. {end}")


def test_a_timer_of_a_service_that_is_elsewhere_is_installed_alone() -> None:
    unit = read([("name", "nightly"), ("systemd", "257"), *TIMER]).unit
    assert unit is not None
    assert started(unit) == ("timer",)
    assert "nightly.service" not in install_script(*instances_of(unit))
    assert "nightly.timer in this directory is checked first" in install(*instances_of(unit))[0].why


def test_the_script_names_all_files() -> None:
    text = install_script(*instances_of(unit_of([*LEAST, *TIMER, *SOCKET])))
    assert text.split("\n")[1] == (
        "# Installs and starts myapp.service, myapp.timer and myapp.socket, which are in this directory."
    )

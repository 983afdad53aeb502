"""What the installation enables and starts on booted systemd: timers elapse, sockets answer, paths are watched."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from app.effective import instances_of
from app.host.install import install_script
from app.host.prep import prepare_script
from app.unitfile.render import files
from tests.support.configurations import Parameters, unit_of
from tests.system import lab

FOLDER = "/root/start-try"
SERVES = """#!/usr/bin/perl
open(my $listening, "+<&=3") or exit 1;
while (accept(my $one, $listening)) { print $one "served by $$\\n"; close $one }
"""
CONNECTS = """perl -MIO::Socket::UNIX -e 'print IO::Socket::UNIX->new(Peer => "/run/start-socket.sock")->getline'"""
RAN = "for i in $(seq 100); do [ -e /run/ran-{0} ] && exit 0; sleep 0.1; done; exit 1"


class Started(NamedTuple):
    """A service that something starts. given: its parameters beside those of all. enabled, not_enabled: units with and without
    links of [Install]. running: units that run after the installation. comes: what starts the service, and succeeds then.
    """

    given: Parameters
    enabled: tuple[str, ...]
    not_enabled: tuple[str, ...]
    running: tuple[str, ...]
    comes: str
    does: str = ""


def _plain(name: str) -> Parameters:
    return [("name", name), ("User", "start-try"), ("Type", "oneshot"), ("ExecStart", "/bin/true"), ("ExecStartPost", f"+/usr/bin/touch /run/ran-{name.removesuffix('@')}")]  # fmt: skip


TIMER: Parameters = [
    ("timer.Timer.OnCalendar", "*:*:0/3"),
    ("timer.Timer.AccuracySec", "1ms"),
    ("timer.Install.WantedBy", "timers.target"),
]

STARTED = [
    Started(
        [*_plain("start-timer"), *TIMER],
        ("start-timer.timer",), ("start-timer.service",), ("start-timer.timer",), RAN.format("start-timer"),
    ),
    Started(
        [("name", "start-socket"), ("User", "start-try"), ("Type", "exec"), ("ExecStart", "/usr/local/bin/start-socket"),
         ("socket.Socket.ListenStream", "/run/start-socket.sock"), ("socket.Socket.SocketUser", "start-try"), ("socket.Socket.SocketMode", "0600"),
         ("socket.Install.WantedBy", "sockets.target")],
        ("start-socket.socket",), ("start-socket.service",), ("start-socket.socket",),
        f"! systemctl --quiet is-active start-socket.service && {CONNECTS} && systemctl --quiet is-active start-socket.service && [ $(stat -c %U:%a /run/start-socket.sock) = start-try:600 ]",
        SERVES,
    ),
    Started(
        [*_plain("start-path"), ("path.Path.PathChanged", "/srv/start-path"), ("path.Path.MakeDirectory", "yes"), ("path.Install.WantedBy", "paths.target")],
        ("start-path.path",), ("start-path.service",), ("start-path.path",), f"[ ! -e /run/ran-start-path ] && touch /srv/start-path/new && {RAN.format('start-path')}",
    ),
    Started(
        [*_plain("start-both"), ("WantedBy", "multi-user.target"), ("RemainAfterExit", "yes"), *TIMER],
        ("start-both.timer", "start-both.service"), (), ("start-both.timer", "start-both.service"), RAN.format("start-both"),
    ),
    Started(
        [*_plain("start-each@"), ("instance", "one"), ("instance", "two"), *TIMER],
        ("start-each@one.timer", "start-each@two.timer"), ("start-each@one.service", "start-each@three.timer"), ("start-each@one.timer", "start-each@two.timer"), RAN.format("start-each"),
    ),
]  # fmt: skip


@pytest.fixture(params=[252, 257, 262])
def machine(request: pytest.FixtureRequest) -> tuple[int, lab.Guest]:
    """A booted guest."""
    guest: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    return request.param, guest


def test_the_installed_triggering_units_start_the_service(
    machine: tuple[int, lab.Guest], say: Callable[..., None]
) -> None:
    version, guest = machine
    for row in STARTED:
        unit = unit_of([("systemd", str(version)), *row.given])
        if row.does:
            guest.write(f"/usr/local/bin/{unit.name}", row.does, mode=0o755)
        for name, text in files(unit).items():
            guest.write(f"{FOLDER}/{name}", text)
        guest.run(["sh"], input=prepare_script(*instances_of(unit)), check=True)
        # Twice: the second time what it starts runs already.
        for _ in range(2):
            installed = guest.run(["sh", "-c", f"cd {FOLDER} && exec sh"], input=install_script(*instances_of(unit)))
            assert installed.returncode == 0, installed.stderr
            running = guest.run(["systemctl", "is-active", *row.running])
            assert set(running.stdout.split()) == {"active"}
            came = guest.run(["sh", "-c", row.comes])
            assert came.returncode == 0, (unit.name, came.stdout, came.stderr)
            guest.run(["rm", "-f", f"/run/ran-{unit.name.removesuffix('@')}"])
        for name in row.enabled:
            assert guest.run(["systemctl", "is-enabled", name]).stdout == "enabled\n", name
        for name in row.not_enabled:
            assert guest.run(["systemctl", "is-enabled", name]).stdout in {"static\n", "disabled\n"}, name
        failed = guest.run(["systemctl", "--failed", "--plain", "--no-legend"]).stdout
        assert failed == ""
        every = [*row.enabled, *row.running, *(one.file_name for one in instances_of(unit))]
        guest.run(["systemctl", "disable", "--now", *every])
        guest.run(
            [
                "sh",
                "-c",
                f"rm -f {FOLDER}/* /etc/systemd/system/start-*; systemctl daemon-reload; systemctl reset-failed",
            ]
        )
    say(
        f"systemd {version}: {len(STARTED)} of {len(STARTED)} installations start their service, and again on a second run"
    )

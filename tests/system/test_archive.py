"""The archive on machines: whole, read by systemd without a word, and its scripts prepare, install and undo."""

import base64
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.support.configurations import Parameters, query
from tests.system import lab

FOLDER = "/root/archives"
SERVICE: Parameters = [
    ("User", "arch"), ("Type", "exec"), ("ExecStart", "/bin/sleep infinity"), ("StateDirectory", "arch"), ("StateDirectoryMode", "0700"), ("own", "/srv/arch/data"),
    ("ConfigurationDirectory", "arch"), ("WantedBy", "multi-user.target"),
]  # fmt: skip
UNITS: dict[str, tuple[Parameters, tuple[str, ...]]] = {
    "arch": (SERVICE, ("arch.service",)),
    "arch-timer": (
        [("User", "arch-timer"), ("Type", "oneshot"), ("ExecStart", "/bin/true"), ("timer.Timer.OnCalendar", "daily"), ("timer.Timer.OnBootSec", "1h"),
         ("timer.Install.WantedBy", "timers.target")],
        ("arch-timer.timer",),
    ),
    "arch-each@": (
        [("instance", "one"), ("instance", "two"), ("User", "%p-%i"), ("Type", "exec"), ("ExecStart", "/bin/sleep infinity"), ("StateDirectory", "%p/%i"), ("WantedBy", "multi-user.target")],
        ("arch-each@one.service", "arch-each@two.service"),
    ),
}  # fmt: skip
"""Units by name, and what runs after their installation."""


@pytest.fixture(params=[252, 257, 262])
def machine(request: pytest.FixtureRequest) -> tuple[int, lab.Guest]:
    """A booted guest."""
    guest: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    return request.param, guest


def unpack(run: Callable[..., object], client: FlaskClient, name: str, version: int) -> None:
    """The archive of a unit, unpacked below FOLDER."""
    parameters = [("name", name), ("systemd", str(version)), *UNITS[name][0]]
    packed = base64.b64encode(client.get(f"/archive.tar.gz?{query(parameters)}&stamp=1").data).decode()
    run(["sh", "-euc", f"mkdir -p {FOLDER}; base64 -d | tar -xz -C {FOLDER}"], input=packed, check=True)


@pytest.mark.parametrize("name", UNITS)
def test_the_archive_prepares_installs_and_undoes(
    machine: tuple[int, lab.Guest], client: FlaskClient, name: str
) -> None:
    version, guest = machine

    def run(command: str) -> str:
        done = guest.run(["sh", "-euc", f"cd {FOLDER}/{name} && {command}"])
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    accounts = guest.run(["cat", "/etc/passwd", "/etc/group"]).stdout
    unpack(guest.run, client, name, version)
    run("sha256sum --check --strict --quiet SHA256SUMS")
    run("head -qn 1 *.service | grep -q '^# Made by '")
    for _ in range(2):
        run("sh prep.sh && sh install.sh")
        assert set(run(f"systemctl is-active {' '.join(UNITS[name][1])}").split()) == {"active"}
    run("sh undo.sh --data")
    assert guest.run(["cat", "/etc/passwd", "/etc/group"]).stdout == accounts
    assert guest.run(["sh", "-c", "ls -d /etc/systemd/system/arch* /var/lib/arch* /srv/arch* 2>/dev/null"]).stdout == ""
    guest.run(["rm", "-rf", FOLDER])


@pytest.mark.parametrize("version", lab.SUITES)
def test_systemd_accepts_the_files_of_the_archive_without_warnings(
    version: int, client: FlaskClient, say: Callable[..., None]
) -> None:
    with lab.throwaway(lab.root(version)) as copy:
        lab.settle(copy)
        strict = ["--recursive-errors=no"] if version >= 250 else []
        for name in UNITS:
            unpack(lambda *args, **options: lab.run_in(copy, *args, **options), client, name, version)
            files = lab.run_in(
                copy, ["sh", "-c", f"ls {FOLDER}/{name}/*.service {FOLDER}/{name}/*.timer"]
            ).stdout.split()
            verified = lab.run_in(copy, ["systemd-analyze", "--man=no", *strict, "verify", *files])
            assert (verified.returncode, verified.stderr) == (0, "")
            prepared = lab.run_in(copy, ["sh", f"{FOLDER}/{name}/prep.sh"])
            assert prepared.returncode == 0, prepared.stderr
    say(f"systemd {version}: {len(UNITS)} archives are read without a word, and prepare a root")

"""What runs as root, and what is read by root, on booted systemd: the commands of sockets, credentials, preserved lines."""

import json
from typing import NamedTuple

import pytest
from werkzeug.datastructures import MultiDict

from app.analysis.rules import commands_as_root
from app.effective import Effective
from app.unitfile.model import UnitFile
from app.unitfile.render import files
from app.web.form import entry as forms
from tests.support.configurations import Parameters
from tests.system import lab

VERSIONS = (252, 257, 262)


class Socket(NamedTuple):
    """A socket by what it sets beside its commands, and who it runs them as: a name, "" for a dynamic user."""

    name: str
    settings: Parameters
    runs_as: str


SOCKETS = (
    Socket("plain", [("User", "nobody")], "root"),
    Socket("grouped", [("User", "nobody"), ("socket.Socket.Group", "nogroup")], "root"),
    Socket("owned", [("User", "root"), ("socket.Socket.User", "nobody")], "nobody"),
    Socket("dynamic", [("socket.Socket.DynamicUser", "yes"), ("socket.Socket.ReadWritePaths", "/run/seen")], ""),
    Socket("numbered", [("User", "nobody"), ("socket.Socket.User", "0")], "root"),
    Socket("of-dynamic", [("DynamicUser", "yes")], "root"),
)
COMMANDS = ("ExecStartPre", "ExecStartPost", "ExecStopPre", "ExecStopPost")


def unit_of(name: str, more: Parameters, version: int) -> UnitFile:
    """The unit of a name, which need not be one that the form takes."""
    given = [("name", name), ("systemd", str(version)), ("ExecStart", "/usr/bin/sleep 600"), *more]
    unit = forms.read_entry(MultiDict(given), posted=True).unit
    assert unit is not None
    return unit


def write(guest: lab.Guest, unit: UnitFile) -> None:
    for name, text in files(unit).items():
        guest.write(f"/etc/systemd/system/{name}", text)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_socket_runs_its_commands_with_the_predicted_user(version: int) -> None:
    with lab.Guest(lab.root(version)) as guest:
        guest.run(["install", "-d", "-m", "1777", "/run/seen"], check=True)
        for name, settings, runs_as in SOCKETS:
            says = [(f"socket.Socket.{word}", f"/bin/sh -c 'id -un >/run/seen/{name}-{word}'") for word in COMMANDS]
            write(guest, unit := unit_of(name, [*settings, ("socket.Socket.ListenStream", f"@{name}"), *says], version))
            guest.run(["systemctl", "daemon-reload"], check=True)
            guest.run(["systemctl", "start", f"{name}.socket"], check=True)
            guest.run(["systemctl", "stop", f"{name}.socket"], check=True)
            seen = {
                word: guest.run(["cat", f"/run/seen/{name}-{word}"], check=True).stdout.strip() for word in COMMANDS
            }
            told = {row.name.rpartition(".")[2] for row in commands_as_root(Effective(unit))} - {"ExecStart"}
            assert (
                {word for word, who in seen.items() if who == "root"}
                == told
                == (set(COMMANDS) if runs_as == "root" else set())
            )
            assert all(who == runs_as for who in seen.values() if runs_as)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_credential_hands_over_what_root_alone_reads(version: int) -> None:
    with lab.Guest(lab.root(version)) as guest:
        guest.run(
            ["sh", "-c", "test -s /etc/shadow && chmod 600 /etc/shadow && install -d -m 1777 /run/seen"], check=True
        )
        more = [("DynamicUser", "yes"), ("LoadCredential", "x:/etc/shadow"), ("ReadWritePaths", "/run/seen")]
        unit = unit_of("reader", [*more, ("Type", "oneshot")], version)
        assert ("P65", "LoadCredential") in {(found.id, found.field) for found in forms.entry_of_unit(unit).findings}
        text = files(unit)["reader.service"].replace("/usr/bin/sleep 600", "/bin/sh -c 'cat %d/x >/run/seen/shadow'")
        guest.write("/etc/systemd/system/reader.service", text)
        guest.run(["systemctl", "daemon-reload"], check=True)
        guest.run(["systemctl", "start", "reader.service"], check=True)
        assert guest.run(["cmp", "/etc/shadow", "/run/seen/shadow"]).returncode == 0


FORGED = {
    "emptied": [["User=", "service", "Service", "User", 1, 0]],
    "above": [["User=", "service", "Service", "User", 0, 0]],
    "spaced": [["User =", "service", "Service", "", 0, 0]],
    "next-header": [["User=root", "service", "Install", "[", 0, 0], ["X-A=1", "service", "Install", "", 0, 0]],
    "other-section": [["User=", "service", "Unit", "", 0, 0]],
    "comment": [["# User=", "service", "Service", "User", 1, 0]],
    "environment": [["Environment=", "service", "Service", "Environment", 5, 0]],
    "grown": [["NoNewPrivileges=no", "service", "Install", "[", 0, 0], ["X-A=1", "service", "Install", "", 0, 0]],
}


@pytest.mark.parametrize("version", VERSIONS)
def test_forged_preserved_lines_have_the_predicted_meaning_in_systemd(version: int) -> None:
    with lab.Guest(lab.root(version)) as guest:
        for name, rows in FORGED.items():
            more = [("User", "nobody"), ("Environment", "A=1"), ("NoNewPrivileges", "yes"), ("kept", json.dumps(rows))]
            write(guest, unit := unit_of(name, more, version))
            guest.run(["systemctl", "daemon-reload"], check=True)
            said = guest.run(
                ["systemctl", "show", "-p", "User,Environment,NoNewPrivileges", f"{name}.service"], check=True
            )
            shown = dict(line.split("=", 1) for line in said.stdout.splitlines())
            ours = Effective(unit)
            assert shown["User"] == ours.account, name
            assert shown["Environment"] == " ".join(ours.words("Environment")), name
            assert shown["NoNewPrivileges"] == (ours.word("NoNewPrivileges") or "no"), name

"""Ansible run for real in booted guests: it leaves what the shell leaves, a second run changes nothing, and undo takes it all away."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.effective import Effective
from app.host.ansible import playbook
from app.host.prep import prepare_script
from app.host.undo import undo_script
from app.unitfile.render import files
from app.values import ancestors
from tests.support.configurations import LEAST, unit_of, with_values
from tests.system import lab
from tests.system.test_native import BEFORE, IN_COPY, different, put, state, units
from tests.system.test_preparation import Debian

PLAY = ["env", "ANSIBLE_PIPELINING=1", "ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3", "ansible-playbook", "--inventory=localhost,", "--connection=local", "/root/play.yml"]  # fmt: skip
PASSING = ("/dev", "/proc", "/run", "/sys", "/tmp", "/root", "/var/log", "/var/tmp", "/var/lib/systemd", "/var/lib/private", "/var/cache/private", "/etc/resolv.conf")  # fmt: skip
"""Below these a booted machine writes by itself, or systemd keeps what all dynamic users share."""


class Booted(Debian):
    """A booted guest that is asked like a throw-away root."""

    def __init__(self, guest: lab.Guest) -> None:
        """Take a guest."""
        self.guest = guest

    def do(self, commands: str) -> str:
        """Run commands that must succeed as root; what they said."""
        return self.guest.run(["sh", "-euc", commands], check=True).stdout


def made(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """What came, went or changed, without what a booted machine changes by itself."""
    return {path: after.get(path, "gone") for path in different(before, after) if not path.startswith(PASSING)}


def recap(said: str) -> dict[str, int]:
    """The counts of Ansible's last line."""
    return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", said.rpartition("PLAY RECAP")[2])}


@pytest.mark.parametrize("version", [252, 257])
def test_ansible_leaves_the_same_state_as_the_shell_and_undo_removes_it(
    root252: Path, version: int, say: Callable[..., None]
) -> None:
    chosen = units(version) if version == 252 else units(version)[6:8]
    tree = lab.root(version, "ansible-core")
    with lab.throwaway(tree) as copy:
        debian = Debian(copy)
        debian.do(IN_COPY)
        before = state(debian)[1]
        for unit in chosen:
            assert debian.pipe(prepare_script(unit)).returncode == 0
            for name, text in files(unit.file).items():
                put(copy, f"/etc/systemd/system/{name}", text)
            debian.do(f"systemctl enable {unit.file_name} 2>/dev/null")
        accounts, rows = state(debian)
        by_shell = made(before, rows)
    with lab.Guest(tree) as guest:
        booted = Booted(guest)
        booted.do(BEFORE)
        accounts_before, before = state(booted)
        guest.write("/root/play.yml", playbook(*chosen))
        counts = []
        for _ in range(2):
            done = guest.run(PLAY, timeout=900)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr
            counts.append(recap(done.stdout))
        assert counts[0]["changed"] > 0
        assert (counts[1]["changed"], counts[1]["failed"]) == (0, 0)
        accounts_now, rows = state(booted)
        assert accounts_now == accounts
        paths = [directory.path for unit in chosen for directory in unit.managed if not directory.is_of_root]
        managed = {part for path in paths for part in (*ancestors(path), path)}
        assert {path: row for path, row in made(before, rows).items() if path not in managed} == by_shell
        running = [unit.file_name for unit in chosen if unit.file.value("Type") != "oneshot"]
        guest.run(["systemctl", "is-active", "--", *running], check=True)
        for unit in chosen:
            done = guest.run(["sh", "-s", "--", "--data"], input=undo_script(unit))
            assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), unit.file_name
        accounts_now, rows = state(booted)
        assert accounts_now == accounts_before
        assert made(before, rows) == {}
    say(f"systemd {version}: Ansible leaves what the shell leaves for {len(chosen)} units, a second run changes {counts[1]['changed']} of {counts[1]['ok']}; undo leaves the root as it was")  # fmt: skip


REFUSED: dict[str, tuple[str, str]] = {
    "a user in another group": ("groupadd --system myapp; useradd --system --gid games myapp", "The user or its group exists with another primary group or number than planned."),
    "a group with another number": ("groupadd --gid 1234 myapp", "The user or its group exists with another primary group or number than planned."),
    "a directory of somebody else": ("mkdir -p /opt/myapp/data; chown games /opt/myapp/data", "A directory of the service is a link, or belongs to somebody else."),
    "a link": ("mkdir /opt/myapp; ln -s /etc /opt/myapp/data", "A directory of the service is a link, or belongs to somebody else."),
    "a way that others can change": ("mkdir -m 777 /opt/myapp", "Others than root can change the way to the directories, or it leads through a link."),
    "a configuration of somebody else": ("mkdir /etc/myapp", "A directory of its configuration is there, and its owner, group or mode is another than planned."),
    "a missing group": ("groupdel audio", "One or more supplied key could not be found in the database."),
}  # fmt: skip


def test_ansible_stops_where_the_script_stops(root252: Path) -> None:
    given = with_values(LEAST, gid="851", own="/opt/myapp/data", ConfigurationDirectory="myapp", SupplementaryGroups="audio")  # fmt: skip
    for commands, sentence in REFUSED.values():
        with lab.throwaway(lab.root(252, "ansible-core")) as copy:
            put(copy, "/root/play.yml", playbook(Effective(unit_of(given))))
            lab.run_in(copy, ["sh", "-euc", commands], check=True)
            done = lab.run_in(copy, PLAY)
            assert done.returncode != 0
            assert sentence in done.stdout, sentence
            assert lab.run_in(copy, ["sh", "-c", "test -e /etc/systemd/system/myapp.service"]).returncode

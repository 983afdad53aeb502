"""Services that really run as root are moved by pasting the steps, and moved back: who runs, who owns, what is untouched."""

import shlex
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess

import pytest

from app.effective import Effective
from app.host.migrate import steps, way_back
from app.report import steps_text
from app.unitfile.render import render
from tests.support.configurations import LEAST, Parameters, unit_of, with_values
from tests.system import lab

VERSIONS = (252, 257, 262)


class Server:
    """A guest with a service that runs as root, has data of every kind, and is about to be moved."""

    def __init__(self, guest: lab.Guest, name: str, version: int, **values: str | list[str]) -> None:
        """Install and start the service as root; values: what the new unit has beside the least."""
        self.guest, self.name = guest, name
        self.state = f"/var/lib/{name}"
        program = f"/bin/sh -c 'while :; do date >>{self.state}/beat; sleep 0.2; done'"
        parameters: Parameters = with_values(
            LEAST,
            name=name,
            systemd=str(version),
            User=name,
            ExecStart=program,
            StateDirectory=name,
            StateDirectoryMode="0700",
            WantedBy="multi-user.target",
        )
        self.unit = Effective(unit_of(with_values(parameters, **values)))
        self.do(f"printf '#!/bin/sh\\nexec \"$@\"\\n' >/usr/bin/sudo; chmod 755 /usr/bin/sudo; mkdir -p /root/{name}")
        self.do(DATA.replace("STATE", self.state).replace("NAME", name))
        old = f"[Service]\nExecStart={program}\n[Install]\nWantedBy=multi-user.target\n"
        guest.write(f"/etc/systemd/system/{name}.service", old)
        guest.write(f"/root/{name}/{name}.service", render(self.unit.file))
        self.do(f"systemctl daemon-reload; systemctl enable -q --now {name}.service")

    def do(self, commands: str) -> str:
        """Run commands that must succeed as root; what they said."""
        return self.guest.run(["sh", "-euc", commands], check=True).stdout

    def paste(self, text: str) -> CompletedProcess[str]:
        """Paste a text into a shell of root, in the directory with the new unit."""
        return self.guest.run(["bash", "-c", f"cd /root/{self.name} && exec bash"], input=text)

    def listing(self, *paths: str) -> dict[str, str]:
        """Every file below paths with owner, mode and type."""
        form = "%p\\t%U:%G %m %y\\0"
        rows = self.do(f"find {shlex.join(paths)} -name beat -o -printf '{form}'").split("\0")[:-1]
        return dict(row.rsplit("\t", 1) for row in rows)

    def runs_as(self) -> str:
        """The user of the main process, and whether it is up."""
        self.do(f"systemctl is-active {self.name}.service")
        pid = self.do(f"systemctl show -p MainPID --value {self.name}.service").strip()
        return self.do(f"stat -c %u /proc/{pid}").strip()


DATA = r"""
mkdir -p STATE/a/b /srv/NAME-other; chmod 750 STATE/a; umask 022
echo deep >STATE/a/b/file; echo secret >STATE/secret; chmod 600 STATE/secret; chgrp adm STATE/a/b/file
ln -s /etc STATE/etc; ln -s /etc/shadow STATE/shadow; ln STATE/secret STATE/a/second
echo other >/srv/NAME-other/file; ln /srv/NAME-other/file STATE/a/stolen; mkfifo STATE/pipe; chmod 2775 STATE/a/b
echo x >"STATE/$(printf 'a\nb  $(reboot) ;')"; echo games >STATE/of-games; chown games STATE/of-games
mkdir -m 700 -p /etc/NAME; echo key >/etc/NAME/key; chmod 600 /etc/NAME/key
"""


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """Make a service on a guest of each version."""
    guest: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    made: list[Server] = []

    def make(name: str, **values: str | list[str]) -> Server:
        made.append(Server(guest, name, request.param, **values))
        return made[-1]

    yield make
    for server in made:
        server.guest.run(["systemctl", "disable", "--now", f"{server.name}.service"])
        server.guest.run(["sh", "-c", f"rm -rf {server.state} /var/lib/private/{server.name} /etc/{server.name}"])


def moved(server: Server) -> str:
    """What the pasted steps said."""
    done = server.paste(steps_text(steps(server.unit)))
    return done.stdout + done.stderr


def moved_back(server: Server) -> str:
    """What the pasted way back said."""
    done = server.paste(steps_text(way_back(server.unit)))
    return done.stdout + done.stderr


def test_a_service_moves_to_its_own_user_and_back(server: Callable[..., Server]) -> None:
    mover = server("move-own", ConfigurationDirectory="move-own")
    name, state = mover.name, mover.state
    etc, before = mover.listing("/srv", "/etc/hostname", "/usr"), mover.listing(state, f"/etc/{name}")
    assert mover.runs_as() == "0"
    said = moved(mover)
    uid = mover.do(f"id -u {name}").strip()
    assert mover.runs_as() == uid != "0", said
    after = mover.listing(state, f"/etc/{name}")
    others = {f"{state}/a/stolen": "root", f"{state}/of-games": "games"}
    for path, row in after.items():
        owner = others.get(path, "root" if path.startswith("/etc/") else name)
        assert row.split(":")[0] == mover.do(f"id -u {owner}").strip(), (path, row)
    assert f"{state}/a/stolen stays with root: it has a second name elsewhere." in said
    assert mover.listing("/srv", "/etc/hostname", "/usr") == etc
    as_user = f"setpriv --reuid={name} --regid={name} --clear-groups sh -euc"
    touch = f"cat {state}/a/b/file {state}/secret /etc/{name}/key; echo >>{state}/secret; touch {state}/a/b/new"
    assert mover.do(f"{as_user} '{touch}'") == "deep\nsecret\nkey\n"
    assert mover.do(f"{as_user} 'test ! -w /etc/{name}/key; echo kept'") == "kept\n"
    assert mover.do(f"stat -c '%a %U' /var/backups/{name}-as-root") == "700 root\n"
    mover.do(f"systemctl restart {name}.service; rm {state}/a/b/new")
    said = moved_back(mover)
    assert mover.runs_as() == "0", said
    assert mover.listing(state, f"/etc/{name}") == before
    assert mover.listing("/srv", "/etc/hostname", "/usr") == etc
    assert mover.do(f"systemctl is-enabled {name}.service") == "enabled\n"
    assert "User=" not in mover.do(f"cat /etc/systemd/system/{name}.service")


def test_a_dynamic_user_gets_the_data_from_systemd_and_gives_it_back(server: Callable[..., Server]) -> None:
    mover = server("move-dyn", User=[], DynamicUser="yes")
    mover.do(f"rm {mover.state}/a/stolen {mover.state}/a/second")
    before = mover.listing(mover.state)
    said = moved(mover)
    assert mover.runs_as() not in {"0"}, said
    assert mover.do(f"readlink {mover.state}").strip() == f"private/{mover.name}"
    beats = mover.do(f"wc -l <{mover.state}/beat")
    said = moved_back(mover)
    assert mover.runs_as() == "0", said
    assert mover.listing(mover.state) == before
    assert int(mover.do(f"wc -l <{mover.state}/beat")) >= int(beats)


def test_a_dynamic_user_does_not_get_what_has_a_second_name(server: Callable[..., Server]) -> None:
    mover = server("move-held", User=[], DynamicUser="yes")
    before = mover.listing(mover.state, "/srv")
    said = moved(mover)
    assert "a file with a second name elsewhere" in said
    assert mover.listing(mover.state, "/srv") == before
    assert "DynamicUser" not in mover.do(f"cat /etc/systemd/system/{mover.name}.service")


def test_an_own_directory_moves_too_and_a_unit_of_a_package_comes_back(server: Callable[..., Server]) -> None:
    mover = server("move-pack", own="/opt/move-pack/data:0750")
    name, data = mover.name, "/opt/move-pack/data"
    mover.do(f"mkdir -p {data}/sub; echo x >{data}/sub/f; ln -s /etc {data}/etc; chmod 751 {data}")
    mover.do(f"systemctl disable -q {name}; mv /etc/systemd/system/{name}.service /usr/lib/systemd/system/")
    mover.do("systemctl daemon-reload")
    before = mover.listing(mover.state, data)
    said = moved(mover)
    assert mover.runs_as() == mover.do(f"id -u {name}").strip(), said
    assert mover.do(f"stat -c %U {data} {data}/sub/f") == f"{name}\n{name}\n"
    moved_back(mover)
    assert mover.runs_as() == "0"
    assert mover.listing(mover.state, data) == before
    found = mover.do(f"systemctl show -p FragmentPath --value {name}").strip()
    assert found.removeprefix("/usr") == f"/lib/systemd/system/{name}.service"
    assert mover.guest.run(["systemctl", "is-enabled", name]).stdout == "disabled\n"


def test_no_owner_changes_below_a_mount_or_without_a_backup(server: Callable[..., Server]) -> None:
    mover = server("move-mounted")
    mover.do(f"mkdir {mover.state}/m; mount --bind /etc {mover.state}/m")
    before = mover.listing("/etc", mover.state)
    said = moved(mover)
    mover.do(f"umount {mover.state}/m; systemctl start {mover.name}")
    before = {path: row for path, row in before.items() if not path.startswith(f"{mover.state}/m/")}
    assert f"Something is mounted at {mover.state}/m." in said
    after = {p: r for p, r in mover.listing("/etc", mover.state).items() if not p.endswith("-")}
    assert {p for p in after if after[p] != before.get(p)} <= {"/etc/.pwd.lock"}
    assert "User" not in mover.do(f"cat /etc/systemd/system/{mover.name}.service")
    held = server("move-unkept")
    before = held.listing(held.state)
    held.do("mkdir -p /var/backups; touch /var/backups/move-unkept-as-root")
    assert "has no complete backup" in moved(held)
    assert held.listing(held.state) == before
    assert "User" not in held.do("cat /etc/systemd/system/move-unkept.service")


def test_the_way_back_follows_no_link_that_the_service_created(server: Callable[..., Server]) -> None:
    mover = server("move-trap")
    name, state = mover.name, mover.state
    mover.do(f"mkdir {state}/d; touch {state}/d/hostname {state}/passwd; chmod 606 {state}/d/hostname {state}/passwd")
    mover.do(f"cp /bin/true {state}/tool; chmod 4755 {state}/tool")
    moved(mover)
    etc = mover.listing("/etc")
    traps = f"cd {state}; rm -r d passwd tool; ln -s /etc d; ln -s /etc/passwd passwd; cp /bin/sh tool"
    mover.do(f"setpriv --reuid={name} --regid={name} --clear-groups sh -euc {shlex.quote(traps)}")
    said = moved_back(mover)
    assert f"{state}/d/hostname was left alone: a link leads there." in said
    unchanged = [p for p in etc if not p.startswith("/etc/systemd")]
    assert {p: mover.listing("/etc").get(p) for p in unchanged} == {p: etc[p] for p in unchanged}
    assert mover.do(f"stat -c %a {state}/tool") == "755\n"

"""Undo on booted systems: what was there before generated units came is there after them, and nothing of the units is left."""

import random
from collections.abc import Callable
from typing import NamedTuple

import pytest

from app.effective import instances_of
from app.host.install import install_script
from app.host.prep import prepare_script
from app.host.undo import undo_script
from app.unitfile.model import UnitFile
from app.unitfile.render import files
from tests.support.configurations import Parameters, read
from tests.system import lab

UNITS = 60
BATCH = 12
"""Units that are on the machine at the same time."""

MACHINE = r"""
useradd --system --no-create-home --shell /usr/sbin/nologin web
useradd --create-home --gid users alice
groupadd --system media
useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --user-group un03
mkdir -p /etc/nginx /srv/shared/old /opt/there /var/lib/kept /var/cache/kept
echo worker >/etc/nginx/nginx.conf
chown -R web:web /srv/shared /var/lib/kept; chmod 2750 /srv/shared
install -d -o alice -g users -m 711 /opt/alice
touch /srv/shared/old/file /opt/there/file /var/lib/kept/file
printf '[Service]\nUser=%%p\nExecStart=/bin/true\n' >/etc/systemd/system/un05.service.example
printf '[Service]\nUser=un%%i\nExecStart=/bin/sleep inf\n' >/etc/systemd/system/watch@.service
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s ../watch@.service /etc/systemd/system/multi-user.target.wants/watch@07.service
systemctl daemon-reload
"""
"""What other people have on the machine: accounts, a server's configuration, data, and units that name accounts by specifiers."""

STATE = r"""
getent passwd; getent group
for file in /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/subuid /etc/subgid; do sort $file; done
find /etc /opt /srv /home /root /usr/local /var/lib /var/cache /var/log /run -xdev \
  ! -path '/etc/*-' ! -path '/etc/.pwd.lock' ! -path '/etc/*.lock' \
  ! -path '/run/systemd*' ! -path '/run/udev*' ! -path '/run/dbus*' ! -path '/run/log*' ! -path '/run/lock*' ! -path '/run/credentials*' \
  ! -path '/var/log/*tmp*' ! -path '/var/log/journal*' ! -path '/var/log/lastlog' ! -path '/var/log/faillog' \
  ! -path '/var/lib/systemd/*' ! -path '/var/*/private' \
  \( -type d -printf '%p %y %u:%g %m\n' -o ! -type f -printf '%p %y %u:%g %m %l\n' -o \( -path '/etc/*' -printf '%p %y %u:%g %m ' -o -printf '%p %y ' \) -exec sh -c 'sha256sum <"$1"' sh {} \; \) |
  grep -v -e '^/etc/\(passwd\|group\|shadow\|gshadow\|subuid\|subgid\) ' | sort
"""
"""Accounts, every directory, link, socket and file of /etc with owner and mode, and every file with its content; not the backups and locks of the account tools, nor what runs."""


class Case(NamedTuple):
    """A generated unit: its parameters, and the unit."""

    parameters: Parameters
    unit: UnitFile


def drawn(seed: int, version: int) -> list[Case]:
    """Sixty units that the form takes, of mixed kinds."""
    chance = random.Random(seed)
    cases: list[Case] = []
    for at in range(UNITS * 40):
        if len(cases) == UNITS:
            break
        parameters = _parameters(chance, f"un{len(cases):02}", version)
        entry = read(parameters, posted=True)
        if entry.is_valid and entry.unit is not None and not any(name == "name" for name in entry.errors):
            cases.append(Case(parameters, entry.unit))
        assert at < UNITS * 40 - 1
    return cases


def _parameters(chance: random.Random, name: str, version: int) -> Parameters:
    is_template = chance.random() < 0.25
    made: Parameters = [("name", f"{name}@" if is_template else name), ("systemd", str(version))]
    made += [("ExecStart", "/bin/sleep infinity"), ("UMask", "0077"), ("WantedBy", "multi-user.target")]
    made += [("instance", word) for word in chance.sample(["a", "b", "c-d"], 2)] if is_template else []
    made += chance.choice([_own_user, _own_user, _existing, _dynamic, _dynamic, _root])(chance, name, is_template)
    made += _directories(chance, name, is_template)
    made += _trigger(chance, name) if chance.random() < 0.3 and not is_template else []
    return made


def _own_user(chance: random.Random, name: str, is_template: bool) -> Parameters:
    users = ["%p-%i", f"{name}-%i"] if is_template else [name, "%p", "un03", "sh-one"]
    user = chance.choice(users)
    groups = ["", "", "media", "newgroup", "games"]
    group = chance.choice(groups)
    return [("User", user), *([("Group", group)] if group else [])]


def _existing(chance: random.Random, name: str, is_template: bool) -> Parameters:
    user = chance.choice(["web", "alice", "messagebus"])
    return [("account", "existing"), ("User", user), *([("Group", "media")] if chance.random() < 0.3 else [])]


def _dynamic(chance: random.Random, name: str, is_template: bool) -> Parameters:
    return [("DynamicUser", "yes"), *([("User", f"dy{name}")] if chance.random() < 0.3 and not is_template else [])]


def _root(chance: random.Random, name: str, is_template: bool) -> Parameters:
    return []


def _directories(chance: random.Random, name: str, is_template: bool) -> Parameters:
    own = f"{name}/%i" if is_template else name
    made: Parameters = []
    for directive in ("StateDirectory", "CacheDirectory", "LogsDirectory", "RuntimeDirectory"):
        if chance.random() < 0.4:
            made.append((directive, chance.choice([own, f"{own}/sub", f"{own}/a {own}/b", "kept", f"{name}:l{name}"])))
            made.append((f"{directive}Mode", chance.choice(["0700", "0750"])))
    if chance.random() < 0.3:
        made.append(("RuntimeDirectoryPreserve", "yes"))
    if chance.random() < 0.3:
        made.append(("ConfigurationDirectory", chance.choice([own, "nginx", f"{name}/conf"])))
    if chance.random() < 0.4:
        end = "-%i" if is_template else ""
        made.append(
            (
                "own",
                chance.choice(
                    [f"/srv/{name}{end}", f"/opt/{name}/deep/x{end}", "/srv/shared", "/opt/there", "/opt/alice"]
                ),
            )
        )
    return made


def _trigger(chance: random.Random, name: str) -> Parameters:
    return chance.choice(
        [
            [("timer.Timer.OnCalendar", "daily"), ("timer.Timer.Persistent", "yes"), ("timer.Install.WantedBy", "timers.target")],
            [("socket.Socket.ListenStream", f"/run/{name}.sock"), ("socket.Socket.SocketMode", "0600"), ("socket.Install.WantedBy", "sockets.target")],
            [("socket.Socket.ListenFIFO", f"/run/{name}/pipe"), ("socket.Socket.SocketMode", "0600"), ("socket.Install.WantedBy", "sockets.target")],
            [("path.Path.PathExists", f"/srv/{name}-in"), ("path.Install.WantedBy", "paths.target")],
        ]
    )  # fmt: skip


def prepare_and_start(guest: lab.Guest, unit: UnitFile) -> bool:
    """Whether the preparation took the machine as it is; then install and start, which may fail for a reason of the unit's."""
    services = instances_of(unit)
    if guest.run(["sh"], input=prepare_script(*services)).returncode:
        return False
    folder = f"/root/{unit.name}"
    for file, text in files(unit).items():
        guest.write(f"{folder}/{file}", text)
    guest.run(["sh", "-c", f"cd '{folder}' && exec sh"], input=install_script(*services))
    guest.run(["rm", "-r", folder], check=True)
    return True


@pytest.mark.parametrize("version", [252, 257])
def test_undo_restores_exactly_the_previous_state(root252: object, version: int, say: Callable[..., None]) -> None:
    prepared = started = left = 0
    said: dict[str, str] = {}
    with lab.Guest(lab.root(version)) as guest:
        guest.run(["sh", "-e"], input=MACHINE, check=True)
        cases = drawn(version, version)
        for first in range(0, UNITS, BATCH):
            batch = cases[first : first + BATCH]
            said.clear()
            before = guest.run(["sh"], input=STATE, check=True).stdout
            for case in batch:
                prepared += prepare_and_start(guest, case.unit)
            running = guest.run(["systemctl", "list-units", "--no-legend", "--plain", "--state=active", "un*"]).stdout
            started += running.count("\n")
            # What several units use stays until the last of them is undone, and then the first can be undone again.
            for case in (*reversed(batch), *batch):
                done = guest.run(["sh", "-s", "--", "--data"], input=undo_script(*instances_of(case.unit)))
                assert done.returncode == 0, (case.parameters, done.stderr)
                said[case.unit.name] = done.stderr
            left += sum(bool(text) for text in said.values())
            after = guest.run(["sh"], input=STATE, check=True).stdout
            gone = sorted(set(before.splitlines()) - set(after.splitlines()))
            new = sorted(set(after.splitlines()) - set(before.splitlines()))
            about = "\n".join(f"{dict(case.parameters)}\n{said[case.unit.name]}" for case in batch)
            assert (gone, new) == ([], []), about
            known = guest.run(["systemctl", "list-unit-files", "--no-legend", "un*"]).stdout
            assert known == "", known
    say(f"systemd {version}: {UNITS} units, {prepared} prepared, {started} of their units active; all undone, {left} lists of what stays")  # fmt: skip
    assert prepared > UNITS / 2
    assert started > UNITS / 3

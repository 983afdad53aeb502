"""The undo script run for real: what it takes away, what it leaves, and that a root is then as it was before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.effective import Effective, instances_of
from app.host.install import install_script
from app.host.prep import prepare_script
from app.host.record import RECORD
from app.host.undo import undo_script
from app.unitfile.render import files, render
from app.values import ancestors
from tests.support.configurations import EXAMPLES, LEAST, Parameters, unit_of, with_values
from tests.system import lab
from tests.system.test_native import different, state
from tests.system.test_preparation import MORE, Debian

FOLDER = "/etc/systemd/system"
UNIT = f"{FOLDER}/myapp.service"
DATA = "exec sh -s -- --data"
OWN = with_values(LEAST, own="/opt/myapp/data", StateDirectory="myapp")
NUMBERED = with_values(LEAST, own=["/srv/a b", "/opt/x/y/z"], Group="web", uid="850", gid="1851", ConfigurationDirectory="web/a")  # fmt: skip
ALL: dict[str, Parameters] = EXAMPLES | MORE | {"with numbers": NUMBERED}
SHARED = {f"/var/{name}/private" for name in ("lib", "cache", "log")}
"""What systemd makes for all dynamic users together."""


def undo(debian: Debian, parameters: Parameters, *, around: str = DATA) -> tuple[int, str]:
    """Run the script; its exit status and what it said, all of it on stderr."""
    done = debian.pipe(undo_script(*instances_of(unit_of(parameters))), around=around)
    assert done.stdout == ""
    return done.returncode, done.stderr


def install(debian: Debian, parameters: Parameters) -> None:
    """Prepare, and make what installation, a drop-in and the first start leave; systemd does not run here."""
    debian.prepare(parameters)
    unit = Effective(unit_of(parameters))
    debian.do(f"printf '[Service]\\nUser={unit.user}\\n[Install]\\nWantedBy=multi-user.target\\n' >{UNIT}")
    debian.do(f"systemctl enable myapp 2>/dev/null; mkdir {UNIT}.d; touch {UNIT}.d/more.conf")
    for directory in unit.managed:
        if not directory.is_of_root:
            owner = "65000:65000" if unit.is_dynamic else f"{unit.user or 'root'}:"
            debian.do(f"mkdir -p {directory.real}/sub; touch {directory.real}/sub/file; chown -R {owner} {directory.real}")  # fmt: skip
            if directory.is_private:
                debian.do(f"ln -s private/myapp {directory.path}")


@pytest.fixture
def debian(root252: Path) -> Iterator[Debian]:
    """A throw-away root with systemd 252, and an account that was there before."""
    with lab.throwaway(root252) as copy:
        made = Debian(copy)
        made.do("useradd --no-create-home --uid 1500 --gid users --groups adm alice")
        yield made


GAMES = "the group games: many systems have it for something else, so it is never removed."


def left(*lines: str) -> str:
    """The list at the end of the script."""
    return "".join(f"{line}\n" for line in ("Left on this machine:", *(f"- {line}" for line in lines)))


@pytest.mark.parametrize("version", [247, 252, 254, 257, 262])
def test_a_root_is_as_it_was_before(root252: Path, version: int, say: Callable[..., None]) -> None:
    with lab.throwaway(lab.root(version)) as copy:
        debian = Debian(copy)
        debian.do("useradd --no-create-home --uid 1500 --gid users --groups adm alice")
        before = state(debian)
        for key, parameters in ALL.items():
            install(debian, parameters)
            said = left(GAMES) if ("Group", "games") in parameters and ("account", "existing") not in parameters else ""
            for _ in range(2):
                assert undo(debian, parameters) == (0, said), key
            after = state(debian)
            assert after[0] == before[0], key
            assert different(before[1], after[1]) <= SHARED, key
    say(f"systemd {version}: undo leaves the root as it was for {len(ALL)} units")


WITH = " To remove them, run this script with: --data"
OWNER = "the user myapp: directories of it are left, and whoever gets its number next would get them too."
MEMBER = "the group myapp: a user is in it."
PLANNED = "it is not as the preparation makes it"
CHANGED = f"{PLANNED} (kind, owner, group, mode)."
CHANGED_USER = f"the user myapp: {PLANNED} (number, primary group, comment, home, shell)."
OTHER = "the unit other.service names it."


def test_without_the_data_option_directories_and_their_owners_stay(debian: Debian) -> None:
    install(debian, OWN)
    before = state(debian)
    assert undo(debian, OWN, around="exec sh") == (0, left(OWNER + WITH, MEMBER))
    after = state(debian)
    assert after[0] == before[0]
    gone = different(before[1], after[1])
    assert gone == {UNIT, f"{UNIT}.d", f"{UNIT}.d/more.conf", f"{FOLDER}/multi-user.target.wants/myapp.service"}
    assert undo(debian, OWN) == (0, "")
    assert "myapp" not in state(debian)[0]


def test_without_directories_user_and_group_go_at_once(debian: Debian) -> None:
    before = state(debian)
    install(debian, LEAST)
    assert undo(debian, LEAST, around="exec sh") == (0, "")
    assert state(debian) == before


STAYS: dict[str, tuple[str, str]] = {
    "a user of another unit": (f"printf '[Service]\\nUser=myapp\\n' >{FOLDER}/other.service", left(f"the user myapp: {OTHER}", f"the group myapp: {OTHER}")),
    "a user of another unit by a specifier": (f"printf '[Service]\\nUser=%%p\\n' >{FOLDER}/myapp@.service", left("the user myapp: the unit myapp@.service names it.", "the group myapp: the unit myapp@.service names it.")),
    "a user of an enabled instance": (
        f"printf '[Service]\\nUser=my%%i\\n' >/usr/lib/systemd/system/other@.service; ln -s /usr/lib/systemd/system/other@.service {FOLDER}/multi-user.target.wants/other@app.service",
        left("the user myapp: the unit other@app.service names it.", "the group myapp: the unit other@app.service names it."),
    ),
    "a user of a drop-in": (
        f"mkdir {FOLDER}/other.service.d; printf '[Service]\\n User = \\\\\\n# no\\nmyapp\\n' >{FOLDER}/other.service.d/x.conf",
        left(f"the user myapp: {OTHER}", f"the group myapp: {OTHER}"),
    ),
    "a dynamic user of that name": ("printf '[Service]\\nDynamicUser=1\\n' >/usr/lib/systemd/system/myapp@.service", left("the user myapp: the unit myapp@.service names it.", "the group myapp: the unit myapp@.service names it.")),
    "a user of a package": ("echo 'u myapp - -' >/usr/lib/sysusers.d/pack.conf", left("the user myapp: the unit pack.conf names it.", "the group myapp: the unit pack.conf names it.")),
    "a user that people log in as": ("usermod --shell /bin/bash myapp", left(CHANGED_USER, MEMBER)),
    "a user with a comment": ("usermod --comment 'Somebody' myapp", left(CHANGED_USER, MEMBER)),
    "a user with a number of people": ("usermod --uid 2000 myapp; chown -R myapp /opt/myapp/data /var/lib/myapp", left(CHANGED_USER, MEMBER)),
    "a group with members": ("usermod --append --groups myapp alice", left("the group myapp: a user is in it.")),
    "a directory of another unit": (
        f"printf '[Service]\\nUser=x\\nStateDirectory=y myapp\\n' >{FOLDER}/other.service",
        left(f"/var/lib/myapp: {OTHER}", OWNER, MEMBER),
    ),
    "a directory that another unit names by specifiers": (
        f"printf '[Service]\\nExecStart=%%h/x --data=%%S/%%p\\n' >{FOLDER}/myapp@.service",
        left("/var/lib/myapp: the unit myapp@.service names it.", OWNER, MEMBER),
    ),
    "a directory that another unit writes": (
        f"mkdir {FOLDER}/other.service.d; printf '[Service]\\nReadWritePaths=-/opt/myapp/data/x\\n' >{FOLDER}/other.service.d/x.conf",
        left(f"/opt/myapp/data: {OTHER}", OWNER, MEMBER),
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", STAYS)
def test_accounts_that_others_need_stay_and_are_reported(debian: Debian, key: str) -> None:
    commands, said = STAYS[key]
    install(debian, OWN)
    debian.do(commands)
    assert undo(debian, OWN) == (0, said)
    assert debian.do("getent group myapp")


REFUSED: dict[str, tuple[str, str, str]] = {
    "a link": ("mv /opt/myapp/data /srv/moved; ln -s /srv/moved /opt/myapp/data", "/opt/myapp/data: it is a symbolic link.", "/srv/moved"),
    "a link to a directory of the system": ("rm -r /var/lib/myapp; ln -s /etc /var/lib/myapp", "/var/lib/myapp: it is a symbolic link.", "/etc"),
    "a directory of somebody else": ("chown games /opt/myapp/data", f"/opt/myapp/data: {CHANGED}", "/opt/myapp/data"),
    "a directory of another group": ("chgrp games /opt/myapp/data", f"/opt/myapp/data: {CHANGED}", "/opt/myapp/data"),
    "a directory of another mode": ("chmod 755 /opt/myapp/data", f"/opt/myapp/data: {CHANGED}", "/opt/myapp/data"),
    "a managed directory of another group": ("chgrp games /var/lib/myapp", f"/var/lib/myapp: {CHANGED}", "/var/lib/myapp"),
    "a file": ("rm -r /opt/myapp/data; touch /opt/myapp/data; chown myapp: /opt/myapp/data; chmod 750 /opt/myapp/data", f"/opt/myapp/data: {CHANGED}", "/opt/myapp/data"),
    "a way that others can change": ("chmod 777 /opt/myapp", "/opt/myapp/data: /opt/myapp can be changed by others than root", "/opt/myapp/data"),
    "something mounted": ("mkdir /opt/myapp/data/m; mount -t tmpfs tmpfs /opt/myapp/data/m; touch /opt/myapp/data/m/kept", "/opt/myapp/data: something is mounted there.", "/opt/myapp/data/m/kept"),
}  # fmt: skip


@pytest.mark.parametrize("key", REFUSED)
def test_files_of_other_owners_stay_and_the_rest_is_removed(debian: Debian, key: str) -> None:
    commands, reason, path = REFUSED[key]
    install(debian, OWN)
    debian.do(commands)
    status, words = undo(debian, OWN)
    assert status == 0
    assert f"- {reason}" in words
    assert debian.do(f"ls -d {path}")
    other = "/var/lib/myapp" if "/opt/myapp/data:" in reason else "/opt/myapp/data"
    assert debian.do(f"[ -e {other} ] || echo gone") == "gone\n"
    assert debian.do(f"ls {UNIT} 2>/dev/null || echo gone") == "gone\n"


def test_a_mounted_directory_of_its_own_is_not_emptied(debian: Debian) -> None:
    debian.do("mkdir -p /opt/myapp/data; mount -t tmpfs tmpfs /opt/myapp/data; touch /opt/myapp/data/kept")
    install(debian, OWN)
    assert undo(debian, OWN)[0] == 0
    assert debian.do("ls /opt/myapp/data") == "kept\n"


# --- what was there before --------------------------------------------------------------------------

BEFORE: dict[str, tuple[str, Parameters]] = {
    "an own directory of root": ("mkdir -p /srv/x/sub; touch /srv/x/sub/f; chmod 2775 /srv/x; chgrp -R games /srv/x", with_values(LEAST, own="/srv/x:0700")),
    "an own directory as it will be": ("install -d -o alice -g users -m 750 /srv/x; touch /srv/x/f; chown alice:users /srv/x/f", with_values(LEAST, account="existing", User="alice", own="/srv/x")),
    "empty directories above": ("mkdir -p /opt/a/b /var/lib/c", with_values(LEAST, own="/opt/a/b/x", StateDirectory="c/d")),
    "a managed directory": ("install -d -o games -m 700 /var/lib/myapp; touch /var/lib/myapp/f; chown games: /var/lib/myapp/f /var/lib/myapp", with_values(LEAST, StateDirectory="myapp")),
    "a configuration of nginx, dynamic": ("mkdir /etc/nginx; touch /etc/nginx/conf", with_values(LEAST, User=[], DynamicUser="yes", ConfigurationDirectory="nginx")),
    "a configuration of nginx, refused": ("mkdir /etc/nginx; touch /etc/nginx/conf", with_values(LEAST, ConfigurationDirectory="nginx")),
    "a configuration as it will be": ("groupadd --system web; install -d -g web -m 750 /etc/web", with_values(LEAST, Group="web", ConfigurationDirectory="web")),
    "a user as it will be": ("groupadd --system myapp; useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --gid myapp myapp", LEAST),
    "a group of the user's name": ("groupadd --system myapp", LEAST),
    "another group": ("groupadd --system web", with_values(LEAST, Group="web")),
    "a pipe": ("mkfifo -m 666 /run/p; chmod 666 /run/p", with_values(LEAST, **{"socket.Socket.ListenFIFO": "/run/p"})),
    "a link of the administrator's": ("mkdir /data; ln -s /data /var/lib/l", with_values(LEAST, User=[], DynamicUser="yes", StateDirectory="x:l")),
}  # fmt: skip


@pytest.mark.parametrize("is_prepared", [True, False], ids=["prepared", "not prepared"])
@pytest.mark.parametrize("key", BEFORE)
def test_whatever_existed_before_still_exists(debian: Debian, key: str, is_prepared: bool) -> None:
    commands, parameters = BEFORE[key]
    debian.do(commands)
    before = state(debian)
    if is_prepared:
        debian.pipe(prepare_script(*instances_of(unit_of(parameters))))
        for directory in Effective(unit_of(parameters)).managed:
            if not directory.is_of_root and not unit_of(parameters).is_set("DynamicUser"):
                debian.do(f"mkdir -p {directory.path}; chown -R myapp: {directory.path}; chmod 755 {directory.path}")
    status, words = undo(debian, parameters)
    assert (status, state(debian)) == (0, before), words
    reasons = ("it was there before the preparation", "it leads elsewhere") if is_prepared else ("",)
    assert "empty" in key or any(reason in words for reason in reasons if words)
    assert undo(debian, parameters)[0] == 0
    assert state(debian) == before


def test_only_recorded_things_are_removed(debian: Debian) -> None:
    """As after a preparation by sysusers.d and tmpfiles.d, or a lost record."""
    install(debian, OWN)
    debian.do(f"rm {RECORD}")
    unknown = "nothing shows that the preparation created it. Remove it yourself if it was created for this service."
    assert undo(debian, OWN) == (0, left(*(f"{name}: {unknown}" for name in ("/opt/myapp/data", "/var/lib/myapp", "the user myapp", "the group myapp"))))  # fmt: skip


@pytest.mark.parametrize("spoilt", ["chmod 666", "chown games"])
def test_a_record_that_others_can_write_is_ignored(debian: Debian, spoilt: str) -> None:
    install(debian, OWN)
    debian.do(f"{spoilt} {RECORD}")
    assert "nothing shows" in undo(debian, OWN)[1]
    assert debian.do("getent passwd myapp; ls -d /opt/myapp/data")


def test_two_services_that_share_a_directory_are_undone_one_after_the_other(debian: Debian) -> None:
    both = [with_values(LEAST, name=name, User="shared", own="/srv/shared") for name in ("one", "two")]
    before = state(debian)
    for parameters in both:
        debian.prepare(parameters)
        debian.do(f"cat >{FOLDER}/{dict(parameters)['name']}.service <<'END'\n{render(unit_of(parameters))}END")
    names = ("/srv/shared", "the user shared", "the group shared")
    assert undo(debian, both[0]) == (0, left(*(f"{name}: the unit two.service names it." for name in names)))
    assert undo(debian, both[1]) == (0, "")
    assert state(debian) == before
    assert debian.do(f"ls {RECORD} 2>/dev/null || echo gone") == "gone\n"


def test_a_failure_is_listed_and_the_rest_goes_on(debian: Debian) -> None:
    install(debian, OWN)
    debian.do("printf '#!/bin/sh\necho no >&2; exit 8\n' >/usr/local/bin/userdel; chmod 755 /usr/local/bin/userdel")
    assert undo(debian, OWN, around=f"export PATH=/usr/local/bin:$PATH; {DATA}") == (1, left("the user myapp: userdel failed: no", MEMBER))  # fmt: skip
    debian.do("rm /usr/local/bin/userdel")
    assert undo(debian, OWN) == (0, "")
    assert "myapp" not in state(debian)[0]


def test_drop_ins_of_a_unit_that_was_not_installed_stay(debian: Debian) -> None:
    debian.do(f"mkdir {FOLDER}/myapp.service.d; touch {FOLDER}/myapp.service.d/local.conf")
    undo(debian, LEAST)
    assert debian.do(f"ls {FOLDER}/myapp.service.d") == "local.conf\n"


def test_the_script_runs_in_every_shell(root252: Path) -> None:
    for shell in ("dash", "bash --posix", "busybox sh"):
        with lab.throwaway(root252) as copy:
            made = Debian(copy)
            if "busybox" in shell:
                (copy / "usr/bin/busybox").write_bytes(Path("/bin/busybox").read_bytes())
                made.do("chmod 755 /usr/bin/busybox")
            before = state(made)
            install(made, OWN)
            assert undo(made, OWN, around=f"exec {shell} -s -- --data") == (0, "")
            assert state(made) == before


def test_directories_on_the_way_stay_where_something_else_is_in_them(debian: Debian) -> None:
    install(debian, OWN)
    debian.do("touch /opt/myapp/other")
    assert undo(debian, OWN) == (0, "")
    assert debian.do("ls /opt/myapp") == "other\n"


def test_nothing_on_the_way_to_a_directory_of_the_system_is_removed(debian: Debian) -> None:
    for parameters in ALL.values():
        script = undo_script(*instances_of(unit_of(parameters)))
        ways = {way for line in script.splitlines() if line.startswith("    remove_empty") for way in line.split()[1:]}
        assert not ways & {"/", "/opt", "/srv", "/etc", "/var", *ancestors("/var/lib/x")}


def test_links_in_removed_directories_are_not_followed(debian: Debian) -> None:
    install(debian, OWN)
    debian.do_as("myapp", "ln -s /etc /opt/myapp/data/link; ln -s /srv /var/lib/myapp/sub/link")
    debian.do("touch /srv/kept")
    assert undo(debian, OWN) == (0, "")
    assert debian.do("ls /srv/kept /etc/passwd") == "/etc/passwd\n/srv/kept\n"


def test_of_a_template_only_the_named_instances_go(debian: Debian) -> None:
    template = with_values(LEAST, name="app@", User="%p-%i", UMask="0077", instance=["one", "two"])
    three = [*template, ("instance", "three")]
    before = state(debian)
    debian.do(f"cat >{FOLDER}/app@.service <<'END'\n[Service]\nUser=%p-%i\n[Install]\nWantedBy=multi-user.target\nEND")
    for unit in instances_of(unit_of(three)):
        debian.prepare(with_values(template, instance=unit.instance))
        debian.do(f"systemctl enable app@{unit.instance} 2>/dev/null")
    assert undo(debian, template) == (0, left("app@.service: other instances of it are left."))
    assert debian.do("cut -d: -f1 /etc/passwd | grep app-; ls /etc/systemd/system/multi-user.target.wants | grep app") == "app-three\napp@three.service\n"  # fmt: skip
    assert undo(debian, three) == (0, "")
    assert state(debian) == before


@pytest.mark.parametrize("key", ["starter", "hardening", "dynamic-user"])
def test_a_running_service_is_stopped_first(guest252: lab.Guest, key: str) -> None:
    named = [(name, value.replace("myapp", "undo-try")) for name, value in EXAMPLES[key]]
    parameters = with_values(named, ExecStart="/bin/sleep infinity", systemd="252")
    unit = unit_of(parameters)
    guest252.run(["sh"], input=prepare_script(*instances_of(unit)), check=True)
    for name, text in files(unit).items():
        guest252.write(f"/root/undo-try/{name}", text)
    guest252.run(["sh", "-c", "cd /root/undo-try && exec sh"], input=install_script(*instances_of(unit)), check=True)
    guest252.run(["systemctl", "is-active", "--quiet", "undo-try"], check=True)
    done = guest252.run(["sh", "-s", "--", "--data"], input=undo_script(*instances_of(unit)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert guest252.run(["systemctl", "cat", "undo-try"]).returncode != 0
    left = guest252.run(["sh", "-c", "grep undo-try /etc/passwd /etc/group; find / -xdev -name 'undo-try*' ! -path '/root/*' ! -path '/tmp/*'"])  # fmt: skip
    assert left.stdout == ""


BOOTED: dict[str, tuple[str, dict[str, str | list[str]]]] = {
    "nested directories of a dynamic user": ("", {"User": [], "DynamicUser": "yes", "StateDirectory": "undo-n/sub", "CacheDirectory": "undo-n/c"}),
    "a preserved runtime directory": ("", {"User": [], "DynamicUser": "yes", "RuntimeDirectory": "undo-p", "RuntimeDirectoryPreserve": "yes"}),
    "what a socket listens on": (
        "",
        {
            "socket.Socket.ListenStream": "/run/undo-s/a.sock",
            "socket.Socket.ListenFIFO": "/run/undo-s/f",
            "socket.Socket.ListenMessageQueue": "/undo-q",
            "socket.Socket.SocketUser": "undo-try",
            "socket.Socket.SocketMode": "0660",
        },
    ),
    "links to a socket": ("", {"socket.Socket.ListenStream": "/run/undo-l.sock", "socket.Socket.Symlinks": "/run/undo-link"}),
    "a timer that remembers": ("", {"timer.Timer.OnCalendar": "hourly", "timer.Timer.Persistent": "yes"}),
    "a directory that systemd moves for a dynamic user": (
        "mkdir -p /var/lib/undo-old/in; touch /var/lib/undo-old/in/f; chmod 711 /var/lib/undo-old",
        {"User": [], "DynamicUser": "yes", "StateDirectory": "undo-old"},
    ),
}  # fmt: skip
TRACES = r"""
find /run /var/lib /var/cache /var/log /etc /dev/mqueue -name '*undo-*' ! -path '/run/systemd/*' -printf '%p %y %U:%G %m\n' | sort
find /var/lib/undo-old -printf '%p %y %U:%G %m\n' 2>/dev/null | sort
"""


@pytest.mark.parametrize("guest", ["guest252", "guest257", "guest262"])
@pytest.mark.parametrize("key", BOOTED)
def test_files_that_systemd_creates_are_removed(request: pytest.FixtureRequest, guest: str, key: str) -> None:
    machine: lab.Guest = request.getfixturevalue(guest)
    commands, values = BOOTED[key]
    given = LEAST if "User" in values else with_values(LEAST, User="undo-try")
    parameters = with_values(given, name="undo-try", systemd=guest.removeprefix("guest"), ExecStart="/bin/sleep infinity", **values)  # fmt: skip
    unit = unit_of(parameters)
    machine.run(["sh", "-euc", commands], check=True)
    before = machine.run(["sh", "-c", TRACES]).stdout
    machine.run(["sh"], input=prepare_script(*instances_of(unit)), check=True)
    for name, text in files(unit).items():
        machine.write(f"/root/{key}/{name}", text)
    machine.run(["sh", "-c", f"cd '/root/{key}' && exec sh"], input=install_script(*instances_of(unit)), check=True)
    assert machine.run(["sh", "-c", TRACES]).stdout != before
    done = machine.run(["sh", "-s", "--", "--data"], input=undo_script(*instances_of(unit)))
    assert (done.returncode, machine.run(["sh", "-c", TRACES]).stdout) == (0, before), done.stderr
    assert bool(done.stderr) == bool(commands)
    machine.run(["rm", "-rf", "/var/lib/undo-old"], check=True)

"""The undo script run for real: what it takes away, what it leaves, and that a root is then as it was before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.effective import Effective, each
from app.installation import install_script
from app.prep import prepare_script
from app.render import files
from app.undo import undo_script
from app.values import ancestors
from tests.configurations import EXAMPLES, LEAST, Parameters, unit_of, with_values
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
    done = debian.pipe(undo_script(*each(unit_of(parameters))), around=around)
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


@pytest.mark.parametrize("version", [247, 252, 254, 257, 262])
def test_a_root_is_as_it_was_before(root252: Path, version: int, say: Callable[..., None]) -> None:
    with lab.throwaway(lab.root(version)) as copy:
        debian = Debian(copy)
        debian.do("useradd --no-create-home --uid 1500 --gid users --groups adm alice")
        before = state(debian)
        for key, parameters in ALL.items():
            install(debian, parameters)
            for _ in range(2):
                assert undo(debian, parameters) == (0, ""), key
            after = state(debian)
            assert after[0] == before[0], key
            assert different(before[1], after[1]) <= SHARED, key
    say(f"systemd {version}: undo leaves the root as it was for {len(ALL)} units")


LEFT = """The user myapp stays: directories of it are left. They go too with: --data
The group myapp stays: directories of it are left. They go too with: --data
"""


def test_without_being_asked_directories_stay_and_so_does_whose_they_are(debian: Debian) -> None:
    install(debian, OWN)
    before = state(debian)
    assert undo(debian, OWN, around="exec sh") == (0, LEFT)
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
    "a user of another unit": (
        f"printf '[Service]\\nUser=myapp\\n' >{FOLDER}/other.service",
        "The user myapp stays: another unit names it.\nThe group myapp stays: a user is in it.\n",
    ),
    "a user that people log in as": (
        "usermod --shell /bin/bash myapp",
        "The user myapp stays: it is not as the preparation makes it.\nThe group myapp stays: a user is in it.\n",
    ),
    "a user with a number of people": (
        "usermod --uid 2000 myapp; chown -R myapp /opt/myapp/data /var/lib/myapp",
        "The user myapp stays: it is not as the preparation makes it.\nThe group myapp stays: a user is in it.\n",
    ),
    "a group with members": (
        "usermod --append --groups myapp alice",
        "userdel: group myapp not removed because it has other members.\nThe group myapp stays: a user is in it.\n",
    ),
    "a directory of another unit": (
        f"printf '[Service]\\nUser=x\\nStateDirectory=y myapp\\n' >{FOLDER}/other.service",
        "/var/lib/myapp stays: another unit names it.\n" + LEFT,
    ),
    "a directory that another unit writes": (
        f"mkdir {FOLDER}/other.service.d; printf '[Service]\\nReadWritePaths=-/opt/myapp/data/x\\n' >{FOLDER}/other.service.d/x.conf",
        "/opt/myapp/data stays: another unit names it.\n" + LEFT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", STAYS)
def test_what_others_need_stays_and_is_told(debian: Debian, key: str) -> None:
    commands, said = STAYS[key]
    install(debian, OWN)
    debian.do(commands)
    assert undo(debian, OWN) == (0, said)
    assert debian.do("getent group myapp")


STOPS: dict[str, tuple[str, str]] = {
    "a link": ("mv /opt/myapp/data /srv/moved; ln -s /srv/moved /opt/myapp/data", "/opt/myapp/data is a symbolic link."),
    "a link to a directory of the system": ("rm -r /var/lib/myapp; ln -s /etc /var/lib/myapp", "/var/lib/myapp is a symbolic link."),
    "a directory of somebody else": ("chown games /opt/myapp/data", "/opt/myapp/data is not a directory of the service."),
    "a file": ("rm -r /opt/myapp/data; touch /opt/myapp/data; chown myapp /opt/myapp/data", "/opt/myapp/data is not a directory of the service."),
    "a way that others can change": ("chmod 777 /opt/myapp", "/opt/myapp can be changed by others than root"),
}  # fmt: skip


@pytest.mark.parametrize("key", STOPS)
def test_what_is_not_the_services_stops_it(debian: Debian, key: str) -> None:
    commands, said = STOPS[key]
    install(debian, OWN)
    debian.do(commands)
    before = state(debian)[1]
    status, words = undo(debian, OWN)
    assert status == 1
    assert words.startswith(said)
    gone = {path for path in different(before, state(debian)[1]) if not path.startswith((FOLDER, "/opt/myapp/data"))}
    assert gone <= {"/var/lib/myapp", "/var/lib/myapp/sub", "/var/lib/myapp/sub/file", "/opt/myapp"}
    assert debian.do("getent passwd myapp")


def test_what_is_mounted_in_a_directory_is_not_emptied(debian: Debian) -> None:
    install(debian, OWN)
    debian.do("mkdir /opt/myapp/data/m; mount -t tmpfs tmpfs /opt/myapp/data/m; touch /opt/myapp/data/m/kept")
    assert undo(debian, OWN)[0] != 0
    assert debian.do("ls /opt/myapp/data/m") == "kept\n"


def test_directories_on_the_way_stay_where_something_else_is_in_them(debian: Debian) -> None:
    install(debian, OWN)
    debian.do("touch /opt/myapp/other")
    assert undo(debian, OWN) == (0, "")
    assert debian.do("ls /opt/myapp") == "other\n"


def test_nothing_on_the_way_to_a_directory_of_the_system_is_removed(debian: Debian) -> None:
    for parameters in ALL.values():
        script = undo_script(*each(unit_of(parameters)))
        ways = {way for line in script.splitlines() if "remove_rest" in line for way in line.split()[1:]}
        assert not ways & {"/", "/opt", "/srv", "/etc", "/var", *ancestors("/var/lib/x"), *SHARED}


def test_links_in_what_is_removed_are_not_followed(debian: Debian) -> None:
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
    for unit in each(unit_of(three)):
        debian.prepare(with_values(template, instance=unit.instance))
        debian.do(f"systemctl enable app@{unit.instance} 2>/dev/null")
    assert undo(debian, template) == (0, "app@.service stays: other instances of it are left.\n")
    assert debian.do("cut -d: -f1 /etc/passwd | grep app-; ls /etc/systemd/system/multi-user.target.wants | grep app") == "app-three\napp@three.service\n"  # fmt: skip
    assert undo(debian, three) == (0, "")
    assert state(debian) == before


@pytest.mark.parametrize("key", ["starter", "hardening", "dynamic-user"])
def test_a_running_service_is_stopped_first(guest252: lab.Guest, key: str) -> None:
    named = [(name, value.replace("myapp", "undo-try")) for name, value in EXAMPLES[key]]
    parameters = with_values(named, ExecStart="/bin/sleep infinity", systemd="252")
    unit = unit_of(parameters)
    guest252.run(["sh"], input=prepare_script(*each(unit)), check=True)
    for name, text in files(unit).items():
        guest252.write(f"/root/undo-try/{name}", text)
    guest252.run(["sh", "-c", "cd /root/undo-try && exec sh"], input=install_script(*each(unit)), check=True)
    guest252.run(["systemctl", "is-active", "--quiet", "undo-try"], check=True)
    done = guest252.run(["sh", "-s", "--", "--data"], input=undo_script(*each(unit)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert guest252.run(["systemctl", "cat", "undo-try"]).returncode != 0
    left = guest252.run(["sh", "-c", "grep undo-try /etc/passwd /etc/group; find / -xdev -name 'undo-try*' ! -path '/root/*' ! -path '/tmp/*'"])  # fmt: skip
    assert left.stdout == ""

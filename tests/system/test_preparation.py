"""The preparation run for real, as root in throw-away Debian roots: what it leaves, and what nobody can make it do."""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from app.effective import Effective
from app.host.install import install_script
from app.host.prep import prepare, prepare_script
from app.host.record import RECORD
from app.report import steps_text
from tests.support.configurations import EXAMPLES, LEAST, Parameters, unit_of, with_values
from tests.system import lab

DATA = "/opt/myapp/data"
OWN = with_values(LEAST, own=DATA)
CONFIGURED = with_values(LEAST, ConfigurationDirectory="myapp")
EXISTING = with_values(LEAST, account="existing", User="alice", own="/srv/a b:2770", ConfigurationDirectory="myapp")
DYNAMIC = with_values(LEAST, User=[], DynamicUser="yes", ConfigurationDirectory="web/a", StateDirectory="myapp")

Listing = dict[str, tuple[str, ...]]
Kind = Callable[[Parameters], str]


def script(parameters: Parameters) -> str:
    """The preparation as a script."""
    return prepare_script(Effective(unit_of(parameters)))


def pasted(parameters: Parameters) -> str:
    """The preparation as steps to paste."""
    return steps_text(prepare(Effective(unit_of(parameters))))


class Debian:
    """A throw-away Debian root, in which sudo only does what it is told."""

    def __init__(self, copy: Path) -> None:
        """Take a copy of a root."""
        self.copy = copy
        self.do(
            "printf '#!/bin/sh\\nexec \"$@\"\\n' >/usr/bin/sudo && chmod 755 /usr/bin/sudo && groupadd -r ssl-cert && groupadd -r docker"
        )

    def do(self, commands: str) -> str:
        """Run commands that must succeed as root; what they said."""
        return lab.run_in(self.copy, ["sh", "-euc", commands], check=True).stdout

    def do_as(self, user: str, commands: str) -> str:
        """Run commands that must succeed as a user."""
        return lab.run_in(
            self.copy,
            ["setpriv", f"--reuid={user}", "--regid", user, "--clear-groups", "sh", "-euc", commands],
            check=True,
        ).stdout

    def pipe(self, text: str, *, around: str = "exec sh") -> CompletedProcess[str]:
        """Pipe a text into a shell, which around starts."""
        return lab.run_in(self.copy, ["sh", "-c", around], input=text)

    def prepare(self, parameters: Parameters, *, around: str = "exec sh") -> None:
        """Run the script of parameters, which must succeed without a word."""
        done = self.pipe(script(parameters), around=around)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def listing(self, *, times: bool = True) -> Listing:
        """Every file, with type, mode, owner, group and target, and with size and time of its last change if wanted."""
        form = "%p\\t%y %#m %U:%G %l" + ("\\t%s %T@" if times else "") + "\\0"
        find = f"find / -xdev -mindepth 1 -path /tmp -prune -o -printf '{form}' | LC_ALL=C tr '\\200-\\377' '?'"
        rows = self.do(find).split("\0")[:-1]
        return {path: tuple(rest) for path, *rest in (row.rsplit("\t", 2 if times else 1) for row in rows)}

    def look(self, *paths: str) -> list[str]:
        """Owner, group and mode of paths."""
        return self.do(f"stat -c '%U:%G %a' -- {shlex.join(paths)}").splitlines()


@pytest.fixture
def debian(root252: Path) -> Iterator[Debian]:
    """A throw-away root with systemd 252."""
    with lab.throwaway(root252) as copy:
        yield Debian(copy)


@pytest.fixture
def prepared(debian: Debian) -> Debian:
    """One in which the service with a directory of its own was prepared."""
    debian.prepare(OWN)
    return debian


def changed(before: Listing, after: Listing) -> set[str]:
    """The paths that came, went or changed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def assert_stops(debian: Debian, parameters: Parameters, *words: str, around: str = "exec sh") -> None:
    """The script fails with one sentence or two that hold these words, and no file on the machine has changed but the record."""
    before = debian.listing()
    done = debian.pipe(script(parameters), around=around)
    assert done.returncode == 1, done
    assert done.stdout == ""
    assert done.stderr.endswith(".\n") or "run: chown" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr[:-1].isprintable()
    for word in words:
        assert word in done.stderr
    assert changed(before, debian.listing()) <= NOTED


def assert_left_alone(debian: Debian, parameters: Parameters) -> None:
    """Pasted steps say in a sentence that they leave the directory alone, and do so."""
    before = debian.listing()
    done = debian.pipe(pasted(parameters))
    assert "was left alone" in done.stderr, done
    assert changed(before, debian.listing()) == set()


# --- what it leaves ---------------------------------------------------------------------------------

NOTED = {"/var", "/var/lib", RECORD}
"""What the record of the preparation changes; the directories above it are copied when something in them changes."""

ACCOUNT_FILES = {f"/etc/{name}{end}" for name in ("passwd", "shadow", "group", "gshadow") for end in ("", "-")} | {
    "/etc",
    "/etc/.pwd.lock",
    *NOTED,
}
CHANGED = {
    "dynamic-user": set(NOTED),
    "ownership": ACCOUNT_FILES | {"/opt", "/opt/myapp", DATA},
    "hardening": ACCOUNT_FILES | {"/opt", "/opt/myapp", DATA},
    "managed-directories": ACCOUNT_FILES | {"/etc/myapp"},
}
HOMES = dict.fromkeys(["starter", "state-directory", "managed-directories"], "/var/lib/myapp")


@pytest.mark.parametrize("key", EXAMPLES)
def test_running_it_twice_leaves_exactly_the_state_on_the_page(debian: Debian, key: str) -> None:
    debian.do("groupadd probe && groupdel probe")  # makes the copies that the tools keep
    before = debian.listing()
    debian.prepare(EXAMPLES[key])
    once = debian.listing()
    assert changed(before, once) <= CHANGED.get(key, ACCOUNT_FILES)
    assert CHANGED.get(key, set()) - ACCOUNT_FILES <= changed(before, once)
    debian.prepare(EXAMPLES[key])
    assert changed(once, debian.listing()) == set()
    assert_as_the_page_says(debian, key)


def assert_as_the_page_says(debian: Debian, key: str) -> None:
    """User, group, directories, owners and modes are those of an example."""
    if key == "dynamic-user":
        assert "myapp" not in debian.do("cut -d: -f1 /etc/passwd /etc/group").split()
        return
    name, _, uid, _, _, home, login = debian.do("getent passwd myapp").strip().split(":")
    assert (name, home, login) == ("myapp", HOMES.get(key, "/nonexistent"), "/usr/sbin/nologin")
    assert 0 < int(uid) < 1000
    assert debian.do("id -Gn myapp") == "myapp\n"
    assert 0 < int(debian.do("getent group myapp | cut -d: -f3")) < 1000
    assert debian.do("passwd -S myapp").split()[1] == "L"
    if DATA in CHANGED.get(key, set()):
        assert debian.look("/opt/myapp", DATA) == ["root:root 755", "myapp:myapp 750"]
    if key == "managed-directories":
        assert debian.look("/etc/myapp") == ["root:myapp 750"]


@pytest.mark.parametrize("version", [247, 257])
@pytest.mark.parametrize("key", ["hardening", "managed-directories"])
def test_other_releases_of_debian_are_prepared_alike(root252: Path, version: int, key: str) -> None:
    with lab.throwaway(lab.root(version)) as copy:
        debian = Debian(copy)
        debian.prepare(EXAMPLES[key])
        debian.prepare(EXAMPLES[key])
        assert_as_the_page_says(debian, key)


MORE: dict[str, Parameters] = {
    "existing": EXISTING,
    "existing by number": with_values(EXISTING, User="1500"),
    "existing with group": with_values(EXISTING, Group="games"),
    "own with group": with_values(LEAST, Group="games", own="/srv/a b:2770", ConfigurationDirectory="myapp"),
    "root": with_values(LEAST, User=[], own="/srv/a b:2770", ConfigurationDirectory="myapp"),
}
OWNERS = {
    "existing": ["alice:users 2770", "root:users 750"],
    "existing by number": ["alice:users 2770", "root:users 750"],
    "existing with group": ["alice:games 2770", "root:games 750"],
    "own with group": ["myapp:games 2770", "root:games 750"],
    "root": ["root:root 2770", "root:root 750"],
}


@pytest.fixture
def with_alice(debian: Debian) -> Debian:
    """A root with an account that was there before."""
    debian.do("useradd --no-create-home --uid 1500 --gid users --groups adm alice")
    return debian


@pytest.mark.parametrize("key", MORE)
def test_accounts_of_every_kind_get_their_directories(with_alice: Debian, key: str) -> None:
    with_alice.prepare(MORE[key])
    once = with_alice.listing()
    with_alice.prepare(MORE[key])
    assert changed(once, with_alice.listing()) == set()
    assert with_alice.look("/srv/a b", "/etc/myapp") == OWNERS[key]
    assert with_alice.do("id -Gn alice") == "users adm\n"


@pytest.mark.parametrize("start", ["exec sh", "umask 077; exec sh", "exec bash --posix"])
@pytest.mark.parametrize("key", [*EXAMPLES, *MORE])
def test_pasted_steps_leave_the_same(root252: Path, key: str, start: str) -> None:
    parameters = (EXAMPLES | MORE)[key]
    listings = []
    for text, around in [(script(parameters), "exec sh"), (pasted(parameters), start)]:
        with lab.throwaway(root252) as copy:
            debian = Debian(copy)
            debian.do("useradd --no-create-home --uid 1500 --gid users --groups adm alice")
            for _ in range(2):
                done = debian.pipe(text, around=around)
                assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
            listings.append(debian.listing(times=False))
    assert changed(*listings) == set()


SURROUNDINGS = {
    "a narrow umask": "umask 077; exec sh",
    "a wide umask": "umask 000; exec sh",
    "directories that hand their group down": "chgrp staff /opt /etc; chmod g+s /opt /etc; exec sh",
    "separators": "export IFS=/e CDPATH=/etc:/opt ENV=/tmp/evil POSIXLY_CORRECT=1; exec sh",
    "no path": "unset PATH; exec /bin/sh",
    "an empty path": "PATH= exec /bin/sh",
    "the path of su": "PATH=/usr/local/bin:/usr/bin:/bin exec sh",
    "programs of the directory it is called in": "cd /tmp/evil; PATH=.::$PATH exec sh",
    "a directory that is gone": "mkdir /tmp/d; cd /tmp/d; rmdir /tmp/d; exec sh 2>/dev/null",
    "another language": "LC_ALL=tr_TR.UTF-8 exec sh",
    "bash": "exec bash --posix",
}  # fmt: skip


@pytest.mark.parametrize("around", SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_the_callers_environment_changes_nothing(debian: Debian, around: str) -> None:
    evil = "for name in find chown mkdir id getent useradd; do printf '#!/bin/sh\\ntouch /pwned\\n' >$name; chmod 755 $name; done"
    debian.do(f"mkdir /tmp/evil; cd /tmp/evil; {evil}; echo 'touch /pwned' >ENV")
    parameters = with_values(OWN, ConfigurationDirectory="web/a", own=[DATA, "/opt/b:2750", "/opt/c:0"])
    for _ in range(2):
        debian.prepare(parameters, around=around)
    assert debian.look(DATA, "/opt/b", "/opt/c", "/etc/web/a") == [
        "myapp:myapp 750",
        "myapp:myapp 2750",
        "myapp:myapp 0",
        "root:myapp 750",
    ]
    mode, web = debian.do("stat -c %a /opt/myapp /etc/web").split()
    assert (int(mode[-3:]), int(web[-3:])) == (755, 755)
    assert lab.run_in(debian.copy, ["test", "-e", "/pwned"]).returncode == 1


def test_a_dynamic_user_is_not_prepared_beyond_its_configuration(debian: Debian) -> None:
    before = debian.listing()
    debian.prepare(DYNAMIC)
    debian.prepare(DYNAMIC)
    assert changed(before, debian.listing()) == {"/etc", "/etc/web", "/etc/web/a", *NOTED}
    assert debian.look("/etc/web", "/etc/web/a") == ["root:root 755", "root:root 755"]
    assert not {"useradd", "groupadd", "chown", "chmod"} & set(script(DYNAMIC).split())


def test_a_directory_that_roots_files_are_in_is_handed_over_with_them(debian: Debian) -> None:
    debian.do(f"mkdir -p {DATA}/sub; touch {DATA}/sub/file; chmod 4755 {DATA}/sub/file; ln -s sub/file {DATA}/link")
    debian.prepare(OWN)
    assert debian.look(DATA, f"{DATA}/sub", f"{DATA}/sub/file", f"{DATA}/link") == [
        "myapp:myapp 750",
        "myapp:myapp 755",
        "myapp:myapp 755",  # the kernel takes the set-user-ID bit away
        "myapp:myapp 777",
    ]


# --- what the service's user cannot make it do ------------------------------------------------------

PLANTED = {
    "a link": "ln -s /etc l",
    "a link at depth": "mkdir -p a/b/c; ln -s /etc a/b/c/l",
    "a relative link": "ln -s ../../../etc l",
    "a link to a link": "ln -s b a; ln -s /etc/passwd b",
    "a link to a parent": "ln -s .. l",
    "a link to a neighbour": "ln -s ../data2 l",
    "a dangling link": "ln -s /nowhere/at/all l",
    "a link to itself": "ln -s l l",
    "a name with a line end": "ln -s /etc 'a\nb'",
    "a name that ends a line": "ln -s /etc 'a\n'",
    "a name with blanks": "ln -s /etc ' a  b '",
    "a leading dash": "ln -s /etc ./-exec",
    "two dashes": "ln -s /etc ./--",
    "a name that is shell": "ln -s /etc '$(touch ${PATH%%:*}x);`id`'",
    "a name that is a pattern": "mkdir '*' '[a]'; ln -s /etc '*/?'",
    "a name that speaks to the terminal": r'''ln -s /etc "$(printf 'a\033]0;x\007\302\2332J')"''',
    "a name that is no text": "ln -s /etc \"$(printf 'a\\377\\376')\"",
    "a target with a line end": "ln -s '/etc\n/opt/myapp/data' l",
    "a sub-directory replaced": "mkdir sub; touch sub/x; mv sub old; ln -s /etc sub",
    "a hidden one among many": "mkdir d; for i in 1 2 3 4 5 6 7 8 9; do ln -s . d/.$i; done; ln -s /root d/.x",
    "a directory that is closed": "mkdir d; ln -s /etc d/l; chmod 0 d",
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_planted_links_stop_the_script_before_anything_outside_changes(prepared: Debian, planted: str) -> None:
    prepared.do("mkdir /opt/myapp/data2")
    prepared.do_as("myapp", f"cd {DATA}; {planted}")
    assert_stops(prepared, OWN, "is a link that leads out of /opt/myapp/data.")
    before = prepared.listing()
    assert prepared.pipe(pasted(OWN)).stderr == ""
    assert changed(before, prepared.listing()) == set()


@pytest.mark.parametrize("file", ["/etc/shadow", "/usr/bin/passwd", "/etc/hostname"])
def test_a_second_name_of_a_file_of_others_stops_it(prepared: Debian, file: str) -> None:
    # As root, since kernels with fs.protected_hardlinks=1 refuse it to the user.
    prepared.do(f"ln {file} '{DATA}/a b'")
    assert_stops(prepared, OWN, "/opt/myapp/data/a b is not myapp's and has a second name")


def test_a_second_name_of_a_pipe_of_others_stops_it(prepared: Debian) -> None:
    prepared.do(f"mkfifo /srv/pipe; ln /srv/pipe {DATA}/pipe")
    assert_stops(prepared, OWN, "has a second name")


HARMLESS = {
    "links inside": "mkdir -p a/b; ln -s a/b c; ln -s ../.. a/b/top; ln -s /opt/myapp/data/a d; ln -s missing e",
    "second names of its own": "touch a; ln a b",
    "pipes and sockets": "mkfifo p",
    "closed directories": "mkdir -m 0 d",
    "strange names": "touch -- -rf 'a\nb' ' ' '*' \"$(printf '\\377')\"",
}


@pytest.mark.parametrize("planted", HARMLESS.values(), ids=HARMLESS)
def test_files_that_the_service_may_have_created_do_not_stop_the_script(prepared: Debian, planted: str) -> None:
    prepared.do_as("myapp", f"cd {DATA}; {planted}")
    before = prepared.listing()
    prepared.prepare(OWN)
    assert changed(before, prepared.listing()) == set()


def test_a_service_that_swaps_links_while_it_runs_gains_nothing(prepared: Debian) -> None:
    prepared.do_as("myapp", f"cd {DATA}; mkdir -p sub/deep; for i in $(seq 200); do touch sub/deep/$i; done")
    swap = f"cd {DATA}; while :; do mv sub old; ln -s /etc sub; ln -sfn /root/x link; rm sub link; mv old sub; done"
    before = {path: row for path, row in prepared.listing().items() if not path.startswith(DATA)}
    swapping = f"setpriv --reuid=myapp --regid=myapp --clear-groups sh -c {shlex.quote(swap)} >/dev/null 2>&1 & "
    statuses = prepared.pipe(
        script(OWN),
        around=f"{swapping} cat >/tmp/prep; for i in $(seq 40); do sh /tmp/prep 2>/dev/null; echo $?; done; kill $!",
    )
    assert len(statuses.stdout.split()) == 40
    after = {path: row for path, row in prepared.listing().items() if not path.startswith(DATA)}
    assert changed(before, after) == set()


# --- paths that others can change -------------------------------------------------------------------

WAYS = {
    "writable by all": "chmod 777 /opt/myapp",
    "writable by its group": "chmod 775 /opt/myapp",
    "writable by all with the sticky bit": "chmod 1777 /opt/myapp",
    "writable higher up": "chmod 757 /opt",
    "of the service's user": "chown myapp: /opt/myapp",
    "of another user": "chown games /opt/myapp",
    "writable through a list": "setfacl -m u:games:rwx /opt/myapp",
    "a link": "mv /opt/myapp /srv/moved; ln -s /srv/moved /opt/myapp",
    "a link higher up": "mv /opt /srv/opt; ln -s /srv/opt /opt",
    "a dangling link": "rm -r /opt/myapp; ln -s /nowhere /opt/myapp",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("exists", [True, False])
def test_a_way_that_others_can_change_stops_it(prepared: Debian, way: str, exists: bool) -> None:
    if not exists:
        prepared.do(f"rmdir {DATA}")
    prepared.do(way)
    assert_stops(prepared, OWN, "/opt")
    assert_left_alone(prepared, OWN)


LEAVES = {
    "a link": 'rmdir "$D"; ln -s /etc "$D"',
    "a dangling link": 'rmdir "$D"; ln -s /nowhere "$D"',
    "a file": 'rmdir "$D"; touch "$D"',
    "of another user": 'chown games "$D"',
    "with files of another user": 'chown root "$D"; touch "$D/x"; chown games "$D/x"',
    "with something mounted": 'mkdir "$D/m"; mount --bind /etc "$D/m"',
    "with something mounted at depth": 'mkdir -p "$D/a b/c"; mount -t tmpfs tmpfs "$D/a b/c"',
}


@pytest.mark.parametrize("own", [DATA, "/srv/a b/c"])
@pytest.mark.parametrize("leaf", LEAVES.values(), ids=LEAVES)
def test_existing_files_of_other_owners_stop_the_script(debian: Debian, leaf: str, own: str) -> None:
    parameters = with_values(LEAST, own=own)
    debian.prepare(parameters)
    debian.do(f"D='{own}'; {leaf}")
    assert_stops(debian, parameters, own)


def test_a_disk_of_the_service_mounted_in_its_directory_is_handed_over_too(prepared: Debian) -> None:
    prepared.do(f"mkdir {DATA}/disk; mount -t tmpfs tmpfs {DATA}/disk; touch {DATA}/disk/x; chown myapp {DATA}/disk")
    prepared.prepare(OWN)
    assert prepared.look(f"{DATA}/disk/x") == ["myapp:myapp 644"]


def test_a_file_system_that_cannot_be_written_stops_it(prepared: Debian) -> None:
    prepared.do(f"rm -r {DATA}; mount --bind /opt /opt; mount -o remount,ro,bind /opt")
    done = prepared.pipe(script(OWN))
    assert done.returncode != 0
    assert "Read-only file system" in done.stderr


# --- accounts and configuration ---------------------------------------------------------------------


def test_a_user_with_another_primary_group_stops_it(debian: Debian) -> None:
    debian.do("groupadd --system myapp; useradd --system --no-create-home --gid games myapp")
    assert_stops(
        debian,
        OWN,
        "The user myapp exists with another primary group than myapp. Choose another user, or set Group= to that group.\n",
    )
    debian.prepare(with_values(OWN, Group="games"))


def test_a_missing_group_stops_it_before_anything_is_handed_over(debian: Debian) -> None:
    parameters = with_values(OWN, SupplementaryGroups="games missing")
    debian.prepare(LEAST)
    assert_stops(
        debian,
        parameters,
        "The group missing does not exist here. Install what brings it, or take it out of SupplementaryGroups=.\n",
    )


@pytest.mark.parametrize("values", [{"User": "bob"}, {"User": "4711"}, {"User": "games", "Group": "missing"}])
def test_an_account_that_should_exist_and_does_not_stops_it(debian: Debian, values: dict[str, str]) -> None:
    assert_stops(debian, with_values(EXISTING, **values), "does not exist here. Create it, or")


def test_a_path_that_is_only_checked_is_never_changed(prepared: Debian) -> None:
    parameters = with_values(LEAST, ReadWritePaths="/srv/data")
    assert_stops(prepared, parameters, "/srv/data does not exist. Create it,")
    prepared.do("mkdir -m 777 /srv/data")
    before = prepared.listing()
    done = prepared.pipe(script(parameters))
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "does not belong to myapp" in done.stderr
    assert changed(before, prepared.listing()) == set()
    prepared.do("chown myapp /srv/data")
    prepared.prepare(parameters)


FOREIGN = {
    "of root alone": "mkdir /etc/myapp",
    "of another group": "mkdir /etc/myapp; chgrp games /etc/myapp; chmod 750 /etc/myapp",
    "of the service's user": "install -d -o myapp -g myapp -m 750 /etc/myapp",
    "open to all": "install -d -g myapp -m 777 /etc/myapp",
    "a link": "install -d -g myapp -m 750 /etc/other; ln -s other /etc/myapp",
    "a dangling link": "ln -s nowhere /etc/myapp",
    "a file": "touch /etc/myapp; chgrp myapp /etc/myapp; chmod 750 /etc/myapp",
}


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_a_configuration_that_is_somebody_elses_is_not_touched(debian: Debian, foreign: str) -> None:
    debian.prepare(LEAST)
    debian.do(foreign)
    before = debian.listing()
    done = debian.pipe(script(CONFIGURED))
    assert done.returncode != 0
    assert "/etc/myapp" in done.stderr
    assert "/etc/myapp was there" in debian.pipe(pasted(CONFIGURED)).stderr
    assert changed(before, debian.listing()) <= NOTED


def test_a_configuration_below_a_directory_that_others_can_change_stops_it(debian: Debian) -> None:
    debian.prepare(LEAST)
    debian.do("mkdir /etc/web; chown myapp /etc/web")
    assert_stops(
        debian, with_values(LEAST, ConfigurationDirectory="web/a"), "/etc/web can be changed by others than root"
    )


def test_only_root_runs_it(prepared: Debian) -> None:
    around = "exec setpriv --reuid=games --regid=games --clear-groups sh"
    assert_stops(prepared, OWN, "Run this script as root.\n", around=around)


# --- installation -----------------------------------------------------------------------------------


def test_a_unit_is_installed_then_left_unchanged_then_replaced(guest252: lab.Guest) -> None:
    unit = Effective(
        unit_of(
            with_values(LEAST, name="prep-try", systemd="252", User=[], Type="oneshot", WantedBy="multi-user.target")
        )
    )
    name, there = "prep-try.service", "/etc/systemd/system/prep-try.service"
    first, second = (
        f"[Service]\nType=oneshot\nExecStart=/bin/true\nEnvironment=A={n}\n[Install]\nWantedBy=multi-user.target\n"
        for n in (1, 2)
    )

    def install(text: str) -> CompletedProcess[str]:
        guest252.write(f"/root/prep-try/{name}", text, mode=0o600)
        return guest252.run(["sh", "-c", "cd /root/prep-try && exec sh"], input=install_script(unit))

    def kept() -> str:
        return guest252.run(["sh", "-c", f"cat {there}.bak 2>/dev/null || :"]).stdout

    assert install(first).returncode == 0
    assert kept() == ""
    assert guest252.run(["stat", "-c", "%U:%G %a", there]).stdout == "root:root 644\n"
    assert guest252.run(["systemctl", "is-enabled", name]).stdout == "enabled\n"
    for text in (second, second):
        assert install(text).returncode == 0
        assert guest252.run(["cat", there]).stdout == text
        assert kept() == first
    assert install(second.replace("Type", "Typ")).returncode != 0
    assert guest252.run(["cat", there]).stdout == second

"""The proving script beside running services: it says what they find themselves, and nothing notices that it was run."""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pytest

from app.analysis.access import access_to, paths_of
from app.effective import Effective
from app.host.prep import prepare_script
from app.server.verify_script import Cell, verify_script
from app.unitfile.render import render
from tests.support.configurations import LEAST, Parameters, unit_of, with_values
from tests.system import lab

VERSIONS = (252, 257, 262)
ALL, READ, HIDDEN, DENIED, OPEN = "read-write", "read-only", "hidden", "denied", "depends"


class Proof(NamedTuple):
    """How the script ended: its status, a line for each cell, its last line, and what it complained about."""

    status: int
    lines: tuple[str, ...]
    counts: str
    errors: str


@pytest.fixture(params=VERSIONS)
def guest(request: pytest.FixtureRequest) -> lab.Guest:
    """A guest of every version."""
    booted: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    return booted


def prove(guest: lab.Guest, cells: Sequence[Cell], around: str = "exec sh") -> Proof:
    """Pipe the script of some cells into a shell of a guest's, which around starts."""
    done = guest.run(["sh", "-c", around], input=verify_script(cells))
    *lines, counts = done.stdout.splitlines() or [""]
    return Proof(done.returncode, tuple(lines), counts, done.stderr)


def counts(same: int, different: int = 0, depends: int = 0, unchecked: int = 0) -> str:
    """The last line of the script."""
    return f"{same} as predicted, {different} different, {depends} that depend on the machine, {unchecked} not checked."


def start(guest: lab.Guest, units: Mapping[str, str]) -> None:
    """Write units, by their file names, and start them; they have begun to run their own programs."""
    for name, text in units.items():
        guest.write(f"/etc/systemd/system/{name}", text)
    guest.run(["systemctl", "daemon-reload"], check=True)
    guest.run(["systemctl", "restart", "--", *units], check=True)
    programs = " ".join(f"/proc/{main_process(guest, name)}/exe" for name in units)
    guest.run(["bash", "-c", f"while readlink {programs} | grep systemd; do sleep 0.05; done"], check=True)


def stop(guest: lab.Guest, units: Mapping[str, str]) -> None:
    """Stop units and take them away."""
    guest.run(["systemctl", "stop", "--", *units])
    guest.run(["rm", "--", *(f"/etc/systemd/system/{name}" for name in units)])
    guest.run(["systemctl", "daemon-reload"], check=True)


def main_process(guest: lab.Guest, name: str) -> int:
    """The number of a unit's main process."""
    return int(guest.run(["systemctl", "show", "-P", "MainPID", name], check=True).stdout)


# --- the matrix -------------------------------------------------------------------------------------

NAMES = ("prove-alpha", "prove-beta", "prove-gamma")
PARENTS = {"State": "/var/lib", "Cache": "/var/cache", "Logs": "/var/log", "Runtime": "/run"}


def isolated(name: str, user: str, *, hide: bool = True) -> Parameters:
    """A service with directories of its own; hide: it does not see the directories of its siblings."""
    values: dict[str, str | list[str]] = {
        "name": name, "systemd": "252", "ExecStart": "/usr/bin/sleep infinity", "User": user, "Group": user,
        "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "ProtectProc": "invisible",
    }  # fmt: skip
    for kind in PARENTS:
        values |= {f"{kind}Directory": name, f"{kind}DirectoryMode": "0700"}
    if hide:
        values |= {"TemporaryFileSystem": "/var/lib:ro /var/cache:ro /var/log:ro /srv:ro"}
    return with_values(LEAST, **values)


@pytest.fixture
def matrix(guest: lab.Guest, request: pytest.FixtureRequest) -> Iterator[Mapping[str, str]]:
    """Three running services, prepared by the tool: each with a user of its own, or all with one user."""
    users, hide = request.param
    units = {}
    for name, user in zip(NAMES, users, strict=True):
        unit = Effective(unit_of(isolated(name, user, hide=hide)))
        guest.run(["sh"], input=prepare_script(unit), check=True)
        units[f"{name}.service"] = render(unit.file)
    start(guest, units)
    yield units
    stop(guest, units)
    guest.run(["sh", "-c", f"rm -r /var/lib/prove-* /var/cache/prove-* /var/log/prove-*; userdel {users[0]}; :"])


APART = pytest.mark.parametrize("matrix", [(NAMES, True)], indirect=True, ids=["apart"])
TOGETHER = pytest.mark.parametrize("matrix", [(("prove-one",) * 3, False)], indirect=True, ids=["together"])


def cells_of(sibling: Mapping[str, str]) -> list[Cell]:
    """The matrix of the three services: their own directories can be written, sibling says the word for each parent."""
    return [
        (f"{name}.service", f"{parent}/{owner}", ALL if name == owner else sibling[parent])
        for name, owner in itertools.product(NAMES, NAMES)
        for parent in PARENTS.values()
    ]


def pictured(users: Sequence[str], *, hide: bool) -> list[Cell]:
    """The same matrix as the page shows it."""
    units = [Effective(unit_of(isolated(name, user, hide=hide))) for name, user in zip(NAMES, users, strict=True)]
    places = [place for unit in units for place in paths_of(unit)]
    paths = [place.path for place in places]
    return [
        (f"{unit.file.name}.service", path, access_to(unit, path, places).access) for unit in units for path in paths
    ]


def tried(guest: lab.Guest, name: str, other: str) -> str:
    """What a service can do to another, tried by its user in its namespaces: a letter for each directory's access."""
    pid, target = (main_process(guest, f"{unit}.service") for unit in (name, other))
    paths = shlex.join(f"{parent}/{other}" for parent in PARENTS.values())
    tries = f"""
    for path in {paths}; do
      ls "$path" >/dev/null && printf r; touch "$path/by-{name}" && rm "$path/by-{name}" && printf w; printf ,
    done
    cat /proc/{target}/environ >/dev/null && printf e; ls -d /proc/{target} >/dev/null && printf p; kill -0 {target} && printf k; :
    """
    ids = guest.run(["stat", "-c", "--reuid=%u --regid=%g", f"/proc/{pid}"], check=True).stdout.split()
    inside = ["nsenter", f"--target={pid}", "--mount", "setpriv", *ids, "--clear-groups", "bash", "-c", tries]
    return guest.run(inside).stdout


@APART
def test_three_services_apart_reach_nothing_of_each_other_and_the_script_agrees(
    guest: lab.Guest, matrix: Mapping[str, str]
) -> None:
    for name, other in itertools.permutations(NAMES, 2):
        assert tried(guest, name, other) == ",,,,", (name, other)
    for name in NAMES:
        assert tried(guest, name, name) == "rw,rw,rw,rw,epk"
    cells = cells_of(dict.fromkeys(PARENTS.values(), HIDDEN) | {"/run": DENIED})
    assert sorted(pictured(NAMES, hide=True)) == sorted(cells)
    lines = tuple(f"ok: {unit}, {path}: {word}" for unit, path, word in cells)
    assert prove(guest, cells) == (0, lines, counts(len(cells)), "")


@TOGETHER
def test_three_services_of_one_user_reach_each_other_and_the_script_agrees(
    guest: lab.Guest, matrix: Mapping[str, str]
) -> None:
    for name, other in itertools.permutations(NAMES, 2):
        assert tried(guest, name, other) == "r,r,r,rw,epk", (name, other)  # ProtectProc= leaves /run writable
    cells = cells_of(dict.fromkeys(PARENTS.values(), READ) | {"/run": ALL})
    assert sorted(pictured(("prove-one",) * 3, hide=False)) == sorted(cells)
    assert prove(guest, cells)[0::2] == (0, counts(len(cells)))
    wrong = cells_of(dict.fromkeys(PARENTS.values(), HIDDEN))
    found = prove(guest, wrong)
    assert (found.status, found.counts) == (1, counts(12, 24))
    line = "DIFFERENT: prove-alpha.service, /var/lib/prove-beta: predicted hidden, found read-only"
    assert line in found.lines


@APART
def test_a_stopped_service_cannot_be_checked(guest: lab.Guest, matrix: Mapping[str, str]) -> None:
    cells = cells_of(dict.fromkeys(PARENTS.values(), HIDDEN) | {"/run": DENIED})
    kept = [cell for cell in cells if not cell[1].startswith("/run")]
    guest.run(["systemctl", "stop", "prove-beta.service"], check=True)
    found = prove(guest, kept)
    assert (found.status, found.counts, found.errors) == (2, counts(18, 0, 0, 9), "")
    assert "not checked: prove-beta.service, /var/lib/prove-alpha: it does not run." in found.lines
    elsewhere: list[Cell] = [("prove-alpha.service", "/nowhere", HIDDEN), ("prove-none.service", "/", ALL)]
    assert prove(guest, elsewhere).lines == (
        "not checked: prove-alpha.service, /nowhere: there is no such directory on this machine, or no way to it.",
        "not checked: prove-none.service, /: it does not run.",
    )
    assert prove(guest, [*kept, ("prove-alpha.service", "/usr", ALL)]).status == 1


# --- identities and mounts of every kind ------------------------------------------------------------

SURPRISES = ("find", "stat", "env", "setpriv", "readlink", "timeout", "test", "libc.so.6")
"""Programs of a service's root that nobody may run, and a library that none may load."""

TREE = f"""
useradd --system --no-create-home --user-group prove-owner
useradd --system --no-create-home --user-group prove-other
groupadd --system prove-group
install -d /srv/prove /var/tmp/prove && cd /srv/prove
install -d -m 755 seen && install -d -m 700 shut && install -d -m 0 sealed && install -d -m 777 all
install -d -m 770 -g prove-group group
install -d -m 700 -o prove-owner owned && install -d -m 777 owned/in
install -d -m 0 -o prove-owner -g prove-owner own-sealed
ln -s ../prove/./all relative && ln -s /srv/prove/all absolute
for path in */ owned/in/ /var/tmp/prove/; do touch "$path/is-$(stat -c %i "$path")"; done
install -d /srv/root && cd /srv/root && mkdir -p usr etc srv/prove mnt/all proc dev sys run tmp var/tmp
for name in bin sbin lib lib64; do [ ! -e /$name ] || ln -s usr/$name $name; done
mkfifo srv/prove/seen && ln -s shut srv/prove/shut && ln -s ../prove/shut/x srv/prove/group
ln -s /mnt/all srv/prove/all && ln -s ../../../../../mnt/./all srv/prove/relative
for name in {" ".join(SURPRISES)}; do printf '#!/bin/sh\necho >/srv/mark\n' >$name; chmod 755 $name; done
"""
"""Directories of every kind, and a root for a service that has other things at their paths."""

PLACES = ("/srv/prove/seen", "/srv/prove/shut", "/srv/prove/sealed", "/srv/prove/all", "/srv/prove/group", "/srv/prove/owned", "/srv/prove/owned/in", "/srv/prove/own-sealed", "/srv/prove/relative", "/srv/prove/absolute", "/var/tmp/prove")  # fmt: skip
LETTERS = {"w": ALL, "r": READ, "h": HIDDEN, "d": DENIED}
OWNER, OTHER = "User=prove-owner", "User=prove-other"
OVERRIDE, SEARCH = "AmbientCapabilities=CAP_DAC_OVERRIDE", "AmbientCapabilities=CAP_DAC_READ_SEARCH"
ROOT = "RootDirectory=/srv/root"
SURPRISING = " ".join(f"/srv/root/{name}:/usr/bin/{name}" for name in SURPRISES[:-1])
KINDS: dict[str, tuple[str, list[str]]] = {
    "root": ("wwwwwwwwwww", []),
    "root-bare": ("wwdwwdddwww", ["CapabilityBoundingSet="]),
    "root-searching": ("wwrwwrwrwww", ["CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_KILL"]),
    "root-overriding": ("wwwwwwwwwww", ["CapabilityBoundingSet=CAP_DAC_OVERRIDE"]),
    "root-unlike-root": ("wwdwwdddwww", ["SecureBits=noroot"]),
    "other": ("rddwddddwwr", [OTHER]),
    "owner": ("rddwdwwdwwr", [OWNER, "NoNewPrivileges=yes"]),
    "supplementary": ("rddwwdddwwr", [OTHER, "SupplementaryGroups=adm prove-group audio"]),
    "group": ("rddwwdddwwr", [OTHER, "Group=prove-group"]),
    "other-searching": ("rrrwrrwrwwr", [OTHER, SEARCH]),
    "other-overriding": ("wwwwwwwwwww", [OTHER, OVERRIDE]),
    "users-root": ("wwwwwdddwww", ["PrivateUsers=yes"]),
    "users-other": ("rddwddddwwr", [OTHER, "PrivateUsers=yes"]),
    "users-other-overriding": ("wwwwddddwww", [OTHER, "PrivateUsers=yes", OVERRIDE]),
    "users-owner-overriding": ("wwwwdwwwwww", [OWNER, "PrivateUsers=yes", OVERRIDE]),
    "users-owner-searching": ("rrrwdwwrwwr", [OWNER, "PrivateUsers=yes", SEARCH]),
    "users-supplementary": ("rddwwdddwwr", [OTHER, "PrivateUsers=yes", "SupplementaryGroups=prove-group"]),
    "dynamic": ("rddrddddrrh", ["DynamicUser=yes"]),
    "dynamic-writing": ("rddwddddwwh", ["DynamicUser=yes", "ReadWritePaths=/srv/prove/all"]),
    "strict": ("rrrrrrrrrrr", ["ProtectSystem=strict"]),
    "private-tmp": ("rddwddddwwh", [OTHER, "PrivateTmp=yes"]),
    "inaccessible": ("wwwhwwwwhhw", ["InaccessiblePaths=/srv/prove/all"]),
    "read-only": ("wwwwwrrwwww", ["ReadOnlyPaths=/srv/prove/owned"]),
    "covered": ("hhhwhhhhhhw", ["TemporaryFileSystem=/srv", "BindPaths=/srv/prove/all"]),
    "replaced": ("hwwwwwwwwww", ["BindPaths=/srv/prove/owned:/srv/prove/seen"]),
    "elsewhere": ("hhhwhhhhwhh", [ROOT, "BindReadOnlyPaths=/usr", "BindPaths=/srv/prove/all:/mnt/all"]),
    "surprising": ("wwwwwwwwwww", [f"BindReadOnlyPaths={SURPRISING}"]),
}  # fmt: skip
"""Services, each with a letter for what it can do at each of the places."""

TRIES = r"""n=0 name=$1
shift
for place do
  (cd "$place" && exec /bin/ls | sed "s,^,$place/,") 2>/dev/null
  n=$((n + 1))
  (: >"$place/by-$name-$n") 2>/dev/null
done
echo done
exec /usr/bin/sleep infinity
"""
"""What each service does first: it lists the places and creates a file in each, if it can."""


class Machine(NamedTuple):
    """A guest with the services running."""

    guest: lab.Guest
    units: Mapping[str, str]

    def found(self, name: str) -> str:
        """A letter for each place, by what a service itself could do there: nothing is “-”."""
        look = f"""n=0
        for place in {" ".join(PLACES)}; do
          n=$((n + 1)) found=-
          ! grep -qx "$place/is-$(stat -Lc %i "$place")" /run/prove-{name}.out || found=r
          [ ! -e "$place/by-{name}-$n" ] || found=${{found}}w
          echo $found
        done"""
        return "".join({"-": "-", "r": "r", "rw": "w"}[found] for found in self.do(look).split())

    def do(self, commands: str) -> str:
        """Run commands that must succeed as root; what they said."""
        return self.guest.run(["bash", "-euc", commands], check=True).stdout

    def snapshot(self) -> Mapping[str, object]:
        """What could be noticed afterwards: all files with all times but that of reading, states, processes."""
        pids = [main_process(self.guest, name) for name in self.units]
        roots = " ".join(f"/proc/{pid}/root/{tree}" for pid in pids for tree in ("srv", "var/tmp", "tmp", "run"))
        form = "%p %y %m %U %G %s %l %T@ %C@\\n"
        skipped = r"\( -path '*/run/log' -o -path '*/run/systemd' -o -path /var/log/journal \) -prune"
        files = self.do(f"find / /run /dev /tmp {roots} -xdev {skipped} -o -printf '{form}' 2>/dev/null || :")
        counted = ("CPUUsageNSec", "Memory", "TasksCurrent", "IO", "IP")
        states = self.do(f"systemctl show {shlex.join(self.units)} && systemctl list-units --all --no-legend --plain")
        kept = [line for line in states.splitlines() if not line.startswith(counted)]
        jobs = self.do("systemctl list-jobs --no-legend")
        return {"files": files.splitlines(), "states": kept, "jobs": jobs, "pids": pids}


def unit_file(name: str, lines: Sequence[str]) -> str:
    """A service that tries the places and then stays."""
    tries = f"ExecStart=/bin/sh /usr/local/bin/prove-try {name} {' '.join(PLACES)}"
    return "\n".join(["[Service]", tries, f"StandardOutput=file:/run/prove-{name}.out", *lines, ""])


@pytest.fixture(scope="module", params=VERSIONS)
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """A guest of every version, on which a service of every kind runs and has tried the places."""
    guest: lab.Guest = request.getfixturevalue(f"guest{request.param}")
    guest.run(["bash", "-euc", TREE], check=True)
    guest.write("/usr/local/bin/prove-try", TRIES)
    kinds = {name: lines for name, (_, lines) in KINDS.items()}
    started = Machine(guest, {f"prove-{name}.service": unit_file(name, lines) for name, lines in kinds.items()})
    start(guest, started.units)
    started.do("until [ $(grep -lx done /run/prove-*.out | wc -l) = " + f"{len(kinds)} ]; do sleep 0.1; done")
    yield started
    stop(guest, started.units)


def cells_of_kinds(names: Sequence[str] = tuple(KINDS)) -> list[Cell]:
    """What each kind of service is predicted to do at each place."""
    return [
        (f"prove-{name}.service", place, LETTERS[letter])
        for name in names
        for place, letter in zip(PLACES, KINDS[name][0], strict=True)
    ]


def test_services_of_every_kind_have_the_predicted_access(machine: Machine) -> None:
    found = {name: machine.found(name) for name in KINDS}
    plain = str.maketrans("hd", "--")
    assert found == {name: letters.translate(plain) for name, (letters, _) in KINDS.items()}


def test_the_script_agrees_on_services_of_every_kind(machine: Machine) -> None:
    cells = cells_of_kinds()
    done = prove(machine.guest, cells)
    assert [line for line in done.lines if not line.startswith("ok: ")] == []
    assert done == (0, tuple(f"ok: {u}, {p}: {w}" for u, p, w in cells), counts(len(cells)), "")
    assert {word for _, _, word in cells} == set(LETTERS.values())


def test_every_wrong_word_is_a_difference_except_depends(machine: Machine) -> None:
    right = cells_of_kinds(["other", "covered"])
    for word in LETTERS.values():
        same = sum(predicted == word for _, _, predicted in right)
        done = prove(machine.guest, [(unit, path, word) for unit, path, _ in right])
        assert (done.status, done.counts) == (1, counts(same, len(right) - same))
    done = prove(machine.guest, [(unit, path, OPEN) for unit, path, _ in right])
    assert (done.status, done.counts) == (0, counts(0, 0, len(right)))
    assert done.lines == tuple(f"depends: {unit}, {path}: found {word}" for unit, path, word in right)


def test_nothing_is_left_behind_or_run(machine: Machine) -> None:
    cells = cells_of_kinds()
    before = machine.snapshot()
    assert prove(machine.guest, cells).status == 0
    after = machine.snapshot()
    assert after == before
    pids = before["pids"]
    assert isinstance(pids, list)
    marks = " ".join(f"/proc/{pid}/root/srv/mark" for pid in pids)
    assert machine.guest.run(["sh", "-c", f"ls -d /srv/mark {marks} 2>/dev/null"]).stdout == ""


AROUND = {
    "programs and libraries of where it asks": "LD_LIBRARY_PATH=: PATH=.::$PATH exec /bin/sh",
    "bash": "exec bash --posix",
    "no path": "unset PATH; exec /bin/sh",
    "separators": "export IFS=/e CDPATH=/srv ENV=/srv/root/find POSIXLY_CORRECT=1; exec sh",
    "another language": "LC_ALL=de_DE.UTF-8 LANGUAGE=de exec sh",
    "a directory that is gone": "mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone; exec sh 2>/dev/null",
    "a terminal's input": "cat >/tmp/prove.sh; yes | sh /tmp/prove.sh; status=$?; rm /tmp/prove.sh; exit $status",
}  # fmt: skip


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_the_callers_environment_changes_nothing(machine: Machine, around: str) -> None:
    cells = cells_of_kinds(["elsewhere", "surprising", "root-bare", "users-owner-overriding"])
    done = prove(machine.guest, cells, around=around)
    assert (done.status, done.counts, done.errors) == (0, counts(len(cells)), "")
    assert machine.guest.run(["ls", "/srv/mark"]).stdout == ""


def test_only_root_can_run_the_checks(machine: Machine) -> None:
    around = "exec setpriv --reuid=prove-other --regid=prove-other --clear-groups sh"
    assert prove(machine.guest, cells_of_kinds(["root"]), around) == (2, (), "", "Run this script as root.\n")


def test_root_without_its_capabilities_cannot_run_the_checks(machine: Machine) -> None:
    for missing in ("-sys_admin", "-dac_override", "-dac_read_search", "-sys_ptrace", "-setuid", "-setpcap"):
        around = f"exec setpriv --bounding-set={missing} --inh-caps=-all sh"
        done = prove(machine.guest, cells_of_kinds(["root-bare", "other-overriding", "elsewhere"]), around)
        assert not any(line.startswith("DIFFERENT") for line in done.lines), (missing, done)
        assert done.status == (0 if missing == "-sys_admin" else 2), (missing, done)


# --- what a service does against it, and what cannot be told ----------------------------------------

NAMED = r"""exec perl -e '$0 = "x\nUid:\t0\t0\t0\t0"; sleep 10000'"""
ODD: dict[str, tuple[str, list[str]]] = {
    "named": ("/usr/local/bin/prove-named", [OTHER]),
    "parenthesis": ("/usr/local/bin/prove-parenthesis", [OTHER]),
    "killing": ("/bin/bash -c 'while :; do pkill -KILL find; done'", ["User=prove-rude"]),
    "stopping": ("/bin/bash -c 'while :; do pkill -STOP find; done'", ["User=prove-rude"]),
    "several": ("/usr/bin/setpriv --ruid=prove-other --clear-groups /usr/bin/sleep infinity", []),
    "starting": ("/opt/prove/systemd-executor infinity", []),
    "restarting": ("/usr/bin/sleep infinity", [OTHER]),
    "ending": ("/usr/bin/sleep infinity", [OTHER]),
    r"a\x20b@c-d:e_f": ("/usr/bin/sleep infinity", [OTHER]),
}
"""Services, each with its command, that are hostile or cannot be asked about."""

SHUT: Cell = ("", "/srv/prove/shut", DENIED)


@pytest.fixture(scope="module")
def odd(machine: Machine) -> Iterator[lab.Guest]:
    """A guest on which the odd ones run too."""
    guest = machine.guest
    for name, program in (("named", NAMED), ("parenthesis", NAMED.replace(r"x\nUid:\t0\t0\t0\t0", "a) R 1 2 3 4 5"))):
        guest.write(f"/usr/local/bin/prove-{name}", f"#!/bin/sh\n{program}\n", mode=0o755)
    guest.run(["install", "-D", "/usr/bin/sleep", "/opt/prove/systemd-executor"], check=True)
    guest.run(["useradd", "--system", "prove-rude"], check=True)
    units = {
        f"prove-{name}.service": "\n".join(["[Service]", "Type=exec", f"ExecStart={command}", *lines, ""])
        for name, (command, lines) in ODD.items()
    }
    start_odd(guest, units)
    yield guest
    stop(guest, units)


def start_odd(guest: lab.Guest, units: Mapping[str, str]) -> None:
    """Start units, whose programs may have any name."""
    for name, text in units.items():
        guest.write(f"/etc/systemd/system/{name}", text)
    guest.run(["systemctl", "daemon-reload"], check=True)
    guest.run(["systemctl", "start", "--", *units], check=True)


def said_of(guest: lab.Guest, name: str, *around: str) -> str:
    """What the script says of a service and a directory that is shut for it."""
    done = prove(guest, [(f"prove-{name}.service", *SHUT[1:])], *around)
    assert done.errors == ""
    (line,) = done.lines
    assert done.status == (0 if line.startswith("ok: ") else 2)
    return line.removeprefix(f"not checked: prove-{name}.service, {SHUT[1]}: ")


@pytest.mark.parametrize("name", ["named", "parenthesis", r"a\x20b@c-d:e_f"])
def test_names_of_processes_and_units_mislead_nobody(odd: lab.Guest, name: str) -> None:
    if name in {"named", "parenthesis"}:
        until = f"until grep -q '^Name:.*[\\\\)]' /proc/{main_process(odd, f'prove-{name}.service')}/status; do sleep 0.05; done"
        odd.run(["sh", "-c", until], check=True)
    assert said_of(odd, name) == f"ok: prove-{name}.service, /srv/prove/shut: denied"


@pytest.mark.parametrize("name", ["killing", "stopping"])
def test_a_disturbing_service_is_never_reported_as_denied(odd: lab.Guest, name: str) -> None:
    unit = f"prove-{name}.service"
    done = prove(odd, [(unit, "/srv/prove/all", ALL)] * 3)
    undisturbed = {
        f"ok: {unit}, /srv/prove/all: read-write",
        f"not checked: {unit}, /srv/prove/all: access(2) could not be asked in its place.",
    }
    assert len(done.lines) == 3
    assert set(done.lines) <= undisturbed
    odd.run(["systemctl", "stop", unit], check=True)


def test_a_process_that_can_change_its_user_cannot_be_checked(odd: lab.Guest) -> None:
    assert said_of(odd, "several") == "its main process has several user or group IDs to choose from."


def test_a_service_that_is_still_starting_cannot_be_checked(odd: lab.Guest) -> None:
    assert said_of(odd, "starting") == "it is being started. Run this again."


@pytest.mark.parametrize(("name", "verb"), [("restarting", "restart"), ("ending", "stop")])
def test_a_service_that_ends_meanwhile_is_not_checked(odd: lab.Guest, name: str, verb: str) -> None:
    program = f'#!/bin/sh\n/usr/bin/systemctl {verb} prove-{name}.service\nexec /usr/bin/stat "$@"\n'
    odd.write(f"/opt/prove/{verb}/stat", program, mode=0o755)
    said = said_of(odd, name, f"PATH=/opt/prove/{verb}:$PATH exec sh")
    assert said == "its main process has ended or changed meanwhile."


def test_a_directory_with_a_hostile_name_is_checked(machine: Machine) -> None:
    names = [
        "-n",
        "--",
        "a b",
        "$(touch /srv/mark)",
        "`id`",
        "'",
        '"',
        "*",
        "%s%n",
        "\\",
        "é\x85\u202e",
        "a\nb",
        "~",
        "x" * 255,
    ]
    paths = [f"/srv/hostile/{name}/{name}" for name in names]
    machine.guest.run(["mkdir", "-p", "--", *paths], check=True)
    done = prove(machine.guest, [("prove-root.service", path, ALL) for path in paths])
    shown = ["".join(c if c.isprintable() else "?" for c in path) for path in paths]
    assert done.lines == tuple(f"ok: prove-root.service, {path}: read-write" for path in shown)
    assert done.status == 0


def test_a_directory_that_can_only_be_written_is_neither_of_the_words(machine: Machine) -> None:
    machine.guest.run(["install", "-d", "-m", "733", "/srv/drop"], check=True)
    done = prove(machine.guest, [("prove-other.service", "/srv/drop", word) for word in LETTERS.values()])
    assert done.counts == counts(0, 4)
    assert {line.rpartition("found ")[2] for line in done.lines} == {"write without read"}


def test_a_path_that_is_not_a_directory_cannot_be_checked(machine: Machine) -> None:
    machine.guest.run(["sh", "-c", "mkfifo /srv/pipe; ln -s loop /srv/loop; :"], check=True)
    cells: list[Cell] = [("prove-root.service", path, ALL) for path in ("/srv/pipe", "/srv/loop", "/srv/pipe/x")]
    done = prove(machine.guest, cells)
    assert (done.status, done.counts) == (2, counts(0, 0, 0, 3))


@pytest.mark.parametrize("version", [257, 262])
def test_a_user_namespace_with_many_users_is_recognised(version: int, request: pytest.FixtureRequest) -> None:
    guest: lab.Guest = request.getfixturevalue(f"guest{version}")
    guest.run(["install", "-d", "-m", "0", "-o", "games", "-g", "games", "/srv/of-games"], check=True)
    guest.run(["install", "-d", "-m", "0", "-o", "70000", "-g", "games", "/srv/of-nobody-there"], check=True)
    text = "[Service]\nType=exec\nPrivateUsers=identity\nExecStart=/usr/bin/sleep infinity\n"
    start_odd(guest, {"prove-identity.service": text})
    cells: list[Cell] = [
        ("prove-identity.service", "/srv/of-games", ALL),
        ("prove-identity.service", "/srv/of-nobody-there", DENIED),
    ]
    assert prove(guest, cells).status == 0
    stop(guest, {"prove-identity.service": text})

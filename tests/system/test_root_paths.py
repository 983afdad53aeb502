"""Sixty units with paths on which systemd acts as root, on booted systemd: nothing of the system changes without a word."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from app.analysis import rules
from app.unitfile.model import UnitFile
from app.unitfile.render import files
from tests.analysis.rules.cases import Values
from tests.support.configurations import Parameters, read, with_values
from tests.system import lab

PLAIN: Parameters = [
    ("name", "NAME"),
    ("Type", "oneshot"),
    ("ExecStart", "/bin/true"),
    ("User", "daemon"),
    ("account", "existing"),
    ("UMask", "0077"),
]
STAYS: Values = {"Type": "exec", "ExecStart": "/bin/sleep 60"}
STATE: Values = {"StateDirectory": "NAME", "StateDirectoryMode": "0700"}
KEEP = "/etc/NAME.keep"
"""A file that each unit finds in /etc, with a word in it."""

SAID = ("P60", "P61", "P62", "P63", "mount-point")


class Row(NamedTuple):
    """A unit, the finding on it ("" for none), the paths of the system that change (+ new, - gone, ~ changed), commands before.

    since: the first systemd that does so.
    """

    field: str
    values: Values
    id: str
    changes: str = ""
    before: str = ""
    since: int = 1


def socket(name: str, path: str, **more: str) -> Values:
    """Values of a socket that listens on a path."""
    return {f"socket.Socket.{word}": value for word, value in {name: path, **more}.items()}


LINKED = "install -d -o daemon /srv/NAME; ln -s /etc/cron.d/NAME /srv/NAME/log"
"""What a service can do in a directory of its own before the next start."""
LED = "install -d -o daemon /srv/NAME; ln -s /etc /srv/NAME/sub"

ROWS = [
    Row("StandardOutput", {"StandardOutput": f"truncate:{KEEP}"}, "P60", f"~{KEEP}"),
    Row("StandardOutput", {"StandardOutput": "append:/etc/cron.d/NAME"}, "P60", "+/etc/cron.d/NAME"),
    Row("StandardOutput", {"StandardOutput": "file:/bin/NAME"}, "P60", "+/usr/bin/NAME"),
    Row("StandardOutput", {"StandardOutput": "append:%h/NAME"}, "P60", "+/root/NAME"),
    Row("StandardOutput", {"StandardOutput": "truncate:/e%Wtc/NAME.keep"}, "P62", f"~{KEEP}"),
    Row("StandardOutput", {"StandardOutput": "append://etc//./NAME/"}, "P60", "+/etc/NAME"),
    Row("StandardError", {"StandardError": "append:/proc/1/root/etc/NAME"}, "P60", "+/etc/NAME"),
    Row("StandardError", {"StandardError": "file:%E/profile.d/NAME"}, "P60", "+/etc/profile.d/NAME"),
    Row("StandardOutput", {"own": "/srv/NAME", "StandardOutput": "append:/srv/NAME/log"}, "P61", "+/etc/cron.d/NAME", LINKED),
    Row("StandardOutput", {"StandardOutput": "append:/srv/NAME.log"}, ""),
    Row("StandardOutput", {"StandardOutput": "file:/dev/null"}, ""),
    Row("StandardInput", {"StandardInput": f"file:{KEEP}"}, ""),
    Row("OpenFile", {"OpenFile": f"{KEEP}:x:truncate"}, "P60", f"~{KEEP}", since=253),
    Row("OpenFile", {"OpenFile": "/run/../etc/NAME.keep:x:truncate"}, "P60", f"~{KEEP}", since=253),
    Row("OpenFile", {"OpenFile": f"{KEEP}:x:read-only"}, ""),
    Row("OpenFile", {"OpenFile": "/e%Wtc/NAME.keep:x:truncate"}, "P62"),
    Row("OpenFile", {"own": "/srv/NAME", "OpenFile": "/srv/NAME/log:x:truncate"}, "P61", "~/etc/cron.d/NAME", f"{LINKED}; echo keep >/etc/cron.d/NAME", 253),
    Row("PIDFile", {**STAYS, "PIDFile": KEEP}, "P60", f"-{KEEP}"),
    Row("PIDFile", {**STAYS, "PIDFile": "/run/%W/keep-NAME"}, "P62", "-/run/keep-NAME", "echo keep >/run/keep-NAME"),
    Row("PIDFile", {**STAYS, "PIDFile": "/e%Wtc/NAME.keep"}, "P62", f"-{KEEP}"),
    Row("PIDFile", {**STAYS, "own": "/srv/NAME", "PIDFile": "/srv/NAME/sub/NAME.keep"}, "P61", f"-{KEEP}", LED),
    Row("PIDFile", {**STAYS, "own": "/srv/NAME", "PIDFile": "/srv/NAME/log"}, "", "", f"{LINKED}; echo keep >/etc/cron.d/NAME"),
    Row("PIDFile", {**STAYS, "PIDFile": "/var/run/NAME.pid"}, ""),
    Row("BindPaths", {"BindPaths": "/etc/hostname:/etc/cron.d/NAME"}, "P60", "+/etc/cron.d/NAME"),
    Row("BindPaths", {"ProtectSystem": "strict", "BindPaths": "/etc/hostname:/usr/bin/NAME"}, "P60", "+/usr/bin/NAME"),
    Row("BindPaths", {"BindPaths": "/etc/hostname:/etc/NAME.d/sub/x"}, "mount-point", "+/etc/NAME.d +/etc/NAME.d/sub +/etc/NAME.d/sub/x"),
    Row("BindPaths", {"BindPaths": "/etc:/mnt /etc/hostname:/mnt/cron.d/NAME"}, "P60", "+/etc/cron.d/NAME"),
    Row("BindPaths", {"RootDirectory": "/", "BindPaths": "/etc/hostname:/etc/cron.d/NAME"}, "P60", "+/etc/cron.d/NAME"),
    Row("BindPaths", {"own": "/srv/NAME", "BindPaths": "/etc/hostname:/srv/NAME/log"}, "mount-point", "+/etc/cron.d/NAME", LINKED),
    Row("BindPaths", {"TemporaryFileSystem": "/etc/cron.d", "BindPaths": "/etc/hostname:/etc/cron.d/NAME"}, ""),
    Row("BindPaths", {"InaccessiblePaths": "/etc/cron.d", "BindPaths": "/etc/hostname:/etc/cron.d/NAME"}, ""),
    Row("BindPaths", {"ProtectHome": "tmpfs", "BindPaths": "/etc/hostname:/root/NAME"}, ""),
    Row("BindPaths", {"BindPaths": "-/srv/missing:/etc/cron.d/NAME"}, "P60"),
    Row("BindPaths", {"BindPaths": "-/etc/cron.d/NAME"}, ""),
    Row("BindReadOnlyPaths", {"BindReadOnlyPaths": "/etc/hostname:/proc/1/root/etc/cron.d/NAME"}, "P60", "+/etc/cron.d/NAME"),
    Row("BindReadOnlyPaths", {"BindReadOnlyPaths": "/etc/hostname:/etc/hosts /etc:/mnt /dev/null:/etc/passwd"}, ""),
    Row("BindReadOnlyPaths", {"BindReadOnlyPaths": "/srv:/lib/NAME"}, "P60", "+/usr/lib/NAME"),
    Row("TemporaryFileSystem", {"TemporaryFileSystem": "/etc/cron.d/NAME"}, "P60", "+/etc/cron.d/NAME"),
    Row("TemporaryFileSystem", {"TemporaryFileSystem": "/var:ro /etc /root /run /usr/local"}, ""),
    Row("ReadWritePaths", {"ReadWritePaths": "-/etc/cron.d/NAME", "InaccessiblePaths": "-/etc/NAME"}, ""),
    Row("socket.Socket.ListenStream", socket("ListenStream", "/etc/shells"), "P63", "~/etc/shells"),
    Row("socket.Socket.ListenStream", socket("ListenStream", KEEP), "P63", f"~{KEEP}"),
    Row("socket.Socket.ListenStream", socket("ListenStream", "/etc/NAME.d/sub/x"), "P63", "+/etc/NAME.d +/etc/NAME.d/sub +/etc/NAME.d/sub/x"),
    Row("socket.Socket.ListenStream", socket("ListenStream", "/run/../etc/NAME.keep"), "P63"),
    Row("socket.Socket.ListenStream", {**STATE, **socket("ListenStream", "/run/NAME.sock", RemoveOnStop="yes")}, ""),
    Row("socket.Socket.ListenStream", {"own": "/srv/NAME", **socket("ListenStream", "/srv/NAME/sub/NAME.keep")}, "P61", f"~{KEEP}", LED),
    Row("socket.Socket.ListenStream", {"own": "/srv/NAME", **socket("ListenStream", "/srv/NAME/log")}, "", "", f"{LINKED}; echo keep >/etc/cron.d/NAME"),
    Row("socket.Socket.ListenDatagram", socket("ListenDatagram", "/proc/1/root/etc/NAME.keep"), "P63", f"~{KEEP}"),
    Row("socket.Socket.ListenDatagram", socket("ListenDatagram", "@/etc/shells"), ""),
    Row("socket.Socket.ListenSequentialPacket", socket("ListenSequentialPacket", "/e%Wtc/NAME.keep"), "P62", f"~{KEEP}"),
    Row("socket.Socket.ListenFIFO", socket("ListenFIFO", "/etc/cron.d/NAME"), "P63", "+/etc/cron.d/NAME"),
    Row("socket.Socket.ListenFIFO", socket("ListenFIFO", "/run/NAME.fifo", RemoveOnStop="yes"), ""),
    Row("socket.Socket.Symlinks", socket("ListenStream", "/run/NAME.sock", Symlinks='/run/NAME.link "/etc/cron.d/NAME"', RemoveOnStop="no"), "P63", "+/etc/cron.d/NAME"),
    Row("socket.Socket.Symlinks", socket("ListenStream", "/run/NAME.sock", Symlinks=KEEP, RemoveOnStop="yes"), "P63", f"-{KEEP}"),
    Row("socket.Socket.ListenMessageQueue", socket("ListenMessageQueue", "/NAME"), ""),
    Row("path.Path.PathChanged", {"path.Path.PathChanged": "/etc/cron.d/NAME", "path.Path.MakeDirectory": "yes"}, "P60", "+/etc/cron.d/NAME"),
    Row("path.Path.PathChanged", {"path.Path.PathChanged": "/etc/cron.d/NAME"}, ""),
    Row("path.Path.PathExists", {"path.Path.PathExists": "/etc/NAME/x", "path.Path.MakeDirectory": "yes"}, ""),
    Row("StateDirectory", {"StateDirectory": "misc", "StateDirectoryMode": "0755"}, "P60", "~/var/lib/misc"),
    Row("RuntimeDirectory", {"RuntimeDirectory": "NAME", "RuntimeDirectoryMode": "0750"}, ""),
    Row("LoadCredential", {"LoadCredential": f"a:{KEEP}"}, ""),
    Row("EnvironmentFile", {"EnvironmentFile": f"-{KEEP}"}, ""),
    Row("TTYPath", {"TTYPath": KEEP, "StandardInput": "tty-force", "TTYReset": "yes", "TTYVHangup": "yes"}, ""),
    Row("ConditionPathExists", {"ConditionPathExists": KEEP, "AssertPathExists": "!/etc/cron.d/NAME"}, ""),
]  # fmt: skip

SNAPSHOT = r"""
cd /
find etc root boot usr var run -xdev \
  \( -path run/log -o -path var/log/journal -o -path run/credentials -o -path run/user -o -path 'run/systemd/units' -o -path 'run/systemd/system' \
     -o -path run/systemd/propagate -o -path run/systemd/unit-root -o -path run/systemd/transient -o -path run/systemd/incoming \
     -o -path run/systemd/inaccessible -o -path var/tmp -o -path run/systemd/io.systemd.Manager -o -path run/systemd/mount-rootfs \) -prune -o \
  -type d -printf '/%p\t%y %m %U:%G\n' -o -printf '/%p\t%y %m %U:%G %s %i %T@ %C@ %l\n' | sort
"""
"""Every path of the system with its type, owner and mode; of files the size and when content or owner last changed too."""

CONTENT = "cd / && find etc root boot usr -xdev -type f -exec sha256sum {} + | sort -k 2"

PROVE = r"""
set -u
snapshot() { sh /srv/snapshot >"$1"; }
snapshot /srv/before
while read -r name file; do
    systemctl start "$file" >/srv/started 2>&1
    systemctl stop "$file" "$name.service" >/srv/stopped 2>&1
    snapshot /srv/after
    echo "unit $name"
    diff /srv/before /srv/after
    mv /srv/after /srv/before
done
"""
"""Starts and stops each unit, and prints how the snapshots before and after differ."""


def named(text: str, at: int) -> str:
    """A text of a row with the name of its unit."""
    return text.replace("NAME", f"root{at}")


def unit_of_row(row: Row, at: int, version: int) -> UnitFile:
    """The unit of a row, refused or not."""
    parameters = [("systemd", str(version)), *with_values(PLAIN, **row.values)]
    unit = read([(key, named(value, at)) for key, value in parameters], posted=True).unit
    assert unit is not None, row
    return unit


def said_of(unit: UnitFile, field: str) -> str:
    """The id of the worst finding on a path of a directive; notes do not count but for mount points."""
    found = [f for f in rules.judge(unit) if f.field == field and f.id in SAID]
    return found[0].id if found else ""


def differences(printed: str) -> dict[str, set[str]]:
    """By unit the paths that are new (+), gone (-) and changed (~)."""
    found: dict[str, set[str]] = {}
    lines: dict[str, tuple[set[str], set[str]]] = {}
    for line in printed.splitlines():
        if line.startswith("unit "):
            old, new = lines[line.removeprefix("unit ")] = set(), set()
        elif line[:2] in ("< ", "> "):
            (old if line[0] == "<" else new).add(line[2:].partition("\t")[0])
    for name, (old, new) in lines.items():
        found[name] = {f"-{p}" for p in old - new} | {f"+{p}" for p in new - old} | {f"~{p}" for p in old & new}
    return found


def is_own(change: str, at: int) -> bool:
    """Whether a change is one of the unit's own directories and files in /run and /var."""
    path = change[1:]
    return path.startswith((named("/run/NAME", at), named("/var/lib/NAME", at)))


@pytest.fixture(params=[252, 257, 262])
def machine(request: pytest.FixtureRequest) -> Iterator[tuple[int, lab.Guest]]:
    """A guest that no other test has changed."""
    with lab.Guest(lab.root(request.param)) as guest:
        yield request.param, guest


def test_there_are_sixty_units() -> None:
    assert len(ROWS) >= 60
    assert 20 < len([row for row in ROWS if not row.changes]) < 45


def test_nothing_of_the_system_changes_without_an_error_or_a_warning(
    machine: tuple[int, lab.Guest], say: Callable[..., None]
) -> None:
    version, guest = machine
    units = [(row, at, unit_of_row(row, at, version)) for at, row in enumerate(ROWS)]
    guest.write("/srv/snapshot", SNAPSHOT)
    before = [f"echo keep >{named(KEEP, at)}; {named(row.before, at) or ':'}" for row, at, _ in units]
    guest.run(
        ["sh", "-eu"], input="\n".join(["mkdir -p /etc/cron.d /var/lib/misc; touch /etc/hosts", *before]), check=True
    )
    install = [
        f"cat >/run/systemd/system/{name} <<'END OF UNIT'\n{text}\nEND OF UNIT"
        for *_, unit in units
        for name, text in files(unit).items()
    ]
    guest.run(
        ["sh", "-eu"],
        input="\n".join(["mkdir -p /run/systemd/system", *install, "systemctl daemon-reload"]),
        check=True,
    )
    content = guest.run(["sh", "-c", CONTENT], check=True).stdout.splitlines()
    started = "".join(f"{unit.name} {unit.file(unit.suffixes[-1])}\n" for *_, unit in units)
    guest.write("/srv/prove", PROVE)
    changed = differences(guest.run(["sh", "/srv/prove"], input=started, check=True).stdout)
    content_after = guest.run(["sh", "-c", CONTENT], check=True).stdout.splitlines()

    wrong, unsaid, told = [], [], set()
    for row, at, unit in units:
        seen = {change for change in changed[unit.name] if not is_own(change, at)}
        expected = {change for change in named(row.changes, at).split() if version >= row.since}
        told |= {change[1:] for change in seen}
        wrong += [] if seen == expected else [(row.values, sorted(seen), sorted(expected))]
        unsaid += [(row.values, seen)] if seen and not said_of(unit, row.field) else []
        wrong += [] if said_of(unit, row.field) == row.id else [(row.values, said_of(unit, row.field), row.id)]
    silent = {line.split("  ", 1)[1] for line in set(content) ^ set(content_after)} - {path[1:] for path in told}
    harmed = len([row for row, _, unit in units if changed[unit.name]])
    say(
        f"systemd {version}: {len(units)} units started and stopped, {harmed} change something; {len(unsaid)} without a word"
    )
    assert unsaid == []
    assert wrong == []
    assert silent == set()

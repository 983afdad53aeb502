"""Conflicts of what a whole machine shares: scratch directories, shared memory, the list of processes."""

from collections.abc import Iterator
from functools import partial

from app.analysis.rules.sandbox import TEMPORARY_DIRECTORIES
from app.catalogue import find
from app.effective import Effective
from app.server.conflict import Conflict, no_fix
from app.server.fixes import with_lines
from app.server.member import Server
from app.values import is_within

MEMORY = "/dev/shm"
ROOTS = ("RootDirectory", "RootImage", "RootMStack")
EMPTY = "TemporaryFileSystem"
COVERING = (EMPTY, "InaccessiblePaths")
UNSEEN = frozenset({"invisible", "noaccess", "ptraceable"})


def shared_scratch(server: Server) -> Iterator[Conflict]:
    """All services share /tmp and /var/tmp. A service can create a file under a name that another one expects, and can
    read files that another one leaves with an open mode (systemd.exec(5), PrivateTmp=; tested on systemd 252, 257 and
    262).
    """
    sharing = [(at, shared) for at, member in server if (shared := member.told_by(_scratch_of))]
    for at, shared in sharing[1:]:
        member, first = server.members[at], server.members[sharing[0][0]]
        yield Conflict(
            "P44",
            "warning",
            (member.name, first.name),
            "PrivateTmp",
            "/tmp",
            f"{member.name} shares {' and '.join(shared)} with {first.name}. Set PrivateTmp=yes, which gives it its own.",
            partial(with_lines, server, at, "PrivateTmp", "yes"),
        )


def shared_memory(server: Server) -> Iterator[Conflict]:
    """All services share /dev/shm, even with PrivateTmp= and PrivateIPC=. A service of another user could open a file
    that a service with PrivateTmp=yes created there (shm_overview(7); tested on systemd 252, 257 and 262).
    """
    sharing = [at for at, member in server if member.told_by(_memory_of)]
    for at in sharing[1:]:
        member, first = server.members[at], server.members[sharing[0]]
        yield Conflict(
            "P44",
            "note",
            (member.name, first.name),
            EMPTY,
            MEMORY,
            f"{member.name} shares {MEMORY} with {first.name}: what it leaves there with an open mode others read.",
            partial(with_lines, server, at, EMPTY, *member.unit.values(EMPTY), f"{MEMORY}:mode=1777"),
        )


def _scratch_of(effective: Effective) -> list[str]:
    return _shares(effective, TEMPORARY_DIRECTORIES)


def _memory_of(effective: Effective) -> list[str]:
    return _shares(effective, (MEMORY,))


def _shares(effective: Effective, trees: tuple[str, ...]) -> list[str]:
    """Which of some directories it shares with the other services of the machine."""
    if any(effective.written(name) for name in ROOTS):
        return []
    is_private = effective.word("PrivateTmp") in ("yes", "disconnected")
    covers = [path.split(":")[0] for name in COVERING for path in effective.paths(name)]
    shut = [tree for tree in trees if any(is_within(tree, cover) for cover in covers)]
    return [tree for tree in trees if tree not in shut and not (is_private and tree in TEMPORARY_DIRECTORIES)]


def visible_processes(server: Server) -> Iterator[Conflict]:
    """Every user can list the processes of all other users in /proc, including their command lines and the secrets in
    them, unless the service has a /proc that hides them. systemd supports this since version 247 (proc(5);
    systemd.exec(5), ProtectProc=; tested on systemd 252, 257 and 262).
    """
    for at, member in server if len(server.members) > 1 else ():
        effective = member.effective
        if effective.word("ProtectProc") in UNSEEN or effective.word("PrivatePIDs") == "yes":
            continue
        is_read = find("ProtectProc").is_read_by(effective.version)
        how = "Set ProtectProc=invisible." if is_read else "systemd hides them from 247 on."
        yield Conflict(
            "P45",
            "warning",
            server.names_from(at),
            "ProtectProc",
            "/proc",
            f"{member.name} sees the processes of all other services and their command lines. {how}",
            partial(with_lines, server, at, "ProtectProc", "invisible") if is_read else no_fix,
        )

"""Conflicts of directories: the same one twice, one in another, one written or handed over by others, one that all can read."""

from collections.abc import Iterator
from functools import partial

from app.server.conflict import Conflict
from app.server.fixes import closed, own_directory, without
from app.server.member import Member, MemberDirectory, Server, ServiceDirectory

RUN = "/run"


def same_directory(server: Server) -> Iterator[Conflict]:
    """When a service starts, systemd makes its user the owner of its managed directories and of everything in them. If
    two users share a directory, the service that started last owns it. Below /run, the first service that stops deletes
    the directory for both (systemd.exec(5), StateDirectory= and RuntimeDirectoryPreserve=; tested on systemd 252, 257
    and 262).
    """
    for path, held in server.held.items():
        managed = [one for one in held if one.holding.row]
        for one in managed[1:]:
            if one.at != managed[0].at:
                yield _same_directory(server, one, managed[0], path)


def _same_directory(server: Server, one: MemberDirectory, first: MemberDirectory, path: str) -> Conflict:
    member, other = server.members[one.at], server.members[first.at]
    what = (
        "the first of them that stops deletes it, and what the other has in it"
        if _is_below_run(one.holding)
        else "both read and write in it"
        if member.user == other.user
        else "each start hands it to one user, and the other loses it"
    )
    return Conflict(
        "P8" if _is_below_run(one.holding) else "P7",
        _severity(one.holding, member, other),
        (member.name, other.name),
        one.holding.field,
        path,
        f"{member.name} and {other.name} both have {path}: {what}. Give {member.name} a directory of its own.",
        partial(own_directory, server, one),
    )


def _is_below_run(holding: ServiceDirectory) -> bool:
    return holding.row is not None and holding.row.root == RUN


def _severity(holding: ServiceDirectory, member: Member, other: Member) -> str:
    """A directory that is deleted breaks the program; one that changes hands between users is open to the other."""
    return "hint" if _is_below_run(holding) and member.user == other.user else "warning"


def nested_directory(server: Server) -> Iterator[Conflict]:
    """systemd makes the service's user the owner of only the last component of a managed directory. The owner of the
    directory above can rename the entries in it, and becomes their owner when systemd changes the owner of that
    directory (systemd.exec(5), StateDirectory=; rename(2)).
    """
    for path, held in server.held.items():
        for outer in server.held_around(path):
            for inner in held:
                if inner.at != outer.at and not _chowns(outer):
                    yield _nested_directory(server, inner, outer)


def _nested_directory(server: Server, inner: MemberDirectory, outer: MemberDirectory) -> Conflict:
    member, other = server.members[inner.at], server.members[outer.at]
    path, around = inner.holding.path, outer.holding.path
    what = (
        f"when {other.name} stops, both are deleted"
        if _is_below_run(outer.holding)
        else f"{other.name} can rename or replace it"
    )
    return Conflict(
        "P8" if _is_below_run(outer.holding) else "P36",
        _severity(outer.holding, member, other),
        (member.name, other.name),
        inner.holding.field,
        f"{path} {around}",
        f"{path} of {member.name} lies in {around} of {other.name}: {what}. Move it out.",
        partial(own_directory, server, inner),
    )


def _chowns(held: MemberDirectory) -> bool:
    """Whether the preparation hands it over with all that is in it."""
    return held.holding.row is None


def handed_over_with_others(server: Server) -> Iterator[Conflict]:
    """The preparation runs chown -R on an own directory, and this also changes the owner of the files of other services
    in it. Those services lose access to their data until an administrator restores the owner. No preparation is
    generated while an own directory overlaps a directory of another service (chown(1)).
    """
    for path, held in server.held.items():
        for one in (one for one in held if _chowns(one)):
            same = [other for other in held if other.at != one.at and (not _chowns(other) or other.at < one.at)]
            below = [other for other in server.held_below.get(path, ()) if other.at != one.at]
            if same or below:
                yield _handed_over(server, one, (same or below)[0])


def _handed_over(server: Server, one: MemberDirectory, reached: MemberDirectory) -> Conflict:
    member, other = server.members[one.at], server.members[reached.at]
    what = "is" if one.holding.path == reached.holding.path else f"holds {reached.holding.path},"
    return Conflict(
        "chown",
        "error",
        (member.name, other.name),
        "own",
        one.holding.path,
        f"{one.holding.path} of {member.name} {what} a directory of {other.name}, and the preparation would hand it to {member.user} with all that is in it. Use another.",
        partial(own_directory, server, one),
    )


def writes_over_others(server: Server) -> Iterator[Conflict]:
    """A path in ReadWritePaths= or BindPaths= lifts the restriction of the sandbox at and below that path. Only owner
    and mode then protect the data of other services there (systemd.exec(5), ReadWritePaths=; tested on systemd 252, 257
    and 262).
    """
    for at, member in server:
        for field, path in member.writes:
            met = [held for held in server.meeting(path.split(":")[0]) if held.at != at]
            if met:
                yield _writes_over(server, at, field, path, met)


def _writes_over(server: Server, at: int, field: str, path: str, met: list[MemberDirectory]) -> Conflict:
    member, first = server.members[at], server.members[met[0].at]
    return Conflict(
        "P9",
        "warning",
        (member.name, *dict.fromkeys(server.names[held.at] for held in met)),
        field,
        path,
        f"{field}={path} of {member.name} reaches {met[0].holding.path} of {first.name}: only owner and mode keep it out. Name a directory of its own.",
        partial(without, server, at, field, path),
    )


def open_to_all(server: Server) -> Iterator[Conflict]:
    """Permissions for others apply to every other service on the machine, and the default of StateDirectoryMode= is
    0755. Directories of a dynamic user outside /run are not affected, because they lie below a directory that only root
    can enter (inode(7); systemd.exec(5), StateDirectoryMode=; tested on systemd 252, 257 and 262).
    """
    for at, member in server if len(server.members) > 1 else ():
        for holding in member.holdings:
            if holding.mode & 0o007 and not holding.is_private and holding.path_owner.user == member.user:
                yield Conflict(
                    "P5",
                    "warning",
                    server.names_from(at),
                    holding.row.mode_directive if holding.row else "own",
                    holding.path,
                    f"{holding.path} of {member.name} has mode {holding.mode:04o}: every other service can {'write' if holding.mode & 2 else 'read'} there.",
                    partial(closed, server, MemberDirectory(at, holding)),
                )

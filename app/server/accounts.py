"""Conflicts of accounts: who runs as the same user, who is in whose group, who has rights over all."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from app.analysis.rules import identity, privileges
from app.analysis.rules.finding import Check, Finding
from app.server.conflict import Conflict, ServiceChange
from app.server.fixes import own_group, own_user
from app.server.member import Member, Server, ServiceDirectory


def shared_user(server: Server) -> Iterator[Conflict]:
    """Processes of the same user can read each other's memory and files and kill each other, whatever else is set. A
    dynamic user of the same name is also the same user. A service could read a secret in the environment of another
    service of its user, and could stop it (credentials(7); systemd.exec(5), DynamicUser=; tested on systemd 252, 257
    and 262).
    """
    for user, places in server.by_user.items():
        for at in places[1:] if user != "root" else ():
            member, first = server.members[at], server.members[places[0]]
            yield Conflict(
                "P6",
                "warning",
                (member.name, first.name),
                "User",
                user,
                f"{member.name} runs as {user}, as {first.name} does: each can read and change all that the other has, and stop it. Give it a user of its own.",
                partial(own_user, server, at),
            )


def same_number(server: Server) -> Iterator[Conflict]:
    """A UID belongs to one user and a GID to one group. useradd and groupadd refuse a second name for a number, for
    example with “UID 850 is not unique”. If the account already exists with its first number, the check for the second
    number stops the preparation (useradd(8)).
    """
    for name in ("uid", "gid"):
        taken: dict[str, Numbered] = {}
        for one in _numbered(server, name):
            known = [taken[key] for key in (f"number {one.number}", f"name {one.account}") if key in taken]
            other = next((found for found in known if found[1:] != one[1:]), None)
            if other:
                yield _same_number(server, name, one, other)
            taken.setdefault(f"number {one.number}", one)
            taken.setdefault(f"name {one.account}", one)


class Numbered(NamedTuple):
    """A service by its place, and a number that it fixes for a user or group."""

    at: int
    account: str
    number: str


def _numbered(server: Server, name: str) -> Iterator[Numbered]:
    for at, member in server:
        yield from (Numbered(at, account, number) for field, account, number in member.numbers if field == name)


def _same_number(server: Server, name: str, one: Numbered, other: Numbered) -> Conflict:
    member, first = server.members[one.at], server.members[other.at]
    unit = replace(member.unit, uid="") if name == "uid" else replace(member.unit, gid="")
    return Conflict(
        "same-number",
        "warning",
        (member.name, first.name),
        name,
        f"{one.account} {one.number}",
        f"{member.name} fixes {name}={one.number} for {one.account}, and {first.name} fixes {other.number} for {other.account}: the preparation stops at the second. Give each account a number of its own.",
        lambda: ServiceChange(f"Take {name}= out of {member.name}", one.at, unit),
    )


def shared_group(server: Server) -> Iterator[Conflict]:
    """The mode of a directory gives permissions to the members of its group. A directory with the set-group-ID bit is
    meant to be shared this way. Without the bit, a group with write permission is often assigned to two services only
    by habit (inode(7)).
    """
    for group, places in server.by_group.items():
        opened = {at: _opened_to_group(server.members[at], group) for at in places} if places[1:] else {}
        for at in places:
            for other, holdings in opened.items():
                if holdings and server.members[at].user != server.members[other].user:
                    yield _shared_group(server, at, other, group, holdings)


def _opened_to_group(member: Member, group: str) -> list[ServiceDirectory]:
    """The directories of a service that are a group's, and that their mode opens to it."""
    return [holding for holding in member.holdings if holding.path_owner.group == group and holding.mode & 0o070]


def _shared_group(server: Server, at: int, other: int, group: str, opened: list[ServiceDirectory]) -> Conflict:
    member, owner = server.members[at], server.members[other]
    is_meant = all(holding.mode & 0o2000 or not holding.mode & 0o020 for holding in opened)
    written = any(holding.mode & 0o020 for holding in opened)
    in_list = group in member.effective.supplementary_groups
    return Conflict(
        "shared-group",
        "note" if is_meant else "warning",
        (member.name, owner.name),
        "SupplementaryGroups" if in_list else "Group",
        f"{group} {owner.name}",
        f"{member.name} is in the group {group}, which {'writes' if written else 'reads'} in {_listed(opened)} of {owner.name}. Right where the two share it; else take it out.",
        partial(own_group, server, at, group),
    )


def _listed(holdings: list[ServiceDirectory]) -> str:
    paths = [holding.path for holding in holdings]
    return " and ".join(paths[:2]) + (f" and {len(paths) - 2} more" if len(paths) > 2 else "")


def _of_one(server: Server, rule: Check) -> Iterator[Conflict]:
    """What a rule finds on each service alone, where there are others that it harms."""
    for at, member in server if len(server.members) > 1 else ():
        for finding in member.found_by(rule):
            yield Conflict(
                finding.id,
                finding.severity,
                server.names_from(at),
                finding.field,
                finding.message,
                f"{member.file}: {finding.message}",
                partial(_of_finding, server, at, finding),
            )


def _of_finding(server: Server, at: int, finding: Finding) -> ServiceChange | None:
    """The fix of a finding on one service as a change of the server."""
    name = server.members[at].name
    return ServiceChange(f"{finding.fix.label} in {name}", at, finding.fix.unit) if finding.fix else None


def runs_as_root(server: Server) -> Iterator[Conflict]:
    """Root can read and change the data of every service, and can stop every service (capabilities(7); systemd.exec(5),
    User=).
    """
    return _of_one(server, identity.runs_as_root)


def group_opens_machine(server: Server) -> Iterator[Conflict]:
    """Some groups grant access to the data of every service, whatever its unit sets: docker can start containers as
    root, and disk can read every file (systemd.exec(5), SupplementaryGroups=; tested with the group shadow on systemd
    252, 257 and 262).
    """
    return _of_one(server, identity.group_grants_root)


def capabilities_open_all(server: Server) -> Iterator[Conflict]:
    """Some capabilities bypass owner and mode of the files of all other services. A service with CAP_DAC_READ_SEARCH
    could read a file of mode 0600 in another service's directory of mode 0700 (capabilities(7); tested on systemd 252,
    257 and 262).
    """
    return _of_one(server, privileges.capability_bypasses_permissions)

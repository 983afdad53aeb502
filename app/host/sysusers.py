"""What the preparation makes of users and groups, as a file for sysusers.d(5).

Sources: sysusers.d(5), parse_line(), add_user() and add_group() of src/sysusers/sysusers.c of the tags from v219 on, and runs.
"""

from collections.abc import Iterator
from hashlib import sha256

from app.effective import Effective
from app.host.config_lines import file_text, line, sentence
from app.host.requirements import RequiredUser, Requirements, requirements

NAMED_GROUP, SHELL, NUMBERED_GROUP, LOCKED = 245, 238, 237, 257
"""Since which systemd a line of a user can name its primary group, its shell, its group's number, and lock it (u!)."""


MAX_FILE_NAME = 255
"""Bytes that the name of a file may have (NAME_MAX of limits.h)."""


def file_name(name: str) -> str:
    """The name of a unit's file in /etc/sysusers.d and in /etc/tmpfiles.d.

    A file in /etc hides the vendor's file of the same name in /usr/lib (sysusers.d(5), tmpfiles.d(5)). No vendor's file begins
    with "unit-".
    """
    return fitting("unit-{name}.conf", name)


def fitting(pattern: str, name: str) -> str:
    """The name of a file that a unit's name gives; a name that would be too long ends with a hash of itself."""
    excess = len(pattern.format(name=name)) - MAX_FILE_NAME
    if excess > 0:
        digest = sha256(name.encode()).hexdigest()[:16]
        name = f"{name[: -excess - len(digest) - 1]}-{digest}"
    return pattern.format(name=name)


def file_of(*units: Effective) -> str:
    """The name of the file that holds these units; several units share a file whose name no single unit has."""
    names = {unit.file.name for unit in units}
    return file_name(names.pop()) if len(names) == 1 else "units.conf"


def sysusers(*units: Effective) -> str:
    """The accounts that the units want."""
    return text_at(f"/etc/sysusers.d/{file_of(*units)}", *units)


def text_at(path: str, *units: Effective) -> str:
    """The accounts that the units want, as a file for this path."""
    required, version = requirements(*units), min(unit.version for unit in units)
    return file_text(
        sentence(
            f"Accounts for {' and '.join(unit.file_name for unit in units)}, for sysusers.d(5) of systemd {version}."
        ),
        sentence(f"Put this into {path}, then run as root: systemd-sysusers {path}"),
        *(sentence(text) for text in _limits(required)),
        *(line("g", group.name, group.gid) for group in required.groups),
        *(part for user in required.users for part in _user(user, _gid_of(required, user), version)),
        *(sentence(text) for text in _unmade(required, *units)),
    )


def users_left_out(*units: Effective) -> tuple[str, ...]:
    """The names of the users that the preparation creates and this format cannot describe."""
    required, version = requirements(*units), min(unit.version for unit in units)
    return tuple(user.name for user in required.users if _number(user, _gid_of(required, user), version) is None)


def _limits(required: Requirements) -> Iterator[str]:
    """What the format cannot say, of all accounts."""
    if required.users:
        yield "A user or group that is there already stays as it is; that it is as planned, only the preparation script checks."
    if any(group.gid for group in required.groups) or any(user.uid for user in required.users):
        yield "A number that is taken already is not given: systemd-sysusers chooses another. The preparation script stops then."


def _gid_of(required: Requirements, user: RequiredUser) -> str:
    return next((group.gid for group in required.groups if group.name == user.group), "")


def _user(user: RequiredUser, gid: str, version: int) -> Iterator[str]:
    number = _number(user, gid, version)
    if number is None:
        yield sentence(
            f"The user {user.name} is left out: before systemd {NAMED_GROUP} a line cannot name its primary group, {user.group}. Fix that group's number (gid=), or use the preparation script."
        )
        return
    if version < SHELL:
        yield sentence(f"Before systemd {SHELL} a line cannot name a shell: the user gets /sbin/nologin.")
    elif version >= LOCKED and not user.is_lockable:
        yield sentence(f"{user.name} is not locked with u!, since PAM would refuse the service a session.")
    kind = "u!" if version >= LOCKED and user.is_lockable else "u"
    yield line(kind, user.name, number, "", user.home, *([user.shell] if version >= SHELL else []))


def _number(user: RequiredUser, gid: str, version: int) -> str | None:
    """The third field: the user's number and its primary group; None where the version has no way to say it."""
    if version >= NAMED_GROUP:
        return f"{user.uid or '-'}:{user.group}"
    if gid and version >= (NUMBERED_GROUP if user.uid else SHELL):
        return f"{user.uid or '-'}:{gid}"
    return user.uid if user.group == user.name and gid in ("", user.uid) else None


_NO_USER = {
    "existing": "The user {user} is used as it is: it must be there, and this file never makes it.",
    "dynamic": "No user is made: systemd makes it when the service starts, and would take one that was made beforehand instead.",
    "root": "No user is made: the service runs as root.",
}
"""Why there is no line for a user, by who the service runs as."""


def _unmade(required: Requirements, *units: Effective) -> Iterator[str]:
    """What must be there and is never made."""
    for unit in units:
        if unit.identity in _NO_USER:
            yield _NO_USER[unit.identity].format(user=unit.user)
    for account in required.accounts:
        if account.database == "group":
            yield f"The group {account.name} must be there ({account.directive}=), and this file never makes it."

"""Findings on dynamic users: what they bring and what they are called."""

import re
from collections.abc import Iterator

from app.analysis.rules.directories import ERRORS, PathTree, without_path
from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.path_lists import TEMPORARY_TREES, binds, own_trees, with_path
from app.analysis.rules.sandbox import WHOLE_TREES
from app.catalogue.reserved import SYSTEM_GROUPS, is_system_account
from app.effective import IMPLIED_BY_DYNAMIC_USER, Effective
from app.unitfile.model import WRITABLE
from app.values import is_strict_name, is_within


def overridden_by_dynamic_user(unit: Effective) -> Iterator[Finding]:
    """DynamicUser=yes implies settings that no line of the unit can override (systemd.exec(5), DynamicUser=;
    unit_patch_contexts() in src/core/unit.c; tested on systemd 252, 257 and 262).
    """
    for change in unit.changes:
        if unit.is_dynamic and change.written and change.name in IMPLIED_BY_DYNAMIC_USER:
            yield Finding(
                "P10",
                "note",
                change.name,
                f"{change.name}={change.written} counts for nothing: DynamicUser=yes makes it {change.effective}.",
                Fix(f"Take {change.name}= out", unit.file.with_values(change.name)),
            )


def named_by_hash(unit: Effective) -> Iterator[Finding]:
    """The default name of a dynamic user is the name of the unit. A unit name that contains a dot, starts with a digit
    or is longer than 31 characters is not a valid user name, so systemd uses a hash of it (user_from_unit_name() in
    src/core/unit.c; tested on systemd 252, 257 and 262).
    """
    if unit.is_dynamic and not unit.file.is_set("User") and unit.dynamic_name.startswith("_du"):
        name = unit.file.own_name if unit.instance else re.sub("[^A-Za-z0-9_-]", "-", unit.file.name)[:31]
        yield Finding(
            "P15",
            "note",
            "User",
            f"The unit's name is no name for a user, so this one is called {unit.dynamic_name}. Set User= for one that people can read.",
            _renamed(unit, name),
        )


def _renamed(unit: Effective, name: str) -> Fix | None:
    """The fix that names the user, where systems have nobody and no group of that name."""
    taken = unit.expand_known(name)
    is_free = is_strict_name(taken) and taken not in SYSTEM_GROUPS and not is_system_account(taken)
    return Fix(f"Set User={name}", unit.file.with_values("User", name)) if is_free else None


def named_like_a_group(unit: Effective) -> Iterator[Finding]:
    """systemd allocates a dynamic user together with a group of the same name. If a group of that name exists and no
    user does, the service fails with 217/USER (systemd.exec(5), DynamicUser=; tested on systemd 252, 257 and 262).
    """
    name = unit.account if unit.is_dynamic else ""
    if name in SYSTEM_GROUPS and not is_system_account(name):
        other = unit.file.own_name if unit.own_name != name else f"{name[:27]}-app"
        yield Finding(
            "P13",
            "warning",
            "User",
            f"Systems have a group called {name} and no such user: a dynamic user cannot be made there, and the service fails with 217/USER. Choose another name.",
            _renamed(unit, other),
        )


_KEEPS = ("/var/lib", "/var/cache", "/var/log")
_MOUNTS = ("RequiresMountsFor", "WantsMountsFor")


def state_is_a_mount(unit: Effective) -> Iterator[Finding]:
    """systemd stores the data of a dynamic user below a private directory and creates a symbolic link in the usual
    place. If that place is a mount point, the service fails with 238/STATE_DIRECTORY (systemd.exec(5), DynamicUser=;
    systemd issue 25097; tested on systemd 252, 257 and 262).
    """
    kept = {directory.path for directory in unit.managed if unit.is_dynamic and directory.row.root in _KEEPS}
    for name, path in ((mounts, path) for mounts in _MOUNTS for path in unit.paths(mounts)):
        if path in kept:
            root, _, rest = path.rpartition("/")
            better = f"{root}/private/{rest}"
            yield Finding(
                "P18",
                "warning",
                name,
                f"{name}= says that {path} is mounted, and systemd wants to put a link there for a dynamic user: the service fails with 238/STATE_DIRECTORY. Mount it at {better}.",
                _mounted_at(unit, name, path, better),
            )


def _mounted_at(unit: Effective, name: str, path: str, better: str) -> Fix | None:
    if "%" in better or path.count("/") != 3:
        return None
    fixed = without_path(unit, name, path)
    return Fix(f"Wait for {better} instead, and mount it there", with_path(fixed, name, better))


def needs_a_stable_owner(unit: Effective) -> Iterator[Finding]:
    """A D-Bus policy names users that exist when the bus reads it, and a group shares a directory by a GID that stays
    the same. A dynamic user has neither (systemd.exec(5), DynamicUser=; dbus-daemon(1)).
    """
    if not unit.is_dynamic:
        return
    if unit.written("BusName"):
        yield _unstable("BusName", "a name on the bus is granted to users that exist before the service runs")
    for directory in unit.managed:
        if int(directory.mode, 8) & 0o6000:
            yield _unstable(
                directory.row.mode_directive,
                f"mode {directory.mode} shares {directory.path} with a group, whose number changes with each start",
            )


def _unstable(name: str, reason: str) -> Finding:
    message = f"A dynamic user comes and goes, and {reason}. A user of its own suits this better."
    return Finding("P20", "note", name, message)


def leaves_files_behind(unit: Effective) -> Iterator[Finding]:
    """Files that a dynamic user creates outside its managed directories keep its UID after the service stops. systemd
    can later assign that UID to another service (systemd.exec(5), DynamicUser=; tested on systemd 252, 257 and 262).
    """
    if not unit.is_dynamic:
        return
    provided = PathTree(own_trees(unit))
    written = dict.fromkeys(
        [
            *((WRITABLE, path) for path in unit.paths(WRITABLE)),
            *(("BindPaths", source) for source, _ in binds(unit, "BindPaths")),
        ]
    )
    for name, path in written:
        if (
            path not in WHOLE_TREES
            and not provided.around(path)
            and not any(is_within(path, tree) for tree in TEMPORARY_TREES)
        ):
            yield Finding(
                "P16",
                "warning",
                name,
                f"Files that a dynamic user writes to {path} are left to a number that another service gets later. Use StateDirectory=, or a user of its own.",
                _state_instead(unit, path) if name == WRITABLE else None,
            )


def _state_instead(unit: Effective, path: str) -> Fix | None:
    """The unit with a state directory in place of a path, where that is allowed."""
    names = unit.file.values("StateDirectory") or (unit.file.own_name,)
    fixed = without_path(unit, WRITABLE, path).with_values("StateDirectory", *names)
    is_refused = any(True for rule in ERRORS for _ in rule(Effective(fixed)))
    return None if is_refused else Fix(f"Use StateDirectory={' '.join(names)} instead"[:80], fixed)


RULES: tuple[Rule, ...] = (
    Rule(overridden_by_dynamic_user, ("P10",), ("note",), "Setting is overridden by DynamicUser=yes"),
    Rule(named_by_hash, ("P15",), ("note",), "Dynamic user name is a hash"),
    Rule(named_like_a_group, ("P13",), ("warning",), "Dynamic user has the name of a group"),
    Rule(state_is_a_mount, ("P18",), ("warning",), "Mount point at a managed directory of a dynamic user"),
    Rule(needs_a_stable_owner, ("P20",), ("note",), "Dynamic user where a stable account is required"),
    Rule(leaves_files_behind, ("P16",), ("warning",), "Dynamic user leaves files behind"),
)  # fmt: skip

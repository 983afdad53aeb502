"""Findings on paths on which systemd acts as root: whose they are, who can lead systemd elsewhere, what only the
machine knows.
"""

from collections.abc import Iterator
from functools import lru_cache

from app import catalogue
from app.analysis.rules.finding import Finding, Fix, Rule
from app.catalogue.reserved import SHARED_DIRECTORIES, STANDARD_PATHS
from app.catalogue.root_paths import (
    HAND_OVER,
    LOAD,
    MOUNT,
    WORLD_WRITABLE,
    Trees,
    canonical,
    home_of,
    leaves_mount_point,
    led_by,
    reserved_by,
)
from app.effective import Effective
from app.effective.root_acts import MAY_BE_EMPTY, RootAct, own_mounts, root_acts
from app.unitfile.model import WRITABLE

ROOTS = ("RootDirectory", "RootImage", "RootMStack")
"""Directives that give the service another root directory, in which its destinations are."""


def own_trees(unit: Effective) -> Trees:
    """The directories that the service has for itself, as the kernel walks them."""
    managed = (path for directory in unit.managed for path in (directory.path, directory.real))
    return Trees(canonical(path) for path in (*managed, *(own.path for own in unit.own)))


def _of_root(unit: Effective) -> frozenset[str]:
    """Those of them that root owns."""
    return frozenset(canonical(directory.path) for directory in unit.managed if directory.is_of_root)


def writable_trees(unit: Effective) -> Trees:
    """The directories in which somebody other than root can create entries: the service itself, or every user.

    A service that runs as root needs no link to reach a file.
    """
    if unit.is_privileged:
        return Trees(WORLD_WRITABLE)
    shared = STANDARD_PATHS | frozenset(SHARED_DIRECTORIES)
    listed = frozenset(map(canonical, unit.paths(WRITABLE))) - shared
    return Trees((own_trees(unit).paths - _of_root(unit)) | listed | frozenset(WORLD_WRITABLE))


def path_of_the_system(unit: Effective) -> Iterator[Finding]:
    """systemd opens, creates, replaces and deletes these paths as root, whatever User= is, and the sandbox of the
    service does not prevent it. ListenStream=/etc/shells replaced the file with a socket, and
    BindPaths=/etc/hostname:/etc/cron.d/planted left a file there (systemd.exec(5); systemd.socket(5); tested on systemd
    252, 257 and 262).
    """
    service, own = unit.file.name.partition("@")[0], own_trees(unit)
    told: set[tuple[str, str]] = set()
    for act in _acts(unit):
        owner = reserved_by(act.path, act.row.act, service, own)
        if owner and (act.field, act.path) not in told:
            told.add((act.field, act.path))
            yield Finding(
                "P63" if _is_of_socket(act) else "P60", "error", act.field, _harm(act, owner), _journal(unit, act)
            )


def _harm(act: RootAct, owner: str) -> str:
    whose = "that path" if owner == canonical(act.path) else owner
    return (
        f"systemd {act.row.act.verb} {act.path} as root because of {_called(act)}=, and {whose} belongs to the system. "
        f"{act.row.instead}"
    )


def _is_of_socket(act: RootAct) -> bool:
    """Whether the directive is one that only sockets have."""
    row = catalogue.find(act.field)
    return row.file == "socket" and not row.like


def _called(act: RootAct) -> str:
    return catalogue.find(act.field).title


def _journal(unit: Effective, act: RootAct) -> Fix | None:
    """The unit with its output in the journal; None where there is no safe other place."""
    return (
        Fix(f"Set {_called(act)}=journal", unit.file.with_values(act.field, "journal")) if act.row.is_output else None
    )


@lru_cache(maxsize=4)
def _acts(unit: Effective) -> tuple[RootAct, ...]:
    """The acts on paths of the host that are known here; those on managed directories have a rule of their own."""
    return tuple(_acts_on_host(unit))


def _acts_on_host(unit: Effective) -> Iterator[RootAct]:
    mounts: dict[str, tuple[Trees, dict[str, str]]] = {}
    for act in root_acts(unit):
        row = catalogue.find(act.field)
        if act.unknown or (act.row.act is HAND_OVER and row.file == "service"):
            continue
        if act.row.act is MOUNT:
            prefix = act.field.removesuffix(row.word)
            if prefix not in mounts:
                covered = {canonical(path): behind for path, behind in own_mounts(unit, prefix).items()}
                mounts[prefix] = Trees(covered), covered
            act = act._replace(path=_on_the_host(unit, prefix, canonical(act.path), *mounts[prefix]))
        if act.path:
            yield act


def _on_the_host(unit: Effective, prefix: str, path: str, trees: Trees, mounts: dict[str, str]) -> str:
    """The path of the host at which a missing mount point is created; “” where that is no path of the host."""
    for above in trees.above(path):
        return canonical(f"{mounts[above]}/{path.removeprefix(above)}") if mounts[above] else ""
    if not any(unit.written(f"{prefix}{name}") for name in ROOTS):
        return path
    directory = unit.expand_known(unit.written(f"{prefix}RootDirectory"))
    return canonical(f"{directory}/{path}") if directory else ""


def path_with_unknown_specifier(unit: Effective) -> Iterator[Finding]:
    """A specifier whose value is empty or unknown here changes the path: truncate:/e%Wtc/motd emptied /etc/motd,
    because %W is empty on Debian. The specifiers of os-release(5) can be empty (%A, %B, %M, %W, %o, %w). Others, such
    as %H, %m and %v, are never empty, but only the machine knows their values, so the path cannot be checked in advance
    (systemd.unit(5), "Specifiers"; tested on systemd 252 and 257).
    """
    for act in root_acts(unit):
        if act.unknown:
            why = "is empty on some systems" if act.unknown in MAY_BE_EMPTY else "is only known on the machine"
            yield Finding(
                "P62",
                "error",
                act.field,
                f"systemd acts as root on the path {act.written} in {_called(act)}=, and %{act.unknown} {why}, so the path can be "
                "that of another file. Write the path without this specifier.",
                _journal(unit, act),
            )


def path_led_elsewhere(unit: Effective) -> Iterator[Finding]:
    """systemd follows symbolic links as root. After a service replaced its log with a link, the next start created a
    file in /etc/cron.d, owned by root and with content that the service chose. A link at the end of the path is enough
    if systemd opens the file, but a directory on the way must be a link if systemd only deletes or replaces it (tested
    on systemd 252, 257 and 262).
    """
    service, own, trees = unit.file.name.partition("@")[0], own_trees(unit), writable_trees(unit)
    for act in _acts(unit):
        if act.row.act in (LOAD, MOUNT, HAND_OVER) or reserved_by(act.path, act.row.act, service, own):
            continue
        tree = led_by(act.path, act.row.act, trees) or led_by(act.path, act.row.act, home_of(act.path))
        if tree:
            who = "The service" if tree in trees.paths - set(WORLD_WRITABLE) else "Other users"
            yield Finding(
                "P61",
                "warning",
                act.field,
                f"{who} can put a symbolic link into {tree}, and systemd follows the link as root when it handles {act.path}. "
                f"systemd then {act.row.act.verb} a file of the system. {act.row.instead}",
                _journal(unit, act),
            )


def _trees_of_service(unit: Effective) -> Trees:
    """The directories in which the service can create entries, and other users cannot."""
    return Trees(writable_trees(unit).paths - set(WORLD_WRITABLE))


def mount_point_on_host(unit: Effective) -> Iterator[Finding]:
    """systemd creates a missing mount point as root before it mounts, and outside the service's mount namespace. The
    empty file or directory therefore stays on the host. systemd also follows a symbolic link that the service created
    there (tested on systemd 252, 257 and 262).
    """
    service, own, trees = unit.file.name.partition("@")[0], own_trees(unit), _trees_of_service(unit)
    for act in _acts(unit):
        if act.row.act is not MOUNT or reserved_by(act.path, MOUNT, service, own):
            continue
        if leaves_mount_point(act.path, service, own):
            yield Finding(
                "mount-point",
                "warning",
                act.field,
                f"If {act.path} does not exist, systemd creates it as root on the host among the files of the system, and leaves it "
                "there. Make sure that it exists, or choose another destination.",
            )
        elif led_by(act.path, MOUNT, trees):
            yield Finding(
                "mount-point",
                "note",
                act.field,
                f"The service can replace {act.path} by a symbolic link, and systemd then creates an empty file or directory as root "
                "where the link leads. Keep mount points in directories that root owns.",
            )


ERRORS: tuple[Rule, ...] = (
    Rule(path_of_the_system, ("P60", "P63"), ("error",), "systemd accesses a system path as root"),
    Rule(path_with_unknown_specifier, ("P62",), ("error",), "Unknown specifier in a path that systemd accesses as root"),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *ERRORS,
    Rule(path_led_elsewhere, ("P61",), ("warning",), "Symbolic link in a path that systemd accesses as root"),
    Rule(mount_point_on_host, ("mount-point",), ("warning", "note"), "Missing mount point is created on the host"),
)  # fmt: skip

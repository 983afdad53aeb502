"""Findings on the walls around a service: what they leave open, and what they shut that it needs."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.catalogue import MANAGED_ROOTS
from app.effective import Effective
from app.reserved import SHARED_DIRECTORIES
from app.rules.directories import ERRORS, without_path
from app.rules.finding import Finding, Fix, Rule
from app.rules.privileges import COMMANDS
from app.unitfile import WRITABLE, OwnDirectory
from app.values import ancestors, commands_of, is_strict_name, is_within, simplify, spell_boolean
from app.values.text import one_of

HOMES = ("/home", "/root", "/run/user")
SCRATCH = ("/tmp", "/var/tmp")

HIDING = ("InaccessiblePaths", "TemporaryFileSystem")
ROOTS = ("RootDirectory", "RootImage", "RootMStack")

PROTECTED = {
    "yes": ("/usr", "/boot", "/efi"),
    "full": ("/usr", "/boot", "/efi", "/etc"),
    "strict": ("/",),
}
"""What each word of ProtectSystem= makes read-only (src/core/namespace.c)."""

WHOLE_TREES = frozenset(
    ["/", "/etc", "/home", "/mnt", "/opt", "/root", "/run", "/run/user", "/srv", "/usr", "/usr/local", "/var"]
) | frozenset(SHARED_DIRECTORIES)
"""Directories of many programs: the service needs one below them, not all."""


def homes_stay_writable(unit: Effective) -> Iterator[Finding]:
    """The manual calls strict the entire file system, and systemd leaves /home, /root and /run/user out of it, which are
    for ProtectHome= (protect_system_strict_table in src/core/namespace.c; run: root wrote both).
    """
    if unit.is_dynamic or unit.word("ProtectSystem") != "strict" or _is_home_decided(unit):
        return
    left = _uncovered(unit, HOMES, ("ReadOnlyPaths", *HIDING))
    if left:
        yield Finding(
            "P4",
            "warning",
            "ProtectHome",
            f"ProtectSystem=strict leaves {_and(left)} writable, as far as owner and mode allow. Set ProtectHome=yes.",
            _shut_homes(unit),
        )


def homes_stay_readable(unit: Effective) -> Iterator[Finding]:
    """DynamicUser=yes brings ProtectHome=read-only and no more (systemd.exec(5), DynamicUser=; run: a dynamic user read a
    file of mode 0644 in a home of mode 0755, and with ProtectHome=yes it did not).
    """
    if unit.is_dynamic and not _is_home_decided(unit):
        left = _uncovered(unit, HOMES, HIDING)
        if left:
            yield Finding(
                "P11",
                "warning",
                "ProtectHome",
                f"A dynamic user can read what is open to all in {_and(left)}. Set ProtectHome=yes.",
                _shut_homes(unit),
            )


def _is_home_decided(unit: Effective) -> bool:
    """Whether ProtectHome= says something of the homes, or they are those of a root directory of its own."""
    return spell_boolean(unit.written("ProtectHome")) not in ("", "no") or any(unit.written(name) for name in ROOTS)


def _shut_homes(unit: Effective) -> Fix:
    """The unit with the homes as far away as what it needs in them allows."""
    shut = unit.unit.with_values("ProtectHome", "yes")
    word = "read-only" if any(True for _ in needs_what_is_hidden(Effective(shut))) else "yes"
    return Fix(f"Set ProtectHome={word}", unit.unit.with_values("ProtectHome", word))


def _uncovered(unit: Effective, trees: Iterable[str], names: Iterable[str]) -> list[str]:
    """The trees that no path of these lists of paths covers."""
    covers = [path.split(":")[0] for name in names for path in unit.paths(name)]
    return [tree for tree in trees if not any(is_within(tree, path) for path in covers if path)]


def _and(paths: list[str]) -> str:
    return one_of(paths).replace(" or ", " and ")


def scratch_is_read_only(unit: Effective) -> Iterator[Finding]:
    """strict makes /tmp and /var/tmp read-only too, unless the service has its own (systemd.exec(5), ProtectSystem= and
    PrivateTmp=; run).
    """
    if unit.is_dynamic or unit.word("ProtectSystem") != "strict" or unit.word("PrivateTmp") not in ("", "no"):
        return
    bound = _bound_to(unit, ("BindPaths", "BindReadOnlyPaths"))
    left = [tree for tree in _uncovered(unit, SCRATCH, (WRITABLE, *HIDING)) if tree not in bound]
    if left:
        yield Finding(
            "P32",
            "hint",
            "PrivateTmp",
            f"With ProtectSystem=strict the service cannot write to {_and(left)}. Set PrivateTmp=yes, which gives it its own.",
            Fix("Set PrivateTmp=yes", unit.unit.with_values("PrivateTmp", "yes")),
        )


def _bound_to(unit: Effective, names: Iterable[str]) -> set[str]:
    """The places where BindPaths= and its like put something."""
    parts = (path.split(":") for name in names for path in unit.paths(name))
    return {simplify(part[1] if len(part) > 1 and part[1] else part[0]) for part in parts}


def needs_what_is_hidden(unit: Effective) -> Iterator[Finding]:
    """ProtectHome=yes hides /home, /root and /run/user from the service whatever else the unit says, and tmpfs shows of them
    what BindPaths= puts there (systemd.exec(5), ProtectHome=; runs: 203/EXEC, 200/CHDIR, 226/NAMESPACE).
    """
    hidden = unit.word("ProtectHome")
    if hidden not in ("yes", "tmpfs"):
        return
    bound = _bound_to(unit, ("BindPaths", "BindReadOnlyPaths")) if hidden == "tmpfs" else set()
    for name, path in _needed(unit):
        is_hidden = any(is_within(path, tree) for tree in HOMES)
        if is_hidden and bound.isdisjoint({path, *ancestors(path)}):
            yield Finding(
                "P29",
                "warning",
                name,
                f"ProtectHome={hidden} hides {path} from the service, which needs it. Move it to /opt or /srv, or use read-only.",
                Fix("Set ProtectHome=read-only", unit.unit.with_values("ProtectHome", "read-only")),
            )


def _needed(unit: Effective) -> Iterator[tuple[str, str]]:
    """The paths that must be there for the service to work, each once with its directive."""
    for name in COMMANDS:
        lines = (command.path for line in unit.lines(name) for command in commands_of(line))
        yield from ((name, simplify(unit.expand_known(path))) for path in dict.fromkeys(lines))
    directory = unit.written("WorkingDirectory").removeprefix("-")
    if directory.startswith(("/", "%")):
        yield "WorkingDirectory", simplify(unit.expand_known(directory))
    yield from ((WRITABLE, path) for path in dict.fromkeys(unit.paths(WRITABLE)))


def writable_in_vain(unit: Effective) -> Iterator[Finding]:
    """A path in ReadWritePaths= that is the protected one itself changes nothing, with no word in the journal; one below it
    does (src/core/namespace.c; run).
    """
    for path in dict.fromkeys(unit.paths(WRITABLE)):
        setting = _protects(unit, path)
        if setting:
            yield Finding(
                "P27",
                "warning",
                WRITABLE,
                f"{path} in ReadWritePaths= has no effect against {setting}, which protects just that path. Name a directory below it.",
                Fix(f"Take {path} out of ReadWritePaths=", without_path(unit, WRITABLE, path)),
            )


def _protects(unit: Effective, path: str) -> str:
    """The setting that makes exactly this path read-only; "" where none does."""
    system, home = unit.word("ProtectSystem"), unit.word("ProtectHome")
    if path in PROTECTED.get(system, ()):
        return f"ProtectSystem={system}"
    return f"ProtectHome={home}" if home == "read-only" and path in HOMES else ""


def whole_tree_writable(unit: Effective) -> Iterator[Finding]:
    """Where a whole tree is writable, owner and mode alone keep the service from what others have in it, and systemd's
    exposure score does not see it (systemd.exec(5), ReadWritePaths=; run).
    """
    for path in dict.fromkeys(unit.paths(WRITABLE)):
        if path in WHOLE_TREES and not _protects(unit, path):
            yield Finding(
                "P9",
                "warning",
                WRITABLE,
                f"{path} holds what belongs to many programs, and all of it is writable here. Name the one directory that the service needs.",
                _leaf_instead(unit, path),
            )


def _leaf_instead(unit: Effective, path: str) -> Fix | None:
    """The unit with a directory of the service's own below a tree instead of the tree, where that is allowed."""
    name, smaller = unit.unit.name, without_path(unit, WRITABLE, path)
    row = next((row for row in MANAGED_ROOTS if row.root == path and row.root != "/etc"), None)
    own = OwnDirectory(f"{path}/{name}")
    if row:
        names = unit.unit.values(row.directive) or (name,)
        mode = unit.unit.value(row.mode_directive) or "0700"
        fixed = smaller.with_values(row.directive, *names).with_values(row.mode_directive, mode)
        label = f"Use {row.directive}={' '.join(names)}"
    elif path in ("/srv", "/opt") and unit.identity in ("own", "existing"):
        is_there = own.path in {other.path for other in smaller.own}
        fixed = smaller if is_there else replace(smaller, own=(*smaller.own, own))
        label = f"Create {own.path}"
    else:
        return None
    is_refused = any(True for rule in ERRORS for _ in rule(Effective(fixed)))
    return None if is_refused or not is_strict_name(name) else Fix(f"{label} instead"[:80], fixed)


def own_directory_unreachable(unit: Effective) -> Iterator[Finding]:
    """What lies below a path in InaccessiblePaths= cannot be reached, managed directories and ReadWritePaths= neither
    (systemd.exec(5), InaccessiblePaths=; run).
    """
    own = [*(directory.path for directory in unit.managed), *(own.path for own in unit.unit.own)]
    needed = sorted({*own, *unit.paths(WRITABLE)})
    for path in dict.fromkeys(unit.paths("InaccessiblePaths")):
        inside = _first_within(path, needed)
        if inside:
            yield Finding(
                "P31",
                "hint",
                "InaccessiblePaths",
                f"InaccessiblePaths={path} shuts the service out of {inside}, which it needs. TemporaryFileSystem= with BindPaths= hides the rest alone.",
                Fix(f"Take {path} out of InaccessiblePaths="[:80], without_path(unit, "InaccessiblePaths", path)),
            )


def _first_within(path: str, ordered: list[str]) -> str:
    """The first of sorted paths that is a directory or below it; "" where none is."""
    for least in (path, f"{path.rstrip('/')}/"):
        at = bisect_left(ordered, least)
        if at < len(ordered) and is_within(ordered[at], path):
            return ordered[at]
    return ""


RULES: tuple[Rule, ...] = (
    homes_stay_writable,
    homes_stay_readable,
    needs_what_is_hidden,
    scratch_is_read_only,
    writable_in_vain,
    whole_tree_writable,
    own_directory_unreachable,
)

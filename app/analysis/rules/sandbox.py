"""Findings on the walls around a service: what they leave open, and what they shut that it needs."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from app.analysis.rules.directories import ERRORS, without_path
from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.home_directories import HOMES
from app.analysis.rules.path_lists import HIDING_DIRECTIVES, bound_to, joined, uncovered
from app.catalogue import MANAGED_ROOTS
from app.catalogue.reserved import SHARED_DIRECTORIES
from app.effective import Effective
from app.unitfile.model import WRITABLE, OwnDirectory
from app.values import is_strict_name, is_within

TEMPORARY_DIRECTORIES = ("/tmp", "/var/tmp")

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


def scratch_is_read_only(unit: Effective) -> Iterator[Finding]:
    """ProtectSystem=strict also makes /tmp and /var/tmp read-only, unless the service has private ones
    (systemd.exec(5), ProtectSystem= and PrivateTmp=; tested on systemd 252, 257 and 262).
    """
    if unit.is_dynamic or unit.word("ProtectSystem") != "strict" or unit.word("PrivateTmp") not in ("", "no"):
        return
    bound = bound_to(unit)
    left = [
        tree for tree in uncovered(unit, TEMPORARY_DIRECTORIES, (WRITABLE, *HIDING_DIRECTIVES)) if tree not in bound
    ]
    if left:
        yield Finding(
            "P32",
            "hint",
            "PrivateTmp",
            f"With ProtectSystem=strict the service cannot write to {joined(left)}. Set PrivateTmp=yes, which gives it its own.",
            Fix("Set PrivateTmp=yes", unit.file.with_values("PrivateTmp", "yes")),
        )


def writable_path_is_protected(unit: Effective) -> Iterator[Finding]:
    """ReadWritePaths= has no effect on exactly the path that another setting protects, and systemd logs nothing about
    it. A path below the protected one works (src/core/namespace.c; tested on systemd 252, 257 and 262).
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
    """If an entire directory tree is writable, only owner and mode protect the data of other services in it. The
    exposure score of systemd-analyze does not consider this (systemd.exec(5), ReadWritePaths=; tested on systemd 252,
    257 and 262).
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
    name, smaller = unit.file.own_name, without_path(unit, WRITABLE, path)
    row = next((row for row in MANAGED_ROOTS if row.root == path and row.root != "/etc"), None)
    own = OwnDirectory(f"{path}/{name}")
    if row:
        names = unit.file.values(row.directive) or (name,)
        mode = unit.file.value(row.mode_directive) or "0700"
        fixed = smaller.with_values(row.directive, *names).with_values(row.mode_directive, mode)
        label = f"Use {row.directive}={' '.join(names)}"
    elif path in ("/srv", "/opt") and unit.identity in ("own", "existing"):
        is_there = own.path in {other.path for other in smaller.own}
        fixed = smaller if is_there else replace(smaller, own=(*smaller.own, own))
        label = f"Create {own.path}"
    else:
        return None
    is_refused = any(True for rule in ERRORS for _ in rule(Effective(fixed)))
    return None if is_refused or not is_strict_name(unit.own_name) else Fix(f"{label} instead"[:80], fixed)


def own_directory_unreachable(unit: Effective) -> Iterator[Finding]:
    """The service cannot access anything below a path in InaccessiblePaths=. This includes managed directories and
    paths in ReadWritePaths= (systemd.exec(5), InaccessiblePaths=; tested on systemd 252, 257 and 262).
    """
    own = [*(directory.path for directory in unit.managed), *(own.path for own in unit.own)]
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
    for minimum in (path, f"{path.rstrip('/')}/"):
        at = bisect_left(ordered, minimum)
        if at < len(ordered) and is_within(ordered[at], path):
            return ordered[at]
    return ""


RULES: tuple[Rule, ...] = (
    Rule(scratch_is_read_only, ("P32",), ("hint",), "/tmp is read-only under ProtectSystem=strict"),
    Rule(writable_path_is_protected, ("P27",), ("warning",), "ReadWritePaths= has no effect on a protected path"),
    Rule(whole_tree_writable, ("P9",), ("warning",), "Entire system directory is writable"),
    Rule(own_directory_unreachable, ("P31",), ("hint",), "InaccessiblePaths= hides a required directory"),
)  # fmt: skip

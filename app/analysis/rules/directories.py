"""Findings on directories: what must not be handed over, who may read what, what must exist."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.analysis.rules.finding import Finding, Fix, Rule
from app.catalogue import MANAGED_ROOTS, ManagedRoot, find
from app.catalogue.reserved import RESERVED_DIRECTORIES, owner_of
from app.catalogue.root_paths import HAND_OVER, reserved_by
from app.effective import Effective
from app.unitfile.model import WRITABLE, OwnDirectory, UnitFile
from app.values import PathList, ancestors, check_own_path, is_within, simplify
from app.values.lexing import raw_words, unquote

_RUNTIME = next(row for row in MANAGED_ROOTS if row.root == "/run")


class PathTree:
    """Paths, to ask which of them lies in or around another."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: set[str] = set()
        self._below: dict[str, str] = {}
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """One path more."""
        self._paths.add(path)
        for above in ancestors(path):
            self._below.setdefault(above, path)

    def around(self, path: str) -> str:
        """The longest path that a path is or lies in; "" for none."""
        return next((above for above in (path, *reversed(ancestors(path))) if above in self._paths), "")

    def meets(self, path: str) -> str:
        """The path that a path is, lies in or holds; "" for none."""
        return self.around(path) or self._below.get(path, "")


def managed_directory_of_the_system(unit: Effective) -> Iterator[Finding]:
    """systemd changes the owner of a managed directory to the service's user, and removes a managed directory below
    /run when the service stops. RuntimeDirectory=systemd deleted /run/systemd, and StateDirectory=dpkg changed the
    owner of dpkg's database (tested on systemd 252 and 257).
    """
    taken = [(directory.row, directory.path) for directory in unit.managed] + list(unit.managed_links)
    for row, path in taken:
        if reserved_by(path, HAND_OVER, unit.file.name.partition("@")[0]):
            name = path.removeprefix(f"{row.root}/")
            yield Finding(
                "P60",
                "error",
                row.directive,
                f"{path} belongs to the system, and systemd would hand it to this service. Choose another name than {name}, for example {unit.file.own_name}.",
            )


def own_path_of_the_system(unit: Effective) -> Iterator[Finding]:
    """The preparation runs chown -R on an own directory. In a system directory this breaks the machine: programs stop
    working, or the service can change them (file-hierarchy(7)).
    """
    for own in unit.own:
        owner = owner_of(own.path)
        if owner:
            better = (
                "ConfigurationDirectory="
                if is_within(own.path, "/etc")
                else f"a path of its own, for example /srv/{unit.file.own_name}"
            )
            yield Finding(
                "P60",
                "error",
                "own",
                f"{own.path} cannot be handed over: {owner} belongs to the system or to many programs. Use {better}.",
            )


def overlapping_own_paths(unit: Effective) -> Iterator[Finding]:
    """The preparation changes the owner of an own directory and of everything below it, so a nested directory would
    change its owner twice. systemd sets owner and mode of its managed directories itself at every start
    (systemd.exec(5)).
    """
    taken = PathTree(directory.path for directory in unit.managed)
    for path in (own.path for own in unit.own):
        other = taken.meets(path)
        taken.add(path)
        if other:
            yield Finding("overlap", "error", "own", f"{path} and {other} lie in each other. Keep one of them.")


def own_path_with_dynamic_user(unit: Effective) -> Iterator[Finding]:
    """When a service with a dynamic user stops, systemd can assign the user's UID to another service. That service then
    owns the files outside managed directories (systemd.exec(5), DynamicUser=).
    """
    if unit.is_dynamic and unit.file.own:
        name = unit.file.own_name
        states = unit.file.values("StateDirectory") or (name,)
        fixed = replace(unit.file, own=()).with_values("StateDirectory", *states)
        refused = any(True for _ in managed_directory_of_the_system(Effective(fixed)))
        yield Finding(
            "P16",
            "error",
            "own",
            "A dynamic user cannot own a directory that outlives it. Use StateDirectory=, which systemd keeps for it.",
            None if refused else Fix(f"Use StateDirectory={' '.join(states)} instead", fixed),
        )


def readable_by_all(unit: Effective) -> Iterator[Finding]:
    """The default mode of managed directories is 0755, so every user can list and read them. Two kinds are not
    affected: directories of a dynamic user outside /run lie below a directory that only root can enter, and the
    preparation creates the directory in /etc (systemd.exec(5), StateDirectoryMode=; tested on systemd 252, 257 and
    262).
    """
    for row in MANAGED_ROOTS:
        is_closed = row.root == "/etc" or (unit.is_dynamic and row.root != "/run")
        if unit.file.is_set(row.directive) and not unit.file.is_set(row.mode_directive) and not is_closed:
            mode = "0750" if row.root == "/run" else "0700"
            yield Finding(
                "P5",
                "warning",
                row.mode_directive,
                f"{row.directive}= gets mode 0755 unless {row.mode_directive}= is set: every user of the machine can read it.",
                Fix(f"Set {row.mode_directive}={mode}", unit.file.with_values(row.mode_directive, mode)),
            )


def new_files_readable_by_all(unit: Effective) -> Iterator[Finding]:
    """The default of UMask= is 0022, so every user can read the files that the service creates (systemd.exec(5),
    UMask=).
    """
    if unit.identity != "root" and not unit.file.is_set("UMask"):
        yield Finding(
            "P5",
            "warning",
            "UMask",
            "Files that the service makes can be read by every user of the machine unless UMask= is set.",
            Fix("Set UMask=0077", unit.file.with_values("UMask", "0077")),
        )


def path_must_exist(unit: Effective) -> Iterator[Finding]:
    """A path in ReadWritePaths= without the prefix - must exist before the first command of the service runs. Otherwise
    the start fails with 226/NAMESPACE (systemd.exec(5), ReadWritePaths=; tested on systemd 252, 257 and 262).
    """
    for path in unit.unprepared_paths:
        if is_within(path, "/run") or is_within(path, "/var/run"):
            continue
        yield Finding(
            "P24",
            "warning",
            WRITABLE,
            f"{path} must exist, or the service fails with 226/NAMESPACE; the preparation only checks it.",
            own_instead(unit, path),
        )


def own_instead(unit: Effective, path: str) -> Fix | None:
    """The unit with the path as a directory of its own, where that is allowed."""
    try:
        own = OwnDirectory(check_own_path(path))
    except ValueError:
        return None
    others = [*(own.path for own in unit.own), *(directory.path for directory in unit.managed)]
    if unit.identity in ("root", "dynamic") or owner_of(path) or PathTree(others).meets(path):
        return None
    label = f"Create {path}, or take it over with all that is in it"
    return Fix(label, replace(unit.file, own=(*unit.file.own, own)))


def path_below_run(unit: Effective) -> Iterator[Finding]:
    """/run is empty after every boot. A path that was created there once is then missing, and the service fails with
    226/NAMESPACE (file-hierarchy(7)).
    """
    for path in unit.unprepared_paths:
        if is_within(path, "/run") or is_within(path, "/var/run"):
            yield Finding(
                "P25",
                "warning",
                WRITABLE,
                f"{path} is gone after a reboot, and the service fails then. Let systemd make it with RuntimeDirectory=.",
                _runtime_instead(unit, path),
            )


def _runtime_instead(unit: Effective, path: str) -> Fix | None:
    """The unit with a path below /run as a managed directory, where that is allowed."""
    name = path.removeprefix("/var").removeprefix("/run/")
    try:
        find(_RUNTIME.directive).kind.normalise(name)
    except ValueError:
        return None
    if set(name) & {" ", ":"} or f"/run/{name.partition('/')[0]}" in RESERVED_DIRECTORIES:
        return None
    mode = unit.file.value(_RUNTIME.mode_directive) or "0750"
    names = (*unit.file.values(_RUNTIME.directive), name.replace("%", "%%"))
    fixed = without_path(unit, WRITABLE, path).with_values(_RUNTIME.directive, *names)
    return Fix(f"Use {_RUNTIME.directive}={name}", fixed.with_values(_RUNTIME.mode_directive, mode))


def without_path(unit: Effective, name: str, path: str) -> UnitFile:
    """The unit without a path in a list of paths, all else as it was written."""
    lines = []
    for value in unit.file.values(name):
        words = raw_words(value)
        kept = [word for word in words if _path_of(unit, word) != path]
        if kept:
            lines.append(value if len(kept) == len(words) else " ".join(kept))
    return unit.file.with_values(name, *lines)


def _path_of(unit: Effective, word: str) -> str:
    """The path of a word as it stands in a list; with specifiers in it where only the machine knows them."""
    path = PathList.strip_prefixes(unquote(word))
    try:
        return simplify(unit.resolve(path))
    except ValueError:
        return simplify(path)


def directory_is_a_link(unit: Effective) -> Iterator[Finding]:
    """A managed directory must not be a symbolic link, or the service fails with 238/STATE_DIRECTORY. NAME:LINK creates
    such a link, and so does an administrator who moves the data and links to it. A mount point in that place works
    (tested on systemd 252, 257 and 262).
    """
    paths = {directory.path for directory in unit.managed}
    for row, link in unit.managed_links:
        if link in paths:
            yield Finding(
                "P19",
                "warning",
                row.directive,
                f"{link} is named as a directory and as a link to another one, so the service fails with 238. Keep one of them.",
                _without_link(unit, row, link),
            )


def _without_link(unit: Effective, row: ManagedRoot, link: str) -> Fix | None:
    """The unit whose directories have no link of this path; None where a word is quoted."""
    lines = [value.split(" ") for value in unit.file.values(row.directive)]
    kept = [" ".join(_unlinked(unit, row, word, link) for word in words) for words in lines]
    fixed = unit.file.with_values(row.directive, *kept)
    return (
        Fix(f"Make no link at {link}"[:80], fixed)
        if link not in {path for _, path in Effective(fixed).managed_links}
        else None
    )


def _unlinked(unit: Effective, row: ManagedRoot, word: str, link: str) -> str:
    name, *rest = word.split(":")
    if not rest or f"{row.root}/{simplify(unit.resolve(rest[0]))}" != link:
        return word
    return f"{name}::{rest[1]}" if rest[1:] else name


def configuration_owned_by_service(unit: Effective) -> Iterator[Finding]:
    """If systemd creates the configuration directory, the service's user owns it and can write to it, although the
    manual says otherwise. systemd does not change a directory that already exists (tested on systemd 252, 257 and 262).
    """
    for directory in unit.managed:
        if directory.row.root == "/etc":
            yield Finding(
                "P34",
                "note",
                directory.row.directive,
                f"{directory.path} must be there before the first start, or the service's user owns it; the preparation creates it.",
            )


def mode_of_leaf_only(unit: Effective) -> Iterator[Finding]:
    """systemd sets owner and mode only on the last component of a managed directory. It creates the directories above
    it with owner root and mode 0755. Directories of a dynamic user lie below a directory that only root can enter
    (systemd.exec(5), StateDirectory=; tested on systemd 252, 257 and 262).
    """
    is_there = {directory.path for directory in unit.managed} | {row.root for row in MANAGED_ROOTS}
    for directory in unit.managed:
        parent = directory.path.rpartition("/")[0]
        is_closed = unit.is_dynamic and directory.row.root not in ("/run", "/etc")
        is_tight = unit.file.is_set(directory.row.mode_directive) and directory.mode.lstrip("0") != "755"
        if is_tight and not is_closed and parent not in is_there:
            yield Finding(
                "P36",
                "note",
                directory.row.mode_directive,
                f"Only {directory.path} itself gets mode {directory.mode} and the service's user; {parent} stays root's, and every user can list it.",
            )


ERRORS: tuple[Rule, ...] = (
    Rule(managed_directory_of_the_system, ("P60",), ("error",), "Managed directory belongs to the system"),
    Rule(own_path_of_the_system, ("P60",), ("error",), "Own directory belongs to the system"),
    Rule(overlapping_own_paths, ("overlap",), ("error",), "Own directory inside another one"),
    Rule(own_path_with_dynamic_user, ("P16",), ("error",), "Own directory with a dynamic user"),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *ERRORS,
    Rule(readable_by_all, ("P5",), ("warning",), "Managed directory is readable by all users"),
    Rule(new_files_readable_by_all, ("P5",), ("warning",), "New files are readable by all users"),
    Rule(path_must_exist, ("P24",), ("warning",), "Writable path must exist"),
    Rule(path_below_run, ("P25",), ("warning",), "Writable path below /run disappears at reboot"),
    Rule(directory_is_a_link, ("P19",), ("warning",), "Managed directory is a symbolic link"),
    Rule(configuration_owned_by_service, ("P34",), ("note",), "Configuration directory is owned by the service user"),
    Rule(mode_of_leaf_only, ("P36",), ("note",), "Mode applies to the last path component only"),
)  # fmt: skip

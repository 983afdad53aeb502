"""Findings on what a service can write: nothing at all, what it has no right to, a single file, what is there already."""

from collections.abc import Iterator
from dataclasses import replace

from app.analysis.rules.directories import ERRORS, PathTree, own_instead, without_path
from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.path_lists import TEMPORARY_TREES, has_root, own_trees
from app.analysis.rules.sandbox import WHOLE_TREES
from app.catalogue.reserved import STANDARD_PATHS, owner_of
from app.effective import Effective
from app.unitfile.model import WRITABLE, OwnDirectory, UnitFile
from app.values import check_own_path, is_strict_name, is_within

_FILES = (
    ".conf",
    ".csv",
    ".db",
    ".ini",
    ".json",
    ".lock",
    ".log",
    ".pid",
    ".sock",
    ".sqlite",
    ".sqlite3",
    ".toml",
    ".txt",
    ".xml",
    ".yaml",
    ".yml",
)
"""How names of files end that directories are rarely called by."""


def _listed(unit: Effective) -> list[str]:
    """The paths of ReadWritePaths= that nobody but the machine itself provides, each once."""
    provided = PathTree(own_trees(unit))
    paths = (path for path in dict.fromkeys(unit.paths(WRITABLE)) if path not in STANDARD_PATHS | WHOLE_TREES)
    return [
        path
        for path in paths
        if not provided.around(path) and not any(is_within(path, tree) for tree in TEMPORARY_TREES)
    ]


def listed_without_ownership(unit: Effective) -> Iterator[Finding]:
    """ReadWritePaths= only lifts the restriction of the sandbox and does not grant permissions. Owner and mode of the
    path still apply, and writing fails with EACCES without write permission (systemd.exec(5), ReadWritePaths=; tested
    on systemd 252, 257 and 262).
    """
    for path in _listed(unit) if unit.identity in ("own", "existing") else ():
        yield Finding(
            "P26",
            "hint",
            WRITABLE,
            f"ReadWritePaths= gives no right to write: {path} must also belong to {unit.user}, or its mode must let it.",
            own_instead(unit, path),
        )


def single_file_writable(unit: Effective) -> Iterator[Finding]:
    """The service can change a file in ReadWritePaths= in place. Most programs write a new file next to it and rename
    that, and this fails with EROFS if the directory is not listed (systemd.exec(5), ReadWritePaths=; tested on systemd
    252, 257 and 262).
    """
    for path in _listed(unit):
        if path.endswith(_FILES):
            yield Finding(
                "P28",
                "hint",
                WRITABLE,
                f"{path} looks like a file: the service may change it in place and not replace it, as most programs do. Name its directory.",
                _directory_instead(unit, path),
            )


def _directory_instead(unit: Effective, path: str) -> Fix | None:
    """The unit with the directory of a file as one of its own, where that is allowed."""
    directory, smaller = path.rpartition("/")[0], without_path(unit, WRITABLE, path)
    try:
        own = OwnDirectory(check_own_path(directory))
    except ValueError:
        return None
    if unit.identity in ("root", "dynamic") or owner_of(directory):
        return None
    fixed = replace(smaller, own=(*smaller.own, own))
    return None if _is_refused(fixed) else Fix(f"Create {directory}, or take it over with all that is in it", fixed)


def _is_refused(unit: UnitFile) -> bool:
    return any(True for rule in ERRORS for _ in rule(Effective(unit)))


def nothing_is_writable(unit: Effective) -> Iterator[Finding]:
    """With ProtectSystem=strict, which DynamicUser=yes implies, a service can write only to its private /tmp, if it has
    one, and writing elsewhere fails with EROFS. The files in the private /tmp are removed when the service stops
    (systemd.exec(5), ProtectSystem=; tested on systemd 252, 257 and 262).
    """
    if unit.word("ProtectSystem") != "strict" or has_root(unit) or own_trees(unit):
        return
    if any(unit.words(name) for name in (WRITABLE, "BindPaths", "TemporaryFileSystem")):
        return
    yield Finding(
        "P33",
        "hint",
        "StateDirectory",
        "The service has no directory to write to, so it can keep nothing. If it has data, set StateDirectory=.",
        _state_directory(unit),
    )


def _state_directory(unit: Effective) -> Fix | None:
    name, mode = unit.file.own_name, unit.file.value("StateDirectoryMode") or "0700"
    fixed = unit.file.with_values("StateDirectory", name).with_values("StateDirectoryMode", mode)
    is_offered = is_strict_name(unit.own_name) and not _is_refused(fixed)
    return Fix(f"Set StateDirectory={name}", fixed) if is_offered else None


def takes_over_existing_files(unit: Effective) -> Iterator[Finding]:
    """If a managed directory exists, systemd makes the service's user the owner of it and of everything in it. If the
    directory already has the right owner, systemd changes nothing, and files of other users in it keep their owners
    (systemd.exec(5), StateDirectory=; tested on systemd 252, 257 and 262).
    """
    paths = [d.path for d in unit.managed if d.row.root not in ("/run", "/etc")] if unit.identity == "existing" else []
    if paths:
        yield Finding(
            "P37",
            "note",
            "account",
            f"{', '.join(paths[:5])}: where {unit.user} has data there already, look who owns what in it. systemd hands all of it over, or none if the directory itself is {unit.user}’s.",
        )


RULES: tuple[Rule, ...] = (
    Rule(listed_without_ownership, ("P26",), ("hint",), "ReadWritePaths= without write permission"),
    Rule(single_file_writable, ("P28",), ("hint",), "Writable path is a single file"),
    Rule(nothing_is_writable, ("P33",), ("hint",), "No writable directory"),
    Rule(takes_over_existing_files, ("P37",), ("note",), "Managed directory takes over existing files"),
)  # fmt: skip

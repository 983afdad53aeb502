"""Why a service of a unit may fail at a step of its start: the values that lead there, and the command that shows it.

Sources: systemd.exec(5) "Process Exit Codes", src/core/exec-invoke.c, and runs of each on systemd 252, 257 and 262.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from app import catalogue
from app.analysis.access import HIDDEN, access_to
from app.catalogue import ManagedRoot
from app.catalogue.reserved import STANDARD_PATHS
from app.effective import Effective
from app.effective.namespaces import has_mount_namespace
from app.host.shell import ShellCommand
from app.values import Boolean, ancestors, commands_of, is_within, quoted, spell_boolean


class FailureCause(NamedTuple):
    """A likely cause of a failure."""

    sentence: str
    """The cause as a sentence with the values of the unit."""
    command: ShellCommand
    """The command that shows whether this cause applies."""


Causes = Callable[[Effective], Iterator[FailureCause]]
"""What of a unit may lead to a failure; nothing where nothing does."""

MAX_NAMED = 6
"""Values that a sentence names; a unit may have hundreds."""


def file_of(unit: Effective) -> str:
    """The name that systemctl knows the unit by."""
    return unit.file_name


def journal(unit: Effective, text: str = "") -> ShellCommand:
    """What the unit said since the machine started, and systemd of it: the last 50 lines, or those with a text.

    Not -u, which leaves out what a process said that ended before the journal looked at it, such as “Failed at step” (run).
    """
    only = ("-g", text) if text else ("-n", "50")
    either = (f"_SYSTEMD_UNIT={file_of(unit)}", "+", f"UNIT={file_of(unit)}")
    return ShellCommand(("journalctl", "-b", "--no-pager", *only, *either))


def properties(unit: Effective, names: str) -> ShellCommand:
    """What systemd has on these of its properties, parted by commas."""
    return ShellCommand(("systemctl", "show", "-p", names, file_of(unit)), root=False)


def way_to(paths: Iterable[str]) -> ShellCommand:
    """Every part of the paths with its type, mode and owner, and what is missing of it."""
    return ShellCommand(("namei", "-l", "--", *_some(paths)))


def lines(unit: Effective, names: Iterable[str]) -> list[str]:
    """The settings of these names that are in force and not a plain no, as they stand in a unit."""
    found = []
    for name in names:
        given = [line for line in unit.lines(name) if line]
        values = given if catalogue.find(name).repeats else [unit.setting(name)]
        found += [f"{name}={value}" for value in values if value and not _is_no(name, value)]
    return found


def _is_no(name: str, value: str) -> bool:
    """Whether a value sets nothing: 0 does where yes or no is meant, and is a number elsewhere."""
    word = spell_boolean(value) if isinstance(catalogue.find(name).kind, Boolean) else value
    return word in ("no", "infinity")


def listed(words: Iterable[str]) -> str:
    """Words as a list in a sentence, the first of them where there are many."""
    named = [quoted(word) for word in dict.fromkeys(words)]
    more = len(named) - MAX_NAMED
    return ", ".join(named[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def _some(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:MAX_NAMED]


def refused(step: str, why: str, *names: str) -> Causes:
    """Settings that systemd could not put into force at a step; the journal has the error."""

    def causes(unit: Effective) -> Iterator[FailureCause]:
        found = lines(unit, names)
        if found:
            yield FailureCause(f"{listed(found)}: {why}", journal(unit, f"at step {step}"))

    return causes


def _hidden(unit: Effective, paths: Iterable[str]) -> list[str]:
    """The reasons why paths are hidden from the service by its own settings."""
    seen = (access_to(unit, path) for path in paths)
    return [f"{access.path}: {access.why[0]}" for access in seen if access.access == HIDDEN]


# --- what it runs, and where -------------------------------------------------------------------------


def programs(unit: Effective) -> Iterator[FailureCause]:
    """203: what cannot be executed."""
    commands = [name for name in catalogue.names() if name.startswith("Exec") and unit.file.is_set(name)]
    found = [
        unit.expand_known(command.path)
        for name in commands
        for line in unit.lines(name)
        for command in commands_of(line)
    ]
    root = unit.setting("RootDirectory").rstrip("/")
    paths = [root + path for path in found if path.startswith("/")]
    plain = [path for path in found if "/" not in path]
    hidden = [] if root else _hidden(unit, _some(paths))
    if hidden:
        yield FailureCause(
            f"The service cannot see what it shall run. {hidden[0]}", properties(unit, "ExecStart,ProtectHome")
        )
    if paths:
        who = unit.account or "root"
        yield FailureCause(
            f"{listed(paths)} is missing, is not executable, or {who} may not enter a directory on the way: each needs x.",
            way_to(paths),
        )
        yield FailureCause(
            "It is a script, and the interpreter that its first line names is missing; of a binary this shows nothing, and its architecture or loader may be another machine’s.",
            ShellCommand(("grep", "-a", "-m", "1", "^#!", "--", *_some(paths))),
        )
        yield from _not_executed(unit, paths)
    if plain:
        yield FailureCause(
            f"{listed(plain)} is in none of the directories in which systemd looks for a program without a path.",
            ShellCommand(("systemd-path", "search-binaries-default"), root=False),
        )


def _not_executed(unit: Effective, paths: Iterable[str]) -> Iterator[FailureCause]:
    """Programs on mounts that let nothing be executed."""
    closed = [path for path in paths if any(is_within(path, tree) for tree in unit.paths("NoExecPaths"))]
    if closed:
        yield FailureCause(
            f"{listed(lines(unit, ['NoExecPaths']))} covers {listed(closed)}: ExecPaths= must name it, and the libraries that it loads.",
            properties(unit, "NoExecPaths,ExecPaths"),
        )


def working_directory(unit: Effective) -> Iterator[FailureCause]:
    """200: where it cannot go."""
    path = unit.expand_known(unit.setting("WorkingDirectory"))
    who = unit.account or "root"
    if path == "~":
        yield FailureCause(
            f"The home of {who}, the sixth word of its entry, is not there or {who} may not enter it.",
            ShellCommand(("getent", "passwd", "--", who), root=False),
        )
    elif path and not path.startswith("-"):
        hidden = _hidden(unit, [path])
        yield FailureCause(
            f"{path} is not there, is no directory, or {who} may not enter it{f' (it is hidden: {hidden[0]})' if hidden else ''}.",
            way_to([path]),
        )


def stream(name: str) -> Causes:
    """208, 209, 222: a file or terminal that cannot be opened."""

    def causes(unit: Effective) -> Iterator[FailureCause]:
        kind, _, path = unit.expand_known(unit.setting(name)).partition(":")
        terminal = unit.setting("TTYPath") or "/dev/console"
        if path.startswith("/"):
            made = [d.path for d in unit.managed if is_within(path, d.path)]
            early = f" systemd opens it before it creates {made[0]}, so a first start fails." if made else ""
            yield FailureCause(
                f"{path} cannot be opened: its directory is missing or refuses it.{early}", way_to([path])
            )
        elif kind.startswith("tty"):
            yield FailureCause(
                f"The terminal {terminal} is missing or in use.", ShellCommand(("ls", "-l", "--", terminal))
            )

    return causes


def open_files(unit: Effective) -> Iterator[FailureCause]:
    """202: what systemd shall open for the service."""
    words = (unit.expand_known(line).split(":") for line in unit.lines("OpenFile") if line)
    paths = [path for path, *rest in words if "graceful" not in ":".join(rest[1:]).split(",")]
    if paths:
        yield FailureCause(f"{listed(paths)} of OpenFile= cannot be opened.", way_to(paths))


# --- who it is ---------------------------------------------------------------------------------------


def account(unit: Effective) -> Iterator[FailureCause]:
    """217: a user that cannot be had."""
    if unit.is_dynamic:
        name = unit.setting("User")
        yield FailureCause(
            f"There is a group {name} and no user of that name, so systemd does not make a dynamic user of it.",
            ShellCommand(("getent", "group", "--", name), root=False),
        )
    elif not unit.is_privileged:
        name = unit.account
        entry = "has no entry: a number needs one too" if name.isdigit() else "does not exist"
        made = "; the preparation makes it" if unit.identity == "own" else ""
        yield FailureCause(
            f"The user {name} {entry}{made}. Where it exists, this prints it.",
            ShellCommand(("getent", "passwd", "--", name), root=False),
        )


def groups(unit: Effective) -> Iterator[FailureCause]:
    """216: groups that do not exist."""
    own = unit.expand_known(unit.written("Group"))
    names = [*([] if unit.is_dynamic else [own]), *unit.supplementary_groups]
    names = [name for name in names if name not in ("", "0", "root")]
    if names:
        yield FailureCause(
            f"One of the groups {listed(names)} does not exist: it is the one that this does not print.",
            ShellCommand(("getent", "group", "--", *_some(names)), root=False),
        )


# --- what it sees ------------------------------------------------------------------------------------

_PATH_LISTS = (
    "ReadWritePaths",
    "ReadOnlyPaths",
    "InaccessiblePaths",
    "ExecPaths",
    "NoExecPaths",
    "ExtensionDirectories",
)
_BINDS = ("BindPaths", "BindReadOnlyPaths")
_MOUNTED_PATHS = ("RootDirectory", "RootImage", "RootMStack", "IPCNamespacePath", "UserNamespacePath")


def mounts(unit: Effective) -> Iterator[FailureCause]:
    """226: paths that must be there, and mounts as such."""
    provided = {directory.path for directory in unit.managed}
    needed = [
        (name, path)
        for name in _PATH_LISTS
        for path, must in unit.needed_paths(name)
        if must and path not in STANDARD_PATHS and provided.isdisjoint({path, *ancestors(path)})
    ]
    paths = [path for _, path in needed]
    if paths:
        yield FailureCause(
            f"{listed(paths)}: each must be there when the service starts, or have - before it in {listed(f'{name}=' for name, _ in needed)}.",
            ShellCommand(("ls", "-ld", "--", *_some(paths))),
        )
    yield from _mount_sources(unit)
    hidden = _hidden(unit, _some(path for name, path in needed if "Read" in name))
    if hidden:
        yield FailureCause(
            f"A path is covered by another setting before it is mounted. {hidden[0]}", journal(unit, "namespac")
        )
    if has_mount_namespace(unit):
        yield FailureCause(
            "All paths are there: then this machine, or the container that it is, lets systemd mount nothing.",
            journal(unit, "namespac"),
        )


def _mount_sources(unit: Effective) -> Iterator[FailureCause]:
    sources = [path for name in _BINDS for path in unit.needed_sources(name) if path not in STANDARD_PATHS]
    if sources:
        yield FailureCause(
            f"{listed(sources)}: what is bound must be there; the journal names where it should appear.",
            ShellCommand(("ls", "-ld", "--", *_some(sources))),
        )
    mounted = [unit.expand_known(unit.setting(name)).removeprefix("-") for name in _MOUNTED_PATHS]
    if any(mounted):
        yield FailureCause(f"{listed(filter(None, mounted))} cannot be opened.", way_to(filter(None, mounted)))


def managed(row: ManagedRoot) -> Causes:
    """233, 238 to 241: directories that systemd could not create or hand over."""

    def causes(unit: Effective) -> Iterator[FailureCause]:
        for directory in dict.fromkeys(unit.managed_below(row)):
            if directory.is_private:
                sentence = f"{directory.path} is a mount point or a link to elsewhere, or is there beside {directory.real}, or {row.root}/private is not of root with mode 0700."
                yield FailureCause(
                    sentence, ShellCommand(("ls", "-ld", "--", f"{row.root}/private", directory.path, directory.real))
                )
            else:
                sentence = f"{directory.path} is a symbolic link, or it or a part of the way to it is not a directory. A bind mount may stand there, a link may not."
                yield FailureCause(sentence, way_to([directory.path]))

    return causes


def network(unit: Effective) -> Iterator[FailureCause]:
    """225: a network namespace that cannot be had."""
    path = unit.expand_known(unit.setting("NetworkNamespacePath"))
    if path:
        yield FailureCause(
            f"{path} is not there: whatever makes that network namespace has not run.",
            ShellCommand(("ls", "-l", "--", path)),
        )
    yield from refused("NETWORK", "the kernel gave it no network of its own.", "PrivateNetwork")(unit)


def credentials(unit: Effective) -> Iterator[FailureCause]:
    """243: credentials that cannot be read or decrypted."""
    names = ("LoadCredential", "LoadCredentialEncrypted")
    given = (unit.expand_known(line).partition(":")[2] for name in names for line in unit.lines(name))
    paths = [path for path in given if path.startswith("/")]
    if paths:
        yield FailureCause(f"{listed(paths)} is missing, and LoadCredential= makes none optional.", way_to(paths))
    encrypted = lines(unit, ("LoadCredentialEncrypted", "SetCredentialEncrypted"))
    if encrypted:
        yield FailureCause(
            f"{listed(encrypted)} was encrypted for another machine or another name, or is cut short.",
            journal(unit, "ncrypt|redential"),
        )

"""The script that removes what preparation and installation created: units, directories if asked, sockets, user and group.

It removes a thing only if it passes three tests, and goes on after one that does not; at its end it lists what stays and why.

1. The record of the preparation says that the thing was missing before (app/host/record.py). A directory that was there
   before gets its owner, group and mode back. The sockets and the private directories of dynamic users need no record:
   nothing else creates them.
2. It is what the preparation asks for, told by the same rows and the same tests of find: a directory, no link, with this
   owner, group and mode, nothing mounted in it, on a way that root alone can change; an account with this number, primary
   group, home and shell, and none of those that systems have for something else. The mode of a managed directory is the
   service's own affair, since systemd sets it at every start.
3. No other unit on the machine names it, after specifiers are expanded for every unit and every known instance
   (app/host/other_units.awk), and no file of sysusers.d or tmpfiles.d either.

An account stays as long as one of its directories does: the number of an account that is gone is given to the next one, and
with it all that still belongs to it. Exit status: 0 if everything is removed or left for such a reason, 1 if a command failed
or the argument is wrong. Sources: userdel(8), groupdel(8), systemctl(1), and runs of systemd 252, 257 and 262.
"""

from collections.abc import Iterable, Iterator
from importlib.resources import files

from app.catalogue.reserved import SYSTEM_GROUPS, is_system_account
from app.effective import Effective
from app.host.install import UNIT_DIRECTORY
from app.host.native_files import REMOVE_FILE, removal
from app.host.prep import as_prepared, group_word
from app.host.record import RECORD, STATE_OF, parents, recorded
from app.host.requirements import Node, RequiredDirectory, RequiredGroup, RequiredUser, requirements
from app.host.selinux import ON, labels
from app.host.shell import CommandOutput, Do, ShellCommand, Step, Word, called, functions_of, needed, script
from app.host.shell_guards import GUARDS
from app.values import ancestors

DATA = "--data"
"""The argument that has directories removed too."""

ARGUMENTS = (
    "# shellcheck disable=SC2034 # not every script needs it",
    'case "$*" in',
    "'') data=no ;;",
    f"{DATA}) data=yes ;;",
    f"*) stop 'This takes {DATA} or nothing.' ;;",
    "esac",
)

_TEXTS = files(__package__)
VARIABLES = """# shellcheck disable=SC2034 # not every script needs all of them
data=no result=0 left='' removed=''
"""
PARSER = f"""# shellcheck disable=SC2016 # a program of awk
PARSER='
{(_TEXTS / "other_units.awk").read_text()}'
"""
"""What the functions of the script share: variables, and the parser of unit files."""

FUNCTIONS = functions_of(STATE_OF, REMOVE_FILE, (_TEXTS / "undo_functions.sh").read_text()) | {
    name: GUARDS[name] for name in ("guard_way", "shown")
}
"""The shell functions of the script by name; a script has those that it needs."""

READERS = {"remove_directory", "remove_node", "remove_user", "remove_group"}
"""The functions that ask what other units name."""

WITH_DATA = ShellCommand(("with_data",))
BOOTED = ShellCommand(("test", "-d", "/run/systemd/system"))
"""Tests whether systemd runs here at all (sd_booted(3)); the root of an image has units too."""

BY_DYNAMIC_USER = ("(", "-uid", "+61183", "-uid", "-65520", "-o", "-uid", "65534", ")")
"""Tests of find for what belongs to a dynamic user (docs/UIDS-GIDS.md of systemd). Where systemd maps the numbers of a file
system, the files are nobody's (RuntimeDirectoryPreserve=, tested on systemd 257 and 262).
"""


def undo_script(*units: Effective) -> str:
    """The script for root that undoes preparation and installation of the units of one file."""
    files = " and ".join(unit.file_name for unit in units)
    title = f"Undoes the preparation and installation of {files}.\nDirectories stay; with the argument {DATA} they are removed with all that is in them."
    steps = list(_steps(*units))
    names = {name for step in steps for name in called(step)}
    functions = [VARIABLES, *([PARSER] if "read_units" in names else []), *needed(FUNCTIONS, names)]
    return script(title, steps, functions, directory="/", arguments=ARGUMENTS)


def _steps(*units: Effective) -> Iterator[Step]:
    yield Step("Read what the preparation wrote down.", (_call("read_record", RECORD),))
    yield _stop(*units)
    yield _remove(*units)
    yield removal(*units)  # files of sysusers.d and tmpfiles.d that stay are read next
    removals = [
        *(step for unit in units for step in (*_directory_steps(unit), *_node_steps(unit))),
        *(step for unit in units for step in _account_steps(unit)),
    ]
    if any(called(step) & READERS for step in removals):
        yield _read_units(*units)
    yield from removals
    yield Step("Remove from the record what is settled.", (_call("forget", RECORD, *recorded(*units)),))
    yield Step("List what stays and why.", (_call("finish"),))


def _call(*words: Word, when: tuple[ShellCommand, ...] = ()) -> Do:
    """A call of one of the script's functions."""
    return Do((ShellCommand(words),), when=when)


# --- units ------------------------------------------------------------------------------------------


def _installed(file: str) -> str:
    return f"{UNIT_DIRECTORY}/{file}"


def _exists(path: str) -> ShellCommand:
    return ShellCommand(("test", "-e", path))


def _stop(*units: Effective) -> Step:
    """What starts a service is stopped before it."""
    return Step(
        "Stop the units, and do not start them at boot any more.",
        tuple(do for unit in units for suffix in reversed(unit.file.suffixes) for do in _stop_one(unit, suffix)),
    )


def _stop_one(unit: Effective, suffix: str) -> Iterator[Do]:
    file, there = f"{unit.name}.{suffix}", _exists(_installed(unit.file.file(suffix)))
    failed = ShellCommand(("systemctl", "is-failed", "--quiet", "--", file))
    yield _call("try", file, "systemctl", "stop", "--", file, when=(there, BOOTED))
    yield _call("try", file, "systemctl", "reset-failed", "--", file, when=(there, BOOTED, failed))
    yield _call("try", file, "systemctl", "disable", "--quiet", "--", file, when=(there,))


def _remove(*units: Effective) -> Step:
    """Of a template only where no other instance is left. Drop-ins of a unit that was not installed here are not ours."""
    unit = units[0].file
    last = [_no_instance(unit.name, suffix) for suffix in unit.suffixes] if unit.is_template else []
    tests = tuple(test for pair in last for test in pair)
    paths = [_installed(unit.file(suffix)) for suffix in unit.suffixes]
    timers = [path for path in paths if path.endswith(".timer")]
    left = Do(
        (ShellCommand(("leave", unit.file(), "other instances of it are left.")),),
        unless=(ShellCommand(("none_left", *paths)),),
    )
    return Step(
        "Remove the files of the units with their drop-ins. A copy that the installation kept (.bak) stays.",
        (
            *(_call("remove_stamp", f"{one.name}.timer", when=(_exists(path),)) for path in timers for one in units),
            *(_call("remove_unit", path, when=(*tests, _exists(path))) for path in paths),
            Do((ShellCommand(("systemctl", "daemon-reload")),), when=(BOOTED,), may_fail=True),
            *([left] if tests else []),
        ),
    )


def _no_instance(name: str, suffix: str) -> tuple[ShellCommand, ShellCommand]:
    """Tests that no instance of a template is known to systemd or started at boot."""
    loaded = ("systemctl", "list-units", "--all", "--full", "--plain", "--no-legend", f"{name}*.{suffix}")
    linked = ("find", UNIT_DIRECTORY, "-name", f"{name}?*.{suffix}")
    return ShellCommand(("test", "-z", CommandOutput(loaded, quiet=True))), ShellCommand(
        ("test", "-z", CommandOutput(linked))
    )


def _read_units(*units: Effective) -> Step:
    """Files of a template may stay for other instances; these instances, which systemd may still know, are no reason."""
    names = [f"{unit.name}.{suffix}" for unit in units for suffix in unit.file.suffixes]
    return Step("Read what the other units name, which stays.", (_call("read_units", *names),))


# --- directories, links and sockets -----------------------------------------------------------------


def _directory_steps(unit: Effective) -> Iterator[Step]:
    required = requirements(unit)
    removals = [_removal(unit, row) for row in sorted(required.directories, key=lambda row: row.path)]
    links = [row for row in required.links if row.target not in {node.path for node in required.nodes}]
    if removals:
        above = _above([*(row.path for row in required.directories), *(link.path for link in links)])
        yield Step(
            f"If {DATA} is given, remove the directories with all that is in them, then directories above them that were "
            "created for them and are empty.",
            (
                *_moves_back(unit),
                *removals,
                *(_call("remove_link", *link, when=(WITH_DATA,)) for link in links),
                *([_call("remove_empty", *above, when=(WITH_DATA,))] if above else []),
            ),
        )
    for label in labels(unit):
        gone = ShellCommand(("test", "!", "-e", label.path))
        forget = ShellCommand(("semanage", "fcontext", "-d", label.pattern))
        yield Step(
            f"SELinux forgets the label of {label.path}.", (Do((forget,), when=(WITH_DATA, gone, *ON), may_fail=True),)
        )


def _moves_back(unit: Effective) -> Iterator[Do]:
    """systemd moves a directory of a dynamic user that was there before below private/."""
    for directory in unit.managed:
        if directory.is_private:
            yield _call("move_back", directory.path, directory.real, *BY_DYNAMIC_USER, when=(WITH_DATA,))


def _removal(unit: Effective, directory: RequiredDirectory) -> Do:
    is_managed = directory.kind == "managed"
    is_private = directory.path in {row.real for row in unit.managed if row.is_private}
    is_dynamic = is_managed and unit.is_dynamic
    above = parents(directory.path) if is_managed else ancestors(directory.path)
    origin = "dynamic" if is_private else "recorded"
    whose = BY_DYNAMIC_USER if is_dynamic else _quietly(as_prepared(unit, directory))
    return _call("remove_directory", directory.path, "\n".join(above), origin, *whose, when=(WITH_DATA,))


def _quietly(words: Iterable[Word]) -> tuple[Word, ...]:
    """Words without complaints about a user that is gone."""
    return tuple(word._replace(quiet=True) if isinstance(word, CommandOutput) else word for word in words)


def _above(paths: Iterable[str]) -> list[str]:
    """The directories above some paths that may be created along with them, deepest first."""
    return sorted({part for path in paths for part in parents(path)}, reverse=True)


def _node_steps(unit: Effective) -> Iterator[Step]:
    """Nothing is kept in a socket, so it is removed without being asked."""
    nodes = requirements(unit).nodes
    if nodes:
        links = [link for link in requirements(unit).links if link.target in {node.path for node in nodes}]
        above = _above([*(node.path for node in nodes), *(link.path for link in links)])
        yield Step(
            "Remove what systemd created for the socket unit to listen on.",
            (
                *(_call("remove_node", node.path, node.kind, *_as_created(node)) for node in nodes),
                *(_call("remove_link", *link) for link in links),
                *([_call("remove_empty", *above)] if above else []),
            ),
        )


def _as_created(node: Node) -> tuple[Word, ...]:
    """Tests of find for a socket as systemd creates it; some versions leave a message queue to root."""
    mode = ("-perm", f"{int(node.mode, 8):04o}")
    owner: tuple[Word, ...] = ("-user", node.user, "-group", group_word(node.user, node.group))
    if node.kind == "f":
        owner = ("(", *owner, "-o", "-user", "root", "-group", "root", ")")
    return _quietly((*owner, *mode))


# --- accounts ---------------------------------------------------------------------------------------


def _account_steps(unit: Effective) -> Iterator[Step]:
    required = requirements(unit)
    paths = [directory.path for directory in required.directories]
    if not required.users:
        yield Step("No user or group was created, so none is removed.")
    for user in required.users:
        yield _user_step(user, paths)
    for group in required.groups:
        yield _group_step(group, paths)


def _user_step(user: RequiredUser, paths: Iterable[str]) -> Step:
    if _is_of_system(user.name):
        return _left_step("passwd", user.name)
    return Step(
        f"Remove the user {user.name} if none of its directories is left. To find its other files: find / -xdev -user {user.name}",
        (_call("remove_user", user.name, f"{user.home}:{user.shell}", user.group, user.uid, *paths),),
    )


def _group_step(group: RequiredGroup, paths: Iterable[str]) -> Step:
    if _is_of_system(group.name):
        return _left_step("group", group.name)
    return Step(
        f"Remove the group {group.name}, unless userdel removed it.",
        (_call("remove_group", group.name, group.gid, *paths),),
    )


def _left_step(database: str, name: str) -> Step:
    what = "user" if database == "passwd" else "group"
    return Step(
        f"Leave the {what} {name}: systems have it for something else.", (_call("leave_account", database, name),)
    )


def _is_of_system(name: str) -> bool:
    """Whether systems have a user or a group of this name: a name is as good for the one as for the other."""
    return is_system_account(name) or name in SYSTEM_GROUPS

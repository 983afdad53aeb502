"""The steps that prepare a machine for a unit, as argument lists.

Sources: systemd.exec(5) on managed directories, useradd(8), and runs that showed what goes wrong (existing groups,
symbolic links on a second run, a configuration directory handed to the service's user).
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.effective import Effective, instances_of
from app.host.record import note
from app.host.requirements import (
    ExistingAccount,
    RequiredDirectory,
    RequiredGroup,
    RequiredPath,
    RequiredUser,
    Requirements,
    requirements,
)
from app.host.selinux import label_steps
from app.host.shell import Check, CommandOutput, Do, ShellCommand, Step, Test, Word, script
from app.host.shell_guards import GUARDS, NEEDED_BY
from app.unitfile.model import UnitFile
from app.values import ancestors

USERADD_FLAGS = (
    ("--system", "a system user: a UID below 1000, no aging"),
    ("--uid", "its number, where one is fixed so that it is the same on every machine"),
    ("--no-create-home", "no home directory is made"),
    ("--home-dir", "HOME is its state directory, or a path that does not exist, not /home"),
    ("--shell", "nologin, so that nobody can log in as it"),
    ("--gid", "its primary group is the one made above"),
)
"""What each flag of useradd does, for the page."""


def useradd_flags(unit: Effective) -> tuple[tuple[str, str], ...]:
    """The flags that useradd gets for a unit."""
    return tuple(row for row in USERADD_FLAGS if row[0] != "--uid" or unit.file.uid)


def missing_instance(unit: UnitFile) -> str:
    """What is missing for a template that names no instance, "" for every other unit."""
    if instances_of(unit):
        return ""
    prefix = unit.name.removesuffix("@")
    return f"{unit.name}.service is a template, and what its instances need follows from their names: name them, for example one, which is {prefix}@one.service (instance=one in a link)."


def prepare(*units: Effective) -> tuple[Step, ...]:
    """The steps that make the machine ready, in order; none of them touches what systemd makes itself.

    Of several units each step comes for all of them before the next, so that accounts are there before what needs them,
    and what several need is made once; the steps that only say something say of which unit.
    """
    stages = (_account_steps, _group_steps, _own_steps, _path_steps, _configuration_steps, _managed_steps)
    creating_first = sorted(units, key=lambda unit: unit.identity == "existing")
    steps = [_named(step, unit, units) for stage in stages for unit in creating_first for step in stage(unit)]
    return _each_once((*note(*units), *steps))


def accounts(unit: Effective) -> tuple[Step, ...]:
    """The steps that make or check the user and the groups."""
    return (*note(unit), *_account_steps(unit), *_group_steps(unit))


def directories(unit: Effective) -> tuple[Step, ...]:
    """The steps that make, hand over or check directories, for which the user must be there."""
    return (*_own_steps(unit), *_path_steps(unit), *_configuration_steps(unit), *_managed_steps(unit))


def prepare_script(*units: Effective) -> str:
    """The steps as one script for root."""
    steps = prepare(*units)
    called = {
        guard.argv[0] for step in steps for action in step.actions if isinstance(action, Do) for guard in action.guards
    }
    needed = {name for guard in called for name in NEEDED_BY[str(guard)]}
    functions = [text for name, text in GUARDS.items() if name in needed]
    files = " and ".join(unit.file_name for unit in units)
    return script(f"Prepares a machine for {files}.", steps, functions, directory="/")


def _named(step: Step, unit: Effective, units: Sequence[Effective]) -> Step:
    """A step that only says something, with the unit that it says it of, where there are others."""
    return replace(step, why=f"{unit.file_name}: {step.why}") if len(units) > 1 and not step.actions else step


def _each_once(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps, of those that make the same thing or are the same the first."""
    first: dict[object, Step] = {}
    for step in steps:
        first.setdefault(_made(step), step)
    return tuple(first.values())


def _made(step: Step) -> object:
    """What a step makes, told by the test of whether it is there; else the step itself."""
    alone = step.actions[0] if len(step.actions) == 1 else None
    return alone.unless if isinstance(alone, Do) and alone.unless else step


def _account_steps(unit: Effective) -> Iterator[Step]:
    required = requirements(unit)
    for group in required.groups:
        yield _group_step(group)
    for user in required.users:
        yield from _user_steps(user)
    yield from _number_step(required)
    if unit.identity == "existing":
        checks = tuple(
            _account_check(account) for account in required.accounts if account.directive in ("User", "Group")
        )
        why = f"The account {unit.user} is used as it is: it must exist, or the service fails with 217/USER."
        yield Step(why, checks)
    elif unit.identity == "dynamic":
        yield Step(
            "No user is created and nothing is handed over: systemd makes the user when the service starts, and would take "
            "one that was made beforehand instead."
        )
    elif unit.identity == "root":
        yield Step("No user is created: the service runs as root.")


def _group_step(group: RequiredGroup) -> Step:
    number = ("--gid", group.gid) if group.gid else ()
    return Step(
        f"The group {group.name} is made first, unless it is there: the user gets it as its primary group.",
        (Do((ShellCommand(("groupadd", "--system", *number, "--", group.name)),), unless=_entry("group", group.name)),),
    )


def _user_steps(user: RequiredUser) -> Iterator[Step]:
    home_and_shell = ("--home-dir", user.home, "--shell", user.shell)
    number = ("--uid", user.uid) if user.uid else ()
    useradd = (
        "useradd",
        "--system",
        *number,
        "--no-create-home",
        *home_and_shell,
        "--gid",
        user.group,
        "--",
        user.name,
    )
    yield Step(
        f"The user {user.name} is made, unless it is there: a system user that nobody can log in as.",
        (Do((ShellCommand(useradd),), unless=_entry("passwd", user.name)),),
    )
    yield Step(
        "A user that was there before must have the same primary group, or files would belong to another group than planned.",
        (
            Check(
                _primary_group_is(user.name, user.group),
                f"The user {user.name} exists with another primary group than {user.group}. Choose another user, or set Group= to that group.",
            ),
        ),
    )


def _number_step(required: Requirements) -> Iterator[Step]:
    checks = [
        Check(
            (*_entry("group", name), ShellCommand(("cut", "-d:", "-f3"), root=False), _is_line(gid)),
            f"The group {name} exists with another number than {gid}. Give it that one with groupmod, or take gid= out.",
        )
        for name, gid in required.groups
        if gid
    ] + [
        Check(
            (ShellCommand(("id", "-u", "--", user.name), root=False), _is_line(user.uid)),
            f"The user {user.name} exists with another number than {user.uid}. Give it that one with usermod, or take uid= out.",
        )
        for user in required.users
        if user.uid
    ]
    if checks:
        yield Step("What was there before must have the numbers that are the same on all machines.", tuple(checks))


_WHERE_MISSING = {
    "User": "Create it, or let this tool create one of its own.",
    "Group": "Create it, or correct Group=.",
    "SupplementaryGroups": "Install what brings it, or take it out of SupplementaryGroups=.",
}
"""What to do where an account is missing, by the directive that names it."""


def _account_check(account: ExistingAccount) -> Check:
    what = "user" if account.database == "passwd" else "group"
    sentence = f"The {what} {account.name} does not exist here. {_WHERE_MISSING[account.directive]}"
    return Check(_entry(account.database, account.name), sentence)


def _group_steps(unit: Effective) -> Iterator[Step]:
    required = requirements(unit)
    groups = [account for account in required.accounts if account.directive == "SupplementaryGroups"]
    if required.more_groups:
        yield Step(
            f"The script does not check {required.more_groups} more groups in SupplementaryGroups= of {unit.file_name}."
        )
    if groups:
        yield Step(
            "Supplementary groups come with the package that owns the resource: where one is missing, the service fails with 216/GROUP.",
            tuple(_account_check(group) for group in groups),
        )


def _own_steps(unit: Effective) -> Iterator[Step]:
    for own in requirements(unit).directories:
        if own.is_handed_over:
            access = "writes" if own.is_writable else "only reads"
            yield Step(
                f"{own.path} is for the service, which {access} there: it is handed to {own.user} with all that is in it and mode {own.mode}, and links in it are not followed.",
                (_own_directory(own),),
            )
            yield from label_steps(unit, own.path)


def _own_directory(own: RequiredDirectory) -> Do:
    way = ancestors(own.path)
    parts = [*way, own.path]
    taken = ("-prune", "(", "-type", "l", "-o", "-not", "-uid", "0", "-not", "-user", own.user, ")")
    return Do(
        (
            ShellCommand(("mkdir", "-p", "--", own.path), umask="022"),
            ShellCommand(("chown", "-RhP", "--", group_word(own.user, own.group, f"{own.user}:"), own.path)),
            ShellCommand(("chmod", "--", regex_escaped(own.mode), own.path)),
        ),
        guards=(ShellCommand(("guard_way", *way)), ShellCommand(("guard_tree", own.path, own.user))),
        careful=(
            way_is_of_root(own.path),
            ShellCommand(("test", "-z", CommandOutput(("find", own.path, *taken), root=True, quiet=True)), root=False),
        ),
        sentence=f"{own.path} was left alone: it is a symbolic link or belongs to somebody else, or others than root can change the way to it. Look at it with: {shlex.join(['ls', '-ld', *parts])}",
    )


def way_is_of_root(path: str) -> ShellCommand:
    """Tests that root alone can change the way to a path."""
    changeable = ("-prune", "(", "-not", "-uid", "0", "-o", "-perm", "/022", ")")
    found = CommandOutput(("find", *ancestors(path), *changeable), root=True, quiet=True)
    return ShellCommand(("test", "-z", found), root=False)


def owner(unit: Effective) -> tuple[str, Word]:
    """Who owns what is handed over: the user, and user and group as chown takes them."""
    if unit.identity == "root":
        return "root", "root:root"
    return unit.user, of_its_group(unit, f"{unit.user}:")


def of_its_group(unit: Effective, before: str = "") -> Word:
    """The group of the service as a word, with text before it. Where only the machine knows it, it is asked for its number."""
    return group_word(unit.user, unit.group, before)


def group_word(user: str, group: str, before: str = "") -> Word:
    """A group as a word, with text before it; the primary group of the user where none is named."""
    return f"{before}{group}" if group else CommandOutput(("id", "-g", "--", user), before)


def regex_escaped(mode: str) -> str:
    """The mode with five digits, which also take away a set-group-ID bit that a new directory inherits (chmod(1))."""
    return f"{int(mode, 8):05o}"


def _path_steps(unit: Effective) -> Iterator[Step]:
    required = requirements(unit)
    paths = required.paths
    if required.more_paths:
        yield Step(
            f"The script does not check {required.more_paths} more paths in ReadWritePaths= of {unit.file_name}."
        )
    if paths:
        yield Step(
            "Paths in ReadWritePaths= are only looked at: a missing one fails the service with 226/NAMESPACE, and being listed "
            "gives no right to write, which is for their owner and mode to give.",
            tuple(check for path in paths for check in _path_checks(path)),
        )


def _path_checks(path: RequiredPath) -> Iterator[Check]:
    yield Check(
        (ShellCommand(("test", "-e", path.path)),),
        f"{path.path} does not exist. Create it, or name it as a directory of your own to have it created.",
    )
    if path.user:
        form = "%u" if path.user.isdigit() else "%U"
        owned = (
            ShellCommand(("stat", "-L", "-c", form, "--", path.path)),
            _is_line(path.user),
        )
        yield Check(
            owned,
            f"{path.path} does not belong to {path.user}: the service can write there only where its mode lets it.",
            stops=False,
        )


def _configuration_steps(unit: Effective) -> Iterator[Step]:
    for directory in requirements(unit).directories:
        if directory.kind == "configuration":
            yield _configuration_step(unit, directory)


def as_prepared(unit: Effective, directory: RequiredDirectory) -> tuple[Word, ...]:
    """Tests of find for the owner, group and mode of a directory, as the preparation or systemd makes it.

    The service may change the mode of a managed directory, so that is not asked for.
    """
    mode = ("-perm", f"{int(directory.mode, 8):04o}") if directory.kind != "managed" else ()
    return ("-user", directory.user, "-group", group_word(unit.user, directory.group), *mode)


def _configuration_step(unit: Effective, directory: RequiredDirectory) -> Step:
    """One that is there is never changed: it may be a package's."""
    path, mode = directory.path, directory.mode
    group = group_word(unit.user, directory.group)
    install = ("install", "-d", "-o", "root", "-g", group, "-m", regex_escaped(mode), "--", path)
    as_planned = ("-prune", "-type", "d", *as_prepared(unit, directory))
    named = f"group {group}" if isinstance(group, str) else f"the group of {unit.user}"
    why = "as its user does not exist yet, and" if unit.is_dynamic else "since"
    return Step(
        f"{path} belongs to root, with {named} and mode {mode}, {why} systemd would hand it to the service, which could then change its own configuration.",
        (
            Do(
                (ShellCommand(install),),
                unless=(ShellCommand(("test", "-e", path)),),
                guards=(ShellCommand(("guard_way", *ancestors(path))),),
            ),
            Check(
                (ShellCommand(("find", path, *as_planned)), ShellCommand(("grep", "-q", "."), root=False)),
                f"{path} was there and is not a directory of root with {named} and mode {mode}. If it is meant for this service, change it, or choose another name.",
            ),
        ),
    )


def _managed_steps(unit: Effective) -> Iterator[Step]:
    paths = [directory.path for directory in unit.managed if not directory.is_of_root]
    if paths:
        yield Step(f"Nothing to do for {', '.join(paths)}: systemd creates what it manages when the service starts.")


def _entry(database: str, name: str) -> Test:
    return (ShellCommand(("getent", database, "--", name), root=False),)


def _primary_group_is(user: str, group: str) -> Test:
    ask = "-g" if group.isdigit() else "-gn"
    return (ShellCommand(("id", ask, "--", user), root=False), _is_line(group))


def _is_line(text: str) -> ShellCommand:
    """Tests that a line of what it reads is a text."""
    return ShellCommand(("grep", "-qxF", "-e", text), root=False)

"""The steps that prepare a machine for a unit, and those that install and start it, as argument lists.

Sources: systemd.exec(5) on managed directories, useradd(8), and runs that showed what goes wrong (existing groups,
symbolic links on a second run, a configuration directory handed to the service's user).
"""

import shlex
from collections.abc import Iterator

from app import catalogue
from app.effective import Effective
from app.shell import Check, Command, Do, OutputOf, Step, Test, Word, script
from app.unitfile import OwnDirectory
from app.values import ancestors

UNIT_DIRECTORY = "/etc/systemd/system"

USERADD_FLAGS = (
    ("--system", "a system user: a UID below 1000, no aging"),
    ("--no-create-home", "no home directory is made"),
    ("--home-dir", "HOME is its state directory, or a path that does not exist, not /home"),
    ("--shell /usr/sbin/nologin", "nobody can log in as it"),
    ("--gid", "its primary group is the one made above"),
)
"""What each flag of useradd does, for the page."""

GUARDS = {
    "guard_way": r"""# Stops unless root alone can change the way to a directory: each argument is one component of it, from / down.
guard_way() {
  for part do
    [ ! -L "$part" ] || stop "$part is a symbolic link. Name the directory it leads to instead."
    [ -e "$part" ] || continue
    [ -d "$part" ] || stop "$part is not a directory."
    [ -n "$(find "$part" -prune -uid 0 ! -perm /022)" ] ||
      stop "$part can be changed by others than root, who could lead this script elsewhere. Take their write access away, or choose another path."
  done
}
""",
    "guard_tree": r"""# Stops unless a directory ($1) can be handed to a user ($2) with all that is in it.
guard_tree() {
  [ ! -L "$1" ] || stop "$1 is a symbolic link. Name the directory it leads to instead."
  [ -e "$1" ] || return 0
  [ -d "$1" ] || stop "$1 is not a directory."
  guard_mounts "$1" "$2"
  # shellcheck disable=SC2016 # expanded by the inner shell
  found=$(find "$1" -ignore_readdir_race -type l -exec sh -c '
    target=$(readlink -f -- "$2") || exit 0
    case $target in "$1" | "$1"/*) exit 1 ;; esac' sh "$1" {} \; -print -quit) || stop "$1 could not be searched for links."
  [ -z "$found" ] || stop "$(shown "$found") is a link that leads out of $1. Remove it if the service put it there."
  found=$(find "$1" -ignore_readdir_race ! -type d -links +1 ! -user "$2" -print -quit) || stop "$1 could not be searched."
  [ -z "$found" ] || stop "$(shown "$found") is not $2's and has a second name, maybe elsewhere. Remove it if the service put it there, or replace it by a copy."
  [ -z "$(find "$1" -prune -user "$2")" ] || return 0
  found=$(find "$1" -ignore_readdir_race ! -user "$2" ! -uid 0 -print -quit) || stop "$1 could not be searched."
  [ -z "$found" ] || stop "$(shown "$found") belongs to somebody else. If all in $1 is for $2, run: chown $2 '$1'"
}
""",
    "guard_mounts": r"""# Stops if something is mounted in a directory ($1) and does not belong to a user ($2).
guard_mounts() {
  while read -r _ _ _ _ point _; do
    point=$(printf %b "$point")
    case $point in
      "$1"/*) [ -n "$(find "$point" -prune -user "$2")" ] || stop "$(shown "$point") is mounted and does not belong to $2. Unmount it, or choose a directory beside it." ;;
    esac
  done </proc/self/mountinfo
}
""",
    "shown": r"""# Prints a name ($1) that somebody else chose, so that it cannot speak to the terminal.
shown() {
  printf %s "$1" | LC_ALL=C tr -c '[:print:]' '?'
}
""",
}
"""The shell functions that a script calls before it touches a path, by name."""

NEEDED_BY = {"guard_way": ("guard_way",), "guard_tree": ("guard_tree", "guard_mounts", "shown")}
"""What each guard that a step names needs, itself included."""


def prepare(unit: Effective) -> tuple[Step, ...]:
    """The steps that make the machine ready, in order; none of them touches what systemd makes itself."""
    return (
        *_account_steps(unit),
        *_group_steps(unit),
        *_own_steps(unit),
        *_path_steps(unit),
        *_configuration_steps(unit),
        *_managed_steps(unit),
    )


def prepare_script(unit: Effective) -> str:
    """The steps as one script for root."""
    steps = prepare(unit)
    called = {
        guard.argv[0] for step in steps for action in step.actions if isinstance(action, Do) for guard in action.guards
    }
    needed = {name for guard in called for name in NEEDED_BY[str(guard)]}
    functions = [text for name, text in GUARDS.items() if name in needed]
    return script(f"Prepares a machine for {unit.unit.name}.service.", steps, functions, directory="/")


def _account_steps(unit: Effective) -> Iterator[Step]:
    if unit.identity == "own":
        yield from _own_user_steps(unit.user, unit.group, unit.home)
    elif unit.identity == "existing":
        yield from _existing_user_steps(unit.user, unit.group)
    elif unit.identity == "dynamic":
        yield Step(
            "No user is created and nothing is handed over: systemd makes the user when the service starts, and would take "
            "one that was made beforehand instead."
        )
    else:
        yield Step("No user is created: the service runs as root.")


def _own_user_steps(user: str, group: str, home: str) -> Iterator[Step]:
    yield Step(
        f"The group {group} is made first, unless it is there: the user gets it as its primary group.",
        (Do((Command(("groupadd", "--system", "--", group)),), unless=_entry("group", group)),),
    )
    home_and_shell = ("--home-dir", home, "--shell", "/usr/sbin/nologin")
    useradd = ("useradd", "--system", "--no-create-home", *home_and_shell, "--gid", group, "--", user)
    yield Step(
        f"The user {user} is made, unless it is there: a system user that nobody can log in as.",
        (Do((Command(useradd),), unless=_entry("passwd", user)),),
    )
    yield Step(
        "A user that was there before must have the same primary group, or files would belong to another group than planned.",
        (
            Check(
                _primary_group_is(user, group),
                f"The user {user} exists with another primary group than {group}. Choose another user, or set Group= to that group.",
            ),
        ),
    )


def _existing_user_steps(user: str, group: str) -> Iterator[Step]:
    must_exist = f"The user {user} does not exist here. Create it, or let this tool create one of its own."
    checks = [Check(_entry("passwd", user), must_exist)]
    if group:
        must_exist = f"The group {group} does not exist here. Create it, or correct Group=."
        checks.append(Check(_entry("group", group), must_exist))
    yield Step(
        f"The account {user} is used as it is: it must exist, or the service fails with 217/USER.", tuple(checks)
    )


def _group_steps(unit: Effective) -> Iterator[Step]:
    groups = unit.supplementary_groups
    if unit.identity == "dynamic" and unit.group:
        groups = tuple(group for group in groups if group != unit.group)
    if groups:
        yield Step(
            "Supplementary groups come with the package that owns the resource: where one is missing, the service fails with 216/GROUP.",
            tuple(
                Check(
                    _entry("group", group),
                    f"The group {group} does not exist here. Install what brings it, or take it out of SupplementaryGroups=.",
                )
                for group in groups
            ),
        )


def _own_steps(unit: Effective) -> Iterator[Step]:
    for own in unit.unit.own:
        access = "writes" if own.writable else "only reads"
        user, _ = _owner(unit)
        yield Step(
            f"{own.path} is for the service, which {access} there: it is handed to {user} with all that is in it and mode {own.effective_mode}, and links in it are not followed.",
            (_own_directory(unit, own),),
        )


def _own_directory(unit: Effective, own: OwnDirectory) -> Do:
    user, owner = _owner(unit)
    way = ancestors(own.path)
    parts = [*way, own.path]
    taken = ("-prune", "(", "-type", "l", "-o", "-not", "-uid", "0", "-not", "-user", user, ")")
    changeable = ("-prune", "(", "-not", "-uid", "0", "-o", "-perm", "/022", ")")
    return Do(
        (
            Command(("mkdir", "-p", "--", own.path), umask="022"),
            Command(("chown", "-RhP", "--", owner, own.path)),
            Command(("chmod", "--", _exact(own.effective_mode), own.path)),
        ),
        guards=(Command(("guard_way", *way)), Command(("guard_tree", own.path, user))),
        careful=(
            Command(("test", "-z", OutputOf(("find", *way, *changeable), root=True, quiet=True)), root=False),
            Command(("test", "-z", OutputOf(("find", own.path, *taken), root=True, quiet=True)), root=False),
        ),
        sentence=f"{own.path} was left alone: it is a symbolic link or belongs to somebody else, or others than root can change the way to it. Look at it with: {shlex.join(['ls', '-ld', *parts])}",
    )


def _owner(unit: Effective) -> tuple[str, Word]:
    """Who owns what is handed over: the user, and user and group as chown takes them."""
    if unit.identity == "root":
        return "root", "root:root"
    return unit.user, _of_its_group(unit, f"{unit.user}:")


def _of_its_group(unit: Effective, before: str = "") -> Word:
    """The group of the service as a word, with text before it. Where only the machine knows it, it is asked for its number."""
    return f"{before}{unit.group}" if unit.group else OutputOf(("id", "-g", "--", unit.user), before)


def _exact(mode: str) -> str:
    """The mode with five digits, which also take away a set-group-ID bit that a new directory inherits (chmod(1))."""
    return f"{int(mode, 8):05o}"


def _path_steps(unit: Effective) -> Iterator[Step]:
    paths = unit.unprepared_paths
    if paths:
        yield Step(
            "Paths in ReadWritePaths= are only looked at: a missing one fails the service with 226/NAMESPACE, and being listed "
            "gives no right to write, which is for their owner and mode to give.",
            tuple(check for path in paths for check in _path_checks(unit, path)),
        )


def _path_checks(unit: Effective, path: str) -> Iterator[Check]:
    yield Check(
        (Command(("test", "-e", path)),),
        f"{path} does not exist. Create it, or name it as a directory of your own to have it created.",
    )
    if unit.identity in {"own", "existing"}:
        form = "%u" if unit.user.isdigit() else "%U"
        owned = (
            Command(("stat", "-L", "-c", form, "--", path)),
            Command(("grep", "-qxF", "-e", unit.user), root=False),
        )
        yield Check(
            owned,
            f"{path} does not belong to {unit.user}: the service can write there only where its mode lets it.",
            stops=False,
        )


def _configuration_steps(unit: Effective) -> Iterator[Step]:
    for directory in unit.managed:
        if directory.row.directive == "ConfigurationDirectory":
            yield _configuration_step(unit, directory.path)


def _configuration_step(unit: Effective, path: str) -> Step:
    """One that is there is never changed: it may be a package's."""
    group, mode = _configuration_access(unit)
    install = ("install", "-d", "-o", "root", "-g", group, "-m", _exact(mode), "--", path)
    as_planned = ("-prune", "-type", "d", "-user", "root", "-group", group, "-perm", f"{int(mode, 8):04o}")
    named = f"group {group}" if isinstance(group, str) else f"the group of {unit.user}"
    why = "as its user does not exist yet, and" if unit.is_dynamic else "since"
    return Step(
        f"{path} belongs to root, with {named} and mode {mode}, {why} systemd would hand it to the service, which could then change its own configuration.",
        (
            Do(
                (Command(install),),
                unless=(Command(("test", "-e", path)),),
                guards=(Command(("guard_way", *ancestors(path))),),
            ),
            Check(
                (Command(("find", path, *as_planned)), Command(("grep", "-q", "."), root=False)),
                f"{path} was there and is not a directory of root with {named} and mode {mode}. If it is meant for this service, change it, or choose another name.",
            ),
        ),
    )


def _configuration_access(unit: Effective) -> tuple[Word, str]:
    """The group and the mode of what is in /etc: readable by the service, where its user exists before it runs."""
    if unit.is_dynamic:
        return "root", "0755"
    group = "root" if unit.identity == "root" else _of_its_group(unit)
    return group, unit.unit.value("ConfigurationDirectoryMode") or "0750"


def _managed_steps(unit: Effective) -> Iterator[Step]:
    paths = [directory.path for directory in unit.managed if directory.row.directive != "ConfigurationDirectory"]
    if paths:
        yield Step(f"Nothing to do for {', '.join(paths)}: systemd creates what it manages when the service starts.")


def _entry(database: str, name: str) -> Test:
    return (Command(("getent", database, "--", name), root=False),)


def _primary_group_is(user: str, group: str) -> Test:
    ask = "-g" if group.isdigit() else "-gn"
    return (Command(("id", ask, "--", user), root=False), Command(("grep", "-qxF", "-e", group), root=False))


KEEP_COPY = 'test ! -e "$2" || cmp -s -- "$1" "$2" || cp -p -- "$2" "$2.bak"'
"""Keeps the unit that is there ($2), unless it is the new one ($1): a second run would lose the copy of the first."""


def install(unit: Effective) -> tuple[Step, ...]:
    """The steps that check, install and start the unit, whose file is in the current directory."""
    file = f"{unit.unit.name}.service"
    installed = f"{UNIT_DIRECTORY}/{file}"
    strict = ("--recursive-errors=no",) if unit.unit.target.version >= 250 else ()
    links = [row for row in catalogue.DIRECTIVES if row.section == "Install" and unit.unit.is_set(row.name)]
    read = {row.name for row in links if row.is_read_by(unit.version)}
    enable = (Command(("systemctl", "enable", file)),) if read else ()
    at_boot = not read.isdisjoint({"WantedBy", "RequiredBy", "UpheldBy"})
    starts = (
        "starts now and at every boot"
        if at_boot
        else "starts now, and not at boot, since nothing in [Install] wants it"
    )
    return (
        Step(
            f"A unit that systemd would misread changes nothing: {file} in this directory is checked first, then a unit that is there is kept beside it as .bak, and this one takes its place and {starts}.",
            (
                Do(
                    (
                        Command(("systemd-analyze", "verify", *strict, "--man=no", f"./{file}"), root=False),
                        Command(("sh", "-c", KEEP_COPY, "sh", f"./{file}", installed)),
                        Command(("install", "-m", "0644", "-o", "root", "-g", "root", "--", f"./{file}", installed)),
                        Command(("systemctl", "daemon-reload")),
                        *enable,
                        Command(("systemctl", "restart", file)),
                    )
                ),
            ),
        ),
        Step(
            "How it is, and what it said.",
            (
                Do((Command(("systemctl", "status", "--no-pager", file), root=False),), may_fail=True),
                Do((Command(("journalctl", "--no-pager", "-n", "50", "-u", file)),), may_fail=True),
            ),
        ),
    )


def install_script(unit: Effective) -> str:
    """The steps as one script for root, run where the unit's file is."""
    return script(f"Installs and starts {unit.unit.name}.service, whose file is in this directory.", install(unit))

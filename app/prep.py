"""The steps that prepare a machine for a unit, and those that install and start it, as argument lists.

Sources: systemd.exec(5) on managed directories, useradd(8), and runs that showed what goes wrong (existing groups,
symbolic links on a second run, a configuration directory handed to the service's user).
"""

from collections.abc import Iterator

from app.effective import Effective, ManagedDirectory
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
    [ -z "$(find "$part" -prune \( ! -uid 0 -o -perm /022 \) -print)" ] ||
      stop "$part can be changed by others than root, who could lead this script elsewhere. Take their write access away, or choose another path."
  done
}
""",
    "guard_tree": r"""# Stops if a directory ($1) is a link, or holds links that lead out of it or files of others under a second name;
# $2 is the user it belongs to.
guard_tree() {
  [ ! -L "$1" ] || stop "$1 is a symbolic link. Name the directory it leads to instead."
  [ -e "$1" ] || return 0
  [ -d "$1" ] || stop "$1 is not a directory."
  # shellcheck disable=SC2016 # expanded by the inner shell
  out=$(find "$1" -type l -exec sh -c '
    for link do
      target=$(readlink -f -- "$link") || target=
      case $target in "$0" | "$0"/*) ;; *) printf "%s " "$link" ;; esac
    done' "$1" {} +)
  [ -z "$out" ] || stop "These links lead out of $1: $out. Remove them if the service put them there."
  out=$(find "$1" -type f -links +1 ! -user "$2" -print)
  [ -z "$out" ] || stop "These files in $1 belong to others and have a second name elsewhere: $out. Move them away."
}
""",
    "guard_owner": r"""# Stops if a directory ($2) is there and its owner and group are not $1.
guard_owner() {
  [ ! -e "$2" ] || [ "$(stat -c %U:%G -- "$2")" = "$1" ] ||
    stop "$2 exists and does not belong to $1. If it is this service's, run: chown $1 $2"
}
""",
}
"""The shell functions that a script calls before it touches a path, by name."""


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
    functions = [text for name, text in GUARDS.items() if name in called]
    return script(f"Prepares a machine for {unit.unit.name}.service.", steps, functions)


def _account_steps(unit: Effective) -> Iterator[Step]:
    if unit.identity == "own":
        yield from _own_user_steps(unit.user, unit.group, unit.home)
    elif unit.identity == "existing":
        yield from _existing_user_steps(unit.user, unit.group)
    elif unit.identity == "dynamic":
        yield Step(
            "No user is created and nothing is handed over: systemd makes the user when the service starts, and a user or "
            "group of that name made beforehand would be taken instead."
        )
    else:
        yield Step("No user is created: the service runs as root.")


def _own_user_steps(user: str, group: str, home: str) -> Iterator[Step]:
    yield Step(
        f"The group {group}, unless it is there: useradd would refuse to make it a second time.",
        (Do((Command(("groupadd", "--system", "--", group)),), unless=_entry("group", group)),),
    )
    useradd = (
        "useradd",
        "--system",
        "--no-create-home",
        "--home-dir",
        home,
        "--shell",
        "/usr/sbin/nologin",
        "--gid",
        group,
        "--",
        user,
    )
    yield Step(
        f"The user {user}, unless it is there: a system user that nobody can log in as.",
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
    checks = [
        Check(
            _entry("passwd", user),
            f"The user {user} does not exist here. Create it, or let this tool create one of its own.",
        )
    ]
    if group:
        checks.append(
            Check(_entry("group", group), f"The group {group} does not exist here. Create it, or correct Group=.")
        )
    yield Step(
        f"The account {user} is used as it is: it must exist, or the service fails with 217/USER.", tuple(checks)
    )


def _group_steps(unit: Effective) -> Iterator[Step]:
    groups = unit.supplementary_groups
    if unit.identity == "dynamic" and unit.group:
        groups = tuple(group for group in groups if group != unit.group)
    if groups:
        yield Step(
            "Supplementary groups must exist, or the service fails with 216/GROUP: the package that owns the resource makes them.",
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
        access = "it may write there" if own.writable else "it may read there"
        yield Step(
            f"{own.path} belongs to the service, mode {own.effective_mode}: {access}. Links in it are not followed.",
            (_own_directory(unit, own),),
        )


def _own_directory(unit: Effective, own: OwnDirectory) -> Do:
    owner = owner_of_own(unit)
    way = ancestors(own.path)
    return Do(
        (
            Command(("mkdir", "-p", "--", own.path)),
            Command(("chown", "-RhP", "--", owner, own.path)),
            Command(("chmod", "--", own.effective_mode, own.path)),
        ),
        guards=(
            Command(("guard_way", *way)),
            Command(("guard_tree", own.path, owner.partition(":")[0])),
        ),
        careful=tuple(Command(("test", "!", "-L", path), root=False) for path in [*way[1:], own.path]),
    )


def owner_of_own(unit: Effective) -> str:
    """USER:GROUP of the directories handed over; USER: where the group is the account's own."""
    if unit.identity == "root":
        return "root:root"
    return f"{unit.user}:{unit.group}"


def _path_steps(unit: Effective) -> Iterator[Step]:
    paths = unit.unprepared_paths
    if paths:
        yield Step(
            "Paths in ReadWritePaths= must exist, or the service fails with 226/NAMESPACE, and being listed gives no right to write: "
            "their owner or mode must. They are only looked at, never changed.",
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
            yield _configuration_step(unit, directory)


def _configuration_step(unit: Effective, directory: ManagedDirectory) -> Step:
    if unit.identity == "dynamic":
        group, mode = "root", "0755"
        who = "readable by all, since the user does not exist yet"
    elif unit.identity == "root":
        group, mode, who = "root", _configuration_mode(unit), "for root"
    else:
        group, mode, who = unit.group or unit.user, _configuration_mode(unit), "readable by the service's group"
    needs_asking = unit.identity == "existing" and not unit.group
    group_word: Word = OutputOf(("id", "-gn", "--", unit.user)) if needs_asking else group
    guards = [Command(("guard_way", *ancestors(directory.path))), Command(("guard_way", directory.path))]
    if not needs_asking:
        guards.append(Command(("guard_owner", f"root:{group}", directory.path)))
    return Step(
        f"{directory.path} belongs to root, {who}: systemd would hand it to the service's user if it had to create it, and the service could change its own configuration.",
        (
            Do(
                (Command(("install", "-d", "-o", "root", "-g", group_word, "-m", mode, "--", directory.path)),),
                guards=tuple(guards),
                careful=(
                    Command(("test", "!", "-e", directory.path), root=False),
                    Command(("test", "!", "-L", directory.path), root=False),
                ),
            ),
        ),
    )


def _configuration_mode(unit: Effective) -> str:
    return unit.unit.value("ConfigurationDirectoryMode") or "0750"


def _managed_steps(unit: Effective) -> Iterator[Step]:
    paths = [directory.path for directory in unit.managed if directory.row.directive != "ConfigurationDirectory"]
    if paths:
        yield Step(f"Nothing to do for {', '.join(paths)}: systemd creates what it manages when the service starts.")


def _entry(database: str, name: str) -> Test:
    return (Command(("getent", database, "--", name), root=False),)


def _primary_group_is(user: str, group: str) -> Test:
    ask = "-g" if group.isdigit() else "-gn"
    return (Command(("id", ask, "--", user), root=False), Command(("grep", "-qxF", "-e", group), root=False))


def install(unit: Effective) -> tuple[Step, ...]:
    """The steps that check, install and start the unit, whose file is in the current directory."""
    file = f"{unit.unit.name}.service"
    installed = f"{UNIT_DIRECTORY}/{file}"
    strict = ("--recursive-errors=no",) if unit.unit.target.version >= 250 else ()
    enable = (Do((Command(("systemctl", "enable", file)),)),) if unit.unit.is_set("WantedBy") else ()
    return (
        Step(
            f"Check {file} in this directory, keep a copy of a unit that is there, and put it in place; a unit that systemd would misread replaces nothing.",
            (
                Do(
                    (
                        Command(("systemd-analyze", "verify", *strict, "--man=no", f"./{file}"), root=False),
                        Command(("sh", "-c", 'test ! -e "$1" || cp -p -- "$1" "$1.bak"', "sh", installed)),
                        Command(("install", "-m", "0644", "-o", "root", "-g", "root", "--", f"./{file}", installed)),
                    )
                ),
            ),
        ),
        Step("Let systemd read it.", (Do((Command(("systemctl", "daemon-reload")),)),)),
        Step(
            "Start it at every boot."
            if enable
            else "It has no WantedBy=, so nothing starts it at boot; it is started by hand or by another unit.",
            enable,
        ),
        Step(
            "Start it now; restart also replaces a process that runs with the old unit.",
            (Do((Command(("systemctl", "restart", file)),)),),
        ),
        Step(
            "See how it is, and what it said.",
            (
                Do((Command(("systemctl", "status", "--no-pager", file), root=False),)),
                Do((Command(("journalctl", "--no-pager", "-n", "50", "-u", file)),)),
            ),
        ),
    )


def install_script(unit: Effective) -> str:
    """The steps as one script for root, run where the unit's file is."""
    return script(f"Installs and starts {unit.unit.name}.service, whose file is in this directory.", install(unit))

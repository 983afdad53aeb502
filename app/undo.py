"""The script that takes away what preparation and installation made: unit, directories where asked for, user and group.

It leaves what other units name, what is not as the preparation makes it, and accounts whose directories stay: the number of
an account that is gone is given to the next one, and with it all that still belongs to it. Sources: userdel(8), groupdel(8),
systemctl(1), and runs.
"""

import re
from collections.abc import Iterable, Iterator

from app.effective import Effective
from app.guards import GUARDS
from app.installation import UNIT_DIRECTORY
from app.labels import ON, labels
from app.native_files import REMOVE_FILE, removal
from app.reserved import EVERYWHERE, RESERVED_DIRECTORIES, SHARED_DIRECTORIES, SYSTEM_ACCOUNTS, SYSTEM_GROUPS
from app.shell import Check, Command, Do, OutputOf, Step, script
from app.values import ancestors
from app.wanted import Directory, Group, wanted

DATA = "--data"
"""The argument that has directories removed too."""

ARGUMENTS = (
    'case "$*" in',
    "'') data=no ;;",
    f"{DATA}) data=yes ;;",
    f"*) stop 'This takes {DATA} or nothing.' ;;",
    "esac",
)

FUNCTIONS = (
    """# Says something about what is left alone.
tell() {
  printf '%s\\n' "$1" >&2
}
""",
    """# Whether no unit on this machine matches a regular expression ($1).
alone() {
  ! grep -rqsE --include='*.service' --include='*.socket' --include='*.conf' -e "$1" /etc/systemd/system \\
    /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system
}
""",
    """# Whether none of these paths is left.
none_left() {
  for path do
    [ ! -e "$path" ] || return 1
  done
}
""",
    """# Whether a number ($1) is the one that was fixed ($2), or without one is of those that useradd --system gives.
made_number() {
  if [ -n "$2" ]; then [ "$1" = "$2" ]; else [ "$1" -ge 100 ] && [ "$1" -lt 1000 ]; fi
}
""",
    """# Whether directories shall go too.
with_data() {
  [ "$data" = yes ]
}
""",
    """# Removes a directory ($1) if no unit names it ($2, a regular expression). The other arguments, tests
# of find, say whose it must be.
remove_directory() {
  path=$1 named=$2
  shift 2
  [ ! -L "$path" ] || stop "$path is a symbolic link. Remove it by hand if it was made for the service."
  [ -e "$path" ] || return 0
  [ -n "$(find "$path" -prune -type d "$@")" ] ||
    stop "$path is not a directory of the service. Remove it by hand if it was made for it."
  if alone "$named"; then rm -rf --one-file-system -- "$path"; else tell "$path stays: another unit names it."; fi
}
""",
    """# Removes links and empty directories.
remove_rest() {
  for path do
    if [ -L "$path" ]; then rm -f -- "$path"; elif [ -d "$path" ]; then rmdir --ignore-fail-on-non-empty -- "$path"; fi
  done
}
""",
    """# Removes a user ($1) with this home and shell ($2) and number ($3), if no unit names it ($4) and none of its directories, the
# other arguments, is left.
remove_user() {
  user=$1 made=$2 number=$3 named=$4
  shift 4
  getent passwd -- "$user" >/dev/null || return 0
  if ! none_left "$@"; then
    tell "The user $user stays: directories of it are left. They go too with: --data"
  elif [ "$(getent passwd -- "$user" | cut -d: -f6,7)" != "$made" ] || ! made_number "$(id -u -- "$user")" "$number"; then
    tell "The user $user stays: it is not as the preparation makes it."
  elif ! alone "$named"; then
    tell "The user $user stays: another unit names it."
  else
    userdel -- "$user"
  fi
}
""",
    """# Removes a group ($1) with this number ($2) that has no members, if no unit names it ($3) and none of its directories, the other
# arguments, is left.
remove_group() {
  group=$1 number=$2 named=$3
  shift 3
  getent group -- "$group" >/dev/null || return 0
  gid=$(getent group -- "$group" | cut -d: -f3)
  if ! none_left "$@"; then
    tell "The group $group stays: directories of it are left. They go too with: --data"
  elif [ -n "$(getent group -- "$group" | cut -d: -f4)" ] || getent passwd | cut -d: -f4 | grep -qxF -e "$gid"; then
    tell "The group $group stays: a user is in it."
  elif ! made_number "$gid" "$number"; then
    tell "The group $group stays: it is not as the preparation makes it."
  elif ! alone "$named"; then
    tell "The group $group stays: another unit names it."
  else
    groupdel -- "$group"
  fi
}
""",
    REMOVE_FILE,
    GUARDS["guard_way"],
)
"""The shell functions of the script."""

WITH_DATA = Command(("with_data",))
BOOTED = Command(("test", "-d", "/run/systemd/system"))
"""Tests whether systemd runs here at all (sd_booted(3)); the root of an image has units too."""

BY_DYNAMIC_USER = ("-uid", "+61183", "-uid", "-65520")
"""Tests of find for what belongs to a dynamic user (docs/UIDS-GIDS.md of systemd)."""


def undo_script(*units: Effective) -> str:
    """The script for root that undoes preparation and installation of the units of one file."""
    files = " and ".join(unit.file for unit in units)
    title = f"Undoes the preparation and installation of {files}.\nDirectories stay; with the argument {DATA} they are removed with all that is in them."
    return script(title, list(_steps(*units)), FUNCTIONS, directory="/", arguments=ARGUMENTS)


def _steps(*units: Effective) -> Iterator[Step]:
    yield _stop(*units)
    yield _remove(*units)
    yield removal(*units)
    for unit in units:
        yield from _directory_steps(unit)
    for unit in units:
        yield from _account_steps(unit)


def _installed(file: str) -> str:
    return f"{UNIT_DIRECTORY}/{file}"


def _stop(*units: Effective) -> Step:
    """What starts a service is stopped before it."""
    return Step(
        "It is stopped, and not started at boot any more.",
        tuple(do for unit in units for suffix in reversed(unit.unit.suffixes) for do in _stop_one(unit, suffix)),
    )


def _stop_one(unit: Effective, suffix: str) -> Iterator[Do]:
    file, there = f"{unit.name}.{suffix}", Command(("test", "-e", _installed(unit.unit.file(suffix))))
    failed = Command(("systemctl", "is-failed", "--quiet", "--", file))
    yield Do((Command(("systemctl", "stop", "--", file)),), when=(there, BOOTED))
    yield Do((Command(("systemctl", "reset-failed", "--", file)),), when=(there, BOOTED, failed))
    yield Do((Command(("systemctl", "disable", "--quiet", "--", file)),), when=(there,))


def _remove(*units: Effective) -> Step:
    """Of a template only where no other instance is left."""
    unit = units[0].unit
    last = [_no_instance(unit.name, suffix) for suffix in unit.suffixes] if unit.is_template else []
    tests = tuple(test for pair in last for test in pair)
    paths = [_installed(unit.file(suffix)) for suffix in unit.suffixes]
    kept = Check(
        (Command(("none_left", *paths)),), f"{unit.name}.service stays: other instances of it are left.", stops=False
    )
    return Step(
        "Its files go, with what was changed by drop-ins. A copy that the installation kept (.bak) stays.",
        (
            Do(
                tuple(
                    Command(command)
                    for path in paths
                    for command in (("rm", "-f", "--", path), ("rm", "-rf", "--one-file-system", "--", f"{path}.d"))
                ),
                when=tests,
            ),
            Do((Command(("systemctl", "daemon-reload")),), when=(BOOTED,)),
            *([kept] if tests else []),
        ),
    )


def _no_instance(name: str, suffix: str) -> tuple[Command, Command]:
    """Tests that no instance of a template is known to systemd or started at boot."""
    loaded = ("systemctl", "list-units", "--all", "--full", "--plain", "--no-legend", f"{name}*.{suffix}")
    linked = ("find", UNIT_DIRECTORY, "-name", f"{name}?*.{suffix}")
    return Command(("test", "-z", OutputOf(loaded, quiet=True))), Command(("test", "-z", OutputOf(linked)))


def _directory_steps(unit: Effective) -> Iterator[Step]:
    directories = sorted(wanted(unit).directories, key=lambda row: row.path)
    if directories:
        removals = [_removal(unit, directory) for directory in directories]
        rest = [link.path for link in unit.managed if link.real != link.path]
        rest += sorted({part for row in directories for part in _ways(row.path)}, reverse=True)
        last = [Do((Command(("remove_rest", *rest)),), when=(WITH_DATA,))] if rest else []
        yield Step(
            f"Its directories go with all that is in them where {DATA} is given, and so do those on the way to them that are empty then.",
            (*removals, *last),
        )
    for label in labels(unit):
        forget = Command(("semanage", "fcontext", "-d", label.pattern))
        yield Step(
            f"SELinux forgets the label of {label.path}.", (Do((forget,), when=(WITH_DATA, *ON), may_fail=True),)
        )


def _removal(unit: Effective, directory: Directory) -> Do:
    is_managed = directory.kind == "managed"
    whose = BY_DYNAMIC_USER if unit.is_dynamic and is_managed else ("-user", directory.user)
    guards = () if is_managed else (Command(("guard_way", *ancestors(directory.path))),)
    return Do(
        (Command(("remove_directory", directory.path, _named_path(unit, directory), *whose)),),
        guards=guards,
        when=(WITH_DATA,),
    )


def _ways(path: str) -> list[str]:
    """The directories above a path that nothing else on a machine is known to have."""
    known = EVERYWHERE | RESERVED_DIRECTORIES | set(SHARED_DIRECTORIES)
    return [part for part in ancestors(path) if part not in known]


_BLANK = "[[:space:]]"


def _named_path(unit: Effective, directory: Directory) -> str:
    """A regular expression for lines of units that name a directory: a managed one below its root, any other by its path."""
    managed = next((row for row in unit.managed if row.real == directory.path or row.path == directory.path), None)
    if managed:
        name = managed.path.removeprefix(f"{managed.row.root}/")
        return rf'^{_BLANK}*{managed.row.directive}{_BLANK}*=(.*[[:space:]"])?{_literal(name)}([/:[:space:]"]|$)'
    return rf'=(.*[[:space:]":,+-])?{_literal(directory.path)}([/:,[:space:]"]|$)'


def _named_account(name: str) -> str:
    """A regular expression for lines of units that name a user or group."""
    return rf"^{_BLANK}*(User|Group|SupplementaryGroups|SocketUser|SocketGroup){_BLANK}*=(.*{_BLANK})?{_literal(name)}({_BLANK}|$)"


def _literal(text: str) -> str:
    """A text as an extended regular expression that matches it alone."""
    return re.sub(r"[\\^$.\[\]*+?(){}|]", r"\\\g<0>", text)


def _account_steps(unit: Effective) -> Iterator[Step]:
    wants = wanted(unit)
    paths = [directory.path for directory in wants.directories]
    if not wants.users:
        yield Step("No user or group was made, so none is removed.")
    for user in wants.users:
        made = f"{user.home}:{user.shell}"
        yield Step(
            f"The user {user.name} goes when nothing here belongs to it any more: whoever gets its number next would get that too. What it has elsewhere is found with: find / -xdev -user {user.name}",
            (Do((Command(("remove_user", user.name, made, user.uid, _named_account(user.name), *paths)),)),),
        )
    for group in wants.groups:
        yield _group_step(group, paths)


def _group_step(group: Group, paths: Iterable[str]) -> Step:
    if group.name in SYSTEM_GROUPS | SYSTEM_ACCOUNTS:
        return Step(f"The group {group.name} stays: systems have it for something else.")
    remove = Command(("remove_group", group.name, group.gid, _named_account(group.name), *paths))
    return Step(f"The group {group.name} goes, unless userdel took it along.", (Do((remove,)),))

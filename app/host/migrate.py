"""From root to a user of its own: the steps that move a service that runs as root today, and the way back.

Nothing is handed over before there is a backup, links are not followed, and what has a second name elsewhere stays root's.
Sources: chown(1), find(1), tar(1), systemd.exec(5) on managed directories, and moves there and back on 252, 257 and 262.
"""

from collections.abc import Iterable
from dataclasses import replace

from app.effective import Effective
from app.host import install, prep
from app.host.shell import CommandOutput, Do, ShellCommand, Step, Test
from app.values import ancestors

_PRESENT = r'for top do shift; [ -L "$top" ] || [ ! -d "$top" ] || set -- "$@" "$top"; done'
"""Keeps of the arguments the directories that are there."""

KEEP_UNIT = r"""{ systemctl is-enabled "$2" || :; } >"$1/enabled" && systemctl cat "$2" >"$1/as-loaded" &&
  if [ -e "$3" ] || [ -L "$3" ]; then cp -pP -- "$3" "$1/unit"; fi"""
"""Keeps of a unit ($2) whether it is enabled, all its files as one text, and its file ($3), in a directory ($1)."""

KEEP_DATA = rf"""kept=$1; shift; {_PRESENT}
  : >"$kept/owners" && if [ $# -gt 0 ]; then
    find "$@" -xdev -printf "%U:%G\0%m\0%p\0" >"$kept/owners" &&
    tar -cPf "$kept/data.tar" --acls --xattrs --xattrs-include=\* --numeric-owner --one-file-system -- "$@"
  fi"""
"""Keeps the owner and mode of every file below some directories, and the files, in a directory ($1)."""

COUNT = rf"""{_PRESENT}; if [ $# -gt 0 ]; then
    find "$@" -xdev -printf "%u:%g\n" | sort | uniq -c && find "$@" -xdev ! -type d -links +1 -printf "%p has %n names.\n"
  fi"""
"""Says how many files below some directories belong to whom, and which have several names."""

HAND_OVER = rf"""owner=$1; shift; {_PRESENT}
  if [ $# -gt 0 ]; then
    find "$@" -xdev -uid 0 \( -type d -o -links 1 \) -execdir chown -h -- "$owner" {{}} +
    find "$@" -xdev -uid 0 ! -type d -exec sh -c "
      [ \"\$(find \"\$@\" -xdev -samefile \"\$0\" -printf x | wc -c)\" = \"\$(stat -c %h -- \"\$0\")\" ]" {{}} "$@" \; \
      -execdir chown -h -- "$owner" {{}} \;
    find "$@" -xdev -uid 0 -printf "%p stays with root: it has a second name elsewhere. Replace it by a copy.\n"
  fi"""
"""Hands what is root's below some directories to an owner ($1), but for files that have a second name outside of them."""

NOTHING_MOUNTED = r"""while read -r _ _ _ _ point _; do
    for top do case $(printf %b "$point") in "$top"/*) printf "Something is mounted at %s. " "$point" >&2; set ""; break 2 ;; esac; done
  done </proc/self/mountinfo; [ "$1" ]"""
"""Tests that nothing is mounted below any of some paths."""

LET_READ = rf"""group=$1; mode=$2; shift 2; {_PRESENT}
  if [ $# -gt 0 ]; then
    find "$@" -xdev -uid 0 \( -type d -o -type f -links 1 \) -execdir chgrp -- "$group" {{}} + -execdir chmod -- g+rX {{}} + &&
    chmod -- "$mode" "$@"
  fi"""
"""Lets a group ($1) read what is root's below some directories, which themselves get a mode ($2)."""

PUT_UNIT_BACK = r'rm -f -- "$2" && if [ -e "$1/unit" ] || [ -L "$1/unit" ]; then cp -pP -- "$1/unit" "$2"; fi'
"""Puts the file of a unit ($2) back as it was kept in a directory ($1), or takes it away where there was none."""

MOVE_BACK = r"""while [ $# -gt 1 ]; do
    if [ -L "$2" ] && [ -d "$1" ]; then rm -- "$2" && mv -T -- "$1" "$2"; fi
    shift 2
  done"""
"""Moves directories of a dynamic user ($1, $3, …) back to where they were ($2, $4, …)."""

GIVE_BACK = r"""while [ $# -gt 2 ]; do
    ( way=${3%/*}; name=./${3##*/}; way=${way:-/}
      if ! cd -P -- "$way" 2>/dev/null || [ "$PWD" != "$way" ]; then
        [ ! -e "$3" ] || printf "%s was left alone: a link leads there.\n" "$3" >&2
      elif [ -L "$name" ]; then
        chown -h -- "$1" "$name"
      elif [ -e "$name" ]; then
        case $2 in ????) [ -d "$name" ] || set -- "$1" "${2#?}" ;; esac
        chown -h -- "$1" "$name" && chmod -- "00$2" "$name"
      fi )
    shift 3
  done"""
"""Gives files back their owner and mode: words in threes, as KEEP_DATA writes them. None runs as root by its mode again."""

SCRIPTS = (KEEP_UNIT, KEEP_DATA, COUNT, HAND_OVER, LET_READ, PUT_UNIT_BACK, MOVE_BACK, GIVE_BACK, NOTHING_MOUNTED)


def is_possible(unit: Effective) -> bool:
    """Whether there is a user to move to: a unit may run as root, and a template is several services."""
    return unit.identity != "root" and not unit.file.is_template


def steps(unit: Effective) -> tuple[Step, ...]:
    """The steps of the move, in order; none where it is not possible."""
    if not is_possible(unit):
        return ()
    handing = _system_hands_over if unit.is_dynamic else _hand_over
    return (*_before(unit), *handing(unit), *_install(unit), *_after(unit))


def way_back(unit: Effective) -> tuple[Step, ...]:
    """The steps that make the service what it was, with the data that it has since."""
    file, kept = _file(unit), _kept(unit)
    enabled = (ShellCommand(("grep", "-qx", "enabled", f"{kept}/enabled")),)
    put_back = (
        ShellCommand(("systemctl", "disable", "--now", file)),
        _sh(PUT_UNIT_BACK, kept, f"{install.UNIT_DIRECTORY}/{file}"),
        ShellCommand(("systemctl", "daemon-reload")),
    )
    give_back = ShellCommand(
        ("xargs", "-0", "-r", "-x", "-n", "60", "-a", f"{kept}/owners", "sh", "-c", GIVE_BACK, "sh")
    )
    private = [path for directory in unit.managed if directory.is_private for path in (directory.real, directory.path)]
    moved = (_sh(MOVE_BACK, *private),) if private else ()
    return (
        Step("The service stops, and its unit is again the one that was kept.", (_if_kept(unit, put_back),)),
        Step(
            "Each file that was kept gets the owner and mode that it had, but no right to run as its owner. What came since stays with the service’s user, and root reads it.",
            (_if_kept(unit, (*moved, give_back)),),
        ),
        Step(
            "It is enabled if it was, and starts.",
            (
                Do(
                    (ShellCommand(("systemctl", "enable", file)),), careful=enabled, sentence=f"{file} was not enabled."
                ),
                Do((ShellCommand(("systemctl", "start", file)),)),
                _shown(unit),
            ),
        ),
    )


def _before(unit: Effective) -> tuple[Step, ...]:
    file, kept, paths = _file(unit), _kept(unit), _data(unit)
    pid = CommandOutput(("systemctl", "show", "-p", "MainPID", "--value", file), "/proc/")
    opened = ("find", pid, "-maxdepth", "2", "-path", "*/fd/*", "-lname", "/*", "-printf", "%l\\n")
    where = f"Files elsewhere than in {', '.join(paths)}" if paths else "Its data"
    backup = (
        ShellCommand(("mkdir", "-p", "-m", "0700", "--", kept)),
        _sh(KEEP_UNIT, kept, file, f"{install.UNIT_DIRECTORY}/{file}"),
        _sh(KEEP_DATA, kept, *paths),
        ShellCommand(("touch", "--", f"{kept}/complete")),
    )
    new = (ShellCommand(("test", "!", "-e", f"{kept}/complete")),)
    there = f"A backup is in {kept} already, and was kept. Move it away to make another."
    return (
        Step(
            f"Look while it runs as root: the unit with its drop-ins, which stay in force, and what it has open. {where} must be named in the form first, as a managed or an own directory.",
            (Do((ShellCommand(("systemctl", "cat", file), root=False),)), Do((ShellCommand(opened),), may_fail=True)),
        ),
        Step(
            "It stops. A timer or socket that systemctl names here would start it again: stop that too.",
            (Do((ShellCommand(("systemctl", "stop", file)),)),),
        ),
        Step(
            f"The unit, the owners and modes, and the data are kept in {kept}, which only root enters. It needs as much room as the data.",
            (Do(backup, careful=new, sentence=there),),
        ),
        *([_owners_step(unit)] if paths else []),
    )


def _owners_step(unit: Effective) -> Step:
    return Step(
        "Who owns what: the number of files for each user and group, and files with several names, of which one may lie elsewhere.",
        (Do((_sh(COUNT, *_data(unit)),)),),
    )


def _hand_over(unit: Effective) -> tuple[Step, ...]:
    user, both = prep.owner(unit)
    managed = [d.path for d in unit.managed if not d.is_of_root and d.path in _data(unit)]
    own = [own.path for own in unit.own]
    of_root = [d.path for d in unit.managed if d.is_of_root]
    found = []
    if managed or own:
        safe = (_nothing_mounted(*managed, *own), *(prep.way_is_of_root(path) for path in own))
        found += [
            Step(
                f"What is root’s in {', '.join((*managed, *own))} is handed to {user}; systemd itself would hand over all or, where the directory is right already, nothing. Links are not followed, what is others’ stays theirs, and files lose set-user-ID bits and capabilities.",
                (_if_kept(unit, (_sh(HAND_OVER, both, *managed, *own),), safe),),
            ),
        ]
    if of_root:
        let_read = _sh(LET_READ, prep.of_its_group(unit), prep.regex_escaped(unit.configuration_mode), *of_root)
        found.append(Step("Its configuration stays root’s, and its group may read it.", (_if_kept(unit, (let_read,)),)))
    made = (_guarded(unit, step) for step in prep.directories(unit) if step.actions)
    return (*prep.accounts(unit), *found, *made)


def _system_hands_over(unit: Effective) -> tuple[Step, ...]:
    moved = [directory for directory in unit.managed if directory.is_private]
    says = "".join(f" {directory.path} becomes a link to {directory.real}." for directory in moved)
    return (
        Step(
            f"systemd itself moves the data of a dynamic user at the first start, and hands it over with all that is in it.{says} What it reads in /etc must be readable by all, or come through LoadCredential=.",
        ),
        *(step for step in prep.prepare(unit) if step.actions),
    )


def _guarded(unit: Effective, step: Step) -> Step:
    """A step of the preparation that hands nothing over which has a second name elsewhere."""
    guards = tuple(_no_second_names(own.path, unit.user) for own in unit.own)
    actions = (
        replace(action, careful=(*action.careful, *_kept_test(unit), *guards))
        if isinstance(action, Do) and action.careful
        else action
        for action in step.actions
    )
    return replace(step, actions=tuple(actions))


def _no_second_names(path: str, user: str) -> ShellCommand:
    """Tests that no file below a path but a user's has another name, maybe elsewhere."""
    several = ("-xdev", "-not", "-type", "d", "-links", "+1", "-not", "-user", user, "-print", "-quit")
    return ShellCommand(("test", "-z", CommandOutput(("find", path, *several), root=True, quiet=True)), root=False)


def _not_given_away(unit: Effective, made: list[str]) -> Test:
    """Tests that systemd hands over nothing that it should not: it hands over all below what is not the user’s yet."""
    if unit.is_dynamic:
        return (_nothing_mounted(*made), *(_no_second_names(path, "nobody") for path in made))
    others = CommandOutput(("find", *made, "-prune", "-not", "-user", unit.user), root=True, quiet=True)
    return (ShellCommand(("test", "-z", others), root=False),)


def _nothing_mounted(*paths: str) -> ShellCommand:
    """Tests that nothing is mounted below some paths: it may be what others have elsewhere."""
    return ShellCommand(("sh", "-c", NOTHING_MOUNTED, "sh", *paths), root=False)


def _install(unit: Effective) -> tuple[Step, ...]:
    """The installation as the page has it, done only where there is a backup and nothing is given away by systemd."""
    made = [directory.path for directory in unit.managed if not directory.is_of_root]
    safe = _not_given_away(unit, made) if made else ()
    return tuple(
        replace(step, actions=tuple(_if_kept(unit, do.commands, safe) for do in step.actions if isinstance(do, Do)))
        for step in install.install(unit)[:1]
    )


def _after(unit: Effective) -> tuple[Step, ...]:
    file = _file(unit)
    pid = CommandOutput(("systemctl", "show", "-p", "MainPID", "--value", file))
    running = Do((ShellCommand(("ps", "-o", "user,group,pid,args", "-p", pid), root=False),), may_fail=True)
    written = [d.path for d in unit.managed if not d.is_of_root and d.path in _data(unit)]
    written += [own.path for own in unit.own if own.writable]
    return (
        Step("How it is, and whose process it is now.", (_shown(unit), running)),
        *([] if unit.is_dynamic or not _data(unit) else [_unreachable_step(unit, written)]),
    )


def _unreachable_step(unit: Effective, written: list[str]) -> Step:
    """What it may still not read or write."""
    groups = ",".join(unit.supplementary_groups)
    as_user = (
        *("setpriv", f"--reuid={unit.user}", prep.of_its_group(unit, "--regid=")),
        f"--groups={groups}" if groups else "--init-groups",
        "find",
    )
    unread = ShellCommand((*as_user, *_data(unit), "-not", "-type", "l", "-not", "-readable", "-print"))
    unwritten = ShellCommand((*as_user, *written, "-not", "-type", "l", "-not", "-writable", "-print"))
    commands = (unread, unwritten) if written else (unread,)
    return Step(
        "The files that it cannot read, then those that it cannot write. Nothing should be named but what you mean to keep from it.",
        tuple(Do((command,), may_fail=True) for command in commands),
    )


def _data(unit: Effective) -> tuple[str, ...]:
    """The directories with what it has on disk; what is in /run is gone when it stops."""
    managed = [directory.path for directory in unit.managed if directory.row.root != "/run"]
    paths = dict.fromkeys((*managed, *(own.path for own in unit.own)))
    return tuple(path for path in paths if paths.keys().isdisjoint(ancestors(path)))


def _file(unit: Effective) -> str:
    return unit.file_name


def _kept(unit: Effective) -> str:
    return f"/var/backups/{unit.name}-as-root"


def _kept_test(unit: Effective) -> Test:
    return (ShellCommand(("test", "-e", f"{_kept(unit)}/complete")),)


def _if_kept(unit: Effective, commands: Iterable[ShellCommand], safe: Test = ()) -> Do:
    """Commands that are done only where the backup is complete and some tests hold."""
    also = (
        ", or a directory is not handed over, has a mount or a file with a second name elsewhere in it, or lies where others can change the way"
        if safe
        else ""
    )
    said = f"Nothing was done: {_kept(unit)} has no complete backup{also}."
    return Do(tuple(commands), careful=(*_kept_test(unit), *safe), sentence=said)


def _shown(unit: Effective) -> Do:
    asked = ("systemctl", "show", "-p", "ActiveState,Result,User,MainPID,FragmentPath,DropInPaths", _file(unit))
    return Do((ShellCommand(asked, root=False),), may_fail=True)


def _sh(script: str, *words: str | CommandOutput) -> ShellCommand:
    return ShellCommand(("sh", "-c", script, "sh", *words))

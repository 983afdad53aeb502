"""A script that asks a real server whether its services can touch what was predicted, and nothing else.

It takes the main process of each running service from systemd, and that process's IDs, groups, capabilities, namespaces
and root from /proc (proc(5)). Then it asks access(2) within the process's own tree, through the server's find(1): with
the service's real IDs, which are those that access(2) judges, and with root's effective ones, so that the service
cannot trace what asks (ptrace(2)). Nothing of that tree is run, opened or listed. What SELinux, AppArmor or Landlock
forbid besides is not asked.
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from app.analysis.access import WORDS
from app.host.shell import SYSTEM_PATH, comment

Cell = tuple[str, str, str]
"""A unit's file name, the absolute path of a directory, and the word for what the unit was predicted to do there."""

TITLE = """\
Checks on this machine what services were predicted to do with directories.
Run it as root while the services run. It only asks: it starts nothing, changes nothing and creates no file.
It ends with 0 if all is as predicted, with 1 if something is different, else with 2 if something could not be checked.

To read a directory is to list it, to write is to create in it. It is hidden if the service finds nothing, or another
directory, at its path. What is asked about is the main process of each service, with the capabilities it may use."""

STOP = r"""# Says a sentence ($1) and ends.
stop() {
  printf '%s\n' "$1" >&2
  exit 2
}
"""

FUNCTIONS = (
    STOP,
    r"""# Runs a program ($2 ...) in a directory ($1), for ten seconds at most: there are file systems that never answer.
ask() {
  directory=$1
  shift
  timeout -s KILL 10 env -i -C "$directory" "PATH=$PATH" LC_ALL=C "$@" </dev/null 2>&1
}
""",
    r"""# Finds a directory ($2) as a process ($1) would, in its root: sets way, which is without links, and inode.
# Fails with 1 if there is no such directory for the process, with 2 if that cannot be told.
find_way() {
  tree=/proc/$1/root way='' inode='' rest=$2/ links=0
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    rest=${rest#*/}
    case $part in
      '' | .) continue ;;
      ..) way=${way%/*} && continue ;;
    esac
    kind=$(ask / stat -c %F -- "$tree$way/$part") ||
      case $kind in *': No such file or directory') return 1 ;; *) return 2 ;; esac
    case $kind in
      directory) way=$way/$part ;;
      'symbolic link') follow "$tree$way/$part" || return ;;
      *) return 1 ;;
    esac
  done
  inode=$(ask / stat -c %d:%i -- "$tree$way/.") || return 2
}
""",
    r"""# Lets find_way go on where a link ($1) leads; an absolute one starts at the root of the process.
follow() {
  links=$((links + 1))
  [ "$links" -le 40 ] || return 1
  target=$(ask / readlink -n -- "$1" && printf /) || return 2
  case $target in /*) way='' ;; esac
  rest=$target$rest
}
""",
    r"""# Sets letters to what the process may do at a path ($3) below a directory ($2): d it is there, x search, r list,
# w create. $1: which of its capabilities reach files there, as a bounding set, or nothing.
try() {
  below=$2 path=$3 bare=''
  if [ -n "$1" ]; then
    # Without this, access(2) leaves out the capabilities of all users but root.
    set -- --securebits=+no_setuid_fixup "--bounding-set=$1" --inh-caps=-all
  elif [ "$uid" = 0 ]; then
    set -- --bounding-set=-all --inh-caps=-all
    bare=yes
  else
    set --
  fi
  letters=$(ask "$below" "$setpriv" "--ruid=$uid" "--rgid=$gid" "$groups" "$@" -- "$find" "$path" -prune -printf d , \
    -executable -printf x , -executable -readable -printf r , -executable -writable -printf w)
  case $?,$letters,$bare in
    0,d,* | 0,dx,* | 0,dxr,* | 0,dxw,* | 0,dxrw,*) ;;
    1,*': Permission denied',yes) letters='' ;;
    *) return 2 ;;
  esac
}
""",
    r"""# Sets letters for the directory that find_way found last.
try_way() {
  if [ -z "$caps" ] || [ "$users" = "$our_users" ]; then
    try "$caps" "$tree" ".$way"
    return
  fi
  # In a user namespace, capabilities reach what belongs to a user and a group of that namespace, and nothing else.
  at=$tree rest=${way#/}
  while :; do
    owner=$(ask / stat -c '%u %g' -- "$at/.") || return 2
    reach=''
    if is_mapped uid_map "${owner% *}" && is_mapped gid_map "${owner#* }"; then reach=$caps; fi
    try "$reach" "$at/." . || return
    case $rest,$letters in ,* | *,d | *,) return ;; esac
    at=$at/${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
  done
}
""",
    r"""# Tells whether an ID ($2) is in the user namespace of the process, by a map of it ($1).
is_mapped() {
  while read -r _ first count; do
    [ "$2" -lt "$first" ] || [ "$2" -ge $((first + count)) ] || return 0
  done <"/proc/$pid/$1"
  return 1
}
""",
    r"""# Sets who a process ($1) is: uid, gid, groups, caps and users, its user namespace; identity is all of that, its
# mounts and its start. The kernel escapes the name of a process here, so that it cannot begin a line.
identify() {
  uid='' gid='' groups='' caps='' identity=''
  while read -r key one two three four more; do
    case $key in
      Uid:) [ "$one $one $one" != "$two $three $four" ] || uid=$one ;;
      Gid:) [ "$one $one $one" != "$two $three $four" ] || gid=$one ;;
      Groups:) for group in $one $two $three $four $more; do groups=$groups${groups:+,}$group; done ;;
      CapPrm:) caps=$(bounding "${one#"${one%?}"}") ;;
    esac
  done <"/proc/$1/status"
  groups=${groups:+--groups=$groups}
  groups=${groups:---clear-groups}
  users=$(readlink "/proc/$1/ns/user") && mounts=$(readlink "/proc/$1/ns/mnt") && started "$1" || return
  identity="$start $uid $gid $groups $caps $users $mounts"
} 2>/dev/null
""",
    r"""# Prints the capabilities that open directories as a bounding set, or nothing: bit 1 of the last hexadecimal digit
# ($1) is CAP_DAC_OVERRIDE, bit 2 is CAP_DAC_READ_SEARCH.
bounding() {
  case $1 in
    [67ef]) printf %s -all,+cap_1,+cap_2 ;;
    [23ab]) printf %s -all,+cap_1 ;;
    [45cd]) printf %s -all,+cap_2 ;;
  esac
}
""",
    r"""# Sets start to when a process ($1) started. The line holds its name as it is, in parentheses.
started() {
  start='' fields=0
  line=$(cat "/proc/$1/stat") || return
  for field in ${line##*)}; do
    fields=$((fields + 1))
    [ "$fields" != 20 ] || start=$field
  done
  [ -n "$start" ]
}
""",
    r"""# Turns to a unit ($1), which is shown as $2; sets absent to why it cannot be asked about, if so.
service() {
  unit=$1 shown=$2 absent=''
  pid=$(main_process)
  case $pid in
    '' | *[!0-9]*) absent='systemd does not say which process is its main one.' ;;
    0) absent='it does not run.' ;;
    *) take_process ;;
  esac
}
""",
    r"""# Prints the number of the main process of the unit.
main_process() {
  systemctl show -p MainPID --value -- "$unit" </dev/null 2>/dev/null
}
""",
    r"""# Sets who to the identity of the main process. That it still is the main one once its start is known shows that its
# number was not given to another meanwhile.
take_process() {
  if ! identify "$pid" || [ "$(main_process)" != "$pid" ]; then
    absent='its main process has ended.'
    return
  fi
  who=$identity
  case $uid,$gid in ,* | *,) absent='its main process has several user or group IDs to choose from.' ;; esac
  case $(readlink "/proc/$pid/exe") in
    "$init" | */systemd-executor) absent='it is being started. Run this again.' ;;
  esac
}
""",
    r"""# Sets word to what the process may do with a directory ($1), or why to what keeps that from being told.
judge() {
  word='' why=$absent
  [ -z "$why" ] || return 0
  find_way 1 "$1" || why='there is no such directory on this machine, or no way to it.'
  [ -z "$why" ] || return 0
  here=$inode
  find_way "$pid" "$1" || [ $? = 1 ] || why='its way there cannot be followed.'
  if [ "$inode" != "$here" ]; then
    word=hidden
  elif try_way; then
    case $letters in
      dxrw) word=read-write ;;
      dxr) word=read-only ;;
      dxw) word='write without read' ;;
      *) word=denied ;;
    esac
  else
    why='access(2) could not be asked in its place.'
  fi
  identify "$pid" && [ "$identity" = "$who" ] || why='its main process has ended or changed meanwhile.'
}
""",
    r"""# Compares what was predicted ($2) for a directory ($1), which is shown as $3, with what is.
check() {
  judge "$1"
  if [ -n "$why" ]; then
    unchecked=$((unchecked + 1))
    printf 'not checked: %s, %s: %s\n' "$shown" "$3" "$why"
  elif [ "$2" = depends ]; then
    depends=$((depends + 1))
    printf 'depends: %s, %s: found %s\n' "$shown" "$3" "$word"
  elif [ "$2" = "$word" ]; then
    same=$((same + 1))
    printf 'ok: %s, %s: %s\n' "$shown" "$3" "$word"
  else
    different=$((different + 1))
    printf 'DIFFERENT: %s, %s: predicted %s, found %s\n' "$shown" "$3" "$2" "$word"
  fi
}
""",
    r"""# Ends unless asking gives the answers that are known: for a directory of root's with mode 0500.
calibrate() {
  uid=65534 gid=65534 groups=--clear-groups
  try '' /proc/1/fd . && [ "$letters" = d ] &&
    try -all,+cap_1 /proc/1/fd . && case $letters in dxr*) ;; *) false ;; esac &&
    try -all,+cap_2 /proc/1/fd . && [ "$letters" = dxr ] &&
    uid=0 gid=0 && try '' /proc/1/fd . && [ "$letters" = dxr ] ||
    stop 'This machine cannot be asked: it takes util-linux, GNU find and all capabilities of root.'
}
""",
)
"""The shell functions of the script; each of them sets variables for the others, as shell does."""

START = f"""\
set -u
unset IFS POSIXLY_CORRECT
PATH=${{PATH:+$PATH:}}{SYSTEM_PATH}
LC_ALL=C
export PATH LC_ALL
cd /
[ "$(id -u)" = 0 ] || stop 'Run this script as root.'
for program in env find readlink setpriv stat systemctl timeout; do
  command -v "$program" >/dev/null || stop "$program is missing."
done
setpriv=$(command -v setpriv) find=$(command -v find)
our_users=$(readlink /proc/self/ns/user) init=$(readlink /proc/1/exe)
same=0 different=0 depends=0 unchecked=0
calibrate""".split("\n")

END = """\
printf '%s as predicted, %s different, %s that depend on the machine, %s not checked.\\n' \\
  "$same" "$different" "$depends" "$unchecked"
[ "$different" = 0 ] || exit 1
[ "$unchecked" = 0 ] || exit 2""".split("\n")


def verify_script(cells: Sequence[Cell], *, left_out: int = 0) -> str:
    """The script for these cells, in their order; ValueError for a word that is none of an access picture.

    left_out: how many cells are too many for one script.
    """
    unknown = [word for _, _, word in cells if word not in WORDS]
    if unknown:
        raise ValueError(f"“{unknown[0]}” is not an access. Use one of {', '.join(WORDS)}.")
    if not cells:
        return _whole([STOP], ["stop 'There is nothing to check.'"])
    return _whole(FUNCTIONS, [*START, "", *_checks(cells), "", *_left_out(left_out), *END])


def _left_out(count: int) -> list[str]:
    """What the script says of cells that it does not check: none of them is counted as predicted."""
    said = f"{count} cells were not checked, because there are too many for one script. Check fewer services at once."
    return [f"echo {shlex.quote(said)}", f"unchecked=$((unchecked + {count}))"] if count else []


def _whole(functions: Iterable[str], work: Iterable[str]) -> str:
    # Only the first line of a command is set in: a name may hold a line end.
    body = "\n".join(f"  {command}" if command else "" for command in work)
    return "\n".join([f"#!/bin/sh\n{comment(TITLE)}\n", *functions, f"main() {{\n{body}\n}}\n", 'main "$@"\n'])


def _checks(cells: Sequence[Cell]) -> Iterator[str]:
    for unit, of_unit in groupby(cells, key=lambda cell: cell[0]):
        yield shlex.join(["service", unit, _shown(unit)])
        yield from (shlex.join(["check", path, word, _shown(path)]) for _, path, word in of_unit)


def _shown(name: str) -> str:
    """A name as it can be shown to a terminal, which it must not speak to."""
    return "".join(character if character.isprintable() else "?" for character in name)

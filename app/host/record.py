"""The record of what a machine had before its first preparation, which undoing reads.

Owner, group and mode alone cannot say who created a directory: the preparation takes nginx's own /etc/nginx for a
dynamic user's configuration, and hands over a directory that was there before. So the preparation writes down, once and
before it changes anything, which of its accounts and paths are missing. Undoing removes a thing only if this record says
that it was missing, and then only if it passes the preparation's own test too. What was there before gets its owner and
mode back. Without a line in the record, undoing leaves a thing and says so: after a lost record, after a preparation by
sysusers.d and tmpfiles.d (which cannot write one), or where nothing was ever prepared.

The record is one file of root's for the whole machine, since several services can share a directory. A line is a state
and a thing: `absent /opt/app`, `0:0:755 /srv/data` (numbers of owner and group, mode), `link /var/lib/app`,
`absent passwd app`, `997 group web` (the number of the account). The first line of a thing is right, unless a later
preparation found it missing. Undoing removes the lines that it has settled, and the file with the last of them.
"""

from collections.abc import Iterator

from app.catalogue.reserved import RESERVED_DIRECTORIES, SHARED_DIRECTORIES, STANDARD_PATHS
from app.effective import Effective
from app.host.requirements import requirements
from app.host.shell import Do, ShellCommand, Step
from app.values import ancestors

RECORD = "/var/lib/unit-preparation.record"

STATE_OF = """current_state() {
  case $1 in
    /*) if [ -L "$1" ]; then echo link; elif [ -e "$1" ]; then stat -c %u:%g:%a -- "$1"; fi ;;
    *) getent "${1%% *}" "${1#* }" | cut -d: -f3 ;;
  esac
}
"""
"""The shell function that prints the state of a path or an account ($1), nothing if it is missing."""

_STEPS = (
    'record=$1; shift; for item do state=$(current_state "$item")',
    'if [ -n "$state" ] && cut -d" " -f2- "$record" 2>/dev/null | grep -qxF -e "$item"; then continue; fi',
    'grep -qsxF -e "absent $item" "$record" || printf "%s %s\\n" "${state:-absent}" "$item" >>"$record"',
    "done",
)
NOTE = "\n".join(("umask 022", STATE_OF.rstrip(), *_STEPS))
"""Writes to the record ($1) the state of each thing (the other arguments) that it has no line of, or finds missing."""
NOTE_IN_A_LINE = "; ".join(("umask 022", " ".join(STATE_OF.split()).replace("esac }", "esac; }"), *_STEPS))
"""The same in one line, for the first step that people paste."""


def note(*units: Effective) -> tuple[Step, ...]:
    """The step that writes the record; none for units for which neither the preparation nor systemd creates anything."""
    things = recorded(*units)
    if not things:
        return ()
    why = "Record what this machine has already, so that undo.sh removes only what this preparation adds."
    return (Step(why, (Do((ShellCommand(note_command(things)),)),)),)


def note_command(things: tuple[str, ...], text: str = NOTE_IN_A_LINE) -> tuple[str, ...]:
    """The command that writes the record, as an argument list. text: the same shell in lines or in one line."""
    return ("sh", "-c", text, "sh", RECORD, *things)


def recorded(*units: Effective) -> tuple[str, ...]:
    """The accounts and paths that the preparation or systemd may create for the units, each once."""
    return tuple(dict.fromkeys(thing for unit in units for thing in (*_accounts(unit), *_paths(unit))))


def _accounts(unit: Effective) -> Iterator[str]:
    required = requirements(unit)
    yield from (f"group {group.name}" for group in required.groups)
    yield from (f"passwd {user.name}" for user in required.users)


def _paths(unit: Effective) -> Iterator[str]:
    """A directory of a dynamic user is moved below private/ if it is there already: both of its paths count."""
    required = requirements(unit)
    paths = (
        [row.path for row in required.directories]
        + [row.path for row in required.links]
        + [row.path for row in required.nodes]
    )
    yield from (part for path in paths for part in (*parents(path), path))


def parents(path: str) -> list[str]:
    """The directories above a path that are created along with it, from / down; not those that systems have anyway.

    systemd creates private/ for all dynamic users, on some machines with the first of them.
    """
    known = STANDARD_PATHS | RESERVED_DIRECTORIES | set(SHARED_DIRECTORIES)
    return [part for part in ancestors(path) if part not in known or is_private_root(part)]


def is_private_root(path: str) -> bool:
    """Whether it is the directory in which systemd keeps the directories of dynamic users."""
    return path.rpartition("/")[2] == "private" and path in RESERVED_DIRECTORIES and not path.startswith("/etc")

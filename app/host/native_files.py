"""The files in /etc/sysusers.d and /etc/tmpfiles.d as a whole: what they leave out, and how they are removed again.

Sources: sysusers.d(5), tmpfiles.d(5), sha256sum(1), and runs.
"""

from collections.abc import Iterator
from hashlib import sha256

from app.effective import Effective
from app.host.requirements import requirements
from app.host.shell import Do, ShellCommand, Step
from app.host.sysusers import file_of, sysusers, text_at, users_left_out
from app.host.tmpfiles import directories_left_out, labels_left_out, text_before, tmpfiles

REMOVE_FILE = """# Removes a file ($1) if its SHA-256 sum is $2, so if nobody changed what this tool wrote.
remove_unchanged() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  if [ -f "$1" ] && [ ! -L "$1" ] && [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$2" ]; then
    try "$1" rm -f -- "$1"
  else
    leave "$1" "this tool did not write this file for this unit, or somebody changed it. Read it, and remove it yourself if nothing needs it."
  fi
}
"""
"""The shell function that the step calls."""


def removal(*units: Effective) -> Step:
    """The step that removes the units' native files where they are exactly as this tool made them.

    Earlier releases named them after the unit alone. A file of that name may be the administrator's or hide a vendor's file.
    """
    return Step(
        "Remove the files in /etc/sysusers.d and /etc/tmpfiles.d that nobody changed. With them, systemd would create the accounts and directories again at the next boot.",
        (Do(tuple(ShellCommand(("remove_unchanged", path, _sum(text))) for path, text in _texts(*units))),),
    )


def _texts(*units: Effective) -> Iterator[tuple[str, str]]:
    """Each path with the text that this tool has for it: first today's names, then those of earlier releases."""
    file, before = file_of(*units), f"{units[0].file.name}.conf"
    yield f"/etc/sysusers.d/{file}", sysusers(*units)
    yield f"/etc/tmpfiles.d/{file}", tmpfiles(*units)
    yield (path := f"/etc/sysusers.d/{before}"), text_at(path, *units)
    yield (path := f"/etc/tmpfiles.d/{before}"), text_before(path, *units)


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def not_replaced(*units: Effective) -> tuple[str, ...]:
    """Why these files cannot replace the preparation script, in sentences; nothing where they can."""
    required = requirements(*units)
    sentences = (
        *(
            f"{path} is left out: only the machine knows the primary group of {user}. Set Group= to that group, or run prep.sh."
            for path, user in directories_left_out(*units).items()
        ),
        *(
            f"The user {name} is left out: this version of systemd cannot name its primary group. Set gid=, or run prep.sh."
            for name in users_left_out(*units)
        ),
        *(
            f"{path} gets no SELinux label: these formats cannot describe one. Run prep.sh."
            for path in labels_left_out(*units)
        ),
    )
    if sentences or required.groups or required.created:
        return sentences
    return ("The files for sysusers.d and tmpfiles.d create nothing for this unit, and do not check what must exist.",)

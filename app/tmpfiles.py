"""What the preparation makes of directories, as a file for tmpfiles.d(5).

Sources: tmpfiles.d(5), parse_line() and fd_set_perms() of src/tmpfiles/tmpfiles.c of the tags from v219 on, and runs.
"""

import re
from collections.abc import Iterator

from app.effective import Effective
from app.labels import labels
from app.lines import line, sentence, text_of
from app.sysusers import file_of
from app.wanted import Directory, wanted

ONLY_NEW = 252
"""Since which systemd a line can say owner and mode of what is made without changing what is there (a colon before them)."""


def tmpfiles(*units: Effective) -> str:
    """The directories that the units want."""
    wants, version = wanted(*units), min(unit.version for unit in units)
    path = f"/etc/tmpfiles.d/{file_of(*units)}"
    return text_of(
        sentence(
            f"Directories for {' and '.join(unit.file for unit in units)}, for tmpfiles.d(5) of systemd {version}."
        ),
        sentence(f"Put this into {path}, then run as root: systemd-tmpfiles --create {path}"),
        sentence(
            "The users and groups must be there first. It is done again at every boot, and does not ask whose a directory was before: the preparation script does."
        )
        if wants.made
        else sentence("No directory is made."),
        *(part for directory in wants.made for part in _directory(directory, version)),
        *(sentence(text) for text in _unmade(*units)),
    )


def _directory(directory: Directory, version: int) -> Iterator[str]:
    if not directory.group:
        yield sentence(
            f"{directory.path} is left out: it is for the primary group of {directory.user}, which only the machine knows. Name that group in Group=, or use the preparation script."
        )
    elif directory.is_handed_over:
        yield sentence(f"{directory.path} is handed over with all that is in it; links in it are not followed.")
        yield line("d", directory.path, _mode(directory), directory.user, directory.group)
        yield line("Z", _pattern(directory.path), "", directory.user, directory.group)
    elif version >= ONLY_NEW:
        yield sentence(f"{directory.path} is made if it is missing, and left as it is if it is there.")
        yield line("d", directory.path, f":{_mode(directory)}", f":{directory.user}", f":{directory.group}")
    else:
        yield sentence(
            f"{directory.path} gets owner and mode even if it is there: before systemd {ONLY_NEW} a line cannot leave it alone."
        )
        yield line("d", directory.path, _mode(directory), directory.user, directory.group)


def _mode(directory: Directory) -> str:
    return f"{int(directory.mode, 8):04o}"


def _pattern(path: str) -> str:
    """The path for a line that takes patterns, each sign of a pattern literal."""
    return re.sub(r"[*?\[\]\\{}]", r"\\\g<0>", path)


def _unmade(*units: Effective) -> Iterator[str]:
    """What is not made here, and what the format has no word for."""
    wants = wanted(*units)
    managed = [directory.path for directory in wants.directories if directory.kind == "managed"]
    if managed:
        yield f"Nothing for {', '.join(managed)}: systemd makes what it manages when the service starts."
    for path in wants.paths:
        yield f"{path.path} must be there (ReadWritePaths=), and this file never makes it."
    for unit in units:
        for label in labels(unit):
            yield f"SELinux: this format has no word for the label of {label.path}, the type {label.kind.type}; the preparation script sets it."

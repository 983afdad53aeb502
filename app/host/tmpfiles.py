"""What the preparation makes of directories, as a file for tmpfiles.d(5).

Sources: tmpfiles.d(5), parse_line() and fd_set_perms() of src/tmpfiles/tmpfiles.c of the tags from v219 on, and runs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from app.effective import Effective
from app.host.config_lines import file_text, line, sentence
from app.host.requirements import RequiredDirectory, requirements
from app.host.selinux import labels
from app.host.sysusers import file_of

ONLY_NEW = 252
"""Since which systemd a line can say owner and mode of what is made without changing what is there (a colon before them)."""


def tmpfiles(*units: Effective) -> str:
    """The directories that the units want."""
    path, left_out = f"/etc/tmpfiles.d/{file_of(*units)}", directories_left_out(*units)
    has_lines = len(left_out) < len(requirements(*units).created)
    install = [_how(path), _order(has_lines)]
    if left_out:
        missing = f"This file does not replace the preparation script: it leaves out {', '.join(left_out)}."
        install = [missing, *(install if has_lines else ["It creates no directory, so do not install it."])]
    return _text(units, install, left_out)


def text_before(path: str, *units: Effective) -> str:
    """The text of the releases that named the file after the unit alone, for this path; they named the wrong user."""
    users = {directory.path: directory.user for directory in requirements(*units).created}
    return _text(units, [_how(path), _order(bool(users))], users)


def directories_left_out(*units: Effective) -> dict[str, str]:
    """The paths that the preparation creates and this format cannot describe, with the user whose primary group they are for.

    A line can name a group, but not “the primary group of this user”; “-” is root's group (tmpfiles.d(5)).
    """
    return {row.path: unit.user for unit in units for row in requirements(unit).created if not row.group}


def labels_left_out(*units: Effective) -> tuple[str, ...]:
    """The paths whose SELinux label the preparation sets and this format cannot describe."""
    return tuple(label.path for unit in units for label in labels(unit))


def _how(path: str) -> str:
    return f"Put this into {path}, then run as root: systemd-tmpfiles --create {path}"


def _order(has_lines: bool) -> str:
    if not has_lines:
        return "No directory is made."
    return "The users and groups must be there first. It is done again at every boot, and does not ask whose a directory was before: the preparation script does."


def _text(units: Sequence[Effective], head: Sequence[str], users: Mapping[str, str]) -> str:
    """The file. head: how it is installed. users: by its path, the user whose primary group a directory is for."""
    required, version = requirements(*units), min(unit.version for unit in units)
    return file_text(
        sentence(
            f"Directories for {' and '.join(unit.file_name for unit in units)}, for tmpfiles.d(5) of systemd {version}."
        ),
        *(sentence(text) for text in head),
        *(
            part
            for directory in required.created
            for part in _directory(directory, users.get(directory.path, ""), version)
        ),
        *(sentence(text) for text in _unmade(*units)),
    )


def _directory(directory: RequiredDirectory, user: str, version: int) -> Iterator[str]:
    if not directory.group:
        yield sentence(
            f"{directory.path} is left out: it is for the primary group of {user}, which only the machine knows. Name that group in Group=, or use the preparation script."
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


def _mode(directory: RequiredDirectory) -> str:
    return f"{int(directory.mode, 8):04o}"


def _pattern(path: str) -> str:
    """The path for a line that takes patterns, each sign of a pattern literal."""
    return re.sub(r"[*?\[\]\\{}]", r"\\\g<0>", path)


def _unmade(*units: Effective) -> Iterator[str]:
    """What is not made here, and what the format has no word for."""
    required = requirements(*units)
    managed = [directory.path for directory in required.directories if directory.kind == "managed"]
    if managed:
        yield f"Nothing for {', '.join(managed)}: systemd makes what it manages when the service starts."
    for path in required.paths:
        yield f"{path.path} must be there (ReadWritePaths=), and this file never makes it."
    for unit in units:
        for label in labels(unit):
            yield f"SELinux: this format has no word for the label of {label.path}, the type {label.kind.type}; the preparation script sets it."

"""All of one unit in one file: what stands in it, and where it came from.

A comment in a unit is a line that begins with # (systemd.syntax(7)). A link is percent-encoded, so it has neither blanks nor
line ends nor a backslash at its end, which would join the next line.
"""

import hashlib
import shlex
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from app.host.sysusers import file_name, fitting
from app.report import Report
from app.web.tarball import TarMember, pack

VERSION: str = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["version"]
"""The version of this program, which only pyproject.toml says."""

SUMS = "SHA256SUMS"


class ArchiveFile(NamedTuple):
    """A file in the archive other than the units."""

    path: str
    """The path in the archive. {name} stands for the unit's name."""
    text: Callable[[Report], str]
    """A function that returns the file's text."""
    purpose: str
    """The purpose of the file, for the README."""
    mode: int = 0o644
    """The access bits."""


ARCHIVE_FILES = (
    ArchiveFile("prep.sh", Report.prep_script, "makes users, groups and directories; safe to run twice", 0o755),
    ArchiveFile(
        "install.sh", Report.install_script, "checks the units, installs and starts them; safe to run twice", 0o755
    ),
    ArchiveFile("undo.sh", Report.undo_script, "stops and removes all of it; directories only with --data", 0o755),
    ArchiveFile(
        "sysusers.d/unit-{name}.conf", lambda report: report.sysusers, "the users and groups, for systemd-sysusers"
    ),
    ArchiveFile("tmpfiles.d/unit-{name}.conf", lambda report: report.tmpfiles, "the directories, for systemd-tmpfiles"),
    ArchiveFile("ansible/{name}.yml", lambda report: report.ansible, "preparation and installation for Ansible"),
)
"""What stands in the archive beside the units, in the order of the README."""


def path_of(part: ArchiveFile, name: str) -> str:
    """The path of a part in the archive of the unit with this name."""
    folder, slash, file = part.path.rpartition("/")
    return f"{folder}{slash}{fitting(file, name)}"


def origin(report: Report, base: str) -> str:
    """The comment, a line, that says what made a file, and from which link; base is the address of the site."""
    link = f": {base}{report.link}" if report.link else ""
    return f"# Made by Systemd Unit File Generator {VERSION}{link}\n"


def archive(report: Report, base: str, *, stamped: bool = False) -> bytes:
    """The archive, below a folder of the unit's name. stamped: units begin with the comment on their origin."""
    first = origin(report, base) if stamped else ""
    name = report.unit.name
    files = {file: TarMember(first + text) for file, text in report.files.items()}
    files |= {path_of(part, name): TarMember(part.text(report), part.mode) for part in ARCHIVE_FILES}
    files["README"] = TarMember(_readme(report, base))
    files[SUMS] = TarMember(_sums(files))
    return pack(name, files)


def _sums(files: Mapping[str, TarMember]) -> str:
    """The sums of all files, for sha256sum --check."""
    return "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n" for path, (text, _) in sorted(files.items())
    )


def _readme(report: Report, base: str) -> str:
    """What is what, and in which order."""
    unit = report.unit
    units = [(file, "goes to /etc/systemd/system, which install.sh does") for file in report.files]
    rows = [
        *units,
        *((path_of(part, unit.name), part.purpose) for part in ARCHIVE_FILES),
        (SUMS, "the sums of these files"),
    ]
    width = max(len(path) for path, _ in rows)
    table = "\n".join(f"  {path:{width}}  {about}" for path, about in rows)
    return f"""\
{" and ".join(report.files)}, for {unit.target.label}

{table}

As root, in this directory:

1. See that all is whole: sha256sum --check --quiet {SUMS}
2. Read prep.sh, then run it: sh prep.sh
3. Read install.sh, then run it: sh install.sh
To take it away again: sh undo.sh

{_native_ways(report)}
In place of steps 2 and 3, from another machine: ansible-playbook -i HOST, {shlex.quote(f"ansible/{unit.name}.yml")}
{
        f'''
To change it, open: {base}{report.link}
'''
        if report.link
        else ""
    }"""


def _native_ways(report: Report) -> str:
    """How systemd itself prepares the machine, or what keeps it from doing all that prep.sh does."""
    if report.native_limits:
        head = "Do not skip step 2: the files for systemd-sysusers and systemd-tmpfiles do not replace it."
        return "\n".join([head, *(f"  {limit}" for limit in report.native_limits)])
    file = file_name(report.unit.name)
    return "\n".join(
        [
            "In place of step 2, where systemd keeps accounts and directories:",
            _placed("sysusers.d", file, "systemd-sysusers"),
            _placed("tmpfiles.d", file, "systemd-tmpfiles", "--create"),
        ]
    )


def _placed(folder: str, file: str, *tool: str) -> str:
    """The line that installs a file, whose folder may be missing in /etc, and has systemd do what it says."""
    path = f"/etc/{folder}/{file}"
    return f"  {shlex.join(['install', '-D', '-m', '0644', f'{folder}/{file}', path])} && {shlex.join([*tool, path])}"

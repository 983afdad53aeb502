"""The labels that own directories need where SELinux is used, and the steps that set them.

Sources: semanage-fcontext(8), matchpathcon(8), restorecon(8), the file contexts of the targeted policy, which has only general
types for /srv, /opt and all places that it does not know, and systemd_selinux(8): systemd starts what is labelled as a program.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.catalogue import find
from app.effective import Effective
from app.host.shell import Check, Do, ShellCommand, Step
from app.unitfile.model import OwnDirectory
from app.values import ExecCommand as CommandKind
from app.values import commands_of, is_within, simplify

SEMANAGE = "/usr/sbin/semanage"

ON = (ShellCommand(("selinuxenabled",), root=False),)
"""Tests whether this machine uses SELinux; fails where the program is missing too."""


class LabelType(NamedTuple):
    """An SELinux type and its purpose."""

    type: str
    """The name of the type."""
    explanation: str
    """The files that the type is for, as the rest of a sentence."""
    general: tuple[str, ...]
    """The types that the policy assigns by default. A path with one of them can get the new type."""


WRITTEN = LabelType("var_lib_t", "that of data that services keep", ("default_t", "mnt_t", "usr_t", "var_t"))
READ = LabelType("usr_t", "that of files that services only read", ("default_t", "mnt_t", "var_t"))
PROGRAM = LabelType(
    "bin_t",
    "that of programs, without which systemd could not start it",
    (*WRITTEN.general, "var_lib_t", "user_home_t"),
)


class Label(NamedTuple):
    """The SELinux type for a path, and for everything in it if the path is a directory."""

    path: str
    """The absolute path."""
    kind: LabelType

    @property
    def pattern(self) -> str:
        """The paths as semanage takes them: a regular expression without blanks."""
        return _literal(self.path) + ("" if self.kind is PROGRAM else "(/.*)?")

    @property
    def general(self) -> str:
        """A regular expression for the contexts that are no reason to keep them."""
        return f":({'|'.join(self.kind.general)}):|^<<none>>$"


def labels(unit: Effective) -> tuple[Label, ...]:
    """The labels of a unit: its own directories, and programs of its in them; none where the target does not use SELinux."""
    return tuple(label for own in unit.file.own for label in _labels(unit, own)) if _package(unit) else ()


def label_steps(unit: Effective, path: str) -> Iterator[Step]:
    """The step that labels an own directory, where the target uses SELinux."""
    found = [label for label in labels(unit) if is_within(label.path, path)]
    if found:
        types = ", and ".join(f"{label.path} the type {label.kind.type}, {label.kind.explanation}" for label in found)
        yield Step(
            f"Where SELinux is on and its policy has only a general type for the place, this gets one that lasts: {types}.",
            (
                Check((ShellCommand(("test", "-x", SEMANAGE), root=False),), _missing(unit, path), when=ON),
                *(_registered(label) for label in found),
                Do((ShellCommand(("restorecon", "-R", "--", path)),), when=ON),
            ),
        )


def _registered(label: Label) -> Do:
    """Tells the policy of a label, unless it has one for that place: a second run and an administrator's choice change nothing."""
    asked = ShellCommand(("matchpathcon", "-n", "--", label.path), root=False)
    is_kept = ShellCommand(("grep", "-qvE", "-e", label.general), root=False)
    add = ShellCommand(("semanage", "fcontext", "-a", "-t", label.kind.type, label.pattern))
    return Do((add,), unless=(asked, is_kept), when=ON)


def _labels(unit: Effective, own: OwnDirectory) -> Iterator[Label]:
    yield Label(own.path, WRITTEN if own.writable else READ)
    yield from (Label(path, PROGRAM) for path in _programs(unit) if is_within(path, own.path) and path != own.path)


def _programs(unit: Effective) -> list[str]:
    """The programs that the unit names, each once; none whose path only the machine knows."""
    lines = (line for line in unit.file.sorted_assignments() if isinstance(find(line.name).kind, CommandKind))
    paths = (unit.expand_known(command.path) for line in lines for command in commands_of(line.value))
    return list(dict.fromkeys(simplify(path.replace("%%", "%")) for path in paths if path.startswith("/")))


def _package(unit: Effective) -> str:
    return unit.file.target.family.semanage


def _missing(unit: Effective, path: str) -> str:
    return f"semanage is missing here, so {path} would keep no label. Install {_package(unit)}, then run this again."


def _literal(path: str) -> str:
    """A path as a regular expression that matches it alone; semanage refuses blanks, however quoted."""
    return re.sub(r"[^A-Za-z0-9_/-]", lambda sign: r"\s" if sign[0].isspace() else rf"\{sign[0]}", path)

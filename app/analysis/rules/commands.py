"""The commands of a unit: which programs they name, and which of them run as root."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app import catalogue
from app.effective import Effective, is_read
from app.unitfile.model import Assignment
from app.values import ExecCommand, ExecLine, commands_of
from app.values.commands import SHELL

COMMANDS = tuple(row.name for row in catalogue.DIRECTIVES if isinstance(row.kind, ExecCommand))
OF_SOCKETS = tuple(row.name for row in catalogue.TRIGGER_ROWS if isinstance(row.kind, ExecCommand))
"""The commands of the files beside the service's: only a socket has any."""

MAIN = "ExecStart"
START_ONLY = "PermissionsStartOnly"
SOCKET_USER = "socket.Socket.User"

SHELLS = frozenset("sh ash bash busybox dash fish ksh mksh zsh".split())
_WRAPPERS = frozenset("chrt env exec flock ionice nice nohup numactl setsid stdbuf taskset time timeout".split())
_KEYWORDS = frozenset("! do else if then until while".split())
_PARTS = re.compile(r"[;&|(){}`\n]+")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_MAX_DEPTH = 4
"""How many programs may be named inside one another: env nice sh -c “…”."""


class RunCommand(NamedTuple):
    """One command of a unit: its line, its place in it, what it is, and what gives it root's rights, "" for nothing.

    raised: its prefix, START_ONLY, or SOCKET_USER for a command of a socket that has no other user than root.
    """

    line: Assignment
    at: int
    command: ExecLine
    prefix: str


def runs(unit: Effective) -> tuple[RunCommand, ...]:
    """The commands that the systemd aimed at runs, in the order of the file; many rules ask for them."""
    if runs not in unit.answers:
        unit.answers[runs] = tuple(_runs(unit))
    found: tuple[RunCommand, ...] = unit.answers[runs]
    return found


def _runs(unit: Effective) -> Iterator[RunCommand]:
    start_only = unit.word(START_ONLY) == "yes"
    for line in unit.file.sorted_assignments():
        if line.name in COMMANDS and is_read(line.name, line.value, unit.version):
            for at, command in enumerate(commands_of(line.value)):
                all_but_main = START_ONLY if start_only and line.name != MAIN else ""
                yield RunCommand(line, at, command, _raised(command, unit.version) or all_but_main)


def all_runs(unit: Effective) -> Iterator[RunCommand]:
    """The same of every file of the unit: the commands of the service, then those of its socket."""
    yield from runs(unit)
    by_user = SOCKET_USER if unit.is_socket_privileged else ""
    for line in unit.file.sorted_assignments():
        if line.name in OF_SOCKETS and is_read(line.name, line.value, unit.version):
            for at, command in enumerate(commands_of(line.value)):
                yield RunCommand(line, at, command, _raised(command, unit.version) or by_user)


def _raised(command: ExecLine, version: int) -> str:
    """The prefix that runs a command as root; systemd 258 and later ignores !!."""
    signs = "".join(sign for sign in command.prefixes if sign in "+!")
    return "" if signs == "!!" and version >= 258 else signs


class RootCommand(NamedTuple):
    """A command that runs as root: its directive, the command as far as it is shown, and why it does."""

    name: str
    text: str
    why: str

    @property
    def label(self) -> str:
        """Its directive as the page calls it."""
        return catalogue.find(self.name).label

    def as_json(self) -> dict[str, str]:
        """The command for programs."""
        return {"field": self.name, "command": self.text, "why": self.why}


_WHY = {
    "+": "the prefix + runs it as root, outside of the sandbox",
    "!": "the prefix ! runs it as root, whatever User= says",
    "!!": "the prefix !! runs it as root on a kernel without ambient capabilities",
    START_ONLY: "PermissionsStartOnly=yes runs it as root",
    SOCKET_USER: "the socket runs it as root, whatever User= of the service says",
    "": "the whole service runs as root",
}
_MAX_LENGTH = 120
"""Characters of a command that are shown."""


def commands_as_root(unit: Effective) -> tuple[RootCommand, ...]:
    """The commands of a unit that run as root: all of a service of root's, else those that a prefix or setting makes so, and
    those of a socket without a user.
    """
    is_of_root = unit.is_privileged
    as_root = (run for run in all_runs(unit) if run.prefix or (is_of_root and run.line.name not in OF_SOCKETS))
    return tuple(RootCommand(run.line.name, _text(run.command), _WHY[run.prefix]) for run in as_root)


def _text(command: ExecLine) -> str:
    text = " ".join([command.prefixes + command.path, *command.arguments])
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def programs(command: ExecLine) -> Iterator[tuple[str, ...]]:
    """The programs that a command names, each with its arguments: itself, and what env, a shell and their like run in turn."""
    arguments = command.arguments[1:] if "@" in command.prefixes else command.arguments
    words = (command.path, *arguments)
    yield from _of_text(" ".join(words), 1) if SHELL in command.prefixes else _inside(words, 1)


def _inside(words: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
    """A program, and those that its arguments name."""
    yield words
    name = base_name(words[0])
    if depth < _MAX_DEPTH and name in _WRAPPERS:
        rest = [at for at, word in enumerate(words) if at and not _is_setting(word)]
        yield from _inside(words[rest[0] :], depth + 1) if rest else ()
    elif depth < _MAX_DEPTH and name in SHELLS:
        yield from _of_text(text_for_shell(words), depth + 1)


def _is_setting(word: str) -> bool:
    """Whether a word behind a wrapper is an option, a number or a variable, and no program yet."""
    return word.startswith("-") or bool(_ASSIGNMENT.fullmatch(word)) or word[:1].isdigit()


def text_for_shell(words: tuple[str, ...]) -> str:
    """The text that a shell is given with -c; "" where it is given none."""
    at = next((at for at, word in enumerate(words) if re.fullmatch(r"-[a-z]*c", word)), len(words))
    return next(iter(words[at + 1 : at + 2]), "") if base_name(words[0]) in SHELLS else ""


def _of_text(text: str, depth: int) -> Iterator[tuple[str, ...]]:
    """The programs at the places of a shell's text where a command stands."""
    for part in _PARTS.split(text.replace("$(", "(")):
        words = [word.strip("'\"") for word in part.split()]
        while words and (words[0] in _KEYWORDS or not words[0] or _ASSIGNMENT.fullmatch(words[0])):
            words = words[1:]
        if words:
            yield from _inside(tuple(words), depth)


def base_name(path: str) -> str:
    """The last part of a program's path."""
    return path.rpartition("/")[2]

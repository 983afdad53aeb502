"""Command lines of services (ExecStart= and its kin; systemd.service(5), "Command lines")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.values.cached import cached
from app.values.kind import BLANKS, Kind, Need
from app.values.lexing import raw_words, unquote
from app.values.paths import check_length
from app.values.sentences import quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

SHELL = "|"
"""The prefix of what is a line for a shell, which nobody but that shell judges."""

_UNPRIVILEGED = frozenset("-@:|")
_PRIVILEGED = frozenset("+!")


class ExecLine(NamedTuple):
    """One command of a command line."""

    prefixes: str
    """The prefix characters."""
    path: str
    """The executable, as the line writes it."""
    arguments: tuple[str, ...]
    """The arguments, without the program's own name."""


def parse_commands(value: str) -> list[ExecLine]:
    """The commands of one line, parted by “;” as a word of its own; ValueError as config_parse_exec() refuses them."""
    commands: list[ExecLine] = []
    current: list[str] = []
    for raw in [*raw_words(value), ";"]:
        word = ";" if raw == r"\;" and current else unquote(raw, c_escapes=True)
        if raw != ";" and (current or word != ";"):
            current.append(word)
        elif current:
            commands.append(_command(current))
            current = []
    if not commands:
        raise ValueError("There is no command here. Write the path of a program, for example /usr/local/bin/myapp.")
    return commands


def _command(words: list[str]) -> ExecLine:
    prefixes, path = _split_prefixes(words[0])
    arguments = words[1:]
    if SHELL not in prefixes:
        check_specifiers(path)
        _check_executable(path)
    if "@" in prefixes and SHELL not in prefixes and not arguments:
        raise ValueError(
            "The prefix @ takes the next word as the name the program is called by. Write that name behind the path."
        )
    for word in arguments:
        check_specifiers(word)
    return ExecLine(prefixes, path, tuple(arguments))


def _split_prefixes(word: str) -> tuple[str, str]:
    """The prefix characters of a command and what stands behind them, each prefix once (“!!” is one)."""
    at = 0
    while at < len(word):
        taken = word[:at]
        free = word[at] in _UNPRIVILEGED and word[at] not in taken
        raises = word[at] in _PRIVILEGED and not (set(taken) & _PRIVILEGED)
        doubles = word[at] == "!" and "+" not in taken and taken.count("!") == 1
        if not (free or raises or doubles):
            break
        at += 1
    return word[:at], word[at:]


_UNSAFE = re.compile(r"[\"'\\\x00-\x1f\x7f]")
_PLAIN_PROGRAM = re.compile("(?:/[A-Za-z0-9_-]+)+|[A-Za-z0-9_-]+")


def _check_executable(path: str) -> None:
    if len(path) < 200 and _PLAIN_PROGRAM.fullmatch(path):
        return
    if not path:
        raise ValueError(
            "A blank stands between the prefix and the program, or the program is missing. Write them together, for example -/usr/bin/env."
        )
    if _UNSAFE.search(path):
        raise ValueError(
            f"The program's path “{quoted(path)}” has quotes, a backslash or a control character in it, which systemd refuses. Use a plain path."
        )
    sample = with_placeholders(path)
    if sample.endswith("/"):
        raise ValueError(
            f"“{quoted(path)}” is a directory. Write the path of a program, for example /usr/local/bin/myapp."
        )
    if "/" in sample and not sample.startswith("/"):
        raise ValueError(
            f"“{quoted(path)}” is neither an absolute path nor a plain name. Begin it with /, for example /usr/local/bin/myapp."
        )
    if path in {".", ".."}:
        raise ValueError(f"“{path}” is not a program. Write an absolute path, for example /usr/local/bin/myapp.")
    check_length(path)


@dataclass(frozen=True)
class ExecCommand(Kind):
    """A command line with prefixes, quoting, C escapes and specifiers; no shell reads it."""

    expands = True
    may_be_empty = True
    is_long = True

    def check(self, value: str) -> str:
        parse_commands(value)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        for command in parse_commands(value):
            yield from _needs(command)


def _needs(command: ExecLine) -> Iterator[Need]:
    """What of a command not every systemd reads; a “-” before it makes the line ignored and not the unit refused."""
    refused = "-" not in command.prefixes
    for prefix, since in {":": 242, "!": 235, "+": 231}.items():
        if command.prefixes.count(prefix) == 1:
            yield Need(since, f"the prefix {prefix}", refused)
    if "!!" in command.prefixes:
        yield Need(235, "the prefix !!", otherwise="it would run as if that were not there", removed_in=258)
    if SHELL in command.prefixes:
        yield _shell_need(command)
    else:
        yield from _program_needs(with_placeholders(command.path), refused)
    words = command.arguments if SHELL in command.prefixes else (command.path, *command.arguments)
    yield from specifier_needs(" ".join(words), refused=refused)


def _program_needs(path: str, refused: bool) -> Iterator[Need]:
    if "/" not in path:
        yield Need(239, f"the program “{quoted(path)}” without its path", refused)
    if path.endswith(("/.", "/..")):
        yield Need(1, "a directory as the program", refused, removed_in=256)
    if set(path) & set("*?["):
        yield Need(1, "a program with * ? or [ in its path", refused, removed_in=261)


def _shell_need(command: ExecLine) -> Need:
    """The prefix “|”: older versions take it for the first character of the program's name."""
    before, _, behind = command.prefixes.partition(SHELL)
    older = f"{SHELL}{behind}{command.path}"
    try:
        check_specifiers(older)
        _check_executable(older)
        lacks_name = "@" in before and not command.arguments
    except ValueError:
        return Need(258, "the prefix |", "-" not in before)
    if lacks_name:
        return Need(258, "the prefix |", "-" not in before)
    return Need(258, "the prefix |", otherwise=f"it would run a program called “{quoted(older)}”")


@cached
def commands_of(value: str) -> tuple[ExecLine, ...]:
    """The commands of a line that has been checked; none for one that has not."""
    try:
        return tuple(parse_commands(value.strip(BLANKS)))
    except ValueError:
        return ()

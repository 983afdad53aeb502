"""Commands as argument lists, and how they become shell: steps to paste, and scripts that run as root.

Everything a person typed reaches the shell as one quoted word. Nothing here knows what the commands do.
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class OutputOf(NamedTuple):
    """A word that is the output of a command: "$(…)"."""

    argv: tuple[str, ...]


Word = str | OutputOf


@dataclass(frozen=True)
class Command:
    """One argument list; root says whether it needs root's rights, so whether sudo stands before it when pasted."""

    argv: tuple[Word, ...]
    root: bool = True

    def text(self, *, sudo: bool) -> str:
        """The command as one line of shell."""
        return ("sudo " if sudo and self.root else "") + " ".join(_quote(word) for word in self.argv)


def _quote(word: Word) -> str:
    return shlex.quote(word) if isinstance(word, str) else f'"$({shlex.join(word.argv)})"'


Test = tuple[Command, ...]
"""A pipeline whose exit status is asked; its output is not shown."""


@dataclass(frozen=True)
class Do:
    """Commands that follow one another; unless: done only where this test fails.

    guards stand before the commands in a script, careful tests before them in steps to paste.
    """

    commands: tuple[Command, ...]
    unless: Test = ()
    guards: tuple[Command, ...] = ()
    careful: tuple[Command, ...] = ()


@dataclass(frozen=True)
class Check:
    """A test that must hold; else a sentence is said, and if it stops, nothing further is done."""

    test: Test
    sentence: str
    stops: bool = True


@dataclass(frozen=True)
class Step:
    """Actions with the sentence that says why; a step without actions only says something."""

    why: str
    actions: tuple[Do | Check, ...] = field(default=())


STOP, WARN = "stop", "warn"


def paste(step: Step) -> str:
    """The step to paste into a terminal, with sudo where it is needed; it neither exits the shell nor sets options."""
    return "\n".join(_paste(action) for action in step.actions)


def _paste(action: Do | Check) -> str:
    if isinstance(action, Check):
        return f"{_test(action.test, sudo=True)} || {shlex.join(['echo', action.sentence])} >&2"
    commands = [command.text(sudo=True) for command in (*action.careful, *action.commands)]
    if action.unless:
        return f"{_test(action.unless, sudo=True)} || {' && '.join(commands)}"
    return " &&\n  ".join(commands)


def _test(test: Test, *, sudo: bool) -> str:
    silent = "" if test[-1].argv[0] == "test" else " >/dev/null"
    return " | ".join(command.text(sudo=sudo) for command in test) + silent


def script(title: str, steps: Sequence[Step], functions: Sequence[str] = ()) -> str:
    """A whole sh script that does the steps as root. Its work stands in main(), called on the last line.

    functions: shell functions that the steps call, each ended by a line end.
    """
    checks = [action for step in steps for action in step.actions if isinstance(action, Check)]
    warning = [f"{WARN}() {{\n  printf '%s\\n' \"$1\" >&2\n}}\n"] if any(not check.stops for check in checks) else []
    body = "\n".join(line for step in steps for line in _script_step(step))
    parts = [
        f"#!/bin/sh\n# {title}\n# Run it as root. It is safe to run twice.\n",
        f"{STOP}() {{\n  printf '%s\\n' \"$1\" >&2\n  exit 1\n}}\n",
        *warning,
        *functions,
        f"main() {{\n  set -eu\n  umask 022\n  [ \"$(id -u)\" = 0 ] || {STOP} 'Run this script as root.'\n{body}\n}}\n",
        'main "$@"\n',
    ]
    return "\n".join(parts)


def _script_step(step: Step) -> Iterator[str]:
    yield ""
    yield f"  # {step.why}"
    for action in step.actions:
        if isinstance(action, Check):
            yield f"  {_test(action.test, sudo=False)} || {shlex.join([STOP if action.stops else WARN, action.sentence])}"
        else:
            yield from (f"  {guard.text(sudo=False)}" for guard in action.guards)
            yield from _script_do(action)


def _script_do(action: Do) -> Iterator[str]:
    commands = [command.text(sudo=False) for command in action.commands]
    if action.unless:
        yield f"  {_test(action.unless, sudo=False)} || {' && '.join(commands)}"
    else:
        yield from (f"  {command}" for command in commands)


def refused(sentences: Iterable[str]) -> str:
    """The body of a script that was refused: itself a harmless script that says why and fails.

    A sentence may quote anything a person sent, so whatever could end its line is shown by its number.
    """
    lines = ("".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in sentence) for sentence in sentences)
    return "".join(f"# {line}\n" for line in lines) + "exit 1\n"

"""Commands as argument lists, and how they become shell: steps to paste, and scripts that run as root.

Everything a person typed reaches the shell as one quoted word. Nothing here knows what the commands do.
"""

import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple


class CommandOutput(NamedTuple):
    """A word of a command that is the output of another command: "$(…)", with text before it."""

    argv: tuple[str, ...]
    """The argument list of the inner command."""
    before: str = ""
    """The text before the output."""
    root: bool = False
    """Whether the inner command needs root privileges."""
    quiet: bool = False
    """Whether the inner command's error messages are hidden."""


Word = str | CommandOutput


@dataclass(frozen=True)
class ShellCommand:
    """One command as an argument list."""

    argv: tuple[Word, ...]
    """The words of the command."""
    root: bool = True
    """Whether the command needs root privileges, and so gets sudo when people paste it."""
    umask: str = ""
    """The umask for a command whose result depends on it, or "". Scripts set their umask once."""

    def text(self, *, sudo: bool) -> str:
        """The command as one line of shell."""
        line = ("sudo " if sudo and self.root else "") + " ".join(_quote(word, sudo) for word in self.argv)
        return f"(umask {self.umask} && {line})" if sudo and self.umask else line


def _quote(word: Word, sudo: bool) -> str:
    if isinstance(word, str):
        return shlex.quote(word)
    before = shlex.quote(word.before) if word.before else ""
    silent = " 2>/dev/null" if word.quiet else ""
    return f'{before}"$({ShellCommand(word.argv, word.root).text(sudo=sudo)}{silent})"'


Test = tuple[ShellCommand, ...]
"""A pipeline whose exit status is asked; its output is not shown."""


@dataclass(frozen=True)
class Do:
    """Commands that run one after another."""

    commands: tuple[ShellCommand, ...]
    unless: Test = ()
    """The commands run only if this test fails."""
    guards: tuple[ShellCommand, ...] = ()
    """Shell functions that a script calls before the commands. A failing guard stops the script."""
    careful: tuple[ShellCommand, ...] = ()
    """Tests that take the place of the guards in steps to paste."""
    sentence: str = ""
    """The message of a pasted step if one of these tests fails."""
    may_fail: bool = False
    """Whether the script continues after a failed command."""
    when: tuple[ShellCommand, ...] = ()
    """The commands run only if each of these commands succeeds."""


@dataclass(frozen=True)
class Check:
    """A test that must succeed."""

    test: Test
    sentence: str
    """The message if the test fails."""
    stops: bool = True
    """Whether a failed test stops the script."""
    when: tuple[ShellCommand, ...] = ()
    """The test runs only if each of these commands succeeds."""


@dataclass(frozen=True)
class Step:
    """Actions with a sentence that explains them."""

    why: str
    actions: tuple[Do | Check, ...] = field(default=())
    """The actions in order. A step without actions only explains something."""


STOP, WARN = "stop", "warn"
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
"""Where the programs are; su without a dash leaves /usr/sbin out."""


def comment(text: str) -> str:
    """The text as lines of comment, whatever line ends are in it."""
    return "\n".join(f"# {line}" for line in text.splitlines() or [""])


_TELLING = str.maketrans({";": ",", "'": "’", '"': "”", "“": "”"})


def pasted_comment(text: str) -> str:
    """The text as one line of comment to paste: nothing in it acts, even where a shell takes a comment for a command.

    zsh does so when it is interactive, so quotes would open a quotation there and $(…) would run.
    """
    harmless = "".join(c if c.isalnum() or c in ".,:/=_@%+-’”" else " " for c in text.translate(_TELLING))
    return f"# {' '.join(harmless.split())}"


def paste(step: Step) -> str:
    """The step to paste into a terminal, with sudo where it is needed; it neither exits the shell nor sets options."""
    parts = (_where(map(_paste, actions), when, sudo=True) for when, actions in _parted(step))
    return "\n".join(line for part in parts for line in part)


def _parted(step: Step) -> Iterator[tuple[tuple[ShellCommand, ...], Iterator[Do | Check]]]:
    """The actions of a step, those together that follow one another and are done where the same holds."""
    return groupby(step.actions, lambda action: action.when)


def _where(lines: Iterable[str], when: tuple[ShellCommand, ...], *, sudo: bool) -> Iterator[str]:
    """Lines that are done only where tests hold, of which nothing is shown: the programs that these need may be missing."""
    if not when:
        yield from lines
        return
    yield f"if {' && '.join(_test((command,), sudo=sudo, errors=False) for command in when)}; then"
    yield from (f"  {line}" for line in lines)
    yield "fi"


def _paste(action: Do | Check) -> str:
    if isinstance(action, Check):
        return f"{_test(action.test, sudo=True)} || {_say(action.sentence)}"
    commands = [command.text(sudo=True) for command in action.commands]
    if action.unless:
        return f"{_test(action.unless, sudo=True)} || {' && '.join(commands)}"
    if action.careful:
        tests = " && ".join(test.text(sudo=True) for test in action.careful)
        work = " &&\n    ".join(commands)
        return f"if {tests}; then\n  {work}\nelse\n  {_say(action.sentence)}\nfi"
    return " &&\n  ".join(commands)


def _say(sentence: str) -> str:
    return f"{shlex.join(['echo', sentence])} >&2"


def _test(test: Test, *, sudo: bool, errors: bool = True) -> str:
    """A test as a line of shell. errors: what it complains about is shown."""
    silent = "" if test[-1].argv[0] in {"test", "grep"} else " >/dev/null" if errors else " >/dev/null 2>&1"
    return " | ".join(command.text(sudo=sudo) for command in test) + silent


def script(
    title: str,
    steps: Sequence[Step],
    functions: Sequence[str] = (),
    *,
    directory: str = "",
    arguments: Sequence[str] = (),
) -> str:
    """A whole sh script that does the steps as root. Its work stands in main(), called on the last line.

    functions: shell functions that the steps call, each ended by a line end. directory: where it works, if not where it
    is called: programs are then not looked for in the caller's directory either. arguments: lines that read the script's.
    """
    checks = [action for step in steps for action in step.actions if isinstance(action, Check)]
    start = [
        "set -eu",
        "umask 022",
        "unset POSIXLY_CORRECT",  # getent(1) would take “--” for a name
        f"PATH=${{PATH:+$PATH:}}{SYSTEM_PATH}",
        "export PATH",
        *([shlex.join(["cd", directory])] if directory else []),
        f"[ \"$(id -u)\" = 0 ] || {STOP} 'Run this script as root.'",
        *arguments,
    ]
    body = [*(f"  {line}" for line in start), *(line for step in steps for line in _script_step(step))]
    parts = [
        f"#!/bin/sh\n{comment(title)}\n# Run it as root. It is safe to run twice.\n",
        _function(STOP, "printf '%s\\n' \"$1\" >&2", "exit 1"),
        *([_function(WARN, "printf '%s\\n' \"$1\" >&2")] if any(not check.stops for check in checks) else []),
        *functions,
        "\n".join(["main() {", *body, "}", ""]),
        'main "$@"\n',
    ]
    return "\n".join(parts)


def _function(name: str, *lines: str) -> str:
    return "\n".join([f"{name}() {{", *(f"  {line}" for line in lines), "}", ""])


def called(step: Step) -> set[str]:
    """The programs and functions that a script calls for a step."""
    commands = (
        command
        for action in step.actions
        for command in (
            (*action.when, *action.test)
            if isinstance(action, Check)
            else (*action.when, *action.unless, *action.guards, *action.commands)
        )
    )
    return {str(command.argv[0]) for command in commands}


_COMMENT = re.compile("^#.*", re.MULTILINE)


def functions_of(*texts: str) -> dict[str, str]:
    """The functions in texts of shell by name, each with the comment before it."""
    found = re.finditer(r"(?:^#.*\n)*^(\w+)\(\) \{\n(?:.*\n)*?\}\n", "\n".join(texts), re.MULTILINE)
    return {match[1]: match[0] for match in found}


def needed(functions: Mapping[str, str], called: Collection[str]) -> list[str]:
    """The functions that are called, and those that they call, in the order given."""
    names: set[str] = set()
    more = functions.keys() & called
    while more:
        names |= more
        words = {word for name in more for word in re.findall(r"\w+", _COMMENT.sub("", functions[name]))}
        more = (functions.keys() & words) - names
    return [text for name, text in functions.items() if name in names]


def _script_step(step: Step) -> Iterator[str]:
    yield ""
    yield from (f"  {line}" for line in comment(step.why).split("\n"))
    for when, actions in _parted(step):
        lines = (line for action in actions for line in _script_action(action))
        yield from (f"  {line}" for line in _where(lines, when, sudo=False))


def _script_action(action: Do | Check) -> Iterator[str]:
    if isinstance(action, Check):
        yield f"{_test(action.test, sudo=False)} || {shlex.join([STOP if action.stops else WARN, action.sentence])}"
    else:
        yield from (guard.text(sudo=False) for guard in action.guards)
        yield from _script_do(action)


def _script_do(action: Do) -> Iterator[str]:
    commands = [command.text(sudo=False) for command in action.commands]
    if action.unless:
        yield f"{_test(action.unless, sudo=False)} || {' && '.join(commands)}"
    else:
        yield from (f"{command}{' || :' if action.may_fail else ''}" for command in commands)


def refused(sentences: Iterable[str]) -> str:
    """The body of a script that was refused: itself a harmless script that says why and fails."""
    return "".join(f"{comment(sentence)}\n" for sentence in sentences) + "exit 1\n"

"""What in a value looks like a secret: variables by their names, passwords in URLs, and options of commands.

A value is searched as text, whatever its directive: a program finds a password in any of them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from app.values.cached import cached
from app.values.lexing import split_words

_WORDS = frozenset({"PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIALS"})
_ENDINGS = ("API_KEY", "PRIVATE_KEY")
_PATH_ENDINGS = ("_FILE", "_PATH")
_PATH_BEGINNINGS = ("/", "%C", "%d", "%E", "%h", "%L", "%S", "%t", "%T", "%V")

URL = "A URL"
"""What holds a password that is part of a URL."""

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_NOWHERE: tuple[str, ...] = ()

_OPTION_WORDS = _WORDS | {"PASSPHRASE", "APIKEY"}
_OPTION_ENDINGS = (*_PATH_ENDINGS, "_STDIN", "_FD", "_ENV", "_DIR", "_URL", "_TTL", "_LENGTH", "_PROMPT")
"""How the name of an option ends that says where a secret is, or how it is handled, and does not hold it."""

_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
"""A variable in braces: its value is somewhere else."""

_INSIDE_COMMANDS = re.compile(r"\$[A-Za-z_(0-9]|`|\$\{[A-Za-z_][A-Za-z0-9_]*\}|file:/")
"""How a word of a command begins that says where a secret is."""

_ASSIGNED = re.compile(r"(?<![A-Za-z0-9_=])([A-Za-z_][A-Za-z0-9_]*)=(?=([^\s,;&)]{0,80}))")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,40}://[^\s/?#:@]{0,300}:(?!\d+[/?#])([^\s?#]{1,300})@")
_HEADER = re.compile(r"authorization: *(?:basic|bearer|token) +(\S+)", re.IGNORECASE)
_OPTION = re.compile(r"--?([A-Za-z][A-Za-z0-9._-]*)(?:=(.*))?", re.DOTALL)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MAY_HOLD = re.compile(
    r"passw|secret|token|credentials|passphrase|key|://|authorization|\\|mysql|mariadb|sshpass|redis-cli|ldap|curl",
    re.IGNORECASE,
)

SHORT_OPTIONS = (
    (re.compile(r"(?:.*/)?(?:mysql|mariadb)[a-z-]*"), re.compile(r"-p(.+)"), ""),
    (re.compile(r"(?:.*/)?sshpass"), re.compile(r"-p(.+)"), "-p"),
    (re.compile(r"(?:.*/)?redis-cli"), re.compile(r"-a(.+)"), "-a"),
    (re.compile(r"(?:.*/)?ldap[a-z]+"), re.compile(r"-w(.+)"), "-w"),
    (re.compile(r"(?:.*/)?curl"), re.compile(r"-u[^:]+:(.+)"), "-u"),
)
"""Options of one letter that hold a password: of which program, with the password behind the letter, and as the word before it."""


def secrets_in(value: str) -> list[str]:
    """What looks like a secret in the words of a value, each by what holds it; nothing where systemd could not part the words."""
    try:
        return list(_named(split_words(value, c_escapes=True))) if _MAY_HOLD.search(value) else []
    except ValueError:
        return []


@cached
def secrets_in_text(text: str, is_command: bool = False) -> tuple[str, ...]:
    """The same in any text, whether systemd could part it into words or not.

    is_command: the text is a command, in which variables are expanded.
    """
    return _named(_words(text), is_command) if _MAY_HOLD.search(text) else ()


def _named(words: Sequence[str], is_command: bool = False) -> tuple[str, ...]:
    return tuple(dict.fromkeys(islice(_found(words, is_command), MAX_NAMED)))


MAX_NAMED = 10
"""What is named of one value; a value of 64 KiB can hold thousands."""


def _words(text: str) -> list[str]:
    """The words of a text, their quotes and escapes decoded; those between blanks where systemd could not part it."""
    try:
        return split_words(text, c_escapes=True)
    except ValueError:
        return [word.strip("'\"") for word in text.split()]


def _found(words: Sequence[str], is_command: bool, *, is_inside: bool = False) -> Iterator[str]:
    """What holds a secret among words, and among the words of those that are themselves a text, such as what a shell runs."""
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if "=" in word or "://" in word or word.startswith("-"):
            yield from _in_word(word, is_command)
            yield from _in_option(word if word.startswith("-") else word.partition("=")[2], following)
        if not is_inside and any(blank in word for blank in " \t\n"):
            inner = [each.strip("'\"") for each in word.split()]
            yield from _found(inner, is_command, is_inside=True)
    yield from _in_short_options(words)
    if _HEADER.search(" ".join(words)):
        yield "Authorization"


def _in_word(word: str, is_command: bool) -> Iterator[str]:
    """The variables and URLs in a word that hold a secret; options are looked at by themselves."""
    name, _, text = word.partition("=")
    is_option = word.startswith("-")
    if not is_option and _NAME.fullmatch(name) and _is_secret(name, text, is_command):
        yield name
    for match in _ASSIGNED.finditer(word, len(name) + 1 if is_option or _NAME.fullmatch(name) else 0):
        if not text.startswith("-") and _is_secret(match[1], match[2].strip("'\""), is_command):
            yield match[1]
    passwords = (match[1] for match in _URL.finditer(word))
    if any(_is_text(password, is_command, _NOWHERE) for password in passwords):
        yield URL


def _is_secret(name: str, text: str, is_command: bool) -> bool:
    """Whether a variable of this name holds a secret: its value is none where it is empty, a path or the name of another."""
    upper = name.upper()
    if not _is_text(text, is_command) or upper.endswith(_PATH_ENDINGS):
        return False
    return bool(_WORDS & set(upper.split("_"))) or upper.endswith(_ENDINGS)


def _is_text(text: str, is_command: bool, places: tuple[str, ...] = _PATH_BEGINNINGS) -> bool:
    """Whether a value is a text and says no place where it is; places: how one begins that does."""
    if not text or text.startswith(places) or _REFERENCE.fullmatch(text):
        return False
    return not (is_command and _INSIDE_COMMANDS.match(text))


def _in_option(word: str, following: str) -> Iterator[str]:
    """The option that a word is, where its value, behind = or the next word, is a secret."""
    option = _OPTION.fullmatch(word) if word.startswith("-") else None
    if not option:
        return
    name = _HUMP.sub("_", re.sub("[.-]", "_", option[1])).upper()
    parts = name.split("_")
    if parts[0] in ("NO", "WITHOUT") or name.endswith(_OPTION_ENDINGS):
        return
    text = option[2] if option[2] is not None else "" if following.startswith("-") else following
    if (_OPTION_WORDS & set(parts) or name.endswith(_ENDINGS)) and _is_text(text.strip("'\""), True):
        yield word.partition("=")[0]


def _in_short_options(words: Sequence[str]) -> Iterator[str]:
    for program, attached, apart in SHORT_OPTIONS:
        start = next((at for at, word in enumerate(words) if program.fullmatch(word.lstrip("-@:+!|"))), len(words))
        for at in range(start + 1, len(words)):
            match = attached.fullmatch(words[at])
            following = words[at + 1] if words[at] == apart and at + 1 < len(words) else ""
            text = match[1] if match else following.partition(":")[2] if apart == "-u" else following
            if _is_text(text, True):
                yield words[at][:2]

"""What a service is handed as open file descriptors: files, sockets, sessions that live across a kernel update.

Sources: src/shared/open-file.c, config_parse_service_sockets() and config_parse_luo_sessions() in
src/core/load-fragment.c of systemd 247 to 262; systemd.service(5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import Kind, Need
from app.values.lexing import extract_words, plain_words, unquote
from app.values.names import UnitNames
from app.values.paths import check_length, simplify
from app.values.sentences import did_you_mean, one_of, quoted

_FLAGS = ("read-only", "append", "truncate", "graceful")
_NAME = re.compile("[ -9;-~]{0,255}")


_FIELD = re.compile(r"(?:[^:\\]+|\\.)*")


def fields(text: str) -> list[str]:
    """The parts between colons, escapes decoded, quotes as they are (EXTRACT_CUNESCAPE without EXTRACT_UNQUOTE)."""
    parts, at = [], 0
    while at <= len(text):
        part = _FIELD.match(text, at)
        assert part  # it may be empty
        if text[part.end() : part.end() + 1] == "\\":
            raise ValueError("A backslash stands before nothing. Take it away, or double it.")
        parts.append(_decoded(part[0]))
        at = part.end() + 1
    return parts


def _decoded(part: str) -> str:
    """A part without its escapes; quotes are guarded from unquote()."""
    if "\\" not in part:
        return part
    return unquote(re.sub(r"\\.|[\"']", lambda m: m[0] if m[0][0] == "\\" else f"\\{m[0]}", part), c_escapes=True)


@dataclass(frozen=True)
class OpenFile(Kind):
    """PATH[:NAME[:OPTIONS]], a file or socket that systemd opens before the start (OpenFile=; open_file_parse())."""

    def check(self, value: str) -> str:
        path, name, options, *more = [*fields(value), "", "", ""][: max(3, len(fields(value)))]
        if more not in ([], [""]):
            raise ValueError(
                f"“{quoted(value)}” has too many colons. Write PATH:NAME:OPTIONS, and \\x3a for a colon in the path."
            )
        if not path.startswith("/"):
            raise ValueError(f"The path “{quoted(path)}” is not absolute. Begin it with /, for example /etc/myapp/key.")
        check_length(path)
        self._check_name(name or simplify(path).rpartition("/")[2].removeprefix(".."))
        self._check_options(extract_words(options, ",", quotes=False))
        return value

    @staticmethod
    def _check_name(name: str) -> None:
        if not name or not _NAME.fullmatch(name):
            raise ValueError(
                f"“{quoted(name)}” cannot be the name of a file descriptor: it takes up to 255 characters of ASCII without a colon. Write PATH:NAME, for example /etc/myapp/key:key."
            )

    @staticmethod
    def _check_options(options: list[str]) -> None:
        for option in options:
            if option not in _FLAGS:
                raise ValueError(
                    f"“{quoted(option)}” is not an option of a file to open.{did_you_mean(option, _FLAGS)} It takes {one_of(_FLAGS)}."
                )
        if len(set(options)) < len(options) or len(set(options) - {"graceful"}) > 1:
            raise ValueError(
                "systemd takes each option once, and only one of read-only, append and truncate. Leave one out."
            )


def open_file(value: str) -> tuple[str, frozenset[str]]:
    """The path and the options of a line of OpenFile= that has been checked."""
    path, _, options = [*fields(value), "", ""][:3]
    return path, frozenset(extract_words(options, ",", quotes=False))


@dataclass(frozen=True)
class SocketNames(Kind):
    """Socket units, parted by blanks (Sockets=)."""

    expands = True

    def check(self, value: str) -> str:
        UnitNames().check(value)
        for word in plain_words(value):
            if not word.endswith(".socket"):
                raise ValueError(f"“{quoted(word)}” is not a socket. Write the names of units that end in .socket.")
            if "\\" in word:
                raise ValueError(
                    f"systemd would drop the backslash in “{quoted(word)}” and look for another unit. Write Requires= and After= instead."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return UnitNames().needs(value)


@dataclass(frozen=True)
class LuoSessions(Kind):
    """Names of sessions of the kernel's live update, parted by blanks (LUOSession=)."""

    def check(self, value: str) -> str:
        words = extract_words(value, quotes=False)
        for word in words:
            if not _NAME.fullmatch(word) or set(word) & set("\\\"'*?["):
                raise ValueError(
                    f"“{quoted(word)}” cannot be the name of a session. Write up to 255 characters of ASCII without : \\ * ? [ and quotes, for example myapp."
                )
        if len(set(words)) < len(words):
            raise ValueError("A session is named twice. Write each once.")
        return value

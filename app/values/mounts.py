"""What is mounted for a service: paths shown elsewhere, and empty file systems laid over others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.values.kind import Kind, Need
from app.values.lexing import DECODED, RETAINED, extract_words, first_word, separated, split_words
from app.values.paths import check_absolute, climbing_needs
from app.values.sentences import quoted
from app.values.specifiers import specifier_needs


class BindMount(NamedTuple):
    """A path and its mount point."""

    source: str
    """The path on the machine, with “-” if it can be missing."""
    destination: str | None = None
    option: str = ""


@dataclass(frozen=True)
class BindMounts(Kind):
    """SOURCE[:DESTINATION[:rbind|norbind]], parted by blanks; “-” before a source that may be missing (BindPaths=).

    Up to systemd 261 quotes enclose one path, and any character may follow a backslash; since 262 they enclose the whole, and a
    backslash begins an escape of C (config_parse_bind_paths(); run). Most lines mean the same to both.
    """

    expands = True

    def check(self, value: str) -> str:
        try:
            _checked(_binds(value))
        except ValueError:
            if not _READ_IN_TWO_WAYS.search(value):
                raise
            try:
                _checked(_old_binds(value))
            except ValueError:
                pass
            else:
                return value
            raise
        return value

    @staticmethod
    def parts(value: str, version: int) -> list[BindMount]:
        """The binds of a line as a version reads them; none where it ignores the line."""
        return _readable(_binds(value) if version >= 262 else _old_binds(value)) or []

    def needs(self, value: str) -> Iterator[Need]:
        new = _readable(_binds(value))
        old = _readable(_old_binds(value)) if _READ_IN_TWO_WAYS.search(value) else new
        for bind in new or old or []:
            yield from specifier_needs(f"{bind.source} {bind.destination or ''}")
            yield from climbing_needs(bind.source.removeprefix("-"))
            yield from climbing_needs(bind.destination or "/")
        if new is None:
            yield Need(1, "a blank, a quote or a backslash as this line has it", removed_in=262)
        elif old is None:
            yield Need(262, "a blank or a quote as this line has it")
        elif old != new:
            yield Need(262, "a quote or a backslash as this line has it", otherwise="it would name other paths")


# Without any of these a line means the same to all.
_READ_IN_TWO_WAYS = re.compile(r"[\"'\\]|  |: ")


def _binds(value: str) -> Iterator[BindMount]:
    """What systemd 262 reads."""
    for word in extract_words(value, backslash=RETAINED):
        source, *rest = extract_words(word, ":", quotes=False, backslash=DECODED, coalesce=False)
        yield BindMount(source, rest[0] if rest else None, ":".join(rest[1:]))


def _old_binds(value: str) -> Iterator[BindMount]:
    """What systemd up to 261 reads: an option goes up to the next blank, and the blanks before it do not count."""
    words = separated(value, ": ", coalesce=False)
    for source, behind in words:
        destination, option = None, ""
        if behind == ":":
            destination, behind = next(words)
        if behind == ":":
            option, behind = next((word, end) for word, end in words if (word, end) != ("", " "))
            while behind == ":":
                more, behind = next(words)
                option += f":{more}"
        yield BindMount(source, destination, option)


def _checked(bind_mounts: Iterator[BindMount]) -> list[BindMount]:
    """The binds; ValueError for one that systemd ignores."""
    found = list(dict.fromkeys(bind_mounts))
    for source, destination, option in found:
        check_absolute(source.removeprefix("-"), "source", climbs=True)
        if destination is not None:
            check_absolute(destination, "destination", climbs=True)
        if option not in {"", "rbind", "norbind"}:
            raise ValueError(
                f"“{quoted(f'{source}:{destination}:{option}')}” has an option that systemd does not read here. Write SOURCE:DESTINATION, and behind it :rbind or :norbind; what shall be read-only stands in BindReadOnlyPaths=."
            )
    return found


def _readable(bind_mounts: Iterator[BindMount]) -> list[BindMount] | None:
    """The binds, None where systemd ignores one."""
    try:
        return _checked(bind_mounts)
    except ValueError:
        return None


@dataclass(frozen=True)
class TemporaryFileSystems(Kind):
    """PATH[:OPTIONS], parted by blanks, each an empty file system laid over the path (TemporaryFileSystem=).

    Which options there are, the kernel knows: one that it refuses fails the start with 226.
    """

    expands = True

    def check(self, value: str) -> str:
        for path in dict.fromkeys(self._paths(value)):
            check_absolute(path, climbs=True)
        return value

    @staticmethod
    def parts(value: str) -> Iterator[tuple[str, str]]:
        """The paths of a line, each with its options: a word without its quotes is read once more, up to a colon."""
        for word in dict.fromkeys(split_words(value)):
            path, options = first_word(word, ":")
            yield path, options or ""

    def _paths(self, value: str) -> Iterator[str]:
        return (path for path, _ in self.parts(value))

    def needs(self, value: str) -> Iterator[Need]:
        for path in self._paths(value):
            yield from specifier_needs(path)
            yield from climbing_needs(path)

"""Where output goes, and where input comes from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from app.values.kind import Kind, Need
from app.values.paths import check_absolute
from app.values.sentences import did_you_mean, one_of, quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

_OUTPUTS = {
    "inherit": 1, "null": 1, "tty": 1, "journal": 38, "kmsg": 1, "journal+console": 38, "kmsg+console": 18, "socket": 1,
    "fd": 232,
}  # fmt: skip
_FILE_OUTPUTS = {"file": 236, "append": 240, "truncate": 248}
_OBSOLETE_OUTPUTS = {"syslog": "journal", "syslog+console": "journal+console"}
_INPUTS = {"null": 1, "tty": 1, "tty-force": 1, "tty-fail": 1, "socket": 1, "data": 236, "fd": 232}


@dataclass(frozen=True)
class Output(Kind):
    """The destination of a stream (StandardOutput=; systemd.exec(5)).

    It is a word, a file after file:, append: or truncate:, or fd:NAME.
    """

    expands = True

    what: ClassVar[str] = "output"

    words: Mapping[str, int] = field(default_factory=lambda: dict(_OUTPUTS))
    """The words, each with the systemd version that introduced it."""
    files: Mapping[str, int] = field(default_factory=lambda: dict(_FILE_OUTPUTS))
    """The words that a path follows, each with the systemd version that introduced it."""
    old: Mapping[str, str] = field(default_factory=lambda: dict(_OBSOLETE_OUTPUTS))
    """The old words, each with the word that systemd replaces it with."""

    def check(self, value: str) -> str:
        form, colon, path = value.partition(":")
        if colon and form in self.files:
            check_absolute(path)
        elif colon and form == "fd":
            check_specifiers(path)
            if not re.fullmatch("[!-9;-~ ]{0,255}", with_placeholders(path)):
                raise ValueError(
                    f"“{quoted(path)}” is not the name of a file descriptor: it takes ASCII without a colon. Write for example fd:stdout."
                )
        elif value not in self.words and value not in self.old:
            example = f"{list(self.files)[len(self.files) // 2]}:/absolute/path"
            raise ValueError(
                f"“{quoted(value)}” is not a place for {self.what}.{did_you_mean(value, self.words)} Write {one_of([*self.words, example])}."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        form = value.partition(":")[0]
        since = self.files.get(form, self.words.get(form, 1))
        if since > 1:
            yield Need(since, f"“{form}” as {self.what}")

    def replacement(self, value: str) -> str:
        return self.old.get(value, "")

    @property
    def suggestions(self) -> Mapping[str, int]:
        return self.words


@dataclass(frozen=True)
class Input(Output):
    """The source of standard input: a word, a file after file:, or fd:NAME (StandardInput=; systemd.exec(5))."""

    what = "input"

    words: Mapping[str, int] = field(default_factory=lambda: dict(_INPUTS))
    files: Mapping[str, int] = field(default_factory=lambda: {"file": 236})
    old: Mapping[str, str] = field(default_factory=dict)

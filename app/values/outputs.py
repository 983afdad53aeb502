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
    """Where a stream goes: a word, a file behind file:, append: or truncate:, or fd:NAME (StandardOutput=; systemd.exec(5)).

    words, files: each with its version; a file stands behind its word. old: words that systemd replaces.
    """

    expands = True

    what: ClassVar[str] = "output"

    words: Mapping[str, int] = field(default_factory=lambda: dict(_OUTPUTS))
    files: Mapping[str, int] = field(default_factory=lambda: dict(_FILE_OUTPUTS))
    old: Mapping[str, str] = field(default_factory=lambda: dict(_OBSOLETE_OUTPUTS))

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
    """Where standard input comes from: a word, a file behind file:, or fd:NAME (StandardInput=; systemd.exec(5))."""

    what = "input"

    words: Mapping[str, int] = field(default_factory=lambda: dict(_INPUTS))
    files: Mapping[str, int] = field(default_factory=lambda: {"file": 236})
    old: Mapping[str, str] = field(default_factory=dict)

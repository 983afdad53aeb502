"""Closed lists of words, booleans among them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.values.kind import BLANKS, Kind, Need
from app.values.numbers import number
from app.values.sentences import did_you_mean, one_of, quoted

TRUE = frozenset({"1", "yes", "y", "true", "t", "on"})
FALSE = frozenset({"0", "no", "n", "false", "f", "off"})


def spell_boolean(text: str) -> str:
    """“yes” or “no” for every spelling that systemd's parse_boolean() takes, the text itself for everything else."""
    folded = text.strip(BLANKS).lower()
    return "yes" if folded in TRUE else "no" if folded in FALSE else text


@dataclass(frozen=True)
class Choice(Kind):
    """One word of a closed list."""

    words: Mapping[str, int]
    """The words, each with the systemd version that introduced it."""

    def check(self, value: str) -> str:
        if value not in self.words:
            raise ValueError(
                f"“{quoted(value)}” is not a value of this setting.{did_you_mean(value, self.words)} It takes {one_of(self.words)}."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        since = self.words.get(value, 1)
        if since > 1:
            yield Need(since, f"the value “{value}”")

    @property
    def suggestions(self) -> Mapping[str, int]:
        return self.words


@dataclass(frozen=True)
class Boolean(Choice):
    """yes or no, in every spelling of parse_boolean() (systemd.syntax(7)), written as yes or no."""

    words: Mapping[str, int] = field(default_factory=lambda: {"yes": 1, "no": 1})
    """The spellings yes and no. They are as old as the directive."""
    more: Mapping[str, int] = field(default_factory=dict)
    """Further words that the directive accepts, each with its systemd version (ProtectSystem=strict)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", {**self.words, **self.more})

    def check(self, value: str) -> str:
        return super().check(spell_boolean(value))

    def readable(self, value: str, version: int) -> str:
        """yes, which every version reads, for a word that came later."""
        return "yes" if value in self.more else ""


@dataclass(frozen=True)
class UnsignedInt(Kind):
    """A whole number from nothing up, in any base that safe_atou() reads (StartLimitBurst=, FailureActionExitStatus=)."""

    minimum: int = 0
    maximum: int = 2**32 - 1

    def check(self, value: str) -> str:
        amount = number(value)
        if amount is None:
            raise ValueError(f"“{quoted(value)}” is not a whole number. Write digits only, for example 5.")
        if not self.minimum <= amount <= self.maximum:
            raise ValueError(
                f"{quoted(value)} is out of range: write a number between {self.minimum} and {self.maximum}."
            )
        return value

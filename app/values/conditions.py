"""What a unit asks of the machine before it starts (ConditionPathExists=, AssertHost= and their kin; systemd.unit(5))."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.values.kind import BLANKS, Kind, Need
from app.values.paths import check_absolute, climbing_needs
from app.values.sentences import quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders


@dataclass(frozen=True)
class ConditionPath(Kind):
    """An absolute path with optional signs before it: “|” (one such condition is enough), then “!” (negation).

    config_parse_unit_condition_path() accepts no quotes, and no spaces after the signs.
    """

    expands = True

    example: str = "/etc/myapp.conf"

    def check(self, value: str) -> str:
        path = self._path(value)
        if path.startswith((" ", "|", "!")):
            raise ValueError(
                f"“{quoted(value)}” has signs before its path that systemd does not read. Write |, then !, then the path, without blanks: |!/srv/myapp."
            )
        if not with_placeholders(path).startswith("/"):
            raise ValueError(
                f"“{quoted(path)}” is not an absolute path. Begin it with /, without quotes, for example {self.example}."
            )
        check_absolute(path, climbs=True)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        yield from climbing_needs(self._path(value))

    @staticmethod
    def _path(value: str) -> str:
        return value.removeprefix("|").removeprefix("!")


@dataclass(frozen=True)
class ConditionText(Kind):
    """A value to compare with the machine, with optional signs before it: “|” (one is enough), then “!” (negation).

    config_parse_unit_condition_string() validates only the specifiers. A meaningless value makes a condition that
    fails.
    """

    expands = True
    may_be_empty = True

    words: Mapping[str, int] = field(default_factory=dict)
    """Useful values to suggest, each with its systemd version."""

    def check(self, value: str) -> str:
        check_specifiers(value)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        word = value.removeprefix("|").lstrip(BLANKS).removeprefix("!").lstrip(BLANKS)
        if self.words.get(word, 1) > 1:
            yield Need(self.words[word], f"the word “{word}”", otherwise="it would hold for no machine")

    @property
    def suggestions(self) -> Mapping[str, int]:
        return self.words

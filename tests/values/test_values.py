"""What is true of every kind of value."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import catalogue, values
from app.catalogue import Directive
from app.values import Kind
from tests.support import pace, strategies
from tests.values.claims import judged

KINDS = list({repr(directive.kind): directive for directive in catalogue.DIRECTIVES}.values())
"""One directive for each kind of value, with all that the kind was told."""

# Each makes some pattern or loop work hardest: what it takes again and again, and at the end what it does not take.
LENGTH = 60_000
LONG = {
    f"{text}…{end}": (text * LENGTH)[: LENGTH - len(end)] + end
    for text in (
        "a", "0", "9", "1s ", "1.", "1 ", "/", "/a", "/a ", "a ", "a.", "a.a", "a@", "a:", ":", " ", "-", "+", "%%", "%n", "\\\\", '"', "'a' ",
        "~", "@a ", "CAP_CHOWN ", "AF_INET,", "read ", "read:EPERM ", "::1 ", "1.2.3.4/8 ", "143 ", "A=b ", "/bin/true ; ", "5M ", "é", "1K", "0x",
        "/a:/b ", "https://a ", "x.service ",
    )
    for end in ("", "!", "é")
}  # fmt: skip
LONG |= {
    f"{text} parted by {between}": between.join(text.format(number) for number in range(LENGTH))[:LENGTH]
    for text in ("{}", "a{}", "/{}", "A{}=1", "/a:/{}", "::{}", "{}:")
    for between in (" ", " ; ", "/")
}
# What begins like something that ends, and does not.
LONG |= {
    f"{begin} and {text}": begin + text * (LENGTH - 3) + "x" for begin in ("a{", "(", "[", "\\Q") for text in " 10,("
}


def test_there_is_a_strategy_for_every_kind() -> None:
    kinds = {kind for kind in vars(values).values() if isinstance(kind, type) and issubclass(kind, Kind)} - {Kind}
    assert kinds == set(strategies.KINDS)


@pytest.mark.parametrize("version", [247, 252, 262])
@pytest.mark.parametrize("directive", KINDS, ids=lambda directive: directive.name)
def test_values_of_the_strategies_are_accepted(directive: Directive, version: int) -> None:
    version = max(version, directive.since)

    @given(strategies.of_kind(directive.kind, version))
    def check(value: str) -> None:
        assert judged(directive.name, value) == ""
        assert all(need.since <= version for need in directive.kind.needs(directive.kind.normalise(value)))

    check()


@pytest.mark.parametrize("directive", KINDS, ids=lambda directive: directive.name)
def test_hostile_text_is_refused_or_remains_one_visible_line(directive: Directive) -> None:
    @given(strategies.hostile_text)
    def check(text: str) -> None:
        try:
            value = directive.kind.normalise(text)
        except ValueError as refusal:
            sentence = str(refusal)
            assert sentence.endswith((".", "?"))
            assert not hidden(sentence)
            assert len(sentence) < 600
        else:
            assert not hidden(value)
            assert value == value.strip(" \t")
            assert (len(value) - len(value.rstrip("\\"))) % 2 == 0
            assert directive.kind.normalise(value) == value
            assert all(need.since > 1 or need.removed_in < values.FOREVER for need in directive.kind.needs(value))

    check()


def hidden(text: str) -> list[str]:
    """The characters of a text that nobody may use."""
    return [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]


@pytest.mark.parametrize(
    "directive", list({type(row.kind): row for row in KINDS}.values()), ids=lambda directive: directive.name
)
def test_a_long_value_is_validated_quickly(directive: Directive) -> None:
    for text, value in LONG.items():
        assert pace.within(0.2, judged, directive.name, value), text


@given(st.lists(strategies.hostile_text, max_size=3))
def test_own_paths_are_plain(texts: list[str]) -> None:
    for text in ["/srv/" + "/".join(texts), *texts]:
        try:
            path = values.check_own_path(text)
        except ValueError:
            continue
        assert path == text
        assert path.startswith("/")
        assert values.simplify(path) == path
        assert ".." not in path.split("/")
        assert path.isascii()
        assert not set(path) & set("\"'`$&|;<>(){}[]*?!#%\\\n")

"""Words as systemd's extract_first_word() takes them off a line, flag by flag."""

import pytest

from app.values.lexing import DECODED, LITERAL, RETAINED, extract_words, first_word, separated

# What src/basic/extract-word.c makes of a line.
WORDS = {
    ("a  b", LITERAL): ["a", "b"],
    (r"a\ b c\x41", LITERAL): ["a b", "cx41"],
    (r"a\:b \x41\101", DECODED): ["a:b", "AA"],
    (r"a\qb 'c\' d", RETAINED): [r"a\qb", "c\\", "d"],
    ("a'b \"c'd \"'\"", LITERAL): ['ab "cd', "'"],
    ("'' a", LITERAL): ["", "a"],
}


@pytest.mark.parametrize(("line", "backslash"), WORDS)
def test_words(line: str, backslash: str) -> None:
    assert extract_words(line, " :" if backslash == DECODED else " ", backslash=backslash) == WORDS[line, backslash]


def test_quotes_have_no_meaning_unless_they_are_enabled() -> None:
    assert extract_words("'a b\"", quotes=False) == ["'a", 'b"']
    assert extract_words(r"'a\ b\"", quotes=False) == ["'a b\""]


def test_separators_that_do_not_coalesce_create_empty_words() -> None:
    assert extract_words(":a::b:", ":", coalesce=False) == ["", "a", "", "b", ""]
    assert extract_words(r":a\:::b:", ":", coalesce=False) == ["", "a:", "", "b", ""]
    assert list(separated("a:'b' c", ": ", coalesce=False)) == [("a", ":"), ("b", " "), ("c", "")]


@pytest.mark.parametrize("line", ["'a", 'a"b c', "a\\"])
def test_an_end_within_a_quote_or_an_escape_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"opened and never closed|backslash at the end"):
        extract_words(line)


def test_an_unknown_escape_is_refused_where_escapes_are_decoded() -> None:
    with pytest.raises(ValueError, match="is not an escape"):
        extract_words(r"a\qb", backslash=DECODED)


def test_the_first_word() -> None:
    assert first_word("a:b:c", ":") == ("a", "b:c")
    assert first_word("a\\:b:c\\", ":") == ("a:b", "c\\")
    assert first_word("a", "=") == ("a", None)
    assert first_word("=", "=") == ("", "")
    with pytest.raises(ValueError, match="backslash at the end"):
        first_word("a\\", ":")

"""The ground that every kind of value stands on: characters, specifiers, words."""

import re

import pytest

from app import catalogue
from app.values import Text, did_you_mean, expand, split_words
from app.values.lexing import raw_words
from app.values.sentences import quoted
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd 252 takes without a word, and so do we.
TAKEN: Taken = {
    "Description": [
        "My application",
        "100%",
        "100%%",
        '"quoted" & $HOME; `x` <b>',
        "%n on %H",
        "é 日本",
        "a\xa0b",
        "=x",
        "[Service]",
        "# no comment",
    ],
    "Documentation": [
        "https://example.com/a?b=c",
        "man:systemd(1) file:/usr/share/doc info:x",
        "http://x",
        '"https://example.com/a"',
        '"https://a b"',
        "'man:a'\"b\"",
        r"https://a\b",
        "file:%t/x",
        "https://example.com/%n?a=100%",
    ],
    "SyslogIdentifier": ["myapp", "my app", "%p"],
}

# What systemd 252 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "Description": {
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "50%1": "“%1” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "Documentation": {
        "example.com": "“example.com” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
        "ftp://x": "“ftp://x” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
        "https://": "“https://” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
        "man:": "“man:” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
        "https://é.example": "“https://é.example” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
        "https://a, b": "“b” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
        "HTTP://x": "“HTTP://x” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
        "file:x": "“file:x” is not an address that systemd takes: begin it with https://, http://, file:/, info: or man:, in ASCII.",
    },
    "SyslogIdentifier": {
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
}

# What systemd 252 takes, but not as it was meant, or not in every version: refused all the same.
STRICTER: Refused = {}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


HIDDEN = "\n\r\0\t\x0b\x0c\x1b\x7f\u0085\u00ad\u200b\u200e\u202e\u2028\u2029\u2066\ufeff\ufffd\ue000\ud800\U000e0041"


@pytest.mark.parametrize("character", HIDDEN)
def test_hidden_characters_are_refused_in_every_value(character: str) -> None:
    sentence = (
        f"The character U+{ord(character):04X} cannot stand in a unit file's value: "
        "it would end the line or not be seen. Leave it out; a value is one line of visible text."
    )
    for directive in catalogue.DIRECTIVES:
        with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
            directive.kind.normalise(f"x{character}x")


@pytest.mark.parametrize("value", ["\\", "x\\", "x\\\\\\", "x\\ "])
def test_an_odd_backslash_at_the_end_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"^A backslash at the end would swallow the next line of the unit\. "):
        Text().normalise(value)


def test_an_even_backslash_at_the_end_is_accepted() -> None:
    assert Text().normalise("x\\\\") == "x\\\\"


@pytest.mark.parametrize("value", ["", " ", "\t  "])
def test_an_empty_value_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"^There is no value here\. Write one, or leave the line out\.$"):
        Text().normalise(value)


def test_only_spaces_and_tabs_around_a_value_are_removed() -> None:
    assert Text().normalise(" \tmy  app\u00a0 ") == "my  app\u00a0"


def test_words() -> None:
    for line, words in {
        "a b": ["a", "b"],
        "  a   b ": ["a", "b"],
        "\"a b\" 'c d'": ["a b", "c d"],
        'a"b c"d': ["ab cd"],
        "'' \"\"": ["", ""],
        r"a\ b": ["a b"],
        r'"a\"b"': ['a"b'],
        "'a\"b'": ['a"b'],
        "a\u00a0b": ["a\u00a0b"],
    }.items():
        assert split_words(line) == words, line


def test_escapes_are_decoded_only_where_systemd_does() -> None:
    assert split_words(r"a\tb\x41", c_escapes=True) == ["a\tbA"]
    assert split_words(r"a\tb\x41") == ["atbx41"]


def test_separators_that_do_not_coalesce_create_empty_words() -> None:
    assert raw_words("a::b", ":", coalesce=False) == ["a", "", "b"]
    assert raw_words('"a:b":', ":", coalesce=False) == ['"a:b"', ""]


def test_percent_before_other_signs_is_literal() -> None:
    for value in ("100%", "% x", "%%Z", "%-", "50%."):
        assert Text().normalise(value) == value


def test_specifiers_have_the_version_that_introduced_them() -> None:
    for specifier, since in {
        "%n": 1,
        "%h": 1,
        "%S": 236,
        "%E": 239,
        "%g": 240,
        "%l": 246,
        "%o": 247,
        "%A": 249,
        "%d": 251,
        "%D": 256,
    }.items():
        assert [need.since for need in Text().needs(f"{specifier} {specifier}")] == [since] * (since > 1), specifier


def test_expand_names_specifiers_that_only_the_machine_knows() -> None:
    assert expand("%p-100%-%%", {"p": "myapp", "%": "%"}) == "myapp-100%-%"
    with pytest.raises(ValueError, match=r"^What “%H” stands for is only known on the machine"):
        expand("%p%H", {"p": "myapp"})


def test_a_similar_word_is_suggested() -> None:
    assert did_you_mean("readonly", ["yes", "no", "read-only"]) == " Did you mean “read-only”?"
    assert (
        did_you_mean("CAP_NET_BIND", ["CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE"])
        == " Did you mean “CAP_NET_BIND_SERVICE”?"
    )
    assert did_you_mean("zzz", ["yes", "no"]) == ""


def test_sentences_shorten_long_text_and_escape_hidden_characters() -> None:
    assert quoted("x" * 100) == "x" * 60 + "…"
    assert quoted("a\nb\u202ec") == r"a\nb\u202ec"

"""Words and lines of sysusers.d and tmpfiles.d: whatever is in them, they are read back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from app.host.config_lines import file_text, line, sentence, word
from app.values.lexing import DECODED, LITERAL, extract_words
from app.values.specifiers import expand
from tests.host.test_shell import HOSTILE

SAYABLE = HOSTILE.filter(lambda text: text and text.isprintable())
UNSAYABLE = st.builds("{}{}{}".format, HOSTILE, st.sampled_from("\n\r\0\t\x1b\x7f"), HOSTILE)


def read_back(text: str, backslash: str) -> list[str]:
    """The words of a line as systemd takes them: blanks, quotes and escapes first, then specifiers."""
    return [expand(found, {"%": "%"}) for found in extract_words(text, " \t\n\r", backslash=backslash)]


@given(fields=st.lists(SAYABLE.filter(lambda text: text != "-"), min_size=1, max_size=6))
def test_a_line_is_read_back_by_both_formats(fields: list[str]) -> None:
    for backslash in (LITERAL, DECODED):  # sysusers.d, tmpfiles.d
        assert read_back(line(*fields), backslash) == fields
    assert len(line(*fields).splitlines()) == 1


def test_plain_words_stay_as_they_are_and_others_are_quoted() -> None:
    words = {"/srv/app": "/srv/app", "/srv/a b": '"/srv/a b"', "100%": "100%%", 'a"b\\': '"a\\"b\\\\"', "#x": '"#x"'}
    assert {text: word(text) for text in words} == words


def test_a_default_is_a_dash() -> None:
    assert line("u", "app", "", "", "/x") == "u app - - /x"


@given(text=UNSAYABLE)
def test_a_value_with_a_line_end_is_named_in_a_comment(text: str) -> None:
    said = line("d", text)
    assert all(row.startswith("# ") for row in said.split("\n"))
    assert "\r" not in said
    assert "left out" in said


@given(texts=st.lists(HOSTILE | UNSAYABLE, max_size=3))
def test_sentences_are_comments_whatever_is_in_them(texts: list[str]) -> None:
    rows = file_text(*(sentence(text) for text in texts), "").split("\n")
    assert rows.pop() == ""
    assert all(row.startswith("# ") and not {"\r", "\0"} & set(row) for row in rows if row)

"""Colours change nothing of a text, and no text gets out of its span."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from app.unitfile.render import render
from app.web import highlight
from tests.support import pace
from tests.support.configurations import EXAMPLES, Parameters, unit_of

HOSTILE = ["<script>alert(1)</script>", "a\"'`$(b)&amp;</span>", "A==\\\n", "'" * 99, "${", "$((", "<<EOF\n"]
PIECES = [
    "'",
    '"',
    "$(",
    "${",
    "a=\\\n",
    "`",
    "<<a\n",
    "[",
    "#",
    "\\",
    '\\"',
    "=",
    "$((1",
    " ",
    "\n",
    "a ",
    "--",
    "sudo ",
]
"""What expressions that look twice take long for, repeated."""


def text_of(html: str) -> str:
    return BeautifulSoup(f"<pre>{html}</pre>", "html.parser").get_text()


@pytest.mark.parametrize("colour", [highlight.unit, highlight.shell], ids=["unit", "shell"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(colour: highlight.Highlight, text: str) -> None:
    html = str(colour(text))
    assert text_of(html) == text
    assert {tag.name for tag in BeautifulSoup(html, "html.parser").find_all()} <= {"span"}


@given(st.text(alphabet="aA=[]<>&\"'`$(){}|;\\# \n\t-é", max_size=60))
def test_any_text_is_preserved_exactly(text: str) -> None:
    for colour in (highlight.unit, highlight.shell):
        assert text_of(str(colour(text))) == text


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_sections_names_and_comments_have_a_class(parameters: Parameters) -> None:
    unit = unit_of(parameters)
    soup = BeautifulSoup(str(highlight.unit(render(unit))), "html.parser")
    assert [tag.get_text() for tag in soup.select(".k")][:1] in (["[Unit]"], ["[Service]"])
    assert "".join(tag.get_text() for tag in soup.select(".n")).count("User") == len(unit.values("User")) + sum(
        line.name != "User" and "User" in line.name for line in unit.assignments
    )


def test_commands_and_their_arguments_have_different_classes() -> None:
    soup = BeautifulSoup(
        str(highlight.shell("# why\nsudo useradd --system -- 'a b' && x \"$y\" ${z}\n")), "html.parser"
    )
    assert [(tag["class"], tag.get_text()) for tag in soup.find_all()] == [
        (["c"], "# why"),
        (["k"], "sudo"),
        (["n"], "--system"),
        (["s"], "'a b'"),
        (["o"], "&&"),
        (["s"], '"$y"'),
        (["v"], "${z}"),
    ]


@pytest.mark.parametrize("colour", [highlight.unit, highlight.shell], ids=["unit", "shell"])
def test_the_longest_body_is_highlighted_quickly(colour: highlight.Highlight) -> None:
    for piece in PIECES:
        text = (piece * 65536)[:65536]
        assert pace.within(1, colour, text), piece
        assert text_of(str(colour(text))) == text

"""Two units side by side, and the same as a diff for terminals."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.web.views.compare import DiffRow, rows_of
from tests.support import pace
from tests.support.configurations import LEAST, Parameters, query, with_values

OPEN = LEAST
CLOSED = with_values(LEAST, ProtectSystem="strict", StateDirectory="myapp")
BOTH = {"a": query(OPEN), "b": query(CLOSED)}
TITLES = ["Service file", "Preparation", "Findings", "Access", "Score"]


def tables(text: str) -> dict[str, list[list[str]]]:
    """The rows of each part by its title; none where nothing differs."""
    soup = BeautifulSoup(text, "html.parser")
    return {
        section.h2.get_text(): [[cell.get_text() for cell in row.select("td")] for row in section.select("tbody tr")]  # type: ignore[union-attr]
        for section in soup.select("section.part")
    }


def test_two_links_are_shown_side_by_side(client: FlaskClient) -> None:
    answer = client.get("/compare", query_string=BOTH)
    assert answer.status_code == 200
    found = tables(answer.text)
    assert list(found) == TITLES
    assert ["+", "", "ProtectSystem=strict"] in found["Service file"]
    assert found["Score"][0][0] == "≠"
    assert any("ProtectSystem" in row[1] and row[0] == "−" for row in found["Score"])
    assert any(row[0] == "+" for row in found["Access"])


def test_whole_links_are_accepted_and_post_answers_as_get(client: FlaskClient) -> None:
    whole = {key: f"https://tools.example.com/?{given}" for key, given in BOTH.items()}
    assert tables(client.post("/compare", data=whole).text) == tables(client.get("/compare", query_string=BOTH).text)


def test_a_unit_does_not_differ_from_itself(client: FlaskClient) -> None:
    same = {"a": query(OPEN), "b": query(OPEN)}
    assert all(not rows for rows in tables(client.get("/compare", query_string=same).text).values())
    text = client.get("/compare", query_string=same, headers={"Accept": "text/plain"}).text
    assert text == "Nothing differs.\n"


def test_an_import_is_compared_with_its_result(client: FlaskClient) -> None:
    original = "# /etc/systemd/system/myapp.service\n[Service]\nExecStart=/usr/bin/true\nUser=myapp\nUMask=0077\n"
    found = tables(client.post("/compare", data={**dict(CLOSED), "original": original}).text)
    assert [row for row in found["Service file"] if row[0] not in "=…"] == [
        ["+", "", "StateDirectory=myapp"],
        ["+", "", "ProtectSystem=strict"],
    ]


def test_terminals_get_a_diff(client: FlaskClient) -> None:
    answer = client.get("/compare", query_string=BOTH, headers={"Accept": "*/*"})
    assert (answer.mimetype, "Accept" in answer.vary) == ("text/plain", True)
    assert "+ProtectSystem=strict" in answer.text.splitlines()
    assert "--- Service file, first" in answer.text


REFUSED: dict[str, Parameters] = {
    "a bad value": [("a", query(OPEN)), ("b", query(with_values(OPEN, PrivateTmp="perhaps")))],
    "no unit": [("a", query(OPEN)), ("b", "what is this")],
}


@pytest.mark.parametrize("parameters", REFUSED.values(), ids=REFUSED)
def test_an_unreadable_link_is_reported(client: FlaskClient, parameters: Parameters) -> None:
    answer = client.get("/compare", query_string=query(parameters))
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select(".refusals p")
    assert client.get("/compare", query_string=query(parameters), headers={"Accept": "*/*"}).status_code == 422


def test_without_links_there_is_a_form_for_them(client: FlaskClient) -> None:
    answer = client.get("/compare")
    assert answer.status_code == 200
    assert [field["name"] for field in BeautifulSoup(answer.text, "html.parser").select("main input")] == ["a", "b"]


def test_markup_in_values_is_text(client: FlaskClient) -> None:
    hostile = query(with_values(OPEN, Description="<script>x</script>"))
    answer = client.get("/compare", query_string={"a": query(OPEN), "b": hostile})
    assert not [tag for tag in BeautifulSoup(answer.text, "html.parser").select("script") if tag.get_text()]


ROWS = {
    "alike": (["a"], ["a"], []),
    "changed": (["a", "b"], ["a", "c"], [DiffRow("=", "a", "a"), DiffRow("≠", "b", "c")]),
    "longer": (["a"], ["a", "b"], [DiffRow("=", "a", "a"), DiffRow("+", "", "b")]),
    "shorter": (["a", "b"], ["a"], [DiffRow("=", "a", "a"), DiffRow("−", "b", "")]),
    "far apart": (
        ["x", *"123456"],
        ["y", *"123456"],
        [DiffRow("≠", "x", "y"), *(DiffRow("=", line, line) for line in "123"), DiffRow("…", "", "")],
    ),
}


@pytest.mark.parametrize(("left", "right", "expected"), ROWS.values(), ids=ROWS)
def test_rows_are_paired(left: list[str], right: list[str], expected: list[DiffRow]) -> None:
    assert list(rows_of(left, right)) == expected


def test_long_texts_are_compared_at_once() -> None:
    left, right = ([str(n % base) for n in range(1500)] for base in (7, 5))
    assert pace.within(1, lambda: list(rows_of(left, right)))

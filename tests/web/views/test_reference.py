"""The reference page of directives, by structure."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from app import catalogue
from app.catalogue import search
from tests.support.configurations import LEAST, read

DOCUMENTED = (Path(__file__).parents[2] / "catalogue/documented.txt").read_text().split()
"""What systemd 262 documents for the three sections, as “Section.Name”."""


def rows(client: FlaskClient, query: str = "") -> list[Tag]:
    answer = client.get(f"/directives{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser").select("table.directives tbody tr")


def test_the_reference_lists_every_directive_that_is_documented(client: FlaskClient) -> None:
    assert len(DOCUMENTED) == len(set(DOCUMENTED)) == 405
    soup = BeautifulSoup(client.get("/directives").text, "html.parser")
    listed = {
        f"{heading.get_text().strip('[]')}.{cell.get_text().removesuffix('=')}"
        for heading in soup.select("main section h2")
        for cell in heading.find_parent("section").select("tbody th")  # type: ignore[union-attr]
    }
    assert set(DOCUMENTED) - listed == set()
    assert listed == {f"{row.section}.{row.word}" for row in search.SEARCHABLE}


def test_every_directive_marked_as_documented_is_in_the_manual(client: FlaskClient) -> None:
    assert {f"{row.section}.{row.word}" for row in catalogue.DIRECTIVES if row.documented} == set(DOCUMENTED)


def test_a_row_shows_its_version_kind_example_and_manual_page(client: FlaskClient) -> None:
    sections = dict.fromkeys(section for sections in catalogue.SECTIONS_OF.values() for section in sections)
    told = [row for section in sections for row in search.SEARCHABLE if row.section == section]
    for row, shown in zip(told, rows(client), strict=True):
        cells = [cell.get_text(" ", strip=True) for cell in shown.find_all(["th", "td"])]
        assert shown["id"] == row.name
        assert cells[0] == f"{row.word}="
        assert cells[1].split()[0] == str(row.since)
        assert row.help in cells[2]
        assert cells[3]
        assert cells[4] == " ".join(row.sample.split())
        assert cells[5] == (row.man if row.documented else "not in the manual")


@pytest.mark.parametrize("row", catalogue.DIRECTIVES, ids=lambda row: row.name)
def test_an_example_is_accepted_unchanged(row: catalogue.Directive) -> None:
    assert row.sample
    assert row.kind.normalise(row.sample) == row.sample
    errors = read([pair for pair in LEAST if pair[0] != row.name] + [(row.name, row.sample)], posted=True).errors
    assert row.name not in errors or row.name in {"Type", "account"}, errors


def test_the_reference_is_searched(client: FlaskClient) -> None:
    found = [row["id"] for row in rows(client, "?q=memory+limit")]
    assert set(found) == {row.name for row in search.search("memory limit")}
    soup = BeautifulSoup(client.get("/directives?q=PrivatTmp").text, "html.parser")
    assert "PrivateTmp" in [link.get_text() for link in soup.select("#count a")]
    assert not BeautifulSoup(client.get("/directives?q=<b>x").text, "html.parser").select("main b")


def test_a_row_leads_to_its_field(client: FlaskClient) -> None:
    for row in rows(client, "?q=oom"):
        link = row.th.a["href"]  # type: ignore[union-attr,index]
        assert BeautifulSoup(client.get(link).text, "html.parser").find(attrs={"name": row["id"]})

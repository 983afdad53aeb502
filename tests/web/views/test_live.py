"""What the page's script is answered equals what the page itself shows."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.support.configurations import EXAMPLES, LEAST, Parameters, query, with_values

LATER = {"failures", "moving", "costly"}


def answer(client: FlaskClient, address: str, parameters: Parameters) -> BeautifulSoup:
    data: dict[str, list[str]] = {}
    for key, value in parameters:
        data.setdefault(key, []).append(value)
    response = client.post(address, data=data)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def page(client: FlaskClient, parameters: Parameters) -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/?{query(parameters)}").text, "html.parser")


def part(soup: BeautifulSoup, key: str) -> str:
    """A part by its id, without blanks between its tags."""
    found = soup.find(id=key)
    assert found is not None, key
    return " ".join(found.prettify().split())


@pytest.mark.parametrize("parameters", [*EXAMPLES.values(), LEAST], ids=[*EXAMPLES, "least"])
def test_each_part_is_that_of_the_page(client: FlaskClient, parameters: Parameters) -> None:
    whole, live = page(client, parameters), answer(client, "/live", parameters)
    later = answer(client, "/live/later", parameters)
    keys = [str(tag["id"]) for tag in whole.select("#result-body > [id], .counts[id], .notes[id]")]
    assert len(keys) > 12
    for key in keys:
        if key != "exposure":
            assert part(later if key in LATER else live, key) == part(whole, key)
    assert part(later, "costly") == part(whole, "costly")
    assert {str(tag["id"]) for tag in live.select("[data-later]")} == LATER
    assert [tag.get_text() for tag in live.select("#exposure .score")] == [
        tag.get_text() for tag in whole.select("#exposure .score")
    ]
    profiles = [tag.get_text(" ", strip=True) for tag in later.select("#profiles-slot li")]
    assert profiles == [tag.get_text(" ", strip=True) for tag in whole.select("#profiles-slot li")]


def test_the_address_is_the_link_of_the_input(client: FlaskClient) -> None:
    live = answer(client, "/live", [*LEAST, ("look", "/srv/other")])
    link = client.get(f"/report.json?{query(LEAST)}").json["link"]  # type: ignore[index]
    assert [tag["href"] for tag in live.select("#here")] == [f"{link}&look=%2Fsrv%2Fother"]


def test_a_unit_without_a_link_gets_no_address(client: FlaskClient) -> None:
    live = answer(client, "/live", [*LEAST, ("Environment", "API_TOKEN=hunter2")])
    assert [tag["href"] for tag in live.select("#here")] == [""]
    assert "hunter2" not in "".join(str(tag["href"]) for tag in live.select("[href]"))


def test_wrong_values_and_missing_values_are_listed_separately(client: FlaskClient) -> None:
    live = answer(client, "/live", [("name", "shop"), ("runs-as", "own"), ("Restart", "allways")])
    assert live.find(id="result-body") is None
    told = [heading.get_text() for heading in live.select("#state > p strong")]
    assert told == ["1 to correct", "Still needed"]
    assert [tag["id"] for tag in live.select(".notes")] == ["Restart-notes"]
    live = answer(client, "/live", [("name", "shop"), ("runs-as", "own")])
    assert [heading.get_text() for heading in live.select("#state > p strong")] == ["Still needed"]
    assert [link["href"] for link in live.select("#state a")] == ["#User"]
    assert not live.select(".notes, .error")


def test_a_misspelt_directive_counts_as_wrong_and_not_as_missing(client: FlaskClient) -> None:
    live = answer(client, "/live", [*LEAST, ("ProtectSytem", "yes")])
    assert "1 to correct" in live.select("#state")[0].get_text()


def test_hostile_values_stay_text(client: FlaskClient) -> None:
    bad = '"><script>alert(1)</script>'
    for values in ({"Description": bad}, {"User": bad}, {"name": bad}, {"StateDirectory": bad}):
        for address in ("/live", "/live/later"):
            assert not answer(client, address, with_values(LEAST, **values)).select("script")


def test_the_later_parts_are_empty_if_the_form_has_errors(client: FlaskClient) -> None:
    assert answer(client, "/live/later", with_values(LEAST, User="a b")).get_text() == ""

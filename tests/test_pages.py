"""Pages for people, by structure."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app import catalogue, profiles
from app.render import render
from tests.configurations import EXAMPLES, LEAST, Parameters, query, unit_of, with_values


def page(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def typed(soup: BeautifulSoup) -> Parameters:
    """What the form of a page would post if its button were pressed, without what is empty."""
    form = soup.find("form", method="post")
    assert form is not None
    out: Parameters = []
    for control in form.find_all(["input", "select", "textarea"]):
        name, value = control.get("name"), ""
        if control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            value = chosen["value"] if chosen else ""
        elif control.name == "textarea":
            value = control.get_text().removeprefix("\n")
        elif control.get("type") in {"radio", "checkbox"}:
            value = control.get("value", "on") if control.has_attr("checked") else ""
        else:
            value = control.get("value", "")
        if name and (value or name.startswith("own-")):
            out.append((name, value))
    return out


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_the_form_that_a_link_fills_in_posts_back_to_the_link(client: FlaskClient, parameters: Parameters) -> None:
    link = f"/?{query(parameters)}"
    answer = client.post("/", data=_as_data(typed(page(client, link))))
    assert answer.status_code == 303
    canonical = client.get(f"/report.json?{query(parameters)}").json["link"]  # type: ignore[index]
    assert answer.location == canonical


def _as_data(parameters: Parameters) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for key, value in parameters:
        data.setdefault(key, []).append(value)
    return data


def test_every_group_stands_in_its_order_with_its_fields(client: FlaskClient) -> None:
    soup = page(client, "/?name=")
    drawn = [control["name"] for control in soup.find_all(["input", "select", "textarea"]) if control.get("name")]
    for group in catalogue.GROUPS:
        rows = [d.name for d in catalogue.DIRECTIVES if d.group == group.key]
        assert set(rows) <= set(drawn)
    titles = [catalogue.GROUPS[n].title for n in range(len(catalogue.GROUPS))]
    headings = [h.get_text(" ", strip=True) for h in soup.find_all(["legend", "summary", "h2", "h3"])]
    places = [next(at for at, heading in enumerate(headings) if title in heading) for title in titles]
    assert places == sorted(places)


def test_without_parameters_the_page_shows_the_starter(client: FlaskClient) -> None:
    soup = page(client, "/")
    assert ("User", "myapp") in typed(soup)
    assert soup.find(string=lambda text: text is not None and render(unit_of(list(profiles.STARTER))).strip() in text)
    assert soup.find("a", href=lambda href: href is not None and href.startswith("/?name=&"))


def test_the_empty_form_has_no_errors_and_no_result(client: FlaskClient) -> None:
    soup = page(client, "/?name=")
    assert not soup.find_all(attrs={"aria-invalid": "true"})
    assert not soup.find_all("pre")
    assert [value for name, value in typed(soup) if name not in {"systemd", "runs-as"} and value] == []


def test_parameters_that_mean_nothing_are_named_and_ignored(client: FlaskClient) -> None:
    assert page(client, f"/?{query(LEAST)}&utm_source=mail").find(
        string=lambda text: text is not None and "utm_source" in text
    )


def test_bad_input_gets_its_sentence_beside_the_field_and_loses_nothing(client: FlaskClient) -> None:
    bad = with_values(LEAST, ProtectHome="readonly", Description="Keep <me> & “me”")
    soup = page(client, f"/?{query(bad)}", 422)
    field = soup.find(attrs={"name": "ProtectHome"})
    assert field is not None
    assert field["aria-invalid"] == "true"
    described = " ".join(
        soup.find(id=part).get_text() for part in field["aria-describedby"].split() if soup.find(id=part)
    )  # type: ignore[union-attr]
    assert "Did you mean “read-only”?" in described
    assert set(bad) <= set(typed(soup))
    assert not soup.find_all("pre")
    assert not soup.find_all("button", attrs={"data-copy": True})


def test_a_misspelt_directive_stays_on_the_page_until_it_is_emptied(client: FlaskClient) -> None:
    soup = page(client, f"/?{query([*LEAST, ('ProtectSytem', 'yes')])}", 422)
    again = client.post("/", data=_as_data(typed(soup)))
    assert again.status_code == 422
    emptied = [(key, "" if key == "ProtectSytem" else value) for key, value in typed(soup)]
    assert client.post("/", data=_as_data(emptied)).location == client.post("/", data=dict(LEAST)).location


def test_a_valid_post_is_answered_with_its_link(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(LEAST))
    assert answer.status_code == 303
    assert answer.location == f"/?{query(LEAST)}".replace("%2F", "/")


def test_a_post_with_a_secret_shows_the_page_and_no_link(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(LEAST) | {"Environment": "DB_PASSWORD=hunter2"})
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.text, "html.parser")
    assert not [tag for tag in soup.find_all(href=True) if "hunter2" in tag["href"]]
    assert {"/myapp.service", "/prep.sh", "/install.sh"} <= {
        urlsplit(form.get("action", "")).path for form in soup.find_all("form")
    }


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x>',
        "javascript:alert(1)",
        "{{7*7}}",
        "</pre><b>",
        "https://evil.example/",
    ],
)
@pytest.mark.parametrize(
    "name", ["name", "Description", "User", "ExecStart", "own", "Environment", "Xyz<b>", "runs-as"]
)
def test_values_are_text_and_never_markup_or_links(client: FlaskClient, name: str, hostile: str) -> None:
    for answer in (
        client.get("/", query_string=dict(LEAST) | {name: hostile}),
        client.post("/", data=dict(LEAST) | {name: hostile}, follow_redirects=True),
    ):
        soup = BeautifulSoup(answer.text, "html.parser")
        assert not soup.find_all("img", src="x")
        assert all(not script.get_text() and script["src"].startswith("/static/") for script in soup.find_all("script"))
        hrefs = [tag["href"] for tag in soup.find_all(href=True)]
        assert not [href for href in hrefs if href.startswith(("javascript:", "https://evil"))]
        assert "49" not in soup.get_text().split(hostile)[0][-4:]


def test_the_guide_has_every_example_with_its_link(client: FlaskClient) -> None:
    soup = page(client, "/guide")
    hrefs = {tag["href"] for tag in soup.find_all("a", href=True)}
    for parameters in list(EXAMPLES.values())[1:]:
        assert client.get(f"/report.json?{query(parameters)}").json["link"] in hrefs  # type: ignore[index]


GUIDE_LINES = {
    "non-root": ["User=myapp", "Group=myapp"],
    "dynamic-user": ["DynamicUser=yes", "ExecStart=/usr/local/bin/myapp", "StateDirectory=myapp", "CacheDirectory=myapp", "LogsDirectory=myapp"],
    "supplementary-groups": ["User=myapp", "Group=myapp", "SupplementaryGroups=ssl-cert docker"],
    "state-directory": ["StateDirectory=myapp"],
    "hardening": [
        "User=myapp", "Group=myapp", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "ReadWritePaths=/opt/myapp/data", "PrivateTmp=yes",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("key", "lines"), GUIDE_LINES.items())
def test_an_example_is_what_the_guide_prints(key: str, lines: list[str]) -> None:
    text = render(unit_of(EXAMPLES[key]))
    service = text.partition("[Service]\n")[2].partition("\n\n")[0].splitlines()
    assert sorted(service) == sorted(
        {*lines, "ExecStart=/usr/local/bin/myapp"}
        | ({"User=myapp", "Group=myapp"} if key == "state-directory" else set())
    )
    hardening = [line for line in service if line in lines]
    assert key != "hardening" or hardening == lines


def test_the_score_is_shown_with_links_that_close_its_dearest_rows(client: FlaskClient) -> None:
    report = client.get(f"/report.json?{query(LEAST)}").json
    assert report is not None
    soup = page(client, f"/?{query(LEAST)}")
    shown = soup.select_one("#exposure .score")
    assert shown is not None
    assert shown.get_text(" ", strip=True) == f"{report['exposure']['overall']} {report['exposure']['level']}"
    costly = [row for row in report["exposure"]["rows"] if row["exposure"]]
    assert len(soup.select("#exposure tbody tr")) == len(costly)
    links = [link["href"] for link in soup.select("#exposure tbody a")]
    assert links
    for link in links:
        closed = client.get(f"/report.json{link.removeprefix('/')}").json
        assert closed is not None
        assert closed["exposure"]["overall"] <= report["exposure"]["overall"]
        assert sum(bool(row["exposure"]) for row in closed["exposure"]["rows"]) < len(costly)

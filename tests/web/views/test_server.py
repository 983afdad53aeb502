"""The page on several services by structure, and its raw answers."""

import json
import subprocess
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.analysis.access import WORDS
from app.unitfile import links
from app.web.form import server_form
from app.web.form.server_form import from_template
from tests.server.cases import bare, starter
from tests.support import pace
from tests.support.configurations import LEAST, query, with_values
from tests.web.form.test_server_form import BAD, LONG, SECRET, services_of

A, B, C = (links.query(starter(name)) for name in "abc")
RAW = {
    "/server/prep.sh": "prep.sh",
    "/server/prove-it.sh": "prove-it.sh",
    "/server.tar.gz": "server.tar.gz",
    "/server.json": "server.json",
}


def page(client: FlaskClient, *services: str, status: int = 200) -> BeautifulSoup:
    """The page on the services of a link."""
    answer = client.get("/server", query_string={"service": services})
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def posted(soup: BeautifulSoup, **more: str | list[str]) -> dict[str, list[str]]:
    """What the page's form posts, with these fields filled in or buttons pressed."""
    data: dict[str, list[str]] = {}
    for control in soup.select("#server-form input[type=hidden]"):
        data.setdefault(str(control["name"]), []).append(str(control["value"]))
    for name, value in more.items():
        data.setdefault(name, []).extend([value] if isinstance(value, str) else value)
    return data


def names(soup: BeautifulSoup) -> list[str]:
    """The services that are listed."""
    return [tag.get_text() for tag in soup.select(".service-name strong")]


def follow(client: FlaskClient, data: dict[str, list[str]]) -> BeautifulSoup:
    """The page after a post, which a link leads to."""
    answer = client.post("/server", data=data)
    assert answer.status_code == 303
    return BeautifulSoup(client.get(answer.location).text, "html.parser")


def test_services_are_added_by_link_or_by_name_and_removed(client: FlaskClient) -> None:
    soup = page(client)
    assert names(soup) == []
    soup = follow(client, posted(soup, like="one"))
    soup = follow(client, posted(soup, service=f"http://localhost/?{A}\r\n/?{B}"))
    assert names(soup) == ["one.service", "a.service", "b.service"]
    button = soup.select_one("[value=remove-1]")
    assert button is not None
    assert names(follow(client, posted(soup, act=str(button["value"])))) == ["one.service", "b.service"]


def test_the_form_of_one_service_leads_here(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get(f"/?{query(LEAST)}").text, "html.parser")
    (link,) = [tag["href"] for tag in soup.select("#share a")]
    assert names(BeautifulSoup(client.get(str(link)).text, "html.parser")) == ["myapp.service"]


def test_every_service_has_a_link_to_its_form(client: FlaskClient) -> None:
    edits = [str(tag["href"]) for tag in page(client, A, B).select(".service-acts a")]
    assert edits == [f"/?{A}", f"/?{B}"]


def test_an_edited_service_takes_the_place_of_the_old_one(client: FlaskClient) -> None:
    edited = links.query(starter("a", Description="Edited"))
    soup = BeautifulSoup(client.post("/server", data={"service": [A, B, edited]}).text, "html.parser")
    assert [item.find("button", value="replace-2") is not None for item in soup.select(".services > li")] == [
        False,
        False,
        True,
    ]
    location = client.post("/server", data=posted(soup, act="replace-2")).location
    assert services_of(location) == [edited, B]


def test_conflicts_are_sorted_by_severity_and_have_a_link_to_a_fix(client: FlaskClient) -> None:
    units = [starter("a", own="/srv/x"), starter("b", own="/srv/x"), starter("c", User="a", Group="a")]
    soup = page(client, *map(links.query, units))
    severities = [tag.get_text().lower() for tag in soup.select("#conflicts .severity")]
    assert severities == sorted(severities, key=["error", "warning", "hint", "note"].index)
    fixes = [str(tag["href"]) for tag in soup.select("#conflicts a.fix")]
    report = client.get("/server.json", query_string={"service": [links.query(unit) for unit in units]}).json
    assert report is not None
    assert fixes == [conflict["fix"] for conflict in report["conflicts"] if conflict["fix"]]
    for link in fixes:
        assert client.get(link).status_code == 200


def test_without_a_link_buttons_apply_the_fixes(client: FlaskClient) -> None:
    services = [SECRET, links.query(starter("b", User="myapp", Group="myapp"))]
    soup = BeautifulSoup(client.post("/server", data={"service": services}).text, "html.parser")
    button = soup.select_one("#conflicts button.fix")
    assert button is not None
    assert not [tag for tag in soup.find_all(href=True) if "hunter2" in tag["href"]]
    answer = client.post("/server", data=posted(soup, act=str(button["value"])))
    assert answer.status_code == 200
    assert "hunter2" in answer.text
    assert "runs as b" in BeautifulSoup(answer.text, "html.parser").get_text()


def test_following_the_links_alone_ends_with_data_that_nobody_else_reaches(client: FlaskClient) -> None:
    link = f"/server?service={'&service='.join(f'name={n}%26User=www%26ExecStart=/bin/true%26StateDirectory=data' for n in 'abc')}"
    for _ in range(60):
        answer = client.get(link)
        fixes = BeautifulSoup(answer.text, "html.parser").select("#conflicts a.fix")
        if not fixes:
            break
        link = str(fixes[0]["href"])
    report = client.get(f"/server.json{link.removeprefix('/server')}").json
    assert report is not None
    assert report["conflicts"] == []
    assert {cell["access"] for cell in report["matrix"] if cell["service"] != cell["owner"]} == {"denied"}
    assert {cell["access"] for cell in report["matrix"] if cell["service"] == cell["owner"]} == {"read-write"}


def test_siblings_are_hidden_at_once(client: FlaskClient) -> None:
    soup = page(client, A, B)
    assert soup.select("[value=hide]")
    soup = follow(client, posted(soup, act="hide"))
    assert not soup.select("[value=hide]")
    assert "hidden" in [cell.get_text(" ").split()[1] for cell in soup.select(".matrix td.kept")]


def test_the_matrix_is_a_table_that_reads_without_colour(client: FlaskClient) -> None:
    reading = links.query(starter("c", SupplementaryGroups="a"))
    open_to_group = links.query(starter("a", StateDirectoryMode="0750"))
    soup = page(client, open_to_group, B, reading)
    assert [tag.get_text() for tag in soup.select(".matrix thead th[scope=col]")] == ["Directory", "a", "b", "c"]
    assert [tag.get_text() for tag in soup.select(".matrix th[scope=rowgroup]")] == ["of a", "of b", "of c"]
    rows = soup.select(".matrix tbody tr:not(.owner)")
    assert len(rows) == 12
    words = [cell.select_one("summary").get_text().split()[1] for row in rows for cell in row.select("td")]  # type: ignore[union-attr]
    assert set(words) <= set(WORDS)
    assert [row.th.get_text() for row in rows if row.select("td.reached")] == ["/var/lib/a"]  # type: ignore[union-attr]
    assert [cell.get_text().split()[1:3] for cell in soup.select("td.reached summary")] == [["read-only", "reached"]]
    assert all(cell.select_one("details p").get_text() for cell in soup.select(".matrix td"))  # type: ignore[union-attr]
    assert len(soup.select(".matrix td.own")) == 12


def test_the_units_and_the_preparation_are_there_to_copy(client: FlaskClient) -> None:
    soup = page(client, A, B)
    report = server_form.read([A, B])
    assert [pre.get_text() for pre in soup.select("#units pre")] == [text for _, text in report.texts]
    for address in ("/server/prep.sh", "/server/prove-it.sh", "/server.tar.gz"):
        (link,) = [str(tag["href"]) for tag in soup.select("a[download]") if urlsplit(str(tag["href"])).path == address]
        assert "attachment" in client.get(link).headers["Content-Disposition"]


def test_an_unreadable_service_has_its_error_beside_it(client: FlaskClient) -> None:
    soup = page(client, A, BAD)
    (refused,) = soup.select(".services li.is-refused")
    assert "Did you mean “read-only”?" in refused.get_text()
    assert soup.select("#prep pre")
    downloads = [str(tag["href"]) for tag in soup.select("a[download]")]
    assert downloads
    assert all(client.get(link).status_code == 200 for link in downloads)
    assert page(client, BAD, status=422).select(".is-refused")


@pytest.mark.parametrize("services", [[A, B], [SECRET], [A, LONG]], ids=["short", "secret", "long"])
def test_a_post_is_answered_with_the_link_where_there_is_one(client: FlaskClient, services: list[str]) -> None:
    answer = client.post("/server", data={"service": services})
    link = server_form.read(services, posted=True).link
    assert (answer.status_code, answer.location) == ((303, link) if link else (200, None))


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}", "javascript:alert(1)"])
@pytest.mark.parametrize("name", ["name", "User", "own", "Description", "StateDirectory", "Xyz<b>"])
def test_values_are_text_and_never_markup_or_links(client: FlaskClient, name: str, hostile: str) -> None:
    services = [query(with_values(LEAST, **{name: hostile})), A]
    for answer in (
        client.get("/server", query_string={"service": services}),
        client.post("/server", data={"service": services}),
    ):
        soup = BeautifulSoup(answer.text, "html.parser")
        assert not soup.find_all("img", src="x")
        assert all(not script.get_text() and script["src"].startswith("/static/") for script in soup.find_all("script"))
        assert not [tag for tag in soup.find_all(href=True) if tag["href"].startswith("javascript:")]


@pytest.mark.parametrize(
    "act", ["remove-9", "fix-99", "replace-7", "remove-", "remove-²", "nonsense", "fix--1", "remove-99999"]
)
def test_an_unknown_button_changes_nothing(client: FlaskClient, act: str) -> None:
    assert services_of(client.post("/server", data={"service": [A, B], "act": act}).location) == [A, B]


@pytest.mark.parametrize("address", RAW)
def test_post_answers_as_get_and_downloads_by_name(client: FlaskClient, address: str) -> None:
    answer = client.get(address, query_string={"service": [A, B]})
    assert answer.status_code == 200
    assert answer.data == client.post(address, data={"service": [A, B]}).data
    assert "Content-Disposition" not in answer.headers
    named = client.post(address, data={"service": [A, B], "download": "1"})
    assert named.headers["Content-Disposition"] == f"attachment; filename={RAW[address]}"


REFUSED = {
    "none": [],
    "bad": [A, BAD],
    "twin": [A, A],
    "chown": [links.query(bare(name, own="/srv/x")) for name in "ab"],
    "many": [A] * 51,
}


@pytest.mark.parametrize("services", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("address", ["/server/prep.sh", "/server/prove-it.sh", "/server.tar.gz"])
def test_a_refusal_is_a_harmless_script(client: FlaskClient, address: str, services: list[str]) -> None:
    answer = client.post(address, data={"service": services})
    assert answer.status_code == 422
    *sentences, last = answer.text.splitlines()
    assert last == "exit 1"
    assert sentences
    assert all(line.startswith("# ") for line in sentences)
    ran = subprocess.run(["/bin/sh"], input=answer.text, capture_output=True, text=True, env={"PATH": ""})
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", "")


def test_the_report_contains_every_part(client: FlaskClient) -> None:
    report = client.get("/server.json", query_string={"service": [A, B, BAD]}).json
    assert report is not None
    assert set(report) >= {"services", "conflicts", "matrix", "prep", "errors"}
    assert [service["name"] for service in report["services"]] == ["a", "b"]
    assert [service["link"] for service in report["services"]] == [f"/?{A}", f"/?{B}"]
    assert set(report["conflicts"][0]) == {"id", "severity", "services", "field", "message", "why", "fix"}
    assert all(set(cell) == {"service", "path", "owner", "access", "why"} for cell in report["matrix"])
    assert len(report["matrix"]) == 16
    assert list(report["errors"]) == ["bad"]


@pytest.mark.parametrize("services", [[], [BAD], [""], [A] * 51], ids=["none", "bad", "empty", "many"])
def test_the_report_is_422_when_no_service_could_be_read(client: FlaskClient, services: list[str]) -> None:
    answer = client.post("/server.json", data={"service": services})
    assert answer.status_code == 422
    assert json.loads(answer.text)["errors"]


def test_more_than_fifty_are_refused_with_a_sentence(client: FlaskClient) -> None:
    for address in ("/server", "/server.json"):
        answer = client.post(address, data={"service": [A] * 51})
        assert answer.status_code == 422
        assert "up to 50 are judged together" in answer.text


def seconds(client: FlaskClient, address: str, count: int) -> float:
    """The processor's time for an answer on services that have nothing against each other and all to be said of."""
    data = {"service": [from_template(f"app{number}") for number in range(count)]}
    assert client.post(address, data=data).status_code == 200
    return pace.seconds(lambda: client.post(address, data=data))


@pytest.mark.parametrize("address", ["/server", "/server.json"])
def test_twenty_services_are_answered_in_half_a_second(client: FlaskClient, address: str) -> None:
    assert seconds(client, address, 20) < 0.5


def test_the_time_grows_with_the_square_at_most(client: FlaskClient) -> None:
    few, many = (seconds(client, "/server.json", count) for count in (10, 50))
    assert many < 2 * 25 * few


@pytest.mark.parametrize(
    "service",
    [
        "name=s{}&ExecStart=/bin/true&User=www&StateDirectory=www&LogsDirectory=www&ReadWritePaths=/srv&own=/srv/x{}",
        "name=s{}&" + "&".join(f"X{n}y=1" for n in range(60)),
        "name=s{}&ExecStart=/bin/true&SystemCallFilter=" + "+".join(f"rea{n}" for n in range(80)),
        "name=s{}&User=u&" + "&".join(f"own=/s/{{}}/{n}" for n in range(60)),
        "name=s{}&User=u&ExecStart=/bin/true&" + "&".join(f"own=/s/{{}}{n}" for n in range(7)),
    ],
    ids=["conflicts", "unknown", "words", "too many directories", "directories"],
)
def test_no_request_body_keeps_a_worker_busy(client: FlaskClient, service: str) -> None:
    data = {"service": [service.replace("{}", str(n)) for n in range(50)]}
    assert client.post("/server.json", data=data).status_code in {200, 422}
    assert pace.within(5, client.post, "/server.json", data=data)


@pytest.mark.parametrize("count", [0, 1, 3, 20])
def test_the_page_is_small(client: FlaskClient, count: int) -> None:
    data = {"service": [from_template(f"app{number}") for number in range(count)]}
    answer = client.post("/server", data=data, follow_redirects=True)
    assert len(answer.data) < 150_000

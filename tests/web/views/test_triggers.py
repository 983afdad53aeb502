"""The page, the report and the raw answers of a service with a timer, a socket or a path beside it."""

import shlex

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from app import catalogue
from app.unitfile.render import files
from app.web.form.entry import make_report
from tests.support.configurations import LEAST, Parameters, query, read, unit_of

STARTED: dict[str, Parameters] = {
    "timer": [("timer.Timer.OnCalendar", "daily"), ("timer.Install.WantedBy", "timers.target")],
    "socket": [("socket.Socket.ListenStream", "/run/myapp.sock"), ("socket.Install.WantedBy", "sockets.target")],
    "path": [("path.Path.PathChanged", "/srv/in"), ("path.Install.WantedBy", "paths.target")],
}
ALL: Parameters = [*LEAST, *(line for lines in STARTED.values() for line in lines)]


def page(client: FlaskClient, link: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(link).text, "html.parser")


def names(soup: BeautifulSoup) -> list[str]:
    """The names of the fields of the form."""
    return [str(control["name"]) for control in soup.select("#unit-form [name]:not(button)")]


def by_id(soup: BeautifulSoup, key: str) -> Tag:
    found = soup.find(id=key)
    assert isinstance(found, Tag), key
    return found


@pytest.mark.parametrize("starter", catalogue.TRIGGER_TYPES, ids=lambda starter: starter.file)
def test_the_needed_directives_of_a_triggering_unit_belong_to_its_file(starter: catalogue.TriggerType) -> None:
    assert starter.enabled_by in starter.needed
    for name in starter.needed:
        assert catalogue.find(name).file == starter.file
    assert catalogue.find(starter.enabled_by).kind.normalise(starter.target) == starter.target


@pytest.mark.parametrize("starter", catalogue.TRIGGER_TYPES, ids=lambda starter: starter.file)
def test_a_button_adds_the_commonly_needed_fields(client: FlaskClient, starter: catalogue.TriggerType) -> None:
    before = page(client, f"/?{query(LEAST)}")
    assert not [name for name in names(before) if name.startswith(f"{starter.file}.")]
    assert not before.select(f"#group-{starter.file}")
    buttons = [str(button["value"]) for button in before.select(".starters button[name=add]")]
    assert buttons == ["timer", "socket", "path"]
    for soup in (
        BeautifulSoup(client.post("/", data={**dict(LEAST), "add": starter.file}).text, "html.parser"),
        page(client, f"/?{query(LEAST)}&add={starter.file}"),
        page(client, f"/?name=&add={starter.file}"),
    ):
        assert {name for name in names(soup) if name.startswith(f"{starter.file}.")} == set(starter.needed)
        assert by_id(soup, starter.enabled_by).get_text() == starter.target
        assert by_id(soup, starter.needed[0]).has_attr("autofocus")
        assert not soup.select("#refusals")
        assert starter.file not in [button["value"] for button in soup.select(".starters button[name=add]")]
        assert by_id(soup, f"group-{starter.file}").has_attr("open")


def test_one_link_contains_all_files_and_the_page_shows_each(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(ALL))
    assert answer.status_code == 303
    soup = page(client, answer.location)
    texts = files(unit_of(ALL))
    assert [code.get_text() for code in soup.select("section .part-head code.file")] == list(texts)
    for name, key in zip(texts, ("unit", "unit-timer", "unit-socket", "unit-path"), strict=True):
        assert by_id(soup, f"{key}-text").get_text() == texts[name]
        takes = by_id(soup, key)
        assert takes.select_one("button[data-copy]")["data-copy"] == f"{key}-text"  # type: ignore[index]
        download = str(takes.select_one("a[download]")["href"])  # type: ignore[index]
        taken = client.get(download)
        assert taken.text == texts[name]
        assert name in taken.headers["Content-Disposition"]
    assert by_id(soup, "share-link")["value"] == f"http://localhost{answer.location}"


@pytest.mark.parametrize("suffix", ["timer", "socket", "path"])
def test_each_file_has_its_address(client: FlaskClient, suffix: str) -> None:
    parameters = [*LEAST, *STARTED[suffix]]
    answer = client.get(f"/myapp.{suffix}?{query(parameters)}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.text == files(unit_of(parameters))[f"myapp.{suffix}"]
    assert client.post(f"/myapp.{suffix}", data=dict(parameters)).text == answer.text
    assert client.get(f"/other.{suffix}?{query(parameters)}").status_code == 404
    none = client.get(f"/myapp.{suffix}?{query(LEAST)}")
    assert none.status_code == 404
    assert none.text == f"# myapp has no .{suffix} file: nothing of it is set.\nexit 1\n"
    refused = client.get(f"/myapp.{suffix}?{query([*parameters, (f'{suffix}.Unit.Descriptoin', 'x')])}")
    assert refused.status_code == 422
    assert f"{suffix}.Unit.Description" in refused.text


def test_the_report_has_all_files(client: FlaskClient) -> None:
    report = client.get(f"/report.json?{query(ALL)}").json
    assert report["files"] == files(unit_of(ALL))  # type: ignore[index]
    assert report["unit"] == report["files"]["myapp.service"]  # type: ignore[index]


def test_the_curl_line_fetches_all_files_by_one_command() -> None:
    argv = shlex.split(make_report(read(ALL)).curl("https://tools.example.com"))
    assert argv[:3] == ["curl", "-fsS", "--remote-name-all"]
    (address,) = argv[3:]
    path, _, asked = address.partition("?")
    assert path == "https://tools.example.com/myapp.{service,timer,socket,path}"
    assert not set(asked) & set("{}[]")


def test_a_field_of_a_triggering_unit_has_its_error_beside_it(client: FlaskClient) -> None:
    answer = client.post("/", data={**dict(ALL), "timer.Unit.DefaultDependencies": "perhaps"})
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.text, "html.parser")
    assert by_id(soup, "timer.Unit.DefaultDependencies-notes")
    assert by_id(soup, "group-timer").has_attr("open")


def test_an_unknown_directive_of_a_triggering_unit_is_an_error_and_preserved(client: FlaskClient) -> None:
    answer = client.post("/", data={**dict(LEAST), "timer.Timer.OnCalendr": "daily"})
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.text, "html.parser")
    assert ("timer.Timer.OnCalendr", "daily") in {(i.get("name"), i.get("value")) for i in soup.select("input")}
    assert read([*LEAST, ("timer", "x"), ("timers.x", "y")]).ignored == ["timer", "timers.x"]


def test_a_list_of_a_triggering_unit_is_emptied_first() -> None:
    unit = unit_of([*ALL, ("reset", "timer.Timer.OnCalendar")])
    assert "[Timer]\nOnCalendar=\nOnCalendar=daily\n" in files(unit)["myapp.timer"]


def test_the_form_of_a_template_has_its_instances_and_posts_them(client: FlaskClient) -> None:
    template = [pair for pair in LEAST if pair[0] not in {"name", "User"}] + [("name", "app@"), ("User", "%p-%i")]
    link = f"/?{query([*template, ('instance', 'one'), ('instance', 'two')])}"
    area = by_id(page(client, link), "instance")
    assert (area.name, area["name"], area.get_text()) == ("textarea", "instance", "one\ntwo")
    answer = client.post("/", data={**dict(template), "instance": "one\r\nthree"})
    assert answer.status_code == 303
    assert "instance=one&instance=three" in answer.location
    assert by_id(page(client, f"/?{query(template)}"), "instance").get_text() == ""
    assert not page(client, f"/?{query(LEAST)}").select("#instance")
    refused = client.post("/", data={**dict(template), "instance": "a b"})
    assert refused.status_code == 422
    assert by_id(BeautifulSoup(refused.text, "html.parser"), "instance-notes")

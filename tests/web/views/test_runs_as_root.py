"""The banner that says on top of the page what in a unit from a link runs as root."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.support.configurations import LEAST, Parameters, query, with_values

ROOT = with_values(LEAST, ExecStartPre="+/bin/mkdir -p /srv/<b>x</b>", ExecStop=["!/bin/a", "/bin/b"])


def banner(text: str) -> Tag | None:
    """The banner of a page, where it has one."""
    return BeautifulSoup(text, "html.parser").select_one("section#runs-as-root")


def test_a_page_from_a_link_lists_at_the_top_the_commands_that_run_as_root(client: FlaskClient) -> None:
    text = client.get(f"/?{query(ROOT)}").text
    shown = banner(text)
    assert shown is not None
    assert [code.get_text() for code in shown.select("li code")] == [
        "ExecStartPre=+/bin/mkdir -p /srv/<b>x</b>",
        "ExecStop=!/bin/a",
    ]
    assert "outside of the sandbox" in shown.li.get_text()  # type: ignore[union-attr]
    first = BeautifulSoup(text, "html.parser").select_one("main h2")
    assert first is not None
    assert first["id"] == shown["aria-labelledby"] == "runs-as-root-title"


SILENT: list[Parameters] = [LEAST, [], [("name", "")], with_values(LEAST, User=[], DynamicUser="yes")]


@pytest.mark.parametrize("parameters", SILENT, ids=str)
def test_a_page_without_root_commands_has_no_banner(client: FlaskClient, parameters: Parameters) -> None:
    assert banner(client.get(f"/?{query(parameters)}").text) is None


def test_every_command_of_a_root_service_is_named(client: FlaskClient) -> None:
    shown = banner(client.get(f"/?{query(with_values(LEAST, User=[]))}").text)
    assert shown is not None
    assert "the whole service runs as root" in shown.get_text()


def test_a_refused_link_lists_the_root_commands_too(client: FlaskClient) -> None:
    answer = client.get(f"/?{query(with_values(ROOT, own='/etc/x'))}")
    assert answer.status_code == 422
    assert banner(answer.text) is not None


def test_the_answer_to_a_post_without_a_link_lists_the_root_commands_too(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(ROOT[:-2]) | {"runs-as": "own", "Environment": "API_TOKEN=hunter2"})
    assert answer.status_code == 200
    assert banner(answer.text) is not None


def test_many_root_commands_are_counted(client: FlaskClient) -> None:
    shown = banner(client.get(f"/?{query(with_values(LEAST, ExecStartPre=['+/bin/true'] * 13))}").text)
    assert shown is not None
    assert shown.select("li")[-1].get_text(strip=True) == "and 3 more."


def test_the_commands_of_a_socket_are_named_with_their_section(client: FlaskClient) -> None:
    parameters = [*LEAST, ("socket.Socket.ListenStream", "80"), ("socket.Socket.ExecStartPre", "/bin/a")]
    shown = banner(client.get(f"/?{query(parameters)}").text)
    assert shown is not None
    assert [code.get_text() for code in shown.select("li code")] == ["[Socket] ExecStartPre=/bin/a"]
    report = client.get(f"/report.json?{query(parameters)}").json
    assert report is not None
    assert [(row["field"], row["command"]) for row in report["runs_as_root"]] == [
        ("socket.Socket.ExecStartPre", "/bin/a")
    ]

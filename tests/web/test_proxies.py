"""Behind proxies and below a path: every link of a page leads where it should, and nobody is believed unasked."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app import create_app
from tests.support.configurations import LEAST, query

PREFIX = "/tools/systemd"
PAGES = [
    "",
    "?name=",
    "guide",
    "directives",
    "rules",
    "server",
    f"?{query(LEAST)}",
    f"server?service={query(LEAST).replace('&', '%26').replace('=', '%3D')}",
    "nope",
]
FORWARDED = {
    "X-Forwarded-Host": "tools.example.com",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Prefix": PREFIX,
}


def led_to(text: str) -> list[str]:
    """Every address on this site that a page leads to."""
    soup = BeautifulSoup(text, "html.parser")
    names = ("href", "src", "action", "formaction")
    found = [str(tag[name]) for name in names for tag in soup.find_all(attrs={name: True})]
    return [address for address in found if not address.startswith(("#", "https://www.freedesktop.org/"))]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("strips", [True, False], ids=["stripped", "passed on"])
def test_every_address_on_a_page_is_below_the_prefix(page: str, strips: bool) -> None:
    client = create_app({"PREFIX": PREFIX}).test_client()
    answer = client.get(f"{'' if strips else PREFIX}/{page}")
    addresses = led_to(answer.text)
    assert addresses
    assert [address for address in addresses if not address.startswith(f"{PREFIX}/")] == []
    for address in {urlsplit(address).path for address in addresses}:
        with client.get(address) as answer:
            assert answer.status_code in (200, 422), address


def test_a_posted_form_is_answered_below_the_prefix() -> None:
    client = create_app({"PREFIX": PREFIX}).test_client()
    assert client.post(f"{PREFIX}/", data=dict(LEAST)).location.startswith(f"{PREFIX}/?name=myapp")
    posted = client.post(f"{PREFIX}/server", data={"service": query(LEAST)})
    assert posted.location.startswith(f"{PREFIX}/server?service=")


def shared(client: FlaskClient, **headers: str) -> tuple[str, str]:
    """The link to share and the address of the curl line of a page."""
    soup = BeautifulSoup(client.get(f"/?{query(LEAST)}", headers=headers).text, "html.parser")
    return tuple(str(soup.find(id=name)["value"]) for name in ("share-link", "curl-line"))  # type: ignore[index, return-value]


HOPS = {"proto": 1, "host": 1, "prefix": 1}


@pytest.mark.parametrize(
    ("config", "start"),
    [
        ({}, "http://localhost/"),
        ({"PREFIX": PREFIX}, f"http://localhost{PREFIX}/"),
        ({"BASE_URL": "https://a.example"}, "https://a.example/"),
        ({"BASE_URL": f"https://a.example{PREFIX}"}, f"https://a.example{PREFIX}/"),
        ({"BASE_URL": "https://a.example", "PREFIX": PREFIX, "TRUSTED_HOPS": 1}, f"https://a.example{PREFIX}/"),
        ({"TRUSTED_HOPS": 1, "TRUSTED_HOSTS": "tools.example.com"}, "https://tools.example.com/"),
        ({"TRUSTED_HOPS": 1, "TRUSTED_HOSTS": "tools.example.com", "PREFIX": PREFIX}, f"https://tools.example.com{PREFIX}/"),
        ({"TRUSTED_HOPS": HOPS, "TRUSTED_HOSTS": "tools.example.com"}, f"https://tools.example.com{PREFIX}/"),
        ({"TRUSTED_HOPS": {"proto": 1}, "TRUSTED_HOSTS": "localhost"}, "https://localhost/"),
    ],
    ids=str,
)  # fmt: skip
def test_the_links_to_share_begin_with_the_address_of_the_site(config: dict[str, Any], start: str) -> None:
    link, curl = shared(create_app(config).test_client(), **FORWARDED)
    assert link.startswith(f"{start}?name=myapp&")
    assert f"'{start}myapp.service?name=myapp&" in curl


def test_only_the_nearest_proxies_are_believed() -> None:
    client = create_app({"TRUSTED_HOPS": 1, "TRUSTED_HOSTS": "tools.example.com"}).test_client()
    link, _ = shared(client, **FORWARDED | {"X-Forwarded-Host": "evil.example, tools.example.com"})
    assert link.startswith("https://tools.example.com/")
    assert client.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("prefix", ["//evil.example", "/a b", "/<b>", "/a'b", "/ü", "/a?b", "/a#b", "/a/../b\n"])
def test_a_prefix_that_is_no_plain_path_is_refused(prefix: str) -> None:
    client = create_app({"TRUSTED_HOPS": {"prefix": 1}}).test_client()
    answer = client.get("/", environ_overrides={"HTTP_X_FORWARDED_PREFIX": prefix})
    assert answer.status_code == 400
    assert prefix not in answer.text


def test_a_scheme_that_is_not_of_the_web_is_refused() -> None:
    client = create_app({"TRUSTED_HOPS": 1}).test_client()
    assert client.get("/", headers={"X-Forwarded-Proto": "javascript"}).status_code == 400

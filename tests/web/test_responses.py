"""What answers say to browsers and caches."""

import gzip
from hashlib import sha256

import brotli
import pytest
from bs4 import BeautifulSoup
from flask import Flask, Response, request
from flask.testing import FlaskClient

from app import create_app
from tests.support.configurations import LEAST, query

LINK = query(LEAST)
KEPT = [
    "/",
    "/?name=",
    "/guide",
    "/directives",
    "/rules",
    "/server",
    f"/?{LINK}",
    f"/myapp.service?{LINK}",
    f"/prep.sh?{LINK}",
    f"/install.sh?{LINK}",
    f"/report.json?{LINK}",
    f"/server.json?service={LINK.replace('&', '%26').replace('=', '%3D')}",
    f"/server.tar.gz?service={LINK.replace('&', '%26').replace('=', '%3D')}",
    "/static/style.css",
]
DECODED = {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("coding", DECODED)
@pytest.mark.parametrize("address", KEPT)
def test_an_answer_has_the_hash_of_its_body_and_is_not_sent_twice(
    client: FlaskClient, address: str, coding: str
) -> None:
    headers = {"Accept-Encoding": coding}
    with client.get(address, headers=headers) as first, client.get(address) as plain:
        assert first.status_code == 200
        assert first.headers["ETag"] == f'"{sha256(first.data).hexdigest()}"'
        assert DECODED[first.headers.get("Content-Encoding", "")](first.data) == plain.data
    with client.get(address, headers=headers | {"If-None-Match": first.headers["ETag"]}) as again:
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


@pytest.mark.parametrize("address", KEPT)
def test_an_answer_that_contains_a_host_is_never_public(client: FlaskClient, address: str) -> None:
    with client.get(address, headers={"Host": "localhost:8123"}) as answer:
        control = answer.headers["Cache-Control"]
        assert control.startswith(("public", "private"))
        assert not (b"localhost:8123" in answer.data and "public" in control)


def test_the_configured_address_of_the_site_counts_as_a_host() -> None:
    client = create_app({"BASE_URL": "https://tools.example.com"}).test_client()
    answer = client.get(f"/?{LINK}")
    assert "tools.example.com" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("address", ["/nope", "/myapp.service?User=x&Nope=1", "/healthz"])
def test_an_answer_that_does_not_follow_from_its_address_is_not_stored(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-store"
    assert client.post("/", data=dict(LEAST)).headers["Cache-Control"] == "no-store"


def test_every_asset_of_a_page_has_a_permanent_address(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/").text, "html.parser")
    addresses = {str(tag.get("href") or tag.get("src")) for tag in soup.select("link[href], script[src], img[src]")}
    assert len(addresses) >= 3
    for address in addresses:
        with client.get(address) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["ETag"].strip('"').startswith(address.partition("?v=")[2])
        with client.get(address[:-1]) as answer:
            assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("gzip;q=0", None), ("deflate", None), ("br;q=0, gzip", "gzip"), ("identity", None)],
)  # fmt: skip
def test_a_body_has_the_encoding_that_the_browser_prefers(
    client: FlaskClient, accepted: str, coding: str | None
) -> None:
    answer = client.get("/", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_short_or_compressed_answers_are_not_compressed(client: FlaskClient) -> None:
    for address in ("/healthz", KEPT[-2]):
        assert "Content-Encoding" not in client.get(address, headers={"Accept-Encoding": "br"}).headers


def test_an_answer_that_depends_on_the_accept_header_varies_by_it(app: Flask) -> None:
    @app.get("/either")
    def show_either() -> Response:
        return Response("json" if request.accept_mimetypes.best == "application/json" else "text")

    client = app.test_client()
    assert "Accept" in client.get("/either").vary
    assert "Accept" not in client.get("/guide").vary

"""Every answer, whatever its page: headers, hosts, limits, errors."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import DEFAULTS, create_app
from tests.support import pace
from tests.support.configurations import LEAST, query

ADDRESSES = [
    "/",
    "/?name=",
    "/guide",
    "/rules",
    "/healthz",
    "/report.json",
    "/prep.sh",
    "/install.sh",
    "/x.service",
    "/server",
    "/server.json",
    "/server/prep.sh",
    "/server/prove-it.sh",
    "/server.tar.gz",
    "/nope",
    "/static/style.css",
    f"/?{query(LEAST)}",
]

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_the_headers_that_keep_it_safe(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == POLICY
    assert "charset=utf-8" in headers["Content-Type"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address != "/healthz"])
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "evil.example:80"]
)
def test_a_host_that_is_not_trusted_gets_400(client: FlaskClient, address: str, host: str) -> None:
    with client.get(address, headers={"Host": host}) as answer:
        assert answer.status_code == 400
        assert host not in answer.text


@pytest.mark.parametrize(
    "asked", [{"query_string": "a=" + "a" * 9000}, {"method": "POST", "headers": {"Transfer-Encoding": "chunked"}}]
)
def test_a_host_that_is_not_trusted_gets_400_whatever_else_is_wrong(client: FlaskClient, asked: dict[str, Any]) -> None:
    asked = asked | {"headers": {"Host": "evil.example", **asked.get("headers", {})}}
    assert client.open("/", **asked).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000"])
def test_loopback_is_trusted(client: FlaskClient, host: str) -> None:
    report = client.get(f"/report.json?{query(LEAST)}", headers={"Host": host}).json
    assert report is not None
    assert f"http://{host}/myapp.service?" in report["curl"]


def test_with_a_configured_address_the_site_accepts_any_host_and_uses_none() -> None:
    client = create_app({"BASE_URL": "https://tools.example.com/"}).test_client()
    answer = client.get(f"/report.json?{query(LEAST)}", headers={"Host": "evil.example"})
    assert "'https://tools.example.com/myapp.service?" in answer.json["curl"]  # type: ignore[index]
    assert "evil" not in answer.text


@pytest.mark.parametrize("given", ['["tools.example.com"]', "tools.example.com", "a.example.com, tools.example.com"])
def test_trusted_hosts_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("GENERATOR_TRUSTED_HOSTS", given)
    client = create_app().test_client()
    assert client.get("/guide", headers={"Host": "tools.example.com"}).status_code == 200
    assert client.get("/guide").status_code == 400


def test_every_setting_has_a_default(app: Flask) -> None:
    assert DEFAULTS.keys() <= app.config.keys()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/nope", 404),
        ("/nope.sh", 404),
        ("/nope.json", 404),
        ("/a%0Ab.service", 404),
        ("/ü.service", 404),
        ("/a%2Fb.service", 404),
    ],
)
def test_an_unknown_page_is_a_short_error(client: FlaskClient, address: str, code: int) -> None:
    answer = client.get(address)
    assert answer.status_code == code
    assert len(answer.data) < 4000
    if address.endswith((".sh", ".service")):
        assert all(line.startswith("# ") for line in answer.text.splitlines()[:-1])
        assert answer.text.splitlines()[-1] == "exit 1"
    if address.endswith(".json"):
        assert set(json.loads(answer.text)) == {"errors", "findings"}


def test_an_internal_error_shows_no_traceback() -> None:
    app = create_app({"PROPAGATE_EXCEPTIONS": False})
    app.add_url_rule("/fault", view_func=lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    answer = app.test_client().get("/fault")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text


@pytest.mark.parametrize("address", ["/", "/prep.sh", "/report.json", "/myapp.service"])
def test_a_link_has_a_maximum_length(client: FlaskClient, address: str) -> None:
    start = f"{query(LEAST)}&Description="
    within = f"{address}?{start}" + "a" * (8000 - len(f"/?{start}"))
    assert client.get(within).status_code == 200
    assert client.get(f"{within}&download=1").status_code == 200
    assert client.get(f"{within}a").status_code == 414


@pytest.mark.parametrize("address", ["/", "/prep.sh", "/report.json", "/myapp.service", "/server", "/server.json"])
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_has_a_maximum_size(client: FlaskClient, address: str, content_type: str) -> None:
    data = dict(LEAST) | {"Description": "a" * 65536}
    assert client.post(address, data=data, content_type=content_type).status_code == 413


def test_the_health_check_succeeds(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


HOSTS = [
    "evil.example",
    "",
    "a b@c/?#<>",
    "\xff\xfe",
    "[::",
    "x:99999999",
    "a,b",
    "x:\xb2",
    "127.0.0.1:8000",
    "..",
    "%0a",
]
FORWARDED = {
    "X-Forwarded-For": "not an address",
    "X-Forwarded-Proto": "javascript",
    "X-Forwarded-Host": "evil.example/x",
    "X-Forwarded-Port": "abc",
    "X-Forwarded-Prefix": "//evil.example/<b>",
}
EVERY_HOP = {"for": 1, "proto": 1, "host": 1, "port": 1, "prefix": 1}
SITES: dict[str, dict[str, Any]] = {
    "by default": {},
    "a trusted host": {"TRUSTED_HOSTS": "tools.example.com"},
    "an address": {"BASE_URL": "https://tools.example.com/tools/systemd"},
    "a prefix": {"TRUSTED_HOSTS": "tools.example.com", "PREFIX": "/tools/systemd"},
    "proxies": {"TRUSTED_HOSTS": "tools.example.com", "TRUSTED_HOPS": EVERY_HOP},
    "proxies and a prefix": {"TRUSTED_HOSTS": ".example.com", "PREFIX": "/tools/systemd", "TRUSTED_HOPS": EVERY_HOP},
}


@pytest.mark.parametrize("config", SITES.values(), ids=SITES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_health_check_succeeds_for_every_host_and_prefix(config: dict[str, Any], method: str) -> None:
    client = create_app(config).test_client()
    prefixes = ["", "/tools/systemd"] if "PREFIX" in config or "BASE_URL" in config else [""]
    for prefix in prefixes:
        for host in HOSTS:
            for forwarded in ({}, FORWARDED, {"Connection": "upgrade", "Upgrade": "websocket"}):
                given = {"HTTP_HOST": host} | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in forwarded.items()}  # fmt: skip
                answer = client.open(f"{prefix}/healthz", method=method, environ_overrides=given)
                assert (answer.status_code, answer.text) == (200, "ok" if method == "GET" else ""), (prefix, given)
                assert answer.headers["Cache-Control"] == "no-store"
                assert "evil" not in str(answer.headers)


def test_the_health_check_succeeds_below_a_prefix_of_a_trusted_proxy() -> None:
    client = create_app({"TRUSTED_HOPS": EVERY_HOP, "TRUSTED_HOSTS": "tools.example.com"}).test_client()
    for path in ("/healthz", "/below/healthz"):
        assert client.get(path, headers={"X-Forwarded-Prefix": "/below"}).text == "ok"


def test_no_other_path_is_reached_through_the_health_check(app: Flask) -> None:
    client = app.test_client()
    foreign = {"Host": "evil.example"}
    rules = {rule.rule for rule in app.url_map.iter_rules()} - {"/healthz"}
    assert len(rules) > 20
    paths = [re.sub(r"<[^>]+>", "x", rule) for rule in rules]
    paths += ["/healthz/", "//healthz", "/healthz/../guide", "/healthz;/guide", "/healthz%00", "/HEALTHZ", "/guide?/healthz", "/x/healthz"]  # fmt: skip
    for path in paths:
        assert client.get(path, headers=foreign).status_code == 400, path
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert client.open("/healthz", method=method, headers=foreign).status_code == 400, method


def test_a_body_in_chunks_is_refused_and_not_truncated(client: FlaskClient) -> None:
    chunked = {"Transfer-Encoding": "chunked", "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/report.json", data=query(LEAST), headers=chunked).status_code == 411


FLOODS = {
    "lower case": "&".join(f"a{n}=1" for n in range(7000)),
    "capitals": "&".join(f"X{n}y=1" for n in range(5000)),
    "lines": "ReadWritePaths=" + "%0A".join(f"/srv/p{n}" for n in range(500)),
    "more lines": "ReadWritePaths=" + "%0A".join(f"/srv/p{n}" for n in range(3500)),
    "words": "ReadWritePaths=" + "+".join(f"/srv/p{n}" for n in range(5000)),
    "rows": "&".join(f"own-path=/srv/{n}/x" for n in range(2000)),
    "own": "&".join(f"own=/srv/{n}/x" for n in range(500)),
    "wrong words": "SystemCallFilter=" + "%0A".join(f"re{n}" for n in range(6000)),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_no_request_body_keeps_a_worker_busy(client: FlaskClient, flood: str) -> None:
    data, form = f"{query(LEAST)}&{flood}", "application/x-www-form-urlencoded"
    assert pace.within(3, client.post, "/report.json", data=data, content_type=form)

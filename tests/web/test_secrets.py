"""A secret, wherever it stands in a unit, is shown and kept, and is in no link, no line to run and no log."""

import gzip
import io
import json
import logging
import re
import tarfile
from html import unescape
from typing import Any
from urllib.parse import quote, unquote_plus

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.unitfile.preserved import PreservedLine, dump
from app.web.form import entry as forms
from tests.support.configurations import LEAST, Parameters, query, with_values

WORD = "hUnt3r2Zq"
SOCKET = [("socket.Socket.ListenStream", "8080")]
TIMER = [("timer.Timer.OnCalendar", "daily")]

PLACES: dict[str, tuple[str, str]] = {
    "a variable": ("Environment", f"A=1 DB_PASSWORD={WORD}"),
    "a variable in quotes": ("Environment", f'"MY_TOKEN={WORD} and more"'),
    "a variable of an API": ("Environment", f"STRIPE_API_KEY={WORD}"),
    "a URL in a variable": ("Environment", f"DATABASE_URL=postgres://u:{WORD}@db/x"),
    "a URL without a user": ("Environment", f"CACHE=redis://:{WORD}@db:6379/0"),
    "a query in a variable": ("Environment", f"DSN=jdbc:postgresql://h/d?user=u&password={WORD}"),
    "options in a variable": ("Environment", f'"OPTIONS=--verbose --token {WORD}"'),
    "a variable of the socket": ("socket.Socket.Environment", f"API_TOKEN={WORD}"),
    "a command of the socket": ("socket.Socket.ExecStartPre", f"/usr/bin/x --password={WORD}"),
    "a credential": ("SetCredential", f"db:{WORD}"),
    "a credential of the socket": ("socket.Socket.SetCredential", f"db:{WORD}"),
    "input": ("StandardInputText", WORD),
    "input in Base64": ("StandardInputData", "aFVudDNyMlpx"),
    "an option": ("ExecStartPre", f"/usr/bin/x --password={WORD} -v"),
    "an option apart": ("ExecStartPre", f"/usr/bin/x --token {WORD}"),
    "an option of several words": ("ExecStop", f"/usr/bin/x --client-secret '{WORD} x'"),
    "an option of a key": ("ExecStop", f"/usr/bin/x --api-key={WORD}"),
    "an option with one dash": ("ExecReload", f"-/usr/bin/x -password {WORD}"),
    "a property of Java": ("ExecStartPre", f"/usr/bin/java -Dspring.datasource.password={WORD} -jar x"),
    "a variable before a command": ("ExecStartPre", f"/usr/bin/env DB_PASSWORD={WORD} x"),
    "a line of a shell": ("ExecStartPre", f"/bin/sh -c 'PASSWORD={WORD} x --verbose'"),
    "an option in a line of a shell": ("ExecStartPre", f'/bin/sh -c "x --passwd={WORD}"'),
    "a URL in a command": ("ExecStartPost", f"/usr/bin/curl -fsS https://u:{WORD}@example.com/"),
    "a user of curl": ("ExecStartPost", f"/usr/bin/curl -u me:{WORD} https://example.com/"),
    "a header": ("ExecStartPost", f"/usr/bin/curl -H 'Authorization: Bearer {WORD}' https://example.com/"),
    "an option of mysql": ("ExecStartPost", f"/usr/bin/mysqldump -p{WORD} x"),
    "a URL of documentation": ("Documentation", f"https://u:{WORD}@example.com/"),
    "a description": ("Description", f"My application (password={WORD})"),
    "a description of the timer": ("timer.Unit.Description", f"Runs x --token={WORD}"),
    "a field of the journal": ("LogExtraFields", f"APP_SECRET={WORD}"),
    "escaped": ("Environment", f"DB_PASS\\x57ORD={WORD}"),
    "a specifier in the name": ("Environment", f"%p_PASSWORD={WORD}"),
}  # fmt: skip
"""Where a secret can stand: a directive and its value."""


def with_secret(name: str, value: str) -> Parameters:
    """The least configuration with a secret in one place."""
    more = SOCKET if name.startswith("socket.") else TIMER if name.startswith("timer.") else []
    return [*LEAST, *more, (name, value)]


@pytest.mark.parametrize(("name", "value"), PLACES.values(), ids=PLACES)
def test_a_secret_is_found_everywhere_and_no_link_contains_it(name: str, value: str) -> None:
    parameters = MultiDict(with_secret(name, value))
    posted = forms.read_entry(parameters, posted=True)
    assert not posted.errors
    found = [finding for finding in posted.findings if finding.id in ("P46", "P76")]
    assert [finding.field for finding in found][:1] == [name]
    assert all(WORD not in finding.message for finding in found)
    assert list(forms.read_entry(parameters).errors) == [name]


HARMLESS: dict[str, tuple[str, str]] = {
    "a file": ("Environment", "DB_PASSWORD_FILE=/etc/x DB_PASSWORD=%d/db TOKEN_PATH=x PASSWORD="),
    "an option with a file": ("ExecStartPre", "/usr/bin/x --password-file=/etc/x --token /etc/y --secret %d/z"),
    "an option with a reference": ("ExecStartPre", "/usr/bin/x --password=${DB} --token $TOKEN"),
    "an option without a value": ("ExecStartPre", "/usr/bin/x --password --token-stdin --no-password"),
    "a shell that reads a file": ("ExecStartPre", "/bin/sh -c 'x --password=\"$(cat /etc/x)\"'"),
    "a URL with a port": ("Environment", "URL=https://example.com:8080/a@b GIT=ssh://git@example.com:22/x"),
    "a URL with a reference": ("ExecStartPre", "/usr/bin/x postgres://u:${DB_PASSWORD}@db/x"),
    "an encrypted credential": ("SetCredentialEncrypted", "token:c2VjcmV0"),
    "a credential from a file": ("LoadCredential", "token:/etc/myapp/token"),
    "a port": ("ExecStartPre", "/usr/bin/mysql -P 3306 -p"),
    "words": ("Description", "Password manager: tokens, secrets and credentials"),
}


@pytest.mark.parametrize(("name", "value"), HARMLESS.values(), ids=HARMLESS)
def test_a_unit_without_a_secret_has_a_link(name: str, value: str) -> None:
    assert not forms.read_entry(MultiDict([*LEAST, (name, value)])).errors


def test_no_link_contains_a_secret_of_a_single_instance(client: FlaskClient) -> None:
    parameters = [*with_values(LEAST, name="t@", User="t"), ("Environment", "DB_%i=x")]
    named = [*parameters, ("instance", "a"), ("instance", "PASSWORD")]
    assert client.post("/report.json", data=MultiDict(named)).json["link"] is None  # type: ignore[index]
    assert client.get(f"/report.json?{query(named)}").status_code == 422
    assert client.get(f"/report.json?{query([*parameters, ('instance', 'a')])}").status_code == 200


PRESERVED = (
    f"# DB_PASSWORD={WORD}",
    f"; Environment=\"DB_PASSWORD={WORD}\"",
    f"# SetCredential=db:{WORD}",
    f"# run: x --token {WORD} it's old",
    f"X-Url=postgres://u:{WORD}@db/x",
    f"Environment=DB_PASSWORD={WORD} 'open",
    f"ExecStartPre=relative/x --password={WORD}",
)  # fmt: skip


@pytest.mark.parametrize("text", PRESERVED)
def test_a_secret_in_a_preserved_line_is_found(client: FlaskClient, text: str) -> None:
    data = {**dict(LEAST), "kept": dump([PreservedLine(text, section="Service")])}
    report = client.post("/report.json", data=data).json
    assert report is not None
    assert ("P76", "kept") in {(found["id"], found["field"]) for found in report["findings"]}
    imported = client.post("/import", data={"text": report["unit"]}, headers={"Accept": "application/json"}).json
    assert imported is not None
    assert ("P76", "kept") in {(found["id"], found["field"]) for found in imported["findings"]}


# --- answers ----------------------------------------------------------------------------------------

GETS = (
    "/", "/myapp.service", "/prep.sh", "/install.sh", "/undo.sh", "/sysusers.conf", "/tmpfiles.conf", "/ansible.yml",
    "/archive.tar.gz", "/report.json",
)  # fmt: skip


@pytest.mark.parametrize(("name", "value"), PLACES.values(), ids=PLACES)
def test_a_link_with_a_secret_is_refused_everywhere(client: FlaskClient, name: str, value: str) -> None:
    link = query(with_secret(name, value))
    for path in GETS:
        assert client.get(f"{path}?{link}").status_code == 422, path
    assert client.get(f"/?{link}", headers={"Accept": "*/*;q=0.1, text/plain"}).status_code == 422
    assert client.get(f"/server/prep.sh?service={quote(link)}").status_code == 422
    assert client.get(f"/compare?a={quote(link)}&b={quote(query(LEAST))}").status_code == 422
    for path in ("/", "/report.json", "/prep.sh"):
        assert client.post(f"{path}?{link}").status_code == 422, path
        assert client.post(f"{path}?{link}", data={"UMask": "0077"}).status_code == 422, path
    assert client.post(f"/server.json?service={quote(link)}").status_code == 422


HREF = re.compile(r"""(?:href|action|formaction|src)="([^"]*)\"""")
ADDRESS = re.compile(r"https?://[^\s'\"<>]*\?[^\s'\"<>]*")


def addresses(text: str) -> list[str]:
    """All that is an address in an answer, or a line that asks for one."""
    shown = unescape(text)
    curls = [line for line in shown.splitlines() if re.search(r"\bcurl -fsS", line) and "localhost" in line]
    return [*map(unescape, HREF.findall(text)), *ADDRESS.findall(shown), *curls]


def assert_in_no_address(answer: TestResponse, secret: str, where: str, given: str) -> None:
    """No address in an answer holds the secret; an address that the unit itself has is no address of the site."""
    text = answer.headers.get("Location", "") + "\n"
    body = answer.data
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if answer.mimetype == "application/gzip":
        with tarfile.open(fileobj=io.BytesIO(body)) as tar:
            body = b"\n".join(part.read() for each in tar if (part := tar.extractfile(each)))
    text += body.decode()
    for address in addresses(text):
        held = secret in address or secret in unquote_plus(address)
        assert not held or _is_of_unit(address, given), f"{where}: {address}"
    assert not answer.location or secret not in unquote_plus(answer.location)
    if answer.mimetype == "application/json":
        for key, link in _links_in(json.loads(body)):
            assert secret not in unquote_plus(link), f"{where}: {key}={link}"


def _is_of_unit(address: str, given: str) -> bool:
    """Whether an address is part of the unit: a person gave it."""
    return (
        any(address.rstrip("\\).,;") in text for text in (given, given.replace("'", '"'))) or "example.com" in address
    )


def _links_in(told: Any, key: str = "") -> list[tuple[str, str]]:
    """The links of a report, by their keys."""
    if isinstance(told, dict):
        return [pair for name, value in told.items() for pair in _links_in(value, name)]
    if isinstance(told, list):
        return [pair for value in told for pair in _links_in(value, key)]
    return [(key, told)] if key in ("link", "fix", "curl") and isinstance(told, str) else []


POSTS = (
    *GETS, "/live", "/live/later", "/compare", "/server", "/server.json", "/server/prep.sh", "/server.tar.gz",
    "/import", "/lint", "/score", "/myapp.service.d/override.conf",
)  # fmt: skip


def body_of(path: str, parameters: Parameters, more: Parameters, original: str) -> Any:
    """What is posted to a path to ask for the unit of these parameters."""
    if path.startswith("/server"):
        return MultiDict([("service", query(parameters)), ("service", query(with_values(LEAST, name="b", User="b")))])
    if path == "/compare":
        return MultiDict([("a", query(parameters)), ("b", query(LEAST))])
    if path in ("/import", "/lint", "/score"):
        return {"text": original, "name": "myapp"}
    if path.endswith("override.conf"):
        more = [*more, ("original", original)]
    return MultiDict([*parameters, *more])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(list(PLACES.values())), min_size=1, max_size=3, unique_by=lambda place: place[0]),
    st.sampled_from(POSTS),
    st.sampled_from(["", "profile", "stamp", "close", "fix", "add", "original", "kept", "broken"]),
    st.text(st.sampled_from("abcXYZ019_-+"), min_size=9, max_size=14).filter(lambda text: text[0].isalnum()),
)
def test_no_answer_has_an_address_with_a_secret(
    client: FlaskClient, places: list[tuple[str, str]], path: str, extra: str, secret: str
) -> None:
    planted = [(name, value.replace(WORD, secret)) for name, value in places]
    parameters = [*LEAST, *SOCKET, *TIMER, *planted]
    original = "[Service]\nExecStart=/usr/bin/true\n" + "".join(
        f"{name}={value}\n"
        for name, value in planted
        if "." not in name and name not in ("Documentation", "Description")
    )
    more: dict[str, Parameters] = {
        "profile": [("profile", "isolated")],
        "stamp": [("stamp", "1")],
        "close": [("close", "PrivateDevices")],
        "fix": [("fix", "P44-1")],
        "add": [("add", "MemoryMax")],
        "original": [("original", original)],
        "kept": [("kept", dump([PreservedLine(f"# DB_PASSWORD={secret}", section="Service")]))],
        "broken": [("Nice", "x")],
    }
    body = body_of(path, parameters, more.get(extra, []), original)
    answer = client.post(path, data=body)
    assert answer.status_code in (200, 303, 422), path
    assert_in_no_address(answer, secret, path, str(planted))
    if path in GETS:
        got = client.get(f"{path}?{query(parameters)}")
        assert got.status_code == 422
        assert_in_no_address(got, secret, f"GET {path}", str(planted))


def test_the_page_of_a_secret_works_with_its_buttons(client: FlaskClient) -> None:
    parameters = with_secret(*PLACES["an option"])
    answer = client.post("/", data=MultiDict(parameters))
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    assert "looks like a secret" in page.select_one(".no-link").get_text()  # type: ignore[union-attr]
    assert not page.select("#share-link, #curl-line, a[download]")
    again = page.select_one("form#again")
    assert again is not None
    assert again["method"] == "post"
    posted = MultiDict((str(each["name"]), str(each["value"])) for each in again.select("input"))
    for button in page.select("button[form=again][formaction]"):
        taken = client.post(str(button["formaction"]), data=posted)
        assert taken.status_code == 200, button
    assert WORD in client.post("/myapp.service", data=posted).text
    fixes = [str(each["value"]) for each in page.select("button[form=again][name=fix]")]
    assert fixes
    for fix in fixes:
        changed = client.post("/", data=MultiDict([*posted.items(multi=True), ("fix", fix)]))
        assert changed.status_code == 200
        assert WORD in changed.text


def test_no_failure_is_logged_with_its_values(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*_: object, **__: object) -> None:
        raise ValueError(WORD)

    app.view_functions["api.show_report"] = fail
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().post("/report.json", data=MultiDict(with_secret(*PLACES["a variable"])))
    assert answer.status_code == 500
    assert "ValueError" in caplog.text
    assert WORD not in caplog.text

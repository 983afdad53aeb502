"""The way in for unit files that exist already: the page by structure, the report, kept lines on their way."""

import io
import json
import random
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.catalogue.limits import MAX_UPLOAD_BYTES
from app.unitfile.preserved import MAX_CARRIED, MAX_REFUSED, PreservedLine, dump, load
from app.web.form import uploads
from tests.support import pace
from tests.support.configurations import LEAST
from tests.web.views.test_generator import _as_data, typed

UNIT = """# Ours since 2019
[Unit]
Description=My application
# up first
After=network.target

[Service]
ExecStart=/usr/bin/myapp \\
  --serve
User=old
User=myapp
ProtectSystem=sometimes
X-Owner=ops

[Install]
WantedBy=multi-user.target
"""
WRITTEN = """# Ours since 2019
[Unit]
Description=My application
# up first
After=network.target

[Service]
ExecStart=/usr/bin/myapp    --serve
User=myapp
ProtectSystem=sometimes
X-Owner=ops

[Install]
WantedBy=multi-user.target
"""
PLAIN = "[Service]\nExecStart=/usr/bin/myapp\nUser=myapp\n"
JSON = {"Accept": "application/json"}


def soup_of(answer: TestResponse, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def post(client: FlaskClient, body: str | bytes, address: str = "/import?name=myapp") -> TestResponse:
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded")


def report(client: FlaskClient, body: str | bytes, address: str = "/import?name=myapp") -> dict[str, Any]:
    answer = client.post(address, data=body, headers=JSON)
    assert answer.status_code == 200
    assert isinstance(answer.json, dict)
    return answer.json


def kept_of(soup: BeautifulSoup, form: str = "#unit-form") -> list[PreservedLine]:
    field = soup.select_one(f"{form} input[name=kept]")
    return list(load(str(field["value"]))) if field else []


def test_a_file_comes_back_as_the_form_with_its_result(client: FlaskClient) -> None:
    soup = soup_of(post(client, UNIT))
    assert (
        dict(typed(soup)).items()
        >= {
            "name": "myapp",
            "systemd": "262",
            "Description": "My application",
            "After": "network.target",
            "ExecStart": "/usr/bin/myapp    --serve",
            "User": "myapp",
            "WantedBy": "multi-user.target",
        }.items()
    )
    assert soup.select_one("#unit-text").get_text() == WRITTEN  # type: ignore[union-attr]
    assert soup.select("#findings li")
    assert soup.select("#access table")
    assert soup.select("#exposure .score")
    assert not soup.select("#share-link, #refusals, #not-whole")


def test_preserved_and_superseded_lines_are_shown_with_their_reasons(client: FlaskClient) -> None:
    soup = soup_of(post(client, UNIT))
    shown = [[cell.get_text() for cell in row.find_all(["td", "th"])] for row in soup.select("#kept tbody tr")]
    assert [row[:2] for row in shown] == [
        ["1", "# Ours since 2019"],
        ["4", "# up first [Unit]"],
        ["12", "ProtectSystem=sometimes [Service]"],
        ["13", "X-Owner=ops [Service]"],
    ]
    assert "It takes yes, no, full or strict" in shown[2][2]
    overruled = [
        [cell.get_text() for cell in row.find_all(["td", "th"])] for row in soup.select("#superseded tbody tr")
    ]
    assert overruled == [["10", "User=old", "Line 11 sets it again, and systemd takes the last."]]


def test_a_value_that_no_field_accepts_is_a_finding_beside_its_field(client: FlaskClient) -> None:
    found = [f for f in report(client, UNIT)["findings"] if f["id"] == "kept"]
    assert [(f["severity"], f["field"]) for f in found] == [("warning", "ProtectSystem")]
    assert found[0]["message"].startswith("“ProtectSystem=sometimes” was kept from the imported file.")


def test_the_json_report_names_each_preserved_line(client: FlaskClient) -> None:
    answer = report(client, UNIT)
    assert answer["unit"] == WRITTEN
    assert answer["link"] is None
    assert [(each["line"], each["text"]) for each in answer["kept"]] == [
        (1, "# Ours since 2019"),
        (4, "# up first"),
        (12, "ProtectSystem=sometimes"),
        (13, "X-Owner=ops"),
    ]
    assert all(set(each) == {"line", "text", "why"} for each in answer["kept"])
    assert [each["line"] for each in answer["superseded"]] == [10]
    assert answer["said"] == []


def test_only_a_file_without_preserved_lines_has_a_link(client: FlaskClient) -> None:
    assert report(client, PLAIN)["link"] == "/?name=myapp&systemd=262&ExecStart=/usr/bin/myapp&User=myapp"
    assert soup_of(post(client, PLAIN)).select("#share-link")
    assert report(client, PLAIN + "# a\n")["link"] is None


def test_the_page_posts_the_preserved_lines_and_gets_them_back(client: FlaskClient) -> None:
    first = soup_of(post(client, UNIT))
    answer = client.post("/", data=_as_data([*typed(first), ("UMask", "0077")]))
    soup = soup_of(answer)
    assert kept_of(soup) == kept_of(first)
    assert kept_of(soup, "#again") == kept_of(first)
    text = soup.select_one("#unit-text").get_text()  # type: ignore[union-attr]
    assert text == WRITTEN.replace("User=myapp\n", "User=myapp\nUMask=0077\n")
    assert client.post("/myapp.service", data=_as_data(typed(first))).text == WRITTEN


def test_a_profile_and_a_search_keep_preserved_lines(client: FlaskClient) -> None:
    first = soup_of(post(client, UNIT))
    for button in (("profile", "isolated"), ("find", "MemoryMax")):
        soup = soup_of(client.post("/", data=_as_data([*typed(first), button])))
        assert kept_of(soup) == kept_of(first)


def test_no_link_contains_preserved_lines(client: FlaskClient) -> None:
    field = dump([PreservedLine("# a", section="Service")])
    soup = soup_of(client.get("/", query_string=[*LEAST, ("kept", field)]))
    assert [code.get_text() for code in soup.select("#ignored code")] == ["kept"]
    assert "# a" not in client.get("/myapp.service", query_string=[*LEAST, ("kept", field)]).text


TAMPERED = {
    "no JSON": "x",
    "no list": '{"a": 1}',
    "deep": "[" * 20_000,
    "a line that a field takes": dump([PreservedLine("User=root", section="Service")]),
    "a command that a field takes": dump([PreservedLine("ExecStartPre=+/bin/sh -c x", section="Service")]),
    "blanks around it": dump([PreservedLine(" User = root ", section="Service")]),
    "another file": dump([PreservedLine("# a", file="mount")]),
    "no such place": dump([PreservedLine("# a", above="Foo")]),
    "a number for a text": '[[1, "service", "", "", 0, 0]]',
    "a number beyond": '[["# a", "service", "", "", -1, 0]]',
    "true for a number": '[["# a", "service", "", "", true, 0]]',
    "too many to look at": json.dumps([["UMask=x", "service", "Service", "", 0, 0]] * (MAX_REFUSED + 1)),
}


@pytest.mark.parametrize("field", TAMPERED.values(), ids=TAMPERED)
def test_a_field_that_was_tampered_with_is_refused_beside_it(client: FlaskClient, field: str) -> None:
    data = dict(LEAST) | {"kept": field}
    soup = soup_of(client.post("/", data=data), 422)
    assert soup.select("#refusals li")
    assert not kept_of(soup)
    refusal = client.post("/report.json", data=data)
    assert (refusal.status_code, list(refusal.json["errors"])) == (422, ["kept"])  # type: ignore[index]


HIDDEN = {
    "a line end": PreservedLine("X-A=1\nUser=root", section="Service"),
    "a carriage return": PreservedLine("X-A=1\rUser=root", section="Service"),
    "a NUL": PreservedLine("X-A=1\0User=root", section="Service"),
    "a comment with a line end": PreservedLine("# a\nUser=root", section="Service"),
    "a backslash at the end": PreservedLine("X-A=1\\", section="Service"),
    "a header": PreservedLine("[Service]", section="Unit"),
    "a section with a line end": PreservedLine("X-A=1", section="X]\nUser=root\n[Y"),
    "a section that is none": PreservedLine("X-A=1", section="X\\"),
    "a section of its own": PreservedLine("X-A=1", section="X]\r[Service"),
    "bytes": PreservedLine("# \udcff", section="Service"),
    "half a character": PreservedLine("# \ud800", section="Service"),
    "turned round": PreservedLine("# \u202e", section="Service"),
    "nothing": PreservedLine("", section="Service"),
    "blanks": PreservedLine("  ", section="Service"),
    "blanks before": PreservedLine("  # a", section="Service"),
}


@pytest.mark.parametrize("kept", HIDDEN.values(), ids=HIDDEN)
def test_a_line_that_would_change_its_meaning_is_left_out_and_named(client: FlaskClient, kept: PreservedLine) -> None:
    data = dict(LEAST) | {"kept": dump([kept])}
    assert client.post("/myapp.service", data=data).text == client.post("/myapp.service", data=dict(LEAST)).text
    soup = soup_of(client.post("/", data=data))
    assert soup.select("#not-whole")
    assert [strong.get_text() for strong in soup.select("#kept .is-left-out strong")] == ["Left out"]
    findings = client.post("/report.json", data=data).json["findings"]  # type: ignore[index]
    assert [f["severity"] for f in findings if f["id"] == "left-out"] == ["warning"]


def test_a_unit_that_runs_as_root_is_reported_despite_preserved_lines(client: FlaskClient) -> None:
    text = "[Service]\nExecStart=/usr/bin/a\nUser=a:b\n"
    found = {(f["id"], f["severity"], f["field"]) for f in report(client, text)["findings"]}
    assert found >= {("P2", "warning", "User"), ("kept", "warning", "User")}
    behind = [f for f in report(client, PLAIN + "User=a:b\n")["findings"] if f["id"] == "kept"]
    assert behind[0]["message"].endswith("Should systemd take it, it may hold instead of “myapp”.")


def test_a_person_uploads_several_files_or_pastes_them(client: FlaskClient) -> None:
    files = [
        ("backup.timer", b"[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n"),
        ("backup.service", b"[Service]\nExecStart=/usr/bin/backup\nUser=root\n"),
        ("10-user.conf", b"[Service]\nUser=backups\n"),
    ]
    given = {"file": [(io.BytesIO(data), name) for name, data in files], "text": "", "systemd": "debian-12"}
    form = dict(typed(soup_of(client.post("/import", data=given))))
    assert (
        form.items()
        >= {
            "name": "backup",
            "systemd": "debian-12",
            "User": "backups",
            "timer.Timer.OnCalendar": "daily",
        }.items()
    )
    pasted = soup_of(client.post("/import", data={"text": PLAIN.replace("\n", "\r\n"), "name": "web.service"}))
    assert dict(typed(pasted)).items() >= {"name": "web", "User": "myapp"}.items()
    form_encoded = client.post(
        "/import", data={"text": PLAIN, "name": "web"}, content_type="application/x-www-form-urlencoded"
    )
    assert dict(typed(soup_of(form_encoded))).items() >= {"name": "web", "User": "myapp"}.items()


CAT = """# /usr/lib/systemd/system/web.service
[Service]
ExecStart=/usr/bin/web
Environment=A=1
User=web

# /etc/systemd/system/web.service.d/override.conf
[Service]
ExecStart=
ExecStart=/usr/bin/web --more
# loud
Environment=B=2
User=other
"""


def test_the_output_of_systemctl_cat_is_merged(client: FlaskClient) -> None:
    answer = report(client, CAT, "/import")
    assert answer["name"] == "web"
    assert answer["unit"] == (
        "[Service]\nExecStart=\nExecStart=/usr/bin/web --more\nEnvironment=A=1\n# loud\nEnvironment=B=2\nUser=other\n"
    )
    assert [(each["line"], each["text"]) for each in answer["kept"]] == [(11, "# loud")]
    assert [each["line"] for each in answer["superseded"]] == [3, 5]


def test_a_unit_without_a_name_gets_one_and_the_page_reports_it(client: FlaskClient) -> None:
    answer = report(client, PLAIN, "/import")
    assert answer["name"] == "imported"
    assert "does not say what the unit is called" in answer["said"][0]
    assert "cannot be the name of a service" in report(client, PLAIN, "/import?name=a:b")["said"][0]
    assert "neither a version" in report(client, PLAIN, "/import?name=a&systemd=5000")["said"][0]


OTHERS = {
    "mount": ("srv.mount", "[Mount]\nWhat=/dev/sda1\nWhere=/srv\n", "a mount unit"),
    "network": ("lan.network", "[Match]\nName=en*\n[Network]\nDHCP=yes\n", "a file of systemd-networkd"),
    "container": ("web.container", "[Container]\nImage=x\n[Service]\nRestart=always\n", "a Quadlet file"),
    "pasted": ("", "[Unit]\nDescription=x\n[Container]\nImage=x\n", "a Quadlet file"),
}


@pytest.mark.parametrize(("name", "text", "sentence"), OTHERS.values(), ids=OTHERS)
def test_another_type_of_unit_is_named_and_read_as_far_as_possible(
    client: FlaskClient, name: str, text: str, sentence: str
) -> None:
    given = {"file": (io.BytesIO(text.encode()), name)} if name else {"text": text}
    answer = client.post("/import", data=given, headers=JSON).json
    assert answer is not None
    assert any(sentence in said for said in answer["said"])
    read = {line for line in text.splitlines() if "=" in line}
    assert {each["text"] for each in answer["kept"]} | set(answer["unit"].splitlines()) >= read


def test_files_of_other_units_are_named(client: FlaskClient) -> None:
    text = (
        CAT.replace("/web.service.d/", "/other.service.d/") + "\n# /etc/systemd/system/db.service\n[Service]\nUser=db\n"
    )
    said = report(client, text, "/import")["said"]
    assert [sentence.partition(" ")[0] for sentence in said] == ["/etc/systemd/system/db.service"]


@pytest.mark.parametrize("given", [b"", b" \n\t\n", b"\0\0"])
def test_an_empty_import_is_reported(client: FlaskClient, given: bytes) -> None:
    assert soup_of(post(client, given), 422).select_one(".refusals")
    assert client.post("/import", data=given, headers=JSON).json == {
        "errors": {"text": ["There is no line of a unit file in what was sent. Paste the file, or choose it."]},
        "findings": [],
    }


def test_the_way_in_is_on_the_page_and_works_by_itself(client: FlaskClient) -> None:
    start = soup_of(client.get("/"))
    assert {link["href"] for link in start.select("a[href]")} >= {"/import"}
    form = soup_of(client.get("/import?systemd=252")).select_one("main form")
    assert form is not None
    assert (form["action"], form["method"], form["enctype"]) == ("/import", "post", "multipart/form-data")
    assert {control["name"] for control in form.select("[name]")} == set(uploads.FIELDS)
    assert [option["value"] for option in form.select("option[selected]")] == ["252"]


def test_a_body_can_have_at_most_two_mebibytes(client: FlaskClient) -> None:
    line = b"# " + b"x" * 61 + b"\n"
    whole = line * (MAX_UPLOAD_BYTES // len(line))
    assert post(client, whole).status_code == 200
    assert post(client, whole + line).status_code == 413
    pasted = {"data": {"text": whole.decode()[:400_000]}, "content_type": "multipart/form-data"}
    assert client.post("/import", **pasted).status_code == 200
    assert client.post("/", data={"name": "x" * 70_000}).status_code == 413


def test_names_that_cannot_be_resolved_still_give_a_page(client: FlaskClient) -> None:
    text = "[Service]\nExecStart=/usr/bin/a\nUser=%m\nStateDirectory=%q\n"
    assert soup_of(post(client, text)).select("#refusals li")
    assert report(client, text)["unit"] == text


def test_lines_beyond_the_limit_of_the_form_are_counted_in_a_comment() -> None:
    lines = [PreservedLine(f"# {'x' * 100} {number}", section="Service") for number in range(1000)]
    carried = load(dump(lines))
    assert len(dump(lines)) < MAX_CARRIED + 1000
    assert list(carried[:-1]) == lines[: len(carried) - 1]
    assert carried[-1].text == f"# {1001 - len(carried)} more lines of the imported file did not fit into the form."


NOISE = random.Random(1).randbytes(1 << 20)
BAD = {
    "noise": NOISE,
    "noise in a service": b"[Service]\n" + NOISE,
    "an executable": b"\x7fELF\x02\x01\x01" + bytes(9) + NOISE[:20_000],
    "NUL": bytes(2_000_000) + b"User=a",
    "a million backslashes": b"\\\n" * 1_000_000,
    "a command of a million lines": b"[Service]\nExecStart=/bin/a \\\n" + b"\\\n" * 1_000_000,
    "sections": b"[Service]\n[Unit]\n" * 100_000,
    "one list": b"[Service]\n" + b"Environment=A=1\n" * 100_000,
    "resets": b"[Service]\n" + b"Environment=\n" * 100_000,
    "one scalar": b"[Service]\n" + b"User=a\n" * 200_000,
    "refused values": b"[Service]\n" + b"SystemCallFilter=foo\n" * 90_000,
    "unknown keys": b"[Service]\n" + b"Foo=bar\n" * 100_000,
    "comments": b"# a\n" * 300_000,
    "long lines": b"[Service]\nExecStart=/bin/a " + b"b " * 1_000_000,
    "a long key": b"[Service]\n" + b"a" * 1_000_000 + b"=1",
    "quotes": b"[Service]\nExecStart=/bin/a " + b"\"\t' " * 12_000,
    "files": b"# /a.service\n\n" * 100_000,
    "invalid UTF-8": b"[Service]\n" + b"User=\xff\xfe\n" * 100_000,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_invalid_input_is_answered_quickly(client: FlaskClient, text: bytes) -> None:
    for headers in ({}, JSON):
        assert client.post("/import?name=a", data=text, headers=headers).status_code in (200, 422)
        assert pace.within(1, client.post, "/import?name=a", data=text, headers=headers)

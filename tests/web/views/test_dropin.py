"""The drop-in on the page of an imported unit and as a raw answer."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.host.dropin import drop_in
from app.unitfile.parse import parse_files
from app.unitfile.sources import Source

TEXT = "# /etc/systemd/system/myapp.service\n[Unit]\nAfter=network.target\n\n[Service]\nExecStart=/usr/bin/true\nEnvironment=A=1\n"
CHANGED = {
    "name": "myapp",
    "systemd": "252",
    "ExecStart": "/usr/bin/true",
    "Environment": "B=2",
    "After": "network.target",
    "PrivateTmp": "yes",
}
EXPECTED = "[Service]\nEnvironment=\nEnvironment=B=2\nPrivateTmp=yes\n"


def parsed(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def typed(soup: BeautifulSoup) -> dict[str, list[str]]:
    """What the form of a page would send."""
    form = soup.select_one("#unit-form")
    assert form is not None
    data: dict[str, list[str]] = {}
    for field in form.select("input[name]:not([type=checkbox]):not([type=radio])"):
        data.setdefault(str(field["name"]), []).append(str(field.get("value", "")))
    for field in form.select("textarea[name]"):
        data.setdefault(str(field["name"]), []).append(field.get_text().removeprefix("\n"))
    for field in form.select("input[checked]"):
        data.setdefault(str(field["name"]), []).append(str(field["value"]))
    for option in form.select("select[name] option[selected]"):
        data.setdefault(str(option.find_parent("select")["name"]), []).append(
            str(option.get("value", option.get_text()))
        )  # type: ignore[index]
    return data


def hidden(soup: BeautifulSoup) -> dict[str, list[str]]:
    """What the form behind the buttons of the result sends."""
    data: dict[str, list[str]] = {}
    for field in soup.select("#again input"):
        data.setdefault(str(field["name"]), []).append(str(field["value"]))
    return data


def test_an_import_preserves_its_original_and_has_no_differences(client: FlaskClient) -> None:
    soup = parsed(client.post("/import", data={"text": TEXT}).text)
    assert soup.select_one("#drop-in-service-none") is not None
    assert typed(soup)["original"][0].split() == TEXT.split()


@pytest.mark.parametrize("comment", ["", "# kept\n"])
def test_changes_in_the_form_become_a_drop_in(client: FlaskClient, comment: str) -> None:
    imported = parsed(client.post("/import", data={"text": TEXT + comment}).text)
    answer = client.post("/", data=typed(imported) | {"Environment": "B=2", "PrivateTmp": "yes"})
    assert answer.status_code == 200
    soup = parsed(answer.text)
    shown = soup.select_one("#drop-in-service-text")
    assert shown is not None
    assert shown.get_text() == EXPECTED
    assert typed(soup)["original"] == typed(imported)["original"]
    assert (soup.select_one("#share-link") is not None) == (not comment)


def test_the_buttons_of_the_page_preserve_the_original(client: FlaskClient) -> None:
    soup = parsed(client.post("/import", data={"text": TEXT}).text)
    assert soup.select("#profiles button[name=profile]")
    again = soup.select_one("#again")
    assert again is not None
    assert again["method"] == "post"
    assert hidden(soup)["original"]
    close = soup.select_one("#exposure button[name=close]")
    assert close is not None
    after = client.post("/", data=hidden(soup) | {"close": str(close["value"])})
    assert parsed(after.text).select_one("#drop-in-service-text") is not None
    profiled = client.post("/", data=typed(soup) | {"profile": "isolated"})
    assert "ProtectSystem=strict" in parsed(profiled.text).select_one("#drop-in-service-text").get_text()  # type: ignore[union-attr]


MAX_CLICKS = 20
FAULTY = (
    "# ours\n[Service]\nUser=shop\nExecStart=/usr/bin/shop\nStateDirectory=shop\nRestart=never\nWorkingDirectory=~\n"
)


def test_the_fixes_of_an_import_are_buttons_that_preserve_lines_and_original(client: FlaskClient) -> None:
    soup = parsed(client.post("/import", data={"text": FAULTY, "name": "shop.service"}).text)
    clicked = []
    while buttons := soup.select("#findings button[name=fix]"):
        assert not soup.select("#findings a.fix")
        clicked.append(buttons[0].get_text())
        assert len(clicked) < MAX_CLICKS, clicked
        before = typed(soup)["original"]
        soup = parsed(client.post("/", data=hidden(soup) | {"fix": str(buttons[0]["value"])}).text)
        assert typed(soup)["original"] == before
    text = soup.select_one("#unit-text")
    assert text is not None
    assert "Set StateDirectoryMode=0700" in clicked
    assert {"# ours", "Restart=never", "StateDirectoryMode=0700", "PrivateTmp=yes"} <= set(text.get_text().splitlines())


def test_the_fix_of_an_absent_finding_changes_nothing(client: FlaskClient) -> None:
    soup = parsed(client.post("/import", data={"text": FAULTY, "name": "shop.service"}).text)
    for name in ("P5-999", "P999-0", "x"):
        after = parsed(client.post("/", data=hidden(soup) | {"fix": name}).text)
        assert after.select_one("#unit-text") == soup.select_one("#unit-text")


def test_the_raw_answer_is_the_drop_in(client: FlaskClient) -> None:
    answer = client.post("/myapp.service.d/override.conf", data=CHANGED | {"original": TEXT, "download": "1"})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text == EXPECTED
    assert answer.headers["Content-Disposition"] == "attachment; filename=override.conf"


def test_changes_that_no_drop_in_can_express_are_reported_above_it(client: FlaskClient) -> None:
    without = {key: value for key, value in CHANGED.items() if key != "After"}
    answer = client.post("/myapp.service.d/override.conf", data=without | {"original": TEXT})
    assert answer.text.startswith("# After=network.target stays: ")
    read = parse_files([Source("myapp.service", answer.data)])
    assert all(kept.is_comment for kept in read.preserved)


REFUSED = {
    "no original": (CHANGED, "original"),
    "a bad value": (CHANGED | {"original": TEXT, "PrivateTmp": "perhaps"}, "PrivateTmp"),
}


@pytest.mark.parametrize(("data", "word"), REFUSED.values(), ids=REFUSED)
def test_an_impossible_drop_in_is_refused_with_a_sentence(client: FlaskClient, data: dict[str, str], word: str) -> None:
    answer = client.post("/myapp.service.d/override.conf", data=data)
    assert answer.status_code == 422
    assert word in answer.text
    assert answer.text.endswith("exit 1\n")


@pytest.mark.parametrize("path", ["/other.service.d/override.conf", "/myapp.mount.d/override.conf"])
def test_names_must_agree(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=CHANGED | {"original": TEXT}).status_code == 404


def test_an_original_in_a_link_is_ignored(client: FlaskClient) -> None:
    page = client.get("/", query_string=CHANGED | {"original": TEXT})
    assert "original" in parsed(page.text).select_one("#ignored").get_text()  # type: ignore[union-attr]
    assert not parsed(page.text).select("#drop-in")


def test_a_unit_that_got_its_name_here_has_its_drop_in_too() -> None:
    unnamed = parse_files([Source("", b"[Service]\nExecStart=/usr/bin/true\n")])
    assert unnamed.unit.name == "imported"
    assert drop_in(unnamed.unit, unnamed.unit).text == ""

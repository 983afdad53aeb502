"""What is configured is judged when the server starts, in sentences."""

import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from app import create_app
from app.settings import SETTINGS
from tests.configurations import LEAST, query

WRONG: list[tuple[str, Any]] = [
    ("BASE_URL", "tools.example.com"),
    ("BASE_URL", "ftp://tools.example.com"),
    ("BASE_URL", "https://tools.example.com/?x=1"),
    ("BASE_URL", "https://user:pass@tools.example.com"),
    ("BASE_URL", 'https://tools.example.com/"x'),
    ("PREFIX", "tools"),
    ("PREFIX", "//evil.example"),
    ("PREFIX", "/a b"),
    ("TRUSTED_HOSTS", " , "),
    ("TRUSTED_HOPS", -1),
    ("TRUSTED_HOPS", "one"),
    ("TRUSTED_HOPS", {"by": 1}),
    ("FRAME_ANCESTORS", ""),
    ("FRAME_ANCESTORS", "'none' 'self'"),
    ("FRAME_ANCESTORS", "'self'; script-src *"),
    ("PRESETS", "/no/such/file"),
    ("LONGEST_LINK", 8001),
    ("LONGEST_LINK", "long"),
    ("MAX_CONTENT_LENGTH", 0),
    ("MAX_FORM_MEMORY_SIZE", True),
    ("MANUAL_URL", "javascript:alert(1)"),
    ("METRICS", "perhaps"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: str(value))
def test_what_is_wrong_is_said_at_the_start(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^GENERATOR_{name}: .*[a-z].*\\.$"):
        create_app({name: value})


def test_every_setting_can_be_wrong() -> None:
    assert {row.name for row in SETTINGS} == {name for name, _ in WRONG}


def test_the_prefix_and_the_path_of_the_address_are_one() -> None:
    for config in (
        {"BASE_URL": "https://x.example/t/s/"},
        {"BASE_URL": "https://x.example", "PREFIX": "/t/s"},
        {"BASE_URL": "https://x.example/t/s", "PREFIX": "/t/s/"},
    ):
        app = create_app(config)
        assert (app.config["BASE_URL"], app.config["PREFIX"]) == ("https://x.example/t/s", "/t/s")
    with pytest.raises(ValueError, match="is not the path of GENERATOR_BASE_URL"):
        create_app({"BASE_URL": "https://x.example/t", "PREFIX": "/s"})


def test_a_site_may_be_embedded_where_that_is_configured() -> None:
    client = create_app({"FRAME_ANCESTORS": "'self' https://wiki.example.com"}).test_client()
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://wiki.example.com")


def test_a_shorter_link_can_be_configured() -> None:
    client = create_app({"LONGEST_LINK": 1000}).test_client()
    link = f"{query(LEAST)}&Description="
    within = "a" * (1000 - len(f"/?{link}"))
    assert client.get(f"/?{link}{within}").status_code == 200
    assert "1,000 bytes" in client.get(f"/?{link}{within}a").text
    answer = client.post("/report.json", data=dict(LEAST) | {"Description": "a" * 1000})
    assert answer.json is not None
    assert answer.json["link"] is None
    assert create_app().test_client().post("/report.json", data=dict(LEAST) | {"Description": "a" * 1000}).json["link"]  # type: ignore[index]


def test_the_size_of_a_body_is_said_as_configured() -> None:
    client = create_app({"MAX_CONTENT_LENGTH": 2048}).test_client()
    answer = client.post("/", data={"Description": "a" * 3000})
    assert answer.status_code == 413
    assert "2,048 bytes" in answer.text


def test_no_page_leads_off_the_site_where_the_manual_is_at_hand() -> None:
    client = create_app({"MANUAL_URL": "/manual"}).test_client()
    for address in ("/", "/?name=", "/guide", "/directives", "/rules", "/server", f"/?{query(LEAST)}"):
        soup = BeautifulSoup(client.get(address).text, "html.parser")
        led = [
            str(tag.get(name))
            for name in ("href", "src", "action", "formaction")
            for tag in soup.find_all(attrs={name: True})
        ]
        assert not [target for target in led if re.match(r"[a-z]+:|//", target)], address
    assert "/manual/systemd.exec.html" in client.get("/directives").text


PRESETS = """
organisation = "Example Works"
name_prefix = "acme-"
base_directories = ["/srv/acme", "/data"]
systemd = "debian-12"

[[profiles]]
key = "acme-batch"
title = "Nightly batch"
about = "For jobs of the night."
directives = { Nice = "19", ProtectHome = "yes", After = ["network-online.target"] }
"""


@pytest.fixture
def presets(tmp_path: Path) -> Path:
    """A file of presets."""
    path = tmp_path / "presets.toml"
    path.write_text(PRESETS)
    return path


def test_presets_are_where_a_form_starts_and_are_shown(presets: Path) -> None:
    client = create_app({"PRESETS": str(presets)}).test_client()
    soup = BeautifulSoup(client.get("/").text, "html.parser")
    assert soup.find(id="name")["value"] == "acme-myapp"  # type: ignore[index]
    assert soup.select_one("#systemd option[selected]")["value"] == "debian-12"  # type: ignore[index]
    assert soup.find(id="own-path-1")["value"] == "/srv/acme/acme-myapp"  # type: ignore[index]
    shown = soup.find(id="presets")
    assert shown is not None
    assert "Example Works" in shown.get_text()
    assert [code.get_text() for code in shown.find_all("code")] == ["acme-", "/srv/acme", "/data"]
    assert soup.select_one("#profiles h3").get_text() == "Example Works"  # type: ignore[union-attr]
    empty = BeautifulSoup(client.get(str(soup.find("a", string="Start empty")["href"])).text, "html.parser")  # type: ignore[index]
    assert empty.select_one("#systemd option[selected]")["value"] == "debian-12"  # type: ignore[index]


def test_a_profile_of_the_organisation_gives_a_link_that_any_site_reads(presets: Path) -> None:
    client = create_app({"PRESETS": str(presets)}).test_client()
    answer = client.get(f"/?{query(LEAST)}&profile=acme-batch")
    assert answer.status_code == 303
    plain = create_app().test_client().get(answer.location)
    assert plain.status_code == 200
    for line in ("Nice=19", "ProtectHome=yes", "After=network-online.target"):
        assert line in BeautifulSoup(plain.text, "html.parser").find(id="unit-text").get_text().splitlines()  # type: ignore[union-attr]


def test_presets_change_no_link(presets: Path) -> None:
    with_presets = create_app({"PRESETS": str(presets)}).test_client()
    link = f"/myapp.service?{query(LEAST)}"
    assert with_presets.get(link).data == create_app().test_client().get(link).data


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("name_prefx = 'a-'", "name_prefix"),
        ("name_prefix = 'a b'", "name_prefix"),
        ("name_prefix = 7", "name_prefix"),
        ("systemd = 'debian-99'", "debian-99"),
        ("base_directories = ['srv']", "srv"),
        ("base_directories = '/srv'", "base_directories"),
        ("[[profiles]]\nkey = 'x'", "needs a key, a title and directives"),
        ("[[profiles]]\nkey = 'isolated'\ntitle = 'X'\ndirectives = { Nice = '1' }", "isolated"),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { Nicee = '1' }", "Nice"),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { Nice = '99' }", "99"),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { Nice = ['1', '2'] }", "Nice= takes a text"),
        ("not toml", "no TOML"),
    ],
)
def test_what_is_wrong_in_presets_is_said_at_the_start(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "presets.toml"
    path.write_text(line)
    with pytest.raises(ValueError, match=r"^GENERATOR_PRESETS: .*[^.]\.$") as error:
        create_app({"PRESETS": str(path)})
    assert said in str(error.value)

"""What is configured is judged when the server starts, in sentences."""

import json
import os
import re
import unittest.mock
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import create_app
from app.web.settings import DEFAULTS, MAX_TEXT, SETTINGS, SettingsError, from_environment, parse_settings
from tests.support.configurations import LEAST, query

WRONG: list[tuple[str, Any]] = [
    ("BASE_URL", "tools.example.com"),
    ("BASE_URL", "ftp://tools.example.com"),
    ("BASE_URL", "https://tools.example.com/?x=1"),
    ("BASE_URL", "https://user:pass@tools.example.com"),
    ("BASE_URL", 'https://tools.example.com/"x'),
    ("BASE_URL", "https://tools.example.com\n.evil.example"),
    ("BASE_URL", "https://["),
    ("BASE_URL", "https://tools.example.com/../x"),
    ("BASE_URL", "https://" + "a" * 5000),
    ("BASE_URL", None),
    ("BASE_URL", 5),
    ("PREFIX", "tools"),
    ("PREFIX", "//evil.example"),
    ("PREFIX", "/a b"),
    ("PREFIX", "/.."),
    ("PREFIX", "/a/./b"),
    ("PREFIX", "/\ud800"),
    ("PREFIX", True),
    ("TRUSTED_HOSTS", " , "),
    ("TRUSTED_HOSTS", 5),
    ("TRUSTED_HOSTS", {"tools.example.com": 1}),
    ("TRUSTED_HOSTS", ["tools.example.com", 5]),
    ("TRUSTED_HOSTS", "https://tools.example.com"),
    ("TRUSTED_HOSTS", "a..b"),
    ("TRUSTED_HOSTS", "*.example.com"),
    ("TRUSTED_HOSTS", "\xfc" * 70),
    ("TRUSTED_HOSTS", "\ud800.example"),
    ("TRUSTED_HOPS", -1),
    ("TRUSTED_HOPS", "one"),
    ("TRUSTED_HOPS", {"by": 1}),
    ("TRUSTED_HOPS", {"proto": True}),
    ("TRUSTED_HOPS", float("nan")),
    ("TRUSTED_HOPS", 10**30),
    ("TRUSTED_HOPS", [[1]]),
    ("FRAME_ANCESTORS", ""),
    ("FRAME_ANCESTORS", "'none' 'self'"),
    ("FRAME_ANCESTORS", "'self'; script-src *"),
    ("FRAME_ANCESTORS", ["'self'"]),
    ("PRESETS", "/no/such/file"),
    ("PRESETS", 5),
    ("PRESETS", False),
    ("PRESETS", ["/x"]),
    ("PRESETS", "/"),
    ("PRESETS", "/x\0y"),
    ("PRESETS", "/x\ud800y"),
    ("PRESETS", "/" + "a" * 5000),
    ("LONGEST_LINK", 8001),
    ("LONGEST_LINK", "long"),
    ("LONGEST_LINK", 1e3),
    ("LONGEST_LINK", float("inf")),
    ("MAX_CONTENT_LENGTH", 0),
    ("MAX_FORM_MEMORY_SIZE", True),
    ("MANUAL_URL", "javascript:alert(1)"),
    ("MANUAL_URL", "/man\ud800"),
    ("MANUAL_URL", "/man\\x"),
    ("MANUAL_URL", "/man\0"),
    ("METRICS", "perhaps"),
    ("METRICS", [1]),
    ("METRICS", 1.0),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: ascii(value)[:60])
def test_an_invalid_setting_is_reported_at_startup(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"^GENERATOR_{name}: .*[a-z].*\\.$") as error:
        create_app({name: value})
    assert_is_sentence(error.value)


def assert_is_sentence(error: SettingsError, beginning: str = "GENERATOR_") -> None:
    """One printed line that names the setting and ends like a sentence; no value makes it long."""
    text = str(error)
    assert text.startswith(beginning)
    assert re.fullmatch(r"GENERATOR_[A-Z_]+: \S.*[^.]\.", text)
    assert text.isprintable()
    assert len(text) < MAX_TEXT + 1000


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


def test_the_error_states_the_configured_body_size() -> None:
    client = create_app({"MAX_CONTENT_LENGTH": 2048}).test_client()
    answer = client.post("/", data={"Description": "a" * 3000})
    assert answer.status_code == 413
    assert "2,048 bytes" in answer.text


def test_no_page_links_off_the_site_if_the_manual_is_local() -> None:
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


def test_a_new_form_starts_with_the_presets_and_shows_them(presets: Path) -> None:
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
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { Nice = 19 }", "profiles: “x”: Nice= takes a text"),
        (
            "[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { After = [] }",
            "After= takes a text in quotes, or a list",
        ),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { Nice = '' }", "Nice= takes a text"),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { Description = 'a\\' }", "Description="),
        ('[[profiles]]\nkey = "x"\ntitle = "X"\ndirectives = { Description = "a\\u0000" }', "U+0000"),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = 5", "directives: write a table"),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ncolour = 'red'", "“colour” is not known"),
        ("[[profiles]]\nkey = 5", "profiles: key: write a text"),
        ('[[profiles]]\nkey = "x"\ntitle = "\\u202e"', "profiles: title: "),
        ("profiles = 5", "profiles: write a table"),
        ("profiles = 'abc'", "profiles: write a table"),
        ("profiles = [1]", "profiles: write a table"),
        ("[profiles]\nkey = 'x'", "profiles: write a table"),
        ("systemd = 252", "systemd: write a text"),
        ("organisation = nan", "organisation: write a text"),
        ("base_directories = [['/srv']]", "base_directories: write a list"),
        ("base_directories = ['/']", "base_directories: "),
        (
            "base_directories = ['/srv/a', '/etc']",
            "base_directories: a service that starts from this is refused: own: ",
        ),
        ("name_prefix = 'AVeryLongPrefixThatLeavesNoRoomForAName-'", "name_prefix: "),
        ("a = " + "[" * 9000, "nested too deeply"),
        ("a = " + "9" * 5000, "a number is too long"),
        ("# " + "x" * 300_000, "larger than 262,144 bytes"),
        ("not toml", "no TOML"),
    ],
)
def test_an_error_in_presets_is_reported_at_startup(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "presets.toml"
    path.write_text(line)
    with pytest.raises(SettingsError, match=r"^GENERATOR_PRESETS: .*[^.]\.$") as error:
        create_app({"PRESETS": str(path)})
    assert said in str(error.value)
    assert f"GENERATOR_PRESETS: {path}: " in str(error.value)
    assert_is_sentence(error.value)


def test_a_presets_file_must_be_a_regular_text_file(tmp_path: Path) -> None:
    binary, pipe, link = (tmp_path / name for name in ("binary", "pipe", "link"))
    binary.write_bytes(b"organisation = '\xff'")
    os.mkfifo(pipe)
    link.symlink_to(link)
    for path, said in (
        (tmp_path, "this is not a regular file. Name a TOML file."),
        (pipe, "this is not a regular file. Name a TOML file."),
        (Path("/dev/zero"), "this is not a regular file. Name a TOML file."),
        (binary, "byte 16 is not UTF-8. Name a TOML file, and save it as UTF-8."),
        (link, "the file cannot be read: Too many levels of symbolic links. Correct the path, or let the user of this server read it."),
        (binary / "x", "the file cannot be read: Not a directory. Correct the path, or let the user of this server read it."),
        (Path("/proc/self/mem"), "the file cannot be read: Input/output error. Correct the path, or let the user of this server read it."),
    ):  # fmt: skip
        with pytest.raises(SettingsError) as error:
            create_app({"PRESETS": str(path)})
        assert str(error.value) == f"GENERATOR_PRESETS: {path}: {said}"


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    path.write_text('organisation = "Example Works"', encoding="utf-8-sig")
    assert create_app({"PRESETS": str(path)}).config["PRESETS"].organisation == "Example Works"


# --- whatever is drawn ------------------------------------------------------------------------------

PIECES = st.sampled_from(["https://", "http", "tools.example.com", "/tools", "/", ":8000", "..", "'self'", "none", "[::1]", ",", " ", "\n", "\udcff", "%", "{", "é", "1", "-"])  # fmt: skip
ENDS = st.none() | st.booleans() | st.integers() | st.floats() | st.lists(PIECES, max_size=4).map("".join) | st.text()
NESTED = st.recursive(ENDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["for", "proto", "x"]), inner, max_size=3), max_leaves=6)  # fmt: skip
VALUES = (
    NESTED.map(json.dumps)
    | st.lists(PIECES, max_size=5).map("".join)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=[]), max_size=30)
    | st.sampled_from(["NaN", "-Infinity", "1e999", "9" * 5000, "[" * 5000, '"\\ud800"', '"\\u0000"', "/dev/zero", "/etc", "a" * 100_000])
)  # fmt: skip


@given(environment=st.dictionaries(st.sampled_from([f"GENERATOR_{row.name}" for row in SETTINGS]), VALUES, max_size=3))
def test_an_environment_is_accepted_or_refused_with_a_sentence(environment: dict[str, str]) -> None:
    with unittest.mock.patch.dict(os.environ, environment):
        try:
            app = create_app()
        except SettingsError as error:
            assert_is_sentence(error)
            return
    answers = [app.test_client().get(address, headers={"Host": "localhost"}) for address in ("/healthz", "/rules")]
    assert answers[0].text == "ok"
    assert answers[1].status_code in (200, 400)  # 400 where localhost is none of the trusted hosts


TOML_VALUES = st.recursive(
    st.sampled_from(["''", "'x'", '"\\u0000"', "5", "-1", "1e400", "nan", "true", "1979-05-27", "'/srv/x'", "'/'", "'252'", "'%i'", "'a b'", "9" * 5000]),
    lambda inner: st.lists(inner, max_size=3).map(lambda rows: f"[{', '.join(rows)}]")
    | st.dictionaries(st.sampled_from(["key", "title", "directives", "Nice", "After", "x"]), inner, max_size=3).map(lambda rows: f"{{{', '.join(f'{key} = {value}' for key, value in rows.items())}}}"),
    max_leaves=6,
)  # fmt: skip
TOML_KEYS = st.sampled_from(["organisation", "name_prefix", "base_directories", "systemd", "profiles", "directives", "'a b'"])  # fmt: skip
TOML = st.dictionaries(TOML_KEYS, TOML_VALUES, max_size=4).map(
    lambda rows: "".join(f"{key} = {value}\n" for key, value in rows.items()).encode()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=TOML | st.binary(max_size=40))
def test_presets_are_accepted_or_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "presets.toml"
    path.write_bytes(content)
    try:
        parse_settings(DEFAULTS | from_environment({"GENERATOR_PRESETS": str(path)}))
    except SettingsError as error:
        assert_is_sentence(error, f"GENERATOR_PRESETS: {path}: ")


def test_unrelated_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    # Kubernetes gives every container of a namespace such variables of a service called "generator".
    for name in ("GENERATOR_SERVICE_HOST", "GENERATOR_PORT", "GENERATOR_PREFIX__X", "GENERATOR_TESTING", "GENERATOR_SERVER_NAME"):  # fmt: skip
        monkeypatch.setenv(name, "tcp://10.0.0.1:80")
    config = create_app().config
    assert not config["TESTING"]
    assert config["SERVER_NAME"] is None

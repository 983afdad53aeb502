"""Pages for people, by structure."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app import catalogue, profiles
from app.analysis.failures import diagnose
from app.effective import Effective
from app.host import migrate
from app.host.prep import prepare
from app.host.shell import paste
from app.unitfile.render import render
from app.web.form.sections import COMMON_DIRECTIVES
from tests.support.configurations import EXAMPLES, LEAST, QUIET, Parameters, query, unit_of, with_values


def page(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def typed(soup: BeautifulSoup) -> Parameters:
    """What the form of a page would post if its button were pressed, without what is empty."""
    form = soup.find("form", method="post")
    assert form is not None
    out: Parameters = []
    for control in form.find_all(["input", "select", "textarea"]):
        name, value = control.get("name"), ""
        if control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            value = chosen.get("value", chosen.get_text()) if chosen else ""
        elif control.name == "textarea":
            value = control.get_text().removeprefix("\n")
        elif control.get("type") in {"radio", "checkbox"}:
            value = control.get("value", "on") if control.has_attr("checked") else ""
        else:
            value = control.get("value", "")
        if name and (value or name.startswith("own-")):
            out.append((name, value))
    return out


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_the_form_that_a_link_fills_in_posts_back_to_the_link(client: FlaskClient, parameters: Parameters) -> None:
    link = f"/?{query(parameters)}"
    answer = client.post("/", data=_as_data(typed(page(client, link))))
    assert answer.status_code == 303
    canonical = client.get(f"/report.json?{query(parameters)}").json["link"]  # type: ignore[index]
    assert answer.location == canonical


def _as_data(parameters: Parameters) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for key, value in parameters:
        data.setdefault(key, []).append(value)
    return data


SHOWN = [group for group in catalogue.GROUPS if group.shown]
HIDDEN = [row for row in catalogue.DIRECTIVES if row.group not in {group.key for group in SHOWN}]


def drawn(soup: BeautifulSoup) -> list[str]:
    """The names of the directives that the page has a field for."""
    names = [control["name"] for control in soup.select("[name]:not(button):not([type=checkbox], [type=hidden])")]
    return [str(name) for name in names if catalogue.is_known(str(name))]


def test_the_page_shows_exactly_the_visible_groups_in_order(client: FlaskClient) -> None:
    soup = page(client, "/?name=")
    for group in SHOWN:
        rows = [row.name for row in catalogue.DIRECTIVES if row.group == group.key]
        often = [name for name in rows if name in COMMON_DIRECTIVES]
        rare = [name for name in rows if often and name not in COMMON_DIRECTIVES]
        fields = BeautifulSoup(str(soup.select_one(f"#group-{group.key}")), "html.parser")
        assert drawn(fields) == (often or rows) + rare
        assert [name for more in fields.select("details.more") for name in drawn(more)] == rare
    assert len(drawn(soup)) == len(catalogue.DIRECTIVES) - len(HIDDEN)
    assert [heading.get_text() for heading in soup.select("details.group h2")] == [group.title for group in SHOWN]


def test_a_set_directive_has_a_field_in_every_group(client: FlaskClient) -> None:
    lines = [(row.name, row.sample) for row in HIDDEN]
    answer = client.post("/", data=_as_data([*LEAST[:3], *lines, ("find", "no such thing")]))
    soup = BeautifulSoup(answer.text, "html.parser")
    assert sorted(name for name in drawn(soup) if catalogue.find(name) in HIDDEN) == sorted(row.name for row in HIDDEN)
    assert set(lines) <= set(typed(soup))


def test_adding_a_directive_by_name_preserves_the_input(client: FlaskClient) -> None:
    form = [("name", "half done"), ("ExecStart", "not/absolute"), ("find", "memoryhigh=")]
    soup = BeautifulSoup(client.post("/", data=dict(form)).text, "html.parser")
    field = soup.find(attrs={"name": "MemoryHigh"})
    assert field is not None
    assert field.has_attr("autofocus")
    assert set(form[:2]) <= set(typed(soup))
    assert not soup.select("#refusals, .notice")
    assert drawn(page(client, "/?name=&add=MemoryHigh")).count("MemoryHigh") == 1


def test_a_directive_is_found_by_a_word_of_its_help(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(LEAST) | {"find": "access bits"})
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.text, "html.parser")
    assert "UMask" in [button["value"] for button in soup.select("#found button")]
    assert soup.select("#unit-text")
    added = client.post("/", data=_as_data([*typed(soup), ("add", "CPUWeight")]))
    assert added.status_code == 200
    assert "CPUWeight" in drawn(BeautifulSoup(added.text, "html.parser"))


def test_a_search_without_a_result_suggests_similar_names(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.post("/", data=dict(LEAST) | {"find": "MemoryHihg"}).text, "html.parser")
    assert "MemoryHigh" in [button["value"] for button in soup.select("#found button")]
    hostile = BeautifulSoup(client.post("/", data=dict(LEAST) | {"find": "<b>" * 40_000}).text, "html.parser")
    assert not hostile.select("#found b")


def test_every_directive_without_a_field_is_offered_for_completion(client: FlaskClient) -> None:
    soup = page(client, "/?name=")
    options = [str(option.contents[0]).strip() for option in soup.select("datalist option")]
    assert options == [name for name in catalogue.names() if name not in drawn(soup)]
    assert len(options) > 200


def test_directives_that_affect_one_another_keep_their_order_in_the_form(client: FlaskClient) -> None:
    for lines in (["TimeoutSec", "TimeoutStopSec"], ["TimeoutStopSec", "TimeoutSec"]):
        link = f"/?{query([*LEAST, *((name, '5s') for name in lines)])}"
        again = client.post("/", data=_as_data(typed(page(client, link)))).location
        assert [name for name in drawn(page(client, again)) if name in lines] == lines
        assert again.index(f"{lines[0]}=") < again.index(f"{lines[1]}=")


def test_fields_too_new_for_the_target_are_marked(client: FlaskClient) -> None:
    soup = page(client, "/?name=&systemd=247&add=PrivatePIDs")
    marked = [tag.find_parent(class_="field").label.get_text() for tag in soup.select(".field .too-new")]  # type: ignore[union-attr]
    rows = [catalogue.find(name) for name in drawn(soup)]
    assert marked == [f"{row.name}=" for row in rows if not row.is_read_by(247)]
    option = soup.select_one('[name=PrivateTmp] option[value="disconnected"]')
    assert option is not None
    assert option.get_text() == "disconnected (needs 257)"
    assert not page(client, "/?name=&systemd=262").select(".field .too-new")


DRAWN_TWICE = [
    *(f"/?{query(parameters)}" for parameters in EXAMPLES.values()),
    *(
        f"/?{query(with_values(LEAST, systemd='247', PrivateTmp=word))}"
        for word in ("yes", "no", "disconnected", "<b>")
    ),
    f"/?{query([*LEAST, ('reset', 'CapabilityBoundingSet')])}",
    f"/?{query([*LEAST, ('PrivateTmp', 'yes'), ('PrivateTmp', 'no')])}",
    f"/?{query([*LEAST, ('ProtectSystem', 'full'), ('add', 'ProtectSystem')])}",
    f"/?{query([*LEAST, ('add', 'MemoryHigh')])}",
    f"/?{query(QUIET)}",
    f"/?{query(with_values(QUIET, TemporaryFileSystem=[]))}",
    "/?name=&systemd=247",
    "/?name=",
]


def test_a_cached_field_equals_a_newly_rendered_one(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {address: client.get(address).data for address in [*DRAWN_TWICE, *DRAWN_TWICE]}
    for address in DRAWN_TWICE:
        monkeypatch.setattr("app.web.form.field_cache._RENDERED", {})
        assert client.get(address).data == before[address], address


def test_the_page_shows_the_effective_settings(client: FlaskClient) -> None:
    dynamic = page(client, "/?name=my.app&ExecStart=/bin/true&DynamicUser=yes&systemd=257")
    shown = [code.get_text() for code in dynamic.select("#changes tbody th > code")]
    assert shown[0].startswith("User=_du")
    assert "ProtectSystem=strict" in shown
    written = page(client, "/?name=myapp&ExecStart=/bin/true&DynamicUser=yes&ProtectSystem=no&systemd=257")
    assert "written: no" in [note.get_text() for note in written.select("#changes .written")]
    assert not page(client, f"/?{query(LEAST)}").select("#changes")


FULL = [
    *LEAST,
    *[(row.name, row.sample) for row in catalogue.DIRECTIVES if row.group in {"hardening", "resources", "managed"}][
        :40
    ],
]


@pytest.mark.parametrize("parameters", [[], [("name", "")], *EXAMPLES.values(), LEAST, FULL])
def test_the_page_is_small(client: FlaskClient, parameters: Parameters) -> None:
    size = len(client.get(f"/?{query(parameters)}").data)
    assert size < 150_000, size


def test_without_parameters_the_page_shows_the_default_form(client: FlaskClient) -> None:
    soup = page(client, "/")
    assert ("User", "myapp") in typed(soup)
    assert [text.get_text() for text in soup.select("#unit-text")] == [render(unit_of(list(profiles.STARTER)))]
    assert soup.find("a", href=lambda href: href is not None and href.startswith("/?name=&"))


def test_the_empty_form_has_no_errors_and_no_result(client: FlaskClient) -> None:
    soup = page(client, "/?name=")
    assert not soup.find_all(attrs={"aria-invalid": "true"})
    assert not soup.find_all("pre")
    assert [value for name, value in typed(soup) if name not in {"systemd", "runs-as"} and value] == []


def test_unknown_parameters_are_named_and_ignored(client: FlaskClient) -> None:
    assert page(client, f"/?{query(LEAST)}&utm_source=mail").find(
        string=lambda text: text is not None and "utm_source" in text
    )


def test_invalid_input_is_preserved_with_an_error_beside_the_field(client: FlaskClient) -> None:
    bad = with_values(LEAST, ProtectHome="readonly", Description="Keep <me> & “me”")
    soup = page(client, f"/?{query(bad)}", 422)
    field = soup.find(attrs={"name": "ProtectHome"})
    assert field is not None
    assert field["aria-invalid"] == "true"
    described = " ".join(
        soup.find(id=part).get_text() for part in field["aria-describedby"].split() if soup.find(id=part)
    )  # type: ignore[union-attr]
    assert "Did you mean “read-only”?" in described
    assert set(bad) <= set(typed(soup))
    assert not soup.find_all("pre")
    assert not soup.find_all("button", attrs={"data-copy": True})


def test_a_misspelt_directive_stays_on_the_page_until_its_value_is_removed(client: FlaskClient) -> None:
    soup = page(client, f"/?{query([*LEAST, ('ProtectSytem', 'yes')])}", 422)
    again = client.post("/", data=_as_data(typed(soup)))
    assert again.status_code == 422
    emptied = [(key, "" if key == "ProtectSytem" else value) for key, value in typed(soup)]
    assert client.post("/", data=_as_data(emptied)).location == client.post("/", data=dict(LEAST)).location


def test_a_valid_post_is_answered_with_its_link(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(LEAST))
    assert answer.status_code == 303
    assert answer.location == f"/?{query(LEAST)}".replace("%2F", "/")


def test_a_post_with_a_secret_shows_the_page_and_no_link(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(LEAST) | {"Environment": "DB_PASSWORD=hunter2"})
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.text, "html.parser")
    assert not [tag for tag in soup.find_all(href=True) if "hunter2" in tag["href"]]
    buttons = soup.select("button[form=again][name=download]")
    assert {button["formaction"] for button in buttons} >= {"/myapp.service", "/prep.sh", "/install.sh"}
    assert [field["value"] for field in soup.select("#again [name=Environment]")] == ["DB_PASSWORD=hunter2"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x>',
        "javascript:alert(1)",
        "{{7*7}}",
        "</pre><b>",
        "https://evil.example/",
    ],
)
@pytest.mark.parametrize(
    "name", ["name", "Description", "User", "ExecStart", "own", "Environment", "Xyz<b>", "runs-as"]
)
def test_values_are_text_and_never_markup_or_links(client: FlaskClient, name: str, hostile: str) -> None:
    for answer in (
        client.get("/", query_string=dict(LEAST) | {name: hostile}),
        client.post("/", data=dict(LEAST) | {name: hostile}, follow_redirects=True),
    ):
        soup = BeautifulSoup(answer.text, "html.parser")
        assert not soup.find_all("img", src="x")
        assert all(not script.get_text() and script["src"].startswith("/static/") for script in soup.find_all("script"))
        hrefs = [tag["href"] for tag in soup.find_all(href=True)]
        assert not [href for href in hrefs if href.startswith(("javascript:", "https://evil"))]
        assert "49" not in soup.get_text().split(hostile)[0][-4:]


def test_the_guide_has_every_example_with_its_link(client: FlaskClient) -> None:
    soup = page(client, "/guide")
    hrefs = {tag["href"] for tag in soup.find_all("a", href=True)}
    for parameters in list(EXAMPLES.values())[1:]:
        assert client.get(f"/report.json?{query(parameters)}").json["link"] in hrefs  # type: ignore[index]


GUIDE_LINES = {
    "non-root": ["User=myapp", "Group=myapp"],
    "dynamic-user": ["DynamicUser=yes", "ExecStart=/usr/local/bin/myapp", "StateDirectory=myapp", "CacheDirectory=myapp", "LogsDirectory=myapp"],
    "supplementary-groups": ["User=myapp", "Group=myapp", "SupplementaryGroups=ssl-cert docker"],
    "state-directory": ["StateDirectory=myapp"],
    "hardening": [
        "User=myapp", "Group=myapp", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "ReadWritePaths=/opt/myapp/data", "PrivateTmp=yes",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("key", "lines"), GUIDE_LINES.items())
def test_an_example_is_what_the_guide_prints(key: str, lines: list[str]) -> None:
    text = render(unit_of(EXAMPLES[key]))
    service = text.partition("[Service]\n")[2].partition("\n\n")[0].splitlines()
    assert sorted(service) == sorted(
        {*lines, "ExecStart=/usr/local/bin/myapp"}
        | ({"User=myapp", "Group=myapp"} if key == "state-directory" else set())
    )
    hardening = [line for line in service if line in lines]
    assert key != "hardening" or hardening == lines


def test_the_score_is_shown_with_a_way_to_close_every_row(client: FlaskClient) -> None:
    report = client.get(f"/report.json?{query(EXAMPLES['starter'])}").json
    assert report is not None
    soup = page(client, f"/?{query(EXAMPLES['starter'])}")
    shown = soup.select_one("#exposure .score")
    assert shown is not None
    assert shown.get_text(" ", strip=True) == f"{report['exposure']['overall']} {report['exposure']['level']}"
    costly = [row for row in report["exposure"]["rows"] if row["exposure"]]
    assert len(soup.select("#exposure tbody tr")) == len(costly)
    links = [link["href"] for link in soup.select("#exposure tbody a")]
    buttons = soup.select("#exposure tbody button[name=close]")
    assert links
    assert buttons
    unlinked = [
        cell.get_text() for cell in soup.select("#exposure tbody td:last-child") if not cell.find(["a", "button"])
    ]
    assert unlinked == ["–"] * len(unlinked)
    for button in buttons[::5]:
        hidden = [(tag["name"], tag["value"]) for tag in soup.select(f"#{button['form']} input[type=hidden]")]
        answer = client.get(f"/?{query([*hidden, ('close', str(button['value']))])}")
        assert answer.status_code == 303
        links.append(answer.location)
    for link in links:
        closed = client.get(f"/report.json{link.removeprefix('/')}").json
        assert closed is not None
        assert closed["exposure"]["overall"] <= report["exposure"]["overall"]
        assert sum(bool(row["exposure"]) for row in closed["exposure"]["rows"]) < len(costly)


def test_possible_failures_are_folded_and_have_a_command_for_each_cause(client: FlaskClient) -> None:
    panel = page(client, f"/?{query(LEAST)}").select_one("#failures")
    assert panel is not None
    assert panel.details is not None
    assert not panel.details.has_attr("open")
    diagnosis = diagnose(Effective(unit_of(LEAST)))
    assert [term.code.get_text() for term in panel.select("dt") if term.code] == [f.status for f in diagnosis.failures]
    shown = [cause.code.get_text() for cause in panel.select("dd") if cause.code]
    assert shown == [cause.command.text(sudo=True) for f in diagnosis.failures for cause in f.causes]
    assert f"the other {len(diagnosis.others)} statuses" in panel.get_text()


def test_the_migration_from_root_is_shown_on_request(client: FlaskClient) -> None:
    soup = page(client, f"/?{query(LEAST)}")
    button = soup.select_one("#moving button")
    assert button is not None
    assert not soup.select("#moving pre, #moving details[open]")
    assert (button["form"], button["name"], button["value"]) == ("again", "show", "moving")
    panel = page(client, f"/?{query(LEAST)}&show=moving").select_one("#moving")
    assert panel is not None
    assert panel.select("details[open]")
    unit = Effective(unit_of(LEAST))
    plan = (*migrate.steps(unit), *migrate.way_back(unit))
    assert [text.get_text() for text in panel.select("pre")] == [paste(s) for s in plan if s not in prepare(unit)]
    said = [step.get_text().strip() for step in panel.select("li") if not step.pre]
    assert said == [f"Step {prepare(unit).index(s) + 1} of the preparation." for s in plan if s in prepare(unit)]
    assert len(said) == 4


def test_a_unit_that_runs_as_root_is_first_referred_to_the_account_choice(client: FlaskClient) -> None:
    panel = page(client, f"/?{query(with_values(LEAST, User=[]))}&show=moving").select_one("#moving")
    assert panel is not None
    assert not panel.select("pre")
    assert panel.select_one("a[href='#group-identity']") is not None


def test_a_unit_without_a_link_can_be_migrated(client: FlaskClient) -> None:
    secret = [*LEAST, ("Environment", "API_TOKEN=abc"), ("show", "moving")]
    soup = BeautifulSoup(client.post("/", data=_as_data(secret)).text, "html.parser")
    assert soup.select("#moving pre")

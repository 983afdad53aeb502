"""The templates, by structure: what every field of the page and every text of the result must come with."""

import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from app import catalogue, profiles
from app.catalogue.reserved import KNOWN_GROUPS
from app.catalogue.versions import DISTRIBUTIONS, NEWEST, OLDEST
from app.effective import Effective
from app.host.prep import useradd_flags
from app.report import steps_text
from app.web.form.entry import make_report
from tests.support.configurations import EXAMPLES, LEAST, QUIET, Parameters, query, read, unit_of, with_values

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").rglob("*.html"))
PAGES = [
    "/",
    "/?name=",
    "/guide",
    "/compare",
    "/directives",
    "/directives?q=memory",
    "/rules",
    f"/?{query(with_values(LEAST, ProtectHome='readonly'))}",
    "/nothing",
    "/server",
    f"/server?service={quote_plus(query(LEAST))}&service={quote_plus(query(with_values(LEAST, name='b', StateDirectory='b')))}",
]

MANY_FINDINGS = with_values(
    LEAST, SupplementaryGroups="docker", StateDirectory="myapp", ConfigurationDirectory="myapp", ReadWritePaths="/opt/x"
)


def page(client: FlaskClient, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).text, "html.parser")


def form_of(client: FlaskClient, parameters: Parameters) -> BeautifulSoup:
    return page(client, f"/?{query(parameters)}")


def by_id(soup: BeautifulSoup, name: str) -> Tag:
    found = soup.find(id=name)
    assert isinstance(found, Tag), f"nothing has the id {name}"
    return found


def described(soup: BeautifulSoup, control: Tag) -> str:
    """The text that stands in aria-describedby of a control; every id in it must be there."""
    return " ".join(
        by_id(soup, name).get_text(" ", strip=True) for name in str(control.get("aria-describedby", "")).split()
    )


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


# --- all templates -----------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_declared_safe_and_nothing_is_styled_or_scripted_inline(template: Path) -> None:
    source = template.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape", source)
    soup = BeautifulSoup(re.sub(r"\{[{%#].*?[}%#]\}", "", source, flags=re.DOTALL), "html.parser")
    assert not soup.find_all(style=True)
    assert not soup.find_all("style")
    assert all(script.get("src") is not None or not script.get_text() for script in soup.find_all("script"))
    assert not [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on")]


@pytest.mark.parametrize("address", PAGES)
def test_ids_are_given_once_and_every_reference_has_its_id(client: FlaskClient, address: str) -> None:
    soup = page(client, address)
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    references = ("aria-describedby", "aria-labelledby", "for", "data-copy")
    named = {word for tag in soup.find_all() for key in references for word in str(tag.get(key, "")).split()}
    named |= {link["href"][1:] for link in soup.find_all("a", href=re.compile("^#"))}
    assert named <= set(ids)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_a_title_one_main_heading_and_all_links(client: FlaskClient, address: str) -> None:
    soup = page(client, address)
    assert soup.title
    assert soup.title.get_text()
    assert len(soup.find_all("h1")) == 1
    pages = ["/", "/import", "/server", "/compare", "/guide", "/directives", "/rules"]
    assert [link["href"] for link in soup.select("header nav a")] == pages


@pytest.mark.parametrize("address", PAGES)
def test_only_manual_pages_lie_outside(client: FlaskClient, address: str) -> None:
    for tag in page(client, address).find_all(["a", "link", "script", "img", "form"]):
        target = tag.get("href") or tag.get("src") or tag.get("action") or ""
        if not target.startswith(("/", "#")):
            assert target.startswith("https://www.freedesktop.org/software/systemd/man/")
            assert not tag.has_attr("target")


# --- the form ----------------------------------------------------------------------------------


def test_every_row_has_a_field_with_label_help_and_manual_page(client: FlaskClient) -> None:
    answer = client.post("/", data={"name": "x", "add": [row.name for row in catalogue.DIRECTIVES]})
    soup = BeautifulSoup(answer.text, "html.parser")
    controls = {tag["id"]: tag for tag in soup.select("#unit-form [id][name]")}
    labels = {tag["for"]: words(tag) for tag in soup.find_all("label", attrs={"for": True})}
    texts = {tag["id"]: tag.get_text(" ", strip=True) for tag in soup.select(".help[id]")}
    manuals = {link["href"].partition("/latest/")[2] for link in soup.select("a.manual")}
    for row in catalogue.DIRECTIVES:
        control = controls[row.name]
        assert control["name"] == row.name
        assert labels[row.name] == f"{row.name}="
        told = " ".join(texts[name] for name in control["aria-describedby"].split() if name in texts)
        assert row.help in told
        assert row.default in words(control) + told
        if row.example and control.name != "select":
            assert control["placeholder"] == row.example
        assert (row.manual_page in manuals) or not row.documented


def test_an_unset_choice_describes_the_default(client: FlaskClient) -> None:
    select = by_id(page(client, "/?name="), "ProtectSystem")
    options = {option.get("value", words(option)): words(option) for option in select.find_all("option")}
    assert options == {"": "not set (no)", "yes": "yes", "no": "no", "full": "full", "strict": "strict"}


def test_a_repeating_directive_has_one_value_per_line(client: FlaskClient) -> None:
    soup = form_of(client, with_values(LEAST, Environment=["A=1", "B=<2>"]))
    assert by_id(soup, "Environment").get_text() == "A=1\nB=<2>"


def test_the_target_is_chosen_among_distributions_and_versions(client: FlaskClient) -> None:
    select = by_id(page(client, "/?name="), "systemd")
    groups = {group["label"]: [o["value"] for o in group.find_all("option")] for group in select.find_all("optgroup")}
    assert groups["Distributions"] == [target.key for target in DISTRIBUTIONS]
    assert groups["Versions"] == [str(version) for version in range(NEWEST, OLDEST - 1, -1)]


@pytest.mark.parametrize(("given", "chosen"), [("", "262"), ("&systemd=debian-12", "debian-12"), ("&systemd=1", "1")])
def test_the_target_given_is_the_one_chosen(client: FlaskClient, given: str, chosen: str) -> None:
    select = by_id(page(client, f"/?name=x{given}"), "systemd")
    assert [option["value"] for option in select.find_all("option", selected=True)] == [chosen]


@pytest.mark.parametrize(
    ("parameters", "identity"),
    [
        (LEAST, "own"),
        ([*LEAST, ("account", "existing")], "existing"),
        ([*with_values(LEAST, User=[]), ("DynamicUser", "yes")], "dynamic"),
        (with_values(LEAST, User=[]), "root"),
    ],
)
def test_the_selected_account_choice_is_checked(client: FlaskClient, parameters: Parameters, identity: str) -> None:
    soup = form_of(client, parameters)
    choices = soup.find_all("input", attrs={"type": "radio", "name": "runs-as"})
    assert [choice["value"] for choice in choices if choice.has_attr("checked")] == [identity]
    assert all(described(soup, choice) for choice in choices)
    assert not by_id(soup, "unit-form").find_all(attrs={"name": "account"})


def test_the_common_groups_are_listed_with_their_rights(client: FlaskClient) -> None:
    shown = {words(row.dt): words(row.dd) for row in page(client, "/").select(".known-groups dl > div")}
    for group in KNOWN_GROUPS:
        if group.suggested:
            assert group.grants in shown[group.name]
            assert ("undoes isolation" in shown[group.name]) == bool(group.why_dangerous)


def test_the_managed_directories_are_a_table(client: FlaskClient) -> None:
    rows = page(client, "/").select("table.managed tbody tr")
    assert len(rows) == len(catalogue.MANAGED_ROOTS)
    for row, root in zip(rows, catalogue.MANAGED_ROOTS, strict=True):
        assert root.root in words(row.th)
        assert root.use in words(row.th)
        assert {control["name"] for control in row.select("input, textarea")} == {root.directive, root.mode_directive}


@pytest.mark.parametrize(
    "own", ["/srv/a", "/srv/a:0700", "/srv/a::ro", "/srv/a:0700:ro", "/etc:x", "a:b:c", "/srv/a:", "/srv/a:ro"]
)
def test_own_directories_are_rows_that_post_the_given_values(client: FlaskClient, own: str) -> None:
    soup = form_of(client, [*LEAST, ("own", own)])
    paths, modes = ([tag["value"] for tag in soup.find_all(attrs={"name": f"own-{key}"})] for key in ("path", "mode"))
    accesses = [
        option["value"] if (option := select.find("option", selected=True)) else ""
        for select in soup.find_all("select", attrs={"name": "own-access"})
    ]
    assert len(paths) == len(modes) == len(accesses) == 3
    assert f"{paths[0]}:{modes[0]}:{accesses[0]}".rstrip(":") == own.rstrip(":")
    assert (paths[1:], modes[1:], accesses[1:]) == (["", ""], ["", ""], ["", ""])


def test_no_capability_is_a_separate_choice(client: FlaskClient) -> None:
    box = page(client, "/?name=").find("input", attrs={"name": "reset", "value": "CapabilityBoundingSet"})
    assert box
    assert not box.has_attr("checked")
    assert words(box.parent) == "No capability at all"


@pytest.mark.parametrize("name", ["CapabilityBoundingSet", "ReadWritePaths", "User", "NoSuchThing"])
def test_a_list_that_is_emptied_first_is_never_lost(client: FlaskClient, name: str) -> None:
    soup = form_of(client, [*LEAST, ("reset", name)])
    boxes = soup.find_all("input", attrs={"name": "reset", "checked": True})
    assert [box["value"] for box in boxes] == [name]


def test_groups_show_their_number_of_set_fields_and_fold_if_empty(client: FlaskClient) -> None:
    soup = form_of(client, with_values(QUIET, ProtectHome="yes"))
    hardening, resources = by_id(soup, "group-hardening"), by_id(soup, "group-resources")
    assert (hardening.has_attr("open"), resources.has_attr("open")) == (True, False)
    assert [words(count) for count in hardening.select("summary .count")] == ["4 set"]


# --- what is refused and what is found -----------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "a b"), ("systemd", "1"), ("ProtectHome", "readonly"), ("ExecStart", "bin/myapp"), ("UMask", "9"),
     ("StateDirectory", "/var/lib/x"), ("StateDirectory", "dpkg"), ("Restart", "never"), ("Environment", "1=2")],
)  # fmt: skip
def test_an_error_is_tied_to_its_field_and_listed_on_top(client: FlaskClient, field: str, value: str) -> None:
    parameters = with_values(LEAST, **{field: value})
    soup = form_of(client, parameters)
    control = by_id(soup, field)
    assert control["aria-invalid"] == "true"
    top = by_id(soup, "refusals")
    for sentence in read(parameters).errors[field]:
        assert sentence in described(soup, control)
        assert sentence in words(top)
    assert top.find("a", href=f"#{field}")
    assert not [c for c in soup.find_all(attrs={"aria-invalid": "true"}) if c is not control]


@pytest.mark.parametrize(
    ("parameters", "anchor"),
    [
        ([*LEAST, ("own", "/etc/x")], "own"),
        ([*LEAST, ("runs-as", "root")], "runs-as"),
        ([*with_values(LEAST, User=[]), ("account", "existing")], "runs-as"),
        ([*LEAST, ("reset", "NoSuchThing")], "reset"),
    ],
)
def test_an_error_of_a_parameter_of_the_tool_is_in_its_group(
    client: FlaskClient, parameters: Parameters, anchor: str
) -> None:
    soup = form_of(client, parameters)
    (sentence,) = (sentence for found in read(parameters).errors.values() for sentence in found)
    assert sentence in words(by_id(soup, anchor))
    assert by_id(soup, "refusals").find("a", href=f"#{anchor}")
    group = by_id(soup, anchor).find_parent("details")
    assert group is None or group.has_attr("open")


def test_an_unknown_directive_is_reported_at_the_top(client: FlaskClient) -> None:
    top = by_id(form_of(client, [*LEAST, ("ProtectSytem", "yes")]), "refusals")
    assert "“ProtectSytem” is not a directive known here. Did you mean “ProtectSystem”?" in words(top)
    assert not top.find_all("a")


def test_a_refused_form_has_no_texts_and_nothing_to_take_along(client: FlaskClient) -> None:
    result = by_id(form_of(client, with_values(LEAST, ProtectHome="readonly")), "result")
    assert not result.find_all(["pre", "button", "input", "form"])
    assert [link["href"] for link in result.find_all("a")] == ["#refusals"]


def test_findings_are_above_the_result_and_beside_their_fields(client: FlaskClient) -> None:
    soup = form_of(client, MANY_FINDINGS)
    findings = read(MANY_FINDINGS).findings
    assert len({finding.severity for finding in findings}) > 1
    shown = by_id(soup, "findings").select("li > .notice")
    assert len(shown) == len(findings)
    for notice, finding in zip(shown, findings, strict=True):
        assert words(notice.p).startswith(finding.severity.capitalize())
        assert finding.message in words(notice)
        assert finding.why in words(notice.details)
        assert finding.message in described(soup, by_id(soup, finding.field))
        fix = notice.find("a", class_="fix")
        assert (words(fix) if fix else None) == (finding.fix.label if finding.fix else None)


def test_the_fix_of_a_finding_is_a_link_without_it(client: FlaskClient) -> None:
    soup = form_of(client, MANY_FINDINGS)
    for fix in by_id(soup, "findings").select("a.fix"):
        after = page(client, fix["href"])
        messages = [words(notice.p) for notice in after.select("#findings .notice")]
        assert words(fix.find_parent(class_="notice").p) not in messages


def test_unknown_parameters_are_named(client: FlaskClient) -> None:
    soup = form_of(client, [*LEAST, ("utm_source", "mail")])
    assert [words(code) for code in by_id(soup, "ignored").find_all("code")] == ["utm_source"]


# --- the result ----------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_the_texts_to_copy_are_the_texts_of_the_report(client: FlaskClient, parameters: Parameters) -> None:
    soup, report = form_of(client, parameters), make_report(read(parameters))
    wanted = {
        "unit-text": report.text,
        "prep-text": steps_text(report.prep),
        "install-text": steps_text(report.install),
    }
    for name, text in wanted.items():
        assert by_id(soup, name).get_text() == text
        assert soup.find("button", attrs={"data-copy": name})
    assert [words(step.p) for step in by_id(soup, "prep").select(".steps > li")] == [s.why for s in report.prep]


def test_downloads_and_share_are_links_that_answer(client: FlaskClient) -> None:
    soup = form_of(client, LEAST)
    downloads = [link["href"] for link in by_id(soup, "result").select(".takes a")]
    assert [address.partition("?")[0] for address in downloads] == ["/myapp.service", "/prep.sh", "/install.sh"]
    for address in downloads:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
    share = by_id(soup, "share-link")["value"]
    assert client.get(share).status_code == 200
    assert by_id(soup, "curl-line")["value"].startswith("curl -fsS ")


@pytest.mark.parametrize("values", [{}, {"Environment": "DB_PASSWORD=hunter2"}], ids=["link", "secret"])
def test_other_ways_are_buttons_that_answer_with_their_text(client: FlaskClient, values: dict[str, str]) -> None:
    soup = BeautifulSoup(client.post("/", data=dict(LEAST) | values, follow_redirects=True).text, "html.parser")
    panel, again = by_id(soup, "other-ways"), by_id(soup, "again")
    assert not panel.select("details[open]")
    buttons = panel.select("button[form=again]")
    assert [button["formaction"] for button in buttons] == ["/sysusers.conf", "/tmpfiles.conf", "/ansible.yml", "/undo.sh"]  # fmt: skip
    pairs = MultiDict((i["name"], i["value"]) for i in again.select("input"))
    for button in buttons:
        address = str(button["formaction"])
        answer = client.post(address, data=pairs) if again["method"] == "post" else client.get(address, query_string=pairs)  # fmt: skip
        assert answer.status_code == 200
        assert "myapp.service" in answer.text


def test_without_a_link_the_downloads_post_and_the_page_gives_the_reason(client: FlaskClient) -> None:
    secret = dict(LEAST) | {"Environment": "DB_PASSWORD=hunter2"}
    soup = BeautifulSoup(client.post("/", data=secret).text, "html.parser")
    assert "There is no link" in words(by_id(soup, "share"))
    assert not soup.find(id="share-link")
    buttons = by_id(soup, "result").select("button[name=download][formaction]")
    assert len(buttons) >= 3
    for button in buttons:
        assert button["formmethod"] == "post"
        given = {i["name"]: i["value"] for i in by_id(soup, str(button["form"])).select("input[type=hidden]")}
        answer = client.post(str(button["formaction"]), data=given | {"download": "1"})
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_flags_of_useradd_are_explained_where_a_user_is_created(client: FlaskClient) -> None:
    for parameters in (LEAST, with_values(LEAST, uid="850")):
        table = by_id(form_of(client, parameters), "useradd-flags")
        shown = [(words(row.th), words(row.td)) for row in table.find_all("tr")]
        assert shown == list(useradd_flags(Effective(unit_of(parameters))))
    assert not form_of(client, with_values(LEAST, User=[], DynamicUser="yes")).find(id="useradd-flags")


def test_only_the_default_form_is_labelled_as_an_example(client: FlaskClient) -> None:
    banner = by_id(page(client, "/"), "starter")
    assert "example" in words(banner)
    assert banner.find("a", href="/?name=&systemd=252")
    assert not form_of(client, list(profiles.STARTER)).find(id="starter")


# --- the guide -----------------------------------------------------------------------------------


@pytest.mark.parametrize("example", profiles.GUIDE_EXAMPLES, ids=lambda example: example.key)
def test_every_example_of_the_guide_can_be_tried(client: FlaskClient, example: profiles.Example) -> None:
    figure = by_id(page(client, "/guide"), f"example-{example.key}")
    report = make_report(read(list(example.parameters)))
    assert figure.pre
    assert figure.pre.get_text() == report.text
    link = figure.select_one("figcaption a")
    assert link
    assert link["href"] == report.link
    assert by_id(page(client, link["href"]), "unit-text").get_text() == report.text


def test_the_contents_of_the_guide_name_its_sections_in_order(client: FlaskClient) -> None:
    soup = page(client, "/guide")
    contents = [(link["href"][1:], words(link)) for link in soup.select(".toc a")]
    assert contents == [(section["id"], words(section.h2)) for section in soup.select("article > section")]

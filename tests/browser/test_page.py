"""The page in a real browser: what a person does, with JavaScript and without."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, Page, expect

from app import profiles

Visitor = Callable[..., BrowserContext]

STARTER = f"/?{urlencode(profiles.STARTER)}"
BUSY = (
    "/?name=a-service-with-a-rather-long-name&systemd=rhel-9&ExecStart=/opt/myapp/bin/myapp+--with=a+--long=line+of+arguments"
    "&User=myapp&StateDirectory=myapp&SupplementaryGroups=docker&ReadWritePaths=/opt/x&own=/srv/myapp:0750:ro"
    "&ConfigurationDirectory=myapp&Environment=AN_UNBROKEN_VALUE=" + "x" * 120
)
REFUSED = (
    "/?name=a+b&systemd=1&User=myapp&ProtectSytem=yes&own=/etc/x:999&reset=NoSuchThing&StateDirectory=" + "x/" * 60
)

VALUES_OF_FORM = """() => Object.fromEntries(
  [...new Set(new FormData(document.getElementById("unit-form")).keys())].map(
    (key) => [key, new FormData(document.getElementById("unit-form")).getAll(key)]))"""


def fill_the_empty_form(page: Page) -> None:
    """Describe a small service: a user of its own, data below /var/lib, a directory elsewhere."""
    page.goto("/")
    page.get_by_role("link", name="Start empty").first.click()
    page.get_by_label("Unit name").fill("shop")
    page.get_by_label("systemd of the target").select_option("debian-12")
    page.get_by_label("ExecStart=", exact=True).fill("/opt/shop/bin/shop --name=<a&b>")
    page.get_by_label("Environment=", exact=True).fill("PORT=8080\nNAME='two words'")
    page.get_by_role("radio", name="A user of its own").check()
    page.get_by_label("User=", exact=True).fill("shop")
    page.get_by_label("UMask=", exact=True).fill("0077")
    page.get_by_label("StateDirectory=", exact=True).fill("shop")
    page.get_by_label("StateDirectoryMode=", exact=True).fill("0700")
    page.locator("#group-own > summary").click()
    page.get_by_label("Path of directory 1").fill("/srv/shop/data")
    page.get_by_label("Mode of directory 1").fill("0750")
    page.locator("#group-hardening > summary").click()
    page.get_by_label("ProtectSystem=", exact=True).select_option("strict")
    page.get_by_label("No capability at all").check()
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#result-title")).to_have_text("shop.service")


UNIT = """\
[Service]
ExecStart=/opt/shop/bin/shop --name=<a&b>
Environment=PORT=8080
Environment=NAME='two words'
User=shop
UMask=0077
StateDirectory=shop
StateDirectoryMode=0700
ProtectSystem=strict
ReadWritePaths=/srv/shop/data
CapabilityBoundingSet=
"""


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def texts(page: Page) -> dict[str, str]:
    """The texts that the copy buttons take, by the id of their source."""
    ids = ["unit-text", "prep-text", "install-text"]
    return {name: page.locator(f"#{name}").evaluate("pre => pre.textContent") for name in ids}


def test_a_filled_form_gives_the_unit_to_copy_and_a_link_with_the_same_form(visitor: Visitor) -> None:
    context = visitor(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    fill_the_empty_form(page)
    assert page.locator("#unit-text").text_content() == UNIT

    page.get_by_role("button", name="Copy the unit file").click()
    expect(page.get_by_role("status")).to_have_text("Copied the unit file.")
    address = page.get_by_role("link", name="Download the unit file").get_attribute("href")
    assert address
    raw = context.request.get(address)
    assert raw.ok
    assert clipboard(page) == raw.text() == UNIT

    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status")).to_have_text("Copied the link.")
    link = clipboard(page)
    assert link == page.url
    tab = context.new_page()
    tab.goto(link)
    assert tab.evaluate(VALUES_OF_FORM) == page.evaluate(VALUES_OF_FORM)
    assert texts(tab) == texts(page)


def test_each_copy_button_copies_exactly_its_text(visitor: Visitor) -> None:
    page = visitor(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(BUSY)
    said = page.get_by_role("status")
    for source, text in texts(page).items():
        button = page.locator(f"button[data-copy={source}]")
        button.click()
        expect(said).to_have_text(f"Copied {button.get_attribute('data-what')}.")
        assert clipboard(page) == text
        expect(button).to_contain_text("Copied")


def test_copying_works_where_there_is_no_clipboard_api(visitor: Visitor) -> None:
    context = visitor(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(STARTER)
    page.get_by_role("button", name="Copy the preparation").click()
    expect(page.get_by_role("status")).to_have_text("Copied the preparation.")
    reader = context.new_page()
    reader.goto(STARTER)
    assert clipboard(reader) == texts(page)["prep-text"]


def test_a_refused_form_preserves_the_input_and_focuses_the_errors(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/?name=")
    page.get_by_label("Unit name").fill("shop")
    page.get_by_label("ExecStart=", exact=True).fill("/opt/shop/bin/shop")
    page.get_by_label("StateDirectory=", exact=True).fill("/var/lib/shop")
    page.get_by_label("User=", exact=True).fill("shop")
    page.get_by_role("button", name="Generate").click()
    top = page.get_by_role("alert")
    expect(top).to_be_focused()
    expect(top).to_contain_text("absolute path")
    expect(page.get_by_label("ExecStart=", exact=True)).to_have_value("/opt/shop/bin/shop")
    expect(page.get_by_label("StateDirectory=", exact=True)).to_have_value("/var/lib/shop")
    expect(page.locator("#result pre, #result button")).to_have_count(0)
    top.get_by_role("link", name="StateDirectory=").click()
    expect(page.get_by_label("StateDirectory=", exact=True)).to_be_in_viewport()


def test_the_link_of_a_finding_resolves_it(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto(BUSY)
    fix = page.locator("#findings").get_by_role("link", name="Set StateDirectoryMode=0700")
    fix.click()
    expect(fix).to_have_count(0)
    expect(page.get_by_label("StateDirectoryMode=", exact=True)).to_have_value("0700")


def test_without_javascript_everything_except_copying_works(visitor: Visitor, tmp_path: Path) -> None:
    context = visitor(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    fill_the_empty_form(page)
    text = page.locator("#unit-text")
    assert text.text_content() == UNIT
    expect(text).to_be_visible()
    expect(text).to_have_css("user-select", "all")
    expect(page.locator("button[data-copy]").first).to_be_hidden()

    for what, source in [("the unit file", UNIT), ("the preparation as a script", "#!/bin/sh\n")]:
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Download {what}").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert file.read_text().startswith(source)

    link = page.locator("#share-link").input_value()
    tab = context.new_page()
    tab.goto(link)
    assert tab.locator("#unit-text").text_content() == UNIT
    tab.get_by_label("UMask=", exact=True).fill("no mode")
    tab.get_by_role("button", name="Generate").click()
    expect(tab.locator("#UMask-notes")).to_contain_text("is not an octal mode")


def test_a_secret_gets_no_link_and_downloads_by_posting(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor(accept_downloads=True).new_page()
    page.goto(STARTER)
    page.get_by_label("Environment=", exact=True).fill("DB_PASSWORD=hunter2")
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#share")).to_contain_text("There is no link")
    assert "hunter2" not in page.url
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the unit file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "myapp.service"
    assert file.read_text() == page.locator("#unit-text").text_content()


def test_the_result_is_beside_the_form_and_below_it_on_a_phone(visitor: Visitor) -> None:
    page = visitor(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(STARTER)
    form, result = (page.locator(part).bounding_box() for part in (".form-column", "#result"))
    assert form
    assert result
    assert result["x"] > form["x"] + form["width"]
    page.evaluate("window.scrollTo(0, 2000)")
    expect(page.locator("#result-title")).to_be_in_viewport()
    page.set_viewport_size({"width": 390, "height": 844})
    form, result = (page.locator(part).bounding_box() for part in (".form-column", "#result"))
    assert form
    assert result
    assert result["y"] > form["y"] + form["height"]


def test_the_guide_leads_to_forms_filled_in(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto("/guide")
    for example in profiles.GUIDE_EXAMPLES:
        page.get_by_role("link", name=f"Try it ({example.title})").click()
        for key, value in example.parameters:
            if key[:1].isupper():
                expect(page.get_by_label(f"{key}=", exact=True)).to_have_value(value)
        page.go_back()


def test_the_skip_link_is_first_in_the_tab_order(visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto(STARTER)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()

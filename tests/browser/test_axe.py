"""axe-core has nothing to say of any page: WCAG 2.2 AA and its own good practice, in both schemes, on a desk and a phone."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from app.unitfile import links
from tests.browser.test_page import BUSY, REFUSED, STARTER
from tests.server.cases import starter

Visitor = Callable[..., BrowserContext]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERVICES = [starter("web", own="/srv/web"), starter("worker", User="web", Group="web", own="/srv/web/more")]
SERVER = "/server?" + "&".join(f"service={quote(links.query(unit), safe='')}" for unit in SERVICES)
AS_ROOT = f"{STARTER}&ExecStartPre=%2B/usr/bin/true&show=moving&timer.Timer.OnCalendar=daily"
PAGES = {
    "starter": "/",
    "empty": "/?name=",
    "root": AS_ROOT,
    "busy": BUSY,
    "refused": REFUSED,
    "search": f"{STARTER}&find=memory",
    "import": "/import",
    "server": SERVER,
    "no server": "/server",
    "compare": f"/compare?a={quote(STARTER[2:], safe='')}&b={quote(AS_ROOT[2:], safe='')}",
    "guide": "/guide",
    "directives": "/directives?q=limit",
    "rules": "/rules",
    "not found": "/no-such-page",
}
SCREENS = {"desk": {"width": 1360, "height": 900}, "phone": {"width": 390, "height": 844}}


def faults(page: Page) -> list[str]:
    """What axe finds on a page as it is, each with where."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:150]} {node['failureSummary']}" for fault in found for node in fault["nodes"]
    ]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visitor: Visitor, name: str, scheme: str, screen: str) -> None:
    page = visitor(viewport=SCREENS[screen], color_scheme=scheme).new_page()
    page.goto(PAGES[name])
    if name != "starter":
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_an_import_with_preserved_lines(visitor: Visitor, scheme: str) -> None:
    page = visitor(viewport=SCREENS["desk"], color_scheme=scheme).new_page()
    page.goto("/import")
    page.get_by_role("textbox").first.fill("# shop\n[Service]\nUser=a b\nExecStart=/bin/true\nX-Own=1\nUser=shop\n")
    page.locator("main button[type=submit], main form button").last.click()
    expect(page.locator("#result-title")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_form_with_errors(visitor: Visitor, scheme: str) -> None:
    page = visitor(viewport=SCREENS["desk"], color_scheme=scheme).new_page()
    page.goto(STARTER)
    page.get_by_label("User=", exact=True).fill("two names")
    expect(page.locator("#state")).to_contain_text("1 to correct")
    assert faults(page) == []

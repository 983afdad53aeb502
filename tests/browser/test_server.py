"""Several services on one server, by hand in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from app.unitfile import links
from tests.server.cases import starter

Visitor = Callable[..., BrowserContext]


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without JavaScript"])
def test_clicking_alone_creates_and_fixes_three_services(visitor: Visitor, site: str, javascript: bool) -> None:
    page = visitor(java_script_enabled=javascript).new_page()
    page.goto(f"{site}/server")
    for name in ("web", "api"):
        page.get_by_label("Add one like the starter").fill(name)
        page.get_by_label("Add one like the starter").press("Enter")
    page.get_by_label("Add services by their links").fill(
        f"/?{links.query(starter('worker', User='web', Group='web'))}"
    )
    page.get_by_role("button", name="Add", exact=True).last.click()
    assert page.locator(".service-name strong").all_text_contents() == ["web.service", "api.service", "worker.service"]
    assert page.locator(".matrix td.reached").count() > 0
    while page.locator("#conflicts a.fix").count():
        page.locator("#conflicts a.fix").first.click()
    assert page.locator("#conflicts .notice").count() == 0
    page.get_by_role("button", name="Hide siblings").click()
    assert page.locator(".matrix td.reached").count() == 0
    assert page.locator(".matrix td.kept").count() == 24
    page.get_by_role("button", name="Remove worker.service").click()
    assert page.locator(".service-name strong").all_text_contents() == ["web.service", "api.service"]


@pytest.mark.parametrize("width", [320, 390, 768, 1360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_does_not_scroll_sideways(visitor: Visitor, site: str, width: int, scheme: str) -> None:
    page = visitor(viewport={"width": width, "height": 844}, color_scheme=scheme).new_page()
    services = [starter("web", own="/srv/web"), starter("worker", User="web", Group="web", own="/srv/web/a-long-name")]
    page.goto(f"{site}/server?" + "&".join(f"service={links.query(unit).replace('&', '%26')}" for unit in services))
    assert page.locator(".matrix td.reached").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width

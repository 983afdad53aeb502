"""The guide's use case by hand, from an empty page: several services on one server, each with its own data alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

Visitor = Callable[..., BrowserContext]
MAX_CLICKS = 40


def mend(page: Page, part: str) -> None:
    """Click the first fix that is offered until none is left."""
    for _ in range(MAX_CLICKS):
        fixes = page.locator(f"{part} a.fix")
        if not fixes.count():
            return
        with page.expect_event("load"):
            fixes.first.click()
    raise AssertionError(f"fixes come to no end at {page.url}")


def make(page: Page, name: str, own: str) -> str:
    """A service from the empty form, all fixes clicked; its link. own: a directory of its own in place of a managed one."""
    page.goto("/?name=&systemd=257")
    values = {"name": name, "ExecStart": "/usr/bin/sleep infinity", "User": name} | (
        {} if own else {"StateDirectory": name}
    )
    for field, value in values.items():
        page.fill(f"[name={field}]", value)
    if own:
        page.click("#group-own summary")
        page.locator("[name=own-path]").first.fill(own)
    with page.expect_event("load"):
        page.get_by_role("button", name="Generate").last.click()
    mend(page, "#findings")
    assert page.locator("#findings").count() == 0
    return page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without JavaScript"])
def test_three_services_from_an_empty_page_end_with_a_matrix_closed_off_the_diagonal(
    visitor: Visitor, site: str, javascript: bool
) -> None:
    page = visitor(java_script_enabled=javascript).new_page()
    made = [make(page, name, own) for name, own in (("shop", ""), ("blog", "/opt/blog/data"), ("wiki", ""))]
    page.goto("/server")
    page.get_by_label("Add services by their links").fill("\n".join(made))
    with page.expect_event("load"):
        page.get_by_role("button", name="Add", exact=True).last.click()
    mend(page, "#conflicts")
    assert page.locator("#conflicts .notice").count() == 0
    query = page.url.partition("?")[2]
    for hide, word in ((False, "denied"), (True, "hidden")):
        if hide:
            with page.expect_event("load"):
                page.get_by_role("button", name="Hide siblings").click()
            query = page.url.partition("?")[2]
        answer = page.request.get(f"{site}/server.json?{query}").json()
        cells = {(cell["service"], cell["owner"]): cell["access"] for cell in answer["matrix"]}
        assert len(cells) == 9
        assert all((access == "read-write") == (one == other) for (one, other), access in cells.items()), cells
        assert {access for (one, other), access in cells.items() if one != other} <= {word, "read-only", "hidden"}

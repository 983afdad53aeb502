"""No page is wider than the window, whatever it holds and whatever is unfolded."""

import pytest

from tests.browser.test_axe import PAGES, Visitor

ADDRESSES = [*PAGES.values(), "/directives"]


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_is_wider_than_the_window(visitor: Visitor, address: str, width: int) -> None:
    page = visitor(viewport={"width": width, "height": 800}).new_page()
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

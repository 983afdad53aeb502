"""What a first visit carries over the wire: few requests, and little in them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Request

from tests.browser.test_page import BUSY, STARTER

Visitor = Callable[..., BrowserContext]

MAX_REQUESTS, MAX_BYTES = 4, 60_000


@pytest.mark.parametrize("address", ["/", "/?name=", STARTER, BUSY])
def test_a_first_visit_is_light(visitor: Visitor, say: Callable[..., None], address: str) -> None:
    page = visitor().new_page()
    asked: list[Request] = []
    page.on("requestfinished", lambda request: asked.append(request))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    # The icon stands twice on the page and comes once: the second is of the browser's own store.
    sizes = [
        request.sizes()["responseHeadersSize"] + request.sizes()["responseBodySize"]
        for request in asked
        if request.sizes()["responseBodySize"] > 0
    ]
    say(f"first visit of {address[:12]}: {len(sizes)} requests, {sum(sizes):,} bytes over the wire")
    assert len(sizes) <= MAX_REQUESTS
    assert sum(sizes) <= MAX_BYTES

"""A live server, and Debian's Chromium that visits it and may visit nothing else."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Quiet(WSGIRequestHandler):
    """Answers without writing a log."""

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the app, served on a free port of this machine, without a slash at its end."""
    server = make_server("127.0.0.1", 0, create_app({"TESTING": True}), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser(require: Callable[[str | bool, str], None]) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    require(CHROMIUM is not None, "the page is tested in a browser: install Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """Make browsers of their own (options as for new_context); at the end none may have complained or asked elsewhere."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: request.url.startswith(site) or complaints.append(f"asked {request.url}"))
        # A refused form is answered with 422, no page with 404, and a test with 503: to Chromium all are errors.
        page.on(
            "console",
            lambda said: (
                said.type not in {"error", "warning"}
                or re.search("status of (404|422|503)", said.text)
                or complaints.append(said.text)
            ),
        )

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(base_url=site, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        context.on("page", listen)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert complaints == []

"""The example configuration for nginx, tried with nginx and gunicorn on this machine."""

import contextlib
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.configurations import LEAST, query
from tests.serving import ROOT, ask, free_port, served
from tests.test_proxies import PAGES, PREFIX, led_to

EXAMPLE = ROOT / ".deploy" / "nginx.conf"
HOST = "tools.example.com"


@contextlib.contextmanager
def in_front(port: int, folder: Path) -> Iterator[int]:
    """Run nginx with the example, its two ports changed, until the end; yields the port that it listens on."""
    front = free_port()
    site = (
        EXAMPLE.read_text()
        .replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        .replace("listen 80;", f"listen 127.0.0.1:{front};")
    )
    (folder / "site.conf").write_text(site)
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user root; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\nhttp {{ {temporary} include {folder}/site.conf; }}\n"
    )
    command = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    running = subprocess.Popen(command)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                ask(front, "/")
                break
            assert running.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield front
    finally:
        running.terminate()
        running.wait(20)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of nginx before gunicorn, each configured as the example says."""
    environment = dict(
        re.findall(r"(GENERATOR_(?!BASE_URL)\w+)=([^\s,;]+)", EXAMPLE.read_text().partition("upstream")[0])
    )
    assert environment.keys() >= {"GENERATOR_PREFIX", "GENERATOR_TRUSTED_HOSTS", "GENERATOR_TRUSTED_HOPS"}
    environment["GENERATOR_TRUSTED_HOSTS"] += ",127.0.0.1"  # for what asks whether it has started
    with served(**environment) as site, in_front(site.port, tmp_path_factory.mktemp("nginx")) as port:
        yield port


@pytest.fixture(scope="module", autouse=True)
def _nginx(require: Callable[[str | bool, str], None]) -> None:
    require("nginx", "the example for nginx is tried with Debian's nginx")


@pytest.mark.parametrize("page", PAGES)
def test_every_address_on_a_page_leads_somewhere_through_nginx(front: int, page: str) -> None:
    _, body = ask(front, f"{PREFIX}/{page}", headers={"Host": HOST})
    addresses = led_to(body.decode())
    assert addresses
    for address in {address.partition("#")[0] for address in addresses if "name=" not in address}:
        assert address.startswith(f"{PREFIX}/")
        assert ask(front, address, headers={"Host": HOST})[0].status in (200, 422), address


def test_links_to_share_hold_what_the_browser_asked_for_and_nothing_that_it_claims(front: int) -> None:
    lies = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example",
    }
    for headers in ({}, lies):
        _, body = ask(front, f"{PREFIX}/?{query(LEAST)}", headers={"Host": HOST, **headers})
        soup = BeautifulSoup(body, "html.parser")
        assert str(soup.find(id="share-link")["value"]).startswith(f"http://{HOST}{PREFIX}/?name=myapp&")  # type: ignore[index]
        assert f"'http://{HOST}{PREFIX}/myapp.service?" in str(soup.find(id="curl-line")["value"])  # type: ignore[index]
        assert b"evil" not in body


def test_a_foreign_host_is_refused(front: int) -> None:
    assert ask(front, f"{PREFIX}/", headers={"Host": "evil.example"})[0].status == 400


def test_the_longest_link_and_the_largest_body_pass(front: int) -> None:
    link = f"{query(LEAST)}&Description="
    longest = f"{PREFIX}/myapp.service?{link}{'a' * (8000 - len(f'/?{link}'))}&download=1"
    assert ask(front, longest, headers={"Host": HOST})[0].status == 200
    body = f"{link}{'a' * (60_000 - len(link))}"
    assert ask(front, f"{PREFIX}/report.json", "POST", body, {"Host": HOST})[0].status == 200
    assert ask(front, f"{PREFIX}/report.json", "POST", body + "a" * 10_000, {"Host": HOST})[0].status == 413


def test_a_posted_form_comes_back_through_nginx(front: int) -> None:
    answer, _ = ask(front, f"{PREFIX}/", "POST", query(LEAST), {"Host": HOST})
    assert answer.status == 303
    assert str(answer.headers["Location"]).startswith(f"{PREFIX}/?name=myapp")


def test_the_address_without_its_slash_leads_on_with_its_query(front: int) -> None:
    answer, _ = ask(front, f"{PREFIX}?{query(LEAST)}", headers={"Host": HOST})
    assert (answer.status, answer.headers["Location"]) == (308, f"{PREFIX}/?{query(LEAST)}")


def test_counts_are_not_for_everybody(front: int) -> None:
    assert ask(front, f"{PREFIX}/metrics", headers={"Host": HOST})[0].status == 404


def test_nginx_finds_nothing_to_say(front: int, tmp_path: Path) -> None:
    assert shutil.which("nginx")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}}\nhttp {{ include {EXAMPLE}; }}\n")
    checked = subprocess.run(
        ["nginx", "-t", "-q", "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")

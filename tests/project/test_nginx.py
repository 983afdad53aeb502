"""The example configuration for nginx, tried with nginx and gunicorn on this machine."""

import contextlib
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.support.configurations import LEAST, query
from tests.support.serving import ROOT, ask, free_port, served
from tests.web.test_proxies import PAGES, PREFIX, led_to

EXAMPLE = ROOT / ".deploy" / "nginx.conf"
HOST = "tools.example.com"


def configure(folder: Path, port: int, front: int) -> Path:
    """Write a configuration that includes the example, its two ports changed, for any user; return its path."""
    site = (
        EXAMPLE.read_text()
        .replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        .replace("listen 80;", f"listen 127.0.0.1:{front};")
    )
    (folder / "site.conf").write_text(site)
    temporary = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # nginx warns of it where it can change to no user
    path = folder / "nginx.conf"
    path.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log info; events {{}}\nhttp {{ {temporary} include {folder}/site.conf; }}\n"
    )
    return path


@contextlib.contextmanager
def in_front(port: int, folder: Path) -> Iterator[int]:
    """Run nginx with the example until the end; yields the port that it listens on."""
    front = free_port()
    command = ["nginx", "-c", str(configure(folder, port, front)), "-p", str(folder), "-e", str(folder / "error.log")]
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
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where nginx of this module has all its files."""
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def front(folder: Path) -> Iterator[int]:
    """The port of nginx before gunicorn, each configured as the example says."""
    environment = dict(
        re.findall(r"(GENERATOR_(?!BASE_URL)\w+)=([^\s,;]+)", EXAMPLE.read_text().partition("upstream")[0])
    )
    assert environment.keys() >= {"GENERATOR_PREFIX", "GENERATOR_TRUSTED_HOSTS", "GENERATOR_TRUSTED_HOPS"}
    environment["GENERATOR_TRUSTED_HOSTS"] += ",127.0.0.1"  # for what asks whether it has started
    with served(**environment) as site, in_front(site.port, folder) as port:
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


def test_links_to_share_contain_the_requested_host_and_no_claimed_one(front: int) -> None:
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


@pytest.mark.parametrize("end", ["import", "lint", "score"])
def test_unit_files_of_two_mebibytes_pass_and_no_more(front: int, end: str) -> None:
    text = "[Service]\nExecStart=/usr/bin/true\n" + "# a comment of some length\n" * 90_000
    headers = {"Host": HOST, "Content-Type": "text/plain"}
    largest = text[: 2 * 1024 * 1024]
    assert ask(front, f"{PREFIX}/{end}?name=myapp", "POST", largest, headers)[0].status == 200
    assert ask(front, f"{PREFIX}/{end}?name=myapp", "POST", largest + "#", headers)[0].status == 413


def test_the_addresses_that_accept_large_bodies_are_those_of_nginx(app: Flask) -> None:
    let_through = re.findall(r"/tools/systemd/\(([a-z|]+)\)\$", EXAMPLE.read_text())[0].split("|")
    client = app.test_client()
    body = "# a\n" * 40_000
    posts = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and "<" not in rule.rule}
    taking = {rule for rule in posts if client.post(rule, data=body).status_code != 413}
    assert taking == {f"/{end}" for end in let_through}


WORD = "Zyzzyva"
BROKEN_ANSWERS = (
    b"",
    b"HTTP/1.1 200 OK\r\nbad\x00header: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nx",
)
"""What a site that fails sends: nothing, a header that is none, half an answer."""


def test_no_log_of_nginx_contains_the_request_when_the_site_fails(tmp_path: Path) -> None:
    for at, answer in enumerate((None, *BROKEN_ANSWERS)):
        folder = tmp_path / str(at)
        folder.mkdir()
        with _failing(answer) as port, in_front(port, folder) as front:
            for line, body in _asked():
                _send(front, line, body)
        _assert_nothing_is_written(folder)


def test_no_log_of_nginx_contains_the_request_when_the_request_is_bad(front: int, folder: Path) -> None:
    for line, body in _asked():
        _send(front, line, body)
    _assert_nothing_is_written(folder)


def _asked() -> Iterator[tuple[str, str]]:
    """Requests that hold the word: their lines up to the empty one, and their bodies."""
    link, host = f"{PREFIX}/?Environment=DB_PASSWORD={WORD}", f"Host: {HOST}"
    yield f"GET {link} HTTP/1.1\r\n{host}", ""
    yield f"POST {link} HTTP/1.1\r\n{host}\r\nContent-Length: 200000", WORD * 10  # larger than it may be
    yield (
        f"POST {PREFIX}/import?{WORD} HTTP/1.1\r\n{host}\r\nContent-Length: 1400000",
        WORD * 200_000,
    )  # kept from disks
    yield f"POST {link} HTTP/1.1\r\n{host}\r\nContent-Length: 5000", WORD  # and then the connection ends
    yield f"GET {link}{'a' * 70_000} HTTP/1.1\r\n{host}", ""
    yield f"GET {link} HTTP/1.1\r\n{host}\r\nX-A: {'a' * 70_000}", ""
    yield f"GET {link} HTTP/1.1\r\n{host}\r\nContent-Length: {WORD}", ""
    yield f"GET {link} HTTP/1.1\r\n{host}\r\n{host}", ""
    yield f"GET {link} HTTP/1.1\r\nX-A: b", ""
    yield f"GET {link} HTTP/9.1\r\n{host}", ""
    yield f"GET {link} {WORD} HTTP/1.1\r\n{host}", ""
    yield f"GET {PREFIX}/metrics?{WORD} HTTP/1.1\r\n{host}", ""
    yield f"GET {PREFIX}?{WORD} HTTP/1.1\r\n{host}", ""
    yield f"GET /elsewhere/{WORD} HTTP/1.1\r\n{host}", ""
    yield f"GET /../{WORD} HTTP/1.1\r\n{host}", ""
    yield f"GET {link}\0 HTTP/1.1\r\n{host}", ""
    yield f"{WORD.upper()} {link} HTTP/1.1\r\n{host}", ""


def _send(port: int, line: str, body: str) -> None:
    """Send a request as it stands, and take what comes, which may be nothing."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"{line}\r\nConnection: close\r\n\r\n{body}".encode())
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass


def _assert_nothing_is_written(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "error.log" in files
    assert [path for path in files if WORD.lower() in path.read_text(errors="replace").lower()] == []


@contextlib.contextmanager
def _failing(answer: bytes | None) -> Iterator[int]:
    """A site that answers each request so, and None: nothing listens at its port."""
    with contextlib.ExitStack() as stack:
        if answer is None:
            yield free_port()
            return
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        threading.Thread(target=_answer_all, args=(server, answer), daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def _answer_all(server: socket.socket, answer: bytes) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)


def test_nginx_accepts_the_configuration_without_warnings(tmp_path: Path) -> None:
    path = configure(tmp_path, free_port(), free_port())
    checked = subprocess.run(
        ["nginx", "-t", "-q", "-c", path, "-p", tmp_path, "-e", tmp_path / "error.log"], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert not re.search(r"\[(warn|error|crit|alert|emerg)\]", (tmp_path / "error.log").read_text())

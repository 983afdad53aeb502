"""The site as gunicorn serves it: logs, counts, reload and stop, slow clients."""

import concurrent.futures
import json
import re
import signal
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.configurations import LEAST, query
from tests.support.serving import Site, refused_start, served

SECRET = "Zyzzyva"
RAW = "/<name>.service"
FIELDS = {"time", "method", "rule", "status", "bytes", "ms", "worker"}


def access_lines(site: Site) -> list[dict[str, object]]:
    """The lines of the access log."""
    return [json.loads(line) for line in site.logged().splitlines() if line.startswith("{")]


def test_logs_are_json_by_default_and_do_not_contain_the_request() -> None:
    with served() as site:
        for path in (
            f"/?{query(LEAST)}&Description={SECRET}",
            f"/{SECRET}.service?{query(LEAST)}",
            f"/{SECRET}",
            f"/%0A{SECRET}",
            f"/?{SECRET}=%zz",
        ):
            site.ask(path)
        site.ask("/", headers={"Host": f"{SECRET}.example"})
        site.ask("/", method=SECRET.upper())
        for raw in (
            f"GET /{SECRET}\r\n\r\n",
            f"GET /{SECRET} HTTP/1.1\r\n{SECRET}\r\n\r\n",
            f"{SECRET}\x00 / HTTP/1.1\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", site.port)) as connection:
                connection.sendall(raw.encode())
                connection.settimeout(10)
                connection.recv(4096)  # it has been dealt with, one way or the other
        time.sleep(0.2)
        lines = access_lines(site)
        logged = site.logged()
    assert all(set(line) == FIELDS for line in lines)
    assert {line["rule"] for line in lines} >= {"/", "/<name>.service", "/healthz", None}
    assert {line["method"] for line in lines} >= {"GET", "other"}
    assert SECRET.lower() not in logged.lower()


def test_counts_of_all_workers_are_added_up_by_default() -> None:
    with served("--workers", "3", GENERATOR_METRICS="true") as site:
        site.await_workers(3)
        asked = 0
        while asked < 30 or len({line["worker"] for line in access_lines(site) if line["rule"] == RAW}) < 2:
            assert asked < 3000, site.logged()
            addresses = [
                f"/app{n}.service?{query(LEAST).replace('myapp', f'app{n}')}" for n in range(asked, asked + 30)
            ]
            with concurrent.futures.ThreadPoolExecutor(8) as pool:  # at once, so that no worker takes them all
                asked += len(list(pool.map(site.ask, addresses)))
        site.ask(f"/{SECRET}")
        answer, body = site.ask("/metrics")
        text = body.decode()
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert f'generator_answers_total{{method="GET",rule="{RAW}",status="200"}} {asked}.0' in text
    assert f'generator_seconds_count{{rule="{RAW}"}} {asked}.0' in text
    assert SECRET not in text


def test_counts_are_off_unless_they_are_configured() -> None:
    with served() as site:
        assert site.ask("/metrics")[0].status == 404


def test_a_reload_and_a_stop_lose_no_request() -> None:
    with served() as site:
        before = frozenset(site.await_workers(2))
        stop = threading.Event()

        def keep_asking(number: int) -> list[int]:
            found = []
            while not stop.is_set():
                found.append(site.ask(f"/report.json?{query(LEAST)}&Description={number}-{len(found)}")[0].status)
            return found

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            asked = [pool.submit(keep_asking, number) for number in range(4)]
            site.master.send_signal(signal.SIGHUP)
            site.await_workers(2, but=before)
            time.sleep(0.5)
            stop.set()
            statuses = [status for future in asked for status in future.result()]
        assert len(statuses) >= 4
        assert set(statuses) == {200}
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            last = pool.submit(site.ask, f"/server.json?service={query(LEAST).replace('&', '%26').replace('=', '%3D')}")
            time.sleep(0.02)
            site.master.send_signal(signal.SIGTERM)
            assert last.result()[0].status == 200
        assert site.master.wait(40) == 0


@pytest.mark.parametrize(
    "half",
    [
        "GET /",
        "GET / HTTP/1.1\r\nHost: localhost\r\n",
        "POST /report.json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nname=",
    ],
)
def test_two_hundred_half_sent_requests_hold_nobody_up(half: str) -> None:
    with served() as site:
        slow = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(200)]
        try:
            for connection in slow:
                connection.sendall(half.encode())
            taken = []
            for _ in range(5):
                start = time.monotonic()
                assert site.ask("/healthz", timeout=10)[1] == b"ok"
                taken.append(time.monotonic() - start)
            assert statistics.median(taken) < 1, taken
        finally:
            for connection in slow:
                connection.close()


def test_a_client_with_endless_requests_does_not_block_others() -> None:
    number = 300
    asked = b"".join(
        f"GET {link} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        for link in (f"/myapp.service?{query([*LEAST, ('Description', str(at))])}" for at in range(number))
    )
    with (
        served("--workers", "1") as site,
        socket.create_connection(("127.0.0.1", site.port)) as greedy,
        concurrent.futures.ThreadPoolExecutor(1) as pool,
    ):
        took = pool.submit(_seconds_until, greedy, b"HTTP/1.1 200", number)
        start = time.monotonic()
        greedy.sendall(asked)
        taken = []
        while not took.done():
            asked_at = time.monotonic()
            assert site.ask("/healthz")[1] == b"ok"
            taken.append(time.monotonic() - asked_at)
        all_of_it = took.result() - start
    assert len(taken) > 5, taken
    assert statistics.median(taken) < all_of_it / 5, (taken, all_of_it)


def _seconds_until(connection: socket.socket, text: bytes, number: int) -> float:
    """The clock when a text has come so often."""
    found = b""
    while found.count(text) < number:
        part = connection.recv(65536)
        assert part, found[-500:]
        found += part
    return time.monotonic()


REFUSED = {
    "malformed JSON": ("METRICS", "{", "write true or false."),
    "a list for a switch": ("METRICS", "[1]", "write true or false."),
    "a list without an end": ("TRUSTED_HOPS", "[" * 50_000, "write how many proxies stand in front"),
    "bytes": ("MANUAL_URL", "/man\udcff", "write the address that the manual's pages are below"),
    "no file": ("PRESETS", "/no/such/file.toml", "/no/such/file.toml: the file cannot be read: No such file or directory."),
    "a device without an end": ("PRESETS", "/dev/zero", "/dev/zero: this is not a regular file. Name a TOML file."),
    "a number for a file": ("PRESETS", "5", "write the path of a TOML file."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_setting_ends_the_start_with_one_sentence(name: str, value: str, sentence: str) -> None:
    status, said = refused_start(**{f"GENERATOR_{name}": value})
    assert status not in (0, -signal.SIGKILL)
    assert "Traceback" not in said
    lines = [line for line in said.splitlines() if not line.startswith("[")]
    assert len(lines) == 1, said
    assert lines[0].startswith(f"GENERATOR_{name}: {sentence}")
    assert lines[0].endswith(".")


def test_wrong_presets_end_the_start_with_the_file_and_the_key(tmp_path: Path) -> None:
    path = tmp_path / "presets.toml"
    for text, sentence in (
        ("profiles = 5", "profiles: write a table"),
        ("a = " + "[" * 9000, "this is not usable TOML"),
        ("\0\xff", "this is no TOML file"),
        ("[[profiles]]\nkey = 'x'\ntitle = 'X'\ndirectives = { Nice = '99' }", "profiles: “x”: Nice=: 99 is out of range"),
    ):  # fmt: skip
        path.write_text(text)
        status, said = refused_start(GENERATOR_PRESETS=str(path))
        assert status > 0
        assert "Traceback" not in said
        assert re.search(rf"^GENERATOR_PRESETS: {re.escape(str(path))}: {re.escape(sentence)}.*\.$", said, re.MULTILINE)


def test_a_refused_start_leaves_nothing_behind() -> None:
    before = set(Path("/dev/shm").glob("metrics-*"))
    assert refused_start(GENERATOR_METRICS="true", GENERATOR_PREFIX="x")[0] > 0
    assert set(Path("/dev/shm").glob("metrics-*")) <= before


@pytest.mark.parametrize(
    "head", ["GET /healthz HTTP/1.1", "GET /tools/systemd/healthz HTTP/1.1", "GET /healthz HTTP/1.0"]
)
@pytest.mark.parametrize(
    "host", ["", "Host:\r\n", "Host: \xff[::\r\n", "Host: evil.example\r\nX-Forwarded-Proto: x\r\n"]
)
def test_the_health_check_needs_no_host(well: Site, head: str, host: str) -> None:
    with socket.create_connection(("127.0.0.1", well.port)) as connection:
        connection.settimeout(10)
        connection.sendall(f"{head}\r\n{host}Connection: close\r\n\r\n".encode("latin-1"))
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.split()[1] == b"200"
    assert answer.endswith(b"\r\n\r\nok")


@pytest.fixture(scope="module")
def well() -> Iterator[Site]:
    """The site behind a proxy, below a prefix, and for one host."""
    hops = json.dumps({"for": 1, "proto": 1, "host": 1, "port": 1, "prefix": 1})
    with served("--workers", "1", GENERATOR_PREFIX="/tools/systemd", GENERATOR_TRUSTED_HOSTS="tools.example.com", GENERATOR_TRUSTED_HOPS=hops) as site:  # fmt: skip
        yield site

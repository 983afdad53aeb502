"""The site as gunicorn serves it: logs, counts, reload and stop, slow clients."""

import concurrent.futures
import json
import signal
import socket
import statistics
import threading
import time

import pytest

from tests.configurations import LEAST, query
from tests.serving import Site, served

SECRET = "Zyzzyva"
RAW = "/<name>.service"
FIELDS = {"time", "method", "rule", "status", "bytes", "ms", "worker"}


def access_lines(site: Site) -> list[dict[str, object]]:
    """The lines of the access log."""
    return [json.loads(line) for line in site.logged().splitlines() if line.startswith("{")]


def test_logs_are_json_by_rule_and_hold_nothing_that_was_asked() -> None:
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


def test_counts_of_all_workers_are_added_up_by_rule() -> None:
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


def test_there_are_no_counts_unless_they_are_asked_for() -> None:
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


def test_one_who_asks_without_a_pause_leaves_the_others_their_turn() -> None:
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

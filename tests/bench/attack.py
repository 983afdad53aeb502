"""Two attacks on the site. Neither may succeed.

The first sends ten thousand hostile requests to a running gunicorn: none may make it fail, and nothing of theirs may come to
be, in its log neither. The second asks the app itself for the largest links, forms and uploads that are accepted, of every
directive and of every shape (tests/support/shapes.py): each answer takes at most one second of processor time and 2 MB.

Run as ``python tests/bench/attack.py [--short]``; exits 1 and names what went wrong. Each of the two can be left out:
``--no-links`` and ``--no-shapes``; ``--seed=NUMBER`` changes the order of shapes and endpoints.
"""

import collections
import concurrent.futures
import contextlib
import gc
import io
import random
import socket
import sys
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from flask import Flask

from app import create_app
from tests.support import shapes
from tests.support.hostile import LINE, TAG, WORD, Hostile, hostile, judge
from tests.support.serving import Site, served
from tests.support.shapes import Ask

MAX_SILENCE = 30

MAX_SECONDS, MAX_BYTES = 1.0, 2_000_000
"""What an answer may take of the processor's time, and how long it may be before it is compressed."""

TRIES = 3
"""How often a slow answer is asked for before it counts: another process may hold the core's other half."""

FEW = 1_200
"""Requests of the short form."""

SEED = 13


def send(port: int, asked: Hostile) -> bytes:
    """The answer to a request that is sent as it stands."""
    head = f"{asked.method} {asked.target} HTTP/1.1\r\nHost: {asked.host}\r\nConnection: close\r\n"
    if asked.body:
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(asked.body.encode())}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=MAX_SILENCE) as connection:
        connection.sendall(f"{head}\r\n{asked.body}".encode())
        parts = [b""]
        with contextlib.suppress(ConnectionResetError):  # it was refused before all of it was read
            while part := connection.recv(65536):
                parts.append(part)
    return b"".join(parts)


def answer_to(port: int, asked: Hostile) -> tuple[int, str]:
    """The status of an answer, and what is wrong with it."""
    head, _, body = send(port, asked).partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1]) if lines[0] else 0
    kinds = [line.partition(":")[2] for line in lines if line.lower().startswith("content-type:")]
    is_split = any(line.lower().startswith("set-cookie") for line in lines)
    wrong = "a header came to be" if is_split else judge(status, "".join(kinds), body.decode("utf-8", "replace"))
    return status, wrong


def attack(site: Site, count: int) -> list[str]:
    """Send them all; what went wrong."""
    statuses: collections.Counter[int] = collections.Counter()
    faults = []
    requests = list(hostile(count, seed=16))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for asked, (status, wrong) in zip(
            requests, pool.map(lambda asked: answer_to(site.port, asked), requests), strict=True
        ):
            statuses[status] += 1
            if wrong:
                faults.append(f"{wrong}: {asked}"[:600])
    print(f"{count} hostile requests:", ", ".join(f"{code}: {number}" for code, number in sorted(statuses.items())))
    logged = site.logged()
    faults += [
        f"in the log: {word}" for word in (WORD, LINE, TAG, "Traceback", '"fault"') if word.lower() in logged.lower()
    ]
    return faults


class Answer(NamedTuple):
    """What an answer took: seconds of processor time, bytes, and its status."""

    seconds: float
    size: int
    status: int


def answered(app: Flask, asked: Ask) -> Answer:
    """Ask the app itself, with nothing between that takes time of its own."""
    body = asked.body.encode("utf-8", "surrogateescape")
    environ = {
        "REQUEST_METHOD": asked.method,
        "PATH_INFO": asked.path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": asked.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": asked.accept,
        "CONTENT_TYPE": asked.content_type if body else "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    statuses: list[str] = []
    begun = time.process_time()
    parts = b"".join(app.wsgi_app(environ, lambda status, headers, _=None: statuses.append(status) or (lambda _: None)))  # type: ignore[func-returns-value]
    return Answer(time.process_time() - begun, len(parts), int(statuses[0].split()[0]))


def least(app: Flask, asked: Ask) -> Answer:
    """The answer in the least time of some tries; a fast one is asked for once."""
    best = answered(app, asked)
    for _ in range(TRIES - 1):
        if best.seconds <= MAX_SECONDS:
            break
        gc.collect()
        gc.freeze()  # as a worker does at its start: what thousands of requests left behind is not this one's work
        best = min(best, answered(app, asked))
    return best


def overload(requests: Iterable[Ask]) -> list[str]:
    """Ask for all of them; what took too long or was too much."""
    app = create_app()
    answered(app, Ask("the page", "GET", "/"))  # what is made once per process is made
    slowest = largest = (Answer(0, 0, 0), "")
    faults, begun, count = [], time.monotonic(), 0
    for count, asked in enumerate(requests, 1):
        answer = least(app, asked)
        slowest = max(slowest, (answer, asked.title), key=lambda pair: pair[0].seconds)
        largest = max(largest, (answer, asked.title), key=lambda pair: pair[0].size)
        if answer.seconds > MAX_SECONDS or answer.size > MAX_BYTES or answer.status >= 500:
            faults.append(f"{answer.seconds:.2f} s, {answer.size:,} bytes, status {answer.status}: {asked.title}")
        if count % 1000 == 0:
            print(f"  {count:,} requests in {time.monotonic() - begun:.0f} s, {len(faults)} faults", flush=True)
    print(f"{count:,} requests of all shapes in {time.monotonic() - begun:.0f} s")
    print(f"slowest: {slowest[0].seconds:.2f} s of processor time: {slowest[1]}")
    print(f"largest: {largest[0].size:,} bytes: {largest[1]}")
    return faults


def links_attack(short: bool) -> list[str]:
    """The hostile requests; what went wrong."""
    with served() as site:
        faults = attack(site, 1_000 if short else 10_000)
        return faults if site.ask("/healthz")[1] == b"ok" else [*faults, "afterwards it is NOT well"]


def shapes_attack(short: bool, seed: int) -> list[str]:
    """The largest requests; what went wrong."""
    chance = random.Random(seed)
    return overload(islice(shapes.some_requests(chance), FEW) if short else shapes.every_request(chance))


def main(options: list[str]) -> int:
    """Attack, print and judge."""
    short = "--short" in options
    seed = next((int(option.partition("=")[2]) for option in options if option.startswith("--seed=")), SEED)
    faults = [] if "--no-links" in options else links_attack(short)
    faults += [] if "--no-shapes" in options else shapes_attack(short, seed)
    print(*faults[:20], sep="\n")
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

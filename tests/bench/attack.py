"""Hostile requests: ten thousand to a running gunicorn, and the largest ones of every directive, each measured by itself.

The ten thousand may not fail the server, and nothing of theirs may come to be, in its log neither. The largest requests
(tests/shapes.py) may take at most one second of CPU and two megabytes of answer each. Run as ``python
tests/bench/attack.py [--short]``; exits 1 and names what went wrong. --short: a thousand, and a seeded sample of three minutes.
"""

import collections
import concurrent.futures
import contextlib
import gc
import random
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask.testing import FlaskClient

sys.path.insert(0, str(Path(__file__).parents[2]))

from app import create_app
from tests import shapes
from tests.hostile import LINE, TAG, WORD, Hostile, hostile, judge
from tests.serving import Site, served

LONGEST_SILENCE = 30


def send(port: int, asked: Hostile) -> bytes:
    """The answer to a request that is sent as it stands."""
    head = f"{asked.method} {asked.target} HTTP/1.1\r\nHost: {asked.host}\r\nConnection: close\r\n"
    if asked.body:
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(asked.body.encode())}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST_SILENCE) as connection:
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


class Measured(NamedTuple):
    """What one request cost: seconds of CPU, bytes of its answer, and its status."""

    seconds: float
    size: int
    status: int


MAX_SECONDS, MAX_BYTES = 1.0, 2_000_000
"""What an answer may take of the worker's CPU, and how long it may be."""

SHORT_SECONDS = 150
"""Seconds of CPU that the sample of --short may take."""

TRIES = 3
"""How often a request is measured that took too long: another process can disturb one measurement."""


def heavy_requests(seed: int) -> Iterator[tuple[str, shapes.Ask]]:
    """Every directive in every shape, in an order of chance, each with a title."""
    chance = random.Random(seed)
    builders = [
        (f"{row.name}, {shape.title}", build)
        for row in shapes.ROWS
        for shape, build in zip(shapes.SHAPES, shapes.requests_of(row, chance), strict=True)
    ]
    chance.shuffle(builders)
    return ((title, build()) for title, build in builders)


def measure(client: FlaskClient, asked: shapes.Ask) -> Measured:
    """Answer a request in this process."""
    gc.collect()
    begun = time.process_time()
    with client.open(
        asked.path,
        method=asked.method,
        query_string=asked.query,
        data=asked.body.encode(errors="replace") if asked.method == "POST" else None,
        content_type=asked.content_type if asked.method == "POST" else None,
        headers={"Accept": asked.accept},
    ) as answer:
        size = len(answer.get_data())
        return Measured(time.process_time() - begun, size, answer.status_code)


def overload(limit: float, seed: int = 16) -> list[str]:
    """Send the largest requests, for so many seconds of CPU; what took too long, was too large or failed."""
    client = create_app({"TRUSTED_HOSTS": ["localhost"]}).test_client()
    faults, count, begun = [], 0, time.process_time()
    slowest = largest = ("nothing", Measured(0, 0, 0))
    for title, asked in heavy_requests(seed):
        found = measure(client, asked)
        for _ in range(TRIES - 1):
            if found.seconds > MAX_SECONDS:
                found = min(found, measure(client, asked))
        count += 1
        where = f"{asked.title} {title}"
        slowest = max(slowest, (where, found), key=lambda pair: pair[1].seconds)
        largest = max(largest, (where, found), key=lambda pair: pair[1].size)
        if found.seconds > MAX_SECONDS or found.size > MAX_BYTES or found.status >= 500:
            faults.append(f"{found.seconds:.2f} s, {found.size:,} bytes, {found.status}: {where}")
            print(faults[-1], flush=True)
        if time.process_time() - begun > limit:
            break
    print(f"{count:,} of the largest requests: slowest {slowest[1].seconds:.2f} s ({slowest[0]}), largest {largest[1].size:,} bytes ({largest[0]})")  # fmt: skip
    return faults


def main(short: bool) -> int:
    """Attack, print and judge."""
    with served() as site:
        faults = attack(site, 1_000 if short else 10_000)
        well = site.ask("/healthz")[1] == b"ok"
    faults += overload(SHORT_SECONDS if short else float("inf"))
    print(*faults[:20], sep="\n")
    print(f"{len(faults)} faults; afterwards it is {'well' if well else 'NOT well'}")
    return 0 if well and not faults else 1


if __name__ == "__main__":
    sys.exit(main("--short" in sys.argv[1:]))

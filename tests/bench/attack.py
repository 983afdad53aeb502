"""Ten thousand hostile requests to a running gunicorn: none may fail it, and nothing of theirs may come to be, in its log neither.

Run as ``python tests/bench/attack.py [--short]``; exits 1 and names what went wrong.
"""

import collections
import concurrent.futures
import contextlib
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

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


def main(short: bool) -> int:
    """Attack, print and judge."""
    with served() as site:
        faults = attack(site, 1_000 if short else 10_000)
        well = site.ask("/healthz")[1] == b"ok"
    print(*faults[:20], sep="\n")
    print(f"{len(faults)} faults; afterwards it is {'well' if well else 'NOT well'}")
    return 0 if well and not faults else 1


if __name__ == "__main__":
    sys.exit(main("--short" in sys.argv[1:]))

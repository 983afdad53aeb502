"""wrk against two workers, quietly and with a worker killed every few seconds; and two hundred half-sent requests.

Run as ``python tests/bench/load.py [--short]``; exits 1 where an answer is wrong, memory grows or somebody has to wait.
"""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.page import link
from tests.support.serving import Site, served

CONNECTIONS, SECONDS, SHORT_SECONDS, WARM = 64, 60, 12, 10
MAX_GROWTH, SHORT_GROWTH = 1.05, 1.15
"""How much more memory the workers may have at the end than when all was warm: counters, and no leak; few seconds warm little."""

MAX_SECONDS, SHORT_SLACK = 1, 4
"""Seconds that /healthz may take meanwhile; ten tries beside other work say less of the slowest."""

SCRIPT = """
local number = 0

function setup(thread) thread:set("salt", math.random(1, 1000000000)) end
function request()
  number = number + 1
  local name = "w" .. salt .. "x" .. number
  return wrk.format("GET", (string.gsub(paths[number % #paths + 1], "NAME", name)))
end
function response(status, headers, body)
  if status ~= 200 then io.stderr:write("status " .. status .. "\\n") end
end
"""
PATHS = ["/{name}.service", "/", "/report.json", "/prep.sh"]


def script(folder: Path) -> Path:
    """What wrk asks: pages and raw answers in turn, every link new."""
    first = link("/{name}.service")
    name = re.match(r"/(\w+)\.service", first)
    assert name
    query = first.partition("?")[2].replace(name[1], "NAME")
    paths = ", ".join(f'"{path.format(name="NAME")}?{query}"' for path in PATHS)
    file = folder / "ask.lua"
    file.write_text(f"math.randomseed(os.time())\npaths = {{ {paths} }}\n{SCRIPT}")
    return file


def memory(site: Site) -> int:
    """Resident KiB of all workers."""
    found = 0
    for pid in site.workers:
        status = Path(f"/proc/{pid}/status")
        text = status.read_text() if status.exists() else ""
        found += sum(int(size) for size in re.findall(r"VmRSS:\s+(\d+)", text))
    return found


def run_wrk(site: Site, seconds: int, folder: Path) -> tuple[str, int]:
    """Run wrk; what it said, and how many answers were no 200."""
    command = [
        "wrk",
        "-t2",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "--latency",
        "-s",
        str(script(folder)),
    ]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{site.port}"], capture_output=True, text=True, timeout=seconds + 60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.count("status ")


def said(text: str, pattern: str) -> str:
    """What wrk said."""
    found = re.search(pattern, text)
    return found[1] if found else ""


def quiet(site: Site, seconds: int, folder: Path) -> bool:
    """Load without trouble: no error, memory that stays."""
    warm: list[int] = []
    timer = threading.Timer(min(WARM, seconds / 2), lambda: warm.append(memory(site)))
    timer.start()
    text, wrong = run_wrk(site, seconds, folder)
    after = memory(site)
    errors = said(text, r"(Socket errors: .*)")
    print(
        f"wrk, {CONNECTIONS} connections, {seconds} s: {said(text, r'Requests/sec: +(.*)')} a second, p50 {said(text, r'50% +(.*)')}, p99 {said(text, r'99% +(.*)')}, {wrong} not 200, {errors or 'no socket error'}"
    )
    print(f"memory of the workers: {warm[0] // 1024} MiB when warm, {after // 1024} MiB at the end")
    most = MAX_GROWTH if seconds > WARM * 2 else SHORT_GROWTH
    return not wrong and not errors and after <= warm[0] * most


def killed(site: Site, seconds: int, folder: Path) -> bool:
    """Load with a worker killed every five seconds: nothing but what was in its hands fails."""
    stop = threading.Event()
    kills: list[int] = []

    def kill() -> None:
        while not stop.wait(5):
            kills.append(site.workers[0])
            os.kill(kills[-1], signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    text, wrong = run_wrk(site, seconds, folder)
    stop.set()
    thread.join()
    errors = said(text, r"(Socket errors: .*)")
    failed = sum(map(int, re.findall(r"(?:read|write|timeout|connect) (\d+)", errors)))
    most = (len(kills) + 1) * CONNECTIONS
    answered = said(text, r"(\d+) requests in")
    print(
        f"with {len(kills)} workers killed: {answered} answered, {wrong} not 200, {failed} failed of at most {most} in their hands"
    )
    return int(answered or 0) > 0 and not wrong and failed <= most and site.ask("/healthz")[1] == b"ok"


def slow(site: Site, short: bool) -> bool:
    """Two hundred requests that are never sent whole."""
    site.await_workers(2)
    half = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(200)]
    for connection in half:
        connection.sendall(b"POST /report.json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nname=")
    taken = []
    for _ in range(10):
        start = time.monotonic()
        assert site.ask("/healthz", timeout=10)[1] == b"ok"
        taken.append(time.monotonic() - start)
    for connection in half:
        connection.close()
    usual = statistics.median(taken)
    print(f"with 200 half-sent requests /healthz answers in {usual * 1000:.0f} ms, {max(taken) * 1000:.0f} ms at most")
    return usual < MAX_SECONDS and max(taken) < MAX_SECONDS * (SHORT_SLACK if short else 1)


def main(short: bool) -> int:
    """Load, print and judge."""
    seconds = SHORT_SECONDS if short else SECONDS
    with tempfile.TemporaryDirectory() as folder, served("--workers", "2") as site:
        right = [slow(site, short), quiet(site, seconds, Path(folder)), killed(site, seconds, Path(folder))]
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main("--short" in sys.argv[1:]))

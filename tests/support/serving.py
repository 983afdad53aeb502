"""The site as it is deployed: gunicorn with its settings on a free port of this machine, for tests and benches."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Site:
    """A running gunicorn: its master, port and log."""

    master: subprocess.Popen[bytes]
    port: int
    log: IO[str]

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """One request on a connection of its own: the answer and its body."""
        return ask(self.port, path, method, body, headers, timeout)

    @property
    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def await_workers(self, count: int, but: frozenset[int] = frozenset(), seconds: float = 30) -> list[int]:
        """Wait until there are so many workers, none of these among them."""
        end = time.monotonic() + seconds
        while len(self.workers) != count or but & set(self.workers):
            assert time.monotonic() < end, self.logged()
            time.sleep(0.05)
        return self.workers

    def logged(self) -> str:
        """What was logged until now."""
        self.log.flush()
        self.log.seek(0)
        return self.log.read()


def ask(
    port: int,
    path: str,
    method: str = "GET",
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 30,
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request to a port of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    with contextlib.closing(connection):
        given = dict(headers or {})
        if body is not None:
            given.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        return answer, answer.read()


def command_of(port: int, *options: str) -> list[str]:
    """The command line that serves the app on a port."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "app/gunicorn_conf.py"]
    return [*gunicorn, "--bind", f"127.0.0.1:{port}", *options]


def environment_with(**variables: str) -> dict[str, str]:
    """The environment of this process, with these settings of the site and no others."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("GENERATOR_", "PROMETHEUS_"))
    } | variables


def refused_start(**environment: str) -> tuple[int, str]:
    """A start of the site that must fail: its exit status, and what it wrote."""
    done = subprocess.run(
        [*command_of(free_port()), "app:create_app()"], cwd=ROOT, env=environment_with(**environment), timeout=60,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="backslashreplace",
    )  # fmt: skip
    return done.returncode, done.stdout


@contextlib.contextmanager
def served(*options: str, app: str = "app:create_app()", seconds: float = 60, **environment: str) -> Iterator[Site]:
    """Serve an app with gunicorn and its settings; ends with SIGTERM."""
    port = free_port()
    with tempfile.TemporaryFile("w+") as log:
        master = subprocess.Popen(
            [*command_of(port, *options), app],
            cwd=ROOT,
            env=environment_with(**environment),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        site = Site(master, port, log)
        try:
            _await_answer(site, seconds)
            yield site
        finally:
            if master.poll() is None:
                master.send_signal(signal.SIGTERM)
            try:
                master.wait(40)
            except subprocess.TimeoutExpired:
                master.kill()
                master.wait()


def _await_answer(site: Site, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            site.ask("/healthz")
            return
        except OSError:
            if site.master.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"gunicorn does not answer:\n{site.logged()}") from None
            time.sleep(0.1)

"""How gunicorn serves the app (gunicorn settings).

It imports nothing of the app: the master would keep that at a reload.
"""

import gc
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gevent.socket import wait_read
from gunicorn.glogging import Logger

bind = "127.0.0.1:8000"
workers = 2
worker_class = "gevent"  # half-sent requests of slow clients hold no worker
worker_tmp_dir = "/dev/shm"  # heartbeats of the workers, kept off disks
limit_request_line = 8190  # a link has up to 8,000 bytes; gunicorn refuses 4,094 by default
limit_request_fields = 50
limit_request_field_size = 8190
timeout = 30  # a worker that says nothing for so long is replaced; no answer takes a tenth of it
graceful_timeout = 30
keepalive = 5
max_requests, max_requests_jitter = 20_000, 2_000  # workers are replaced now and then, not all at once
control_socket_disable = True
accesslog = "-"
forwarder_headers = ""  # no client chooses the path prefix
secure_scheme_headers: dict[str, str] = {}  # GENERATOR_TRUSTED_HOPS alone says who is believed

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


class JsonLogger(Logger):
    """Logs a line of JSON for each request, with the rule of its route: path, query and names are a person's text."""

    def setup(self, cfg: Any) -> None:
        """Keep requests out of the log of errors too."""
        super().setup(cfg)
        self.error_log.addFilter(_without_request)

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        """Log one answer."""
        method = environ.get("REQUEST_METHOD")
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": method if method in METHODS else "other",
            "rule": environ.get("generator.rule"),
            "status": int(str(resp.status).split(maxsplit=1)[0]),
            "bytes": getattr(resp, "sent", None),
            "ms": round(request_time.total_seconds() * 1000, 1),
            "worker": os.getpid(),
        }
        self.access_log.info("%s", json.dumps(line))


def _without_request(record: logging.LogRecord) -> bool:
    """Whether a line is logged; one that quotes a request is cut: a malformed one may hold somebody's configuration."""
    if str(record.msg).startswith("Error handling request"):
        record.msg, record.args = "Error handling request", ()
    return not str(record.msg).startswith("Invalid")


logger_class = JsonLogger


def is_on(text: str) -> bool:
    """Whether a variable switches something on. What is wrong with it is said when the server starts."""
    try:
        return json.loads(text) in (True, 1)
    except (ValueError, RecursionError):
        return False


if is_on(os.environ.get("GENERATOR_METRICS", "")) and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    # The workers' counts, added up by whichever is asked for /metrics; kept over reloads, since the variable is.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-", dir="/dev/shm")


def on_starting(server: Any) -> None:
    """End the start with a sentence where a setting is wrong: every worker would end with a traceback."""
    child = os.fork()  # which imports the app in the master's place
    if not child:
        os._exit(_judge_settings())
    if os.waitpid(child, 0)[1]:
        on_exit(server)
        sys.exit(1)


def _judge_settings() -> int:
    """1 where a setting is wrong, after saying so. Any other fault is for the workers to log."""
    try:
        from app.web import settings

        settings.parse_settings(settings.DEFAULTS | settings.from_environment(os.environ))
    except ValueError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except Exception:  # it must not return into the master's code
        return 0
    return 0


def post_worker_init(worker: Any) -> None:
    """Keep what the app is made of from being looked through for garbage again and again: it stays."""
    gc.collect()
    gc.freeze()
    worker.always_ready = os.eventfd(1)


def post_request(worker: Any, req: Any, environ: MutableMapping[str, Any], resp: Any) -> None:
    """Let the others have their turn: one who asks again at once is read at once, and would keep the worker to himself."""
    wait_read(
        worker.always_ready
    )  # a turn of the event loop, new connections too; gevent.sleep(0) leaves those waiting


def on_exit(server: Any) -> None:
    """Take the counts away with the master."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
    if folder.startswith("/dev/shm/metrics-"):
        shutil.rmtree(folder, ignore_errors=True)

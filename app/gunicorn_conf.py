"""How gunicorn serves the app (gunicorn settings)."""

import logging
from typing import Any

bind = "127.0.0.1:8000"
workers = 2
worker_class = "gevent"  # half-sent requests of slow clients hold no worker
worker_tmp_dir = "/dev/shm"  # heartbeats of the workers, kept off disks
limit_request_line = 8190  # a link has up to 8,000 bytes; gunicorn refuses 4,094 by default
control_socket_disable = True
accesslog = "-"
access_log_format = "%(m)s %(s)s %(B)s %(M)sms"  # neither path nor query: both are a person's text
forwarder_headers = ""  # no client chooses the path prefix


def _says_no_request(record: logging.LogRecord) -> bool:
    """Whether a line of gunicorn's own log quotes no request: a malformed one may hold somebody's configuration."""
    return not record.getMessage().startswith("Invalid")


def on_starting(server: Any) -> None:
    """Keep requests out of the log of errors; workers inherit it."""
    server.log.error_log.addFilter(_says_no_request)

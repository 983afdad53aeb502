"""Every endpoint answers whatever is sent to it, and never with a fault of its own.

FUZZED_REQUESTS says how many requests are sent, 5,000 without it: ``FUZZED_REQUESTS=50000 pytest tests/web/test_fuzzed_requests.py``.
The requests are the same each time. An exception that no handler takes fails the test with its trace.
"""

import collections
import os
from collections.abc import Callable
from itertools import islice

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app import create_app
from tests.support.fuzzed import Fuzzed, fuzzed

REQUESTS = int(os.environ.get("FUZZED_REQUESTS", "5000"))
PARTS = 10


def status_of(app: Flask, asked: Fuzzed) -> int:
    """The status of the answer to a request, read to its end."""
    builder = EnvironBuilder(asked.path, method=asked.method, query_string=asked.query, data=asked.body or None)
    environ = builder.get_environ()
    if asked.content_type:
        environ["CONTENT_TYPE"] = asked.content_type
    environ |= {
        "HTTP_" + name.upper().replace("-", "_"): value.encode("utf-8", "replace").decode("latin-1")
        for name, value in asked.headers
    }
    parts, status, _ = run_wsgi_app(app, environ, buffered=True)
    for _ in parts:
        pass
    return int(status.split()[0])


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # uploads that are cut stay open until collected
@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_makes_a_fault(say: Callable[..., None], part: int) -> None:
    app = create_app({"TESTING": True, "METRICS": part == 0})
    statuses: collections.Counter[int] = collections.Counter()
    for asked in islice(fuzzed(app, seed=1300 + part), REQUESTS // PARTS):
        try:
            status = status_of(app, asked)
        except Exception as error:
            raise AssertionError(f"A fault at {asked}") from error
        assert status < 500, asked
        statuses[status] += 1
    assert {200, 404, 405, 422} <= set(statuses)
    say(
        f"{statuses.total():,} fuzzed requests:",
        ", ".join(f"{code}: {count}" for code, count in sorted(statuses.items())),
    )

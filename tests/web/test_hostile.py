"""Hostile links get a page or a short error, and nothing of theirs comes to be; tests/bench/attack.py sends ten thousand."""

import pytest
from flask.testing import FlaskClient

from tests.support.hostile import Hostile, hostile, judge

REQUESTS = [each for each in hostile(400, seed=6) if each.host.isprintable()]


@pytest.mark.parametrize("at", range(0, len(REQUESTS), 50))
def test_nothing_hostile_comes_to_be(client: FlaskClient, at: int) -> None:
    for asked in REQUESTS[at : at + 50]:
        assert told(client, asked) == "", asked


def told(client: FlaskClient, asked: Hostile) -> str:
    """What is wrong with the answer to a request."""
    path, _, query = asked.target.partition("?")
    with client.open(
        path,
        method=asked.method,
        query_string=query,
        data=asked.body or None,
        headers={"Host": asked.host},
        content_type="application/x-www-form-urlencoded",
    ) as answer:
        return judge(
            answer.status_code,
            answer.content_type,
            answer.get_data(as_text=True) if "gzip" not in answer.content_type else "",
        )

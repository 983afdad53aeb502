"""The description of the raw answers, held against them by Schemathesis."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from flask.testing import FlaskClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import create_app
from app.web.form.entry import TOOL_PARAMETERS
from app.web.views.openapi import PARAMETERS

APP = create_app()
KEPT = {"User", "ExecStart", "WantedBy", "StateDirectory", "timer.Timer.OnCalendar", "socket.Socket.ListenStream"}


def few_directives() -> dict[str, Any]:
    """The description with a few of its thousand directives, of which values are soon drawn."""
    description: dict[str, Any] = APP.test_client().get("/openapi.json").json
    unit = description["components"]["schemas"]["Unit"]
    unit["properties"] = {key: value for key, value in unit["properties"].items() if key in KEPT | PARAMETERS.keys()}
    return description


schema = schemathesis.openapi.from_dict(few_directives())
schema.app = APP
OF_THE_PAGE = {"runs-as", "own-path", "own-mode", "own-access", "add", "find", "close", "fix", "profile", "show"}


def test_every_raw_answer_and_parameter_is_described(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").json["paths"]  # type: ignore[index]
    assert {"/{name}.service", "/prep.sh", "/install.sh", "/report.json", "/server.json", "/server.tar.gz"} <= set(
        paths
    )
    assert set(PARAMETERS) == TOOL_PARAMETERS - OF_THE_PAGE
    assert all({"get", "post"} == set(operations) for operations in paths.values())


@schema.parametrize()
@hypothesis.settings(max_examples=8, suppress_health_check=list(hypothesis.HealthCheck))
def test_answers_are_as_described(case: schemathesis.Case) -> None:
    case.call_and_validate(
        checks=[not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance],
        headers={"Accept-Encoding": "identity"},
    )


@pytest.mark.parametrize("end", [".service", ".timer"])
def test_a_described_example_is_an_answer(client: FlaskClient, end: str) -> None:
    properties = client.get("/openapi.json").json["components"]["schemas"]["Unit"]["properties"]  # type: ignore[index]
    assert properties["User"]["example"] == "myapp"
    assert properties["timer.Timer.OnCalendar"]["items"]["example"]
    given = {"name": "myapp", "ExecStart": "/usr/bin/true", "timer.Timer.OnCalendar": "daily"}
    assert client.get(f"/myapp{end}", query_string=given).status_code == 200

"""For terminals: findings and score of a unit file as text or JSON, and the front page without HTML."""

import re
import shlex
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from app.analysis.rules import SEVERITIES
from app.web.form.entry import make_report
from tests.support import pace
from tests.support.configurations import LEAST, query, read

ROOT = "[Service]\nExecStart=/usr/bin/true\nProtectSystem=strict\nPrivateTmp=perhaps\n"
JSON = {"Accept": "application/json"}
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
"""What curl says of a body that --data-binary brings."""


def test_the_lint_begins_with_a_verdict_and_the_worst_finding(client: FlaskClient) -> None:
    answer = client.post("/lint?name=myapp.service&systemd=252", data=ROOT, headers=FORM_TYPE)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    verdict, *lines = answer.text.splitlines()
    assert verdict.startswith("myapp.service for systemd 252")
    assert re.search(r": \d warnings, \d hints; exposure ", verdict)
    assert verdict.endswith("UNSAFE")
    ranks = [SEVERITIES.index(line.partition(":")[0]) for line in lines]
    assert ranks
    assert ranks == sorted(ranks)


def test_a_finding_names_its_line(client: FlaskClient) -> None:
    text = "[Service]\nExecStart=/usr/bin/true\nUser=root\n"
    lines = client.post("/lint?name=a.service", data=text).text.splitlines()
    assert any(line.startswith("warning: line 3: ") for line in lines)


def test_a_unit_without_findings_is_reported_as_clean(client: FlaskClient) -> None:
    unit = client.get(
        f"/myapp.service?{query([*LEAST, ('PrivateTmp', 'yes'), ('ProtectProc', 'invisible'), ('TemporaryFileSystem', '/dev/shm:mode=1777')])}"
    ).text
    answer = client.post("/lint?name=myapp.service", data=unit).text
    assert answer.splitlines() == [answer.strip()]
    assert ": no findings; exposure " in answer


def test_the_lint_in_json_agrees_with_the_text(client: FlaskClient) -> None:
    found = client.post("/lint?name=myapp.service", data=ROOT, headers=JSON).json
    text = client.post("/lint?name=myapp.service", data=ROOT).text
    assert found is not None
    assert found["verdict"] == text.splitlines()[0]
    assert [finding["message"] in text for finding in found["findings"]] == [True] * len(found["findings"])
    assert {"id", "severity", "field", "message", "why", "fix", "line"} == set(found["findings"][0])


def test_the_score_is_the_reports(client: FlaskClient) -> None:
    report = make_report(read(LEAST))
    assert report.exposure is not None
    address = f"/score?name=myapp.service&systemd={report.unit.target.key}"
    verdict, *rows, last = client.post(address, data=report.text).text.splitlines()
    assert verdict == f"myapp.service: exposure {report.exposure.overall} {report.exposure.level}"
    assert [row.split()[0] for row in rows] == [row.exposure for row in report.exposure.costly]
    assert all(row.name in line for row, line in zip(report.exposure.costly, rows, strict=True))
    assert last == f"{sum(bool(row.set) for row in report.exposure.rows)} rows cost nothing."
    assert client.post(address, data=report.text, headers=JSON).json == {
        "name": "myapp.service",
        **report.exposure.as_json(),
    }


def test_a_unit_that_is_not_a_service_is_checked_but_has_no_score(client: FlaskClient) -> None:
    timer = "[Timer]\nOnCalendar=daily\n"
    assert client.post("/score?name=a.timer", data=timer).status_code == 422
    assert client.post("/lint?name=a.timer", data=timer).text.startswith("a.timer for ")


@pytest.mark.parametrize("address", ["/lint", "/score"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 1000,
        bytes(range(256)) * 4096,
        b"\\\n" * 1_000_000,
        b"[Service]\n" * 200_000,
        b"[Service]\nUser=a\xff\x1b[31m\n",
        b"[Service]\nExecStart=" + b"a" * 2_000_000 + b"\n",
        b"[Service]\n" + b"ExecStart=/bin/true a\n" * 90_000,
        b"[Container]\nImage=x\n",
        b"[Service]\nUser=%i%i%q\nStateDirectory=%q\nExecStart=/bin/%z\n",
    ],
)
def test_invalid_input_gets_an_answer_in_words(client: FlaskClient, address: str, body: bytes) -> None:
    assert pace.within(1, client.post, address, data=body, headers=FORM_TYPE)
    answer = client.post(address, data=body, headers=FORM_TYPE)
    assert answer.status_code in (200, 422)
    assert answer.text.strip()
    assert all(line.isprintable() for line in answer.text.splitlines())


def test_a_body_of_more_than_two_mebibytes_is_refused(client: FlaskClient) -> None:
    answer = client.post("/lint", data=b"a" * (2 * 1024 * 1024 + 1), headers=FORM_TYPE)
    assert answer.status_code == 413
    assert answer.content_type.startswith("text/plain")


def test_a_file_is_taken_as_an_upload_too(client: FlaskClient, tmp_path: Path) -> None:
    path = tmp_path / "uploaded.service"
    path.write_text(ROOT)
    with path.open("rb") as file:
        assert client.post("/lint", data={"file": (file, path.name)}).text.startswith("uploaded.service for ")


# --- the front page ----------------------------------------------------------------------------------

FOR_PEOPLE = [{}, {"Accept": "text/html"}, {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}]
FOR_TERMINALS = [{"Accept": "*/*"}, {"Accept": "text/plain"}, {"Accept": "application/json"}, {"Accept": ""}]


@pytest.mark.parametrize("headers", FOR_PEOPLE)
def test_a_client_that_prefers_html_gets_the_page(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/", headers=headers)
    assert (answer.mimetype, "Accept" in answer.vary) == ("text/html", True)


@pytest.mark.parametrize("headers", FOR_TERMINALS)
def test_every_other_client_gets_lines_to_run(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get("/", headers=headers)
    assert (answer.status_code, answer.mimetype, "Accept" in answer.vary) == (200, "text/plain", True)
    assert len(answer.text.splitlines()) < 30


def lines_of(text: str) -> list[list[str]]:
    """The command lines of the help."""
    return [shlex.split(line) for line in text.splitlines() if line.startswith("  ")]


def test_every_line_fails_loudly_and_none_runs_its_download(client: FlaskClient) -> None:
    lines = lines_of(client.get("/", headers={"Accept": "*/*"}).text)
    assert len(lines) >= 5
    assert all(words[:2] == ["curl", "-fsS"] and not {"|", "sh", ";"} & set(words) for words in lines)


def test_the_lines_are_on_the_unit_of_the_link(client: FlaskClient) -> None:
    text = client.get(f"/?{query(LEAST)}", headers={"Accept": "*/*"}).text
    assert "User=myapp&UMask=0077" in text


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of the app, served on the loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


def test_the_lines_run_as_they_are(address: str, tmp_path: Path, require: Callable[[str, str], None]) -> None:
    require("curl", "the lines are curl's")
    front = subprocess.run(["curl", "-fsS", f"{address}/"], capture_output=True, text=True, check=True).stdout
    for words in lines_of(front):
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)
    assert (tmp_path / "myapp.service").read_text().startswith("[Unit]")

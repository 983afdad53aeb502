"""Fixtures that all tests share: what a machine may lack, real systemd, and Hypothesis' profiles."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from tests.system import lab

# Its database is .hypothesis/ in the working directory, which git ignores. In CI the same examples every
# time, so that a run fails for what was changed; new examples are for the runs at one's desk.
hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True, max_examples=200)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


def require(need: str | bool, reason: str) -> None:
    """Skip the test unless `need`, a program's name or a condition, is met; with CI set, fail it instead."""
    met = shutil.which(need) is not None if isinstance(need, str) else need
    if not met and os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    if not met:
        pytest.skip(reason)


@pytest.fixture(name="require", scope="session")
def require_fixture() -> Callable[[str | bool, str], None]:
    """Give tests the function require()."""
    return require


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder: tests/system/ runs real systemd, tests/browser/ a real browser."""
    for item in items:
        for folder in ("system", "browser"):
            if folder in item.path.parts:
                item.add_marker(folder)


_SAID = "said"


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Print like print(), but below the tests' own lines: what a proof counted, from whichever process ran it."""

    def say(*words: object, sep: str = " ") -> None:
        request.node.user_properties.append((_SAID, sep.join(map(str, words))))

    return say


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the proofs said."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for key, text in (said for report in reports if report.when == "call" for said in report.user_properties):
        if key == _SAID:
            terminalreporter.write_line(text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Skip a test whose fixtures need real systemd where this machine cannot run it; with CI set, fail it."""
    return (yield from _unless_missing())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Skip a test that needs real systemd itself, likewise."""
    return (yield from _unless_missing())


def _unless_missing() -> Generator[None, object, object]:
    try:
        return (yield)
    except lab.MissingToolError as missing:
        require(False, str(missing))


def _guest(version: int) -> Iterator[lab.Guest]:
    """Boot the root with systemd `version`, for as long as the session lasts."""
    with lab.Guest(lab.root(version)) as guest:
        yield guest


@pytest.fixture(scope="session")
def root252() -> Path:
    """Path of a root with systemd 252, for lab.verify() and lab.throwaway()."""
    return lab.root(252)


@pytest.fixture(scope="session")
def guest252() -> Iterator[lab.Guest]:
    """A booted guest with systemd 252; all tests of the session share it, so give what you make names of its own."""
    yield from _guest(252)


@pytest.fixture(scope="session")
def guest257() -> Iterator[lab.Guest]:
    """A booted guest with systemd 257, shared likewise."""
    yield from _guest(257)


@pytest.fixture(scope="session")
def guest262() -> Iterator[lab.Guest]:
    """A booted guest with systemd 262, shared likewise."""
    yield from _guest(262)


# --- fixtures of the web application ---------------------------------------------------------------


@pytest.fixture
def app() -> Flask:
    """The app as its defaults configure it."""
    return create_app({"TESTING": True})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that asks the app as localhost."""
    return app.test_client()

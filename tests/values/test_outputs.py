"""Places for output."""

import pytest

from app import catalogue
from tests.values.claims import Refused, Taken, judged, pairs, sentences

TAKEN: Taken = {
    "StandardOutput": [
        "journal",
        "inherit",
        "null",
        "tty",
        "kmsg",
        "journal+console",
        "kmsg+console",
        "socket",
        "fd",
        "fd:",
        "fd:x y",
        "file:/a",
        "append:/var/log/my app",
        "truncate:%L/x",
        "append:/",
    ],
}

REFUSED: Refused = {
    "StandardOutput": {
        "Journal": "“Journal” is not a place for output. Did you mean “journal”? Write inherit, null, tty, journal, kmsg, journal+console, kmsg+console, socket, fd or append:/absolute/path.",
        "file:x": "The path “x” is not absolute. Begin it with /, for example /srv/myapp.",
        "append:../x": "The path “../x” is not absolute. Begin it with /, for example /srv/myapp.",
        "journald": "“journald” is not a place for output. Did you mean “journal”? Write inherit, null, tty, journal, kmsg, journal+console, kmsg+console, socket, fd or append:/absolute/path.",
        "fd:a:b": "“a:b” is not the name of a file descriptor: it takes ASCII without a colon. Write for example fd:stdout.",
        "fd:é": "“é” is not the name of a file descriptor: it takes ASCII without a colon. Write for example fd:stdout.",
        'append:"/x"': 'The path “"/x"” is not absolute. Begin it with /, for example /srv/myapp.',
        '"journal"': '“"journal"” is not a place for output. Did you mean “journal”? Write inherit, null, tty, journal, kmsg, journal+console, kmsg+console, socket, fd or append:/absolute/path.',
    },
}

STRICTER: Refused = {
    "StandardOutput": {
        "file": "“file” is not a place for output. Write inherit, null, tty, journal, kmsg, journal+console, kmsg+console, socket, fd or append:/absolute/path.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_versions_of_forms() -> None:
    kind = catalogue.find("StandardOutput").kind
    for value, since in (
        ("journal", [38]), ("file:/a", [236]), ("append:/a", [240]), ("truncate:/a", [248]), ("fd:x", [232]),
    ):  # fmt: skip
        assert [need.since for need in kind.needs(kind.normalise(value))] == since, value

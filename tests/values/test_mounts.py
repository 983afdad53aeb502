"""Paths shown elsewhere, and empty file systems laid over others."""

import pytest

from app.values import BindMounts, TemporaryFileSystems
from tests.values.claims import Refused, Taken, judged, pairs, sentences

TAKEN: Taken = {
    "BindPaths": [
        "/a",
        "/a:/b",
        "-/a:/b",
        "/a:/b:rbind",
        "/a:/b:norbind",
        "/a:/b /c",
        '"/a b":"/c d"',
        "%t/x:/y",
        "/a:/b:",
        "/a\\:b:/../c",
        '"/a b:/c"',
        "/a  /b",
        r"/a\ b",
    ],
    "BindReadOnlyPaths": ["/srv/templates:/t"],
    "TemporaryFileSystem": [
        "/var:ro",
        "/srv",
        "/srv:",
        "/srv:mode=0755,size=10M /x",
        "/a:nosuid,nodev,noexec,uid=0",
        "/srv:noswap,%Z",
        "/..",
        "/a\\\\:b:ro",
        '"/a b:ro"',
    ],
}

REFUSED: Refused = {
    "BindPaths": {
        "/a:b": "The destination “b” is not absolute. Begin it with /, for example /srv/myapp.",
        "a:/b": "The source “a” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a:/b:ro": "“/a:/b:ro” has an option that systemd does not read here. Write SOURCE:DESTINATION, and behind it :rbind or :norbind; what shall be read-only stands in BindReadOnlyPaths=.",
        "/a:": "The destination “” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a::rbind": "The destination “” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a:/b:rbind:x": "“/a:/b:rbind:x” has an option that systemd does not read here. Write SOURCE:DESTINATION, and behind it :rbind or :norbind; what shall be read-only stands in BindReadOnlyPaths=.",
        ":/b": "The source “” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a:/b/..": "The destination “/b/..” goes through “..”, which systemd refuses. Write it in full.",
        "+/a": "The source “+/a” is not absolute. Begin it with /, for example /srv/myapp.",
        '"/a': 'The quote " is opened and never closed. Close it, or take it away.',
    },
    "TemporaryFileSystem": {
        "var:ro": "The path “var” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a/..:ro": "The path “/a/..” goes through “..”, which systemd refuses. Write it in full.",
        ":ro": "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_versions_of_forms() -> None:
    for kind, value, since in (
        (BindMounts(), "/a:/b '/c':/d:", []), (BindMounts(), "/a:/..", [255]), (BindMounts(), "/a  /b", [262]), (BindMounts(), "'/a:/b'", [262]),
        (BindMounts(), "/a:/b: /c", [262]), (BindMounts(), r"/a\ b", [1]), (BindMounts(), "/a:/b: rbind", [1]), (BindMounts(), r"/a\x20b", [262]),
        (TemporaryFileSystems(), "/..:ro,%d", [255]),
    ):  # fmt: skip
        assert [need.since for need in kind.needs(kind.normalise(value))] == since, value


def test_older_versions_read_a_form_differently() -> None:
    for value, instead in (("'/a:/b'", ["it would name other paths"]), ("/a  /b", [""])):
        assert [need.otherwise for need in BindMounts().needs(BindMounts().normalise(value))] == instead, value

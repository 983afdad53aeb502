"""Paths, lists of them, names of managed directories."""

import re

import pytest

from app import catalogue
from app.values import DirectoryNames, FilePath, PathList, ancestors, check_own_path, is_within, simplify
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What some systemd from 247 to 262 takes without a word, and so do we; test_versions_of_forms() tells which.
TAKEN: Taken = {
    "WorkingDirectory": [
        "/srv/myapp",
        "/",
        "~",
        "-~",
        "-/srv/x",
        "/srv/my app",
        "/a//b/./c/",
        "%S/x",
        "%t",
        "%h/x",
        "/srv/%p",
        "/é",
        "/100%%",
    ],
    "EnvironmentFile": ["/etc/default/myapp", "-/etc/x", "/etc/my app", "/etc/*.conf", "%E/x"],
    "PIDFile": ["/run/myapp.pid", "myapp.pid", "%t/x.pid", "x/y.pid", "/var/run/x.pid", "-x.pid", "/srv/x y.pid"],
    "ReadWritePaths": [
        "/srv/a",
        "/srv/a /srv/b",
        "-/srv/a",
        "+/srv/a",
        "-+/srv/a",
        '"/srv/my app"',
        "'/srv/my app' /b",
        "/srv/my\\ app",
        "%S/x",
        '"-/a b"',
        "/a//b/",
        "/../b",
        '%"t"/x',
    ],
    "InaccessiblePaths": ["-/data", "/x"],
    "StateDirectory": [
        "myapp",
        "myapp/sub",
        "a b",
        '"my app"',
        "my//app/",
        "./myapp",
        "myapp/.",
        "%p",
        "x-%N",
        "é",
        "privatestuff",
        "a:b",
        "a/b:c/d",
        ".a",
        "a:",
        "a::",
        "a:b:ro",
        '"a\'b"',
    ],
    "RuntimeDirectory": ["myapp"],
    "ConfigurationDirectory": ["myapp", "myapp/conf", "myapp:", "myapp::ro"],
    "LogsDirectory": ["myapp"],
    "CacheDirectory": ["myapp"],
}

# What every systemd from 247 to 262 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "WorkingDirectory": {
        "srv/myapp": "The path “srv/myapp” is not absolute. Begin it with /, for example /srv/myapp.",
        '"/srv/my app"': "systemd reads no quotes here: they would be part of the path. Write the path alone; blanks in it need nothing.",
        "/srv/../etc": "The path “/srv/../etc” goes through “..”, which systemd refuses. Write it in full.",
        "-": "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
        "-srv": "The path “srv” is not absolute. Begin it with /, for example /srv/myapp.",
        "%p": "The path “%p” is not absolute. Begin it with /, for example /srv/myapp.",
        "~/x": "The path “~/x” is not absolute. Begin it with /, for example /srv/myapp.",
        "~root": "The path “~root” is not absolute. Begin it with /, for example /srv/myapp.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "/a/%S/../x": "The path “/a/%S/../x” goes through “..”, which systemd refuses. Write it in full.",
        "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": "The path is longer than a path can be (4095 bytes, 255 a part). Use a shorter one.",
        "%%/x": "The path “%%/x” is not absolute. Begin it with /, for example /srv/myapp.",
    },
    "EnvironmentFile": {
        '"/etc/x"': "systemd reads no quotes here: they would be part of the path. Write the path alone; blanks in it need nothing.",
        "etc/x": "The path “etc/x” is not absolute. Begin it with /, for example /srv/myapp.",
        "/etc/../x": "The path “/etc/../x” goes through “..”, which systemd refuses. Write it in full.",
        "-": "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
        "--/x": "The path “-/x” is not absolute. Begin it with /, for example /srv/myapp.",
    },
    "PIDFile": {
        "/run/../x": "The path “/run/../x” goes through “..”, which systemd refuses. Write it in full.",
        "../x": "The path “/run/../x” goes through “..”, which systemd refuses. Write it in full.",
    },
    "ReadWritePaths": {
        "srv": "The path “srv” is not absolute. Begin it with /, for example /srv/myapp.",
        "+-/srv": "The path “-/srv” is not absolute. Begin it with /, for example /srv/myapp.",
        '"/srv': 'The quote " is opened and never closed. Close it, or take it away.',
        "/a /b/../c": "The path “/b/../c” goes through “..”, which systemd refuses. Write it in full.",
        "/../b/..": "The path “/../b/..” goes through “..”, which systemd refuses. Write it in full.",
        '""': "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
        "-": "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
        "~/x": "The path “~/x” is not absolute. Begin it with /, for example /srv/myapp.",
        "%p/x": "The path “%p/x” is not absolute. Begin it with /, for example /srv/myapp.",
        "/ok relative": "The path “relative” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a:b/../c": "The path “/a:b/../c” goes through “..”, which systemd refuses. Write it in full.",
    },
    "StateDirectory": {
        "/var/lib/myapp": "“/var/lib/myapp” is an absolute path, and systemd would start the service without it. Write myapp.",
        "/srv/x": "“/srv/x” is an absolute path, and systemd would start the service without it. Write a name below /var/lib, or use a directory of your own.",
        "../x": "“../x” is not a name below /var/lib. Write it without “.” and “..”, for example myapp.",
        "a/../b": "“a/../b” is not a name below /var/lib. Write it without “.” and “..”, for example myapp.",
        ".": "“.” is not a name below /var/lib. Write it without “.” and “..”, for example myapp.",
        "private": "/var/lib/private belongs to services with DynamicUser=. Write another name, for example myapp.",
        "private/x": "/var/lib/private belongs to services with DynamicUser=. Write another name, for example myapp.",
        "./": "“./” is not a name below /var/lib. Write it without “.” and “..”, for example myapp.",
        '"a': 'The quote " is opened and never closed. Close it, or take it away.',
        "/": "“/” is an absolute path, and systemd would start the service without it. Write a name below /var/lib, or use a directory of your own.",
        "%t": "“%t” is an absolute path, and systemd would start the service without it. Write a name below /var/lib, or use a directory of your own.",
    },
    "ConfigurationDirectory": {
        "/etc/myapp": "“/etc/myapp” is an absolute path, and systemd would start the service without it. Write myapp.",
    },
    "RuntimeDirectory": {
        "/run/myapp": "“/run/myapp” is an absolute path, and systemd would start the service without it. Write myapp.",
    },
}

# What some systemd takes, but not as it was meant. In the names of directories, 247 to 249 take a colon as part of the name, 250 to
# 256 skip what stands before or behind the two names, each part of a backslash is read in three ways, and nothing expands ~ or $.
STRICTER: Refused = {
    "PIDFile": {
        "-/run/x.pid": "PIDFile= reads no - before its path: it would be part of the path. Leave it out.",
        '"x"': "systemd reads no quotes here: they would be part of the path. Write the path alone; blanks in it need nothing.",
    },
    "StateDirectory": {
        "a:/b": "“/b” is an absolute path, and systemd would start the service without it. Write a name below /var/lib, or use a directory of your own.",
        "a:../b": "“../b” is not a name below /var/lib. Write it without “.” and “..”, for example myapp.",
        ":b": "“” is not a name below /var/lib. Write it without “.” and “..”, for example myapp.",
        "a::b": "“a::b” has a flag that systemd does not know. Write NAME, NAME:LINK, NAME::ro or NAME:LINK:ro.",
        "a:b:ro:x": "“a:b:ro:x” has a flag that systemd does not know. Write NAME, NAME:LINK, NAME::ro or NAME:LINK:ro.",
        "~myapp": "systemd does not expand “~” here. Write a name below /var/lib, for example myapp.",
        "$HOME": "systemd does not expand “$” here. Write a name below /var/lib, for example myapp.",
        "a\\x20b": "systemd takes a backslash here as the begin of an escape. Write names without it, in quotes where they hold blanks.",
        "a:private": "/var/lib/private belongs to services with DynamicUser=. Write another name, for example myapp.",
    },
    "ConfigurationDirectory": {
        "a:b": "“a:b” has a colon, which systemd does not read here. Write the name alone.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


OWN_PATHS = {
    "srv/myapp": "“srv/myapp” is not absolute. Begin it with /, for example /srv/myapp.",
    "/srv": "“/srv” is too close to the root of the machine to be handed over. Write a path at least two levels deep, for example /srv/myapp.",
    "/srv/../etc": "“/srv/../etc” is not spelt plainly. Leave out “.”, “..”, doubled slashes and the slash at the end, for example /srv/myapp.",
    "/srv/./x": "“/srv/./x” is not spelt plainly. Leave out “.”, “..”, doubled slashes and the slash at the end, for example /srv/myapp.",
    "/srv//x": "“/srv//x” is not spelt plainly. Leave out “.”, “..”, doubled slashes and the slash at the end, for example /srv/myapp.",
    "/srv/x/": "“/srv/x/” is not spelt plainly. Leave out “.”, “..”, doubled slashes and the slash at the end, for example /srv/myapp.",
    "/srv/ x": "A part of “/srv/ x” begins or ends with a blank. Leave it out.",
}
NOT_PLAIN = (
    "/srv/*",
    "/srv/a?",
    "/srv/[a]",
    "/srv/%p",
    "/srv/$HOME",
    "/srv/é",
    "/srv/a;b",
    '/srv/a"b',
    "/srv/a\\b",
    "/srv/a\nb",
)


@pytest.mark.parametrize(
    "path", ["/srv/myapp", "/opt/my app/data", "/data/a-b_c.d+e@f,g=h~i", "/x/y/z", f"/srv/{'x' * 255}"]
)
def test_a_path_that_can_be_given_to_the_service_is_accepted(path: str) -> None:
    assert check_own_path(path) == path


@pytest.mark.parametrize(("path", "sentence"), OWN_PATHS.items())
def test_a_path_that_cannot_be_given_to_the_service_is_refused(path: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        check_own_path(path)


@pytest.mark.parametrize("path", NOT_PLAIN)
def test_characters_that_could_mean_another_path_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="has characters that do not belong in a directory handed over with chown -R"):
        check_own_path(path)


def test_length_of_paths_is_counted_in_bytes() -> None:
    for kind in (FilePath(), PathList()):
        assert kind.normalise(f"/{'é' * 127}")
        with pytest.raises(ValueError, match=r"^The path is longer than a path can be"):
            kind.normalise(f"/{'é' * 128}")
        with pytest.raises(ValueError, match=r"^The path is longer than a path can be"):
            kind.normalise("/x" * 2048)


def test_simplify_removes_redundant_parts() -> None:
    for path, plain in {
        "/a//b/./c/": "/a/b/c",
        "/": "/",
        "a/.": "a",
        "./": "",
        "//": "/",
        "a/../b": "a/../b",
        "/.././../a/../b": "/a/../b",
        "../a": "../a",
    }.items():
        assert simplify(path) == plain


def test_ancestors_and_within() -> None:
    assert ancestors("/srv/my/app") == ["/", "/srv", "/srv/my"]
    assert is_within("/srv/my", "/srv")
    assert is_within("/srv", "/srv")
    assert is_within("/srv", "/")
    assert not is_within("/srvx", "/srv")


def test_versions_of_forms() -> None:
    state = catalogue.find("StateDirectory").kind
    for kind, value, since in (
        (state, "a", []), (state, "a:b", [250]), (state, "a::ro", [250, 257]), (state, "a:b:ro", [250, 257]),
        (PathList(), "/a -/b", []), (PathList(), "-+/a", [233]), (PathList(), "%d/x", [251]), (PathList(), '%"d"/x', [251]), (PathList(), "-/.././x", [255]), (PathList(), "/..x", []),
        (state, "a:", [250]), (state, "a::", [250]),
    ):  # fmt: skip
        assert [need.since for need in kind.needs(kind.normalise(value))] == since, value


def test_paths_of_managed_directories() -> None:
    assert DirectoryNames("/var/lib").paths('myapp "my app" a/./b:link %p::ro') == [
        "/var/lib/myapp",
        "/var/lib/my app",
        "/var/lib/a/b",
        "/var/lib/%p",
    ]


def test_files_below_the_old_name_of_run_are_below_run() -> None:
    kind = catalogue.find("PIDFile").kind
    assert kind.replacement("/var//run/x/y.pid") == "/run/x/y.pid"
    assert kind.replacement("/run/x.pid") == kind.replacement("/var/running.pid") == ""


def test_files_of_the_kernel_are_refused_since_256() -> None:
    for value in ("/proc/x", "/sys//x", "/./dev/x"):
        assert [(need.removed_in, need.refused) for need in catalogue.find("PIDFile").kind.needs(value)] == [
            (256, True)
        ]
    assert not list(catalogue.find("PIDFile").kind.needs("/devices/x"))


def test_older_versions_read_a_form_differently() -> None:
    state, configuration = (catalogue.find(name).kind for name in ("StateDirectory", "ConfigurationDirectory"))
    for kind, value, instead in (
        (state, "a:b", ["the directory would be named “a:b”"]),
        (state, "a:b:ro", ["the directory would be named “a:b:ro”", "the directory would be writable"]),
        (
            state,
            "a::ro",
            ["the directory would be named “a::ro”", "the directory would be writable, with a link “ro” beside it"],
        ),
        (configuration, "a::ro", ["the directory would be named “a::ro”", ""]),
    ):
        assert [need.otherwise for need in kind.needs(kind.normalise(value))] == instead, value

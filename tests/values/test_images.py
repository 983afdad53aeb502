"""Root directories and disk images: where they are, which partitions of them are used, and how."""

import pytest

from app import catalogue
from app.values import FOREVER
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd takes without a word, and so do we: all that read the directive, but for what test_versions_of_forms() tells.
TAKEN: Taken = {
    "RootDirectory": ["/srv/x", "/a b", "%t/x", "/../x", "/"],
    "RootImageOptions": [
        "ro",
        "root:ro,nosuid",
        "root:ro home:rw",
        ":root:ro:",
        '"root:ro"',
        "root:a\\:b",
        "root-secondary:ro",
        "root:",
    ],
    "RootImagePolicy": [
        "*",
        "~",
        "-",
        "root=verity+signed",
        "root=:usr=-",
        "=absent",
        "root = verity + signed : = open",
        "root=ext4+verity",
    ],
    "RootHash": ["0123456789abcdefABCDEF0123456789", "01234567 89abcdef 01234567 89abcdef", "/a b", "/%Z/.."],
    "RootHashSignature": [
        "base64:AAAA",
        "base64:AA==",
        "base64:AAA=",
        "base64:",
        "base64:AA AA",
        "base64:ab-_",
        "/x",
    ],
    "MountImages": [
        "/a:/b",
        "-/a:/b",
        "/a:/b:ro",
        "/a:/b:root:ro,nosuid:home:rw",
        "/a\\:b:/c",
        '"/a b:/c"',
        "/a::/b",
        "/dev/sda1:/x",
        "/a:/proc/x",
        "/../a:/b",
    ],
    "ExtensionImages": ["/a", "-/a:ro", "/a:root:ro", "/a:root-secondary:ro:nosuid", "/a:", "/proc/x", ":"],
    "ExtensionDirectories": ["/a -/b"],
}

# What every systemd up to 262 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "RootDirectory": {
        "srv": "The path “srv” is not absolute. Begin it with /, for example /srv/myapp.",
        "-/srv": "The path “-/srv” is not absolute. Begin it with /, for example /srv/myapp.",
        '"/srv"': 'The path “"/srv"” is not absolute. Begin it with /, for example /srv/myapp.',
        "/a/../b": "The path “/a/../b” goes through “..”, which systemd refuses. Write it in full.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "RootImageOptions": {
        "foo:ro": "“foo” is not a kind of partition that systemd knows. Write for example root, usr, home or var.",
        "root:ro:x": "“root:ro:x” has more than one colon. Write PARTITION:OPTIONS, pairs parted by blanks: root:ro home:nosuid.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "root:%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "root:\\q": "“\\q” is not an escape that systemd knows. For a literal backslash write two.",
        '"root:ro': 'The quote " is opened and never closed. Close it, or take it away.',
    },
    "RootImagePolicy": {
        "root": "“root” has no “=”. Write PARTITION=FLAGS, for example root=verity+signed.",
        "root=verity:root=signed": "“root=” stands here twice. Write all flags of a partition once.",
        "=verity:=signed": "“=” stands here twice. Write all flags of a partition once.",
        "root=verity:": "“” has no “=”. Write PARTITION=FLAGS, for example root=verity+signed.",
        ":": "“” has no “=”. Write PARTITION=FLAGS, for example root=verity+signed.",
    },
    "RootHash": {
        "0123": "“0123” is not a root hash. Write an even number of hexadecimal digits, 32 or more, or the absolute path of a file.",
        "0123456789abcdef0123456789abcdeg": "“0123456789abcdef0123456789abcdeg” is not a root hash. Write an even number of hexadecimal digits, 32 or more, or the absolute path of a file.",
        "0123456789abcdef0123456789abcdef0": "“0123456789abcdef0123456789abcdef0” is not a root hash. Write an even number of hexadecimal digits, 32 or more, or the absolute path of a file.",
        "%t/x": "“%t/x” is not a root hash. Write an even number of hexadecimal digits, 32 or more, or the absolute path of a file.",
        "a/b": "“a/b” is not a root hash. Write an even number of hexadecimal digits, 32 or more, or the absolute path of a file.",
    },
    "RootHashSignature": {
        "AAAA": "“AAAA” is not a signature. Write base64: and its text, padded with = to groups of four, or the absolute path of a file.",
        "base64:A": "“A” is not Base64. Write what base64 makes, for example SGVsbG8K; = fills up the last group of four.",
        "base64:AAA": "“AAA” is not Base64. Write what base64 makes, for example SGVsbG8K; = fills up the last group of four.",
        "base64:AB==": "“AB==” is not Base64. Write what base64 makes, for example SGVsbG8K; = fills up the last group of four.",
        "base64:A===": "“A===” is not Base64. Write what base64 makes, for example SGVsbG8K; = fills up the last group of four.",
        "base64:AA==AAAA": "“AA==AAAA” is not Base64. Write what base64 makes, for example SGVsbG8K; = fills up the last group of four.",
        "BASE64:AAAA": "“BASE64:AAAA” is not a signature. Write base64: and its text, padded with = to groups of four, or the absolute path of a file.",
        "base64:ÄÄÄÄ": "“ÄÄÄÄ” is not Base64. Write what base64 makes, for example SGVsbG8K; = fills up the last group of four.",
    },
    "MountImages": {
        "/a": "“/a” has no destination. Write IMAGE:PATH, for example /srv/data.raw:/data.",
        "a:/b": "The image “a” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a:b": "The destination “b” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a:/b:foo:ro": "“foo” is not a kind of partition that systemd knows. Write for example root, usr, home or var.",
        "/a:/b/..": "The destination “/b/..” goes through “..”, which systemd refuses. Write it in full.",
        "/a:/b:%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "/a\\q:/b": "“\\q” is not an escape that systemd knows. For a literal backslash write two.",
        '"/a:/b': 'The quote " is opened and never closed. Close it, or take it away.',
        "--/a:/b": "The image “-/a” is not absolute. Begin it with /, for example /srv/myapp.",
    },
    "ExtensionImages": {
        "a": "The image “a” is not absolute. Begin it with /, for example /srv/myapp.",
        "-": "The image “” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a/..": "The image “/a/..” goes through “..”, which systemd refuses. Write it in full.",
        "/a:foo:ro": "“foo” is not a kind of partition that systemd knows. Write for example root, usr, home or var.",
        "/a:root:%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "/a\\q": "“\\q” is not an escape that systemd knows. For a literal backslash write two.",
    },
}

# What a systemd takes without a word, but not as it was meant: it leaves out what it does not know.
STRICTER: Refused = {
    "RootImagePolicy": {
        "foo=verity": "“foo” is not a kind of partition that systemd knows. It knows root, usr, home, srv, esp, xbootldr, swap, root-verity, usr-verity, tmp, var, root-verity-sig or usr-verity-sig.",
        "root=foo": "“foo” is not a flag that systemd knows. Write for example root=verity+signed.",
        "root=verity+": "“” is not a flag that systemd knows. Write for example root=verity+signed.",
        "root-secondary=verity": "“root-secondary” is not a kind of partition that systemd knows. Did you mean “root-verity”? It knows root, usr, home, srv, esp, xbootldr, swap, root-verity, usr-verity, tmp, var, root-verity-sig or usr-verity-sig.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_versions_of_forms() -> None:
    for name, value, needs in (
        ("RootDirectory", "/../x", [(255, FOREVER)]),
        ("RootImageOptions", "root-secondary:ro", [(1, 253)]),
        ("RootImageOptions", "root-other:ro home:rw usr-verity-sig:%y", [(250, 253), (250, FOREVER), (251, FOREVER)]),
        ("MountImages", "/dev/x:/proc/y", [(1, 256)]),
        ("MountImages", "/dev/x:/dev", []),
        ("ExtensionImages", "/dev/x", [(1, 256)]),
        ("ExtensionImages", "-/../sys", [(255, FOREVER), (1, 256)]),
        ("RootImagePolicy", "root=verity", []),
        ("RootImagePolicy", "root=ext4", [(259, FOREVER), (260, FOREVER)]),
        ("RootHash", "/%q", []),
    ):
        kind = catalogue.find(name).kind
        assert [(need.since, need.removed_in) for need in kind.needs(kind.normalise(value))] == needs, value


def test_only_some_values_make_systemd_refuse_the_unit() -> None:
    for name, value, refused in (
        ("RootDirectory", "/../x", True),
        ("RootImage", "%y", True),
        ("RootImagePolicy", "root=ext4", True),
        ("ExtensionImages", "/proc/x", False),
    ):
        assert next(iter(catalogue.find(name).kind.needs(value))).refused is refused

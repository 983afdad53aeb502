"""What dependencies and enabling take besides plain lists of units."""

import pytest

from app import catalogue
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What every systemd takes without a word, and so do we.
TAKEN: Taken = {
    "RequiresMountsFor": [
        "/srv",
        "/srv /var/lib",
        '"/srv/my data" /x',
        "/a\\ b",
        '/a" b"/c',
        "%t/x",
        "/a//b/.",
        "/",
        "%S %C",
    ],
    "WantsMountsFor": [
        "/srv",
        "'/a b'",
    ],
}

# What every systemctl enable takes (tests/system/test_install.py).
INSTALLED: Taken = {
    "WantedBy": [
        "multi-user.target",
        "a.target b.service",
        '"a.target"',
        "'a.target' \"b.socket\"",
        'a"b".target',
        "a@b.service",
        "x@.target",
        "-.mount",
        "dev-a\\x2db.device",
        "%p.target",
        "x-%n",
        "%n",
        "x@%n",
        "a:b_c-d.e.timer",
        "a.target  b.target",
        "%p-%N.slice",
    ],
    "RequiredBy": [
        "multi-user.target",
        "a.target b.service",
        '"a.target"',
        "'a.target' \"b.socket\"",
        'a"b".target',
        "a@b.service",
        "x@.target",
        "-.mount",
        "dev-a\\x2db.device",
        "%p.target",
        "x-%n",
        "%n",
        "x@%n",
        "a:b_c-d.e.timer",
        "a.target  b.target",
        "%p-%N.slice",
    ],
    "UpheldBy": [
        "multi-user.target",
        "a.target b.service",
        '"a.target"',
        "'a.target' \"b.socket\"",
        'a"b".target',
        "a@b.service",
        "x@.target",
        "-.mount",
        "dev-a\\x2db.device",
        "%p.target",
        "x-%n",
        "%n",
        "x@%n",
        "a:b_c-d.e.timer",
        "a.target  b.target",
        "%p-%N.slice",
    ],
    "Alias": [
        "foo.service",
        "foo.service bar.service",
        '"foo.service"',
        "'a.service' b.service",
        'a"b".service',
        "%p-x.service",
        "x-%n",
        "%N2.service",
        "a\\x2db.service",
        "a.target.wants/%n",
        "a.service.requires/%n",
        "x@.target.wants/%n",
        "a:b_c.d.service",
        '"a.target.wants/%n"',
    ],
    "Also": [
        "myapp.socket",
        "a.service b.timer",
        "%n",
        "a@b.service",
        "%p.socket",
        "dev-a\\\\x2db.device",
        "x-%n",
        "-.mount",
        "a.target  b.path",
        "a@%p.service",
        "a@%n",
        "%p@x.timer",
        "a.slice",
    ],
    "DefaultInstance": [
        "main",
        "tty1",
        "a@b",
        "a:b_c-d.e",
        "a\\x2db",
        "%p",
        "%n",
        "x-%j",
        "0",
        "-",
        "@",
        "a@%p",
        ".",
    ],
}

# What no systemd takes, and our sentence.
REFUSED: Refused = {
    "RequiresMountsFor": {
        "srv": "The path “srv” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a ../b": "The path “../b” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a/../b": "The path “/a/../b” goes through “..”, which systemd refuses. Write it in full.",
        '"/a': 'The quote " is opened and never closed. Close it, or take it away.',
        "-/a": "The path “-/a” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a, b": "The path “b” is not absolute. Begin it with /, for example /srv/myapp.",
        "/%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        '""': "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
        "%p/x": "The path “%p/x” is not absolute. Begin it with /, for example /srv/myapp.",
    },
    "WantsMountsFor": {
        "srv": "The path “srv” is not absolute. Begin it with /, for example /srv/myapp.",
    },
}

# What no systemctl enable takes.
NOT_INSTALLED: Refused = {
    "WantedBy": {
        "multi-user": "“multi-user” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “multi-user.service” or “multi-user.target”?",
        "a.target, b.target": "“a.target,” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a b.target": "“a” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “a.service” or “a.target”?",
        '"a.target': 'The quote " is opened and never closed. Close it, or take it away.',
        '"a.target b.target"': "“a.target b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a.foo": "“a.foo” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "@.service": "“@.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "é.target": "“é.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a/b.target": "“a/b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "%Z.target": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%t.mount": "“%t” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%%n": "“%%n” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “%%n.service” or “%%n.target”?",
        '""': "“” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        ".target": "“.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a%%b.target": "“a%%b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
    },
    "RequiredBy": {
        "multi-user": "“multi-user” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “multi-user.service” or “multi-user.target”?",
        "a.target, b.target": "“a.target,” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a b.target": "“a” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “a.service” or “a.target”?",
        '"a.target': 'The quote " is opened and never closed. Close it, or take it away.',
        '"a.target b.target"': "“a.target b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a.foo": "“a.foo” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "@.service": "“@.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "é.target": "“é.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a/b.target": "“a/b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "%Z.target": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%t.mount": "“%t” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%%n": "“%%n” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “%%n.service” or “%%n.target”?",
        '""': "“” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        ".target": "“.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a%%b.target": "“a%%b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
    },
    "UpheldBy": {
        "multi-user": "“multi-user” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “multi-user.service” or “multi-user.target”?",
        "a.target, b.target": "“a.target,” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a b.target": "“a” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “a.service” or “a.target”?",
        '"a.target': 'The quote " is opened and never closed. Close it, or take it away.',
        '"a.target b.target"': "“a.target b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a.foo": "“a.foo” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "@.service": "“@.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "é.target": "“é.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a/b.target": "“a/b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "%Z.target": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%t.mount": "“%t” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%%n": "“%%n” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “%%n.service” or “%%n.target”?",
        '""': "“” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        ".target": "“.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a%%b.target": "“a%%b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
    },
    "Alias": {
        "foo": "“foo” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “foo.service” or “foo.target”?",
        "foo.target": "“foo.target” cannot be another name of a service: it has to end in .service and be no template. Write for example myapp2.service.",
        "foo@.service": "“foo@.service” cannot be another name of a service: it has to end in .service and be no template. Write for example myapp2.service.",
        "foo@a.service": "“foo@a.service” cannot be another name of a service: it has to end in .service and be no template. Write for example myapp2.service.",
        "foo.service x": "“x” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “x.service” or “x.target”?",
        '"foo.service': 'The quote " is opened and never closed. Close it, or take it away.',
        '"a.service b.service"': "“a.service b.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "/foo.service": "“/foo.service” is a path. Write a name without / in it, and what shall start the unit in WantedBy= or RequiredBy=.",
        "a/foo.service": "“a/foo.service” is a path. Write a name without / in it, and what shall start the unit in WantedBy= or RequiredBy=.",
        "a.wants/%n": "“a” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “a.service” or “a.target”?",
        "a/b.target.wants/%n": "“a/b.target” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a.target.upholds/%n": "“a.target.upholds/%n” is a path. Write a name without / in it, and what shall start the unit in WantedBy= or RequiredBy=.",
        "%Z.service": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "é.service": "“é.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a.service,b.service": "“a.service,b.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        '""': "“” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
    },
    "Also": {
        "foo": "“foo” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “foo.service” or “foo.target”?",
        "foo.service x": "“x” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “x.service” or “x.target”?",
        '"foo.service"': '“"foo.service"” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.',
        "'a.service'": "“'a.service'” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "%Z.service": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "é.service": "“é.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a.service,b.service": "“a.service,b.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a@b.mount": "“a@b.mount” cannot be: only .service, .socket, .target, .timer and .path have instances. Write a name without @.",
        "a/b.service": "“a/b.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        ".service": "“.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "@.service": "“@.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "a%%b.service": "“a%%b.service” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
        "%t.mount": "“%t” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "DefaultInstance": {
        "a b": "“a b” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "a/b": "“a/b” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        '"a"': '“"a"” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.',
        "'a'": "“'a'” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "é": "“é” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "a,b": "“a,b” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "%t": "“%t” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "a%%b": "“a%%b” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "~": "“~” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "a+b": "“a+b” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "$": "“$” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
        "a;b": "“a;b” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1.",
    },
}

# What systemd takes, but not as it was meant: refused all the same.
STRICTER: Refused = {
    "WantedBy": {
        "a@b.mount": "“a@b.mount” cannot be: only .service, .socket, .target, .timer and .path have instances. Write a name without @.",
    },
    "Alias": {
        "%n": "“%n” is this unit itself, and systemd drops that. Write the names of other units.",
        "a.target.wants/unit.service": "“a.target.wants/unit.service” is a path. Write a name without / in it, and what shall start the unit in WantedBy= or RequiredBy=.",
    },
    "Also": {
        "dev-a\\x2db.device": "systemd takes a backslash in “dev-a\\x2db.device” as an escape and drops it. Write two of them.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN, INSTALLED))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, NOT_INSTALLED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_a_specifier_that_cannot_be_read_fails_the_enabling() -> None:
    (need,) = catalogue.find("WantedBy").kind.needs("x-%q.target")
    assert (need.since, need.otherwise) == (251, "enabling it would fail")

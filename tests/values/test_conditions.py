"""What a unit asks of the machine before it starts."""

import pytest

from app import catalogue
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What every systemd takes without a word, and so do we.
TAKEN: Taken = {
    "ConditionPathExists": [
        "/etc/myapp.conf",
        "|/a",
        "!/a",
        "|!/a",
        "/a b",
        "/a//b/.",
        "%t/x",
        "%S",
        "/a|b!c",
        "/é",
        '/"a"',
        "/a\\x20b",
        "/",
    ],
    "ConditionPathExistsGlob": [
        "/etc/*.conf",
        "!/a?[b-d]",
        "|/a{b,c}",
    ],
    "ConditionNeedsUpdate": [
        "/etc",
        "|!/var",
        "/elsewhere",
    ],
    "ConditionArchitecture": [
        "x86-64",
        "native",
        "!arm64",
        "bogus",
        "| x86",
    ],
    "ConditionVirtualization": [
        "yes",
        "no",
        "vm",
        "!container",
        "| ! kvm",
        "|!private-users",
        "bogus",
    ],
    "ConditionHost": [
        "web-*",
        "%H",
        "0123456789abcdef0123456789abcdef",
        "!a",
        "a b",
        "é",
    ],
    "ConditionKernelCommandLine": [
        "debug",
        "a=b",
        "!quiet",
    ],
    "ConditionKernelVersion": [
        ">=5.10",
        "< 6",
        '">= 5.10" "< 6"',
        "5.*",
        "=",
        "|!>= 4",
    ],
    "ConditionSecurity": [
        "selinux",
        "!tpm2",
        "bogus",
    ],
    "ConditionCapability": [
        "CAP_SYS_ADMIN",
        "cap_chown",
        "bogus",
    ],
    "ConditionACPower": [
        "yes",
        "no",
        "maybe",
    ],
    "ConditionFirstBoot": [
        "true",
        "!no",
        "|yes",
        "0",
        "maybe",
    ],
    "ConditionUser": [
        "root",
        "@system",
        "0",
        "%u",
        "!",
        "|",
        "| ! ",
    ],
    "ConditionGroup": [
        "adm",
    ],
    "ConditionControlGroupController": [
        "memory pids",
        "v2",
        "bogus",
    ],
    "ConditionMemory": [
        ">= 4G",
        "4294967296",
        "<1T",
        "lots",
    ],
    "ConditionCPUs": [
        ">=4",
        "= 2",
        "!4",
    ],
    "ConditionCPUFeature": [
        "rdrand",
    ],
    "ConditionEnvironment": [
        "LANG",
        "A=b",
    ],
    "ConditionOSRelease": [
        "ID=debian",
        '"VERSION_ID>=11" "ID!=x"',
        "nonsense",
    ],
    "ConditionMemoryPressure": [
        "10%",
        "system.slice:10%/1min",
    ],
    "ConditionCPUPressure": [
        "30%/10sec",
    ],
    "ConditionIOPressure": [
        "5%",
    ],
    "ConditionFirmware": [
        "uefi",
        "device-tree",
        "device-tree-compatible(x)",
        "smbios-field(board_name = X)",
    ],
    "ConditionCredential": [
        "token",
    ],
    "ConditionPathIsEncrypted": [
        "/srv",
    ],
    "AssertPathExists": [
        "|!/a",
    ],
    "AssertHost": [
        "a*",
    ],
    "AssertSecurity": [
        "| ima",
    ],
    "AssertPathIsMountPoint": [
        "/srv",
    ],
}

# What no systemd takes, and our sentence.
REFUSED: Refused = {
    "ConditionPathExists": {
        "etc/myapp.conf": "“etc/myapp.conf” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "!|/a": "“!|/a” has signs before its path that systemd does not read. Write |, then !, then the path, without blanks: |!/srv/myapp.",
        "| /a": "“| /a” has signs before its path that systemd does not read. Write |, then !, then the path, without blanks: |!/srv/myapp.",
        "! /a": "“! /a” has signs before its path that systemd does not read. Write |, then !, then the path, without blanks: |!/srv/myapp.",
        "||/a": "“||/a” has signs before its path that systemd does not read. Write |, then !, then the path, without blanks: |!/srv/myapp.",
        "!!/a": "“!!/a” has signs before its path that systemd does not read. Write |, then !, then the path, without blanks: |!/srv/myapp.",
        "|!": "“” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "!": "“” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        '"/a"': '“"/a"” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.',
        "/a/../b": "The path “/a/../b” goes through “..”, which systemd refuses. Write it in full.",
        "%Z/x": "“%Z/x” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "/%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "%p/x": "“%p/x” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "~/a": "“~/a” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "-/a": "“-/a” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "|!é": "“é” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
    },
    "ConditionPathExistsGlob": {
        "*.conf": "“*.conf” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "~/*": "“~/*” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
    },
    "ConditionNeedsUpdate": {
        "etc": "“etc” is not an absolute path. Begin it with /, without quotes, for example /etc.",
        "yes": "“yes” is not an absolute path. Begin it with /, without quotes, for example /etc.",
    },
    "ConditionHost": {
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "!%1": "“%1” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "ConditionUser": {
        "%e": "“%e” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "AssertPathExists": {
        "a": "“a” is not an absolute path. Begin it with /, without quotes, for example /etc/myapp.conf.",
        "!|/a": "“!|/a” has signs before its path that systemd does not read. Write |, then !, then the path, without blanks: |!/srv/myapp.",
    },
    "AssertHost": {
        "web-%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_a_word_of_a_later_version_matches_no_machine_before_it() -> None:
    for name, value, since in (
        ("ConditionSecurity", "tpm2", [248]),
        ("ConditionSecurity", "|! measured-os", [261]),
        ("AssertVirtualization", "!google", [256]),
        ("ConditionVirtualization", "kvm", []),
        ("ConditionHost", "tpm2", []),
    ):
        needs = list(catalogue.find(name).kind.needs(value))
        assert [need.since for need in needs] == since
        assert all(need.otherwise for need in needs)


def test_conditions_and_assertions_have_the_same_kinds() -> None:
    rows = [row for row in catalogue.DIRECTIVES if row.together == "asserts" and not row.removed]
    assert len(rows) == 37
    for row in rows:
        condition = catalogue.find(row.name.replace("Assert", "Condition"))
        assert (condition.kind, condition.example) == (row.kind, row.example)
        assert condition.since <= row.since

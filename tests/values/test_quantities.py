"""Numbers with units: time spans, sizes, shares, limits, modes."""

import pytest

from app import catalogue
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd 252 takes without a word, and so do we.
TAKEN: Taken = {
    "RestartSec": [
        "5",
        "5s",
        "100ms",
        "1min 30s",
        "1min30s",
        "2h",
        ".5",
        "1.5s",
        "infinity",
        "+3s",
        "5 s",
        "1M",
        "1y 2w 3d",
        "5us",
        "5µs",
        "0",
        "1 2",
        "1.5 .5s",
    ],
    "TimeoutStartSec": ["90", "infinity"],
    "TimeoutStopSec": ["5min 20s"],
    "StartLimitIntervalSec": ["0", "10s"],
    "MemoryMax": [
        "512M",
        "1G",
        "1.5G",
        "10%",
        "100%",
        "10.55%",
        "infinity",
        "5B",
        "5 K",
        "1G 500M",
        "18446744073709551614",
        "15E",
        "1K1",
        "+5",
    ],
    "TasksMax": ["1", "512", "10%", "0%", "infinity", "18446744073709551614", "0x10", "+1", "007"],
    "CPUQuota": ["50%", "200%", "0.01%", "21474836%", "+5%", "0x10%", "5‰", "2147483647‱"],
    "LimitNOFILE": ["1024", "1024:2048", "infinity", "5:infinity", "0", "18446744073709551614", "0x10"],
    "UMask": ["0077", "00000000000000077", "77", "7777", "0", "000077"],
    "StateDirectoryMode": ["0700", "750"],
}

# What systemd 252 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "RestartSec": {
        "five": "“five” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "-1": "“-1” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "3.": "“3.” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "5 parsecs": "“5 parsecs” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "1.2.3": "“1.2.3” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "1e3": "“1e3” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "5ns": "“5ns” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "0x5": "“0x5” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "99999999999999": "“99999999999999” is longer than systemd can count. Write infinity, or a shorter time.",
        "infinity s": "“infinity s” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "5,5": "“5,5” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "5\xa0s": "“5\xa0s” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "٣s": "“٣s” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
    },
    "MemoryMax": {
        "0": "“0” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "0%": "“0%” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "101%": "“101%” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "512MB": "“512MB” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "1Ki": "“1Ki” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "512m": "“512m” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "-1": "“-1” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        ".5G": "“.5G” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "lots": "“lots” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "18446744073709551615": "“18446744073709551615” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "16E": "“16E” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "500M 1G": "“500M 1G” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "10.555%": "“10.555%” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "max": "“max” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
    },
    "TasksMax": {
        "0": "“0” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
        "101%": "“101%” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
        "-1": "“-1” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
        "1.5": "“1.5” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
        "5K": "“5K” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
        "18446744073709551615": "“18446744073709551615” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
        "max": "“max” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
        "08": "“08” is not a number of tasks. Write a number from 1 up (512), a percentage (10%), or infinity.",
    },
    "CPUQuota": {
        "50": "“50” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors.",
        "0%": "“0%” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors.",
        "-5%": "“-5%” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors.",
        "infinity": "“infinity” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors.",
        "50%%": "“50%%” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors.",
        "1.555%": "“1.555%” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors.",
        ".5%": "“.5%” is not a share of processor time. Write a percentage with its sign, for example 50%; 200% is two processors.",
    },
    "LimitNOFILE": {
        "1K": "“1K” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity.",
        "2048:1024": "The soft limit 2048 is above the hard limit 1024. Put the smaller number first.",
        "infinity:5": "The soft limit infinity is above the hard limit 5. Put the smaller number first.",
        "-1": "“-1” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity.",
        ":5": "“:5” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity.",
        "5:": "“5:” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity.",
        "1:2:3": "“1:2:3” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity.",
        "18446744073709551615": "“18446744073709551615” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity.",
        "08": "“08” is not a limit. Write a number (65536), a soft and a hard one (1024:65536), or infinity.",
    },
    "UMask": {
        "8": "“8” is not an octal mode. Write up to four digits from 0 to 7, for example 0077.",
        "0888": "“0888” is not an octal mode. Write up to four digits from 0 to 7, for example 0077.",
        "rwx": "“rwx” is not an octal mode. Write up to four digits from 0 to 7, for example 0077.",
        "10000": "“10000” is not an octal mode. Write up to four digits from 0 to 7, for example 0077.",
        "0o77": "“0o77” is not an octal mode. Write up to four digits from 0 to 7, for example 0077.",
        "-1": "“-1” is not an octal mode. Write up to four digits from 0 to 7, for example 0077.",
        "0x1": "“0x1” is not an octal mode. Write up to four digits from 0 to 7, for example 0077.",
    },
    "StateDirectoryMode": {
        "u=rwx": "“u=rwx” is not an octal mode. Write up to four digits from 0 to 7, for example 0700.",
    },
}

# What systemd 252 takes, but not as it was meant, or not in every version: refused all the same.
STRICTER: Refused = {
    "TasksMax": {
        "010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
    "CPUQuota": {
        "050%": "systemd takes “050” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
    "LimitNOFILE": {
        "010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
    "UMask": {},
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_versions_of_forms() -> None:
    for name, value, since in (
        ("MemoryMax", "512M", []),
        ("MemoryMax", "10%", [232]),
        ("MemoryMax", "10.5%", [232, 239]),
        ("TasksMax", "10.55%", [232, 248]),
        ("CPUQuota", "50%", []),
        ("CPUQuota", "12.5%", [239]),
        ("LimitNOFILE", "1024", []),
        ("LimitNOFILE", "1024:2048", [229]),
        ("RestartSec", "5µs", []),
        ("RestartSec", "5μs", [252]),
    ):
        kind = catalogue.find(name).kind
        assert [need.since for need in kind.needs(kind.normalise(value))] == since, value


def test_example_of_a_mode_is_that_of_its_directive() -> None:
    with pytest.raises(ValueError, match="for example 0077"):
        catalogue.find("UMask").kind.normalise("9")

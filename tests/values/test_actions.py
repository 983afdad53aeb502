"""What systemd does to the machine when a unit ends or a job takes too long."""

import pytest

from app import catalogue
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What every systemd takes without a word, and so do we.
TAKEN: Taken = {
    "FailureAction": [
        "none",
        "reboot",
        "reboot-force",
        "reboot-immediate",
        "poweroff",
        "poweroff-force",
        "poweroff-immediate",
        "exit",
        "exit-force",
    ],
    "OnFailureJobMode": [
        "fail",
        "replace",
        "replace-irreversibly",
        "isolate",
        "flush",
        "ignore-dependencies",
        "ignore-requirements",
        "triggering",
    ],
    "CollectMode": [
        "inactive",
        "inactive-or-failed",
    ],
    "FailureActionExitStatus": [
        "0",
        "255",
        "0x10",
        "0b11",
        "0o17",
        "+5",
        "-0",
        "007",
    ],
    "RebootArgument": [
        "bootloader",
        "a b",
        '"a',
        "%n %%",
        "a\\b",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "=,;#",
    ],
    "JobTimeoutRebootArgument": [
        "kernel",
        "100%",
    ],
    "JobTimeoutSec": [
        "0",
        "5min 30s",
        "infinity",
        ".5",
    ],
    "JobRunningTimeoutSec": [
        "30",
    ],
    "AllowIsolate": [
        "yes",
        "ON",
        "f",
    ],
    "SurviveFinalKillSignal": [
        "yes",
    ],
}

# What no systemd takes, and our sentence.
REFUSED: Refused = {
    "FailureAction": {
        "yes": "“yes” is not a value of this setting. It takes none, reboot, reboot-force, reboot-immediate, poweroff, poweroff-force, poweroff-immediate, exit, exit-force, soft-reboot, soft-reboot-force, kexec, kexec-force, halt, halt-force or halt-immediate.",
        "Reboot": "“Reboot” is not a value of this setting. Did you mean “reboot”? It takes none, reboot, reboot-force, reboot-immediate, poweroff, poweroff-force, poweroff-immediate, exit, exit-force, soft-reboot, soft-reboot-force, kexec, kexec-force, halt, halt-force or halt-immediate.",
        "restart": "“restart” is not a value of this setting. It takes none, reboot, reboot-force, reboot-immediate, poweroff, poweroff-force, poweroff-immediate, exit, exit-force, soft-reboot, soft-reboot-force, kexec, kexec-force, halt, halt-force or halt-immediate.",
        "shutdown": "“shutdown” is not a value of this setting. It takes none, reboot, reboot-force, reboot-immediate, poweroff, poweroff-force, poweroff-immediate, exit, exit-force, soft-reboot, soft-reboot-force, kexec, kexec-force, halt, halt-force or halt-immediate.",
        "halt-now": "“halt-now” is not a value of this setting. Did you mean “halt-force”? It takes none, reboot, reboot-force, reboot-immediate, poweroff, poweroff-force, poweroff-immediate, exit, exit-force, soft-reboot, soft-reboot-force, kexec, kexec-force, halt, halt-force or halt-immediate.",
        "none none": "“none none” is not a value of this setting. Did you mean “none”? It takes none, reboot, reboot-force, reboot-immediate, poweroff, poweroff-force, poweroff-immediate, exit, exit-force, soft-reboot, soft-reboot-force, kexec, kexec-force, halt, halt-force or halt-immediate.",
    },
    "OnFailureJobMode": {
        "Fail": "“Fail” is not a value of this setting. Did you mean “fail”? It takes fail, replace, replace-irreversibly, isolate, flush, ignore-dependencies, ignore-requirements, triggering, restart-dependencies or lenient.",
        "replace-irreversible": "“replace-irreversible” is not a value of this setting. Did you mean “replace-irreversibly”? It takes fail, replace, replace-irreversibly, isolate, flush, ignore-dependencies, ignore-requirements, triggering, restart-dependencies or lenient.",
        "yes": "“yes” is not a value of this setting. It takes fail, replace, replace-irreversibly, isolate, flush, ignore-dependencies, ignore-requirements, triggering, restart-dependencies or lenient.",
    },
    "CollectMode": {
        "yes": "“yes” is not a value of this setting. It takes inactive or inactive-or-failed.",
        "inactive-and-failed": "“inactive-and-failed” is not a value of this setting. Did you mean “inactive-or-failed”? It takes inactive or inactive-or-failed.",
    },
    "FailureActionExitStatus": {
        "256": "256 is out of range: write a number between 0 and 255.",
        "-1": "-1 is out of range: write a number between 0 and 255.",
        "1.5": "“1.5” is not a whole number. Write digits only, for example 5.",
        "08": "“08” is not a whole number. Write digits only, for example 5.",
        "SUCCESS": "“SUCCESS” is not a whole number. Write digits only, for example 5.",
        "0x": "“0x” is not a whole number. Write digits only, for example 5.",
        "+-1": "“+-1” is not a whole number. Write digits only, for example 5.",
        "infinity": "“infinity” is not a whole number. Write digits only, for example 5.",
    },
    "RebootArgument": {
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "a %1": "“%1” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "JobTimeoutSec": {
        "five": "“five” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "-1": "“-1” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
    },
    "AllowIsolate": {
        "maybe": "“maybe” is not a value of this setting. It takes yes or no.",
        "2": "“2” is not a value of this setting. It takes yes or no.",
        "yes yes": "“yes yes” is not a value of this setting. Did you mean “yes”? It takes yes or no.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_words_have_the_version_that_introduced_them() -> None:
    for name, word, since in (
        ("SuccessAction", "exit", 240),
        ("SuccessAction", "soft-reboot", 254),
        ("JobTimeoutAction", "kexec", 254),
        ("OnSuccessJobMode", "restart-dependencies", 254),
        ("OnFailureJobMode", "lenient", 258),
    ):
        assert [need.since for need in catalogue.find(name).kind.needs(word)] == [since]


def test_arguments_of_a_reboot_are_short_and_ascii_since_252() -> None:
    for value in ("é", "x" * 256):
        assert [need.removed_in for need in catalogue.find("RebootArgument").kind.needs(value)] == [252]

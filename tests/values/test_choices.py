"""Closed lists of words, booleans and whole numbers."""

import pytest

from app import catalogue
from app.values import Boolean, Need, spell_boolean
from app.values.choices import FALSE, TRUE
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd 252 takes without a word, and so do we.
TAKEN: Taken = {
    "ProtectSystem": ["yes", "no", "full", "strict", "YES", "tRuE", "on", "off", "1", "0", "t", "f", "y", "n"],
    "ProtectHome": ["yes", "read-only", "tmpfs", "False"],
    "NoNewPrivileges": ["yes", "TRUE", "0"],
    "DynamicUser": ["yes", "no"],
    "Type": ["simple", "exec", "forking", "oneshot", "notify", "idle"],
    "Restart": ["no", "always", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "on-success"],
    "KillMode": ["control-group", "mixed", "process"],
    "ProtectProc": ["default", "noaccess", "invisible", "ptraceable"],
    "RuntimeDirectoryPreserve": ["yes", "no", "restart"],
    "StartLimitBurst": [
        "0",
        "5",
        "4294967295",
        "+5",
        "-0",
        "007",
        "0x1F",
        "0X1f",
        "0b11",
        "0B11",
        "0o17",
        "0O17",
        "0b+1",
        "0b 1",
        "00000000000000000000001",
    ],
}

# What systemd 252 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "ProtectHome": {
        "readonly": "“readonly” is not a value of this setting. Did you mean “read-only”? It takes yes, no, read-only or tmpfs.",
        "Read-Only": "“Read-Only” is not a value of this setting. Did you mean “read-only”? It takes yes, no, read-only or tmpfs.",
        "temp": "“temp” is not a value of this setting. Did you mean “tmpfs”? It takes yes, no, read-only or tmpfs.",
    },
    "ProtectSystem": {
        "Strict": "“Strict” is not a value of this setting. Did you mean “strict”? It takes yes, no, full or strict.",
        "strickt": "“strickt” is not a value of this setting. Did you mean “strict”? It takes yes, no, full or strict.",
        "enabled": "“enabled” is not a value of this setting. It takes yes, no, full or strict.",
        "yes # all of it": "“yes # all of it” is not a value of this setting. It takes yes, no, full or strict.",
        '"full"': '“"full"” is not a value of this setting. Did you mean “full”? It takes yes, no, full or strict.',
    },
    "NoNewPrivileges": {
        "enabled": "“enabled” is not a value of this setting. It takes yes or no.",
        "jes": "“jes” is not a value of this setting. Did you mean “yes”? It takes yes or no.",
        "2": "“2” is not a value of this setting. It takes yes or no.",
        "yes no": "“yes no” is not a value of this setting. Did you mean “yes”? It takes yes or no.",
    },
    "DynamicUser": {
        "enabled": "“enabled” is not a value of this setting. It takes yes or no.",
    },
    "Type": {
        "Simple": "“Simple” is not a value of this setting. Did you mean “simple”? It takes simple, exec, forking, oneshot, dbus, notify, notify-reload or idle.",
        "service": "“service” is not a value of this setting. It takes simple, exec, forking, oneshot, dbus, notify, notify-reload or idle.",
        "notify_reload": "“notify_reload” is not a value of this setting. Did you mean “notify-reload”? It takes simple, exec, forking, oneshot, dbus, notify, notify-reload or idle.",
    },
    "Restart": {
        "onfailure": "“onfailure” is not a value of this setting. Did you mean “on-failure”? It takes no, on-success, on-failure, on-abnormal, on-watchdog, on-abort or always.",
        "yes": "“yes” is not a value of this setting. It takes no, on-success, on-failure, on-abnormal, on-watchdog, on-abort or always.",
        "on-failur": "“on-failur” is not a value of this setting. Did you mean “on-failure”? It takes no, on-success, on-failure, on-abnormal, on-watchdog, on-abort or always.",
    },
    "KillMode": {
        "cgroup": "“cgroup” is not a value of this setting. Did you mean “control-group”? It takes control-group, mixed, process or none.",
        "control_group": "“control_group” is not a value of this setting. Did you mean “control-group”? It takes control-group, mixed, process or none.",
    },
    "ProtectProc": {
        "invisble": "“invisble” is not a value of this setting. Did you mean “invisible”? It takes default, noaccess, invisible or ptraceable.",
        "yes": "“yes” is not a value of this setting. It takes default, noaccess, invisible or ptraceable.",
    },
    "RuntimeDirectoryPreserve": {
        "restarts": "“restarts” is not a value of this setting. Did you mean “restart”? It takes yes, no, restart or on-success.",
    },
    "StartLimitBurst": {
        "-1": "-1 is out of range: write a number between 0 and 4294967295.",
        "1.5": "“1.5” is not a whole number. Write digits only, for example 5.",
        "08": "“08” is not a whole number. Write digits only, for example 5.",
        "0x": "“0x” is not a whole number. Write digits only, for example 5.",
        "0b2": "“0b2” is not a whole number. Write digits only, for example 5.",
        "0b-1": "0b-1 is out of range: write a number between 0 and 4294967295.",
        "+-1": "“+-1” is not a whole number. Write digits only, for example 5.",
        "4294967296": "4294967296 is out of range: write a number between 0 and 4294967295.",
        "five": "“five” is not a whole number. Write digits only, for example 5.",
        "١": "“١” is not a whole number. Write digits only, for example 5.",
        "infinity": "“infinity” is not a whole number. Write digits only, for example 5.",
    },
}

# What systemd 252 takes, but not as it was meant, or not in every version: refused all the same.
STRICTER: Refused = {
    "StartLimitBurst": {
        "010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_every_spelling_of_a_boolean_is_written_yes_or_no() -> None:
    for spellings, written in ((TRUE, "yes"), (FALSE, "no")):
        for spelling in spellings:
            assert spell_boolean(spelling) == written
            assert Boolean().normalise(spelling.upper()) == written


def test_a_spelling_of_yes_has_no_version_of_its_own() -> None:
    kind = catalogue.find("ProtectSystem").kind
    assert not list(kind.needs(kind.normalise("on")))
    assert [need.since for need in kind.needs("strict")] == [232]


def test_a_word_newer_than_its_directive_needs_its_version() -> None:
    assert list(catalogue.find("Type").kind.needs("notify-reload")) == [Need(253, "the value “notify-reload”")]


def test_all_words_are_suggested() -> None:
    assert list(catalogue.find("ProtectHome").kind.suggestions) == ["yes", "no", "read-only", "tmpfs"]

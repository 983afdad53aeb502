"""Lists of words and addresses: capabilities, system calls, address families, namespaces, architectures, IP addresses."""

import pytest

from app import catalogue
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd 247 to 262 take without a word, and so do we; “none” since 249, namespaces of time since 252.
TAKEN: Taken = {
    "CapabilityBoundingSet": [
        "CAP_NET_BIND_SERVICE",
        "CAP_CHOWN CAP_KILL",
        "~CAP_SYS_ADMIN",
        "cap_chown",
        "~",
        '"CAP_CHOWN"',
        "12 0x15",
    ],
    "AmbientCapabilities": ["CAP_NET_BIND_SERVICE"],
    "RestrictAddressFamilies": [
        "AF_UNIX",
        "AF_INET AF_INET6",
        "~AF_PACKET",
        "none",
        "af_unix",
        "AF_DECnet",
        '"AF_UNIX"',
    ],
    "RestrictNamespaces": ["yes", "no", "cgroup net", "~user pid", "time", "1", "~", r"n\et"],
    "SystemCallArchitectures": ["native", "x86-64 x86", "arm64", '"native"'],
    "SystemCallFilter": [
        "@system-service",
        "~@privileged @resources",
        "read write",
        "~read:EPERM",
        "~@clock:kill",
        "~read:0",
        "~read:4095",
        "~read:EWOULDBLOCK",
        "~read:EOPNOTSUPP",
        "~read:+0x5",
        r"re\ad",
    ],
    "IPAddressAllow": [
        "localhost",
        "10.0.0.0/8",
        "10.1.2.3",
        "::1",
        "2001:db8::/32",
        "any",
        "link-local multicast",
        "10.0.0.5/8",
        "::ffff:1.2.3.4",
        "2001:DB8::1/128",
        "10.0.0.0/+8",
        "LOCALHOST db.localhost localhost.localdomain.",
        r"10.0.0\.1",
    ],
    "IPAddressDeny": ["any"],
}

# What every systemd from 247 to 262 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "RestrictAddressFamilies": {
        "AF_FOO": "“AF_FOO” is not an address family that systemd knows. Did you mean “AF_NFC”? Write for example AF_UNIX.",
        "AF_INET,AF_INET6": "“AF_INET,AF_INET6” has a comma, and systemd would drop it. Part the words by blanks.",
        "INET": "“INET” is not an address family that systemd knows. Did you mean “AF_INET”? Write for example AF_UNIX.",
        "none AF_UNIX": "“none” stands for itself only. Write none alone, or leave it out.",
        "~none": "“none” stands for itself only. Write none alone, or leave it out.",
        "AF_INET\xa0AF_INET6": "“AF_INET\xa0AF_INET6” is not an address family that systemd knows. Did you mean “AF_INET6”? Write for example AF_UNIX.",
    },
    "RestrictNamespaces": {
        "mount": "“mount” is not a kind of namespace that systemd knows. Did you mean “mnt”? Write for example cgroup.",
        "yes net": "“yes” stands for itself only. Write yes alone, or leave it out.",
        "all": "“all” is not a kind of namespace that systemd knows. Write for example cgroup.",
        "~yes": "“yes” stands for itself only. Write yes alone, or leave it out.",
        "net,ipc": "“net,ipc” has a comma, and systemd would drop it. Part the words by blanks.",
    },
    "SystemCallArchitectures": {
        "amd64": "“amd64” is not an architecture that systemd knows. Did you mean “x86-64”? Write for example native.",
        "x86_64": "“x86_64” is not an architecture that systemd knows. Did you mean “x86-64”? Write for example native.",
        "native,x86": "“native,x86” has a comma, and systemd would drop it. Part the words by blanks.",
    },
    "SystemCallFilter": {
        "@systemservice": "“@systemservice” is not a system call or group that systemd knows. Did you mean “@system-service”? Write for example @system-service.",
        "@system-service,@clock": "“@system-service,@clock” has a comma, and systemd would drop it. Part the words by blanks.",
        "reed": "“reed” is not a system call or group that systemd knows. Did you mean “read”? Write for example @system-service.",
        "~read:EFOO": "“EFOO” is not the name of an error. Write for example read:EPERM.",
        "~read:4096": "“4096” is not the name of an error. Write for example read:EPERM.",
        "~read:": "“” is not the name of an error. Write for example read:EPERM.",
        "@foo": "“@foo” is not a system call or group that systemd knows. Write for example @system-service.",
        "~~read": "“~read” is not a system call or group that systemd knows. Did you mean “read”? Write for example @system-service.",
        '"read"': '“"read"” is not a system call or group that systemd knows. Did you mean “read”? Write for example @system-service.',
        "Read": "“Read” is not a system call or group that systemd knows. Did you mean “read”? Write for example @system-service.",
    },
    "IPAddressAllow": {
        "example.com": "“example.com” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "10.0.0.0/33": "“10.0.0.0/33” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "10.0.0.0/": "“10.0.0.0/” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "10.0.0.256": "“10.0.0.256” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "::1/129": "“::1/129” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "10.1": "“10.1” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "010.0.0.1": "“010.0.0.1” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "10.0.0.0/08": "“10.0.0.0/08” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "fe80::1%eth0": "“fe80::1%eth0” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "10.0.0.0/255.0.0.0": "“10.0.0.0/255.0.0.0” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "ANY": "“ANY” is not an IP address. Did you mean “any”? Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "10.0.0.1,10.0.0.2": "“10.0.0.1,10.0.0.2” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
        "[::1]": "“[::1]” is not an IP address. Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read.",
    },
}

# What systemd takes without a word, but not as it was meant: it drops what is no capability, and reads an octal number.
STRICTER: Refused = {
    "CapabilityBoundingSet": {
        "CAP_BOGUS": "“CAP_BOGUS” is not a capability that systemd knows. Did you mean “CAP_SYSLOG”? Write for example CAP_CHOWN.",
        "NET_BIND_SERVICE": "“NET_BIND_SERVICE” is not a capability that systemd knows. Did you mean “CAP_NET_BIND_SERVICE”? Write for example CAP_CHOWN.",
        "CAP_CHOWN,CAP_KILL": "“CAP_CHOWN,CAP_KILL” has a comma, and systemd would drop it. Part the words by blanks.",
        "41": "“41” is not a capability that systemd knows. Write for example CAP_CHOWN.",
        '"CAP_CHOWN': 'The quote " is opened and never closed. Close it, or take it away.',
    },
    "AmbientCapabilities": {
        "CAP_NET_BIND": "“CAP_NET_BIND” is not a capability that systemd knows. Did you mean “CAP_NET_BIND_SERVICE”? Write for example CAP_CHOWN.",
    },
    "SystemCallFilter": {
        "~read:010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_versions_of_words() -> None:
    for name, value, since in (
        ("RestrictAddressFamilies", "none", [249]),
        ("RestrictAddressFamilies", "~AF_UNIX af_mctp", [252]),
        ("RestrictNamespaces", "cgroup time", [252]),
        ("RestrictNamespaces", "yes", []),
        ("SystemCallArchitectures", "native loongarch64", [257]),
        ("SystemCallFilter", "@system-service @sandbox", [254]),
        ("SystemCallFilter", "~read:kill", [247]),
        ("SystemCallFilter", "~@sandbox:EPERM", [254, 236]),
        ("SystemCallErrorNumber", "kill", [247]),
        ("CapabilityBoundingSet", "~CAP_BPF cap_kill", []),
    ):
        kind = catalogue.find(name).kind
        assert [need.since for need in kind.needs(kind.normalise(value))] == since, value


def test_exclusive_words_are_suggested_too() -> None:
    assert "none" in catalogue.find("RestrictAddressFamilies").kind.suggestions
    assert "yes" in catalogue.find("RestrictNamespaces").kind.suggestions


def test_booleans_are_written_yes_or_no_among_namespaces() -> None:
    kind = catalogue.find("RestrictNamespaces").kind
    assert kind.normalise("TRUE") == "yes"
    assert kind.normalise("0") == "no"


def test_an_allowed_call_named_an_error_up_to_247() -> None:
    kind = catalogue.find("SystemCallFilter").kind
    assert [(need.since, need.removed_in) for need in kind.needs(kind.normalise("read:EPERM"))] == [(1, 248)]


def test_words_are_written_plainly() -> None:
    for name, value, plain in (
        ("CapabilityBoundingSet", '~"CAP_CHOWN" 12', "~CAP_CHOWN CAP_NET_ADMIN"),
        ("CapabilityBoundingSet", "cap_chown  CAP_KILL", "cap_chown  CAP_KILL"),
        ("RestrictAddressFamilies", "'AF_UNIX'  AF_INET", "AF_UNIX AF_INET"),
        ("SystemCallFilter", r"~re\ad:EPERM", "~read:EPERM"),
        ("IPAddressAllow", r"10.0.0\.0/0x8 a.localhost  any", "10.0.0.0/8 localhost any"),
        ("IPAddressAllow", "10.0.0.0/8  any", "10.0.0.0/8  any"),
    ):
        kind = catalogue.find(name).kind
        assert kind.normalise(value) == plain
        assert kind.normalise(plain) == plain

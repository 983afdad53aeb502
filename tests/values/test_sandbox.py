"""What stands between a service and the system: names, labels, interfaces, file systems, delegated rights."""

import pytest

from app import catalogue
from app.values import FOREVER
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd takes without a word, and so do we: all that read the directive, but for what test_versions_of_forms() tells.
TAKEN: Taken = {
    "NoExecPaths": ["/", "-/srv /opt", "+/x"],
    "ExecSearchPath": ["/opt/bin:/usr/bin", "/a b", "/a\\:b", "%h/bin", "/../x"],
    "ProtectHostname": [
        "yes",
        "private",
        "private:web",
        "yes:web-1.example",
        "On:a",
        "private:%p",
        "private:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ],
    "NetworkNamespacePath": ["/run/netns/a", "/a b", "%t/x", "/../x"],
    "AppArmorProfile": ["myapp", "-myapp", "a b", "%p", '"a"'],
    "SELinuxContext": ["-system_u:system_r:x_t:s0"],
    "SmackProcessLabel": ["a"],
    "DelegateNamespaces": ["yes", "net mnt", "~user", "~", "0"],
    "RestrictNetworkInterfaces": [
        "lo eth0",
        "~eth0",
        '"eth0"',
        "aaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0x0",
        "-5",
        "1a",
        "a@b",
    ],
    "RestrictFileSystems": ["ext4 tmpfs", "@basic-api", "~@network", "~", '"xfs"', "fuse.x"],
    "BPFDelegateCommands": ["any", "BPFMapCreate", "BPFMapCreate,BPFProgLoad", ",BPFMapCreate,"],
    "BPFDelegateMaps": ["BPFMapTypeHash", "BPFMapTypeInsnArray"],
    "StateDirectoryQuota": ["off", "10%", "0.25%", "100%", "0", "5M", "1.5G 200M", "5‰"],
    "SystemCallErrorNumber": ["EPERM", "eperm", "kill", "EOPNOTSUPP", "1", "4095", "0x10"],
    "SystemCallLog": ["@system-service", "~read", "read write"],
    "SecureBits": ["keep-caps", "noroot noroot-locked", '"noroot"'],
    "MountFlags": ["shared", "slave", "private"],
    "KeyringMode": ["private", "shared", "inherit"],
    "PAMName": ["login", "a b", "%p"],
}

# What every systemd up to 262 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "ExecSearchPath": {
        "bin": "The path “bin” is not absolute. Begin it with /, for example /srv/myapp.",
        "/bin:": "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a:b": "The path “b” is not absolute. Begin it with /, for example /srv/myapp.",
        '"/a"': 'The path “"/a"” is not absolute. Begin it with /, for example /srv/myapp.',
        "/a/..": "The path “/a/..” goes through “..”, which systemd refuses. Write it in full.",
        "/a::/b": "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
    },
    "ProtectHostname": {
        "no:web": "“no” takes no host name behind it. Write private:web or yes:web.",
        "private:": "“” is not a host name. Use up to 64 ASCII letters, digits, and - and . between them, for example private:myapp.",
        "private:a_b": "“a_b” is not a host name. Use up to 64 ASCII letters, digits, and - and . between them, for example private:myapp.",
        "private:-a": "“-a” is not a host name. Use up to 64 ASCII letters, digits, and - and . between them, for example private:myapp.",
        "private:a..b": "“a..b” is not a host name. Use up to 64 ASCII letters, digits, and - and . between them, for example private:myapp.",
        "private:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": "“xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…” is not a host name. Use up to 64 ASCII letters, digits, and - and . between them, for example private:myapp.",
        "Private": "“Private” is not a value of this setting. Did you mean “private”? It takes yes, no or private.",
        "private:%t": "“%t” is not a host name. Use up to 64 ASCII letters, digits, and - and . between them, for example private:myapp.",
        "private:%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "NetworkNamespacePath": {
        "-/run/netns/a": "The path “-/run/netns/a” is not absolute. Begin it with /, for example /srv/myapp.",
        "a": "The path “a” is not absolute. Begin it with /, for example /srv/myapp.",
        '"/a"': 'The path “"/a"” is not absolute. Begin it with /, for example /srv/myapp.',
        "/a/../b": "The path “/a/../b” goes through “..”, which systemd refuses. Write it in full.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "AppArmorProfile": {
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        "-%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "DelegateNamespaces": {
        "user": "User namespaces cannot be delegated. Leave user out, or write yes for all others.",
        "net user": "User namespaces cannot be delegated. Leave user out, or write yes for all others.",
        "foo": "“foo” is not a kind of namespace that systemd knows. Write for example cgroup.",
        "yes net": "“yes” stands for itself only. Write yes alone, or leave it out.",
        '"net"': '“"net"” is not a kind of namespace that systemd knows. Did you mean “net”? Write for example cgroup.',
        "~yes": "“yes” stands for itself only. Write yes alone, or leave it out.",
        "net,mnt": "“net,mnt” has a comma, and systemd would drop it. Part the words by blanks.",
    },
    "RestrictNetworkInterfaces": {
        "a/b": "“a/b” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "a:b": "“a:b” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "all": "“all” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "default": "“default” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        ".": "“.” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "..": "“..” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "1": "“1” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "0x10": "“0x10” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "a%b": "“a%b” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": "“aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "é": "“é” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "007": "“007” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
        "00": "“00” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0.",
    },
    "RestrictFileSystems": {
        "@foo": "“@foo” is not a group of file systems that systemd knows. Write for example @basic-api.",
        '"ext4': 'The quote " is opened and never closed. Close it, or take it away.',
    },
    "BPFDelegateCommands": {
        "foo": "“foo” is not a word that systemd knows here. Write any, or words parted by commas without blanks, for example BPFMapCreate.",
        "BPFMapCreate BPFProgLoad": "“BPFMapCreate BPFProgLoad” is not a word that systemd knows here. Did you mean “BPFMapCreate”? Write any, or words parted by commas without blanks, for example BPFMapCreate.",
        "BPFMapCreate, BPFProgLoad": "“ BPFProgLoad” is not a word that systemd knows here. Did you mean “BPFProgLoad”? Write any, or words parted by commas without blanks, for example BPFMapCreate.",
        "any,BPFMapCreate": "“any” is not a word that systemd knows here. Write any, or words parted by commas without blanks, for example BPFMapCreate.",
        '"any"': '“"any"” is not a word that systemd knows here. Write any, or words parted by commas without blanks, for example BPFMapCreate.',
        "ANY": "“ANY” is not a word that systemd knows here. Write any, or words parted by commas without blanks, for example BPFMapCreate.",
    },
    "StateDirectoryQuota": {
        "101%": "“101%” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off.",
        "infinity": "“infinity” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off.",
        "none": "“none” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off.",
        "-1": "“-1” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off.",
        "10.555%": "“10.555%” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off.",
        "5 parsecs": "“5 parsecs” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off.",
        "OFF": "“OFF” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off.",
    },
    "SystemCallErrorNumber": {
        "0": "“0” is not the name of an error. Write for example EPERM, or kill.",
        "4096": "“4096” is not the name of an error. Write for example EPERM, or kill.",
        "EFOO": "“EFOO” is not the name of an error. Did you mean “ELOOP”? Write for example EPERM, or kill.",
        "KILL": "“KILL” is not the name of an error. Did you mean “kill”? Write for example EPERM, or kill.",
        "-1": "“-1” is not the name of an error. Write for example EPERM, or kill.",
    },
    "SystemCallLog": {
        "foo": "“foo” is not a system call or group that systemd knows. Write for example @system-service.",
        "read:EPERM": "“read:EPERM” is not a system call or group that systemd knows. Write for example @system-service.",
        "@foo": "“@foo” is not a system call or group that systemd knows. Write for example @system-service.",
    },
    "MountFlags": {
        "slave private": "“slave private” is not a value of this setting. Did you mean “private”? It takes shared, slave or private.",
        "Shared": "“Shared” is not a value of this setting. Did you mean “shared”? It takes shared, slave or private.",
    },
    "KeyringMode": {
        "yes": "“yes” is not a value of this setting. It takes inherit, private or shared.",
        "user": "“user” is not a value of this setting. It takes inherit, private or shared.",
    },
}

# What a systemd takes without a word, but not as it was meant: it leaves out what it does not know.
STRICTER: Refused = {
    "AppArmorProfile": {
        "-": "There is no name behind the -. Write one, for example -myapp.",
    },
    "SecureBits": {
        "foo": "“foo” is not a secure bit that systemd knows. Write for example noroot.",
        "noroot,keep-caps": "“noroot,keep-caps” has a comma, and systemd would drop it. Part the words by blanks.",
    },
    "RestrictFileSystems": {
        "ext4,xfs": "“ext4,xfs” is not the name of a file system. Part names by blanks: ext4 tmpfs.",
        '""': "“” is not the name of a file system. Part names by blanks: ext4 tmpfs.",
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
        ("ProtectHostname", "yes", []),
        ("ProtectHostname", "private", [(258, FOREVER)]),
        ("ProtectHostname", "private:a", [(258, FOREVER)]),
        ("ProtectHostname", "private:%q", [(258, FOREVER), (251, FOREVER)]),
        ("NetworkNamespacePath", "/../x", [(255, FOREVER)]),
        ("ExecSearchPath", "/x:/../%y", [(251, FOREVER), (255, FOREVER)]),
        ("RestrictNetworkInterfaces", "aaaaaaaaaaaaaaa", []),
        ("RestrictNetworkInterfaces", "lo aaaaaaaaaaaaaaaa", [(256, FOREVER)]),
        ("BPFDelegateMaps", "BPFMapTypeHash,BPFMapTypeInsnArray", [(259, FOREVER)]),
        ("BPFDelegateAttachments", "BPFTraceFsession,BPFTraceFentryMulti", [(260, FOREVER), (262, FOREVER)]),
        ("AppArmorProfile", "-%q", [(251, FOREVER)]),
        ("DelegateNamespaces", "~time", [(252, FOREVER)]),
        ("SystemCallErrorNumber", "kill", [(247, FOREVER)]),
        ("SystemCallLog", "@sandbox", [(254, FOREVER)]),
    ):
        kind = catalogue.find(name).kind
        assert [(need.since, need.removed_in) for need in kind.needs(kind.normalise(value))] == needs, value


def test_only_some_values_make_systemd_refuse_the_unit() -> None:
    for name, value, refused in (
        ("AppArmorProfile", "%q", True),
        ("AppArmorProfile", "-%q", False),
        ("NetworkNamespacePath", "/../x", False),
    ):
        assert next(iter(catalogue.find(name).kind.needs(value))).refused is refused

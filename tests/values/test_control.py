"""Control groups and signals: weights, processors, devices, controllers, ports, names, files, signals."""

import pytest

from app import catalogue
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd takes without a word, from the version on that the value needs, and so do we.
TAKEN: Taken = {
    "CPUWeight": [
        "1",
        "100",
        "10000",
        "idle",
        "0x10",
        "+5",
        "0b11",
        "0o17",
        "007",
    ],
    "IOWeight": [
        "1",
        "10000",
    ],
    "CPUShares": [
        "2",
        "262144",
    ],
    "BlockIOWeight": [
        "10",
        "1000",
    ],
    "AllowedCPUs": [
        "0",
        "0-3",
        "0-3 6",
        "1,2,,3",
        '"4-5" 7',
        "8191",
        "0x1-0x3",
        "1\\2",
        "%U",
        "3-3",
    ],
    "AllowedMemoryNodes": [
        "0,1",
    ],
    "CPUQuotaPeriodSec": [
        "10ms",
        "infinity",
    ],
    "MemoryMin": [
        "0",
        "0%",
        "64M",
        "infinity",
        "5‰",
        "5‱",
        "5.5‰",
        "0x10%",
    ],
    "MemoryHigh": [
        "400M",
        "10.5%",
        "1.00000000000000000000000M",
        "+5",
        "00000000000000000000000007",
    ],
    "IODeviceWeight": [
        "/dev/sda 100",
        '"/dev/a b" 100',
        "sda 5",
        "./sda  5",
        "/ 5",
        "/dev/sd%n 5",
        "/../dev/sda 5",
        "/dev//sda 0x10",
    ],
    "IOReadBandwidthMax": [
        "/dev/sda 10M",
        "/dev/sda infinity",
        "/dev/sda 1G 5K",
        "/dev/sda 18446744073709551615",
        "/dev/sda 010",
    ],
    "IODeviceLatencyTargetSec": [
        "/dev/sda 25ms",
        "/dev/sda 1min 5s",
        "/dev/sda infinity",
    ],
    "BlockIOReadBandwidth": [
        "/dev/sda 10M",
    ],
    "DeviceAllow": [
        "/dev/null",
        "/dev/null rwm",
        "/dev/null rr",
        "char-*",
        "block-loop r",
        "char-a/../b rw",
        '"/dev/a b" r',
        "/run/systemd/inaccessible/chr",
        "/dev",
        "/dev/sd%n",
        "/../dev/null r",
    ],
    "Slice": [
        "-.slice",
        "background.slice",
        "a-b-c.slice",
        "%p.slice",
        "a\\b.slice",
    ],
    "Delegate": [
        "yes",
        "no",
        "TRUE",
        "cpu memory",
        '"cpu" pids',
        "bpf-firewall",
    ],
    "DelegateSubgroup": [
        "supervisor",
        "a b",
        "é",
        "%n",
        "cpux",
        "cpu",
        "cgroup",
    ],
    "DisableControllers": [
        "cpu",
        "cpu io memory",
        "c\\pu",
    ],
    "ManagedOOMMemoryPressureLimit": [
        "0%",
        "60%",
        "100%",
        "12.34%",
        "10000‱",
    ],
    "ManagedOOMMemoryPressureDurationSec": [
        "1s",
        "30",
        "1min 5s",
        "1000ms",
    ],
    "ManagedOOMMemoryPressureLimitPercent": [
        "60%",
    ],
    "OOMRules": [
        "myapp",
        "a b",
        '"a b"',
        "a.b-c%n",
    ],
    "SocketBindAllow": [
        "any",
        "80",
        "0x50",
        "8000-8010",
        "tcp",
        "ipv4",
        "ipv4:tcp:80",
        "ipv6:UDP:any",
        "udp:1-65535",
        "0",
    ],
    "BindNetworkInterface": [
        "0x80000000",
        "0x0",
        "eth0",
        "a" * 127,
        "x-%N",
        'a"b',
        "1a",
    ],
    "NFTSet": [
        "cgroup:inet:filter:set",
        "user:ip:a:b group:ip6:a:b",
        '"cgroup:arp:a:b"',
        "cgroup:netdev:a:b.c/d_e",
        "cgroup:bridge:a:b:",
        "cgroup:inet:a:" + "a" * 255,
    ],
    "BPFProgram": [
        "egress:/sys/fs/bpf/x",
        "bind4:/a b",
        "egress::/x",
        "egress:/../x",
        "egress:/%n",
    ],
    "IPIngressFilterPath": [
        "/sys/fs/bpf/x",
        "/a b",
        "/%n",
    ],
    "MemoryPressureWatch": [
        "yes",
        "off",
        "auto",
        "skip",
    ],
    "FileDescriptorStorePreserve": [
        "yes",
        "restart",
    ],
    "OpenFile": [
        "/etc/x",
        "/etc/x:name",
        "/etc/x::read-only",
        "/etc/x:a b:append,graceful",
        "/etc/x:a:,,truncate:",
        "/a\\x3ab:n",
        "/é:e",
        '/a"b',
        "/..:x",
    ],
    "Sockets": [
        "a.socket",
        "a.socket b@c.socket",
        "x-%N.socket",
    ],
    "LUOSession": [
        "a",
        "a b",
        "a/b-c%n",
    ],
    "KillSignal": [
        "SIGTERM",
        "TERM",
        "15",
        "64",
        "32",
        "RTMIN",
        "SIGRTMIN+30",
        "RTMAX-30",
        "RTMIN+0x3",
        "0b11",
    ],
    "SuccessExitStatus": [
        "0x10",
        "+5",
        "-0",
        "T\\ERM",
    ],
    "RestartForceExitStatus": [
        "133 SIGSEGV",
        "255",
    ],
    "RefreshOnReload": [
        "yes",
        "credentials",
        "~extensions",
        "extensions credentials",
    ],
}

# What every systemd refuses or ignores, and our sentence.
REFUSED: Refused = {
    "CPUWeight": {
        "0": "“0” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "10001": "“10001” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "-1": "“-1” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "x": "“x” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "5%": "“5%” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "1.5": "“1.5” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "Idle": "“Idle” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "08": "“08” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "0x": "“0x” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "1 2": "“1 2” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
        "99999999999999999999": "“99999999999999999999” is not a weight. Write a number from 1 to 10000, or idle; 100 is that of all others.",
    },
    "IOWeight": {
        "idle": "“idle” is not a weight. Write a number from 1 to 10000; 100 is that of all others.",
        "0": "“0” is not a weight. Write a number from 1 to 10000; 100 is that of all others.",
    },
    "CPUShares": {
        "1": "“1” is not a weight. Write a number from 2 to 262144; 1024 is that of all others.",
        "262145": "“262145” is not a weight. Write a number from 2 to 262144; 1024 is that of all others.",
    },
    "BlockIOWeight": {
        "9": "“9” is not a weight. Write a number from 10 to 1000; 500 is that of all others.",
        "1001": "“1001” is not a weight. Write a number from 10 to 1000; 500 is that of all others.",
    },
    "AllowedCPUs": {
        "a": "“a” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
        "8192": "“8192” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
        "3-1": "The range 3-1 ends before it begins. Put the smaller number first.",
        "1-": "“1-” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
        "-1": "“-1” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
        '"1': 'The quote " is opened and never closed. Close it, or take it away.',
        "1-2-3": "“1-2-3” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
        "0-8192": "“0-8192” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
        "1;2": "“1;2” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
        "%n": "“%n” is not a number of processors. Write numbers below 8192 and ranges parted by blanks or commas, for example 0-3 6.",
    },
    "MemoryMin": {
        "101%": "“101%” is not an amount of memory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "-1": "“-1” is not an amount of memory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "x": "“x” is not an amount of memory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "18446744073709551615": "“18446744073709551615” is not an amount of memory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "5.55‰": "“5.55‰” is not an amount of memory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "5.5‱": "“5.5‱” is not an amount of memory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
    },
    "MemoryHigh": {
        "0": "“0” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "0%": "“0%” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "512m": "“512m” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
        "1 2": "“1 2” is not an amount of memory above 0. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or infinity.",
    },
    "IODeviceWeight": {
        "/dev/sda": "Only one of device and value is here. Write both, for example /dev/sda 200.",
        "100": "Only one of device and value is here. Write both, for example /dev/sda 200.",
        "/dev/../sda 5": "The path “/dev/../sda” goes through “..”, which systemd refuses. Write it in full.",
        '"" 5': "There is no device before it. Write a path such as /dev/sda, or that of a file on the device.",
        ". 5": "There is no device before it. Write a path such as /dev/sda, or that of a file on the device.",
        "/dev/sda 0": "“0” is not a weight. Write a number from 1 to 10000; 100 is that of all others.",
        "/dev/sda 5 6": "“5 6” is not a weight. Write a number from 1 to 10000; 100 is that of all others.",
        '"/dev/sda 5': 'The quote " is opened and never closed. Close it, or take it away.',
        "/dev/%Z 5": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "IOReadBandwidthMax": {
        "/dev/sda 0": "“0” is not a rate above 0. Write bytes or operations a second, with K, M, G or T behind the number or without, for example 10M, or infinity.",
        "/dev/sda 5%": "“5%” is not a rate above 0. Write bytes or operations a second, with K, M, G or T behind the number or without, for example 10M, or infinity.",
        "/dev/sda x": "“x” is not a rate above 0. Write bytes or operations a second, with K, M, G or T behind the number or without, for example 10M, or infinity.",
        "/dev/sda": "Only one of device and value is here. Write both, for example /dev/sda 10M.",
        "/dev/sda 10m": "“10m” is not a rate above 0. Write bytes or operations a second, with K, M, G or T behind the number or without, for example 10M, or infinity.",
    },
    "IODeviceLatencyTargetSec": {
        "/dev/sda x": "“x” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y), or infinity.",
        "/dev/sda": "Only one of device and value is here. Write both, for example /dev/sda 25ms.",
    },
    "BlockIOReadBandwidth": {
        "/dev/sda infinity": "“infinity” is not a rate above 0. Write bytes or operations a second, with K, M, G or T behind the number or without, for example 10M.",
    },
    "DeviceAllow": {
        "/de": "“/de” is not a device. Write a path below /dev, or a group such as char-rtc or block-loop, for example /dev/null rw.",
        "null": "“null” is not a device. Write a path below /dev, or a group such as char-rtc or block-loop, for example /dev/null rw.",
        "/etc/x": "“/etc/x” is not a device. Write a path below /dev, or a group such as char-rtc or block-loop, for example /dev/null rw.",
        "/dev/../x": "The path “/dev/../x” goes through “..”, which systemd refuses. Write it in full.",
        "/dev/null x": "“x” is not what a device can be used for. Write r, w and m together for reading, writing and making it, for example /dev/null rw.",
        "/dev/null r w": "“r w” is not what a device can be used for. Write r, w and m together for reading, writing and making it, for example /dev/null rw.",
        "/run/systemd/x": "“/run/systemd/x” is not a device. Write a path below /dev, or a group such as char-rtc or block-loop, for example /dev/null rw.",
        "cha-x rw": "“cha-x” is not a device. Write a path below /dev, or a group such as char-rtc or block-loop, for example /dev/null rw.",
        "/dev/null RW": "“RW” is not what a device can be used for. Write r, w and m together for reading, writing and making it, for example /dev/null rw.",
    },
    "Slice": {
        "foo": "“foo” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "foo.service": "“foo.service” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "a--b.slice": "“a--b.slice” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "-a.slice": "“-a.slice” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "a-.slice": "“a-.slice” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "a@b.slice": "“a@b.slice” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "a.slice b.slice": "“a.slice b.slice” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "é.slice": "“é.slice” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice.",
        "%Z.slice": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "Delegate": {
        "cpu foo": "“foo” is not a controller of control groups. Write yes, no, or names parted by blanks, for example cpu memory pids.",
        "CPU": "“CPU” is not a controller of control groups. Did you mean “cpu”? Write yes, no, or names parted by blanks, for example cpu memory pids.",
        "cpu,io": "“cpu,io” is not a controller of control groups. Did you mean “cpu”? Write yes, no, or names parted by blanks, for example cpu memory pids.",
        '"cpu': 'The quote " is opened and never closed. Close it, or take it away.',
    },
    "DelegateSubgroup": {
        "a/b": "“a/b” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor.",
        "_a": "“_a” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor.",
        ".a": "“.a” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor.",
        "cpu.x": "“cpu.x” is what the kernel names its own files like. Write a name that does not begin with cpu., for example supervisor.",
        "cgroup.x": "“cgroup.x” is what the kernel names its own files like. Write a name that does not begin with cgroup., for example supervisor.",
        "tasks": "“tasks” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor.",
        "notify_on_release": "“notify_on_release” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor.",
        "..": "“..” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor.",
        "a"
        * 256: "“aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor.",
    },
    "DisableControllers": {
        "foo": "“foo” is not a controller of control groups. Write names parted by blanks, for example cpu memory pids.",
        "cpu,io": "“cpu,io” is not a controller of control groups. Did you mean “cpu”? Write names parted by blanks, for example cpu memory pids.",
    },
    "ManagedOOMMemoryPressureLimit": {
        "101%": "“101%” is not a share. Write a percentage from 0% to 100%, for example 60%.",
        "60": "“60” is not a share. Write a percentage from 0% to 100%, for example 60%.",
        "x": "“x” is not a share. Write a percentage from 0% to 100%, for example 60%.",
        "-1%": "“-1%” is not a share. Write a percentage from 0% to 100%, for example 60%.",
    },
    "ManagedOOMMemoryPressureDurationSec": {
        "999ms": "“999ms” is too short here. Write 1s or more.",
        "0": "“0” is too short here. Write 1s or more.",
        "infinity": "Infinity is not a time that can be waited for here. Write a time that ends, such as 30s.",
        "x": "“x” is not a time span. Write seconds (30), units (5min 20s; units are us, ms, s, min, h, d, w, M for months, y).",
    },
    "ManagedOOMMemoryPressureLimitPercent": {
        "60.5%": "“60.5%” is not a share. Write a percentage from 0% to 100%, for example 60%.",
        "101%": "“101%” is not a share. Write a percentage from 0% to 100%, for example 60%.",
    },
    "OOMRules": {
        "a/b": "“a/b” cannot be the name of a set of rules. Write names of files without / \\ * ? [ and quotes, parted by blanks.",
        "a*": "“a*” cannot be the name of a set of rules. Write names of files without / \\ * ? [ and quotes, parted by blanks.",
        "'a": "The quote ' is opened and never closed. Close it, or take it away.",
        "..": "“..” cannot be the name of a set of rules. Write names of files without / \\ * ? [ and quotes, parted by blanks.",
        "a?b": "“a?b” cannot be the name of a set of rules. Write names of files without / \\ * ? [ and quotes, parted by blanks.",
        "a\\b": "“a\\b” cannot be the name of a set of rules. Write names of files without / \\ * ? [ and quotes, parted by blanks.",
    },
    "SocketBindAllow": {
        "65536": "“65536” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "80-79": "“80-79” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "http": "“http” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "tcp:ipv4:80": "“tcp:ipv4:80” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "ipv4:": "“ipv4:” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "any:tcp": "“any:tcp” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        ":80": "“:80” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "80-": "“80-” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "ipv4:tcp:udp:80": "“ipv4:tcp:udp:80” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
        "IPv4:80": "“IPv4:80” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010.",
    },
    "BindNetworkInterface": {
        "a b": "“a b” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "a:b": "“a:b” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "a/b": "“a/b” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "5": "“5” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "all": "“all” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "default": "“default” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "é": "“é” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "a"
        * 128: "“aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "..": "“..” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
        "0x10": "“0x10” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0.",
    },
    "NFTSet": {
        "filter:set": "“filter:set” does not name a set of the packet filter. Write SOURCE:FAMILY:TABLE:SET, for example cgroup:inet:filter:my_set.",
        "cgroup:inet:a": "“cgroup:inet:a” does not name a set of the packet filter. Write SOURCE:FAMILY:TABLE:SET, for example cgroup:inet:filter:my_set.",
        "cgroup:inet:a:b:c": "“cgroup:inet:a:b:c” does not name a set of the packet filter. Write SOURCE:FAMILY:TABLE:SET, for example cgroup:inet:filter:my_set.",
        "address:inet:a:b": "“address” is not known here. Write cgroup, user or group.",
        "cgroup:tcp:a:b": "“tcp” is not known here. Write arp, bridge, inet, ip, ip6 or netdev.",
        "cgroup:inet:1a:b": "“1a” cannot be the name of a table or set. Write a letter and then letters, digits, / _ and dots, for example my_set.",
        "cgroup:inet:a:b-c": "“b-c” cannot be the name of a table or set. Write a letter and then letters, digits, / _ and dots, for example my_set.",
        "cgroup:inet:a:"
        + "a"
        * 256: "“aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…” cannot be the name of a table or set. Write a letter and then letters, digits, / _ and dots, for example my_set.",
        '"cgroup:inet:a:b': 'The quote " is opened and never closed. Close it, or take it away.',
    },
    "BPFProgram": {
        "egress": "The path “” is not absolute. Begin it with /, for example /srv/myapp.",
        "egress:x": "The path “x” is not absolute. Begin it with /, for example /srv/myapp.",
        "foo:/x": "“foo” is not a place for a program. Write TYPE:PATH, for example egress:/sys/fs/bpf/my_program.",
        "egress:/a/../b": "The path “/a/../b” goes through “..”, which systemd refuses. Write it in full.",
        "Egress:/x": "“Egress” is not a place for a program. Did you mean “egress”? Write TYPE:PATH, for example egress:/sys/fs/bpf/my_program.",
    },
    "IPIngressFilterPath": {
        "x": "The path “x” is not absolute. Begin it with /, for example /srv/myapp.",
        "/a/../b": "The path “/a/../b” goes through “..”, which systemd refuses. Write it in full.",
        "-/x": "The path “-/x” is not absolute. Begin it with /, for example /srv/myapp.",
        "%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
    },
    "MemoryPressureWatch": {
        "maybe": "“maybe” is not a value of this setting. It takes yes, no, auto or skip.",
        "Auto": "“Auto” is not a value of this setting. Did you mean “auto”? It takes yes, no, auto or skip.",
    },
    "OpenFile": {
        "etc/x": "The path “etc/x” is not absolute. Begin it with /, for example /etc/myapp/key.",
        "/": "“” cannot be the name of a file descriptor: it takes up to 255 characters of ASCII without a colon. Write PATH:NAME, for example /etc/myapp/key:key.",
        "/etc/x:a:b": "“b” is not an option of a file to open. It takes read-only, append, truncate or graceful.",
        "/etc/x:a:read-only,append": "systemd takes each option once, and only one of read-only, append and truncate. Leave one out.",
        "/etc/x:a:graceful,graceful": "systemd takes each option once, and only one of read-only, append and truncate. Leave one out.",
        "/etc/x:a:graceful:x": "“/etc/x:a:graceful:x” has too many colons. Write PATH:NAME:OPTIONS, and \\x3a for a colon in the path.",
        "/é": "“é” cannot be the name of a file descriptor: it takes up to 255 characters of ASCII without a colon. Write PATH:NAME, for example /etc/myapp/key:key.",
        "/a\\qb": "“\\q” is not an escape that systemd knows. For a literal backslash write two.",
        "/a/..": "“” cannot be the name of a file descriptor: it takes up to 255 characters of ASCII without a colon. Write PATH:NAME, for example /etc/myapp/key:key.",
        "/x:é": "“é” cannot be the name of a file descriptor: it takes up to 255 characters of ASCII without a colon. Write PATH:NAME, for example /etc/myapp/key:key.",
        "READ:x": "The path “READ” is not absolute. Begin it with /, for example /etc/myapp/key.",
    },
    "Sockets": {
        "a": "“a” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes. Did you mean “a.service” or “a.target”?",
        "a.service": "“a.service” is not a socket. Write the names of units that end in .socket.",
        "a.socket,b.socket": "“a.socket,b.socket” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.",
    },
    "LUOSession": {
        "a:b": "“a:b” cannot be the name of a session. Write up to 255 characters of ASCII without : \\ * ? [ and quotes, for example myapp.",
        "a a": "A session is named twice. Write each once.",
        "é": "“é” cannot be the name of a session. Write up to 255 characters of ASCII without : \\ * ? [ and quotes, for example myapp.",
        "a*": "“a*” cannot be the name of a session. Write up to 255 characters of ASCII without : \\ * ? [ and quotes, for example myapp.",
        '"a b"': '“"a” cannot be the name of a session. Write up to 255 characters of ASCII without : \\ * ? [ and quotes, for example myapp.',
    },
    "KillSignal": {
        "0": "“0” is not a signal. Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "65": "“65” is not a signal. Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "-1": "“-1” is not a signal. Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "SIGFOO": "“SIGFOO” is not a signal. Did you mean “SIGIO”? Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "sigterm": "“sigterm” is not a signal. Did you mean “SIGTERM”? Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "RTMIN+31": "“RTMIN+31” is not a signal. Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "RTMAX+1": "“RTMAX+1” is not a signal. Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "RTMIN-1": "“RTMIN-1” is not a signal. Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "SIGTERM SIGINT": "“SIGTERM SIGINT” is not a signal. Did you mean “SIGTERM”? Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "SIG": "“SIG” is not a signal. Did you mean “SIGABRT”? Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
        "SIG9": "“SIG9” is not a signal. Did you mean “SIGIO”? Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15.",
    },
    "RestartForceExitStatus": {
        "256": "“256” is neither an exit status nor a signal. Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        "-1": "“-1” is neither an exit status nor a signal. Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
        "SIGFOO": "“SIGFOO” is neither an exit status nor a signal. Did you mean “SIGIO”? Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM.",
    },
    "RefreshOnReload": {
        "maybe": "“maybe” is not something that a reload can renew that systemd knows. Write for example credentials.",
        "credentials,extensions": "“credentials,extensions” has a comma, and systemd would drop it. Part the words by blanks.",
        "~yes": "“yes” stands for itself only. Write yes alone, or leave it out.",
    },
}

# What systemd takes, but not as it was meant: refused all the same.
STRICTER: Refused = {
    "CPUWeight": {
        "010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
    "AllowedCPUs": {
        "010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
    "KillSignal": {
        "010": "systemd takes “010” as an octal number, for the zero before it: 010 is 8. Write it without that zero.",
    },
    "DisableControllers": {
        "cpu foo": "“foo” is not a controller of control groups. Write names parted by blanks, for example cpu memory pids.",
    },
    "Sockets": {
        "a\\b.socket": "systemd would drop the backslash in “a\\b.socket” and look for another unit. Write Requires= and After= instead.",
    },
}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


def test_versions_of_forms() -> None:
    for name, value, since in (
        ("CPUWeight", "100", []),
        ("CPUWeight", "idle", [252]),
        ("AllowedCPUs", "0-%U", [252]),
        ("MemoryLow", "5%", [232]),
        ("MemoryLow", "5‰", [232, 239]),
        ("MemoryLow", "5‱", [232, 248]),
        ("IODeviceWeight", "/dev/sda 5", []),
        ("IODeviceWeight", "/../dev/sda 5", [255]),
        ("IODeviceLatencyTargetSec", "/dev/sda 5μs", [252]),
        ("IOReadBandwidthMax", "/dev/%d 5", [251]),
        ("DeviceAllow", "/../dev/null r", [255]),
        ("DeviceAllow", "char-%E r", [239]),
        ("Delegate", "cpu bpf-foreign", [249]),
        ("SocketBindDeny", "tcp:0", [256]),
        ("SocketBindDeny", "tcp:0-5", [256]),
        ("SocketBindDeny", "tcp:any", []),
        ("NFTSet", f"cgroup:inet:a:{'b' * 31}", []),
        ("NFTSet", f"cgroup:inet:a:{'b' * 32}", [258]),
        ("SuccessExitStatus", "KSM 5", [254]),
        ("FileDescriptorStorePreserve", "on-success", [261]),
    ):
        kind = catalogue.find(name).kind
        assert [need.since for need in kind.needs(kind.normalise(value))] == since, value


def test_a_share_above_the_limit_works_only_on_the_oldest_versions() -> None:
    (need,) = catalogue.find("CPUQuota").kind.needs("200000000%")
    assert need.is_met(247)
    assert not need.is_met(248)


def test_an_unknown_controller_stays_in_use_on_an_old_systemd() -> None:
    (dropped,) = catalogue.find("DisableControllers").kind.needs("cpu bpf-foreign")
    (refused,) = catalogue.find("DisableControllers").kind.needs("bpf-foreign")
    assert dropped.otherwise == "it would stay in use"
    assert not refused.otherwise

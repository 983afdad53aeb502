"""Control groups: processors and memory nodes, controllers, names, packet filters (systemd.resource-control(5))."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.values.descriptors import fields
from app.values.extract import KEPT, extract, first_word
from app.values.numbers import number
from app.values.paths import FilePath
from app.values.text import (
    NAME_SPECIFIERS,
    Kind,
    Need,
    check_specifiers,
    imagine,
    nearest,
    one_of,
    shown,
    specifier_needs,
)
from app.values.words import spell_boolean

CONTROLLERS: Mapping[str, int] = {
    **dict.fromkeys("cpu cpuacct cpuset io blkio memory devices pids bpf-firewall bpf-devices".split(), 1),
    "bpf-foreign": 249,
    "bpf-socket-bind": 249,
    "bpf-restrict-network-interfaces": 250,
    "bpf-bind-network-interface": 260,
}
_MOST_PROCESSORS = 8192


@dataclass(frozen=True)
class Numbers(Kind):
    """Numbers of processors or memory nodes and ranges of them, parted by blanks or commas (AllowedCPUs=).

    parse_cpu_set_extend() in src/shared/cpu-set-util.c. Specifiers are read since 255.1 and the 252 of that day; those that no number can come of
    are refused.
    """

    expands = True

    what: str = "processors"

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract(value, " ,")):
            check_specifiers(word)
            ends = read_range(imagine(word))
            if not ends or not all(0 <= end < _MOST_PROCESSORS for end in ends):
                raise ValueError(
                    f"“{shown(word)}” is not a number of {self.what}. Write numbers below {_MOST_PROCESSORS} and ranges parted by blanks or commas, for example 0-3 6."
                )
            if ends[0] > ends[1]:
                raise ValueError(f"The range {shown(word)} ends before it begins. Put the smaller number first.")
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        if "%" in value:
            yield Need(252, f"a specifier among the {self.what}")


@dataclass(frozen=True)
class Controllers(Kind):
    """Controllers of control groups, parted by blanks (Delegate=, DisableControllers=).

    switches: whether yes and no stand for all and none. quotes: whether systemd takes quotes off. systemd drops names that
    it does not know, in DisableControllers= without a word.
    """

    switches: bool = False
    quotes: bool = False

    def check(self, value: str) -> str:
        spelt = spell_boolean(value)
        if self.switches and spelt in {"yes", "no"}:
            return spelt
        for word in self._words(value):
            if word not in CONTROLLERS:
                switches = "yes, no, or " if self.switches else ""
                raise ValueError(
                    f"“{shown(word)}” is not a controller of control groups.{nearest(word, CONTROLLERS)} Write {switches}names parted by blanks, for example cpu memory pids."
                )
        return value

    def _words(self, value: str) -> list[str]:
        return list(dict.fromkeys(extract(value, quotes=self.quotes)))

    def needs(self, value: str) -> Iterator[Need]:
        since = {word: CONTROLLERS.get(word, 1) for word in self._words(value)}
        for word, version in since.items():
            if version > 1:
                # DisableControllers= says nothing of a name that it does not know, as long as it knows another.
                silent = not self.switches and version > min(since.values())
                instead = "it would stay in use" if silent else ""
                yield Need(version, f"the controller {word}", instead=instead)

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {"yes": 1, "no": 1, **CONTROLLERS} if self.switches else CONTROLLERS


_RESERVED_GROUPS = ("notify_on_release", "release_agent", "tasks")


@dataclass(frozen=True)
class GroupName(Kind):
    """The name of a control group, without specifiers (DelegateSubgroup=; cg_needs_escape())."""

    def check(self, value: str) -> str:
        controller = value.partition(".")[0]
        if "/" in value or len(value.encode()) > 255 or value in _RESERVED_GROUPS or value[0] in "_.":
            raise ValueError(
                f"“{shown(value)}” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor."
            )
        if "." in value and (controller == "cgroup" or controller in CONTROLLERS):
            raise ValueError(
                f"“{shown(value)}” is what the kernel names its own files like. Write a name that does not begin with {controller}., for example supervisor."
            )
        return value


@dataclass(frozen=True)
class RuleNames(Kind):
    """Names of rules for the out-of-memory killer, parted by blanks (OOMRules=; oomd's .oomrule files)."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract(value, backslash=KEPT)):
            if not word or set(word) & set("/\\\"'*?[") or word in {".", ".."} or len(word.encode()) > 255:
                raise ValueError(
                    f"“{shown(word)}” cannot be the name of a set of rules. Write names of files without / \\ * ? [ and quotes, parted by blanks."
                )
        return value


_FAMILIES = ("ipv4", "ipv6")
_PROTOCOLS = ("tcp", "udp")


@dataclass(frozen=True)
class BindRule(Kind):
    """[ipv4:|ipv6:][tcp:|udp:]PORTS, a port, a range of ports or any (SocketBindAllow=; parse_socket_bind_item())."""

    def check(self, value: str) -> str:
        if not self._is_rule(value):
            raise ValueError(
                f"“{shown(value)}” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010."
            )
        return value

    @staticmethod
    def _is_rule(value: str) -> bool:
        parts = extract(value, ":", quotes=False, coalesce=False)
        if parts[0] in _FAMILIES:
            parts = parts[1:]
        if parts and parts[0].lower() in _PROTOCOLS:
            parts = parts[1:]
        return not parts or (len(parts) == 1 and (parts[0] == "any" or _is_ports(parts[0])))

    def needs(self, value: str) -> Iterator[Need]:
        ports = read_range(extract(value, ":", quotes=False)[-1])
        if ports and not ports[0]:
            yield Need(256, "the port 0")


def _is_ports(text: str) -> bool:
    """Whether it is a port or a range of them; parse_ip_port_range()."""
    ports = read_range(text)
    return ports is not None and 0 <= ports[0] <= ports[1] <= 65535


def read_range(text: str) -> tuple[int, int] | None:
    """The two ends of a range, the same for a number alone; parse_range() in src/basic/parse-util.c."""
    first, rest = first_word(text, "-")
    low = number(first)
    high = low if rest is None else number(rest)
    return None if low is None or high is None else (low, high)


@dataclass(frozen=True)
class Interface(Kind):
    """The name of a network interface, alternative ones too (BindNetworkInterface=; ifname_valid_full())."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        name = imagine(value)
        if not re.fullmatch("[!-~]{1,127}", name) or set(name) & set(":/%") or self._is_reserved(name):
            raise ValueError(
                f"“{shown(value)}” cannot be the name of a network interface. Write up to 127 characters of ASCII without blanks, : / and %, not digits alone, for example eth0."
            )
        return value

    @staticmethod
    def _is_reserved(name: str) -> bool:
        return name in {".", "..", "all", "default"} or name.isdigit() or (number(name) or 0) > 0

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


_NFT_SOURCES = ("cgroup", "user", "group")
_NFT_FAMILIES = ("arp", "bridge", "inet", "ip", "ip6", "netdev")
_NFT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9/\\_.]{0,254}")


@dataclass(frozen=True)
class NftSets(Kind):
    """SOURCE:FAMILY:TABLE:SET, parted by blanks (NFTSet=; config_parse_nft_set())."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract(value, backslash=KEPT)):
            source, *rest = _nft_fields(word)
            if len(rest) != 3:
                raise ValueError(
                    f"“{shown(word)}” does not name a set of the packet filter. Write SOURCE:FAMILY:TABLE:SET, for example cgroup:inet:filter:my_set."
                )
            for field, known in ((source, _NFT_SOURCES), (rest[0], _NFT_FAMILIES)):
                if field not in known:
                    raise ValueError(
                        f"“{shown(field)}” is not known here.{nearest(field, known)} Write {one_of(known)}."
                    )
            for name in rest[1:]:
                if not _NFT_NAME.fullmatch(name):
                    raise ValueError(
                        f"“{shown(name)}” cannot be the name of a table or set. Write a letter and then letters, digits, / _ and dots, for example my_set."
                    )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if any(len(field) > 31 for word in extract(value, backslash=KEPT) for field in _nft_fields(word)):
            yield Need(258, "a name of more than 31 characters")


def _nft_fields(word: str) -> list[str]:
    return [field for field in fields(word) if field]


BPF_TYPES = (
    "ingress egress sock_create sock_ops device bind4 bind6 connect4 connect6 post_bind4 post_bind6 sendmsg4 sendmsg6 "
    "sysctl recvmsg4 recvmsg6 getsockopt setsockopt"
).split()


@dataclass(frozen=True)
class BpfProgram(Kind):
    """TYPE:PATH, a program that is pinned in the kernel's file system of them (BPFProgram=)."""

    expands = True

    def check(self, value: str) -> str:
        where, path = first_word(value.lstrip(":"), ":")
        if where not in BPF_TYPES:
            raise ValueError(
                f"“{shown(where)}” is not a place for a program.{nearest(where, BPF_TYPES)} Write TYPE:PATH, for example egress:/sys/fs/bpf/my_program."
            )
        FilePath(optional=False).check((path or "").lstrip(":"))
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return FilePath(optional=False).needs(value)


_SLICE_STEM = re.compile(r"[A-Za-z0-9:_.\\]+(-[A-Za-z0-9:_.\\]+)*")


@dataclass(frozen=True)
class SliceName(Kind):
    """The name of a slice, its parents before it parted by dashes (Slice=; slice_build_parent_slice())."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value, NAME_SPECIFIERS)
        stem = imagine(value).removesuffix(".slice")
        if not value.endswith(".slice") or len(value) > 255 or not (stem == "-" or _SLICE_STEM.fullmatch(stem)):
            raise ValueError(
                f"“{shown(value)}” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value, NAME_SPECIFIERS)

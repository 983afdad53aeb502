"""What passes between a control group and the network: ports, interfaces, sets and programs of the packet filter.

Sources: parse_socket_bind_item() in src/shared/parse-helpers.c, ifname_valid_full() in src/basic/socket-util.c,
config_parse_nft_set() in src/shared/firewall-util.c, config_parse_bpf_foreign_program() in src/core/load-fragment.c of
systemd 247 to 262; systemd.resource-control(5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.descriptors import fields
from app.values.kind import Kind, Need
from app.values.lexing import RETAINED, extract_words, first_word
from app.values.numbers import number, read_range
from app.values.paths import FilePath
from app.values.sentences import did_you_mean, one_of, quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

_FAMILIES = ("ipv4", "ipv6")
_PROTOCOLS = ("tcp", "udp")


@dataclass(frozen=True)
class BindRule(Kind):
    """[ipv4:|ipv6:][tcp:|udp:]PORTS, a port, a range of ports or any (SocketBindAllow=; parse_socket_bind_item())."""

    def check(self, value: str) -> str:
        if not self._is_rule(value):
            raise ValueError(
                f"“{quoted(value)}” is not a rule for ports. Write any, a family (ipv4, ipv6), a protocol (tcp, udp) and a port or a range, as many as are needed in this order, for example ipv4:tcp:8000-8010."
            )
        return value

    @staticmethod
    def _is_rule(value: str) -> bool:
        parts = extract_words(value, ":", quotes=False, coalesce=False)
        if parts[0] in _FAMILIES:
            parts = parts[1:]
        if parts and parts[0].lower() in _PROTOCOLS:
            parts = parts[1:]
        return not parts or (len(parts) == 1 and (parts[0] == "any" or _is_ports(parts[0])))

    def needs(self, value: str) -> Iterator[Need]:
        ports = read_range(extract_words(value, ":", quotes=False)[-1])
        if ports and not ports[0]:
            yield Need(256, "the port 0")


def _is_ports(text: str) -> bool:
    """Whether it is a port or a range of them; parse_ip_port_range()."""
    ports = read_range(text)
    return ports is not None and 0 <= ports[0] <= ports[1] <= 65535


def is_index(word: str) -> bool:
    """Whether systemd takes a name for the number of an interface (parse_ifindex())."""
    try:
        index = number(word)
    except ValueError:
        return True
    return index is not None and 0 < index < 2**31


@dataclass(frozen=True)
class InterfaceName(Kind):
    """The name of a network interface (BindNetworkInterface=; ifname_valid_full())."""

    expands = True

    alternative: bool = True
    """Whether alternative names, which are longer, and specifiers are allowed.

    BindToDevice= allows neither, because older systemd versions do not expand its specifiers.
    """

    def check(self, value: str) -> str:
        check_specifiers(value)
        name, longest = (with_placeholders(value), 127) if self.alternative else (value, 15)
        if not re.fullmatch(f"[!-~]{{1,{longest}}}", name) or set(name) & set(":/%") or self._is_reserved(name):
            raise ValueError(
                f"“{quoted(value)}” cannot be the name of a network interface. Write up to {longest} characters of ASCII without blanks, : / and %, not digits alone, for example eth0."
            )
        return value

    @staticmethod
    def _is_reserved(name: str) -> bool:
        return name in {".", "..", "all", "default"} or name.isdigit() or is_index(name)

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


_NFT_SOURCES = ("cgroup", "user", "group")
_NFT_FAMILIES = ("arp", "bridge", "inet", "ip", "ip6", "netdev")
_NFT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9/\\_.]{0,254}")


@dataclass(frozen=True)
class NftSets(Kind):
    """SOURCE:FAMILY:TABLE:SET, parted by blanks (NFTSet=; config_parse_nft_set())."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract_words(value, backslash=RETAINED)):
            found = _nft_fields(word)
            if len(found) != 4:
                raise ValueError(
                    f"“{quoted(word)}” does not name a set of the packet filter. Write SOURCE:FAMILY:TABLE:SET, for example cgroup:inet:filter:my_set."
                )
            source, family, *names = found
            for field, known in ((source, _NFT_SOURCES), (family, _NFT_FAMILIES)):
                if field not in known:
                    raise ValueError(
                        f"“{quoted(field)}” is not known here.{did_you_mean(field, known)} Write {one_of(known)}."
                    )
            for name in names:
                if not _NFT_NAME.fullmatch(name):
                    raise ValueError(
                        f"“{quoted(name)}” cannot be the name of a table or set. Write a letter and then letters, digits, / _ and dots, for example my_set."
                    )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if any(len(field) > 31 for word in extract_words(value, backslash=RETAINED) for field in _nft_fields(word)):
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
        where, path = _bpf_parts(value)
        if where not in BPF_TYPES:
            raise ValueError(
                f"“{quoted(where)}” is not a place for a program.{did_you_mean(where, BPF_TYPES)} Write TYPE:PATH, for example egress:/sys/fs/bpf/my_program."
            )
        FilePath(optional=False).check(path)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return FilePath(optional=False).needs(_bpf_parts(value)[1])


def _bpf_parts(value: str) -> tuple[str, str]:
    """Return the type and the path of TYPE:PATH; colons before either are dropped, as systemd does."""
    where, path = first_word(value.lstrip(":"), ":")
    return where, (path or "").lstrip(":")

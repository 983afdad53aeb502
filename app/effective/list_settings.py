"""What the lines of a list come to: capabilities, system calls, address families, namespaces, networks.

Sources: the parsers of src/core/load-fragment.c, each named where it is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from app.catalogue.exposures import CALL_GROUPS
from app.values import ADDRESS_FAMILIES, CAPABILITIES, NAMESPACES, spell_boolean

_LOCALHOST_NETWORKS = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_NETWORKS = {
    "any": (ip_network("0.0.0.0/0"), ip_network("::/0")),
    "localhost": _LOCALHOST_NETWORKS,
    "link-local": (ip_network("169.254.0.0/16"), ip_network("fe80::/64")),
    "multicast": (ip_network("224.0.0.0/4"), ip_network("ff00::/8")),
}
_LOCALHOST = re.compile(r"(.+\.)?localhost(\.localdomain)?\.?", re.IGNORECASE)
_PREFIX = re.compile(r"[^/]+(/[0-9]+)?")

_FAMILY_ALIASES = {"AF_LOCAL": "AF_UNIX", "AF_FILE": "AF_UNIX", "AF_ROUTE": "AF_NETLINK"}
_FAMILIES = {name.casefold(): (_FAMILY_ALIASES.get(name, name), since) for name, since in ADDRESS_FAMILIES.items()}

CAPABILITY_BITS = {name.casefold(): 1 << number for number, name in enumerate(CAPABILITIES)}
EVERY_BIT = 2**64 - 1
"""The bits of a full set of capabilities as systemd keeps it."""


class WordFilter(NamedTuple):
    """A list that allows or denies words. A list that denies no word is no filter."""

    allows: bool = False
    """Whether the list allows only its words, instead of denying them."""
    words: frozenset[str] = frozenset()

    def permits_any(self, words: frozenset[str]) -> bool:
        """Whether it lets one of the words through."""
        return not self.words.isdisjoint(words) if self.allows else not words <= self.words


def after_reset(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines behind the last empty one."""
    return lines[max((at for at, line in enumerate(lines) if not line), default=-1) + 1 :]


def capabilities(lines: Iterable[str], initial: int, version: int) -> int:
    """The bits of the set that the lines leave (config_parse_capability_set()).

    A line without a known name sets the empty set, or with “~” the full one. Until 258 a full set is as good as none
    written, and the next line replaces it; since 259 it is merged.
    """
    bits = initial
    every = EVERY_BIT if version < 259 else 2 ** len(CAPABILITIES) - 1
    for line in lines:
        named = sum({_capability_bit(word) for word in line.removeprefix("~").split()})
        if not named or bits == initial:
            bits = every & ~named if line.startswith("~") else named
        else:
            bits = bits & ~named if line.startswith("~") else bits | named
    return bits


def _capability_bit(word: str) -> int:
    """The bit of a capability's name or number, 0 for what is neither."""
    if re.fullmatch(r"[0-9]{1,2}", word):
        return 1 << int(word) if int(word) < 63 else 0
    return CAPABILITY_BITS.get(word.casefold(), 0)


def capability_names(bits: int) -> frozenset[str]:
    """The names of the bits."""
    return frozenset(name for number, name in enumerate(CAPABILITIES) if bits >> number & 1)


@cache
def calls_of(group: str, version: int) -> frozenset[str]:
    """The system calls of a group, those of the groups in it too."""
    words = _group_words(group, version)
    nested = {call for word in words if word.startswith("@") for call in calls_of(word, version)}
    return frozenset(word for word in words | nested if not word.startswith("@")) - _group_words(f"~{group}", version)


def _group_words(group: str, version: int) -> set[str]:
    rows = (row for row in CALL_GROUPS if row.group == group and row.since <= version <= row.until)
    return {word for row in rows for word in row.words.split()}


def call_filter(lines: Iterable[str], version: int) -> WordFilter:
    """What the lines of SystemCallFilter= make (config_parse_syscall_filter()).

    The first decides whether the list allows or denies; one that allows has @default in it. A call denied with an error of
    its own stays in a list that allows, and is not allowed.
    """
    chosen: WordFilter | None = None
    for line in lines:
        denies = line.startswith("~")
        if not line:
            chosen = None
        elif chosen is None:
            chosen = WordFilter(False) if denies else WordFilter(True, calls_of("@default", version))
        if chosen is not None:
            named = frozenset[str]().union(*(_calls(word, denies, version) for word in line.removeprefix("~").split()))
            chosen = chosen._replace(words=chosen.words - named if denies == chosen.allows else chosen.words | named)
    return chosen or WordFilter()


def _calls(word: str, denies: bool, version: int) -> Iterable[str]:
    """The calls that a word of a filter names; none where systemd skips it."""
    name, colon, error = word.partition(":")
    if colon and not (denies and error):
        return ()
    return calls_of(name, version) if name.startswith("@") else (name,)


def family_filter(lines: Iterable[str], version: int) -> WordFilter:
    """What the lines of RestrictAddressFamilies= make (config_parse_address_families()).

    The first decides whether the list allows or denies; “none” allows nothing, and what comes behind it decides anew.
    """
    chosen, fresh = WordFilter(), True
    for line in lines:
        if line in ("", "none"):
            chosen, fresh = WordFilter(line == "none"), True
            continue
        denies = line.startswith("~")
        chosen, fresh = WordFilter(not denies) if fresh else chosen, False
        named = frozenset(_known_families(line.removeprefix("~").split(), version))
        chosen = chosen._replace(words=chosen.words - named if denies == chosen.allows else chosen.words | named)
    return chosen


def _known_families(words: Iterable[str], version: int) -> Iterator[str]:
    """The families among the words: an unknown one is skipped, and since 261 ends the line."""
    for word in words:
        name, since = _FAMILIES.get(word.casefold(), ("", 1))
        if name and since <= version:
            yield name
        elif version >= 261:
            return


def namespaces(lines: Iterable[str], version: int) -> frozenset[str]:
    """The kinds that the lines of RestrictNamespaces= leave (config_parse_namespace_flags()); a line with an unknown one is ignored."""
    every = frozenset(word for word, since in NAMESPACES.items() if since <= version)
    kept: frozenset[str] | None = None
    for line in lines:
        named = frozenset(line.removeprefix("~").split())
        if not line:
            kept = None
        elif spell_boolean(line) in ("yes", "no"):
            kept = every if spell_boolean(line) == "no" else frozenset()
        elif named <= every:
            kept = every if kept is None and line.startswith("~") else kept or frozenset()
            kept = kept - named if line.startswith("~") else kept | named
    return every if kept is None else kept


def networks(word: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """What a word of IPAddressAllow= stands for; nothing where systemd skips it (config_parse_in_addr_prefixes())."""
    if word in _NETWORKS or _LOCALHOST.fullmatch(word):
        return _NETWORKS.get(word, _LOCALHOST_NETWORKS)
    try:
        return (ip_network(word, strict=False),) if _PREFIX.fullmatch(word) else ()
    except ValueError:
        return ()


ENCRYPTED = ("LoadCredentialEncrypted", "SetCredentialEncrypted")

CREDENTIALS = (*ENCRYPTED, "LoadCredential", "SetCredential", "ImportCredential")

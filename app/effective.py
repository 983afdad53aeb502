"""What systemd makes of a unit: its settings, whose rights it has, which directories it gets, what specifiers stand for.

The only module that knows. Sources: systemd.exec(5), systemd.unit(5) "Specifiers", unit_patch_contexts() in src/core/unit.c,
service_add_extras() in src/core/service.c, and the parsers of src/core/load-fragment.c.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import NamedTuple

from app import catalogue
from app.catalogue import MANAGED_ROOTS, ManagedRoot
from app.catalogue.exposures import CALL_GROUPS
from app.reserved import EVERYWHERE
from app.unitfile import UnitFile
from app.values import (
    ADDRESS_FAMILIES,
    ARCHITECTURES,
    CAPABILITIES,
    FOREVER,
    NAMESPACES,
    Paths,
    expand,
    is_strict_name,
    is_within,
    simplify,
    spell_boolean,
    split_words,
)

ROOT_NAMES = frozenset({"", "0", "root"})

_NAMED = re.compile("%([A-Za-z%])")

IDENTITIES = {
    "own": "A user of its own, created by the preparation",
    "existing": "An account that exists already",
    "dynamic": "A dynamic user, which systemd makes while it runs",
    "root": "root",
}
"""Who a service can run as, and how the form words it."""

IMPLIED = {"existing": {"account": "existing"}, "dynamic": {"DynamicUser": "yes"}}
"""What choosing one of them says by itself, as parameters."""

IDENTITY_PARAMETERS = frozenset({"User", "DynamicUser", "account"})
"""The parameters that it is read off."""


_MANAGER = {"u": "root", "U": "0", "g": "root", "G": "0"}
"""Specifiers that stand for the user of the system manager itself (systemd.unit(5)), where a name may hold them."""

_ENCRYPTED = ("LoadCredentialEncrypted", "SetCredentialEncrypted")
_EMPTIED = dict.fromkeys(
    ("User", "Group", "RootDirectory", "RootImage", "RootMStack", "MountImages", *_ENCRYPTED), 1
) | {
    "PrivateMounts": 254,
    "ProtectHostname": 258,
}
"""Directives that an empty assignment unsets though they are read by their last value here, each with the version since."""

_NAMING = {"ProtectHostname": 258}
"""Directives whose word may be followed by a colon and a name, each with the version since."""

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

_CAPABILITY_BITS = {name.casefold(): 1 << number for number, name in enumerate(CAPABILITIES)}
_EVERY_BIT = 2**64 - 1

_DEVICE = re.compile(r"(block-|char-|/dev/|/run/systemd/inaccessible/)\S*[ \t]*[rwm]*")
_HASH_KEY = bytes.fromhex("581aafe628584e96b44ef53b8c9207ec")


class Change(NamedTuple):
    """A setting that systemd makes something else of than what is written.

    written: "" where nothing is. effective: the value in force; of a list, what it adds to the lines written. since: the
    systemd that began to do so.
    """

    name: str
    written: str
    effective: str
    why: str
    since: int


class WordFilter(NamedTuple):
    """A list that allows its words alone, or denies them alone; one that denies nothing is no filter."""

    allows: bool = False
    words: frozenset[str] = frozenset()

    def permits_any(self, words: frozenset[str]) -> bool:
        """Whether it lets one of the words through."""
        return not self.words.isdisjoint(words) if self.allows else not words <= self.words


class ManagedDirectory(NamedTuple):
    """A directory that systemd creates for the service: the row of its directive, its path, its mode as an octal number."""

    row: ManagedRoot
    path: str
    mode: str


@dataclass(frozen=True)
class Effective:
    """A unit as systemd understands it. Properties that need a specifier known only on the machine raise ValueError."""

    unit: UnitFile

    @cached_property
    def version(self) -> int:
        """The systemd that it is aimed at."""
        return self.unit.target.version

    def lines(self, name: str) -> tuple[str, ...]:
        """The assignments of a directive, "" for one that resets; none where systemd does not know the directive yet."""
        return self._lines.get(name, ())

    @cached_property
    def _lines(self) -> dict[str, tuple[str, ...]]:
        lines: dict[str, list[str]] = {name: [""] for name in self.unit.resets}
        for name, value in self.unit.assignments:
            lines.setdefault(name, []).append(value)
        return {name: tuple(values) for name, values in lines.items() if _since(name) <= self.version}

    def words(self, name: str) -> tuple[str, ...]:
        """The words of a list that grows with each assignment and is emptied by an empty one."""
        return tuple(word for line in _after_reset(self.lines(name)) for word in line.split())

    def written(self, name: str) -> str:
        """The value of a directive of one value that the unit itself gives it: the last that this systemd reads, or ""."""
        value = ""
        for line in self.lines(name):
            if not line and self.version >= _EMPTIED.get(name, FOREVER):
                value = ""
            elif line and is_read(name, line, self.version):
                value = line
        return value

    def setting(self, name: str) -> str:
        """The value of a directive of one value in force: what is forced on it, or else written; "" is systemd's default."""
        if name in ("User", "Group") and self.is_dynamic:
            return self.written(name) or (self.setting("User") if name == "Group" else self.dynamic_name)
        forced = next((row for row in _FORCED_ON.get(name, ()) if row.acts_on(self)), None)
        return forced.value if forced else self.written(name)

    def word(self, name: str) -> str:
        """The setting as a word of a closed list: booleans spelt yes and no, without what may be named behind it."""
        setting = self.setting(name)
        return spell_boolean(setting.partition(":")[0] if name in _NAMING else setting)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What it makes something else of than what is written."""
        return (*self._account_changes(), *self._forced_changes(), *self._list_changes())

    def _account_changes(self) -> Iterator[Change]:
        for name, why in (("User", _DYNAMIC_NAME), ("Group", _DYNAMIC_GROUP)):
            if self.is_dynamic and self.version >= 232 and not self.written(name):
                yield Change(name, "", self.setting(name), why, 232)

    def _forced_changes(self) -> Iterator[Change]:
        for row in FORCED:
            written = self.written(row.name)
            if row.acts_on(self) and spell_boolean(written) != row.value:
                yield Change(row.name, written, row.value, row.why, row.since)

    def _list_changes(self) -> Iterator[Change]:
        lines = " ".join(line or "(reset)" for line in self.lines("CapabilityBoundingSet"))
        for drop in DROPPED:
            lost = [name for name in drop.capabilities if self._written_bounds & _CAPABILITY_BITS[name.casefold()]]
            if lost and drop.acts_on(self):
                yield Change("CapabilityBoundingSet", lines, "~" + " ".join(lost), drop.why, drop.since)
        for row in ADDED_DEVICES:
            if row.acts_on(self) and self._lists_devices:
                written = ", ".join(self._written_devices)
                yield Change("DeviceAllow", written, ", ".join(row.devices), row.why, row.since)

    @property
    def dynamic_name(self) -> str:
        """The name that a dynamic user gets where User= gives it none (user_from_unit_name() in src/core/unit.c)."""
        prefix = self.unit.name.partition("@")[0]
        return prefix if is_strict_name(prefix) else f"_du{siphash24(prefix.encode(), _HASH_KEY):016x}"

    @cached_property
    def account(self) -> str:
        """The name or number it runs as, specifiers expanded as far as they are known here; "" is root without a word."""
        user = self.setting("User")
        try:
            return expand(user, self.specifiers | _MANAGER) if "%" in user else user
        except ValueError:
            return user

    @cached_property
    def is_privileged(self) -> bool:
        """Whether it runs as root, be it by name, by number or because nothing is said."""
        return self.account in ROOT_NAMES

    @cached_property
    def starts_early(self) -> bool:
        """Whether it may start before the system is up, without the dependencies that other services get."""
        return self.word("DefaultDependencies") == "no"

    @property
    def delegates(self) -> bool:
        """Whether it gets a subtree of control groups of its own: Delegate= with anything but no, an empty value too."""
        return spell_boolean((self.lines("Delegate") or ("no",))[-1]) != "no"

    @property
    def umask(self) -> int:
        """UMask= as a number."""
        modes = [line for line in self.lines("UMask") if re.fullmatch(r"[0-7]{1,5}", line)]
        return int((modes or ["0022"])[-1], 8)

    @cached_property
    def _written_bounds(self) -> int:
        return _capabilities(self.lines("CapabilityBoundingSet"), _EVERY_BIT, self.version)

    @cached_property
    def bounding_set(self) -> frozenset[str]:
        """The capabilities that it can have at the most."""
        dropped = {name for drop in DROPPED if drop.acts_on(self) for name in drop.capabilities}
        return _capability_names(self._written_bounds) - dropped

    @cached_property
    def ambient_set(self) -> frozenset[str]:
        """The capabilities that it gets though it runs as another user."""
        return _capability_names(_capabilities(self.lines("AmbientCapabilities"), 0, self.version))

    @cached_property
    def call_filter(self) -> WordFilter:
        """The system calls that it may or may not make."""
        return _call_filter(self.lines("SystemCallFilter"), self.version)

    @cached_property
    def family_filter(self) -> WordFilter:
        """The address families that its sockets may or may not be of."""
        return _family_filter(self.lines("RestrictAddressFamilies"), self.version)

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The kinds of namespaces that it may still make."""
        return _namespaces(self.lines("RestrictNamespaces"), self.version)

    @property
    def architectures(self) -> frozenset[str]:
        """The architectures whose system calls it may make; none is all."""
        words = self.words("SystemCallArchitectures")
        return frozenset(word for word in words if ARCHITECTURES.get(word, FOREVER) <= self.version)

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """The addresses that IPAddressAllow= or IPAddressDeny= names."""
        return tuple(network for word in self.words(name) for network in _networks(word))

    @property
    def _written_devices(self) -> tuple[str, ...]:
        return tuple(line for line in _after_reset(self.lines("DeviceAllow")) if _DEVICE.fullmatch(line))

    @property
    def _lists_devices(self) -> bool:
        return self.setting("DevicePolicy") in ("strict", "closed") or bool(self._written_devices)

    @cached_property
    def devices(self) -> tuple[str, ...]:
        """The lines of DeviceAllow=, those that other settings add among them."""
        added = (device for row in ADDED_DEVICES if row.acts_on(self) for device in row.devices)
        return self._written_devices + (tuple(added) if self._lists_devices else ())

    @cached_property
    def specifiers(self) -> dict[str, str]:
        """What the specifiers that depend on the unit's name and on the system manager alone stand for."""
        name = self.unit.name
        fixed = {"S": "/var/lib", "C": "/var/cache", "L": "/var/log", "t": "/run", "E": "/etc", "%": "%"}
        return fixed | {"n": f"{name}.service", "N": name, "p": name, "i": "", "j": name.rpartition("-")[2]}

    def resolve(self, text: str) -> str:
        """The text with its specifiers expanded; ValueError for one that only the machine knows."""
        return expand(text, self.specifiers)

    def expand_known(self, text: str) -> str:
        """The text with the specifiers expanded that the unit's name and systemd alone decide; all others, and %%, stay."""
        return _NAMED.sub(lambda match: self.specifiers.get(match[1], match[0]) if match[1] != "%" else "%%", text)

    @property
    def is_dynamic(self) -> bool:
        """Whether its user exists only while it runs."""
        return spell_boolean("".join(self.unit.values("DynamicUser")[-1:])) == "yes"

    @property
    def identity(self) -> str:
        """Who it runs as: "dynamic", "root", "existing" (an account that is there) or "own" (a user made for it)."""
        if self.is_dynamic:
            return "dynamic"
        if self.expand_known(self.unit.value("User")) in ROOT_NAMES:
            return "root"
        return "existing" if self.unit.existing else "own"

    @cached_property
    def user(self) -> str:
        """The name or number in User=, expanded; "" where it is not set."""
        return self.resolve(self.unit.value("User"))

    @cached_property
    def group(self) -> str:
        """The group of a user of its own, Group= or else the user's name; "" where only the machine knows it."""
        group = self.resolve(self.unit.value("Group"))
        return group or (self.user if self.identity == "own" else "")

    @cached_property
    def supplementary_groups(self) -> tuple[str, ...]:
        """The groups of SupplementaryGroups=, expanded, each once."""
        words = (self.resolve(word) for value in self.unit.values("SupplementaryGroups") for word in value.split())
        return tuple(dict.fromkeys(words))

    @cached_property
    def managed(self) -> tuple[ManagedDirectory, ...]:
        """The directories that systemd creates, in the order of the guide's table."""
        return tuple(directory for row in MANAGED_ROOTS for directory in self.managed_below(row))

    @cached_property
    def managed_links(self) -> tuple[tuple[ManagedRoot, str], ...]:
        """The links beside managed directories (NAME:LINK), which systemd makes, and for /run removes: row and path."""
        words = (
            (row, word)
            for row in MANAGED_ROOTS
            for value in self.unit.values(row.directive)
            for word in split_words(value)
        )
        links = ((row, self.resolve(word.split(":")[1])) for row, word in words if word.count(":"))
        return tuple((row, f"{row.root}/{simplify(link)}") for row, link in links if link)

    def managed_below(self, row: ManagedRoot) -> Iterator[ManagedDirectory]:
        """The directories of one of the five directives."""
        mode = self.unit.value(row.mode_directive) or "0755"
        for value in self.unit.values(row.directive):
            for word in split_words(value):
                name = self.resolve(word.partition(":")[0])
                yield ManagedDirectory(row, f"{row.root}/{simplify(name)}", mode)

    @cached_property
    def home(self) -> str:
        """The home of a user made for it: its first state directory, else a path that does not exist."""
        return next((d.path for d in self.managed if d.row.directive == "StateDirectory"), "/nonexistent")

    @cached_property
    def unprepared_paths(self) -> tuple[str, ...]:
        """The paths that ReadWritePaths= needs and that neither systemd, nor the preparation, nor every system provides."""
        provided = [own.path for own in self.unit.own] + [directory.path for directory in self.managed]
        words = (word for word in self.unit.read_write_words() if not word.startswith("-"))
        paths = dict.fromkeys(simplify(self.resolve(Paths.strip_prefixes(word))) for word in words)
        return tuple(
            path for path in paths if path not in EVERYWHERE and not any(is_within(path, tree) for tree in provided)
        )


def _after_reset(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines behind the last empty one."""
    return lines[max((at for at, line in enumerate(lines) if not line), default=-1) + 1 :]


def _since(name: str) -> int:
    """The version that brought a directive; 1 for one without a row."""
    try:
        return catalogue.find(name).since
    except KeyError:
        return 1


def is_read(name: str, value: str, version: int) -> bool:
    """Whether a version reads a value of a directive of one value, rather than ignoring it for something that came later."""
    if ":" in value and version < _NAMING.get(name, 1):
        return False
    try:
        return all(need.since <= version for need in catalogue.find(name).kind.needs(value))
    except (KeyError, ValueError):  # no row, or a value that the form would not take: nothing is known of its age
        return True


def siphash24(data: bytes, key: bytes) -> int:
    """SipHash-2-4 of the data (Aumasson and Bernstein, 2012), as systemd's src/basic/siphash24.c computes it."""
    k0, k1 = (int.from_bytes(key[at : at + 8], "little") for at in (0, 8))
    state = (k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573)
    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) % 256])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        v0, v1, v2, v3 = _sip_rounds((*state[:3], state[3] ^ word), 2)
        state = (v0 ^ word, v1, v2, v3)
    v0, v1, v2, v3 = _sip_rounds((state[0], state[1], state[2] ^ 0xFF, state[3]), 4)
    return v0 ^ v1 ^ v2 ^ v3


def _sip_rounds(state: tuple[int, int, int, int], rounds: int) -> tuple[int, int, int, int]:
    v0, v1, v2, v3 = state
    for _ in range(rounds):
        v0, v2 = v0 + v1 & _EVERY_BIT, v2 + v3 & _EVERY_BIT
        v1, v3 = _rotated(v1, 13) ^ v0, _rotated(v3, 16) ^ v2
        v0, v2 = _rotated(v0, 32) + v3 & _EVERY_BIT, v2 + v1 & _EVERY_BIT
        v1, v3 = _rotated(v1, 17) ^ v2, _rotated(v3, 21) ^ v0
        v2 = _rotated(v2, 32)
    return v0, v1, v2, v3


def _rotated(number: int, by: int) -> int:
    return (number << by | number >> 64 - by) & _EVERY_BIT


def _capabilities(lines: Iterable[str], initial: int, version: int) -> int:
    """The bits of the set that the lines leave (config_parse_capability_set()).

    A line without a known name sets the empty set, or with “~” the full one. Until 258 a full set is as good as none
    written, and the next line replaces it; since 259 it is merged.
    """
    bits = initial
    every = _EVERY_BIT if version < 259 else 2 ** len(CAPABILITIES) - 1
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
    return _CAPABILITY_BITS.get(word.casefold(), 0)


def _capability_names(bits: int) -> frozenset[str]:
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


def _call_filter(lines: Iterable[str], version: int) -> WordFilter:
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


def _family_filter(lines: Iterable[str], version: int) -> WordFilter:
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


def _namespaces(lines: Iterable[str], version: int) -> frozenset[str]:
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


def _networks(word: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """What a word of IPAddressAllow= stands for; nothing where systemd skips it (config_parse_in_addr_prefixes())."""
    if word in _NETWORKS or _LOCALHOST.fullmatch(word):
        return _NETWORKS.get(word, _LOCALHOST_NETWORKS)
    try:
        return (ip_network(word, strict=False),) if _PREFIX.fullmatch(word) else ()
    except ValueError:
        return ()


class Forced(NamedTuple):
    """A value that other settings force on a directive.

    over: the written values that give way to it, none means all. since, until: the versions that do so.
    """

    name: str
    value: str
    when: Callable[[Effective], bool]
    why: str
    since: int
    until: int = FOREVER
    over: frozenset[str] | None = None

    def acts_on(self, effective: Effective) -> bool:
        """Whether it does so in this unit."""
        return (
            self.since <= effective.version <= self.until
            and self.when(effective)
            and (self.over is None or spell_boolean(effective.written(self.name)) in self.over)
        )


class Dropped(NamedTuple):
    """Capabilities that a switch takes out of the bounding set."""

    switch: str
    capabilities: tuple[str, ...]
    why: str
    since: int

    def acts_on(self, effective: Effective) -> bool:
        """Whether it does so in this unit."""
        return self.since <= effective.version and effective.word(self.switch) == "yes"


class AddedDevices(NamedTuple):
    """Devices that are allowed because one of some directives is set, once a device policy shuts others out."""

    causes: tuple[str, ...]
    devices: tuple[str, ...]
    why: str
    since: int
    until: int = FOREVER

    def acts_on(self, effective: Effective) -> bool:
        """Whether it does so in this unit."""
        return self.since <= effective.version <= self.until and any(
            effective.word(cause) not in ("", "no") for cause in self.causes
        )


def _is_dynamic(effective: Effective) -> bool:
    return effective.is_dynamic


def _notifies(effective: Effective) -> bool:
    """Whether it needs the socket for notifications by its type, its watchdog or the descriptors it stores."""
    counts = (effective.written(name) for name in ("WatchdogSec", "FileDescriptorStoreMax"))
    return effective.written("Type") in ("notify", "notify-reload") or any(
        re.search("[1-9]|infinity", count) for count in counts
    )


_NO = frozenset({"", "no"})
_DYNAMIC_NAME = "A dynamic user is named after the unit; where that is no name for a user, by a hash of it."
_DYNAMIC_GROUP = "The group of a dynamic user has the user's name."
_LEAVES_NOTHING = "DynamicUser=yes forces it, so that nothing stays behind of a user that comes and goes."
_GAINS_NOTHING = "DynamicUser=yes forces it: the service can neither gain from setuid programs nor make them."
_IMAGE = "A disk image needs the loop and mapper devices."
_LOOP = (
    "/dev/loop-control rw",
    "/dev/mapper/control rw",
    "block-loop rwm",
    "block-blkext rwm",
    "block-device-mapper rwm",
)
_TPM = "An encrypted credential may need the TPM."

FORCED = (
    Forced("PrivateTmp", "yes", _is_dynamic, _LEAVES_NOTHING, 232, until=256),
    Forced("PrivateTmp", "disconnected", _is_dynamic, "DynamicUser=yes gives it a /tmp in memory that no other service sees.", 257, over=_NO),
    Forced("RemoveIPC", "yes", _is_dynamic, _LEAVES_NOTHING, 232),
    Forced("ProtectSystem", "strict", _is_dynamic, _LEAVES_NOTHING, 232),
    Forced("ProtectHome", "read-only", _is_dynamic, "DynamicUser=yes makes /home, /root and /run/user read-only at least.", 232, over=_NO),
    Forced("NoNewPrivileges", "yes", _is_dynamic, _GAINS_NOTHING, 242),
    Forced("RestrictSUIDSGID", "yes", _is_dynamic, _GAINS_NOTHING, 242),
    Forced("DevicePolicy", "closed", lambda effective: effective.word("PrivateDevices") == "yes", "PrivateDevices=yes shuts out all devices but those like /dev/null.", 209, over=frozenset({"", "auto"})),
    Forced("NotifyAccess", "main", _notifies, "A service that notifies, has a watchdog or stores descriptors needs the socket for it.", 209, over=frozenset({"", "none"})),
)  # fmt: skip

_FORCED_ON = {name: [row for row in FORCED if row.name == name] for name in {row.name for row in FORCED}}

DROPPED = (
    Dropped("PrivateDevices", ("CAP_MKNOD",), "PrivateDevices=yes takes away the right to make device nodes.", 209),
    Dropped("PrivateDevices", ("CAP_SYS_RAWIO",), "PrivateDevices=yes takes away the right to raw input and output.", 232),
    Dropped("ProtectKernelModules", ("CAP_SYS_MODULE",), "ProtectKernelModules=yes takes away the right to load modules.", 232),
    Dropped("ProtectKernelLogs", ("CAP_SYSLOG",), "ProtectKernelLogs=yes takes away the right to the kernel's log.", 244),
    Dropped("ProtectClock", ("CAP_SYS_TIME", "CAP_WAKE_ALARM"), "ProtectClock=yes takes away the rights to set clocks and alarms.", 245),
)  # fmt: skip

ADDED_DEVICES = (
    AddedDevices(("RootImage",), _LOOP, _IMAGE, 233),
    AddedDevices(("MountImages",), _LOOP, _IMAGE, 247),
    AddedDevices(("RootMStack",), _LOOP, _IMAGE, 260),
    AddedDevices(("ProtectClock",), ("char-rtc r",), "ProtectClock=yes leaves the hardware clock to be read.", 245),
    AddedDevices(_ENCRYPTED, ("/dev/tpmrm0 rw",), _TPM, 252, 253),
    AddedDevices(_ENCRYPTED, ("char-tpm rw",), _TPM, 254, 257),
)

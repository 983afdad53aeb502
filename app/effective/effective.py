"""Effective: a unit as systemd understands it.

Sources: systemd.exec(5), systemd.unit(5) "Specifiers", unit_patch_contexts() in src/core/unit.c, service_add_extras() in
src/core/service.c, and the parsers of src/core/load-fragment.c.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from app import catalogue
from app.catalogue import MANAGED_ROOTS, ManagedRoot
from app.catalogue.reserved import STANDARD_PATHS
from app.effective import list_settings
from app.effective.as_read import NAMING, AsRead
from app.effective.implied import ADDED_DEVICES, DROPPED_CAPABILITIES, DYNAMIC_NAMES, IMPLIED_BY_NAME, IMPLIED_SETTINGS
from app.effective.siphash import siphash24
from app.unitfile.model import OwnDirectory, UnitFile
from app.values import (
    ARCHITECTURES,
    FOREVER,
    PathList,
    ancestors,
    expand,
    is_strict_name,
    simplify,
    spell_boolean,
    split_words,
)

ROOT_NAMES = frozenset({"", "0", "root"})

IDENTITIES = {
    "own": "A user of its own, created by the preparation",
    "existing": "An account that exists already",
    "dynamic": "A dynamic user, which systemd makes while it runs",
    "root": "root",
}
"""Who a service can run as, and how the form words it."""

IDENTITY_DEFAULTS = {"existing": {"account": "existing"}, "dynamic": {"DynamicUser": "yes"}}
"""What choosing one of them says by itself, as parameters."""

IDENTITY_PARAMETERS = frozenset({"User", "DynamicUser", "account"})
"""The parameters that it is read off."""


_MANAGER = {"u": "root", "U": "0", "g": "root", "G": "0"}
"""Specifiers that stand for the user of the system manager itself (systemd.unit(5)), where a name may hold them."""
_DEVICE = re.compile(r"(block-|char-|/dev/|/run/systemd/inaccessible/)\S*[ \t]*[rwm]*")
OWNED_BY_ROOT = frozenset({"ConfigurationDirectory"})
"""The managed directories that the preparation makes, and root owns."""

PRESERVE_DIRECTIVES = frozenset({"RuntimeDirectoryPreserve"})
"""The directives that say whether managed directories outlive the service; others always do."""

_HASH_KEY = bytes.fromhex("581aafe628584e96b44ef53b8c9207ec")


class ChangedSetting(NamedTuple):
    """A setting whose effective value differs from the file."""

    name: str
    written: str
    """The value in the file, or "" if the file does not set it."""
    effective: str
    """The value in force. For a list, the entries that systemd adds to those in the file."""
    why: str
    """The reason, as a sentence."""
    since: int
    """The first systemd version that changes the setting."""


class ManagedDirectory(NamedTuple):
    """A directory that systemd creates for the service."""

    row: ManagedRoot
    """The catalogue row of the directive that creates the directory."""
    path: str
    """The absolute path."""
    mode: str
    """The access bits as an octal number."""
    is_private: bool = False
    """Whether the directory of a dynamic user is below private/, where only root can enter.

    The path is then a symbolic link to the directory.
    """
    is_read_only: bool = False
    """Whether the service cannot write to the directory."""
    link: str = ""
    """The path of the additional symbolic link (NAME:LINK), or "" if there is none."""

    @property
    def is_of_root(self) -> bool:
        """Whether the preparation makes it and leaves it to root."""
        return self.row.directive in OWNED_BY_ROOT

    @property
    def real(self) -> str:
        """Where it lies, behind its link."""
        below = self.path.removeprefix(self.row.root)
        return f"{self.row.root}/private{below}" if self.is_private else self.path


class Effective(AsRead):
    """A unit as systemd understands it; of a template its first instance (see each()).

    Properties that need a specifier known only on the machine raise ValueError.
    """

    def setting(self, name: str) -> str:
        """The value of a directive of one value in force: what is forced on it, or else written; "" is systemd's default."""
        if name in DYNAMIC_NAMES and self.is_dynamic:
            like = DYNAMIC_NAMES[name].like
            return self.written(name) or (self.setting(like) if like else self.dynamic_name)
        forced = next((row for row in IMPLIED_BY_NAME.get(name, ()) if row.acts_on(self)), None)
        return forced.value if forced else self.written(name)

    def word(self, name: str) -> str:
        """The setting as a word of a closed list: booleans spelt yes and no, without what may be named behind it."""
        setting = self.setting(name)
        return spell_boolean(setting.partition(":")[0] if name in NAMING else setting)

    @cached_property
    def changes(self) -> tuple[ChangedSetting, ...]:
        """What it makes something else of than what is written."""
        return (*self._account_changes(), *self._forced_changes(), *self._list_changes())

    def _account_changes(self) -> Iterator[ChangedSetting]:
        for name, row in DYNAMIC_NAMES.items():
            if self.is_dynamic and self.version >= row.since and not self.written(name):
                yield ChangedSetting(name, "", self.setting(name), row.why, row.since)

    def _forced_changes(self) -> Iterator[ChangedSetting]:
        for row in IMPLIED_SETTINGS:
            written = self.written(row.name)
            if row.acts_on(self) and spell_boolean(written) != row.value:
                yield ChangedSetting(row.name, written, row.value, row.why, row.since)

    def _list_changes(self) -> Iterator[ChangedSetting]:
        lines = " ".join(line or "(reset)" for line in self.lines("CapabilityBoundingSet"))
        for drop in DROPPED_CAPABILITIES:
            lost = [
                name
                for name in drop.capabilities
                if self._written_bounds & list_settings.CAPABILITY_BITS[name.casefold()]
            ]
            if lost and drop.acts_on(self):
                yield ChangedSetting("CapabilityBoundingSet", lines, "~" + " ".join(lost), drop.why, drop.since)
        for row in ADDED_DEVICES:
            if row.acts_on(self) and self._lists_devices:
                written = ", ".join(self._written_devices)
                shuts = (
                    f" systemd up to {row.denies_others_until} shuts out all other devices with it."
                    if row.denies_others(self)
                    else ""
                )
                yield ChangedSetting("DeviceAllow", written, ", ".join(row.devices), row.why + shuts, row.since)

    @property
    def dynamic_name(self) -> str:
        """The name that a dynamic user gets where User= gives it none (user_from_unit_name() in src/core/unit.c)."""
        prefix = self.file.name.partition("@")[0]
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
    def is_socket_privileged(self) -> bool:
        """Whether the commands of its socket run as root: a socket has its own User= and DynamicUser= (systemd.socket(5);
        tested on systemd 252, 257 and 262: ExecStartPre= of a socket ran as root beside a service with User=nobody).
        """
        user = self.written("socket.Socket.User")
        if not user and spell_boolean(self.written("socket.Socket.DynamicUser")) == "yes":
            return False
        return self.expand_known(user, self.specifiers | _MANAGER) in ROOT_NAMES

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
        return list_settings.capabilities(self.lines("CapabilityBoundingSet"), list_settings.EVERY_BIT, self.version)

    @cached_property
    def bounding_set(self) -> frozenset[str]:
        """The capabilities that it can have at the most."""
        dropped = {name for drop in DROPPED_CAPABILITIES if drop.acts_on(self) for name in drop.capabilities}
        return list_settings.capability_names(self._written_bounds) - dropped

    @cached_property
    def ambient_set(self) -> frozenset[str]:
        """The capabilities that it gets though it runs as another user."""
        return list_settings.capability_names(
            list_settings.capabilities(self.lines("AmbientCapabilities"), 0, self.version)
        )

    @cached_property
    def call_filter(self) -> list_settings.WordFilter:
        """The system calls that it may or may not make."""
        return list_settings.call_filter(self.lines("SystemCallFilter"), self.version)

    @cached_property
    def family_filter(self) -> list_settings.WordFilter:
        """The address families that its sockets may or may not be of."""
        return list_settings.family_filter(self.lines("RestrictAddressFamilies"), self.version)

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The kinds of namespaces that it may still make."""
        return list_settings.namespaces(self.lines("RestrictNamespaces"), self.version)

    @property
    def architectures(self) -> frozenset[str]:
        """The architectures whose system calls it may make; none is all."""
        words = self.words("SystemCallArchitectures")
        return frozenset(word for word in words if ARCHITECTURES.get(word, FOREVER) <= self.version)

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """The addresses that IPAddressAllow= or IPAddressDeny= names."""
        return tuple(network for word in self.words(name) for network in list_settings.networks(word))

    @property
    def _written_devices(self) -> tuple[str, ...]:
        return tuple(line for line in list_settings.after_reset(self.lines("DeviceAllow")) if _DEVICE.fullmatch(line))

    @property
    def _lists_devices(self) -> bool:
        return (
            self.setting("DevicePolicy") in ("strict", "closed")
            or bool(self._written_devices)
            or any(row.denies_others(self) for row in ADDED_DEVICES)
        )

    @cached_property
    def devices(self) -> tuple[str, ...]:
        """The lines of DeviceAllow=, those that other settings add among them."""
        added = (device for row in ADDED_DEVICES if row.acts_on(self) for device in row.devices)
        return self._written_devices + (tuple(added) if self._lists_devices else ())

    @cached_property
    def is_dynamic(self) -> bool:
        """Whether its user exists only while it runs."""
        return spell_boolean("".join(self.file.values("DynamicUser")[-1:])) == "yes"

    @property
    def identity(self) -> str:
        """Who it runs as: "dynamic", "root", "existing" (an account that is there) or "own" (a user made for it)."""
        if self.is_dynamic:
            return "dynamic"
        if self.expand_known(self.file.value("User")) in ROOT_NAMES:
            return "root"
        return "existing" if self.file.existing else "own"

    @cached_property
    def user(self) -> str:
        """The name or number in User=, expanded; "" where it is not set."""
        return self.resolve(self.file.value("User"))

    @cached_property
    def group(self) -> str:
        """The group of a user of its own, Group= or else the user's name; "" where only the machine knows it."""
        group = self.resolve(self.file.value("Group"))
        return group or (self.user if self.identity == "own" else "")

    @cached_property
    def own(self) -> tuple[OwnDirectory, ...]:
        """The directories that are made for it and handed over; those of an instance with their specifiers expanded."""
        return tuple(own._replace(path=self.resolve(own.path)) if self.instance else own for own in self.file.own)

    @cached_property
    def own_name(self) -> str:
        """What a user or directory of its own is called."""
        return self.expand_known(self.file.own_name)

    @cached_property
    def supplementary_groups(self) -> tuple[str, ...]:
        """The groups of SupplementaryGroups=, expanded, each once."""
        words = (self.resolve(word) for value in self.file.values("SupplementaryGroups") for word in value.split())
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
            for value in self.file.values(row.directive)
            for word in split_words(value)
        )
        links = ((row, self.resolve(word.split(":")[1])) for row, word in words if word.count(":"))
        return tuple((row, f"{row.root}/{simplify(link)}") for row, link in links if link)

    def managed_below(self, row: ManagedRoot) -> Iterator[ManagedDirectory]:
        """The directories of one of the five directives; none where systemd does not know it and nothing may be backported."""
        if not (self.file.target.backports or catalogue.find(row.directive).is_read_by(self.version)):
            return
        mode = self.file.value(row.mode_directive) or "0755"
        preserve = f"{row.directive}Preserve"
        is_kept = preserve not in PRESERVE_DIRECTIVES or self.word(preserve) not in ("", "no")
        is_private = self.is_dynamic and row.directive not in OWNED_BY_ROOT and is_kept
        for value in self.file.values(row.directive):
            for word in split_words(value):
                name, _, rest = word.partition(":")
                path = f"{row.root}/{simplify(self.resolve(name))}"
                link, _, access = rest.partition(":")
                is_read_only = self.version >= 257 and access == "ro"
                beside = f"{row.root}/{simplify(self.resolve(link))}" if link else ""
                yield ManagedDirectory(row, path, mode, is_private, is_read_only, beside)

    @property
    def configuration_mode(self) -> str:
        """The mode that the preparation gives what is in /etc: readable by the service, where its user exists before it runs."""
        return "0755" if self.is_dynamic else self.file.value("ConfigurationDirectoryMode") or "0750"

    @cached_property
    def home(self) -> str:
        """The home of a user made for it: its first state directory, else a path that does not exist."""
        return next((d.path for d in self.managed if d.row.directive == "StateDirectory"), "/nonexistent")

    @cached_property
    def unprepared_paths(self) -> tuple[str, ...]:
        """The paths that ReadWritePaths= needs and that neither systemd, nor the preparation, nor every system provides."""
        provided = {own.path for own in self.own} | {directory.path for directory in self.managed}
        words = (word for word in self.file.read_write_words() if not word.startswith("-"))
        paths = dict.fromkeys(simplify(self.resolve(PathList.strip_prefixes(word))) for word in words)
        return tuple(
            path for path in paths if path not in STANDARD_PATHS and provided.isdisjoint({path, *ancestors(path)})
        )


def instances_of(unit: UnitFile) -> tuple[Effective, ...]:
    """The services of a file: one, or of a template each instance that is named."""
    return (
        tuple(Effective(unit.with_instance(name)) for name in unit.named_instances)
        if unit.is_template
        else (Effective(unit),)
    )

"""What systemd makes of a unit: whose rights it has, which directories it gets, what specifiers stand for.

The only module that knows. Sources: systemd.exec(5), systemd.unit(5) "Specifiers", unit_patch_contexts() in src/core/unit.c.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from app.catalogue import MANAGED_ROOTS, ManagedRoot
from app.reserved import EVERYWHERE
from app.unitfile import UnitFile
from app.values import Paths, expand, is_within, simplify, split_words

ROOT_NAMES = frozenset({"", "0", "root"})

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
    def specifiers(self) -> dict[str, str]:
        """What the specifiers that depend on the unit's name and on the system manager alone stand for."""
        name = self.unit.name
        fixed = {"S": "/var/lib", "C": "/var/cache", "L": "/var/log", "t": "/run", "E": "/etc", "%": "%"}
        return fixed | {"n": f"{name}.service", "N": name, "p": name, "i": "", "j": name.rpartition("-")[2]}

    def resolve(self, text: str) -> str:
        """The text with its specifiers expanded; ValueError for one that only the machine knows."""
        return expand(text, self.specifiers)

    @property
    def is_dynamic(self) -> bool:
        """Whether its user exists only while it runs."""
        return self.unit.value("DynamicUser") == "yes"

    @property
    def identity(self) -> str:
        """Who it runs as: "dynamic", "root", "existing" (an account that is there) or "own" (a user made for it)."""
        if self.is_dynamic:
            return "dynamic"
        if self.unit.value("User") in ROOT_NAMES:
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

"""The mounts that a service sees: which content stands at a path, and whether it can be written there.

Sources: setup_namespace() in src/core/namespace.c and compile_bind_mounts() in src/core/exec-invoke.c of systemd 247 to 262.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from app.effective import Effective
from app.values import FOREVER, ancestors, is_within


class MountKind(IntEnum):
    """What is mounted, in the order in which systemd prefers it where two name one path (MountMode)."""

    CLOSED = 0  # an empty directory that nobody may enter
    BIND = 1  # a path of the machine
    OWN = 2  # a directory of the service's own, as PrivateTmp= gives it
    KERNEL = 3  # the kernel's own file systems, which are there already (MOUNT_BIND_DEV, MOUNT_PROCFS, …)
    READ_ONLY = 4
    READ_WRITE = 5
    EXECUTION = 6  # the same content, only what may be executed changes
    EMPTY = 7  # an empty file system
    RUN = 8  # /run, which is there already
    LEFT = 9  # left as it is, where nothing else is said (READWRITE_IMPLICIT)


_SAME = frozenset(
    {MountKind.KERNEL, MountKind.READ_ONLY, MountKind.READ_WRITE, MountKind.EXECUTION, MountKind.RUN, MountKind.LEFT}
)
"""Kinds that leave the content which is there."""

_SKIPPED = {MountKind.KERNEL: 255}
"""Kinds that are passed over when mounts are made read-only, each with the version since."""


class Mount(NamedTuple):
    """A mount in the service's mount namespace."""

    path: str
    """The absolute path of the mount point."""
    kind: MountKind
    cause: str
    """The setting that requests the mount."""
    source: str = ""
    """The source of a bind mount, or "" for every other mount."""
    read_only: bool = False
    mode: int = 0o755
    """The access bits of a directory that systemd creates for this mount."""


class Content(NamedTuple):
    """The content that the service finds at a path."""

    real: str | None
    """The real path of the content, or None for a directory that is created for the service."""
    read_only: bool
    """Whether the mount rejects every write to the path."""
    mode: int
    """The access bits of a directory that is created for the service, or 0 for existing content."""
    mount: Mount | None
    """The nearest mount at or above the path, or None if no mount covers it."""


_HOMES = ("/home", "/run/user", "/root")
_USR = (("/usr", MountKind.READ_ONLY), ("/boot", MountKind.READ_ONLY), ("/efi", MountKind.READ_ONLY))

_BY_WORD: dict[tuple[str, str], tuple[tuple[str, MountKind], ...]] = {
    ("ProtectSystem", "yes"): _USR,
    ("ProtectSystem", "full"): (*_USR, ("/etc", MountKind.READ_ONLY)),
    ("ProtectSystem", "strict"): (
        ("/", MountKind.READ_ONLY),
        *((path, MountKind.LEFT) for path in ("/proc", "/sys", "/dev", *_HOMES)),
    ),
    ("ProtectHome", "yes"): tuple((path, MountKind.CLOSED) for path in _HOMES),
    ("ProtectHome", "read-only"): tuple((path, MountKind.READ_ONLY) for path in _HOMES),
    ("ProtectHome", "tmpfs"): tuple((path, MountKind.EMPTY) for path in _HOMES),
    ("PrivateTmp", "yes"): (("/tmp", MountKind.OWN), ("/var/tmp", MountKind.OWN)),
    ("PrivateTmp", "connected"): (("/tmp", MountKind.OWN), ("/var/tmp", MountKind.OWN)),
    ("PrivateTmp", "disconnected"): (("/tmp", MountKind.OWN), ("/var/tmp", MountKind.OWN)),
    ("PrivateDevices", "yes"): (("/dev", MountKind.OWN),),
    ("PrivateIPC", "yes"): (("/dev/mqueue", MountKind.EMPTY),),
    ("ProtectKernelModules", "yes"): (("/usr/lib/modules", MountKind.CLOSED),),
}
"""The mounts that a word of a setting stands for (the static tables of namespace.c), without those below /proc and
/sys, where nothing can be created anyway."""

_KERNEL_MOUNTS = (
    ("/proc", MountKind.KERNEL, 1),
    ("/dev", MountKind.KERNEL, 1),
    ("/sys", MountKind.KERNEL, 1),
    ("/run", MountKind.RUN, 248),
)
"""The kernel's file systems and /run, with the version since which they are among them (apivfs_table)."""

_BRINGS_KERNEL_MOUNTS = {
    "ProtectProc": frozenset({"", "default"}),
    "ProcSubset": frozenset({"", "all"}),
    "ProtectControlGroups": frozenset({"", "no"}),
    "ProtectKernelTunables": frozenset({"", "no"}),
    "PrivatePIDs": frozenset({"", "no"}),
    "PrivateBPF": frozenset({"", "no"}),
    "MountAPIVFS": frozenset({"", "no"}),
}
"""Settings that bring these, each with the words that do not (namespace_parameters_mount_apivfs()). What lies below / is made
read-only only outside of them: ProtectSystem=strict leaves /run writable beside ProtectProc= (run on 252, 257, 262)."""

_KEPT = {(MountKind.OWN, "/dev"): ("/dev/shm", "/dev/mqueue")}
"""What a directory of the service's own shows of the machine's all the same (mount_private_dev())."""

_MODES = {("ProtectHome", "/root"): 0o700}
"""Modes of new directories that do not let all enter."""

_STAYING = frozenset({MountKind.BIND, MountKind.EMPTY})
"""Kinds that hold for a command outside of the sandbox too, as far as lists ask for them (apply_mount_namespace(); run)."""

_BY_LIST = {
    "ReadWritePaths": MountKind.READ_WRITE,
    "ReadOnlyPaths": MountKind.READ_ONLY,
    "InaccessiblePaths": MountKind.CLOSED,
    "ExecPaths": MountKind.EXECUTION,
    "NoExecPaths": MountKind.EXECUTION,
}
_BINDS = {"BindPaths": False, "BindReadOnlyPaths": True}
_TEMPORARY = "TemporaryFileSystem"
_MODE_OPTION = re.compile(r"(?:^|,)mode=([0-7]{1,4})(?=,|$)")

_OTHER_CONTENT = (
    *("RootDirectory", "RootImage", "RootMStack"),
    *("MountImages", "ExtensionImages", "ExtensionDirectories", "UserNamespacePath"),
)
"""Directives that give a service another root, other content or other users than the machine's."""

_OTHER_USERS = {"PrivateUsers": "managed"}
"""Words that do."""


class Over(NamedTuple):
    """The mounts over a path: the nearest one, and the nearest one that replaces the content."""

    nearest: Mount | None
    shown: Mount | None


_NOTHING_OVER = Over(None, None)


def _shown_at(path: str, mount: Mount) -> Content:
    """What a mount shows at a path at or below its own."""
    rest = path[len(mount.path.rstrip("/")) :]
    if mount.kind == MountKind.BIND:
        return Content(mount.source.rstrip("/") + rest, mount.read_only, 0, mount)
    if any(is_within(path, kept) for kept in _KEPT.get((mount.kind, mount.path), ())):
        return Content(path, mount.read_only, 0, mount)
    return Content(None, mount.read_only, mount.mode, mount)


@dataclass(frozen=True)
class Mounts:
    """The mounts of a service."""

    unit: Effective
    outside: bool = False
    """Whether the mounts are those of a command that runs outside the sandbox."""

    def content(self, path: str) -> Content:
        """What stands at a path that holds no symbolic link."""
        nearest, shown = self._over(path)
        content = _shown_at(path, shown) if shown else Content(path, False, 0, None)
        if nearest is None or nearest is shown:
            return content
        return content._replace(read_only=nearest.read_only or nearest.kind == MountKind.READ_ONLY, mount=nearest)

    def _over(self, path: str) -> Over:
        """The mounts over a path; those over the directories above are remembered, so that a deep path is walked once."""
        if path not in self._known:
            above = [at for at in ancestors(path) if at not in self._known]
            for at in (*above, path):
                nearest, shown = self._known.get(at.rpartition("/")[0] or "/", _NOTHING_OVER)
                mount = self._table.get(at)
                self._known[at] = Over(mount or nearest, mount if mount and mount.kind not in _SAME else shown)
        return self._known[path]

    @cached_property
    def _known(self) -> dict[str, Over]:
        return {}

    @cached_property
    def _table(self) -> dict[str, Mount]:
        """The mounts by path, as sort_and_drop_unused_mounts() leaves them, and those that do nothing."""
        table: dict[str, Mount] = {}
        closed = "\n"
        for mount in sorted(self._asked_for(), key=lambda mount: (mount.path.split("/"), mount.kind)):
            first = table.get(mount.path)
            if first:
                is_read_only = first.read_only or mount.read_only or mount.kind == MountKind.READ_ONLY
                is_skipped = self.unit.version >= _SKIPPED.get(first.kind, FOREVER)
                table[mount.path] = first._replace(read_only=is_read_only and not is_skipped)
            elif not is_within(mount.path, closed):
                table[mount.path] = mount
                closed = mount.path if mount.kind == MountKind.CLOSED else closed
        return table

    def _asked_for(self) -> Iterator[Mount]:
        mounts = (*self._of_words(), *self._of_kernel(), *self._of_lists(), *self._of_managed())
        return (mount for mount in mounts if not self.outside or mount.kind in _STAYING)

    def _of_kernel(self) -> Iterator[Mount]:
        for name, resting in _BRINGS_KERNEL_MOUNTS.items():
            word = self.unit.word(name)
            if word not in resting:
                rows = (row for row in _KERNEL_MOUNTS if row[2] <= self.unit.version)
                yield from (Mount(path, kind, f"{name}={word}") for path, kind, _ in rows)

    def _of_words(self) -> Iterator[Mount]:
        for (name, word), rows in _BY_WORD.items():
            if self.unit.word(name) == word and not self.outside:
                for path, kind in rows:
                    yield Mount(path, kind, f"{name}={word}", mode=_MODES.get((name, path), 0o755))

    def _of_lists(self) -> Iterator[Mount]:
        for name, kind in _BY_LIST.items():
            for path, _ in self.unit.needed_paths(name):
                yield Mount(real_path(path), kind, f"{name}={path}")
        for name, read_only in _BINDS.items():
            for source, destination in self.unit.binds(name):
                path, source = real_path(destination), real_path(source)
                yield Mount(path, MountKind.BIND, f"{name}={source}", source, read_only)
        for path, options in self.unit.empty_file_systems(_TEMPORARY):
            modes = _MODE_OPTION.findall(options) or ["755"]
            read_only = "ro" in options.split(",")
            yield Mount(real_path(path), MountKind.EMPTY, f"{_TEMPORARY}={path}", "", read_only, int(modes[-1], 8))

    def _of_managed(self) -> Iterator[Mount]:
        """The directories that systemd makes are bound to their places; those of a dynamic user behind an empty one."""
        for directory in self.unit.managed:
            name = directory.row.directive
            if directory.is_private:
                yield Mount(f"{directory.row.root}/private", MountKind.EMPTY, name, read_only=True)
            yield Mount(directory.real, MountKind.BIND, f"{name}=", directory.real, directory.is_read_only)

    @cached_property
    def other_content(self) -> str:
        """The directive that makes it depend on the machine what it sees at all, "" where none does."""
        names = (name for name in _OTHER_CONTENT if self.unit.words(name))
        return next(names, next((name for name, word in _OTHER_USERS.items() if self.unit.word(name) == word), ""))


LINKS = {
    "/bin": "/usr/bin",
    "/sbin": "/usr/sbin",
    "/lib": "/usr/lib",
    "/lib64": "/usr/lib64",
    "/var/run": "/run",
    "/var/lock": "/run/lock",
}
"""Paths that are symbolic links on a system with a merged /usr."""


_LINKS = tuple(LINKS)


def real_path(path: str) -> str:
    """A path behind the symbolic links that every system has."""
    if not path.startswith(_LINKS):
        return path
    link = next((start for start in _LINKS if is_within(path, start)), None)
    return LINKS[link] + path[len(link) :] if link else path

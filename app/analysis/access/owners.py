"""Directories and files of a machine with their owners and modes: those that every system has, and those of a service.

Sources: base-files and base-passwd of Debian 12 and 13, tmpfiles.d of systemd, file-hierarchy(7), and runs.
"""

from collections.abc import Iterable
from typing import NamedTuple

from app.effective import Effective


class OwnedPath(NamedTuple):
    """A path with its owner and mode."""

    path: str
    """The absolute path."""
    user: str
    """The owner's name."""
    group: str
    """The group's name."""
    mode: int
    """The access bits."""
    link: str = ""
    """The target of a symbolic link, or "" if the path is not a link."""
    is_file: bool = False
    """Whether the path is something other than a directory."""

    @property
    def real(self) -> str:
        """Where it lies."""
        return self.link or self.path

    @classmethod
    def of_root(cls, path: str, mode: int) -> "OwnedPath":
        """A directory of root's."""
        return cls(path, "root", "root", mode)


def _of_root(mode: int, paths: str, group: str = "root", *, is_file: bool = False) -> list[OwnedPath]:
    return [OwnedPath(path, "root", group, mode, is_file=is_file) for path in paths.split()]


MACHINE = {
    place.path: place
    for place in [
        *_of_root(
            0o755,
            "/ /boot /dev /etc /etc/default /etc/ssl /etc/systemd /etc/systemd/system /home /media /mnt /opt /run /run/systemd /run/user /srv /usr /usr/bin "
            "/usr/lib /usr/lib64 /usr/lib/modules /usr/local /usr/local/bin /usr/local/sbin /usr/sbin /usr/share /var /var/cache /var/lib /var/log /var/spool",
        ),
        *_of_root(0o1777, "/dev/mqueue /dev/shm /run/lock /tmp /var/tmp"),
        *_of_root(0o555, "/proc /proc/1 /proc/sys /sys"),
        *_of_root(0o700, "/root /run/private /var/cache/private /var/lib/private /var/log/private"),
        *_of_root(0o710, "/etc/ssl/private", "ssl-cert"),
        *_of_root(0o644, "/etc/group /etc/hostname /etc/hosts /etc/os-release /etc/passwd", is_file=True),
        *_of_root(0o640, "/etc/gshadow /etc/shadow", "shadow", is_file=True),
    ]
}
"""What every system has, as Debian has it."""

KERNEL_TREES = ("/proc", "/sys")
"""Trees of the kernel, in which nobody creates anything."""


def paths_of(unit: Effective) -> tuple[OwnedPath, ...]:
    """The directories that are made for a service: managed ones, then its own; ValueError where a specifier is unknown."""
    user, group = owners(unit)
    return (
        *_managed(unit, user, group),
        *(OwnedPath(o.path, user, group, int(o.effective_mode, 8)) for o in unit.own),
    )


def _managed(unit: Effective, user: str, group: str) -> Iterable[OwnedPath]:
    for directory in unit.managed:
        if directory.is_of_root:
            yield OwnedPath(
                directory.path, "root", "root" if unit.is_dynamic else group, int(unit.configuration_mode, 8)
            )
        else:
            yield OwnedPath(directory.path, user, group, int(directory.mode, 8), directory.real)


def owners(unit: Effective) -> tuple[str, str]:
    """The user and the group that its directories belong to. A user that exists is taken to have a group of its name."""
    if unit.is_privileged:
        return "root", group_name(unit.setting("Group") or "root")
    user = unit.account
    return user, group_name(unit.expand_known(unit.setting("Group")) or user)


def group_name(group: str) -> str:
    """The name of a group, of root's where its number is given."""
    return "root" if group == "0" else group

"""Rows of the group “Directories that systemd manages”: created and owned before the service starts."""

from typing import NamedTuple

from app.catalogue.directive import Directive
from app.values import Boolean, DirectoryNames, Mode

_GROUP = "managed"
_EXEC = "systemd.exec(5)"


class ManagedRoot(NamedTuple):
    """A directive whose directories systemd manages."""

    directive: str
    """The name of the directive."""
    root: str
    """The absolute path of the directory in which systemd creates the directories."""
    use: str
    """The purpose of the directories."""
    since: int
    """The systemd version that introduced the directive."""
    links: bool = True
    """Whether the directive accepts NAME:LINK."""

    @property
    def mode_directive(self) -> str:
        """The name of the directive with the mode of these directories."""
        return f"{self.directive}Mode"


MANAGED_ROOTS = (
    ManagedRoot("StateDirectory", "/var/lib", "Data that must survive restarts", 235),
    ManagedRoot("CacheDirectory", "/var/cache", "Data that can be made again", 235),
    ManagedRoot("LogsDirectory", "/var/log", "Log files of its own", 235),
    ManagedRoot("RuntimeDirectory", "/run", "Sockets and PID files; gone when it stops", 211),
    ManagedRoot(
        "ConfigurationDirectory", "/etc", "Configuration, written by root and read by the service", 235, links=False
    ),
)

PRESERVE = Boolean(more={"restart": 235, "on-success": 261})


def _pair(row: ManagedRoot) -> tuple[Directive, Directive]:
    kind = DirectoryNames(row.root, row.links)
    return (
        Directive("Service", row.directive, kind, row.since, _GROUP, _EXEC, f"Directories below {row.root}. {row.use}.", repeats=True, example="myapp", anchor="RuntimeDirectory=", without="no directory is made"),
        Directive("Service", row.mode_directive, Mode("0700"), row.since, _GROUP, _EXEC, f"The mode of its directories below {row.root}, set at every start.", default="0755", example="0700", anchor="RuntimeDirectoryMode=", without="its directories get mode 0755"),
    )  # fmt: skip


ROWS = (
    *(directive for row in MANAGED_ROOTS for directive in _pair(row)),
    Directive("Service", "RuntimeDirectoryPreserve", PRESERVE, 235, _GROUP, _EXEC, "Whether the directories below /run stay when the service stops; restart keeps them over a restart only.", default="no"),
)  # fmt: skip

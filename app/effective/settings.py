"""The interface through which rows on settings read a unit: what is written, and what is in force."""

from typing import Protocol


class Settings(Protocol):
    """The settings of a unit for one version of systemd."""

    @property
    def version(self) -> int:
        """The target version of systemd."""

    @property
    def is_dynamic(self) -> bool:
        """Whether DynamicUser= is in force."""

    @property
    def delegates(self) -> bool:
        """Whether the service gets its own subtree of control groups."""

    def written(self, name: str) -> str:
        """Return the last value that the unit itself gives a directive, or ""."""

    def setting(self, name: str) -> str:
        """Return the value of a directive that is in force, or "" for systemd's default."""

    def word(self, name: str) -> str:
        """Return the value in force as a word of a closed list, with booleans spelt yes and no."""

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of a list after its last reset."""

    def number(self, name: str) -> int:
        """Return a whole number, or 0 where none is set."""

    def microseconds(self, name: str, default: str) -> int:
        """Return a time in microseconds, or that of the default where none is set."""

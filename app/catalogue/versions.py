"""Versions of systemd, and which one a distribution has.

Sources: package archives and the distributions' own systemd repositories; a number marked backports is a lower bound.
"""

from typing import NamedTuple

from app.values import quoted

OLDEST, NEWEST = 219, 262


class DistributionFamily(NamedTuple):
    """Facts that are the same for several distributions."""

    nologin: str
    """The absolute path of nologin."""
    semanage: str = ""
    """The package that contains semanage, or "" if the distributions do not use SELinux."""


PLAIN = DistributionFamily("/usr/sbin/nologin")
"""Debian and Ubuntu, and what a version alone says."""

_RED_HAT_7 = DistributionFamily("/sbin/nologin", "policycoreutils-python")
_RED_HAT = DistributionFamily("/sbin/nologin", "policycoreutils-python-utils")
_SUSE = DistributionFamily("/sbin/nologin")
_SUSE_16 = DistributionFamily("/usr/sbin/nologin", "policycoreutils-python-utils")


class Target(NamedTuple):
    """A distribution or systemd version that a configuration is for."""

    key: str
    """The value of the parameter systemd=."""
    label: str
    version: int
    """The systemd version."""
    backports: bool = False
    """Whether the distribution backports features of newer systemd versions."""
    family: DistributionFamily = PLAIN


DISTRIBUTIONS = (
    Target("debian-13", "Debian 13 (trixie)", 257),
    Target("debian-12", "Debian 12 (bookworm)", 252),
    Target("debian-11", "Debian 11 (bullseye)", 247),
    Target("debian-10", "Debian 10 (buster)", 241),
    Target("ubuntu-26.04", "Ubuntu 26.04 LTS", 259),
    Target("ubuntu-25.10", "Ubuntu 25.10", 257),
    Target("ubuntu-24.04", "Ubuntu 24.04 LTS", 255),
    Target("ubuntu-22.04", "Ubuntu 22.04 LTS", 249),
    Target("ubuntu-20.04", "Ubuntu 20.04 LTS", 245),
    Target("ubuntu-18.04", "Ubuntu 18.04 LTS", 237),
    Target("rhel-10", "RHEL, Alma, Rocky, Oracle 10", 257, backports=True, family=_RED_HAT),
    Target("rhel-9", "RHEL, Alma, Rocky, Oracle 9", 252, backports=True, family=_RED_HAT),
    Target("rhel-8", "RHEL, Alma, Rocky, Oracle 8", 239, backports=True, family=_RED_HAT),
    Target("rhel-7", "RHEL, CentOS 7", 219, backports=True, family=_RED_HAT_7),
    Target("centos-10", "CentOS Stream 10", 257, backports=True, family=_RED_HAT),
    Target("centos-9", "CentOS Stream 9", 252, backports=True, family=_RED_HAT),
    Target("amazon-2023", "Amazon Linux 2023", 252, backports=True, family=_RED_HAT),
    Target("amazon-2", "Amazon Linux 2", 219, backports=True, family=_RED_HAT_7),
    Target("sles-16.0", "SLES 16.0, Leap 16.0", 257, backports=True, family=_SUSE_16),
    Target("sles-15.7", "SLES 15 SP7", 254, backports=True, family=_SUSE),
    Target("sles-15.6", "SLES 15 SP6, Leap 15.6", 254, backports=True, family=_SUSE),
    Target("sles-15.5", "SLES 15 SP5, Leap 15.5", 249, backports=True, family=_SUSE),
    Target("sles-15.4", "SLES 15 SP4, Leap 15.4", 249, backports=True, family=_SUSE),
    Target("sles-15.3", "SLES 15 SP3, Leap 15.3", 246, backports=True, family=_SUSE),
    Target("sles-12.5", "SLES 12 SP2 to SP5", 228, backports=True, family=_SUSE),
    Target("fedora-43", "Fedora 43", 258, family=_RED_HAT),
    Target("fedora-42", "Fedora 42", 257, family=_RED_HAT),
    Target("fedora-41", "Fedora 41", 256, family=_RED_HAT),
    Target("fedora-40", "Fedora 40", 255, family=_RED_HAT),
)

_BY_KEY = {target.key: target for target in DISTRIBUTIONS}


def target(key: str) -> Target:
    """The target that a systemd= parameter names; ValueError with what would be right for another."""
    key = key.strip(" \t")
    if key in _BY_KEY:
        return _BY_KEY[key]
    if key.isascii() and key.isdigit() and len(key) == 3 and OLDEST <= int(key) <= NEWEST:
        return Target(key, f"systemd {key}", int(key))
    raise ValueError(
        f"“{quoted(key)}” is neither a version of systemd from {OLDEST} to {NEWEST} nor a distribution known here. Write for example 252 or debian-12."
    )


LATEST = target(str(NEWEST))

"""The profiles: rows of a title, a sentence on who each is for, and what it changes, in order."""

from dataclasses import dataclass

from app.profiles.changes import (
    GROUP_MODES,
    PRIVATE_MODES,
    ProfileChange,
    adds_word,
    closes,
    closes_own,
    drops,
    dynamic_user,
    has_own_tmp,
    if_unset,
    keeps_data,
    lists_own,
    masks,
    own_user,
    sets,
    shares,
    shuts_homes,
)
from app.profiles.programs import (
    KERNEL,
    MAKES_CODE,
    NETWORKED,
    READS_MACHINE,
    binds_low_ports,
    filters_calls,
    shuts_families,
)
from app.profiles.siblings import hides_siblings


@dataclass(frozen=True)
class Profile:
    """A profile: settings that are applied together."""

    key: str
    """The key in links."""
    title: str
    about: str
    """The programs that the profile is for, as a sentence."""
    family: str
    """The key of the profile's family."""
    changes: tuple[ProfileChange, ...]
    """The changes, in the order in which they are applied."""
    covers: frozenset[str] = frozenset()
    """The keys of the profiles that this profile includes."""


FAMILIES = {
    "isolation": "Who may touch what",
    "program": "Kind of program",
    "network": "Network",
}
"""What profiles are about; one of each goes with one of the others."""

_WALLS = (sets("NoNewPrivileges", "yes"), sets("ProtectSystem", "strict", "full", "yes"), shuts_homes, has_own_tmp)
_UNSEEN = sets("ProtectProc", "invisible", enough=("ptraceable",))
_ISOLATED = (own_user, *_WALLS, keeps_data, masks("0077"), closes(PRIVATE_MODES), closes_own, _UNSEEN)

PROFILES = (
    Profile(
        "hardening",
        "Combined with hardening",
        "As in the guide: a user of its own, a read-only system, no homes, its own /tmp; it writes to its own directories only.",
        "isolation",
        (own_user, *_WALLS, lists_own),
    ),
    Profile(
        "baseline",
        "Baseline",
        "For every service: as in the guide, and nobody but its group reads its directories and new files.",
        "isolation",
        (own_user, *_WALLS, if_unset(masks("0027"), "UMask"), closes(GROUP_MODES, only_unset=True)),
    ),
    Profile(
        "isolated",
        "Isolated",
        "For services that have nothing to do with one another: nobody else reads its files or sees its command line.",
        "isolation",
        _ISOLATED,
        frozenset({"hardening", "baseline"}),
    ),
    Profile(
        "siblings-hidden",
        "Isolated, siblings hidden",
        "For a server of many services: /var/lib, /var/cache, /var/log and /srv show it nothing but what it needs itself.",
        "isolation",
        (*_ISOLATED, hides_siblings),
        frozenset({"hardening", "baseline", "isolated"}),
    ),
    Profile(
        "dynamic-user",
        "Dynamic user",
        "For a service that keeps all data in managed directories and whose files no other program has to own or read.",
        "isolation",
        (
            dynamic_user,
            sets("NoNewPrivileges", "yes"),
            shuts_homes,
            masks("0077"),
            closes(PRIVATE_MODES),
            _UNSEEN,
        ),
    ),
    Profile(
        "shared",
        "Shares with a group",
        "For an application behind a web server: whoever joins its group reaches its socket in /run and writes in its own directories, and no other data.",
        "isolation",
        (own_user, *_WALLS, masks("0007", exactly=True), shares, _UNSEEN),
        frozenset({"hardening"}),
    ),
    Profile(
        "compiled",
        "Static binary",
        "For programs in Go, Rust or C: no memory both writable and executable, and no system calls for setting priorities or rights.",
        "program",
        (*KERNEL, filters_calls("compiled"), sets("MemoryDenyWriteExecute", "yes")),
    ),
    Profile(
        "python",
        "Python",
        "Like a static binary, without MemoryDenyWriteExecute=, on which callbacks of ctypes and cffi, numba and PyPy fail.",
        "program",
        (*KERNEL, filters_calls("compiled"), *MAKES_CODE),
    ),
    Profile(
        "node",
        "Node.js",
        "V8 compiles as it runs and sets priorities of threads: without MemoryDenyWriteExecute= and ProcSubset=pid.",
        "program",
        (*KERNEL, filters_calls("tuned"), *MAKES_CODE, *READS_MACHINE),
    ),
    Profile(
        "java",
        "Java",
        "Like Node.js, for the compiler of the JVM; and its exit status 143 upon SIGTERM counts as a clean end.",
        "program",
        (*KERNEL, filters_calls("tuned"), *MAKES_CODE, *READS_MACHINE, adds_word("SuccessExitStatus", "143")),
        frozenset({"node"}),
    ),
    Profile(
        "php",
        "PHP",
        "For PHP-FPM, which gives its socket to a group and compiles patterns and scripts as it runs; mail needs SMTP, since sendmail gains no rights here.",
        "program",
        (*KERNEL, filters_calls("switching"), *MAKES_CODE),
    ),
    Profile(
        "network",
        "Needs the network",
        "For clients and servers: local and internet sockets, and none of the rarer kinds.",
        "network",
        NETWORKED,
    ),
    Profile(
        "low-port",
        "Port below 1024",
        "For a server on port 80 or 443 that need not be root: CAP_NET_BIND_SERVICE alone, which PrivateUsers= would void.",
        "network",
        (own_user, *NETWORKED, drops("PrivateUsers"), binds_low_ports),
        frozenset({"network"}),
    ),
    Profile(
        "no-network",
        "No network",
        "For jobs that work on files: nothing but local sockets; what listens on a port is not reached any more.",
        "network",
        (sets("PrivateNetwork", "yes"), drops("NetworkNamespacePath"), shuts_families),
    ),
)


def find(key: str) -> Profile | None:
    """The profile with this key."""
    return next((profile for profile in PROFILES if profile.key == key), None)

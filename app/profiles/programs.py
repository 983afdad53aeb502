"""What kinds of programs may be held to: system calls, memory, the network, a port below 1024.

Sources: systemd.exec(5), “Sandboxing”, “System Call Filtering” and “Capabilities”; systemd.service(5), “Command lines”.
"""

from app.analysis.rules.commands import COMMANDS
from app.effective import Effective
from app.profiles.changes import ProfileChange, adds, drops, if_unset, is_readable, sets, with_line
from app.unitfile.model import UnitFile
from app.values import CAPABILITIES, commands_of

CALLS = "SystemCallFilter"
FILTERS = {
    "compiled": ("@system-service", "~@privileged @resources"),
    "tuned": ("@system-service", "~@privileged"),
    "switching": ("@system-service",),
}
"""System calls of programs that ask for nothing special, of those that set priorities and limits of their own (threads of a
virtual machine), and of those that also hand files to others or change their user.
"""

FAMILIES = "RestrictAddressFamilies"
NETWORK = ("AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK")
"""Sockets of a program on the network; it asks for addresses and interfaces by AF_NETLINK."""

LOW_PORTS = "CAP_NET_BIND_SERVICE"
BOUNDS = "CapabilityBoundingSet"


def _raises_rights(unit: Effective) -> bool:
    """Whether a command runs as root inside of the filters, which its prefix ! does not lift."""
    lines = (line for name in COMMANDS for line in unit.lines(name))
    prefixes = (command.prefixes for line in lines for command in commands_of(line))
    return any("!" in signs for signs in prefixes) or unit.word("PermissionsStartOnly") == "yes"


def filters_calls(kind: str) -> ProfileChange:
    """Only the system calls of this kind; a filter that no profile made stays. A denied call fails with EPERM."""

    def change(unit: UnitFile) -> UnitFile:
        wanted = FILTERS[kind][:1] if _raises_rights(Effective(unit)) else FILTERS[kind]
        given = unit.values(CALLS)
        if given == wanted or (given and given not in FILTERS.values()) or not is_readable(unit, CALLS, wanted[0]):
            return unit
        filtered = unit.with_values(CALLS, *wanted)
        return filtered if given else FAILS(filtered)

    return change


FAILS = if_unset(sets("SystemCallErrorNumber", "EPERM"), "SystemCallErrorNumber")
"""What is filtered fails and does not kill, so that a program can do without."""


def guards_cgroups(unit: UnitFile) -> UnitFile:
    """Control groups are read-only, unless a subtree of them is its own."""
    if Effective(unit).delegates:
        return unit
    return sets("ProtectControlGroups", "yes", enough=("private", "strict"))(unit)


def opens_families(unit: UnitFile) -> UnitFile:
    """The families of the network are open to it, and, where none was shut, no other."""
    families = Effective(unit).family_filter
    if not families.allows and not families.words:
        return unit.with_values(FAMILIES, " ".join(NETWORK))
    if all(families.permits_any(frozenset({family})) for family in NETWORK):
        return unit
    more = sorted(families.words.difference(NETWORK)) if families.allows else []
    return unit.with_values(FAMILIES, " ".join([*NETWORK, *more]))


def shuts_families(unit: UnitFile) -> UnitFile:
    """Local sockets at the most."""
    families = Effective(unit).family_filter
    is_shut = families.allows and families.words <= {NETWORK[0]}
    return unit if is_shut else unit.with_values(FAMILIES, NETWORK[0])


def binds_low_ports(unit: UnitFile) -> UnitFile:
    """The one right of root that a port below 1024 needs, and where nothing is said of others, none but this."""
    effective = Effective(unit)
    if LOW_PORTS not in effective.ambient_set:
        unit = with_line(unit, "AmbientCapabilities", LOW_PORTS)
    ambient = Effective(unit).ambient_set
    is_open = not effective.lines(BOUNDS)
    if is_open and not _raises_rights(effective):
        return unit.with_values(BOUNDS, " ".join(name for name in CAPABILITIES if name in ambient))
    return unit if LOW_PORTS in effective.bounding_set else with_line(unit, BOUNDS, LOW_PORTS)


KERNEL: tuple[ProfileChange, ...] = (
    sets("NoNewPrivileges", "yes"),
    sets("ProtectKernelTunables", "yes"),
    sets("ProtectKernelModules", "yes"),
    sets("ProtectKernelLogs", "yes"),
    guards_cgroups,
    sets("ProtectHostname", "yes", enough=("private",)),
    adds("RestrictNamespaces", "yes"),
    sets("RestrictRealtime", "yes"),
    sets("RestrictSUIDSGID", "yes"),
    sets("LockPersonality", "yes"),
    adds("SystemCallArchitectures", "native"),
)
"""What no program of these kinds needs of the kernel."""

MAKES_CODE: tuple[ProfileChange, ...] = (drops("MemoryDenyWriteExecute"),)
"""Of what makes machine code as it runs."""
READS_MACHINE: tuple[ProfileChange, ...] = (drops("ProcSubset", "all"),)
"""Of what sizes itself by the memory and processors in /proc."""
NETWORKED: tuple[ProfileChange, ...] = (drops("PrivateNetwork"), opens_families)
"""Of what other machines talk with."""

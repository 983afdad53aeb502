"""The catalogue: every directive known here, in the order of the form and of the file."""

from app.catalogue import (
    actions,
    conditions,
    control,
    dependencies,
    directories,
    hardening,
    identity,
    images,
    install,
    old,
    order,
    output,
    process,
    resources,
    sandbox,
    scheduling,
    service,
)
from app.catalogue.directive import Directive, Group
from app.catalogue.directories import MANAGED_ROOTS, ManagedRoot

__all__ = [
    "DIRECTIVES",
    "GROUPS",
    "MANAGED_ROOTS",
    "SECTIONS",
    "Directive",
    "Group",
    "ManagedRoot",
    "find",
    "is_known",
    "meaning",
    "names",
    "position",
]

SECTIONS = ("Unit", "Service", "Install")

GROUPS = (
    Group("service", "Service", "What runs, and how it is started and stopped.", shown=True),
    Group("identity", "User and group", "Whose rights it has. A user of its own keeps it away from every other service's data.", shown=True),
    Group("managed", "Directories that systemd manages", "Created before the service starts and handed to its user; nothing to prepare. Mode 0700 keeps other services out.", shown=True),
    Group("own", "Directories of your own", "Paths elsewhere that the preparation creates and hands over to the service's user.", shown=True),
    Group("hardening", "Hardening", "What the service cannot see, change or do.", shown=True),
    Group("resources", "Resources", "How much it may use.", shown=True),
    Group("order", "Order and install", "When it starts, and what pulls it in.", shown=True),
    Group("process", "Process", "How it is started, watched and stopped in every detail."),
    Group("output", "Input, output and credentials", "What it reads, where its lines go, which secrets and variables it gets."),
    Group("scheduling", "Scheduling and limits", "Priorities, processors, and the kernel's limits of a process."),
    Group("sandbox", "Sandboxing", "Further walls around it: namespaces, labels, filters."),
    Group("images", "Root and images", "Another root directory, disk images, extensions."),
    Group("control", "Control groups", "What it may use of processor, memory, disks and network as a group of processes."),
    Group("dependencies", "Dependencies", "Units that it needs, orders itself by, or passes things on to."),
    Group("conditions", "Conditions", "What must be true of the machine for it to start."),
    Group("actions", "Actions and jobs", "What happens when it fails, succeeds or takes too long."),
    Group("install", "Install", "What enabling it links to."),
    Group("old", "Old names", "Renamed or gone; each says what to write instead."),
)  # fmt: skip

DIRECTIVES: tuple[Directive, ...] = (
    *service.ROWS,
    *identity.ROWS,
    *directories.ROWS,
    *hardening.ROWS,
    *resources.ROWS,
    *order.ROWS,
    *process.ROWS,
    *output.ROWS,
    *scheduling.ROWS,
    *sandbox.ROWS,
    *images.ROWS,
    *control.ROWS,
    *dependencies.ROWS,
    *conditions.ROWS,
    *actions.ROWS,
    *install.ROWS,
    *old.ROWS,
)

_BY_NAME = {directive.name: directive for directive in DIRECTIVES}
_MEANINGS = {
    row.name: row.successor
    for row in DIRECTIVES
    if row.successor and not row.removed and type(row.kind) is type(_BY_NAME[row.successor].kind)
}
_IN_FILE = sorted(DIRECTIVES, key=lambda directive: SECTIONS.index(directive.section))
_FIRST = {(row.section, row.together): at for at, row in reversed(list(enumerate(_IN_FILE)))}
_POSITION = {row.name: _FIRST[row.section, row.together] if row.together else at for at, row in enumerate(_IN_FILE)}


def find(name: str) -> Directive:
    """The directive with this name; KeyError if there is none."""
    return _BY_NAME[name]


def is_known(name: str) -> bool:
    """Whether there is a directive with this name."""
    return name in _BY_NAME


def meaning(name: str) -> str:
    """The name under which the newest systemd keeps what a directive sets: its own, or its successor's for an old spelling."""
    return _MEANINGS.get(name, name)


def names() -> tuple[str, ...]:
    """The names of all directives, in catalogue order."""
    return tuple(_BY_NAME)


def position(name: str) -> int:
    """Where a directive stands in a unit file: by section, then in catalogue order; those that read one another share a place."""
    return _POSITION[name]

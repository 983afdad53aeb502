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
    path,
    process,
    resources,
    sandbox,
    scheduling,
    service,
    socket,
    timer,
    triggers,
)
from app.catalogue.directive import Directive, Group, TriggerType
from app.catalogue.directories import MANAGED_ROOTS, ManagedRoot
from app.catalogue.emptied import EMPTIED
from app.catalogue.triggers import TRIGGER_TYPES
from app.values import FOREVER

__all__ = [
    "DIRECTIVES",
    "FILES",
    "GROUPS",
    "MANAGED_ROOTS",
    "ROWS",
    "SECTIONS",
    "SECTIONS_OF",
    "TRIGGER_ROWS",
    "TRIGGER_TYPES",
    "Directive",
    "Group",
    "ManagedRoot",
    "TriggerType",
    "clears",
    "find",
    "is_known",
    "meaning",
    "names",
    "position",
    "row_of",
]

SECTIONS_OF = {
    "service": ("Unit", "Service", "Install"),
    "timer": ("Unit", "Timer", "Install"),
    "socket": ("Unit", "Socket", "Install"),
    "path": ("Unit", "Path", "Install"),
}
"""The sections of each file, by its suffix: the service's, and those of the units that start it."""

FILES = tuple(SECTIONS_OF)
SECTIONS = SECTIONS_OF["service"]

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
    Group("timer", "Timer", "When it starts it: at times of the calendar, or some time after something else."),
    Group("socket", "Socket", "What it listens on, and starts the service for when somebody connects."),
    Group("path", "Path", "Which files it watches, and starts the service for when they change."),
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

TRIGGER_ROWS: tuple[Directive, ...] = (
    *triggers.rows("timer", timer.ROWS, DIRECTIVES),
    *triggers.rows("socket", socket.ROWS, DIRECTIVES),
    *triggers.rows("path", path.ROWS, DIRECTIVES),
)
"""The rows of the files beside the service's, in the order of the files."""

ROWS = (*DIRECTIVES, *TRIGGER_ROWS)

_BY_NAME = {row.name: row for row in ROWS}
_BY_PLACE = {(row.file, row.section, row.word): row for row in ROWS}
_MEANINGS = {
    row.name: row.successor
    for row in ROWS
    if row.successor and not row.removed and type(row.kind) is type(_BY_NAME[row.successor].kind)
}
_IN_FILE = sorted(ROWS, key=lambda row: (FILES.index(row.file), SECTIONS_OF[row.file].index(row.section)))
_FIRST = {(row.file, row.section, row.together): at for at, row in reversed(list(enumerate(_IN_FILE)))}
_POSITION = {
    row.name: _FIRST[row.file, row.section, row.together] if row.together else at for at, row in enumerate(_IN_FILE)
}
_NAMES = {file: tuple(row.name for row in ROWS if row.file == file) for file in FILES}


def find(name: str) -> Directive:
    """The directive with this name; KeyError if there is none."""
    return _BY_NAME[name]


def is_known(name: str) -> bool:
    """Whether there is a directive with this name."""
    return name in _BY_NAME


def row_of(file: str, section: str, word: str) -> Directive | None:
    """The directive that a word is in this section of the file with this suffix; None if it is none there."""
    return _BY_PLACE.get((file, section, word))


def meaning(name: str) -> str:
    """The name under which the newest systemd keeps what a directive sets: its own, or its successor's for an old spelling."""
    return _MEANINGS.get(name, name)


def names(file: str = "service") -> tuple[str, ...]:
    """The names of all directives of the file with this suffix, in catalogue order."""
    return _NAMES[file]


def clears(row: Directive, version: int) -> bool:
    """Whether an empty assignment takes back what a directive that is given once was set to."""
    return version >= EMPTIED.get(row.name, EMPTIED.get(row.like, FOREVER))


def position(name: str) -> int:
    """Where a directive stands: by file, by section, then in catalogue order; those that read one another share a place."""
    return _POSITION[name]

"""The catalogue: every directive known here, in the order of the form and of the file."""

from app.catalogue import directories, hardening, identity, order, resources, service
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
    "names",
    "position",
]

SECTIONS = ("Unit", "Service", "Install")

GROUPS = (
    Group("service", "Service", "What runs, and how it is started and stopped."),
    Group("identity", "User and group", "Whose rights it has. A user of its own keeps it away from every other service's data."),
    Group("managed", "Directories that systemd manages", "Created before the service starts and handed to its user; nothing to prepare. Mode 0700 keeps other services out."),
    Group("own", "Directories of your own", "Paths elsewhere that the preparation creates and hands over to the service's user."),
    Group("hardening", "Hardening", "What the service cannot see, change or do."),
    Group("resources", "Resources", "How much it may use."),
    Group("order", "Order and install", "When it starts, and what pulls it in."),
)  # fmt: skip

DIRECTIVES: tuple[Directive, ...] = (
    *service.ROWS,
    *identity.ROWS,
    *directories.ROWS,
    *hardening.ROWS,
    *resources.ROWS,
    *order.ROWS,
)

_BY_NAME = {directive.name: directive for directive in DIRECTIVES}
_POSITION = {
    directive.name: at for at, directive in enumerate(sorted(DIRECTIVES, key=lambda d: SECTIONS.index(d.section)))
}


def find(name: str) -> Directive:
    """The directive with this name; KeyError if there is none."""
    return _BY_NAME[name]


def names() -> tuple[str, ...]:
    """The names of all directives, in catalogue order."""
    return tuple(_BY_NAME)


def position(name: str) -> int:
    """Where a directive stands in a unit file: by section, then in catalogue order."""
    return _POSITION[name]

"""The twins of every rule but those on combinations and on old words, which have rows of their own."""

from tests.rules import (
    test_companions,
    test_directories,
    test_dynamic,
    test_homes,
    test_identity,
    test_machine,
    test_privileges,
    test_programs,
    test_root_paths,
    test_sandbox,
    test_service,
    test_siblings,
    test_templates,
    test_writing,
)
from tests.rules.cases import Twins

BY_MODULE: dict[str, list[Twins]] = {
    "companions": test_companions.TWINS,
    "directories": [*test_directories.TWINS, *test_directories.REFUSED],
    "dynamic": test_dynamic.TWINS,
    "homes": test_homes.TWINS,
    "identity": test_identity.TWINS,
    "machine": test_machine.TWINS,
    "privileges": test_privileges.TWINS,
    "programs": test_programs.TWINS,
    "root_paths": test_root_paths.TWINS,
    "sandbox": test_sandbox.TWINS,
    "service": [*test_service.TWINS, *test_service.TOLD],
    "siblings": test_siblings.TWINS,
    "templates": test_templates.TWINS,
    "writing": test_writing.TWINS,
}
"""By the module of app/rules/ that has the rules."""

TWINS = [row for rows in BY_MODULE.values() for row in rows]

"""The twins of every rule but those on combinations and on old words, which have rows of their own."""

from tests.analysis.rules import (
    test_directories,
    test_dynamic,
    test_home_directories,
    test_identity,
    test_machine,
    test_privileges,
    test_programs,
    test_root_paths,
    test_sandbox,
    test_service,
    test_shared_resources,
    test_templates,
    test_triggers,
    test_writable_paths,
)
from tests.analysis.rules.cases import Twins

BY_MODULE: dict[str, list[Twins]] = {
    "triggers": test_triggers.TWINS,
    "directories": [*test_directories.TWINS, *test_directories.REFUSED],
    "dynamic": test_dynamic.TWINS,
    "home_directories": test_home_directories.TWINS,
    "identity": test_identity.TWINS,
    "machine": test_machine.TWINS,
    "privileges": test_privileges.TWINS,
    "programs": test_programs.TWINS,
    "root_paths": test_root_paths.TWINS,
    "sandbox": test_sandbox.TWINS,
    "service": [*test_service.TWINS, *test_service.TOLD],
    "shared_resources": test_shared_resources.TWINS,
    "templates": test_templates.TWINS,
    "writable_paths": test_writable_paths.TWINS,
}
"""By the module of app/analysis/rules/ that has the rules."""

TWINS = [row for rows in BY_MODULE.values() for row in rows]

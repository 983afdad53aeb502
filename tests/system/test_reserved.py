"""The tables of what belongs to a system hold what Debian's roots and booted systemd have."""

from pathlib import Path

import pytest

from app.catalogue import MANAGED_ROOTS
from app.catalogue.reserved import (
    RESERVED_DIRECTORIES,
    SHARED_DIRECTORIES,
    STANDARD_PATHS,
    is_shipped_unit,
    is_system_account,
    owner_of,
)
from tests.system import lab


@pytest.fixture(params=[252, 257])
def root(request: pytest.FixtureRequest, root252: Path) -> Path:
    """A Debian root."""
    return lab.root(request.param)


def directories_below(root: Path, folder: str) -> set[str]:
    """The directories in a folder of a root, as absolute paths in it."""
    return {
        f"{folder}/{path.name}" for path in (root / folder[1:]).iterdir() if path.is_dir() and not path.is_symlink()
    }


@pytest.mark.parametrize("folder", [*(row.root for row in MANAGED_ROOTS), "/var/spool", "/var/lib/systemd"])
def test_the_directories_of_a_debian_system_are_reserved(root: Path, folder: str) -> None:
    assert sorted(directories_below(root, folder) - RESERVED_DIRECTORIES) == []


@pytest.mark.parametrize("guest", ["guest252", "guest257"])
def test_the_directories_of_a_booted_systemd_are_reserved(guest: str, request: pytest.FixtureRequest) -> None:
    booted: lab.Guest = request.getfixturevalue(guest)
    command = ["find", "/run/systemd", "/var/lib/systemd", "-mindepth", "1", "-maxdepth", "1", "-type", "d"]
    found = booted.run(command, check=True).stdout.split()
    assert "/run/systemd/journal" in found
    assert sorted(set(found) - RESERVED_DIRECTORIES) == []


def test_the_directories_on_top_are_protected_shared_or_on_every_system(root: Path) -> None:
    top = directories_below(root, "") | directories_below(root, "/var")
    assert sorted(path for path in top if not owner_of(path) and path not in STANDARD_PATHS) == []
    assert all(owner_of(f"{path}/myapp") for path in top - {*SHARED_DIRECTORIES, *STANDARD_PATHS})


def test_the_units_of_a_debian_system_are_known(root: Path) -> None:
    units = {path.name.removesuffix(".service") for path in (root / "usr/lib/systemd/system").glob("*.service")}
    assert len(units) > 50
    assert sorted(name for name in units if not is_shipped_unit(name.partition("@")[0])) == []


def test_the_accounts_of_a_debian_system_are_known(root: Path) -> None:
    names = [line.partition(":")[0] for line in (root / "etc/passwd").read_text().splitlines()]
    assert [name for name in names if not is_system_account(name)] == []

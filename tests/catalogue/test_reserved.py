"""The tables of directories, accounts and groups that belong to a system."""

import pytest

from app.catalogue.reserved import (
    KNOWN_GROUPS,
    PROTECTED_TREES,
    RESERVED_DIRECTORIES,
    SHARED_DIRECTORIES,
    owner_of,
)


def test_the_known_groups_are_named_once() -> None:
    names = [group.name for group in KNOWN_GROUPS]
    assert len(set(names)) == len(names)
    assert {"ssl-cert", "docker", "adm", "audio", "video"} == {group.name for group in KNOWN_GROUPS if group.suggested}


@pytest.mark.parametrize(
    "path",
    ["/srv/myapp", "/opt/myapp/data", "/var/lib/myapp", "/var/www/myapp", "/mnt/disk/x", "/srv/lib", "/data/homes"],
)
def test_an_own_path_has_no_other_owner(path: str) -> None:
    assert owner_of(path) == ""


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/lib32", "/lib32"),
        ("/libexec/x", "/libexec"),
        ("/", PROTECTED_TREES[0]),
        ("/usr/local/bin", "/usr"),
        ("/var/lib/dpkg/info/x", "/var/lib/dpkg"),
        ("/var", "/var/home"),
        ("/var/www", "/var/www"),
        ("/srv/home/alice", "/srv/home"),
    ],
)
def test_a_system_path_names_its_owner(path: str, owner: str) -> None:
    assert owner_of(path) == owner


def test_protected_paths_are_spelt_plainly() -> None:
    for path in [*PROTECTED_TREES, *SHARED_DIRECTORIES, *RESERVED_DIRECTORIES]:
        assert path.startswith("/")
        assert not path.endswith("/")
        assert "//" not in path

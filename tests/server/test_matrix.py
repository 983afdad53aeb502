"""Who can touch whose data."""

import pytest

from app.analysis.access import WORDS
from app.server import MatrixCell, Server, hide_siblings, matrix
from app.unitfile.model import UnitFile
from tests.server.cases import bare, starter

STATE = {"StateDirectory": "x", "StateDirectoryMode": "0700"}


def cells(*units: UnitFile) -> list[MatrixCell]:
    return matrix(Server.of(units))


def off_diagonal(*units: UnitFile) -> set[str]:
    return {cell.access for cell in cells(*units) if cell.service != cell.owner}


def test_every_service_has_a_cell_for_every_directory_of_every_service() -> None:
    units = [starter("a"), starter("b", own="/srv/b"), bare("c")]
    paths = [(f"{root}/{name}", name) for name in "ab" for root in ("/var/lib", "/var/cache", "/var/log", "/run")]
    directories = [*paths, ("/srv/b", "b")]
    assert sorted((cell.service, cell.path, cell.owner) for cell in cells(*units)) == sorted(
        (service, path, owner) for service in "abc" for path, owner in directories
    )
    assert all(cell.access in WORDS and cell.why for cell in cells(*units))


def test_each_service_reaches_only_its_own_directories() -> None:
    units = [starter(name, own=f"/srv/{name}:0700") for name in "abc"]
    assert {cell.access for cell in cells(*units) if cell.service == cell.owner} == {"read-write"}
    assert off_diagonal(*units) == {"denied"}


@pytest.mark.parametrize("shared", [{"User": "www", "Group": "www"}, {"User": [], "Group": []}], ids=["user", "root"])
def test_services_with_the_same_user_reach_each_other(shared: dict[str, str | list[str]]) -> None:
    units = [bare(name, StateDirectory=name, StateDirectoryMode="0700", **shared) for name in "ab"]
    assert off_diagonal(*units) == {"read-write"}


def test_a_hidden_directory_is_hidden_from_a_service_with_the_same_user() -> None:
    units = [starter(name, User="www", Group="www", RuntimeDirectory=[], RuntimeDirectoryMode=[]) for name in "abc"]
    assert off_diagonal(*units) == {"read-only"}
    assert off_diagonal(*hide_siblings(Server.of(units))) == {"hidden"}


def test_the_reason_names_the_owner_and_the_mode() -> None:
    cell = next(cell for cell in cells(starter("a"), starter("b")) if cell.service == "a" and cell.owner == "b")
    assert any("b:b with mode 0700" in sentence for sentence in cell.why)

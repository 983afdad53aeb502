"""The access picture is what services find that try it on a booted systemd; without a part of it, it would not be."""

import ast
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from app.analysis import access
from app.analysis.access import DEPENDS, WORDS
from app.effective import Effective
from tests.system import lab
from tests.system.tried import Tried, drawn, try_all

VERSIONS = (252, 257, 262)
UNITS = 95
FEWEST_UNITS, FEWEST_CELLS, LEAST_SHARE, MAX_DEPENDING = 40, 300, 0.10, 0.05
PACKAGE = Path(access.__file__).parent


@cache
def tried(version: int) -> tuple[Tried, ...]:
    """What the services found, each booted once."""
    with lab.Guest(lab.root(version)) as guest:
        return tuple(try_all(guest, drawn(UNITS, version), version))


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> int:
    """A version whose root this machine can boot."""
    number: int = request.param
    return number


def cells(one: Tried, package: ModuleType) -> Iterator[tuple[str, str, str]]:
    """The paths of a service, each with what a picture says and what the service found."""
    others = [place for sibling in one.siblings for place in package.paths_of(Effective(sibling))]
    view = package.View(Effective(one.unit), others)
    return ((path, view.at(path).access, found) for path, found in one.words.items())


def test_the_predicted_access_is_what_services_have(version: int, say: Callable[..., None]) -> None:
    ran = tried(version)
    found = [(one.unit.name, *cell) for one in ran for cell in cells(one, access)]
    different = [cell for cell in found if cell[2] not in (DEPENDS, cell[3])]
    said = Counter(cell[2] for cell in found)
    counts = ", ".join(f"{said[word]} {word}" for word in WORDS)
    say(f"access {version}: {len(ran)} services, {len(found)} cells, {len(different)} different; {counts}")
    assert different == []
    assert len(ran) >= FEWEST_UNITS
    assert len(found) >= FEWEST_CELLS
    assert said[DEPENDS] <= MAX_DEPENDING * len(found)
    assert all(said[word] >= LEAST_SHARE * len(found) for word in WORDS if word != DEPENDS), said


def test_own_and_sibling_directories_never_depend_on_the_machine(version: int) -> None:
    for one in tried(version):
        others = [place for sibling in one.siblings for place in access.paths_of(Effective(sibling))]
        view = access.View(Effective(one.unit), others)
        for place in () if one.depends else (*view.own.values(), *others):
            assert view.at(place.path).access != DEPENDS


# --- without a part of it ----------------------------------------------------------------------------


class Broken(ast.NodeTransformer):
    """Breaks one place of a module: a branch never taken, or always; a condition left out; a row taken out."""

    def __init__(self, at: int = -1) -> None:
        self.at = at
        self.places: list[str] = []

    def _is_here(self, what: str) -> bool:
        self.places.append(what)
        return len(self.places) - 1 == self.at

    def _branch(self, node: ast.If | ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        for value in (False, True):
            if self._is_here(f"{ast.unparse(node.test)} is {value}"):
                node.test = ast.copy_location(ast.Constant(value), node.test)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        """A branch."""
        return self._branch(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """A branch within an expression."""
        return self._branch(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """A condition of several."""
        self.generic_visit(node)
        for value in node.values:
            if self._is_here(f"without {ast.unparse(value)}"):
                kept = [other for other in node.values if other is not value]
                return ast.BoolOp(node.op, kept) if len(kept) > 1 else kept[0]
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """A row of a table."""
        self.generic_visit(node)
        for at, key in enumerate(node.keys):
            if key is not None and self._is_here(f"without the row {ast.unparse(key)}"):
                node.keys = [kept for other, kept in enumerate(node.keys) if other != at]
                node.values = [kept for other, kept in enumerate(node.values) if other != at]
        return node


LOADED = ("owners", "mounts", "permissions", "answers", "evaluate")
MODULES = ("owners", "mounts", "permissions", "evaluate")
"""The modules that are broken; answers only says why."""


def mutants() -> Iterator[tuple[str, int, str]]:
    """Every place that can be broken: the module, which place, and what it is."""
    for name in MODULES:
        places = Broken()
        places.visit(judged(name))
        yield from ((name, at, what) for at, what in enumerate(places.places))


def judged(name: str) -> ast.Module:
    """The text of a module."""
    return ast.parse((PACKAGE / f"{name}.py").read_text())


@contextmanager
def broken(name: str, at: int) -> Iterator[ModuleType]:
    """The package with one place of a module broken, as long as it lasts."""
    kept = {key: module for key, module in sys.modules.items() if key.startswith("app.analysis.access")}
    for key in kept:
        del sys.modules[key]
    try:
        sys.modules["app.analysis.access"] = ModuleType("app.analysis.access")
        for module in LOADED:
            made = ModuleType(f"app.analysis.access.{module}")
            tree = judged(module)
            if module == name:
                tree = ast.fix_missing_locations(Broken(at).visit(tree))
            sys.modules[made.__name__] = made
            exec(compile(tree, str(PACKAGE / f"{module}.py"), "exec"), made.__dict__)
        yield sys.modules["app.analysis.access.evaluate"]
    finally:
        for key in [key for key in sys.modules if key.startswith("app.analysis.access")]:
            del sys.modules[key]
        sys.modules.update(kept)


@cache
def everything() -> tuple[tuple[Tried, tuple[tuple[str, str, str], ...]], ...]:
    """What every service found on all versions, with what the whole picture says."""
    return tuple((one, tuple(cells(one, access))) for version in VERSIONS for one in tried(version))


def is_found_out(name: str, at: int) -> bool:
    """Whether what services found contradicts the broken package where it agreed with the whole one, or it fails."""
    with broken(name, at) as package:
        try:
            return any(
                now != before and now[1] != now[2]
                for one, whole in everything()
                for before, now in zip(whole, cells(one, package), strict=True)
            )
        except Exception:  # a broken program fails as it likes
            return True


ALIKE = {
    "owners: unit.is_dynamic is False": "root or the dynamic user's own group, behind a mode that opens it to all",
    "mounts: without the row 'PrivateBPF'": "a container does not mount its file system, so that the service does not start",
    "mounts: without the row 'PrivateUsers'": "PrivateUsers=managed needs a daemon that these systems do not have",
} | dict.fromkeys(
    (
        "mounts: link is True",
        "mounts: not path.startswith(_LINKS) is False",
        "mounts: path not in self._known is True",
        "mounts: without nearest is None",
        "mounts: without nearest is shown",
        "evaluate: at is True",
        "evaluate: directory not in self._above is True",
        "evaluate: directory not in self._stops is True",
        "evaluate: key not in self._said is True",
        "evaluate: real != '/' is True",
        "evaluate: without '/'",
        "evaluate: without (place.user, place.group, place.mode, place.is_file)",
        "evaluate: without above",
        "evaluate: without any((is_within(real, tree) for tree in KERNEL_TREES))",
        "evaluate: without real.startswith('/proc')",
        "evaluate: without real.startswith(KERNEL_TREES)",
    ),
    "an answer that is looked up again instead of made again, or a quick test before the exact one",
)
"""Parts that no service here can tell whole or broken, each with why."""


def test_the_whole_package_is_not_found_out() -> None:
    lab.need("systemd-nspawn")
    assert not any(is_found_out(name, -1) for name in MODULES)


def test_each_part_switched_off_is_found_out(say: Callable[..., None]) -> None:
    lab.need("systemd-nspawn")
    places = [(name, at, f"{name}: {what}") for name, at, what in mutants()]
    kept = {what for name, at, what in places if not is_found_out(name, at)}
    say(f"access: {len(places)} parts switched off, {len(places) - len(kept)} found out, {len(ALIKE)} alike")
    assert kept == set(ALIKE)

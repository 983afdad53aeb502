"""The one direction of imports between packages, read off every module with ast."""

import ast
from pathlib import Path

import pytest

from app import catalogue

APP = Path(__file__).parents[2] / "app"
PACKAGES = ("values", "catalogue", "unitfile", "effective", "host", "analysis", "profiles", "server", "report", "web", "__init__", "gunicorn_conf")  # fmt: skip
"""The packages of app/, each of which may import those before it."""
RANK = {package: rank for rank, package in enumerate(PACKAGES)}
MODULES = sorted(APP.rglob("*.py"))
CORE = [path for path in MODULES if RANK[path.relative_to(APP).parts[0].removesuffix(".py")] < RANK["web"]]
"""The modules that know neither requests nor clocks nor files."""
IMPURE = {"flask", "wtforms", "werkzeug", "os", "io", "time", "pathlib", "subprocess", "random", "socket"}
CLOCKS = {"now", "today", "utcnow"}
JUDGES = ("effective", "host", "analysis/access", "analysis/rules", "server")
"""The packages whose subject is what single directives mean: a condition there may name one."""


def relative(path: Path) -> str:
    return str(path.relative_to(APP))


def package_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """The modules and names that a module imports, dotted."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_point_one_way(path: Path) -> None:
    importer = package_of(path)
    for name in imports_of(path):
        top, _, rest = name.partition(".")
        imported = rest.split(".")[0]
        if top == "app" and imported in RANK:
            assert imported == importer or RANK[imported] < RANK[importer], f"{importer} imports {imported}"


@pytest.mark.parametrize("path", CORE, ids=relative)
def test_the_core_is_plain_python(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & IMPURE
    called = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert not called & CLOCKS


def test_every_package_has_its_place() -> None:
    assert {package_of(path) for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("path", sorted((APP / "web").rglob("*.py")), ids=relative)
def test_nothing_is_imported_from_a_view(path: Path) -> None:
    if path != APP / "web" / "views" / "__init__.py":
        assert not any(name.startswith("app.web.views") for name in imports_of(path))


@pytest.mark.parametrize("path", [p for p in MODULES if not relative(p).startswith(JUDGES)], ids=relative)
def test_no_directive_is_named_in_a_condition(path: Path) -> None:
    names = set(catalogue.names())
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            constants = {c.value for c in ast.walk(node.test) if isinstance(c, ast.Constant)}
            assert not constants & names, f"line {node.lineno}"

"""The design's one direction of imports, held against every module."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

LAYERS = (
    {"limits"},
    {"values"},
    {"versions", "syntax"},
    {"catalogue"},
    {"lookup"},
    {"reserved", "kept"},
    {"root_paths"},
    {"unitfile", "sources", "placing"},
    {"render", "links", "effective", "shell", "guards", "instances"},
    {"wanted", "labels", "lines", "installation", "parse"},
    {"sysusers", "record"},
    {"prep", "tmpfiles", "exposure", "access", "rules"},
    {"native_files"},
    {"profiles", "failures", "moving", "proof", "server", "ansible", "undo", "dropin"},
    {"fields", "elapse", "packing"},
    {"forms"},
    {"report", "timing", "presets", "uploads"},
    {"settings", "answers"},
    {"proxies", "metrics"},
    {"server_report", "archive"},
    {"openapi"},
    {"api", "colours", "drawing"},
    {"terminal", "overrides", "notices"},
    {"compare", "sections"},
    {"display"},
    {"pages"},
    {"live", "reference", "server_pages", "importing"},
    {"__init__", "gunicorn_conf"},
)
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
EDGE = RANK["fields"]
MODULES = sorted(APP.rglob("*.py"))


def part_of(path: Path) -> str:
    """The part of the app that a module belongs to: its package or itself."""
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """The modules that a module imports, dotted."""
    tree = ast.parse(path.read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" if node.module == "app" else node.module for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(APP)))
def test_imports_point_one_way(path: Path) -> None:
    importer = part_of(path)
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "app" and len(parts) > 1:
            imported = parts[1]
            assert imported == importer or RANK[imported] < RANK[importer], f"{importer} imports {imported}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if RANK[part_of(p)] < EDGE], ids=lambda path: str(path.relative_to(APP))
)
def test_the_core_is_plain_python(path: Path) -> None:
    forbidden = {
        "flask",
        "wtforms",
        "werkzeug",
        "os",
        "io",
        "time",
        "datetime",
        "pathlib",
        "subprocess",
        "random",
        "socket",
    }
    assert not {name.split(".")[0] for name in imports_of(path)} & forbidden


def test_every_part_has_its_layer() -> None:
    assert {part_of(path) for path in MODULES} <= set(RANK)


RULED = {"effective", "access", "prep", "rules", "server", "wanted"}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if part_of(p) not in RULED], ids=lambda path: str(path.relative_to(APP))
)
def test_no_directive_is_named_in_a_condition(path: Path) -> None:
    from app import catalogue

    names = set(catalogue.names())
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            constants = {c.value for c in ast.walk(node.test) if isinstance(c, ast.Constant)}
            assert not constants & names, f"line {node.lineno}"

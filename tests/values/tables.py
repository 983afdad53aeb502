"""All tables of values in these tests, as pairs of a directive and a value."""

import importlib
from pathlib import Path

from tests.values.claims import pairs

_MODULES = [
    importlib.import_module(f"tests.values.{path.stem}") for path in sorted(Path(__file__).parent.glob("test_*.py"))
]
PAIRS = [
    pair
    for module in _MODULES
    for table in ("TAKEN", "REFUSED", "STRICTER")
    for pair in pairs(getattr(module, table, {}))
]

"""All tables of values in these tests, as pairs of a directive and a value."""

import importlib
from pathlib import Path

from tests.values.claims import pairs

FOLDER = Path(__file__).parent
_MODULES = [
    importlib.import_module(".".join(("tests.values", *path.relative_to(FOLDER).with_suffix("").parts)))
    for path in sorted(FOLDER.rglob("test_*.py"))
]
PAIRS = [
    pair
    for module in _MODULES
    for table in ("TAKEN", "REFUSED", "STRICTER")
    for pair in pairs(getattr(module, table, {}))
]

"""Valid values of the kinds that are about sandboxing, root directories and images."""

from collections.abc import Callable
from typing import Any

from app.values import Kind
from tests.drawn.text import Values

KINDS: dict[type[Kind], Callable[[Any], Values]] = {}

"""Valid values of the kinds that are about control groups and signals."""

from collections.abc import Callable
from typing import Any

from app.values import Kind
from tests.drawn.text import Values

KINDS: dict[type[Kind], Callable[[Any], Values]] = {}

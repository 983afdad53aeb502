"""Valid values of the kinds that are about processes: their input and output, scheduling, limits."""

from collections.abc import Callable
from typing import Any

from app.values import Kind
from tests.drawn.text import Values

KINDS: dict[type[Kind], Callable[[Any], Values]] = {}

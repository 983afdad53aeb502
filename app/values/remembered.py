"""Functions of short texts that remember their last answers: units of all people hold the same words."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

LONGEST = 200
"""Characters of a text that is remembered: thousands of them are small."""

MOST = 1024

Asked = TypeVar("Asked", bound=Callable[..., Any])


def remembered(function: Asked) -> Asked:
    """The function, asked once for texts that come again. Its further arguments are few and can be hashed."""
    known = lru_cache(maxsize=MOST)(function)

    @wraps(function)
    def ask(text: str, *rest: Any) -> Any:
        return known(text, *rest) if len(text) <= LONGEST else function(text, *rest)

    return ask  # type: ignore[return-value]

"""Functions of texts that remember their last answers: units of all people hold the same words.

One request asks the same of a long value many times, for every rule and for every instance of a template. So long texts are
remembered too, as many as the largest form holds.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

MAX_CACHED_LENGTH = 200
"""Characters of a short text. Thousands of short texts are remembered, and they are small."""

MAX_CACHED_VALUES = 1024

MAX_CHARACTERS = 128 * 1024
"""Characters of all long texts that one function remembers at once: twice the largest form."""

Asked = TypeVar("Asked", bound=Callable[..., Any])


class _LongTexts:
    """The answers for long texts, all forgotten where they become too many."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.answers: dict[tuple[Any, ...], Any] = {}
        self.size = 0

    def ask(self, text: str, *rest: Any) -> Any:
        """The answer for a long text."""
        key = (text, *rest)
        if key in self.answers:
            return self.answers[key]
        answer = self.function(text, *rest)
        self.size += len(text)
        if self.size > MAX_CHARACTERS:
            self.answers, self.size = {}, len(text)
        self.answers[key] = answer
        return answer


def cached(function: Asked) -> Asked:
    """The function, asked once for texts that come again. Its further arguments are few and can be hashed."""
    short, long = lru_cache(maxsize=MAX_CACHED_VALUES)(function), _LongTexts(function)

    @wraps(function)
    def ask(text: str, *rest: Any) -> Any:
        return short(text, *rest) if len(text) <= MAX_CACHED_LENGTH else long.ask(text, *rest)

    return ask  # type: ignore[return-value]

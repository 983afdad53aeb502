"""How much of a processor's time something takes, whatever else the machine and this process have to do."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec

TRIES = 3
P = ParamSpec("P")


def seconds(do: Callable[[], object]) -> float:
    """Seconds of this process' time: the least of three tries, as another process may hold the core's other half."""
    with _heap_of_tests_aside():
        return min(_once(do) for _ in range(TRIES))


def within(limit: float, do: Callable[P, object], *given: P.args, **named: P.kwargs) -> bool:
    """Whether a call takes less than so many seconds, in one of three tries."""
    with _heap_of_tests_aside():
        return any(_once(lambda: do(*given, **named)) < limit for _ in range(TRIES))


def _once(do: Callable[[], object]) -> float:
    begin = time.process_time()
    do()
    return time.process_time() - begin


@contextmanager
def _heap_of_tests_aside() -> Iterator[None]:
    """What the tests have allocated until now, hundreds of megabytes, is not collected during a try."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()

"""The reader of unit files is fed what no editor would save: it answers everything, and fast."""

import time
from collections.abc import Callable
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from app.unitfile.parse import ParsedUnit, parse_files
from app.unitfile.sources import Source
from tests.support.mutations import PIECES, mutated

INPUTS = 200_000


def test_no_input_crashes_or_stalls_the_parser(say: Callable[..., None]) -> None:
    fed: set[int] = set()
    slowest, begun = 0.0, time.process_time()
    for text in mutated(20_260_101):
        if hash(text) in fed:
            continue
        fed.add(hash(text))
        before = time.process_time()
        reading = parse_files([Source("a.service", text)])
        assert len(reading.texts) <= 4
        slowest = max(slowest, time.process_time() - before)
        if len(fed) == INPUTS:
            break
    assert slowest < 1
    say(f"{len(fed):,} texts read in {time.process_time() - begun:.0f} s, the slowest in {slowest * 1000:.0f} ms")


def check_round_trip(text: bytes) -> None:
    first = parse_files([Source("a.service", text)])
    again = parse_files([Source(name, of.encode()) for name, of in first.texts.items()])
    assert again.texts == first.texts
    assert not again.left_out
    assert not again.superseded
    if not first.left_out:
        assert (again.unit.assignments, again.unit.resets, again.preserved) == whole(first)


def whole(reading: ParsedUnit) -> tuple[object, object, object]:
    return reading.unit.assignments, reading.unit.resets, reading.preserved


def test_exporting_and_importing_preserves_many_texts() -> None:
    for text in islice(mutated(7), 20_000):
        check_round_trip(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_exporting_and_importing_preserves_a_text(text: bytes) -> None:
    check_round_trip(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(text: bytes) -> None:
    check_round_trip(text)

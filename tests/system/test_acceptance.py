"""systemd itself has nothing to say about what we accept, and something about what we refuse."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from werkzeug.datastructures import MultiDict

from app import catalogue, forms
from app.profiles import GUIDE_EXAMPLES, STARTER
from app.render import render
from tests import strategies
from tests.configurations import example_value
from tests.system import lab
from tests.values import (
    test_commands,
    test_environment,
    test_filters,
    test_names,
    test_paths,
    test_quantities,
    test_text,
    test_words,
)
from tests.values.claims import Refused, Taken, pairs

CONFIGURATIONS = 2000
AT_ONCE = 250
TABLES = (
    test_commands,
    test_environment,
    test_filters,
    test_names,
    test_paths,
    test_quantities,
    test_text,
    test_words,
)
# What systemd says of a value that it takes all the same, and what it says of files that a root does not have.
NOTICE = re.compile(r"Accepting user/group name|Command .* is not executable|Executable .* missing|Unit .* not found")


def verified(root: Path, texts: list[str]) -> list[list[str]]:
    """What systemd-analyze verify says of each unit. Many at once, for a run alone costs a tenth of a second."""
    said: list[list[str]] = []
    for begin in range(0, len(texts), AT_ONCE):
        units = {f"unit{begin + at}.service": text for at, text in enumerate(texts[begin : begin + AT_ONCE])}
        found = lab.verify(root, units)
        assert [line for line in found.pop("") if not NOTICE.search(line)] == []
        said.extend(found[name] for name in units)
    return said


def test_systemd_says_nothing_about_valid_configurations(root252: Path) -> None:
    units: dict[str, strategies.Parameters] = {}

    # The same ones at every run: a failure here is of what was changed.
    @settings(
        derandomize=True,
        max_examples=CONFIGURATIONS + CONFIGURATIONS // 5,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.parameters(252))
    def collect(parameters: strategies.Parameters) -> None:
        entry = forms.read(MultiDict(parameters))
        assert entry.errors == {}, parameters
        assert entry.unit is not None
        assert not [finding for finding in entry.findings if finding.id == "too-new"]
        units.setdefault(render(entry.unit), parameters)

    collect()
    assert len(units) >= CONFIGURATIONS
    texts = list(units)[:CONFIGURATIONS]
    rows = Counter(name for text in texts for name in {key for key, _ in units[text]} if name in catalogue.names())
    rarest = min(catalogue.names(), key=lambda name: rows[name])
    print(f"{len(texts)} configurations; {rarest}= is in {rows[rarest]} of them, every other row in more")
    assert [name for name in catalogue.names() if rows[name] < 20] == []
    assert [(text, lines) for text, lines in zip(texts, verified(root252, texts), strict=True) if lines] == []


@pytest.mark.parametrize(
    "parameters",
    [STARTER, *(example.parameters for example in GUIDE_EXAMPLES)],
    ids=["starter", *(e.key for e in GUIDE_EXAMPLES)],
)
def test_systemd_of_this_machine_says_nothing_about_the_examples(
    parameters: strategies.Parameters, tmp_path: Path, require: Callable[[str, str], None]
) -> None:
    require("systemd-analyze", "the machine's own systemd is asked")
    # The one program that no machine has.
    present = [(name, "/bin/true" if name == "ExecStart" else value) for name, value in parameters]
    entry = forms.read(MultiDict(present))
    assert entry.unit is not None
    unit = tmp_path / f"{entry.unit.name}.service"
    unit.write_text(render(entry.unit))
    said = subprocess.run(
        ["systemd-analyze", "--man=no", "verify", unit],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert said.stderr == ""
    assert said.returncode == 0


def unit_with(name: str, value: str) -> str:
    """A unit that holds a value of a directive, and nothing else that systemd could speak of."""
    section = catalogue.find(name).section
    command = "" if name == "ExecStart" else "ExecStart=/bin/true\n"
    if section == "Service":
        return f"[Service]\n{command}{name}={value}\n"
    return f"[{section}]\n{name}={value}\n[Service]\n{command}"


def spoken_of(root: Path, *tables: Taken | Refused) -> dict[tuple[str, str], list[str]]:
    """What systemd says of each value of the tables, notices aside. It reads no value of [Install] here."""
    cases = [(name, value) for name, value in pairs(*tables) if catalogue.find(name).section != "Install"]
    lines = verified(root, [unit_with(*case) for case in cases])
    return {case: [line for line in said if not NOTICE.search(line)] for case, said in zip(cases, lines, strict=True)}


def test_systemd_takes_what_we_take(root252: Path) -> None:
    examples = {name: [example_value(catalogue.find(name))] for name in catalogue.names()}
    said = spoken_of(root252, *(tests.TAKEN for tests in TABLES), examples)
    print(f"{len(said)} values that both take")
    assert {case: lines for case, lines in said.items() if lines} == {}


def test_systemd_refuses_what_we_refuse(root252: Path) -> None:
    said = spoken_of(root252, *(tests.REFUSED for tests in TABLES))
    print(f"{len(said)} values that both refuse")
    assert [case for case, lines in said.items() if not lines] == []


def test_systemd_takes_what_we_are_stricter_about(root252: Path) -> None:
    said = spoken_of(root252, *(tests.STRICTER for tests in TABLES))
    print(f"{len(said)} values that only systemd takes")
    assert {case: lines for case, lines in said.items() if lines} == {}

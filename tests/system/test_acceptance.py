"""systemd itself has nothing to say about whole configurations that we accept; tests/system/test_agreement.py asks value by value."""

import os
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from werkzeug.datastructures import MultiDict

from app.profiles import GUIDE_EXAMPLES, STARTER
from app.unitfile.render import render
from app.web.form import entry as forms
from tests.support import strategies
from tests.system import lab
from tests.system.asking import NOTICES

CONFIGURATIONS = 2000
AT_ONCE = 250
SPOKEN_OF = {"combination", "renamed", "removed"}
"""Findings on what systemd speaks of too."""


def verified(root: Path, texts: list[str]) -> list[list[str]]:
    """What systemd-analyze verify says of each unit. Many at once, for a run alone costs a tenth of a second."""
    said: list[list[str]] = []
    for begin in range(0, len(texts), AT_ONCE):
        units = {f"unit{begin + at}.service": text for at, text in enumerate(texts[begin : begin + AT_ONCE])}
        found = lab.verify(root, units)
        assert [line for line in found.pop("") if not NOTICES.search(line)] == []
        said.extend([line for line in found[name] if not NOTICES.search(line)] for name in units)
    return said


def test_systemd_accepts_valid_configurations_without_warnings(root252: Path) -> None:
    units: dict[str, strategies.Parameters] = {}

    # The same ones at every run: a failure here is of what was changed.
    @settings(
        derandomize=True,
        max_examples=CONFIGURATIONS * 2,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.parameters(252, posted=True))
    def collect(parameters: strategies.Parameters) -> None:
        if len(units) == CONFIGURATIONS:
            return
        entry = forms.read_entry(MultiDict(parameters), posted=True)
        found = {finding.id for finding in entry.findings}
        if found & SPOKEN_OF:
            return
        assert entry.errors == {}, parameters
        assert entry.unit is not None
        assert "too-new" not in found
        units.setdefault(render(entry.unit), parameters)

    with strategies.alone():
        collect()
    assert len(units) == CONFIGURATIONS
    rows = Counter(name for parameters in units.values() for name in {key for key, _ in parameters})
    drawn = [row.name for row in strategies.optional(252)]
    rarest = min(drawn, key=lambda name: rows[name])
    print(f"{len(units)} configurations; {rarest}= is in {rows[rarest]} of them, every other row in more")
    assert [name for name in drawn if rows[name] < 20] == []
    assert [(text, lines) for text, lines in zip(units, verified(root252, list(units)), strict=True) if lines] == []


@pytest.mark.parametrize(
    "parameters",
    [STARTER, *(example.parameters for example in GUIDE_EXAMPLES)],
    ids=["starter", *(e.key for e in GUIDE_EXAMPLES)],
)
def test_systemd_of_this_machine_accepts_the_examples_without_warnings(
    parameters: strategies.Parameters, tmp_path: Path, require: Callable[[str, str], None]
) -> None:
    require("systemd-analyze", "the machine's own systemd is asked")
    # The one program that no machine has.
    present = [(name, "/bin/true" if name == "ExecStart" else value) for name, value in parameters]
    entry = forms.read_entry(MultiDict(present))
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

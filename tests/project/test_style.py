"""The linters of pyproject.toml have nothing to say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTERS = {"ruff": ["ruff", "check", "app", "tests"], "mypy": ["mypy"]}


@pytest.mark.parametrize("argv", LINTERS.values(), ids=LINTERS)
def test_a_linter_is_silent(argv: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-m", *argv], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr

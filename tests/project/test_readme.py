"""What README says, held against what is there."""

import re
from pathlib import Path

import pytest

from app import DEFAULTS, create_app
from app.web.form import presets
from app.web.form.entry import TOOL_PARAMETERS
from tests.project import test_layers

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def command(name: str) -> str:
    match = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```\n", README)
    assert match
    return match[1]


def table(heading: str, column: str) -> set[str]:
    """What stands in code marks in the first column of the table that begins with this column."""
    rows = README.partition(heading)[2].partition(f"| {column} |")[2].partition("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


@pytest.mark.parametrize("name", ["serve", "test"])
def test_a_command_is_one_line_that_installs_and_runs(name: str) -> None:
    assert command(name).startswith("python3 -m venv .venv && .venv/bin/pip install --quiet ")


def test_the_paths_in_the_readme_exist() -> None:
    for path in re.findall(
        r"`((?:app|tests|templates|static|\.deploy)/[\w./]*|\.ci/run)`|\]\((\.images/[^)]+)\)", README
    ):
        assert (ROOT / (path[0] or path[1])).exists(), path
    assert "app/gunicorn_conf.py" in command("serve")


def test_the_packages_of_the_design_are_those_of_the_tree() -> None:
    design = (ROOT / "app" / "README.md").read_text()
    rows = design.partition("| package | contents |")[2].partition("\n\n")[0].splitlines()[2:]
    listed = [match[1] for row in rows if (match := re.match(r"\| `([^`]+)` \|", row))]
    tree = {path.name + "/" * path.is_dir() for path in (ROOT / "app").iterdir()} - {"README.md", "__pycache__/"}
    assert sorted(listed) == sorted(tree)
    assert [name.removesuffix("/").removesuffix(".py") for name in listed] == list(test_layers.PACKAGES)


@pytest.mark.parametrize(
    "path", [ROOT / "app" / "README.md", *(ROOT / ".github").glob("*.md")], ids=lambda path: path.name
)
def test_the_paths_in_other_pages_exist(path: Path) -> None:
    for name in re.findall(r"`((?:app|tests|templates|static)/[\w./]*)`", path.read_text()):
        assert (ROOT / name).exists(), name


def test_only_two_commands_are_marked() -> None:
    assert README.count("```sh") == 2


def test_every_setting_is_in_its_table() -> None:
    assert table("## Settings", "variable") == {f"GENERATOR_{name}" for name in DEFAULTS}


def test_the_example_of_presets_is_accepted() -> None:
    match = re.search(r"```toml\n(.+?)```\n", README, re.DOTALL)
    assert match
    assert {profile.key for profile in presets.parse(match[1]).profiles} == {"acme-batch"}


def test_every_address_is_in_its_table() -> None:
    rules = {rule.rule for rule in create_app({"METRICS": True}).url_map.iter_rules() if rule.endpoint != "static"}
    assert table("## Addresses", "address") == rules


def test_every_parameter_of_a_link_is_in_its_table() -> None:
    of_the_form = {"runs-as", "own-path", "own-mode", "own-access"}
    assert table("## Addresses", "parameter") == TOOL_PARAMETERS - of_the_form

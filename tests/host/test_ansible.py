"""The playbook: what stands in it, read back with a YAML library and with Ansible itself, whatever a person typed."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.effective import Effective, instances_of
from app.host import ansible
from app.host.ansible import NEEDED_BY, Text, playbook
from app.host.install import UNIT_DIRECTORY
from app.host.requirements import requirements
from app.unitfile.model import Assignment, UnitFile
from app.unitfile.render import files
from tests.conftest import require
from tests.host.test_prep import CONFIGURATIONS, configurations
from tests.host.test_shell import HOSTILE
from tests.support.configurations import EXAMPLES, LEAST, Parameters, read, unit_of, with_values

TOOLS = Path(sys.executable).parent
TASKS = Path(ansible.__file__).parent / "playbook" / "tasks"
TEMPLATES = "{{ 7 * 7 }} {% raw %} {# gone #} {{ lookup('pipe', 'id') }}"
YAML = HOSTILE.filter(lambda text: "\0" not in text)


class Marked(str):
    """A text that was marked !unsafe."""


class Loader(yaml.SafeLoader):
    """Reads YAML as a safe loader does, and keeps what is marked !unsafe apart."""


Loader.add_constructor("!unsafe", lambda loader, node: Marked(loader.construct_scalar(node)))


def play_of(text: str) -> dict[str, Any]:
    (play,) = yaml.load(text, Loader=Loader)
    return play  # type: ignore[no-any-return]


def texts_in(value: object) -> list[str]:
    """Every text in lists and rows."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for each in inner for text in texts_in(each)]


def assert_says_what_the_units_want(units: tuple[Effective, ...]) -> None:
    play = play_of(playbook(*units))
    lists, wants = play["vars"], requirements(*units)
    groups = {(row["group"], row.get("gid", "")) for row in lists.get("unit_users", [])}
    assert groups == set(wants.groups)
    users = [(row["name"], row.get("uid", ""), row["group"], row["home"], row["shell"]) for row in lists.get("unit_users", [])]  # fmt: skip
    assert users == [user[:5] for user in wants.users]
    made = [*lists.get("unit_directories", []), *lists.get("unit_configuration", [])]
    found = {(row["path"], row.get("group", ""), int(row["mode"], 8)) for row in made}
    assert found == {(row.path, row.group, int(row.mode, 8)) for row in wants.created}
    assert [row["path"] for row in lists.get("unit_paths", [])] == [path.path for path in wants.paths]
    written = {row["path"]: row["text"] for row in lists["unit_files"]}
    assert written == {f"{UNIT_DIRECTORY}/{name}": text for unit in units for name, text in files(unit.file).items()}
    assert [text for text in texts_in(lists) if "{" in text and not isinstance(text, Marked)] == []


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_the_playbook_contains_the_requirements_of_the_unit(key: str) -> None:
    assert_says_what_the_units_want(instances_of(unit_of(CONFIGURATIONS[key])))


def test_a_playbook_for_several_units_contains_each_requirement_once() -> None:
    given = (with_values(EXAMPLES["hardening"], name=name, User=name, Group="web") for name in "ab")
    units = tuple(Effective(unit_of(parameters)) for parameters in given)
    assert_says_what_the_units_want(units)
    assert [row["path"] for row in play_of(playbook(*units))["vars"]["unit_directories"]] == ["/opt/myapp/data"]


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_the_playbook_contains_only_tasks_with_items(key: str) -> None:
    play = play_of(playbook(*instances_of(unit_of(CONFIGURATIONS[key]))))
    names = [task["name"] for tasks in NEEDED_BY.values() for task in yaml.safe_load(tasks)]
    assert len(set(names)) == len(names)
    needed = [tasks for name, tasks in NEEDED_BY.items() if name in play["vars"]]
    assert [task["name"] for task in play["tasks"]] == [
        task["name"] for tasks in needed for task in yaml.safe_load(tasks)
    ]


def test_every_task_uses_builtin_modules_and_contains_no_input() -> None:
    words = {"name", "loop", "register", "when", "vars", "changed_when"}
    for tasks in NEEDED_BY.values():
        for task in yaml.safe_load(tasks):
            (module,) = set(task) - words
            assert module.startswith("ansible.builtin.")


def test_every_list_has_its_file_of_tasks() -> None:
    assert {path.name for path in TASKS.iterdir()} == {f"{name}.yml" for name in NEEDED_BY}


@pytest.mark.parametrize("name", NEEDED_BY)
def test_a_file_is_a_list_of_tasks_by_itself(name: str) -> None:
    tasks = yaml.safe_load((TASKS / f"{name}.yml").read_text())
    assert isinstance(tasks, list)
    assert all(isinstance(task, dict) and task["name"] for task in tasks)
    assert tasks == yaml.safe_load(NEEDED_BY[name])


STARTS: list[tuple[dict[str, str], list[dict[str, Any]]]] = [
    ({}, [{"name": "myapp.service", "when_changed": "restarted", "otherwise": "started"}]),
    ({"WantedBy": "multi-user.target"}, [{"name": "myapp.service", "enabled": True, "when_changed": "restarted", "otherwise": "started"}]),
    ({"Type": "oneshot"}, [{"name": "myapp.service", "when_changed": "restarted"}]),
    ({"Type": "oneshot", "RemainAfterExit": "yes"}, [{"name": "myapp.service", "when_changed": "restarted", "otherwise": "started"}]),
    ({"timer.Timer.OnCalendar": "daily", "timer.Install.WantedBy": "timers.target"}, [{"name": "myapp.timer", "enabled": True, "when_changed": "restarted", "otherwise": "started"}]),
    ({"socket.Socket.ListenStream": "/run/x"}, [{"name": "myapp.service", "when_changed": "stopped"}, {"name": "myapp.socket", "when_changed": "restarted", "otherwise": "started"}]),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), STARTS)
def test_the_playbook_lists_the_units_to_enable_and_start(values: dict[str, str], expected: list[Any]) -> None:
    unit = Effective(unit_of(with_values(LEAST, **values)))
    assert play_of(playbook(unit))["vars"]["unit_starts"] == expected


# --- hostile values ---------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(parameters=configurations(), description=st.sampled_from(["", TEMPLATES, ": # - & * ! | > ' \" %"]))
def test_hostile_values_that_the_form_accepts_are_read_back(parameters: Parameters, description: str) -> None:
    entry = read([*parameters, *([("Description", description)] if description else [])])
    if entry.unit and entry.is_valid:
        assert_says_what_the_units_want(instances_of(entry.unit))


@given(rows=st.lists(st.dictionaries(st.sampled_from(["path", "text"]), HOSTILE, min_size=1), max_size=4))
@example([{"path": "a\x85b\u2028c\ufeff\0", "text": "\n x\n\n{%"}])
def test_every_text_is_read_back_and_every_brace_is_marked(rows: list[dict[str, str]]) -> None:
    written = ansible.dumped({"list": [{key: Text(text) for key, text in row.items()} for row in rows]})
    found = yaml.load(written, Loader=Loader)["list"]
    assert found == rows
    assert all(isinstance(text, Marked) for text in texts_in(found) if "{" in text)


@given(name=HOSTILE, value=HOSTILE)
@example("x", "\x850")
def test_no_name_or_value_breaks_out_of_its_place(name: str, value: str) -> None:
    unit = UnitFile(name, assignments=(Assignment("Description", value), Assignment("User", "app")))
    text = playbook(Effective(unit))
    play = play_of(text)
    assert set(play) == {"name", "hosts", "become", "gather_facts", "vars", "tasks"}
    assert not {"{", "}"} & set(play["name"])
    assert len(yaml.safe_load("    x:\n" + "\n".join(NEEDED_BY["unit_files"].splitlines()))["x"]) == 2
    assert play["tasks"][-2:] == yaml.safe_load(NEEDED_BY["unit_files"])


# --- Ansible itself ---------------------------------------------------------------------------------


def tool(name: str, *argv: str, folder: Path) -> str:
    """Run a program of Ansible's, which must succeed; what it said."""
    require((TOOLS / name).exists(), f"{name} is not installed: pip install ansible-lint")
    environment = {
        "PATH": f"{TOOLS}:{os.environ['PATH']}", "HOME": str(folder), "ANSIBLE_HOME": str(folder / ".ansible"), "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
    }  # fmt: skip
    ran = subprocess.run([TOOLS / name, *argv], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


COMPANIONS: Parameters = [("timer.Timer.OnCalendar", "daily"), ("timer.Install.WantedBy", "timers.target")]
HOSTILE_UNIT = [*with_values(EXAMPLES["hardening"], Description=TEMPLATES, ExecStart=f"/bin/sleep '{TEMPLATES}'"), *COMPANIONS]  # fmt: skip


def written(folder: Path, configurations: Iterable[Parameters]) -> list[str]:
    """The files of the playbooks of configurations."""
    paths = []
    for number, parameters in enumerate(configurations):
        paths.append(folder / f"play-{number}.yml")
        paths[-1].write_text(playbook(*instances_of(unit_of(parameters))))
    return list(map(str, paths))


def test_ansible_accepts_the_syntax(tmp_path: Path) -> None:
    books = written(tmp_path, [*CONFIGURATIONS.values(), HOSTILE_UNIT])
    said = tool("ansible-playbook", "--inventory=localhost,", "--syntax-check", *books, folder=tmp_path)
    assert said.count("playbook: ") == len(books)


def test_ansible_lint_is_silent(tmp_path: Path) -> None:
    chosen = [CONFIGURATIONS["own with all"], CONFIGURATIONS["existing with all"], HOSTILE_UNIT]
    assert {name for parameters in chosen for name in play_of(playbook(*instances_of(unit_of(parameters))))["vars"]} >= set(NEEDED_BY)  # fmt: skip
    books = written(tmp_path, chosen)
    tool("ansible-lint", "--offline", "--strict", "--profile=production", "-q", *books, folder=tmp_path)


def test_ansible_lint_accepts_the_files_as_tasks(tmp_path: Path) -> None:
    """The name of their folder tells ansible-lint that they are tasks: it finds a module without its collection in each."""
    shutil.copytree(TASKS, tmp_path / "tasks")
    paths = sorted(tmp_path.glob("tasks/*.yml"))
    argv = ["--offline", "--strict", "--profile=production", "-q", *map(str, paths)]
    tool("ansible-lint", *argv, folder=tmp_path)
    for path in paths:
        path.write_text(path.read_text().replace("ansible.builtin.", ""))
    with pytest.raises(AssertionError) as refused:
        tool("ansible-lint", *argv, folder=tmp_path)
    assert {path.name for path in paths if f"tasks/{path.name}:" in str(refused.value)} == {path.name for path in paths}
    assert "fqcn" in str(refused.value)


COMPARED = """\
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that: (item.text | b64encode) == item.code
        quiet: true
      loop: "{{ rows }}"
      no_log: true
    - ansible.builtin.debug:
        msg: "{{ rows | length }} texts compared"
  vars:
"""


@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(texts=st.lists(YAML | st.builds("{}{}{}".format, YAML, st.sampled_from(["{{ 7*7 }}", "{% x %}", "{#"]), YAML), min_size=40, max_size=60))  # fmt: skip
def test_ansible_reads_every_text_unchanged(tmp_path: Path, texts: list[str]) -> None:
    rows = [{"text": Text(text), "code": base64.b64encode(text.encode()).decode()} for text in texts]
    lists = ansible.dumped({"rows": rows})
    (tmp_path / "texts.yml").write_text(COMPARED + "".join(f"    {row}\n" for row in lists.splitlines()))
    said = tool("ansible-playbook", "--inventory=localhost,", "texts.yml", folder=tmp_path)
    assert json.dumps(f"{len(texts)} texts compared") in said

"""The preparation and the installation as an Ansible playbook: a list of what there shall be, and tasks that are always the same.

The tasks are files that linters of Ansible read: app/host/playbook/tasks/ has one for each list, with the list's name.
Everything that a person chose stands in the list, quoted, and marked !unsafe where a brace in it could be taken for a template. Sources: the documentation of ansible.builtin, the code of its modules file, user and getent, and runs.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Any

import yaml

from app.effective import Effective
from app.host.config_lines import sentence
from app.host.install import UNIT_DIRECTORY, enabled_by, started, stays
from app.host.prep import regex_escaped
from app.host.record import NOTE, note_command, recorded
from app.host.requirements import RequiredDirectory, RequiredUser, Requirements, requirements
from app.host.selinux import labels
from app.unitfile.render import files
from app.values import ancestors

_TASKS = resources.files(__package__) / "playbook" / "tasks"


def _tasks(needed: str) -> str:
    """The tasks that need this list, indented as a play has them."""
    text = (_TASKS / f"{needed}.yml").read_text()
    return textwrap.indent(text.removeprefix("---\n"), " " * 4)


NEEDED_BY = {
    needed: _tasks(needed)
    for needed in (
        "unit_noted",
        "unit_users",
        "unit_accounts",
        "unit_ways",
        "unit_directories",
        "unit_configuration",
        "unit_paths",
        "unit_files",
    )
}
"""The tasks in their order, by the list that they need: without it they are left out."""


def playbook(*units: Effective) -> str:
    """A playbook for units."""
    lists = {name: rows for name, rows in _lists(*units).items() if rows}
    named = " and ".join(unit.file_name for unit in units)
    name = units[0].file.name if len({unit.file.name for unit in units}) == 1 else "server"
    head = [
        f"Prepares a machine for {named}, installs and starts it. A second run changes nothing.",
        f"Run it with the names of the machines, a comma behind the last: ansible-playbook -i HOST, {name}.yml",
        *_limits(*units),
    ]
    play = [
        "---",
        f"- name: Prepare, install and start {_harmless(named)}",
        "  hosts: all",
        "  become: true",
        "  gather_facts: false",
        "  vars:",
        *_indented(dumped(lists)),
        "  tasks:",
    ]
    tasks = "\n".join(tasks for needed, tasks in NEEDED_BY.items() if needed in lists)
    return "".join(f"{row}\n" for row in [*(sentence(text) for text in head), *play]) + tasks


def _indented(text: str) -> Iterator[str]:
    """The lines of YAML, deeper; the empty ones of a text stay empty."""
    return (f"    {row}" if row else "" for row in text.removesuffix("\n").split("\n"))


def _limits(*units: Effective) -> Iterator[str]:
    """What the tasks do not do, though the preparation script does."""
    if requirements(*units).created:
        yield "A directory that the service has already is not searched again: what root put there later, the preparation script hands over."
    for unit in units:
        for label in labels(unit):
            yield f"SELinux: ansible.builtin has no module for labels; {label.path} needs the type {label.kind.type}, which the preparation script sets."


def _harmless(text: str) -> str:
    """A text for the name of a play, without what Ansible takes for a template or YAML for something else."""
    return " ".join("".join(sign if sign.isalnum() or sign in ".@_-/" else " " for sign in text).split())


class Text(str):
    """A text of a person: quoted, and taken as it is by Ansible, which would look for a template behind a brace."""


class _Dumper(yaml.SafeDumper):
    """Writes lists the way that ansible-lint likes them, and every text of a person quoted."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented below their name."""
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """A text that comes twice is written twice."""
        return True


def _represent(dumper: yaml.SafeDumper, text: Text) -> yaml.ScalarNode:
    tag = "!unsafe" if "{" in text else "tag:yaml.org,2002:str"
    is_block = "\n" in text and all(line.isprintable() for line in text.split("\n"))  # YAML ends lines at U+0085 too
    return dumper.represent_scalar(tag, str(text), style="|" if is_block else '"')


_Dumper.add_representer(Text, _represent)


def dumped(lists: Mapping[str, Any]) -> str:
    """Lists as YAML."""
    return yaml.dump(lists, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)


def _row(**fields: str | bool) -> dict[str, Any]:
    """A row of a list without what is empty."""
    return {key: Text(value) if isinstance(value, str) else value for key, value in fields.items() if value != ""}


def _lists(*units: Effective) -> dict[str, list[Any]]:
    required = requirements(*units)
    things = recorded(*units)
    return {
        "unit_noted": [Text(word) for word in note_command(things, NOTE)] if things else [],
        "unit_users": [_user(user, required) for user in required.users],
        "unit_accounts": [_row(database=account.database, name=account.name) for account in required.accounts],
        "unit_ways": [Text(way) for way in _ways(required.created)],
        "unit_directories": [_own(directory) for directory in required.created if directory.is_handed_over],
        "unit_configuration": _each_once(row for unit in units for row in _configuration(unit)),
        "unit_paths": [_row(path=path.path, user=path.user) for path in required.paths],
        "unit_files": _each_once(row for unit in units for row in _files(unit)),
        "unit_starts": [row for unit in units for row in _starts(unit)],
    }


def _each_once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, of those with one path the first."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["path"], row)
    return list(first.values())


def _user(user: RequiredUser, required: Requirements) -> dict[str, Any]:
    gid = next((group.gid for group in required.groups if group.name == user.group), "")
    return _row(name=user.name, uid=user.uid, group=user.group, gid=gid, home=user.home, shell=user.shell)


def _own(directory: RequiredDirectory) -> dict[str, Any]:
    """chown takes the primary group of a user whose group is not named."""
    path, user, group, mode = directory[:4]
    return _row(path=path, user=user, owner=f"{user}:{group}", group=group, mode=regex_escaped(mode))


def _configuration(unit: Effective) -> Iterator[dict[str, Any]]:
    for path, _, group, mode, kind, _ in requirements(unit).directories:
        if kind == "configuration":
            yield _row(path=path, group=group, primary_group_of="" if group else unit.user, mode=regex_escaped(mode))


def _files(unit: Effective) -> Iterator[dict[str, Any]]:
    for name, text in files(unit.file).items():
        yield _row(path=f"{UNIT_DIRECTORY}/{name}", text=text)


def _starts(unit: Effective) -> Iterator[dict[str, Any]]:
    """What is enabled and started; a socket is not taken over while its service runs."""
    suffixes, at_once = unit.file.suffixes, started(unit.file)
    if {"socket", "service"} <= set(suffixes):
        yield _row(name=unit.file_name, when_changed="stopped")
    enabled = [suffix for suffix in suffixes if enabled_by(unit.file, suffix)]
    for suffix in (*(one for one in enabled if one not in at_once), *at_once):
        yield _row(
            name=f"{unit.name}.{suffix}",
            enabled=suffix in enabled or "",
            when_changed="restarted" if suffix in at_once else "",
            otherwise="started" if suffix in at_once and stays(unit, suffix) else "",
        )


def _ways(directories: Iterable[RequiredDirectory]) -> list[str]:
    """The directories above these, each once, those above first."""
    return list(dict.fromkeys(part for directory in directories for part in ancestors(directory.path)))

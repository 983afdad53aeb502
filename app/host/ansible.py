"""The preparation and the installation as an Ansible playbook: a list of what there shall be, and tasks that are always the same.

Everything that a person chose stands in the list, quoted, and marked !unsafe where a brace in it could be taken for a template. Sources: the documentation of ansible.builtin, the code of its modules file, user and getent, and runs.
"""

from collections.abc import Iterable, Iterator, Mapping
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

USERS = """\
    - name: Look for the primary groups of the users
      ansible.builtin.getent:
        database: group
        key: "{{ item.group }}"
        fail_key: false
      loop: "{{ unit_users }}"
      register: unit_groups_before

    - name: Look for the users
      ansible.builtin.getent:
        database: passwd
        key: "{{ item.name }}"
        fail_key: false
      loop: "{{ unit_users }}"
      register: unit_users_before

    - name: Users and groups that are there already are as planned
      ansible.builtin.assert:
        that:
          - user is falsy or (group is truthy and user[2] == group[1])
          - user is falsy or user[1] == item.0.item.uid | default(user[1])
          - group is falsy or group[1] == item.0.item.gid | default(group[1])
        fail_msg: The user or its group exists with another primary group or number than planned.
        quiet: true
      vars:
        user: "{{ item.0.ansible_facts.getent_passwd[item.0.item.name] }}"
        group: "{{ item.1.ansible_facts.getent_group[item.0.item.group] }}"
      loop: "{{ unit_users_before.results | zip(unit_groups_before.results) | list }}"

    - name: Make the groups that are missing
      ansible.builtin.group:
        name: "{{ item.item.group }}"
        gid: "{{ item.item.gid | default(omit) }}"
        system: true
      loop: "{{ unit_groups_before.results }}"
      when: item.ansible_facts.getent_group[item.item.group] is none

    - name: Make the users that are missing, without home and password
      ansible.builtin.user:
        name: "{{ item.item.name }}"
        uid: "{{ item.item.uid | default(omit) }}"
        group: "{{ item.item.group }}"
        home: "{{ item.item.home }}"
        shell: "{{ item.item.shell }}"
        create_home: false
        system: true
      loop: "{{ unit_users_before.results }}"
      when: item.ansible_facts.getent_passwd[item.item.name] is none
"""

NOTED = """\
    - name: Record what the machine has already, so that undo.sh removes only what this playbook adds
      ansible.builtin.command:
        argv: "{{ unit_noted }}"
      changed_when: false
"""

ACCOUNTS = """\
    - name: Accounts that must be there are there
      ansible.builtin.getent:
        database: "{{ item.database }}"
        key: "{{ item.name }}"
      loop: "{{ unit_accounts }}"
"""

WAY = """\
    - name: Look at the way to the directories
      ansible.builtin.stat:
        path: "{{ item }}"
        follow: false
      loop: "{{ unit_ways }}"
      register: unit_ways_before

    - name: Root alone can change the way to the directories
      ansible.builtin.assert:
        that: not item.stat.exists or (item.stat.isdir and item.stat.uid == 0 and not item.stat.wgrp and not item.stat.woth)
        fail_msg: Others than root can change the way to the directories, or it leads through a link.
        quiet: true
      loop: "{{ unit_ways_before.results }}"

    - name: Make the directories on the way that are missing
      ansible.builtin.file:
        path: "{{ item.item }}"
        state: directory
        owner: root
        group: root
        mode: "0755"
      loop: "{{ unit_ways_before.results }}"
      when: not item.stat.exists
"""

OWN = """\
    - name: Look at the directories of the service
      ansible.builtin.stat:
        path: "{{ item.path }}"
        follow: false
      loop: "{{ unit_directories }}"
      register: unit_directories_before

    - name: Directories of the service that are there are nobody else's
      ansible.builtin.assert:
        that: not item.stat.exists or (item.stat.isdir and (item.stat.uid == 0 or item.item.user in [item.stat.pw_name | default(''), item.stat.uid | string]))
        fail_msg: A directory of the service is a link, or belongs to somebody else.
        quiet: true
      loop: "{{ unit_directories_before.results }}"

    - name: Make the directories of the service that are missing
      ansible.builtin.file:
        path: "{{ item.item.path }}"
        state: directory
        mode: "0700"
      loop: "{{ unit_directories_before.results }}"
      when: not item.stat.exists

    - name: Hand over the directories of the service with all that is in them, links as links
      ansible.builtin.command:
        argv: [chown, -RhP, --, "{{ item.item.owner }}", "{{ item.item.path }}"]
      loop: "{{ unit_directories_before.results }}"
      when: item.item.user not in [item.stat.pw_name | default(''), item.stat.uid | default('') | string]
      changed_when: true

    - name: Directories of the service have their group and mode
      ansible.builtin.file:
        path: "{{ item.path }}"
        state: directory
        group: "{{ item.group | default(omit) }}"
        mode: "{{ item.mode }}"
        follow: false
      loop: "{{ unit_directories }}"
      when: not ansible_check_mode
"""

CONFIGURATION = """\
    - name: Look for the primary groups that only the machine knows
      ansible.builtin.getent:
        database: passwd
        key: "{{ item.primary_group_of }}"
      loop: "{{ unit_configuration }}"
      when: item.primary_group_of is defined
      register: unit_primary

    - name: Look at the directories of its configuration
      ansible.builtin.stat:
        path: "{{ item.path }}"
        follow: false
      loop: "{{ unit_configuration }}"
      register: unit_configuration_before

    - name: Directories of its configuration that are there already are as planned
      ansible.builtin.assert:
        that:
          - item.0.stat.isdir
          - item.0.stat.uid == 0
          - item.0.stat.mode | int(base=8) == item.0.item.mode | int(base=8)
          - group in [item.0.stat.gr_name | default(''), item.0.stat.gid | string]
        fail_msg: A directory of its configuration is there, and its owner, group or mode is another than planned.
        quiet: true
      vars:
        group: "{{ item.0.item.group if item.0.item.group is defined else (item.1.ansible_facts.getent_passwd.values() | first)[2] }}"
      loop: "{{ unit_configuration_before.results | zip(unit_primary.results) | list }}"
      when: item.0.stat.exists

    - name: Make the directories of its configuration that are missing
      ansible.builtin.file:
        path: "{{ item.0.item.path }}"
        state: directory
        owner: root
        group: "{{ item.0.item.group if item.0.item.group is defined else (item.1.ansible_facts.getent_passwd.values() | first)[2] }}"
        mode: "{{ item.0.item.mode }}"
      loop: "{{ unit_configuration_before.results | zip(unit_primary.results) | list }}"
      when: not item.0.stat.exists
"""

PATHS = """\
    - name: Look at the paths that must be there
      ansible.builtin.stat:
        path: "{{ item.path }}"
        follow: true
      loop: "{{ unit_paths }}"
      register: unit_paths_found

    - name: Paths that must be there are there
      ansible.builtin.assert:
        that: item.stat.exists
        fail_msg: A path in ReadWritePaths= does not exist.
        quiet: true
      loop: "{{ unit_paths_found.results }}"

    - name: Say which of these paths belong to somebody else
      ansible.builtin.debug:
        msg: "{{ item.item.path }} does not belong to {{ item.item.user }}: the service can write there only where its mode lets it."
      loop: "{{ unit_paths_found.results }}"
      when: item.item.user | default(item.stat.pw_name | default('')) not in [item.stat.pw_name | default(''), item.stat.uid | string]
"""

FILES = """\
    - name: Put the unit files where systemd looks for them, and keep what was there
      ansible.builtin.copy:
        dest: "{{ item.path }}"
        content: "{{ item.text }}"
        owner: root
        group: root
        mode: "0644"
        backup: true
      loop: "{{ unit_files }}"
      register: unit_files_copied

    - name: Enable and start it, anew where a file has changed
      ansible.builtin.systemd:
        name: "{{ item.name }}"
        daemon_reload: "{{ unit_files_copied is changed }}"
        enabled: "{{ item.enabled | default(omit) }}"
        state: "{{ (item.when_changed if unit_files_copied is changed else item.otherwise) | default(omit) }}"
      loop: "{{ unit_starts }}"
"""

NEEDED_BY = {
    "unit_noted": NOTED,
    "unit_users": USERS,
    "unit_accounts": ACCOUNTS,
    "unit_ways": WAY,
    "unit_directories": OWN,
    "unit_configuration": CONFIGURATION,
    "unit_paths": PATHS,
    "unit_files": FILES,
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

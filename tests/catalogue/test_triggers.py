"""The rows of the files beside the service's: their own, and those that they share with it."""

import re

import pytest

from app import catalogue
from app.catalogue import FILES, GROUPS, SECTIONS_OF, TRIGGER_ROWS, Directive
from app.catalogue.triggers import OF_COMMANDS
from app.values import Choice, ExecCommand
from tests.support.configurations import LEAST, Parameters, example_value, read, with_values

OWN = [row for row in TRIGGER_ROWS if not row.like]
SHARED = [row for row in TRIGGER_ROWS if row.like]
OWN_ROWS = pytest.mark.parametrize("row", OWN, ids=lambda row: row.name)


def test_every_name_contains_its_file_and_its_section() -> None:
    for row in TRIGGER_ROWS:
        assert row.name == f"{row.file}.{row.section}.{row.word}"
        assert row.file in FILES
        assert row.section in SECTIONS_OF[row.file]
        assert row.group == row.file
        assert catalogue.find(row.name) is row
        assert catalogue.row_of(row.file, row.section, row.word) is row
        assert catalogue.is_known(row.name)


def test_the_files_come_one_after_another_and_each_by_its_sections() -> None:
    positions = [catalogue.position(row.name) for row in catalogue.ROWS if not row.together]
    assert len(set(positions)) == len(positions)
    in_file = sorted(catalogue.ROWS, key=lambda row: catalogue.position(row.name))
    places = list(dict.fromkeys((row.file, row.section) for row in in_file))
    assert places == [(file, section) for file in FILES for section in SECTIONS_OF[file]]
    assert [name for file in FILES for name in catalogue.names(file)] == [row.name for row in catalogue.ROWS]


def test_a_section_without_such_a_directive_has_no_row() -> None:
    assert catalogue.row_of("timer", "Timer", "ListenStream") is None
    assert catalogue.row_of("timer", "Service", "User") is None
    assert catalogue.row_of("service", "Timer", "OnCalendar") is None
    assert catalogue.row_of("service", "Service", "FailureAction") is catalogue.find("Service.FailureAction")


@pytest.mark.parametrize("section", ["Unit", "Install"])
def test_unit_and_install_are_those_of_a_service(section: str) -> None:
    words = [row.word for row in catalogue.DIRECTIVES if row.section == section]
    for file in FILES:
        assert [row.word for row in catalogue.ROWS if row.section == section and row.file == file] == words


def test_shared_rows_differ_only_in_their_place() -> None:
    for row in SHARED:
        of = catalogue.find(row.like)
        assert row.word == of.word
        assert (row.since, row.removed, row.man, row.repeats, row.resets, row.documented) == (
            (of.since, of.removed, of.man, of.repeats, of.resets, of.documented)
        )
        assert type(row.kind) is type(of.kind)
        has_it = bool(of.successor) and catalogue.row_of(row.file, row.section, catalogue.find(of.successor).word)
        assert bool(row.successor) == bool(has_it)
        if row.successor:
            assert catalogue.find(row.successor).file == row.file
            assert catalogue.find(row.successor).like == of.successor


def test_a_socket_shares_what_a_service_reads_of_commands() -> None:
    words = {row.word for row in TRIGGER_ROWS if row.section == "Socket" and row.like}
    of_commands = {row.word for row in catalogue.DIRECTIVES if row.section == "Service" and row.man in OF_COMMANDS}
    of_services = {"Delegate", "DelegateSubgroup", "OOMRules", "PrivatePIDs"}
    assert words == {word for word in of_commands - of_services if not word.startswith("ManagedOOM")}
    assert {"User", "NoNewPrivileges", "KillMode", "MemoryMax", "Slice"} <= words
    assert not words & {"ExecStart", "Type", "Restart"}


@OWN_ROWS
def test_an_own_row_has_a_sentence_and_a_manual_page(row: Directive) -> None:
    assert re.fullmatch(r"[A-Z/].*[.]", row.help)
    assert row.man in OF_COMMANDS | {f"systemd.{row.file}(5)"}
    assert row.group in {group.key for group in GROUPS}


@pytest.mark.parametrize("row", TRIGGER_ROWS, ids=lambda row: row.name)
def test_a_row_accepts_its_own_examples_unchanged(row: Directive) -> None:
    assert row.example or isinstance(row.kind, Choice | ExecCommand)
    assert row.kind.normalise(example_value(row)) == example_value(row)
    for word in row.kind.suggestions:
        assert row.kind.normalise(word) == word


BESIDE: dict[str, Parameters] = {
    "socket.Socket.Accept": [("name", "myapp@"), ("socket.Socket.ListenStream", "/run/myapp.sock")],
    "socket.Socket.Symlinks": [("socket.Socket.ListenStream", "/run/myapp.sock")],
}
"""What a row needs beside it to be taken."""


@OWN_ROWS
def test_the_form_accepts_a_triggering_units_own_directives(row: Directive) -> None:
    entry = read([*with_values(LEAST, **dict(BESIDE.get(row.name, []))), (row.name, example_value(row))])
    assert row.name not in entry.errors

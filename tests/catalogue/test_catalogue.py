"""The rows of the catalogue fit together, and each says what it takes."""

import re
from collections import Counter

import pytest

from app import catalogue
from app.catalogue import DIRECTIVES, GROUPS, MANAGED_ROOTS, SECTIONS, Directive
from app.catalogue.versions import NEWEST
from app.values import Boolean, Choice, ExecCommand, Mode
from tests.support.configurations import example_value

ROWS = pytest.mark.parametrize("directive", DIRECTIVES, ids=lambda directive: directive.name)


def test_names_are_unique() -> None:
    assert [name for name, count in Counter(catalogue.names()).items() if count > 1] == []


@ROWS
def test_a_row_is_found_by_its_name_and_no_other(directive: Directive) -> None:
    assert catalogue.find(directive.name) is directive
    with pytest.raises(KeyError):
        catalogue.find(directive.name.lower())


@ROWS
def test_a_row_has_a_section_and_a_group(directive: Directive) -> None:
    assert directive.section in SECTIONS
    assert directive.group in {group.key for group in GROUPS}
    assert 1 <= directive.since <= NEWEST


def test_rows_of_a_group_are_adjacent_and_in_the_order_of_the_form() -> None:
    groups = list(dict.fromkeys(directive.group for directive in DIRECTIVES))
    assert groups == [group.key for group in GROUPS if group.key in groups]
    assert [directive.group for directive in DIRECTIVES] == sorted((d.group for d in DIRECTIVES), key=groups.index)


def test_the_order_of_the_file_is_that_of_the_sections_then_of_the_catalogue() -> None:
    alone = [directive for directive in DIRECTIVES if not directive.together]
    in_file = sorted(alone, key=lambda directive: catalogue.position(directive.name))
    assert in_file == [directive for section in SECTIONS for directive in alone if directive.section == section]


@pytest.mark.parametrize("key", sorted({row.together for row in DIRECTIVES if row.together}))
def test_directives_that_read_one_another_share_a_place(key: str) -> None:
    rows = [row for row in DIRECTIVES if row.together == key]
    assert len(rows) > 1
    assert len({catalogue.position(row.name) for row in rows}) == 1
    assert len({row.section for row in rows}) == 1
    others = {catalogue.position(row.name) for row in DIRECTIVES if row.together != key}
    assert catalogue.position(rows[0].name) not in others


@ROWS
def test_a_row_has_a_sentence_and_a_manual_page(directive: Directive) -> None:
    assert re.fullmatch(r"[A-Z/].*[.]", directive.help)
    assert re.fullmatch(r"systemd\.[a-z-]+\(5\)", directive.man)
    assert re.fullmatch(r"systemd\.[a-z-]+\.html#.+=.*", directive.manual_page)


@ROWS
def test_a_row_accepts_its_own_examples_unchanged(directive: Directive) -> None:
    assert directive.kind.normalise(example_value(directive)) == example_value(directive)
    for word in directive.kind.suggestions:
        assert directive.kind.normalise(word) == word


@ROWS
def test_a_field_without_words_to_choose_from_has_an_example(directive: Directive) -> None:
    assert directive.example or isinstance(directive.kind, Choice | ExecCommand)


@ROWS
def test_no_word_is_older_than_its_directive(directive: Directive) -> None:
    """A boolean's words are as old as the directive; what came later has a version later than that."""
    if isinstance(directive.kind, Boolean):
        later = {word: since for word, since in directive.kind.words.items() if word not in {"yes", "no"}}
        assert all(since >= directive.since for since in later.values())
    assert all(since <= NEWEST for since in directive.kind.suggestions.values())


@ROWS
def test_only_lists_can_be_emptied(directive: Directive) -> None:
    assert directive.may_reset == (directive.repeats and directive.resets)
    if directive.none:
        assert directive.may_reset
    if isinstance(directive.kind, Choice):
        assert not directive.repeats


@pytest.mark.parametrize("root", MANAGED_ROOTS, ids=lambda root: root.directive)
def test_every_managed_directory_has_its_mode(root: catalogue.ManagedRoot) -> None:
    names, mode = catalogue.find(root.directive), catalogue.find(root.mode_directive)
    assert isinstance(mode.kind, Mode)
    assert names.since == mode.since == root.since
    assert names.repeats
    assert not mode.repeats
    assert names.kind.normalise("myapp") == "myapp"
    with pytest.raises(ValueError, match=re.escape(f"“{root.root}/myapp” is an absolute path")):
        names.kind.normalise(f"{root.root}/myapp")

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import catalogue
from app.catalogue.limits import MAX_LINK_BYTES
from app.unitfile import links
from app.unitfile.model import Assignment, UnitFile
from app.unitfile.render import files, render
from tests.support.configurations import (
    EXAMPLES,
    LEAST,
    Parameters,
    example_value,
    least_with,
    read,
    unit_of,
    with_values,
)

FROZEN = sorted((Path(__file__).parents[1] / "links").glob("*.txt"))


def pairs_in(link: str) -> Parameters:
    return parse_qsl(urlsplit(link).query, keep_blank_values=True, strict_parsing=True)


PRIVATE = [row for row in catalogue.DIRECTIVES if row.kind.private_text(example_value(row))]
"""The directives whose text is for the service alone: no link carries one."""


@pytest.mark.parametrize("directive", [row for row in catalogue.DIRECTIVES if row not in PRIVATE], ids=lambda d: d.name)
def test_every_directive_goes_into_a_link_and_comes_back(directive: catalogue.Directive) -> None:
    unit = unit_of(with_values(LEAST, **{directive.name: example_value(directive)}))
    link = links.link(unit)
    assert unit_of(pairs_in(link)) == unit_of(links.pairs(unit))
    assert links.link(unit_of(pairs_in(link))) == link
    assert render(unit_of(pairs_in(link))) == render(unit)


@pytest.mark.parametrize("directive", PRIVATE, ids=lambda d: d.name)
def test_no_link_contains_a_directive_with_private_content(directive: catalogue.Directive) -> None:
    parameters = with_values(LEAST, **{directive.name: example_value(directive)})
    assert list(read(parameters).errors) == [directive.name]
    assert not read(parameters, posted=True).errors


@pytest.mark.parametrize("row", [row for row in catalogue.TRIGGER_ROWS if not row.like], ids=lambda row: row.name)
def test_a_link_contains_the_files_of_triggering_units(row: catalogue.Directive) -> None:
    # One line alone may be less than systemd needs, which is no matter of the link.
    unit = read([(row.name, example_value(row)), *LEAST]).unit
    assert unit is not None
    link = links.link(unit)
    again = read(pairs_in(link)).unit
    assert again is not None
    assert pairs_in(link)[-1] == (row.name, example_value(row))
    assert links.link(again) == link
    assert files(again) == files(unit)


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_the_examples_come_back_from_their_links(parameters: Parameters) -> None:
    link = links.link(unit_of(parameters))
    assert links.link(unit_of(pairs_in(link))) == link


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives_a_link(text: str) -> None:
    unit = UnitFile("x", assignments=(Assignment("Description", text),))
    assert ("Description", text) in pairs_in(links.link(unit))


def test_a_link_reads_like_the_unit_and_contains_only_set_directives() -> None:
    unit = least_with(Environment="PORT=80", own="/srv/my app", reset="ReadWritePaths")
    assert links.link(unit) == (
        "/?name=myapp&systemd=262&ExecStart=/usr/bin/true&Environment=PORT=80&User=myapp&UMask=0077"
        "&reset=ReadWritePaths&own=/srv/my+app"
    )


def test_a_link_records_that_an_account_exists() -> None:
    assert ("account", "existing") in links.pairs(least_with(account="existing"))


def test_a_link_contains_account_numbers() -> None:
    unit = least_with(uid="850", gid="851")
    assert {("uid", "850"), ("gid", "851")} <= set(links.pairs(unit))
    assert unit_of(pairs_in(links.link(unit))) == unit
    assert render(unit) == render(least_with())


def test_a_link_is_too_long_beyond_its_limit() -> None:
    room = MAX_LINK_BYTES - len(links.link(least_with(Description="a")))
    assert not links.is_too_long(least_with(Description="a" * (room + 1)))
    assert links.is_too_long(least_with(Description="a" * (room + 2)))


def test_a_long_name_leaves_less_room() -> None:
    name = "n" * 240
    room = MAX_LINK_BYTES - len(links.link(least_with(name=name, Description="a")))
    assert links.is_too_long(least_with(name=name, Description="a" * (room + 1)))


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_an_old_link_always_gives_the_same_unit(path: Path) -> None:
    link, _, text = path.read_text().partition("\n\n")
    assert render(unit_of(pairs_in(link))) == text


def test_old_links_are_recorded() -> None:
    assert len(FROZEN) >= len(EXAMPLES)

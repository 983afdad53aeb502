import pytest

from app.unitfile.model import Assignment, OwnDirectory, UnitFile, quote_path

SPELT = {
    "/srv/myapp": OwnDirectory("/srv/myapp", "", True),
    "/srv/myapp:0700": OwnDirectory("/srv/myapp", "0700", True),
    "/srv/myapp::ro": OwnDirectory("/srv/myapp", "", False),
    "/srv/myapp:2770:ro": OwnDirectory("/srv/myapp", "2770", False),
}


@pytest.mark.parametrize(("text", "own"), SPELT.items())
def test_an_own_directory_is_read_and_spelt_the_same(text: str, own: OwnDirectory) -> None:
    assert OwnDirectory.parse(text) == own
    assert str(own) == text


@pytest.mark.parametrize(
    "text",
    ["", "srv/x", "/srv", "/srv/", "/srv/x/", "/srv//x", "/srv/./x", "/srv/../etc", "/srv/*", "/srv/x?", "/srv/%H", "/srv/%%", "/srv/%", "/srv/x:0999",
     "/srv/x:0700:rw", "/srv/x:0700:ro:", "/srv/é", "/srv/x\n", "/srv/$HOME", "/srv/`x`", "/srv/x;y", "/srv/ x", "/srv/x \\", '/srv/"x"'],
)  # fmt: skip
def test_another_own_directory_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        OwnDirectory.parse(text)


def test_an_own_directory_without_mode_gets_0750() -> None:
    assert OwnDirectory("/srv/x").effective_mode == "0750"


def unit(*assignments: tuple[str, str], own: tuple[OwnDirectory, ...] = ()) -> UnitFile:
    return UnitFile("myapp", assignments=tuple(Assignment(*a) for a in assignments), own=own)


def test_values_keep_their_given_order() -> None:
    assert unit(("After", "b.service"), ("User", "x"), ("After", "a.service")).values("After") == (
        "b.service",
        "a.service",
    )


def test_with_values_replaces_all_of_a_directive_and_nothing_else() -> None:
    changed = unit(("After", "b.service"), ("User", "x"), ("After", "a.service")).with_values("After", "c.service")
    assert changed.assignments == (Assignment("User", "x"), Assignment("After", "c.service"))
    assert changed.with_values("User").assignments == (Assignment("After", "c.service"),)


def test_an_own_directory_that_the_service_can_write_stays_writable() -> None:
    writable, read, spaced = OwnDirectory("/srv/a"), OwnDirectory("/srv/b", writable=False), OwnDirectory("/srv/c d")
    assert unit(own=(writable, read, spaced)).derived_values("ReadWritePaths") == ["/srv/a", '"/srv/c d"']


@pytest.mark.parametrize("written", ["/srv/a", "-/srv/a", "-+/srv/a", '"/srv/a"', "/srv//a/", "/srv/x /srv/a"])
def test_an_own_directory_is_not_named_twice(written: str) -> None:
    assert unit(("ReadWritePaths", written), own=(OwnDirectory("/srv/a"),)).derived_values("ReadWritePaths") == []


def test_a_path_is_quoted_as_a_word_of_a_list() -> None:
    assert quote_path("/srv/a b") == '"/srv/a b"'
    assert quote_path("/srv/100%") == "/srv/100%%"

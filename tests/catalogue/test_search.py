import pytest

from app import catalogue
from app.catalogue import search
from tests.support import pace
from tests.support.configurations import LEAST, read

UNKNOWN = {
    "ProtectSytem": "“ProtectSytem” is not a directive known here. Did you mean “ProtectSystem”?",
    "Zzz": "“Zzz” is not a directive known here.",
    "Service.User": "User= stands in the section [Service]: write User alone.",
    "Unit.User": "User= belongs in the section [Service]: write User alone.",
    "Service.After": "After= belongs in the section [Unit]: write After alone.",
    "OnCalendar": "OnCalendar= belongs in the section [Timer] of a .timer unit: write timer.Timer.OnCalendar.",
    "Socket.ListenStream": "ListenStream= belongs in the section [Socket] of a .socket unit: write socket.Socket.ListenStream.",
    "timer.OnCalendar": "OnCalendar= belongs in the section [Timer] of a .timer unit: write timer.Timer.OnCalendar.",
    "timer.Timer.OnCalendr": "“timer.Timer.OnCalendr” is not a directive known here. Did you mean “timer.Timer.OnCalendar”?",
    "socket.Service.User": "User= belongs in the section [Socket] of a .socket unit: write socket.Socket.User.",
    "path.Path.Zzzzzz": "“path.Path.Zzzzzz” is not a directive known here.",
    "Where": "Where= belongs in the section [Mount] of a .mount unit; a service cannot have it.",
}


@pytest.mark.parametrize(("key", "sentence"), UNKNOWN.items(), ids=UNKNOWN)
def test_an_unknown_directive_gets_a_suggestion(key: str, sentence: str) -> None:
    assert read([*LEAST, (key, "1")]).errors == {key: [sentence]}


@pytest.mark.parametrize("directive", search.SEARCHABLE, ids=lambda directive: directive.name)
def test_a_directive_is_found_first_by_its_name(directive: catalogue.Directive) -> None:
    for text in (directive.name, directive.name.lower(), f" {directive.name}= "):
        assert search.search(text)[0] is directive
        assert search.exact_match(text) is directive
    assert search.exact_match(directive.word) in search.search(directive.word)


def test_a_directive_is_found_if_its_help_contains_all_words() -> None:
    assert catalogue.find("UMask") in search.search("access bits")
    assert search.search("access zebra") == []
    assert search.search("") == search.search(" = ") == []


def test_names_that_begin_with_the_text_precede_names_that_contain_it() -> None:
    names = [row.name.casefold() for row in search.search("user")]
    begin, hold = (
        sum(test) for test in ((name.startswith("user") for name in names), ("user" in name for name in names))
    )
    assert names[0] == "user"
    assert all(name.startswith("user") for name in names[:begin])
    assert all("user" in name for name in names[:hold])
    assert 1 < begin < hold < len(names)
    assert search.exact_match("dynamic") is None


def test_a_long_text_is_looked_up_quickly() -> None:
    for text in ("a" * 100_000, "Protect " * 12_000, "P" * 100_000):
        assert pace.within(0.1, search.search, text)
        assert pace.within(0.1, search.describe_unknown, text)

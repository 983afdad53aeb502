"""The door: what it tidies, what it refuses, and beside which field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app import catalogue
from app.values import Boolean
from app.web.form import entry as forms
from tests.support import pace
from tests.support.configurations import EXAMPLES, LEAST, Parameters, example_value, least_with, read, with_values


@pytest.mark.parametrize("directive", catalogue.DIRECTIVES, ids=lambda d: d.name)
def test_every_directive_is_a_parameter_by_its_own_name(directive: catalogue.Directive) -> None:
    value = example_value(directive)
    entry = read(with_values(LEAST, **{directive.name: value}), posted=True)
    assert entry.errors == {}
    assert entry.unit is not None
    assert entry.unit.values(directive.name) == (value,)


@pytest.mark.parametrize("directive", [d for d in catalogue.DIRECTIVES if not d.repeats], ids=lambda d: d.name)
def test_a_scalar_given_twice_is_an_error(directive: catalogue.Directive) -> None:
    value = example_value(directive)
    errors = read(with_values(LEAST, **{directive.name: [value, value]})).errors
    assert errors[directive.name] == [
        f"This is given more than once, “{value}” and “{value}”, and only one value counts. Give it once."
    ]


@pytest.mark.parametrize(
    "directive", [d for d in catalogue.DIRECTIVES if d.repeats and d.name != "ExecStart"], ids=lambda d: d.name
)
def test_a_list_preserves_every_line(directive: catalogue.Directive) -> None:
    value = example_value(directive)
    entry = read(with_values(LEAST, **{directive.name: [value, value]}), posted=True)
    assert entry.unit is not None
    assert entry.unit.values(directive.name) == (value, value)


@pytest.mark.parametrize(
    "directive", [d for d in catalogue.DIRECTIVES if isinstance(d.kind, Boolean)], ids=lambda d: d.name
)
@pytest.mark.parametrize(
    ("spelling", "tidied"), [("on", "yes"), ("TRUE", "yes"), ("1", "yes"), ("off", "no"), ("f", "no"), (" no ", "no")]
)
def test_booleans_are_spelt_yes_and_no(directive: catalogue.Directive, spelling: str, tidied: str) -> None:
    identity = {"User": []} if tidied == "yes" and directive.name == "DynamicUser" else {}
    assert least_with(**identity, **{directive.name: spelling}).value(directive.name) == tidied


@pytest.mark.parametrize("directive", catalogue.DIRECTIVES, ids=lambda d: d.name)
@pytest.mark.parametrize(
    "hostile", ["x\nUser=root", "x\rUser=root", "x\0User=root", "x\u2028y", "x\u202ey", "x\\", "\ufffd"]
)
def test_no_directive_takes_a_line_end_an_invisible_character_or_a_swallowing_backslash(
    directive: catalogue.Directive, hostile: str
) -> None:
    entry = read(with_values(LEAST, **{directive.name: hostile}))
    assert directive.name in entry.errors
    assert entry.unit is None


def test_only_a_posted_text_is_split_into_lines() -> None:
    parameters = with_values(LEAST, Environment="A=1\r\nB=2\n\n C=3 ")
    posted = read(parameters, posted=True)
    assert posted.unit is not None
    assert posted.unit.values("Environment") == ("A=1", "B=2", "C=3")
    assert "Environment" in read(parameters).errors


def test_a_bare_carriage_return_is_no_line_end_of_a_posted_text() -> None:
    assert "Environment" in read(with_values(LEAST, Environment="A=1\rUser=root"), posted=True).errors


def test_an_empty_value_is_not_set() -> None:
    entry = read(with_values(LEAST, Group="", After=["", " "], ProtectSystem=""))
    assert entry.unit == least_with()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ProtectSytem", "“ProtectSytem” is not a directive known here. Did you mean “ProtectSystem”?"),
        ("user", None),
        ("Exec Start", "“Exec Start” is not a directive known here. Did you mean “ExecStart”?"),
        ("Zzz", "“Zzz” is not a directive known here."),
    ],
)
def test_an_unknown_directive_is_an_error(name: str, sentence: str | None) -> None:
    entry = read([*LEAST, (name, "yes")])
    assert entry.errors == ({name: [sentence]} if sentence else {})
    assert entry.ignored == ([] if sentence else [name])


NAMES = {
    "": "The unit needs a name. Write one without its suffix, for example myapp.",
    "a b": "“a b” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "a/b": "“a/b” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp.",
    "@one": "“@one” has nothing before its @. A template is called for example myapp@.",
    "x.timer": "“x.timer” is another kind of unit. Write the name of the service without a suffix, for example myapp.",
}


@pytest.mark.parametrize(("name", "sentence"), NAMES.items())
def test_an_invalid_name_is_refused(name: str, sentence: str) -> None:
    assert read(with_values(LEAST, name=name)).errors == {"name": [sentence]}


def test_the_suffix_of_a_name_is_tidied() -> None:
    assert least_with(name=" myapp.service ").name == "myapp"


CHOICES: list[tuple[Parameters, str | None]] = [
    ([("runs-as", "own"), ("User", "myapp")], None),
    ([("runs-as", "existing"), ("User", "deploy")], None),
    ([("runs-as", "dynamic")], None),
    ([("runs-as", "root")], None),
    ([("runs-as", "own")], "“A user of its own” is chosen: write its name in User=, for example myapp."),
    (
        [("runs-as", "own"), ("User", "root")],
        "“A user of its own” is chosen: write its name in User=, for example myapp.",
    ),
    (
        [("runs-as", "own"), ("User", "x"), ("DynamicUser", "yes")],
        "“A user of its own” is chosen, and DynamicUser=yes says otherwise. Choose a dynamic user, or leave DynamicUser= unset.",
    ),
    (
        [("runs-as", "own"), ("User", "x"), ("account", "existing")],
        "“A user of its own” is chosen, and account=existing says that it is there already. Choose one of the two.",
    ),
    (
        [("runs-as", "dynamic"), ("DynamicUser", "no")],
        "“A dynamic user” is chosen, and DynamicUser=no says otherwise. Set it to yes, or choose something else.",
    ),
    (
        [("runs-as", "root"), ("User", "x")],
        "“root” is chosen, and User=x says otherwise. Empty User=, or choose another way to run.",
    ),
    ([("runs-as", "Root")], "“Root” is not a way to run. Did you mean “root”? Choose one of the list."),
]


@pytest.mark.parametrize(("choice", "sentence"), CHOICES, ids=str)
def test_a_choice_that_the_values_contradict_is_an_error_beside_it(choice: Parameters, sentence: str | None) -> None:
    entry = read([*with_values(LEAST, User=[]), *choice], posted=True)
    assert entry.errors.get("runs-as") == ([sentence] if sentence else None)


def test_the_choice_of_account_sets_the_matching_directives() -> None:
    existing = read([*LEAST, ("runs-as", "existing")], posted=True).unit
    assert existing is not None
    assert existing.existing
    dynamic = read([*with_values(LEAST, User=[]), ("runs-as", "dynamic")], posted=True).unit
    assert dynamic is not None
    assert dynamic.value("DynamicUser") == "yes"


def test_an_account_that_exists_needs_its_name() -> None:
    assert list(read(with_values(LEAST, User=[], account="existing")).errors) == ["account"]


def test_rows_of_own_directories_become_own_parameters() -> None:
    rows = [
        ("own-path", "/srv/a"), ("own-mode", ""), ("own-access", ""),
        ("own-path", ""), ("own-mode", ""), ("own-access", "ro"),
        ("own-path", "/srv/b"), ("own-mode", "0755"), ("own-access", "ro"),
        ("own-path", "/srv/c"), ("own-mode", ""), ("own-access", "ro"),
    ]  # fmt: skip
    unit = read([*LEAST, *rows], posted=True).unit
    assert unit is not None
    assert [str(own) for own in unit.own] == ["/srv/a", "/srv/b:0755:ro", "/srv/c::ro"]


def test_a_mode_without_a_path_is_an_error() -> None:
    entry = read([*LEAST, ("own-path", ""), ("own-mode", "0700"), ("own-access", "")], posted=True)
    assert entry.errors == {
        "own": ["A mode (0700) is given without a path. Write the path, for example /srv/myapp, or empty the mode."]
    }


@pytest.mark.parametrize("name", ["User", "After", "Nonsense", "user"])
def test_only_a_list_can_be_emptied(name: str) -> None:
    assert list(read([*LEAST, ("reset", name)]).errors) == ["reset"]


SECRET = with_values(LEAST, Environment="DB_PASSWORD=hunter2")


def test_a_link_with_a_secret_is_refused_and_a_post_is_not() -> None:
    assert list(read(SECRET).errors) == ["Environment"]
    posted = read(SECRET, posted=True)
    assert posted.is_valid
    assert "P46" in [f.id for f in posted.findings]


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_the_examples_are_accepted(parameters: Parameters) -> None:
    assert read(parameters).is_valid


@pytest.mark.parametrize(
    ("parameters", "empty"),
    [([("name", "")], True), ([("name", ""), ("systemd", "252")], True), ([("systemd", "252")], True), ([("name", "x")], False), ([("User", "x")], False)],
    ids=str,
)  # fmt: skip
def test_a_request_with_only_a_target_gets_the_empty_form(parameters: Parameters, empty: bool) -> None:
    assert forms.is_empty_form(MultiDict(parameters)) is empty


def test_every_field_preserves_its_input() -> None:
    parameters = [
        ("name", "a b"),
        ("Type", "smple"),
        ("User", "a:b"),
        ("After", "x"),
        ("systemd", "999"),
        ("own", "relative"),
    ]
    form = read(parameters).form
    assert {key: form[key].data for key, _ in parameters} == {
        "name": "a b", "Type": "smple", "User": "a:b", "After": ["x"], "systemd": "999", "own": ["relative"],
    }  # fmt: skip


@pytest.mark.parametrize("directive", catalogue.DIRECTIVES, ids=lambda d: d.name)
def test_a_huge_value_is_validated_quickly(directive: catalogue.Directive) -> None:
    parameters = with_values(LEAST, **{directive.name: "1.5 a:/%" * 8000})
    assert pace.within(0.5, read, parameters, posted=True)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*catalogue.names(), "name", "systemd", "own", "reset", "account", "runs-as", "x"]),
            st.text(max_size=30),
        ),
        max_size=8,
    )
)
def test_whatever_comes_in_there_is_an_answer(parameters: Parameters) -> None:
    for posted in (True, False):
        entry = read(parameters, posted=posted)
        assert entry.is_valid == (not entry.errors)

import pytest

from app.effective import Effective, ManagedDirectory
from tests.configurations import least_with


def effective(**values: str | list[str]) -> Effective:
    return Effective(least_with(**values))


IDENTITIES: list[tuple[dict[str, str | list[str]], str]] = [
    ({"User": "myapp"}, "own"),
    ({"User": "myapp", "account": "existing"}, "existing"),
    ({"User": []}, "root"),
    ({"User": "root"}, "root"),
    ({"User": "0"}, "root"),
    ({"User": [], "Group": "myapp"}, "root"),
    ({"User": [], "DynamicUser": "yes"}, "dynamic"),
    ({"User": "myapp", "DynamicUser": "yes"}, "dynamic"),
    ({"User": "myapp", "DynamicUser": "no"}, "own"),
]


@pytest.mark.parametrize(("values", "identity"), IDENTITIES, ids=str)
def test_who_it_runs_as_is_read_off_the_unit(values: dict[str, str | list[str]], identity: str) -> None:
    assert effective(**values).identity == identity


SPECIFIERS = {
    "%p": "my-app", "%N": "my-app", "%n": "my-app.service", "%i": "", "%j": "app", "%S/x": "/var/lib/x", "%C": "/var/cache",
    "%L": "/var/log", "%t": "/run", "%E": "/etc", "100%%": "100%", "%p-%j": "my-app-app", "50%": "50%", "% p": "% p", "%%p": "%p",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expanded"), SPECIFIERS.items())
def test_specifiers_stand_for_what_systemd_makes_of_them(text: str, expanded: str) -> None:
    assert effective(name="my-app").resolve(text) == expanded


@pytest.mark.parametrize("text", ["%H", "%u", "%h", "%m", "a%v"])
def test_a_specifier_that_only_the_machine_knows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="only known on the machine"):
        effective().resolve(text)


def test_the_group_of_a_user_of_its_own_is_its_own_unless_set() -> None:
    assert effective(User="myapp").group == "myapp"
    assert effective(User="myapp", Group="web").group == "web"
    assert effective(User="myapp", account="existing").group == ""


def test_managed_directories_have_the_paths_and_modes_that_systemd_gives_them() -> None:
    managed = effective(
        name="app", StateDirectory=["%p a//b/:link", '"c d"'], StateDirectoryMode="0700", RuntimeDirectory="app::ro"
    ).managed
    assert [(d.path, d.mode) for d in managed] == [
        ("/var/lib/app", "0700"), ("/var/lib/a/b", "0700"), ("/var/lib/c d", "0700"), ("/run/app", "0755"),
    ]  # fmt: skip
    assert all(isinstance(d, ManagedDirectory) for d in managed)


def test_home_is_the_first_state_directory() -> None:
    assert effective(StateDirectory="a b").home == "/var/lib/a"
    assert effective(CacheDirectory="a").home == "/nonexistent"


def test_a_path_needs_preparation_unless_something_provides_it() -> None:
    unit = effective(
        own="/srv/own",
        StateDirectory="state",
        ReadWritePaths="/srv/own /srv/own/below /var/lib/state/x -/srv/optional /var/lib /srv/other +/srv/plus/ %S/named",
    )
    assert unit.unprepared_paths == ("/srv/other", "/srv/plus", "/var/lib/named")

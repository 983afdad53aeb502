import pytest

from tests.support.configurations import LEAST, read, with_values

REFUSED = {
    ("User", "%i"): "systemd reads this as User=. Write it out; %i is for template units.",
    ("User", "app-%H"): "What “%H” stands for is only known on the machine, and the preparation needs it. Write the value itself, or use %p, %i, %n, %N, %j, %S, %C, %L, %t or %E.",
    ("Group", "%u"): None,
    ("SupplementaryGroups", "a %m"): None,
    ("StateDirectory", "%H"): None,
    ("StateDirectory", "%S/x"): None,
    ("StateDirectory", "a %i"): None,
    ("ReadWritePaths", "/srv/%H"): None,
    ("ReadWritePaths", "%p"): None,
    ("WorkingDirectory", "%p"): None,
    ("After", "%i"): None,
}  # fmt: skip

ACCEPTED = [
    ("User", "%p"), ("User", "app-%j"), ("Group", "%N"), ("StateDirectory", "%p/data"), ("ReadWritePaths", "%S/other"),
    ("ReadWritePaths", "-/srv/%H"), ("WorkingDirectory", "/srv/%H"), ("ExecStart", "/usr/bin/true %i %H"), ("Description", "%i"),
    ("CPUQuota", "50%"), ("MemoryMax", "10%"), ("Environment", "A=100%%"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), REFUSED.items(), ids=str)
def test_an_unknown_or_invalid_name_is_an_error_at_its_field(given: tuple[str, str], sentence: str | None) -> None:
    errors = read(with_values(LEAST, **dict([given]))).errors
    assert list(errors) == [given[0]]
    assert sentence is None or errors[given[0]] == [sentence]


CRASHES = [
    ("w-", "262", "Description", "x %J"), ("w-", "252", "Environment", "A=%J"), ("w--", "257", "ExecStart", "/usr/bin/true %%%J"),
    ("y-@", "257", "Description", "%J"), ("y-@one", "254", "WorkingDirectory", "/srv/%J"), ("w-", "262", "timer.Unit.Description", "%J"),
]  # fmt: skip
HARMLESS = [
    ("w-", "262", "Description", "%%J"), ("w-", "262", "Description", "%j"), ("w-", "247", "Description", "%J"),
    ("a-b", "262", "Description", "%J"), ("y@", "262", "Description", "%J"), ("w-", "262", "StandardInputText", "100%%J"),
]  # fmt: skip


def named(name: str, version: str, field: str, value: str) -> dict[str, list[str]]:
    more = {"timer.Timer.OnCalendar": "daily"} if field.startswith("timer.") else {}
    more |= {"User": "x-%i" if name.endswith("@") else "x"} | ({"instance": "a"} if name.endswith("@") else {})
    return read(with_values(LEAST, name=name, systemd=version, **more, **{field: value}), posted=True).errors


@pytest.mark.parametrize("given", CRASHES, ids=str)
def test_a_specifier_that_crashes_systemd_is_refused(given: tuple[str, str, str, str]) -> None:
    assert "systemd crashes" in named(*given)[given[2]][0]


@pytest.mark.parametrize("given", HARMLESS, ids=str)
def test_the_same_specifier_is_accepted_elsewhere(given: tuple[str, str, str, str]) -> None:
    assert named(*given) == {}


@pytest.mark.parametrize("given", ACCEPTED, ids=str)
def test_a_name_that_follows_from_the_unit_is_accepted(given: tuple[str, str]) -> None:
    assert read(with_values(LEAST, **dict([given]))).errors == {}

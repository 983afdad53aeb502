import pytest

from tests.configurations import LEAST, read, with_values

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
def test_a_name_that_cannot_be_known_or_used_is_refused_beside_its_field(
    given: tuple[str, str], sentence: str | None
) -> None:
    errors = read(with_values(LEAST, **dict([given]))).errors
    assert list(errors) == [given[0]]
    assert sentence is None or errors[given[0]] == [sentence]


@pytest.mark.parametrize("given", ACCEPTED, ids=str)
def test_a_name_that_follows_from_the_unit_is_accepted(given: tuple[str, str]) -> None:
    assert read(with_values(LEAST, **dict([given]))).errors == {}

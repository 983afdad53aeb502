"""The accounts as lines of sysusers.d, for every version that has another way to say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.effective import Effective
from app.host.requirements import requirements
from app.host.sysusers import sysusers
from app.values.lexing import extract_words
from app.values.specifiers import expand
from tests.host.test_prep import CONFIGURATIONS, configurations
from tests.support.configurations import EXAMPLES, LEAST, Parameters, read, unit_of, with_values

HOME = "/nonexistent"


def lines(text: str) -> list[list[str]]:
    """The lines of a file that are no comments, in words, as systemd-sysusers takes them."""
    rows = (row for row in text.splitlines() if not row.startswith("#"))
    return [[expand(found, {"%": "%"}) for found in extract_words(row, " \t\n\r")] for row in rows]


def of(**values: str | list[str]) -> str:
    return sysusers(Effective(unit_of(with_values(LEAST, **values))))


NOLOGIN = ["-", HOME, "/usr/sbin/nologin"]
G = ["g", "myapp", "-"]
ROWS: list[tuple[dict[str, str], list[list[str]]]] = [
    ({"systemd": "262"}, [G, ["u!", "myapp", "-:myapp", *NOLOGIN]]),
    ({"systemd": "257"}, [G, ["u!", "myapp", "-:myapp", *NOLOGIN]]),
    ({"systemd": "256"}, [G, ["u", "myapp", "-:myapp", *NOLOGIN]]),
    ({"systemd": "262", "PAMName": "login"}, [G, ["u", "myapp", "-:myapp", *NOLOGIN]]),
    ({"systemd": "252", "uid": "850"}, [G, ["u", "myapp", "850:myapp", *NOLOGIN]]),
    ({"systemd": "252", "uid": "850", "gid": "851", "Group": "web"}, [["g", "web", "851"], ["u", "myapp", "850:web", *NOLOGIN]]),
    ({"systemd": "rhel-9"}, [G, ["u", "myapp", "-:myapp", "-", HOME, "/sbin/nologin"]]),
    ({"systemd": "252", "StateDirectory": "a%%b"}, [G, ["u", "myapp", "-:myapp", "-", "/var/lib/a%b", "/usr/sbin/nologin"]]),
    ({"systemd": "244"}, [G, ["u", "myapp", "-", *NOLOGIN]]),
    ({"systemd": "244", "uid": "850"}, [G, ["u", "myapp", "850", *NOLOGIN]]),
    ({"systemd": "244", "gid": "851"}, [["g", "myapp", "851"], ["u", "myapp", "-:851", *NOLOGIN]]),
    ({"systemd": "244", "gid": "851", "Group": "web"}, [["g", "web", "851"], ["u", "myapp", "-:851", *NOLOGIN]]),
    ({"systemd": "244", "Group": "web"}, [["g", "web", "-"]]),
    ({"systemd": "237", "uid": "850", "gid": "851"}, [["g", "myapp", "851"], ["u", "myapp", "850:851", "-", HOME]]),
    ({"systemd": "237", "gid": "851"}, [["g", "myapp", "851"]]),
    ({"systemd": "236", "uid": "850", "gid": "850"}, [["g", "myapp", "850"], ["u", "myapp", "850", "-", HOME]]),
    ({"systemd": "236", "uid": "850", "gid": "851"}, [["g", "myapp", "851"]]),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), ROWS, ids=[" ".join(values.values()) for values, _ in ROWS])
def test_each_version_gets_what_it_can_read(values: dict[str, str], expected: list[list[str]]) -> None:
    text = of(**values)
    assert lines(text) == expected
    assert ("The user myapp is left out: " in text) == (len(expected) == 1)


SAID: list[tuple[dict[str, str | list[str]], str]] = [
    ({}, "A user or group that is there already stays as it is; that it is as planned, only the preparation script checks."),
    ({"uid": "850"}, "A number that is taken already is not given: systemd-sysusers chooses another. The preparation script stops then."),
    ({"PAMName": "login"}, "myapp is not locked with u!, since PAM would refuse the service a session."),
    ({"systemd": "237"}, "Before systemd 238 a line cannot name a shell: the user gets /sbin/nologin."),
    ({"SupplementaryGroups": "adm"}, "The group adm must be there (SupplementaryGroups=), and this file never makes it."),
    ({"account": "existing", "Group": "web"}, "The group web must be there (Group=), and this file never makes it."),
    ({"account": "existing"}, "The user myapp is used as it is: it must be there, and this file never makes it."),
    ({"User": [], "DynamicUser": "yes"}, "No user is made: systemd makes it when the service starts, and would take one that was made beforehand instead."),
    ({"User": []}, "No user is made: the service runs as root."),
]  # fmt: skip


@pytest.mark.parametrize(("values", "sentence"), SAID, ids=[sentence[:40] for _, sentence in SAID])
def test_a_requirement_without_a_line_becomes_a_comment(values: dict[str, str | list[str]], sentence: str) -> None:
    assert f"# {sentence}" in of(**values).splitlines()


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_every_account_that_is_created_has_a_line(key: str) -> None:
    unit = Effective(unit_of(CONFIGURATIONS[key]))
    wants = requirements(unit)
    assert [row[:2] for row in lines(sysusers(unit))] == [
        *(["g", group.name] for group in wants.groups),
        *(["u!" if unit.version >= 257 else "u", user.name] for user in wants.users),
    ]


@given(parameters=configurations(), version=st.sampled_from(["219", "237", "247", "262"]))
def test_hostile_values_stay_in_their_field(parameters: Parameters, version: str) -> None:
    entry = read(with_values(parameters, systemd=version))
    if entry.unit and entry.is_valid:
        unit = Effective(entry.unit)
        wants = requirements(unit)
        found = {row[1]: row for row in lines(sysusers(unit)) if row[0] != "g"}
        assert set(found) <= {user.name for user in wants.users}
        assert all(found[user.name][4] == user.home for user in wants.users if user.name in found)


def test_several_services_have_one_file() -> None:
    units = [Effective(unit_of(with_values(EXAMPLES["starter"], name=name, User=name, Group="web"))) for name in "ab"]
    text = sysusers(*units)
    assert [row[:3] for row in lines(text)] == [["g", "web", "-"], ["u", "a", "-:web"], ["u", "b", "-:web"]]
    assert "/etc/sysusers.d/units.conf" in text

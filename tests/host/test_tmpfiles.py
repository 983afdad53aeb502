"""The directories as lines of tmpfiles.d."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.effective import Effective
from app.host.requirements import requirements
from app.host.tmpfiles import tmpfiles
from app.unitfile.model import OwnDirectory, UnitFile
from app.values.lexing import DECODED, extract_words
from app.values.specifiers import expand
from tests.host.test_prep import CONFIGURATIONS, configurations
from tests.host.test_shell import HOSTILE
from tests.support.configurations import LEAST, Parameters, read, unit_of, with_values


def lines(text: str) -> list[list[str]]:
    """The lines of a file that are no comments, in words, as systemd-tmpfiles takes them."""
    rows = (row for row in text.split("\n") if row and not row.startswith("#"))
    return [[expand(found, {"%": "%"}) for found in extract_words(row, " \t\n\r", backslash=DECODED)] for row in rows]


def of(**values: str | list[str]) -> str:
    return tmpfiles(Effective(unit_of(with_values(LEAST, **values))))


ROWS: list[tuple[dict[str, str], list[list[str]]]] = [
    ({"own": "/srv/a b:2770"}, [["d", "/srv/a b", "2770", "myapp", "myapp"], ["Z", "/srv/a b", "-", "myapp", "myapp"]]),
    ({"own": "/srv/x:0:ro", "Group": "web"}, [["d", "/srv/x", "0000", "myapp", "web"], ["Z", "/srv/x", "-", "myapp", "web"]]),
    ({"own": "/srv/x", "User": "root"}, [["d", "/srv/x", "0750", "root", "root"], ["Z", "/srv/x", "-", "root", "root"]]),
    ({"ConfigurationDirectory": '"a b%%"'}, [["d", "/etc/a b%", ":0750", ":root", ":myapp"]]),
    ({"ConfigurationDirectory": "x", "systemd": "252"}, [["d", "/etc/x", ":0750", ":root", ":myapp"]]),
    ({"ConfigurationDirectory": "x", "systemd": "251"}, [["d", "/etc/x", "0750", "root", "myapp"]]),
    ({"own": "/srv/x", "account": "existing"}, []),
    ({"own": "/srv/x", "account": "existing", "Group": "web"}, [["d", "/srv/x", "0750", "myapp", "web"], ["Z", "/srv/x", "-", "myapp", "web"]]),
    ({"StateDirectory": "x"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), ROWS)
def test_a_directory_gets_its_lines(values: dict[str, str], expected: list[list[str]]) -> None:
    assert lines(of(**values)) == expected


SAID: list[tuple[dict[str, str | list[str]], str]] = [
    ({}, "No directory is made."),
    ({"own": "/srv/x"}, "/srv/x is handed over with all that is in it; links in it are not followed."),
    ({"own": "/srv/x"}, "The users and groups must be there first. It is done again at every boot, and does not ask whose a directory was before: the preparation script does."),
    ({"own": "/srv/x", "account": "existing"}, "/srv/x is left out: it is for the primary group of myapp, which only the machine knows. Name that group in Group=, or use the preparation script."),
    ({"own": "/srv/x", "account": "existing"}, "This file does not replace the preparation script: it leaves out /srv/x."),
    ({"ConfigurationDirectory": "x", "account": "existing"}, "/etc/x is left out: it is for the primary group of myapp, which only the machine knows. Name that group in Group=, or use the preparation script."),
    ({"ConfigurationDirectory": "x"}, "/etc/x is made if it is missing, and left as it is if it is there."),
    ({"ConfigurationDirectory": "x", "systemd": "251"}, "/etc/x gets owner and mode even if it is there: before systemd 252 a line cannot leave it alone."),
    ({"StateDirectory": "x", "CacheDirectory": "y"}, "Nothing for /var/lib/x, /var/cache/y: systemd makes what it manages when the service starts."),
    ({"ReadWritePaths": "/data/x"}, "/data/x must be there (ReadWritePaths=), and this file never makes it."),
    ({"own": "/srv/x", "systemd": "rhel-9"}, "SELinux: this format has no word for the label of /srv/x, the type var_lib_t; the preparation script sets it."),
]  # fmt: skip


@pytest.mark.parametrize(("values", "sentence"), SAID, ids=[sentence[:40] for _, sentence in SAID])
def test_a_requirement_without_a_line_becomes_a_comment(values: dict[str, str | list[str]], sentence: str) -> None:
    assert f"# {sentence}" in of(**values).splitlines()


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_every_directory_that_is_created_has_a_line_or_a_comment(key: str) -> None:
    unit = Effective(unit_of(CONFIGURATIONS[key]))
    text = tmpfiles(unit)
    made = {row[1] for row in lines(text) if row[0] == "d"}
    for directory in requirements(unit).created:
        assert (directory.path in made) != (f"# {directory.path} is left out" in text)


@given(parameters=configurations(), version=st.sampled_from(["219", "247", "262"]))
def test_hostile_values_stay_in_their_field(parameters: Parameters, version: str) -> None:
    entry = read(with_values(parameters, systemd=version))
    if entry.unit and entry.is_valid:
        unit = Effective(entry.unit)
        made = [row for row in requirements(unit).created if row.group]
        found = [row for row in lines(tmpfiles(unit)) if row[0] == "d"]
        assert [(path, int(mode.strip(":"), 8), user.strip(":"), group.strip(":")) for _, path, mode, user, group in found] == [
            (row.path, int(row.mode, 8), row.user, row.group) for row in made
        ]  # fmt: skip


@given(name=HOSTILE.filter(str.isprintable))
def test_the_pattern_of_a_directory_is_the_path_alone(name: str) -> None:
    path = f"/srv/{name}"
    unit = Effective(UnitFile("x", own=(OwnDirectory(path),)))
    (pattern,) = [row[1] for row in lines(tmpfiles(unit)) if row[0] == "Z"]
    assert re.sub(r"\\(.)", r"\1", pattern) == path
    assert not re.search(r"(?<!\\)[*?\[\]{}]", pattern.replace("\\\\", ""))

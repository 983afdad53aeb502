"""The files in /etc/sysusers.d and /etc/tmpfiles.d as a whole: their names, their earlier texts, and what they cannot replace."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given

from app.effective import instances_of
from app.host.config_lines import sentence
from app.host.native_files import not_replaced
from app.host.sysusers import MAX_FILE_NAME, file_name, file_of, sysusers, text_at
from app.host.tmpfiles import text_before, tmpfiles
from app.host.undo import undo_script
from tests.host.test_prep import configurations
from tests.support.configurations import LEAST, Parameters, query, read, unit_of, with_values
from tests.web.test_archive import packed

BEFORE: dict[str, Any] = json.loads((Path(__file__).parent / "native_before.json").read_text())
"""Texts of the release that named files after the unit alone, as it wrote them. They never change."""

EXISTING = with_values(LEAST, account="existing")
NATIVE = re.compile(r"/etc/(?:sysusers|tmpfiles)\.d/([^\s,'\"]+)")


# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["myapp", "systemd", "app@", "app@one", "server", "x" * 245])
def test_a_file_is_named_after_its_unit(name: str) -> None:
    assert file_name(name) == f"unit-{name}.conf"


def test_the_longest_names_fit_and_stay_apart() -> None:
    names = ["x" * 246, "x" * 247, "x" * 246 + "y", "y" * 247]
    files = [file_name(name) for name in names]
    assert {len(file) for file in files} == {MAX_FILE_NAME}
    assert len(set(files)) == len(names)


def test_several_units_share_a_file_that_no_unit_has_alone() -> None:
    units = [instances_of(unit_of(with_values(LEAST, name=name)))[0] for name in "ab"]
    assert not file_of(*units).startswith("unit-")


@pytest.mark.parametrize("name", ["systemd", "app@", "x" * 247])
def test_every_output_names_the_file_alike(client: FlaskClient, name: str) -> None:
    parameters = with_values(LEAST, name=name, instance=["one"] if name.endswith("@") else [], own="/srv/x")
    if len(name) > 200:
        parameters = with_values(parameters, User="app")
    texts = {address: client.get(f"{address}?{query(parameters)}&download=1") for address in ("/sysusers.conf", "/tmpfiles.conf")}  # fmt: skip
    found = packed(client, parameters)
    for address, answer in texts.items():
        folder = f"{address[1:-5]}.d"
        assert answer.headers["Content-Disposition"].replace('"', "") == f"attachment; filename={file_name(name)}"
        assert set(NATIVE.findall(answer.text)) == {file_name(name)}
        assert found[f"{folder}/{file_name(name)}"][0] == answer.text
        assert f"/etc/{folder}/{file_name(name)}" in found["README"][0]
        assert f"/etc/{folder}/{file_name(name)}" in found["undo.sh"][0]
    assert set(NATIVE.findall(found["README"][0])) == {file_name(name)}
    assert not NATIVE.findall(found[next(path for path in found if path.startswith("ansible/"))][0])


# --- texts of earlier releases ----------------------------------------------------------------------


@pytest.mark.parametrize("key", BEFORE)
def test_the_text_of_an_earlier_release_is_known_to_the_byte(key: str) -> None:
    units = instances_of(unit_of([(name, value) for name, value in BEFORE[key]["parameters"]]))
    name = units[0].file.name
    assert text_at(f"/etc/sysusers.d/{name}.conf", *units) == BEFORE[key]["sysusers"]
    assert text_before(f"/etc/tmpfiles.d/{name}.conf", *units) == BEFORE[key]["tmpfiles"]


@pytest.mark.parametrize("key", BEFORE)
def test_undo_removes_only_files_with_a_known_text(key: str) -> None:
    units = instances_of(unit_of([(name, value) for name, value in BEFORE[key]["parameters"]]))
    name = units[0].file.name
    removed = re.findall(r"^  remove_unchanged (\S+) (\w{64})$", undo_script(*units), re.MULTILINE)
    texts = {
        f"/etc/sysusers.d/unit-{name}.conf": sysusers(*units),
        f"/etc/tmpfiles.d/unit-{name}.conf": tmpfiles(*units),
        f"/etc/sysusers.d/{name}.conf": BEFORE[key]["sysusers"],
        f"/etc/tmpfiles.d/{name}.conf": BEFORE[key]["tmpfiles"],
    }
    assert removed == [(path, sha256(text.encode()).hexdigest()) for path, text in texts.items()]


# --- what they cannot replace -----------------------------------------------------------------------

LEFT_OUT: dict[str, tuple[Parameters, list[str]]] = {
    "own directories of an existing account": (
        with_values(EXISTING, own=["/srv/x", "/opt/y"]),
        [f"{path} is left out: only the machine knows the primary group of myapp. Set Group= to that group, or run prep.sh." for path in ("/srv/x", "/opt/y")],
    ),
    "configuration of an existing account": (
        with_values(EXISTING, User="1500", ConfigurationDirectory="a b"),
        [f"/etc/{name} is left out: only the machine knows the primary group of 1500. Set Group= to that group, or run prep.sh." for name in "ab"],
    ),
    "a user of an old systemd": (
        with_values(LEAST, systemd="244", Group="web"),
        ["The user myapp is left out: this version of systemd cannot name its primary group. Set gid=, or run prep.sh."],
    ),
    "SELinux": (
        with_values(LEAST, systemd="rhel-9", own="/srv/x"),
        ["/srv/x gets no SELinux label: these formats cannot describe one. Run prep.sh."],
    ),
    "nothing to create": (
        EXISTING,
        ["The files for sysusers.d and tmpfiles.d create nothing for this unit, and do not check what must exist."],
    ),
}  # fmt: skip
STEP_2 = "In place of step 2, "
REPLACED: dict[str, Parameters] = {
    "an own user": with_values(LEAST, own="/srv/x", ConfigurationDirectory="x"),
    "an existing account with its group": with_values(EXISTING, Group="web", own="/srv/x", ConfigurationDirectory="x"),
    "a dynamic user": with_values(LEAST, User=[], DynamicUser="yes", ConfigurationDirectory="x"),
    "root": with_values(LEAST, User=[], own="/srv/x"),
}


@pytest.mark.parametrize("key", LEFT_OUT)
def test_only_complete_files_claim_to_replace_the_preparation(client: FlaskClient, key: str) -> None:
    parameters, sentences = LEFT_OUT[key]
    readme = packed(client, parameters)["README"][0]
    assert STEP_2 not in readme
    assert "Do not skip step 2" in readme
    page = client.get(f"/?{query(parameters)}").text
    for text in sentences:
        assert f"\n  {text}\n" in readme
        assert f'<p class="about">{text}</p>' in page


@pytest.mark.parametrize("parameters", REPLACED.values(), ids=REPLACED)
def test_the_readme_explains_how_systemd_uses_complete_files(client: FlaskClient, parameters: Parameters) -> None:  # fmt: skip
    readme = packed(client, parameters)["README"][0]
    assert STEP_2 in readme
    for command in (
        "install -D -m 0644 sysusers.d/unit-myapp.conf /etc/sysusers.d/unit-myapp.conf && systemd-sysusers /etc/sysusers.d/unit-myapp.conf",
        "install -D -m 0644 tmpfiles.d/unit-myapp.conf /etc/tmpfiles.d/unit-myapp.conf && systemd-tmpfiles --create /etc/tmpfiles.d/unit-myapp.conf",
    ):
        assert f"\n  {command}\n" in readme


def test_an_incomplete_file_begins_with_a_warning() -> None:
    whole = tmpfiles(*instances_of(unit_of(with_values(EXISTING, own="/srv/x", ConfigurationDirectory="x"))))
    assert whole.splitlines()[1] == "# This file does not replace the preparation script: it leaves out /srv/x, /etc/x."
    assert "Put this into" not in whole
    assert "primary group of root" not in whole
    assert all(line.startswith("#") for line in whole.splitlines())


@given(parameters=configurations())
def test_every_directory_and_user_has_a_line_or_is_named_as_missing(parameters: Parameters) -> None:
    entry = read(parameters)
    if entry.unit and entry.is_valid:
        units = instances_of(entry.unit)
        said = "\n".join(map(sentence, not_replaced(*units)))
        text = tmpfiles(*units)
        for path in re.findall(r"^# (/.*) is left out: ", text, re.MULTILINE):
            assert path in said
        assert ("does not replace" in text) == (" is left out: only the machine" in said)

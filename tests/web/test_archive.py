"""All of a unit in one file: what is in it, that it is always the same, and the comment on where a file comes from."""

import gzip
import hashlib
import io
import re
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.web.archive import ARCHIVE_FILES, SUMS, VERSION
from app.web.form.entry import make_report
from tests.support.configurations import EXAMPLES, LEAST, Parameters, query, read, with_values

TIMER: Parameters = [*LEAST, ("timer.Timer.OnCalendar", "daily"), ("timer.Install.WantedBy", "timers.target")]
TEMPLATE: Parameters = with_values(LEAST, name="app@", User="%p-%i", instance=["one", "two"])
ALL = {**EXAMPLES, "timer": TIMER, "template": TEMPLATE, "root": with_values(LEAST, User=[])}
SECRET: Parameters = with_values(LEAST, Environment="DB_PASSWORD=hunter2")


def packed(client: FlaskClient, parameters: Parameters, more: str = "") -> dict[str, tuple[str, tarfile.TarInfo]]:
    """The files of an archive by their paths below its folder, with what the tar says of them."""
    answer = client.get(f"/archive.tar.gz?{query(parameters)}{more}")
    assert answer.status_code == 200
    name = dict(parameters)["name"]
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as tar:
        entries = {entry.name: entry for entry in tar.getmembers()}
        assert all(path.startswith(f"{name}/") for path in entries)
        texts = {path: tar.extractfile(entry).read().decode() for path, entry in entries.items()}  # type: ignore[union-attr]
    return {path.removeprefix(f"{name}/"): (texts[path], entry) for path, entry in entries.items()}


@pytest.mark.parametrize("parameters", ALL.values(), ids=ALL)
def test_the_archive_contains_the_texts_of_the_addresses(client: FlaskClient, parameters: Parameters) -> None:
    found = packed(client, parameters)
    report, name = make_report(read(parameters)), dict(parameters)["name"]
    assert set(found) == {*report.files, *(part.path.format(name=name) for part in ARCHIVE_FILES), "README", SUMS}
    for file, text in report.files.items():
        assert found[file][0] == text == client.get(f"/{file}?{query(parameters)}").text
    for address, path in {
        "/prep.sh": "prep.sh",
        "/install.sh": "install.sh",
        "/undo.sh": "undo.sh",
        "/sysusers.conf": f"sysusers.d/unit-{name}.conf",
        "/tmpfiles.conf": f"tmpfiles.d/unit-{name}.conf",
        "/ansible.yml": f"ansible/{name}.yml",
    }.items():
        assert found[path][0] == client.get(f"{address}?{query(parameters)}").text


@pytest.mark.parametrize("parameters", ALL.values(), ids=ALL)
def test_the_readme_names_every_file_and_the_sums_are_right(client: FlaskClient, parameters: Parameters) -> None:
    found = packed(client, parameters)
    readme, sums = found["README"][0], found[SUMS][0]
    for path in set(found) - {"README"}:
        assert re.search(rf"^  {re.escape(path)} ", readme, re.MULTILINE), path
    assert sums == "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n"
        for path, (text, _) in sorted(found.items())
        if path != SUMS
    )


def test_the_archive_is_reproducible_and_owned_by_root(client: FlaskClient) -> None:
    first, again = (client.get(f"/archive.tar.gz?{query(TIMER)}").data for _ in range(2))
    assert first == again
    assert first[4:8] == bytes(4)
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(first))) as tar:
        entries = tar.getmembers()
    assert [entry.name for entry in entries] == sorted(entry.name for entry in entries)
    assert {(entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname) for entry in entries} == {
        (0, 0, 0, "root", "root")
    }
    modes = {entry.name.rpartition("/")[2]: entry.mode for entry in entries}
    assert {name for name, mode in modes.items() if mode == 0o755} == {"prep.sh", "install.sh", "undo.sh"}
    assert set(modes.values()) == {0o755, 0o644}


def test_the_archive_is_named_after_the_unit(client: FlaskClient) -> None:
    got = client.get(f"/archive.tar.gz?{query(LEAST)}")
    assert got.content_type == "application/gzip"
    assert got.headers["Content-Disposition"] == "attachment; filename=myapp.tar.gz"
    assert client.post("/archive.tar.gz", data=dict(LEAST)).data == got.data


REFUSED = {
    "wrong": (with_values(LEAST, ProtectHome="readonly"), "# ProtectHome: "),
    "without instances": (with_values(TEMPLATE, instance=[]), "# instance: app@.service is a template"),
}


@pytest.mark.parametrize(("parameters", "beginning"), REFUSED.values(), ids=REFUSED)
def test_a_unit_that_cannot_be_prepared_has_no_archive(
    client: FlaskClient, parameters: Parameters, beginning: str
) -> None:
    answer = client.get(f"/archive.tar.gz?{query(parameters)}")
    assert answer.status_code == 422
    assert answer.text.startswith(beginning)
    assert answer.text.endswith("\nexit 1\n")


# --- where a file comes from ------------------------------------------------------------------------


def test_the_version_equals_the_version_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


def test_a_unit_names_its_source_only_on_request(client: FlaskClient) -> None:
    for file in ("myapp.service", "myapp.timer"):
        plain = client.get(f"/{file}?{query(TIMER)}").text
        first, _, rest = client.get(f"/{file}?{query(TIMER)}&stamp=1").text.partition("\n")
        assert rest == plain
        begin, _, address = first.partition(": ")
        assert begin == f"# Made by Systemd Unit File Generator {VERSION}"
        assert address == f"http://localhost{make_report(read(TIMER)).link}"
        assert client.get(f"/{file}{address[address.index('?') :]}").text == plain
    stamped = packed(client, TIMER, "&stamp=1")
    for file in ("myapp.service", "myapp.timer"):
        assert stamped[file][0] == client.get(f"/{file}?{query(TIMER)}&stamp=1").text
    assert not stamped["prep.sh"][0].startswith("# Made by")


def test_no_value_breaks_out_of_the_comment(client: FlaskClient) -> None:
    hostile = with_values(
        LEAST, Description="a\\\\ \u00e9 %n $(id) `id` # ; [Service] \\x0aUser=root", stamp="x\nUser=root"
    )
    text = client.get(f"/myapp.service?{query(hostile)}").text
    first, second, *_ = text.split("\n")
    assert re.fullmatch(r"# [!-~ ]*[A-Za-z0-9]", first)
    assert second == "[Unit]"
    assert text.count("\nUser=") == 1


def test_a_unit_without_a_link_names_only_the_generator(client: FlaskClient) -> None:
    text = client.post("/myapp.service", data={**dict(SECRET), "stamp": "1"}).text
    assert text.startswith(f"# Made by Systemd Unit File Generator {VERSION}\n[Service]\n")
    with tarfile.open(fileobj=io.BytesIO(client.post("/archive.tar.gz", data=dict(SECRET)).data)) as tar:
        readme = tar.extractfile("myapp/README")
        assert readme
        assert b"hunter2" not in readme.read()


def test_the_page_links_to_the_archive(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get(f"/?{query(TIMER)}").text, "html.parser")
    button = soup.select_one("#archive button")
    assert button
    form = soup.find(id=button["form"])
    assert form
    data = [(str(i["name"]), str(i["value"])) for i in form.select("input")]  # type: ignore[union-attr]
    answer = client.get(str(button["formaction"]), query_string=data)
    assert answer.data == client.get(f"/archive.tar.gz?{query(TIMER)}").data
    box = soup.select_one("#archive input")
    assert box
    assert (box["name"], box["form"]) == ("stamp", "again")
    bare = BeautifulSoup(client.get(f"/?{query(with_values(TEMPLATE, instance=[]))}").text, "html.parser")
    assert not bare.select("#archive")


@pytest.mark.parametrize("parameters", ALL.values(), ids=ALL)
def test_tar_and_sha256sum_agree(client: FlaskClient, parameters: Parameters, tmp_path: Path) -> None:
    data = client.get(f"/archive.tar.gz?{query(parameters)}").data
    subprocess.run(["tar", "-xz", "-C", str(tmp_path)], input=data, check=True)
    (folder,) = tmp_path.iterdir()
    checked = subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=folder, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    for script in ("prep.sh", "install.sh", "undo.sh"):
        subprocess.run(["sh", "-n", script], cwd=folder, check=True)

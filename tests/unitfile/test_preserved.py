"""Preserved lines that somebody wrote into the posted field are judged as an import of the answered file judges them."""

import io
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import catalogue
from app.unitfile.preserved import HEADER, MAX_REFUSED, PreservedLine, dump
from tests.support.configurations import LEAST, Parameters, with_values

JSON = {"Accept": "application/json"}
HARDENED = with_values(LEAST, systemd="257", NoNewPrivileges="yes", Environment=["A=1", "B=2"], ReadWritePaths="/srv/a")


def posted(client: FlaskClient, parameters: Parameters, *kept: PreservedLine) -> tuple[int, dict[str, Any]]:
    """The status and the report of a posted form with these preserved lines."""
    data: dict[str, list[str]] = {}
    for name, value in parameters:
        data.setdefault(name, []).append(value)
    answer = client.post("/report.json", data=data | {"kept": [dump(kept)]})
    assert isinstance(answer.json, dict)
    return answer.status_code, answer.json


def imported(client: FlaskClient, report: dict[str, Any], systemd: str) -> dict[str, Any]:
    """The report on the files that a report has, brought as an import."""
    files = [(io.BytesIO(text.encode()), name) for name, text in report["files"].items()]
    data = {"name": report["name"], "systemd": systemd, "file": files}
    answer = client.post("/import", data=data, content_type="multipart/form-data", headers=JSON)
    assert isinstance(answer.json, dict)
    return answer.json


def told(report: dict[str, Any]) -> list[tuple[str, ...]]:
    """The findings of a report; what no file holds is no matter of the file."""
    return sorted(
        (one["id"], one["severity"], one["field"], one["message"])
        for one in report["findings"]
        if one["id"] != "left-out"
    )


def assigned(report: dict[str, Any]) -> list[str]:
    """The lines of a report's files that set something, in any order: a file without them has no section either."""
    lines = (text for files in report["files"].values() for text in files.splitlines())
    return sorted(text.replace(" =", "=") for text in lines if "=" in text and not text.startswith("#"))


def line(text: str, section: str = "Service", above: str = "", at: int = 0, file: str = "service") -> PreservedLine:
    return PreservedLine(text, file, section, above, at)


AS_ROOT = {
    "an empty User= behind it": [line("User=", above="User", at=1)],
    "blanks around it": [line("User  =", above="User", at=9)],
    "at the end": [line("User=")],
    "twice": [line("User="), line("User=")],
    "over the header of the next section": [line("User=", section="Install", above=HEADER), line("X-A=1", "Install")],
    "root over the header of the next section": [
        line("User=root", section="Install", above=HEADER),
        line("X-A=1", "Install"),
    ],
    "over the header of a section of its own": [line("User=0", section="X-A", above=HEADER)],
}


@pytest.mark.parametrize("kept", AS_ROOT.values(), ids=AS_ROOT)
@pytest.mark.parametrize("chosen", [{}, {"runs-as": "own"}, {"account": "existing"}, {"uid": "800"}], ids=str)
def test_a_preserved_line_that_makes_the_service_run_as_root_is_reported(
    client: FlaskClient, kept: list[PreservedLine], chosen: dict[str, str]
) -> None:
    status, report = posted(client, [*LEAST, *chosen.items()], *kept)
    assert status == 200
    assert ("P2", "User") in {(found["id"], found["field"]) for found in report["findings"]}
    assert "useradd" not in report["prep"]
    assert "User=myapp" not in report["unit"]
    data = {**dict(LEAST), **chosen, "kept": dump(kept)}
    soup = BeautifulSoup(client.post("/", data=data).text, "html.parser")
    assert soup.select("#runs-as-root li")
    assert "take back" in soup.select_one("#imported").get_text()  # type: ignore[union-attr]
    assert soup.select_one("#unit-form [name=User]")["value"] in ("", "root", "0")  # type: ignore[index]


OTHERWISE = {
    "a reset of a list": ([line("Environment=")], "Environment=\n", "A=1"),
    "a reset of paths": ([line("ReadWritePaths=", above="ReadWritePaths", at=5)], "ReadWritePaths=\n", "/srv/a"),
    "another value over the next header": ([line("NoNewPrivileges=no", "Install", HEADER)], "NoNewPrivileges=no\n", "=yes"),
    "a command over the next header": ([line("ExecStartPre=+/bin/id", "Install", HEADER)], "ExecStartPre=+/bin/id\n", "?"),
}  # fmt: skip


@pytest.mark.parametrize(("kept", "there", "gone"), OTHERWISE.values(), ids=OTHERWISE)
def test_a_preserved_line_that_changes_a_field_is_read_as_systemd_reads_it(
    client: FlaskClient, kept: list[PreservedLine], there: str, gone: str
) -> None:
    status, report = posted(client, HARDENED, *kept)
    assert status == 200
    assert there in report["unit"]
    assert gone not in report["unit"]
    assert told(report) == told(imported(client, report, "257"))


def test_a_preserved_line_that_resets_the_command_is_refused(client: FlaskClient) -> None:
    status, report = posted(client, LEAST, line("ExecStart="))
    assert (status, list(report["errors"])) == (422, ["ExecStart"])


def test_own_directories_survive_preserved_lines_that_reset_their_list(client: FlaskClient) -> None:
    status, report = posted(client, [*HARDENED, ("own", "/srv/b")], line("ReadWritePaths="), line("User="))
    assert status == 200
    assert "ReadWritePaths=\nReadWritePaths=/srv/b\n" in report["unit"]
    assert "/srv/b" in report["prep"]


def test_lines_as_an_import_preserves_them_stay_as_they_are(client: FlaskClient) -> None:
    kept = [line("# why", above="User"), line("ProtectSystem=sometimes"), line("X-Team=web"), line("Foo=1", "X-Own")]
    status, report = posted(client, LEAST, *kept)
    assert status == 200
    assert report["unit"] == (
        "[Service]\nExecStart=/usr/bin/true\n# why\nUser=myapp\nUMask=0077\nProtectSystem=sometimes\nX-Team=web\n"
        "\n[X-Own]\nFoo=1\n"
    )
    page = BeautifulSoup(client.post("/", data={**dict(LEAST), "kept": dump(kept)}).text, "html.parser")
    assert not page.select("#superseded")


VALUES = (
    "",
    "",
    "",
    "x",
    "a:b",
    "root",
    "0",
    "yes",
    "no",
    "yes x",
    "~",
    "-",
    "+/bin/sh",
    "%i",
    "\\",
    "a\\",
    "'",
    "/",
    "/srv",
)
SERVICE = [row for row in catalogue.ROWS if row.file == "service"]


@st.composite
def forged(draw: st.DrawFn) -> PreservedLine:
    """A line that somebody wrote into the field: of any directive, in any place."""
    usual = [catalogue.find(name) for name in ("User", "Group", "DynamicUser", "ExecStart", "Environment")]
    row = draw(st.one_of(st.sampled_from(usual), st.sampled_from(SERVICE), st.sampled_from(catalogue.ROWS)))
    assigned = st.sampled_from(VALUES).map(lambda value: f"{row.word}={value}")
    odd = st.sampled_from(
        [f"# {row.word}=root", f"{row.word} =", "[Service]", row.word, f"\ufeff{row.word}=", f"{row.word}=\t"]
    )
    place = st.sampled_from(["", HEADER, row.name, "User", "WantedBy"])
    return PreservedLine(
        draw(st.one_of(assigned, assigned, odd)),
        draw(st.sampled_from([row.file, row.file, *catalogue.FILES])),
        draw(st.sampled_from([row.section, row.section, "Service", "Install", "", "X-A"])),
        draw(place),
        draw(st.sampled_from([0, 1, 2, 999_999])),
    )  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(forged(), min_size=1, max_size=4),
    st.sampled_from(["247", "252", "257", "262"]),
    st.lists(st.sampled_from(SERVICE), max_size=3),
)
def test_the_answered_file_comes_back_from_an_import_with_the_same_report(
    client: FlaskClient, kept: list[PreservedLine], systemd: str, rows: list[catalogue.Directive]
) -> None:
    given = {row.name: row.sample for row in rows if row.sample}
    status, report = posted(client, [*with_values(LEAST, systemd=systemd), *given.items()], *kept)
    assert status in (200, 422)
    if status == 200:
        again = imported(client, report, systemd)
        assert told(report) == told(again)
        assert (report["exposure"], report["access"]) == (again["exposure"], again["access"])
        assert assigned(report) == assigned(again)


MANY = {
    "lines of one directive": [["UMask=", "service", "Service", "UMask", at, 0] for at in range(MAX_REFUSED)],
    "lines that nobody reads": [["X-A=1", "service", "Service", "User", at, 0] for at in range(1_500)],
    "sections": [["X-A=1", "service", f"X-{at}", HEADER, 0, 0] for at in range(1_500)],
}


@pytest.mark.parametrize("rows", MANY.values(), ids=MANY)
def test_many_forged_lines_are_answered(client: FlaskClient, rows: list[list[object]]) -> None:
    answer = client.post("/report.json", data={**dict(LEAST), "kept": json.dumps(rows)})
    assert answer.status_code in (200, 413, 422)

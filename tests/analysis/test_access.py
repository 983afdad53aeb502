"""What the picture says of paths, and the sentences that say why; that it is right is tried on booted systems."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from app.analysis import access
from app.analysis.access import DEPENDS, HIDDEN, READ_WRITE, View
from app.analysis.access.evaluate import PATHS
from app.effective import Effective
from tests.support.configurations import EXAMPLES, LEAST, Parameters, least_with, query, unit_of, with_values


def view(**values: str | list[str]) -> View:
    """What the least service with these values sees."""
    return View(Effective(least_with(**values)))


WHY = [
    ({}, "/srv", "read-only", ("No mount of its own stands before it.", "It belongs to root:root with mode 0755, neither of them the service’s.")),
    ({"ProtectSystem": "strict"}, "/etc", "read-only", ("ProtectSystem=strict makes / read-only.", "It belongs to root:root with mode 0755, neither of them the service’s.")),
    ({"ProtectHome": "yes"}, "/home/alice", "hidden", ("ProtectHome=yes puts a closed, empty directory over /home.",)),
    ({"PrivateTmp": "yes"}, "/tmp", "hidden", ("PrivateTmp=yes gives it /tmp of its own in place of the machine’s.",)),
    ({"TemporaryFileSystem": "/srv:ro"}, "/srv/x", "hidden", ("TemporaryFileSystem=/srv puts an empty file system over /srv. Nothing can be written there.",)),
    ({"BindPaths": "/srv/a:/opt/a"}, "/opt/a", "hidden", ("BindPaths=/srv/a shows /srv/a at /opt/a.",)),
    ({}, "/root", "denied", ("No mount of its own stands before it.", "It belongs to root:root with mode 0700, neither of them the service’s.")),
    ({}, "/root/x", "denied", ("No mount of its own stands before it.", "/root belongs to root:root with mode 0700, and the service may not enter it.")),
    ({}, "/srv/x", "depends", ("No mount of its own stands before it.", "Who owns it, and with which mode, only the machine knows.")),
    ({}, "/srv/x/y", "depends", ("No mount of its own stands before it.", "Who may enter /srv/x, only the machine knows.")),
    ({"AmbientCapabilities": "CAP_DAC_OVERRIDE"}, "/root", "read-write", ("No mount of its own stands before it.", "It belongs to root:root with mode 0700, which CAP_DAC_OVERRIDE passes by.")),
    ({"StateDirectory": "myapp", "ProtectSystem": "strict"}, "/var/lib/myapp", "read-write", ("StateDirectory= keeps /var/lib/myapp within its reach.", "It belongs to myapp:myapp with mode 0755, which the service runs as.")),
    ({"ProtectProc": "invisible"}, "/proc/1", "hidden", ("ProtectProc=invisible keeps the processes of other users from it.",)),
    ({"RootDirectory": "/srv/root"}, "/etc", "depends", ("RootDirectory= gives it what only the machine knows.",)),
    ({"ProtectSystem": "strict", "ProtectProc": "invisible"}, "/run/lock", "read-write", ("ProtectProc=invisible mounts /run by itself, so that it stays writable.", "It belongs to root:root with mode 1777, neither of them the service’s.")),
]  # fmt: skip


@pytest.mark.parametrize(("values", "path", "word", "why"), WHY)
def test_each_answer_gives_its_reasons(
    values: dict[str, str | list[str]], path: str, word: str, why: tuple[str, ...]
) -> None:
    found = view(**values).at(path)
    assert (found.path, found.access, found.why) == (path, word, why)


@pytest.mark.parametrize("name", EXAMPLES)
def test_own_directories_are_writable_except_for_configuration(name: str) -> None:
    seen = View(Effective(unit_of(EXAMPLES[name])))
    for path, place in seen.own.items():
        assert (seen.at(path).access == READ_WRITE) == (place.user != "root")


def test_an_answer_names_the_path_as_requested() -> None:
    assert view().at("/var/run//").path == "/var/run//"
    assert view().at("/var/run/").access == view().at("/run").access


def test_a_dynamic_users_directory_is_reached_by_its_link_and_closed_to_others() -> None:
    dynamic = Effective(unit_of(with_values(LEAST, User=[], DynamicUser="yes", StateDirectory="x")))
    assert View(dynamic).at("/var/lib/x").access == READ_WRITE
    assert View(Effective(least_with()), access.paths_of(dynamic)).at("/var/lib/x").access == "denied"


# --- on the page and in the report ------------------------------------------------------------------


def report(client: FlaskClient, parameters: Parameters) -> dict[str, dict[str, object]]:
    """The cells of a report, by path."""
    answer = client.get("/report.json?" + query(parameters)).get_json()
    return {cell["path"]: cell for cell in answer["access"]}


def test_the_report_contains_the_access_table(client: FlaskClient) -> None:
    cells = report(client, EXAMPLES["starter"])
    assert list(cells)[: len(PATHS)] == list(PATHS)
    assert set(cells) - set(PATHS) == {f"{root}/myapp" for root in ("/var/lib", "/var/cache", "/var/log", "/run")}
    assert cells["/home"] == {"path": "/home", "access": HIDDEN, "why": list(view(ProtectHome="yes").at("/home").why)}


def test_the_report_answers_for_requested_paths(client: FlaskClient) -> None:
    asked: Parameters = [("look", "/srv/else"), ("look", "/home/alice/x y")]
    cells = report(client, [*EXAMPLES["starter"], *asked])
    assert cells["/srv/else"]["access"] == DEPENDS
    assert cells["/home/alice/x y"]["access"] == HIDDEN


@pytest.mark.parametrize("path", ["srv", "/srv/../etc", "", "/" + "x" * 5000, "/srv/\nUser=root", "/srv/\u2028x"])
def test_an_invalid_path_is_an_error_at_its_field(client: FlaskClient, path: str) -> None:
    answer = client.get("/report.json?" + query([*LEAST, ("look", path)]))
    assert answer.status_code == (422 if path else 200)
    assert not path or list(answer.get_json()["errors"]) == ["look"]


def test_the_page_shows_the_access_table_and_preserves_the_requested_paths(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/?" + query([*LEAST, ("look", "/srv/else")])).data, "html.parser")
    rows = page.select("#access tbody tr")
    words = {row.th.get_text(strip=True): row.td.get_text(" ", strip=True) for row in rows if row.th and row.td}
    assert words["/srv/else"].startswith("depends")
    assert words["/root"].startswith("denied")
    kept = [field["value"] for form in ("#again", "#unit-form") for field in page.select(f"{form} input[name=look]")]
    assert kept == ["/srv/else", "/srv/else"]


def test_the_link_does_not_contain_requested_paths(client: FlaskClient) -> None:
    answer = client.get("/report.json?" + query([*LEAST, ("look", "/srv/else")])).get_json()
    assert "look" not in answer["link"]

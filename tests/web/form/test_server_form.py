"""Several services in one report: what is read, what is refused, what is made of the rest."""

import io
import shlex
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalogue.limits import MAX_SERVICES
from app.unitfile import links
from app.unitfile.render import render
from app.web.form import server_form
from app.web.form.server_form import MAX_REFUSED, from_template, queries_of, read
from tests.server.cases import bare, starter
from tests.support.configurations import LEAST, query, with_values

A, B = links.query(starter("a")), links.query(starter("b"))
BAD = query(with_values(LEAST, name="bad", ProtectHome="readonly"))
SECRET = query(with_values(LEAST, name="secret", Environment="DB_PASSWORD=hunter2"))
SECRET_AND_BAD = f"{SECRET}&ProtectHome=readonly"
LONG = query(with_values(LEAST, name="long", Environment=[f"A{n}={'x' * 40}" for n in range(200)]))


@pytest.mark.parametrize(
    "pasted",
    [
        A, f"?{A}", f"/?{A}", f"https://tools.example.com/?{A}", f"tools.example.com/?{A}", f"  {A}#result ", f"\r\n{A}\r\n",
        f"https://tools.example.com/server?service={quote(A)}",
    ],
)  # fmt: skip
def test_a_link_can_be_pasted_in_any_form(pasted: str) -> None:
    assert queries_of([pasted]) == [A]


def test_several_links_can_be_pasted_at_once() -> None:
    assert queries_of([f"{A}\r\n\r\n{B}", f"/server?service={quote(A)}&service={quote(B)}"]) == [A, B, A, B]


def test_a_question_mark_in_a_value_does_not_begin_a_query() -> None:
    text = "name=a&Description=who?me&User=a"
    assert queries_of([text]) == [text]


def test_the_link_comes_back() -> None:
    report = read([A, B])
    pairs = parse_qsl(urlsplit(report.link).query, strict_parsing=True)
    assert [value for _, value in pairs] == [A, B]
    assert read([value for _, value in pairs]).link == report.link


def test_an_unreadable_service_is_listed_and_the_others_are_checked() -> None:
    report = read([A, BAD, B, "", "nonsense"])
    assert report.server.names == ("a", "b")
    assert list(report.errors) == ["bad", "service 4"]
    assert "Did you mean “read-only”?" in report.errors["bad"][0]
    assert [cell.owner for cell in report.cells].count("b") == 8
    assert "useradd" in report.as_json("http://x")["prep"]
    assert report.refusals


def test_a_duplicate_name_is_refused() -> None:
    report = read([A, links.query(starter("a", User="other"))])
    assert report.server.names == ("a",)
    assert report.errors == {
        "a": ["name: Another service before it is called a. Give it another name, or take one of them out."]
    }
    (conflict,) = report.conflicts
    assert (conflict.id, conflict.severity) == ("same-name", "error")
    fixed = report.fix_link(conflict)
    assert fixed is not None
    assert read(services_of(fixed)).server.names == ("a", "a-2")


def services_of(link: str) -> list[str]:
    """The services of a server's link."""
    return [value for _, value in parse_qsl(urlsplit(link).query)]


def test_a_service_with_a_rule_error_is_checked_but_not_prepared() -> None:
    report = read([A, query(with_values(LEAST, name="b", StateDirectory="dpkg"))])
    assert report.server.names == ("a", "b")
    assert "belongs to the system" in report.errors["b"][0]
    assert {cell.path for cell in report.cells} >= {"/var/lib/dpkg"}
    assert report.prep
    assert "dpkg" not in report.prep_script()
    assert report.refusals


def test_a_service_with_a_name_that_only_the_machine_knows_is_not_checked() -> None:
    report = read([A, query(with_values(LEAST, name="b", StateDirectory="x-%H"))])
    assert report.server.names == ("a",)
    assert list(report.errors) == ["b"]


def test_more_than_fifty_are_refused() -> None:
    queries = [from_template(f"s{number}") for number in range(MAX_SERVICES + 1)]
    assert len(read(queries[:-1], posted=True).places) == MAX_SERVICES
    with pytest.raises(ValueError, match="These are 51 services, and up to 50"):
        read(queries)


def test_too_many_directories_are_refused() -> None:
    many = [links.query(bare(f"s{at}", own=[f"/srv/{at}/{number}" for number in range(100)])) for at in range(5)]
    assert read(many[:4]).places == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="have 500 directories, and up to 400"):
        read(many)


def test_only_the_first_unreadable_services_are_reported() -> None:
    report = read([*[BAD.replace("name=bad", f"name=bad{number}") for number in range(20)]])
    sentences = [sentence for found in report.errors.values() for sentence in found]
    assert sum(server_form.UNREAD in sentence for sentence in sentences) == 20 - MAX_REFUSED


@pytest.mark.parametrize(
    ("services", "reason"),
    [
        ([A, SECRET], "looks like a secret"),
        ([SECRET_AND_BAD], "looks like a secret"),
        ([A, LONG], "longer than the 8000"),
    ],
    ids=["secret", "secret in what cannot be read", "long"],
)
def test_without_a_link_there_is_a_reason_and_no_fix_and_no_curl_line(services: list[str], reason: str) -> None:
    report = read(services, posted=True)
    assert report.link == report.curl("http://localhost") == ""
    assert reason in report.no_link
    assert all(report.fix_link(conflict) is None for conflict in report.conflicts)
    assert "hunter2" not in str([row["link"] for row in report.as_json("http://x")["services"]])


def test_a_link_with_a_secret_is_refused() -> None:
    assert list(read([SECRET]).errors) == ["secret"]
    assert not read([SECRET], posted=True).errors


def test_a_fix_changes_one_service_and_preserves_unreadable_ones() -> None:
    report = read([A, BAD, links.query(starter("b", User="a", Group="a"))])
    conflict = next(conflict for conflict in report.conflicts if conflict.id == "P6")
    link = report.fix_link(conflict)
    assert link is not None
    fixed = services_of(link)
    assert fixed[:2] == [A, BAD]
    assert "User=b" in fixed[2]


def test_hiding_is_offered_once() -> None:
    report = read([A, B])
    assert report.hidden
    assert all("TemporaryFileSystem=/var/lib:ro" in service for service in report.hidden)
    assert read(report.hidden).hidden == []
    assert read([A]).hidden == []


def test_the_preparation_creates_accounts_once_and_before_their_directories() -> None:
    units = [
        bare("a", User="www", account="existing", SupplementaryGroups="web"),
        bare("b", User="www", StateDirectory="b"),
        bare("c", User="www", StateDirectory="c", own="/srv/c"),
        bare("d", Group="web"),
    ]
    script = read(map(links.query, units)).prep_script()
    assert script.count("|| useradd") == 2
    assert script.count("|| groupadd") == 2
    order = [
        "groupadd --system -- www",
        "useradd --system --no-create-home --home-dir /var/lib/b",
        "groupadd --system -- web",
    ]
    order += ["getent group -- web >/dev/null || stop", "mkdir -p -- /srv/c"]
    places = [script.index(text) for text in order]
    assert places == sorted(places)
    assert "# d.service: Nothing" not in script
    assert "# b.service: Nothing to do for /var/lib/b" in script


def test_no_preparation_changes_the_owner_of_another_services_data() -> None:
    report = read(map(links.query, [bare("a", own="/srv/x"), bare("b", own="/srv/x/y")]))
    assert report.prep == ()
    assert report.refusals == [server_form.NO_PREPARATION]
    assert report.as_json("http://x")["prep"] is None


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"]])
def test_the_archive_contains_the_units_and_the_preparation(names: list[str]) -> None:
    report = read(links.query(starter(name)) for name in names)
    with tarfile.open(fileobj=io.BytesIO(report.archive())) as tar:
        texts = {entry.name: tar.extractfile(entry).read().decode() for entry in tar}  # type: ignore[union-attr]
        entries = tar.getmembers()
    units = {f"server/{name}.service": render(starter(name)) for name in names}
    readme = texts.pop("server/README")
    assert texts == units | {"server/prep.sh": report.prep_script(), "server/prove-it.sh": report.proof_script()}
    assert all(f"{name}.service" in readme for name in names)
    assert [entry.name for entry in entries] == sorted(entry.name for entry in entries)
    assert {(entry.mtime, entry.uid, entry.uname) for entry in entries} == {(0, 0, "root")}
    assert [entry.name for entry in entries if entry.mode == 0o755] == ["server/prep.sh", "server/prove-it.sh"]
    assert report.archive() == read(links.query(starter(name)) for name in names).archive()


def test_the_longest_name_fits_into_the_archive() -> None:
    unit = bare("n" * 247, User="n")
    with tarfile.open(fileobj=io.BytesIO(read([links.query(unit)]).archive())) as tar:
        assert f"server/{'n' * 247}.service" in tar.getnames()


FROZEN = sorted((Path(__file__).parents[2] / "links" / "server").glob("*.txt"))


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_an_old_link_always_gives_the_same_units(path: Path) -> None:
    link, _, text = path.read_text().partition("\n\n")
    report = read(services_of(link))
    assert "\n".join(text for _, text in report.texts) == text


def test_an_old_link_is_recorded() -> None:
    assert FROZEN


def test_the_curl_line_is_one_command() -> None:
    report = read([A, B])
    argv = shlex.split(report.curl("https://tools.example.com"))
    assert argv[:4] == ["curl", "-fsS", "-o", "server.json"]
    assert argv[4:] == ["https://tools.example.com/server.json" + report.link.removeprefix("/server")]


_HOSTILE = st.sampled_from(
    ["$(touch /tmp/x)", "`id`", "a; id", "a'b", 'a"b', "a\nid", "a\rid", "-rf", "--", "*", "a b", "%n", "\\", "é", "${IFS}", "#x"]
)  # fmt: skip


@settings(max_examples=60)
@given(name=_HOSTILE, user=_HOSTILE, path=_HOSTILE, directory=_HOSTILE)
def test_nothing_from_a_name_or_a_path_reaches_a_script_unquoted(
    name: str, user: str, path: str, directory: str
) -> None:
    hostile = [
        query(with_values(LEAST, name="a", User=user, SupplementaryGroups=user)),
        query(with_values(LEAST, name="b", own=f"/srv/{path}", ReadWritePaths=f"/srv/{path}")),
        query(with_values(LEAST, name="c", StateDirectory=directory, ConfigurationDirectory=directory)),
        query(with_values(LEAST, name=name)),
    ]
    report = read(hostile, posted=True)
    if report.prep:
        checked = subprocess.run(
            [Path(sys.executable).with_name("shellcheck"), "-S", "warning", "-s", "sh", "-"],
            input=report.prep_script(),
            capture_output=True,
            text=True,
        )
        assert checked.returncode == 0, checked.stdout
        assert not [line for line in report.prep_script().splitlines() if line.strip() in {"id", "touch /tmp/x"}]

"""Raw answers: GET with a link's query, POST with the same parameters as a form."""

import json
import subprocess

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from app.unitfile.render import render
from app.web.form import entry as forms
from tests.analysis.rules.cases import judged
from tests.analysis.rules.twins import TWINS
from tests.support import pace
from tests.support.configurations import EXAMPLES, LEAST, QUIET, Parameters, query, unit_of, with_values

SCRIPTS = ["/prep.sh", "/install.sh", "/undo.sh"]
NATIVE = {"/sysusers.conf": "unit-myapp.conf", "/tmpfiles.conf": "unit-myapp.conf", "/ansible.yml": "myapp.yml"}
RAW = {"/myapp.service": "myapp.service"} | {script: script[1:] for script in SCRIPTS} | NATIVE
BAD = with_values(LEAST, ProtectHome="readonly")


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_the_unit_is_the_unit(client: FlaskClient, parameters: Parameters) -> None:
    answer = client.get(f"/myapp.service?{query(parameters)}")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text == render(unit_of(parameters))


@pytest.mark.parametrize("address", [*RAW, "/report.json"])
def test_post_answers_as_get(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data=dict(LEAST))
    assert answer.status_code == 200
    assert answer.data == client.get(f"{address}?{query(LEAST)}").data


@pytest.mark.parametrize(("address", "file"), RAW.items())
def test_download_names_the_file(client: FlaskClient, address: str, file: str) -> None:
    assert "Content-Disposition" not in client.get(f"{address}?{query(LEAST)}").headers
    for answer in (
        client.get(f"{address}?{query(LEAST)}&download=1"),
        client.post(address, data=dict(LEAST) | {"download": "1"}),
    ):
        assert answer.headers["Content-Disposition"] == f"attachment; filename={file}"


def test_the_name_can_be_only_in_the_path(client: FlaskClient) -> None:
    assert client.get(f"/myapp.service?{query(with_values(LEAST, name=[]))}").text == render(unit_of(LEAST))


@pytest.mark.parametrize("name", ["other", "my"])
def test_name_in_path_and_query_must_agree(client: FlaskClient, name: str) -> None:
    assert client.get(f"/myapp.service?{query(with_values(LEAST, name=name))}").status_code == 404
    assert client.post("/myapp.service", data=dict(LEAST) | {"name": name}).status_code == 404


@pytest.mark.parametrize("address", RAW)
def test_a_refusal_is_a_harmless_script(client: FlaskClient, address: str) -> None:
    answer = client.get(f"{address}?{query(BAD)}")
    assert answer.status_code == 422
    *sentences, last = answer.text.splitlines()
    assert last == "exit 1"
    assert sentences == [
        "# ProtectHome: “readonly” is not a value of this setting. Did you mean “read-only”? It takes yes, no, read-only or tmpfs."
    ]
    ran = subprocess.run(["/bin/sh"], input=answer.text, capture_output=True, text=True, env={"PATH": ""})
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", "")


@pytest.mark.parametrize("address", SCRIPTS)
@pytest.mark.parametrize(
    "hostile", ["x\ntouch /tmp/pwned", "x\rtouch /tmp/pwned", "$(touch /tmp/pwned)", "`id`\u2028id"]
)
def test_a_refusal_quotes_nothing_onto_a_line_of_its_own(client: FlaskClient, address: str, hostile: str) -> None:
    for parameters in (with_values(LEAST, User=hostile), [*LEAST, (f"X{hostile}", "1")]):
        answer = client.post(address, data=dict(parameters))
        assert answer.status_code == 422
        assert all(line.startswith("# ") for line in answer.data.decode().split("\n")[:-2])
        assert "\r" not in answer.text


def test_the_report_contains_every_part(client: FlaskClient) -> None:
    report = client.get(f"/report.json?{query(LEAST)}").json
    assert report is not None
    assert report["name"] == "myapp"
    assert report["unit"] == render(unit_of(LEAST))
    assert report["link"] == "/?name=myapp&systemd=262&ExecStart=/usr/bin/true&User=myapp&UMask=0077"
    assert (
        report["curl"]
        == f"curl -fsS -o myapp.service 'http://localhost/myapp.service{report['link'].removeprefix('/')}'"
    )
    assert [finding["id"] for finding in report["findings"]] == ["P44", "P45"]
    assert "useradd" in report["prep"]
    assert "systemctl restart myapp.service" in report["install"]


def test_findings_have_all_their_parts(client: FlaskClient) -> None:
    report = client.get(f"/report.json?{query(with_values(QUIET, UMask=[]))}").json
    assert report is not None
    (finding,) = report["findings"]
    assert set(finding) == {"id", "severity", "field", "message", "why", "fix"}
    assert (finding["id"], finding["severity"], finding["field"]) == ("P5", "warning", "UMask")
    assert client.get("/report.json" + finding["fix"].removeprefix("/")).json["findings"] == []  # type: ignore[index]


def test_a_refused_report_names_the_fields(client: FlaskClient) -> None:
    answer = client.get(f"/report.json?{query(BAD)}")
    assert answer.status_code == 422
    assert set(json.loads(answer.text)) == {"errors", "findings"}
    assert list(json.loads(answer.text)["errors"]) == ["ProtectHome"]


def test_a_secret_gets_no_link(client: FlaskClient) -> None:
    secret = dict(LEAST) | {"Environment": "API_TOKEN=hunter2"}
    report = client.post("/report.json", data=secret).json
    assert report is not None
    assert report["link"] is None
    assert report["curl"] is None
    assert "hunter2" in report["unit"]
    assert client.get("/report.json", query_string=secret).status_code == 422


@pytest.mark.parametrize("address", [*RAW, "/report.json"])
def test_a_configuration_too_long_for_a_link_can_be_posted(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data=dict(LEAST) | {"Environment": "\n".join(f"A{n}={'x' * 40}" for n in range(300))})
    assert answer.status_code == 200


LEADING = [
    "name=x&systemd=225&ExecStart=/usr/bin/true&StateDirectory=myapp&account=existing&PAMName=login",
    "name=x&systemd=240&ExecStart=/bin/true&account=existing&User=very.odd",
    "name=x&systemd=229&ExecStart=/bin/true&DynamicUser=yes&User=65534&Type=dbus",
    "name=x&systemd=252&ExecStart=/bin/true&account=existing",
    "name=x&systemd=247&ExecStart=/bin/true&User=x&UMask=0077&StateDirectory=%22a:b%22&StateDirectoryMode=0700",
    "name=x&systemd=262&ExecStart=/bin/true&User=x&UMask=0077&CPUShares=1024&BindTo=a.service&StandardError=syslog",
]


@pytest.mark.parametrize("query", LEADING)
def test_following_every_offered_fix_terminates(client: FlaskClient, query: str) -> None:
    seen, left = set(), [f"/?{query}"]
    while left:
        link = left.pop()
        answer = client.get(f"/report.json{link.removeprefix('/')}")
        assert answer.status_code in {200, 422}
        assert answer.json is not None
        seen.add(link)
        for finding in answer.json["findings"]:
            if finding["fix"]:
                after = client.get(f"/report.json{finding['fix'].removeprefix('/')}").json
                assert after is not None
                assert (finding["id"], finding["field"], finding["message"]) not in {
                    (found["id"], found["field"], found["message"]) for found in after["findings"]
                }
        fixes = {finding["fix"] for finding in answer.json["findings"] if finding["fix"]}
        left.extend(fixes - seen)
        assert len(seen) < 50


def test_many_paths_and_directories_are_checked_quickly(client: FlaskClient) -> None:
    paths = " ".join(f"/srv/b{number}" for number in range(2500))
    own = [f"/srv/a/{number}" for number in range(199)]
    data = dict(LEAST) | {"ReadWritePaths": paths, "own": own}
    assert client.post("/report.json", data=data).status_code == 200
    assert pace.within(2, client.post, "/report.json", data=data)


def test_a_message_with_a_long_value_is_shortened(client: FlaskClient) -> None:
    for name, value in (
        ("PIDFile", "/var/run/" + "x/" * 1500),
        ("Group", "x" * 5000),
        ("ReadWritePaths", "/srv" + "/x" * 1500),
    ):
        findings = client.post("/report.json", data=dict(LEAST) | {name: value}).json["findings"]  # type: ignore[index]
        assert all(len(finding["message"]) <= 500 for finding in findings)


@pytest.mark.parametrize("path", ["/{name}.service", "/prep.sh", "/undo.sh", "/tmpfiles.conf"])
def test_every_text_refuses_a_unit_that_the_report_refuses(client: FlaskClient, path: str) -> None:
    for unit in [judged(row.bad) for row in TWINS]:
        data = MultiDict(forms.params_of_unit(unit))
        report, text = client.post("/report.json", data=data), client.post(path.format(name=unit.name), data=data)
        if report.status_code == 422:
            assert text.status_code == 422, data
        elif not unit.is_template and unit.suffixes[0] == "service":
            assert text.status_code == 200, data

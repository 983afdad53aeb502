import shlex
from datetime import UTC, datetime

import pytest

from app.host.shell import Check, Do, ShellCommand, Step
from app.report import SCHEMA, Report, findings_json, fix_link, steps_text
from app.unitfile import links
from app.web.form.entry import make_report
from tests.support.configurations import EXAMPLES, LEAST, QUIET, Parameters, read, with_values

LONG = with_values(LEAST, Environment=[f"A{n}={'x' * 40}" for n in range(300)])
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = with_values(LEAST, Environment="DB_PASSWORD=hunter2", UMask=[])


def report(parameters: Parameters) -> Report:
    return make_report(read(parameters, posted=True))


@pytest.mark.parametrize("parameters", EXAMPLES.values(), ids=EXAMPLES)
def test_the_curl_line_fetches_the_unit_and_is_one_command(parameters: Parameters) -> None:
    argv = shlex.split(report(parameters).curl("https://tools.example.com"))
    assert argv[:4] == ["curl", "-fsS", "-o", "myapp.service"]
    assert argv[4:] == ["https://tools.example.com/myapp.service" + report(parameters).link.removeprefix("/")]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [(LONG, "longer than the 8000 bytes"), (SECRET, "looks like a secret")],
    ids=["long", "secret"],
)
def test_without_a_link_there_is_a_reason_and_no_curl_line(parameters: Parameters, reason: str) -> None:
    made = report(parameters)
    assert made.link == made.curl("http://localhost") == ""
    assert reason in made.no_link
    assert made.as_json("http://localhost", NOON)["link"] is None


def test_a_secret_is_in_no_fix_either() -> None:
    findings = report(SECRET).findings
    assert [finding.fix for finding in findings if finding.fix]
    assert all(fix_link(finding) is None for finding in findings)
    assert all(row["fix"] is None for row in findings_json(findings))


def test_a_fix_is_a_link() -> None:
    (finding,) = report(with_values(QUIET, UMask=[])).findings
    assert finding.fix is not None
    assert dict(links.pairs(finding.fix.unit)) == dict(QUIET)
    assert fix_link(finding) == links.link(finding.fix.unit)  # type: ignore[arg-type]


def test_steps_are_text_with_the_reason_over_each() -> None:
    do = Do((ShellCommand(("mkdir", "--", "/srv/a b")),))
    check = Check((ShellCommand(("test", "-e", "/x"), root=False),), "No x.")
    text = steps_text((Step("It needs a place.", (do, check)), Step("Nothing to do.")))
    assert text == "# It needs a place.\nsudo mkdir -- '/srv/a b'\ntest -e /x || echo 'No x.' >&2\n\n# Nothing to do.\n"


def test_a_refused_unit_has_no_report() -> None:
    with pytest.raises(ValueError, match="no unit"):
        make_report(read([]))


def test_the_json_report_contains_everything_on_the_page() -> None:
    made = report(with_values(LEAST, DynamicUser="yes", User=[]))
    told = made.as_json("http://localhost", NOON)
    assert told["schema"] == SCHEMA
    assert {change["name"] for change in told["changes"]} >= {"ProtectSystem", "RemoveIPC"}
    assert [row["status"] for row in told["failures"]["likely"]] == [row.status for row in made.failures.failures]
    assert all(cause["command"] for row in told["failures"]["likely"] for cause in row["causes"])
    assert [row["json_field"] for row in told["exposure"]["rows"] if row["exposure"]] != []
    assert "timer" not in told


def test_a_report_with_a_timer_contains_its_next_runs() -> None:
    told = report([*LEAST, ("timer.Timer.OnCalendar", "daily")]).as_json("http://localhost", NOON)
    assert told["timer"]["runs"][0] == "2026-11-25T00:00:00+00:00"

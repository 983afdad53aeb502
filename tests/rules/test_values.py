import pytest

from app import catalogue
from app.rules import secret_names
from tests.configurations import LEAST, example_value, least_with, read, with_values
from tests.rules.cases import assert_fix_mends, find, ids


@pytest.mark.parametrize("directive", [d for d in catalogue.DIRECTIVES if d.since > 219], ids=lambda d: d.name)
def test_a_directive_that_is_too_new_is_told(directive: catalogue.Directive) -> None:
    values = {directive.name: example_value(directive)} | ({"User": []} if directive.name == "DynamicUser" else {})
    older, same = (
        with_values(LEAST, systemd=str(version), **values) for version in (directive.since - 1, directive.since)
    )
    assert ("too-new", directive.name) in {(f.id, f.field) for f in read(older).findings}
    assert ("too-new", directive.name) not in {(f.id, f.field) for f in read(same).findings}


def test_a_value_that_is_too_new_is_told_with_what_happens() -> None:
    unit = least_with(PrivateTmp="disconnected", systemd="debian-12")
    finding = find(unit, "too-new")
    assert (
        finding.message
        == "The value “disconnected” needs systemd 257 or later; Debian 12 (bookworm) has 252: the line would be ignored."
    )
    assert finding.severity == "warning"
    assert_fix_mends(unit, finding)


def test_what_an_old_systemd_refuses_is_an_error() -> None:
    assert list(read(with_values(LEAST, ExecStart="|/bin/true", systemd="252")).errors) == ["ExecStart"]


def test_a_distribution_that_backports_is_never_refused() -> None:
    entry = read(with_values(LEAST, ExecStart="|/bin/true", systemd="rhel-9"))
    assert entry.is_valid
    (finding,) = entry.findings
    assert finding.severity == "warning"
    assert "or a backport of it" in finding.message


SECRETS = {
    "DB_PASSWORD=x": ["DB_PASSWORD"],
    "password=x": ["password"],
    "A=1 \"MY_TOKEN=a b\" 'AWS_CREDENTIALS=z'": ["MY_TOKEN", "AWS_CREDENTIALS"],
    "STRIPE_API_KEY=x": ["STRIPE_API_KEY"],
    "TLS_PRIVATE_KEY=x": ["TLS_PRIVATE_KEY"],
    "PASSWD=x SECRET=y": ["PASSWD", "SECRET"],
    "DB_PASSWORD=%%hunter2": ["DB_PASSWORD"],
    "PASS%iWORD=x": ["PASSWORD"],
    "DB_PASSWORD=%d/db": [],
    "DB_PASSWORD=": [],
    "DB_PASSWORD=/run/secrets/db": [],
    "DB_PASSWORD_FILE=x": [],
    "TOKEN_PATH=x": [],
    "PASSWORDS=x": [],
    "TOKENIZER=fast": [],
    "KEY=x": [],
    "API_KEYS=x": [],
}


@pytest.mark.parametrize(("value", "names"), SECRETS.items())
def test_what_looks_like_a_secret_is_found(value: str, names: list[str]) -> None:
    entry = read(with_values(LEAST, Environment=value), posted=True)
    assert entry.unit is not None
    assert secret_names(entry.unit) == names
    assert [f.message.split()[0] for f in entry.findings if f.id == "P46"] == names
    assert ("Environment" in read(with_values(LEAST, Environment=value)).errors) == bool(names)


def test_letters_outside_ascii_are_noted() -> None:
    assert ("non-ascii", "Description") in ids(least_with(Description="Раypal"))
    assert ("non-ascii", "Description") not in ids(least_with(Description="Paypal"))

import pytest

from app.analysis.rules import secret_names
from tests.analysis.rules.cases import ids
from tests.support.configurations import LEAST, least_with, read, with_values

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
def test_a_value_that_looks_like_a_secret_is_reported(value: str, names: list[str]) -> None:
    entry = read(with_values(LEAST, Environment=value), posted=True)
    assert entry.unit is not None
    assert secret_names(entry.unit) == names
    assert [f.message.split()[0] for f in entry.findings if f.id == "P46"] == names
    assert ("Environment" in read(with_values(LEAST, Environment=value)).errors) == bool(names)


def test_letters_outside_ascii_are_noted() -> None:
    assert ("non-ascii", "Description") in ids(least_with(Description="Раypal"))
    assert ("non-ascii", "Description") not in ids(least_with(Description="Paypal"))

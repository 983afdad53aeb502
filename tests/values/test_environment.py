"""Environment variables, and which of them look like secrets."""

import pytest

from app.values import secrets_in
from tests.values.claims import Refused, Taken, judged, pairs, sentences

# What systemd 252 takes without a word, and so do we.
TAKEN: Taken = {
    "Environment": [
        "A=b",
        "A=b C=d",
        '"A=b c"',
        'A="b c"',
        "'A=b c' _X1=",
        "A=",
        "A=b=c",
        "%p=x",
        "A=$HOME",
        "A=%%",
        "A=%n",
        "A=\\n\\t\\x41\\101",
        "A=\\u00e9é",
        "A=\\xc3\\xa9",
        "A=\\x1b[1m",
        'A=\\"b\\"',
        "a=a;b",
    ],
}

# What systemd 252 refuses or ignores, and our sentence.
REFUSED: Refused = {
    "Environment": {
        "A": '“A” is not an assignment, so systemd would drop it. Write NAME=value, with quotes around the whole where it holds blanks: "NAME=two words".',
        "A=b c": '“c” is not an assignment, so systemd would drop it. Write NAME=value, with quotes around the whole where it holds blanks: "NAME=two words".',
        "=b": "“” is not the name of a variable. Use letters, digits and _, not beginning with a digit.",
        "1A=b": "“1A” is not the name of a variable. Use letters, digits and _, not beginning with a digit.",
        "A-B=c": "“A-B” is not the name of a variable. Use letters, digits and _, not beginning with a digit.",
        "é=1": "“é” is not the name of a variable. Use letters, digits and _, not beginning with a digit.",
        'A="b': 'The quote " is opened and never closed. Close it, or take it away.',
        "A=\\d": "“\\d” is not an escape that systemd knows. For a literal backslash write two.",
        "A=\\x00": "“\\x00” does not stand for a character that may be used here. Take it away.",
        "A=%Z": "“%Z” is not a specifier that systemd expands here. For a literal percent sign write “%%”.",
        '"A B=c"': "“A B” is not the name of a variable. Use letters, digits and _, not beginning with a digit.",
        "%t=x": "“%t” is not the name of a variable. Use letters, digits and _, not beginning with a digit.",
    },
}

# What systemd 252 takes, but not as it was meant, or not in every version: refused all the same.
STRICTER: Refused = {}


@pytest.mark.parametrize(("name", "value"), pairs(TAKEN))
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert judged(name, value) == ""


@pytest.mark.parametrize(("name", "value", "sentence"), sentences(REFUSED, STRICTER))
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    assert judged(name, value) == sentence


SECRETS = (
    "PASSWORD=x", "DB_PASSWORD=x", "db_passwd=x", "APP_SECRET_2=x", "TOKEN=x", "AWS_CREDENTIALS=x", "STRIPE_API_KEY=x",
    "TLS_PRIVATE_KEY=x", '"MY_TOKEN=two words"', r"MY_TOKEN=\x41", "A=b GITHUB_TOKEN=x",
)  # fmt: skip
NO_SECRETS = (
    "PASSWORD=", "PASSWORD_FILE=x", "TOKEN_PATH=x", "TOKEN=/run/token", "TOKEN=%d/token", "PASSWORDS=x", "TOKENIZER=x",
    "SECRETARY=x", "KEY=x", "API_KEYS=x", "A=TOKEN=x",
)  # fmt: skip


@pytest.mark.parametrize("line", SECRETS)
def test_a_secret_is_recognised(line: str) -> None:
    assert len(secrets_in(line)) == 1


@pytest.mark.parametrize("line", NO_SECRETS)
def test_a_harmless_value_is_not_a_secret(line: str) -> None:
    assert secrets_in(line) == []


def test_escapes_that_are_no_text() -> None:
    assert (
        judged("Environment", r"A=\xff")
        == "An escape such as \\xff does not make UTF-8 here. Write the character itself."
    )
    assert (
        judged("Environment", r"A=\ud800")
        == "“\\ud800” does not stand for a character that may be used here. Take it away."
    )


def test_a_line_that_systemd_cannot_read_contains_no_secret() -> None:
    assert secrets_in('TOKEN="open') == []

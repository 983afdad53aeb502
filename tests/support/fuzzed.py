"""Requests that no browser sends, from a seed: every endpoint and method, with parameters, bodies and headers of all sorts."""

import io
import json
import random
import string
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes, quote_plus, urlencode

from flask import Flask
from werkzeug.routing import Rule

from app import catalogue, profiles
from app.unitfile.preserved import PreservedLine, dump
from app.web.form.entry import ORIGINAL, TOOL_PARAMETERS
from tests.support.configurations import EXAMPLES, LEAST, Parameters
from tests.support.hostile import MALFORMED, PIECES
from tests.support.mutations import PIECES as LINES

TOOL_NAMES = (*sorted(TOOL_PARAMETERS), "kept", ORIGINAL, "service", "act", "like", "a", "b", "text", "file", "q")
"""The parameters that are no directives, hidden fields of the forms included."""

WORDS = (
    *("", " ", "x", "x@", "x.service", "myapp", "root", "0", "-1", "65535", "4294967295", "yes", "no", "existing", "dynamic", "own"),
    *("%i", "%p-%i", "%q", "%", "%%", "%S/%i", "%n%n%n%n", "a\\x2db", "\\x", "\\", "..", ".", "/", "//", "/srv/x", "/srv/x:0700:ro"),
    *("/etc", "/var/lib/x", "/srv/%i", "/proc/1", "x y z", "x:y", "x:y:ro", ":", "::", "a=b", "=", "~", "-", "+/bin/x", "timer"),
    *("socket", "path", "Nice", "nice", "User", "ExecStart", "timer.Timer.OnCalendar", "P2-0", "fix-0", "fix-1", "fix-999"),
    *("hide", "remove-0", "remove-9", "replace-0", "replace-1", "replace-7", "remove--1", "moving", "PrivateTmp", "UserOrDynamicUser"),
    *("strict", "web", "257", "247", "262", "1", "999", "debian-12", "debian-99", "daily", "*-*-* 25:61:00", "1h 1x", "80", "[::1]:80"),
)  # fmt: skip
"""Values that mean something somewhere, most of them in another parameter."""

HEADERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Accept", ("*/*", "text/html", "application/json", "text/plain", "text/html;q=0, */*;q=x", ";;,", "x" * 500)),
    ("Accept-Encoding", ("br", "gzip", "identity;q=0", "*;q=0", "gzip;q=nan", "zstd")),
    ("Accept-Language", ("de", "x;q=9")),
    ("If-None-Match", ('"x"', "*", "W/", '"')),
    ("If-Modified-Since", ("yesterday", "Thu, 01 Jan 1970 00:00:00 GMT")),
    ("Range", ("bytes=0-1", "bytes=-1", "bytes=5-1", "lines=0-", "bytes=0-1,3-4")),
    ("Cookie", ("a=b; c", "\x7f")),
    ("X-Forwarded-Host", ("evil.example", "[::1")),
    ("X-Forwarded-Prefix", ("/a", "//evil")),
    ("X-Forwarded-Proto", ("https", "gopher")),
    ("Transfer-Encoding", ("chunked", "x")),
    ("Expect", ("100-continue",)),
    ("Origin", ("null", "http://evil.example")),
)
HOSTS = (
    *["localhost"] * 150,
    "evil.example",
    "localhost:99999",
    "",
    "[::1",
    "[::1]",
    "localhost.",
    "LOCALHOST",
    "x" * 300,
    "a b",
    "127.0.0.1:80",
)
CONTENT_TYPES = (
    *["application/x-www-form-urlencoded"] * 6,
    *(
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain",
        "text/plain; charset=utf-16",
    ),
    *("application/x-www-form-urlencoded; charset=x", "text/html", "image/png", "", "x", "a/b; c"),
)
METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH")


class Fuzzed(NamedTuple):
    """A request as werkzeug's client takes it."""

    method: str
    path: str
    query: str
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...]


def fuzzed(app: Flask, seed: int) -> Iterator[Fuzzed]:
    """Requests without end, the same for a seed."""
    chance = random.Random(seed)
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    while True:
        yield _request(chance, chance.choice(rules))


def _request(chance: random.Random, rule: Rule) -> Fuzzed:
    allowed = [method for method in METHODS if method in (rule.methods or ())]
    method = chance.choice(allowed if allowed and chance.random() < 0.9 else METHODS)
    pairs = _parameters(chance)
    if rule.rule.startswith("/server"):
        pairs = _services(chance)
    if rule.rule == "/compare" and chance.random() < 0.8:
        pairs = [("a", _query(chance, pairs)), ("b", _query(chance, _parameters(chance)))]
    name = next((value for key, value in pairs if key == "name"), "x")
    path = _path(chance, rule, name)
    if method == "GET" or chance.random() < 0.15:
        return Fuzzed(method, path, _query(chance, pairs), b"", "", _headers(chance))
    query = _query(chance, _parameters(chance)[:3]) if chance.random() < 0.3 else ""
    content_type = chance.choice(CONTENT_TYPES)
    return Fuzzed(method, path, query, *_body(chance, pairs, content_type), _headers(chance))


def _path(chance: random.Random, rule: Rule, name: str) -> str:
    """The address of a rule, most often with the name that the parameters have."""
    path = rule.rule
    for argument in rule.arguments:
        value = name if chance.random() < 0.8 else chance.choice((*WORDS, *PIECES))[:100]
        value = chance.choice(("service", "timer", "x")) if argument == "suffix" else value
        path = path.replace(f"<{argument}>", value).replace(f"<path:{argument}>", value)
    return (
        "/" + quote_from_bytes(path[1:].encode("utf-8", "surrogatepass"))
        if chance.random() < 0.98
        else path[:-1] or "/"
    )


def _headers(chance: random.Random) -> tuple[tuple[str, str], ...]:
    chosen = [(name, chance.choice(values)) for name, values in HEADERS if chance.random() < 0.06]
    return (("Host", chance.choice(HOSTS)), *chosen)


# --- parameters --------------------------------------------------------------------------------------


def _parameters(chance: random.Random) -> Parameters:
    """A unit that exists, changed in some places."""
    base = chance.choice((LEAST, [], LEAST[:3], *EXAMPLES.values(), list(profiles.STARTER)))
    pairs = list(base)
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5))):
        pairs.insert(chance.randrange(len(pairs) + 1), _parameter(chance))
    for at in range(len(pairs)):
        if chance.random() < 0.05:
            pairs[at] = (pairs[at][0], _mutated(chance, pairs[at][1]))
    if chance.random() < 0.1:
        chance.shuffle(pairs)
    return [pair for pair in pairs if chance.random() > 0.02]


def _parameter(chance: random.Random) -> tuple[str, str]:
    kind = chance.random()
    if kind < 0.45:
        name = chance.choice(TOOL_NAMES)
        return name, _tool_value(chance, name)
    if kind < 0.9:
        row = chance.choice(catalogue.ROWS)
        value = row.sample if chance.random() < 0.6 else chance.choice(WORDS)
        return row.name, value if chance.random() < 0.6 else _mutated(chance, value)
    return _mutated(
        chance, chance.choice(("Usr", "user", "utm_source", "Service.User", "timer.", "timer.Foo.Bar"))
    ), chance.choice(WORDS)


def _tool_value(chance: random.Random, name: str) -> str:
    """A value of one of the tool's own parameters: right, of another parameter, or forged."""
    if name == "kept" and chance.random() < 0.8:
        return _kept(chance)
    if name in (ORIGINAL, "text") and chance.random() < 0.8:
        return unit_text(chance).decode("utf-8", "replace")
    if name in ("service", "a", "b") and chance.random() < 0.8:
        return _query(chance, _parameters(chance))
    if name in ("add", "find", "reset", "close") and chance.random() < 0.6:
        return chance.choice(catalogue.ROWS).name
    if name == "profile" and chance.random() < 0.6:
        return chance.choice(profiles.PROFILES).key
    return chance.choice(WORDS) if chance.random() < 0.7 else _mutated(chance, chance.choice((*WORDS, *PIECES)))


def _kept(chance: random.Random) -> str:
    """What the hidden field of preserved lines holds: as the page writes it, and forged."""
    row = chance.choice(catalogue.ROWS)
    lines = [
        PreservedLine(chance.choice(("# a", "X-A=b", f"{row.word}=", f"{row.word}=\\", "[Service]", "User=", "foo")), row.file, row.section, chance.choice(("", row.name, "x")), chance.randrange(3), chance.randrange(9))
        for _ in range(chance.randrange(4))
    ]  # fmt: skip
    forged: tuple[Any, ...] = (
        "x",
        [],
        {},
        [[]],
        [["a"] * 6],
        [["a", "service", "", "", -1, 0]],
        [[1, 2, 3, 4, 5, 6]],
        None,
        [["a", "service", "", "", 1e999, True]],
    )
    text = dump(lines) if chance.random() < 0.5 else json.dumps(chance.choice(forged))
    return text if chance.random() < 0.7 else _mutated(chance, text) if chance.random() < 0.8 else "[" * 5000


def _services(chance: random.Random) -> Parameters:
    """Services of a server, some of one name, some triggered, and a button of the page."""
    count = chance.choice((0, 1, 2, 2, 3, 5, 60))
    made = [_parameters(chance) for _ in range(min(count, 5))] or [[]]
    services = [("service", _query(chance, chance.choice(made))) for _ in range(count)]
    act = [("act", chance.choice(WORDS)), ("like", chance.choice(WORDS))]
    return [*services, *act[: chance.randrange(3)], *([_parameter(chance)] if chance.random() < 0.2 else [])]


def _mutated(chance: random.Random, text: str) -> str:
    """A text with a piece put in, taken out, doubled or turned round."""
    at, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    acts = (
        lambda: text[:at] + chance.choice(PIECES) + text[end:],
        lambda: text[:at] + text[end:],
        lambda: text[:end] + text[at:],
        lambda: text[at:] + text[:at],
        lambda: text[:at] + chr(chance.choice((0, 9, 10, 13, 34, 37, 92, 127, 0xA0, 0xD800, 0x202E, 0x10FFFF, chance.randrange(0x3000)))) + text[at:],
        lambda: text[:at] + chance.choice(string.punctuation) * chance.choice((1, 2, 300)) + text[at:],
        lambda: text * chance.choice((2, 3, 40)),
    )  # fmt: skip
    return chance.choice(acts)()[:3000]


def _query(chance: random.Random, pairs: Parameters) -> str:
    """The parameters as a query, once in a while cut or with bytes that are no text."""
    query = urlencode(pairs, errors="surrogatepass")
    if chance.random() < 0.08:
        query = query[: chance.randrange(len(query) + 1)] + chance.choice(MALFORMED)
    return query


# --- bodies ------------------------------------------------------------------------------------------


def unit_text(chance: random.Random) -> bytes:
    """A unit file, more or less."""
    lines: list[bytes] = []
    for _ in range(chance.randrange(12)):
        row = chance.choice(catalogue.ROWS)
        value = row.sample if chance.random() < 0.7 else _mutated(chance, row.sample)
        line = f"[{row.section}]\n{row.word}={value}\n".encode("utf-8", "surrogatepass")
        lines.append(line if chance.random() < 0.6 else chance.choice(LINES))
    return b"".join(lines)


def _body(chance: random.Random, pairs: Parameters, content_type: str) -> tuple[bytes, str]:
    """A body, and the type that it says it has."""
    if content_type == "multipart/form-data":
        return _multipart(chance, pairs)
    kind = chance.random()
    if kind < 0.75 and content_type.startswith("application/x-www-form"):
        return _query(chance, pairs).encode("utf-8", "surrogatepass"), content_type
    if kind < 0.85:
        return unit_text(chance), content_type
    if kind < 0.9:
        return json.dumps(dict(pairs)).encode("utf-8", "surrogatepass"), content_type
    return chance.randbytes(chance.randrange(200)), content_type


def _multipart(chance: random.Random, pairs: Parameters) -> tuple[bytes, str]:
    """Fields and files as a browser posts them, some of them cut."""
    boundary = "zq" + str(chance.randrange(10**6))
    out = io.BytesIO()
    files = [
        (
            chance.choice(("file", "text", "x")),
            chance.choice((*WORDS, "x.service", "a.timer", "b.conf")),
            unit_text(chance),
        )
        for _ in range(chance.randrange(3))
    ]
    for key, value in pairs:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n'
        out.write(head.encode("utf-8", "surrogatepass") + value.encode("utf-8", "surrogatepass") + b"\r\n")
    for key, name, data in files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"; filename="{quote_plus(name)}"\r\nContent-Type: text/plain\r\n\r\n'
        out.write(head.encode() + data + b"\r\n")
    body = out.getvalue() + f"--{boundary}--\r\n".encode()
    return body[
        : len(body) if chance.random() < 0.9 else chance.randrange(len(body))
    ], f"multipart/form-data; boundary={boundary}"

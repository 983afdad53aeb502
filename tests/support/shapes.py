"""Requests that are as large as they may be: for every directive links and bodies full of values of many shapes.

Each shape answers a way in which work or an answer could grow faster than what came in: many lines, many words, one long
value, nested ones, specifiers that grow when they are expanded, words that are wrong and have a nearest one.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple
from urllib.parse import quote, quote_plus, urlencode

from app import catalogue
from app.catalogue import Directive
from app.catalogue.limits import (
    MAX_BODY_BYTES,
    MAX_LINK_BYTES,
    MAX_SERVER_DIRECTORIES,
    MAX_SERVICES,
    MAX_UNIT_DIRECTORIES,
    MAX_UPLOAD_BYTES,
)

LINK, FORM, UPLOAD = MAX_LINK_BYTES, MAX_BODY_BYTES, MAX_UPLOAD_BYTES
"""Bytes that a link, a form and an upload may have."""

Pairs = list[tuple[str, str]]
Numbered = Callable[[int], str]

SAFE = "/:@,~="
"""Signs that links leave as they are."""

INSTANCES = [("instance", letter) for letter in "abcdefghij"]


class Ask(NamedTuple):
    """One request: what it is called here, its method, path and query, its body and the body's type."""

    title: str
    method: str
    path: str
    query: str = ""
    body: str = ""
    content_type: str = "application/x-www-form-urlencoded"
    accept: str = "text/html"


TOOL_LISTS = {"own": "/srv/x", "look": "/srv/x", "instance": "x", "reset": "ReadWritePaths"}
"""The tool's own parameters that repeat, each with a value."""


class Shape(NamedTuple):
    """A way to fill a request with one directive: the values of its lines, up to a number of bytes."""

    title: str
    values: Callable[[Directive, int], list[str]]


# --- values that a directive takes -------------------------------------------------------------------

GENERAL: tuple[Numbered, ...] = (
    lambda at: f"z{at}",
    lambda at: f"/srv/z{at}",
    lambda at: f"z{at}.service",
    lambda at: f"Z{at}=v{at}",
    lambda at: f"/usr/bin/z {at}",
    lambda at: f"/srv/a{at}:/srv/b{at}",
    lambda at: f"10.{at // 256 % 256}.{at % 256}.0/24",
    lambda at: f"z{at}:/etc/z{at}",
    lambda at: str(at % 8000),
    lambda at: f"{at % 24:02}:{at % 60:02}:{at // 24 % 60:02}",
    lambda at: f"tcp:{at % 60000 + 1}",
)


@cache
def makers(name: str) -> list[Numbered]:
    """Functions that make values of a directive, each another for another number where it can be."""
    row = _BY_NAME[name]
    sample = row.sample or "x"
    words = list(row.kind.suggestions) or [sample]
    digits = re.compile(r"[0-9]+")
    candidates: list[Numbered] = [
        lambda at: f"{sample}{at}",
        lambda at: digits.sub(str(at % 900 + 1), sample, count=1),
        lambda at: re.sub(r"[A-Za-z]+", lambda found: f"{found[0]}{at}", sample, count=1),
        lambda at: re.sub(r"[a-z]+(?=[^a-z]*$)", lambda found: f"{found[0]}{at}", sample, count=1),
        *GENERAL,
        lambda at: words[at % len(words)],
    ]
    taken = [make for make in candidates if _takes(row, make(1)) and _takes(row, make(217))]
    distinct = [make for make in taken if make(1) != make(217)]
    return (distinct or taken or [lambda at: sample])[:3]


def _takes(row: Directive, value: str) -> bool:
    try:
        row.kind.normalise(value)
    except ValueError:
        return False
    return True


# --- the shapes --------------------------------------------------------------------------------------


def _lines(make: Numbered, row: Directive, size: int) -> list[str]:
    """As many lines as fit."""
    return list(_fitting(make, size, len(row.name) + 2)) if row.repeats else [make(0)]


def _words(make: Numbered, separator: str, size: int) -> list[str]:
    """One line with as many words as fit."""
    return [separator.join(_fitting(make, size, len(quote_plus(separator))))]


def _fitting(make: Numbered, size: int, beside: int) -> Iterator[str]:
    """Values that fit together, with so many bytes beside each."""
    for at in range(size):
        value = make(at)
        size -= len(value if value.isalnum() else quote_plus(value, safe=SAFE)) + beside
        if size < 0:
            return
        yield value


def _filled(head: str, piece: str, tail: str, size: int) -> list[str]:
    """One value: a piece again and again."""
    count = max(1, (size - len(head) - len(tail)) // len(quote_plus(piece, safe=SAFE)))
    return [f"{head}{piece * count}{tail}"]


def _distinct(which: int) -> Callable[[Directive, int], list[str]]:
    return lambda row, size: _lines(_maker(row, which), row, size)


def _listed(which: int, separator: str) -> Callable[[Directive, int], list[str]]:
    return lambda row, size: _words(_maker(row, which), separator, size)


def _maker(row: Directive, which: int) -> Numbered:
    made = makers(row.name)
    return made[which % len(made)]


def _fill(piece: str, *, head: str = "", tail: str = "") -> Callable[[Directive, int], list[str]]:
    return lambda row, size: _filled(head, piece, tail, size)


def _specified(row: Directive, size: int) -> list[str]:
    """Lines with a specifier that is an instance's name."""
    make = _maker(row, 0)
    return _lines(lambda at: f"{make(at)}%i" if _takes(row, f"{make(at)}%i") else f"{make(at)}", row, size)


def _specified_words(row: Directive, size: int) -> list[str]:
    make = _maker(row, 0)
    return _words(lambda at: f"{make(at)}-%i%n", " ", size)


SHAPES = (
    Shape("distinct lines", _distinct(0)),
    Shape("other distinct lines", _distinct(1)),
    Shape("repeated lines", lambda row, size: _lines(lambda _: _maker(row, 0)(1), row, size)),
    Shape("words", _listed(0, " ")),
    Shape("other words", _listed(1, " ")),
    Shape("repeated words", lambda row, size: _words(lambda _: _maker(row, 0)(1), " ", size)),
    Shape("words with commas", _listed(0, ",")),
    Shape("lines by instance", _specified),
    Shape("words by instance", _specified_words),
    Shape("wrong lines", lambda row, size: _lines(lambda at: f"Zq{at}!", row, size)),
    Shape("wrong words", lambda row, size: _words(lambda at: f"Zq{at}!", " ", size)),
    Shape("deep path", _fill("/a")),
    Shape("deep name", _fill("a/", tail="b")),
    Shape("dotted path", _fill("/..")),
    Shape("growing specifiers", _fill("%n")),
    Shape("growing paths", _fill("/%S%n")),
    Shape("long word", _fill("x")),
    Shape("long number", _fill("9")),
    Shape("dashes", _fill("a-")),
    Shape("open brackets", _fill("(")),
    Shape("groups", _fill("(a|", tail="b")),
    Shape("stars", _fill("a*")),
    Shape("quotes", _fill("\"' ")),
    Shape("escapes", _fill("\\x2d")),
    Shape("colons", _fill("a:")),
    Shape("variables", _fill("${A} ")),
    Shape("percent signs", _fill("%%")),
    Shape("letters that hide", _fill("é")),
    Shape("commands", _fill("/bin/a ; ")),
    Shape("spans", _fill("1h ")),
    Shape("ranges", _fill("1-2,")),
)


# --- the requests ------------------------------------------------------------------------------------


def base_of(row: Directive, *, template: bool) -> Pairs:
    """The least unit that a directive can stand in; of a template with ten instances."""
    named = "x" if len(row.name) % 2 else "x" * 120  # the specifier %n grows with the name
    instances = INSTANCES if template and row.name != "instance" else []
    pairs = [("name", f"{named}@" if template else named), ("systemd", "257"), *instances]
    others = [("ExecStart", "/bin/x"), ("User", "x-%i" if template else "x")]
    starters = {
        "timer": [("timer.Timer.OnCalendar", "daily")],
        "socket": [("socket.Socket.ListenStream", "80")],
        "path": [("path.Path.PathExists", "/srv/x")],
    }
    needed = [*others, *starters.get(row.file, [])]
    return pairs + [(name, value) for name, value in needed if name != row.name]


def parameters(row: Directive, shape: Shape, size: int, *, template: bool) -> Pairs:
    """A unit full of a directive, as parameters of so many bytes."""
    base = base_of(row, template=template)
    room = size - len(urlencode(base)) - len(row.name) - 20
    return base + [(row.name, value) for value in shape.values(row, room)]


def encoded(pairs: Pairs, size: int) -> str:
    """The parameters as a query; what does not fit is cut off behind its last whole character."""
    query = "&".join(f"{quote_plus(name)}={quote_plus(value, safe=SAFE)}" for name, value in pairs)
    return re.sub("%.?$", "", query[:size])


UNIT_PATHS = ("/prep.sh", "/install.sh", "/undo.sh", "/sysusers.conf", "/tmpfiles.conf", "/ansible.yml", "/archive.tar.gz")  # fmt: skip
SERVER_PATHS = ("/server", "/server.json", "/server/prep.sh", "/server/prove-it.sh", "/server.tar.gz")
UPLOAD_PATHS = ("/import", "/lint", "/score")

Build = Callable[[Directive, Shape, bool], Ask]


def _link(path: str, accept: str = "text/html") -> Build:
    def build(row: Directive, shape: Shape, template: bool) -> Ask:
        pairs = parameters(row, shape, LINK, template=template)
        return Ask(f"GET {path}", "GET", path.format(name=pairs[0][1]), encoded(pairs, LINK - 10), accept=accept)

    return build


def _form(path: str, *, accept: str = "text/html", extra: str = "", size: int = FORM) -> Build:
    def build(row: Directive, shape: Shape, template: bool) -> Ask:
        pairs = parameters(row, shape, size - len(extra), template=template)
        body = encoded(pairs, size - len(extra) - 10) + extra
        return Ask(f"POST {path}{extra[:20]}", "POST", path.format(name=pairs[0][1]), body=body, accept=accept)

    return build


def _with_original(path: str) -> Build:
    def build(row: Directive, shape: Shape, template: bool) -> Ask:
        pairs = parameters(row, shape, FORM // 2, template=template)
        text = quote_plus(unit_text(row, shape, FORM // 4, template=template)[: FORM // 4])
        body = encoded(pairs, FORM // 2) + f"&original={text}"
        return Ask(f"POST {path}", "POST", path.format(name=pairs[0][1]), body=body[: FORM - 10])

    return build


def _services(path: str, method: str, count: int, accept: str = "text/html") -> Build:
    """Several services that fill a request together."""

    def build(row: Directive, shape: Shape, template: bool) -> Ask:
        size = LINK if method == "GET" else FORM
        own = max(150, (size - 20) // count - 20)
        queries: list[str] = []
        for at in range(count):
            pairs = parameters(row, shape, own * 3 // 4, template=template)
            pairs[0] = ("name", f"s{at}{'@' if template else ''}")
            queries.append(f"service={quote(encoded(pairs, own * 3 // 4), safe='/:@,~')}")
            if sum(map(len, queries)) + len(queries) > size - 20:
                queries.pop()
                break
        together = "&".join(queries)
        query, body = (together, "") if method == "GET" else ("", together)
        return Ask(f"{method} {path} ×{count}", method, path, query, body, accept=accept)

    return build


def _compared(method: str) -> Build:
    def build(row: Directive, shape: Shape, template: bool) -> Ask:
        size = LINK if method == "GET" else FORM
        one = encoded(parameters(row, shape, size // 3, template=template), size // 3)
        other = encoded(parameters(row, shape, size // 4, template=template)[::-1], size // 3)
        both = f"a={quote_plus(one, safe='/:@,~')}&b={quote_plus(other, safe='/:@,~')}"[: size - 20]
        query, body = (both, "") if method == "GET" else ("", both)
        return Ask(f"{method} /compare", method, "/compare", query, body)

    return build


def unit_text(row: Directive, shape: Shape, size: int, *, template: bool) -> str:
    """A unit file of so many bytes, full of a directive."""
    start = "[Service]\nExecStart=/bin/x\nUser=x\n" if row.file == "service" else ""
    lines = [f"{row.word}={value}" for value in shape.values(row, size - 200)]
    body = "\n".join(lines)[: size - 200]
    return f"{start}[{row.section}]\n{body}\n"


def _upload(path: str, accept: str, size: int = UPLOAD) -> Build:
    def build(row: Directive, shape: Shape, template: bool) -> Ask:
        name = f"x{'@' if template else ''}.{row.file}"
        text = unit_text(row, shape, size, template=template)
        return Ask(
            f"POST {path} ({size:,} bytes)", "POST", path, f"name={name}&systemd=257", text, "text/plain", accept
        )

    return build


JSON = "application/json"

BUILDS: tuple[Build, ...] = (
    _link("/"),
    _form("/"),
    _form("/report.json"),
    _services("/server", "POST", 50),
    _services("/server", "POST", 4),
    _link("/report.json"),
    _upload("/import", "text/html"),
    _form("/live"),
    _form("/live/later"),
    _services("/server.json", "POST", 50),
    _services("/server.json", "POST", 12),
    _compared("POST"),
    _upload("/lint", "text/plain"),
    _with_original("/"),
    _link("/", "text/plain"),
    _link("/{name}.service"),
    _form("/{name}.service"),
    *(_link(path) for path in UNIT_PATHS),
    *(_form(path) for path in UNIT_PATHS),
    _form("/", extra="&profile=strict"),
    _form("/", extra="&close=PrivateTmp"),
    _form("/", extra="&fix=0"),
    _form("/", extra="&find=Nice"),
    _with_original("/compare"),
    _with_original("/{name}.service.d/override.conf"),
    _compared("GET"),
    *(_services(path, "GET", 8) for path in SERVER_PATHS),
    *(_services(path, "POST", 50) for path in SERVER_PATHS[2:]),
    *(_services(path, "POST", 4) for path in SERVER_PATHS[1:]),
    _upload("/import", JSON),
    _upload("/lint", JSON),
    _upload("/score", "text/plain"),
    _upload("/import", "text/html", FORM),
    _upload("/lint", JSON, FORM),
)
"""A request for every endpoint that takes units, by link and by body, the heaviest first."""


ROWS = (
    *(row for row in catalogue.ROWS if not row.like),
    *(replace(catalogue.find("ReadOnlyPaths"), name=name, example=sample) for name, sample in TOOL_LISTS.items()),
)
"""The directives, and the tool's own parameters that repeat. Directives that a triggering unit shares with the service have the
service's kinds and rules, so that they are asked once."""

_BY_NAME = {row.name: row for row in ROWS}


def limited_requests() -> Iterator[Ask]:
    """Units and servers with as many directories as are allowed, against every endpoint: what is refused is soon answered."""
    for names, makers_of in DIRECTORIES.items():
        for title, make in makers_of.items():
            one = [*BASE, *_directories(names, make, 0, MAX_UNIT_DIRECTORIES)]
            ten = [("name", "x@"), *INSTANCES, *BASE[1:], *_directories(names, make, 0, MAX_UNIT_DIRECTORIES // 10)]
            for pairs in (one, ten):
                yield from _asks_of(f"{len(pairs)} parameters, {names}: {title}", pairs)
            for count in (MAX_SERVICES, 20, 4):
                yield from _server_asks(f"{count} services, {names}: {title}", count, names, make)


BASE: Pairs = [
    ("name", "x"),
    ("systemd", "257"),
    ("ExecStart", "/srv/x/y"),
    ("User", "u"),
    ("ReadWritePaths", "/srv /var"),
]

DIRECTORIES: dict[str, dict[str, Callable[[int], str]]] = {
    "StateDirectory": {
        "beside each other": lambda at: f"d{at}",
        "in each other": lambda at: "/".join(["a"] * (1 + at % 20)),
        "by instance": lambda at: f"d{at}-%i",
        "deep": lambda at: "/".join([f"d{at}", *["a"] * 9]),
    },
    "RuntimeDirectory": {"shared": lambda at: f"d{at % 8}"},
    "ConfigurationDirectory": {"of root": lambda at: f"d{at}"},
    "own": {
        "beside each other": lambda at: f"/opt/z/d{at}",
        "shared": lambda at: f"/opt/z/d{at % 8}",
        "long": lambda at: f"/opt/z/{str(at) * 70}",
        "deep": lambda at: f"/srv/d{at}" + "/a" * 9,
    },
}
"""Directives that name directories, and how their values may lie."""


def _directories(name: str, make: Callable[[int], str], first: int, count: int) -> Pairs:
    """So many directories: a line each where they are the service's own, else words of one line."""
    values = [make(at) for at in range(first, first + count)]
    return [(name, value) for value in values] if name == "own" else [(name, " ".join(values))]


def _asks_of(title: str, pairs: Pairs) -> Iterator[Ask]:
    body = urlencode(pairs)[:FORM]
    name = pairs[0][1]
    for path in ("/", "/live", "/live/later", "/report.json", f"/{name}.service", *UNIT_PATHS):
        yield Ask(f"POST {path}, {title}", "POST", path, body=body)


def _server_asks(title: str, count: int, name: str, make: Callable[[int], str]) -> Iterator[Ask]:
    """A server of so many services with all directories that it may have: of a user each, of one user, and of root."""
    each = MAX_SERVER_DIRECTORIES // count
    for who in ("own", "same", "root"):
        services = []
        for at in range(count):
            user = [("User", "u" if who == "same" else f"u{at}")] if who != "root" else []
            pairs = [("name", f"s{at}"), *BASE[1:3], *user, BASE[-1], *_directories(name, make, at * each, each)]
            services.append(("service", urlencode(pairs, safe="/:")))
        body = urlencode(services, safe="/:")
        if len(body) <= FORM:
            for path in SERVER_PATHS:
                yield Ask(f"POST {path}, {title}, {who}", "POST", path, body=body)
            yield Ask(f"POST /server hide, {title}, {who}", "POST", "/server", body=f"{body}&act=hide"[:FORM])


def every_request(chance: random.Random) -> Iterator[Ask]:
    """Every shape of every directive against an endpoint that takes it: over all directives each shape meets each endpoint."""
    for row in ROWS:
        first = chance.randrange(len(BUILDS))
        for at, shape in enumerate(SHAPES):
            yield request(row, shape, BUILDS[(first + at) % len(BUILDS)], template=chance.random() < 0.5)


def some_requests(chance: random.Random) -> Iterator[Ask]:
    """The same by chance, without end; most of them of directives that repeat, whose shapes are the largest."""
    repeated = [row for row in ROWS if row.repeats]
    while True:
        rows = repeated if chance.random() < 0.7 else ROWS
        yield request(chance.choice(rows), chance.choice(SHAPES), chance.choice(BUILDS), template=chance.random() < 0.5)


def request(row: Directive, shape: Shape, build: Build, *, template: bool) -> Ask:
    """One request, titled with all that it is made of."""
    asked = build(row, shape, template)
    return asked._replace(title=f"{asked.title}, {row.name}: {shape.title}{', ten instances' if template else ''}")

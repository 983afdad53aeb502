"""How long the page takes beside a naive one, how many raw answers a gunicorn gives beside a one-line view, and what a visit weighs.

Run as ``python tests/bench/page.py [--short]``. Every request is a link never seen before. Exits 1 where a number is missed.
"""

import http.client
import itertools
import re
import statistics
import sys
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[2]))

import brotli
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField

from app import catalogue, create_app, profiles
from app.web.form import entry as forms
from tests.bench.exposure import LINES
from tests.support.serving import served

MAX_OF_NAIVE = 0.5
LEAST_OF_ONE_LINE = 0.2
MAX_BYTES, MAX_REQUESTS = 60_000, 4
GROWTH_SLACK, MAX_DIRECTIVES = 1.2, 200
SAFE = "/:@,~="
SHORT_SLACK = 1.6  # few runs beside other work: this is to find what makes an answer twice as slow

FIELDS = len(catalogue.names())
"""Directives that a service has: the naive page has a field for each."""

NUMBERS = itertools.count(1)

NAIVE_PAGE = """<!doctype html><title>Unit</title><form method="post">
{% for field in form %}<p>{{ field.label }} {{ field() }}
{% for error in field.errors %}<b>{{ error }}</b>{% endfor %}</p>{% endfor %}</form>"""


def link(path: str = "/{name}.service") -> str:
    """A link that nobody asked for before, of a service with forty directives, which say its own name."""
    name = f"app{next(NUMBERS)}"
    lines = [(key, value.replace("myapp", name)) for key, value in LINES]
    return f"{path.format(name=name)}?{urlencode([('name', name), ('systemd', '252'), *lines])}"


def naive() -> Flask:
    """What most would write: a form with a field for each directive, validated and drawn in a loop."""
    form_class = type("Unit", (Form,), {name: StringField(name) for name in catalogue.names()})
    app = Flask("naive")

    @app.get("/")
    def show() -> str:
        form = form_class(request.args)
        form.validate()
        return render_template_string(NAIVE_PAGE, form=form)

    return app


def one_line() -> Flask:
    """A view that says a word."""
    app = Flask("one line")
    app.add_url_rule("/", view_func=lambda: "ok")
    app.add_url_rule("/healthz", "health", view_func=lambda: "ok")
    return app


def in_turn(times: int, *works: Callable[[], object]) -> list[float]:
    """The median milliseconds of a core that each work takes, all taking turns so that what else runs hits them alike."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, list_ in zip(works, taken, strict=True):
            start = time.process_time()
            work()
            list_.append((time.process_time() - start) * 1000)
    return [statistics.median(list_) for list_ in taken]


def page_beside_naive(times: int) -> float:
    """The page's time as a share of the naive page's."""
    ours, theirs = create_app().test_client(), naive().test_client()
    assert ours.get(link("/")).status_code == 200
    assert theirs.get(link("/")).status_code == 200
    page, plain = in_turn(times, lambda: ours.get(link("/")), lambda: theirs.get(link("/")))
    print(
        f"GET / with {len(LINES)} directives {page:.1f} ms, naive page of {FIELDS} fields {plain:.1f} ms: {page / plain:.2f}"
    )
    return page / plain


def raw_beside_one_line(seconds: int) -> float:
    """The requests a second of the unit file as a share of those of a one-line view, on the same gunicorn with one worker.

    The median of three rounds, in each of which both are asked one after the other: what slows a machine for a while slows both.
    """
    with served("--workers", "1") as ours, served("--workers", "1", app="tests.bench.page:one_line()") as theirs:
        rates = [[rate(ours.port, "/{name}.service", seconds), rate(theirs.port, "/", seconds)] for _ in range(3)]
    share, unit, line = sorted((unit / line, unit, line) for unit, line in rates)[len(rates) // 2]
    print(f"unit file of {len(LINES)} directives {unit:.0f} a second, one-line view {line:.0f}: {share:.2f}")
    return share


def rate(port: int, path: str, seconds: float) -> float:
    """Requests a second over a few connections that stay open, each for a link never seen before."""
    end, done = time.monotonic() + seconds, 0
    connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(4)]
    while time.monotonic() < end:
        for connection in connections:
            connection.request("GET", link(path))
        for connection in connections:
            answer = connection.getresponse()
            assert answer.read()
            assert answer.status == 200
            done += 1
    for connection in connections:
        connection.close()
    return done / seconds


def a_visit() -> tuple[int, int, int]:
    """What a browser fetches at its first visit, and at its second: bytes over the wire, requests; and requests again."""
    with served("--workers", "1") as site:
        headers = {"Accept-Encoding": "gzip, br"}
        page, body = site.ask("/", headers=headers)
        addresses = {
            unescape(address)
            for address in re.findall(r'(?:href|src)="([^"#]*/static/[^"]+)"', brotli.decompress(body).decode())
        }
        assets = [site.ask(address, headers=headers) for address in addresses]
        asked = [(page, body), *assets]
        weight = sum(len(content) + len(str(answer.headers)) for answer, content in asked)
        again = [answer for answer, _ in asked if "immutable" not in str(answer.headers["Cache-Control"])]
        status = site.ask("/", headers=headers | {"If-None-Match": str(page.headers["ETag"])})[0].status
    print(f"first visit {weight} bytes in {len(asked)} requests; second visit {len(again)} request, answered {status}")
    return weight, len(asked), len(again)


def growth(times: int) -> bool:
    """The tables of what a page costs from 10 to 200 directives, and /server posted from 2 to 50 services."""
    client = create_app().test_client()
    lines = sound_lines()
    counts, sizes = (10, 25, 50, 100, MAX_DIRECTIVES), (2, 5, 10, 25, 50)
    of_page = [in_turn(times, lambda count=count: client.get(many_directives(count, lines)))[0] for count in counts]
    of_server = [in_turn(times, lambda size=size: post(client, "/server", many_services(size)))[0] for size in sizes]
    print("directives        " + " ".join(f"{count:>8}" for count in counts))
    print("milliseconds      " + " ".join(f"{taken:8.1f}" for taken in of_page))
    print("services          " + " ".join(f"{size:>8}" for size in sizes))
    print("milliseconds      " + " ".join(f"{taken:8.1f}" for taken in of_server))
    linear = of_page[-1] / of_page[0] <= counts[-1] / counts[0] * GROWTH_SLACK
    quadratic = of_server[-1] / of_server[0] <= (sizes[-1] / sizes[0]) ** 2 * GROWTH_SLACK
    return linear and quadratic


def sound_lines() -> list[tuple[str, str]]:
    """The least service, and as many further directives with their examples as go with those before."""
    lines = [("ExecStart", "/usr/bin/app"), ("User", "app"), ("UMask", "0077")]
    for row in catalogue.DIRECTIVES:
        tried = [*lines, (row.name, row.sample)]
        if (
            row.sample
            and row.name not in dict(lines)
            and not forms.read_entry(MultiDict([("name", "app"), *tried])).errors
        ):
            lines = tried
        if len(lines) == MAX_DIRECTIVES:
            return lines
    return lines + [("Environment", f"V{at}=1") for at in range(MAX_DIRECTIVES - len(lines))]


def many_directives(count: int, lines: list[tuple[str, str]]) -> str:
    """The link of a service with so many lines."""
    return f"/?{urlencode([('name', f'app{next(NUMBERS)}'), ('systemd', '262'), *lines[:count]], safe=SAFE)}"


def many_services(size: int) -> list[tuple[str, str]]:
    """So many services like the starter."""
    names = [f"app{next(NUMBERS)}" for _ in range(size)]
    return [
        ("service", urlencode([(key, value.replace("myapp", name)) for key, value in profiles.STARTER]))
        for name in names
    ]


def post(client: FlaskClient, path: str, pairs: list[tuple[str, str]]) -> None:
    """A posted form, which must be taken."""
    answer = client.post(path, data=urlencode(pairs), content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (200, 303), answer.text


def main(short: bool) -> int:
    """Measure, print and judge."""
    slack = SHORT_SLACK if short else 1
    share = page_beside_naive(10 if short else 40)
    raw = raw_beside_one_line(2 if short else 10)
    weight, requests, again = a_visit()
    is_gentle = growth(3 if short else 10)
    right = {
        f"page at most {MAX_OF_NAIVE * slack:g} of the naive page": share <= MAX_OF_NAIVE * slack,
        f"unit file at least {LEAST_OF_ONE_LINE / slack:g} of a one-line view": raw >= LEAST_OF_ONE_LINE / slack,
        f"first visit at most {MAX_BYTES} bytes in {MAX_REQUESTS} requests": weight <= MAX_BYTES
        and requests <= MAX_REQUESTS,
        "second visit the page alone": again == 1,
        "growth linear by directives, quadratic by services at most": is_gentle,
    }
    for claim, holds in right.items():
        print(f"{'holds' if holds else 'MISSED'}: {claim}")
    return 0 if all(right.values()) else 1


if __name__ == "__main__":
    sys.exit(main("--short" in sys.argv[1:]))

"""Links that somebody hostile would send, from a seed, and what may never come of them."""

import json
import random
import shlex
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_from_bytes

from bs4 import BeautifulSoup

from app import catalogue, profiles
from app.web.form.entry import TOOL_PARAMETERS
from tests.support.configurations import LEAST

WORD, LINE, TAG = "zqrun", "ZqLine", "zqtag"
"""What stands in hostile values: a command, a directive and an element, none of which may come to be."""

ENDS = ("", "report.json", "prep.sh", "install.sh", "myapp.service", "myapp.timer", "server", "server.json", "server/prep.sh",
        "server/prove-it.sh", "server.tar.gz", "directives", "guide", "rules", "healthz", "openapi.json", "static/style.css")  # fmt: skip
HOSTS = (
    *["localhost"] * 40,
    "evil.example",
    f"<{TAG}>",
    "localhost:99999",
    "",
    "127.0.0.1@evil.example",
    "[::1",
    "x" * 300,
)
METHODS = ("GET", "GET", "GET", "GET", "POST", "HEAD", "PUT", "OPTIONS", WORD.upper())

PIECES = (
    f"<{TAG}>", f'"><{TAG} on{TAG}=1 x="', f"'><{TAG}>", f"</textarea><{TAG}>", f"</script><{TAG}>", "{{ 7 * 7 }}", "{% raw %}", "${7*7}",
    f"\n{LINE}=1", f"\r\n{LINE}=1\r\n", f"\r{LINE}=1", f"\0{LINE}=1", f"\\\n{LINE}=1", f"\u2028{LINE}=1", f"\x0b{LINE}=1", f"\x85{LINE}=1",
    f"; {WORD} ;", f"$({WORD})", f"`{WORD}`", f"' ; {WORD} ; '", f'" ; {WORD} ; "', f"| {WORD}", f"&& {WORD}", f"\n{WORD}\n", "%n %i %%", "%",
    "../../etc/passwd", "/etc/shadow", "+/bin/sh", "\u202eevil", "\ufeff", "\U000e0041", "𝕣𝕠𝕠𝕥", "ﬁle", "root", "0", "-1", "", " ", "=", "&", "#", "\\",
    "ä" * 50, "a" * 3000, "/" * 500, "\"" * 99, "(" * 200, "%s%s%s%n", "\x1b[31m", "9" * 400, "1e999", "NaN", "null",
)  # fmt: skip
MALFORMED = ("%", "%%", "%zz", "%u0041", "%00", "%c0%af", "%ff%fe", "%ed%a0%80", "%0d%0aSet-Cookie:zq=1", "+", "&&&", "=", "==", ";", "%3", "[]", "a[b]=1")  # fmt: skip


class Hostile(NamedTuple):
    """A request: its method, its target as sent, its Host, and its body."""

    method: str
    target: str
    host: str
    body: str


def hostile(count: int, seed: int) -> Iterator[Hostile]:
    """So many requests, the same for a seed."""
    draw = random.Random(seed)
    names = (*catalogue.names(), *sorted(TOOL_PARAMETERS), "service", "act", "like", "q", "act")
    for _ in range(count):
        pairs = list(draw.choice((LEAST, profiles.STARTER, [])))
        for _ in range(draw.choice((1, 1, 2, 3, 8))):
            name = draw.choice(names) if draw.random() < 0.9 else draw.choice(PIECES)
            value = draw.choice(("", "/usr/bin/true ", "myapp", "/srv/")) + draw.choice(PIECES)
            pairs.insert(draw.randrange(len(pairs) + 1), (name, value))
        if draw.random() < 0.3:
            pairs = [(name, value if draw.random() < 0.7 else value + draw.choice(PIECES)) for name, value in pairs]
        query = "&".join(
            f"{quote(name)}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs
        )
        if draw.random() < 0.2:
            query = query[: draw.randrange(len(query) + 1)] + draw.choice(MALFORMED) + query[-20:]
        end = draw.choice(ENDS)
        if end.startswith("server") and draw.random() < 0.8:
            query = "&".join(f"service={quote(query)}" for _ in range(draw.choice((1, 2, 3))))
        if draw.random() < 0.1:
            end += quote(draw.choice(PIECES)[:200])
        method = draw.choice(METHODS)
        posted = method == "POST" and draw.random() < 0.8
        yield Hostile(method, f"/{end}" if posted else f"/{end}?{query}", draw.choice(HOSTS), query if posted else "")


def judge(status: int, content_type: str, text: str) -> str:
    """What is wrong with an answer; "" where nothing is."""
    if status >= 500 and status != 501:
        return f"status {status}"
    if "html" in content_type:
        soup = BeautifulSoup(text, "html.parser")
        tags = [
            tag.name for tag in soup.find_all() if TAG in tag.name or any(TAG in name.lower() for name in tag.attrs)
        ]
        return f"an element came to be: {tags}" if tags else ""
    if "json" in content_type and text:
        json.loads(text)
        return ""
    if any(
        line.strip().startswith(LINE)
        for line in text.splitlines()
        if "text/" in content_type and not line.startswith("#")
    ):
        return "a line of its own came to be"
    if "shellscript" in content_type:
        words = list(shlex.shlex(text, posix=True, punctuation_chars=True))
        return "a command came to be" if WORD in words else ""
    return ""

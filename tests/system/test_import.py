"""systemd reads the text that comes out of an import as it read what went in: every property that it shows, on booted ones.

Drop-ins are put beside the original, and their lines stand in the one file that comes out.
"""

import base64
import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from app import catalogue, values
from app.catalogue.versions import target
from app.unitfile.parse import parse_files
from app.unitfile.sources import Source
from tests.support.configurations import example_value
from tests.system import lab

FOLDER = "/etc/systemd/system"
VERSIONS = (252, 257, 262)
GENERATED = 150

BASE = "[Service]\nExecStart=/bin/true\n"

TRICKY: dict[str, tuple[str | bytes, ...]] = {
    "continuation": (b"[Unit]\nDescription=a \\\n  b\n[Service]\nExecStart=/bin/true \\\n# one\n  --a \\\n ; two\n\t'b\\tc' \\\n\n",),
    "tabs": (b"[Service]\nExecStart=/bin/echo\ta\t'b\tc'\t\"d\te\"\nEnvironment=A=1\t\"B=2\t3\"\nReadWritePaths=-/srv/a\t-/srv/b\n",),
    "line ends": (b"[Unit]\rDescription=a\r\n[Service]\n\rExecStart=/bin/true\0User=games\nNice=5\r",),
    "byte order mark": (b"\xef\xbb\xbf[Service]\nExecStart=/bin/true\nUser=games\n",),
    "backslashes": (b"[Unit]\nDescription=a\\\\\n[Service]\nExecStart=/bin/echo a\\\\\nUser=games\n",),
    "at the end": (b"[Service]\nExecStart=/bin/true\nEnvironment=A=1 \\",),
    "scalars twice": ("[Service]\nExecStart=/bin/true\nUser=root\nUser=games\nNice=1\nNice=x\nProtectSystem=yes\nProtectSystem=Strict\n",),
    "scalars emptied": ("[Service]\nExecStart=/bin/true\nUser=games\nUser=\nNice=5\nNice=\nPrivateTmp=yes\nPrivateTmp=\nUMask=0077\nUMask=\n",),
    "lists emptied": ("[Service]\nExecStart=/bin/a\nExecStart=\nExecStart=/bin/b\nExecStart=\nExecStart=/bin/true\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\n",),
    "capabilities": ("[Service]\nExecStart=/bin/true\nCapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_KILL CAP_CHOWN\nAmbientCapabilities=\n",),
    "filters": ("[Service]\nExecStart=/bin/true\nSystemCallFilter=@clock\nSystemCallFilter=\nSystemCallFilter=@system-service\nSystemCallFilter=~@mount\nRestrictAddressFamilies=AF_UNIX\nRestrictAddressFamilies=~AF_UNIX\n",),
    "order in a list": ("[Service]\nExecStartPre=/bin/true 1\nExecStartPre=b/c\nExecStartPre=-/bin/true 2\nExecStart=/bin/true\nExecStartPre=+/bin/true 3\n",),
    "those that read one another": ("[Service]\nExecStart=/bin/true\nTimeoutStartSec=1\nTimeoutSec=5\nTimeoutStopSec=2\nTimeoutSec=7\nTimeoutStartSec=9\n",),
    "conditions": ("[Unit]\nConditionPathExists=/a\nConditionHost=\nConditionPathExists=|/b\nConditionUser=!root\nAssertPathExists=/\n" + BASE,),
    "dependencies": ("[Unit]\nAfter=a.service\nAfter=\nAfter=b.service c.service\nWants=b.service\nWants=\n" + BASE,),
    "repeated sections": ("[Service]\nUser=games\n[Unit]\nDescription=a\n[Service]\nExecStart=/bin/true\n[Unit]\nDescription=b\n",),
    "strangers": ("[X-Foo]\nUser=root\n[Service]\nExecStart=/bin/true\nX-User=root\nusers=root\nAfter=x.service\nUser = games\n[Foo]\nUser=root\nGroup=root\n",),
    "before a section": ("User=root\n# a\n[Service]\nExecStart=/bin/true\n",),
    "no assignments": ("[Service]\nUser\n=root\nExecStart=/bin/true\n",),
    "comments that go on": ("[Service]\n# User=root \\\nUser=games\n; a \\\nExecStart=/bin/true\n",),
    "a sign in a value": ("[Service]\nExecStart=/bin/true # no comment\nSyslogIdentifier=a ; b\n",),
    "specifiers": ("[Unit]\nDescription=%n %p %%\n[Service]\nExecStart=/bin/echo %n %% $A ${B}\nStateDirectory=%p\n",),
    "quotes": ("[Service]\nExecStart=/bin/echo \"a b\" 'c\"d' e\\x20f \\\\ ;; \\;\nEnvironment=\"A=b c\" 'D=e' F=\"g h\"\n",),
    "a drop-in": (BASE + "User=root\n", "[Service]\nUser=games\nExecStart=\nExecStart=/bin/true 2\n"),
    "drop-ins in their order": (BASE + "Environment=A=1\n", "[Service]\nEnvironment=B=2\nNice=1\n", "[Unit]\nDescription=x\n[Service]\nNice=2\n"),
    "a drop-in that goes on": (BASE, "[Service]\nEnvironment=A=1 \\", "User=root\n[Service]\nGroup=games\n"),
    "a drop-in that is refused": (BASE + "Nice=1\n", b"[Service]\nEnvironment=A=1\n[Service\nNice=2\n", "[Service]\nUser=games\n"),
    "a drop-in that is no UTF-8": (BASE, b"[Service]\n# \xe9\nEnvironment=A=1\nEnvironment=B=\xe9\nNice=2\n"),
    "priorities taken back": ("[Service]\nExecStart=/bin/true\nIOSchedulingPriority=7\nIOSchedulingClass=\nCPUSchedulingPolicy=rr\nCPUSchedulingPriority=3\nCPUSchedulingPolicy=\n",),
    "two sections of one name": ("[Service]\nExecStart=/bin/true\nRebootArgument=a\nStartLimitBurst=3\n[Unit]\nRebootArgument=b\nStartLimitBurst=4\n",),
    "a drop-in that empties": (BASE + "User=games\nReadWritePaths=/srv\nAfter=x.service\n", "[Service]\nUser=\nReadWritePaths=\nAfter=\n"),
}  # fmt: skip
"""Files, each with its drop-ins."""

UNLIKE = re.compile(
    r"Id|Names|FragmentPath|DropInPaths|SourcePath|InvocationID|NeedDaemonReload|.*Timestamp.*|StateChange.*|UnitFileState|.*Monotonic"
)
"""Properties that say where a unit lies and when it was loaded."""


UNORDERED = frozenset(
    "After Before BindsTo Conflicts Requires RequiresMountsFor Requisite Upholds Wants WantsMountsFor PartOf OnFailure OnSuccess "
    "PropagatesReloadTo ReloadPropagatedFrom PropagatesStopTo StopPropagatedFrom JoinsNamespaceOf".split()
)
"""Properties that list units or paths in no order."""


class Pair(NamedTuple):
    """The names of an original and of what came out."""

    original: str
    written: str


DRAWN = [row for row in catalogue.DIRECTIVES if row.section != "Install"]
"""Directives to draw from."""

JUNK = "no such thing"
"""A value that no directive takes: some refuse the file for it, and a drop-in from there on."""


def generated(seed: int) -> Iterator[tuple[str, ...]]:
    """Files with some of the values of each directive, emptied, doubled, joined, with comments, and drop-ins now and then."""
    chance = random.Random(seed)
    while True:
        yield tuple(_file(chance, own=at == 0) for at in range(chance.choice((1, 1, 2, 3))))


def _file(chance: random.Random, *, own: bool) -> str:
    out = ["[Service]", "ExecStart=/bin/true"] if own else []
    section = "Service" if own else ""
    for row in chance.choices(DRAWN, k=chance.randrange(3, 25)):
        if row.section != section:
            section = row.section
            out.append(f"[{section}]")
        value = chance.choice((example_value(row), example_value(row), example_value(row), "", JUNK if own else ""))
        if row.name in REFUSED and value in ("", JUNK):
            continue
        out.extend(chance.choice(([], [], ["# a comment"], ["; # \\"], ["X-Key=1"], [""])))
        joint = chance.choice((" ", " ", " \\\n  ", " \\\n# between\n\t"))
        out.append(f"{row.word}={value.replace(' ', joint) if row.name in SPLIT else value}")
    return "\n".join(out) + "\n"


SPLIT = {
    row.name
    for row in catalogue.DIRECTIVES
    if type(row.kind) in (values.ExecCommand, values.Assignments, values.UnitNames, values.PathList)
}
REFUSED = {
    row.name
    for row in catalogue.DIRECTIVES
    if row.section != "Unit"
    and row.word in ("DynamicUser", "User", "Group", "SupplementaryGroups", "ExecStart", "Type")
}
"""Directives of which a bad value makes systemd refuse the unit; what it then shows is nothing."""


def sources_of(name: str, files: tuple[str | bytes, ...]) -> list[Source]:
    """A unit's file and its drop-ins, by the paths that they have below the folder of units."""
    data = [text.encode() if isinstance(text, str) else text for text in files]
    paths = [f"{name}.service", *(f"{name}.service.d/{at}.conf" for at in range(len(data) - 1))]
    return [Source(path, text) for path, text in zip(paths, data, strict=True)]


def shown(guest: lab.Guest, files: list[Source], names: list[str]) -> dict[str, dict[str, str]]:
    """Write files, and return by unit the properties that systemd shows, with UNIT for its name."""
    script = [f"cd {FOLDER}"]
    for path, data, _ in files:
        script.append(
            f"mkdir -p ./{path.rpartition('/')[0]}; base64 -d >{path} <<'END'\n{base64.b64encode(data).decode()}\nEND"
        )
    guest.run(["sh", "-eu"], input="\n".join([*script, "systemctl daemon-reload\n"]), check=True)
    # One at a time: of some units systemd 262 says "No such file or directory", and nothing else.
    loop = 'for unit; do systemctl show --all "$unit.service" || :; echo ---; done'
    texts = guest.run(["sh", "-uc", loop, "sh", *names]).stdout.split("---\n")
    out: dict[str, dict[str, str]] = {}
    for name, text in zip(names, texts[:-1], strict=True):
        pairs = (line.partition("=")[::2] for line in text.replace(name, "UNIT").splitlines())
        out[name] = {
            key: " ".join(sorted(value.split())) if key in UNORDERED else value
            for key, value in pairs
            if not UNLIKE.fullmatch(key)
        }
    return out


CASES = list(TRICKY.items()) + [
    (f"drawn {at}", files) for at, files in zip(range(GENERATED), generated(5), strict=False)
]


@pytest.mark.parametrize("version", VERSIONS)
def test_systemd_reads_the_exported_file_like_the_imported_one(
    version: int, request: pytest.FixtureRequest, say: Callable[..., None]
) -> None:
    guest = request.getfixturevalue(f"guest{version}")
    files: list[Source] = []
    pairs: dict[str, Pair] = {}
    for at, (title, original) in enumerate(CASES):
        pair = Pair(f"import-original-{at}", f"import-written-{at}")
        given = sources_of(pair.original, original)
        reading = parse_files(given, target=target(str(version)))
        lost = [kept for kept in reading.left_out if not kept.is_comment and not kept.parsed.fault]
        assert not lost, (title, lost)
        files += [*given, Source(f"{pair.written}.service", reading.text.encode())]
        pairs[title] = pair
    found = shown(guest, files, [name for pair in pairs.values() for name in pair])
    wrong = {title: difference(found[pair.original], found[pair.written]) for title, pair in pairs.items()}
    wrong = {title: difference for title, difference in wrong.items() if difference}
    assert not wrong, "\n".join(f"{title}: {difference}" for title, difference in wrong.items())
    loaded = sum(found[pair.original].get("LoadState") == "loaded" for pair in pairs.values())
    assert loaded > len(pairs) * 0.9
    say(f"systemd {version} shows {len(pairs)} units and what their import writes alike, {loaded} of them loaded")


@pytest.mark.parametrize("version", VERSIONS)
def test_systemd_accepts_an_empty_value_exactly_where_it_resets(version: int, say: Callable[..., None]) -> None:
    rows = [row for row in catalogue.ROWS if not row.repeats and row.is_read_by(version)]
    rows = [row for row in rows if not row.successor and row.group != "old" and row.section != "Install"]
    texts = {f"empty-{at}.{row.file}": _least(row) for at, row in enumerate(rows)}
    texts |= {f"empty-{at}.service": BASE for at, row in enumerate(rows) if row.file != "service"}
    said = lab.verify(lab.root(version), texts, executables=["/bin/true"])
    answers = [(row, said[f"empty-{at}.{row.file}"]) for at, row in enumerate(rows)]
    read = [(row, lines) for row, lines in answers if "not supported for this unit type" not in str(lines)]
    silent = {row.name for row, lines in read if not _said_of(row, lines)}
    # Emptied, this one is infinity: all protection there is, and none without a line.
    silent = {name for name in silent if not name.endswith("DefaultStartupMemoryLow")}
    assert silent == {row.name for row, _ in read if catalogue.clears(row, version)}
    say(f"systemd {version} takes back {len(silent)} of {len(rows)} directives by an empty value, as told")


def _least(row: catalogue.Directive) -> str:
    """A file with an empty value of a directive."""
    own = catalogue.SECTIONS_OF[row.file][1]
    need = {
        "Service": "ExecStart=/bin/true\n",
        "Timer": "OnBootSec=1\n",
        "Socket": "ListenStream=/run/x\n",
        "Path": "PathExists=/x\n",
    }
    line = f"{row.word}=\n"
    return f"[{own}]\n{need[own]}" + (line if row.section == own else f"[{row.section}]\n{line}")


def _said_of(row: catalogue.Directive, lines: list[str]) -> list[str]:
    return [line for line in lines if re.search(rf"\b{row.word}\b|ignoring|[Ii]nvalid|[Ff]ailed to parse", line)]


def difference(original: dict[str, str], written: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The properties that are not alike."""
    is_loaded = original.get("LoadState") == "loaded"
    keys = original.keys() | written.keys() if is_loaded else {"LoadState"}
    return {key: (original.get(key, ""), written.get(key, "")) for key in keys if original.get(key) != written.get(key)}

"""The score held against systemd-analyze itself: number, level and every row, over thousands of units."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app import catalogue
from app.analysis.exposure import assess
from app.catalogue import versions
from app.catalogue.exposures import ITEMS, TESTED_VERSIONS
from app.effective import Effective
from app.unitfile.model import Assignment, UnitFile
from app.unitfile.render import render
from app.values import ADDRESS_FAMILIES, ARCHITECTURES, CAPABILITIES, NAMESPACES
from tests.system import lab

UNITS = 2000
"""How many units a version is compared over."""

SWITCHES = (
    "DynamicUser RemoveIPC NoNewPrivileges PrivateDevices PrivateMounts PrivateNetwork ProtectKernelModules "
    "ProtectKernelTunables ProtectKernelLogs ProtectClock LockPersonality MemoryDenyWriteExecute RestrictRealtime "
    "RestrictSUIDSGID DefaultDependencies"
).split()

WORDS = {
    **dict.fromkeys(SWITCHES, ("yes", "no", "on", "0", "True")),
    "PrivateTmp": ("yes", "no", "connected", "disconnected"),
    "PrivateUsers": ("yes", "no", "self", "identity", "full"),
    "ProtectControlGroups": ("yes", "no", "private", "strict"),
    "ProtectHostname": ("yes", "no", "private", "private:guest"),
    "ProtectHome": ("yes", "no", "read-only", "tmpfs"),
    "ProtectSystem": ("yes", "no", "full", "strict"),
    "ProtectProc": ("default", "noaccess", "invisible", "ptraceable"),
    "ProcSubset": ("all", "pid"),
    "KeyringMode": ("inherit", "private", "shared"),
    "NotifyAccess": ("none", "main", "exec", "all"),
    "DevicePolicy": ("auto", "closed", "strict"),
    "Type": ("notify", "simple", "oneshot", "notify-reload"),
    "WatchdogSec": ("0", "30s"),
    "Delegate": ("yes", "no", "cpu memory", ""),
    "UMask": ("0", "0002", "0007", "0022", "0027", "022", "0037", "0066", "0077", "0777"),
    "RootDirectory": ("/", "/srv"),
    "RootImage": ("/", "/srv/image.raw"),
    "RootMStack": ("/srv/stack.mstack",),
    "MountImages": ("/srv/image.raw:/mnt",),
    "User": ("root", "0", "nobody", "myapp", "1000", "%p", "%u", ""),
}
"""Values of directives that have one."""

CALLS = [*(item.of[0] for item in ITEMS if item.measure == "calls"), "@system-service", "@known", "@default", "@chown"]
CALLS += ["@setuid", "@file-system", "@aio", "swapon", "mount", "reboot", "read", "nice", "nonsense", "@nonsense"]
CALLS += ["umount", "chown32", "open_tree", "quotactl_fd", "ptrace", "uselib", "modify_ldt", "iopl", "bpf"]

LISTS: dict[str, tuple[str, ...]] = {
    "SupplementaryGroups": ("adm", "video"),
    "CapabilityBoundingSet": (*CAPABILITIES, "cap_kill", "CAP_NONSENSE", "12"),
    "AmbientCapabilities": ("CAP_NET_BIND_SERVICE", "CAP_KILL", "CAP_NONSENSE"),
    "RestrictAddressFamilies": (*ADDRESS_FAMILIES, *["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"] * 8, "AF_NONSENSE"),
    "RestrictNamespaces": tuple(NAMESPACES),
    "SystemCallFilter": tuple(CALLS),
    "SystemCallArchitectures": (*["native"] * 8, *ARCHITECTURES, "nonsense"),
    "IPAddressDeny": (*["any"] * 4, "0.0.0.0/0", "::/0", "10.0.0.0/8", "1.2.3.4/0", "multicast", "nonsense"),
    "IPAddressAllow": (*["localhost"] * 3, "127.0.0.1", "127.1.2.3/16", "::1", "::1/64", "10.1.1.1/8", "link-local", "any"),
}  # fmt: skip
"""Words of lists."""

INVERTED = {
    "CapabilityBoundingSet",
    "AmbientCapabilities",
    "RestrictAddressFamilies",
    "RestrictNamespaces",
    "SystemCallFilter",
}
ALONE = {
    "RestrictNamespaces": ("yes", "no"),
    "RestrictAddressFamilies": ("none",),
    "SystemCallFilter": ("~@known", "@system-service", "~@clock @swap:EPERM mount:kill", "@mount:EPERM", "~@privileged @resources"),
    "CapabilityBoundingSet": ("~", "", "~CAP_NONSENSE"),
}  # fmt: skip
"""Lines that are no mere list of words."""

LINES = {
    "DeviceAllow": ("/dev/null rw", "char-rtc r", "/dev/sda", "block-loop rwm", "/etc/passwd r", "/dev/null x"),
    "IPIngressFilterPath": ("/sys/fs/bpf/one",),
    "IPEgressFilterPath": ("/sys/fs/bpf/two",),
    "LoadCredentialEncrypted": ("token:/etc/token",),
}
"""Values of directives that may be given more than once, a line each."""

DIRECTIVES = (*WORDS, *LISTS, *LINES)
FATAL = "DynamicUser"
"""The one directive that refuses the unit for an empty value."""

# What a unit that strives for the best score says; drawn with the rest, so that low numbers are met too.
BEST = {
    **dict.fromkeys(SWITCHES[1:-1], "yes"),
    "User": "myapp", "UMask": "0077", "ProtectHome": "yes", "ProtectSystem": "strict", "ProtectProc": "invisible",
    "ProcSubset": "pid", "KeyringMode": "private", "NotifyAccess": "main", "DevicePolicy": "closed", "PrivateTmp": "yes",
    "PrivateUsers": "yes", "ProtectControlGroups": "yes", "ProtectHostname": "yes", "RestrictNamespaces": "yes",
    "RestrictAddressFamilies": "none", "IPAddressDeny": "any", "SystemCallArchitectures": "native",
    "CapabilityBoundingSet": "", "RootDirectory": "/srv", "Delegate": "no",
}  # fmt: skip


def line_of(draw: random.Random, name: str) -> str:
    """One value of a directive."""
    if name in WORDS:
        return draw.choice(WORDS[name])
    if name in LINES:
        return draw.choice(LINES[name])
    if name in ALONE and draw.random() < 0.3:
        return draw.choice(ALONE[name])
    words = draw.choices(LISTS[name], k=draw.choice((1, 1, 2, 3, 6, 20)))
    return "~" * (name in INVERTED and draw.random() < 0.5) + " ".join(words)


def values_of(draw: random.Random, name: str) -> list[str]:
    """The values of a directive: mostly one, of a list up to four, an empty one among them at times."""
    count = draw.choice((1, 1, 1, 2) if name in WORDS else (1, 1, 2, 3, 4))
    lines = [line_of(draw, name) for _ in range(count)]
    return ["" if at and name != FATAL and draw.random() < 0.08 else line for at, line in enumerate(lines)]


def draw_unit(draw: random.Random, number: int, version: int) -> UnitFile:
    """A unit, from next to nothing to everything."""
    density, best = draw.choice((0.02, 0.1, 0.3, 0.6, 0.9)), draw.choice((0.0, 0.0, 0.5, 0.9, 1.0))
    chosen: dict[str, list[str]] = {}
    for name in DIRECTIVES:
        if name in BEST and draw.random() < best:
            chosen[name] = [BEST[name]]
        elif draw.random() < density * (1 - best):
            chosen[name] = values_of(draw, name)
    if best and "SystemCallFilter" not in chosen:
        chosen["SystemCallFilter"] = ["@system-service", "~@privileged @resources"]
    lines = tuple(Assignment(name, value) for name, values in chosen.items() for value in values)
    resets = tuple(name for name in LISTS if draw.random() < density / 10)
    name = {0: "nobody", 1: "root"}.get(number, f"{draw.choice(('app', 'my.app', '1app'))}-{number:04}")
    return UnitFile(name, versions.target(str(version)), assignments=lines, resets=resets)


def text_of(unit: UnitFile) -> str:
    """The unit as a file, directives that the catalogue has no row for written behind the rest."""
    known = catalogue.names()
    sections = {"DefaultDependencies": "Unit"}
    names = dict.fromkeys((*unit.resets, *(line.name for line in unit.assignments)))
    more = "".join(
        f"[{sections.get(name, 'Service')}]\n" + "".join(f"{name}={value}\n" for value in ("",) * (name in unit.resets) + unit.values(name))
        for name in names if name not in known
    )  # fmt: skip
    return f"{render(unit)}[Service]\nExecStart=/bin/true\n{more}"


OVERALL = re.compile(r"Overall exposure level for (\S+)\.service: ([0-9.]+) ([A-Z]+)")


def analyze(tree: Path, texts: dict[str, str]) -> dict[str, tuple[str, str, dict[str, tuple[str | None, bool | None]]]]:
    """What systemd-analyze of the root says to each unit: number, level and rows."""
    command = "cd /srv/units && ls | xargs -n 50 systemd-analyze security --offline=true --no-pager"
    with lab.throwaway(tree) as copy:
        folder = copy / "srv/units"
        folder.mkdir()
        for name, text in texts.items():
            (folder / f"{name}.service").write_text(text)
        tables = lab.run_in(copy, ["sh", "-c", f"{command} 2>/dev/null | grep Overall"], timeout=300).stdout
        answers = lab.run_in(copy, ["sh", "-c", f"{command} --json=short 2>/dev/null"], timeout=300).stdout.splitlines()
    found = OVERALL.findall(tables)
    assert len(found) == len(answers) == len(texts), (len(found), len(answers), len(texts))
    rows = [{row["json_field"]: (row["exposure"], row["set"]) for row in json.loads(answer)} for answer in answers]
    return {name: (overall, level, row) for (name, overall, level), row in zip(found, rows, strict=True)}


def ours(unit: UnitFile) -> tuple[str, str, dict[str, tuple[str | None, bool | None]]]:
    """What we say to a unit."""
    exposure = assess(Effective(unit))
    assert exposure is not None
    return exposure.overall, exposure.level, {row.json_field: (row.exposure, row.set) for row in exposure.rows}


@pytest.mark.parametrize("version", sorted(TESTED_VERSIONS))
def test_number_level_and_rows_are_those_of_systemd(version: int, say: Callable[..., None]) -> None:
    draw = random.Random(version)
    units = [draw_unit(draw, number, version) for number in range(UNITS)]
    texts = {unit.name: text_of(unit) for unit in units}
    theirs = analyze(lab.root(version), texts)
    predicted = {unit.name: ours(unit) for unit in units}
    different = [name for name in texts if predicted[name] != theirs[name]]
    rows = sum(len(answer[2]) for answer in theirs.values())
    say(f"exposure {version}: {len(texts)} units, {rows} rows compared, {len(different)} units different")
    assert not different, difference(different[0], texts, predicted[different[0]], theirs[different[0]])
    both = {(field, answer[2][field][1]) for answer in theirs.values() for field in answer[2]}
    assert {field for field, good in both if good} == {field for field, good in both if good is False}


def difference(name: str, texts: dict[str, str], mine: tuple, its: tuple) -> str:
    """The first unit that is not predicted, for the message."""
    rows = {field: (mine[2].get(field), row) for field, row in its[2].items() if mine[2].get(field) != row}
    return f"{mine[:2]} for {its[:2]}: {rows}\n{texts[name]}"

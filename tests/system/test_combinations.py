"""systemd says of combinations what the rule says of them."""

import pytest

from app.analysis.rules.combinations import COMBINATIONS
from tests.analysis.rules.test_combinations import TWINS, found
from tests.system import lab

VERSIONS = (247, 252, 254, 257, 262)


def text_of(lines: list[str]) -> str:
    jobs = "".join(f"{line}\n" for line in lines if line.startswith(("Job", "On")))
    rest = "".join(f"{line}\n" for line in lines if not line.startswith(("Job", "On")))
    return f"[Unit]\n{jobs}[Service]\nExecStart=/bin/true\nUser=app\n{rest}"


MOUNTS = {
    "LogNamespace=x": True, "MountAPIVFS=yes": True, "RootDirectory=/srv": True, "PrivateTmp=disconnected": True, "PrivateNetwork=yes": True,
    "StateDirectory=a::ro": True, "BindLogSockets=yes": True, "ProtectProc=invisible": True, "MountFlags=slave": True, "DynamicUser=yes": True,
    "RootDirectory=/srv MountAPIVFS=no": False, "PrivateTmp=no": False, "PrivateNetwork=yes PrivateMounts=no": False, "StateDirectory=a": False,
    "NoNewPrivileges=yes": False, "MountFlags=shared": False, "ProtectSystem=no": False,
}  # fmt: skip
"""Settings, and whether a service with them sees mounts of its own: then it may not work below /proc."""


@pytest.mark.parametrize("version", [257, 262])
def test_the_settings_that_imply_a_mount_namespace_agree_with_systemd(version: int) -> None:
    row = next(row for row in COMBINATIONS if row.name == "WorkingDirectory")
    lines = {f"mounts{at}.service": ["WorkingDirectory=/proc/1", *text.split()] for at, text in enumerate(MOUNTS)}
    said = lab.verify(lab.root(version), {name: text_of(given) for name, given in lines.items()})
    for (name, given), expected in zip(lines.items(), MOUNTS.values(), strict=True):
        assert any("WorkingDirectory" in line for line in said[name]) is expected, given
        assert found(row, given, version) is expected, given


@pytest.mark.parametrize("version", VERSIONS)
def test_systemd_refuses_the_bad_combinations_and_accepts_the_good(version: int) -> None:
    rows = [(row, *twins) for row, twins in zip(COMBINATIONS, TWINS, strict=True) if row.since <= version <= row.until]
    bad = {f"bad{at}.service": text_of(lines) for at, (_, lines, _) in enumerate(rows)}
    good = {f"good{at}.service": text_of(lines) for at, (_, _, lines) in enumerate(rows)}
    said = lab.verify(lab.root(version), bad | good)
    refused = {name for name, lines in said.items() if any("bad unit file setting" in line for line in lines)}
    assert {f"bad{at}.service" for at, (row, *_) in enumerate(rows) if row.refused} <= refused
    assert [name for name in bad if not said[name]] == []
    assert {name: said[name] for name in good if said[name]} == {}

"""What differs from a unit, as a drop-in; tests/system/test_dropin.py asks systemd whether it says the same."""

import pytest

from app.catalogue.versions import target
from app.host.dropin import DropIn, drop_in
from app.unitfile.model import UnitFile
from app.unitfile.parse import parse_files
from app.unitfile.sources import Source

FILE = "[Unit]\nAfter=network.target\n[Service]\nExecStart=/usr/bin/myapp\n"


def unit(text: str, name: str = "myapp.service") -> UnitFile:
    return parse_files([Source(name, text.encode())]).unit


CHANGES = {
    "nothing": ("", "", ""),
    "a setting": ("", "PrivateTmp=yes\n", "[Service]\nPrivateTmp=yes\n"),
    "another spelling": ("PrivateTmp=true\n", "PrivateTmp=yes\n", ""),
    "another value": ("UMask=0022\n", "UMask=0077\n", "[Service]\nUMask=0077\n"),
    "a longer list": ("Environment=A=1\n", "Environment=A=1\nEnvironment=B=2\n", "[Service]\nEnvironment=B=2\n"),
    "another list": ("Environment=A=1\n", "Environment=B=2\n", "[Service]\nEnvironment=\nEnvironment=B=2\n"),
    "no list": ("Environment=A=1\n", "", "[Service]\nEnvironment=\n"),
    "another command": (
        "ExecStartPre=/bin/a\nExecStartPre=/bin/b\n",
        "ExecStartPre=/bin/b\n",
        "[Service]\nExecStartPre=\nExecStartPre=/bin/b\n",
    ),
    "a list that two directives share": (
        "BindPaths=/a\nBindReadOnlyPaths=/b\n",
        "BindReadOnlyPaths=/b\n",
        "[Service]\nBindPaths=\nBindReadOnlyPaths=/b\n",
    ),
    "all capabilities again": ("CapabilityBoundingSet=CAP_KILL\n", "", "[Service]\nCapabilityBoundingSet=~\n"),
    "no capability": ("", "CapabilityBoundingSet=\n", "[Service]\nCapabilityBoundingSet=\n"),
    "taken back by an empty line": ("User=myapp\n", "", "[Service]\nUser=\n"),
    "taken back by its default": ("PrivateTmp=yes\n", "", "[Service]\nPrivateTmp=no\n"),
    "taken back by what another line makes of it": (
        "Type=oneshot\nTimeoutStartSec=5s\n",
        "Type=oneshot\n",
        "[Service]\nTimeoutStartSec=infinity\n",
    ),
    "lines that read one another": (
        "TimeoutSec=5s\nTimeoutStopSec=9s\n",
        "TimeoutStopSec=9s\n",
        "[Service]\nTimeoutSec=90s\nTimeoutStopSec=9s\n",
    ),
    "comments": ("# a\n", "; b\n", ""),
    "a kept line that systemd may take": ("ExecStartPre=b/c\n", "", "[Service]\nExecStartPre=\n"),
}


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_drop_in_contains_only_the_differences(before: str, after: str, expected: str) -> None:
    assert drop_in(unit(FILE + before), unit(FILE + after)) == DropIn(expected)


def test_conditions_are_emptied_together() -> None:
    before = unit("[Unit]\nConditionHost=a\nConditionUser=b\n")
    after = unit("[Unit]\nConditionUser=b\n")
    assert drop_in(before, after).text == "[Unit]\nConditionHost=\nConditionUser=b\n"


def test_added_dependencies_are_written_and_removed_ones_are_reported() -> None:
    made = drop_in(unit("[Unit]\nAfter=a.service b.service\n"), unit("[Unit]\nAfter=b.service c.service\n"))
    assert made.text == "[Unit]\nAfter=c.service\n"
    assert [sentence.partition(" stays")[0] for sentence in made.left] == ["After=a.service"]


def test_a_directive_that_cannot_return_to_its_default_is_reported() -> None:
    made = drop_in(unit(FILE + "LimitNPROC=512\n"), unit(FILE))
    assert made.text == ""
    assert made.left[0].startswith("LimitNPROC=512 stays: ")


def test_directives_unknown_to_the_target_version_are_left_alone() -> None:
    text = FILE + "PrivatePIDs=yes\n"
    old, new = (parse_files([Source("a.service", t.encode())]).unit for t in (text, FILE))
    assert drop_in(old, new).text == "[Service]\nPrivatePIDs=no\n"
    aimed = parse_files([Source("a.service", text.encode())], target=target("252")).unit
    assert drop_in(aimed, parse_files([Source("a.service", FILE.encode())], target=target("252")).unit).text == ""


def test_each_file_has_its_own_drop_in() -> None:
    before = unit("[Socket]\nListenStream=80\n", "myapp.socket")
    after = unit("[Socket]\nListenStream=81\n", "myapp.socket")
    assert drop_in(before, after, "socket").text == "[Socket]\nListenStream=\nListenStream=81\n"
    assert drop_in(before, after).text == ""

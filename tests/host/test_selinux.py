"""The labels of own directories where SELinux is used: which types, patterns that match one path and no other."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.versions import DISTRIBUTIONS, target
from app.effective import Effective
from app.host.prep import prepare
from app.host.selinux import PROGRAM, READ, WRITTEN, Label, labels
from app.unitfile.model import OwnDirectory, UnitFile
from tests.support.configurations import Parameters, least_with

LABELS: dict[str, tuple[Parameters, list[Label]]] = {
    "nothing of its own": ([], []),
    "written and read": (
        [("own", "/srv/x"), ("own", "/opt/y::ro")],
        [Label("/srv/x", WRITTEN), Label("/opt/y", READ)],
    ),
    "a program in it": (
        [("own", "/opt/x"), ("ExecStart", "-/opt/x/bin/a b"), ("ExecStartPre", "/opt/x/bin/%p ; /usr/bin/true")],
        [Label("/opt/x", WRITTEN), Label("/opt/x/bin/myapp", PROGRAM), Label("/opt/x/bin/a", PROGRAM)],
    ),
    "a program beside it": ([("own", "/opt/x"), ("ExecStart", "/opt/xy")], [Label("/opt/x", WRITTEN)]),
}


@pytest.mark.parametrize(("parameters", "expected"), LABELS.values(), ids=LABELS)
def test_a_unit_gets_the_labels_of_its_directories_and_programs(parameters: Parameters, expected: list[Label]) -> None:
    given: dict[str, str | list[str]] = {"systemd": "rhel-9"}
    for key, value in parameters:
        given[key] = [*given.get(key, []), value]
    assert list(labels(Effective(least_with(**given)))) == expected


USES_SELINUX = {"rhel": True, "centos": True, "amazon": True, "fedora": True, "sles": False, "debian": False, "ubuntu": False}  # fmt: skip


@pytest.mark.parametrize("key", [row.key for row in DISTRIBUTIONS] + ["252", "262"])
def test_only_where_the_distribution_uses_selinux_is_anything_labelled(key: str) -> None:
    unit = Effective(UnitFile("myapp", target(key), own=(OwnDirectory("/srv/x"),)))
    expected = key == "sles-16.0" or USES_SELINUX.get(key.partition("-")[0], False)
    assert bool(labels(unit)) is expected
    assert any("SELinux" in step.why for step in prepare(unit)) is expected


@given(path=st.text(min_size=1).map("/srv/{}".format), other=st.text())
def test_a_pattern_matches_its_path_and_everything_below(path: str, other: str) -> None:
    for kind, below in ((WRITTEN, True), (PROGRAM, False)):
        pattern = Label(path, kind).pattern
        assert not any(sign.isspace() for sign in pattern)
        assert re.fullmatch(pattern, path)
        assert bool(re.fullmatch(pattern, f"{path}/x")) is below
        same = re.sub(r"\s", " ", other) == re.sub(r"\s", " ", path)
        assert bool(re.fullmatch(Label(path, PROGRAM).pattern, other)) is same


KEPT = ["etc_t", "httpd_sys_content_t", "var_log_t", "var_lib_t", "public_content_t"]


def test_a_specific_label_of_the_policy_is_preserved() -> None:
    for kind in (WRITTEN, READ):
        general = re.compile(Label("/srv/x", kind).general)
        assert not any(general.search(f"system_u:object_r:{name}:s0") for name in KEPT)
        assert general.search("system_u:object_r:default_t:s0")
        assert general.search("<<none>>")
    assert re.search(Label("/srv/x/app", PROGRAM).general, "system_u:object_r:var_lib_t:s0")
    assert not re.search(Label("/srv/x/app", PROGRAM).general, "system_u:object_r:bin_t:s0")

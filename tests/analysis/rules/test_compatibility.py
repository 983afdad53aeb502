import pytest

from app import catalogue
from app.analysis.rules import judge
from app.catalogue.versions import NEWEST, target
from app.unitfile.model import Assignment, UnitFile
from app.values import Kind
from tests.analysis.rules.cases import assert_fix_mends, find
from tests.support.configurations import LEAST, QUIET, example_value, least_with, read, with_values

OLD = [row for row in catalogue.DIRECTIVES if row.removed]
RENAMED = [row for row in catalogue.DIRECTIVES if row.successor and not row.removed]


@pytest.mark.parametrize("directive", [d for d in catalogue.DIRECTIVES if d.since > 219], ids=lambda d: d.name)
def test_a_directive_newer_than_the_target_version_is_reported(directive: catalogue.Directive) -> None:
    values = {directive.name: example_value(directive)} | ({"User": []} if directive.name == "DynamicUser" else {})
    older, same = (
        with_values(LEAST, systemd=str(version), **values) for version in (directive.since - 1, directive.since)
    )
    assert ("too-new", directive.name) in {(f.id, f.field) for f in read(older).findings}
    assert ("too-new", directive.name) not in {(f.id, f.field) for f in read(same).findings}


def test_a_value_newer_than_the_target_version_is_reported_with_its_effect() -> None:
    unit = least_with(PrivateTmp="disconnected", systemd="debian-12")
    finding = find(unit, "too-new")
    assert finding.message == (
        "The value “disconnected” needs systemd 257 or later; Debian 12 (bookworm) has 252: "
        "it would be ignored, and /tmp and /var/tmp stay shared with every other service."
    )
    assert finding.fix is not None
    assert finding.fix.unit.value("PrivateTmp") == "yes"
    assert finding.severity == "warning"
    assert_fix_mends(unit, finding)


def test_a_value_that_an_old_systemd_refuses_is_an_error() -> None:
    assert list(read(with_values(LEAST, ExecStart="|/bin/true", systemd="252")).errors) == ["ExecStart"]


def test_a_distribution_that_backports_is_never_refused() -> None:
    entry = read(with_values(QUIET, ExecStart="|/bin/true", systemd="rhel-9"))
    assert entry.is_valid
    (finding,) = entry.findings
    assert finding.severity == "warning"
    assert "or a backport of it" in finding.message


def unit_of_line(row: catalogue.Directive, value: str, version: int) -> UnitFile:
    """The least configuration with a line, aimed at a version."""
    least = read(LEAST).unit
    assert least is not None
    lines = (*least.assignments, Assignment(row.name, row.kind.normalise(value)))
    return UnitFile("myapp", target(str(version)), assignments=lines)


@pytest.mark.parametrize("row", [row for row in OLD if row.removed > 219], ids=lambda row: row.name)
def test_a_removed_directive_is_a_note_before_its_removal_and_a_warning_after_it(row: catalogue.Directive) -> None:
    for version, severity in ((max(row.since, row.removed - 1), "note"), (row.removed, "warning")):
        finding = next(f for f in judge(unit_of_line(row, example_value(row), version)) if f.id == "removed")
        assert (finding.field, finding.severity) == (row.name, severity)
        assert not row.successor or f"Write {row.successor}= instead." in finding.message


@pytest.mark.parametrize("row", RENAMED, ids=lambda row: row.name)
def test_an_old_name_is_reported_with_the_new_one(row: catalogue.Directive) -> None:
    unit = unit_of_line(row, example_value(row), NEWEST)
    finding = find(unit, "renamed")
    assert finding.message == f"{row.name}= is an old name. Write {row.successor}= instead."
    if type(row.kind) is type(catalogue.find(row.successor).kind):
        assert_fix_mends(unit, finding)


@pytest.mark.parametrize("row", [*OLD, *RENAMED], ids=lambda row: row.name)
def test_a_successor_is_a_row_that_the_newest_systemd_reads(row: catalogue.Directive) -> None:
    if row.successor:
        assert catalogue.find(row.successor).is_read_by(NEWEST)


def test_a_word_that_systemd_replaces_is_reported() -> None:
    unit = least_with(StandardOutput="syslog")
    finding = find(unit, "renamed")
    assert finding.message == "systemd reads “syslog” as journal."
    assert_fix_mends(unit, finding)


READABLE = {
    ("RestrictAddressFamilies", "AF_INET AF_MCTP", 247): "AF_INET",
    ("RestrictAddressFamilies", "~AF_MCTP AF_INET", 247): "~AF_INET",
    ("RestrictNamespaces", "time", 247): "",
    ("StateDirectory", "a::ro b", 252): "a b",
    ("StateDirectory", "a:b", 249): "a",
    ("ProtectHome", "tmpfs", 237): "yes",
    ("RuntimeDirectoryPreserve", "on-success", 257): "yes",
}


@pytest.mark.parametrize(("name", "value", "version"), READABLE)
def test_the_fix_of_a_too_new_word_preserves_the_other_words(name: str, value: str, version: int) -> None:
    row, wanted = catalogue.find(name), READABLE[name, value, version]
    unit = unit_of_line(row, value, version)
    finding = find(unit, "too-new")
    assert finding.fix is not None
    assert finding.fix.unit.value(name) == wanted
    assert_fix_mends(unit, finding)


def test_a_kind_without_versions_causes_no_version_finding() -> None:
    assert list(Kind().needs("x")) == []
    assert not {"too-new", "removed", "renamed"} & {finding.id for finding in judge(least_with(systemd="219"))}

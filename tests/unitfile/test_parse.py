from collections.abc import Sequence

import pytest

from app import catalogue
from app.catalogue.versions import target
from app.effective import Effective
from app.unitfile import syntax
from app.unitfile.model import Assignment
from app.unitfile.parse import ParsedUnit, parse_files
from app.unitfile.preserved import PreservedLine
from app.unitfile.sources import Source


def read(text: str | bytes, name: str = "myapp.service") -> ParsedUnit:
    """What one file comes to."""
    return parse_files([Source(name, text.encode() if isinstance(text, str) else text)])


def lines_of(reading: ParsedUnit) -> list[str]:
    """The assignments as they stand in a file."""
    return [f"{catalogue.find(name).word}={value}" for name, value in reading.unit.assignments]


def texts_of(kept: Sequence[PreservedLine]) -> list[str]:
    return [each.text for each in kept]


SERVICE = "[Service]\nExecStart=/bin/a\n"

READ_AS_SYSTEMD_DOES: dict[str, tuple[str | bytes, list[str]]] = {
    "line ends": (b"[Service]\rUser=a\0Group=b\r\nUMask=077\n\rNice=1\n", ["User=a", "Group=b", "UMask=077", "Nice=1"]),
    "no end at the end": (b"[Service]\nUser=a", ["User=a"]),
    "byte order mark": (b"\xef\xbb\xbf[Service]\nUser=a\n", ["User=a"]),
    "blanks": (b"  [Service]  \n\t User = a \t\n", ["User=a"]),
    "continuation": (b"[Service]\nUser=\\\n  a\n", ["User=a"]),
    "comments between": (b"[Service]\nExecStart=/bin/a \\\n# x\n ; y\n  b\n", ["ExecStart=/bin/a    b"]),
    "a blank line ends it": (b"[Service]\nExecStart=/bin/a \\\n\nUser=b\n", ["ExecStart=/bin/a", "User=b"]),
    "an even number of backslashes": (
        b"[Unit]\nDescription=a\\\\\n[Service]\nUser=b\n",
        ["Description=a\\\\", "User=b"],
    ),
    "continuation at the end": (b"[Service]\nUser=a\\", ["User=a"]),
    "repeated sections": (
        b"[Service]\nUser=a\n[Unit]\nAfter=x.service\n[Service]\nNice=1\n",
        ["After=x.service", "User=a", "Nice=1"],
    ),
    "the last of a scalar": (b"[Service]\nUser=a\nUser=b\n", ["User=b"]),
    "the last sound one": (b"[Service]\nNice=1\nNice=x\n", ["Nice=1"]),
    "lists add up": (b"[Service]\nEnvironment=A=1\nEnvironment=B=2\n", ["Environment=A=1", "Environment=B=2"]),
    "tabs part words": (b"[Service]\nExecStart=/bin/a\t-x\t'b\tc'\n", [r"ExecStart=/bin/a -x 'b\tc'"]),
    "sign in a value": (b"[Service]\nExecStart=/bin/a --b=c # no comment\n", ["ExecStart=/bin/a --b=c # no comment"]),
}


@pytest.mark.parametrize(("text", "expected"), READ_AS_SYSTEMD_DOES.values(), ids=READ_AS_SYSTEMD_DOES)
def test_a_file_is_read_as_systemd_reads_it(text: bytes, expected: list[str]) -> None:
    assert lines_of(read(text)) == expected


def test_an_empty_value_supersedes_the_earlier_values_of_a_list() -> None:
    reading = read("[Service]\nEnvironment=A=1\nEnvironment=\nEnvironment=B=2\nEnvironment=\nEnvironment=C=3\n")
    assert (lines_of(reading), reading.unit.resets) == (["Environment=C=3"], ("Environment",))
    assert [(each.line, each.why) for each in reading.superseded] == [
        (n, "Line 5 empties the list.") for n in (2, 3, 4)
    ]
    assert reading.text == "[Service]\nEnvironment=\nEnvironment=C=3\n"


def test_an_empty_condition_empties_all_of_them() -> None:
    reading = read("[Unit]\nConditionHost=a\nConditionPathExists=\nConditionUser=b\n")
    assert lines_of(reading) == ["ConditionUser=b"]


def test_dependencies_are_not_emptied() -> None:
    assert lines_of(read("[Unit]\nAfter=a.service\nAfter=\nAfter=b.service\n")) == [
        "After=a.service",
        "After=b.service",
    ]


SHARED_LISTS = {
    "x.timer": ("[Timer]\nOnBootSec=5\nOnCalendar=\nOnUnitActiveSec=3\nOnCalendar=daily\n", ["OnBootSec=5"]),
    "x.path": ("[Path]\nPathExists=/a\nPathChanged=\nPathExists=/b\n", ["PathExists=/a"]),
    "x.socket": ("[Socket]\nListenFIFO=/run/a\nListenStream=\nListenStream=80\n", ["ListenFIFO=/run/a"]),
    "x.service": (
        "[Unit]\nConditionPathExists=/a\nConditionUser=\nConditionPathExists=/b\n",
        ["ConditionPathExists=/a"],
    ),
}


@pytest.mark.parametrize("name", SHARED_LISTS)
def test_an_empty_value_resets_all_directives_of_its_list(name: str) -> None:
    text, taken_back = SHARED_LISTS[name]
    reading = parse_files([Source(name, text.encode())])
    assert [line.text for line in reading.superseded] == taken_back
    assert reading.texts[name] == "".join(
        line for line in text.splitlines(keepends=True) if line.strip() not in taken_back
    )


TAKEN_BACK = {
    "by an empty value": ("[Service]\nUser=a\nUser=\n", []),
    "not where systemd ignores it": ("[Service]\nPrivateTmp=yes\nPrivateTmp=\n", ["PrivateTmp=yes"]),
    "and set again": ("[Service]\nUser=a\nUser=\nUser=b\n", ["User=b"]),
    "with what it is read with": ("[Service]\nIOSchedulingPriority=7\nIOSchedulingClass=\n", []),
    "in another section": ("[Service]\nRebootArgument=a\n[Unit]\nRebootArgument=b\n", ["RebootArgument=b"]),
}


@pytest.mark.parametrize(("text", "expected"), TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_an_empty_value_resets_a_directive(text: str, expected: list[str]) -> None:
    assert lines_of(read(text)) == expected


def test_the_effect_of_an_empty_value_depends_on_the_version() -> None:
    text = b"[Service]\nProtectHostname=yes\nProtectHostname=\n"
    found = [parse_files([Source("a.service", text)], target=target(key)).unit.assignments for key in ("257", "258")]
    assert found == [(Assignment("ProtectHostname", "yes"),), ()]


def parsed(files: dict[str, str | bytes]) -> ParsedUnit:
    """What files come to, by their names."""
    texts = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    return parse_files([Source(name, text) for name, text in texts.items()])


def test_drop_ins_follow_their_file_in_the_order_of_their_names() -> None:
    drop_ins = {f"a.service.d/{at}.conf": f"[Service]\nNice={at}\n" for at in (2, 1)}
    reading = parsed({**drop_ins, "a.service": "[Service]\nNice=0\n"})
    assert lines_of(reading) == ["Nice=2"]
    assert [each.text for each in reading.superseded] == ["Nice=0", "Nice=1"]


@pytest.mark.parametrize("fault", [b"[Service", b"A=\xff", b"[]"])
def test_a_drop_in_counts_up_to_the_line_that_systemd_refuses_it_for(fault: bytes) -> None:
    cut = b"[Service]\nUser=a\n" + fault + b"\n# b\nNice=2\n"
    reading = parsed({"a.service": "[Service]\nNice=1\n", "a.conf": cut, "b.conf": "[Service]\nGroup=c\n"})
    assert lines_of(reading) == ["User=a", "Group=c", "Nice=1"]
    assert [each.why for each in reading.superseded] == ["systemd reads the drop-in no further than line 3."]
    assert [sentence.partition(":")[0] for sentence in reading.remarks] == ["Line 3"]


def test_a_timer_alone_is_a_unit() -> None:
    reading = parsed({"backup.timer": "[Unit]\nDescription=x\n[Timer]\nOnCalendar=daily\n"})
    assert (reading.unit.name, list(reading.texts)) == ("backup", ["backup.timer"])


def test_the_sections_of_a_file_without_a_name_determine_its_type() -> None:
    assert list(read("[Timer]\nOnCalendar=daily\n", "").texts) == ["imported.timer"]


LONG = b"[Unit]\nDescription=" + b"a" * (syntax.MAX_LINE_LENGTH - 20)
FAULTS: dict[str, tuple[bytes, list[str]]] = {
    "a long line": (LONG, []),
    "a line too long": (LONG + b"a" * 20, [syntax.TOO_LONG]),
    "joined to one too long": (LONG + b"\\\n" + b"a" * 20, [syntax.TOO_LONG]),
    "no UTF-8": (b"[Unit]\nDescription=\xff\n", [syntax.NOT_UTF8]),
    "no character": (b"[Unit]\nDescription=\xef\xbf\xbf\n", [syntax.NOT_UTF8]),
    "a comment that is no UTF-8": (b"# \xff\n[Unit]\n", []),
    "an open header": (b"[Unit\n", [syntax.BAD_HEADER]),
    "a header with a backslash": (b"[Un\\it]\n", [syntax.BAD_HEADER]),
}


@pytest.mark.parametrize(("text", "faults"), FAULTS.values(), ids=FAULTS)
def test_the_reason_why_systemd_refuses_a_file_is_reported(text: bytes, faults: list[str]) -> None:
    assert [line.fault for line in syntax.read_lines(text) if line.fault] == faults


KEPT = {
    "comment": ("# a", "A comment."),
    "other sign": ("; a", "A comment."),
    "extension": ("X-Foo=1", "systemd leaves what begins with X- to other programs."),
    "no key": ("Foo=1", "No systemd knows it; in [Service] systemd ignores it."),
    "elsewhere": ("After=a.service", "It belongs in [Unit]; in [Service] systemd ignores it."),
    "no assignment": ("Foo", "It is no assignment, comment or section; systemd skips it."),
}


@pytest.mark.parametrize("file", catalogue.FILES)
def test_every_directive_is_read_back_in_its_file(file: str) -> None:
    rows = [row for row in catalogue.ROWS if row.file == file and (row.example or row.kind.suggestions)]
    for row in rows:
        value = row.sample
        reading = read(f"[{row.section}]\n{row.word}={value}\n", f"myapp.{file}")
        assert reading.unit.assignments == (Assignment(row.name, row.kind.normalise(value)),)
        assert (reading.preserved, reading.superseded, reading.remarks) == ((), (), ())


@pytest.mark.parametrize(("line", "why"), KEPT.values(), ids=KEPT)
def test_a_line_without_a_field_is_preserved_above_the_next_line(line: str, why: str) -> None:
    reading = read(f"[Service]\nUser=a\n{line}\nExecStart=/bin/a\nNice=1\n")
    assert [(each.text, each.above, each.line, each.defect) for each in reading.preserved] == [
        (line, "ExecStart", 3, "")
    ]
    assert reading.preserved[0].why == why
    assert reading.text == f"[Service]\n{line}\nExecStart=/bin/a\nUser=a\nNice=1\n"


def test_a_refused_value_is_preserved_at_its_position_in_the_list() -> None:
    text = "[Service]\nExecStartPre=/bin/a\nExecStartPre=b/c\nExecStartPre=/bin/d\nExecStart=/bin/e\n"
    reading = read(text)
    assert texts_of(reading.preserved) == ["ExecStartPre=b/c"]
    assert reading.text == text


def test_a_path_in_the_first_comment_of_a_file_with_a_units_name_is_a_comment() -> None:
    text = "# /lib/systemd/system/other.service\n[Service]\nUser=a\n"
    assert texts_of(read(text).preserved) == ["# /lib/systemd/system/other.service"]
    assert read(text).text == text
    pasted = read(text, "")
    assert (pasted.unit.name, pasted.preserved) == ("other", ())


EMPTY_LINES = {
    "User=a\nUser=": ([], []),
    "User=a\nUser=\nUser=b": (["User=b"], []),
    "PrivateTmp=yes\nPrivateTmp=": (["PrivateTmp=yes"], ["PrivateTmp="]),
    "Type=blah\nType=exec": (["Type=exec"], ["Type=blah"]),
    "Delegate=yes\nDelegate=": ([], []),
}


@pytest.mark.parametrize(("lines", "expected"), EMPTY_LINES.items())
def test_an_empty_value_resets_the_same_directives_as_in_systemd(
    lines: str, expected: tuple[list[str], list[str]]
) -> None:
    reading = read(f"[Service]\n{lines}\n")
    assert (lines_of(reading), texts_of(reading.preserved)) == expected
    assert len(reading.superseded) == lines.count("\n") + 1 - sum(map(len, expected)) - len(reading.unit.resets)


def test_an_empty_line_delegates_without_controllers() -> None:
    reading = read("[Service]\nDelegate=\n")
    assert reading.text == "[Service]\nDelegate=\n"
    assert Effective(reading.unit).delegates

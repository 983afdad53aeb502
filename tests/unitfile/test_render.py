from dataclasses import replace

import pytest

from app import catalogue
from app.unitfile.model import Assignment, OwnDirectory, UnitFile
from app.unitfile.render import files, render
from tests.support.configurations import LEAST, example_value, least_with, unit_of, with_values


def test_only_set_directives_are_written_in_their_section() -> None:
    assert render(least_with(After="network.target", WantedBy="multi-user.target")) == (
        "[Unit]\nAfter=network.target\n\n"
        "[Service]\nExecStart=/usr/bin/true\nUser=myapp\nUMask=0077\n\n"
        "[Install]\nWantedBy=multi-user.target\n"
    )


def test_an_empty_section_is_not_written() -> None:
    assert render(least_with()) == "[Service]\nExecStart=/usr/bin/true\nUser=myapp\nUMask=0077\n"


@pytest.mark.parametrize("directive", [d for d in catalogue.DIRECTIVES if d.may_reset], ids=lambda d: d.name)
def test_a_reset_comes_before_the_values(directive: catalogue.Directive) -> None:
    value = example_value(directive)
    text = render(least_with(**{"reset": directive.name, directive.name: value}))
    assert f"\n{directive.name}=\n{directive.name}={value}\n" in text


def test_a_reset_alone_means_no_capability() -> None:
    assert "\nCapabilityBoundingSet=\n" in render(least_with(reset="CapabilityBoundingSet"))


def test_lines_of_one_directive_keep_their_order_across_other_lines() -> None:
    parameters = [*LEAST, ("Environment", "B=2"), ("After", "x.service"), ("Environment", "A=1")]
    assert "Environment=B=2\nEnvironment=A=1\n" in render(unit_of(parameters))


def test_own_directories_follow_the_paths_that_were_written() -> None:
    text = render(unit_of(with_values(LEAST, ReadWritePaths="/srv/shared", own=["/srv/a", "/srv/b::ro"])))
    assert [line for line in text.splitlines() if line.startswith("ReadWritePaths")] == [
        "ReadWritePaths=/srv/shared",
        "ReadWritePaths=/srv/a",
    ]


def test_directives_that_affect_one_another_keep_their_given_order() -> None:
    lines = [("TimeoutStopSec", "1s"), ("TimeoutSec", "2s"), ("TimeoutStartSec", "3s")]
    assert "TimeoutStopSec=1s\nTimeoutSec=2s\nTimeoutStartSec=3s\n" in render(unit_of([*LEAST, *lines]))
    assert "TimeoutStartSec=3s\nTimeoutSec=2s\nTimeoutStopSec=1s\n" in render(unit_of([*LEAST, *reversed(lines)]))


def test_a_name_that_two_sections_have_is_written_in_the_section_it_names() -> None:
    text = render(unit_of([*LEAST, ("FailureAction", "reboot"), ("Service.FailureAction", "poweroff")]))
    assert text.startswith("[Unit]\nFailureAction=reboot\n\n[Service]\n")
    assert text.endswith("\nFailureAction=poweroff\n")


TIMED = {
    "Description": "A",
    "timer.Timer.OnCalendar": ["daily", "Mon 10:00"],
    "timer.Unit.Description": "B",
    "timer.Install.WantedBy": "timers.target",
}


def test_each_file_has_its_own_lines() -> None:
    unit = least_with(**TIMED, **{"socket.Socket.ListenStream": "80", "socket.Socket.User": "myapp"})
    assert files(unit) == {
        "myapp.service": "[Unit]\nDescription=A\n\n[Service]\nExecStart=/usr/bin/true\nUser=myapp\nUMask=0077\n",
        "myapp.timer": "[Unit]\nDescription=B\n\n[Timer]\nOnCalendar=daily\nOnCalendar=Mon 10:00\n\n"
        "[Install]\nWantedBy=timers.target\n",
        "myapp.socket": "[Socket]\nListenStream=80\nUser=myapp\n",
    }


def test_a_file_without_lines_is_not_written() -> None:
    assert list(files(least_with())) == ["myapp.service"]
    assert list(files(UnitFile("x"))) == ["x.service"]
    lone = UnitFile("x", assignments=(Assignment("timer.Timer.OnCalendar", "daily"),))
    assert files(lone) == {"x.timer": "[Timer]\nOnCalendar=daily\n"}
    assert list(files(replace(lone, own=(OwnDirectory("/srv/x"),)))) == ["x.service", "x.timer"]
    assert list(files(UnitFile("x", resets=("path.Path.PathExists",)))) == ["x.path"]


@pytest.mark.parametrize("row", [row for row in catalogue.TRIGGER_ROWS if not row.like], ids=lambda row: row.name)
def test_a_directive_of_a_triggering_unit_is_written_only_in_its_file(row: catalogue.Directive) -> None:
    # A file of this line alone may be one that systemd refuses: how it is written is asked here, not whether it starts.
    texts = files(least_with().with_values(row.name, example_value(row)))
    line = f"{row.word}={example_value(row)}"
    assert [name for name, text in texts.items() if line in text.splitlines()] == [f"myapp.{row.file}"]
    assert f"[{row.section}]\n{line}\n" == texts[f"myapp.{row.file}"]

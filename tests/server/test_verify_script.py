"""The proving script as text, and as a real sh reads it; tests/system/test_proof.py runs it beside services."""

import subprocess
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.access import WORDS
from app.server.verify_script import FUNCTIONS, Cell, verify_script
from tests.host.test_shell import HOSTILE, HOSTILE_EXAMPLES, SHELLS, Argv, RecordingShell, shellcheck

CELLS: list[Cell] = [
    ("a.service", "/var/lib/a", "read-write"),
    ("a.service", "/var/lib/b c", "hidden"),
    (r"web@x\x2dy.service", "/", "depends"),
]
SUMMARY = "{} as predicted, {} different, {} that depend on the machine, {} not checked.\n"

# What the script asks for, and an answer to each. Its own tests of the way it asks come first.
FAKES = r"""
exec >&2
systemctl() { record systemctl "$@"; printf %s "$$"; }
timeout() {
  record "$@"
  shift 9
  case $1,${3-} in
    stat,%F) printf directory ;;
    stat,%d:%i) printf 1:1 ;;
    */setpriv,*) granted "$@" ;;
    *) return 9 ;;
  esac
}
granted() {
  case $2,$5 in
    --ruid=65534,--) printf d ;;
    --ruid=65534,*) printf dxr ;;
    --ruid=0,--bounding-set=*) printf dxr ;;
    *) printf dxrw ;;
  esac
}
"""


@pytest.fixture(scope="session", params=SHELLS)
def shell(request: pytest.FixtureRequest) -> Iterator[RecordingShell]:
    """A recording shell of every kind."""
    with RecordingShell(SHELLS[request.param]) as started:
        yield started


def test_all_work_is_in_main_which_the_last_line_calls() -> None:
    text = verify_script(CELLS)
    assert text.startswith("#!/bin/sh\n# ")
    assert text.endswith('\n}\n\nmain "$@"\n')
    outside = [line for line in text.split("\n")[1:] if line and not line.startswith(("#", "  ", "}"))]
    assert all(line.endswith("() {") for line in outside[:-1])
    assert len(outside) == len(FUNCTIONS) + 2


def test_each_unit_is_entered_once_and_checked_in_order() -> None:
    lines = [line.strip() for line in verify_script(CELLS).split("\n")]
    assert [line for line in lines if line.startswith(("service ", "check "))] == [
        "service a.service a.service",
        "check /var/lib/a read-write /var/lib/a",
        "check '/var/lib/b c' hidden '/var/lib/b c'",
        r"service 'web@x\x2dy.service' 'web@x\x2dy.service'",
        "check / depends /",
    ]


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    assert shellcheck([verify_script(CELLS), verify_script([])], tmp_path) == ""


@pytest.mark.parametrize("kind", SHELLS)
def test_every_shell_parses_the_script(kind: str) -> None:
    done = subprocess.run([*SHELLS[kind], "-n"], input=verify_script(CELLS), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_access_word_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"^“open” is not an access\. Use one of read-write, read-only, hidden, denied, depends\.$"
    ):
        verify_script([("a.service", "/", "open")])


def test_an_empty_check_fails(shell: RecordingShell) -> None:
    assert shell.run(verify_script([])) == (2, [], "There is nothing to check.\n")


def test_only_root_can_run_the_checks(shell: RecordingShell) -> None:
    text = f"id() {{ printf 1000; }}\n{FAKES}{verify_script(CELLS)}"
    assert shell.run(text) == (2, [], "Run this script as root.\n")


@pytest.mark.parametrize("program", ["setpriv", "find", "systemctl"])
def test_a_missing_program_is_named(shell: RecordingShell, program: str) -> None:
    text = f"{FAKES}command() {{ case $2 in {program}) return 1 ;; esac; }}\n{verify_script(CELLS)}"
    assert shell.run(text) == (2, [("id", "-u")], f"{program} is missing.\n")


@pytest.mark.parametrize("answers", ["printf d", "printf dxrw", "printf dxr", "return 1", "printf d; return 137"])
def test_a_machine_with_impossible_answers_is_not_checked(shell: RecordingShell, answers: str) -> None:
    status, _, said = shell.run(f"{FAKES}granted() {{ {answers}; }}\n{verify_script(CELLS)}")
    assert (status, said) == (
        2,
        "This machine cannot be asked: it takes util-linux, GNU find and all capabilities of root.\n",
    )


COMPONENT = HOSTILE.map(lambda word: word.replace("/", "")).filter(lambda word: word not in {"", ".", ".."})


def looked_at(pid: str, components: list[str]) -> list[str]:
    """The paths that are looked at, one after another, on the way to a directory in the tree of a process."""
    ways = [f"/proc/{pid}/root", *components]
    return [*list(accumulate(ways, "{}/{}".format))[1:], "/".join(ways) + "/."]


@settings(max_examples=max(100, HOSTILE_EXAMPLES // 10))
@given(
    unit=HOSTILE.map("{}.service".format),
    components=st.lists(COMPONENT, max_size=4),
    predicted=st.sampled_from(WORDS),
)
def test_names_arrive_unchanged_and_run_nothing(
    shell: RecordingShell, unit: str, components: list[str], predicted: str
) -> None:
    path = "/" + "/".join(components)
    status, argvs, said = shell.run(FAKES + verify_script([(unit, path, predicted)]))
    assert {argv[0] for argv in argvs} <= {"id", "systemctl", "-s"}
    assert [argv for argv in argvs if argv[0] == "systemctl"] == [
        ("systemctl", "show", "-p", "MainPID", "--value", "--", unit)
    ] * 2
    asked = [argv[9:] for argv in argvs if argv[0] == "-s"]
    stats = [argv[-1] for argv in asked if argv[0] == "stat"]
    (pid,) = {path.split("/")[2] for path in stats} - {"1"}
    assert stats == looked_at("1", components) + looked_at(pid, components)
    (finds,) = ([argv for argv in asked if argv[0] != "stat"][4:],)
    assert [find_path(argv) for argv in finds] == ["/".join([".", *components])]
    shown = ["".join(c if c.isprintable() else "?" for c in name) for name in (unit, path)]
    outcome = {"read-write": "ok: {}, {}: read-write", "depends": "depends: {}, {}: found read-write"}
    line = outcome.get(predicted, f"DIFFERENT: {{}}, {{}}: predicted {predicted}, found read-write").format(*shown)
    kinds = (predicted == "read-write", predicted not in {"read-write", "depends"}, predicted == "depends")
    assert said == f"{line}\n{SUMMARY.format(*map(int, kinds), 0)}"
    assert status == int(kinds[1])


def find_path(argv: Argv) -> str:
    """What find was to look at, after setpriv's “--”."""
    return argv[argv.index("--") + 2]


RESULTS = {
    (): (0, (3, 0, 0, 0)),
    ("a",): (1, (2, 1, 0, 0)),
    ("b",): (2, (2, 0, 0, 1)),
    ("a", "b"): (1, (1, 1, 0, 1)),
    ("c",): (0, (2, 0, 1, 0)),
    ("b", "c"): (2, (1, 0, 1, 1)),
}
"""What is different (a), stopped (b) or left open (c) of three services, to the exit status and the counts."""


@pytest.mark.parametrize("odd", RESULTS)
def test_a_difference_outweighs_an_impossible_check(shell: RecordingShell, odd: tuple[str, ...]) -> None:
    words = {"a": "denied", "c": "depends"}
    cells = [(f"{name}.service", "/", words.get(name, "read-write") if name in odd else "read-write") for name in "abc"]
    stopped = "b.service" if "b" in odd else ""
    fakes = f"{FAKES}systemctl() {{ if [ \"$6\" = '{stopped}' ]; then printf 0; else printf %s $$; fi; }}\n"
    status, _, said = shell.run(fakes + verify_script(cells))
    assert (status, said.split("\n")[-2] + "\n") == (RESULTS[odd][0], SUMMARY.format(*RESULTS[odd][1]))
    assert ("not checked: b.service, /: it does not run.\n" in said) is bool(stopped)

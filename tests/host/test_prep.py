"""The preparation as lists, as a script and as steps to paste: a real sh runs the words of the lists and nothing else."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from app import catalogue
from app.catalogue import versions
from app.effective import Effective
from app.host.install import install, install_script
from app.host.prep import USERADD_FLAGS, prepare, prepare_script, useradd_flags
from app.host.record import note_command, recorded
from app.host.shell import Check, CommandOutput, Do, ShellCommand, Step, comment, paste, refused
from app.host.shell_guards import GUARDS, NEEDED_BY
from app.report import steps_text
from app.unitfile.model import Assignment, OwnDirectory, UnitFile
from tests.host.test_shell import HOSTILE, HOSTILE_EXAMPLES, SHELLS, STUB, Argv, RecordingShell, shellcheck
from tests.support.configurations import EXAMPLES, LEAST, Parameters, read, unit_of, with_values

DYNAMIC = with_values(LEAST, User=[], DynamicUser="yes")
EXISTING = with_values(LEAST, account="existing")
ALL_MANAGED = {f"{kind}Directory": "web/a web/b" for kind in ("State", "Cache", "Logs", "Runtime", "Configuration")}
CONFIGURATIONS: dict[str, Parameters] = EXAMPLES | {
    "root": with_values(LEAST, User=[]),
    "root with all": with_values(LEAST, User="root", own=["/srv/a", "/srv/b:2770:ro"], **ALL_MANAGED),
    "own with all": with_values(LEAST, own=["/srv/a b:0700", "/opt/x/y/z::ro"], SupplementaryGroups=["adm video", "audio"], ReadWritePaths='/data/x "/data/a b" -/data/z', **ALL_MANAGED),
    "own with group": with_values(LEAST, Group="web", own="/srv/x:0", ConfigurationDirectory="web", ConfigurationDirectoryMode="0755"),
    "own with numbers": with_values(LEAST, uid="850", gid="851", Group="web", own="/srv/x"),
    "existing": EXISTING,
    "existing with all": with_values(EXISTING, own="/srv/x", SupplementaryGroups="adm", ReadWritePaths="/data/x", ConfigurationDirectory="web"),
    "existing by number": with_values(EXISTING, User="1500", own="/srv/x", ReadWritePaths="/data/x", ConfigurationDirectory="web"),
    "existing with group": with_values(EXISTING, User="svc@corp", Group="1500", own="/srv/x", ConfigurationDirectory="web"),
    "existing with signs": with_values(EXISTING, User="$(pwned)", Group="`pwned`;&|<>", own="/srv/x", SupplementaryGroups="!! $$ (x) a*b", ReadWritePaths="/data/$HOME;pwned"),
    "dynamic with all": with_values(DYNAMIC, SupplementaryGroups="adm", ReadWritePaths="/data/x", **ALL_MANAGED),
    "dynamic with group": with_values(DYNAMIC, Group="web", SupplementaryGroups="web adm"),
    "specifiers": with_values(LEAST, User="%p", StateDirectory="%N", ReadWritePaths="%S/x /data/%p %t/y", ConfigurationDirectory="%p%%"),
    "with labels": with_values(LEAST, systemd="rhel-9", own=["/srv/a b:0700", "/opt/x::ro"], ExecStart="/opt/x/bin/a.b"),
    "for 247": with_values(LEAST, systemd="247", WantedBy="multi-user.target"),
}  # fmt: skip


@pytest.fixture(scope="session", params=SHELLS)
def shell(request: pytest.FixtureRequest) -> Iterator[RecordingShell]:
    """A recording shell of every kind."""
    with RecordingShell(SHELLS[request.param]) as started:
        yield started


@pytest.fixture(scope="session")
def dash() -> Iterator[RecordingShell]:
    """A recording shell of the kind that Debian has."""
    with RecordingShell(SHELLS.get("dash", ["sh"])) as started:
        yield started


NEEDS_ROOT = {
    "chmod",
    "chown",
    "find",
    "groupadd",
    "install",
    "mkdir",
    "restorecon",
    "semanage",
    "sh",
    "stat",
    "useradd",
    "journalctl",
}


def effective(key: str) -> Effective:
    """A configuration of the table as systemd understands it."""
    return Effective(unit_of(CONFIGURATIONS[key]))


def all_steps(unit: Effective) -> list[Step]:
    """The steps of preparation and installation."""
    return [*prepare(unit), *install(unit)]


def commands_of(step: Step) -> Iterator[ShellCommand]:
    """Every command of a step but calls of the script's own functions."""
    for action in step.actions:
        yield from action.when
        yield from action.test if isinstance(action, Check) else (*action.unless, *action.careful, *action.commands)


class Machine:
    """What a recording shell should record: the argument lists of steps, done as the words of the design have it."""

    def __init__(self, *, missing: bool, sudo: bool) -> None:
        """Make one where what is asked for is missing, or not; sudo: the steps are pasted."""
        self.missing, self.sudo = missing, sudo
        self.records: list[Argv] = []

    def run(self, command: ShellCommand) -> bool:
        """Record a command; whether it succeeds."""
        words = tuple(word if isinstance(word, str) else word.before + self.output(word) for word in command.argv)
        self.records.append(("sudo", *words) if self.sudo and command.root else words)
        return not (self.missing and (words[0] == "getent" or words[:2] == ("test", "-e")))

    def output(self, word: CommandOutput) -> str:
        """Record the command whose output is a word."""
        self.run(ShellCommand(word.argv, word.root))
        return STUB if word.argv[0] == "id" else ""

    def holds(self, test: tuple[ShellCommand, ...]) -> bool:
        """Record a pipeline; whether its last command succeeds."""
        return [self.run(command) for command in test][-1]

    def script(self, steps: tuple[Step, ...]) -> int:
        """Record what a script does; its exit status."""
        self.records.append(("id", "-u"))
        for action in self.done(steps):
            if isinstance(action, Do):
                self.do(action, action.guards)
            elif not self.holds(action.test) and action.stops:
                return 1
        return 0

    def done(self, steps: tuple[Step, ...]) -> Iterator[Do | Check]:
        """The actions, after what is asked before those that follow one another and are done where the same holds."""
        for step in steps:
            for when, actions in groupby(step.actions, lambda action: action.when):
                for command in when:
                    self.run(command)
                yield from actions

    def paste(self, steps: tuple[Step, ...]) -> None:
        """Record what pasted steps do."""
        for action in self.done(steps):
            if isinstance(action, Do):
                self.do(action, action.careful)
            elif not self.holds(action.test):
                self.records.append(("echo", action.sentence))

    def do(self, action: Do, first: tuple[ShellCommand, ...]) -> None:
        """Record commands, and what is asked before them."""
        for command in first:
            self.run(command)
        if not action.unless or not self.holds(action.unless):
            for command in action.commands:
                self.run(command)


def commented(steps: tuple[Step, ...]) -> str:
    """Steps as they are pasted, each below its sentence."""
    return "\n".join(f"{comment(step.why)}\n{paste(step)}" for step in steps)


def assert_same_words(shell: RecordingShell, unit: Effective, *, missing: bool) -> None:
    """The script and the pasted steps of a unit do exactly what their lists say."""
    machine = Machine(missing=missing, sudo=False)
    status = machine.script(prepare(unit))
    guards = "".join(f'{name}() {{ record {name} "$@"; }}\n' for name in NEEDED_BY)
    body = prepare_script(unit).removesuffix('main "$@"\n')
    assert shell.run(f'{body}{guards}main "$@"\n', missing=missing)[:2] == (status, machine.records)
    pasted = Machine(missing=missing, sudo=True)
    pasted.paste(prepare(unit))
    assert shell.run(commented(prepare(unit)), missing=missing)[1:] == (pasted.records, "")


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_scripts_and_steps_run_their_argument_lists(shell: RecordingShell, key: str, missing: bool) -> None:
    assert_same_words(shell, effective(key), missing=missing)


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_the_installation_runs_its_argument_lists(shell: RecordingShell, key: str) -> None:
    steps = install(effective(key))
    machine = Machine(missing=False, sudo=True)
    machine.paste(steps)
    assert shell.run(steps_text(steps))[1:] == (machine.records, "")
    as_root = Machine(missing=False, sudo=False)
    as_root.script(steps)
    keep = next(argv for argv in as_root.records if argv[0] == "sh")
    stand_in = f'sh() {{ record sh "$@"; }}\n{install_script(effective(key))}'
    assert shell.run(stand_in) == (0, as_root.records, "")
    assert keep[-1] == f"/etc/systemd/system/{effective(key).file.name}.service"


# --- hostile values ---------------------------------------------------------------------------------

NAMES = st.text("ab1$`;&|()<>*?!~^[]{}=+.@-_", min_size=1, max_size=10).map("a{}".format)
BELOW = st.text("ab1 $`;&|()<>*?!~^[]{}=+.@-_,#/", min_size=1, max_size=12).map("a{}".format)
LETTERS = st.text("ab1._-", max_size=10).map("a{}".format)
MODES = st.sampled_from(["", "0", "0700", "2770", "00000755"])
# What a form may take, hostile as it is; what it may not is drawn besides.
TAKEN = {
    "name": LETTERS,
    "User": NAMES,
    "Group": NAMES,
    "SupplementaryGroups": st.lists(NAMES, min_size=1, max_size=3).map(" ".join),
    "own": st.builds("/srv/{}{}".format, st.text("ab1 ._@+,=~-/", min_size=1, max_size=12), MODES.map(":{}".format)),
    "ReadWritePaths": st.builds("{}/data/{}".format, st.sampled_from(["", "-", "+"]), BELOW),
    "StateDirectory": BELOW,
    "ConfigurationDirectory": BELOW,
    "ConfigurationDirectoryMode": MODES,
    "systemd": st.sampled_from(["rhel-9", "sles-15.6"]),
}
WHO = st.sampled_from(
    [{}, {"User": []}, {"User": [], "DynamicUser": "yes", "own": []}, {"account": "existing", "User": "1500"}]
)
WHO_WITH_USER = st.just({"account": "existing"})
BASE = with_values(
    LEAST, SupplementaryGroups="adm", own="/srv/x:0700", ReadWritePaths="/data/x", ConfigurationDirectory="web"
)


@st.composite
def configurations(draw: st.DrawFn) -> Parameters:
    """Parameters of which some hold what nobody should have typed."""
    values = {field: draw(TAKEN[field]) for field in draw(st.sets(st.sampled_from(sorted(TAKEN)), max_size=4))}
    if draw(st.sampled_from([False, False, True])):
        values[draw(st.sampled_from(sorted(TAKEN.keys() - {"systemd"})))] = draw(HOSTILE)
    return with_values(BASE, **{**draw(WHO_WITH_USER if "User" in values else WHO), **values})


@settings(max_examples=HOSTILE_EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(parameters=configurations(), missing=st.booleans())
def test_hostile_values_that_the_form_takes_change_no_word(
    dash: RecordingShell, parameters: Parameters, missing: bool
) -> None:
    entry = read(parameters)
    event("taken" if entry.is_valid else "refused")
    if entry.unit is not None and entry.is_valid:
        assert_same_words(dash, Effective(entry.unit), missing=missing)
    else:
        sentences = [f"{field}: {sentence}" for field, found in entry.errors.items() for sentence in found]
        assert dash.run(refused(sentences)) == (1, [], "")


def escaped(text: str) -> str:
    """The text as one word of a list to systemd, with every character literal."""
    return "".join(f"\\{character}" for character in text).replace("%", "%%")


@st.composite
def units_past_the_form(draw: st.DrawFn) -> UnitFile:
    """Units that no form has judged."""
    text = HOSTILE.map(lambda text: text.replace("%", "%%"))
    words = HOSTILE.filter(lambda text: text.strip("/.")).map(escaped)
    kinds = {
        "User": text,
        "Group": text,
        "SupplementaryGroups": text,
        "ReadWritePaths": words.map("/{}".format),
        "ConfigurationDirectory": words,
        "StateDirectory": words,
    }
    assignments = tuple(Assignment(name, draw(kind)) for name, kind in kinds.items() if draw(st.booleans()))
    own = draw(
        st.lists(
            st.builds(OwnDirectory, HOSTILE.map("/{}".format), st.sampled_from(["", "0700", "7"]), st.booleans()),
            max_size=2,
        )
    )
    target = versions.target(draw(st.sampled_from(["262", "rhel-9"])))
    return UnitFile(draw(HOSTILE), target, draw(st.booleans()), assignments, own=tuple(own))


@settings(max_examples=HOSTILE_EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(unit=units_past_the_form(), missing=st.booleans())
def test_quoting_does_not_depend_on_the_form(dash: RecordingShell, unit: UnitFile, missing: bool) -> None:
    assert_same_words(dash, Effective(unit), missing=missing)


@settings(max_examples=100)
@given(name=HOSTILE)
def test_quoting_of_the_installation_does_not_depend_on_the_form(dash: RecordingShell, name: str) -> None:
    steps = install(Effective(UnitFile(name=name)))
    machine = Machine(missing=False, sudo=True)
    machine.paste(steps)
    assert dash.run(commented(steps))[1:] == (machine.records, "")


# --- whole scripts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["starter", "own with all", "dynamic with all"])
def test_half_a_download_does_nothing(dash: RecordingShell, key: str) -> None:
    for text in (prepare_script(effective(key)), install_script(effective(key))):
        whole = text.rindex('main "$@"') + len("main")
        ends = {*range(0, whole, 7), *range(whole - 60, whole), *(at for at in range(whole) if text[at] == "\n")}
        for end in sorted(ends):
            # The beginning of a name may be that of a program: sh alone reads the rest of nothing.
            assert set(dash.run(text[:end])[1]) <= {("sh",)}, text[:end][-40:]


FAKE = """#!/bin/sh
if [ "${0##*/}" = grep ] || [ "${0##*/}" = cut ]; then while read -r _; do :; done; fi
printf '%s\\0' "$(($# + 1))" "${0##*/}" "$@" >>"$RECORDS"
case "${0##*/} ${1-} ${2-}" in
  "id -u "*) echo 0 ;;
  id*) echo stub ;;
  find*-prune) echo found ;;
  getent*) exit "$MISSING" ;;
esac
"""
PROGRAMS = "chmod chown cmp cp cut find getent grep groupadd id install journalctl mkdir readlink sh stat sudo systemctl systemd-analyze tr useradd".split()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs that write their argument lists to a file."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in PROGRAMS:
        (folder / name).write_text(FAKE)
        (folder / name).chmod(0o755)
    return folder


def run_with(programs: Path, argv: list[str], text: str, missing: int = 0) -> tuple[int, list[Argv], str]:
    """Pipe a text into a shell whose PATH begins with recording programs."""
    records = programs.parent / "records"
    records.write_bytes(b"")
    path = f"{programs}:{os.environ['PATH']}"
    environment = {"PATH": path, "RECORDS": str(records), "MISSING": str(missing)}
    argv = [shutil.which(argv[0]) or argv[0], *argv[1:]]
    done = subprocess.run(argv, input=text, capture_output=True, text=True, env=environment, check=False)
    words = iter(records.read_bytes().decode().split("\0")[:-1])
    return done.returncode, [tuple(next(words) for _ in range(int(count))) for count in words], done.stderr


@pytest.mark.parametrize("kind", SHELLS)
@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_a_script_piped_to_sh_calls_the_programs_of_its_lists(programs: Path, key: str, kind: str) -> None:
    # What tests ask of the file system cannot be faked here, so only that is compared which asks nothing of it.
    asking = ("ReadWritePaths", "/etc/", "SELinux")
    steps = tuple(step for step in prepare(effective(key)) if not any(word in step.why for word in asking))
    machine = Machine(missing=False, sudo=False)
    assert machine.script(steps) == 0
    status, records, said = run_with(programs, SHELLS[kind], prepare_script(effective(key)))
    expected = [argv for argv in machine.records if argv[0] not in {*NEEDED_BY, "test"}]
    assert [argv for argv in records if argv in expected] == expected
    assert {argv[0] for argv in records} - {argv[0] for argv in expected} <= {"find", "stat", "grep", "install", "id"}
    if steps == prepare(effective(key)):
        assert (status, said) == (0, "")


@pytest.mark.parametrize("kind", SHELLS)
def test_a_refused_script_piped_to_sh_does_nothing(programs: Path, kind: str) -> None:
    hostile = [("A\nuseradd x\n", "1"), ("B\rmkdir x", "1"), ("own", "/etc/$(mkdir x)"), ("User", "`mkdir x`;chown")]
    entry = read([*LEAST, *hostile])
    sentences = [f"{field}: {sentence}" for field, found in entry.errors.items() for sentence in found]
    assert len(sentences) >= 3
    text = refused(sentences)
    assert all(line.startswith("# ") for line in text.splitlines()[:-1])
    assert run_with(programs, SHELLS[kind], text) == (1, [], "")


def test_a_second_preparation_creates_no_account(programs: Path) -> None:
    text = prepare_script(effective("own with group"))
    made = {"groupadd", "useradd"}
    assert made <= {argv[0] for argv in run_with(programs, ["sh"], text, missing=1)[1]}
    assert made.isdisjoint(argv[0] for argv in run_with(programs, ["sh"], text)[1])


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    texts: list[str] = []
    for key in CONFIGURATIONS.keys() - {"existing with signs"}:  # whose signs shellcheck would rather see expanded
        unit = effective(key)
        texts += [prepare_script(unit), install_script(unit)]
        texts += ["#!/bin/sh\n" + steps_text(steps) for steps in (prepare(unit), install(unit))]
    assert shellcheck(texts, tmp_path) == ""


# --- what the lists say -----------------------------------------------------------------------------


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_root_alone_does_what_root_alone_can(key: str) -> None:
    for command in [command for step in all_steps(effective(key)) for command in commands_of(step)]:
        is_for_root = command.argv[0] in NEEDS_ROOT or command.argv[:2] == ("test", "-e")
        changes_units = command.argv[0] == "systemctl" and command.argv[1] != "status"
        assert command.root == (is_for_root or changes_units or command.argv[:3] == ("test", "!", "-L")), command.argv


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_pasted_steps_neither_leave_nor_change_the_shell(key: str) -> None:
    for step in all_steps(effective(key)):
        words = shlex.split(paste(step).replace("(umask 022 &&", ""))
        assert not {"exit", "set", "umask", "cd", "export", "return", "exec"} & set(words)


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_every_step_has_one_sentence_as_its_reason(key: str) -> None:
    for step in all_steps(effective(key)):
        assert step.why.endswith(".")
        assert ". " not in step.why
        assert not set("'\"") & set(step.why), (
            "zsh reads a pasted comment as commands, and an open quote swallows the next lines"
        )
        assert all(action.sentence for action in step.actions if isinstance(action, Check) or action.careful)


@pytest.mark.parametrize("key", CONFIGURATIONS)
def test_input_comes_after_two_dashes_or_a_slash(key: str) -> None:
    unit = effective(key)
    typed = {unit.user, unit.group, *unit.supplementary_groups, f"{unit.user}:{unit.group}"} - {"", "root"}
    for command in [command for step in prepare(unit) for command in commands_of(step)]:
        for at, word in enumerate(command.argv):
            if word in typed:
                assert "--" in command.argv[:at] or command.argv[at - 1] in {"-e", "-g", "-group", "--gid"}, (
                    command.argv
                )


def lists(steps: tuple[Step, ...]) -> list[Argv]:
    """The argument lists of what steps do, words that are outputs left out."""
    dos = [action for step in steps for action in step.actions if isinstance(action, Do)]
    return [tuple(w if isinstance(w, str) else f"{w.before}$" for w in c.argv) for do in dos for c in do.commands]


USERADD = ("useradd", "--system", "--no-create-home", "--home-dir")
TAIL = ("--shell", "/usr/sbin/nologin", "--gid", "myapp", "--", "myapp")
DATA = [
    ("mkdir", "-p", "--", "/opt/myapp/data"),
    ("chown", "-RhP", "--", "myapp:myapp", "/opt/myapp/data"),
    ("chmod", "--", "00750", "/opt/myapp/data"),
]
GROUPADD = ("groupadd", "--system", "--", "myapp")
DONE: dict[str, list[Argv]] = {
    "starter": [GROUPADD, (*USERADD, "/var/lib/myapp", *TAIL)],
    "non-root": [GROUPADD, (*USERADD, "/nonexistent", *TAIL)],
    "dynamic-user": [],
    "supplementary-groups": [GROUPADD, (*USERADD, "/nonexistent", *TAIL)],
    "ownership": [GROUPADD, (*USERADD, "/nonexistent", *TAIL), *DATA],
    "state-directory": [GROUPADD, (*USERADD, "/var/lib/myapp", *TAIL)],
    "managed-directories": [
        GROUPADD,
        (*USERADD, "/var/lib/myapp", *TAIL),
        ("install", "-d", "-o", "root", "-g", "myapp", "-m", "00750", "--", "/etc/myapp"),
    ],
    "hardening": [GROUPADD, (*USERADD, "/nonexistent", *TAIL), *DATA],
    "own with numbers": [
        ("groupadd", "--system", "--gid", "851", "--", "web"),
        (
            "useradd",
            "--system",
            "--uid",
            "850",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            "--gid",
            "web",
            "--",
            "myapp",
        ),
        ("mkdir", "-p", "--", "/srv/x"),
        ("chown", "-RhP", "--", "myapp:web", "/srv/x"),
        ("chmod", "--", "00750", "/srv/x"),
    ],
    "root": [],
    "existing": [],
    "existing by number": [
        ("mkdir", "-p", "--", "/srv/x"),
        ("chown", "-RhP", "--", "1500:$", "/srv/x"),
        ("chmod", "--", "00750", "/srv/x"),
        ("install", "-d", "-o", "root", "-g", "$", "-m", "00750", "--", "/etc/web"),
    ],
    "dynamic with all": [
        ("install", "-d", "-o", "root", "-g", "root", "-m", "00755", "--", f"/etc/web/{name}") for name in "ab"
    ],
}


@pytest.mark.parametrize("key", DONE)
def test_the_preparation_follows_the_unit(key: str) -> None:
    first, *steps = prepare(effective(key))
    noted = lists((first,))
    assert noted == [note_command(recorded(effective(key)))] if recorded(effective(key)) else noted == []
    assert lists(tuple(steps)) == DONE[key]


def test_the_installation_checks_before_it_replaces_and_restarts() -> None:
    unit = "/etc/systemd/system/myapp.service"
    names = [argv[:2] if argv[0] == "systemctl" else argv[:1] for argv in lists(install(effective("starter")))]
    assert [word for name in names for word in name] == (
        "systemd-analyze sh install systemctl daemon-reload systemctl enable systemctl restart systemctl status journalctl".split()
    )
    assert ("install", "-m", "0644", "-o", "root", "-g", "root", "--", "./myapp.service", unit) in lists(
        install(effective("starter"))
    )
    assert not [argv for argv in lists(install(effective("root"))) if "enable" in argv]


@pytest.mark.parametrize(("key", "is_strict"), [("starter", True), ("for 247", False)])
def test_verify_is_strict_where_the_version_can_be(key: str, is_strict: bool) -> None:
    assert ("--recursive-errors=no" in lists(install(effective(key)))[0]) is is_strict


@pytest.mark.parametrize("key", ["starter", "own with numbers"])
def test_every_flag_of_useradd_is_explained(key: str) -> None:
    explained = [flag.split()[0] for flag, _ in useradd_flags(effective(key))]
    useradd = next(argv for argv in lists(prepare(effective(key))) if argv[0] == "useradd")
    assert sorted(explained) == sorted(word for word in useradd if word.startswith("--") and word != "--")
    assert {*useradd_flags(effective(key))} <= {*USERADD_FLAGS}


def test_a_script_contains_exactly_the_functions_that_it_calls() -> None:
    for key in CONFIGURATIONS:
        text = prepare_script(effective(key))
        defined = {name for name in GUARDS if f"\n{name}() {{" in text}
        called = {name for name in GUARDS if f"{name} " in text.replace(f"# {name}", "")}
        assert defined == called


@pytest.mark.parametrize("row", [row for row in catalogue.DIRECTIVES if row.section == "Install"], ids=lambda r: r.name)
def test_install_directives_enable_the_unit_if_systemd_reads_them(row: catalogue.Directive) -> None:
    for version, enabled in ((262, True), (row.since - 1, False)):
        if version >= versions.OLDEST:
            unit = UnitFile("myapp", versions.target(str(version)), assignments=(Assignment(row.name, row.sample),))
            assert ("systemctl enable" in steps_text(install(Effective(unit)))) is enabled

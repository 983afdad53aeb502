"""What the undo script reads in the unit files of a machine: names and paths, expanded as the app itself expands them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.effective import Effective
from app.host.undo import FUNCTIONS
from app.unitfile.model import UnitFile
from app.values import expand
from tests.conftest import require

PROGRAM = Path("app/host/other_units.awk")
_KINDS = {"mawk": ["mawk"], "gawk": ["gawk"], "busybox": ["busybox", "awk"]}
AWKS = {name: argv for name, argv in _KINDS.items() if shutil.which(argv[0])}
"""What this machine has of the programs that can be awk; Debian has the first."""

SPECIFIERS = "%p %i %n %N %j %P %I %J %S %C %L %t %E %%".split()


def rows(
    folder: Path, files: dict[str, str], *loaded: str, awk: str = "mawk", removed: str = ""
) -> set[tuple[str, ...]]:
    """What the program says of files in a folder and of loaded units: unit, kind and text."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")
    listed = "\n".join([*(str(folder / name) for name in files), *loaded, ""])
    require(AWKS[awk][0], "the undo script is run with awk")
    done = subprocess.run(
        [*AWKS[awk], PROGRAM.read_text()], input=listed, capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "REMOVED": removed},
    )  # fmt: skip
    *lines, last = done.stdout.splitlines()
    assert (last, done.stderr) == ("complete", "")
    return {tuple(line.split("\t")) for line in lines}


def accounts(found: set[tuple[str, ...]]) -> set[tuple[str, str]]:
    """Of what was found the accounts, with their units."""
    return {(unit, text) for unit, kind, text in found if kind == "account"}


UNITS: dict[str, tuple[dict[str, str], tuple[str, ...], set[tuple[str, str]]]] = {
    "a name": ({"a.service": "[Service]\nUser=app\nGroup=web"}, (), {("a.service", "app"), ("a.service", "web")}),
    "blanks": ({"a.service": " \tUser \t=  app \t\n"}, (), {("a.service", "app")}),
    "several words": ({"a.service": "SupplementaryGroups=x  y\n"}, (), {("a.service", "x  y"), ("a.service", "x"), ("a.service", "y")}),
    "quotes": ({"a.socket": 'SocketUser="app"\n'}, (), {("a.socket", '"app"'), ("a.socket", "app")}),
    "a continued line": ({"a.service": "SupplementaryGroups=x \\\n# no\n ; no\n  app\n"}, (), {("a.service", "x  app"), ("a.service", "x"), ("a.service", "app")}),
    "a continued key": ({"a.service": "User\\\n=app\n"}, (), {("a.service", "app")}),
    "a comment": ({"a.service": "#User=app\n ;User=app\nX=# \\\nUser=app\n"}, (), set()),
    "a carriage return": ({"a.service": "X=y\rUser=app\r\n"}, (), {("a.service", "app")}),
    "no last line end": ({"a.service": "User=app"}, (), {("a.service", "app")}),
    "a specifier": ({"app.service": "User=%p-%%\n"}, (), {("app.service", "app-%")}),
    "a template": ({"app@.service": "User=%p\nGroup=%p-%i\n"}, (), {("app@.service", "app"), ("app@.service", "app-\2")}),
    "a loaded instance": ({"app@.service": "User=%p-%i\n"}, ("app@x-y.service",), {("app@.service", "app-\2"), ("app@x-y.service", "app-x-y")}),
    "an enabled instance": ({"app@.service": "User=%I\n", "m.target.wants/app@x-y.service": "User=%I\n"}, (), {("app@.service", "\2"), ("app@x-y.service", "x/y")}),
    "an escaped instance": ({"app@.service": "User=%I\n"}, ("app@x\\x2dy.service",), {("app@.service", "\2"), ("app@x\\x2dy.service", "x-y")}),
    "a drop-in": ({"a.service": "", "a.service.d/x.conf": "User=%N"}, (), {("a.service", "a")}),
    "a drop-in alone": ({"a.service.d/x.conf": "User=%N"}, (), {("a.service", "a")}),
    "a drop-in of a template": ({"a@.service": "", "a@.service.d/x.conf": "User=%i"}, ("a@b.service",), {("a@b.service", "b"), ("a@.service", "\2")}),
    "a drop-in of a prefix": ({"a-b-c.service": "", "a-.service.d/x.conf": "User=%j"}, (), {("a-b-c.service", "c")}),
    "a drop-in of a type": ({"a.socket": "", "b.service": "", "socket.d/x.conf": "SocketGroup=%p"}, (), {("a.socket", "a")}),
    "a reset": ({"a.service": "User=app\n", "a.service.d/x.conf": "User=\nUser=other\n"}, (), {("a.service", "app"), ("a.service", "other")}),
    "a dynamic user": ({"a@.service": "DynamicUser=on\n", "b.service": "DynamicUser=no\n"}, (), {("a@.service", "a")}),
    "what only systemd knows": ({"a.service": "User=x%dy\n"}, (), {("a.service", "x\1y")}),
    "a link of wants": ({"m.target.wants/a.service": "User=app\n"}, (), set()),
    "sysusers.d": ({"sysusers.d/x.conf": "# u no\nu app 5:web - /\ng data\nm alice team\n"}, (), {("x.conf", name) for name in ("app", "5:web", "data", "alice", "team")}),
    "tmpfiles.d": ({"tmpfiles.d/x.conf": "d /run/x 0755 app web -\n"}, (), {("x.conf", "app"), ("x.conf", "web")}),
    "other files": ({"a.bak": "User=app\n", "x.wants/b.conf": "User=app\n", "README.md": "User=app"}, (), set()),
}  # fmt: skip


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("key", UNITS)
def test_accounts_are_found_as_systemd_reads_them(tmp_path: Path, key: str, awk: str) -> None:
    files, loaded, expected = UNITS[key]
    assert accounts(rows(tmp_path, files, *loaded, awk=awk)) == expected


def test_an_instance_that_is_being_removed_counts_only_if_it_is_enabled(tmp_path: Path) -> None:
    files = {"a@.service": "User=%i\n"}
    assert ("a@b.service", "b") not in accounts(rows(tmp_path, files, "a@b.service", removed="x a@b.service"))
    enabled = files | {"m.target.wants/a@b.service": ""}
    assert ("a@b.service", "b") in accounts(rows(tmp_path, enabled, "a@b.service", removed="x a@b.service"))


PATHS = {
    ("a.service", "StateDirectory=x/y:l z"): ["/var/lib/x/y", "/var/lib/private/x/y", "/var/lib/x", "/var/lib/l", "/var/lib/z"],
    ("a.service", 'LogsDirectory="a b" %p'): ["/var/log/a", "/var/log/private/a"],
    ("a.service", "RuntimeDirectory = %N//q"): ["/run/a/q"],
    ("a.service", "ReadWritePaths=-/srv/x +/data/y"): ["/srv/x", "/data/y"],
    ("a.service", "ReadOnlyPaths=%S/x"): ["/var/lib/x"],
    ("a.service", r'ReadOnlyPaths="/srv/a b" /srv/c\x20d /srv/e\sf'): ["/srv/a b", "/srv/c d", "/srv/e f"],
    ("a.service", "BindPaths=/src:/srv/x:rbind"): ["/srv/x", "/src"],
    ("a.service", "ExecStart=!/opt/x/bin/y --data=/srv/x/z"): ["/opt/x", "/opt/x/bin", "/srv/x"],
    ("a.service", 'Environment="A=/srv/x"'): ["/srv/x"],
    ("a.service", "StandardOutput=append:/var/log/x/y"): ["/var/log/x"],
    ("a.socket", "ListenStream=/var/run/x/y.sock"): ["/run/x"],
    ("a.service", "WorkingDirectory=/srv//x/./y/"): ["/srv/x/y"],
    ("a@.service", "StateDirectory=x/%i"): ["/var/lib/x"],
    ("a.service", "WorkingDirectory=/srv/x/%d"): ["/srv/x", "/srv/x/y"],
}  # fmt: skip
NOT_PATHS = {
    ("a.service", "StateDirectory=xa"): ["/var/lib/x"],
    ("a.service", "ReadWritePaths=/srv/x.d /srv/x-y /srv/x_ /a/srv/x"): ["/srv/x", "/srv/x/y"],
    ("a.service", "ReadWritePaths=/srv"): ["/srv/x"],
    ("a@.service", "StateDirectory=x/%i"): ["/var/lib/x/one"],
    ("a.service", "WorkingDirectory=/srv/x/%d"): ["/srv/y", "/var/lib/x"],
}  # fmt: skip


def asked(function: str, found: set[tuple[str, ...]], *words: str) -> str:
    """What a function of the script says that asks what other units name."""
    others = "\n".join(["\t".join(row) for row in sorted(found)] + ["complete"])
    text = f'{FUNCTIONS["ask_units"]}{FUNCTIONS[function]}others=$OTHERS\n{function} "$@"\n'
    environment = {"PATH": os.environ["PATH"], "OTHERS": others}
    done = subprocess.run(
        ["sh", "-euc", text, "sh", *words], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_paths_are_found_at_and_below_a_path(tmp_path: Path) -> None:
    tried = [(key, path, key[0]) for key, paths in PATHS.items() for path in paths]
    tried += [(key, path, "") for key, paths in NOT_PATHS.items() for path in paths]
    for number, ((unit, line), path, expected) in enumerate(tried):
        found = rows(tmp_path / str(number), {unit: f"[Service]\n{line}\n"})
        assert asked("names_path", found, path) == expected, (line, path)


def test_an_account_is_searched_by_name_and_number() -> None:
    found = {("a.service", "account", "app"), ("b.service", "account", "990"), ("c.service", "account", "x\1y"), ("d@.service", "account", "\2")}  # fmt: skip
    for name, number, expected in [("app", "", "a.service"), ("other", "990", "b.service"), ("xzy", "1", "c.service"), ("ap", "99", ""), ("apps", "9900", "")]:  # fmt: skip
        assert asked("names_account", found, name, number) == expected


def test_an_unreadable_unit_counts_as_naming_everything(tmp_path: Path) -> None:
    text = f"{FUNCTIONS['ask_units']}{FUNCTIONS['names_path']}others=\nnames_path /srv/x\n"
    done = subprocess.run(["sh", "-euc", text], capture_output=True, text=True, check=True)
    assert done.stdout == "that could not be read\n"


LETTERS = "abc019_.:\\-"
NAMES = st.text(LETTERS.replace("\\", ""), min_size=1, max_size=12).filter(lambda text: text.strip("."))
INSTANCES = st.lists(
    st.sampled_from([*LETTERS.replace("\\", ""), r"\x2d", r"\x40", r"\x5c"]), min_size=1, max_size=8
).map("".join)
VALUES = st.lists(st.sampled_from([*SPECIFIERS, "a", "-", "_", "."]), min_size=1, max_size=6).map("".join)


@settings(max_examples=150)
@given(name=NAMES, instance=INSTANCES, value=VALUES, is_template=st.booleans(), awk=st.sampled_from(sorted(AWKS)))
def test_specifiers_are_expanded_as_the_app_expands_them(
    tmp_path_factory: pytest.TempPathFactory, name: str, instance: str, value: str, is_template: bool, awk: str
) -> None:
    unit = UnitFile(f"{name}@", instances=(instance,)) if is_template else UnitFile(name)
    service = Effective(unit)
    files = {f"{unit.name}.service": f"[Service]\nUser={value}\n"}
    found = accounts(rows(tmp_path_factory.mktemp("units"), files, service.file_name, awk=awk))
    plain = UnitFile(name)
    known = service.specifiers if is_template else Effective(plain).specifiers | _unescaped(name)
    try:
        expected = service.resolve(value) if is_template else expand(value, known)
    except ValueError:  # a name that cannot be unescaped
        return
    assert (service.file_name, expected) in found or not expected


def _unescaped(name: str) -> dict[str, str]:
    """What %P, %I and %J stand for without an instance."""
    return {"P": name.replace("-", "/"), "I": "", "J": name.rpartition("-")[2].replace("-", "/")}

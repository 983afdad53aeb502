"""Findings on the programs of a service: what they need, as far as their names and arguments tell, and do not get."""

import re
from collections.abc import Iterator

from app.analysis.rules.commands import MAIN, SHELLS, RunCommand, base_name, programs, runs
from app.analysis.rules.directories import PathTree
from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.path_lists import own_trees, with_path
from app.analysis.rules.sandbox import WHOLE_TREES
from app.analysis.rules.socket_addresses import open_ports
from app.catalogue import find
from app.effective import Effective
from app.unitfile.model import WRITABLE, UnitFile
from app.values import is_within, simplify, split_words

RAISED_BY_FILE = frozenset(
    "at batch chfn chsh crontab doas fping fusermount fusermount3 mail mailx mount mtr newgidmap newgrp newuidmap passwd "
    "ping ping6 pkexec postdrop sendmail sg su sudo sudoedit umount wall write".split()
)
"""Programs that get rights from the mode or the capabilities of their file."""

BRINGS_NO_NEW_PRIVILEGES = (
    "LockPersonality", "MemoryDenyWriteExecute", "PrivateDevices", "ProtectClock", "ProtectHostname", "ProtectKernelLogs", "RestrictAddressFamilies",
    "RestrictNamespaces", "RestrictSUIDSGID", "SystemCallArchitectures", "SystemCallFilter",
)  # fmt: skip
"""Settings with which systemd up to 254 sets NoNewPrivileges= for a service that is not root's (runs on 247, 252, 254)."""

COMPILES_AS_IT_RUNS = frozenset(
    "bun chrome chromium chromium-browser dart deno dotnet electron elixir erl firefox gjs google-chrome iex java julia luajit mono node "
    "nodejs npm npx php php-cgi php-fpm pwsh pypy qjs yarn".split()
)
"""Programs that write code into their memory and run it there."""

INTERPRETERS = frozenset("bun deno java lua luajit mono node nodejs perl php pypy python ruby".split()) | SHELLS

SELINUX = ("rhel-", "centos-", "fedora-")
"""How the targets begin on which SELinux enforces by default."""

UNLABELLED = ("/home", "/media", "/mnt", "/root", "/srv", "/tmp", "/var")
"""Where SELinux' policy labels nothing as a program (semanage fcontext -l of Fedora)."""


def setuid_without_privileges(unit: Effective) -> Iterator[Finding]:
    """sudo, mail and similar programs gain privileges from the mode or capabilities of their file. With
    NoNewPrivileges=yes the kernel does not grant them. DynamicUser=yes implies NoNewPrivileges=yes, and up to systemd
    254 so do system call filters (prctl(2); systemd.exec(5), NoNewPrivileges=; tested on systemd 252, 257 and 262).
    """
    cause = _no_new_privileges(unit)
    for run in runs(unit) if cause and not unit.is_privileged else ():
        name = next((base_name(words[0]) for words in programs(run.command) if _gains_rights(words)), "")
        if name and not run.prefix:
            yield Finding(
                "P40",
                "hint",
                run.line.name,
                f"{name} gets its rights from its file, and {cause} takes them away, so it will fail here. Do this in a command that root runs, or without {name}.",
                _set_aside(unit, "NoNewPrivileges") if cause == "NoNewPrivileges=yes" else None,
            )


def _gains_rights(words: tuple[str, ...]) -> bool:
    return base_name(words[0]) in RAISED_BY_FILE


def _no_new_privileges(unit: Effective) -> str:
    """The setting with which the service gains no rights; "" where none is."""
    if unit.word("NoNewPrivileges") == "yes":
        return "DynamicUser=yes" if unit.is_dynamic else "NoNewPrivileges=yes"
    if unit.version > 254:
        return ""
    name = next((name for name in BRINGS_NO_NEW_PRIVILEGES if unit.word(name) not in ("", "no")), "")
    return f"{name}=" if name else ""


def _set_aside(unit: Effective, name: str) -> Fix:
    return Fix(f"Take {name}= out", unit.file.with_values(name))


_NUMERIC_MODE = re.compile("0*[2467][0-7]{3}")
_SYMBOLIC_MODE = re.compile("(.*,)?[ugoa]*[+=][rwxXt]*s.*")
_SETS_MODE = frozenset({"chmod", "install", "mkdir"})


def setgid_bit_refused(unit: Effective) -> Iterator[Finding]:
    """RestrictSUIDSGID=yes blocks every call that sets a setuid or setgid bit, even on the service's own files and
    directories: chmod g+s failed with EPERM. DynamicUser=yes implies the setting (systemd.exec(5), RestrictSUIDSGID=;
    tested on systemd 252, 257 and 262).
    """
    if unit.word("RestrictSUIDSGID") != "yes":
        return
    for run in runs(unit):
        words = next((words for words in programs(run.command) if _sets_bit(words)), ())
        if words and run.prefix != "+":
            yield Finding(
                "P41",
                "hint",
                run.line.name,
                f"{base_name(words[0])} cannot set a setuid or setgid bit under {'DynamicUser=yes' if unit.is_dynamic else 'RestrictSUIDSGID=yes'}. Give the directory its mode in the preparation, as one of the service's own.",
                None if unit.is_dynamic else _set_aside(unit, "RestrictSUIDSGID"),
            )


def _sets_bit(words: tuple[str, ...]) -> bool:
    """Whether a program is told a mode with such a bit: chmod as a word, the others behind -m."""
    if base_name(words[0]) not in _SETS_MODE:
        return False
    modes = [re.sub("^(-m|--mode=)", "", word) for word in words[1:]]
    return any(_NUMERIC_MODE.fullmatch(mode) or _SYMBOLIC_MODE.fullmatch(mode) for mode in modes)


def code_is_writable(unit: Effective) -> Iterator[Finding]:
    """Anyone who can write to the program, or replace it in its directory, decides which code runs at the next start. A
    compromised service then stays compromised after a restart. A service could change its own program under
    ProtectSystem=full (tested on systemd 252, 257 and 262).
    """
    if unit.is_privileged:
        return
    writable, shields = PathTree(_written(unit)), PathTree(unit.paths("ReadOnlyPaths"))
    for name, path in dict.fromkeys((run.line.name, path) for run in runs(unit) for path in _code(unit, run)):
        tree = writable.around(path)
        if tree and len(shields.around(path)) < len(tree):
            yield Finding(
                "P47",
                "warning",
                name,
                f"The service may write {tree}, and so change {path}, which it runs. Keep programs where root alone writes, or make this one read-only.",
                _read_only(unit.file, path),
            )


def _written(unit: Effective) -> Iterator[str]:
    """The directories that the service owns or may write, but for whole trees of the system."""
    yield from own_trees(unit)
    yield from (path for path in unit.paths(WRITABLE) if path not in WHOLE_TREES)


def _code(unit: Effective, run: RunCommand) -> Iterator[str]:
    """The files of code that a command runs: programs, and what an interpreter is given first; none that root runs."""
    for words in programs(run.command) if not run.prefix else ():
        scripts = (word for word in words[1:] if word.startswith(("/", "%")))
        code = [words[0], *([next(scripts, "")] if _stem(words[0]) in INTERPRETERS else [])]
        yield from (simplify(path) for path in map(unit.expand_known, code) if path.startswith("/"))


def _read_only(unit: UnitFile, path: str) -> Fix | None:
    if "%" in path or not find("ReadOnlyPaths").is_read_by(unit.target.version):
        return None
    return Fix(f"Set ReadOnlyPaths={path}", with_path(unit, "ReadOnlyPaths", path))


def _stem(path: str) -> str:
    """The name of a program without the version behind it: php for php8.2."""
    return re.sub(r"[-.\d]+$", "", base_name(path))


def jit_without_executable_memory(unit: Effective) -> Iterator[Finding]:
    """MemoryDenyWriteExecute=yes blocks memory that a program first writes and then executes. Just-in-time compilers
    work this way, and the manual names them as incompatible (systemd.exec(5), MemoryDenyWriteExecute=).
    """
    if unit.word("MemoryDenyWriteExecute") != "yes":
        return
    for run in runs(unit):
        name = next((_stem(words[0]) for words in programs(run.command) if _stem(words[0]) in COMPILES_AS_IT_RUNS), "")
        if name and run.prefix != "+":
            yield Finding(
                "P48",
                "hint",
                run.line.name,
                f"{name} makes code as it runs, and MemoryDenyWriteExecute=yes kills it or slows it down. Take that out.",
                _set_aside(unit, "MemoryDenyWriteExecute"),
            )


def selinux_label_forbids(unit: Effective) -> Iterator[Finding]:
    """If SELinux is enforcing, systemd only runs files that are labelled as programs. Files below /srv, /home and /var
    are not, so the service fails with 203/EXEC although owner and mode are correct (systemd_selinux(8);
    semanage-fcontext(8)).
    """
    if not unit.file.target.key.startswith(SELINUX):
        return
    paths = (simplify(unit.expand_known(run.command.path)) for run in runs(unit) if run.line.name == MAIN)
    for path in dict.fromkeys(path for path in paths if any(is_within(path, tree) for tree in UNLABELLED)):
        yield Finding(
            "P52",
            "warning",
            MAIN,
            f"SELinux on {unit.file.target.label} lets systemd run {path} only once it is labelled as a program: semanage fcontext -a -t bin_t, then restorecon. Or put it below /usr/local.",
        )


_LISTENS = re.compile(r"--?[a-z-]*(?:port|listen|bind|address)[a-z-]*", re.IGNORECASE)
_PORT = re.compile(r"(?:[^ ]*:)?([0-9]{1,4})")
_PORT_VARIABLE = re.compile("([A-Z]+_)*(PORT|LISTEN)")
_BINDS = "CAP_NET_BIND_SERVICE"


def privileged_port_refused(unit: Effective) -> Iterator[Finding]:
    """Only root and processes with CAP_NET_BIND_SERVICE can bind to a port below 1024, unless
    ip_unprivileged_port_start allows it. Without the capability, binding to port 80 failed with EACCES
    (capabilities(7); ip(7); tested on systemd 252, 257 and 262).
    """
    if unit.is_privileged or unit.ambient_set or unit.words("Sockets"):
        return
    opened = open_ports(unit)
    port = next((port for port in low_ports(unit) if int(port) not in opened), "")
    if port:
        yield Finding(
            "P39",
            "hint",
            "AmbientCapabilities",
            f"The service seems to listen on port {port}, which is below 1024 and so closed to it. Set AmbientCapabilities={_BINDS}, or let a socket unit open it.",
            _may_bind(unit),
        )


def low_ports(unit: Effective) -> Iterator[str]:
    """The ports below 1024 that arguments of the main program, or variables, name."""
    for run in runs(unit):
        words = run.command.arguments if run.line.name == MAIN and not run.prefix else ()
        for at, word in enumerate(words):
            option, equals, value = word.partition("=")
            if _LISTENS.fullmatch(option):
                yield from _low(value if equals else "".join(words[at + 1 : at + 2]))
    for line in unit.lines("Environment"):
        for name, _, value in (word.partition("=") for word in split_words(line, c_escapes=True)):
            yield from _low(value) if _PORT_VARIABLE.fullmatch(name) else ()


def _low(value: str) -> Iterator[str]:
    match = _PORT.fullmatch(value)
    if match and 0 < int(match[1]) < 1024:
        yield match[1]


def _may_bind(unit: Effective) -> Fix | None:
    """The unit with the right to open such ports, where that counts."""
    if unit.word("PrivateUsers") not in ("", "no") or not find("AmbientCapabilities").is_read_by(unit.version):
        return None
    bounds = unit.file.values("CapabilityBoundingSet")
    fixed = unit.file.with_values("AmbientCapabilities", *unit.file.values("AmbientCapabilities"), _BINDS)
    if _BINDS not in unit.bounding_set:
        fixed = fixed.with_values("CapabilityBoundingSet", *bounds, _BINDS)
    return Fix(f"Set AmbientCapabilities={_BINDS}", fixed) if _BINDS in Effective(fixed).bounding_set else None


RULES: tuple[Rule, ...] = (
    Rule(setuid_without_privileges, ("P40",), ("hint",), "Setuid program under NoNewPrivileges=yes"),
    Rule(setgid_bit_refused, ("P41",), ("hint",), "Setgid bit under RestrictSUIDSGID=yes"),
    Rule(code_is_writable, ("P47",), ("warning",), "Program is writable by its service user"),
    Rule(jit_without_executable_memory, ("P48",), ("hint",), "JIT compiler under MemoryDenyWriteExecute=yes"),
    Rule(selinux_label_forbids, ("P52",), ("warning",), "SELinux prevents systemd from running the program"),
    Rule(privileged_port_refused, ("P39",), ("hint",), "Privileged port without CAP_NET_BIND_SERVICE"),
)  # fmt: skip

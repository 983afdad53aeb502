"""Findings on homes: who of a service reaches them, and what of it lies in them."""

from collections.abc import Iterator

from app.analysis.rules.commands import runs
from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.path_lists import BINDS, HIDING_DIRECTIVES, bound_to, has_root, joined, uncovered, with_path
from app.effective import Effective
from app.unitfile.model import WRITABLE
from app.values import ancestors, is_within, simplify, spell_boolean

HOMES = ("/home", "/root", "/run/user")

UNUSUAL_HOMES = ("/data/home", "/export/home", "/home2", "/nfs/home", "/srv/home", "/usr/home")
"""Where machines keep homes that ProtectHome= knows nothing of."""


def homes_stay_writable(unit: Effective) -> Iterator[Finding]:
    """The manual says that ProtectSystem=strict covers the entire file system, but systemd excludes /home, /root and
    /run/user, because ProtectHome= controls them. A service that ran as root could write to them
    (protect_system_strict_table in src/core/namespace.c; tested on systemd 252, 257 and 262).
    """
    if unit.is_dynamic or unit.word("ProtectSystem") != "strict" or _is_home_decided(unit):
        return
    left = uncovered(unit, HOMES, ("ReadOnlyPaths", *HIDING_DIRECTIVES))
    if left:
        yield Finding(
            "P4",
            "warning",
            "ProtectHome",
            f"ProtectSystem=strict leaves {joined(left)} writable, as far as owner and mode allow. Set ProtectHome=yes.",
            _shut_homes(unit),
        )


def homes_stay_readable(unit: Effective) -> Iterator[Finding]:
    """DynamicUser=yes implies only ProtectHome=read-only. A dynamic user could read a file of mode 0644 in a home
    directory of mode 0755, and could not with ProtectHome=yes (systemd.exec(5), DynamicUser=; tested on systemd 252,
    257 and 262).
    """
    if unit.is_dynamic and not _is_home_decided(unit):
        left = uncovered(unit, HOMES, HIDING_DIRECTIVES)
        if left:
            yield Finding(
                "P11",
                "warning",
                "ProtectHome",
                f"A dynamic user can read what is open to all in {joined(left)}. Set ProtectHome=yes.",
                _shut_homes(unit),
            )


def _is_home_decided(unit: Effective) -> bool:
    """Whether ProtectHome= says something of the homes, or they are those of a root directory of its own."""
    return spell_boolean(unit.written("ProtectHome")) not in ("", "no") or has_root(unit)


def _shut_homes(unit: Effective) -> Fix:
    """The unit with the homes as far away as what it needs in them allows."""
    shut = unit.file.with_values("ProtectHome", "yes")
    word = "read-only" if any(True for _ in needs_hidden_home(Effective(shut))) else "yes"
    return Fix(f"Set ProtectHome={word}", unit.file.with_values("ProtectHome", word))


def needs_hidden_home(unit: Effective) -> Iterator[Finding]:
    """ProtectHome=yes hides /home, /root and /run/user from the service, whatever else the unit sets. ProtectHome=tmpfs
    shows only the paths that BindPaths= mounts there. Without a required path, the service fails with 203/EXEC,
    200/CHDIR or 226/NAMESPACE (systemd.exec(5), ProtectHome=; tested on systemd 252, 257 and 262).
    """
    hidden = unit.word("ProtectHome")
    if hidden not in ("yes", "tmpfs"):
        return
    bound = bound_to(unit) if hidden == "tmpfs" else set()
    for name, path in _needed(unit):
        is_hidden = any(is_within(path, tree) for tree in HOMES)
        if is_hidden and bound.isdisjoint({path, *ancestors(path)}):
            yield Finding(
                "P29",
                "warning",
                name,
                f"ProtectHome={hidden} hides {path} from the service, which needs it. Move it to /opt or /srv, or use read-only.",
                Fix("Set ProtectHome=read-only", unit.file.with_values("ProtectHome", "read-only")),
            )


def _needed(unit: Effective) -> Iterator[tuple[str, str]]:
    """The paths that must be there for the service to work, each once with its directive."""
    commands = dict.fromkeys((run.line.name, run.command.path) for run in runs(unit))
    yield from ((name, simplify(unit.expand_known(path))) for name, path in commands if path.startswith(("/", "%")))
    directory = unit.written("WorkingDirectory").removeprefix("-")
    if directory.startswith(("/", "%")):
        yield "WorkingDirectory", simplify(unit.expand_known(directory))
    yield from ((WRITABLE, path) for path in dict.fromkeys(unit.paths(WRITABLE)))


def homes_elsewhere_stay_open(unit: Effective) -> Iterator[Finding]:
    """ProtectHome= covers /home, /root and /run/user, and no other location of home directories. A service could read a
    home directory below /data/home (systemd.exec(5), ProtectHome=; src/core/namespace.c; tested on systemd 252, 257 and
    262).
    """
    if unit.word("ProtectHome") in ("", "no") or has_root(unit):
        return
    shown = dict(_shown(unit))
    for tree in UNUSUAL_HOMES:
        name = next((name for path, name in shown.items() if is_within(path, tree)), "")
        if name and uncovered(unit, [tree], HIDING_DIRECTIVES):
            yield Finding(
                "P30",
                "warning",
                "ProtectHome",
                f"{name}= shows that there are homes in {tree}, and ProtectHome= does not cover them: what is open to all there stays so. Hide {tree} too.",
                _hidden_but_for(unit, tree, shown),
            )


def _shown(unit: Effective) -> Iterator[tuple[str, str]]:
    """Every path that the unit names, with its directive."""
    for name in (*BINDS, "ReadOnlyPaths", "ExecPaths", "NoExecPaths"):
        yield from ((simplify(path.split(":")[0]), name) for path in unit.paths(name))
    for value in unit.lines("EnvironmentFile"):
        yield simplify(unit.expand_known(value.removeprefix("-"))), "EnvironmentFile"
    yield from ((path, name) for name, path in _needed(unit))


def _hidden_but_for(unit: Effective, tree: str, shown: dict[str, str]) -> Fix | None:
    """The unit with a tree of homes hidden, but for what it needs there; None where that is all of it."""
    needed = [path for path, name in shown.items() if is_within(path, tree) and name != "EnvironmentFile"]
    if tree in needed or any("%" in path for path in needed):
        return None
    if not needed:
        return Fix(
            f"Set InaccessiblePaths=-{tree}",
            unit.file.with_values("InaccessiblePaths", *unit.file.values("InaccessiblePaths"), f"-{tree}"),
        )
    there, writable = bound_to(unit), unit.paths(WRITABLE)
    fixed = unit.file.with_values("TemporaryFileSystem", *unit.file.values("TemporaryFileSystem"), f"{tree}:ro")
    for path in needed:
        if path not in there:
            fixed = with_path(fixed, "BindPaths" if path in writable else "BindReadOnlyPaths", path)
    return Fix(f"Hide {tree}, but for what the service needs there", fixed)


RULES: tuple[Rule, ...] = (
    Rule(homes_stay_writable, ("P4",), ("warning",), "Home directories stay writable under ProtectSystem=strict"),
    Rule(homes_stay_readable, ("P11",), ("warning",), "Home directories are readable by a dynamic user"),
    Rule(needs_hidden_home, ("P29",), ("warning",), "ProtectHome= hides a required path"),
    Rule(homes_elsewhere_stay_open, ("P30",), ("warning",), "Home directories outside /home stay accessible"),
)  # fmt: skip

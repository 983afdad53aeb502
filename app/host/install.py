"""The steps that check, install and start a unit with its timer, socket or path, as argument lists.

What starts a service is enabled and started in its place (systemd.timer(5), systemd.socket(5), systemd.path(5)); a socket is
not taken over while its service runs (socket_start() in src/core/socket.c; run).
"""

from collections.abc import Iterable, Iterator, Sequence

from app import catalogue
from app.catalogue.install import AT_BOOT
from app.effective import Effective
from app.host.shell import Do, ShellCommand, Step, script
from app.unitfile.model import UnitFile

UNIT_DIRECTORY = "/etc/systemd/system"

KEEP_COPY = 'test ! -e "$2" || cmp -s -- "$1" "$2" || cp -p -- "$2" "$2.bak"'
"""Keeps the unit that is there ($2), unless it is the new one ($1): a second run would lose the copy of the first."""


def install(*units: Effective) -> tuple[Step, ...]:
    """The steps that check, install and start a unit, whose files are in the current directory; of a template these instances."""
    unit = units[0].file
    files = tuple(unit.file(suffix) for suffix in unit.suffixes)
    named = [name for suffix in unit.suffixes for name in _named(units, suffix)]
    checked = ShellCommand(("systemd-analyze", "verify", *_strictly(unit), "--man=no", *_here(files)), root=False)
    placed = [command for file in files for command in _place(file)]
    return (
        Step(
            _why(units, files),
            (Do((checked, *placed, ShellCommand(("systemctl", "daemon-reload")), *_enable(units), *_start(units))),),
        ),
        Step(
            "How it is, and what it said.",
            (
                Do((ShellCommand(("systemctl", "status", "--no-pager", *named), root=False),), may_fail=True),
                Do((ShellCommand(("journalctl", "--no-pager", "-n", "50", *_units_of(named))),), may_fail=True),
            ),
        ),
    )


def started(unit: UnitFile) -> tuple[str, ...]:
    """The suffixes of what the installation starts: what starts the service, else the service, and both where it is wanted
    at boot by itself.
    """
    triggers = tuple(suffix for suffix in unit.suffixes if suffix != "service")
    return (*triggers, *(("service",) if not triggers or _at_boot(unit, "service") else ()))


def _why(units: Sequence[Effective], files: Sequence[str]) -> str:
    """What the first step does, in a sentence for one file and in one for several."""
    unit = units[0].file
    if len(files) == 1:
        return f"A unit that systemd would misread changes nothing: {files[0]} in this directory is checked first, then a unit that is there is kept beside it as .bak, and this one takes its place{_starts(units)}."
    beginning = f"Units that systemd would misread change nothing: {_listed(files)} in this directory are checked first, then units that are there are kept beside them as .bak, and these take their places. "
    later = (
        ""
        if "service" in started(unit)
        else f" {_listed(_named(units, 'service'))} itself is not started now: that is what they are for."
    )
    return f"{beginning}{_sentences(units)}{later}"


def _starts(units: Sequence[Effective]) -> str:
    """When the unit of one file starts, as the end of a sentence."""
    unit = units[0].file
    named = _named(units, unit.suffixes[0])
    what = f" and {', '.join(named)} start" if unit.is_template else " and starts"
    if _at_boot(unit, unit.suffixes[0]):
        return f"{what} now and at every boot"
    return f"{what} now, and not at boot, since nothing in [Install] wants it"


def _sentences(units: Sequence[Effective]) -> str:
    """When what starts the service, and it itself where it is started, start; first what starts at boot."""
    unit = units[0].file
    always = [name for suffix in started(unit) if _at_boot(unit, suffix) for name in _named(units, suffix)]
    once = [name for suffix in started(unit) if not _at_boot(unit, suffix) for name in _named(units, suffix)]
    told = [f"{_listed(always)} start{_s(always)} now and at every boot."] if always else []
    told += (
        [f"{_listed(once)} start{_s(once)} now, and not at boot, since nothing in [Install] wants that."]
        if once
        else []
    )
    return " ".join(told)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _s(names: Sequence[str]) -> str:
    return "" if names[1:] else "s"


def _named(units: Iterable[Effective], suffix: str) -> list[str]:
    """The units of a suffix: one, or of a template one for each instance."""
    return [f"{unit.name}.{suffix}" for unit in units]


def _strictly(unit: UnitFile) -> tuple[str, ...]:
    """The option with which systemd-analyze counts what it ignores, since 250."""
    return ("--recursive-errors=no",) if unit.target.version >= 250 else ()


def _here(files: Iterable[str]) -> Iterator[str]:
    return (f"./{file}" for file in files)


def _place(file: str) -> Iterator[ShellCommand]:
    """Puts a file where systemd looks for it, and keeps what is there."""
    installed = f"{UNIT_DIRECTORY}/{file}"
    yield ShellCommand(("sh", "-c", KEEP_COPY, "sh", f"./{file}", installed))
    yield ShellCommand(("install", "-m", "0644", "-o", "root", "-g", "root", "--", f"./{file}", installed))


def stays(unit: Effective, suffix: str) -> bool:
    """Whether it runs until it is stopped; a service that has done its work would be started anew by every installation."""
    return suffix != "service" or unit.setting("Type") != "oneshot" or unit.word("RemainAfterExit") == "yes"


def enabled_by(unit: UnitFile, suffix: str) -> set[str]:
    """The words of [Install] of a file that the systemd aimed at reads."""
    rows = (row for row in catalogue.ROWS if (row.file, row.section) == (suffix, "Install") and unit.is_set(row.name))
    return {row.word for row in rows if row.is_read_by(unit.target.version)}


def _at_boot(unit: UnitFile, suffix: str) -> bool:
    """Whether enabling a file makes something start it."""
    return not enabled_by(unit, suffix).isdisjoint(AT_BOOT)


def _enable(units: Sequence[Effective]) -> Iterator[ShellCommand]:
    """Enables what has an [Install], the service last: what starts it comes first."""
    unit = units[0].file
    names = [name for suffix in unit.suffixes if enabled_by(unit, suffix) for name in _named(units, suffix)]
    if names:
        yield ShellCommand(("systemctl", "enable", *names))


def _start(units: Sequence[Effective]) -> Iterator[ShellCommand]:
    """Starts what is to be started, anew where it runs; what starts the service first."""
    unit = units[0].file
    if "socket" in unit.suffixes and "service" in unit.suffixes:
        yield ShellCommand(("systemctl", "stop", *_named(units, "service")))
    for suffix in started(unit):
        yield ShellCommand(("systemctl", "restart", *_named(units, suffix)))


def _units_of(files: Iterable[str]) -> Iterator[str]:
    """The options of journalctl that choose units."""
    return (word for file in files for word in ("-u", file))


def install_script(*units: Effective) -> str:
    """The steps as one script for root, run where the unit's files are."""
    unit = units[0].file
    files = [unit.file(suffix) for suffix in unit.suffixes]
    are = "which are" if files[1:] else "which is"
    return script(f"Installs and starts {_listed(files)}, {are} in this directory.", install(*units))

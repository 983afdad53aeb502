"""What profiles are made of: functions of a form that set one thing, and leave it where it is that or more already.

Each raises ValueError, with a sentence, where the form cannot have it.
"""

from collections.abc import Callable
from dataclasses import replace

from app import catalogue
from app.analysis.rules.home_directories import HOMES
from app.analysis.rules.sandbox import TEMPORARY_DIRECTORIES
from app.analysis.rules.writable_paths import nothing_is_writable
from app.catalogue import MANAGED_ROOTS
from app.catalogue.reserved import is_system_account
from app.effective import ROOT_NAMES, Effective
from app.profiles.needed import home, is_below, needed, starts_at_home
from app.unitfile.model import Assignment, UnitFile
from app.values import is_strict_name

ProfileChange = Callable[[UnitFile], UnitFile]

NO_HOME = "/nonexistent"
"""The home of a user made for a service without a state directory."""

PRIVATE_MODES = {"/etc": "0750"}
"""Modes of managed directories that are closed to all but the service: 0700, but in /etc, where root owns them."""
GROUP_MODES = dict.fromkeys((row.root for row in MANAGED_ROOTS), "0750")
"""Modes that let a group read."""
SOCKET_MODES = PRIVATE_MODES | {"/run": "0750"}
"""Modes that let a group reach the sockets."""


def with_line(unit: UnitFile, name: str, value: str) -> UnitFile:
    """The unit with one line more, all others where they are."""
    return replace(unit, assignments=(*unit.assignments, Assignment(name, value)))


def is_readable(unit: UnitFile, name: str, value: str) -> bool:
    """Whether the systemd aimed at knows a directive and this value of it."""
    row, version = catalogue.find(name), unit.target.version
    return row.is_read_by(version) and all(need.is_met(version) for need in row.kind.needs(value))


def sets(name: str, *values: str, enough: tuple[str, ...] = ()) -> ProfileChange:
    """Set a directive of one value to the first of these that the systemd aimed at reads; enough: values that may stay."""

    def change(unit: UnitFile) -> UnitFile:
        value = next((value for value in values if is_readable(unit, name, value)), "")
        stays = not value or Effective(unit).word(name) in (value, *enough)
        return unit if stays else unit.with_values(name, value)

    return change


def adds(name: str, *lines: str) -> ProfileChange:
    """Give a list these lines where it has none."""

    def change(unit: UnitFile) -> UnitFile:
        readable = [line for line in lines if is_readable(unit, name, line)]
        return unit if unit.is_set(name) or not readable else unit.with_values(name, *readable)

    return change


def adds_word(name: str, word: str) -> ProfileChange:
    """Have a word in a list."""

    def change(unit: UnitFile) -> UnitFile:
        stays = word in Effective(unit).words(name) or not is_readable(unit, name, word)
        return unit if stays else with_line(unit, name, word)

    return change


def drops(name: str, *harmless: str) -> ProfileChange:
    """Take a directive out that is neither off nor one of the harmless values."""

    def change(unit: UnitFile) -> UnitFile:
        stays = Effective(unit).word(name) in ("", "no", *harmless)
        return unit if stays else unit.with_values(name)

    return change


def if_unset(change: ProfileChange, name: str) -> ProfileChange:
    """Make a change only where a directive is not set."""
    return lambda unit: unit if unit.is_set(name) else change(unit)


# --- who it runs as ---------------------------------------------------------------------------------


def own_user(unit: UnitFile) -> UnitFile:
    """A user of its own, or the account that is there: one named after the unit in place of root or of none; no dynamic one."""
    effective = Effective(unit)
    if effective.is_dynamic:
        unit = closes(PRIVATE_MODES, only_unset=True)(unit.with_values("DynamicUser"))
    if Effective(unit).identity != "root":
        return unit
    name, resolved = unit.own_name, effective.own_name
    if not is_strict_name(resolved) or is_system_account(resolved):
        raise ValueError(f"No user can be named after {name}: write a name in User= first, for example myapp.")
    unit = if_unset(sets("UMask", "0077"), "UMask")(unit.with_values("User", name))
    if starts_at_home(Effective(unit)) and home(Effective(unit)) == NO_HOME:
        raise ValueError(
            f"The user {name} would have no home to start in: name a directory in WorkingDirectory= instead of ~ first."
        )
    return unit


def keeps_data(unit: UnitFile) -> UnitFile:
    """A state directory of its own where nothing would be left to write to."""
    found = next(nothing_is_writable(Effective(unit)), None)
    is_known = found is not None and is_readable(unit, found.field, "a")
    return found.fix.unit if is_known and found and found.fix else unit


def dynamic_user(unit: UnitFile) -> UnitFile:
    """A dynamic user named after the unit, unless User= has another name; no account that is there."""
    effective = Effective(unit)
    if effective.is_dynamic:
        return unit
    if unit.existing:
        raise ValueError(
            "The account exists already, and systemd would use it instead of a dynamic user. Leave it, or choose another user first."
        )
    user = effective.expand_known(unit.value("User"))
    group = effective.expand_known(unit.value("Group"))
    own = user if user not in ROOT_NAMES else effective.dynamic_name
    unit = unit if user not in (*ROOT_NAMES, effective.dynamic_name) else unit.with_values("User")
    unit = unit if group not in (*ROOT_NAMES, own) else unit.with_values("Group")
    return unit.with_values("DynamicUser", "yes")


# --- modes ------------------------------------------------------------------------------------------


def closes(modes: dict[str, str], *, only_unset: bool = False) -> ProfileChange:
    """Managed directories in use get these modes, by their root, and 0700 elsewhere, where theirs let more in.

    Those of a dynamic user lie below a directory that only root enters, but for the one in /run.
    """

    def change(unit: UnitFile) -> UnitFile:
        is_dynamic = Effective(unit).is_dynamic
        for row in MANAGED_ROOTS:
            mode, maximum = unit.value(row.mode_directive), modes.get(row.root, "0700")
            is_closed = bool(mode) if only_unset else bool(mode) and not int(mode, 8) & ~int(maximum, 8)
            in_use = unit.is_set(row.directive) and (not is_dynamic or row.root == "/run")
            unit = unit.with_values(row.mode_directive, maximum) if in_use and not is_closed else unit
        return unit

    return change


def masks(mode: str, *, exactly: bool = False) -> ProfileChange:
    """New files get no right in this mask, or just those outside of it."""

    def change(unit: UnitFile) -> UnitFile:
        umask, wanted = Effective(unit).umask, int(mode, 8)
        is_masked = umask == wanted if exactly else umask & wanted == wanted
        return unit if is_masked else unit.with_values("UMask", mode)

    return change


def closes_own(unit: UnitFile) -> UnitFile:
    """Directories of its own are open to its user alone."""
    return replace(
        unit,
        own=tuple(own._replace(mode="0700") if int(own.effective_mode, 8) & 0o077 else own for own in unit.own),
    )


def shares(unit: UnitFile) -> UnitFile:
    """Directories of its own are its group's too, and what is made in them; without any, one for sockets below /run.

    The other managed directories stay closed.
    """
    unit = replace(unit, own=tuple(own._replace(mode="2770") for own in unit.own))
    socket = next(row for row in MANAGED_ROOTS if row.root == "/run")
    if not unit.own and not unit.is_set(socket.directive):
        unit = unit.with_values(socket.directive, unit.own_name)
    if unit.is_set(socket.directive) and int(unit.value(socket.mode_directive) or "0", 8) != 0o750:
        unit = unit.with_values(socket.mode_directive, SOCKET_MODES[socket.root])
    return closes(SOCKET_MODES, only_unset=True)(unit)


# --- walls ------------------------------------------------------------------------------------------


def shuts_homes(unit: UnitFile) -> UnitFile:
    """The homes are out of sight, or read-only where it needs something in them."""
    needs_homes = any(is_below(path.path, HOMES) for path in needed(Effective(unit)))
    if needs_homes:
        return sets("ProtectHome", "read-only", enough=("yes", "tmpfs"))(unit)
    return sets("ProtectHome", "yes", enough=("tmpfs",))(unit)


def has_own_tmp(unit: UnitFile) -> UnitFile:
    """It has a /tmp of its own."""
    changed = sets("PrivateTmp", "yes", enough=("connected", "disconnected"))(unit)
    hidden = next((path.path for path in needed(Effective(unit)) if is_below(path.path, TEMPORARY_DIRECTORIES)), "")
    if hidden and changed != unit:
        raise ValueError(f"PrivateTmp=yes would hide {hidden}, which the service needs. Move it to /opt or /srv first.")
    return changed


def lists_own(unit: UnitFile) -> UnitFile:
    """Directories of its own are named as writable, as they are anyway."""
    for path in unit.derived_values("ReadWritePaths"):
        unit = with_line(unit, "ReadWritePaths", path)
    return unit

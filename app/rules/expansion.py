"""Findings on values that must be known before anything else can be judged: specifiers, names after expansion."""

from collections.abc import Iterable, Iterator

from app import catalogue
from app.catalogue import MANAGED_ROOTS
from app.effective import Effective
from app.rules import templates
from app.rules.finding import Finding, Rule
from app.unitfile import WRITABLE
from app.values import Account, check_own_path, is_strict_name, split_words


def unknown_specifier(unit: Effective) -> Iterator[Finding]:
    """Users, groups and directories are prepared before the service runs, so their names must be known then.

    %p, %i, %n, %N, %j, %S, %C, %L, %t and %E follow from the unit's name and from systemd alone (systemd.unit(5), "Specifiers").
    """
    for name, words in _needed(unit):
        try:
            for word in words:
                unit.resolve(word)
        except ValueError as error:
            yield Finding("specifier", "error", name, str(error))


def _needed(unit: Effective) -> Iterator[tuple[str, Iterable[str]]]:
    """The directives whose values the preparation needs, with those values."""
    for name in ("User", "Group", "SupplementaryGroups", *(row.directive for row in MANAGED_ROOTS)):
        yield name, unit.unit.values(name)
    for name in dict.fromkeys(line.name for line in unit.unit.assignments if catalogue.meaning(line.name) == WRITABLE):
        words = (word for value in unit.unit.values(name) for word in split_words(value))
        yield name, [word for word in words if not word.startswith("-")]


def bad_expansion(unit: Effective) -> Iterator[Finding]:
    """systemd expands specifiers first and judges what comes out (systemd.unit(5), "Specifiers"): %i is empty in a unit that
    is no template, and %S, %C, %L, %t and %E are absolute paths.
    """
    for name, value in unit.unit.sorted_assignments():
        if "%" not in value:
            continue
        kind = catalogue.find(name).kind
        known = unit.specifiers if isinstance(kind, Account) else unit.plain_specifiers
        expanded = unit.expand_known(value, known) if kind.expands and kind.stands_expanded else value
        if expanded == value:
            continue
        is_empty = any(word and not unit.expand_known(word) for word in value.split(" "))
        try:
            if is_empty and not kind.may_be_empty:
                raise ValueError("Write it out; %i is for template units.")
            kind.check(expanded)
        except ValueError as error:
            yield Finding("specifier", "error", name, f"systemd reads this as {name}={expanded}. {error}")


def bad_own_path(unit: Effective) -> Iterator[Finding]:
    """An instance may be called by signs that mean something in a path, such as .. or a colon (systemd.unit(5)), and what is
    handed over with chown -R is named plainly.
    """
    for own, made in zip(unit.unit.own, unit.own, strict=True) if unit.instance else ():
        try:
            check_own_path(made.path)
        except ValueError as error:
            yield Finding("specifier", "error", "own", f"{own.path} is {made.path} then. {error}")


def name_cannot_be_created(unit: Effective) -> Iterator[Finding]:
    """useradd and groupadd of every distribution take letters, digits, - and _ in up to 31 characters; systemd takes more
    only for accounts that exist already (docs/USER_NAMES.md of systemd).
    """
    if unit.identity != "own":
        return
    for value, name in {unit.group: "Group", unit.user: "User"}.items():
        if not is_strict_name(value):
            yield Finding(
                "account-name",
                "error",
                name,
                f"“{value}” cannot be created: use a letter first, then letters, digits, - and _, at most 31. For an account that exists already, choose that above.",
            )


RULES: tuple[Rule, ...] = (*templates.FIRST, unknown_specifier, bad_expansion, bad_own_path, name_cannot_be_created)

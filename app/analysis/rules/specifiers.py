"""Findings on values that must be known before anything else can be judged: specifiers, names after expansion."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from app import catalogue
from app.analysis.rules import templates
from app.analysis.rules.finding import Finding, Rule
from app.catalogue import MANAGED_ROOTS
from app.catalogue.limits import MAX_BODY_BYTES
from app.effective import Effective
from app.unitfile.model import WRITABLE
from app.values import AccountName, check_own_path, is_strict_name, split_words

_FINAL_COMPONENT = re.compile("(?<!%)(?:%%)*%J")
CRASHES_SINCE = 248
"""The first systemd that may abort on %J; 247 expands it to nothing."""


def empty_final_component(unit: Effective) -> Iterator[Finding]:
    """%J is the part of the unit name after the last dash. If the name ends in a dash, systemd itself aborts as soon as
    it loads the unit, and PID 1 stops managing the machine (unit_name_unescape() in src/basic/unit-name.c; tested with
    systemd-analyze verify of systemd 252, 254, 257 and 262, and booted on 257 and 262).
    """
    prefix = unit.file.name.partition("@")[0]
    if not prefix.endswith("-") or unit.version < CRASHES_SINCE:
        return
    lines = [(name, value) for name, value in unit.file.sorted_assignments() if catalogue.find(name).kind.expands]
    preserved = [("kept", line.text) for line in unit.file.preserved if not line.is_comment]
    for field in dict.fromkeys(field for field, text in (*lines, *preserved) if _FINAL_COMPONENT.search(text)):
        yield Finding(
            "specifier",
            "error",
            field,
            f"systemd crashes when it loads this unit, because %J is empty: the name {prefix} ends in a dash. "
            "The machine then needs a reboot. Choose a name without the dash at its end, or write the value itself.",
        )


def unknown_specifier(unit: Effective) -> Iterator[Finding]:
    """The preparation creates users, groups and directories before the service runs, so their names must be known in
    advance. %p, %i, %n, %N, %j, %S, %C, %L, %t and %E depend only on the name of the unit and on systemd
    (systemd.unit(5), "Specifiers").
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
        yield name, unit.file.values(name)
    for name in dict.fromkeys(line.name for line in unit.file.assignments if catalogue.meaning(line.name) == WRITABLE):
        words = (word for value in unit.file.values(name) for word in split_words(value))
        yield name, [word for word in words if not word.startswith("-")]


def invalid_after_expansion(unit: Effective) -> Iterator[Finding]:
    """systemd expands specifiers first and then checks the result. %i is empty in a unit that is not a template, and
    %S, %C, %L, %t and %E are absolute paths (systemd.unit(5), "Specifiers").
    """
    for name, value in unit.file.sorted_assignments():
        if "%" not in value:
            continue
        kind = catalogue.find(name).kind
        known = unit.specifiers if isinstance(kind, AccountName) else unit.plain_specifiers
        if _length(value, known) > MAX_EXPANDED:
            yield Finding(
                "specifier",
                "error",
                name,
                f"This value has more than {MAX_EXPANDED:,} characters after its specifiers are expanded. Shorten it.",
            )
            continue
        expanded = unit.expand_known(value, known) if kind.expands and kind.revalidates_expanded else value
        if expanded == value:
            continue
        is_empty = any(word and _is_empty(word, known) for word in value.split(" "))
        try:
            if is_empty and not kind.may_be_empty:
                raise ValueError("Write it out; %i is for template units.")
            kind.check(expanded)
        except ValueError as error:
            yield Finding("specifier", "error", name, f"systemd reads this as {name}={expanded}. {error}")


MAX_EXPANDED = MAX_BODY_BYTES
"""Characters that a value may have after its specifiers are expanded: as many as the longest value that can be posted."""


def _length(value: str, known: dict[str, str]) -> int:
    """About how many characters a value has after its specifiers are expanded."""
    longest = max(map(len, known.values()))
    if len(value) + value.count("%") * longest <= MAX_EXPANDED:
        return len(value)
    return len(value) + sum(
        count * len(known.get(letter, "")) for letter, count in Counter(_LETTER.findall(value)).items()
    )


_LETTER = re.compile("%(.)")


def _is_empty(word: str, known: dict[str, str]) -> bool:
    """Whether nothing is left of a word after its specifiers are expanded."""
    return (
        set(word[::2]) == {"%"} and len(word) % 2 == 0 and not any(known.get(letter, "%") for letter in set(word[1::2]))
    )


def invalid_own_path(unit: Effective) -> Iterator[Finding]:
    """An instance name can contain characters that have a meaning in a path, such as .. or a colon. The preparation
    runs chown -R on an own directory, so its path must be plain (systemd.unit(5)).
    """
    for own, made in zip(unit.file.own, unit.own, strict=True) if unit.instance else ():
        try:
            check_own_path(made.path)
        except ValueError as error:
            yield Finding("specifier", "error", "own", f"{own.path} is {made.path} then. {error}")


def account_name_refused(unit: Effective) -> Iterator[Finding]:
    """useradd and groupadd of every distribution accept letters, digits, - and _ in up to 31 characters. systemd
    accepts other names only for accounts that already exist (docs/USER_NAMES.md of systemd).
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


RULES: tuple[Rule, ...] = (
    *templates.FIRST,
    Rule(empty_final_component, ("specifier",), ("error",), "Empty %J crashes systemd"),
    Rule(unknown_specifier, ("specifier",), ("error",), "Specifier value is unknown before installation"),
    Rule(invalid_after_expansion, ("specifier",), ("error",), "Value is invalid after specifier expansion"),
    Rule(invalid_own_path, ("specifier",), ("error",), "Own directory is invalid for an instance"),
    Rule(account_name_refused, ("account-name",), ("error",), "Account name that useradd refuses"),
)  # fmt: skip

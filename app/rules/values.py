"""Findings on values whatever their directive: too new, secret, not ASCII."""

from collections.abc import Iterator

from app import catalogue
from app.effective import Effective
from app.rules.finding import Finding, Fix, Rule
from app.unitfile import UnitFile
from app.values import Need, secrets_in

SECRET = "P46"


def too_new(unit: Effective) -> Iterator[Finding]:
    """systemd ignores a directive or value that it does not know yet, with a line in the journal only, and the service
    starts without it; some values it refuses (systemd's source of every version, src/core/load-fragment.c).
    """
    target = unit.unit.target
    for assignment in unit.unit.sorted_assignments():
        directive = catalogue.find(assignment.name)
        needs = [Need(directive.since, f"{directive.name}="), *directive.kind.needs(assignment.value)]
        for need in needs:
            if need.since > target.version:
                yield _too_new(unit.unit, assignment, need)
                break


def _too_new(unit: UnitFile, assignment: tuple[str, str], need: Need) -> Finding:
    name, value = assignment
    target = unit.target
    refused = need.refused and not target.backports
    has = (
        f"{target.label} has {target.version}" if target.key != str(target.version) else f"this is for {target.version}"
    )
    bound = " or a backport of it" if target.backports else ""
    consequence = "the unit would not load" if need.refused else "the line would be ignored"
    kept = [v for v in unit.values(name) if v != value]
    return Finding(
        "too-new",
        "error" if refused else "warning",
        name,
        f"{need.what[0].upper()}{need.what[1:]} needs systemd {need.since} or later{bound}; {has}: {consequence}.",
        Fix(f"Take {name}={value if kept else ''} out", unit.with_values(name, *kept)) if name != "ExecStart" else None,
    )


def secret_in_environment(unit: Effective) -> Iterator[Finding]:
    """Environment= is shown to every user of the machine over D-Bus, and the unit file is readable by all (systemd.exec(5),
    Environment=; run: another user read it). A file in EnvironmentFile= with mode 0600 is read by systemd as root.
    """
    for name in secret_names(unit.unit):
        yield Finding(
            SECRET,
            "warning",
            "Environment",
            f"{name} looks like a secret, and everybody on the machine can read it here, so it is not put into a link. Use LoadCredential= or EnvironmentFile=.",
        )


def secret_names(unit: UnitFile) -> list[str]:
    """The variables in Environment= that look like secrets once specifiers are expanded: such a unit has no link."""
    effective = Effective(unit)
    expanded = (effective.expand_known(value).replace("%%", "_") for value in unit.values("Environment"))
    return [name for value in expanded for name in secrets_in(value)]


def not_ascii(unit: Effective) -> Iterator[Finding]:
    """Letters outside ASCII can look like others: what reads the same need not be the same (Unicode TR 39)."""
    for name in dict.fromkeys(a.name for a in unit.unit.sorted_assignments() if not a.value.isascii()):
        characters = sorted({c for value in unit.unit.values(name) for c in value if not c.isascii()})
        yield Finding(
            "non-ascii",
            "note",
            name,
            f"{name}= holds characters outside ASCII: {' '.join(characters)}. Make sure that they are the ones meant.",
        )


RULES: tuple[Rule, ...] = (too_new, secret_in_environment, not_ascii)

"""Findings on users and groups: whose rights the service has, and who shares them."""

from collections.abc import Iterator
from dataclasses import replace

from app.analysis.rules.finding import Finding, Fix, Rule
from app.catalogue import find
from app.catalogue.reserved import GROUP_NUMBERS, KNOWN_GROUPS, NUMBER_RANGES, is_shipped_unit, is_system_account
from app.effective import IDENTITIES, ROOT_NAMES, Effective
from app.unitfile.model import UnitFile
from app.values import is_strict_name

_OPENING_GROUPS = {group.name: group.why_dangerous for group in KNOWN_GROUPS if group.why_dangerous}


def runs_as_root(unit: Effective) -> Iterator[Finding]:
    """Without User=, a system service runs as root, even if Group= is set. A fault in the service then compromises the
    whole machine (systemd.exec(5), User=; tested on systemd 252, 257 and 262).
    """
    if unit.identity == "root" or (unit.is_dynamic and unit.file.is_set("User") and unit.user in ROOT_NAMES):
        fix = _user_of_its_own(unit)
        group_alone = (
            " Group= alone does not change that." if unit.file.is_set("Group") and not unit.file.is_set("User") else ""
        )
        yield Finding(
            "P2",
            "warning",
            "User",
            f"The service runs as root: it can read and change everything on the machine.{group_alone}",
            fix and fix._replace(unit=_as_other_than_root(unit, fix.unit)),
        )


def _user_of_its_own(unit: Effective) -> Fix | None:
    """The unit with a user called like it, where that name is free."""
    name = unit.file.own_name[:31]
    if not is_strict_name(unit.expand_known(name)) or is_system_account(unit.expand_known(name)):
        return None
    return Fix(f"Set User={name}", replace(unit.file, existing=False).with_values("User", name))


def _as_other_than_root(unit: Effective, fixed: UnitFile) -> UnitFile:
    """The unit with what matters to every user but root."""
    fixed = fixed.with_values("UMask", unit.file.value("UMask") or "0077")
    if unit.file.is_set("ProtectProc") or not find("ProtectProc").is_read_by(unit.version):
        return fixed
    return fixed.with_values("ProtectProc", "invisible")


def dynamic_name_not_strict(unit: Effective) -> Iterator[Finding]:
    """systemd loads a unit with DynamicUser=yes and such a user name, but cannot start it (dynamic_user_acquire() in
    systemd's source; tested on systemd 252, 257 and 262).
    """
    if not unit.is_dynamic:
        return
    for name, value in (("User", unit.user), ("Group", unit.group)):
        if value and not value.isdigit() and not is_strict_name(value):
            yield Finding(
                "P59",
                "error",
                name,
                f"A dynamic user cannot be called “{value}”: the service would load and never start. Use letters, digits, - and _, at most 31.",
                Fix(f"Take {name}= out", unit.file.with_values(name)),
            )


def dynamic_name_taken(unit: Effective) -> Iterator[Finding]:
    """If a user of that name exists, systemd uses it and does not allocate a dynamic UID. The service then shares an
    account that other services may use (systemd.exec(5), DynamicUser=; tested on systemd 252, 257 and 262).
    """
    if unit.is_dynamic and unit.account not in ROOT_NAMES and is_system_account(unit.account):
        plain = unit.file.with_values("User")
        is_mended = unit.file.is_set("User") and not is_system_account(Effective(plain).account)
        yield Finding(
            "P12",
            "warning",
            "User",
            f"Systems have an account called {unit.account}: systemd would use it instead of a dynamic user. Choose another name.",
            Fix("Take User= out", plain) if is_mended else None,
        )


def system_account(unit: Effective) -> Iterator[Finding]:
    """Two services with the same user can read each other's memory and files, and can kill each other. A second service
    with the same user could read the environment of the first (credentials(7); tested on systemd 252, 257 and 262).
    """
    if unit.identity in {"own", "existing"} and is_system_account(unit.user):
        what = (
            "nobody is for processes that own nothing"
            if unit.user == "nobody"
            else f"{unit.user} is an account of the system's or of another service"
        )
        yield Finding(
            "P23" if unit.user == "nobody" else "P6",
            "warning",
            "User",
            f"{what}, so this service could read and change what belongs to others with it. Give it a user of its own.",
            _user_of_its_own(unit),
        )


def group_grants_root(unit: Effective) -> Iterator[Finding]:
    """Some groups grant more than any hardening can take away: docker can start containers as root, disk can read every
    file, and adm can read every log. The exposure score of systemd-analyze does not consider groups (systemd.exec(5),
    SupplementaryGroups=; tested with the group shadow on systemd 252, 257 and 262).
    """
    for group in dict.fromkeys((*unit.supplementary_groups, unit.group)):
        known = GROUP_NUMBERS.get(group, group)
        if known not in _OPENING_GROUPS:
            continue
        field = "SupplementaryGroups" if group in unit.supplementary_groups else "Group"
        kept = [
            rest
            for value in unit.file.values(field)
            if (rest := " ".join(word for word in value.split() if unit.resolve(word) != group))
        ]
        yield Finding(
            "P42",
            "warning",
            field,
            f"The group {group} undoes the isolation: {_OPENING_GROUPS[known]}.",
            Fix(f"Take {group} out of {field}=", unit.file.with_values(field, *kept)),
        )


def account_must_exist(unit: Effective) -> Iterator[Finding]:
    """systemd looks up users and groups when the service starts. A missing user fails the start with 217/USER, a
    missing group with 216/GROUP. systemd-analyze verify does not check this (tested on systemd 252, 257 and 262).
    """
    if unit.identity == "existing":
        yield Finding(
            "P21",
            "warning",
            "User",
            f"The user {unit.user} must exist on the machine, or the service fails with 217/USER; the preparation checks it.",
        )
    if unit.identity == "existing" and unit.group and GROUP_NUMBERS.get(unit.group, unit.group) not in _OPENING_GROUPS:
        yield Finding(
            "P21",
            "warning",
            "Group",
            f"The group {unit.group} must exist on the machine, or the service fails with 216/GROUP; the preparation checks it.",
        )
    for group in unit.supplementary_groups:
        if GROUP_NUMBERS.get(group, group) in _OPENING_GROUPS:  # what is to be said of these is worse
            continue
        yield Finding(
            "P21",
            "warning",
            "SupplementaryGroups",
            f"The group {group} must exist on the machine, or the service fails with 216/GROUP; the preparation checks it.",
        )


def groups_only_add(unit: Effective) -> Iterator[Finding]:
    """SupplementaryGroups= does not override the groups of the account. It only adds to them (systemd.exec(5),
    SupplementaryGroups=).
    """
    if unit.identity == "existing" and unit.supplementary_groups:
        yield Finding(
            "P43",
            "note",
            "SupplementaryGroups",
            f"These groups come on top of those that {unit.user} is in already. Look at them with: id {unit.user}",
        )


def shipped_unit_name(unit: Effective) -> Iterator[Finding]:
    """A unit in /etc/systemd/system overrides a unit of the same name in /usr/lib/systemd/system. A symbolic link that
    Alias= creates there does the same (systemd.unit(5)).
    """
    for word in dict.fromkeys(word for value in unit.file.values("Alias") for word in value.split()):
        name = unit.expand_known(word.strip("\"'")).removesuffix(".service")
        if is_shipped_unit(name):
            rest = (" ".join(other for other in line.split() if other != word) for line in unit.file.values("Alias"))
            yield Finding(
                "shipped-unit",
                "warning",
                "Alias",
                f"Distributions ship a unit called {name}.service: enabled under that name, this one would replace it. Choose another.",
                Fix(f"Take {word} out of Alias="[:80], unit.file.with_values("Alias", *filter(None, rest))),
            )
    if is_shipped_unit(unit.file.name):
        yield Finding(
            "shipped-unit",
            "warning",
            "name",
            f"Distributions ship a unit called {unit.file.name}.service: this one would replace it. Choose another name.",
        )


def existing_account_without_user(unit: Effective) -> Iterator[Finding]:
    """account=existing states that the account in User= already exists. Without User=, systemd would run the service as
    root (systemd.exec(5), User=).
    """
    if unit.file.existing and unit.identity != "existing":
        yield Finding(
            "account",
            "error",
            "account",
            "An account that exists already needs its name in User=, other than root, and no DynamicUser=yes.",
            Fix("Create no account and expect none", replace(unit.file, existing=False)),
        )


def number_without_account(unit: Effective) -> Iterator[Finding]:
    """uid= and gid= apply to a user and a group that the preparation creates. An existing account already has its
    numbers, systemd assigns a UID to a dynamic user when the service starts, and root always has UID 0 (useradd(8);
    systemd.exec(5), DynamicUser=).
    """
    if unit.identity == "own":
        return
    without = (replace(unit.file, uid=""), replace(unit.file, gid=""))
    for name, number, fixed in zip(("uid", "gid"), (unit.file.uid, unit.file.gid), without, strict=True):
        if number:
            yield Finding(
                "number",
                "error",
                name,
                f"{name}={number} is for a user of its own, which the preparation creates, and this service has none. Take it out.",
                Fix(f"Take {name}= out", fixed),
            )


def reserved_number(unit: Effective) -> Iterator[Finding]:
    """The kernel identifies accounts only by their numbers. If a reserved number is later assigned to another account,
    the kernel treats both as the same account. useradd warns about a number outside the range in login.defs
    (credentials(7); useradd(8); docs/UIDS-GIDS.md of systemd).
    """
    if unit.identity != "own":
        return
    for name, number in (("uid", unit.file.uid), ("gid", unit.file.gid)):
        for row in NUMBER_RANGES if number else ():
            if row.first <= int(number) <= row.last and (
                not row.targets or unit.file.target.key.startswith(row.targets)
            ):
                yield Finding(
                    "number-range",
                    row.severity,
                    name,
                    f"{name}={number} lies between {row.first} and {row.last}: {row.meant_for}. The numbers of services are 201 to 999.",
                )


def contradiction(chosen: str, unit: UnitFile) -> str:
    """What is wrong with a choice of who the service runs as, given the values it came with; "" if nothing is."""
    actual = Effective(unit).identity
    if chosen == actual:
        return ""
    wording = IDENTITIES[chosen].partition(",")[0]
    user, dynamic = unit.value("User"), unit.value("DynamicUser")
    if dynamic == "yes":
        return f"“{wording}” is chosen, and DynamicUser=yes says otherwise. Choose a dynamic user, or leave DynamicUser= unset."
    if chosen == "dynamic":
        return (
            f"“{wording}” is chosen, and DynamicUser={dynamic} says otherwise. Set it to yes, or choose something else."
        )
    if chosen == "root":
        return f"“{wording}” is chosen, and User={user} says otherwise. Empty User=, or choose another way to run."
    if user in ROOT_NAMES:
        return f"“{wording}” is chosen: write its name in User=, for example myapp."
    return f"“{wording}” is chosen, and account=existing says that it is there already. Choose one of the two."


RULES: tuple[Rule, ...] = (
    Rule(runs_as_root, ("P2",), ("warning",), "Service runs as root"),
    Rule(dynamic_name_not_strict, ("P59",), ("error",), "User name is invalid for DynamicUser="),
    Rule(dynamic_name_taken, ("P12",), ("warning",), "Dynamic user has the name of an existing account"),
    Rule(system_account, ("P6", "P23"), ("warning",), "Other services also run as this user"),
    Rule(group_grants_root, ("P42",), ("warning",), "Group grants root access"),
    Rule(account_must_exist, ("P21",), ("warning",), "User or group must exist"),
    Rule(groups_only_add, ("P43",), ("note",), "Existing account keeps its other groups"),
    Rule(shipped_unit_name, ("shipped-unit",), ("warning",), "Unit overrides a unit of the distribution"),
    Rule(existing_account_without_user, ("account",), ("error",), "account=existing without User="),
    Rule(number_without_account, ("number",), ("error",), "UID or GID for an account that is not created"),
    Rule(reserved_number, ("number-range",), ("warning",), "Reserved UID or GID"),
)  # fmt: skip

"""Findings on templates: instances that cannot be, and what instances share that each should have for itself."""

from collections.abc import Iterator
from dataclasses import replace

from app.analysis.rules.finding import Finding, Fix, Rule
from app.analysis.rules.socket_addresses import accepts
from app.catalogue import MANAGED_ROOTS, ManagedRoot
from app.catalogue.limits import MAX_INSTANCES, MAX_PARENT_CHARACTERS, MAX_UNIT_DIRECTORIES
from app.effective import Effective, instances_of
from app.effective.effective import ManagedDirectory
from app.unitfile.instances import with_two_instances
from app.unitfile.model import UnitFile
from app.values import is_strict_name, simplify, unescape

TOO_MANY_DIRECTORIES = "too-many-directories"
"""The id of the finding on a unit with more directories than are prepared at once."""

MAX_UNIT_NAME = 255
"""Bytes of a unit's name with its suffix (UNIT_NAME_MAX of systemd)."""


def instance_without_template(unit: Effective) -> Iterator[Finding]:
    """Only a unit whose name ends with @ is a template. systemd starts instances of a template, each with its own name
    (systemd.unit(5)).
    """
    whole = unit.file
    if whole.instances and not whole.is_template:
        yield Finding(
            "instance",
            "error",
            "instance",
            f"{whole.name}.service is no template and has no instances. Put an @ at the end of its name, or leave them out.",
            Fix("Leave the instances out", replace(whole, instances=())),
        )


def too_many_instances(unit: Effective) -> Iterator[Finding]:
    """Administrators should read the preparation script before it runs as root. A script for hundreds of instances is
    too long to read.
    """
    count = len(unit.file.instances)
    if count > MAX_INSTANCES:
        yield Finding(
            "instance",
            "error",
            "instance",
            f"These are {count} instances, and up to {MAX_INSTANCES} are prepared at once. Leave some out.",
            Fix(f"Keep the first {MAX_INSTANCES}", replace(unit.file, instances=unit.file.instances[:MAX_INSTANCES])),
        )


def too_many_directories(unit: Effective) -> Iterator[Finding]:
    """The preparation checks every managed and own directory individually, with all directories above it, and repeats
    this for each instance. A script for thousands of directories is too long to read before it runs.
    """
    counts, parents = unit.file.directory_counts, unit.file.parent_characters
    total = sum(counts.values())
    if total > MAX_UNIT_DIRECTORIES:
        count = len(unit.file.named_instances)
        each_counts = f", counted for each of the {count} instances" if count > 1 else ""
        said = f"This unit has {total:,} managed and own directories{each_counts}. At most {MAX_UNIT_DIRECTORIES} are supported. Remove some, or split the service into several."
        yield Finding(TOO_MANY_DIRECTORIES, "error", max(counts, key=counts.__getitem__), said)
    elif sum(parents.values()) > MAX_PARENT_CHARACTERS:
        said = "The directories of this unit have too many directories above them, and the preparation checks each. Use shorter paths."
        yield Finding(TOO_MANY_DIRECTORIES, "error", max(parents, key=parents.__getitem__), said)


def instance_name_too_long(unit: Effective) -> Iterator[Finding]:
    """systemd rejects unit names longer than 255 bytes, including instance and suffix (unit_name_is_valid() in
    src/basic/unit-name.c).
    """
    for one in instances_of(unit.file):
        if len(one.file_name) > MAX_UNIT_NAME:
            yield Finding(
                "instance",
                "error",
                "instance",
                f"{one.instance[:40]}… is too long: with it the unit's name has {len(one.file_name)} characters, and systemd takes {MAX_UNIT_NAME}.",
            )


def instance_cannot_be_unescaped(unit: Effective) -> Iterator[Finding]:
    """%I is the unescaped instance name: a dash becomes a slash, and \\x2d becomes the byte it stands for. If the name
    cannot be unescaped, systemd ignores the whole line (systemd.unit(5), "Specifiers"; unit_name_unescape() in
    src/basic/unit-name.c).
    """
    named = [line.name for line in unit.file.assignments if "%I" in line.value.replace("%%", "")]
    for one in instances_of(unit.file) if named else ():
        try:
            unescape(one.instance)
        except ValueError as error:
            yield Finding(
                "instance", "error", "instance", f"{named[0]}= has %I in it, and {one.file_name} no such text: {error}"
            )


def specifier_in_own_path(unit: Effective) -> Iterator[Finding]:
    """The preparation runs chown -R on an own directory, so its path is written out in full. Only template instances
    need a specifier, because their paths differ by instance name (systemd.unit(5), "Specifiers").
    """
    for own in unit.file.own:
        if "%" in own.path and "@" not in unit.name:
            yield Finding(
                "specifier",
                "error",
                "own",
                f"{own.path} has a specifier in it, which only the directory of a template needs. Write the path out.",
            )


FIRST: tuple[Rule, ...] = (
    Rule(instance_without_template, ("instance",), ("error",), "Instances of a unit that is not a template"),
    Rule(too_many_instances, ("instance",), ("error",), "Too many instances"),
    Rule(too_many_directories, (TOO_MANY_DIRECTORIES,), ("error",), "Too many directories"),
    Rule(instance_name_too_long, ("instance",), ("error",), "Unit name too long"),
    Rule(instance_cannot_be_unescaped, ("instance",), ("error",), "Instance name cannot be unescaped for %I"),
    Rule(specifier_in_own_path, ("specifier",), ("error",), "Specifier in the own directory of a unit without instances"),
)  # fmt: skip
"""What must be right before instances can be judged each."""


def shared_user(unit: Effective) -> Iterator[Finding]:
    """The default name of a dynamic user is the part of the unit name before the @, so all instances run as one user.
    The same applies to a User= without %i. Each instance can then read the data of the others and stop them
    (systemd.exec(5), DynamicUser=; credentials(7); systemd issue 38246; tested on systemd 252, 257 and 262).
    """
    one, other = _two(unit)
    if one.account == other.account and not one.is_privileged and unit.file.is_template and not accepts(unit):
        yield Finding(
            "P14",
            "warning",
            "User",
            f"All instances run as {one.account}: each can read and change all that the others have, and stop them. Give each a user of its own.",
            _own_users(unit),
        )


def _own_users(unit: Effective) -> Fix | None:
    """Users by instance, and what belongs to them by instance too: one directory cannot be that of several users."""
    name = unit.file.own_name
    if not is_strict_name(unit.own_name):
        return None
    with_users = replace(unit.file, existing=False).with_values("User", name)
    fixed = _with_own_paths(_with_own_directories(with_users))
    if _lost_directories(fixed):
        return None
    return Fix(f"Set User={name}{' and directories by instance' if fixed != with_users else ''}", fixed)


def _two(unit: Effective) -> tuple[Effective, Effective]:
    """Any two instances; of a unit that is no template it itself."""
    if not unit.file.is_template:
        return unit, unit
    one, other = with_two_instances(unit.file)
    return Effective(one), Effective(other)


def _shared(unit: Effective, row: ManagedRoot) -> Iterator[ManagedDirectory]:
    """The managed directories of a row that are the same for any two instances."""
    if unit.file.is_template and not accepts(unit):
        one, other = _two(unit)
        yield from (
            mine
            for mine, its in zip(one.managed_below(row), other.managed_below(row), strict=True)
            if mine.path == its.path
        )


def shared_directory(unit: Effective) -> Iterator[Finding]:
    """When an instance starts, systemd makes its user the owner of its managed directories and of everything in them.
    Below /run, the first instance that stops deletes the directory for all instances (systemd.exec(5), StateDirectory=
    and RuntimeDirectoryPreserve=; tested on systemd 252, 257 and 262).
    """
    one, other = _two(unit)
    for row in MANAGED_ROOTS:
        is_deleted = row.root == "/run" and unit.word("RuntimeDirectoryPreserve") in ("", "no")
        for directory in _shared(unit, row):
            if directory.is_of_root:
                continue
            what = (
                "the first of them that stops deletes it, and what the others have in it"
                if is_deleted
                else "all of them read and write in it"
                if one.account == other.account
                else "each start hands it to one user, and the others lose it"
            )
            yield Finding(
                "P8" if is_deleted else "P7",
                "hint" if is_deleted and one.account == other.account else "warning",
                row.directive,
                f"{directory.path} is one directory for all instances: {what}. Give each its own.",
                _own_directories(unit.file, row),
            )


def _own_directories(unit: UnitFile, row: ManagedRoot) -> Fix | None:
    fixed = _with_directories(unit, row)
    return Fix(f"Set {row.directive}={' '.join(fixed.values(row.directive))}"[:80], fixed) if fixed != unit else None


def _with_directories(unit: UnitFile, row: ManagedRoot) -> UnitFile:
    """The unit whose directories of a row are each instance's own; itself where a word is quoted."""
    lines = unit.values(row.directive)
    if any(set(line) & set("\"'\\") for line in lines):
        return unit
    shared = {directory.path for directory in _shared(Effective(unit), row)}
    one = Effective(with_two_instances(unit)[0])

    def parted(word: str) -> str:
        name, *rest = word.split(":")
        is_shared = f"{row.root}/{simplify(one.resolve(name))}" in shared
        return ":".join([f"{name}-%i", *(f"{link}-%i" for link in rest[:1] if link), *rest[1:]]) if is_shared else word

    return unit.with_values(row.directive, *(" ".join(map(parted, line.split())) for line in lines))


def shared_configuration(unit: Effective) -> Iterator[Finding]:
    """The preparation makes a configuration directory in /etc readable for one group. If each instance has its own
    group, only one instance can read the directory, and the preparation of the second instance stops (inode(7)).
    """
    one, other = _two(unit)
    for row in MANAGED_ROOTS:
        for directory in _shared(unit, row) if one.group != other.group and not unit.is_dynamic else ():
            if directory.is_of_root:
                yield Finding(
                    "shared-configuration",
                    "warning",
                    row.directive,
                    f"{directory.path} is one directory for all instances, and its group can be that of one of them alone. Give each its own, or all the same Group=.",
                    _own_directories(unit.file, row),
                )


def _lost_directories(unit: UnitFile) -> set[str]:
    """The directives of managed directories that instances take from one another, or that one of them alone can read."""
    return {finding.field for rule in (shared_directory, shared_configuration) for finding in rule(Effective(unit))}


def _with_own_directories(unit: UnitFile) -> UnitFile:
    """The unit whose managed directories are each instance's own where they cannot be that of several."""
    lost = _lost_directories(unit)
    for row in MANAGED_ROOTS:
        unit = _with_directories(unit, row) if row.directive in lost else unit
    return unit


def shared_own_path(unit: Effective) -> Iterator[Finding]:
    """The preparation runs chown -R on an own directory. A directory that all instances share would change its owner
    from one user to the next, so the preparation of the second instance stops (chown(1)).
    """
    one, other = _two(unit)
    if one.account == other.account:
        return
    for mine, its in zip(one.own, other.own, strict=True):
        if mine.path == its.path:
            yield Finding(
                "chown",
                "error",
                "own",
                f"{mine.path} is one directory for all instances, and only one user can have it. Put %i into its path.",
                Fix(f"Use {mine.path}-%i"[:80], _with_own_paths(unit.file)),
            )


def _with_own_paths(unit: UnitFile) -> UnitFile:
    """The unit whose own directories are each instance's own where one user alone could have them."""
    one, other = _two(Effective(unit))
    if one.account == other.account:
        return unit
    both = zip(unit.own, one.own, other.own, strict=True)
    return replace(
        unit,
        own=tuple(own._replace(path=f"{own.path}-%i") if mine.path == its.path else own for own, mine, its in both),
    )


def alias_of_instances(unit: Effective) -> Iterator[Finding]:
    """An alias of a template must be a template, and an alias of an instance must be an instance. Otherwise systemctl
    enable fails (systemd.unit(5), Alias=; unit_file_verify_alias() in src/shared/install.c).
    """
    if "@" in unit.name and unit.file.is_set("Alias"):
        yield Finding(
            "alias",
            "warning",
            "Alias",
            "A unit with instances cannot have a plain name besides, and enabling it fails. Leave Alias= out.",
            Fix("Take Alias= out", unit.file.with_values("Alias")),
        )


def no_instance(unit: Effective) -> Iterator[Finding]:
    """systemd never starts a template itself, only its instances. The names of the instances determine what the machine
    needs for each of them (systemd.unit(5)).
    """
    if unit.file.is_template and not instances_of(unit.file):
        yield Finding(
            "no-instance",
            "note",
            "instance",
            f"{unit.file.name}.service is a template: say which instances there shall be, and they are prepared and started.",
        )


NO_INSTANCE = Rule(no_instance, ("no-instance",), ("note",), "Template without instances")

RULES: tuple[Rule, ...] = (
    Rule(shared_user, ("P14",), ("warning",), "Template instances share one user"),
    Rule(shared_directory, ("P7", "P8"), ("warning", "hint"), "Template instances share one managed directory"),
    Rule(shared_configuration, ("shared-configuration",), ("warning",), "Template instances share a configuration directory"),
    Rule(shared_own_path, ("chown",), ("error",), "Template instances with different users share an own directory"),
    Rule(alias_of_instances, ("alias",), ("warning",), "Alias= in a template or instance unit"),
    NO_INSTANCE,
)  # fmt: skip

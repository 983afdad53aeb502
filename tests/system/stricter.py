"""Where the tool refuses on purpose what systemd takes: one row a reason, with the harm."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app import catalogue, values
from app.analysis import rules
from app.catalogue.versions import target
from app.unitfile.model import Assignment, UnitFile
from app.values import Kind
from tests.system.asking import Case


@dataclass(frozen=True)
class Stricter:
    """A reason to be stricter. names: the directives that it is about, none for all. holds: whether a value gives it."""

    harm: str
    holds: Callable[[Case, int], bool]
    names: frozenset[str] = frozenset()

    def covers(self, case: Case, version: int) -> bool:
        """Whether the reason holds for a case."""
        return (not self.names or case.name in self.names) and self.holds(case, version)


def _has(pattern: str) -> Callable[[Case, int], bool]:
    """Whether a pattern is found in the value."""
    compiled = re.compile(pattern)
    return lambda case, _: compiled.search(case.value) is not None


def _means_other(case: Case, version: int) -> bool:
    """Whether something in the value is read otherwise by this version, neither ignored nor refused."""
    try:
        needs = catalogue.find(case.name).kind.needs(catalogue.find(case.name).kind.normalise(case.value))
    except ValueError:
        return False
    return any(need.otherwise and not need.is_met(version) for need in needs)


def _has_bad_word(case: Case, _: int) -> bool:
    """Whether a word of the list is refused alone, or has the sign that stands before the first."""
    first, *rest = case.value.split()
    return _is_refused(case.name, first) or any(word[0] == "~" or _is_refused(case.name, word) for word in rest)


def _is_refused(name: str, value: str) -> bool:
    try:
        catalogue.find(name).kind.normalise(value)
    except ValueError:
        return True
    return False


def _says(*parts: str) -> Callable[[Case, int], bool]:
    """Whether our refusal is for a reason that its sentence names."""

    def holds(case: Case, _: int) -> bool:
        try:
            catalogue.find(case.name).kind.normalise(case.value)
        except ValueError as refusal:
            return any(part in str(refusal) for part in parts)
        return False

    return holds


def _kinds(*kinds: type[Kind]) -> frozenset[str]:
    """The names of the directives of some kinds."""
    return frozenset(row.name for row in catalogue.ROWS if type(row.kind) in kinds)


def _acts_as_root(case: Case, version: int) -> bool:
    """Whether a rule on paths on which systemd acts as root refuses a value that its kind takes."""
    if _is_refused(case.name, case.value):
        return False
    assignments = (Assignment("ExecStart", "/bin/true"), Assignment(case.name, case.value))
    found = rules.judge(UnitFile("unit", target=target(str(version)), assignments=assignments))
    return any(finding.severity == "error" and finding.id in {"P60", "P62", "P63"} for finding in found)


_PREPARED = frozenset({"User", "Group", "SupplementaryGroups", "ReadWritePaths", "ReadWriteDirectories"})

STRICTER = (
    Stricter("An older systemd reads it as something else, without a word.", _means_other),
    Stricter("A misspelt word is dropped without a word, and with it all capabilities, a lock or a ban.", _has_bad_word, frozenset({"CapabilityBoundingSet", "AmbientCapabilities", "SecureBits", "DisableControllers"})),
    Stricter("A misspelt partition or flag is left out since 259, and the policy lets more through.", _says("is not a kind of partition", "is not a flag"), _kinds(values.ImagePolicy)),
    Stricter("A number with a zero before it is octal: 010 is 8.", _has(r"(?<![0-9.])0[0-9]+")),
    Stricter("Quotes, commas, #, blanks and the like become part of an account's name, which then is looked for in vain.", _has(r"[^A-Za-z0-9_.%$@-]"), _kinds(values.AccountName, values.GroupNames)),
    Stricter("A backslash is dropped, or read in another way by each version, and another name is meant.", _has(r"\\"), _kinds(values.Credential, values.CredentialGlob, values.CredentialText, values.EncryptedCredential, values.GroupNames, values.DirectoryNames, values.SocketNames)),
    Stricter("In a directory's name ~ and $ are not expanded, private is taken, and colons mean something else in each version.", _has(r"[~$:]|private"), _kinds(values.DirectoryNames)),
    Stricter("It names nothing, and the setting is emptied or has no effect.", _has(r"^[-,;]+$|^(file|append|truncate):?$|^\"\"$")),
    Stricter("It names the unit itself, which systemd drops.", _has("%n"), _kinds(values.UnitNames)),
    Stricter("No file can have so long a name.", _has("[^/]{256}")),
    Stricter("A number that means nothing to the kernel fails the start.", _has("^[0-9]+$"), frozenset({"CPUSchedulingPolicy", "IOSchedulingClass"})),
    Stricter("The preparation needs a value that only the machine knows.", _has("%[^pinNjSCLtE%]"), _PREPARED | _kinds(values.DirectoryNames)),
    Stricter("systemd would act as root on a path of the system, or on one that only the machine knows.", _acts_as_root),
    Stricter("What a pattern of this sort matches cannot be told without the library, and a bad one is dropped.", _has(r"[(\\]"), _kinds(values.LogPattern)),
    Stricter("A comma in a list, and a quote or a - before a path, is part of the name, which nothing has.", _says("Part names by blanks", "would be part of the path"), _kinds(values.PidFilePath) | {"RestrictFileSystems"}),
)  # fmt: skip

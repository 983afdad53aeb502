"""Control groups: processors and memory nodes, controllers, names of groups and slices (systemd.resource-control(5))."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.values.choices import spell_boolean
from app.values.kind import Kind, Need
from app.values.lexing import RETAINED, extract_words
from app.values.numbers import MAX_CPUS, read_range
from app.values.sentences import did_you_mean, quoted
from app.values.specifiers import NAME_SPECIFIERS, check_specifiers, specifier_needs, with_placeholders

CONTROLLERS: Mapping[str, int] = {
    **dict.fromkeys("cpu cpuacct cpuset io blkio memory devices pids bpf-firewall bpf-devices".split(), 1),
    "bpf-foreign": 249,
    "bpf-socket-bind": 249,
    "bpf-restrict-network-interfaces": 250,
    "bpf-bind-network-interface": 260,
}


@dataclass(frozen=True)
class CpuList(Kind):
    """Numbers of processors or memory nodes and ranges of them, separated by spaces or commas (AllowedCPUs=).

    parse_cpu_set_extend() in src/shared/cpu-set-util.c. systemd expands specifiers since 255.1 and the 252 of the same
    day. A specifier that cannot expand to a number is refused.
    """

    expands = True

    what: str = "processors"
    """The counted things, for a sentence: processors or memory nodes."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract_words(value, " ,")):
            check_specifiers(word)
            ends = read_range(with_placeholders(word))
            if not ends or not all(0 <= end < MAX_CPUS for end in ends):
                raise ValueError(
                    f"“{quoted(word)}” is not a number of {self.what}. Write numbers below {MAX_CPUS} and ranges parted by blanks or commas, for example 0-3 6."
                )
            if ends[0] > ends[1]:
                raise ValueError(f"The range {quoted(word)} ends before it begins. Put the smaller number first.")
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        if "%" in value:
            yield Need(252, f"a specifier among the {self.what}")


@dataclass(frozen=True)
class Controllers(Kind):
    """Control group controllers, separated by spaces (Delegate=, DisableControllers=).

    systemd drops unknown names, without a warning in DisableControllers=.
    """

    switches: bool = False
    """Whether yes and no stand for all controllers and none."""
    quotes: bool = False
    """Whether systemd removes quotes."""

    def check(self, value: str) -> str:
        spelt = spell_boolean(value)
        if self.switches and spelt in {"yes", "no"}:
            return spelt
        for word in self._words(value):
            if word not in CONTROLLERS:
                switches = "yes, no, or " if self.switches else ""
                raise ValueError(
                    f"“{quoted(word)}” is not a controller of control groups.{did_you_mean(word, CONTROLLERS)} Write {switches}names parted by blanks, for example cpu memory pids."
                )
        return value

    def _words(self, value: str) -> list[str]:
        return list(dict.fromkeys(extract_words(value, quotes=self.quotes)))

    def needs(self, value: str) -> Iterator[Need]:
        since = {word: CONTROLLERS.get(word, 1) for word in self._words(value)}
        for word, version in since.items():
            if version > 1:
                # DisableControllers= says nothing of a name that it does not know, as long as it knows another.
                silent = not self.switches and version > min(since.values())
                instead = "it would stay in use" if silent else ""
                yield Need(version, f"the controller {word}", otherwise=instead)

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {"yes": 1, "no": 1, **CONTROLLERS} if self.switches else CONTROLLERS


_RESERVED_GROUPS = ("notify_on_release", "release_agent", "tasks")


@dataclass(frozen=True)
class GroupName(Kind):
    """The name of a control group, without specifiers (DelegateSubgroup=; cg_needs_escape())."""

    def check(self, value: str) -> str:
        controller = value.partition(".")[0]
        if "/" in value or len(value.encode()) > 255 or value in _RESERVED_GROUPS or value[0] in "_.":
            raise ValueError(
                f"“{quoted(value)}” cannot be the name of a control group. Write a name without / that does not begin with _ or a dot, for example supervisor."
            )
        if "." in value and (controller == "cgroup" or controller in CONTROLLERS):
            raise ValueError(
                f"“{quoted(value)}” is what the kernel names its own files like. Write a name that does not begin with {controller}., for example supervisor."
            )
        return value


@dataclass(frozen=True)
class RuleNames(Kind):
    """Names of rules for the out-of-memory killer, parted by blanks (OOMRules=; oomd's .oomrule files)."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract_words(value, backslash=RETAINED)):
            if not word or set(word) & set("/\\\"'*?[") or word in {".", ".."} or len(word.encode()) > 255:
                raise ValueError(
                    f"“{quoted(word)}” cannot be the name of a set of rules. Write names of files without / \\ * ? [ and quotes, parted by blanks."
                )
        return value


_SLICE_STEM = re.compile(r"[A-Za-z0-9:_.\\]+(-[A-Za-z0-9:_.\\]+)*")


@dataclass(frozen=True)
class SliceName(Kind):
    """The name of a slice, its parents before it parted by dashes (Slice=; slice_build_parent_slice())."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value, NAME_SPECIFIERS)
        stem = with_placeholders(value).removesuffix(".slice")
        if not value.endswith(".slice") or len(value) > 255 or not (stem == "-" or _SLICE_STEM.fullmatch(stem)):
            raise ValueError(
                f"“{quoted(value)}” is not the name of a slice. Write letters, digits and single dashes between them with .slice behind them, for example background.slice."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value, NAME_SPECIFIERS)

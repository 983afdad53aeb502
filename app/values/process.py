"""What a process is to the kernel: its priorities, its processors, its memory in a core dump, its machine.

Sources: src/core/load-fragment.c of systemd 247 to 262 and what it calls; systemd.exec(5).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from app.values.choices import Choice, UnsignedInt
from app.values.kind import Kind, Need
from app.values.lexing import raw_words, unquote
from app.values.numbers import MAX_CPUS, number
from app.values.sentences import did_you_mean, one_of, quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders


@dataclass(frozen=True)
class Signed(UnsignedInt):
    """A whole number that may be below nothing (Nice=, OOMScoreAdjust=; safe_atoi() in src/basic/parse-util.c)."""


@dataclass(frozen=True)
class SyslogLevel(Choice):
    """A word of a closed list, or its number (SyslogLevel=; DEFINE_STRING_TABLE_LOOKUP_WITH_FALLBACK())."""

    numbers: Collection[int]
    """The numbers that have a meaning in the kernel."""

    def check(self, value: str) -> str:
        return value if number(value) in self.numbers else super().check(value)


@dataclass(frozen=True)
class CpuAffinity(Kind):
    """Numbers and ranges of CPUs or memory nodes, separated by spaces or commas (CPUAffinity=; parse_cpu_set())."""

    expands = True

    whole: str
    """The word that can replace the numbers."""
    whole_since: int
    """The systemd version that introduced this word."""
    expanded: int
    """The first systemd version that expands specifiers in the numbers."""
    stops: bool = False
    """Whether an older version refuses the whole unit because of a specifier."""

    def check(self, value: str) -> str:
        if value == self.whole:
            return value
        check_specifiers(value)
        words = raw_words(with_placeholders(value), " \t,")
        for word in dict.fromkeys(words):
            self._check_range(unquote(word))
        if not words:
            raise ValueError(
                f"“{quoted(value)}” names none. Write numbers and ranges, for example 0-3 8, or {self.whole}."
            )
        return value

    def _check_range(self, word: str) -> None:
        low, dash, high = word.partition("-")
        first, last = number(low.replace("\\", "")), number(high if dash else low.replace("\\", ""))
        if first is None or last is None or first < 0 or last < 0:
            raise ValueError(
                f"“{quoted(word)}” is neither a number nor a range of numbers. Write for example 0-3 8, or {self.whole}."
            )
        if first > last:
            raise ValueError(f"The range {quoted(word)} ends before it begins. Put the smaller number first.")
        if last >= MAX_CPUS:
            raise ValueError(f"{quoted(word)} is more than systemd counts: the highest number is {MAX_CPUS - 1}.")

    def needs(self, value: str) -> Iterator[Need]:
        if value == self.whole:
            yield Need(self.whole_since, f"the word “{self.whole}”")
        if "%" in value:
            yield Need(self.expanded, "a specifier among these numbers", self.stops)
        yield from specifier_needs(value)

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {self.whole: self.whole_since}


_MAPPINGS = (
    "private-anonymous", "shared-anonymous", "private-file-backed", "shared-file-backed", "elf-headers", "private-huge",
    "shared-huge", "private-dax", "shared-dax", "default", "all",
)  # fmt: skip
_HEXADECIMAL = re.compile(r" *(?:\+?(?:0[xX])?0*[0-9a-fA-F]{1,16}|-(?:0[xX])?0+)")


@dataclass(frozen=True)
class CoredumpFilter(Kind):
    """Kinds of memory by name, and masks to the base 16, parted by blanks (coredump_filter_mask_from_string())."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(value.split()):
            plain = re.sub(r"\\(.)", r"\1", word)
            if plain not in _MAPPINGS and not _HEXADECIMAL.fullmatch(plain):
                raise ValueError(
                    f"“{quoted(word)}” is not a kind of memory.{did_you_mean(word, _MAPPINGS)} Write {one_of(_MAPPINGS)}, or a mask to the base 16, for example 33."
                )
        return value


# architecture_table in src/basic/architecture.c.
_MACHINES = dict.fromkeys(
    (
        "x86-64 x86 arm64 arm arm64-be arm-be alpha arc arc-be cris ia64 m68k mips64-le mips64 mips-le mips nios2 parisc64 "
        "parisc ppc64-le ppc64 ppc ppc-le riscv32 riscv64 s390x s390 sh64 sh sparc64 sparc tilegx "
    ).split(),
    1,
) | {"loongarch64": 250}


@dataclass(frozen=True)
class Personality(Choice):
    """The architecture that uname(2) reports: the machine's own or its 32-bit sibling (personality_from_string()).

    Only the machine knows which architectures these are: x86-64 and x86 on a PC.
    """

    words: Mapping[str, int] = field(default_factory=lambda: _MACHINES)

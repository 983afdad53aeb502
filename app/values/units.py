"""What dependencies and enabling take besides plain lists of units: mounted paths, links, instances (systemd.unit(5))."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import Kind, Need
from app.values.lexing import split_words
from app.values.names import check_unit_name, name_with_placeholders
from app.values.paths import check_absolute, climbing_needs
from app.values.sentences import quoted
from app.values.specifiers import NAME_SPECIFIERS, check_specifiers, specifier_needs, with_placeholders


@dataclass(frozen=True)
class MountPaths(Kind):
    """Absolute paths parted by blanks, quoted where they hold blanks (RequiresMountsFor=; config_parse_unit_mounts_for())."""

    expands = True

    def check(self, value: str) -> str:
        for word in dict.fromkeys(split_words(value)):
            check_absolute(word, climbs=True)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        for word in split_words(value):
            yield from climbing_needs(word)


@dataclass(frozen=True)
class _Installed(Kind):
    """What only systemctl enable reads: nothing is said of it when the unit is loaded (src/shared/install.c)."""

    expands = True

    def needs(self, value: str) -> Iterator[Need]:
        for need in specifier_needs(value, NAME_SPECIFIERS):
            yield need._replace(otherwise="enabling it would fail")


@dataclass(frozen=True)
class InstallNames(_Installed):
    """Units that get a link to this one, parted by blanks; quotes may stand around them (WantedBy=; config_parse_strv())."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(_quoted_words(value)):
            if word != "%n":
                check_unit_name(word)
        return value


@dataclass(frozen=True)
class Aliases(_Installed):
    """Further names of a unit, with its suffix, or links in old style: NAME.wants/%n (Alias=; unit_file_verify_alias())."""

    suffix: str = "service"
    revalidates_expanded = False

    def check(self, value: str) -> str:
        for word in dict.fromkeys(_quoted_words(value)):
            directory, slash, link = word.rpartition("/")
            if slash:
                self._check_link(directory, link)
                continue
            check_unit_name(word)
            if "@" in word or not name_with_placeholders(word).endswith(f".{self.suffix}"):
                raise ValueError(
                    f"“{quoted(word)}” cannot be another name of a {self.suffix}: it has to end in .{self.suffix} and be no template. Write for example myapp2.{self.suffix}."
                )
        return value

    @staticmethod
    def _check_link(directory: str, link: str) -> None:
        unit, _, kind = directory.rpartition(".")
        if kind not in {"wants", "requires"} or link != "%n":
            raise ValueError(
                f"“{quoted(f'{directory}/{link}')}” is a path. Write a name without / in it, and what shall start the unit in WantedBy= or RequiredBy=."
            )
        if unit != "%n":
            check_unit_name(unit)


@dataclass(frozen=True)
class UnitFileNames(_Installed):
    """Units that are enabled and disabled with this one, parted by blanks: no quotes, and a backslash is written twice
    (Also=; config_parse_also()).
    """

    def check(self, value: str) -> str:
        for word in dict.fromkeys(value.split(" ")):
            if "\\" in word.replace("\\\\", ""):
                raise ValueError(
                    f"systemd takes a backslash in “{quoted(word)}” as an escape and drops it. Write two of them."
                )
            if word not in {"", "%n"}:
                check_unit_name(word.replace("\\\\", "\\"))
        return value


_INSTANCE = re.compile(r"[A-Za-z0-9:_.\\@-]{1,255}")


@dataclass(frozen=True)
class DefaultInstanceName(_Installed):
    """The instance of a template, what stands between @ and the suffix (DefaultInstance=; unit_instance_is_valid())."""

    def check(self, value: str) -> str:
        check_specifiers(value, NAME_SPECIFIERS)
        if not _INSTANCE.fullmatch(with_placeholders(value.replace("%i", ""))):
            raise ValueError(
                f"“{quoted(value)}” cannot be an instance. Write letters, digits and : - _ . \\ @, without blanks and quotes, for example tty1."
            )
        return value


def _quoted_words(value: str) -> list[str]:
    """The words of config_parse_strv(): quotes are taken off, backslashes stay (EXTRACT_UNQUOTE, EXTRACT_RETAIN_ESCAPE)."""
    return split_words(value.replace("\\", "\\\\"))

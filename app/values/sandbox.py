"""What stands between a service and the system: names, labels, file systems, interfaces, delegated rights."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.values.allow_lists import WordList
from app.values.choices import Boolean, spell_boolean
from app.values.kind import Kind, Need
from app.values.lexing import extract_words
from app.values.network import is_index
from app.values.numbers import share, size
from app.values.paths import check_absolute, climbing_needs
from app.values.sentences import did_you_mean, quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

_LABEL = "[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


@dataclass(frozen=True)
class HostnameProtection(Boolean):
    """yes, no or private, the first and the last with a host name of its own behind them (ProtectHostname=).

    Source: config_parse_protect_hostname(), hostname_is_valid().
    """

    expands = True

    def check(self, value: str) -> str:
        word, colon, name = value.partition(":")
        if not colon:
            return super().check(value)
        if spell_boolean(word) not in {"yes", "private"}:
            raise ValueError(
                f"“{quoted(word)}” takes no host name behind it. Write private:{quoted(name)} or yes:{quoted(name)}."
            )
        check_specifiers(name)
        sample = with_placeholders(name)
        if len(sample) > 64 or not _HOST_NAME.fullmatch(sample):
            raise ValueError(
                f"“{quoted(name)}” is not a host name. Use up to 64 ASCII letters, digits, and - and . between them, for example private:myapp."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        word, colon, name = value.partition(":")
        if colon:
            yield Need(258, "a host name of its own")
            yield from specifier_needs(name)
        else:
            yield from super().needs(word)


@dataclass(frozen=True)
class SystemPath(Kind):
    """One absolute path, unquoted and without a prefix (config_parse_unit_path_printf(), src/core/load-fragment.c)."""

    expands = True

    refused: bool = False
    """Whether systemd refuses the unit if it cannot read the path, instead of ignoring the line."""

    def check(self, value: str) -> str:
        return check_absolute(value, climbs=True)

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value, refused=self.refused)
        yield from climbing_needs(value, refused=self.refused)


@dataclass(frozen=True)
class SearchPath(Kind):
    """Absolute paths parted by colons (ExecSearchPath=; config_parse_colon_separated_paths())."""

    expands = True

    def check(self, value: str) -> str:
        for path in dict.fromkeys(extract_words(value, ":", quotes=False, coalesce=False)):
            check_absolute(path, climbs=True)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        for path in extract_words(value, ":", quotes=False, coalesce=False):
            yield from specifier_needs(path)
            yield from climbing_needs(path)


@dataclass(frozen=True)
class SecurityLabel(Kind):
    """The name of a profile or label, with “-” before it where it may be missing (AppArmorProfile=, SELinuxContext=)."""

    expands = True

    def check(self, value: str) -> str:
        name = value.removeprefix("-")
        if not name:
            raise ValueError("There is no name behind the -. Write one, for example -myapp.")
        check_specifiers(name)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value, refused=not value.startswith("-"))


@dataclass(frozen=True)
class DelegatedNamespaces(WordList):
    """Kinds of namespaces, user only among those left out (DelegateNamespaces=; config_parse_namespace_flags())."""

    def plain(self, word: str, denies: bool) -> str:
        if word == "user" and not denies:
            raise ValueError("User namespaces cannot be delegated. Leave user out, or write yes for all others.")
        return super().plain(word, denies)

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {word: since for word, since in super().suggestions.items() if word != "user"}


_INTERFACE = re.compile("(?![.]{1,2}$|all$|default$|[0-9]+$)[!-$&-.0-9;-~]{1,127}", re.ASCII)


@dataclass(frozen=True)
class InterfaceList(Kind):
    """Names of network interfaces parted by blanks, “~” before the whole turns the list round (RestrictNetworkInterfaces=).

    Source: config_parse_restrict_network_interfaces(), ifname_valid_full() in src/basic/socket-util.c.
    """

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract_words(value.removeprefix("~"))):
            if not _INTERFACE.fullmatch(word) or is_index(word):
                raise ValueError(
                    f"“{quoted(word)}” is not the name of a network interface. Write names of up to 127 signs without / : %, for example eth0."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if any(len(word) > 15 for word in extract_words(value.removeprefix("~"))):
            yield Need(256, "the name of an interface of more than 15 signs")


FILE_SYSTEM_GROUPS = tuple(
    f"@{name}"
    for name in (
        "anonymous application auxiliary-api basic-api common-block historical-block known network privileged-api security temporary "
    ).split()
)


@dataclass(frozen=True)
class FileSystems(Kind):
    """Names of file systems and @groups parted by blanks, “~” before the whole turns the list round (RestrictFileSystems=).

    Which names there are, the kernel knows (src/core/bpf-restrict-fs.c).
    """

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract_words(value.removeprefix("~"))):
            if "," in word or not word:
                raise ValueError(
                    f"“{quoted(word)}” is not the name of a file system. Part names by blanks: ext4 tmpfs."
                )
            if word.startswith("@") and word not in FILE_SYSTEM_GROUPS:
                raise ValueError(
                    f"“{quoted(word)}” is not a group of file systems that systemd knows.{did_you_mean(word, FILE_SYSTEM_GROUPS)} Write for example @basic-api."
                )
        return value

    @property
    def suggestions(self) -> Mapping[str, int]:
        return dict.fromkeys(FILE_SYSTEM_GROUPS, 1)


@dataclass(frozen=True)
class BpfDelegation(Kind):
    """Words parted by commas, or any (BPFDelegateCommands=; bpf_delegate_from_string() in src/core/namespace.c)."""

    words: Mapping[str, int] = field(default_factory=dict)

    def check(self, value: str) -> str:
        words = extract_words(value, ",", quotes=False)
        for word in dict.fromkeys(words if value != "any" else []):
            if word not in self.words:
                raise ValueError(
                    f"“{quoted(word)}” is not a word that systemd knows here.{did_you_mean(word, self.words)} Write any, or words parted by commas without blanks, for example {next(iter(self.words))}."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        for word in extract_words(value, ",", quotes=False):
            since = self.words.get(word, 1)
            if since > 258:
                yield Need(since, f"“{word}”")

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {"any": 258, **self.words}


@dataclass(frozen=True)
class DirectoryQuota(Kind):
    """off, a share of the file system, or an amount in bytes, K, M, G, T (StateDirectoryQuota=; config_parse_exec_quota())."""

    def check(self, value: str) -> str:
        part = share(value)
        if value != "off" and (part is None or part.permyriads > 10_000) and size(value) is None:
            raise ValueError(
                f"“{quoted(value)}” is not a limit for a directory. Write bytes or K, M, G, T (512M), a percentage up to 100 % (20%), or off."
            )
        return value

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {"off": 258}

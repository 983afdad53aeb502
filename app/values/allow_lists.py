"""Lists that allow or deny: capabilities, system calls, address families, namespaces, architectures, addresses."""

import errno
import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.values.choices import spell_boolean
from app.values.kind import Kind, Need
from app.values.lexing import extract_words
from app.values.numbers import number
from app.values.sentences import did_you_mean, quoted


@dataclass(frozen=True)
class WordList(Kind):
    """Known words, separated by spaces. Quoted, escaped and numeric spellings become the plain word."""

    what: str
    """The name of one word in a sentence."""
    words: Mapping[str, int]
    """The words, each with the systemd version that introduced it."""
    inverts: bool = False
    """Whether “~” before the value inverts the list."""
    alone: Mapping[str, int] = field(default_factory=dict)
    """Words that must be the only one in the value, each with the systemd version that introduced it."""
    folds: bool = False
    """Whether systemd ignores the case of the words."""
    example: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of these words, each with the word that it means."""
    quotes: bool = False
    """Whether systemd removes quotes around words (EXTRACT_UNQUOTE)."""
    numbered: bool = False
    """Whether a word can be given by its position in the list."""

    def check(self, value: str) -> str:
        if spell_boolean(value) in self.alone:
            return spell_boolean(value)
        sign = "~" if self.inverts and value.startswith("~") else ""
        words = extract_words(value.removeprefix(sign), quotes=self.quotes)
        plain = [self.plain(word, bool(sign)) for word in words]
        return value if plain == value.removeprefix(sign).split() else sign + " ".join(plain)

    def plain(self, word: str, denies: bool) -> str:
        """A word as it is written; ValueError for one that systemd does not know. denies: whether “~” stands before the list."""
        found = self._numbered(word) if self.numbered else word
        if self._fold(found) not in self._known:
            raise ValueError(self._refusal(word))
        return found

    def _numbered(self, word: str) -> str:
        """The word that a number stands for (capability_from_name())."""
        place = number(word) if word[:1] in {*"+-0123456789"} else None
        return list(self.words)[place] if place is not None and 0 <= place < len(self.words) else word

    def _refusal(self, word: str) -> str:
        if "," in word:
            return f"“{quoted(word)}” has a comma, and systemd would drop it. Part the words by blanks."
        if word in self.alone:
            return f"“{word}” stands for itself only. Write {word} alone, or leave it out."
        meant = self.aliases.get(word.lower(), "")
        hint = f" Did you mean “{meant}”?" if meant else did_you_mean(word, [*self.words, *self.alone])
        example = self.example or next(iter(self.words))
        return f"“{quoted(word)}” is not {self.what} that systemd knows.{hint} Write for example {example}."

    def _fold(self, word: str) -> str:
        return word.lower() if self.folds and word.isascii() else word

    @cached_property
    def _known(self) -> Mapping[str, int]:
        return {self._fold(word): since for word, since in self.words.items()}

    def needs(self, value: str) -> Iterator[Need]:
        for word in dict.fromkeys(extract_words(value.removeprefix("~"), quotes=self.quotes)):
            since = self._known.get(self._fold(word)) or self.alone.get(word, 1)
            if since > 1:
                yield Need(since, f"“{word}”")

    def readable(self, value: str, version: int) -> str:
        """The list without the words that are too new."""
        sign = "~" if self.inverts and value.startswith("~") else ""
        words = value.removeprefix(sign).split()
        kept = [word for word in words if all(need.is_met(version) for need in self.needs(sign + word))]
        return sign + " ".join(kept) if kept else ""

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {**self.words, **self.alone}


CAPABILITIES = {
    f"CAP_{name}": 1
    for name in (
        "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE "
        "NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT "
        "SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE "
        "AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ "
        "PERFMON BPF CHECKPOINT_RESTORE "
    ).split()
}

# Where a name depends on the libraries systemd was built with, its number is of the first Debian release that took it.
ADDRESS_FAMILIES = {
    f"AF_{name}": 1
    for name in (
        "UNIX INET INET6 NETLINK PACKET LOCAL ALG APPLETALK ASH ATMPVC ATMSVC AX25 BLUETOOTH BRIDGE CAIF CAN DECnet "
        "ECONET FILE IB IEEE802154 IPX IRDA ISDN IUCV KCM KEY LLC MPLS NETBEUI NETROM NFC PHONET PPPOX QIPCRTR RDS "
        "ROSE ROUTE RXRPC SECURITY SMC SNA TIPC VSOCK WANPIPE X25 XDP "
    ).split()
} | {"AF_MCTP": 252}

ARCHITECTURES = dict.fromkeys(
    (
        "native x86-64 x86 x32 arm arm64 mips mips64 mips64-n32 mips-le mips64-le mips64-le-n32 "
        "ppc ppc64 ppc64-le riscv64 s390 s390x "
    ).split(),
    1,
) | {"parisc": 252, "parisc64": 252, "loongarch64": 257}

ARCHITECTURE_ALIASES = {
    "amd64": "x86-64",
    "x86_64": "x86-64",
    "x64": "x86-64",
    "i386": "x86",
    "i686": "x86",
    "aarch64": "arm64",
    "armhf": "arm",
    "ppc64el": "ppc64-le",
}

NAMESPACES = dict.fromkeys(["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"], 1) | {"time": 252}

_ERRNO_MAX = 4095
_ERRORS = frozenset(name for name in vars(errno) if name.startswith("E")) | {"EHWPOISON", "ERFKILL"}


def is_error(text: str) -> bool:
    """Whether systemd takes it as the name of an error, in any case, or its number, 0 included (parse_errno(), src/basic/parse-util.c)."""
    code = None if _is_named(text) else number(text)
    return _is_named(text) or (code is not None and 0 <= code <= _ERRNO_MAX)


def _is_named(text: str) -> bool:
    return text.isascii() and text.upper() in _ERRORS


@dataclass(frozen=True)
class SystemCalls(WordList):
    """System calls and @groups; “~” before the whole denies them, then each may name its error (SystemCallFilter=)."""

    inverts: bool = True
    example: str = "@system-service"

    def plain(self, word: str, denies: bool) -> str:
        name, colon, error = word.partition(":")
        super().plain(name, denies)
        if colon and error != "kill" and not is_error(error):
            raise ValueError(f"“{quoted(error)}” is not the name of an error. Write for example {name}:EPERM.")
        return word

    def needs(self, value: str) -> Iterator[Need]:
        denies = value.startswith("~")
        for word in dict.fromkeys(extract_words(value.removeprefix("~"), quotes=False)):
            name, colon, error = word.partition(":")
            yield from super().needs(name)
            if colon and denies:
                yield Need(247 if error == "kill" else 236, f"“{word}”")
            elif colon:
                # Since systemd 248 only a list that denies may name an error.
                yield Need(1, f"the error of “{word}”, in a list that allows,", removed_in=248)


@dataclass(frozen=True)
class SystemError(Kind):
    """What a denied system call answers: the name of an error or its number, or kill (SystemCallErrorNumber=)."""

    def check(self, value: str) -> str:
        if value != "kill" and not (is_error(value) and (_is_named(value) or number(value))):
            raise ValueError(
                f"“{quoted(value)}” is not the name of an error.{did_you_mean(value, [*_ERRORS, 'kill'])} Write for example EPERM, or kill."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if value == "kill":
            yield Need(247, "“kill”")

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {"EPERM": 1, "EACCES": 1, "kill": 247}


_ADDRESS_WORDS = ("any", "localhost", "link-local", "multicast")
_LOCALHOST = re.compile(r"(?:.*\.)?localhost(?:\.localdomain)?\.?", re.IGNORECASE | re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class Addresses(Kind):
    """IP addresses with an optional prefix length, or words for common ones (IPAddressAllow=; systemd.resource-control(5)).

    Escapes, other names of localhost (is_localhost(), src/basic/hostname-util.c) and other forms of a length are written plainly.
    """

    def check(self, value: str) -> str:
        words = extract_words(value, quotes=False)
        plain = {word: self._plain(word) for word in dict.fromkeys(words)}
        return (
            value
            if all(word == text for word, text in plain.items()) and "\\" not in value
            else " ".join(plain[word] for word in words)
        )

    def _plain(self, word: str) -> str:
        """A word as it is written; ValueError for one that is no address."""
        address, slash, length = word.partition("/")
        if word in _ADDRESS_WORDS:
            return word
        if _LOCALHOST.fullmatch(word):
            return "localhost"
        bits = number(length) if slash else 0
        if not address.isascii() or "%" in address or bits is None or not 0 <= bits <= self._length(address):
            raise ValueError(
                f"“{quoted(word)}” is not an IP address.{did_you_mean(word, _ADDRESS_WORDS)} Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read."
            )
        return f"{address}/{bits}" if slash else word

    @staticmethod
    def _length(address: str) -> int:
        """The bits of an address, -1 for what is none."""
        try:
            return ipaddress.ip_address(address).max_prefixlen
        except ValueError:
            return -1

    @property
    def suggestions(self) -> Mapping[str, int]:
        return dict.fromkeys(_ADDRESS_WORDS, 1)

"""Lists that allow or deny: capabilities, system calls, address families, namespaces, architectures, addresses."""

import errno
import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.values.text import Kind, Need, nearest, plain_words, shown
from app.values.words import spell_boolean


@dataclass(frozen=True)
class WordList(Kind):
    """Known words parted by blanks.

    words: each with the systemd version that brought it. inverts: “~” before the whole turns the list round.
    alone: words that stand for themselves only, with their version. folds: upper and lower case are the same.
    aliases: names that others have for these words, each with the word it means. systemd would take quotes around some of these words; nobody needs them.
    """

    what: str
    words: Mapping[str, int]
    inverts: bool = False
    alone: Mapping[str, int] = field(default_factory=dict)
    folds: bool = False
    example: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)

    def check(self, value: str) -> str:
        if spell_boolean(value) in self.alone:
            return spell_boolean(value)
        listed = value.removeprefix("~") if self.inverts else value
        for word in plain_words(listed):
            if self._fold(word) not in self._known:
                raise ValueError(self._refusal(word))
        return value

    def _refusal(self, word: str) -> str:
        if "," in word:
            return f"“{shown(word)}” has a comma, and systemd would drop it. Part the words by blanks."
        if word in self.alone:
            return f"“{word}” stands for itself only. Write {word} alone, or leave it out."
        meant = self.aliases.get(word.lower(), "")
        hint = f" Did you mean “{meant}”?" if meant else nearest(word, [*self.words, *self.alone])
        example = self.example or next(iter(self.words))
        return f"“{shown(word)}” is not {self.what} that systemd knows.{hint} Write for example {example}."

    def _fold(self, word: str) -> str:
        return word.casefold() if self.folds else word

    @property
    def _known(self) -> Mapping[str, int]:
        return {word.casefold(): since for word, since in self.words.items()} if self.folds else self.words

    def needs(self, value: str) -> Iterator[Need]:
        known = {**self._known, **self.alone}
        for word in plain_words(value.removeprefix("~")):
            since = known.get(self._fold(word), 1)
            if since > 1:
                yield Need(since, f"“{word}”")

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


def _is_error(text: str) -> bool:
    """Whether systemd takes it as the answer to a denied call: kill, the name of an error, or its number."""
    if re.fullmatch(r"0|[1-9][0-9]{0,3}", text):
        return int(text) <= _ERRNO_MAX
    return text == "kill" or text in errno.errorcode.values() or text in {"EWOULDBLOCK", "ENOTSUP", "EDEADLOCK"}


@dataclass(frozen=True)
class SystemCalls(WordList):
    """System calls and @groups; “~” before the whole denies them, then each may name its error (SystemCallFilter=)."""

    inverts: bool = True
    example: str = "@system-service"

    def check(self, value: str) -> str:
        denies = value.startswith("~")
        for word in plain_words(value.removeprefix("~")):
            name, colon, error = word.partition(":")
            if name not in self.words:
                raise ValueError(self._refusal(name))
            if colon and not denies:
                raise ValueError(
                    f"An error belongs to a list that denies. Write {name} alone, or begin the line with ~."
                )
            if colon and not _is_error(error):
                raise ValueError(f"“{shown(error)}” is not the name of an error. Write for example {name}:EPERM.")
        return value

    def needs(self, value: str) -> Iterator[Need]:
        for word in plain_words(value.removeprefix("~")):
            name, colon, error = word.partition(":")
            yield from super().needs(name)
            if colon:
                yield Need(247 if error == "kill" else 236, f"“{word}”")


_ADDRESS_WORDS = ("any", "localhost", "link-local", "multicast")


@dataclass(frozen=True)
class Addresses(Kind):
    """IP addresses with an optional prefix length, or words for common ones (IPAddressAllow=; systemd.resource-control(5))."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(plain_words(value)):
            if word not in _ADDRESS_WORDS and not self._is_prefix(word):
                raise ValueError(
                    f"“{shown(word)}” is not an IP address.{nearest(word, _ADDRESS_WORDS)} Write for example 10.0.0.0/8, 2001:db8::/32, localhost or any; names of hosts are not read."
                )
        return value

    @staticmethod
    def _is_prefix(word: str) -> bool:
        address, slash, length = word.partition("/")
        if "%" in address:
            return False
        try:
            longest = ipaddress.ip_address(address).max_prefixlen
        except ValueError:
            return False
        return not slash or (re.fullmatch("0|[1-9][0-9]{0,2}", length) is not None and int(length) <= longest)

    @property
    def suggestions(self) -> Mapping[str, int]:
        return dict.fromkeys(_ADDRESS_WORDS, 1)

"""Disk images: where they are shown, which of their partitions are used, and how."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import FOREVER, Kind, Need
from app.values.lexing import DECODED, RETAINED, extract_words, first_word
from app.values.paths import check_absolute, climbing_needs, is_within, simplify
from app.values.sentences import did_you_mean, one_of, quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders
from app.values.streams import base64_needs, check_base64

# Partitions by name, and the versions that know them (partition_designator_from_string(), src/shared/gpt.c).
_BY_253 = "root-secondary usr-secondary root-secondary-verity usr-secondary-verity".split()
_250_TO_253 = (
    "root-other usr-other root-other-verity usr-other-verity root-secondary-verity-sig root-other-verity-sig "
    "usr-secondary-verity-sig usr-other-verity-sig"
).split()
PARTITIONS = (
    dict.fromkeys("root usr home srv esp xbootldr swap root-verity usr-verity tmp var".split(), (1, FOREVER))
    | dict.fromkeys(["root-verity-sig", "usr-verity-sig"], (250, FOREVER))
    | dict.fromkeys(_BY_253, (1, 253))
    | dict.fromkeys(_250_TO_253, (250, 253))
)


def _check_partition(name: str) -> None:
    if name not in PARTITIONS:
        raise ValueError(
            f"“{quoted(name)}” is not a kind of partition that systemd knows.{did_you_mean(name, PARTITIONS)} Write for example root, usr, home or var."
        )


def _partition_needs(name: str) -> Iterator[Need]:
    since, gone = PARTITIONS.get(name, (1, FOREVER))
    if (since, gone) != (1, FOREVER):
        yield Need(since, f"the partition “{name}”", removed_in=gone)


def _parts(word: str) -> list[str]:
    """The parts of a word between colons, several of which count as one."""
    return extract_words(word, ":", quotes=False, backslash=DECODED)


def _pairs(parts: list[str]) -> Iterator[tuple[str, str]]:
    """Partitions and their options; the last options may stand alone, for the root partition."""
    for at in range(0, len(parts), 2):
        yield (parts[at], parts[at + 1]) if at + 1 < len(parts) else ("root", parts[at])


def _check_options(pairs: Iterator[tuple[str, str]]) -> None:
    for partition, options in pairs:
        _check_partition(partition)
        check_specifiers(options)


def _options_needs(pairs: Iterator[tuple[str, str]]) -> Iterator[Need]:
    for partition, options in pairs:
        yield from _partition_needs(partition)
        yield from specifier_needs(options)


@dataclass(frozen=True)
class ImageOptions(Kind):
    """[PARTITION:]OPTIONS, parted by blanks: mount options of an image (RootImageOptions=; strv_split_colon_pairs())."""

    expands = True

    def check(self, value: str) -> str:
        for parts in self._words(value):
            if len(parts) > 2:
                raise ValueError(
                    f"“{quoted(':'.join(parts))}” has more than one colon. Write PARTITION:OPTIONS, pairs parted by blanks: root:ro home:nosuid."
                )
            _check_options(_pairs(parts))
        return value

    def needs(self, value: str) -> Iterator[Need]:
        for parts in self._words(value):
            yield from _options_needs(_pairs(parts))

    @staticmethod
    def _words(value: str) -> Iterator[list[str]]:
        return (_parts(word) for word in dict.fromkeys(extract_words(value, backslash=RETAINED)))


_BELOW_KERNEL = ("/proc", "/sys", "/dev")


@dataclass(frozen=True)
class Images(Kind):
    """SOURCE[:DESTINATION][:PARTITION:OPTIONS…], separated by spaces. “-” before a source allows it to be missing.

    config_parse_mount_images() and config_parse_extension_images() in src/core/load-fragment.c.
    """

    expands = True

    mounted: bool = False
    """Whether each image has a destination (MountImages=) or none has (ExtensionImages=)."""

    def check(self, value: str) -> str:
        for parts in self._words(value):
            check_absolute(parts[0].removeprefix("-"), "image", climbs=True)
            if self.mounted and len(parts) < 2:
                raise ValueError(
                    f"“{quoted(parts[0])}” has no destination. Write IMAGE:PATH, for example /srv/data.raw:/data."
                )
            for destination in self._destinations(parts):
                check_absolute(destination, "destination", climbs=True)
            _check_options(self._pairs(parts))
        return value

    def needs(self, value: str) -> Iterator[Need]:
        for parts in self._words(value):
            for path in (parts[0].removeprefix("-"), *self._destinations(parts)):
                yield from specifier_needs(path)
                yield from climbing_needs(path)
                yield from self._kernel_needs(simplify(with_placeholders(path)))
            yield from _options_needs(self._pairs(parts))

    def sources(self, value: str) -> Iterator[str]:
        """The images of a line, without the prefix “-”, specifiers as written."""
        return (parts[0].removeprefix("-") for parts in self._words(value))

    def destinations(self, value: str) -> Iterator[str]:
        """The paths over which the images of a line are mounted, specifiers as written."""
        return (path for parts in self._words(value) for path in self._destinations(parts))

    def _kernel_needs(self, path: str) -> Iterator[Need]:
        """Since 256 images are not below the kernel's own trees; those of MountImages= may be below /dev (since 257)."""
        below = next((tree for tree in _BELOW_KERNEL if is_within(path, tree)), "")
        if below and not (self.mounted and below == "/dev"):
            yield Need(1, f"a path below {below}", removed_in=256)

    def _destinations(self, parts: list[str]) -> list[str]:
        return parts[1:2] if self.mounted else []

    def _pairs(self, parts: list[str]) -> Iterator[tuple[str, str]]:
        return _pairs(parts[2 if self.mounted else 1 :])

    @staticmethod
    def _words(value: str) -> Iterator[list[str]]:
        """The parts of each word; one without any (a colon alone) does not count."""
        return filter(None, (_parts(word) for word in dict.fromkeys(extract_words(value, backslash=RETAINED))))


# Those that are no older than the directive (254) stand first.
_POLICY_FLAGS = dict.fromkeys(
    "verity signed encrypted unprotected unused absent open ignore read-only-on read-only-off growfs-on growfs-off".split(),
    254,
) | dict.fromkeys("encryptedwithintegrity btrfs erofs ext4 f2fs squashfs vfat xfs".split(), 260)


@dataclass(frozen=True)
class ImagePolicy(Kind):
    """PARTITION=FLAG+FLAG, parted by colons, or * ~ - for all of them (RootImagePolicy=; systemd.image-policy(7)).

    Since 259 systemd leaves an unknown partition or flag out without a word; what it would leave out is refused here
    (image_policy_from_string(), src/shared/image-policy.c).
    """

    def check(self, value: str) -> str:
        seen: set[str] = set()
        for partition, flags in [] if value in {"*", "~", "-"} else _rules(value):
            if partition:
                _check_policy_partition(partition)
            if partition in seen:
                raise ValueError(f"“{quoted(partition)}=” stands here twice. Write all flags of a partition once.")
            seen.add(partition)
            for flag in flags:
                if flag not in _POLICY_FLAGS:
                    raise ValueError(
                        f"“{quoted(flag)}” is not a flag that systemd knows.{did_you_mean(flag, _POLICY_FLAGS)} Write for example root=verity+signed."
                    )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if value in {"*", "~", "-"}:
            return
        for _, flags in _rules(value):
            for flag in flags:
                if _POLICY_FLAGS.get(flag, 0) > 254:
                    yield Need(259, f"the flag “{flag}”", refused=True)
                    yield Need(260, f"the flag “{flag}”", otherwise="it would be left out")


def _check_policy_partition(name: str) -> None:
    if PARTITIONS.get(name, (1, 1))[1] != FOREVER:
        known = [partition for partition, (_, gone) in PARTITIONS.items() if gone == FOREVER]
        raise ValueError(
            f"“{quoted(name)}” is not a kind of partition that systemd knows.{did_you_mean(name, known)} It knows {one_of(known)}."
        )


def _rules(value: str) -> Iterator[tuple[str, list[str]]]:
    """The partitions of a policy, "" for all others, with their flags."""
    for rule in extract_words(value, ":", quotes=False, coalesce=False):
        partition, flags = first_word(rule, "=")
        if flags is None:
            raise ValueError(f"“{quoted(rule)}” has no “=”. Write PARTITION=FLAGS, for example root=verity+signed.")
        flags = flags.strip(" ")
        words = [] if flags in {"", "-"} else extract_words(flags, "+", quotes=False, coalesce=False)
        yield partition.strip(" "), [word.strip(" ") for word in words]


@dataclass(frozen=True)
class RootHash(Kind):
    """A root hash in hexadecimal digits, or the absolute path of a file with it (RootHash=; config_parse_exec_root_hash())."""

    def check(self, value: str) -> str:
        digits = value.replace(" ", "")
        is_hash = re.fullmatch("[0-9A-Fa-f]{32,}", digits) and len(digits) % 2 == 0
        if not is_hash and not value.startswith("/"):
            raise ValueError(
                f"“{quoted(value)}” is not a root hash. Write an even number of hexadecimal digits, 32 or more, or the absolute path of a file."
            )
        return value


@dataclass(frozen=True)
class RootHashSignature(Kind):
    """base64: and the signature of a root hash, or the absolute path of a file with it (RootHashSignature=)."""

    def check(self, value: str) -> str:
        text = value.removeprefix("base64:")
        if not value.startswith("/") and text == value:
            raise ValueError(
                f"“{quoted(value)}” is not a signature. Write base64: and its text, padded with = to groups of four, or the absolute path of a file."
            )
        if text != value:
            check_base64(text)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        if not value.startswith("/"):
            yield from base64_needs(value.removeprefix("base64:"))

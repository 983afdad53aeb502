"""Paths: single ones, lists with prefixes, mounts, names of managed directories, where output goes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.values.text import (
    Kind,
    Need,
    check_specifiers,
    imagine,
    nearest,
    one_of,
    raw_words,
    shown,
    specifier_needs,
    split_words,
    unquote,
)

# Most paths and names are like this, and a line may hold thousands.
_PLAIN_PATH = re.compile("/[A-Za-z0-9_/-]{0,200}")
_PLAIN_NAME = re.compile("(?!private)[A-Za-z0-9_-]{1,200}")


def check_absolute(path: str, what: str = "path") -> str:
    """An absolute path that systemd's path_simplify_and_warn() takes; ValueError else. %t and the like may begin it."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    check_specifiers(path)
    imagined = imagine(path)
    if not imagined.startswith("/"):
        raise ValueError(f"The {what} “{shown(path)}” is not absolute. Begin it with /, for example /srv/myapp.")
    if ".." in imagined.split("/"):
        raise ValueError(f"The {what} “{shown(path)}” goes through “..”, which systemd refuses. Write it in full.")
    check_length(path)
    return path


def check_length(path: str) -> None:
    """ValueError for a path that no file can have (PATH_MAX and NAME_MAX in limits.h)."""
    if len(path) > 63 and (len(path.encode()) > 4095 or any(len(part.encode()) > 255 for part in path.split("/"))):
        raise ValueError("The path is longer than a path can be (4095 bytes, 255 a part). Use a shorter one.")


def simplify(path: str) -> str:
    """The path without doubled slashes, “.” parts and a trailing slash, as path_simplify() leaves it."""
    parts = [part for part in path.split("/") if part not in {"", "."}]
    return ("/" if path.startswith("/") else "") + "/".join(parts)


def _refuse_quotes(value: str) -> None:
    if value[0] in "\"'":
        raise ValueError(
            "systemd reads no quotes here: they would be part of the path. Write the path alone; blanks in it need nothing."
        )


@dataclass(frozen=True)
class FilePath(Kind):
    """One absolute path, unquoted; “-” before it where a missing file is fine (EnvironmentFile=)."""

    expands = True

    def check(self, value: str) -> str:
        path = value.removeprefix("-")
        _refuse_quotes(path or "x")
        check_absolute(path)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


@dataclass(frozen=True)
class PidFile(FilePath):
    """The file with a daemon's process number, unquoted; without / before it, it is below /run (PIDFile=)."""

    def check(self, value: str) -> str:
        if value.startswith("-"):
            raise ValueError("PIDFile= reads no - before its path: it would be part of the path. Leave it out.")
        if is_within(simplify(value), "/var/run"):
            right = f"/run{simplify(value).removeprefix('/var/run')}"
            raise ValueError(
                f"/var/run is the old name of /run, and systemd would say so at every start. Write {shown(right)}."
            )
        super().check(value if imagine(value).startswith(("/", '"', "'")) else f"/run/{value}")
        return value


@dataclass(frozen=True)
class Directory(FilePath):
    """One absolute path, unquoted, or ~ for the user's home; “-” before it where it may be missing (WorkingDirectory=)."""

    def check(self, value: str) -> str:
        return value if value.removeprefix("-") == "~" else super().check(value)


def _refuse_split_specifier(value: str) -> None:
    """ValueError for a percent sign before a quote: what is read behind it becomes a specifier once the quote is off."""
    if re.search("%[\"']", value):
        raise ValueError("A percent sign stands before a quote. For a literal one write “%%”.")


@dataclass(frozen=True)
class Paths(Kind):
    """Absolute paths parted by blanks, quoted where they hold blanks, with “-” and “+” before them (ReadWritePaths=)."""

    expands = True

    def check(self, value: str) -> str:
        _refuse_split_specifier(value)
        for word in dict.fromkeys(split_words(value)):
            check_absolute(self.strip_prefixes(word))
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        if any(word.removeprefix("-").startswith("+") for word in split_words(value)):
            yield Need(233, "the prefix + of a path")

    @staticmethod
    def strip_prefixes(word: str) -> str:
        """The path of a word: “-” (may be missing), then “+” (below RootDirectory=), taken off."""
        return word.removeprefix("-").removeprefix("+")


@dataclass(frozen=True)
class Binds(Kind):
    """SOURCE[:DESTINATION[:rbind|norbind]], parted by blanks; “-” before a source that may be missing (BindPaths=)."""

    expands = True

    def check(self, value: str) -> str:
        if "\\" in value:
            raise ValueError(
                "Versions of systemd read a backslash here in different ways. Write paths without it, in quotes where they hold blanks."
            )
        words = raw_words(value, coalesce=False)
        if "" in words:
            raise ValueError("systemd reads an empty path between two blanks here. Leave one blank between the paths.")
        for word in dict.fromkeys(words):
            source, *rest = (unquote(part) for part in raw_words(word, ":", coalesce=False))
            if any(":" in part for part in (source, *rest)):
                raise ValueError(
                    'Versions of systemd read a colon within quotes here in different ways. Put each path into quotes of its own: "/a b":"/c d".'
                )
            check_absolute(source.removeprefix("-"), "source")
            if rest:
                check_absolute(rest[0], "destination")
            if len(rest) > 2 or (len(rest) == 2 and rest[1] not in {"rbind", "norbind"}):
                raise ValueError(
                    f"“{shown(word)}” has an option that systemd does not read here. Write SOURCE:DESTINATION, and behind it :rbind or :norbind; what shall be read-only stands in BindReadOnlyPaths=."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


# Options of tmpfs and of mounts in general that systemd hands to mount(2); one that the kernel refuses fails the start with 226.
_TMPFS_FLAGS = frozenset(
    (
        "ro rw nosuid suid nodev dev noexec exec noatime atime relatime norelatime strictatime nostrictatime "
        "nodiratime diratime sync async "
    ).split()
)
_TMPFS_OPTION = re.compile(
    r"(size=[0-9]+[kKmMgG%]?|nr_blocks=[0-9]+[kKmMgG]?|nr_inodes=[0-9]+[kKmMgG]?|mode=0?[0-7]{3,4}|uid=[0-9]+|gid=[0-9]+|"
    r"huge=(always|never|advise|within_size))"
)


@dataclass(frozen=True)
class TemporaryFileSystems(Kind):
    """PATH[:OPTIONS], parted by blanks, each an empty file system laid over the path (TemporaryFileSystem=)."""

    expands = True

    def check(self, value: str) -> str:
        for word in split_words(value):
            path, _, options = word.partition(":")
            if "\\" in path:
                raise ValueError(
                    f"systemd takes the backslash in “{shown(path)}” as an escape. Write a path without one."
                )
            check_absolute(path)
            for option in filter(None, options.split(",")):
                if option not in _TMPFS_FLAGS and not _TMPFS_OPTION.fullmatch(option):
                    raise ValueError(
                        f"“{shown(option)}” is not an option of a temporary file system.{nearest(option, _TMPFS_FLAGS)} Use for example ro, mode=0755 or size=10M."
                    )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


_DIRECTORY_NAME = re.compile(r"[^:\\\"']+")


@dataclass(frozen=True)
class DirectoryNames(Kind):
    """Names of directories below a root of systemd's, parted by blanks (StateDirectory= and its four siblings).

    root: where they are created. links: whether NAME:LINK (250) and NAME::ro (257) are read.
    """

    expands = True

    root: str
    links: bool = True

    def check(self, value: str) -> str:
        if "\\" in value:
            raise ValueError(
                "systemd takes a backslash here as the begin of an escape. Write names without it, in quotes where they hold blanks."
            )
        _refuse_split_specifier(value)
        for word in dict.fromkeys(split_words(value)):
            name, *rest = word.split(":")
            self._check_name(name)
            if rest and not self.links:
                raise ValueError(
                    f"“{shown(word)}” has a colon, which systemd does not read here. Write the name alone."
                )
            if rest and rest[0]:
                self._check_name(rest[0])
            if len(rest) > 2 or (len(rest) == 2 and rest[1] not in {"", "ro"}):
                raise ValueError(
                    f"“{shown(word)}” has a flag that systemd does not know. Write NAME, NAME:LINK, NAME::ro or NAME:LINK:ro."
                )
        return value

    def _check_name(self, name: str) -> None:
        if _PLAIN_NAME.fullmatch(name):
            return
        check_specifiers(name)
        if imagine(name).startswith("/"):
            inside = simplify(name).removeprefix(f"{self.root}/")
            right = (
                f"Write {shown(inside)}."
                if name.startswith("/") and inside and not inside.startswith("/")
                else f"Write a name below {self.root}, or use a directory of your own."
            )
            raise ValueError(
                f"“{shown(name)}” is an absolute path, and systemd would start the service without it. {right}"
            )
        parts = simplify(name).split("/")
        if ".." in parts or parts == [""]:
            raise ValueError(
                f"“{shown(name)}” is not a name below {self.root}. Write it without “.” and “..”, for example myapp."
            )
        if parts[0] == "private":
            raise ValueError(
                f"{self.root}/private belongs to services with DynamicUser=. Write another name, for example myapp."
            )
        if name.startswith(("~", "$")):
            raise ValueError(
                f"systemd does not expand “{name[0]}” here. Write a name below {self.root}, for example myapp."
            )
        check_length(f"{self.root}/{name}")
        if not _DIRECTORY_NAME.fullmatch(name):
            raise ValueError(
                f"“{shown(name)}” cannot be the name of a directory here. Use letters, digits, - _ and ., for example myapp."
            )

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        for word in split_words(value):
            _, *rest = word.split(":")
            if rest:
                yield Need(250, "a link beside a managed directory")
            if len(rest) == 2 and rest[1]:
                yield Need(257, "the flag :ro of a managed directory")

    def paths(self, value: str) -> list[str]:
        """The absolute paths of the directories a line names, specifiers as written, links left out."""
        return [f"{self.root}/{simplify(word.split(':')[0])}" for word in split_words(value)]


_OUTPUTS = {
    "inherit": 1, "null": 1, "tty": 1, "journal": 38, "kmsg": 1, "journal+console": 38, "kmsg+console": 18, "socket": 1,
    "fd": 232,
}  # fmt: skip
_FILE_OUTPUTS = {"file": 236, "append": 240, "truncate": 248}
_OBSOLETE_OUTPUTS = {"syslog": "journal", "syslog+console": "journal+console"}


@dataclass(frozen=True)
class Output(Kind):
    """Where a stream goes: a word, a file behind file:, append: or truncate:, or fd:NAME (StandardOutput=)."""

    expands = True

    words: Mapping[str, int] = field(default_factory=lambda: dict(_OUTPUTS))

    def check(self, value: str) -> str:
        form, colon, path = value.partition(":")
        if colon and form in _FILE_OUTPUTS:
            check_absolute(path)
        elif colon and form == "fd":
            check_specifiers(path)
            if not re.fullmatch("[!-9;-~ ]{0,255}", imagine(path)):
                raise ValueError(
                    f"“{shown(path)}” is not the name of a file descriptor: it takes ASCII without a colon. Write for example fd:stdout."
                )
        elif value in _OBSOLETE_OUTPUTS:
            raise ValueError(f"“{value}” is an old name that systemd replaces. Write {_OBSOLETE_OUTPUTS[value]}.")
        elif value not in self.words:
            raise ValueError(
                f"“{shown(value)}” is not a place for output.{nearest(value, self.words)} Write {one_of([*self.words, 'append:/absolute/path'])}."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        form = value.partition(":")[0]
        since = _FILE_OUTPUTS.get(form, self.words.get(form, 1))
        if since > 1:
            yield Need(since, f"“{form}” as output")

    @property
    def suggestions(self) -> Mapping[str, int]:
        return self.words


_OWN_PATH = re.compile(r"/[A-Za-z0-9._/@+,=~ -]+")


def check_own_path(path: str) -> str:
    """A path that may be created and handed over recursively; ValueError for every form that could mean another place."""
    if not path.startswith("/"):
        raise ValueError(f"“{path[:60]}” is not absolute. Begin it with /, for example /srv/myapp.")
    if not _OWN_PATH.fullmatch(path):
        raise ValueError(
            f"“{path[:60]}” has characters that do not belong in a directory handed over with chown -R. Use letters, digits, blanks and . _ - + @ , = ~ in it."
        )
    parts = path.split("/")[1:]
    if any(part in {"", ".", ".."} for part in parts):
        raise ValueError(
            f"“{path[:60]}” is not spelt plainly. Leave out “.”, “..”, doubled slashes and the slash at the end, for example /srv/myapp."
        )
    if any(part != part.strip(" ") for part in parts):
        raise ValueError(f"A part of “{path[:60]}” begins or ends with a blank. Leave it out.")
    if len(parts) < 2:
        raise ValueError(
            f"“{path}” is too close to the root of the machine to be handed over. Write a path at least two levels deep, for example {path}/myapp."
        )
    check_length(path)
    return path


def ancestors(path: str) -> list[str]:
    """The directories above an absolute path, from the root down: /, /srv for /srv/myapp."""
    parts = path.split("/")[1:-1]
    return ["/", *("/" + "/".join(parts[: at + 1]) for at in range(len(parts)))]


def is_within(path: str, tree: str) -> bool:
    """Whether a path is a directory or below it."""
    return path == tree or path.startswith(tree.rstrip("/") + "/")

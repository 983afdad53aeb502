"""Paths: single ones, lists with prefixes, names of managed directories."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

from app.values.kind import Kind, Need
from app.values.lexing import split_words
from app.values.sentences import quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

# Most paths and names are like this, and a line may hold thousands.
_PLAIN_PATH = re.compile("/[A-Za-z0-9_/-]{0,200}")
_PLAIN_NAME = re.compile("(?!private)[A-Za-z0-9_-]{1,200}")


def check_absolute(path: str, what: str = "path", *, climbs: bool = False) -> str:
    """An absolute path that systemd's path_simplify_and_warn() takes; ValueError else. %t and the like may begin it.

    climbs: “..” may be its first part, for who says by climbing_needs() that systemd 255 and later leave it out.
    """
    if _PLAIN_PATH.fullmatch(path):
        return path
    check_specifiers(path)
    sample = with_placeholders(path)
    if not sample.startswith("/"):
        raise ValueError(f"The {what} “{quoted(path)}” is not absolute. Begin it with /, for example /srv/myapp.")
    if ".." in (_below_root(sample) if climbs else sample.split("/")):
        raise ValueError(f"The {what} “{quoted(path)}” goes through “..”, which systemd refuses. Write it in full.")
    check_length(path)
    return path


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]


def _below_root(path: str) -> list[str]:
    """The parts of an absolute path without the “..” at its root, which is the root itself (path_simplify_full())."""
    return list(dropwhile("..".__eq__, _parts(path)))


def climbing_needs(path: str, *, refused: bool = False) -> Iterator[Need]:
    """What a path needs that check_absolute() takes because it climbs."""
    if path.startswith(("/..", "/.", "//")) and _parts(path)[:1] == [".."]:
        yield Need(255, "“..” at the root of a path", refused)


def check_length(path: str) -> None:
    """ValueError for a path that no file can have (PATH_MAX and NAME_MAX in limits.h)."""
    if len(path) > 63 and (len(path.encode()) > 4095 or any(len(part.encode()) > 255 for part in path.split("/"))):
        raise ValueError("The path is longer than a path can be (4095 bytes, 255 a part). Use a shorter one.")


def simplify(path: str) -> str:
    """The path without doubled slashes, “.” parts, “..” at the root and a trailing slash, as path_simplify() leaves it."""
    if path.startswith("/") and not ("//" in path or "/." in path or path.endswith("/")):
        return path
    return f"/{'/'.join(_below_root(path))}" if path.startswith("/") else "/".join(_parts(path))


def _refuse_quotes(value: str) -> None:
    if value[0] in "\"'":
        raise ValueError(
            "systemd reads no quotes here: they would be part of the path. Write the path alone; blanks in it need nothing."
        )


@dataclass(frozen=True)
class FilePath(Kind):
    """One absolute path, unquoted; “-” before it where a missing file is fine (EnvironmentFile=), if it is optional."""

    expands = True

    optional: bool = True

    def check(self, value: str) -> str:
        path = self._path(value)
        _refuse_quotes(path or "x")
        check_absolute(path, climbs=True)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        yield from climbing_needs(self._path(value))

    def _path(self, value: str) -> str:
        return value.removeprefix("-") if self.optional else value


@dataclass(frozen=True)
class PidFilePath(FilePath):
    """The file with a daemon's process number, unquoted; without / before it, it is below /run (PIDFile=)."""

    def check(self, value: str) -> str:
        if value.startswith("-/"):
            raise ValueError("PIDFile= reads no - before its path: it would be part of the path. Leave it out.")
        _refuse_quotes(value)
        check_absolute(self._absolute(value), climbs=True)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        yield from climbing_needs(self._absolute(value), refused=True)
        path = simplify(with_placeholders(self._absolute(value)))
        below = next((tree for tree in ("/dev", "/proc", "/sys") if is_within(path, tree)), "")
        if below:
            yield Need(1, f"a path below {below}", refused=True, removed_in=256)

    def replacement(self, value: str) -> str:
        """systemd says at every start that /var/run is the old name of /run, and takes it for that (patch_var_run())."""
        path = simplify(value)
        return f"/run{path.removeprefix('/var/run')}" if path.startswith("/var/run/") else ""

    @staticmethod
    def _absolute(value: str) -> str:
        return value if with_placeholders(value).startswith("/") else f"/run/{value}"


@dataclass(frozen=True)
class WorkingDirectoryPath(FilePath):
    """One absolute path, unquoted, or ~ for the user's home; “-” before it where it may be missing (WorkingDirectory=)."""

    def check(self, value: str) -> str:
        return value if value.removeprefix("-") == "~" else super().check(value)

    def needs(self, value: str) -> Iterator[Need]:
        refused = not value.startswith("-")
        yield from specifier_needs(value, refused=refused)
        yield from climbing_needs(self._path(value), refused=refused)


@dataclass(frozen=True)
class PathList(Kind):
    """Absolute paths parted by blanks, quoted where they hold blanks, with “-” and “+” before them (ReadWritePaths=)."""

    expands = True

    def check(self, value: str) -> str:
        for word in dict.fromkeys(split_words(value)):
            check_absolute(self.strip_prefixes(word), climbs=True)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        words = split_words(value)
        yield from specifier_needs(" ".join(words))
        for word in words:
            yield from climbing_needs(self.strip_prefixes(word))
        if any(word.removeprefix("-").startswith("+") for word in words):
            yield Need(233, "the prefix + of a path")

    @staticmethod
    def strip_prefixes(word: str) -> str:
        """The path of a word: “-” (may be missing), then “+” (below RootDirectory=), taken off."""
        return word.removeprefix("-").removeprefix("+")


@dataclass(frozen=True)
class DirectoryNames(Kind):
    """Names of directories that systemd manages, separated by spaces (StateDirectory= and its four siblings)."""

    expands = True

    root: str
    """The absolute path of the directory in which systemd creates them."""
    links: bool = True
    """Whether the directive accepts NAME:LINK (since 250). Every directive accepts NAME::ro (since 257)."""

    def check(self, value: str) -> str:
        if "\\" in value:
            raise ValueError(
                "systemd takes a backslash here as the begin of an escape. Write names without it, in quotes where they hold blanks."
            )
        for word in dict.fromkeys(split_words(value)):
            name, *rest = word.split(":")
            self._check_name(name)
            if rest and rest[0] and not self.links:
                raise ValueError(
                    f"“{quoted(word)}” has a colon, which systemd does not read here. Write the name alone."
                )
            if rest and rest[0]:
                self._check_name(rest[0])
            if len(rest) > 2 or (len(rest) == 2 and rest[1] not in {"", "ro"}):
                raise ValueError(
                    f"“{quoted(word)}” has a flag that systemd does not know. Write NAME, NAME:LINK, NAME::ro or NAME:LINK:ro."
                )
        return value

    def _check_name(self, name: str) -> None:
        if _PLAIN_NAME.fullmatch(name):
            return
        check_specifiers(name)
        if with_placeholders(name).startswith("/"):
            inside = simplify(name).removeprefix(f"{self.root}/")
            right = (
                f"Write {quoted(inside)}."
                if name.startswith("/") and inside and not inside.startswith("/")
                else f"Write a name below {self.root}, or use a directory of your own."
            )
            raise ValueError(
                f"“{quoted(name)}” is an absolute path, and systemd would start the service without it. {right}"
            )
        parts = simplify(name).split("/")
        if ".." in parts or parts == [""]:
            raise ValueError(
                f"“{quoted(name)}” is not a name below {self.root}. Write it without “.” and “..”, for example myapp."
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

    def needs(self, value: str) -> Iterator[Need]:
        words = split_words(value)
        yield from specifier_needs(" ".join(words))
        for word in words:
            _, *rest = word.split(":")
            if rest:
                what = "a link beside a managed directory" if rest[0] else "a colon behind a managed directory"
                yield Need(250, what, otherwise=f"the directory would be named “{quoted(word)}”")
            if len(rest) == 2 and rest[1]:
                link = "" if rest[0] else ", with a link “ro” beside it"
                instead = f"the directory would be writable{link}" if self.links or rest[0] else ""
                yield Need(257, "the flag :ro of a managed directory", otherwise=instead)

    def readable(self, value: str, version: int) -> str:
        """The names without the links and flags that are too new; quoted names are not taken apart."""
        if set(value) & set("\"'"):
            return ""
        words = value.split()
        met = [all(need.is_met(version) for need in self.needs(word)) for word in words]
        return " ".join(word if is_met else word.partition(":")[0] for word, is_met in zip(words, met, strict=True))

    def paths(self, value: str) -> list[str]:
        """The absolute paths of the directories a line names, specifiers as written, links left out."""
        return [f"{self.root}/{simplify(word.split(':')[0])}" for word in split_words(value)]


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


_SLASH = re.compile("/")


def ancestors(path: str) -> list[str]:
    """The directories above an absolute path, from the root down: /, /srv for /srv/myapp."""
    _, slash, rest = path.partition("/")
    below = slash + rest
    return ["/", *(below[: found.start()] for found in _SLASH.finditer(below, 1))]


def is_within(path: str, tree: str) -> bool:
    """Whether a path is a directory or below it."""
    return path == tree or path.startswith(tree.rstrip("/") + "/")

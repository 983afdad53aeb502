"""Names: of users, groups, units, credentials."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import BLANKS, Kind, Need, refuse_hidden_characters, refuse_non_ascii
from app.values.lexing import plain_words
from app.values.sentences import quoted
from app.values.specifiers import NAME_SPECIFIERS, check_specifiers, specifier_needs, with_placeholders

STRICT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,30}")
UNIT_SUFFIXES = (
    "service",
    "socket",
    "target",
    "device",
    "mount",
    "automount",
    "swap",
    "timer",
    "path",
    "slice",
    "scope",
)
_UNIT_NAME = re.compile(rf"[A-Za-z0-9:_.\\-][A-Za-z0-9:_.\\@-]*\.({'|'.join(UNIT_SUFFIXES)})")
_PLAIN_UNIT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,200}\.(service|socket|target|timer|path|mount)")
# unit_type_may_template() in src/basic/unit-def.c
_WITHOUT_INSTANCES = (".device", ".mount", ".automount", ".swap", ".slice", ".scope")
_OWN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_FILE_INSTANCE = re.compile(r"[A-Za-z0-9_.@-]*")
_INSTANCE_NAME = re.compile(r"[A-Za-z0-9:_.\\@-]+")
UID_INVALID = frozenset({2**16 - 1, 2**32 - 1})


def is_strict_name(name: str) -> bool:
    """Whether a name holds systemd's strict rule, and so every tool's (docs/USER_NAMES.md; user-util.c)."""
    return STRICT_NAME.fullmatch(name) is not None


def check_account(name: str, what: str) -> str:
    """The name or number of a user or group; ValueError if systemd (246 and later) refuses it.

    valid_user_group_name() with VALID_USER_RELAX and VALID_USER_ALLOW_NUMERIC (src/basic/user-util.c).
    """
    refuse_hidden_characters(name)
    refuse_non_ascii(name, f"The name of a {what}")
    if name.isdigit():
        if (
            (name != "0" and name.startswith("0"))
            or len(name) > 10
            or int(name) > 2**32 - 1
            or int(name) in UID_INVALID
        ):
            raise ValueError(
                f"{quoted(name)} is not a number that a {what} can have. Write one from 0 to 4294967294 without leading zeros, other than 65535."
            )
        return name
    in_quotes = set(name) & set("\"'#")
    if in_quotes:
        raise ValueError(
            f"systemd would take {min(in_quotes)} as part of the {what}'s name: it reads neither quotes nor comments here. Write the name alone."
        )
    if any(c in name for c in " ,"):
        raise ValueError(
            f"“{quoted(name)}” is one name to systemd, and a {what}'s name holds no blanks or commas. Write a single name, for example my-app."
        )
    if name.startswith("+"):
        raise ValueError(
            f"“{quoted(name)}” means a number to getent and chown and a name to systemd. Write the name or the number alone."
        )
    if not name or ":" in name or "/" in name or name in {".", ".."} or re.fullmatch("-[0-9]*", name):
        raise ValueError(
            f"“{quoted(name)}” is not a name that a {what} can have. Use letters, digits, - and _, beginning with a letter or _, for example myapp."
        )
    return name


_NOBODY = 65534
_DYNAMIC_FIRST, _DYNAMIC_LAST = 61184, 65519


def account_number(text: str) -> str:
    """The number of a user or group that is to be made; ValueError where another has it or may get it.

    check_account() says which numbers there are; docs/UIDS-GIDS.md of systemd says whose they are.
    """
    refuse_hidden_characters(text)
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"“{quoted(text)}” is not a number. Write digits alone, for example 850, or leave it empty.")
    number = int(check_account(text, "user or group"))
    if number == 0:
        raise ValueError("0 is root. Write another number, for example 850.")
    if number == _NOBODY:
        raise ValueError(
            f"{_NOBODY} is nobody, the account of all who have none. Write another number, for example 850."
        )
    if _DYNAMIC_FIRST <= number <= _DYNAMIC_LAST:
        raise ValueError(
            f"systemd gives {_DYNAMIC_FIRST} to {_DYNAMIC_LAST} to dynamic users, so another service could get {number}. Write another number, for example 850."
        )
    return text


@dataclass(frozen=True)
class AccountName(Kind):
    """One user or group, by name or number (User=, Group=; systemd.exec(5)).

    systemd expands specifiers before it validates the name, so a value with specifiers is validated again when the
    unit's name is known.
    """

    expands = True

    what: str
    """The word for the account in a sentence."""

    def check(self, value: str) -> str:
        check_specifiers(value)
        if "%" in value:
            refuse_non_ascii(value, f"The name of a {self.what}")
            if set(with_placeholders(value)) & set(":/, \"'#"):
                raise ValueError(
                    f"“{quoted(value)}” does not make a name that a {self.what} can have: it holds none of : / , # quotes and blanks. Write for example myapp-%i."
                )
            return value
        return check_account(value, self.what)

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value, refused=True)
        if "%" not in value and not value.isdigit() and not is_strict_name(value):
            yield Need(246, "a name beyond letters, digits, - and _ (31 characters)", refused=True)


@dataclass(frozen=True)
class GroupNames(Kind):
    """Groups parted by blanks; quotes and commas are part of a name to systemd (SupplementaryGroups=)."""

    expands = True

    def check(self, value: str) -> str:
        for word in dict.fromkeys(self.words(value)):
            if is_strict_name(word):
                continue
            if "," in word:
                right = " ".join(value.replace(",", " ").split()) or "the names of groups"
                raise ValueError(
                    f"systemd parts groups by blanks and would look for one called “{quoted(word)}”. Write {quoted(right)}."
                )
            if "\\" in word:
                raise ValueError(
                    f"systemd takes the backslash in “{quoted(word)}” as an escape and drops it. Write the group's number instead."
                )
            AccountName("group").check(word)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        for word in self.words(value):
            yield from AccountName("group").needs(word)

    @staticmethod
    def words(value: str) -> list[str]:
        """The groups of one line, in order, specifiers as written."""
        return plain_words(value)


def service_name(text: str) -> str:
    """The name of a service without its suffix; ValueError with what would be right.

    With @ at its end it is a template, with @ and more behind it the file of one instance alone (systemd.unit(5)).
    Narrower than systemd: a colon makes systemd-analyze verify read an alias (250 and later), a backslash is an
    escape, a leading dash an option. unit_name_is_valid() allows 255 bytes with the suffix.
    """
    name = text.strip(BLANKS).removesuffix(".service")
    prefix, _, instance = name.partition("@")
    refuse_hidden_characters(name)
    if not name:
        raise ValueError("The unit needs a name. Write one without its suffix, for example myapp.")
    if not prefix:
        raise ValueError(f"“{quoted(name)}” has nothing before its @. A template is called for example myapp@.")
    if not _OWN_NAME.fullmatch(prefix) or not _FILE_INSTANCE.fullmatch(instance):
        raise ValueError(
            f"“{quoted(name)}” cannot be the name of a service. Use letters, digits, - _ and ., beginning with a letter or digit, for example myapp."
        )
    if len(name) > 255 - len(".service"):
        raise ValueError("The name is too long: systemd takes 255 characters with the suffix .service.")
    if {name.rpartition(".")[2], prefix.rpartition(".")[2]} & {*UNIT_SUFFIXES}:
        raise ValueError(
            f"“{quoted(name)}” is another kind of unit. Write the name of the service without a suffix, for example myapp."
        )
    return name


def instance_name(text: str) -> str:
    """The name of an instance, what stands between @ and the suffix; ValueError with what would be right.

    unit_instance_is_valid() in src/basic/unit-name.c.
    """
    name = text.strip(BLANKS)
    refuse_hidden_characters(name)
    if name.endswith(".service"):
        alone = name.removesuffix(".service").rpartition("@")[2] or "one"
        raise ValueError(f"An instance is what stands between @ and .service. Write {quoted(alone)} alone.")
    if not _INSTANCE_NAME.fullmatch(name):
        raise ValueError(
            f"“{quoted(name)}” cannot be an instance. Use letters, digits and : - _ . \\ @, without blanks, for example one; systemd-escape writes any other text so."
        )
    return name


def unescape(name: str) -> str:
    """What %I makes of %i, and %P and %J of theirs: dashes as slashes, \\x2d as its byte; ValueError where that is no text.

    unit_name_unescape() in src/basic/unit-name.c.
    """
    if not re.fullmatch(r"([^\\]|\\x[0-9A-Fa-f]{2})*", name):
        raise ValueError(
            f"“{quoted(name)}” has a backslash without x and two digits behind it. Write \\x5c for a backslash."
        )
    escaped = name.replace("-", "/").encode("latin-1")
    decoded = re.sub(rb"\\x(..)", lambda match: bytes([int(match[1], 16)]), escaped)
    try:
        text = decoded.decode()
    except UnicodeError:
        raise ValueError(f"The bytes of “{quoted(name)}” make no UTF-8. Escape a text with systemd-escape.") from None
    refuse_hidden_characters(text)
    return text


@dataclass(frozen=True)
class UnitNames(Kind):
    """Units with suffixes, separated by spaces (After=; config_parse_unit_deps()), with specifiers for names only."""

    expands = True

    devices: bool = True
    """Whether device units are allowed. They cannot be made to wait (Before=)."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(plain_words(value)):
            check_unit_name(word)
            if word.endswith(".device") and not self.devices:
                raise ValueError(
                    f"systemd ignores “{quoted(word)}” here: a device appears when it does and waits for nothing. Leave it out."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value, NAME_SPECIFIERS)


def check_unit_name(word: str) -> str:
    """The name of a unit, specifiers and all; ValueError if unit_name_is_valid() takes none such (src/basic/unit-name.c)."""
    if _PLAIN_UNIT.fullmatch(word):
        return word
    check_specifiers(word, NAME_SPECIFIERS)
    if word == "%n":
        raise ValueError("“%n” is this unit itself, and systemd drops that. Write the names of other units.")
    if "@" in word and word.endswith(_WITHOUT_INSTANCES):
        raise ValueError(
            f"“{quoted(word)}” cannot be: only .service, .socket, .target, .timer and .path have instances. Write a name without @."
        )
    if len(word) > 255 or not _UNIT_NAME.fullmatch(name_with_placeholders(word)):
        stem = word.strip(",;'\"")
        hint = "" if "." in word or not stem else f" Did you mean “{quoted(stem)}.service” or “{quoted(stem)}.target”?"
        raise ValueError(
            f"“{quoted(word)}” is not the name of a unit: it needs a suffix such as .service or .target, and no commas or quotes.{hint}"
        )
    return word


def name_with_placeholders(word: str) -> str:
    """The name of a unit with made-up text for its specifiers; %n has a suffix."""
    return with_placeholders(_OWN_OR_PERCENT.sub(lambda match: "x.service" if match[1] == "n" else "%%", word))


_OWN_OR_PERCENT = re.compile("%([n%])")
_BUS_NAME = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*(\.[A-Za-z_-][A-Za-z0-9_-]*)+|:[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")


@dataclass(frozen=True)
class BusName(Kind):
    """A name on the D-Bus (BusName=; sd_bus_service_name_is_valid() in src/libsystemd/sd-bus/bus-internal.c)."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        if len(value) > 255 or not _BUS_NAME.fullmatch(name_with_placeholders(value)):
            raise ValueError(
                f"“{quoted(value)}” is not a name on the bus. Write words of ASCII letters, digits, - and _ parted by dots, none beginning with a digit, for example org.example.Myapp."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)

"""What a service reads and writes: its input, its lines in the journal, its variables.

Sources: src/core/load-fragment.c of systemd 247 to 262, cunescape() in src/basic/escape.c, unbase64mem() in
src/basic/hexdecoct.c; systemd.exec(5).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import Kind, Need, is_character
from app.values.lexing import read_escape, split_words
from app.values.sentences import quoted
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

_ESCAPE = re.compile(
    r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(x[89A-Fa-f][0-9A-Fa-f]|[23][0-7]{2})|(x00|000)|.)", re.DOTALL
)


def with_ascii_placeholders(text: str, *, nul: bool = False) -> str:
    """The text with a mark for every escape that stands for no text and is read all the same: bytes, halves of characters.

    nul: whether an escape may stand for nothing (UNESCAPE_ACCEPT_NUL).
    """

    def stand_in(escape: re.Match[str]) -> str:
        short, long, byte, zero = escape.groups()
        code = int(short or long or "41", 16)
        odd = byte or (nul and (zero or code == 0)) or (short and code and not is_character(code))
        if long and not is_character(code):
            raise ValueError(f"“{escape[0]}” does not stand for a character. Take it away.")
        return "?" if odd else escape[0]

    return _ESCAPE.sub(stand_in, text) if "\\" in text else text


def half_characters(value: str) -> Iterator[Need]:
    """Escapes such as \\ud800, for half a character: systemd 262 does not read them any more."""
    for escape in _ESCAPE.finditer(value) if "\\u" in value else ():
        if escape[1] and 0xD800 <= int(escape[1], 16) < 0xE000:
            yield Need(1, f"the escape {escape[0]}", removed_in=262)
            return


def unescape(text: str) -> str:
    """The text with its escapes decoded, quotes as they are (cunescape()); ValueError for one that systemd does not know."""
    out, at = [], 0
    while (slash := text.find("\\", at)) >= 0:
        out.append(text[at:slash])
        piece, at = read_escape(text, slash + 1, True)
        out.append(piece)
    return "".join([*out, text[at:]])


@dataclass(frozen=True)
class InputText(Kind):
    """A line for standard input, with C escapes and then specifiers (StandardInputText=; config_parse_exec_input_text())."""

    expands = True
    may_be_empty = True

    def check(self, value: str) -> str:
        check_specifiers(unescape(with_ascii_placeholders(value)))
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(unescape(with_ascii_placeholders(value)))
        yield from half_characters(value)

    def private_text(self, value: str) -> str:
        return value


_QUADS = re.compile("(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-](?:[AQgw]==|[A-Za-z0-9+/_-][AEIMQUYcgkosw048]=))?")


def check_base64(text: str) -> None:
    """ValueError for what unbase64mem() does not read: whole groups of four, = at the end alone, no bits left over."""
    if not _QUADS.fullmatch(re.sub("[ \t]", "", text)):
        raise ValueError(
            f"“{quoted(text)}” is not Base64. Write what base64 makes, for example SGVsbG8K; = fills up the last group of four."
        )


def base64_needs(text: str) -> Iterator[Need]:
    """The alphabet for addresses is read since 255 (unbase64char())."""
    if "-" in text or "_" in text:
        yield Need(255, "Base64 with - and _")


@dataclass(frozen=True)
class InputData(Kind):
    """Data for standard input in Base64 (StandardInputData=; config_parse_exec_input_data())."""

    def check(self, value: str) -> str:
        check_base64(value)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return base64_needs(value)

    def private_text(self, value: str) -> str:
        return value


_FIELD = re.compile("[A-Z][A-Z0-9_]{0,63}")
# LOG_EXTRA_FIELDS_MAX in src/core/unit.h
_MAX_FIELDS = 1014


@dataclass(frozen=True)
class LogFields(Kind):
    """FIELD=value words for the journal, quoted where a value holds blanks (LogExtraFields=; journal_field_valid())."""

    expands = True
    may_be_empty = True

    def check(self, value: str) -> str:
        for word in dict.fromkeys(self._words(value)):
            check_specifiers(word)
            name, equals, _ = word.partition("=")
            if not equals or not _FIELD.fullmatch(with_placeholders(name)):
                raise ValueError(
                    f"“{quoted(word)}” is not a field of the journal. Write FIELD=value, the name in capital letters, digits and _, for example TEAM=web."
                )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        words = self._words(value)
        yield from specifier_needs(" ".join(words))
        yield from half_characters(value)
        if len(words) > _MAX_FIELDS:
            yield Need(1, f"more than {_MAX_FIELDS} fields", removed_in=260)

    @staticmethod
    def _words(value: str) -> list[str]:
        return split_words(with_ascii_placeholders(value), c_escapes=True)


_NAMESPACE = re.compile(r"(?!\.\.?\Z)[A-Za-z0-9:_.@-]{1,67}")


@dataclass(frozen=True)
class LogNamespace(Kind):
    """The name of a journal of its own (LogNamespace=; log_namespace_name_valid() in src/basic/syslog-util.c)."""

    expands = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        if not _NAMESPACE.fullmatch(with_placeholders(value)):
            raise ValueError(
                f"“{quoted(value)}” cannot be the name of a journal. Use letters, digits and : - _ . @, at most 67 (sockets of that journal have it in their paths), for example myapp."
            )
        return value

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(value)


_VARIABLE = re.compile("[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Variables(Kind):
    """Names of variables, parted by blanks (PassEnvironment=; env_name_is_valid() in src/basic/env-util.c)."""

    expands = True

    def check(self, value: str) -> str:
        for word in dict.fromkeys(self.words(value)):
            check_specifiers(word)
            self.check_word(word)
        return value

    def words(self, value: str) -> list[str]:
        """The words of a line, quotes taken off."""
        return split_words(value)

    def check_word(self, word: str) -> None:
        """ValueError for a word that is not the name of a variable."""
        # %n is the whole name of the unit, which has a dot.
        named = re.sub("%(.)", lambda match: "." if match[1] == "n" else match[0], word)
        if not _VARIABLE.fullmatch(with_placeholders(named)):
            raise ValueError(
                f"“{quoted(word)}” is not the name of a variable. Use letters, digits and _, not beginning with a digit, for example LANG."
            )

    def needs(self, value: str) -> Iterator[Need]:
        return specifier_needs(" ".join(self.words(value)))


@dataclass(frozen=True)
class UnsetVariables(Variables):
    """Names of variables, or NAME=value where only that value is meant, parted by blanks (UnsetEnvironment=)."""

    def words(self, value: str) -> list[str]:
        return split_words(value, c_escapes=True)

    def check_word(self, word: str) -> None:
        name, _, text = word.partition("=")
        super().check_word(name)
        if not all(is_character(ord(character)) for character in text):
            raise ValueError(f"“{quoted(word)}” holds a sign that is no character. Take it away.")

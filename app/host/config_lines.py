"""Lines of sysusers.d(5) and tmpfiles.d(5): words that are read back as they are, and sentences beside them.

Both formats part words at blanks, take quotes and backslashes away and replace specifiers (extract-word.c, specifier.c).
"""

import re

_PLAIN = re.compile(r"[^\s\"'\\#]+")
_ENDS_A_LINE = re.compile(r"[\0-\x1f\x7f]")


def line(*fields: str) -> str:
    """One line; "" is a field that is left to its default. A sentence in its place where no line can hold a field."""
    if any(_ENDS_A_LINE.search(field) for field in fields):
        return sentence(f"No line of this format can hold a control character, so this is left out: {' '.join(fields)}")
    return " ".join(word(field) if field else "-" for field in fields)


def word(text: str) -> str:
    """A text as one word, every character literal; the escapes are those that both formats have, on every version."""
    literal = text.replace("%", "%%")
    if _PLAIN.fullmatch(literal):
        return literal
    return '"' + literal.replace("\\", "\\\\").replace('"', '\\"') + '"'


def sentence(text: str) -> str:
    """A sentence between the lines, as one comment: what is no sign ends lines to systemd, and is none that YAML can hold."""
    return "# " + "".join(sign if sign.isprintable() else "?" for sign in text)


def file_text(*parts: str) -> str:
    """The file that these lines and sentences make; "" among them is no line."""
    return "".join(f"{part}\n" for part in parts if part)

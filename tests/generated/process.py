"""Valid values of the kinds that are about processes: their input and output, scheduling, limits."""

import base64
import string
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app import values
from app.values import Kind
from tests.generated.text import BLANK_PATHS, Values, any_of, listed, quoted, word

_NUMBER_FORMS = any_of("{}", "{}", "+{}", "0x{:x}", "0X{:X}", "0o{:o}", "0b{:b}")


def _numbers(least: int, most: int) -> Values:
    return st.builds(str.format, _NUMBER_FORMS, st.integers(least, most))


def _signed(kind: Kind) -> Values:
    below = st.builds(str.format, any_of("{}", "{:#x}"), st.integers(kind.minimum, -1))
    return st.one_of(_numbers(0, kind.maximum), below, any_of("-0", "0"))


def _levels(kind: Kind) -> Values:
    return st.one_of(
        st.sampled_from(list(kind.words)), st.builds(str.format, _NUMBER_FORMS, st.sampled_from(list(kind.numbers)))
    )


def _processors(kind: Kind) -> Values:
    number = _numbers(0, 8191)
    low, high = st.integers(0, 4000), st.integers(4000, 8191)
    span = st.builds("{}-{}".format, low, high)
    some = st.one_of(number, span, any_of('"1"', "'3'-4", "5'-'6"), st.just("%U"))
    separator = any_of(" ", ",", ", ")
    listing = st.builds(lambda words, between: between.join(words), st.lists(some, min_size=1, max_size=5), separator)
    return st.one_of(listing, st.just(kind.whole))


def _core_dump_filters(_: Kind) -> Values:
    mask = st.builds(str.format, any_of("{:x}", "0x{:X}", "+{:x}", "00{:x}"), st.integers(0, 2**64 - 1))
    return listed(st.one_of(st.sampled_from(values.process._MAPPINGS), mask))


def _personalities(_: Kind) -> Values:
    """Those of the machine that the tests run on."""
    return any_of("x86-64", "x86")


def _pairs(amounts: st.SearchStrategy[int], form: Callable[[int], str]) -> Values:
    """soft:hard, one for both, or infinity, of amounts that are written in some form."""
    pair = st.tuples(amounts, amounts).map(lambda pair: f"{form(min(pair))}:{form(max(pair))}")
    half = amounts.map(lambda amount: f"{form(amount)}:infinity")
    return st.one_of(amounts.map(form), pair, half, any_of("infinity", "infinity:infinity"))


def _size_limits(_: Kind) -> Values:
    mixed = st.builds("{}.{}G {}M".format, st.integers(0, 9), st.integers(0, 9), st.integers(0, 999))
    plain = _pairs(st.integers(0, 2**64 - 2), str)
    units = st.one_of(*(_pairs(st.integers(0, 999), f"{{}}{unit}".format) for unit in "BKMGTP"))
    return st.one_of(plain, units, mixed, mixed.map("{}:infinity".format), any_of("10.M", "1 K:2 K", "+5"))


def _time_limits(_: Kind) -> Values:
    units = st.one_of(*(_pairs(st.integers(0, 999), f"{{}}{unit}".format) for unit in values.numbers.TIME_UNITS))
    return st.one_of(_pairs(st.integers(0, 10**12), str), units, any_of("1min 30s:5min", ".5", "1.5s", "+3s:1h", "1 2"))


def _nice_limits(_: Kind) -> Values:
    signed = _pairs(st.integers(-19, 20), "{:+}".format).filter(lambda pair: "infinity" not in pair)
    falling = st.tuples(st.integers(-20, 19), st.integers(-20, 19)).map(lambda pair: f"{max(pair):+}:{min(pair):+}")
    raw = _pairs(st.integers(0, 40), str).filter(lambda pair: "infinity" not in pair)
    return st.one_of(
        falling,
        raw,
        any_of("+0", "-20", "+19", "0:-20", "0x10"),
        signed.filter(lambda pair: ":" not in pair and pair != "+20"),
    )


def _nanoseconds(_: Kind) -> Values:
    short = st.one_of(st.integers(0, 99).map(str), st.builds("{}.{}".format, st.integers(0, 99), st.integers(0, 999)))
    unit = st.sampled_from(list(values.numbers.NANOSECONDS))
    span = st.builds("{}{}{}".format, st.one_of(short, any_of(".5", "+7")), any_of("", " "), unit)
    spans = st.lists(span, min_size=2, max_size=3).map("".join)
    return st.one_of(short, st.integers(0, 10**15).map(str), st.just("infinity"), listed(span, most=3), spans)


def _inputs(kind: Kind) -> Values:
    file = BLANK_PATHS.map("file:{}".format)
    return st.one_of(
        st.sampled_from(list(kind.words)), file, word(".", "-").map("fd:{}".format), any_of("fd:", "fd:%N")
    )


_ESCAPES = any_of(
    r"\n", r"\t", r"\x41", r"\101", r"\u00e9", r"\U0001F600", r"\\", r"\"", r"\'", r"\s", r"\xff", r"\x25%", r"\377"
)
_SIGNS = st.text(string.ascii_letters + string.digits + "é日 \"'$&;:,.=-_/~#", min_size=1, max_size=8)


def _escaped(*more: Values) -> Values:
    pieces = st.lists(st.one_of(_SIGNS, _ESCAPES, *more), min_size=1, max_size=5)
    return pieces.map(lambda pieces: f"x{''.join(pieces)}x")


def _input_texts(_: Kind) -> Values:
    return _escaped(any_of("%n", "%%", "%t", "% ", "100% ", r"\x25n"), any_of(r"\ud800", r"\ufffe"))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_DATA = st.binary(min_size=1, max_size=40)


def _input_data(_: Kind) -> Values:
    parted = _DATA.map(lambda data: " ".join(_base64(data)))
    return st.one_of(_DATA.map(_base64), parted, _DATA.map(lambda data: base64.urlsafe_b64encode(data).decode()))


def _log_fields(_: Kind) -> Values:
    name = st.text(string.ascii_uppercase + string.digits + "_", max_size=12).map("F{}".format)
    plain = st.builds("{}={}".format, name, word("-", "/", ":", "$", "=", ";", first="aZ0/$"))
    escaped = st.builds(
        "{}={}".format,
        name,
        any_of(r"\n\t", r"\x41\101", r"\u00e9", r"\xff", r"a\sb", '"b c"d', "%t/x", "%%", "", "é", r"\ud800"),
    )
    return listed(st.one_of(plain, escaped, quoted(st.builds("{}={}".format, name, any_of("a b", "%n")))))


def _log_namespaces(_: Kind) -> Values:
    return st.one_of(word(":", "_", ".", "@", "-", longest=30), any_of("%N", "my-%N", "%p"))


def _log_patterns(_: Kind) -> Values:
    atom = st.one_of(
        word(),
        any_of(
            ".",
            r"\d",
            r"\.",
            r"\\",
            "[a-z]",
            "[^ab]",
            "[]x]",
            "[[:alpha:]_]",
            r"[\d.-]",
            r"\x41",
            r"\pL",
            r"\p{Lu}",
            "é",
            r"\Qa.b\E",
            "[[:^space:]]",
            r"\x{7f}",
        ),
    )
    quantified = st.builds(str.__add__, atom, any_of("", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "++", "{0}"))
    inside = st.lists(quantified, min_size=1, max_size=3).map("".join)
    group = st.builds(
        "({}{})".format,
        any_of("", "?:", "?i:", "?=", "?!", "?>", "?<n>", "?P<n>", "?-i:"),
        st.builds("{}|{}".format, inside, inside),
    )
    lines = st.builds(
        "{}{}{}{}".format,
        any_of("", "^", "(?i)", r"\b", "(?<=a)", r"(?<!b\d)"),
        inside,
        st.one_of(st.just(""), group),
        any_of("", "$", r"\Z"),
    )
    return st.one_of(lines, lines.map("~{}".format), any_of(r"(a)\1", r"(?<m>a)\k<m>", "~~a", "(?R)?"))


_VARIABLE = word("_", first=string.ascii_letters + "_")


def _variables(_: Kind) -> Values:
    return listed(st.one_of(_VARIABLE, quoted(_VARIABLE), any_of("A%U", "A\\B")))


def _variables_to_drop(_: Kind) -> Values:
    pair = st.builds(
        "{}={}".format,
        _VARIABLE,
        any_of("", "x", r"\x41", r"\u00e9", '"a b"', "%t", "%%", r"\n", "é", "a=b", r"\xc3\xa9"),
    )
    return listed(st.one_of(_VARIABLE, pair, quoted(_VARIABLE), quoted(_VARIABLE.map("{}=a b".format))))


_CREDENTIAL = st.one_of(word(".", "_", "-", "+", "@", " ", "=", longest=20), any_of("%N", "my-%p")).map(str.strip)


def _credential_globs(_: Kind) -> Values:
    glob = st.one_of(_CREDENTIAL, _CREDENTIAL.map("{}*".format), any_of("*", "myapp.*"))
    return st.one_of(glob, st.builds("{}:{}".format, glob, st.one_of(_CREDENTIAL, any_of("", "%", "*"))))


def _credential_texts(_: Kind) -> Values:
    content = st.one_of(_escaped(any_of("%n", "%", "%Z"), any_of(r"\ud800", r"\x00", r"\000", r"\u0000")), st.just(""))
    return st.builds("{}:{}".format, _CREDENTIAL, content)


def _encrypted_credentials(_: Kind) -> Values:
    return st.builds("{}:{}".format, _CREDENTIAL, st.one_of(_input_data(_), st.just("")))


KINDS: dict[type[Kind], Callable[[Any], Values]] = {
    values.CoredumpFilter: _core_dump_filters,
    values.CredentialGlob: _credential_globs,
    values.CredentialText: _credential_texts,
    values.EncryptedCredential: _encrypted_credentials,
    values.Input: _inputs,
    values.InputData: _input_data,
    values.InputText: _input_texts,
    values.SyslogLevel: _levels,
    values.LogFields: _log_fields,
    values.LogNamespace: _log_namespaces,
    values.LogPattern: _log_patterns,
    values.Nanoseconds: _nanoseconds,
    values.NiceLimit: _nice_limits,
    values.Personality: _personalities,
    values.CpuAffinity: _processors,
    values.Signed: _signed,
    values.SizeLimit: _size_limits,
    values.TimeLimit: _time_limits,
    values.Variables: _variables,
    values.UnsetVariables: _variables_to_drop,
}

"""Valid values of the kinds that are about units, conditions, actions, services."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app import values
from app.values import Kind
from tests.generated.text import BLANK_PATHS, PATHS, Values, any_of, listed, quoted, with_prefix, word

_SIGNS = ("", "", "|", "!", "|!")


def _condition_paths(_: Kind) -> Values:
    glob = st.builds("{}{}".format, PATHS, any_of("*", "?", "/[a-z]*"))
    return with_prefix(st.one_of(BLANK_PATHS, glob), *_SIGNS)


def _condition_texts(kind: Kind) -> Values:
    text = word("-", "_", ".", "*", "=", ">", "<", '"', "'", " ", first="aZ0<>=!$@*é'\"").map(str.strip)
    version = st.builds(
        "{}{}{}".format, any_of("", "=", "!=", "<", "<=", ">=", ">", "$="), any_of("", " "), any_of("5.10", "4G", "*")
    )
    expanded = any_of("100%%", "%H", "%v-%a", "%i", "%t/x", "web-%H")
    known = [st.sampled_from(list(kind.words))] if kind.words else []
    return with_prefix(st.one_of(text, version, expanded, *known), *_SIGNS, "| ", "!  ", "| ! ", "|! ")


def _reboot_arguments(_: Kind) -> Values:
    return listed(st.one_of(word("-", "=", ",", '"', "'", ":"), any_of("%n", "%%", "é", "x" * 200)))


def _mount_paths(_: Kind) -> Values:
    return listed(st.one_of(PATHS, quoted(BLANK_PATHS), any_of(r"/a\ b", r"/a\"b", '/a" b"/c', "%t", "%S/x")))


_SUFFIXES = any_of("service", "socket", "target", "timer", "path", "mount", "scope")


def made_up_units(suffixes: Values = _SUFFIXES) -> Values:
    """Units that no machine has, but of any kind."""
    stem = word("-", "_", ".", ":")
    plain = st.builds("{}.{}".format, stem, suffixes)
    return st.one_of(plain, st.builds("x-%{}.{}".format, any_of(*"pNjU"), suffixes), stem.map("{}-%n".format))


def _install_names(_: Kind) -> Values:
    name = st.one_of(made_up_units(), any_of("multi-user.target", "x@.target", "a@b.service", r"dev-a\x2db.device"))
    return listed(st.one_of(name, quoted(name)))


def _aliases(_: Kind) -> Values:
    name = made_up_units(st.just("service")).map("zz-{}".format)
    link = st.builds("{}.{}/%n".format, made_up_units(), any_of("wants", "requires"))
    return listed(st.one_of(name, quoted(name), link))


def _companions(_: Kind) -> Values:
    return listed(st.one_of(made_up_units(), any_of("%n", r"dev-a\\x2db.device")))


def _instances(_: Kind) -> Values:
    return st.one_of(word("-", "_", ".", ":", "@", "\\"), any_of("%n", "%p", "x-%j")).filter(
        lambda text: not text.endswith("\\")
    )


KINDS: dict[type[Kind], Callable[[Any], Values]] = {
    values.Aliases: _aliases,
    values.UnitFileNames: _companions,
    values.ConditionPath: _condition_paths,
    values.ConditionText: _condition_texts,
    values.InstallNames: _install_names,
    values.DefaultInstanceName: _instances,
    values.MountPaths: _mount_paths,
    values.RebootArgument: _reboot_arguments,
}

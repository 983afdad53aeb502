"""Hypothesis strategies: valid values of every kind, whole valid configurations, and text that is meant to do harm.

Valid is what both we and systemd of the given version take without a word, so a strategy leaves out what systemd would
comment on: KillMode=none, names beyond the strict rule, units that do not exist. Executables are those of every Debian root.
"""

import contextlib
import functools
import string
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from app import catalogue, values
from app.analysis.rules import carries_secret
from app.values import Kind
from tests.generated import control, process, sandbox, starting, unit
from tests.generated.text import BLANK_PATHS, PATHS, Values, any_of, listed, parts, quoted, with_prefix, word

Parameters = list[tuple[str, str]]

EXECUTABLES = ("/usr/bin/true", "/bin/sh", "/usr/bin/env", "/bin/sleep", "/bin//ls", "true", "sleep")
EXISTING_UNITS = (
    "network.target", "network-online.target", "local-fs.target", "remote-fs.target", "time-sync.target",
    "nss-lookup.target", "basic.target", "sysinit.target", "-.mount", "systemd-journald.socket",
)  # fmt: skip
# %m needs a machine ID, which a root that was never booted has not; systemd calls %c, %r and %R deprecated.
MACHINE_SPECIFIERS = tuple(f"%{letter}" for letter in values.specifiers.SPECIFIERS if letter not in "mcrR")
NAME_SPECIFIERS = ("%p", "%N", "%j")


# Visible text of every script, and the characters that shells, quotes and templates care about.
_VISIBLE = st.one_of(
    st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\ufffd\\"), max_size=20),
    st.text("\"'`$&|;<>(){}[]*?!#~=,:/@+- %aé", max_size=20),
)


def _prose(text: str) -> str:
    return text.replace("%", "%%").strip(" \t") or "x"


def _texts(_: Kind) -> Values:
    plain = _VISIBLE.map(_prose)
    return st.one_of(plain, st.builds("{} {} {}".format, plain, st.sampled_from(MACHINE_SPECIFIERS), plain))


def _uris(kind: Kind) -> Values:
    rest = word("/", ".", "-", "_", "?", "=", "&", "(", ")", "#")
    plain = st.builds(str.__add__, any_of(*kind.schemes), rest)
    return listed(st.one_of(plain, quoted(plain), any_of('"https://a b"', "file:%t/x", r"man:a\b", "info:'a b'c")))


def _choices(kind: Kind) -> Values:
    """KillMode=none is a word that systemd calls unsafe whenever it reads it."""
    return st.sampled_from([word for word in kind.words if word != "none"])


def _booleans(kind: Kind) -> Values:
    spellings = sorted(values.choices.TRUE | values.choices.FALSE)
    return st.one_of(_choices(kind), st.sampled_from([*spellings, *map(str.upper, spellings)]))


def _whole(kind: Kind) -> Values:
    form = any_of("{}", "{}", "+{}", "0x{:x}", "0X{:X}", "0o{:o}", "0O{:o}", "0b{:b}", "0b+{:b}")
    return st.builds(str.format, form, st.integers(kind.minimum, kind.maximum))


# Not 65534: systemd warns of nobody.
_NUMBERS = st.integers(0, 2**32 - 2).filter(lambda number: number not in {65534, 65535}).map(str)
_ACCOUNT_NAMES = word("_", "-", first=string.ascii_letters + "_", longest=31).filter(lambda name: name != "nobody")


def _accounts(_: Kind) -> Values:
    return st.one_of(_ACCOUNT_NAMES, st.just("%p"), word("-", longest=6).map("{}-%N".format))


def _groups(_: Kind) -> Values:
    return listed(st.one_of(_ACCOUNT_NAMES, _NUMBERS, st.just("g-%p")))


def _unit_names(_: Kind) -> Values:
    stem = word("-", "_", ".", ":", "\\")
    made_up = st.builds("{}.{}".format, stem, any_of("service", "socket", "target", "timer", "path"))
    instance = st.builds("{}@{}.service".format, stem, word("-", "_", ".", "@"))
    specifier = st.one_of(
        st.builds("x-%{}.service".format, any_of(*"pNjHuU")), any_of("mail@%n", "mail@%n.service", "x-%n")
    )
    return listed(st.one_of(any_of(*EXISTING_UNITS), made_up, instance, specifier))


def _bus_names(_: Kind) -> Values:
    part = word("-", "_", first=string.ascii_letters + "_-")
    well_known = st.lists(part, min_size=2, max_size=4).map(".".join)
    unique = st.lists(word("-", "_"), min_size=2, max_size=3).map(lambda parts: ":" + ".".join(parts))
    return st.one_of(well_known, unique)


def _file_paths(kind: Kind) -> Values:
    return with_prefix(BLANK_PATHS, "", "-") if kind.optional else BLANK_PATHS


def _pid_files(_: Kind) -> Values:
    """Files of its own below /run: systemd removes them."""
    return st.builds("{}my{}.pid".format, any_of("", "/run/", "%t/"), word(".", "-"))


def _directories(kind: Kind) -> Values:
    return st.one_of(_file_paths(kind), any_of("~", "-~"))


def _path_lists(_: Kind) -> Values:
    word = with_prefix(PATHS, "", "-", "+", "-+")
    odd = any_of(r"/a\ b", r"/a\x", '/a"b c"d', "'/a\"b'", "/../x", "-//.././..", '%"t"/x', "/100%%")
    return listed(st.one_of(word, word, quoted(with_prefix(BLANK_PATHS, "", "-", "+")), odd))


def _binds(_: Kind) -> Values:
    """Most lines mean the same to all; what only systemd up to 261 or since 262 reads does not stand in one line."""
    source = st.one_of(
        with_prefix(PATHS, "", "-"), quoted(BLANK_PATHS), any_of("/../x", r"/a\:b", r"/a\x20b", "'/a:/b c'")
    )
    target = st.one_of(PATHS, quoted(BLANK_PATHS), any_of("/..", r"/c\\d"))
    pair = st.builds("{}:{}{}".format, source, target, any_of("", ":rbind", ":norbind"))
    lines = listed(st.one_of(source, pair))
    old = st.one_of(listed(st.one_of(PATHS, st.just(r"/a\ b"))), st.builds("{}:{}: rbind".format, PATHS, PATHS))
    new = st.builds("{}  {}:{}: {}:{}".format, PATHS, PATHS, target, PATHS, PATHS)
    return st.one_of(lines, lines, lines, old, new)


def _temporary_file_systems(_: Kind) -> Values:
    option = any_of(
        "ro", "rw", "nosuid", "nodev", "noexec", "mode=0755", "mode=700", "size=10M", "nr_inodes=4k", "noswap"
    )
    options = st.lists(option, max_size=3).map(lambda options: ":" + ",".join(options))
    path = st.one_of(PATHS, PATHS, any_of("/..", r"/a\ b", r"/a\\:b", '/a" b"'))
    return listed(st.builds(str.__add__, path, st.one_of(st.just(""), options)))


def _directory_names(kind: Kind) -> Values:
    """All begin with “my”, so that none belongs to the system."""
    part = parts().map("my{}".format)
    name = st.one_of(
        part, st.builds("{}/{}".format, part, parts()), st.builds("my-{}{}".format, any_of(*NAME_SPECIFIERS), part)
    )
    quoted = parts(" ").map(lambda text: f'"my {text.strip()}"')
    link = st.builds("{}:{}{}".format, name, part, any_of("", ":", ":ro"))
    flag = st.builds("{}{}".format, name, any_of(":", "::", "::ro"))
    return listed(st.one_of(name, quoted, flag, *([link] if kind.links else [])), most=3)


def _outputs(kind: Kind) -> Values:
    file = st.builds("{}:/srv{}".format, any_of("file", "append", "truncate"), BLANK_PATHS)
    return st.one_of(st.sampled_from(list(kind.words)), file, word(".", "-").map("fd:{}".format), st.just("fd:"))


def _limits(_: Kind) -> Values:
    number = st.integers(0, 2**64 - 2)
    pair = st.tuples(number, number).map(lambda pair: f"{min(pair)}:{max(pair)}")
    return st.one_of(number.map(str), pair, number.map("{}:infinity".format), any_of("infinity", "infinity:infinity"))


def _modes(_: Kind) -> Values:
    return st.builds("{}{:o}".format, any_of("", "0", "00"), st.integers(0, 0o7777))


def _doubly_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _assignments(_: Kind) -> Values:
    name = word("_", first=string.ascii_letters + "_")
    plain = st.builds("{}={}".format, name, word("-", "/", ":", "$", "=", ";", first="aZ0/$"))
    quoted = st.builds("{}={}".format, name, _VISIBLE).map(_doubly_quoted)
    escaped = st.builds(
        "{}={}".format, name, any_of(r"\n\t", r"\x41\101", r"\u00e9", r"\xc3\xa9", r"a\sb", '"b c"d', "%t/x", "%%")
    )
    return listed(st.one_of(plain, quoted, escaped)).filter(lambda line: not values.secrets_in(line))


def _arguments() -> Values:
    verbatim = any_of(
        "$HOME",
        "${HOME}",
        "$$",
        "*",
        ">",
        "&&",
        "|",
        "%%",
        "%n",
        "%t/x",
        r"\;",
        '";"',
        '""',
        r"\x41\101\n\u00e9",
        "a;b",
        "~",
        "$MAINPID",
    )
    return st.one_of(word("-", "/", ".", "=", ":", ","), _VISIBLE.map(_doubly_quoted), verbatim)


def _commands(_: Kind) -> Values:
    prefixes = st.builds("{}{}{}".format, any_of("", "-", ":", "-:"), any_of("", "+", "!", "!!"), any_of("", "|"))
    arguments = st.lists(_arguments(), max_size=4).map(lambda words: "".join(f" {word}" for word in words))
    plain = st.builds("{}{}{}".format, prefixes, st.sampled_from(EXECUTABLES), arguments)
    renamed = st.builds("@{}{} called{}".format, prefixes, st.sampled_from(EXECUTABLES), arguments)
    return st.one_of(plain, renamed, quoted(st.sampled_from(EXECUTABLES)))


def _word_lists(kind: Kind) -> Values:
    words = listed(st.sampled_from(list(kind.words)))
    if kind.folds:
        words = st.one_of(words, words.map(str.lower))
    if kind.quotes:
        words = st.one_of(words, st.builds('"{}" {}'.format, st.sampled_from(list(kind.words)), words))
    if kind.numbered:
        words = st.one_of(words, st.integers(0, len(kind.words) - 1).map(str), words.map("{} 0x1".format))
    words = st.one_of(words, words.map(lambda text: f"\\{text}" if text[0] not in '"0' else text))
    inverted = [words.map("~{}".format), st.just("~")] if kind.inverts else []
    return st.one_of(words, *inverted, *([st.sampled_from(list(kind.alone))] if kind.alone else []))


def _system_calls(kind: Kind) -> Values:
    word = st.sampled_from(list(kind.words))
    error = any_of("EPERM", "ENOENT", "EOPNOTSUPP", "eperm", "kill", "0", "1", "4095", "0x10", "+5")
    failing = st.builds("{}:{}".format, word, error)
    return st.one_of(
        listed(word), listed(st.one_of(word, failing)).map("~{}".format), listed(failing), word.map("\\{}".format)
    )


def _addresses(_: Kind) -> Values:
    four, six = st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str)
    prefixes = st.builds("{}/{}".format, four, st.integers(0, 32)), st.builds("{}/{}".format, six, st.integers(0, 128))
    words = any_of(
        "any",
        "localhost",
        "link-local",
        "multicast",
        "LOCALHOST",
        "a.localhost",
        "localhost.localdomain.",
        r"10.0\.0.1",
        "::/+8",
    )
    return listed(st.one_of(four, six, *prefixes, words))


def _credentials(_: Kind) -> Values:
    name = word(".", "_", "-", "+", "@", first=string.ascii_letters + "_")
    path = st.lists(parts(), min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
    source = st.one_of(path, path.map("%t{}".format), name)
    return st.one_of(name, st.builds("{}:{}".format, name, source))


KINDS: dict[type[Kind], Callable[[Any], Values]] = {
    values.AccountName: _accounts,
    values.Addresses: _addresses,
    values.Assignments: _assignments,
    values.BindMounts: _binds,
    values.Boolean: _booleans,
    values.BusName: _bus_names,
    values.Choice: _choices,
    values.ExecCommand: _commands,
    values.Credential: _credentials,
    values.WorkingDirectoryPath: _directories,
    values.DirectoryNames: _directory_names,
    values.FilePath: _file_paths,
    values.GroupNames: _groups,
    values.ResourceLimit: _limits,
    values.Mode: _modes,
    values.Output: _outputs,
    values.PathList: _path_lists,
    values.PidFilePath: _pid_files,
    values.SystemCalls: _system_calls,
    values.TemporaryFileSystems: _temporary_file_systems,
    values.Text: _texts,
    values.UnitNames: _unit_names,
    values.Uris: _uris,
    values.UnsignedInt: _whole,
    values.WordList: _word_lists,
    **process.KINDS,
    **sandbox.KINDS,
    **control.KINDS,
    **unit.KINDS,
    **starting.KINDS,
}


def of_kind(kind: Kind, version: int) -> Values:
    """Valid values of a kind, of which systemd `version` knows all words and forms."""
    return KINDS[type(kind)](kind).filter(lambda value: all(need.is_met(version) for need in kind.needs(value)))


@functools.cache
def of_directive(name: str, version: int) -> Values:
    """Valid values of a directive. Requires= names units that exist, or verify would miss them; what turns the order of
    units round, or stops them, names none of the system's.
    """
    if name == "Requires":
        return listed(any_of(*EXISTING_UNITS))
    kind = catalogue.find(name).kind
    if isinstance(kind, values.UnitNames) and name not in {"After", "Wants"}:
        return listed(unit.made_up_units())
    return of_kind(kind, version)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Draw from the strategies alone: Hypothesis mixes in constants of the modules it finds loaded, and would draw other values
    after every change of any line of them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(providers, "_get_local_constants", providers.Constants, raising=False)
        yield


# Decided by the configuration as a whole.
_DECIDED = frozenset(
    {
        *("ExecStart", "ExecStop", "RemainAfterExit", "Restart", "Type", "BusName", "User", "Group", "DynamicUser"),
        # service_verify() speaks of these where another line is or is not there.
        *("ExitType", "RestartForceExitStatus", "RestartMaxDelaySec", "RestartSteps", "RuntimeMaxSec"),
        *("RefreshOnReload", "RuntimeRandomizedExtraSec", "USBFunctionDescriptors", "USBFunctionStrings"),
    }
)


def optional(version: int) -> list[catalogue.Directive]:
    """The directives that a configuration may have or not; no old names, of which systemd speaks."""
    current = [row for row in catalogue.DIRECTIVES if row.is_read_by(version) and not row.successor and not row.removed]
    return [row for row in current if row.name not in _DECIDED]


@st.composite
def parameters(draw: st.DrawFn, version: int = 252, posted: bool = False) -> Parameters:
    """A whole valid configuration as parameters, aimed at systemd `version`; only posted ones carry secrets, no link does."""
    out: Parameters = [("name", draw(word("-", longest=20).map("my{}".format))), ("systemd", str(version))]
    out.extend(draw(_identity(version)))
    out.extend(draw(_process(version)))
    rows = optional(version)
    for directive in draw(st.lists(st.sampled_from(rows), unique_by=lambda d: d.name, min_size=15, max_size=30)):
        lines = draw(
            st.lists(of_directive(directive.name, version), min_size=1, max_size=3 if directive.repeats else 1)
        )
        pairs = [(directive.name, line) for line in lines]
        out.extend(pair for pair in pairs if posted or not carries_secret([pair]))
    resettable = [row.name for row in rows if row.may_reset]
    out.extend(("reset", name) for name in draw(st.lists(st.sampled_from(resettable), unique=True, max_size=3)))
    if ("DynamicUser", "yes") in out:
        return [pair for pair in out if pair[0] != "WorkingDirectory" or "~" not in pair[1]]
    return out + draw(_own_directories())


@st.composite
def _identity(draw: st.DrawFn, version: int) -> Parameters:
    """Who it runs as: User=, Group=, DynamicUser= and account=."""
    identity = draw(any_of("own", "existing", "dynamic", "root"))
    user, group = of_kind(values.AccountName("user"), version), of_kind(values.AccountName("group"), version)
    out = [("Group", draw(group))] if draw(st.booleans()) else []
    if identity == "existing":
        not_root = st.one_of(user, _NUMBERS).filter(lambda name: name not in {"0", "root"})
        return [*out, ("User", draw(not_root)), ("account", "existing")]
    if identity == "root":
        return [*out, *draw(st.sampled_from([[], [("User", "root")], [("User", "0")], [("DynamicUser", "no")]]))]
    own = user.filter(lambda name: name != "root")
    if identity == "dynamic":
        return [*out, ("DynamicUser", "yes")]
    numbers = draw(st.lists(st.sampled_from(["uid", "gid"]), unique=True, max_size=2))
    return [*out, ("User", draw(own)), *((name, str(draw(st.integers(1, 60000)))) for name in numbers)]


@st.composite
def _process(draw: st.DrawFn, version: int) -> Parameters:
    """What runs: Type= with all that service_verify() holds against it."""
    row = {name: of_directive(name, version) for name in ("ExecStart", "ExecStop", "Type", "Restart", "BusName")}
    kind = draw(st.one_of(st.just(""), row["Type"], st.just("oneshot")))
    out = [("Type", kind)] if kind else []
    restart = draw(st.one_of(st.just(""), row["Restart"]))
    if restart and not (
        kind == "oneshot" and (restart in {"always", "on-success"} or (version < 244 and restart != "no"))
    ):
        out.append(("Restart", restart))
    if kind == "dbus" or draw(st.booleans()):
        # A manager holds a name on the bus for one unit only, and a hundred units are verified at once.
        out.append(("BusName", draw(row["BusName"]) + ".x-%N"))
    remains = draw(st.booleans())
    if remains:
        out.append(("RemainAfterExit", "yes"))
    stops = draw(st.lists(row["ExecStop"], max_size=2))
    out.extend(("ExecStop", line) for line in stops)
    least = 0 if kind == "oneshot" and remains and stops else 1
    starts = draw(st.lists(row["ExecStart"], min_size=least, max_size=3 if kind == "oneshot" else 1))
    return out + [("ExecStart", line) for line in starts]


@st.composite
def _own_directories(draw: st.DrawFn) -> Parameters:
    """Directories to create and hand over, none in another."""
    names = draw(st.lists(word("-", "_", ".", "+", " ").map(str.strip), max_size=3))
    form = st.builds(str.__add__, any_of(":0750", ":755", ":"), any_of("", ":ro"))
    return [("own", f"/srv/my{at}{name}{draw(form)}".rstrip(":")) for at, name in enumerate(names)]


_HARM = (
    *"\"'`$&|;<>(){}[]*?!#~=%\\\n\r\t\0\x0b\x0c\x1b\x7f \u0085\u00a0\u00ad\u200b\u200d\u202e\u2028\u2029\u2066\ufeff\ufffd\ue000\ud800é日",
    "$(id)", "`id`", "${IFS}", "; rm -rf /", "&& id", "|| id", "\nUser=root", "\rUser=root", "\0User=root", "\n[Service]\n", "[Install]",
    "ExecStart=+/bin/sh", "../", "/..", "//", "/etc/passwd", "--", "-rf", "%n", "%i", "%%", "%Z", "\\x0a", "\\n", "\\\\", "\\u000a",
    "\x1b[31m", "</script>", "<b>", "{{7*7}}", "'; --", "root", "0", "yes", "myapp", "/srv/myapp", "CAP_SYS_ADMIN", "@system-service",
    "infinity", "1s", "10%", "a.service", "a" * 300, "9" * 40,
)  # fmt: skip

hostile_text: Values = st.one_of(
    st.text(),
    st.lists(st.sampled_from(_HARM), min_size=1, max_size=12).map("".join),
    st.builds("{}{}{}".format, st.sampled_from(_HARM), st.text(max_size=20), st.sampled_from(_HARM)),
)
"""Text with quotes, what shells and templates read, line ends and other controls, tricks of Unicode, systemd's syntax."""

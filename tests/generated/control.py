"""Valid values of the kinds that are about control groups and signals."""

import string
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app import values
from app.values import Kind
from tests.generated.text import PATHS, Values, any_of, listed, parts, quoted, word


def whole(least: int, most: int) -> Values:
    """A whole number in every form that systemd reads."""
    amount = st.integers(least, most)
    forms = any_of("{}", "{}", "{}", "+{}", "{:#x}", "{:#o}", "{:#b}", "0X{:X}", "00{:o}" if most < 8 else "{}")
    return st.builds(str.format, forms, amount)


def shares(most: int) -> Values:
    """A share from above nothing to some percents, in %, ‰ and ‱."""
    digits = st.integers(0, 9)
    return st.one_of(
        st.builds("{}%".format, whole(1, most)),
        st.builds("{}.{}%".format, st.integers(1, most - 1), digits),
        st.builds("{}.{}{}%".format, st.integers(1, most - 1), digits, digits),
        st.builds("{}‰".format, whole(1, most * 10)),
        st.builds("{}.{}‰".format, st.integers(1, most * 10 - 1), digits),
        st.builds("{}‱".format, whole(1, most * 100)),
    )


def time_spans(kind: Any) -> Values:
    """A time span of one part or more, with blanks, decimals and every unit."""
    least = kind.minimum // 1_000_000
    number = st.one_of(
        st.integers(least, 100_000).map(str),
        st.builds("{}.{}".format, st.integers(least, 999), st.integers(0, 10**9)),
        st.builds("{}{}".format, any_of("+", "00"), st.integers(least + 1, 99)),
        *([] if least else [st.integers(0, 9999).map(".{}".format)]),
    )
    units = [unit for unit in values.numbers.TIME_UNITS if not least or values.numbers.span(f"1{unit}") >= kind.minimum]
    span = st.builds("{}{}{}".format, number, any_of("", " ", "  "), any_of(*units))
    parts = st.one_of(number, span)
    together = st.lists(span, min_size=2, max_size=3).map("".join)
    return st.one_of(parts, listed(parts, most=3), together, *([st.just("infinity")] if kind.endless else []))


def sizes(base: int, least: int = 1) -> Values:
    """A size of one part or more, larger units first."""
    small = st.builds("{}{}".format, st.integers(1, 15), any_of(*"BKMGTPE"))
    decimal = st.builds("{}.{}{}".format, st.integers(1, 99), st.integers(0, 10**6), any_of("", *"BKMGTP", ".M"[1:]))
    mixed = st.builds("{}G{}{}M {}".format, whole_decimal(), any_of("", " "), whole_decimal(), whole_decimal())
    return st.one_of(
        st.integers(least, base**6).map(str),
        small,
        decimal,
        mixed,
        st.integers(1, 99).map("0{}. K".format),
        small.map("+{}".format),
    )


def whole_decimal() -> Values:
    return st.integers(1, 999).map(str)


def _sizes(kind: Any) -> Values:
    none = [any_of("0", "0%", "0.00%", "0K", "0x0%")] if not kind.minimum else []
    return st.one_of(
        sizes(1024, kind.minimum), shares(100), st.just("infinity"), st.just("18446744073709551614"), *none
    )


def _tasks(_: Kind) -> Values:
    return st.one_of(whole(1, 2**64 - 2), whole(1, 9999), shares(100), any_of("infinity", "0%"))


def _quotas(_: Kind) -> Values:
    return st.one_of(shares(20_000), shares(100), any_of("0.01%", "21474836%", "2147483647‱"))


def _shares(kind: Any) -> Values:
    return whole(0, 100).map("{}%".format) if kind.whole else st.one_of(shares(100), any_of("0%", "100%", "10000‱"))


def _weights(kind: Any) -> Values:
    return st.one_of(whole(kind.minimum, kind.maximum), *([st.sampled_from(list(kind.words))] if kind.words else []))


def _signals(_: Kind) -> Values:
    name = any_of(*sorted(values.signals.SIGNALS), "RTMIN", "RTMAX")
    real_time = st.one_of(whole_decimal_upto(30).map("RTMIN+{}".format), whole_decimal_upto(30).map("RTMAX-{}".format))
    named = st.builds("{}{}".format, any_of("", "SIG"), st.one_of(name, real_time))
    return st.one_of(named, whole(1, 64))


def whole_decimal_upto(most: int) -> Values:
    return st.integers(0, most).map(str)


def _exit_statuses(_: Kind) -> Values:
    status = st.one_of(whole(0, 255), any_of(*sorted(values.signals.EXIT_STATUSES)))
    return listed(st.one_of(status, _signals(_).filter(lambda name: values.numbers.number(name) is None)))


def _numbers(_: Kind) -> Values:
    number = st.one_of(whole(0, 100), whole(0, 8191))
    pair = st.tuples(st.integers(0, 8191), st.integers(0, 8191))
    span = pair.map(lambda pair: f"{min(pair)}-{max(pair)}")
    item = st.one_of(number, span, quoted(st.one_of(number, span)), any_of("%U", "0-%G"))
    return st.lists(st.builds("{}{}".format, item, any_of(",", " ", ", ", " ,,")), min_size=1, max_size=4).map(
        lambda items: "".join(items).rstrip(" ")
    )


def _controllers(kind: Any) -> Values:
    names = any_of(*values.control.CONTROLLERS)
    switches = [any_of("yes", "no", "TRUE", "0", "off")] if kind.switches else []
    return st.one_of(listed(names), listed(quoted(names)) if kind.quotes else listed(names), *switches)


def _group_names(_: Kind) -> Values:
    return st.one_of(
        word("-", "_", ".", ":", "@", "%", " ", '"', "\\", longest=20).map(lambda name: f"g{name}x"),
        any_of("é", "%n", "cpux.y", "cgroup"),
    )


def _slice_names(_: Kind) -> Values:
    part = word("_", ".", ":", "\\")
    parted = st.lists(part, min_size=1, max_size=3).map("-".join)
    return st.one_of(
        st.builds("{}.slice".format, parted), any_of("-.slice", "my-%N.slice", "%p.slice", "system-%j.slice")
    )


def _rule_names(_: Kind) -> Values:
    name = word("-", "_", ".", "%", ":", "@")
    return listed(st.one_of(name, quoted(st.builds("{} {}".format, name, name))))


def _bind_rules(_: Kind) -> Values:
    pair = st.tuples(st.integers(1, 65535), st.integers(1, 65535))
    ports = st.one_of(pair.map(lambda pair: f"{min(pair)}-{max(pair)}"), whole(0, 65535), st.just("any"))
    full = st.builds("{}{}{}".format, any_of("", "ipv4:", "ipv6:"), any_of("", "tcp:", "udp:"), ports)
    return st.one_of(full, any_of("ipv4", "ipv6", "tcp", "udp", "ipv4:tcp", "ipv6:udp"))


def _interfaces(_: Kind) -> Values:
    return st.one_of(word("-", "_", ".", "@", "!", '"', longest=40), st.builds("{}%N".format, word()))


def _nft_sets(_: Kind) -> Values:
    name = word("_", ".", "/", longest=40)
    fields = st.builds(
        "{}:{}:{}:{}".format, any_of(*values.network._NFT_SOURCES), any_of(*values.network._NFT_FAMILIES), name, name
    )
    return listed(st.one_of(fields, quoted(fields), fields.map("{}\\x2e".format)))


def _bpf_programs(_: Kind) -> Values:
    return st.builds("{}:{}".format, any_of(*values.network.BPF_TYPES), PATHS)


def _open_files(_: Kind) -> Values:
    path = st.lists(word(".", "_", "-", "%", '"', " "), min_size=1, max_size=3).map(lambda parts: f"/{'/'.join(parts)}")
    name = st.one_of(word(".", "_", "-", "%", " ", "@", longest=30), st.just(""), st.just("a\\x20b"))
    mode = any_of(
        "read-only", "append", "truncate", "graceful", "read-only,graceful", "graceful,append", ",truncate,", ""
    )
    return st.one_of(
        path,
        st.builds("{}:{}".format, path, name),
        st.builds("{}:{}:{}{}".format, path, name, mode, any_of("", "", ":")),
    ).map(lambda value: value.rstrip(" "))


def _socket_names(_: Kind) -> Values:
    stem = word("-", "_", ".", ":")
    return listed(
        st.one_of(
            st.builds("{}.socket".format, stem), st.builds("{}@{}.socket".format, stem, stem), st.just("x-%N.socket")
        )
    )


def _luo_sessions(_: Kind) -> Values:
    return st.lists(word("-", "_", ".", "@", "%", "/"), min_size=1, max_size=3, unique=True).map(" ".join)


def _nodes() -> Values:
    path = st.one_of(
        PATHS, word("/", ".", first=string.ascii_letters), any_of("/dev/sda", "/dev//sd%N", "/", "/../dev/sda", "./sda"),
        quoted(st.lists(parts(" ").map(str.strip), min_size=1).map(lambda parts: f"/{'/'.join(parts)}")),
    )  # fmt: skip
    return path.filter(lambda node: "/.." not in node[1:])


def _per_device(kind: Any) -> Values:
    inner = KINDS[type(kind.of)](kind.of)
    return st.builds("{}{}{}".format, _nodes(), any_of(" ", "  "), inner)


def _rates(kind: Any) -> Values:
    return st.one_of(sizes(1000), *([st.just("infinity")] if kind.endless else []))


def _device_access(_: Kind) -> Values:
    node = st.one_of(
        st.builds(
            "{}{}".format, any_of("/dev/", "/dev//", "/run/systemd/inaccessible/", "/./dev/"), word("/", "_", "-")
        ),
        st.builds("{}{}".format, any_of("char-", "block-"), word("/", "*", "-", "?")),
        any_of("/dev/sd%N", '"/dev/a b"', "char-%N", "char-", '"block-x y"', "/../dev/null"),
    )
    return st.builds(
        "{}{}".format, node, st.one_of(st.just(""), st.text("rwm", min_size=1, max_size=4).map(" {}".format))
    )


KINDS: dict[type[Kind], Callable[[Any], Values]] = {
    values.BindRule: _bind_rules,
    values.BpfProgram: _bpf_programs,
    values.Controllers: _controllers,
    values.DeviceAccess: _device_access,
    values.ExitStatuses: _exit_statuses,
    values.GroupName: _group_names,
    values.InterfaceName: _interfaces,
    values.LuoSessions: _luo_sessions,
    values.NftSets: _nft_sets,
    values.CpuList: _numbers,
    values.OpenFile: _open_files,
    values.PerDevice: _per_device,
    values.Quota: _quotas,
    values.Rate: _rates,
    values.RuleNames: _rule_names,
    values.Share: _shares,
    values.Signal: _signals,
    values.Size: _sizes,
    values.SliceName: _slice_names,
    values.SocketNames: _socket_names,
    values.Tasks: _tasks,
    values.TimeSpan: time_spans,
    values.Weight: _weights,
}

"""Valid values of the kinds that only timers, sockets and paths have."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app import values
from app.values import Kind
from tests.generated.text import Values, any_of, word

_DAYS = any_of("Mon", "tue", "Wednesday", "Thu", "FRI", "Sat", "Sun", "Mon..Fri", "Sat..Sun", "Tue-Thu", "Mon..Sun")


@st.composite
def _part(draw: st.DrawFn, least: int, most: int) -> str:
    """A number of a list, a range or a repetition."""
    start = draw(st.integers(least, most - 1))
    stop = draw(st.integers(start + 1, most))
    step = draw(st.integers(1, stop - start))
    return draw(any_of(f"{start}", f"{start:02}", f"{start}..{stop}", f"{start}..{stop:02}/{step}", f"{start}/{step}"))


def _numbers(least: int, most: int) -> Values:
    """All numbers, one, or a list of them and of ranges."""
    return st.one_of(st.just("*"), st.lists(_part(least, most), min_size=1, max_size=3).map(",".join))


@st.composite
def _last_days(draw: st.DrawFn) -> str:
    """Days counted from the end of the month."""
    day = draw(st.integers(2, 28))
    step = draw(st.integers(1, day - 1))
    return draw(any_of("*", f"{day}", f"{day:02}/{step}", f"1..{day}"))


_SECONDS = st.one_of(_numbers(0, 59), any_of("*", "0/0.5", "1.25", "3.33/10.05", "0..30/7.5", "59.999999", "7.1234567"))
_YEARS = st.one_of(st.just("*"), st.integers(1970, 2199).map(str), st.integers(10, 99).map(str), _numbers(2024, 2090))
_DATES = st.one_of(
    st.builds("{}-{}".format, _numbers(1, 12), _numbers(1, 31)),
    st.builds("{}-{}-{}".format, _YEARS, _numbers(1, 12), _numbers(1, 31)),
    st.builds("{}-{}~{}".format, any_of("*", "2027"), _numbers(1, 12), _last_days()),
)
_TIMES = st.one_of(
    st.builds("{}:{}".format, _numbers(0, 23), _numbers(0, 59)),
    st.builds("{}:{}:{}".format, _numbers(0, 23), _numbers(0, 59), _SECONDS),
)
_WEEKDAYS = st.builds(str.__add__, st.lists(_DAYS, min_size=1, max_size=3).map(",".join), any_of("", "", ","))
_ZONES = st.one_of(
    any_of("", "", " UTC", " utc", " Europe/Berlin"),
    st.sampled_from(sorted(values.TIME_ZONES)).map(" {}".format),
)


def _calendar_events(kind: Kind) -> Values:
    parts = st.one_of(
        _TIMES,
        _DATES,
        _WEEKDAYS,
        st.builds("{} {}".format, _WEEKDAYS, st.one_of(_DATES, _TIMES)),
        st.builds("{}{}{}".format, _DATES, any_of(" ", "  "), _TIMES),
        st.builds("{} {} {}".format, _WEEKDAYS, _DATES, _TIMES),
        any_of(*kind.suggestions, "DAILY", "Annually", "bi-annually"),
        st.integers(0, 7_258_118_399).map("@{}".format),
    )
    return st.builds(str.__add__, parts, _ZONES)


_PORTS = st.integers(1, 65535)
_LOCAL = st.one_of(
    word("-", "_", ".").map("/run/{}".format),
    any_of("/run/a b.sock", "/tmp/é", "/run/%n", "%t/x.sock", "@myapp", "@a/b"),
)
_HOSTS = st.one_of(
    st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map("[{}]".format), any_of("0.0.0.0", "[::]", "127.0.0.1", "[::1]", "[::ffff:1.2.3.4]")
)  # fmt: skip
_VSOCKS = st.builds("vsock:{}:{}".format, any_of("", "2", "4294967295"), st.integers(0, 2**32 - 2))


def _socket_addresses(kind: values.SocketAddress) -> Values:
    internet = st.one_of(_PORTS.map(str), st.builds("{}:{}".format, _HOSTS, _PORTS), _VSOCKS)
    return st.one_of(_LOCAL, internet) if kind.internet else _LOCAL


def _netlink_addresses(_: Kind) -> Values:
    family = any_of("route", "audit", "kobject-uevent", "generic", "selinux", "connector")
    return st.one_of(family, st.builds("{} {}".format, family, st.integers(0, 2**32 - 1)))


def _nodes(kind: values.NodePath) -> Values:
    devices = any_of("/dev/kmsg", "/proc/x", "/sys/a/b") if kind.device else any_of("/x", "/run/x.fifo")
    return st.one_of(word("-", "_", ".").map("/srv/{}".format), devices, any_of("/a b", "%t/x", "/a//b/"))


def _triggered(kind: values.TriggeredUnit) -> Values:
    suffix = st.just(kind.suffix) if kind.suffix else any_of(".service", ".target", ".timer")
    return st.builds("{}{}".format, st.one_of(word("-", "_", "."), any_of("x-%p", "a@b", "a@%i-x", "x-%N")), suffix)


def _descriptors(_: Kind) -> Values:
    return st.one_of(word("-", "_", ".", " ", "/", first="aZ0-/"), any_of("%n", "x" * 255, "%p-x"))


def _attributes(_: Kind) -> Values:
    return st.builds("user.{}={}".format, word("-", ".", "_"), any_of("", "x", "a=b", "%n", "a b"))


def _bytes(_: Kind) -> Values:
    return st.builds("{}{}".format, st.integers(0, 2**20), any_of("", "K", "M", "G", "B"))


def _algorithms(_: Kind) -> Values:
    return st.one_of(any_of("cubic", "bbr", "reno", "dctcp"), word("_", "-", longest=15))


KINDS: dict[type[Kind], Callable[[Any], Values]] = {
    values.Algorithm: _algorithms,
    values.Attribute: _attributes,
    values.ByteCount: _bytes,
    values.CalendarEvent: _calendar_events,
    values.DescriptorName: _descriptors,
    values.NetlinkAddress: _netlink_addresses,
    values.NodePath: _nodes,
    values.SocketAddress: _socket_addresses,
    values.TriggeredUnit: _triggered,
}

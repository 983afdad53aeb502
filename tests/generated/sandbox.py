"""Valid values of the kinds that are about sandboxing, root directories and images."""

import base64
import string
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app import values
from app.values import Kind
from tests.generated.text import BLANK_PATHS, PATHS, Values, any_of, listed, quoted, with_prefix, word

_UP_PATHS = st.one_of(PATHS, PATHS, any_of("/../x", "/..", "//.././../srv"))
_HOST_NAMES = st.lists(word(longest=8), min_size=1, max_size=3).map(lambda labels: "-".join(labels))


def _hostname_protections(kind: Kind) -> Values:
    name = st.one_of(_HOST_NAMES, st.builds("{}.{}".format, _HOST_NAMES, _HOST_NAMES), any_of("%p", "a-%N.x", "x" * 64))
    pair = st.builds("{}:{}".format, any_of("private", "private", "yes", "1", "On"), name)
    plain = any_of("yes", "no", "TRUE", "off")
    return st.one_of(plain, plain, plain, st.sampled_from(list(kind.words)), pair)


def _system_paths(_: Kind) -> Values:
    return st.one_of(BLANK_PATHS, _UP_PATHS)


def _search_paths(_: Kind) -> Values:
    path = st.one_of(BLANK_PATHS, _UP_PATHS, any_of(r"/a\:b", r"/a\\b", '/a"b'))
    return st.lists(path, min_size=1, max_size=3).map(":".join)


def _labels(_: Kind) -> Values:
    name = st.one_of(word("_", ":", "/", "-", " ", longest=20).map(str.strip), any_of("%p", "a%%b", "é", '"a"'))
    return with_prefix(name, "", "-")


def _delegated_namespaces(kind: Kind) -> Values:
    listable = [kind_of for kind_of in kind.words if kind_of != "user"]
    denied = listed(st.sampled_from(list(kind.words))).map("~{}".format)
    return st.one_of(listed(st.sampled_from(listable)), denied, any_of("yes", "no", "ON", "~"))


def _interfaces(_: Kind) -> Values:
    name = st.one_of(
        word("-", "_", ".", "@", "!", longest=15), any_of("lo", "eth0", "0x0", "-5", "1a", "'ab'", '"eth0"')
    )
    long = word("-", longest=100)
    return with_prefix(listed(st.one_of(name, name, long)), "", "~")


def _file_systems(_: Kind) -> Values:
    name = st.one_of(
        st.sampled_from(values.sandbox.FILE_SYSTEM_GROUPS),
        any_of("ext4", "tmpfs", "fuse.x", '"xfs"', "'a b'", r"v\fat"),
    )
    return with_prefix(listed(name), "", "~")


def _bpf_delegations(kind: Kind) -> Values:
    words = st.lists(st.sampled_from(list(kind.words)), min_size=1, max_size=4).map(",".join)
    return st.one_of(words, words.map(",{},,".format), st.just("any"))


def _directory_quotas(_: Kind) -> Values:
    share = st.builds("{}{}%".format, st.integers(0, 99), any_of("", ".5", ".25"))
    size = st.builds("{}{}".format, st.integers(0, 2**20), any_of("", *"BKMGT"))
    return st.one_of(share, size, any_of("off", "100%", "1.5G 200M", "5‰", "1‱", "0"))


def _system_errors(_: Kind) -> Values:
    number = st.integers(1, 4095)
    names = st.sampled_from(sorted(values.allow_lists._ERRORS))
    return st.one_of(names, number.map(str), number.map(hex), number.map("+{}".format), st.just("kill"))


_MOUNT_OPTIONS = st.lists(
    any_of("ro", "rw", "nosuid", "size=10%%", "x-%p", r"context=a\:b", "é"), min_size=1, max_size=3
).map(",".join)


def _partitions() -> Values:
    return st.sampled_from(list(values.images.PARTITIONS))


def _image_options(_: Kind) -> Values:
    pair = st.builds("{}:{}".format, _partitions(), _MOUNT_OPTIONS)
    return listed(st.one_of(_MOUNT_OPTIONS, pair, pair.map(":{}:".format), quoted(pair)))


def _images(kind: Kind) -> Values:
    """Paths without an equals sign or anything else that an escape could stand for."""
    source = with_prefix(st.one_of(_UP_PATHS, any_of(r"/a\x20b", r"/a\:b", "/dev/sda1", "/sys/x", '"/a b"')), "", "-")
    source = st.one_of(source.filter(lambda path: not path.startswith('-"')), quoted(BLANK_PATHS))
    target = st.one_of(_UP_PATHS, any_of("/proc", "/dev/x"))
    image = st.builds("{}:{}".format, source, target) if kind.mounted else source
    pairs = st.lists(st.builds(":{}:{}".format, _partitions(), _MOUNT_OPTIONS), max_size=2).map("".join)
    last = st.one_of(st.just(""), _MOUNT_OPTIONS.map(":{}".format), st.just(":"))
    return listed(st.builds("{}{}{}".format, image, pairs, last), most=3)


def _image_policies(_: Kind) -> Values:
    known = [name for name, (_, gone) in values.images.PARTITIONS.items() if gone == values.FOREVER]
    flags = st.lists(st.sampled_from(list(values.images._POLICY_FLAGS)), max_size=3).map("+".join)
    named = st.lists(st.sampled_from([*known, ""]), min_size=1, max_size=4, unique=True)

    def rules(partitions: list[str]) -> Values:
        rule = [
            st.builds("{}={}".format, st.just(partition), st.one_of(flags, st.just("-"), flags.map(" {} ".format)))
            for partition in partitions
        ]
        return st.tuples(*rule).map(":".join)

    return st.one_of(named.flatmap(rules).map(str.strip), any_of("*", "~", "-"))


def _root_hashes(_: Kind) -> Values:
    digits = st.text(string.hexdigits, min_size=16, max_size=32)
    return st.one_of(
        digits.map(lambda half: half + half),
        digits.map(lambda half: f"{half} {half}"),
        BLANK_PATHS.filter(lambda path: path.startswith("/")),
        any_of("/%Z", "/.."),
    )


def _root_hash_signatures(_: Kind) -> Values:
    text = st.binary(max_size=20).map(_base64)
    return st.one_of(text.map("base64:{}".format), any_of("/a b", "/%Z/..", "base64:AA AA", "base64: AA=="))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


KINDS: dict[type[Kind], Callable[[Any], Values]] = {
    values.BpfDelegation: _bpf_delegations,
    values.DelegatedNamespaces: _delegated_namespaces,
    values.DirectoryQuota: _directory_quotas,
    values.FileSystems: _file_systems,
    values.HostnameProtection: _hostname_protections,
    values.ImageOptions: _image_options,
    values.ImagePolicy: _image_policies,
    values.Images: _images,
    values.InterfaceList: _interfaces,
    values.SecurityLabel: _labels,
    values.RootHash: _root_hashes,
    values.RootHashSignature: _root_hash_signatures,
    values.SearchPath: _search_paths,
    values.SystemError: _system_errors,
    values.SystemPath: _system_paths,
}

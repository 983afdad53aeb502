"""Files in one gzipped tar: the same bytes for the same files, owned by root, sorted, of no time."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from typing import NamedTuple


class TarMember(NamedTuple):
    """A file of a tarball."""

    text: str
    """The file's text."""
    mode: int = 0o644
    """The access bits."""


def pack(folder: str, files: Mapping[str, TarMember]) -> bytes:
    """The files, by their paths below a folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, (text, mode) in sorted(files.items()):
            entry = tarfile.TarInfo(f"{folder}/{name}")
            content = text.encode()
            entry.size, entry.mode, entry.uname, entry.gname = len(content), mode, "root", "root"
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)

"""What the picture answers for a path, and the sentences that say why."""

from typing import NamedTuple

from app.analysis.access.mounts import Content, Mount, MountKind
from app.analysis.access.owners import OwnedPath
from app.analysis.access.permissions import OVERRIDE, SEARCH, Rights

READ_WRITE, READ_ONLY, HIDDEN, DENIED, DEPENDS = WORDS = ("read-write", "read-only", "hidden", "denied", "depends")
"""What a service may do at a path. For a directory, to read is to list it, to write is to create in it; hidden: its
real content cannot be reached there; depends: only the machine knows."""


class Access(NamedTuple):
    """The access of a service to a path, and the reasons for it."""

    path: str
    access: str
    """One of WORDS."""
    why: tuple[str, ...]
    """The reasons as sentences: first the mount, then the owner and the mode."""

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return {"path": self.path, "access": self.access, "why": list(self.why)}


_SENTENCES = {
    MountKind.CLOSED: "{cause} puts a closed, empty directory over {path}.",
    MountKind.OWN: "{cause} gives it {path} of its own in place of the machine’s.",
    MountKind.EMPTY: "{cause} puts an empty file system over {path}.",
    MountKind.READ_ONLY: "{cause} makes {path} read-only.",
    MountKind.READ_WRITE: "{cause} leaves {path} writable.",
    MountKind.LEFT: "{cause} leaves {path} as it is.",
    MountKind.KERNEL: "{cause} mounts {path} by itself, so that it stays writable.",
    MountKind.RUN: "{cause} mounts {path} by itself, so that it stays writable.",
    MountKind.EXECUTION: "{cause} changes nothing here but what may be executed.",
    MountKind.BIND: "{cause} shows {source} at {path}.",
}
_WITHIN_REACH = "{cause} keeps {path} within its reach."


def _said(mount: Mount) -> str:
    read_only = " Nothing can be written there." if mount.read_only and mount.kind != MountKind.READ_ONLY else ""
    is_itself = mount.kind == MountKind.BIND and mount.source == mount.path
    sentence = _WITHIN_REACH if is_itself else _SENTENCES[mount.kind]
    return sentence.format(cause=mount.cause, path=mount.path, source=mount.source) + read_only


def mounted(content: Content) -> str:
    """What the mounts do to a path."""
    return _said(content.mount) if content.mount else "No mount of its own stands before it."


def owned(place: OwnedPath | None, rights: Rights) -> str:
    """What owner and mode let the service do with a place."""
    by = rights.by(place)
    if place is None:
        opens = f" {by} opens it all the same." if by in (OVERRIDE, SEARCH) else ""
        return f"Who owns it, and with which mode, only the machine knows.{opens}"
    belongs = f"It belongs to {place.user}:{place.group} with mode {place.mode:04o}"
    return f"{belongs}{_BY[by]}."


_BY = {
    "owner": ", which the service runs as",
    "group": ", and the service is in the group",
    "others": ", neither of them the service’s",
    OVERRIDE: f", which {OVERRIDE} passes by",
    SEARCH: f", which {SEARCH} passes by to read",
}


class Stop(NamedTuple):
    """A directory above a path that the service cannot enter, or may be unable to enter."""

    path: str
    """The absolute path of the directory."""
    gate: OwnedPath | None
    """The directory's owner and mode, or None if they are unknown."""
    enters: bool | None
    """Whether the service can enter the directory, or None if only the machine knows."""


def stopped(way: Stop) -> str:
    """Why a directory on the way to a place stops the service."""
    if way.gate is None:
        return f"Who may enter {way.path}, only the machine knows."
    belongs = f"{way.path} belongs to {way.gate.user}:{way.gate.group} with mode {way.gate.mode:04o}"
    return f"{belongs}, and the service may not enter it."

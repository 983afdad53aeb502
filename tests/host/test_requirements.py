"""What units want of a machine, as data."""

import pytest

from app.effective import Effective
from app.host.requirements import (
    ExistingAccount,
    Link,
    Node,
    RequiredDirectory,
    RequiredGroup,
    RequiredPath,
    RequiredUser,
    Requirements,
    requirements,
)
from tests.support.configurations import LEAST, Parameters, unit_of, with_values

EVERY = {f"{kind}Directory": kind.lower() for kind in ("State", "Runtime", "Configuration")}
LISTENS = {
    "ListenStream": ["8080", "@abstract", "/run/%n/s"],
    "ListenFIFO": "/run//p",
    "ListenMessageQueue": "/q",
    "SocketGroup": "web",
    "SocketMode": "0660",
}
HOME, NONE = "/var/lib/state", "/nonexistent"
ROWS: dict[str, tuple[Parameters, Requirements]] = {
    "own": (
        with_values(LEAST, own=["/srv/x:2770", "/srv/r::ro"], SupplementaryGroups="adm audio adm", **EVERY),
        Requirements(
            (RequiredGroup("myapp"),),
            (RequiredUser("myapp", "", "myapp", HOME),),
            (ExistingAccount("group", "adm", "SupplementaryGroups"), ExistingAccount("group", "audio", "SupplementaryGroups")),
            (
                RequiredDirectory("/srv/x", "myapp", "myapp", "2770", "own"),
                RequiredDirectory("/srv/r", "myapp", "myapp", "0750", "own", is_writable=False),
                RequiredDirectory("/etc/configuration", "root", "myapp", "0750", "configuration", is_writable=False),
                RequiredDirectory(HOME, "myapp", "myapp", "0755", "managed"),
                RequiredDirectory("/run/runtime", "myapp", "myapp", "0755", "managed"),
            ),
            (),
        ),
    ),
    "own with group": (
        with_values(LEAST, User="%p", Group="web", ReadWritePaths="/data/x -/data/y"),
        Requirements((RequiredGroup("web"),), (RequiredUser("myapp", "", "web", NONE),), (), (), (RequiredPath("/data/x", "myapp"),)),
    ),
    "existing": (
        with_values(LEAST, User="alice", account="existing", own="/srv/x", ConfigurationDirectory="web"),
        Requirements(
            (),
            (),
            (ExistingAccount("passwd", "alice", "User"),),
            (
                RequiredDirectory("/srv/x", "alice", "", "0750", "own"),
                RequiredDirectory("/etc/web", "root", "", "0750", "configuration", is_writable=False),
            ),
            (),
        ),
    ),
    "existing with group": (
        with_values(LEAST, User="alice", Group="web", account="existing"),
        Requirements((), (), (ExistingAccount("passwd", "alice", "User"), ExistingAccount("group", "web", "Group")), (), ()),
    ),
    "dynamic": (
        with_values(LEAST, User=[], DynamicUser="yes", Group="web", SupplementaryGroups="web adm", **EVERY),
        Requirements(
            (),
            (),
            (ExistingAccount("group", "adm", "SupplementaryGroups"),),
            (
                RequiredDirectory("/etc/configuration", "root", "root", "0755", "configuration", is_writable=False),
                RequiredDirectory("/var/lib/private/state", "myapp", "web", "0755", "managed"),
                RequiredDirectory("/run/runtime", "myapp", "web", "0755", "managed"),
            ),
            (),
            (Link("/var/lib/state", "/var/lib/private/state", "private/state"),),
        ),
    ),
    "links": (
        with_values(LEAST, User=[], StateDirectory="x/y:a/b", RuntimeDirectory="r"),
        Requirements(
            (),
            (),
            (),
            (
                RequiredDirectory("/var/lib/x/y", "root", "root", "0755", "managed"),
                RequiredDirectory("/run/r", "root", "root", "0755", "managed"),
            ),
            (),
            (Link("/var/lib/a/b", "/var/lib/x/y", "../x/y"),),
        ),
    ),
    "sockets": (
        with_values(LEAST, **{f"socket.Socket.{name}": value for name, value in LISTENS.items()}),
        Requirements(
            (RequiredGroup("myapp"),),
            (RequiredUser("myapp", "", "myapp", NONE),),
            (),
            (),
            (),
            (),
            (
                Node("/run/myapp.socket/s", "root", "web", "0660", "s"),
                Node("/run/p", "root", "web", "0660", "p"),
                Node("/dev/mqueue/q", "root", "web", "0660", "f"),
            ),
        ),
    ),
    "one socket": (
        with_values(LEAST, User=[], **{"socket.Socket.ListenStream": "/run/%N.sock", "socket.Socket.SocketUser": "%p", "socket.Socket.Symlinks": "/run/a /run/b/c"}),
        Requirements(
            (),
            (),
            (),
            (),
            (),
            (Link("/run/a", "/run/myapp.sock", "myapp.sock"), Link("/run/b/c", "/run/myapp.sock", "../myapp.sock")),
            (Node("/run/myapp.sock", "myapp", "", "0666", "s"),),
        ),
    ),
    "root": (
        with_values(LEAST, User=[], own="/srv/x", ReadWritePaths="/data/x"),
        Requirements((), (), (), (RequiredDirectory("/srv/x", "root", "root", "0750", "own"),), (RequiredPath("/data/x", ""),)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "expected"), ROWS.values(), ids=ROWS)
def test_a_unit_has_the_expected_requirements(parameters: Parameters, expected: Requirements) -> None:
    found = requirements(Effective(unit_of(parameters)))
    assert found == expected
    assert found.created == tuple(directory for directory in found.directories if directory.kind != "managed")


def test_a_requirement_of_several_units_is_listed_once() -> None:
    first, second = (
        Effective(unit_of(with_values(LEAST, name=name, own=[f"/srv/{name}", "/srv/both"], **EVERY))) for name in "ab"
    )
    both = requirements(first, second)
    assert both.groups == requirements(first).groups
    assert both.users == requirements(first).users
    assert [directory.path for directory in both.directories if directory.kind == "own"] == [
        "/srv/a",
        "/srv/both",
        "/srv/b",
    ]
    assert requirements() == Requirements((), (), (), (), ())

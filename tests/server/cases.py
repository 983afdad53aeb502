"""Servers that the tests on several services share."""

from app import profiles, server
from app.server import Conflict, Server
from app.unitfile.model import UnitFile
from tests.support.configurations import Parameters, unit_of, with_values


def starter(name: str, **values: str | list[str]) -> UnitFile:
    """The starter with another name, and a user and directories of that name, then with these values."""
    parameters: Parameters = [(key, value.replace("myapp", name)) for key, value in profiles.STARTER]
    return unit_of(with_values(parameters, **values))


def bare(name: str, **values: str | list[str]) -> UnitFile:
    """A service that shares nothing and has nothing but its user, with these values."""
    least: Parameters = [
        ("name", name), ("systemd", "252"), ("ExecStart", "/usr/bin/true"), ("User", name), ("UMask", "0077"),
        ("PrivateTmp", "yes"), ("ProtectProc", "invisible"), ("TemporaryFileSystem", "/dev/shm:mode=1777"),
    ]  # fmt: skip
    return unit_of(with_values(least, **values))


def conflicts(*units: UnitFile) -> list[Conflict]:
    """What is found between services, fixes included."""
    return server.find(Server.of(units))


def ids(*units: UnitFile) -> set[tuple[str, str]]:
    """The ids and severities of what is found."""
    return {(conflict.id, conflict.severity) for conflict in conflicts(*units)}

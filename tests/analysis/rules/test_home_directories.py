"""Homes: who of a service reaches them."""

from app.analysis.rules import home_directories
from tests.analysis.rules.cases import Twins, find, fixed
from tests.support.configurations import least_with

TWINS: list[Twins] = [
    Twins("P4", "ProtectHome", {"ProtectSystem": "strict"}, {"ProtectSystem": "strict", "ProtectHome": "yes"}),
    Twins("P4", "ProtectHome", {"ProtectSystem": "strict", "ProtectHome": "no"}, {"ProtectSystem": "full"}),
    Twins("P4", "ProtectHome", {"ProtectSystem": "strict", "User": []}, {"ProtectSystem": "strict", "ProtectHome": "read-only"}),
    Twins("P4", "ProtectHome", {"ProtectSystem": "strict", "InaccessiblePaths": "-/home /root"}, {"ProtectSystem": "strict", "InaccessiblePaths": "-/home /root", "ReadOnlyPaths": "/run"}),
    Twins("P4", "ProtectHome", {"ProtectSystem": "strict"}, {"ProtectSystem": "strict", "RootDirectory": "/srv/root"}),
    Twins("P4", "ProtectHome", {"ProtectSystem": "strict", "ReadWritePaths": "-/home/x"}, {"DynamicUser": "yes"}),
    Twins("P11", "ProtectHome", {"DynamicUser": "yes"}, {"DynamicUser": "yes", "ProtectHome": "yes"}),
    Twins("P11", "ProtectHome", {"DynamicUser": "yes", "ProtectHome": "no"}, {"DynamicUser": "yes", "ProtectHome": "read-only"}),
    Twins("P11", "ProtectHome", {"DynamicUser": "yes", "ReadOnlyPaths": "/home /root /run"}, {"DynamicUser": "yes", "TemporaryFileSystem": "/home:ro /root /run/user:ro"}),
    Twins("P29", "ExecStart", {"ProtectHome": "yes", "ExecStart": "/home/x/app"}, {"ProtectHome": "read-only", "ExecStart": "/home/x/app"}),
    Twins("P29", "ExecStartPre", {"ProtectHome": "tmpfs", "ExecStartPre": "-/root/app"}, {"ProtectHome": "tmpfs", "ExecStartPre": "/root/app", "BindReadOnlyPaths": "/root"}),
    Twins("P29", "WorkingDirectory", {"ProtectHome": "yes", "WorkingDirectory": "-/home/x"}, {"ProtectHome": "yes", "WorkingDirectory": "/homes/x"}),
    Twins("P29", "ReadWritePaths", {"ProtectHome": "yes", "ReadWritePaths": "-%t/user/5"}, {"ReadWritePaths": "-%t/user/5"}),
    Twins("P29", "ReadWritePaths", {"ProtectHome": "yes", "ReadWritePaths": "-/home/x", "BindPaths": "/home/x"}, {"ProtectHome": "tmpfs", "ReadWritePaths": "-/home/x", "BindPaths": "/srv/x:/home/x"}),
    Twins("P30", "ProtectHome", {"ProtectHome": "yes", "EnvironmentFile": "-/data/home/x/env"}, {"ProtectHome": "yes", "EnvironmentFile": "-/data/homes/env"}),
    Twins("P30", "ProtectHome", {"ProtectHome": "yes", "ReadWritePaths": "-/export/home/x"}, {"ReadWritePaths": "-/export/home/x"}),
    Twins("P30", "ProtectHome", {"ProtectHome": "read-only", "ExecStart": "/srv/home/x/app"}, {"ProtectHome": "read-only", "ExecStart": "/srv/home/x/app", "TemporaryFileSystem": "/srv/home:ro", "BindReadOnlyPaths": "/srv/home/x/app"}),
    Twins("P30", "ProtectHome", {"DynamicUser": "yes", "WorkingDirectory": "/home2/x"}, {"DynamicUser": "yes", "WorkingDirectory": "/home2/x", "RootDirectory": "/srv/root"}),
    Twins("P30", "ProtectHome", {"ProtectHome": "yes", "BindPaths": "/data/home/x:/srv/x"}, {"ProtectHome": "yes", "InaccessiblePaths": "-/data/home"}),
]  # fmt: skip


def test_homes_stay_readable_where_the_service_needs_them() -> None:
    assert fixed(least_with(ProtectSystem="strict"), "P4").value("ProtectHome") == "yes"
    assert fixed(least_with(ProtectSystem="strict", ExecStart="/home/x/app"), "P4").value("ProtectHome") == "read-only"


def test_only_the_homes_that_are_open_are_named() -> None:
    unit = least_with(ProtectSystem="strict", InaccessiblePaths="/home /root")
    assert find(unit, "P4").message.startswith("ProtectSystem=strict leaves /run/user writable")
    assert " /home, /root and /run/user" in find(least_with(ProtectSystem="strict"), "P4").message


def test_home_directories_elsewhere_are_hidden_except_for_paths_that_the_service_needs() -> None:
    unit = fixed(
        least_with(ProtectHome="yes", ExecStart="/data/home/x/app", ReadWritePaths="-/data/home/x/data"), "P30"
    )
    assert unit.values("TemporaryFileSystem") == ("/data/home:ro",)
    assert unit.values("BindReadOnlyPaths") == ("/data/home/x/app",)
    assert unit.values("BindPaths") == ("/data/home/x/data",)
    unit = fixed(least_with(ProtectHome="yes", EnvironmentFile="/data/home/x/env"), "P30")
    assert unit.values("InaccessiblePaths") == ("-/data/home",)
    assert find(least_with(ProtectHome="yes", ReadOnlyPaths="/data/home"), "P30").fix is None


def test_homes_are_those_that_systemd_protects() -> None:
    assert not set(home_directories.HOMES) & set(home_directories.UNUSUAL_HOMES)

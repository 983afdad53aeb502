"""What a dynamic user brings and what it is called."""

from tests.analysis.rules.cases import Twins, find, fixed
from tests.support.configurations import LEAST, least_with, read, with_values

# id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("P10", "ProtectSystem", {"DynamicUser": "yes", "ProtectSystem": "full"}, {"DynamicUser": "yes", "ProtectSystem": "strict"}),
    Twins("P10", "ProtectHome", {"DynamicUser": "yes", "ProtectHome": "no"}, {"DynamicUser": "yes", "ProtectHome": "tmpfs"}),
    Twins("P10", "PrivateTmp", {"DynamicUser": "yes", "PrivateTmp": "no"}, {"DynamicUser": "yes", "PrivateTmp": "yes"}),
    Twins("P10", "NoNewPrivileges", {"DynamicUser": "yes", "NoNewPrivileges": "no"}, {"NoNewPrivileges": "no"}),
    Twins("P10", "RestrictSUIDSGID", {"DynamicUser": "yes", "RestrictSUIDSGID": "no"}, {"DynamicUser": "yes", "RestrictSUIDSGID": "no", "systemd": "241"}),
    Twins("P10", "RemoveIPC", {"DynamicUser": "yes", "RemoveIPC": "no"}, {"DynamicUser": "yes", "RemoveIPC": "yes"}),
    Twins("P15", "User", {"name": "my.app", "User": [], "DynamicUser": "yes"}, {"name": "my.app", "DynamicUser": "yes"}),
    Twins("P15", "User", {"name": "x" * 32, "User": [], "DynamicUser": "yes"}, {"User": [], "DynamicUser": "yes"}),
    Twins("P15", "User", {"name": "7zip", "User": [], "DynamicUser": "yes"}, {"name": "my.app"}),
    Twins("P13", "User", {"User": "docker", "DynamicUser": "yes"}, {"User": "docker-app", "DynamicUser": "yes"}),
    Twins("P13", "User", {"User": [], "DynamicUser": "yes", "name": "wheel"}, {"User": [], "name": "wheel"}),
    Twins("P13", "User", {"User": "ssl-cert", "DynamicUser": "yes"}, {"User": "ssl-cert"}),
    Twins("P13", "User", {"User": "sudo", "DynamicUser": "yes", "name": "sudo"}, {"User": "backup", "DynamicUser": "yes"}),
    Twins("P18", "RequiresMountsFor", {"DynamicUser": "yes", "StateDirectory": "x", "RequiresMountsFor": "/srv /var/lib/x"}, {"StateDirectory": "x", "RequiresMountsFor": "/srv /var/lib/x"}),
    Twins("P18", "WantsMountsFor", {"DynamicUser": "yes", "CacheDirectory": "x", "WantsMountsFor": "%C/x/"}, {"DynamicUser": "yes", "CacheDirectory": "x", "WantsMountsFor": "%C/private/x"}),
    Twins("P18", "RequiresMountsFor", {"DynamicUser": "yes", "LogsDirectory": "a/b", "RequiresMountsFor": "/var/log/a/b"}, {"DynamicUser": "yes", "RuntimeDirectory": "x", "RequiresMountsFor": "/run/x"}),
    Twins("P20", "BusName", {"DynamicUser": "yes", "BusName": "org.example.X"}, {"BusName": "org.example.X"}),
    Twins("P20", "StateDirectoryMode", {"DynamicUser": "yes", "StateDirectory": "x", "StateDirectoryMode": "2770"}, {"DynamicUser": "yes", "StateDirectory": "x", "StateDirectoryMode": "0770"}),
    Twins("P16", "ReadWritePaths", {"DynamicUser": "yes", "ReadWritePaths": "/srv/x"}, {"ReadWritePaths": "/srv/x"}),
    Twins("P16", "ReadWritePaths", {"DynamicUser": "yes", "ReadWritePaths": "-/srv/x /srv/y"}, {"DynamicUser": "yes", "ReadWritePaths": "-/run/x -/tmp/x"}),
    Twins("P16", "BindPaths", {"DynamicUser": "yes", "BindPaths": "/srv/x:/data"}, {"DynamicUser": "yes", "BindReadOnlyPaths": "/srv/x:/data"}),
    Twins("P16", "BindPaths", {"DynamicUser": "yes", "BindPaths": "/srv/x"}, {"DynamicUser": "yes", "StateDirectory": "x", "BindPaths": "/var/lib/x:/data"}),
]  # fmt: skip


def test_a_name_is_proposed_where_the_units_gives_one() -> None:
    unit = least_with(name="my.app", User=[], DynamicUser="yes")
    assert fixed(unit, "P15").value("User") == "my-app"
    assert find(least_with(name="7zip", User=[], DynamicUser="yes"), "P15").fix is None


def test_a_static_user_has_none_of_these_findings() -> None:
    assert not {row[0] for row in TWINS} & {f.id for f in read(with_values(LEAST, ProtectHome="no")).findings}

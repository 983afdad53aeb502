"""What a service can write."""

import pytest

from tests.analysis.rules.cases import Twins, find, fixed, ids, judged
from tests.support.configurations import least_with

STRICT = {"ProtectSystem": "strict"}

TWINS: list[Twins] = [
    Twins("P26", "ReadWritePaths", {"ReadWritePaths": "/srv/data"}, {"ReadWritePaths": "/srv/data", "own": "/srv/data"}),
    Twins("P26", "ReadWritePaths", {"ReadWritePaths": "-/srv/data"}, {"ReadWritePaths": "-/srv/data", "User": []}),
    Twins("P26", "ReadWritePaths", {"ReadWritePaths": "-/srv/data", "account": "existing"}, {"ReadWritePaths": "-/run/x /dev/shm /srv"}),
    Twins("P26", "ReadWritePaths", {"ReadWritePaths": "%S/y/z"}, {"ReadWritePaths": "%S/y/z", "StateDirectory": "y"}),
    Twins("P28", "ReadWritePaths", {"ReadWritePaths": "-/srv/x/x.db"}, {"ReadWritePaths": "-/srv/x/x.d"}),
    Twins("P28", "ReadWritePaths", {"ReadWritePaths": "/etc/x/x.conf"}, {"ReadWritePaths": "/etc/x"}),
    Twins("P28", "ReadWritePaths", {"ReadWritePaths": "/srv/x/a /srv/x/x.json", "User": []}, {"ReadWritePaths": "/srv/x/x.json", "own": "/srv/x"}),
    Twins("P28", "ReadWritePaths", {"ReadWritePaths": "-/srv/x/x.log", "DynamicUser": "yes"}, {"ReadWritePaths": "-/run/x.sock"}),
    Twins("P33", "StateDirectory", STRICT, STRICT | {"StateDirectory": "x"}),
    Twins("P33", "StateDirectory", STRICT | {"ConfigurationDirectory": "x"}, STRICT | {"RuntimeDirectory": "x"}),
    Twins("P33", "StateDirectory", {"DynamicUser": "yes"}, {"DynamicUser": "yes", "ReadWritePaths": "-/srv/x"}),
    Twins("P33", "StateDirectory", STRICT | {"own": "/srv/x::ro"}, STRICT | {"own": "/srv/x"}),
    Twins("P33", "StateDirectory", STRICT | {"StateDirectory": "x::ro"}, STRICT | {"BindPaths": "/srv/x"}),
    Twins("P33", "StateDirectory", STRICT | {"name": "dpkg"}, STRICT | {"RootDirectory": "/srv/root"}),
    Twins("P37", "account", {"account": "existing", "StateDirectory": "x"}, {"account": "existing", "RuntimeDirectory": "x"}),
    Twins("P37", "account", {"account": "existing", "LogsDirectory": "x"}, {"LogsDirectory": "x"}),
]  # fmt: skip


def test_the_fix_replaces_a_file_with_its_directory() -> None:
    unit = fixed(least_with(ReadWritePaths="-/srv/x/x.db /srv/y"), "P28")
    assert unit.values("ReadWritePaths") == ("/srv/y",)
    assert [own.path for own in unit.own] == ["/srv/x"]


@pytest.mark.parametrize("path", ["/etc/x/x.conf", "/srv/x.db", "/var/lib/x.db"])
def test_no_fix_proposes_a_refused_directory(path: str) -> None:
    fix = find(least_with(ReadWritePaths=f"-{path}"), "P28").fix
    assert fix is None or not ids(fix.unit) & {("P60", "own")}


def test_a_service_with_nothing_to_write_is_offered_a_state_directory_of_its_own_name() -> None:
    unit = fixed(least_with(ProtectSystem="strict"), "P33")
    assert (unit.value("StateDirectory"), unit.value("StateDirectoryMode")) == ("myapp", "0700")
    assert find(judged({"ProtectSystem": "strict", "name": "dpkg"}), "P33").fix is None

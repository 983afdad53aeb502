"""The walls around a service: what they leave open, what they shut."""

import pytest

from tests.analysis.rules.cases import Twins, Values, fixed
from tests.support.configurations import LEAST, least_with, read, with_values

# id, field, bad twin, good twin
TWINS: list[Twins] = [
    Twins("P32", "PrivateTmp", {"ProtectSystem": "strict"}, {"ProtectSystem": "strict", "PrivateTmp": "yes"}),
    Twins("P32", "PrivateTmp", {"ProtectSystem": "strict", "PrivateTmp": "no"}, {"ProtectSystem": "full"}),
    Twins("P32", "PrivateTmp", {"ProtectSystem": "strict", "ReadWritePaths": "/tmp"}, {"ProtectSystem": "strict", "ReadWritePaths": "/tmp /var/tmp"}),
    Twins("P32", "PrivateTmp", {"ProtectSystem": "strict", "BindPaths": "/tmp:/srv"}, {"ProtectSystem": "strict", "BindPaths": "/srv:/tmp /var/tmp"}),
    Twins("P32", "PrivateTmp", {"ProtectSystem": "strict"}, {"DynamicUser": "yes"}),
    Twins("P27", "ReadWritePaths", {"ProtectSystem": "strict", "ReadWritePaths": "/"}, {"ProtectSystem": "full", "ReadWritePaths": "/"}),
    Twins("P27", "ReadWritePaths", {"ProtectSystem": "full", "ReadWritePaths": "-/etc/ /srv/x"}, {"ProtectSystem": "yes", "ReadWritePaths": "/etc"}),
    Twins("P27", "ReadWritePaths", {"ProtectHome": "read-only", "ReadWritePaths": "/home"}, {"ProtectHome": "read-only", "ReadWritePaths": "/home/x"}),
    Twins("P27", "ReadWritePaths", {"DynamicUser": "yes", "ReadWritePaths": "/root"}, {"ReadWritePaths": "/root"}),
    Twins("P9", "ReadWritePaths", {"ReadWritePaths": "/var"}, {"ReadWritePaths": "/var/x"}),
    Twins("P9", "ReadWritePaths", {"ReadWritePaths": "/srv /opt/x"}, {"ReadWritePaths": "/srv/x /opt/x"}),
    Twins("P9", "ReadWritePaths", {"ReadWritePaths": "%S"}, {"ReadWritePaths": "%S/x"}),
    Twins("P9", "ReadWritePaths", {"ReadWritePaths": "/var/log", "LogsDirectory": "x"}, {"ReadWritePaths": "/", "ProtectSystem": "strict"}),
    Twins("P31", "InaccessiblePaths", {"InaccessiblePaths": "-/var/lib /srv", "StateDirectory": "x"}, {"InaccessiblePaths": "/var/lib/y", "StateDirectory": "x"}),
    Twins("P31", "InaccessiblePaths", {"InaccessiblePaths": "/srv", "own": "/srv/x"}, {"InaccessiblePaths": "/srv"}),
    Twins("P31", "InaccessiblePaths", {"InaccessiblePaths": "/srv", "ReadWritePaths": "-/srv/x"}, {"InaccessiblePaths": "/srv/x", "ReadWritePaths": "-/srv"}),
]  # fmt: skip


def test_the_fix_replaces_a_whole_tree_with_one_directory_in_it() -> None:
    unit = fixed(least_with(ReadWritePaths="/var/cache /opt/x"), "P9")
    assert unit.values("ReadWritePaths") == ("/opt/x",)
    assert (unit.value("CacheDirectory"), unit.value("CacheDirectoryMode")) == ("myapp", "0700")
    assert [own.path for own in fixed(least_with(ReadWritePaths="/srv"), "P9").own] == ["/srv/myapp"]
    assert fixed(least_with(ReadWritePaths="/srv", own="/srv/myapp"), "P9").own == least_with(own="/srv/myapp").own


@pytest.mark.parametrize(
    "values",
    [
        {"ReadWritePaths": "/var"},
        {"ReadWritePaths": "/etc"},
        {"ReadWritePaths": "/srv", "DynamicUser": "yes"},
        {"ReadWritePaths": "/var/lib", "name": "dpkg"},
        {"ReadWritePaths": "/srv", "own": "/srv/myapp/data"},
    ],
    ids=str,
)
def test_no_fix_proposes_a_refused_directory(values: Values) -> None:
    assert [f.fix for f in read(with_values(LEAST, **values)).findings if f.id == "P9"] == [None]

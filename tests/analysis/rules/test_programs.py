"""What programs need and do not get, as far as their names and arguments tell."""

import pytest

from tests.analysis.rules.cases import Twins, find, fixed, ids
from tests.support.configurations import least_with

NNP = {"NoNewPrivileges": "yes"}
BIT = {"RestrictSUIDSGID": "yes"}
JIT = {"MemoryDenyWriteExecute": "yes"}
RHEL = {"systemd": "rhel-9"}

TWINS: list[Twins] = [
    Twins("P40", "ExecStart", NNP | {"ExecStart": "/usr/bin/sudo id"}, {"ExecStart": "/usr/bin/sudo id"}),
    Twins("P40", "ExecStartPre", NNP | {"ExecStartPre": "-/bin/sh -c 'true && sudo id'"}, NNP | {"ExecStartPre": "/bin/sh -c 'echo sudo id'"}),
    Twins("P40", "ExecStart", NNP | {"ExecStart": "/usr/bin/env A=b mail root"}, NNP | {"ExecStart": "/usr/bin/mail", "User": []}),
    Twins("P40", "ExecStop", NNP | {"ExecStop": "/usr/bin/su -c x"}, NNP | {"ExecStop": "!/usr/bin/su -c x"}),
    Twins("P40", "ExecStart", {"ExecStart": "ping ::1", "DynamicUser": "yes"}, {"ExecStart": "ping ::1", "DynamicUser": "yes", "systemd": "241"}),
    Twins("P40", "ExecStart", {"ExecStart": "ping ::1", "PrivateDevices": "yes", "systemd": "254"}, {"ExecStart": "ping ::1", "PrivateDevices": "yes", "systemd": "257"}),
    Twins("P41", "ExecStartPre", BIT | {"ExecStartPre": "/bin/chmod g+s /srv/x"}, BIT | {"ExecStartPre": "/bin/chmod g+w /srv/x"}),
    Twins("P41", "ExecStartPre", BIT | {"ExecStartPre": "/bin/sh -c 'chmod -R 2770 x'"}, {"ExecStartPre": "/bin/sh -c 'chmod -R 2770 x'"}),
    Twins("P41", "ExecStartPre", BIT | {"ExecStartPre": "install -d -m2770 x"}, BIT | {"ExecStartPre": "+install -d -m2770 x"}),
    Twins("P41", "ExecStart", {"ExecStart": "mkdir --mode=u=rwx,g=rxs x", "DynamicUser": "yes"}, BIT | {"ExecStart": "mkdir --mode=1777 x"}),
    Twins("P47", "ExecStart", {"ExecStart": "/srv/x/app", "own": "/srv/x"}, {"ExecStart": "/srv/x/app", "own": "/srv/x::ro"}),
    Twins("P47", "ExecStart", {"ExecStart": "%S/x/app", "StateDirectory": "x"}, {"ExecStart": "%S/x/app", "StateDirectory": "x", "ReadOnlyPaths": "%S/x/app"}),
    Twins("P47", "ExecStart", {"ExecStart": "/srv/x/bin/app", "ReadWritePaths": "-/srv/x"}, {"ExecStart": "/srv/x/bin/app", "ReadWritePaths": "-/srv/x", "ReadOnlyPaths": "/srv/x/bin"}),
    Twins("P47", "ExecStart", {"ExecStart": "/srv/x/bin/app", "ReadWritePaths": "-/srv/x/bin", "ReadOnlyPaths": "/srv/x"}, {"ExecStart": "/usr/local/bin/app", "ReadWritePaths": "/usr/local"}),
    Twins("P47", "ExecStart", {"ExecStart": "/usr/bin/python3.11 -u /srv/x/app.py", "own": "/srv/x"}, {"ExecStart": "/usr/bin/app -c /srv/x/app.conf", "own": "/srv/x"}),
    Twins("P47", "ExecStartPre", {"ExecStartPre": "/bin/sh -c '/srv/x/app --init'", "own": "/srv/x"}, {"ExecStartPre": "/bin/sh -c 'touch /srv/x/app'", "own": "/srv/x"}),
    Twins("P47", "ExecStart", {"ExecStart": "/etc/x/app", "ReadWritePaths": "/etc/x"}, {"ExecStart": "/etc/x/app", "ConfigurationDirectory": "x"}),
    Twins("P47", "ExecStart", {"ExecStart": "/srv/x/app", "own": "/srv/x"}, {"ExecStart": "/srv/x/app", "own": "/srv/x", "User": []}),
    Twins("P48", "ExecStart", JIT | {"ExecStart": "/usr/bin/node /opt/app.js"}, {"ExecStart": "/usr/bin/node /opt/app.js"}),
    Twins("P48", "ExecStart", JIT | {"ExecStart": "/usr/sbin/php-fpm8.2 -F"}, JIT | {"ExecStart": "/usr/bin/python3 node"}),
    Twins("P48", "ExecStartPost", JIT | {"ExecStartPost": "env -i java -jar x"}, JIT | {"ExecStartPost": "+java -jar x"}),
    Twins("P52", "ExecStart", RHEL | {"ExecStart": "/srv/x/app"}, RHEL | {"ExecStart": "/usr/local/bin/app"}),
    Twins("P52", "ExecStart", {"systemd": "fedora-43", "ExecStart": "%S/x/app"}, {"systemd": "debian-13", "ExecStart": "%S/x/app"}),
    Twins("P39", "AmbientCapabilities", {"ExecStart": "/usr/bin/app --port 80"}, {"ExecStart": "/usr/bin/app --port 8080"}),
    Twins("P39", "AmbientCapabilities", {"ExecStart": "/usr/bin/app --listen=0.0.0.0:443"}, {"ExecStart": "/usr/bin/app --listen=0.0.0.0:443", "User": []}),
    Twins("P39", "AmbientCapabilities", {"Environment": "A=b HTTP_PORT=80"}, {"Environment": "HTTP_PORT=80", "AmbientCapabilities": "CAP_NET_BIND_SERVICE"}),
    Twins("P39", "AmbientCapabilities", {"ExecStart": "/usr/bin/app -bind :80", "CapabilityBoundingSet": "CAP_CHOWN"}, {"ExecStart": "/usr/bin/app 80 --retry 3", "Environment": "PORTS=80"}),
    Twins("P39", "AmbientCapabilities", {"ExecStart": "/usr/bin/app --port 80", "PrivateUsers": "yes"}, {"ExecStart": "/usr/bin/app --port 80", "Sockets": "app.socket"}),
]  # fmt: skip


def test_the_fix_makes_the_own_directory_of_a_program_read_only() -> None:
    unit = fixed(least_with(ExecStart="/srv/x/bin/app --x", own="/srv/x"), "P47")
    assert unit.values("ReadOnlyPaths") == ("/srv/x/bin/app",)
    assert [own.path for own in unit.own] == ["/srv/x"]


def test_the_right_to_bind_is_given_in_the_bounding_set_too() -> None:
    unit = fixed(least_with(ExecStart="/usr/bin/app --port 80", CapabilityBoundingSet="CAP_CHOWN"), "P39")
    assert unit.value("AmbientCapabilities") == "CAP_NET_BIND_SERVICE"
    assert unit.values("CapabilityBoundingSet") == ("CAP_CHOWN", "CAP_NET_BIND_SERVICE")
    assert find(least_with(ExecStart="/usr/bin/app --port 80", PrivateUsers="yes"), "P39").fix is None


@pytest.mark.parametrize("values", [{"DynamicUser": "yes"}, {"systemd": "254", "LockPersonality": "yes"}], ids=str)
def test_a_setting_that_implies_no_new_privileges_is_named_and_not_removed(values: dict[str, str]) -> None:
    finding = find(least_with(ExecStart="/usr/bin/sudo id", **values), "P40")
    assert finding.fix is None
    assert [*values][-1] in finding.message


def test_the_message_names_the_commands_for_selinux() -> None:
    assert "semanage fcontext -a -t bin_t" in find(least_with(systemd="rhel-9", ExecStart="/srv/x/app"), "P52").message
    assert ("P52", "ExecStart") not in ids(least_with(systemd="rhel-9", ExecStartPre="/srv/x/app"))

"""What we say that systemd makes of a unit is what a booted one shows of it."""

from collections.abc import Iterable

import pytest

from app.catalogue.versions import target
from app.effective import Effective
from app.effective.implied import ADDED_DEVICES, DROPPED_CAPABILITIES, IMPLIED_SETTINGS
from app.unitfile.model import Assignment, UnitFile
from app.values import FOREVER
from tests.system import lab

VERSIONS = (247, 252, 254, 257, 262)
UNITS = {
    "bare": [],
    "dynamic": ["DynamicUser=yes"],
    "my.dotted": ["DynamicUser=yes"],
    "1app": ["DynamicUser=yes"],
    "dynamic-open": ["DynamicUser=yes", "ProtectSystem=no", "ProtectHome=no", "PrivateTmp=no", "RemoveIPC=no", "NoNewPrivileges=no", "RestrictSUIDSGID=no"],
    "dynamic-named": ["DynamicUser=yes", "User=shop", "ProtectHome=tmpfs", "PrivateTmp=yes"],
    "dynamic-grouped": ["DynamicUser=yes", "Group=web", "ProtectHome=yes", "PrivateDevices=yes"],
    "devices": ["PrivateDevices=yes", "DevicePolicy=auto"],
    "devices-strict": ["PrivateDevices=yes", "DevicePolicy=strict", "CapabilityBoundingSet=CAP_MKNOD CAP_KILL"],
    "kernel": ["ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectClock=yes"],
    "clock": ["ProtectClock=yes", "DevicePolicy=closed", "DeviceAllow=/dev/null rw"],
    "mounts": ["MountImages=/srv/image.raw:/mnt", "DevicePolicy=closed"],
    "mstack": ["RootMStack=/srv/stack", "DevicePolicy=closed"],
    "encrypted": ["LoadCredentialEncrypted=a:/srv/a", "DevicePolicy=closed"],
    "image": ["RootImage=/srv/image.raw", "DevicePolicy=closed"],
    "notify": ["Type=notify"],
    "watchdog": ["WatchdogSec=30s", "NotifyAccess=none"],
    "store": ["FileDescriptorStoreMax=3"],
    "notify-all": ["Type=notify", "NotifyAccess=all"],
    "bus": ["BusName=org.example.Effective"],
    "credential": ["SetCredential=a:b"],
    "once": ["Type=oneshot"],
    "once-timed": ["Type=oneshot", "TimeoutStartSec=5s"],
    "delegate": ["Delegate=yes"],
    "delegate-kill": ["Delegate=cpu", "OOMPolicy=kill"],
    "text": ["StandardInputText=a"],
    "nothing": ["ExecStop=/bin/true", "RemainAfterExit=yes"],
}  # fmt: skip
SHOWN = {"TimeoutStartSec": "TimeoutStartUSec", "PrivateTmp": "PrivateTmpEx"}
"""What systemctl show calls a directive that it does not call by its name, where it has that property."""

SPELT = {("PrivateTmp", "yes"): "connected"}
"""How it spells a value under that name."""


def unit_of(name: str, lines: Iterable[str], version: int) -> UnitFile:
    """The unit of some lines, past the form, which would refuse some of them."""
    command = [] if name == "nothing" else ["ExecStart=/bin/true"]
    assignments = tuple(Assignment(*line.split("=", 1)) for line in (*command, *lines))
    return UnitFile(name, target(str(version)), assignments=assignments)


def shown(guest: lab.Guest, name: str) -> dict[str, list[str]]:
    """The properties that a booted systemd shows of a unit."""
    said = guest.run(["systemctl", "show", "--all", f"{name}.service"], check=True).stdout
    properties: dict[str, list[str]] = {}
    for line in said.splitlines():
        key, _, value = line.partition("=")
        properties.setdefault(key, []).append(value)
    return properties


@pytest.mark.parametrize("version", VERSIONS)
def test_systemctl_shows_what_we_predict(version: int) -> None:
    names = {row.name for row in IMPLIED_SETTINGS} | {"User", "Group"}
    with lab.Guest(lab.root(version)) as guest:
        for name, lines in UNITS.items():
            text = "".join(f"{line.name}={line.value}\n" for line in unit_of(name, lines, version).assignments)
            guest.write(f"/etc/systemd/system/{name}.service", f"[Service]\n{text}")
        guest.run(["systemctl", "daemon-reload"], check=True)
        bare = shown(guest, "bare")
        for name, lines in UNITS.items():
            found = shown(guest, name)
            ours = Effective(unit_of(name, lines, version))
            for directive in names:
                key = SHOWN[directive] if SHOWN.get(directive) in found else directive
                predicted = ours.setting(directive)
                predicted = SPELT.get((directive, predicted), predicted) if key != directive else predicted
                # What is neither written nor forced is as systemd has it by default.
                wanted = [predicted] if predicted else bare.get(key, [])
                assert found.get(key, []) == wanted, (name, directive)
            capabilities = frozenset(found["CapabilityBoundingSet"][0].upper().split())
            assert ours.bounding_set == capabilities, name
            assert set(ours.devices) == set(found.get("DeviceAllow", [""])) - {""}, name


def test_every_row_is_met() -> None:
    units = [Effective(unit_of(name, lines, version)) for name, lines in UNITS.items() for version in VERSIONS]
    rows = [
        row
        for row in (*IMPLIED_SETTINGS, *DROPPED_CAPABILITIES, *ADDED_DEVICES)
        if getattr(row, "until", FOREVER) >= VERSIONS[0]
    ]
    assert [row for row in rows if not any(row.acts_on(unit) for unit in units)] == []

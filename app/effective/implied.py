"""What settings force on other settings: rows for unit_patch_contexts() and service_add_extras() of systemd."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.effective.list_settings import CREDENTIALS, ENCRYPTED
from app.effective.settings import Settings
from app.values import FOREVER, spell_boolean


class ImpliedSetting(NamedTuple):
    """A value that other settings force on a directive."""

    name: str
    """The name of the directive."""
    value: str
    when: Callable[[Settings], bool]
    """A test of whether the other settings apply."""
    why: str
    """The reason, as a sentence."""
    since: int
    """The first systemd version that forces the value."""
    until: int = FOREVER
    """The last systemd version that forces the value."""
    over: frozenset[str] | None = None
    """The written values that the forced value replaces. None means every value."""

    def acts_on(self, effective: Settings) -> bool:
        """Whether it does so in this unit."""
        return (
            self.since <= effective.version <= self.until
            and self.when(effective)
            and (self.over is None or spell_boolean(effective.written(self.name)) in self.over)
        )


class DynamicName(NamedTuple):
    """The default name of a dynamic user or group."""

    like: str
    """The directive whose value is the default, or "" for the unit's name."""
    why: str
    """The reason, as a sentence."""
    since: int
    """The first systemd version with this default."""


class DroppedCapabilities(NamedTuple):
    """Capabilities that a switch takes out of the bounding set."""

    switch: str
    capabilities: tuple[str, ...]
    why: str
    since: int

    def acts_on(self, effective: Settings) -> bool:
        """Whether it does so in this unit."""
        return self.since <= effective.version and effective.word(self.switch) == "yes"


class AddedDevices(NamedTuple):
    """Devices that systemd allows because of another setting, if a device policy denies other devices."""

    causes: tuple[str, ...]
    """The names of the directives. One of them is enough."""
    devices: tuple[str, ...]
    """The devices, as values of DeviceAllow=."""
    why: str
    """The reason, as a sentence."""
    since: int
    """The first systemd version that allows the devices."""
    until: int = FOREVER
    """The last systemd version that allows the devices."""
    denies_others_until: int = 0
    """The last systemd version that allows the devices even without a device policy.

    That version thereby denies all other devices.
    """

    def acts_on(self, effective: Settings) -> bool:
        """Whether it does so in this unit."""
        return self.since <= effective.version <= self.until and any(
            effective.word(cause) not in ("", "no") for cause in self.causes
        )

    def denies_others(self, effective: Settings) -> bool:
        """Whether it shuts out all other devices by itself."""
        return effective.version <= self.denies_others_until and self.acts_on(effective)


def _is_dynamic(effective: Settings) -> bool:
    return effective.is_dynamic


def _notifies(effective: Settings) -> bool:
    """Whether it needs the socket for notifications by its type, its watchdog or the descriptors it stores."""
    if effective.written("Type") in ("notify", "notify-reload"):
        return True
    return bool(effective.microseconds("WatchdogSec", "0") or effective.number("FileDescriptorStoreMax"))


def _is_set(*names: str) -> Callable[[Settings], bool]:
    """Whether one of the directives has a value."""
    return lambda effective: any(effective.words(name) for name in names)


def _runs_nothing(effective: Settings) -> bool:
    """Whether its type is that of a service which says none and has nothing to run as its main process."""
    named = bool(effective.words("BusName")) or (effective.version >= 257 and _is_set(*CREDENTIALS)(effective))
    return not effective.words("ExecStart") and not named


def _waits_forever(effective: Settings) -> bool:
    """Whether it is a oneshot of which nothing says how long it may take to start."""
    return effective.setting("Type") == "oneshot" and not effective.written("TimeoutSec")


_NO = frozenset({"", "no"})
_UNSET = frozenset({""})
_LEAVES_NOTHING = "DynamicUser=yes forces it, so that nothing stays behind of a user that comes and goes."
_GAINS_NOTHING = "DynamicUser=yes forces it: the service can neither gain from setuid programs nor make them."
_IMAGE = "A disk image needs the loop and mapper devices."
_LOOP = (
    "/dev/loop-control rw",
    "/dev/mapper/control rw",
    "block-loop rwm",
    "block-blkext rwm",
    "block-device-mapper rwm",
)
_TPM = "An encrypted credential may need the TPM."

IMPLIED_SETTINGS = (
    ImpliedSetting("Type", "dbus", _is_set("BusName"), "A service with BusName= is up when it has that name.", 1, over=_UNSET),
    ImpliedSetting("Type", "exec", lambda effective: _is_set(*CREDENTIALS)(effective) and not effective.words("BusName"), "A service with credentials is up when its program runs.", 257, over=_UNSET),
    ImpliedSetting("Type", "oneshot", _runs_nothing, "A service without ExecStart= has no main process.", 1, over=_UNSET),
    ImpliedSetting("TimeoutStartSec", "infinity", _waits_forever, "A oneshot may take as long as it needs unless a time is set.", 1, over=_UNSET),
    ImpliedSetting("OOMPolicy", "continue", lambda effective: effective.delegates, "Delegate= leaves it to the service what happens when memory runs out.", 243, over=_UNSET),
    ImpliedSetting("StandardInput", "data", _is_set("StandardInputText", "StandardInputData"), "It reads the text that is set for it.", 236, over=frozenset({"", "null"})),
    ImpliedSetting("PrivateTmp", "yes", _is_dynamic, _LEAVES_NOTHING, 232, until=256),
    ImpliedSetting("PrivateTmp", "disconnected", _is_dynamic, "DynamicUser=yes gives it a /tmp in memory that no other service sees.", 257, over=_NO),
    ImpliedSetting("RemoveIPC", "yes", _is_dynamic, _LEAVES_NOTHING, 232),
    ImpliedSetting("ProtectSystem", "strict", _is_dynamic, _LEAVES_NOTHING, 232),
    ImpliedSetting("ProtectHome", "read-only", _is_dynamic, "DynamicUser=yes makes /home, /root and /run/user read-only at least.", 232, over=_NO),
    ImpliedSetting("NoNewPrivileges", "yes", _is_dynamic, _GAINS_NOTHING, 242),
    ImpliedSetting("RestrictSUIDSGID", "yes", _is_dynamic, _GAINS_NOTHING, 242),
    ImpliedSetting("DevicePolicy", "closed", lambda effective: effective.word("PrivateDevices") == "yes", "PrivateDevices=yes shuts out all devices but those like /dev/null.", 209, over=frozenset({"", "auto"})),
    ImpliedSetting("NotifyAccess", "main", _notifies, "A service that notifies, has a watchdog or stores descriptors needs the socket for it.", 209, over=frozenset({"", "none"})),
)  # fmt: skip

IMPLIED_BY_DYNAMIC_USER = frozenset(row.name for row in IMPLIED_SETTINGS if row.when is _is_dynamic)
"""The directives that DynamicUser=yes decides."""

DYNAMIC_NAMES = {
    "User": DynamicName(
        "", "A dynamic user is named after the unit; where that is no name for a user, by a hash of it.", 232
    ),
    "Group": DynamicName("User", "The group of a dynamic user has the user's name.", 232),
}
"""The directives that name a dynamic user."""

IMPLIED_BY_NAME = {
    name: [row for row in IMPLIED_SETTINGS if row.name == name] for name in {row.name for row in IMPLIED_SETTINGS}
}

DROPPED_CAPABILITIES = (
    DroppedCapabilities("PrivateDevices", ("CAP_MKNOD",), "PrivateDevices=yes takes away the right to make device nodes.", 209),
    DroppedCapabilities("PrivateDevices", ("CAP_SYS_RAWIO",), "PrivateDevices=yes takes away the right to raw input and output.", 232),
    DroppedCapabilities("ProtectKernelModules", ("CAP_SYS_MODULE",), "ProtectKernelModules=yes takes away the right to load modules.", 232),
    DroppedCapabilities("ProtectKernelLogs", ("CAP_SYSLOG",), "ProtectKernelLogs=yes takes away the right to the kernel's log.", 244),
    DroppedCapabilities("ProtectClock", ("CAP_SYS_TIME", "CAP_WAKE_ALARM"), "ProtectClock=yes takes away the rights to set clocks and alarms.", 245),
)  # fmt: skip

ADDED_DEVICES = (
    AddedDevices(("RootImage",), tuple(device for device in _LOOP if "mapper" not in device), _IMAGE, 233, 245),
    AddedDevices(("RootImage",), _LOOP, _IMAGE, 246),
    AddedDevices(("MountImages",), _LOOP, _IMAGE, 247),
    AddedDevices(("RootMStack",), _LOOP, _IMAGE, 260),
    AddedDevices(
        ("ProtectClock",),
        ("char-rtc r",),
        "ProtectClock=yes leaves the hardware clock to be read.",
        245,
        denies_others_until=251,
    ),
    AddedDevices(ENCRYPTED, ("/dev/tpmrm0 rw",), _TPM, 252, 253),
    AddedDevices(ENCRYPTED, ("char-tpm rw",), _TPM, 254, 257),
)

"""Rows of the group “Conditions”: what must be true of the machine for it to start."""

from typing import NamedTuple

from app.catalogue.directive import Directive
from app.values import CAPABILITIES, ConditionPath, ConditionText, Kind

# architecture_table[], virtualization_table[] and condition_test_*() in systemd's source, with the version of each from 247 on.
PROCESSORS = dict.fromkeys(
    (
        "native x86 x86-64 ppc ppc-le ppc64 ppc64-le ia64 parisc parisc64 s390 s390x sparc sparc64 mips mips-le mips64 "
        "mips64-le alpha arm arm-be arm64 arm64-be sh sh64 m68k tilegx cris nios2 riscv32 riscv64 arc arc-be "
    ).split(),
    1,
) | {"loongarch64": 250}
VIRTUALIZATIONS = dict.fromkeys(
    (
        "yes no vm container qemu kvm zvm vmware microsoft oracle powervm xen bochs uml parallels bhyve qnx acrn "
        "openvz lxc lxc-libvirt systemd-nspawn docker podman rkt wsl proot pouch private-users "
    ).split(),
    1,
) | {"amazon": 249, "apple": 252, "sre": 253, "google": 256}
SECURITY = dict.fromkeys("selinux apparmor tomoyo smack ima audit uefi-secureboot".split(), 1) | {
    "tpm2": 248,
    "cvm": 254,
    "measured-uki": 255,
    "measured-os": 261,
}
CONTROLLERS = dict.fromkeys("cpu cpuset io memory pids".split(), 1) | {"v1": 248, "v2": 248}

_GROUP = "conditions"
_UNIT = "systemd.unit(5)"
_PATH = ConditionPath()
_TEXT = ConditionText()
_YES_NO = ConditionText(words={"yes": 1, "no": 1})


class _Asked(NamedTuple):
    """A condition that a unit can check, with its Condition and Assert directives."""

    name: str
    """The name of both directives without “Condition” and “Assert”."""
    condition: int
    """The systemd version that introduced the Condition directive."""
    assertion: int
    """The systemd version that introduced the Assert directive, or 0 if systemd has none."""
    kind: Kind
    """The kind of value of both directives."""
    clause: str
    """The condition as a clause for the help."""
    example: str
    anchor: str = ""
    """The name whose entry in the manual explains this one, or "" for the directive's own."""


_ASKED = (
    _Asked("Architecture", 210, 218, ConditionText(words=PROCESSORS), "the processor is of this kind", "x86-64"),
    _Asked("Firmware", 249, 0, ConditionText(words={"uefi": 249, "device-tree": 249}), "the firmware is UEFI or has a device tree; device-tree-compatible(…) and smbios-field(…) ask for more", "uefi"),
    _Asked("Virtualization", 19, 218, ConditionText(words=VIRTUALIZATIONS), "the machine is virtual, or so in this way", "vm"),
    _Asked("Host", 189, 218, _TEXT, "the machine has this host name (* and ? allowed), machine ID, boot ID or product UUID", "web-*"),
    _Asked("Fraction", 261, 261, _TEXT, "the machine belongs to this share of all machines, drawn by its machine ID", "10%"),
    _Asked("KernelCommandLine", 12, 218, _TEXT, "the kernel was started with this word or NAME=VALUE", "debug"),
    _Asked("KernelVersion", 237, 237, _TEXT, "the kernel is of this version, or on this side of it", ">= 5.10"),
    _Asked("Version", 258, 258, _TEXT, "the kernel, systemd or glibc is of this version, or on this side of it", "systemd >= 258"),
    _Asked("Credential", 252, 252, _TEXT, "a credential of this name was handed to the machine", "token"),
    _Asked("Environment", 247, 247, _TEXT, "systemd itself has this variable, or this NAME=VALUE", "LANG"),
    _Asked("Security", 23, 218, ConditionText(words=SECURITY), "this security technology is in use", "selinux"),
    _Asked("Capability", 37, 218, ConditionText(words=CAPABILITIES), "systemd itself has this capability in its bounding set", "CAP_SYS_ADMIN"),
    _Asked("ACPower", 197, 218, _YES_NO, "the machine has mains power or no known adapter (yes), or runs on battery (no)", "yes"),
    _Asked("NeedsUpdate", 215, 218, ConditionPath(example="/etc"), "this directory, /etc or /var, has not been updated since /usr was", "/etc"),
    _Asked("FirstBoot", 216, 218, _YES_NO, "the machine starts for the first time, with nothing configured yet", "no"),
    _Asked("PathExists", 12, 218, _PATH, "this path exists", "/etc/myapp.conf"),
    _Asked("PathExistsGlob", 30, 218, _PATH, "a path that matches this pattern exists", "/etc/myapp/*.conf"),
    _Asked("PathIsDirectory", 21, 218, _PATH, "this path is a directory", "/srv/myapp"),
    _Asked("PathIsSymbolicLink", 36, 218, _PATH, "this path is a symbolic link", "/srv/myapp"),
    _Asked("PathIsMountPoint", 36, 218, _PATH, "something is mounted at this path", "/srv/myapp"),
    _Asked("PathIsReadWrite", 183, 218, _PATH, "the file system of this path can be written to", "/srv/myapp"),
    _Asked("PathIsEncrypted", 247, 247, _PATH, "this path lies on an encrypted disk", "/srv/myapp"),
    _Asked("PathIsSocket", 260, 260, _PATH, "this path is a socket", "/run/myapp/socket"),
    _Asked("DirectoryNotEmpty", 12, 218, _PATH, "this path is a directory with something in it", "/etc/myapp"),
    _Asked("FileNotEmpty", 196, 218, _PATH, "this path is a file with something in it", "/etc/myapp.conf"),
    _Asked("FileIsExecutable", 30, 218, _PATH, "this path is a file that can be run", "/usr/local/bin/myapp"),
    _Asked("User", 234, 234, ConditionText(words={"@system": 234}), "systemd itself runs as this user: root, or the one of a user manager", "root"),
    _Asked("Group", 234, 234, _TEXT, "systemd itself belongs to this group: root's, or one of a user manager's", "root"),
    _Asked("ControlGroupController", 237, 237, ConditionText(words=CONTROLLERS), "these controllers of control groups are there, or this version of them", "memory"),
    _Asked("Memory", 247, 247, _TEXT, "the machine has this much memory, in bytes or K, M, G, T; < and the like before it compare", ">= 4G"),
    _Asked("CPUs", 247, 247, _TEXT, "this many processors may be used; < and the like before the number compare", ">= 4"),
    _Asked("CPUFeature", 251, 251, _TEXT, "the processor can do this, by the name that its CPUID flag has", "rdrand"),
    _Asked("OSRelease", 249, 249, _TEXT, "/etc/os-release says this of the system; =, < and the like compare", "ID=debian"),
    _Asked("MachineTag", 261, 261, _TEXT, "/etc/machine-info gives the machine this tag", "web"),
    _Asked("MemoryPressure", 250, 250, _TEXT, "processes waited for memory no longer than this share of the last five minutes; 10%/1min for another time", "10%"),
    _Asked("CPUPressure", 250, 250, _TEXT, "processes waited for a processor no longer than this share of the last five minutes; 10%/1min for another time", "10%", "MemoryPressure"),
    _Asked("IOPressure", 250, 250, _TEXT, "processes waited for disks no longer than this share of the last five minutes; 10%/1min for another time", "10%", "MemoryPressure"),
    _Asked("KernelModuleLoaded", 258, 258, _TEXT, "the kernel has loaded this module, or holds it built in", "nf_tables"),
)  # fmt: skip


def _condition(asked: _Asked) -> Directive:
    return Directive("Unit", f"Condition{asked.name}", asked.kind, asked.condition, _GROUP, _UNIT, f"Skips the start, which is no failure, unless {asked.clause}.", repeats=True, example=asked.example, anchor=f"Condition{asked.anchor}=" if asked.anchor else "", together="conditions")  # fmt: skip


def _assertion(asked: _Asked) -> Directive:
    return Directive("Unit", f"Assert{asked.name}", asked.kind, asked.assertion, _GROUP, _UNIT, f"Fails the start unless {asked.clause}.", repeats=True, example=asked.example, anchor="AssertArchitecture=", together="asserts")  # fmt: skip


ROWS = (
    *(_condition(asked) for asked in _ASKED),
    *(_assertion(asked) for asked in _ASKED if asked.assertion),
)

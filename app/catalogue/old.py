"""Rows of the group “Old names”: renamed or gone; each says what to write instead."""

from app.catalogue.directive import Directive
from app.values import (
    EMERGENCY_ACTIONS,
    Boolean,
    Choice,
    ConditionText,
    PathList,
    PerDevice,
    Rate,
    Share,
    Size,
    Text,
    TimeSpan,
    UnitNames,
    UnsignedInt,
    Weight,
)

_GROUP = "old"
_UNIT = "systemd.unit(5)"
_SERVICE = "systemd.service(5)"
_EXEC = "systemd.exec(5)"
_NAMES = UnitNames()
_PATHS = PathList()
_ACTION = Choice(EMERGENCY_ACTIONS)
_RESOURCE = "systemd.resource-control(5)"
_BLOCK_WEIGHT = Weight(minimum=10, maximum=1000, default=500)
_BLOCK_RATE = PerDevice(Rate(endless=False), "10M")
_DEFAULT_AMOUNT = Size(minimum=0)
_NULL = ConditionText(words={"yes": 1, "no": 1})

OLD_CONTROL = (
    Directive("Service", "CPUAccounting", Boolean(), 205, _GROUP, _RESOURCE, "Counts the processor time that it uses, as newer systems always do.", removed=258, documented=False),
    Directive("Service", "CPUShares", Weight(minimum=2, maximum=262_144, default=1024), 34, _GROUP, _RESOURCE, "Its share of processor time, in the old hierarchy of control groups.", default="1024", example="1024", removed=258, successor="CPUWeight", documented=False),
    Directive("Service", "StartupCPUShares", Weight(minimum=2, maximum=262_144, default=1024), 213, _GROUP, _RESOURCE, "Its share of processor time while the machine starts, in the old hierarchy of control groups.", example="1024", removed=258, successor="StartupCPUWeight", documented=False),
    Directive("Service", "MemoryLimit", Size(), 34, _GROUP, _RESOURCE, "Memory that it may use at the most, in the old hierarchy of control groups.", default="infinity", example="512M", removed=258, successor="MemoryMax", documented=False),
    Directive("Service", "BlockIOAccounting", Boolean(), 205, _GROUP, _RESOURCE, "Counts what it reads and writes, in the old hierarchy of control groups.", default="no", removed=258, successor="IOAccounting", documented=False),
    Directive("Service", "BlockIOWeight", _BLOCK_WEIGHT, 34, _GROUP, _RESOURCE, "Its share of disk access, in the old hierarchy of control groups.", default="500", example="500", removed=258, successor="IOWeight", documented=False),
    Directive("Service", "StartupBlockIOWeight", _BLOCK_WEIGHT, 213, _GROUP, _RESOURCE, "Its share of disk access while the machine starts, in the old hierarchy of control groups.", example="500", removed=258, successor="StartupIOWeight", documented=False),
    Directive("Service", "BlockIODeviceWeight", PerDevice(_BLOCK_WEIGHT, "500"), 206, _GROUP, _RESOURCE, "Its share of the access to one disk, in the old hierarchy of control groups.", repeats=True, example="/dev/sda 500", removed=258, successor="IODeviceWeight", documented=False),
    Directive("Service", "BlockIOReadBandwidth", _BLOCK_RATE, 34, _GROUP, _RESOURCE, "Bytes a second that it may read from a disk, in the old hierarchy of control groups.", repeats=True, example="/dev/sda 10M", removed=258, successor="IOReadBandwidthMax", documented=False),
    Directive("Service", "BlockIOWriteBandwidth", _BLOCK_RATE, 34, _GROUP, _RESOURCE, "Bytes a second that it may write to a disk, in the old hierarchy of control groups.", repeats=True, example="/dev/sda 10M", removed=258, successor="IOWriteBandwidthMax", documented=False),
    Directive("Service", "DefaultMemoryMin", _DEFAULT_AMOUNT, 243, _GROUP, _RESOURCE, "MemoryMin= of the groups below its own; MemoryMin= of each of these says it.", example="64M", removed=260, documented=False),
    Directive("Service", "DefaultMemoryLow", _DEFAULT_AMOUNT, 243, _GROUP, _RESOURCE, "MemoryLow= of the groups below its own; MemoryLow= of each of these says it.", example="128M", removed=260, documented=False),
    Directive("Service", "DefaultStartupMemoryLow", Size(), 254, _GROUP, _RESOURCE, "StartupMemoryLow= of the groups below its own; that of each of these says it.", example="128M", removed=260, documented=False),
    Directive("Service", "ManagedOOMMemoryPressureLimitPercent", Share(whole=True), 247, _GROUP, _RESOURCE, "The name that ManagedOOMMemoryPressureLimit= had in systemd 247.", example="60%", removed=248, successor="ManagedOOMMemoryPressureLimit", documented=False),
    Directive("Service", "NetClass", Text(), 227, _GROUP, _RESOURCE, "A class of its packets; NFTSet= and IPAddressAllow= are there instead.", example="auto", removed=229, documented=False),
    Directive("Service", "MemorySoftLimit", Text(), 34, _GROUP, _RESOURCE, "Memory above which it is asked to give some back.", example="128M", removed=208, successor="MemoryHigh", documented=False),
    Directive("Service", "DeviceDeny", Text(), 34, _GROUP, _RESOURCE, "Devices that it may not use; DevicePolicy= and DeviceAllow= say it the other way round.", repeats=True, example="/dev/sda rwm", removed=205, documented=False),
    Directive("Service", "ControlGroup", Text(), 1, _GROUP, _RESOURCE, "The control group that it ran in; it belongs to a slice now.", repeats=True, example="cpu:/myapp", removed=205, successor="Slice", documented=False),
    Directive("Service", "ControlGroupAttribute", Text(), 34, _GROUP, _RESOURCE, "A raw setting of its control group; each has a name of its own now.", repeats=True, example="cpu.shares 512", removed=205, documented=False),
    Directive("Service", "ControlGroupModify", Text(), 30, _GROUP, _RESOURCE, "Whether it could change its control group.", example="yes", removed=205, successor="Delegate", documented=False),
    Directive("Service", "ControlGroupPersistent", Text(), 39, _GROUP, _RESOURCE, "Whether its control group stayed when it had stopped.", example="yes", removed=205, documented=False),
    Directive("Service", "OOMAdjust", Text(), 1, _GROUP, _EXEC, "How likely the kernel ends it for want of memory, on the old scale.", example="-10", removed=9, successor="OOMScoreAdjust", documented=False),
)  # fmt: skip

OLD_OTHERS = (
    Directive("Unit", "BindTo", _NAMES, 12, _GROUP, _UNIT, "The old name of BindsTo=.", repeats=True, resets=False, example="dev-ttyUSB0.device", successor="BindsTo", documented=False),
    Directive("Unit", "PropagateReloadTo", _NAMES, 38, _GROUP, _UNIT, "The old name of PropagatesReloadTo=.", repeats=True, resets=False, example="nginx.service", successor="PropagatesReloadTo", documented=False),
    Directive("Unit", "PropagateReloadFrom", _NAMES, 38, _GROUP, _UNIT, "The old name of ReloadPropagatedFrom=.", repeats=True, resets=False, example="nginx.service", successor="ReloadPropagatedFrom", documented=False),
    Directive("Unit", "RequiresOverridable", _NAMES, 1, _GROUP, _UNIT, "Read as Requires=, of which it was a weaker kind.", repeats=True, resets=False, example="network.target", successor="Requires", documented=False),
    Directive("Unit", "RequisiteOverridable", _NAMES, 1, _GROUP, _UNIT, "Read as Requisite=, of which it was a weaker kind.", repeats=True, resets=False, example="network.target", successor="Requisite", documented=False),
    Directive("Unit", "OnFailureIsolate", Boolean(), 25, _GROUP, _UNIT, "Read as OnFailureJobMode=isolate (yes) or replace (no).", successor="OnFailureJobMode", documented=False, together="on-failure-job-mode"),
    Directive("Unit", "StartLimitInterval", TimeSpan(), 229, _GROUP, _UNIT, "The old name of StartLimitIntervalSec=.", example="60s", successor="StartLimitIntervalSec", documented=False, together="start-limit-interval"),
    Directive("Unit", "IgnoreOnSnapshot", Boolean(), 27, _GROUP, _UNIT, "Snapshots of running units are gone; IgnoreOnIsolate= is what still exists.", removed=228, documented=False),
    Directive("Unit", "ConditionNull", _NULL, 12, _GROUP, _UNIT, "A condition that held always (yes) or never (no), for tests of systemd itself.", repeats=True, example="yes", removed=247, documented=False, together="conditions"),
    Directive("Unit", "AssertNull", _NULL, 218, _GROUP, _UNIT, "An assertion that held always (yes) or never (no), for tests of systemd itself.", repeats=True, example="yes", removed=247, documented=False, together="asserts"),
    Directive("Unit", "Names", Text(), 1, _GROUP, _UNIT, "Further names of the unit; links to its file in the same directory, or Alias=, give it those.", repeats=True, resets=False, example="myapp2.service", removed=186, documented=False),
    Directive("Unit", "IgnoreDependencyFailure", Text(), 3, _GROUP, _UNIT, "What it waited for could fail; that is how Wants= is.", example="yes", removed=12, documented=False),
    Directive("Unit", "OnlyByDependency", Text(), 1, _GROUP, _UNIT, "The old name of RefuseManualStart=.", example="yes", removed=8, successor="RefuseManualStart", documented=False),
    Directive("Unit", "RecursiveStop", Text(), 1, _GROUP, _UNIT, "What needed it was stopped with it; that is how Requires= is.", example="yes", removed=12, documented=False),
    Directive("Service", "Service.FailureAction", _ACTION, 213, _GROUP, _SERVICE, "Belongs to [Unit] since systemd 236, and is still read here.", default="none", successor="FailureAction"),
    Directive("Service", "Service.StartLimitAction", _ACTION, 42, _GROUP, _SERVICE, "Belongs to [Unit] since systemd 229, and is still read here.", default="none", successor="StartLimitAction"),
    Directive("Service", "Service.StartLimitBurst", UnsignedInt(), 42, _GROUP, _SERVICE, "Belongs to [Unit] since systemd 229, and is still read here.", default="5", example="5", successor="StartLimitBurst"),
    Directive("Service", "Service.StartLimitInterval", TimeSpan(), 42, _GROUP, _SERVICE, "The old name and place of StartLimitIntervalSec= of [Unit].", default="10s", example="60s", successor="StartLimitIntervalSec", documented=False),
    Directive("Service", "Service.RebootArgument", Text(), 213, _GROUP, _SERVICE, "Belongs to [Unit] since systemd 229, and is still read here.", example="bootloader", successor="RebootArgument"),
    Directive("Service", "PermissionsStartOnly", Boolean(), 1, _GROUP, _SERVICE, "Only ExecStart= runs as the user; + before each of the other commands says that instead.", default="no", documented=False),
    Directive("Service", "InaccessibleDirectories", _PATHS, 1, _GROUP, _EXEC, "The old name of InaccessiblePaths=.", repeats=True, example="-/data/home", successor="InaccessiblePaths", documented=False, together="inaccessible-paths"),
    Directive("Service", "ReadOnlyDirectories", _PATHS, 1, _GROUP, _EXEC, "The old name of ReadOnlyPaths=.", repeats=True, example="/opt/myapp", successor="ReadOnlyPaths", documented=False, together="read-only-paths"),
    Directive("Service", "ReadWriteDirectories", _PATHS, 1, _GROUP, _EXEC, "The old name of ReadWritePaths=.", repeats=True, example="/opt/myapp/data", successor="ReadWritePaths", documented=False, together="read-write-paths"),
    Directive("Service", "BusPolicy", Text(), 217, _GROUP, _EXEC, "Belonged to a D-Bus in the kernel that never came.", repeats=True, example="org.example.Myapp talk", removed=230, documented=False),
    Directive("Service", "Capabilities", Text(), 1, _GROUP, _EXEC, "Sets of capabilities in the old form; AmbientCapabilities= and CapabilityBoundingSet= are there instead.", example="cap_net_bind_service=ep", removed=230, documented=False),
    Directive("Service", "SysVStartPriority", Text(), 1, _GROUP, _SERVICE, "Its place among old start scripts, which are gone.", example="50", removed=218, documented=False),
    Directive("Service", "CapabilityBoundingSetDrop", Text(), 1, _GROUP, _EXEC, "Capabilities to take away: CapabilityBoundingSet= with ~ before them.", repeats=True, example="CAP_SYS_PTRACE", removed=21, documented=False),
    Directive("Service", "FsckPassNo", Text(), 12, _GROUP, _SERVICE, "The order of file system checks, which systemd-fsck@.service does now.", example="2", removed=209, documented=False),
    Directive("Service", "TCPWrapName", Text(), 1, _GROUP, _EXEC, "A name for TCP wrappers; IPAddressAllow= and IPAddressDeny= are there instead.", example="myapp", removed=212, documented=False),
    Directive("Service", "ValidNoProcess", Text(), 1, _GROUP, _SERVICE, "The old name of RemainAfterExit=.", example="yes", removed=8, successor="RemainAfterExit", documented=False),
)  # fmt: skip

ROWS = (*OLD_CONTROL, *OLD_OTHERS)

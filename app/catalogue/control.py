"""Rows of the group “Control groups”: what it may use as a group of processes."""

from app.catalogue.directive import Directive
from app.values import (
    BindRule,
    Boolean,
    BpfProgram,
    Choice,
    Controllers,
    CpuList,
    DeviceAccess,
    FilePath,
    GroupName,
    InterfaceName,
    NftSets,
    PerDevice,
    Rate,
    RuleNames,
    Share,
    Size,
    SliceName,
    TimeSpan,
    Weight,
)

_GROUP = "control"
_RESOURCE = "systemd.resource-control(5)"
_BOOLEAN = Boolean()
_PROCESSORS = CpuList()
_NODES = CpuList("memory nodes")
_CPU_WEIGHT = Weight({"idle": 252})
_WEIGHT = Weight()
_LIMIT = Size()
_AMOUNT = Size(minimum=0)
_RATE = PerDevice(Rate(), "10M")
_OOM = Choice({"auto": 247, "kill": 247})
_WATCH = Boolean(more={"auto": 254, "skip": 254})
_PROGRAM = FilePath(optional=False)
_BIND_RULE = BindRule()

_WATCH_261 = Boolean(more={"auto": 261, "skip": 261})

ROWS = (
    Directive("Service", "CPUWeight", _CPU_WEIGHT, 232, _GROUP, _RESOURCE, "Its share of processor time where others want some too; 100 is what each unit has unless set.", default="100", example="200", anchor="CPUWeight=weight"),
    Directive("Service", "StartupCPUWeight", _CPU_WEIGHT, 232, _GROUP, _RESOURCE, "Its share of processor time while the machine starts or stops; 100 is what each unit has unless set.", default="as CPUWeight=", example="200", anchor="CPUWeight=weight"),
    Directive("Service", "CPUQuotaPeriodSec", TimeSpan(), 242, _GROUP, _RESOURCE, "The time over which CPUQuota= is measured; shorter waits less and costs more.", default="100ms", example="10ms"),
    Directive("Service", "AllowedCPUs", _PROCESSORS, 244, _GROUP, _RESOURCE, "Processors that it may run on, by number.", default="all", repeats=True, example="0-3"),
    Directive("Service", "StartupAllowedCPUs", _PROCESSORS, 250, _GROUP, _RESOURCE, "Processors that it may run on while the machine starts or stops.", default="as AllowedCPUs=", repeats=True, example="0-3", anchor="AllowedCPUs="),
    Directive("Service", "AllowedMemoryNodes", _NODES, 244, _GROUP, _RESOURCE, "Memory nodes of a NUMA machine that it may use, by number.", default="all", repeats=True, example="0"),
    Directive("Service", "StartupAllowedMemoryNodes", _NODES, 250, _GROUP, _RESOURCE, "Memory nodes that it may use while the machine starts or stops.", default="as AllowedMemoryNodes=", repeats=True, example="0", anchor="AllowedMemoryNodes="),
    Directive("Service", "CPUSetPartition", Choice({"member": 261, "root": 261, "isolated": 261}), 261, _GROUP, _RESOURCE, "Whether the processors of AllowedCPUs= are its own: root keeps others off them, isolated also ends the kernel's balancing among them.", default="member"),
    Directive("Service", "MemoryAccounting", _BOOLEAN, 205, _GROUP, _RESOURCE, "Counts the memory that it uses.", default="yes"),
    Directive("Service", "MemoryMin", _AMOUNT, 240, _GROUP, _RESOURCE, "Memory that is never taken from it, whatever happens to others.", default="0", example="64M", anchor="MemoryMin=bytes, MemoryLow=bytes"),
    Directive("Service", "MemoryLow", _AMOUNT, 231, _GROUP, _RESOURCE, "Memory that is taken from it only if others have none left to give.", default="0", example="128M", anchor="MemoryMin=bytes, MemoryLow=bytes"),
    Directive("Service", "StartupMemoryLow", _AMOUNT, 254, _GROUP, _RESOURCE, "MemoryLow= while the machine starts or stops.", default="as MemoryLow=", example="128M", anchor="MemoryMin=bytes, MemoryLow=bytes"),
    Directive("Service", "MemoryHigh", _LIMIT, 231, _GROUP, _RESOURCE, "Memory above which it is slowed down and made to give some back.", default="infinity", example="400M", anchor="MemoryHigh=bytes"),
    Directive("Service", "StartupMemoryHigh", _LIMIT, 254, _GROUP, _RESOURCE, "MemoryHigh= while the machine starts or stops.", default="as MemoryHigh=", example="400M", anchor="MemoryHigh=bytes"),
    Directive("Service", "StartupMemoryMax", _LIMIT, 254, _GROUP, _RESOURCE, "MemoryMax= while the machine starts or stops.", default="as MemoryMax=", example="512M", anchor="MemoryMax=bytes"),
    Directive("Service", "MemorySwapMax", _AMOUNT, 232, _GROUP, _RESOURCE, "Swap space that it may use at the most; 0 keeps its memory out of the swap.", default="infinity", example="0", anchor="MemorySwapMax=bytes"),
    Directive("Service", "StartupMemorySwapMax", _AMOUNT, 254, _GROUP, _RESOURCE, "MemorySwapMax= while the machine starts or stops.", default="as MemorySwapMax=", example="0", anchor="MemorySwapMax=bytes"),
    Directive("Service", "MemoryZSwapMax", _AMOUNT, 253, _GROUP, _RESOURCE, "Compressed swap in memory that it may use at the most.", default="infinity", example="64M", anchor="MemoryZSwapMax=bytes"),
    Directive("Service", "StartupMemoryZSwapMax", _AMOUNT, 254, _GROUP, _RESOURCE, "MemoryZSwapMax= while the machine starts or stops.", default="as MemoryZSwapMax=", example="64M", anchor="MemoryZSwapMax=bytes"),
    Directive("Service", "MemoryZSwapWriteback", _BOOLEAN, 256, _GROUP, _RESOURCE, "Whether its compressed swap may be written to the disk.", default="yes"),
    Directive("Service", "TasksAccounting", _BOOLEAN, 227, _GROUP, _RESOURCE, "Counts its processes and threads.", default="yes"),
    Directive("Service", "IOAccounting", _BOOLEAN, 230, _GROUP, _RESOURCE, "Counts what it reads from disks and writes to them.", default="no"),
    Directive("Service", "IOWeight", _WEIGHT, 230, _GROUP, _RESOURCE, "Its share of disk access where others want some too; 100 is what each unit has unless set.", default="100", example="200", anchor="IOWeight=weight"),
    Directive("Service", "StartupIOWeight", _WEIGHT, 230, _GROUP, _RESOURCE, "Its share of disk access while the machine starts or stops; 100 is what each unit has unless set.", default="as IOWeight=", example="200", anchor="IOWeight=weight"),
    Directive("Service", "IODeviceWeight", PerDevice(_WEIGHT, "200"), 230, _GROUP, _RESOURCE, "Its share of the access to one disk.", default="as IOWeight=", repeats=True, example="/dev/sda 200", anchor="IODeviceWeight=device weight"),
    Directive("Service", "IOReadBandwidthMax", _RATE, 230, _GROUP, _RESOURCE, "Bytes a second that it may read from a disk at the most.", default="infinity", repeats=True, example="/dev/sda 10M", anchor="IOReadBandwidthMax=device bytes"),
    Directive("Service", "IOWriteBandwidthMax", _RATE, 230, _GROUP, _RESOURCE, "Bytes a second that it may write to a disk at the most.", default="infinity", repeats=True, example="/dev/sda 10M", anchor="IOReadBandwidthMax=device bytes"),
    Directive("Service", "IOReadIOPSMax", _RATE, 230, _GROUP, _RESOURCE, "Times a second that it may read from a disk at the most.", default="infinity", repeats=True, example="/dev/sda 1K", anchor="IOReadIOPSMax=device IOPS"),
    Directive("Service", "IOWriteIOPSMax", _RATE, 230, _GROUP, _RESOURCE, "Times a second that it may write to a disk at the most.", default="infinity", repeats=True, example="/dev/sda 1K", anchor="IOReadIOPSMax=device IOPS"),
    Directive("Service", "IODeviceLatencyTargetSec", PerDevice(TimeSpan(), "25ms"), 240, _GROUP, _RESOURCE, "How long a disk may take to answer it before others are slowed down.", repeats=True, example="/dev/sda 25ms", anchor="IODeviceLatencyTargetSec=device target"),
    Directive("Service", "DeviceAllow", DeviceAccess(), 34, _GROUP, _RESOURCE, "A device that it may read (r), write (w) or make (m); others but null, zero, random and the like become closed.", repeats=True, example="/dev/ttyUSB0 rw", without="every device of the machine stays open to it"),
    Directive("Service", "DevicePolicy", Choice({"auto": 205, "closed": 205, "strict": 205}), 205, _GROUP, _RESOURCE, "Which devices are open: strict only those of DeviceAllow=, closed also null, zero and the like, auto all unless DeviceAllow= is set.", default="auto", anchor="DevicePolicy=auto|closed|strict", without="every device of the machine stays open to it"),
    Directive("Service", "Slice", SliceName(), 205, _GROUP, _RESOURCE, "The slice that it runs in, whose limits it shares with all others there.", default="system.slice", example="background.slice"),
    Directive("Service", "Delegate", Controllers(switches=True, quotes=True), 218, _GROUP, _RESOURCE, "Lets it make control groups below its own, with all controllers or those listed.", default="no", repeats=True, none="Its groups alone, without a controller", example="yes"),
    Directive("Service", "DelegateSubgroup", GroupName(), 254, _GROUP, _RESOURCE, "The group below its own that its processes are put into, with Delegate=.", example="supervisor"),
    Directive("Service", "DisableControllers", Controllers(), 240, _GROUP, _RESOURCE, "Controllers that nothing below it can use.", repeats=True, example="cpu"),
    Directive("Service", "ManagedOOMSwap", _OOM, 247, _GROUP, _RESOURCE, "Whether systemd-oomd ends it when the swap space runs out.", default="auto", anchor="ManagedOOMSwap=auto|kill"),
    Directive("Service", "ManagedOOMMemoryPressure", _OOM, 247, _GROUP, _RESOURCE, "Whether systemd-oomd ends it when it waits for memory too long.", default="auto", anchor="ManagedOOMSwap=auto|kill"),
    Directive("Service", "ManagedOOMMemoryPressureLimit", Share(), 248, _GROUP, _RESOURCE, "The share of time spent waiting for memory above which systemd-oomd acts, with ManagedOOMMemoryPressure=kill.", default="as in oomd.conf", example="60%"),
    Directive("Service", "ManagedOOMMemoryPressureDurationSec", TimeSpan(minimum=1_000_000, endless=False), 257, _GROUP, _RESOURCE, "How long it must wait so much before systemd-oomd acts, with ManagedOOMMemoryPressure=kill.", default="as in oomd.conf", example="30s"),
    Directive("Service", "ManagedOOMPreference", Choice({"none": 248, "avoid": 248, "omit": 248}), 248, _GROUP, _RESOURCE, "Whether systemd-oomd spares it: avoid takes others first, omit never takes it.", default="none", anchor="ManagedOOMPreference=none|avoid|omit"),
    Directive("Service", "OOMRules", RuleNames(), 261, _GROUP, _RESOURCE, "Sets of rules by which systemd-oomd judges it.", repeats=True, example="myapp"),
    Directive("Service", "MemoryPressureWatch", _WATCH, 254, _GROUP, _RESOURCE, "Tells it in $MEMORY_PRESSURE_WATCH where to learn that memory gets scarce.", default="auto"),
    Directive("Service", "MemoryPressureThresholdSec", TimeSpan(), 254, _GROUP, _RESOURCE, "How long in two seconds it must wait for memory before it is told.", default="200ms", example="150ms"),
    Directive("Service", "CPUPressureWatch", _WATCH_261, 261, _GROUP, _RESOURCE, "Tells it in $CPU_PRESSURE_WATCH where to learn that processor time gets scarce.", default="auto"),
    Directive("Service", "CPUPressureThresholdSec", TimeSpan(), 261, _GROUP, _RESOURCE, "How long in two seconds it must wait for a processor before it is told.", default="200ms", example="150ms"),
    Directive("Service", "IOPressureWatch", _WATCH_261, 261, _GROUP, _RESOURCE, "Tells it in $IO_PRESSURE_WATCH where to learn that disks are slow.", default="auto"),
    Directive("Service", "IOPressureThresholdSec", TimeSpan(), 261, _GROUP, _RESOURCE, "How long in two seconds it must wait for disks before it is told.", default="200ms", example="150ms"),
    Directive("Service", "IPAccounting", _BOOLEAN, 235, _GROUP, _RESOURCE, "Counts the bytes and packets that it sends and gets.", default="no"),
    Directive("Service", "IPIngressFilterPath", _PROGRAM, 243, _GROUP, _RESOURCE, "A BPF program that judges every packet it gets.", repeats=True, example="/sys/fs/bpf/my_filter", anchor="IPIngressFilterPath=BPF_FS_PROGRAM_PATH", without="packets reach it without that filter"),
    Directive("Service", "IPEgressFilterPath", _PROGRAM, 243, _GROUP, _RESOURCE, "A BPF program that judges every packet it sends.", repeats=True, example="/sys/fs/bpf/my_filter", anchor="IPIngressFilterPath=BPF_FS_PROGRAM_PATH", without="its packets leave without that filter"),
    Directive("Service", "BPFProgram", BpfProgram(), 249, _GROUP, _RESOURCE, "A BPF program that is attached to its group, as TYPE:PATH.", repeats=True, example="egress:/sys/fs/bpf/my_program", anchor="BPFProgram=type:program-path"),
    Directive("Service", "SocketBindAllow", _BIND_RULE, 249, _GROUP, _RESOURCE, "Ports that it may listen on, whatever SocketBindDeny= says.", repeats=True, example="tcp:8080", anchor="SocketBindAllow=bind-rule"),
    Directive("Service", "SocketBindDeny", _BIND_RULE, 249, _GROUP, _RESOURCE, "Ports that it may not listen on; any is all of them.", repeats=True, example="any", anchor="SocketBindAllow=bind-rule", without="it may listen on every port"),
    Directive("Service", "BindNetworkInterface", InterfaceName(), 260, _GROUP, _RESOURCE, "The network interface that all its sockets are bound to.", example="eth0", without="its sockets use every network interface"),
    Directive("Service", "NFTSet", NftSets(), 255, _GROUP, _RESOURCE, "A set of nftables that its control group, user or group is added to while it runs.", repeats=True, example="cgroup:inet:filter:my_service", anchor="NFTSet=family:table:set"),
)  # fmt: skip

"""Rows of the group “Scheduling and limits”: priorities, processors, and the kernel's limits of a process."""

from app.catalogue.directive import Directive
from app.values import (
    Boolean,
    Choice,
    CoredumpFilter,
    CpuAffinity,
    Nanoseconds,
    NiceLimit,
    Personality,
    ResourceLimit,
    Signed,
    SizeLimit,
    SyslogLevel,
    TimeLimit,
    UnsignedInt,
)

_GROUP = "scheduling"
_EXEC = "systemd.exec(5)"
_BOOLEAN = Boolean()
_SIZE = SizeLimit()
_COUNT = ResourceLimit()

# The numbers are those of sched(7) and ioprio_set(2).
_POLICIES = SyslogLevel({"other": 1, "batch": 1, "idle": 1, "fifo": 1, "rr": 1, "ext": 260}, {0, 1, 2, 3, 5, 7})
_CLASSES = SyslogLevel({"none": 1, "realtime": 1, "best-effort": 1, "idle": 1}, range(4))
_MEMORY_POLICIES = Choice({"default": 243, "preferred": 243, "bind": 243, "interleave": 243, "local": 243})


def _limit(name: str, kind: ResourceLimit, about: str, example: str, default: str = "") -> Directive:
    """The row of one of the kernel's limits."""
    return Directive(
        "Service",
        f"Limit{name}",
        kind,
        1,
        _GROUP,
        _EXEC,
        about,
        default=default,
        example=example,
        anchor="" if name == "CPU" else "LimitCPU=",
    )


ROWS: tuple[Directive, ...] = (
    Directive("Service", "Nice", Signed(-20, 19), 1, _GROUP, _EXEC, "How much it yields to others: 19 the most, -20 the least.", default="0", example="5"),
    Directive("Service", "OOMScoreAdjust", Signed(-1000, 1000), 9, _GROUP, _EXEC, "How likely it is killed when memory runs out: 1000 is first, -1000 never.", default="0", example="200"),
    Directive("Service", "CPUSchedulingPolicy", _POLICIES, 1, _GROUP, _EXEC, "How the kernel deals out processor time to it; fifo and rr are for real time.", default="other", example="batch", together="CPUScheduling"),
    Directive("Service", "CPUSchedulingPriority", UnsignedInt(0, 99), 1, _GROUP, _EXEC, "Its rank among real-time processes: 99 the highest; others have 0.", default="0", example="0", together="CPUScheduling"),
    Directive("Service", "CPUSchedulingResetOnFork", _BOOLEAN, 1, _GROUP, _EXEC, "Whether what it starts goes back to the usual policy.", default="no"),
    Directive("Service", "CPUAffinity", CpuAffinity("numa", 246, 249, stops=True), 1, _GROUP, _EXEC, "The processors that it may run on, by number; numa takes those near the memory of NUMAMask=.", default="all", repeats=True, example="0-3"),
    Directive("Service", "NUMAPolicy", _MEMORY_POLICIES, 243, _GROUP, _EXEC, "From which NUMA nodes it gets memory.", default="default"),
    Directive("Service", "NUMAMask", CpuAffinity("all", 247, 258), 243, _GROUP, _EXEC, "The memory nodes that NUMAPolicy= is about, by number.", repeats=True, example="0-1"),
    Directive("Service", "IOSchedulingClass", _CLASSES, 1, _GROUP, _EXEC, "How the disks serve it: realtime first, idle only when nobody else wants them.", default="best-effort", example="idle", together="IOScheduling"),
    Directive("Service", "IOSchedulingPriority", UnsignedInt(0, 7), 1, _GROUP, _EXEC, "Its rank within that class: 0 the highest, 7 the lowest.", default="4", example="7", together="IOScheduling"),
    Directive("Service", "TimerSlackNSec", Nanoseconds(), 1, _GROUP, _EXEC, "How much later its timers may go off, so that the kernel can wake for several at once.", default="50us", example="1ms"),
    Directive("Service", "CoredumpFilter", CoredumpFilter(), 246, _GROUP, _EXEC, "Which of its memory is kept when it crashes and dumps core.", default="as systemd has it, mostly 0x33", repeats=True, example="default private-huge"),
    Directive("Service", "Personality", Personality(), 209, _GROUP, _EXEC, "The machine that it believes to run on, for 32-bit programs on a 64-bit machine."),
    Directive("Service", "MemoryKSM", _BOOLEAN, 254, _GROUP, _EXEC, "Lets the kernel keep equal pages of its memory only once."),
    Directive("Service", "MemoryTHP", Choice({"inherit": 260, "disable": 260, "madvise": 260, "system": 260}), 260, _GROUP, _EXEC, "Whether the kernel gives it memory in huge pages.", default="inherit"),
    Directive("Service", "IgnoreSIGPIPE", _BOOLEAN, 41, _GROUP, _EXEC, "Writing into a pipe that nobody reads gives it an error instead of ending it.", default="yes"),
    _limit("CPU", TimeLimit(), "Processor time that one of its processes may use up before it is ended.", "1h", "infinity"),
    _limit("FSIZE", _SIZE, "How large a file may become that it writes.", "1G", "infinity"),
    _limit("DATA", _SIZE, "Address space that one of its processes may have for data; MemoryMax= limits memory.", "1G", "infinity"),
    _limit("STACK", _SIZE, "How large the stack of one of its processes may become.", "8M", "8M:infinity"),
    _limit("CORE", _SIZE, "How large a core dump may be; 0 is none.", "0", "infinity"),
    _limit("RSS", _SIZE, "Of no effect on kernels of today; MemoryMax= limits memory.", "infinity", "infinity"),
    _limit("AS", _SIZE, "Address space that one of its processes may have; MemoryMax= limits memory.", "4G", "infinity"),
    _limit("NPROC", _COUNT, "Processes and threads that its user may have in all; TasksMax= counts those of the service.", "512"),
    _limit("MEMLOCK", _SIZE, "How much memory it may keep from being swapped out.", "64M", "8M"),
    _limit("LOCKS", _COUNT, "Of no effect on kernels of today; it was the number of file locks.", "infinity", "infinity"),
    _limit("SIGPENDING", _COUNT, "How many signals may wait for it.", "1024"),
    _limit("MSGQUEUE", _SIZE, "How much memory its message queues may take.", "8M", "800K"),
    _limit("NICE", NiceLimit(), "The highest priority that it may give itself, as a nice level with its sign.", "+0", "0"),
    _limit("RTPRIO", _COUNT, "The highest rank among real-time processes that it may give itself.", "10", "0"),
    _limit("RTTIME", TimeLimit("us", 1), "How long a real-time process may run without waiting; in microseconds without a unit.", "500ms", "infinity"),
)  # fmt: skip

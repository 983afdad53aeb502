"""Rows of the exposure score, and the groups of system calls that it is measured with.

Sources: security_assessor_table[] of src/analyze/analyze-security.c and syscall_filter_sets[] of src/shared/seccomp-util.c,
systemd 240 to 262, each with what its stable releases brought; 252 means 252.19 or later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.values import FOREVER

OLDEST = 240
"""The first systemd that has a score."""

TESTED_VERSIONS = frozenset({252, 254, 257, 262})
"""The versions that the score is held against; the rows of all others are read from source."""

LEVELS = ((100, "DANGEROUS"), (90, "UNSAFE"), (75, "EXPOSED"), (50, "MEDIUM"), (10, "OK"), (1, "SAFE"), (0, "PERFECT"))
"""What a score is called, from so many tenths on."""


@dataclass(frozen=True)
class Item:
    """One row of systemd's exposure score."""

    json_field: str
    """The row's name in systemd's JSON output."""
    name: str
    """The row's name in systemd's table."""
    weight: int
    """The weight of the row if its badness equals its range."""
    measure: str
    """The key of the method that computes the badness."""
    of: tuple[str, ...] = ()
    """The directives, capabilities, families or other words that the method examines."""
    scale: Mapping[str, int] = field(default_factory=lambda: {"yes": 0, "no": 1})
    """The badness of each word, for the measure “word”. A word that is missing here is as bad as unset."""
    unset: str = "no"
    """The word that an unset directive stands for."""
    range: int = 1
    """The highest badness."""
    since: int = OLDEST
    """The first systemd version that has the row in this form."""
    until: int = FOREVER
    """The last systemd version that has the row in this form."""
    unless: str = ""
    """The key of the condition under which systemd does not assess the row, or ""."""


class CallGroup(NamedTuple):
    """System calls of a group on x86-64, or groups in it, for a range of versions."""

    group: str
    """The name of the group, with its @.

    After a leading “~”, the words are calls that the group lacks although the groups inside it contain them.
    """
    words: str
    """The names of the calls and groups, separated by spaces."""
    since: int = OLDEST
    """The first systemd version that has the words in the group."""
    until: int = FOREVER
    """The last systemd version that has the words in the group."""


# The parenthesis at the end of one json_field is systemd's own. PrivateMounts= unset counts as on since 254, since it has three states.
ITEMS = (
    Item("UserOrDynamicUser", "User=/DynamicUser=", 2000, "user", ("User", "DynamicUser"), range=10),
    Item("SupplementaryGroups", "SupplementaryGroups=", 200, "list", ("SupplementaryGroups",), unless="privileged"),
    Item("PrivateDevices", "PrivateDevices=", 1000, "word", ("PrivateDevices",)),
    Item("PrivateMounts", "PrivateMounts=", 1000, "mounts", ("PrivateMounts", "PrivateDevices", "PrivateTmp", "ProtectControlGroups", "ProtectKernelTunables", "ProtectKernelModules", "ProtectHome", "ProtectSystem", "RootImage"), until=249),
    Item("PrivateMounts", "PrivateMounts=", 1000, "word", ("PrivateMounts",), since=250, until=253),
    Item("PrivateMounts", "PrivateMounts=", 1000, "word", ("PrivateMounts",), unset="yes", since=254),
    Item("PrivateNetwork", "PrivateNetwork=", 2500, "word", ("PrivateNetwork",)),
    Item("PrivateTmp", "PrivateTmp=", 1000, "word", ("PrivateTmp",), scale={"yes": 0, "connected": 0, "disconnected": 0, "no": 1}, unless="early"),
    Item("PrivateUsers", "PrivateUsers=", 1000, "word", ("PrivateUsers",), scale={"yes": 0, "self": 0, "identity": 0, "full": 0, "managed": 0, "no": 1}),
    Item("ProtectControlGroups", "ProtectControlGroups=", 1000, "word", ("ProtectControlGroups",), scale={"yes": 0, "private": 0, "strict": 0, "no": 1}),
    Item("ProtectKernelModules", "ProtectKernelModules=", 1000, "word", ("ProtectKernelModules",)),
    Item("ProtectKernelTunables", "ProtectKernelTunables=", 1000, "word", ("ProtectKernelTunables",)),
    Item("ProtectKernelLogs", "ProtectKernelLogs=", 1000, "word", ("ProtectKernelLogs",), since=244),
    Item("ProtectClock", "ProtectClock=", 1000, "word", ("ProtectClock",), since=245),
    Item("ProtectHome", "ProtectHome=", 1000, "word", ("ProtectHome",), scale={"yes": 0, "tmpfs": 1, "read-only": 5, "no": 10}, range=10, unless="early"),
    Item("ProtectHostname", "ProtectHostname=", 50, "word", ("ProtectHostname",), scale={"yes": 0, "private": 0, "no": 1}, since=242),
    Item("ProtectSystem", "ProtectSystem=", 1000, "word", ("ProtectSystem",), scale={"strict": 0, "full": 3, "yes": 5, "no": 10}, range=10, unless="early"),
    Item("RootDirectoryOrRootImage", "RootDirectory=/RootImage=", 200, "any root", ("RootDirectory", "RootImage"), until=241, unless="early"),
    Item("RootDirectoryOrRootImage", "RootDirectory=/RootImage=", 200, "every root", ("RootDirectory", "RootImage"), since=242, until=244, unless="early"),
    Item("RootDirectoryOrRootImage", "RootDirectory=/RootImage=", 200, "any root", ("RootDirectory", "RootImage"), since=245, unless="early"),
    Item("LockPersonality", "LockPersonality=", 100, "word", ("LockPersonality",)),
    Item("MemoryDenyWriteExecute", "MemoryDenyWriteExecute=", 100, "word", ("MemoryDenyWriteExecute",)),
    Item("NoNewPrivileges", "NoNewPrivileges=", 1000, "word", ("NoNewPrivileges",)),
    Item("CapabilityBoundingSet_CAP_SYS_ADMIN", "CapabilityBoundingSet=~CAP_SYS_ADMIN", 1500, "capabilities", ("CAP_SYS_ADMIN",)),
    Item("CapabilityBoundingSet_CAP_SET_UID_GID_PCAP", "CapabilityBoundingSet=~CAP_SET(UID|GID|PCAP)", 1500, "capabilities", ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")),
    Item("CapabilityBoundingSet_CAP_SYS_PTRACE", "CapabilityBoundingSet=~CAP_SYS_PTRACE", 1500, "capabilities", ("CAP_SYS_PTRACE",)),
    Item("CapabilityBoundingSet_CAP_SYS_TIME", "CapabilityBoundingSet=~CAP_SYS_TIME", 1000, "capabilities", ("CAP_SYS_TIME",)),
    Item("CapabilityBoundingSet_CAP_NET_ADMIN", "CapabilityBoundingSet=~CAP_NET_ADMIN", 1000, "capabilities", ("CAP_NET_ADMIN",)),
    Item("CapabilityBoundingSet_CAP_SYS_RAWIO", "CapabilityBoundingSet=~CAP_SYS_RAWIO", 1000, "capabilities", ("CAP_SYS_RAWIO",)),
    Item("CapabilityBoundingSet_CAP_SYS_MODULE", "CapabilityBoundingSet=~CAP_SYS_MODULE", 1000, "capabilities", ("CAP_SYS_MODULE",)),
    Item("CapabilityBoundingSet_CAP_AUDIT", "CapabilityBoundingSet=~CAP_AUDIT_*", 500, "capabilities", ("CAP_AUDIT_CONTROL", "CAP_AUDIT_READ", "CAP_AUDIT_WRITE")),
    Item("CapabilityBoundingSet_CAP_SYSLOG", "CapabilityBoundingSet=~CAP_SYSLOG", 500, "capabilities", ("CAP_SYSLOG",)),
    Item("CapabilityBoundingSet_CAP_SYS_NICE_RESOURCE", "CapabilityBoundingSet=~CAP_SYS_(NICE|RESOURCE)", 500, "capabilities", ("CAP_SYS_NICE", "CAP_SYS_RESOURCE")),
    Item("CapabilityBoundingSet_CAP_MKNOD", "CapabilityBoundingSet=~CAP_MKNOD", 500, "capabilities", ("CAP_MKNOD",)),
    Item("CapabilityBoundingSet_CAP_CHOWN_FSETID_SETFCAP", "CapabilityBoundingSet=~CAP_(CHOWN|FSETID|SETFCAP)", 1000, "capabilities", ("CAP_CHOWN", "CAP_FSETID", "CAP_SETFCAP")),
    Item("CapabilityBoundingSet_CAP_DAC_FOWNER_IPC_OWNER", "CapabilityBoundingSet=~CAP_(DAC_*|FOWNER|IPC_OWNER)", 1000, "capabilities", ("CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_IPC_OWNER")),
    Item("CapabilityBoundingSet_CAP_KILL", "CapabilityBoundingSet=~CAP_KILL", 500, "capabilities", ("CAP_KILL",)),
    Item("CapabilityBoundingSet_CAP_NET_BIND_SERVICE_BROADCAST_RAW)", "CapabilityBoundingSet=~CAP_NET_(BIND_SERVICE|BROADCAST|RAW)", 500, "capabilities", ("CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_RAW")),
    Item("CapabilityBoundingSet_CAP_SYS_BOOT", "CapabilityBoundingSet=~CAP_SYS_BOOT", 100, "capabilities", ("CAP_SYS_BOOT",)),
    Item("CapabilityBoundingSet_CAP_MAC", "CapabilityBoundingSet=~CAP_MAC_*", 100, "capabilities", ("CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE")),
    Item("CapabilityBoundingSet_CAP_LINUX_IMMUTABLE", "CapabilityBoundingSet=~CAP_LINUX_IMMUTABLE", 75, "capabilities", ("CAP_LINUX_IMMUTABLE",)),
    Item("CapabilityBoundingSet_CAP_IPC_LOCK", "CapabilityBoundingSet=~CAP_IPC_LOCK", 50, "capabilities", ("CAP_IPC_LOCK",)),
    Item("CapabilityBoundingSet_CAP_SYS_CHROOT", "CapabilityBoundingSet=~CAP_SYS_CHROOT", 50, "capabilities", ("CAP_SYS_CHROOT",)),
    Item("CapabilityBoundingSet_CAP_BLOCK_SUSPEND", "CapabilityBoundingSet=~CAP_BLOCK_SUSPEND", 25, "capabilities", ("CAP_BLOCK_SUSPEND",)),
    Item("CapabilityBoundingSet_CAP_WAKE_ALARM", "CapabilityBoundingSet=~CAP_WAKE_ALARM", 25, "capabilities", ("CAP_WAKE_ALARM",)),
    Item("CapabilityBoundingSet_CAP_LEASE", "CapabilityBoundingSet=~CAP_LEASE", 25, "capabilities", ("CAP_LEASE",)),
    Item("CapabilityBoundingSet_CAP_SYS_TTY_CONFIG", "CapabilityBoundingSet=~CAP_SYS_TTY_CONFIG", 25, "capabilities", ("CAP_SYS_TTY_CONFIG",)),
    Item("CapabilityBoundingSet_CAP_SYS_PACCT", "CapabilityBoundingSet=~CAP_SYS_PACCT", 25, "capabilities", ("CAP_SYS_PACCT",)),
    Item("CapabilityBoundingSet_CAP_BPF", "CapabilityBoundingSet=~CAP_BPF", 25, "capabilities", ("CAP_BPF",), since=252),
    Item("UMask", "UMask=", 100, "umask", ("UMask",), range=10),
    Item("KeyringMode", "KeyringMode=", 1000, "word", ("KeyringMode",), scale={"private": 0, "inherit": 1, "shared": 1}, unset="private"),
    Item("ProtectProc", "ProtectProc=", 1000, "word", ("ProtectProc",), scale={"invisible": 0, "ptraceable": 0, "noaccess": 1, "default": 3}, unset="default", range=3, since=247),
    Item("ProcSubset", "ProcSubset=", 10, "word", ("ProcSubset",), scale={"pid": 0, "all": 1}, unset="all", since=247),
    Item("NotifyAccess", "NotifyAccess=", 1000, "word", ("NotifyAccess",), scale={"main": 0, "none": 0, "exec": 0, "all": 1}, unset="none"),
    Item("RemoveIPC", "RemoveIPC=", 100, "word", ("RemoveIPC",), unless="privileged"),
    Item("Delegate", "Delegate=", 100, "delegation", ("Delegate",)),
    Item("RestrictRealtime", "RestrictRealtime=", 500, "word", ("RestrictRealtime",)),
    Item("RestrictSUIDSGID", "RestrictSUIDSGID=", 1000, "word", ("RestrictSUIDSGID",), since=242),
    Item("RestrictNamespaces_user", "RestrictNamespaces=~user", 1500, "namespaces", ("user",)),
    Item("RestrictNamespaces_mnt", "RestrictNamespaces=~mnt", 500, "namespaces", ("mnt",)),
    Item("RestrictNamespaces_ipc", "RestrictNamespaces=~ipc", 500, "namespaces", ("ipc",)),
    Item("RestrictNamespaces_pid", "RestrictNamespaces=~pid", 500, "namespaces", ("pid",)),
    Item("RestrictNamespaces_cgroup", "RestrictNamespaces=~cgroup", 500, "namespaces", ("cgroup",)),
    Item("RestrictNamespaces_net", "RestrictNamespaces=~net", 500, "namespaces", ("net",)),
    Item("RestrictNamespaces_uts", "RestrictNamespaces=~uts", 100, "namespaces", ("uts",)),
    Item("RestrictAddressFamilies_AF_INET_INET6", "RestrictAddressFamilies=~AF_(INET|INET6)", 1500, "families", ("AF_INET", "AF_INET6")),
    Item("RestrictAddressFamilies_AF_UNIX", "RestrictAddressFamilies=~AF_UNIX", 25, "families", ("AF_UNIX",)),
    Item("RestrictAddressFamilies_AF_NETLINK", "RestrictAddressFamilies=~AF_NETLINK", 200, "families", ("AF_NETLINK",)),
    Item("RestrictAddressFamilies_AF_PACKET", "RestrictAddressFamilies=~AF_PACKET", 1000, "families", ("AF_PACKET",)),
    Item("RestrictAddressFamilies_OTHER", "RestrictAddressFamilies=~…", 1250, "families", ()),
    Item("SystemCallArchitectures", "SystemCallArchitectures=", 1000, "architectures", ("SystemCallArchitectures",), range=10),
    Item("SystemCallFilter_swap", "SystemCallFilter=~@swap", 1000, "calls", ("@swap",), range=10),
    Item("SystemCallFilter_obsolete", "SystemCallFilter=~@obsolete", 250, "calls", ("@obsolete",), range=10),
    Item("SystemCallFilter_clock", "SystemCallFilter=~@clock", 1000, "calls", ("@clock",), range=10),
    Item("SystemCallFilter_cpu_emulation", "SystemCallFilter=~@cpu-emulation", 250, "calls", ("@cpu-emulation",), range=10),
    Item("SystemCallFilter_debug", "SystemCallFilter=~@debug", 1000, "calls", ("@debug",), range=10),
    Item("SystemCallFilter_mount", "SystemCallFilter=~@mount", 1000, "calls", ("@mount",), range=10),
    Item("SystemCallFilter_module", "SystemCallFilter=~@module", 1000, "calls", ("@module",), range=10),
    Item("SystemCallFilter_raw_io", "SystemCallFilter=~@raw-io", 1000, "calls", ("@raw-io",), range=10),
    Item("SystemCallFilter_reboot", "SystemCallFilter=~@reboot", 1000, "calls", ("@reboot",), range=10),
    Item("SystemCallFilter_privileged", "SystemCallFilter=~@privileged", 700, "calls", ("@privileged",), range=10),
    Item("SystemCallFilter_resources", "SystemCallFilter=~@resources", 700, "calls", ("@resources",), range=10),
    Item("IPAddressDeny", "IPAddressDeny=", 1000, "addresses", ("IPAddressDeny", "IPAddressAllow", "IPIngressFilterPath", "IPEgressFilterPath"), range=10),
    Item("DeviceAllow", "DeviceAllow=", 1000, "devices", ("DevicePolicy", "DeviceAllow"), range=10),
    Item("AmbientCapabilities", "AmbientCapabilities=", 500, "ambient", ("AmbientCapabilities",)),
)  # fmt: skip

CALL_GROUPS = (
    CallGroup("@aio", "io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit"),
    CallGroup("@aio", "io_uring_enter io_uring_register io_uring_setup", since=243),
    CallGroup("@basic-io",
        "close dup dup2 dup3 lseek pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv write writev"),
    CallGroup("@basic-io", "close_range", since=245),
    CallGroup("@chown", "chown fchown fchownat lchown"),
    CallGroup("@clock", "adjtimex clock_adjtime clock_settime settimeofday"),
    CallGroup("@cpu-emulation", "modify_ldt"),
    CallGroup("@debug", "lookup_dcookie perf_event_open ptrace"),
    CallGroup("@debug", "pidfd_getfd", since=245),
    CallGroup("@default",
        "clock_getres clock_gettime clock_nanosleep execve exit exit_group futex get_robust_list "
        "get_thread_area getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getresgid getresuid "
        "getrlimit getsid gettid gettimeofday getuid membarrier nanosleep pause prlimit64 restart_syscall "
        "rt_sigreturn sched_yield set_robust_list set_thread_area set_tid_address time"),
    CallGroup("@default", "rseq", since=242),
    CallGroup("@default", "brk mmap munmap", since=245),
    CallGroup("@default", "getrandom sched_getaffinity", since=246),
    CallGroup("@default", "arch_prctl mprotect", since=248),
    CallGroup("@default", "futex_waitv uretprobe", since=252),
    CallGroup("@default", "@sandbox", since=254),
    CallGroup("@default", "lsm_get_self_attr lsm_list_modules mseal", since=257),
    CallGroup("@file-system", "mmap munmap", until=244),
    CallGroup("@file-system",
        "access chdir chmod close creat faccessat fallocate fchdir fchmod fchmodat fcntl fgetxattr flistxattr "
        "fremovexattr fsetxattr fstat fstatfs ftruncate futimesat getcwd getdents getdents64 getxattr "
        "inotify_add_watch inotify_init inotify_init1 inotify_rm_watch lgetxattr link linkat listxattr "
        "llistxattr lremovexattr lsetxattr lstat mkdir mkdirat mknod mknodat newfstatat open openat readlink "
        "readlinkat removexattr rename renameat renameat2 rmdir setxattr stat statfs statx symlink symlinkat "
        "truncate unlink unlinkat utime utimensat utimes"),
    CallGroup("@file-system", "faccessat2", since=243),
    CallGroup("@file-system", "openat2", since=245),
    CallGroup("@file-system", "fchmodat2", since=252),
    CallGroup("@file-system", "getxattrat listmount listxattrat removexattrat setxattrat statmount", since=257),
    CallGroup("@file-system", "open_tree", since=258),
    CallGroup("@io-event",
        "epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_wait epoll_wait_old eventfd "
        "eventfd2 poll ppoll pselect6 select"),
    CallGroup("@io-event", "epoll_pwait2", since=246),
    CallGroup("@ipc",
        "memfd_create mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget "
        "msgrcv msgsnd pipe pipe2 process_vm_readv process_vm_writev semctl semget semop semtimedop shmat "
        "shmctl shmdt shmget"),
    CallGroup("@ipc", "process_madvise", since=246),
    CallGroup("@keyring", "add_key keyctl request_key"),
    CallGroup("@known",
        "@aio @basic-io @chown @clock @cpu-emulation @debug @default @file-system @io-event @ipc @keyring "
        "@memlock @module @mount @network-io @obsolete @pkey @privileged @process @raw-io @reboot @resources "
        "@sandbox @setuid @signal @swap @sync @system-service @timer", since=247),
    CallGroup("~@known", "afs_syscall putpmsg security tuxcall vserver", until=250),
    CallGroup("~@known", "uretprobe", since=252, until=256),
    CallGroup("~@known", "nfsservctl", since=252),
    CallGroup("@memlock", "mlock mlock2 mlockall munlock munlockall"),
    CallGroup("@module", "delete_module finit_module init_module"),
    CallGroup("@mount", "chroot mount pivot_root umount2"),
    CallGroup("@mount", "open_tree", since=243, until=257),
    CallGroup("@mount", "fsconfig fsmount fsopen fspick move_mount", since=243),
    CallGroup("@mount", "mount_setattr", since=246),
    CallGroup("@network-io",
        "accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg "
        "sendmmsg sendmsg sendto setsockopt shutdown socket socketpair"),
    CallGroup("@obsolete",
        "_sysctl afs_syscall create_module get_kernel_syms getpmsg putpmsg query_module security sysfs "
        "tuxcall uselib ustat vserver"),
    CallGroup("@pkey", "pkey_alloc pkey_free pkey_mprotect", since=244),
    CallGroup("@privileged",
        "@chown @clock @module @raw-io @reboot @swap _sysctl acct bpf capset chroot fanotify_init nfsservctl "
        "open_by_handle_at pivot_root quotactl setdomainname setfsuid setgroups sethostname setresuid "
        "setreuid setuid vhangup"),
    CallGroup("@privileged", "fanotify_mark", since=243),
    CallGroup("@privileged", "quotactl_fd", since=252),
    CallGroup("@process", "arch_prctl", until=247),
    CallGroup("@process",
        "capget clone execveat fork getrusage kill prctl rt_sigqueueinfo rt_tgsigqueueinfo setns tgkill times "
        "tkill unshare vfork wait4 waitid"),
    CallGroup("@process", "clone3 pidfd_open pidfd_send_signal", since=243),
    CallGroup("@raw-io", "ioperm iopl"),
    CallGroup("@reboot", "kexec_file_load kexec_load reboot"),
    CallGroup("@resources",
        "ioprio_set mbind migrate_pages move_pages sched_setaffinity sched_setattr sched_setparam "
        "sched_setscheduler set_mempolicy setpriority setrlimit"),
    CallGroup("@resources", "set_mempolicy_home_node", since=252),
    CallGroup("@sandbox", "landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp", since=254),
    CallGroup("@setuid", "setgid setgroups setregid setresgid setresuid setreuid setuid"),
    CallGroup("@signal",
        "rt_sigaction rt_sigpending rt_sigprocmask rt_sigsuspend rt_sigtimedwait sigaltstack signalfd "
        "signalfd4"),
    CallGroup("@swap", "swapoff swapon"),
    CallGroup("@sync", "fdatasync fsync msync sync sync_file_range syncfs"),
    CallGroup("@system-service", "mincore", until=240),
    CallGroup("@system-service", "brk", until=244),
    CallGroup("@system-service", "getrandom sched_getaffinity", until=245),
    CallGroup("@system-service", "mprotect", until=247),
    CallGroup("@system-service",
        "@aio @basic-io @chown @default @file-system @io-event @ipc @keyring @memlock @network-io @process "
        "@resources @setuid @signal @sync @timer capget capset copy_file_range fadvise64 flock get_mempolicy "
        "getcpu getpriority ioctl ioprio_get kcmp madvise mremap name_to_handle_at personality readahead "
        "remap_file_pages sched_get_priority_max sched_get_priority_min sched_getattr sched_getparam "
        "sched_getscheduler sched_rr_get_interval sched_yield sendfile setfsgid setfsuid setpgid setsid "
        "splice sysinfo tee umask uname userfaultfd vmsplice"),
    CallGroup("@timer",
        "alarm getitimer setitimer timer_create timer_delete timer_getoverrun timer_gettime timer_settime "
        "timerfd_create timerfd_gettime timerfd_settime times"),
)  # fmt: skip

"""Rows of the group “Sandboxing”: further walls around it."""

from app.catalogue import bpf
from app.catalogue.directive import Directive
from app.catalogue.syscalls import SYSTEM_CALLS
from app.values import (
    NAMESPACES,
    Boolean,
    BpfDelegation,
    Choice,
    DelegatedNamespaces,
    DirectoryQuota,
    FileSystems,
    InterfaceList,
    PathList,
    SearchPath,
    SecurityLabel,
    SystemError,
    SystemPath,
    Text,
    WordList,
)

_GROUP = "sandbox"
_EXEC = "systemd.exec(5)"
_RESOURCE = "systemd.resource-control(5)"
_BOOLEAN = Boolean()
_PATHS = PathList()
_PATH = SystemPath()
_LABEL = SecurityLabel()
_QUOTA = DirectoryQuota()
_SECURE_BITS = dict.fromkeys(
    "keep-caps keep-caps-locked no-setuid-fixup no-setuid-fixup-locked noroot noroot-locked".split(), 1
)

ROWS = (
    Directive("Service", "NoExecPaths", _PATHS, 248, _GROUP, _EXEC, "Paths below which no file can be run; / here and ExecPaths= allow only what is listed there.", repeats=True, example="/srv/uploads", anchor="ReadWritePaths=", without="files below these paths can still be run"),
    Directive("Service", "ExecPaths", _PATHS, 248, _GROUP, _EXEC, "Paths below which files can be run, inside of NoExecPaths=.", repeats=True, example="/usr", anchor="ReadWritePaths="),
    Directive("Service", "ExecSearchPath", SearchPath(), 250, _GROUP, _EXEC, "Where commands without a path are looked for, parted by colons; it becomes $PATH unless Environment= and the like set that.", repeats=True, example="/opt/myapp/bin:/usr/bin"),
    Directive("Service", "PrivateMounts", _BOOLEAN, 239, _GROUP, _EXEC, "What it mounts is seen by itself alone.", default="no", without="what it mounts is seen by the whole system"),
    Directive("Service", "PrivateIPC", _BOOLEAN, 248, _GROUP, _EXEC, "System V shared memory and semaphores, and message queues, of its own.", default="no", without="System V shared memory and message queues stay those of the system"),
    Directive("Service", "PrivatePIDs", _BOOLEAN, 257, _GROUP, _EXEC, "It sees no process but its own, and its first is number 1.", default="no", without="it sees the processes of the system"),
    Directive("Service", "PrivateBPF", _BOOLEAN, 258, _GROUP, _EXEC, "A BPF file system of its own at /sys/fs/bpf.", default="no", without="/sys/fs/bpf stays that of the system"),
    Directive("Service", "BPFDelegateCommands", BpfDelegation(bpf.COMMANDS), 258, _GROUP, _EXEC, "BPF commands that it may use with PrivateBPF=yes and a user namespace; any is all.", default="none", example="BPFMapCreate,BPFProgLoad"),
    Directive("Service", "BPFDelegateMaps", BpfDelegation(bpf.MAPS), 258, _GROUP, _EXEC, "Types of BPF maps that it may make with PrivateBPF=yes and a user namespace; any is all.", default="none", example="BPFMapTypeHash"),
    Directive("Service", "BPFDelegatePrograms", BpfDelegation(bpf.PROGRAMS), 258, _GROUP, _EXEC, "Types of BPF programs that it may load with PrivateBPF=yes and a user namespace; any is all.", default="none", example="BPFProgTypeSocketFilter"),
    Directive("Service", "BPFDelegateAttachments", BpfDelegation(bpf.ATTACHMENTS), 258, _GROUP, _EXEC, "Places that it may attach BPF programs to with PrivateBPF=yes and a user namespace; any is all.", default="none", example="BPFCgroupInetIngress"),
    Directive("Service", "DelegateNamespaces", DelegatedNamespaces("a kind of namespace", NAMESPACES, inverts=True, alone={"yes": 1, "no": 1}), 258, _GROUP, _EXEC, "Namespaces made for it that belong to its user namespace, so that it may change them.", default="no", repeats=True, example="net mnt"),
    Directive("Service", "ProcSubset", Choice({"all": 247, "pid": 247}), 247, _GROUP, _EXEC, "With pid, /proc shows it processes only, and nothing of the kernel.", default="all", without="it reads all of /proc"),
    Directive("Service", "NetworkNamespacePath", _PATH, 242, _GROUP, _EXEC, "The network namespace it runs in, as a file such as /run/netns/NAME.", example="/run/netns/myapp", without="it has the network of the system"),
    Directive("Service", "IPCNamespacePath", _PATH, 248, _GROUP, _EXEC, "The namespace of shared memory and message queues it runs in, as a file.", example="/proc/1/ns/ipc", without="System V shared memory and message queues stay those of the system"),
    Directive("Service", "UserNamespacePath", _PATH, 259, _GROUP, _EXEC, "The user namespace it runs in, as a file; leave PrivateUsers= out.", example="/proc/1/ns/user", without="it runs among the users of the system"),
    Directive("Service", "BindLogSockets", _BOOLEAN, 257, _GROUP, _EXEC, "The journal's sockets are there in a /run or root directory of its own."),
    Directive("Service", "MountAPIVFS", _BOOLEAN, 233, _GROUP, _EXEC, "/proc, /sys, /dev and /run are there in a root directory of its own.", default="yes with a root of its own"),
    Directive("Service", "MountFlags", Choice({"shared": 1, "slave": 1, "private": 1}), 1, _GROUP, _EXEC, "How mounts pass between it and the system; PrivateMounts= is the simpler way."),
    Directive("Service", "KeyringMode", Choice({"inherit": 235, "private": 235, "shared": 235}), 235, _GROUP, _EXEC, "Which of the kernel's keyrings it has: its own, its user's too (shared), or that of systemd (inherit).", default="private", without="it has the keyring of systemd"),
    Directive("Service", "SecureBits", WordList("a secure bit", _SECURE_BITS, quotes=True, example="noroot"), 1, _GROUP, _EXEC, "What its processes keep of root's rights as they change users; see capabilities(7).", example="noroot noroot-locked"),
    Directive("Service", "SystemCallErrorNumber", SystemError(), 209, _GROUP, _EXEC, "The error that a call denied by SystemCallFilter= gets instead of the process being killed.", default="kill", example="EPERM"),
    Directive("Service", "SystemCallLog", WordList("a system call or group", SYSTEM_CALLS, inverts=True, example="@system-service"), 247, _GROUP, _EXEC, "System calls that are logged when it makes them; with ~ all but these.", repeats=True, example="@privileged"),
    Directive("Service", "AppArmorProfile", _LABEL, 210, _GROUP, _EXEC, "The AppArmor profile it runs under; - before it where it may be missing.", example="-myapp", without="no profile of AppArmor holds it"),
    Directive("Service", "SELinuxContext", _LABEL, 209, _GROUP, _EXEC, "The SELinux context it runs in; - before it where it may fail.", example="-system_u:system_r:myapp_t:s0"),
    Directive("Service", "SmackProcessLabel", _LABEL, 218, _GROUP, _EXEC, "The label it has under Smack; - before it where it may fail.", example="myapp"),
    Directive("Service", "RestrictFileSystems", FileSystems(), 250, _GROUP, _EXEC, "Kinds of file systems it may open files on, or with ~ may not.", repeats=True, example="@basic-api ext4 tmpfs", without="it may open files on all file systems"),
    Directive("Service", "RestrictNetworkInterfaces", InterfaceList(), 250, _GROUP, _RESOURCE, "Network interfaces it may use, or with ~ may not; name lo for connections to itself.", repeats=True, example="lo eth0", without="it may use every network interface"),
    Directive("Service", "PAMName", Text(), 1, _GROUP, _EXEC, "A PAM service that opens a session for the user of User=, as if that user had logged in.", example="login"),
    Directive("Service", "StateDirectoryAccounting", _BOOLEAN, 258, _GROUP, _EXEC, "Counts what its state directories hold, without a limit.", default="no"),
    Directive("Service", "StateDirectoryQuota", _QUOTA, 258, _GROUP, _EXEC, "How much its state directories may hold, where the file system can count it.", default="off", example="2G", without="its state directories may fill the disk"),
    Directive("Service", "CacheDirectoryAccounting", _BOOLEAN, 258, _GROUP, _EXEC, "Counts what its cache directories hold, without a limit.", default="no", anchor="StateDirectoryAccounting="),
    Directive("Service", "CacheDirectoryQuota", _QUOTA, 258, _GROUP, _EXEC, "How much its cache directories may hold, where the file system can count it.", default="off", example="10%", anchor="StateDirectoryQuota=", without="its cache directories may fill the disk"),
    Directive("Service", "LogsDirectoryAccounting", _BOOLEAN, 258, _GROUP, _EXEC, "Counts what its log directories hold, without a limit.", default="no", anchor="StateDirectoryAccounting="),
    Directive("Service", "LogsDirectoryQuota", _QUOTA, 258, _GROUP, _EXEC, "How much its log directories may hold, where the file system can count it.", default="off", example="500M", anchor="StateDirectoryQuota=", without="its log directories may fill the disk"),
    Directive("Service", "CoredumpReceive", _BOOLEAN, 255, _GROUP, _RESOURCE, "Core dumps of its containers are passed on into them; it needs Delegate=yes too.", default="no"),
)  # fmt: skip

"""Rows of the group “Hardening”: what the service cannot see, change or do."""

from app.catalogue.directive import Directive
from app.catalogue.syscalls import SYSTEM_CALLS
from app.values import (
    ADDRESS_FAMILIES,
    ARCHITECTURE_ALIASES,
    ARCHITECTURES,
    CAPABILITIES,
    NAMESPACES,
    Addresses,
    BindMounts,
    Boolean,
    Choice,
    HostnameProtection,
    PathList,
    SystemCalls,
    TemporaryFileSystems,
    WordList,
)

_GROUP = "hardening"
_EXEC = "systemd.exec(5)"
_RESOURCE = "systemd.resource-control(5)"
_BOOLEAN = Boolean()
_PATHS = PathList()
_BINDS = BindMounts()
_CAPABILITIES = WordList("a capability", CAPABILITIES, inverts=True, folds=True, quotes=True, numbered=True)

ROWS = (
    Directive("Service", "NoNewPrivileges", _BOOLEAN, 198, _GROUP, _EXEC, "Nothing it starts can gain rights, through sudo or setuid programs for example.", default="no", without="setuid programs still give it more rights"),
    Directive("Service", "ProtectSystem", Boolean(more={"full": 214, "strict": 232}), 214, _GROUP, _EXEC, "Makes the system read-only: yes covers /usr and /boot, full also /etc, strict everything but /home, /root, /run/user, /dev, /proc and /sys.", default="no", without="the whole system stays as writable as its user allows"),
    Directive("Service", "ProtectHome", Boolean(more={"read-only": 214, "tmpfs": 238}), 214, _GROUP, _EXEC, "Takes /home, /root and /run/user away, or makes them read-only.", default="no", without="/home, /root and /run/user stay open to it"),
    Directive("Service", "ReadWritePaths", _PATHS, 231, _GROUP, _EXEC, "Paths that stay writable; each must exist unless - stands before it, and its mode must let the user write.", repeats=True, example="/opt/myapp/data", together="read-write-paths"),
    Directive("Service", "ReadOnlyPaths", _PATHS, 231, _GROUP, _EXEC, "Paths that become read-only for the service.", repeats=True, example="/opt/myapp", anchor="ReadWritePaths=", without="these paths stay writable", together="read-only-paths"),
    Directive("Service", "InaccessiblePaths", _PATHS, 231, _GROUP, _EXEC, "Paths that the service cannot enter or read.", repeats=True, example="-/data/home", anchor="ReadWritePaths=", without="these paths stay open to it", together="inaccessible-paths"),
    Directive("Service", "TemporaryFileSystem", TemporaryFileSystems(), 238, _GROUP, _EXEC, "Lays an empty directory of its own over these paths, so that their content cannot be seen.", repeats=True, example="/var/lib:ro", without="what lies there stays visible"),
    Directive("Service", "BindPaths", _BINDS, 233, _GROUP, _EXEC, "Shows a path of the machine to the service, writable, at the same or another place.", repeats=True, example="/srv/shared"),
    Directive("Service", "BindReadOnlyPaths", _BINDS, 233, _GROUP, _EXEC, "Shows a path of the machine to the service, read-only.", repeats=True, example="/srv/templates", anchor="BindPaths="),
    Directive("Service", "PrivateTmp", Boolean(more={"connected": 257, "disconnected": 257}), 1, _GROUP, _EXEC, "A /tmp and /var/tmp that no other service sees.", default="no", without="/tmp and /var/tmp stay shared with every other service"),
    Directive("Service", "PrivateDevices", _BOOLEAN, 209, _GROUP, _EXEC, "A /dev with null, zero, random and the like, and no disks.", default="no", without="/dev keeps its disks and other devices"),
    Directive("Service", "PrivateUsers", Boolean(more={"self": 257, "identity": 257, "full": 258, "managed": 260}), 232, _GROUP, _EXEC, "Maps every other user to nobody; takes all rights over the rest of the system away.", default="no", without="the users of the machine stay its users too"),
    Directive("Service", "PrivateNetwork", _BOOLEAN, 33, _GROUP, _EXEC, "Only a loopback of its own: no network at all.", default="no", without="the network stays open to it"),
    Directive("Service", "ProtectProc", Choice({"default": 247, "noaccess": 247, "invisible": 247, "ptraceable": 247}), 247, _GROUP, _EXEC, "What it sees in /proc of processes that are not its own; invisible hides them.", default="default", without="the processes of others stay visible in /proc"),
    Directive("Service", "ProtectHostname", HostnameProtection(more={"private": 258}), 242, _GROUP, _EXEC, "It cannot change the host name.", default="no", example="yes", without="the hostname can still be changed where its rights allow"),
    Directive("Service", "ProtectClock", _BOOLEAN, 245, _GROUP, _EXEC, "It cannot set the clock.", default="no", without="the clock can still be set where its rights allow"),
    Directive("Service", "ProtectKernelTunables", _BOOLEAN, 232, _GROUP, _EXEC, "Settings of the kernel below /proc/sys and /sys are read-only.", default="no", without="/proc/sys and /sys stay as writable as its user allows"),
    Directive("Service", "ProtectKernelModules", _BOOLEAN, 232, _GROUP, _EXEC, "It cannot load modules into the kernel.", default="no", without="it may still load kernel modules where its rights allow"),
    Directive("Service", "ProtectKernelLogs", _BOOLEAN, 244, _GROUP, _EXEC, "It cannot read or write the kernel's log.", default="no", without="the kernel's log stays readable where its rights allow"),
    Directive("Service", "ProtectControlGroups", Boolean(more={"private": 257, "strict": 257}), 232, _GROUP, _EXEC, "Control groups below /sys/fs/cgroup are read-only.", default="no", without="the control groups stay as writable as its user allows"),
    Directive("Service", "RestrictAddressFamilies", WordList("an address family", ADDRESS_FAMILIES, inverts=True, alone={"none": 249}, folds=True, quotes=True), 211, _GROUP, _EXEC, "Kinds of sockets it may make: AF_UNIX for local ones, AF_INET and AF_INET6 for the network.", repeats=True, example="AF_UNIX AF_INET AF_INET6", without="sockets of every family stay open to it"),
    Directive("Service", "IPAddressAllow", Addresses(), 235, _GROUP, _RESOURCE, "Addresses that may talk with it, whatever IPAddressDeny= says.", repeats=True, example="localhost", anchor="IPAddressAllow=ADDRESS[/PREFIXLENGTH]…"),
    Directive("Service", "IPAddressDeny", Addresses(), 235, _GROUP, _RESOURCE, "Addresses that may not; any is all of them.", repeats=True, example="any", anchor="IPAddressAllow=ADDRESS[/PREFIXLENGTH]…", without="every address stays reachable"),
    Directive("Service", "RestrictNamespaces", WordList("a kind of namespace", NAMESPACES, inverts=True, alone={"yes": 1, "no": 1}), 233, _GROUP, _EXEC, "It cannot make namespaces (yes), or only those listed.", default="no", repeats=True, example="yes", without="it may still make namespaces"),
    Directive("Service", "RestrictRealtime", _BOOLEAN, 231, _GROUP, _EXEC, "It cannot take the processor for itself by real-time scheduling.", default="no", without="it may still take the processor with real-time priority"),
    Directive("Service", "RestrictSUIDSGID", _BOOLEAN, 242, _GROUP, _EXEC, "It cannot make files that run with another user's or group's rights.", default="no", without="it may still make setuid and setgid files"),
    Directive("Service", "LockPersonality", _BOOLEAN, 235, _GROUP, _EXEC, "It cannot switch to another kernel interface.", default="no", without="it may still change its execution domain"),
    Directive("Service", "MemoryDenyWriteExecute", _BOOLEAN, 231, _GROUP, _EXEC, "No memory that is both writable and executable; breaks Java, Node and other programs that compile as they run.", default="no", without="memory can still be writable and executable at once"),
    Directive("Service", "SystemCallFilter", SystemCalls("a system call or group", SYSTEM_CALLS), 187, _GROUP, _EXEC, "System calls it may make, or with ~ may not; @system-service suits most.", repeats=True, example="@system-service", without="every system call stays open to it"),
    Directive("Service", "SystemCallArchitectures", WordList("an architecture", ARCHITECTURES, aliases=ARCHITECTURE_ALIASES, quotes=True), 209, _GROUP, _EXEC, "Kinds of machine code it may run; native keeps 32-bit code out.", repeats=True, example="native", without="the system calls of other architectures stay open to it"),
    Directive("Service", "CapabilityBoundingSet", _CAPABILITIES, 21, _GROUP, _EXEC, "Rights of root that it may have at the most; with ~ all but those listed.", default="all", repeats=True, none="No capability at all", example="CAP_NET_BIND_SERVICE", without="it keeps every capability"),
    Directive("Service", "AmbientCapabilities", _CAPABILITIES, 229, _GROUP, _EXEC, "Rights of root that it gets though it runs as another user, CAP_NET_BIND_SERVICE for a port below 1024.", repeats=True, example="CAP_NET_BIND_SERVICE"),
    Directive("Service", "RemoveIPC", _BOOLEAN, 236, _GROUP, _EXEC, "Shared memory and the like of its user go when it stops.", default="no", without="its shared memory and message queues stay behind"),
)  # fmt: skip

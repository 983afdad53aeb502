"""Paths on which systemd acts as root: one function says, for every path and every act, whose path that is.

Sources: file-hierarchy(7), hier(7), the file lists of Debian 12 and 13 and of Fedora; what each act does to a machine
was tested on systemd 252, 257 and 262.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.catalogue.reserved import RESERVED_DIRECTORIES, SHARED_DIRECTORIES, STANDARD_PATHS
from app.values import ancestors, is_within


class Trees:
    """Directories, to ask which of them hold a path; of a deep path one look-up for each length of theirs."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.paths = frozenset(paths)
        self._lengths = sorted({len(path) for path in self.paths}, reverse=True)

    def above(self, path: str) -> Iterator[str]:
        """The directories that a canonical path lies in, the longest first."""
        lengths = self._lengths if path.count("/") > _FEW_PARTS else _lengths_above(path)
        for length in lengths:
            tree = path[:length]
            if tree in self.paths and (path[length : length + 1] == "/" or (tree == "/" != path)):
                yield tree

    def around(self, path: str) -> Iterator[str]:
        """The same, with the path itself where it is one of them."""
        if path in self.paths:
            yield path
        yield from self.above(path)


_FEW_PARTS = 8
"""Up to so many parts it takes fewer look-ups to ask for each directory above a path."""


def _lengths_above(path: str) -> Iterator[int]:
    """The lengths of the directories above a canonical path, the longest first."""
    at = path.rfind("/")
    while at > 0:
        yield at
        at = path.rfind("/", 0, at)
    yield 1


NO_TREES = Trees()


class Act(NamedTuple):
    """An operation that systemd performs as root on a path."""

    name: str
    verb: str
    """The operation as the verb of a sentence (“systemd … PATH as root”)."""
    follows: bool = False
    """Whether systemd follows a symbolic link at the end of the path."""


LOAD = Act("load", "reads")
"""systemd reads the path for its own use, and the service does not get the content of a file that it did not name."""
READ = Act("read", "opens", follows=True)
"""systemd opens the file and hands it, or its content, to the service."""
WRITE = Act("write", "writes to", follows=True)
CREATE = Act("create", "creates")
MAKE = Act("make", "creates")
"""systemd creates a directory, and leaves alone whatever exists already."""
REPLACE = Act("replace", "replaces")
DELETE = Act("delete", "deletes")
MOUNT = Act("mount", "creates", follows=True)
"""systemd mounts over a path in the service's namespace; where the path is missing, systemd creates it on the host."""
HAND_OVER = Act("hand over", "hands over")
"""systemd creates a directory, or a link beside one, and gives the directory to the service's user."""

LINKS = {
    "/bin": "/usr/bin", "/lib": "/usr/lib", "/lib32": "/usr/lib32", "/lib64": "/usr/lib64", "/libx32": "/usr/libx32", "/sbin": "/usr/sbin",
    "/dev/core": "/proc/kcore", "/dev/initctl": "/run/initctl", "/dev/log": "/run/systemd/journal/dev-log", "/etc/mtab": "/proc/self/mounts",
    "/usr/tmp": "/var/tmp", "/var/home": "/home", "/var/lock": "/run/lock", "/var/mail": "/var/spool/mail", "/var/roothome": "/root",
    "/var/run": "/run", "/var/usrlocal": "/usr/local",
}  # fmt: skip
"""Symbolic links that systems have on top of their tree, each with the path that it leads to (ostree has /home the
other way round).
"""

_PROCESS_ROOT = re.compile("/proc/(self|thread-self|[0-9]+)(/task/[0-9]+)?/root")
"""The root directory as a process sees it, which is the machine's own for systemd."""

_LINKED = frozenset(path.split("/")[1] for path in LINKS) | {"proc", ""}
"""How paths with links in them begin."""

_DEEPEST_LINK = 5
"""The parts of the longest of these paths, /proc/N/task/N/root."""

SYSTEM_TREES = frozenset(
    (
        "/.snapshots /boot /dev /efi /etc /gnu /lost+found /nix /ostree /proc /root /selinux /snap /sys /sysroot /usr "
        "/var/empty /var/kerberos /var/named /var/snap /var/yp /opt/containerd /var/lib/kubelet /var/lib/containerd "
        "/usr/local/bin /usr/local/etc /usr/local/games /usr/local/include /usr/local/lib /usr/local/lib64 /usr/local/libexec "
        "/usr/local/man /usr/local/sbin /usr/local/share /usr/local/src /var/spool/cron /var/lib/systemd"
    ).split()
)
"""Trees in which everything belongs to the system."""

OPEN_PLACES = frozenset(
    (
        "/dev/hugepages /dev/mqueue /dev/shm /run/docker/plugins /run/lock /usr/local /var/lib/kubelet/device-plugins "
        "/var/lib/kubelet/plugins /var/lib/kubelet/plugins_registry"
    ).split()
)
"""Directories inside such trees where programs put entries of their own."""

ACTING_TREES = frozenset(
    f"{root}/{name}"
    for root, names in {
        "/etc": (
            "NetworkManager X11 apparmor apparmor.d apt bash_completion.d binfmt.d cron.d cron.daily cron.hourly cron.monthly cron.weekly "
            "cron.yearly dbus-1 default depmod.d dhcp dkms dnf dpkg dracut.conf.d environment.d grub.d init.d initramfs-tools issue.d kernel "
            "ld.so.conf.d logrotate.d modprobe.d modules-load.d motd.d network networkd-dispatcher nftables pam.d pki polkit-1 ppp profile.d "
            "rc.d rc0.d rc1.d rc2.d rc3.d rc4.d rc5.d rc6.d rcS.d repart.d rsyslog.d security selinux shells.d skel ssh ssl/certs "
            "sudoers.d sysconfig sysctl.d systemd sysupdate.d sysusers.d tmpfiles.d udev update-motd.d xdg yum yum.repos.d zypp"
        ),
        "/run": (
            "binfmt.d credentials environment.d modprobe.d modules-load.d motd.d sysctl.d systemd/generator systemd/generator.early "
            "systemd/generator.late systemd/system systemd/system.control systemd/transient systemd/user sysusers.d tmpfiles.d udev/rules.d user"
        ),
        "/var/lib": "systemd/linger",
        "/var/spool": "at cron",
    }.items()
    for name in names.split()
)
"""Directories whose entries systems run, load or obey: a directory of a service's own does harm there too."""

ACTING_FILES = frozenset(
    "/.autorelabel /etc/at.allow /etc/cron.allow /etc/nologin /fastboot /forcefsck /run/nologin".split()
)
"""Files that change what a system does by being there, though they are empty."""

_ALWAYS_THERE = frozenset(
    (
        "/dev/console /dev/fd /dev/full /dev/kmsg /dev/log /dev/null /dev/ptmx /dev/pts /dev/random /dev/stderr /dev/stdin /dev/stdout "
        "/dev/tty /dev/urandom /dev/zero /etc/fstab /etc/group /etc/gshadow /etc/hostname /etc/hosts /etc/issue /etc/ld.so.cache "
        "/etc/ld.so.conf /etc/localtime /etc/machine-id /etc/mtab /etc/nsswitch.conf /etc/os-release /etc/passwd /etc/profile "
        "/etc/resolv.conf /etc/services /etc/shadow /etc/shells /etc/subgid /etc/subuid /run/dbus/system_bus_socket "
        "/run/systemd/journal/dev-log /run/systemd/journal/socket /run/systemd/journal/stdout "
        "/usr/lib/modules /usr/lib/os-release /usr/lib/systemd/system /usr/libexec /usr/local/bin /usr/local/etc /usr/local/lib "
        "/usr/local/sbin /usr/local/share /usr/local/src /usr/lib64 /usr/share/misc /usr/share/zoneinfo /usr/src"
    ).split()
)
"""More paths that every system has, for which no mount point is created."""

_ON_PROCESSES = ("/proc", "/sys")
"""File systems of the kernel's, in which nothing can be created."""

_DISK = re.compile(
    r"(?:[hsv]d|xvd|ubd|dasd)[a-z]+[0-9]*|(?:nvme|mmcblk|dm-|md|loop|nbd|rbd|drbd|zd|z?ram|sr|scd|bcache|pmem|mtd|mtdblock|ubi|ubiblock|"
    r"sg|n?st|fd)[0-9].*|cdrom|dvd|root|k?mem|port|nvram|btrfs-control"
)
"""Devices that hold data of the machine, or its memory, by their names in /dev (devices.txt of the kernel)."""

_CHARACTER_DEVICES = frozenset("bus char dri fd input net pts serial snd usb v4l vfio virtio-ports".split())
"""Directories in /dev without disks; others are those of disks and of volume groups (/dev/VG/VOLUME)."""

HOMES = ("/home", "/data/home", "/export/home", "/home2", "/nfs/home", "/srv/home", "/usr/home")
"""Where people have their homes."""

_HOME_ENTRY = re.compile(
    r".*/(?:\.ssh|\.config|\.gnupg|\.local/(?:bin|share/systemd))(?:/.*)?|"
    r".*/\.(?:bash_?\w*|profile|z\w+|x\w+|login|cshrc|pam_environment|[rs]hosts|k5login|forward|netrc)"
)
"""What shells, logins and user managers read in a home."""

WORLD_WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock", "/var/crash")
"""Directories in which every user can create entries."""

_DAEMONS = {
    "AccountsService": "accounts-daemon",
    "NetworkManager": "NetworkManager", "alsa": "alsa-restore alsa-state", "apt": "apt-daily apt-daily-upgrade", "at": "atd",
    "audit": "auditd", "avahi-daemon": "avahi-daemon", "bluetooth": "bluetooth", "chrony": "chrony chronyd",
    "cloud-init": "cloud-init cloud-init-hotplugd", "cloud-init.log": "cloud-init",
    "cockpit": "cockpit cockpit-wsinstance-http cockpit-wsinstance-https cockpit-wsinstance-https-factory",
    "colord": "colord", "containerd": "containerd", "cron": "cron crond",
    "cups": "cups cups-browsed cupsd", "dhclient": "dhclient", "dhcpcd": "dhcpcd", "docker": "docker", "docker.pid": "docker",
    "docker.sock": "docker", "exim4": "exim4", "faillock": "faillock", "firewalld": "firewalld", "flatpak": "flatpak-system-helper",
    "fprint": "fprintd", "fwupd": "fwupd fwupd-refresh", "gdm": "gdm", "gdm3": "gdm gdm3", "geoclue": "geoclue", "gssproxy": "gssproxy",
    "irqbalance": "irqbalance", "iscsid": "iscsid", "libvirt": "libvirtd libvirtd-admin libvirtd-ro virtlockd virtlockd-admin virtlogd virtlogd-admin", "lightdm": "lightdm", "lxc": "lxc lxc-net",
    "lxcfs": "lxcfs", "lvm": "lvm2-lvmpolld", "lxd": "lxd", "man-db": "man-db", "mdadm": "mdadm mdmonitor", "multipathd": "multipathd", "nfs": "nfs-server",
    "nscd": "nscd", "ntp": "ntp ntpd", "ntpsec": "ntp ntpd ntpsec", "openldap": "slapd", "plymouth": "plymouth-start",
    "plocate": "plocate-updatedb", "podman": "podman", "polkit-1": "polkit", "postfix": "postfix", "rpcbind": "rpcbind",
    "rsyslog": "rsyslog", "samba": "nmb nmbd samba samba-ad-dc smb smbd winbind", "snapd": "snapd",
    "speech-dispatcher": "speech-dispatcherd", "sshd": "ssh sshd", "sss": "sssd sssd-autofs sssd-nss sssd-pam sssd-pam-priv sssd-ssh sssd-sudo", "sssd": "sssd", "sysstat": "sysstat",
    "thermald": "thermald", "tuned": "tuned", "udisks2": "udisks2",
    "unattended-upgrades": "unattended-upgrades", "upower": "upower", "uuidd": "uuidd", "wpa_supplicant": "wpa_supplicant",
    "zfs": "zfs-mount",
}  # fmt: skip
"""Directories and files in /run and /var that belong to one daemon, each with the units that own it by their names."""

_OWN_PATHS = {
    "/etc/bluetooth": "bluetooth", "/etc/chrony": "chrony chronyd", "/etc/fwupd": "fwupd", "/opt/containerd": "containerd",
    "/run/initctl": "systemd-initctl", "/run/motd.d": "fwupd", "/run/systemd/coredump": "systemd-coredump",
    "/run/systemd/fsck.progress": "systemd-fsckd", "/run/systemd/inhibit": "systemd-logind", "/run/systemd/journal": "systemd-journald",
    "/run/systemd/journal/dev-log": "systemd-journald-dev-log", "/run/systemd/journal/syslog": "rsyslog syslog syslog-ng",
    "/run/systemd/netif": "systemd-networkd", "/run/systemd/oom": "systemd-oomd", "/run/systemd/resolve": "systemd-resolved",
    "/run/systemd/seats": "systemd-logind", "/run/systemd/sessions": "systemd-logind", "/run/systemd/shutdown": "systemd-logind",
    "/run/systemd/userdb": "systemd-userdbd", "/run/systemd/users": "systemd-logind", "/run/udev": "systemd-udevd-control",
    "/var/lib/kubelet": "kubelet", "/var/lib/systemd/backlight": "systemd-backlight", "/var/lib/systemd/coredump": "systemd-coredump",
    "/var/lib/systemd/home": "systemd-homed", "/var/lib/systemd/journal-upload": "systemd-journal-upload",
    "/var/lib/systemd/linger": "systemd-logind", "/var/lib/systemd/pstore": "systemd-pstore", "/var/lib/systemd/rfkill": "systemd-rfkill",
    "/var/lib/systemd/timesync": "systemd-timesyncd", "/var/named": "bind9 named",
}  # fmt: skip
"""More reserved paths with the units that own them."""

_DAEMON_ROOTS = ("/run", "/var/cache", "/var/lib", "/var/log", "/var/spool")


def _owned() -> Iterator[tuple[str, str]]:
    for name, units in _DAEMONS.items():
        for root in _DAEMON_ROOTS:
            yield from ((unit, f"{root}/{name}") for unit in units.split() if f"{root}/{name}" in RESERVED_DIRECTORIES)
    for path, units in _OWN_PATHS.items():
        yield from ((unit, path) for unit in units.split())


def _by_unit() -> dict[str, Trees]:
    paths: dict[str, list[str]] = {}
    for unit, path in _owned():
        paths.setdefault(unit, []).append(path)
    return {unit: Trees(owned) for unit, owned in paths.items()}


_OWNED = _by_unit()
"""The reserved paths that are a unit's own, by the unit's name."""

_SYSTEM = Trees(SYSTEM_TREES | ACTING_TREES | ACTING_FILES | RESERVED_DIRECTORIES)
_DECIDING = Trees(_SYSTEM.paths | OPEN_PLACES)
_ACTING, _OPEN, _HOMES = Trees(ACTING_TREES), Trees(OPEN_PLACES), Trees(HOMES)
_CROSSROADS = STANDARD_PATHS | frozenset(SHARED_DIRECTORIES) | frozenset(HOMES)
_THERE = (
    STANDARD_PATHS
    | _ALWAYS_THERE
    | RESERVED_DIRECTORIES
    | ACTING_TREES
    | frozenset(SHARED_DIRECTORIES)
    | frozenset(HOMES)
)
_ABOVE = frozenset(above for path in _THERE for above in ancestors(path))


def canonical(path: str) -> str:
    """An absolute path as the kernel walks it on a usual system: through the system's links, without “.”, “..” and
    “//”.
    """
    is_plain = path.startswith("/") and "/." not in path and "//" not in path and not path.endswith("/")
    if is_plain and path.split("/", 2)[1] not in _LINKED:
        return path
    walked: list[str] = []
    for part in path.split("/"):
        if part == "..":
            walked = walked[:-1]
        elif part not in {"", "."}:
            walked.append(part)
            if len(walked) <= _DEEPEST_LINK:
                walked = _followed("/" + "/".join(walked))
    return "/" + "/".join(walked)


def _followed(path: str) -> list[str]:
    """The parts of a path, of what it leads to where it is one of the system's links."""
    target = "" if _PROCESS_ROOT.fullmatch(path) else LINKS.get(path, path)
    return target.split("/")[1:]


def reserved_by(path: str, act: Act, service: str = "", own: Trees = NO_TREES) -> str:
    """The path of the system that an act as root on this path would change or open; "" where the act does no harm.

    service: the unit's name without suffix and instance, for paths that a unit owns by its name. own: directories that
    the service has for itself, canonical.
    """
    path = canonical(path)
    if act is LOAD or _is_own(path, service, own, act):
        return ""
    if act is READ:
        return _disk(path)
    if act is MOUNT:
        return _reserved_mount_point(path, service)
    if act is HAND_OVER:
        return _reserved_name(path)
    if act is MAKE and (is_everywhere(path) or path == f"/etc/{service}"):
        return ""
    return _disk(path) if act is WRITE and is_within(path, "/dev") else _system_tree(path)


def _is_own(path: str, service: str, own: Trees, act: Act) -> bool:
    """Whether a path is the unit's own: by the unit's name, or inside a directory that the service has for itself."""
    if any(_OWNED.get(service, NO_TREES).around(path)):
        return True
    folder = f"/etc/{service}"
    is_configuration = path.startswith(f"{folder}/") and folder not in _SYSTEM.paths
    return act is not HAND_OVER and (is_configuration or any(own.above(path)))


def _system_tree(path: str) -> str:
    """The nearest tree of the system that holds a path; "" where a program may have entries of its own."""
    if path in _CROSSROADS:
        return path
    if any(_HOMES.above(path)):
        return path if _HOME_ENTRY.fullmatch(path) else ""
    nearest = next((tree for tree in _DECIDING.around(path) if tree != path or tree not in OPEN_PLACES), "")
    return "" if nearest in OPEN_PLACES else nearest


def _disk(path: str) -> str:
    """The path itself where it is a device that holds data of the machine; "" for every other path."""
    folder, slash, _ = path.removeprefix("/dev/").partition("/")
    if not path.startswith("/dev/") or any(_OPEN.around(path)):
        return ""
    is_disk = folder not in _CHARACTER_DEVICES if slash else _DISK.fullmatch(folder)
    return path if is_disk else ""


def _reserved_mount_point(path: str, service: str) -> str:
    """The tree of the system in which a mount point would be created, where an empty entry does harm."""
    if path in ACTING_FILES:
        return path
    if is_everywhere(path) or path == f"/etc/{service}":
        return ""
    tree = _system_tree(path)
    return "" if tree == "/etc" or is_within(tree, "/dev") else tree


def is_everywhere(path: str) -> bool:
    """Whether systems have a path, or it lies where nothing can be created, so that mounting over it leaves nothing
    behind.
    """
    path = canonical(path)
    return path in _THERE or path in _ABOVE or any(is_within(path, tree) for tree in _ON_PROCESSES)


def leaves_mount_point(path: str, service: str = "", own: Trees = NO_TREES) -> bool:
    """Whether mounting over a path creates an entry among those of the system where the path is missing."""
    return (
        not is_everywhere(path)
        and canonical(path) != f"/etc/{service}"
        and bool(reserved_by(path, CREATE, service, own))
    )


def _reserved_name(path: str) -> str:
    """The path itself where handing it over harms the machine: a directory of the system, or one in which the system
    acts.
    """
    is_acting = any(_ACTING.around(path))
    return path if path in RESERVED_DIRECTORIES or path in ACTING_FILES or is_acting else ""


def led_by(path: str, act: Act, trees: Trees) -> str:
    """The directory in which somebody who may write there can lead an act on this path elsewhere; "" where nobody can.

    Where systemd follows a link at the end of the path, its directory is enough; else a directory on the way must be
    replaceable.
    """
    walked = canonical(path)
    return next(trees.above(walked if act.follows else walked.rpartition("/")[0]), "")


def home_of(path: str) -> Trees:
    """The home of a person that a path lies in, whose owner can write there; none where it lies in no home."""
    walked = canonical(path)
    root = next(_HOMES.above(walked), "")
    name = walked.removeprefix(f"{root}/").partition("/")[0]
    return Trees([f"{root}/{name}"] if root else [])

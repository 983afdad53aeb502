"""What a Linux system already has: directories, units, accounts and groups that a service must not take for its own.

Sources: base-passwd, base-files and the file lists of Debian 12 and 13, setup of Fedora, file-hierarchy(7), and pitfalls
seen on booted systems (a RuntimeDirectory=systemd deletes /run/systemd when the service stops).
"""

from typing import NamedTuple

# At or below these nothing is created and handed over.
PROTECTED_TREES = (
    "/bin", "/boot", "/dev", "/efi", "/etc", "/home", "/lib", "/lib32", "/lib64", "/libx32", "/lost+found", "/proc", "/root",
    "/run", "/sbin", "/selinux", "/snap", "/sys", "/tmp", "/usr", "/var/home", "/var/lock", "/var/run", "/var/tmp",
)  # fmt: skip

# Directories that hold the data of many programs: handing one over takes the data of all.
SHARED_DIRECTORIES = (
    "/var/account", "/var/backups", "/var/cache", "/var/crash", "/var/db", "/var/games", "/var/lib", "/var/local", "/var/log",
    "/var/mail", "/var/opt", "/var/spool", "/var/www", "/srv/ftp", "/srv/http", "/srv/www", "/opt/local",
)  # fmt: skip

_BELOW = {
    "/run": (
        "systemd dbus lock user udev log mount blkid initctl initramfs credentials sudo sshd shm utmp lvm cryptsetup dhclient "
        "network NetworkManager resolvconf ifstate cloud-init containerd docker libvirt lxc mdadm faillock sepermit setrans console "
        "nscd nologin reboot-required tmpfiles.d rpcbind samba agetty.reload motd.d host private screen motd.dynamic"
    ),
    "/var/lib": (
        "systemd dpkg apt rpm dnf yum sudo pam dbus private polkit-1 initramfs-tools ucf misc alternatives apt-listchanges "
        "authselect selinux apparmor NetworkManager bluetooth cloud containerd docker dhcp dhclient debconf dkms flatpak fwupd "
        "gdm3 grub hwclock initscripts insserv lastlog libuuid libvirt locales logrotate lxc lxcfs machines man-db nfs os-prober "
        "pacman pki-trust plymouth portables power-profiles-daemon python rpm-state rsyslog samba sgml-base shells.state snapd "
        "swtpm sysimage ubuntu-advantage udisks2 update-manager update-notifier upower urandom usbutils vim waagent wtmpdb "
        "xml-core zypp"
    ),
    "/var/cache": "apt debconf dnf yum ldconfig man private pacman zypp fontconfig apparmor swcatalog app-info libdnf5 ldap",
    "/var/log": "journal apt audit private dpkg.log installer unattended-upgrades sssd samba wtmp btmp lastlog faillog dnf.log sysstat zypp sa",
    "/etc": (
        "systemd dbus-1 apt dpkg dnf yum yum.repos.d zypp rpm pam.d ssh ssl pki security sudoers.d default init.d alternatives skel "
        "profile.d ld.so.conf.d cron.d cron.hourly cron.daily cron.weekly cron.monthly cron.yearly network NetworkManager netplan "
        "udev modprobe.d modules-load.d modules sysctl.d tmpfiles.d sysusers.d binfmt.d environment.d grub.d default.d kernel initramfs-tools "
        "dracut.conf.d iproute2 iptables nftables audit polkit-1 selinux apparmor apparmor.d ca-certificates logrotate.d rsyslog.d "
        "rc0.d rc1.d rc2.d rc3.d rc4.d rc5.d rc6.d rcS.d rc.d opt xdg X11 terminfo perl python3 vim gss ldap krb5.conf.d sysconfig "
        "authselect crypto-policies credstore credstore.encrypted repart.d update-motd.d update-alternatives gnupg private shells.d "
        "passwd shadow group gshadow hosts fstab machine-id"
    ),
}  # fmt: skip

RESERVED_DIRECTORIES = frozenset(
    [f"{root}/{name}" for root, names in _BELOW.items() for name in names.split()]
    + [
        "/var/spool/cron",
        "/var/spool/anacron",
        "/var/spool/mail",
        "/var/spool/postfix",
        "/var/spool/rsyslog",
        "/var/spool/cups",
    ]
)

# Paths that every system has, so that a unit that names them needs no preparation.
EVERYWHERE = frozenset(
    [
        "/", "/bin", "/boot", "/dev", "/dev/shm", "/dev/mqueue", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/proc/sys", "/root",
        "/run", "/run/lock", "/run/user", "/sbin", "/srv", "/sys", "/sys/fs/cgroup", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local",
        "/usr/sbin", "/usr/share", "/var", "/var/cache", "/var/lib", "/var/local", "/var/lock", "/var/log", "/var/mail", "/var/opt", "/var/run",
        "/var/spool", "/var/tmp",
    ]
)  # fmt: skip

SHIPPED_UNITS = frozenset(
    (
        "ssh sshd dbus dbus-broker cron crond rsyslog syslog getty autovt console-getty polkit udev udevadm "
        "networking network NetworkManager wpa_supplicant chrony chronyd ntp ntpd apparmor auditd firewalld "
        "nftables iptables ufw docker containerd podman libvirtd snapd apache2 httpd nginx postgresql mysql "
        "mysqld mariadb redis redis-server memcached postfix exim4 dovecot bind9 named dnsmasq unbound cups "
        "bluetooth avahi-daemon ModemManager accounts-daemon gdm gdm3 sddm lightdm display-manager rescue "
        "emergency initrd-switch-root kmod plymouth-start plymouth-quit e2scrub_all fstrim logrotate man-db "
        "apt-daily apt-daily-upgrade dpkg-db-backup unattended-upgrades packagekit fwupd udisks2 upower rpcbind "
        "nfs-server rsync smbd nmbd winbind sssd cloud-init cloud-config cloud-final qemu-guest-agent open-vm- "
        "tools user-runtime-dir user sudo keyboard-setup "
    ).split()
)
SHIPPED_UNIT_PREFIXES = ("systemd-", "initrd-", "plymouth-", "dracut-", "quotaon", "ldconfig")

SYSTEM_ACCOUNTS = frozenset(
    (
        "daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody _apt "
        "messagebus sshd polkitd adm shutdown halt operator ftp tss dbus chrony avahi rtkit geoclue colord sssd "
        "unbound rpc rpcuser nfsnobody apache nginx postgres mysql redis mongodb memcache postfix dovecot bind "
        "named ntp tcpdump uuidd syslog landscape pollinate whoopsie saned cups-pk-helper lightdm gdm pulse "
        "usbmux fwupd-refresh dnsmasq statd Debian-exim debian-exim wwwrun "
    ).split()
)
SYSTEM_ACCOUNT_PREFIXES = ("systemd-",)


class KnownGroup(NamedTuple):
    """A group that systems have: what being in it grants, whether the form suggests it, whether it opens the machine."""

    name: str
    grants: str
    suggested: bool = False
    opens: str = ""


KNOWN_GROUPS = (
    KnownGroup("ssl-cert", "reads the private keys in /etc/ssl/private (Debian, Ubuntu)", suggested=True),
    KnownGroup("docker", "talks to the Docker daemon, which is as good as root", suggested=True, opens="whoever reaches the Docker socket can start a container that owns the machine"),
    KnownGroup("adm", "reads the log files in /var/log and the journal", suggested=True, opens="it reads every service's logs"),
    KnownGroup("audio", "uses sound devices", suggested=True),
    KnownGroup("video", "uses graphics devices and cameras", suggested=True),
    KnownGroup("systemd-journal", "reads the whole journal", opens="it reads every service's logs"),
    KnownGroup("root", "reads and writes what root's group may", opens="files of the system are open to root's group"),
    KnownGroup("sudo", "may become root through sudo", opens="sudo gives its members root"),
    KnownGroup("wheel", "may become root through sudo or su", opens="sudo and su give its members root"),
    KnownGroup("disk", "reads and writes raw disks", opens="raw disks hold every file of the machine"),
    KnownGroup("shadow", "reads password hashes", opens="it reads the password hashes of all users"),
    KnownGroup("kmem", "reads the memory of the kernel", opens="the kernel's memory holds everything"),
    KnownGroup("lxd", "controls containers of LXD", opens="its members can start a container that owns the machine"),
    KnownGroup("incus", "controls containers of Incus", opens="its members can start a container that owns the machine"),
    KnownGroup("incus-admin", "controls containers of Incus", opens="its members can start a container that owns the machine"),
    KnownGroup("libvirt", "controls virtual machines", opens="its members can give a virtual machine any disk of the machine"),
)  # fmt: skip


def is_shipped_unit(name: str) -> bool:
    """Whether distributions ship a unit of this name (without suffix)."""
    return name in SHIPPED_UNITS or name.startswith(SHIPPED_UNIT_PREFIXES)


def is_system_account(name: str) -> bool:
    """Whether distributions have an account of this name for something else."""
    return name in SYSTEM_ACCOUNTS or name.startswith(SYSTEM_ACCOUNT_PREFIXES)

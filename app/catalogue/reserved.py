"""What a Linux system already has: directories, units, accounts and groups that a service must not take for its own.

Sources: base-passwd, base-files and the file lists of Debian 12 and 13, setup of Fedora, file-hierarchy(7), and pitfalls
seen on booted systems (a RuntimeDirectory=systemd deletes /run/systemd when the service stops).
"""

from typing import NamedTuple

from app.values import ancestors

# At or below these nothing is created and handed over, nor in any /lib*.
PROTECTED_TREES = (
    "/.snapshots", "/bin", "/boot", "/data/home", "/dev", "/efi", "/etc", "/export/home", "/gnu", "/home", "/lib", "/lost+found", "/nfs/home",
    "/nix", "/ostree", "/proc", "/root", "/run", "/sbin", "/selinux", "/snap", "/srv/home", "/sys", "/sysroot", "/tmp", "/usr", "/var/home",
    "/var/empty", "/var/kerberos", "/var/lock", "/var/named", "/var/roothome", "/var/run", "/var/snap", "/var/tmp", "/var/yp",
    "/opt/containerd", "/var/lib/kubelet", "/var/lib/containerd",
)  # fmt: skip

# Directories that hold the data of many programs: handing one over takes the data of all.
SHARED_DIRECTORIES = (
    "/var/account", "/var/adm", "/var/backups", "/var/cache", "/var/crash", "/var/db", "/var/games", "/var/lib", "/var/local", "/var/log",
    "/var/mail", "/var/opt", "/var/spool", "/var/www", "/srv/ftp", "/srv/http", "/srv/www", "/opt/local",
)  # fmt: skip

_BELOW = {
    "/run": (
        "NetworkManager agetty.reload alsa avahi-daemon blkid chrony cloud-init cockpit console console-setup containerd containers "
        "credentials criu cryptsetup cups dbus dhclient dmeventd docker dracut faillock fsck gdm gdm3 gssproxy host ifstate initctl "
        "initramfs irqbalance iscsid libvirt lock log lsm lvm lxc mdadm media motd.d motd.dynamic mount multipathd netconfig netns network "
        "nfs nologin nscd plymouth podman private reboot-required resolvconf rpc_pipefs rpcbind runc samba screen sendsigs.omit.d sepermit "
        "setrans shm snapd sshd sssd sudo systemd thermald tmpfiles.d tuned udev udisks2 user utmp uuidd varlink wpa_supplicant xdg zfs "
        "cups/cups.sock dbus/containers dbus/system_bus_socket docker.sock docker.pid lock/lvm lock/subsys udev/data udev/links udev/rules.d udev/tags udev/watch"
    ),
    "/run/systemd": (
        "ask-password ask-password-block container dissect-root dynamic-uid dynamic-uids fsck.progress generator generator.early generator.late home "
        "inaccessible incoming inhibit io.systemd.sysext journal machines mount-rootfs netif network nspawn oom portable propagate report "
        "notify private report.sign resolve resolve.hook seats sessions shutdown system transient unit-extensions unit-private-tmp unit-root units user userdb users"
    ),
    "/var/lib": (
        "AccountsService NetworkManager PackageKit alternatives apparmor apt apt-listchanges apt/lists apt/mirrors apt/periodic authselect "
        "bluetooth boltd ca-certificates chrony cloud colord command-not-found containerd containers dbus debconf dhclient dhcp dhcpcd "
        "dictionaries-common dkms dnf docker dpkg dpkg/alternatives dpkg/info dpkg/parts dpkg/triggers dpkg/updates emacsen-common flatpak "
        "fprint fwupd games gdm gdm3 geoclue grub hwclock initramfs-tools initscripts insserv iscsi kdump lastlog libuuid libvirt locales "
        "logrotate lxc lxcfs lxd machines man-db misc mlocate nfs ntp ntpsec openldap os-prober pacman pam pki-trust plocate plymouth "
        "polkit-1 portables power-profiles-daemon private python rhsm rpcbind rpm rpm-state rsyslog samba selinux sgml-base shells.state "
        "snapd sss sudo swcatalog swtpm sysimage systemd systemd/backlight systemd/catalog systemd/coredump systemd/credential.secret "
        "systemd/deb-systemd-helper-enabled systemd/deb-systemd-helper-masked systemd/deb-systemd-user-helper-enabled "
        "systemd/ephemeral-trees systemd/home systemd/journal-upload systemd/linger systemd/network systemd/pstore systemd/random-seed "
        "systemd/rfkill systemd/timers systemd/timesync tpm2-tss tuned ubuntu-advantage ubuntu-drivers-common ucf udisks2 "
        "unattended-upgrades unit-preparation.record update-manager update-notifier upower urandom usb_modeswitch usbutils vim waagent wicked wtmpdb xfsdump "
        "xkb xml-core yum zypp"
    ),
    "/var/cache": (
        "PackageKit adduser app-info apparmor apt apt/archives cracklib cups debconf dictionaries-common dnf fontconfig fwupd krb5rcache "
        "ldap ldconfig libdnf5 man pacman private realmd samba snapd swcatalog yum zypp"
    ),
    "/var/log": (
        "README YaST2 alternatives.log anaconda apt audit auth.log boot.log bootstrap.log btmp chrony cloud-init.log cron cups daemon.log "
        "dmesg dnf.log dpkg.log exim4 faillog firewalld fontconfig.log hp installer journal kern.log lastlog libvirt mail mail.log maillog "
        "messages ntpsec ntpstats private sa samba secure speech-dispatcher spooler sssd swtpm syslog sysstat tallylog tuned "
        "unattended-upgrades user.log wtmp wtmp.db zypp"
    ),
    "/etc": (
        "ImageMagick-6 NetworkManager ODBCDataSources UPower X11 acpi adduser.conf.d alternatives apm apparmor apparmor.d apt audit "
        "authselect avahi bash_completion.d binfmt.d bluetooth ca-certificates chrony cifs-utils cloud console-setup containerd containers "
        "credstore credstore.encrypted cron.d cron.daily cron.hourly cron.monthly cron.weekly cron.yearly crypto-policies cups cupshelpers "
        "dbus-1 dconf debconf.conf debuginfod default default.d depmod.d dhcp dhcpcd dictionaries-common dkms dnf docker dpkg "
        "dracut.conf.d e2scrub.conf emacs environment environment.d ethertypes exports.d fonts fstab fwupd gdm3 glvnd gnupg group grub.d "
        "gshadow gss gssproxy hosts init init.d initramfs-tools iproute2 iptables iscsi issue.d kernel krb5.conf.d ld.so.conf.d ldap "
        "libaudit.conf libnl-3 libvirt lightdm localtime logcheck login.defs logrotate.d lvm machine-id mdadm mime modprobe.d modules "
        "modules-load.d motd.d multipath needrestart netplan network networkd-dispatcher newt nftables nologin nsswitch.conf opt os-release pam.d "
        "passwd perl pki pkcs11 plymouth pm polkit-1 popt.d ppp private profile.d protocols python3 qemu rc.d rc0.d rc1.d rc2.d rc3.d "
        "rc4.d rc5.d rc6.d rcS.d redhat-lsb repart.d request-key.d resolvconf rhsm rpm rsyslog.d samba sane.d sasl2 security selinux "
        "services sgml shadow shells.d skel smartmontools snmp ssh ssh/ssh_config.d ssh/sshd_config.d ssl ssl/certs ssl/private sssd "
        "subgid subuid sudoers.d sysconfig sysctl.d systemd systemd/journald.conf.d systemd/network systemd/system systemd/system.conf.d "
        "systemd/user sysstat sysupdate.d sysusers.d terminfo thermald tmpfiles.d tpm2-tss tuned ucf.conf udev udisks2 ufw "
        "update-alternatives update-manager update-motd.d update-notifier usb_modeswitch.d vim vmware-tools wpa_supplicant xattr.conf xdg "
        "xml yum yum.repos.d zsh zypp"
    ),
    "/var/spool": "abrt anacron at cron cups exim4 lpd mail plymouth postfix rsyslog samba up2date",
}  # fmt: skip

RESERVED_DIRECTORIES = frozenset(f"{root}/{name}" for root, names in _BELOW.items() for name in names.split())

# Paths that every system has, so that a unit that names them needs no preparation.
STANDARD_PATHS = frozenset(
    [
        "/", "/bin", "/boot", "/dev", "/dev/shm", "/dev/mqueue", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/proc/sys", "/root",
        "/run", "/run/lock", "/run/user", "/sbin", "/srv", "/sys", "/sys/fs/cgroup", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local",
        "/usr/sbin", "/usr/share", "/var", "/var/cache", "/var/lib", "/var/local", "/var/lock", "/var/log", "/var/mail", "/var/opt", "/var/run",
        "/var/spool", "/var/tmp",
    ]
)  # fmt: skip

SHIPPED_UNITS = frozenset(
    (
        "ModemManager NetworkManager accounts-daemon alsa-restore alsa-state anacron apache2 apparmor apport apt-daily apt-daily-upgrade "
        "atd auditd autovt avahi-daemon bind9 blk-availability bluetooth bolt capsule chrony chronyd cloud-config cloud-final cloud-init "
        "cloud-init-local colord configure-printer console-getty console-setup container-getty containerd cron crond cryptdisks "
        "cryptdisks-early cups cups-browsed dbus dbus-broker debug-shell dhcpcd display-manager dm-event dmesg dnf-makecache dnsmasq docker "
        "dovecot dpkg-db-backup e2scrub e2scrub_all e2scrub_fail e2scrub_reap emergency exim4 fail2ban firewalld fstrim fwupd fwupd-refresh "
        "gdm gdm3 geoclue getty getty-static gpm gssproxy halt halt-local haproxy httpd hwclock ifup initrd-cleanup irqbalance iscsid iscsi "
        "keyboard-setup kmod kmod-static-nodes ldconfig libvirtd lightdm logrotate lvm2-lvmpolld lvm2-monitor lxd mailman man-db mariadb "
        "mdmonitor memcached modprobe multipathd mysql mysqld named netplan network networking nfs-server nftables nginx nmbd nscd ntp ntpd "
        "ntpsec open-iscsi open-vm-tools packagekit pam_namespace pcscd plocate-updatedb podman polkit postfix postgresql procps "
        "qemu-guest-agent quotaon quotaon-root raid-check rc rc-local rcS redis redis-server rescue resolvconf rpc-statd rpcbind rsync "
        "rsyslog rtkit-daemon sddm serial-getty smartd smbd snapd snmpd squid ssh sshd sshd-keygen sssd sudo switcheroo-control syslog "
        "system-update-cleanup thermald tuned ua-timer udev udisks2 ufw unattended-upgrades unbound upower user user-runtime-dir uuidd "
        "vsftpd winbind wpa_supplicant x11-common xfs_scrub_all zfs-mount "
    ).split()
)
SHIPPED_TEMPLATES = frozenset(
    (
        "apache-htcacheclean apache2 autovt blk-availability capsule chrony-dnssrv cockpit-wsinstance-https container-getty dhclient "
        "dhcpcd dm-event e2scrub e2scrub_fail getty httpd ifup import-state iscsi-init kdump-dep-generator lvm2-activate lvm2-pvscan "
        "mariadb mdadm-grow-continue mdmon mdcheck memcached modprobe mysql mysqld networkd-dispatcher nfs-blkmap ntpd openvpn "
        "openvpn-client openvpn-server pg_basebackup pg_compresswal pg_dump pg_receivewal postgresql qemu-guest-agent quotaon "
        "redis redis-sentinel redis-server rsync serial-getty snmpd ssh sshd sshd-keygen sshd-session stunnel syncthing user "
        "user-runtime-dir usbmuxd uuidd vncserver wg-quick wpa_supplicant wpa_supplicant-nl80211 wpa_supplicant-wired xfs_scrub"
    ).split()
)
"""Templates, by what stands before their @ (file lists of Debian 12 and 13, and of Fedora)."""
SHIPPED_UNIT_PREFIXES = ("systemd-", "initrd-", "plymouth-", "dracut-", "breakpoint-pre-", "dbus-org.freedesktop.")

SYSTEM_ACCOUNTS = frozenset(
    (
        "Debian-exim Debian-snmp root _apt _chrony _flatpak _rpc _ssh adm amavis apache at avahi avahi-autoipd backup bin bind caddy ceph chrony "
        "clamav clevis cockpit-ws cockpit-wsinstance colord cups-pk-helper daemon dbus debian-exim dhcpcd dnsmasq dovecot exim flatpak ftp "
        "fwupd-refresh games gdm geoclue gnats gnome-initial-setup halt haproxy hplip irc kernoops landscape libvirt-qemu lightdm list lp "
        "lxd mail mailnull man memcache messagebus mongodb mysql named news nfsnobody nginx nm-openvpn nobody nscd nslcd ntp ntpsec openvpn "
        "operator pipewire polkitd pollinate postfix postgres proxy pulse puppet qemu redis rpc rpcuser rtkit sambashare saned saslauth "
        "sddm setroubleshoot shutdown smmsp snapd_daemon speech-dispatcher squid sshd sssd statd stunnel4 sync sys syslog tcpdump tomcat tss "
        "unbound unscd usbmux uucp uuidd varnish whoopsie wsdd wwwrun www-data zabbix "
    ).split()
)
SYSTEM_ACCOUNT_PREFIXES = ("systemd-",)


class KnownGroup(NamedTuple):
    """A group that exists on many systems."""

    name: str
    grants: str
    """The rights of its members, as the rest of a sentence."""
    suggested: bool = False
    """Whether the form suggests the group."""
    why_dangerous: str = ""
    """The reason why membership endangers the machine, as a clause, or ""."""


KNOWN_GROUPS = (
    KnownGroup("ssl-cert", "reads the private keys in /etc/ssl/private (Debian, Ubuntu)", suggested=True),
    KnownGroup("docker", "talks to the Docker daemon, which is as good as root", suggested=True, why_dangerous="whoever reaches the Docker socket can start a container that owns the machine"),
    KnownGroup("adm", "reads the log files in /var/log and the journal", suggested=True, why_dangerous="it reads every service's logs"),
    KnownGroup("audio", "uses sound devices", suggested=True),
    KnownGroup("video", "uses graphics devices and cameras", suggested=True),
    KnownGroup("systemd-journal", "reads the whole journal", why_dangerous="it reads every service's logs"),
    KnownGroup("root", "reads and writes what root's group may", why_dangerous="files of the system are open to root's group"),
    KnownGroup("staff", "writes below /usr/local (Debian)", why_dangerous="root runs programs from there"),
    KnownGroup("sudo", "may become root through sudo", why_dangerous="sudo gives its members root"),
    KnownGroup("wheel", "may become root through sudo or su", why_dangerous="sudo and su give its members root"),
    KnownGroup("disk", "reads and writes raw disks", why_dangerous="raw disks hold every file of the machine"),
    KnownGroup("shadow", "reads password hashes", why_dangerous="it reads the password hashes of all users"),
    KnownGroup("kmem", "reads the memory of the kernel", why_dangerous="the kernel's memory holds everything"),
    KnownGroup("lxd", "controls containers of LXD", why_dangerous="its members can start a container that owns the machine"),
    KnownGroup("incus", "controls containers of Incus", why_dangerous="its members can start a container that owns the machine"),
    KnownGroup("incus-admin", "controls containers of Incus", why_dangerous="its members can start a container that owns the machine"),
    KnownGroup("libvirt", "controls virtual machines", why_dangerous="its members can give a virtual machine any disk of the machine"),
)  # fmt: skip


SYSTEM_GROUPS = frozenset(group.name for group in KNOWN_GROUPS) | frozenset(
    (
        "_ssh cdrom clock crontab dialout dip fax floppy input kvm lock lpadmin mem netdev nogroup plugdev render sasl scanner sgx src "
        "ssh_keys tape tty users utempter utmp voice wireshark"
    ).split()
)
"""Groups that systems have, most of them with no user of that name (base-passwd of Debian, setup of Fedora)."""

GROUP_NUMBERS = {
    "0": "root",
    "4": "adm",
    "6": "disk",
    "10": "wheel",
    "15": "kmem",
    "27": "sudo",
    "42": "shadow",
    "50": "staff",
}
"""Groups that have the same number on every Debian (base-passwd) or Fedora (setup), for whom a group is named by number."""


class NumberRange(NamedTuple):
    """A range of user and group numbers that are reserved for others."""

    first: int
    """The lowest number."""
    last: int
    """The highest number, which belongs to the range."""
    severity: str
    """The severity of a finding on a service that uses such a number."""
    meant_for: str
    """The accounts that the numbers are reserved for, as a clause."""
    targets: tuple[str, ...] = ()
    """The prefixes of the targets' keys for which the range is reserved. An empty tuple means every target."""


NUMBER_RANGES = (
    NumberRange(1, 99, "warning", "distributions give these to accounts of their own"),
    NumberRange(100, 200, "warning", "this distribution gives these to accounts of its own", ("rhel-", "centos-", "fedora-", "amazon-")),
    NumberRange(1000, 60000, "note", "people get these, so login screens may show the user, and useradd warns"),
    NumberRange(60001, 60513, "warning", "systemd-homed gives these to people"),
    NumberRange(60514, 60577, "warning", "systemd-nspawn gives these to users of the host in its containers"),
    NumberRange(60578, 61183, "note", "Debian gives these to packages"),
    NumberRange(100000, 524287, "warning", "useradd gives these in blocks to people for their containers (subuid)"),
    NumberRange(524288, 1879048191, "warning", "systemd-nspawn and containers without root take these"),
    NumberRange(2147352576, 2147418111, "warning", "systemd maps the files of other machines to these"),
    NumberRange(2147483648, 4294967294, "warning", "some programs and file systems take these for negative"),
)  # fmt: skip
"""Whose the numbers are (docs/UIDS-GIDS.md of systemd; Debian Policy 9.2.2; login.defs(5); setup of Fedora); 201 to 999 are for services."""


_TREES = (*PROTECTED_TREES, *sorted(RESERVED_DIRECTORIES))
_OWNED = frozenset(_TREES)
_FIRST_BELOW = {above: tree for tree in reversed(_TREES) for above in ancestors(tree)}
"""Of every directory above one of these, the first of them."""


def is_shipped_unit(name: str) -> bool:
    """Whether distributions ship a unit of this name (without suffix), or the template that it would be an instance of."""
    prefix, at, _ = name.partition("@")
    return prefix in (SHIPPED_TEMPLATES if at else SHIPPED_UNITS) or name.startswith(SHIPPED_UNIT_PREFIXES)


def is_system_account(name: str) -> bool:
    """Whether distributions have an account of this name for something else."""
    return name in SYSTEM_ACCOUNTS or name.startswith(SYSTEM_ACCOUNT_PREFIXES)


def owner_of(path: str) -> str:
    """The directory of the system, or of many programs, that handing a path over would touch; "" where there is none."""
    if path.startswith("/lib"):
        return "/" + path.split("/")[1]
    if path in SHARED_DIRECTORIES:
        return path
    around = (above for above in (path, *ancestors(path)) if above in _OWNED)
    return next(around, _FIRST_BELOW.get(path, ""))

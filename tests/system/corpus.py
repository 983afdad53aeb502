"""Unit files as Debian's packages ship them: what an import is held against.

Standard library only, so that they can be fetched before anything is installed: ``python3 -m tests.system.corpus``.
Needs apt-get with Debian's package lists, and dpkg-deb.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.system import lab

PACKAGES = """
accountsservice acpid amavisd-new anacron apache2 apcupsd apparmor apt at atftpd auditd autofs avahi-daemon
bind9 bird2 bluez borgmatic btrfsmaintenance caddy certbot chrony clamav-daemon clamav-freshclam cloud-init
cockpit-ws colord containerd corosync coturn cron cups-browsed cups-daemon dbus dbus-user-session dirmngr
dnsdist dnsmasq docker.io dovecot-core e2fsprogs ejabberd etcd-server exim4-base fail2ban fcgiwrap firewalld
flatpak freeipmi-bmc-watchdog freeradius frr fwupd gdm3 geoclue-2.0 gnupg gpg-agent gpsd haproxy haveged
hostapd i2pd iio-sensor-proxy influxdb ipmitool irqbalance kdump-tools kea-dhcp4-server keepalived knot
knot-resolver krb5-admin-server krb5-kdc libvirt-daemon-system lightdm lighttpd lldpd logrotate lvm2 lxc lxcfs
man-db mariadb-server mdadm memcached minidlna modemmanager monit mosquitto mpd multipath-tools munin-node
nagios-nrpe-server netfilter-persistent network-manager nfs-common nfs-kernel-server nftables nginx-common
ngircd nscd nsd ntpsec nut-client nut-server open-iscsi open-vm-tools opendkim opendmarc openssh-server
openvpn pacemaker packagekit pcscd pdns-recursor pdns-server php8.2-fpm pipewire pipewire-pulse plocate podman
polkitd postfix postgresql-common privoxy proftpd-core prometheus-node-exporter
prometheus-node-exporter-collectors prosody pulseaudio qemu-guest-agent rabbitmq-server redis-sentinel
redis-server rng-tools5 rpcbind rspamd rsync rsyslog rtkit samba schroot sddm ser2net smartmontools snapd
snapper snmpd spamassassin spamd spice-vdagent squid sssd-common strongswan-starter stubby stunnel4
switcheroo-control syncthing sysstat systemd systemd-boot systemd-container systemd-coredump systemd-cron
systemd-homed systemd-journal-remote systemd-oomd systemd-resolved systemd-timesyncd systemd-userdbd thermald
tinc tinyproxy tlp tor tpm2-abrmd transmission-daemon tuned udev udisks2 ufw unattended-upgrades unbound unscd
upower usbguard usbmuxd util-linux uwsgi-emperor varnish vsftpd watchdog winbind wireguard-tools wireplumber
wpasupplicant yggdrasil zabbix-agent znc
""".split()
"""Packages of Debian 12 that ship such files; those that the machine's Debian does not offer are left out."""

SUFFIXES = (".service", ".timer", ".socket", ".path")

AT_ONCE = 40
"""Packages that lie on the disk at a time."""

_HEADERS = (b"[Unit]", b"[Service]", b"[Timer]", b"[Socket]", b"[Path]", b"[Install]")


class Shipped(NamedTuple):
    """A file that a package ships: its path in the machine from the root on, without the slash, and its bytes."""

    package: str
    path: str
    content: bytes

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.path).name

    @property
    def is_unit(self) -> bool:
        """Whether it is systemd's: D-Bus and Avahi have .service files of their own."""
        return any(header in self.content for header in _HEADERS)

    @property
    def is_for_users(self) -> bool:
        """Whether it is for the systemd of a user, not of the machine."""
        return "user" in self.path


def shipped() -> list[Shipped]:
    """All files of all packages, in the order of their names; fetched on first use (a minute), and kept in the cache."""
    kept = lab.cache() / "unit-files"
    with lab.locked(kept.name):
        kept.mkdir(exist_ok=True)
        missing = [package for package in PACKAGES if not (kept / package).exists()]
        offered = set(lab.tool("apt-cache", "pkgnames").split()) if missing else set()
        missing = [package for package in missing if package in offered]
        for at in range(0, len(missing), AT_ONCE):
            _fetch(missing[at : at + AT_ONCE], kept)
    return [
        Shipped(package, str(path.relative_to(kept / package)), path.read_bytes())
        for package in PACKAGES
        for path in sorted((kept / package).rglob("*"))
        if path.is_file()
    ]


def _fetch(packages: Sequence[str], kept: Path) -> None:
    """Keep what some packages ship; a package's folder appears complete or not at all."""
    with tempfile.TemporaryDirectory(dir=kept, prefix=".") as folder:
        download = ("apt-get", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3", "download", *packages)
        lab.tool("sh", "-euc", 'cd "$0" && exec "$@" 2>&1', folder, *download)
        for package in packages:
            (archive,) = Path(folder).glob(f"{package}_*.deb")
            tree = Path(folder, package)
            tree.mkdir()
            for name, content in _unit_files(archive):
                path = tree / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            tree.rename(kept / package)


def _unit_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a package that have a unit's suffix, links to others left out."""
    content = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.endswith(SUFFIXES) and member.isfile() else None
            if file:
                yield member.name.removeprefix("./"), file.read()


if __name__ == "__main__":
    files = shipped()
    print(f"{len(files)} files of {len(PACKAGES)} packages")

"""Findings on what a unit does to the whole machine: units that it starts, actions that stop the machine, secrets of the system."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from app import catalogue
from app.analysis.rules.finding import Finding, Fix, Rule
from app.effective import Effective, is_read
from app.unitfile.model import Assignment, UnitFile
from app.values import is_within, simplify

ID = "P65"


class Opening(NamedTuple):
    """Units by their names or patterns, and what starting one of them does, as the rest of a sentence."""

    names: str
    does: str


OPENINGS = (
    Opening("debug-shell.service breakpoint-*.service", "opens a root shell on a terminal of this machine without a password"),
    Opening("rescue.service rescue.target emergency.service emergency.target runlevel1.target", "opens a maintenance shell for root on the console"),
    Opening("poweroff.target runlevel0.target systemd-poweroff.service", "switches this machine off"),
    Opening("halt.target systemd-halt.service", "halts this machine"),
    Opening("reboot.target runlevel6.target ctrl-alt-del.target systemd-reboot.service", "restarts this machine"),
    Opening("kexec.target systemd-kexec.service", "restarts this machine with another kernel"),
    Opening("soft-reboot.target systemd-soft-reboot.service", "stops every service of this machine and starts its system anew"),
    Opening("exit.target systemd-exit.service", "ends systemd, and with it this machine or container"),
    Opening("shutdown.target final.target umount.target", "stops the services of this machine"),
    Opening("sleep.target suspend.target hibernate.target hybrid-sleep.target suspend-then-hibernate.target", "puts this machine to sleep"),
    Opening("systemd-suspend.service systemd-hibernate.service systemd-hybrid-sleep.service systemd-suspend-then-hibernate.service", "puts this machine to sleep"),
    Opening("factory-reset.target factory-reset-now.target", "resets this machine to its factory state, which deletes its data"),
    Opening("storage-target-mode.target", "offers the disks of this machine to the network"),
    Opening("system-update.target", "applies a system update and restarts this machine"),
)  # fmt: skip
"""Units of systemd's own that open the machine or take it from its users (systemd.special(7), systemd-debug-generator(8))."""

STARTS = {
    "Wants": "When {file} starts, systemd also starts {name}",
    "Requires": "When {file} starts, systemd also starts {name}",
    "BindsTo": "When {file} starts, systemd also starts {name}",
    "Upholds": "As long as {file} runs, systemd keeps {name} running",
    "OnFailure": "When {file} fails, systemd starts {name}",
    "OnSuccess": "When {file} ends without an error, systemd starts {name}",
    "Also": "Enabling {file} also enables {name}",
    "Unit": "{file} starts {name}",
    "Service": "{file} starts {name}",
}
"""The words of directives that start or enable other units, and when that happens."""

WHEN = {
    "FailureAction": "When {file} fails",
    "SuccessAction": "When {file} ends without an error",
    "StartLimitAction": "When {file} is started too often",
    "JobTimeoutAction": "When starting or stopping {file} takes too long",
}
"""The words of directives that act on the whole machine, and when they do."""

DOES = {
    "reboot": "restarts this machine",
    "poweroff": "switches this machine off",
    "exit": "ends itself, and with it this machine or container",
    "soft-reboot": "stops every service and starts the system of this machine anew",
    "kexec": "restarts this machine with another kernel",
    "halt": "halts this machine",
}
"""What each action does, without the words that say how hard (systemd.unit(5), FailureAction=)."""

SYSTEM_SECRETS = (
    "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/security/opasswd", "/etc/sudoers", "/etc/sudoers.d",
    "/etc/ssh/ssh_host_*_key", "/etc/ssl/private", "/etc/pki/tls/private", "/etc/krb5.keytab", "/etc/wireguard",
    "/etc/ipsec.secrets", "/etc/ipsec.d/private", "/etc/ppp/pap-secrets", "/etc/ppp/chap-secrets", "/etc/cryptsetup-keys.d",
    "/run/cryptsetup-keys.d", "/etc/NetworkManager/system-connections", "/etc/wpa_supplicant", "/var/lib/iwd", "/root",
    "/home/*/.ssh", "/home/*/.gnupg", "/var/lib/systemd/credential.secret", "/var/lib/sss/secrets", "/var/lib/samba/private",
    "/var/lib/krb5kdc", "/var/kerberos/krb5kdc", "/etc/samba/smbpasswd", "/proc/kcore", "/dev/mem", "/dev/kmem",
)  # fmt: skip
"""Files and directories, some by patterns, that hold secrets of the system and that root alone reads."""

_CREDENTIALS = ("LoadCredential", "socket.Socket.LoadCredential")
_OF_ROOT = {"h": "/root"}
"""What the home is to the system manager, whatever User= says (systemd.unit(5), "Specifiers")."""


def starts_dangerous_unit(unit: Effective) -> Iterator[Finding]:
    """Some units of systemd open a root shell or stop the machine. systemd starts the dependencies of a unit without
    asking for confirmation (systemd.unit(5), Wants=; systemd.special(7)).
    """
    for line in unit.file.sorted_assignments():
        row = catalogue.find(line.name)
        if row.word not in STARTS or not row.is_read_by(unit.version):
            continue
        for word in dict.fromkeys(line.value.split()):
            name = unit.expand_known(word)
            does = next((row.does for row in OPENINGS if _is_any(name, row.names)), "")
            if does:
                when = STARTS[row.word].format(file=_file(unit, row.file), name=name)
                yield Finding(
                    ID,
                    "warning",
                    line.name,
                    f"{when}, which {does}. Take {word} out unless that is what this unit is for.",
                    Fix(f"Take {word} out"[:80], _without_word(unit.file, line, word)),
                )


def _is_any(name: str, patterns: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns.split())


def _file(unit: Effective, suffix: str) -> str:
    """The name of one of the unit's files, of an instance where it is one."""
    return f"{unit.name}.{suffix}"


def _without_word(unit: UnitFile, line: Assignment, word: str) -> UnitFile:
    return unit.with_line(line, " ".join(other for other in line.value.split() if other != word))


def action_stops_machine(unit: Effective) -> Iterator[Finding]:
    """FailureAction= and similar directives act on the whole machine, not on the service. Anyone who can make the
    service fail or exit also stops every other service (systemd.unit(5), FailureAction=; emergency_action() in
    src/core/emergency-action.c).
    """
    for name, value in unit.file.sorted_assignments():
        row = catalogue.find(name)
        does = DOES.get(value.removesuffix("-force").removesuffix("-immediate"), "")
        if row.word in WHEN and does and row.is_read_by(unit.version) and is_read(name, value, unit.version):
            yield Finding(
                ID,
                "warning",
                catalogue.meaning(name),
                f"{WHEN[row.word].format(file=_file(unit, row.file))}, systemd {does}, and every other service stops too. Take {row.word}={value} out unless this machine is for this service alone.",
                Fix(f"Take {row.word}= out", unit.file.with_values(name)),
            )


def credential_from_system_secret(unit: Effective) -> Iterator[Finding]:
    """systemd reads the files of LoadCredential= as root and passes them to the service, whatever their owner and mode.
    From a directory it reads every file. A service with DynamicUser=yes could read /etc/shadow (systemd.exec(5),
    LoadCredential=; tested on systemd 252, 257 and 262).
    """
    for line in unit.file.sorted_assignments():
        source = line.value.partition(":")[2] if line.name in _CREDENTIALS else ""
        path = _host_path(unit.expand_known(source, unit.specifiers | _OF_ROOT).replace("%%", "%")) if source else ""
        secret = next((secret for secret in SYSTEM_SECRETS if _holds(path, secret)), "") if path.startswith("/") else ""
        if secret:
            yield Finding(
                ID,
                "warning",
                line.name,
                f"systemd reads {source} as root and hands it to the service, so a fault in the service gives away a secret of this machine ({secret}). Give the service a file of its own that root alone reads.",
                Fix(f"Take {line.value} out"[:80], unit.file.with_line(line)),
            )


_ROOTS = ("/proc/1/root", "/proc/self/root", "/proc/thread-self/root")


def _host_path(path: str) -> str:
    """A path with the links resolved that every machine has."""
    plain = simplify(path)
    for root in _ROOTS:
        plain = plain.removeprefix(root) or "/" if is_within(plain, root) else plain
    return f"/run{plain.removeprefix('/var/run')}" if is_within(plain, "/var/run") else plain


def _holds(path: str, secret: str) -> bool:
    """Whether a path is a secret, lies in one, or is a directory above one."""
    depth = secret.count("/")
    beginning = "/".join(path.split("/")[: depth + 1])
    return fnmatchcase(beginning, secret) or path == "/" or secret.startswith(f"{path}/")


RULES: tuple[Rule, ...] = (
    Rule(starts_dangerous_unit, ("P65",), ("warning",), "Unit opens a root shell or stops the machine"),
    Rule(action_stops_machine, ("P65",), ("warning",), "Action reboots or stops the whole machine"),
    Rule(credential_from_system_secret, ("P65",), ("warning",), "Credential exposes a system secret"),
)  # fmt: skip

"""Services that try what they can touch on a booted systemd: how they are drawn, run, and what came of it."""

import random
from collections.abc import Iterator
from typing import NamedTuple

from app.analysis.access import OwnedPath, paths_of
from app.analysis.access.answers import DENIED, HIDDEN, READ_ONLY, READ_WRITE
from app.analysis.access.evaluate import PATHS
from app.analysis.access.mounts import LINKS
from app.effective import Effective
from app.host.prep import prepare_script
from app.unitfile.model import UnitFile
from app.unitfile.render import render
from tests.support.configurations import Parameters, read, unit_of
from tests.system import lab

TRY, OUT = "/usr/local/bin/try-paths", "/run/tried"

TRYING = r"""#!/bin/sh
# Tries each path: to list it, to read what is in it, and to create in it. /proc/1 is known by its name too.
me=$1 && shift
for path do
  listed=no entered=no written=no there=no
  [ -e "$path" ] && there=yes
  if [ -f "$path" ]; then
    cat "$path" >/dev/null 2>&1 && listed=yes entered=yes
    (: >>"$path") 2>/dev/null && written=yes
  else
    ls -A "$path" >/dev/null 2>&1 && listed=yes
    stat -L "$path/." >/dev/null 2>&1 && entered=yes
    (: >"$path/.tried-$me") 2>/dev/null && written=yes
    rm -f "$path/.tried-$me" 2>/dev/null
  fi
  printf '%s\t%s%s%s\t%s\n' "$path" "$listed" "$entered" "$written" "$there"
done
printf 'comm\t%s\t\n' "$(cat /proc/1/comm 2>/dev/null)"
echo done
exec sleep infinity
"""

SIBLINGS: list[Parameters] = [
    [("User", "sib-a"), ("StateDirectory", "sib-a"), ("StateDirectoryMode", "0700"), ("CacheDirectory", "sib-a"), ("own", "/srv/pool:0770")],
    [("User", "sib-b"), ("Group", "shared"), ("StateDirectory", "sib-b"), ("StateDirectoryMode", "0750"), ("own", "/opt/pool:0755"), ("RuntimeDirectory", "sib-b"), ("RuntimeDirectoryMode", "0770")],
    [("DynamicUser", "yes"), ("StateDirectory", "sib-c"), ("LogsDirectory", "sib-c")],
    [("User", "sib-d"), ("StateDirectory", "sib-d/deep"), ("StateDirectoryMode", "0711"), ("own", "/srv/sib-d/in:2777"), ("own", "/srv/odd/in:0766"), ("ConfigurationDirectory", "sib-d")],
]  # fmt: skip
"""Services whose directories the others try to reach."""

SETUP = f"""
mkdir -p {OUT} /srv/shown /etc/ssl/private /usr/lib/modules /var/lock/tried /srv/root
mkdir -m 700 /var/lib/nowhere /root/unknown
mkdir -m 755 /var/lib/open /var/lib/open/in
for group in shared ssl-cert sib-a; do groupadd -r $group; done
useradd -r alice
chgrp ssl-cert /etc/ssl/private
chmod 710 /etc/ssl/private
for link in bin sbin lib lib64; do ln -s usr/$link /srv/root/; done
"""
"""What is on the machine beside the services."""

LOOKS = (
    "/etc/passwd", "/etc/shadow", "/etc/ssl/private", "/dev", "/dev/mqueue", "/usr/lib/modules", "/proc/sys", "/var/lib/nowhere", "/var/lib/open", "/var/lib/open/in",
    "/root/unknown", "/var/run",
)  # fmt: skip
"""Further paths that are asked about."""

MODES = ("", "0700", "0750", "0755", "0770", "0711", "0500")
_ANY: dict[str, tuple[str, ...]] = {
    "ProtectSystem": ("", "", "yes", "full", "strict", "strict"),
    "ProtectHome": ("", "", "yes", "read-only", "tmpfs"),
    "PrivateTmp": ("", "", "yes", "no"),
    "PrivateDevices": ("", "", "", "yes"),
    "ProtectProc": ("", "", "invisible", "noaccess", "ptraceable"),
    "PrivateUsers": ("", "", "", "yes"),
    "ProtectKernelTunables": ("", "", "yes"),
    "ProtectKernelModules": ("", "yes"),
    "ProtectControlGroups": ("", "", "yes"),
    "ProcSubset": ("", "", "", "pid"),
    "MountAPIVFS": ("", "", "yes"),
    "PrivateIPC": ("", "", "yes"),
    "ReadWritePaths": ("", "", "", "/srv/pool", "/opt/pool /var/cache", "/srv -/srv/none", "/srv/pool -/nowhere", "/etc /home", "/", "/dev/shm"),
    "ReadOnlyPaths": ("", "", "", "/srv", "/srv/pool", "/var/lib /opt", "/", "/tmp", "/dev"),
    "InaccessiblePaths": ("/usr/lib/modules /etc/ssl", "/srv", "-/opt/pool /var/lib/sib-d", "/var/lib/sib-b", "-/opt -/nowhere", "/home /boot", "/var/log /etc"),
    "TemporaryFileSystem": ("", "/srv", "/var/lib /opt", "/var/lib:ro /var/cache:ro", "/opt:mode=0700", "/dev/shm:mode=1777", "/var/lib:ro,mode=0711 /srv:ro", "/run/user"),
    "BindPaths": ("", "", "", "/srv/pool", "/srv/pool:/opt/pool", "/opt/pool:/srv/sib-d", "-/nowhere", "/etc:/srv/shown", "/srv/pool:/srv/shown:norbind"),
    "BindReadOnlyPaths": ("", "", "", "/srv", "/opt/pool:/srv/shown", "/var/lib/sib-d", "/srv/pool"),
    "NoExecPaths": ("", "", "", "", "", "/srv"),
    "SupplementaryGroups": ("", "", "shared", "shared sib-a", "shadow"),
}  # fmt: skip
_COVERING = {"InaccessiblePaths", "TemporaryFileSystem", "ProtectHome"}
_WHO: tuple[Parameters, ...] = (
    [("User", "{}")],
    [("User", "{}")],
    [("User", "{}"), ("Group", "shared")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_DAC_READ_SEARCH")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_DAC_OVERRIDE")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_DAC_OVERRIDE"), ("CapabilityBoundingSet", "CAP_KILL")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_SYS_PTRACE")],
    [("User", "sib-a")],
    [("User", "alice"), ("account", "existing")],
    [("DynamicUser", "yes")],
    [("DynamicUser", "yes"), ("SupplementaryGroups", "shared")],
    [],
    [("User", "root")],
    [("User", "0"), ("CapabilityBoundingSet", "~CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_SYS_PTRACE")],
    [("CapabilityBoundingSet", "CAP_DAC_READ_SEARCH")],
    [("User", "root"), ("CapabilityBoundingSet", "CAP_KILL"), ("Group", "shared")],
    [("SecureBits", "noroot")],
    [("User", "{}"), ("prefix", "+")],
    [("User", "{}"), ("prefix", "!")],
)


_FIXED: tuple[Parameters, ...] = (
    [("User", "alice"), ("account", "existing"), ("Group", "0"), ("ProtectProc", "invisible")],
    [("User", "{}"), ("TemporaryFileSystem", "/opt:mode=0700"), ("BindPaths", "/opt/pool")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_SYS_PTRACE"), ("PrivateUsers", "yes"), ("ProtectProc", "invisible")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_DAC_READ_SEARCH"), ("ReadOnlyPaths", "/var/lib")],
    [("User", "{}"), ("ReadOnlyPaths", "/var/lib")],
    [("User", "{}"), ("StateDirectory", "{}"), ("StateDirectoryMode", "0700"), ("ExecStartPre", "/usr/bin/mkdir -p /var/lib/{}/below")],
    [("User", "{}"), ("Group", "shared"), ("AmbientCapabilities", "CAP_DAC_OVERRIDE"), ("PrivateUsers", "yes")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_DAC_OVERRIDE"), ("PrivateUsers", "self")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_DAC_OVERRIDE"), ("PrivateUsers", "identity")],
    [("User", "{}"), ("AmbientCapabilities", "CAP_DAC_OVERRIDE"), ("PrivateUsers", "full")],
    [("User", "{}"), ("prefix", "!"), ("CapabilityBoundingSet", "CAP_KILL")],
    [("User", "{}"), ("prefix", "+"), ("PrivatePIDs", "yes"), ("ProcSubset", "pid")],
    [("User", "{}"), ("PrivatePIDs", "yes")],
    [("User", "root"), ("CapabilityBoundingSet", "CAP_KILL"), ("ProtectProc", "invisible")],
    [("ProtectSystem", "full")],
    [("User", "alice"), ("account", "existing"), ("Group", "0"), ("ProtectProc", "ptraceable")],
    [("User", "{}"), ("ProtectProc", "noaccess")],
    [("User", "{}"), ("prefix", "+"), ("ProtectHome", "tmpfs")],
    [("PrivateBPF", "yes"), ("ProtectSystem", "strict")],
    [("ProcSubset", "pid"), ("ProtectSystem", "strict")],
    [("User", "{}"), ("PrivateTmp", "connected")],
    [("User", "{}"), ("PrivateTmp", "disconnected")],
    [("ProtectProc", "noaccess"), ("ReadOnlyPaths", "/dev"), ("ProtectSystem", "strict")],
    [("ProtectSystem", "strict"), ("PrivatePIDs", "yes")],
    [("PrivateDevices", "yes"), ("ReadOnlyPaths", "/dev")],
    [("PrivateDevices", "yes")],
    [("User", "{}"), ("ProtectHome", "tmpfs"), ("BindPaths", "/root/unknown")],
    [("BindReadOnlyPaths", "/srv/pool"), ("ReadWritePaths", "/srv/pool")],
    [("BindPaths", "/srv/pool"), ("ReadOnlyPaths", "/srv/pool")],
    [("BindPaths", "/srv /opt/pool:/srv/pool")],
    [("ExecPaths", "/srv"), ("ProtectSystem", "strict")],
    [("NoExecPaths", "/srv"), ("ProtectSystem", "strict")],
    [("ProtectKernelTunables", "yes"), ("ProtectSystem", "strict")],
    [("RootDirectory", "/srv/root"), ("BindReadOnlyPaths", "/usr")],
    [("User", "0"), ("ConfigurationDirectory", "{}"), ("ConfigurationDirectoryMode", "0700"), ("CapabilityBoundingSet", "CAP_KILL"), ("ReadOnlyPaths", "/var/lib -/nowhere")],
)  # fmt: skip
"""Units that tell what the drawn ones tell too seldom apart."""


class Tried(NamedTuple):
    """One service that ran: its unit, its siblings, and what became of each path it tried, a word of the picture."""

    unit: UnitFile
    siblings: tuple[UnitFile, ...]
    words: dict[str, str]

    @property
    def depends(self) -> bool:
        """Whether it has another root, of which the tool knows nothing."""
        return self.unit.is_set("RootDirectory")


def drawn(count: int, version: int, seed: int = 1) -> list[UnitFile]:
    """Units of every mixture of what the picture reads, the same for every version."""
    chance = random.Random(seed)
    entries = (read(_fixed(f"try-f{at}", version, given)) for at, given in enumerate(_FIXED))
    units = [entry.unit for entry in entries if entry.unit and not entry.errors]
    while len(units) < count:
        parameters = _draw(f"try-{len(units)}", version, _WHO[len(units) % len(_WHO)], chance)
        entry = read(parameters)
        if entry.unit and not entry.errors:
            units.append(entry.unit)
    return units


def _fixed(name: str, version: int, who: Parameters) -> Parameters:
    given = [(key, value.format(name)) for key, value in who]
    prefix = dict(given).get("prefix", "")
    tool = [("name", name), ("systemd", str(version)), *_trying(name, prefix)]
    return [*tool, *(pair for pair in given if pair[0] != "prefix")]


def _trying(name: str, prefix: str) -> Parameters:
    return [("ExecStart", f"{prefix}{TRY} {name} {' '.join(_paths(name))}"), ("StandardOutput", f"file:{OUT}/{name}")]


def _draw(name: str, version: int, who: Parameters, chance: random.Random) -> Parameters:
    given = [(key, value.format(name)) for key, value in who]
    prefix = dict(given).get("prefix", "")
    chosen = [("name", name), ("systemd", str(version)), *(pair for pair in given if pair[0] != "prefix")]
    kinds = [kind for kind in ("State", "Cache", "Logs", "Runtime", "Configuration") if chance.random() < 0.35]
    for kind in kinds:
        below = chance.choice(("", "/deep", ""))
        chosen.append((f"{kind}Directory", f"{name}{below}"))
        mode = chance.choice(MODES)
        chosen += [(f"{kind}DirectoryMode", mode)] if mode else []
    if chance.random() < 0.3:
        chosen.append(("own", f"/srv/{name}/data" + chance.choice(("", ":0700", ":0755:ro"))))
    for key, values in _ANY.items():
        value = chance.choice(values) if chance.random() < (0.8 if key in _COVERING else 0.5) else ""
        if value and key not in dict(chosen):
            chosen.append((key, value))
    return [
        *chosen,
        ("ExecStart", f"{prefix}{TRY} {name} {' '.join(_paths(name))}"),
        ("StandardOutput", f"file:{OUT}/{name}"),
    ]


def _paths(name: str) -> list[str]:
    """What a service tries, before the rest of its unit is known: all that matters, and all that it may have."""
    own = [
        f"{root}/{name}{below}"
        for root in ("/var/lib", "/var/cache", "/var/log", "/run", "/etc")
        for below in ("", "/deep")
    ]
    return [
        *PATHS,
        *LOOKS,
        *own,
        f"/srv/{name}/data",
        *sibling_paths(),
        *LINKS,
        "/var/lock/tried",
        f"/var/lib/{name}/below",
    ]


def siblings(version: int) -> list[UnitFile]:
    """The units of the siblings."""
    least = [("systemd", str(version)), ("ExecStart", "/usr/bin/sleep infinity")]
    names = [f"sib-{letter}" for letter in "abcd"]
    return [unit_of([("name", name), *least, *sibling]) for name, sibling in zip(names, SIBLINGS, strict=True)]


def sibling_places(version: int) -> tuple[OwnedPath, ...]:
    """The directories of the siblings."""
    return tuple(place for unit in siblings(version) for place in paths_of(Effective(unit)))


def sibling_paths() -> list[str]:
    """Their paths."""
    return [place.path for place in sibling_places(262)]


def looked_at(unit: UnitFile, others: tuple[OwnedPath, ...]) -> list[str]:
    """The paths whose cells are compared."""
    own = [place.path for place in paths_of(Effective(unit))]
    links = [*LINKS, "/var/lock/tried"] if unit.name == "try-f0" else []
    below = [f"/var/lib/{unit.name}/below"] if unit.is_set("ExecStartPre") else []
    return list(dict.fromkeys([*PATHS, *LOOKS, *own, *(place.path for place in others), *links, *below]))


def try_all(guest: lab.Guest, units: list[UnitFile], version: int) -> Iterator[Tried]:
    """Prepare, start and ask every unit that starts."""
    others = sibling_places(version)
    guest.write(TRY, TRYING, mode=0o755)
    guest.run(["sh", "-euc", SETUP], check=True)
    everyone = [*siblings(version), *units]
    for unit in everyone:
        guest.write(f"/etc/systemd/system/{unit.name}.service", render(unit))
        guest.run(["sh"], input=prepare_script(Effective(unit)), check=True)
    guest.run(["systemctl", "daemon-reload"], check=True)
    for unit in everyone:
        guest.run(["systemctl", "start", "--no-block", f"{unit.name}.service"])
    names = " ".join(unit.name for unit in units)
    wait = f"for n in {names}; do for i in $(seq 100); do grep -qx done {OUT}/$n && break; systemctl -q is-failed $n && break; sleep 0.1; done; done"
    guest.run(["sh", "-c", wait], timeout=300)
    for unit in units:
        words = _words(guest, unit.name, looked_at(unit, others))
        if words:
            yield Tried(unit, tuple(siblings(version)), words)


def _words(guest: lab.Guest, name: str, paths: list[str]) -> dict[str, str]:
    """What became of each path; nothing where the service did not come to its end."""
    lines = guest.run(["cat", f"{OUT}/{name}"]).stdout.splitlines()
    if lines[-1:] != ["done"]:
        return {}
    rows = (line.split("\t") for line in lines[:-1])
    tried = {path: (done, there) for path, done, there in rows}
    seen = guest.run(["bash", "-c", _ASK, "bash", f"{name}.service", *paths]).stdout
    reals = (line.split("\t") for line in seen.splitlines())
    is_real = {path: bool(real) and real == its for path, real, its in reals}
    is_real["/proc/1"] = tried["/proc/1"][1] == "yes" and tried["comm"][0] in ("", "systemd")
    return {path: _word(is_real[path], tried[path][0]) for path in paths}


_ASK = r"""
pid=$(systemctl show -p MainPID --value "$1") && shift && cd "/proc/$pid/root" || exit
for p do
  case $p in /proc* | /sys*) what=%i ;; *) what=%d:%i ;; esac
  printf '%s\t%s\t%s\n' "$p" "$(stat -L -c $what "$p" 2>/dev/null)" "$(stat -L -c $what ".$p" 2>/dev/null)"
done
"""
"""Asks which of the paths are the machine's own for a service, by their numbers: what it sees under a name may be something else."""


def _word(is_real: bool, tried: str) -> str:
    if not is_real:
        return HIDDEN
    read, write = tried.startswith("yesyes"), tried.endswith("yesyes")
    return READ_WRITE if write else READ_ONLY if read else DENIED

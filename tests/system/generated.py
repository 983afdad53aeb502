"""Forms of every mixture, and what a machine must have for their programs to start."""

import random
import shlex
from collections.abc import Iterable, Iterator, Sequence

from app.effective import Effective
from app.unitfile.model import UnitFile
from app.unitfile.render import render
from tests.support.configurations import Parameters, read
from tests.system import lab

FOLDER = "/run/systemd/system"

MACHINE = """
for name in bin lib; do mkdir -p /srv/app/$name /opt/app/$name /var/lib/vendor/$name /home/alice/$name; done
for tree in /srv/app /opt/app /var/lib/vendor /home/alice; do
  echo READ=yes >$tree/lib/env
  printf '#!/bin/sh\\n. %s/lib/env\\n' $tree >$tree/bin/app
  cp $tree/bin/app $tree/run.sh
  chmod 755 $tree $tree/bin/app
done
printf '#!/bin/sh\\ntest -r /srv/single\\n' >/srv/single; chmod 755 /srv/single; cp /usr/bin/true /usr/local/bin/app
mkdir -p /srv/shared /srv/secret /var/log/shared /var/cache/shared "/srv/two words"
chmod 777 /srv/shared /var/log/shared "/srv/two words"
"""
"""Programs that read what lies beside them, and directories of others."""

CHOICES: dict[str, Sequence[str]] = {
    "UMask": ("", "", "0022", "0077", "0007"),
    "ProtectSystem": ("", "", "yes", "full", "strict"),
    "ProtectHome": ("", "", "yes", "read-only", "tmpfs"),
    "PrivateTmp": ("", "", "yes", "no"),
    "NoNewPrivileges": ("", "yes", "no"),
    "PrivateDevices": ("", "", "yes"),
    "PrivateUsers": ("", "", "", "yes"),
    "PrivateNetwork": ("", "", "yes"),
    "ProtectProc": ("", "", "invisible", "noaccess"),
    "ProcSubset": ("", "", "", "pid"),
    "ProtectControlGroups": ("", "", "yes"),
    "ProtectKernelTunables": ("", "", "yes"),
    "MemoryDenyWriteExecute": ("", "", "yes"),
    "RestrictNamespaces": ("", "", "yes", "~net"),
    "RestrictAddressFamilies": ("", "", "AF_UNIX", "~AF_PACKET", "AF_INET AF_INET6"),
    "SystemCallFilter": ("", "", "@system-service", "~@mount"),
    "CapabilityBoundingSet": ("", "", "", "CAP_CHOWN CAP_KILL", "~CAP_SYS_ADMIN"),
    "AmbientCapabilities": ("", "", "", "CAP_NET_BIND_SERVICE"),
    "Delegate": ("", "", "", "yes"),
    "SupplementaryGroups": ("", "", "audio", "games audio"),
    "Group": ("", "", "", "games"),
    "WorkingDirectory": ("", "", "/srv/app", "-/srv/missing", "/opt/app", "/var/lib/vendor", "/srv", "/home/alice", "/tmp", "~", "%S/{name}"),
    "ReadWritePaths": ("", "", "/srv/shared", "-/srv/missing /var/log/shared", '"/srv/two words"', "/srv", "/home/alice"),
    "ReadOnlyPaths": ("", "", "", "/srv/secret", "/opt/app /srv/app"),
    "InaccessiblePaths": ("", "", "", "/srv/secret", "-/srv/missing /var/cache/shared"),
    "TemporaryFileSystem": ("", "", "", "/srv:ro", "/mnt"),
    "BindReadOnlyPaths": ("", "", "", "/opt/app:/srv/there", "/srv/app"),
    "ExecStartPre": ("", "", "-/srv/missing/program", "+/bin/true", "!/bin/true"),
    "Environment": ("", "", "HOME_OF_IT=/srv/secret", "LIST=/var/lib/vendor/lib:/srv/missing"),
}  # fmt: skip
"""Values of directives, "" for none, as often as they stand here; {name} is the unit's name."""

PROGRAMS = (
    "/usr/local/bin/app", "/usr/bin/true", "/opt/app/bin/app", "/srv/app/bin/app", "/srv/single", "/var/lib/vendor/bin/app", "/home/alice/bin/app",
    "/bin/sh /srv/app/run.sh", "/bin/sh /opt/app/run.sh", "/bin/sh -c 'test -r /srv/app/lib/env' --from=/srv/app/lib/env", "/bin/sh /var/lib/vendor/run.sh",
)  # fmt: skip
IDENTITIES: dict[str, Parameters] = {
    "own": [("User", "u{number}")],
    "existing": [("User", "alice"), ("account", "existing")],
    "dynamic": [("DynamicUser", "yes")],
    "root": [],
}
OWN = (
    "/opt/{name}/data",
    "/srv/{name}/data",
    "/srv/{name}/data:0700",
    "/srv/{name}/read:0750:ro",
    "/srv/{name} x/data",
)
MODES = ("", "", "0700", "0750", "0755")


def parameters(number: int, version: int) -> Parameters:
    """A form of its own for a number, the same at every run; the door may refuse it."""
    draw = random.Random(number)
    name = f"f{number}"
    identity = draw.choice(list(IDENTITIES))
    out = [("name", name), ("systemd", str(version)), ("Type", "oneshot")]
    out += [(key, value.format(number=number)) for key, value in IDENTITIES[identity]]
    out.append(("ExecStart", draw.choice(PROGRAMS)))
    for kind in ("State", "Cache", "Logs", "Runtime", "Configuration"):
        if draw.random() < 0.4:
            mode = draw.choice(MODES)
            named = draw.choice((name, f"{name}/inner")) if kind != "Runtime" else name
            out += [(f"{kind}Directory", named)] + ([(f"{kind}DirectoryMode", mode)] if mode else [])
    if identity != "dynamic" and draw.random() < 0.4:
        out.append(("own", draw.choice(OWN).format(name=name)))
    picked = draw.sample(list(CHOICES), draw.randint(3, 12))
    values = ((key, draw.choice(CHOICES[key])) for key in sorted(picked))
    return out + [(key, value.format(name=name)) for key, value in values if value]


def forms(count: int, version: int) -> list[UnitFile]:
    """So many forms that the door takes."""
    found: list[UnitFile] = []
    number = 0
    while len(found) < count:
        entry = read(parameters(number, version))
        number += 1
        if entry.is_valid and entry.unit:
            found.append(entry.unit)
    return found


def uid(name: str) -> int:
    """The number of an account of a form: u1 is the user of form 1, f1 the one named after its unit."""
    return 1500 if name == "alice" else (10_000 if name[0] == "u" else 20_000) + int(name[1:])


class Batch:
    """Units that are started at once on a guest; the accounts that they need are there, and no other of their kind."""

    def __init__(self, guest: lab.Guest, units: Iterable[UnitFile]) -> None:
        """Say what to start, and where."""
        self.guest = guest
        self.units = [Effective(unit) for unit in units]
        self.files = [f"{unit.file.name}.service" for unit in self.units]

    def start(self) -> dict[str, bool]:
        """Which units have started, by name: each runs its program once, which must end well."""
        self.guest.run(["sh", "-eu"], input="\n".join(self._preparation()), check=True)
        self.guest.run(["systemctl", "daemon-reload"], check=True)
        done = self.guest.run(["systemctl", "start", *self.files], timeout=300)
        listed = ["systemctl", "list-units", "--plain", "--no-legend", "--full", "--state=failed", "f[0-9]*.service"]
        failed = {line.split()[0] for line in self.guest.run(listed, check=True).stdout.splitlines()}
        # A job that ends without success is told by systemctl, be the unit failed or never tried.
        assert bool(failed) == bool(done.returncode), done.stderr
        assert all(file in failed or f"Job for {file} failed" not in done.stderr for file in self.files)
        self.guest.run(["systemctl", "reset-failed"], check=True)
        return {file.removesuffix(".service"): file not in failed for file in self.files}

    def _preparation(self) -> Iterator[str]:
        """What the preparation does for all of them, and their files."""
        yield "cp -p /etc/passwd.before /etc/passwd; cp -p /etc/group.before /etc/group"
        accounts = {unit.user: unit.home for unit in self.units if unit.identity == "own"} | {"alice": "/home/alice"}
        for file, row in (("passwd", "{0}:x:{1}:{1}::{2}:/bin/false"), ("group", "{0}:x:{1}:")):
            lines = "\n".join(row.format(name, uid(name), home) for name, home in accounts.items())
            yield f"cat >>/etc/{file} <<'END'\n{lines}\nEND" if lines else ":"
        for unit in self.units:
            owner = str(uid(unit.user)) if unit.identity in ("own", "existing") else "root"
            for own in unit.file.own:
                yield shlex.join(["install", "-d", "-o", owner, "-g", owner, "-m", own.effective_mode, "--", own.path])
            yield f"cat >{FOLDER}/{unit.file.name}.service <<'END'\n{render(unit.file)}\nEND"


def settle(guest: lab.Guest) -> None:
    """Give a guest the programs and directories of the forms; its systemd says only what fails, since saying all takes time."""
    guest.run(
        ["sh", "-eu"],
        input=MACHINE
        + "cp -p /etc/passwd /etc/passwd.before; cp -p /etc/group /etc/group.before; systemctl log-level err",
        check=True,
    )


def unsettle(guest: lab.Guest, names: Iterable[str]) -> None:
    """Take units and accounts away again; the guest serves other tests."""
    files = shlex.join(f"{FOLDER}/{name}.service" for name in names)
    guest.run(
        ["sh", "-eu"],
        input=f"mv /etc/passwd.before /etc/passwd; mv /etc/group.before /etc/group; rm -f {files}; systemctl daemon-reload; systemctl log-level info",
        check=True,
    )

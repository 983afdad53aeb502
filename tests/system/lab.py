"""Real systemd to judge by: Debian roots, throw-away copies of them, and booted guests.

Standard library only, so that the roots can be made before anything is installed:
``python3 tests/system/lab.py 252 257 252+ansible-core``. Needs root, and Debian's mmdebstrap and systemd-container.
Every mount lives in the namespace of a process that ends when its stdin closes: nothing reaches the
host's own mounts, and nothing stays behind when a test run is killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

SUITES = {252: "bookworm", 257: "trixie", 247: "bullseye", 254: "bookworm-backports", 262: "forky"}
MACHINE_ID = "0123456789abcdef0123456789abcdef\n"
PACKAGES = "systemd,systemd-sysv,dbus,passwd,procps,libnss-systemd,acl,util-linux,iproute2"
PROGRAMS = {
    "mmdebstrap": "Debian's mmdebstrap",
    "systemd-nspawn": "systemd-nspawn of Debian's systemd-container",
}
"""The programs that the harness calls, and where they come from."""
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "SYSTEMD_COLORS": "0",
    "SYSTEMD_LOG_COLOR": "0",
    "SYSTEMD_PAGER": "",
}

# $1 is the root. A tmpfs over /run is ours alone, so there is no directory to clean up afterwards.
# lowerdir is "." because overlayfs would split a path that has a colon or a comma in it.
_OVERLAY = """
set -eu
cd "$1"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/upper /run/work /run/root
mount -t overlay overlay -o lowerdir=.,upperdir=/run/upper,workdir=/run/work /run/root
"""
_HOLD_COPY = """
cd /run/root
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -o remount,ro,bind sys
mount -o remount,ro,bind sys/fs/cgroup
mkdir .old
pivot_root . .old
hash -r
umount -l /.old
rmdir /.old
echo ready
exec cat >/dev/null
"""
# $2 names the guest. nspawn makes its subgroups below the one it runs in, so each guest gets its own;
# a cgroup2 over /sys/fs/cgroup makes hosts with the old hierarchies look like those without.
# SIGTERM makes nspawn ask the guest's init to halt; should nspawn be killed, its init dies with it.
_HOLD_GUEST = """
mount -t cgroup2 cgroup2 /sys/fs/cgroup
group=/sys/fs/cgroup/$2
mkdir "$group"
( echo $BASHPID >"$group/cgroup.procs"
  exec systemd-nspawn --quiet --directory=/run/root --machine="$2" --boot --console=pipe --register=no --keep-unit \
    --private-network --resolv-conf=off --timezone=off --link-journal=no \
    --capability=all --system-call-filter='add_key keyctl bpf' \
    systemd.show_status=no systemd.log_target=journal systemd.mask=systemd-modules-load.service
) </dev/null >&2 &
nspawn=$!
echo $nspawn
exec >&2
cat
kill $nspawn || :
timeout 15 tail --pid=$nspawn --sleep-interval=0.05 -f /dev/null || kill -KILL $nspawn || :
wait $nspawn || :
for _ in 1 2 3 4 5; do find "$group" -depth -type d -exec rmdir {} + && break; sleep 0.1; done
"""


class LabError(Exception):
    """The harness itself could not do its work: the message says what, and what the tool wrote."""


class MissingToolError(LabError):
    """This machine cannot run real systemd: the message says what it lacks."""


def need(*programs: str) -> None:
    """Raise MissingToolError unless this process is root and the machine has these programs."""
    if os.geteuid() != 0:
        raise MissingToolError("Real systemd runs in a root of its own, which only root can use.")
    for program in programs:
        if shutil.which(program) is None:
            raise MissingToolError(f"Real systemd runs in a root of its own, which needs {PROGRAMS[program]}.")


def cache() -> Path:
    """Return the folder that keeps what takes long to make: $SYSTEMD_ROOTS, or systemd-roots in the user's cache folder."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("SYSTEMD_ROOTS") or caches / "systemd-roots").absolute()


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Be the only process that makes what has this name in the cache."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def root(version: int, *more: str) -> Path:
    """Return the cached Debian root whose systemd is `version`, a key of SUITES; make it on first use (20 s).

    `more` are packages that it has besides; such a root is another one. Safe to call from many processes at once. Never write
    to the root: take a throwaway(). Raises LabError when it cannot be made, and when its systemd has another number, which
    happens as a moving Debian release moves on. Raises MissingToolError where this machine cannot.
    """
    need()
    suite = SUITES[version]
    name = "+".join((suite, *more))
    tree = cache() / name
    with locked(name):
        if not tree.exists():
            _make_root(suite, tree, more)
    first_line = tool("chroot", str(tree), "systemctl", "--version").partition("\n")[0]
    if first_line.split()[1:2] != [str(version)]:
        raise LabError(f"{tree} should have systemd {version}, but has: {first_line}")
    return tree


def _make_root(suite: str, tree: Path, more: Sequence[str]) -> None:
    """Make `tree` from Debian's packages; it appears complete or not at all. Call with its lock held."""
    need("mmdebstrap")
    targets = tool("apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(LABEL)").splitlines()
    mirrors = [line.split()[0] for line in targets if line.endswith(" Debian Debian")]
    if not mirrors:
        raise LabError("apt knows no Debian mirror: run apt-get update")
    base = suite.removesuffix("-backports")
    sources = [f"deb {mirrors[0]} {name} main" for name in dict.fromkeys((base, suite))]
    options = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "info", "locale", "man")]
    if suite != base:
        packages = "src:systemd systemd* libsystemd* libudev* udev libnss-systemd libpam-systemd"
        pin = rf"Package: {packages}\nPin: release n={suite}\nPin-Priority: 990\n"
        folder = '"$1/etc/apt/preferences.d"'
        options.append(f"--setup-hook=mkdir -p {folder}; printf '{pin}' >{folder}/backports")
    partial = tree.with_name(f".{tree.name}.partial")
    tool("rm", "-rf", "--one-file-system", str(partial))
    # Signatures are checked; their age is not, since a mirror may serve a snapshot.
    options.append('--aptopt=Acquire::Check-Valid-Until "false"')
    tool(
        *("unshare", "--mount", "mmdebstrap", "--mode=root", "--variant=minbase"),
        f"--include={','.join((PACKAGES, *more))}",
        *("--aptopt=Acquire::Languages none", "--dpkgopt=force-unsafe-io", *options, base, str(partial), "-"),
        given="\n".join(sources) + "\n",
    )
    # An empty machine-id is filled in anew at every boot; a missing one would make each of them a first boot.
    (partial / "etc/machine-id").write_text("")
    (partial / "etc/hostname").write_text("guest\n")
    partial.rename(tree)


def tool(*argv: str, given: str = "") -> str:
    """Run a tool of the host's with `given` as its input and return its stdout; LabError when it fails."""
    try:
        done = subprocess.run(argv, input=given, capture_output=True, text=True, umask=0o022)
    except OSError as error:
        raise LabError(f"cannot run {argv[0]}: {error}") from error
    if done.returncode:
        raise LabError(f"{' '.join(argv)}: exit {done.returncode}\n{done.stderr[-4000:]}")
    return done.stdout


@contextlib.contextmanager
def throwaway(tree: Path) -> Iterator[Path]:
    """Yield the path of a writable copy of the root `tree`, for run_in(); it is gone afterwards. Takes 0.03 s.

    It has /proc, /dev, a read-only /sys, no network and no processes. Beware when writing through the
    path: an absolute symbolic link in it leads to the host.
    """
    namespaces = ("--mount", "--pid", "--ipc", "--net", "--uts", "--fork", "--kill-child")
    with _holder([*namespaces, "sh", "-c", _OVERLAY + _HOLD_COPY, "sh", str(tree)]) as (unshare, _, _):
        pid = _child(unshare.pid)
        if pid is None:
            raise LabError(f"the holder of a copy of {tree} has ended")
        yield Path(f"/proc/{pid}/root")


def run_in(
    copy: Path, argv: Sequence[str], input: str | None = None, check: bool = False, timeout: float = 180
) -> subprocess.CompletedProcess[str]:
    """Run `argv` as root in `copy`, a path throwaway() gave, in / with a clean environment; output as text.

    `timeout` is in seconds. Raises what subprocess.run() does.
    """
    return _enter(int(copy.parts[2]), argv, input, check, timeout)


def settle(copy: Path) -> None:
    """Give a copy of a root, which was never booted, what %m, %A and the like stand for."""
    (copy / "etc/machine-id").write_text(MACHINE_ID)
    with (copy / "usr/lib/os-release").open("a") as release:
        release.write("BUILD_ID=b1\nVARIANT_ID=v1\nIMAGE_ID=i1\nIMAGE_VERSION=i2\n")


def verify(
    tree: Path, units: Mapping[str, str], *options: str, executables: Iterable[str] = ()
) -> dict[str, list[str]]:
    """Return what ``systemd-analyze verify`` has to say about each of `units`, in one run of it.

    `units` maps file names to texts; a name such as ``a.service.d/b.conf`` is a drop-in and only read along with
    its unit. `executables` are absolute paths at which to put an empty program where there is nothing, since
    a missing one is an error. The answer maps each name to the lines that name it first, and "" to all other
    lines; its exit status says nothing more, for it is 0 for unknown keys. Raises LabError if it fails silently.
    """
    with throwaway(tree) as copy:
        folder = Path("/etc/systemd/system")
        settle(copy)
        for name, text in units.items():
            path = copy / folder.relative_to("/") / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        stub = 'while read -r path; do [ -e "$path" ] || install -D -m 755 /dev/null "$path"; done'
        run_in(copy, ["sh", "-euc", stub], input="".join(f"{path}\n" for path in executables), check=True)
        names = [str(folder / name) for name in units if "/" not in name]
        done = run_in(copy, ["systemd-analyze", "--man=no", *options, "verify", *names], timeout=300)
    if done.returncode and not done.stderr:
        raise LabError(f"systemd-analyze verify: exit {done.returncode}, and not a word")
    found: dict[str, list[str]] = {name: [] for name in (*units, "")}
    # A template is verified as some instance of it.
    patterns = {name: re.escape(name).replace(r"@\.", r"@[^\s/:]*\.") for name in sorted(units, key=len, reverse=True)}
    leading = {name: re.compile(rf"(?:/\S*/)?{pattern}:") for name, pattern in patterns.items()}
    inside = {name: re.compile(rf".*(?<![\w.@\\-]){pattern}(?![\w.@\\-])") for name, pattern in patterns.items()}
    for line in done.stderr.splitlines():
        owners = (name for regexes in (leading, inside) for name, regex in regexes.items() if regex.match(line))
        found[next(owners, "")].append(line)
    return found


class Guest:
    """A throw-away copy of a root, booted with its own systemd as PID 1; a context manager. Boots in under 2 s.

    Users, groups, namespaces, mounts, capabilities, system call filters, credentials and managed directories
    have their real effect; limits on memory, tasks and processor time have one only if the host has their controllers.
    """

    def __init__(self, tree: Path) -> None:
        """Say which root to boot; entering the context boots it, and raises LabError if that fails."""
        self.tree = tree
        self.name = f"guest-{uuid.uuid4().hex[:8]}"
        self._leader = 0
        self._procs = Path()
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Guest:
        """Boot, and return once every unit of the default target has been started (or has failed)."""
        need("systemd-nspawn")
        with contextlib.ExitStack() as stack:
            holder, first_line, log = stack.enter_context(
                _holder(["--mount", "bash", "-c", _OVERLAY + _HOLD_GUEST, "bash", str(self.tree), self.name])
            )
            self._leader = _await_init(int(first_line), log)
            group = Path(f"/proc/{self._leader}/cgroup").read_text().rpartition("0::")[2].strip()
            # The group as seen where cgroup2 is mounted for certain.
            self._procs = Path(f"/proc/{holder.pid}/root/sys/fs/cgroup{group}/cgroup.procs")
            self.run(["systemctl", "is-system-running", "--wait"])
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Power off and wait for it."""
        self._open.close()

    def run(
        self, argv: Sequence[str], input: str | None = None, check: bool = False, timeout: float = 180
    ) -> subprocess.CompletedProcess[str]:
        """Run `argv` as root in the guest, in / with a clean environment, as init's own child would be; output as text.

        `timeout` is in seconds. Raises what subprocess.run() does.
        """
        return _enter(self._leader, argv, input, check, timeout, group=self._procs)

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write `text` to the absolute `path` in the guest, owned by root, making the folders above it."""
        self.run(["install", "-D", "-m", f"{mode:o}", "/dev/stdin", path], input=text, check=True)

    def copy(self, folder: Path, path: str) -> None:
        """Copy a folder of the host's to the absolute `path` in the guest; nothing on the way to it may be a link."""
        shutil.copytree(folder, Path(f"/proc/{self._leader}/root{path}"), ignore=shutil.ignore_patterns("__pycache__"))


@contextlib.contextmanager
def _holder(unshare: Sequence[str]) -> Iterator[tuple[subprocess.Popen[str], str, IO[str]]]:
    """Start ``unshare`` and yield it, the first line it wrote and its stderr; then close its stdin and wait."""
    with tempfile.TemporaryFile("w+") as log:
        # A session of its own: an interrupt from the keyboard is for the test run, which then closes stdin.
        with subprocess.Popen(
            ["unshare", *unshare],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            text=True, env=ENVIRONMENT, start_new_session=True,
        ) as holder:  # fmt: skip
            assert holder.stdout is not None
            first_line = holder.stdout.readline()
            if first_line:
                yield holder, first_line, log
        if not first_line:
            log.seek(0)
            raise LabError(f"no namespace for a copy of a root: {log.read()}")


def _enter(
    pid: int, argv: Sequence[str], input: str | None, check: bool, timeout: float, group: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `argv` in every namespace of `pid`, and in the control group whose cgroup.procs `group` is."""
    command = ["nsenter", f"--target={pid}", "--all", "--root", "--wd", "--", *argv]
    if group:
        command = ["sh", "-euc", 'echo $$ >"$0"; exec "$@"', str(group), *command]
    source = {"stdin": subprocess.DEVNULL} if input is None else {"input": input}
    done = subprocess.run(
        command, capture_output=True, text=True, errors="backslashreplace", env=ENVIRONMENT, timeout=timeout, **source
    )
    try:
        if check:
            done.check_returncode()
    except subprocess.CalledProcessError as error:
        error.add_note(done.stderr)
        raise
    return done


def _child(pid: int) -> int | None:
    """Return the first child of `pid`'s, if it has one."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return None
    return int(children[0]) if children else None


def _await_init(nspawn: int, log: IO[str], seconds: float = 30) -> int:
    """Return the process id of the init that `nspawn` started, once it takes orders; LabError if it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and Path(f"/proc/{nspawn}").exists():
        init = _child(nspawn)
        with contextlib.suppress(OSError):  # it may be gone between two looks
            if (
                init
                and Path(f"/proc/{init}/comm").read_text() == "systemd\n"
                and Path(f"/proc/{init}/root/run/systemd/private").is_socket()
            ):
                return init
        time.sleep(0.02)
    log.seek(0)
    raise LabError(f"the guest did not boot: {log.read()}")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        number, *packages = argument.split("+")
        print(root(int(number), *packages))

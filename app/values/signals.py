"""Signals and exit statuses.

Sources: signal_from_string() in src/basic/signal-util.c, exit_status_from_string() in src/shared/exit-status.c and
config_parse_set_status() in src/core/load-fragment.c of systemd 247 to 262; signal(7).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.values.kind import Kind, Need
from app.values.lexing import extract_words
from app.values.numbers import number
from app.values.sentences import did_you_mean, quoted

SIGNALS = frozenset(
    (
        "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN "
        "TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS "
    ).split()
)
_LAST_SIGNAL = 64
# SIGRTMIN and SIGRTMAX are 34 and 64.
_REAL_TIME = 30
EXIT_STATUSES = frozenset(
    (
        "SUCCESS FAILURE CHDIR NICE FDS EXEC MEMORY LIMITS OOM_ADJUST SIGNAL_MASK STDIN STDOUT CHROOT IOPRIO "
        "TIMERSLACK SECUREBITS SETSCHEDULER CPUAFFINITY GROUP USER CAPABILITIES CGROUP SETSID CONFIRM STDERR "
        "PAM NETWORK NAMESPACE NO_NEW_PRIVILEGES SECCOMP SELINUX_CONTEXT PERSONALITY APPARMOR ADDRESS_FAMILIES "
        "RUNTIME_DIRECTORY CHOWN SMACK_PROCESS_LABEL KEYRING STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY "
        "CONFIGURATION_DIRECTORY NUMA_POLICY CREDENTIALS BPF EXCEPTION INVALIDARGUMENT NOTIMPLEMENTED "
        "NOPERMISSION NOTINSTALLED NOTCONFIGURED NOTRUNNING USAGE DATAERR NOINPUT NOUSER NOHOST UNAVAILABLE "
        "SOFTWARE OSERR OSFILE CANTCREAT IOERR TEMPFAIL PROTOCOL NOPERM CONFIG KSM MEMORY_THP "
    ).split()
)
_STATUS_SINCE: Mapping[str, int] = {"BPF": 250, "KSM": 254, "MEMORY_THP": 260}


def is_signal(text: str) -> bool:
    """Whether it is a signal: its number, or its name with or without SIG before it."""
    amount = number(text)
    if amount is not None:
        return 0 < amount <= _LAST_SIGNAL
    name = text.removeprefix("SIG")
    return name in SIGNALS or _is_real_time(name)


def _is_real_time(name: str) -> bool:
    """Whether it is one of the 31 signals RTMIN, RTMIN+1 and so on to RTMAX."""
    sign = {"RTMIN": "+", "RTMAX": "-"}.get(name[:5])
    if not sign or not name[5:]:
        return sign is not None
    offset = number(name[5:])
    return name[5] == sign and offset is not None and abs(offset) <= _REAL_TIME


@dataclass(frozen=True)
class Signal(Kind):
    """One signal (KillSignal=; systemd.kill(5))."""

    def check(self, value: str) -> str:
        if not is_signal(value):
            raise ValueError(
                f"“{quoted(value)}” is not a signal.{did_you_mean(value, self.suggestions)} Write its name or number, for example SIGTERM, SIGRTMIN+3 or 15."
            )
        return value

    @property
    def suggestions(self) -> Mapping[str, int]:
        return {f"SIG{name}": 1 for name in sorted(SIGNALS)}


@dataclass(frozen=True)
class ExitStatuses(Kind):
    """Exit statuses, by number 0–255 or name, and signals by name, parted by blanks (SuccessExitStatus=; systemd.service(5))."""

    def check(self, value: str) -> str:
        for word in dict.fromkeys(extract_words(value, quotes=False)):
            if not self._is_known(word):
                known = [*EXIT_STATUSES, *(f"SIG{name}" for name in SIGNALS)]
                raise ValueError(
                    f"“{quoted(word)}” is neither an exit status nor a signal.{did_you_mean(word, known)} Write numbers up to 255 or names parted by blanks, for example 143 SIGTERM."
                )
        return value

    @staticmethod
    def _is_known(word: str) -> bool:
        status = number(word)
        return word in EXIT_STATUSES or (is_signal(word) if status is None else 0 <= status <= 255)

    def needs(self, value: str) -> Iterator[Need]:
        for word in dict.fromkeys(extract_words(value, quotes=False)):
            if word in _STATUS_SINCE:
                yield Need(_STATUS_SINCE[word], f"the exit status {word}")

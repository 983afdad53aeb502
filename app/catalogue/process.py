"""Rows of the group “Process”: how it is started, watched and stopped in every detail."""

from app.catalogue.directive import Directive
from app.values import (
    Boolean,
    Choice,
    ExecCommand,
    ExitStatuses,
    FilePath,
    LuoSessions,
    OpenFile,
    Signal,
    SocketNames,
    TimeSpan,
    UnsignedInt,
    WordList,
)

_GROUP = "process"
_SERVICE = "systemd.service(5)"
_KILL = "systemd.kill(5)"
_BOOLEAN = Boolean()
_COMMAND = ExecCommand()
_SPAN = TimeSpan()
_SIGNAL = Signal()
_STATUSES = ExitStatuses()
_TIMEOUT_MODE = Choice({"terminate": 246, "abort": 246, "kill": 246})
_REFRESHED = {"extensions": 260, "credentials": 260}
_USB_FILE = FilePath(optional=False)

ROWS = (
    Directive("Service", "ExecCondition", _COMMAND, 243, _GROUP, _SERVICE, "A command that decides whether it starts: with exit status 1 to 254 the start is skipped, which is no failure.", repeats=True, example="/usr/bin/test -e /etc/myapp/enabled"),
    Directive("Service", "ExecReloadPost", _COMMAND, 259, _GROUP, _SERVICE, "A command to run after a reload has worked.", repeats=True, example="/usr/bin/true"),
    Directive("Service", "ExecStopPost", _COMMAND, 1, _GROUP, _SERVICE, "A command to run after it has ended, also after a failure.", repeats=True, example="/usr/bin/rm -f /run/myapp/lock"),
    Directive("Service", "ExitType", Choice({"main": 250, "cgroup": 250}), 250, _GROUP, _SERVICE, "Whether it counts as ended with its main process, or with the last of all.", default="main"),
    Directive("Service", "GuessMainPID", _BOOLEAN, 18, _GROUP, _SERVICE, "Whether systemd guesses the main process of Type=forking without PIDFile=.", default="yes"),
    Directive("Service", "NotifyAccess", Choice({"none": 1, "main": 1, "exec": 233, "all": 1}), 1, _GROUP, _SERVICE, "Which of its processes may tell systemd about its state.", default="none, or main where Type=, WatchdogSec= or FileDescriptorStoreMax= needs it"),
    Directive("Service", "NonBlocking", _BOOLEAN, 1, _GROUP, _SERVICE, "The sockets it is handed never make it wait.", default="no"),
    Directive("Service", "Sockets", SocketNames(), 11, _GROUP, _SERVICE, "Socket units whose sockets it gets when it starts.", repeats=True, resets=False, example="myapp.socket"),
    Directive("Service", "OpenFile", OpenFile(), 253, _GROUP, _SERVICE, "A file or socket that is opened before the start and handed to it, as PATH:NAME:OPTIONS.", repeats=True, example="/etc/myapp/key:key:read-only"),
    Directive("Service", "FileDescriptorStoreMax", UnsignedInt(), 219, _GROUP, _SERVICE, "How many files and sockets it may leave with systemd for its next start.", default="0", example="16"),
    Directive("Service", "FileDescriptorStorePreserve", Boolean(more={"restart": 254, "on-success": 261}), 254, _GROUP, _SERVICE, "How long those are kept: not at all when it stops (no), over restarts (restart), while stopped too (yes), or unless it failed for good (on-success).", default="restart"),
    Directive("Service", "LUOSession", LuoSessions(), 262, _GROUP, _SERVICE, "Sessions of the kernel's live update that hold its files over a new kernel.", repeats=True, example="myapp"),
    Directive("Service", "USBFunctionDescriptors", _USB_FILE, 227, _GROUP, _SERVICE, "A file with the USB descriptors of a gadget that it serves.", example="/etc/myapp/descriptors"),
    Directive("Service", "USBFunctionStrings", _USB_FILE, 227, _GROUP, _SERVICE, "A file with the USB strings of a gadget that it serves.", example="/etc/myapp/strings"),
    Directive("Service", "TimeoutSec", _SPAN, 1, _GROUP, _SERVICE, "TimeoutStartSec= and TimeoutStopSec= in one.", default="90s", example="30s", together="timeouts"),
    Directive("Service", "TimeoutAbortSec", _SPAN, 243, _GROUP, _SERVICE, "How long it may take to end after the watchdog's signal before it is killed.", default="as TimeoutStopSec=", example="60s"),
    Directive("Service", "TimeoutCleanSec", _SPAN, 243, _GROUP, "systemd.exec(5)", "How long systemctl clean may take to empty its directories.", default="infinity", example="60s"),
    Directive("Service", "TimeoutStartFailureMode", _TIMEOUT_MODE, 246, _GROUP, _SERVICE, "What ends it when its start takes too long.", default="terminate"),
    Directive("Service", "TimeoutStopFailureMode", _TIMEOUT_MODE, 246, _GROUP, _SERVICE, "What ends it when its stop takes too long.", default="terminate", anchor="TimeoutStartFailureMode="),
    Directive("Service", "RuntimeMaxSec", _SPAN, 229, _GROUP, _SERVICE, "How long it may run before it is ended as failed.", default="infinity", example="1d"),
    Directive("Service", "RuntimeRandomizedExtraSec", _SPAN, 250, _GROUP, _SERVICE, "A random time up to this one that is added to RuntimeMaxSec=.", default="0", example="1h"),
    Directive("Service", "WatchdogSec", _SPAN, 41, _GROUP, _SERVICE, "How often it must tell systemd that it lives; without, it is ended as failed.", default="0, no watchdog", example="30s"),
    Directive("Service", "RestartMode", Choice({"normal": 254, "direct": 254, "debug": 257}), 254, _GROUP, _SERVICE, "How it restarts: direct without telling the units that depend on it, debug with more lines in the journal.", default="normal"),
    Directive("Service", "RestartSteps", UnsignedInt(), 254, _GROUP, _SERVICE, "In how many steps the wait before a restart grows to RestartMaxDelaySec=.", default="0", example="5"),
    Directive("Service", "RestartMaxDelaySec", _SPAN, 254, _GROUP, _SERVICE, "The longest wait before a restart, with RestartSteps=.", default="infinity", example="5min"),
    Directive("Service", "RestartRandomizedDelaySec", TimeSpan(endless=False), 262, _GROUP, _SERVICE, "A random time up to this one that is added to the wait before a restart.", default="0", example="10s"),
    Directive("Service", "RestartPreventExitStatus", _STATUSES, 189, _GROUP, _SERVICE, "Exit statuses and signals after which it is never restarted.", repeats=True, example="255"),
    Directive("Service", "RestartForceExitStatus", _STATUSES, 215, _GROUP, _SERVICE, "Exit statuses and signals after which it is restarted, whatever Restart= says.", repeats=True, example="133"),
    Directive("Service", "ReloadSignal", _SIGNAL, 253, _GROUP, _SERVICE, "The signal that makes a service of Type=notify-reload read its configuration again.", default="SIGHUP", example="SIGUSR1"),
    Directive("Service", "RefreshOnReload", WordList("something that a reload can renew", _REFRESHED, inverts=True, alone={"yes": 260, "no": 260}, example="credentials"), 260, _GROUP, _SERVICE, "What a reload renews too: its extensions, its credentials, or both (yes).", default="extensions", repeats=True, example="yes"),
    Directive("Service", "OOMPolicy", Choice({"continue": 243, "stop": 243, "kill": 243}), 243, _GROUP, _SERVICE, "What happens to it when the kernel ends one of its processes for want of memory.", default="stop, or continue with Delegate="),
    Directive("Service", "KillSignal", _SIGNAL, 3, _GROUP, _KILL, "The signal that asks its processes to end.", default="SIGTERM", example="SIGINT"),
    Directive("Service", "RestartKillSignal", _SIGNAL, 244, _GROUP, _KILL, "The signal that asks its processes to end for a restart.", default="as KillSignal=", example="SIGINT"),
    Directive("Service", "SendSIGHUP", _BOOLEAN, 207, _GROUP, _KILL, "Sends SIGHUP right after that signal, as shells need it.", default="no"),
    Directive("Service", "SendSIGKILL", _BOOLEAN, 17, _GROUP, _KILL, "Kills what is left of it when its time to stop is over.", default="yes"),
    Directive("Service", "FinalKillSignal", _SIGNAL, 240, _GROUP, _KILL, "The signal that kills what is left of it then.", default="SIGKILL", example="SIGQUIT"),
    Directive("Service", "WatchdogSignal", _SIGNAL, 240, _GROUP, _KILL, "The signal that ends it when the watchdog hears nothing of it.", default="SIGABRT", example="SIGTERM"),
)  # fmt: skip

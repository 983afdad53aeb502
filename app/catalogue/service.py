"""Rows of the group “Service”: what runs, and how it is started and stopped."""

from app.catalogue.directive import Directive
from app.values import (
    Assignments,
    Boolean,
    BusName,
    Choice,
    Credential,
    ExecCommand,
    ExitStatuses,
    FilePath,
    Output,
    PidFilePath,
    Text,
    TimeSpan,
    Uris,
    WorkingDirectoryPath,
)

SERVICE_TYPES = {
    "simple": 1,
    "exec": 240,
    "forking": 1,
    "oneshot": 8,
    "dbus": 1,
    "notify": 1,
    "notify-reload": 253,
    "idle": 183,
}
RESTARTS = {
    "no": 11, "on-success": 11, "on-failure": 12, "on-abnormal": 214, "on-watchdog": 207, "on-abort": 12, "always": 11,
}  # fmt: skip
KILL_MODES = {"control-group": 1, "mixed": 209, "process": 1, "none": 1}

_COMMAND = ExecCommand()
_GROUP = "service"
_UNIT = "systemd.unit(5)"
_SERVICE = "systemd.service(5)"
_EXEC = "systemd.exec(5)"
_KILL = "systemd.kill(5)"

ROWS = (
    Directive("Unit", "Description", Text(), 1, _GROUP, _UNIT, "A short name for people, shown by systemctl and in the journal.", example="My application"),
    Directive("Unit", "Documentation", Uris(), 183, _GROUP, _UNIT, "Where its documentation is: https://, file:, info: or man: addresses.", repeats=True, example="https://wiki.example.com/myapp"),
    Directive("Service", "Type", Choice(SERVICE_TYPES), 1, _GROUP, _SERVICE, "How systemd knows that the service is up; exec also notices a program that cannot be run.", default="simple"),
    Directive("Service", "BusName", BusName(), 1, _GROUP, _SERVICE, "The D-Bus name that a service of Type=dbus takes when it is up.", example="org.example.Myapp"),
    Directive("Service", "RemainAfterExit", Boolean(), 8, _GROUP, _SERVICE, "Counts the service as up after its commands have ended, for Type=oneshot.", default="no"),
    Directive("Service", "PIDFile", PidFilePath(), 1, _GROUP, _SERVICE, "The file in which a service of Type=forking writes its main process, below /run.", example="/run/myapp/myapp.pid"),
    Directive("Service", "ExecStartPre", _COMMAND, 1, _GROUP, _SERVICE, "A command that must succeed before the service starts.", repeats=True, example="/usr/local/bin/myapp --check"),
    Directive("Service", "ExecStart", _COMMAND, 1, _GROUP, _SERVICE, "The program to run, with its full path and arguments; no shell reads this line.", repeats=True, example="/usr/local/bin/myapp --serve"),
    Directive("Service", "ExecStartPost", _COMMAND, 1, _GROUP, _SERVICE, "A command to run once the service is up.", repeats=True, example="/usr/local/bin/myapp --announce", anchor="ExecStartPre="),
    Directive("Service", "ExecReload", _COMMAND, 1, _GROUP, _SERVICE, "What systemctl reload runs, for example kill -HUP $MAINPID.", repeats=True, example="/usr/bin/kill -HUP $MAINPID"),
    Directive("Service", "ExecStop", _COMMAND, 1, _GROUP, _SERVICE, "A command that asks the service to stop, before systemd signals it.", repeats=True, example="/usr/local/bin/myapp --stop"),
    Directive("Service", "WorkingDirectory", WorkingDirectoryPath(), 1, _GROUP, _EXEC, "Where its commands start; a missing directory fails the start unless - stands before it.", default="/", example="/opt/myapp"),
    Directive("Service", "Environment", Assignments(), 1, _GROUP, _EXEC, "Variables as NAME=value; everybody on the machine can read them, so no secrets.", repeats=True, example="PORT=8080"),
    Directive("Service", "EnvironmentFile", FilePath(), 1, _GROUP, _EXEC, "A file of NAME=value lines, read as root; - before it where it may be missing.", repeats=True, example="/etc/myapp/environment"),
    Directive("Service", "LoadCredential", Credential(), 247, _GROUP, _EXEC, "A secret as NAME:PATH, readable only by this service below $CREDENTIALS_DIRECTORY.", repeats=True, example="token:/etc/myapp/token", anchor="LoadCredential=ID:PATH"),
    Directive("Service", "Restart", Choice(RESTARTS), 1, _GROUP, _SERVICE, "When systemd starts it again by itself.", default="no"),
    Directive("Service", "RestartSec", TimeSpan(), 1, _GROUP, _SERVICE, "How long to wait before such a restart.", default="100ms", example="5s"),
    Directive("Service", "TimeoutStartSec", TimeSpan(), 188, _GROUP, _SERVICE, "How long starting may take before it counts as failed; 0 is no limit.", default="90s", example="30s", together="timeouts"),
    Directive("Service", "TimeoutStopSec", TimeSpan(), 188, _GROUP, _SERVICE, "How long stopping may take before it is killed; 0 is no limit.", default="90s", example="30s", together="timeouts"),
    Directive("Service", "StandardOutput", Output(), 1, _GROUP, _EXEC, "Where standard output goes: the journal, or a file that must be openable before the service starts.", default="journal", example="journal"),
    Directive("Service", "SyslogIdentifier", Text(), 1, _GROUP, _EXEC, "The name its lines carry in the journal.", default="the program's name", example="myapp"),
    Directive("Service", "KillMode", Choice(KILL_MODES), 1, _GROUP, _KILL, "Which of its processes are ended on stop; anything but control-group and mixed leaves some behind.", default="control-group"),
    Directive("Service", "SuccessExitStatus", ExitStatuses(), 189, _GROUP, _SERVICE, "Exit statuses and signals that count as a clean end besides 0.", repeats=True, example="143"),
)  # fmt: skip

"""Rows of the group “Actions and jobs”: what happens when it fails, succeeds or takes too long."""

from app.catalogue.directive import Directive
from app.values import EMERGENCY_ACTIONS, JOB_MODES, Boolean, Choice, RebootArgument, TimeSpan, UnsignedInt

COLLECT_MODES = {"inactive": 236, "inactive-or-failed": 236}

_GROUP = "actions"
_UNIT = "systemd.unit(5)"
_BOOLEAN = Boolean()
_ACTION = Choice(EMERGENCY_ACTIONS)
_JOB_MODE = Choice(JOB_MODES)
_STATUS = UnsignedInt(maximum=255)

ROWS = (
    Directive("Unit", "FailureAction", _ACTION, 236, _GROUP, _UNIT, "What happens to the whole machine when it fails.", default="none"),
    Directive("Unit", "SuccessAction", _ACTION, 236, _GROUP, _UNIT, "What happens to the whole machine when it ends well.", default="none", anchor="FailureAction="),
    Directive("Unit", "StartLimitAction", _ACTION, 229, _GROUP, _UNIT, "What happens to the whole machine when it is started too often.", default="none"),
    Directive("Unit", "FailureActionExitStatus", _STATUS, 240, _GROUP, _UNIT, "The exit status of the manager or the container where FailureAction=exit ends it.", default="that of the main process", example="1"),
    Directive("Unit", "SuccessActionExitStatus", _STATUS, 240, _GROUP, _UNIT, "The exit status of the manager or the container where SuccessAction=exit ends it.", default="that of the main process", example="0", anchor="FailureActionExitStatus="),
    Directive("Unit", "RebootArgument", RebootArgument(), 229, _GROUP, _UNIT, "What a reboot by one of these actions hands to the kernel or the boot loader.", example="bootloader"),
    Directive("Unit", "JobTimeoutSec", TimeSpan(), 4, _GROUP, _UNIT, "How long its start or stop may be queued and run together before the job is given up; 0 is no limit.", default="infinity", example="5min"),
    Directive("Unit", "JobRunningTimeoutSec", TimeSpan(), 234, _GROUP, _UNIT, "How long its start or stop may run, counted from its turn in the queue; 0 is no limit.", default="as JobTimeoutSec=", example="5min", anchor="JobTimeoutSec="),
    Directive("Unit", "JobTimeoutAction", _ACTION, 217, _GROUP, _UNIT, "What happens to the whole machine when JobTimeoutSec= or JobRunningTimeoutSec= is over.", default="none"),
    Directive("Unit", "JobTimeoutRebootArgument", RebootArgument(), 217, _GROUP, _UNIT, "What a reboot by JobTimeoutAction= hands to the kernel or the boot loader.", example="bootloader", anchor="JobTimeoutAction="),
    Directive("Unit", "OnFailureJobMode", _JOB_MODE, 209, _GROUP, _UNIT, "How the units of OnFailure= are queued against jobs that contradict them.", default="replace", anchor="OnSuccessJobMode=", together="on-failure-job-mode"),
    Directive("Unit", "OnSuccessJobMode", _JOB_MODE, 249, _GROUP, _UNIT, "How the units of OnSuccess= are queued against jobs that contradict them.", default="fail"),
    Directive("Unit", "CollectMode", Choice(COLLECT_MODES), 236, _GROUP, _UNIT, "Whether systemd forgets it when it has failed, not only when it is stopped.", default="inactive"),
    Directive("Unit", "AllowIsolate", _BOOLEAN, 9, _GROUP, _UNIT, "It may be used with systemctl isolate, which stops everything that it does not need.", default="no"),
    Directive("Unit", "IgnoreOnIsolate", _BOOLEAN, 25, _GROUP, _UNIT, "It keeps running when another unit is isolated.", default="no"),
    Directive("Unit", "RefuseManualStart", _BOOLEAN, 8, _GROUP, _UNIT, "Nobody can start it by hand; it starts only because another unit needs it.", default="no"),
    Directive("Unit", "RefuseManualStop", _BOOLEAN, 8, _GROUP, _UNIT, "Nobody can stop it by hand.", default="no", anchor="RefuseManualStart="),
    Directive("Unit", "StopWhenUnneeded", _BOOLEAN, 1, _GROUP, _UNIT, "It is stopped as soon as no running unit needs it.", default="no"),
    Directive("Unit", "SurviveFinalKillSignal", _BOOLEAN, 255, _GROUP, _UNIT, "At shutdown its processes are spared the last SIGTERM and SIGKILL, so that they live through a soft reboot.", default="no"),
)  # fmt: skip

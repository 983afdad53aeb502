"""Rows of the group “Dependencies”: units that it needs, orders itself by, or passes things on to."""

from app.catalogue.directive import Directive
from app.values import Boolean, FilePath, MountPaths, UnitNames

_GROUP = "dependencies"
_UNIT = "systemd.unit(5)"
_NAMES = UnitNames()
_MOUNTS = MountPaths()

ROWS = (
    Directive("Unit", "Before", UnitNames(devices=False), 1, _GROUP, _UNIT, "Units that start only once this one is up, if they start at all.", repeats=True, resets=False, example="nginx.service"),
    Directive("Unit", "Requisite", _NAMES, 1, _GROUP, _UNIT, "Units that must be up already, or it fails at once; give them in After= too.", repeats=True, resets=False, example="postgresql.service"),
    Directive("Unit", "BindsTo", _NAMES, 187, _GROUP, _UNIT, "Units without which it does not run, and with which it stops, however they end.", repeats=True, resets=False, example="dev-ttyUSB0.device"),
    Directive("Unit", "PartOf", _NAMES, 188, _GROUP, _UNIT, "Units with which it is stopped and restarted.", repeats=True, resets=False, example="myapp.target"),
    Directive("Unit", "Upholds", _NAMES, 249, _GROUP, _UNIT, "Units that are started again as long as it is up, whenever they are found stopped.", repeats=True, resets=False, example="myapp-worker.service"),
    Directive("Unit", "Conflicts", _NAMES, 1, _GROUP, _UNIT, "Units that cannot run beside it: starting the one stops the other.", repeats=True, resets=False, example="apache2.service"),
    Directive("Unit", "OnFailure", _NAMES, 4, _GROUP, _UNIT, "Units that are started when it fails, to report it for example.", repeats=True, resets=False, example="report-failure@%n.service"),
    Directive("Unit", "OnSuccess", _NAMES, 249, _GROUP, _UNIT, "Units that are started when it ends well.", repeats=True, resets=False, example="myapp-upload.service"),
    Directive("Unit", "JoinsNamespaceOf", _NAMES, 209, _GROUP, _UNIT, "Units whose network, /tmp or other private namespaces it shares, where both ask for private ones.", repeats=True, resets=False, example="myapp.service"),
    Directive("Unit", "PropagatesReloadTo", _NAMES, 187, _GROUP, _UNIT, "Units that are reloaded when it is reloaded.", repeats=True, resets=False, example="nginx.service"),
    Directive("Unit", "ReloadPropagatedFrom", _NAMES, 187, _GROUP, _UNIT, "Units whose reload reloads it too.", repeats=True, resets=False, example="nginx.service", anchor="PropagatesReloadTo="),
    Directive("Unit", "PropagatesStopTo", _NAMES, 249, _GROUP, _UNIT, "Units that are stopped when it is stopped.", repeats=True, resets=False, example="myapp-worker.service"),
    Directive("Unit", "StopPropagatedFrom", _NAMES, 249, _GROUP, _UNIT, "Units whose stop stops it too.", repeats=True, resets=False, example="myapp.target", anchor="PropagatesStopTo="),
    Directive("Unit", "RequiresMountsFor", _MOUNTS, 183, _GROUP, _UNIT, "Paths whose file systems must be mounted before it starts.", repeats=True, resets=False, example="/srv/myapp"),
    Directive("Unit", "WantsMountsFor", _MOUNTS, 256, _GROUP, _UNIT, "Paths whose file systems are mounted before it starts, if they can be.", repeats=True, resets=False, example="/srv/myapp"),
    Directive("Unit", "DefaultDependencies", Boolean(), 1, _GROUP, _UNIT, "It starts after the basic system and stops at shutdown; no is for what runs earlier or later than that.", default="yes"),
    Directive("Unit", "SourcePath", FilePath(optional=False), 183, _GROUP, _UNIT, "The file from which a program made this unit, for people and for systemctl to see.", example="/etc/myapp.conf"),
)  # fmt: skip

"""Rows of [Path]: what a path unit watches."""

from app.catalogue.directive import Directive
from app.values import Boolean, FilePath, Mode, TimeSpan, TriggeredUnit, UnsignedInt

_GROUP = "path"
_WATCHES = "path.watches"  # an empty value of one of these takes back all of them (config_parse_path_spec())
_PATH = "systemd.path(5)"
_WATCHED = FilePath(optional=False)
_WATCH = "PathExists="
_LIMIT = "TriggerLimitIntervalSec="

ROWS = (
    Directive("Path", "path.Path.PathExists", _WATCHED, 1, _GROUP, _PATH, "Starts the unit as soon as this path exists.", repeats=True, example="/var/spool/myapp/go", together=_WATCHES, file="path"),
    Directive("Path", "path.Path.PathExistsGlob", _WATCHED, 30, _GROUP, _PATH, "Starts the unit as soon as a path exists that this pattern matches.", repeats=True, example="/var/spool/myapp/*.job", anchor=_WATCH, together=_WATCHES, file="path"),
    Directive("Path", "path.Path.PathChanged", _WATCHED, 1, _GROUP, _PATH, "Starts the unit when this file or directory has changed; a file that is written to, when it is closed.", repeats=True, example="/var/spool/myapp", anchor=_WATCH, together=_WATCHES, file="path"),
    Directive("Path", "path.Path.PathModified", _WATCHED, 38, _GROUP, _PATH, "Like PathChanged=, and at every single write too.", repeats=True, example="/var/spool/myapp", anchor=_WATCH, together=_WATCHES, file="path"),
    Directive("Path", "path.Path.DirectoryNotEmpty", _WATCHED, 1, _GROUP, _PATH, "Starts the unit as long as this directory holds something.", repeats=True, example="/var/spool/myapp", anchor=_WATCH, together=_WATCHES, file="path"),
    Directive("Path", "path.Path.Unit", TriggeredUnit(), 1, _GROUP, _PATH, "What it starts, if not the service of its own name.", example="other.service", file="path"),
    Directive("Path", "path.Path.MakeDirectory", Boolean(), 1, _GROUP, _PATH, "Makes the watched directories before it watches them, as root's.", default="no", file="path"),
    Directive("Path", "path.Path.DirectoryMode", Mode(), 25, _GROUP, _PATH, "The access bits of the directories that MakeDirectory= makes.", default="0755", example="0750", file="path"),
    Directive("Path", "path.Path.TriggerLimitIntervalSec", TimeSpan(), 250, _GROUP, _PATH, "The time in which it may start the unit so often as TriggerLimitBurst= says.", default="2s", example="10s", file="path"),
    Directive("Path", "path.Path.TriggerLimitBurst", UnsignedInt(), 250, _GROUP, _PATH, "How often it may start the unit in that time, before it fails.", default="200", example="20", anchor=_LIMIT, file="path"),
)  # fmt: skip

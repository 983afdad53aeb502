"""Rows of the group “Order and install”: when it starts, and what pulls it in."""

from app.catalogue.directive import Directive
from app.values import InstallNames, TimeSpan, UnitNames, UnsignedInt

_GROUP = "order"
_UNIT = "systemd.unit(5)"
_NAMES = UnitNames()

ROWS = (
    Directive("Unit", "After", _NAMES, 1, _GROUP, _UNIT, "Units that are up before this one starts, if they start at all.", repeats=True, resets=False, example="network-online.target", anchor="Before="),
    Directive("Unit", "Wants", _NAMES, 1, _GROUP, _UNIT, "Units that are started with it, whether or not they succeed.", repeats=True, resets=False, example="network-online.target"),
    Directive("Unit", "Requires", _NAMES, 1, _GROUP, _UNIT, "Units without which it does not run; give them in After= too.", repeats=True, resets=False, example="postgresql.service"),
    Directive("Unit", "StartLimitIntervalSec", TimeSpan(), 230, _GROUP, _UNIT, "The time within which starts are counted; 0 counts none.", default="10s", example="60s", anchor="StartLimitIntervalSec=interval", together="start-limit-interval"),
    Directive("Unit", "StartLimitBurst", UnsignedInt(), 229, _GROUP, _UNIT, "How many starts within that time before systemd gives up.", default="5", example="5", anchor="StartLimitIntervalSec=interval"),
    Directive("Install", "WantedBy", InstallNames(), 1, _GROUP, _UNIT, "What starts it at boot once it is enabled: multi-user.target for most services.", repeats=True, example="multi-user.target"),
)  # fmt: skip

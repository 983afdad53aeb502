"""Rows of the group “Install”: what enabling it links to."""

from app.catalogue.directive import Directive
from app.values import Aliases, DefaultInstanceName, InstallNames, UnitFileNames

AT_BOOT = frozenset({"WantedBy", "RequiredBy", "UpheldBy"})
"""The words of [Install] with which enabling a unit makes another start it."""

_GROUP = "install"
_UNIT = "systemd.unit(5)"
_NAMES = InstallNames()

ROWS = (
    Directive("Install", "RequiredBy", _NAMES, 183, _GROUP, _UNIT, "Units that cannot start without it once it is enabled.", repeats=True, example="myapp.target", anchor="WantedBy="),
    Directive("Install", "UpheldBy", _NAMES, 254, _GROUP, _UNIT, "Units that start it again as long as they are up, once it is enabled.", repeats=True, example="myapp.target", anchor="WantedBy="),
    Directive("Install", "Alias", Aliases(), 1, _GROUP, _UNIT, "Other names under which it is known once it is enabled, with the suffix.", repeats=True, example="webapp.service"),
    Directive("Install", "Also", UnitFileNames(), 1, _GROUP, _UNIT, "Units that are enabled and disabled along with it.", repeats=True, resets=False, example="myapp.socket"),
    Directive("Install", "DefaultInstance", DefaultInstanceName(), 215, _GROUP, _UNIT, "The instance as which a template is enabled when none is named; ignored in a service that is no template.", example="main"),
)  # fmt: skip

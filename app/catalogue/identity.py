"""Rows of the group “User and group”: whose rights the service has."""

from app.catalogue.directive import Directive
from app.values import AccountName, Boolean, GroupNames, Mode

_GROUP = "identity"
_EXEC = "systemd.exec(5)"

ROWS = (
    Directive("Service", "User", AccountName("user"), 1, _GROUP, _EXEC, "The user its processes run as; without one they run as root.", default="root", example="myapp"),
    Directive("Service", "Group", AccountName("group"), 1, _GROUP, _EXEC, "The group its processes run as; without one it is the user's own.", default="the user's primary group", example="myapp", anchor="User="),
    Directive("Service", "SupplementaryGroups", GroupNames(), 1, _GROUP, _EXEC, "Further groups, parted by blanks; they add to what the user may, and must exist.", repeats=True, example="ssl-cert"),
    Directive("Service", "DynamicUser", Boolean(), 232, _GROUP, _EXEC, "A user that exists only while the service runs; implies ProtectSystem=strict and more.", default="no", without="it runs as root unless User= names an account that exists"),
    Directive("Service", "UMask", Mode("0077"), 1, _GROUP, _EXEC, "Access bits that new files do not get; 0077 keeps them from everybody else.", default="0022", example="0077"),
)  # fmt: skip

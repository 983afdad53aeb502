"""Rows of the group “Resources”: how much it may use."""

from app.catalogue.directive import Directive
from app.values import Quota, ResourceLimit, Size, Tasks

_GROUP = "resources"
_RESOURCE = "systemd.resource-control(5)"

ROWS = (
    Directive("Service", "LimitNOFILE", ResourceLimit(), 1, _GROUP, "systemd.exec(5)", "How many files and sockets it may have open, soft:hard or one number.", default="1024:524288", example="65536", anchor="LimitCPU="),
    Directive("Service", "MemoryMax", Size(), 231, _GROUP, _RESOURCE, "Memory that it may use at the most before it is killed.", default="infinity", example="512M", anchor="MemoryMax=bytes"),
    Directive("Service", "TasksMax", Tasks(), 227, _GROUP, _RESOURCE, "Processes and threads that it may have at the most.", default="15%", example="512", anchor="TasksMax=N"),
    Directive("Service", "CPUQuota", Quota(), 213, _GROUP, _RESOURCE, "Processor time that it may use at the most; 200% is two processors.", default="no limit", example="50%"),
)  # fmt: skip

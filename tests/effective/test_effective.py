import pytest

from app.catalogue import versions
from app.effective import Effective
from app.effective.effective import ManagedDirectory
from app.effective.implied import (
    ADDED_DEVICES,
    DROPPED_CAPABILITIES,
    IMPLIED_SETTINGS,
    AddedDevices,
    DroppedCapabilities,
    ImpliedSetting,
)
from app.effective.siphash import siphash24
from app.unitfile.model import Assignment, UnitFile
from app.values import FOREVER
from tests.support.configurations import least_with


def effective(**values: str | list[str]) -> Effective:
    return Effective(least_with(**values))


IDENTITIES: list[tuple[dict[str, str | list[str]], str]] = [
    ({"User": "myapp"}, "own"),
    ({"User": "myapp", "account": "existing"}, "existing"),
    ({"User": []}, "root"),
    ({"User": "root"}, "root"),
    ({"User": "0"}, "root"),
    ({"User": [], "Group": "myapp"}, "root"),
    ({"User": [], "DynamicUser": "yes"}, "dynamic"),
    ({"User": "myapp", "DynamicUser": "yes"}, "dynamic"),
    ({"User": "myapp", "DynamicUser": "no"}, "own"),
]


@pytest.mark.parametrize(("values", "identity"), IDENTITIES, ids=str)
def test_the_account_follows_from_the_unit(values: dict[str, str | list[str]], identity: str) -> None:
    assert effective(**values).identity == identity


SPECIFIERS = {
    "%p": "my-app", "%N": "my-app", "%n": "my-app.service", "%i": "", "%j": "app", "%S/x": "/var/lib/x", "%C": "/var/cache",
    "%L": "/var/log", "%t": "/run", "%E": "/etc", "100%%": "100%", "%p-%j": "my-app-app", "50%": "50%", "% p": "% p", "%%p": "%p",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expanded"), SPECIFIERS.items())
def test_specifiers_expand_as_in_systemd(text: str, expanded: str) -> None:
    assert effective(name="my-app").resolve(text) == expanded


@pytest.mark.parametrize("text", ["%H", "%u", "%h", "%m", "a%v"])
def test_a_specifier_that_only_the_machine_knows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="only known on the machine"):
        effective().resolve(text)


def test_a_dedicated_user_has_its_own_group_unless_group_is_set() -> None:
    assert effective(User="myapp").group == "myapp"
    assert effective(User="myapp", Group="web").group == "web"
    assert effective(User="myapp", account="existing").group == ""


def test_managed_directories_have_the_paths_and_modes_that_systemd_gives_them() -> None:
    managed = effective(
        name="app", StateDirectory=["%p a//b/:link", '"c d"'], StateDirectoryMode="0700", RuntimeDirectory="app::ro"
    ).managed
    assert [(d.path, d.mode) for d in managed] == [
        ("/var/lib/app", "0700"), ("/var/lib/a/b", "0700"), ("/var/lib/c d", "0700"), ("/run/app", "0755"),
    ]  # fmt: skip
    assert all(isinstance(d, ManagedDirectory) for d in managed)


def test_home_is_the_first_state_directory() -> None:
    assert effective(StateDirectory="a b").home == "/var/lib/a"
    assert effective(CacheDirectory="a").home == "/nonexistent"


def test_a_path_needs_preparation_unless_something_provides_it() -> None:
    unit = effective(
        own="/srv/own",
        StateDirectory="state",
        ReadWritePaths="/srv/own /srv/own/below /var/lib/state/x -/srv/optional /var/lib /srv/other +/srv/plus/ %S/named",
    )
    assert unit.unprepared_paths == ("/srv/other", "/srv/plus", "/var/lib/named")


# --- settings ----------------------------------------------------------------------------------------


def past_the_form(version: int, /, *lines: str, name: str = "myapp", resets: tuple[str, ...] = ()) -> Effective:
    """A unit with any lines, for any systemd."""
    assignments = tuple(Assignment(*line.split("=", 1)) for line in lines)
    return Effective(UnitFile(name, versions.target(str(version)), assignments=assignments, resets=resets))


def test_sip_hash_is_that_of_its_paper() -> None:
    assert siphash24(bytes(range(15)), bytes(range(16))) == 0xA129CA6149BE45E5


DYNAMIC_NAMES = {
    "myapp": "myapp", "my-app": "my-app", "my-app@": "my-app", "_x": "_x", "UPPER": "UPPER", "a" * 31: "a" * 31,
    "my.dotted": "_due4ad19d9bf0e1399", "1app": "_du693a6cb3fac45ad3", "a" * 32: "_du04e3f57717db6219",
}  # fmt: skip


@pytest.mark.parametrize(("name", "user"), DYNAMIC_NAMES.items())
def test_a_dynamic_user_is_named_after_the_unit_or_by_a_hash(name: str, user: str) -> None:
    dynamic = past_the_form(252, "DynamicUser=yes", name=name)
    assert (dynamic.setting("User"), dynamic.setting("Group"), dynamic.account) == (user, user, user)


def test_an_explicit_name_of_a_dynamic_user_is_used_for_its_group_too() -> None:
    dynamic = past_the_form(252, "DynamicUser=yes", "User=shop")
    assert (dynamic.setting("User"), dynamic.setting("Group")) == ("shop", "shop")
    assert past_the_form(252, "DynamicUser=yes", "User=shop", "Group=web").setting("Group") == "web"


PRIVILEGED = {"User=root": True, "User=0": True, "User=%u": True, "User=": True, "User=00": False, "User=%H": False, "User=app": False}  # fmt: skip


@pytest.mark.parametrize(("line", "privileged"), PRIVILEGED.items())
def test_root_is_recognised_by_name_number_specifier_and_default(line: str, privileged: bool) -> None:
    assert past_the_form(252, line).is_privileged is privileged
    assert past_the_form(252).is_privileged


EXPECTED_SETTINGS: list[tuple[int, list[str], dict[str, str]]] = [
    (252, ["DynamicUser=yes"], {"PrivateTmp": "yes", "RemoveIPC": "yes", "ProtectSystem": "strict", "ProtectHome": "read-only", "NoNewPrivileges": "yes", "RestrictSUIDSGID": "yes"}),
    (257, ["DynamicUser=yes"], {"PrivateTmp": "disconnected"}),
    (257, ["DynamicUser=yes", "PrivateTmp=no"], {"PrivateTmp": "disconnected"}),
    (257, ["DynamicUser=yes", "PrivateTmp=yes"], {"PrivateTmp": "yes"}),
    (252, ["DynamicUser=yes", "PrivateTmp=no", "ProtectSystem=no", "RemoveIPC=no"], {"PrivateTmp": "yes", "ProtectSystem": "strict", "RemoveIPC": "yes"}),
    (252, ["DynamicUser=yes", "ProtectHome=yes"], {"ProtectHome": "yes"}),
    (252, ["DynamicUser=yes", "ProtectHome=tmpfs"], {"ProtectHome": "tmpfs"}),
    (241, ["DynamicUser=yes"], {"NoNewPrivileges": "", "RestrictSUIDSGID": "", "ProtectSystem": "strict"}),
    (231, ["DynamicUser=yes"], {"ProtectSystem": ""}),
    (252, ["PrivateDevices=yes"], {"DevicePolicy": "closed"}),
    (252, ["PrivateDevices=yes", "DevicePolicy=auto"], {"DevicePolicy": "closed"}),
    (252, ["PrivateDevices=yes", "DevicePolicy=strict"], {"DevicePolicy": "strict"}),
    (252, ["Type=notify"], {"NotifyAccess": "main"}),
    (252, ["Type=notify", "NotifyAccess=all"], {"NotifyAccess": "all"}),
    (252, ["WatchdogSec=30s", "NotifyAccess=none"], {"NotifyAccess": "main"}),
    (252, ["WatchdogSec=0", "FileDescriptorStoreMax=0"], {"NotifyAccess": ""}),
    (252, ["PrivateTmp=disconnected"], {"PrivateTmp": ""}),
    (257, ["PrivateTmp=disconnected"], {"PrivateTmp": "disconnected"}),
    (252, ["PrivateTmp=yes", "PrivateTmp=no"], {"PrivateTmp": "no"}),
    (252, ["PrivateTmp=yes", "PrivateTmp="], {"PrivateTmp": "yes"}),
    (252, ["User=app", "User="], {"User": ""}),
    (246, ["ProtectProc=invisible"], {"ProtectProc": ""}),
    (252, ["BusName=a.b"], {"Type": "dbus"}),
    (252, ["BusName=a.b", "Type=notify"], {"Type": "notify"}),
    (257, ["LoadCredential=a:/b"], {"Type": "exec"}),
    (256, ["LoadCredential=a:/b", "ExecStart=/bin/true"], {"Type": ""}),
    (256, ["LoadCredential=a:/b"], {"Type": "oneshot"}),
    (252, ["Type=oneshot"], {"TimeoutStartSec": "infinity"}),
    (252, ["Type=oneshot", "TimeoutStartSec=5"], {"TimeoutStartSec": "5"}),
    (252, ["Type=oneshot", "TimeoutSec=5"], {"TimeoutStartSec": ""}),
    (252, ["Delegate=yes"], {"OOMPolicy": "continue"}),
    (252, ["Delegate=yes", "OOMPolicy=kill"], {"OOMPolicy": "kill"}),
    (252, ["StandardInputText=a"], {"StandardInput": "data"}),
]  # fmt: skip


@pytest.mark.parametrize(("version", "lines", "settings"), EXPECTED_SETTINGS, ids=str)
def test_a_setting_has_the_value_that_systemd_uses(version: int, lines: list[str], settings: dict[str, str]) -> None:
    assert {name: past_the_form(version, *lines).setting(name) for name in settings} == settings


def changed(version: int, *lines: str) -> dict[str, tuple[str, str]]:
    return {
        change.name: (change.written, change.effective)
        for change in past_the_form(version, "ExecStart=/bin/true", *lines).changes
    }


def test_the_changed_settings_are_those_that_differ_from_the_file() -> None:
    assert changed(252, "User=app", "PrivateTmp=yes") == {}
    assert changed(252, "DynamicUser=yes", "ProtectSystem=strict", "ProtectHome=no", "PrivateTmp=on", "User=app") == {
        "Group": ("", "app"),
        "RemoveIPC": ("", "yes"),
        "ProtectHome": ("no", "read-only"),
        "NoNewPrivileges": ("", "yes"),
        "RestrictSUIDSGID": ("", "yes"),
    }


def test_implied_capabilities_and_devices_are_changed_settings() -> None:
    assert changed(252, "ProtectKernelLogs=yes") == {"CapabilityBoundingSet": ("", "~CAP_SYSLOG")}
    assert changed(252, "ProtectKernelLogs=yes", "CapabilityBoundingSet=CAP_KILL") == {}
    assert changed(252, "DevicePolicy=closed", "DeviceAllow=/dev/sda r", "ProtectClock=yes", "CapabilityBoundingSet=CAP_KILL") == {
        "DeviceAllow": ("/dev/sda r", "char-rtc r"),
    }  # fmt: skip
    assert changed(252, "ProtectClock=yes", "CapabilityBoundingSet=CAP_KILL") == {}


@pytest.mark.parametrize(
    "row", [*IMPLIED_SETTINGS, *DROPPED_CAPABILITIES, *ADDED_DEVICES], ids=lambda row: f"{row[0]}-{row.since}"
)
def test_each_row_has_a_reason_and_a_valid_version_range(
    row: ImpliedSetting | DroppedCapabilities | AddedDevices,
) -> None:
    assert row.why.endswith(".")
    assert row.since <= versions.NEWEST
    assert getattr(row, "until", FOREVER) >= row.since


def test_protect_clock_denied_all_other_devices_until_251() -> None:
    assert changed(251, "ProtectClock=yes", "CapabilityBoundingSet=CAP_KILL") == {"DeviceAllow": ("", "char-rtc r")}
    assert changed(252, "ProtectClock=yes", "CapabilityBoundingSet=CAP_KILL") == {}


def test_a_list_begins_after_its_last_empty_assignment() -> None:
    groups = past_the_form(252, "SupplementaryGroups=a b", "SupplementaryGroups=", "SupplementaryGroups=c")
    assert groups.words("SupplementaryGroups") == ("c",)
    assert past_the_form(252, "SupplementaryGroups=a", resets=("SupplementaryGroups",)).words("SupplementaryGroups") == ("a",)  # fmt: skip


def test_a_reset_without_a_value_leaves_no_capability() -> None:
    assert past_the_form(252, resets=("CapabilityBoundingSet",)).bounding_set == frozenset()
    assert "CAP_KILL" in past_the_form(252).bounding_set


def test_a_filter_allows_the_result_of_all_its_lines() -> None:
    lines = ("SystemCallFilter=@system-service", "SystemCallFilter=~@resources mount:EPERM")
    chosen = past_the_form(252, *lines).call_filter
    assert chosen.permits_any(frozenset({"read", "mount"}))
    assert not chosen.permits_any(frozenset({"setpriority", "mount"}))
    assert past_the_form(252).call_filter.permits_any(frozenset({"mount"}))
    assert not past_the_form(252, "SystemCallFilter=~mount:EPERM").call_filter.permits_any(frozenset({"mount"}))


def test_directories_unknown_to_the_target_version_are_not_created() -> None:
    lines = ("StateDirectory=app", "RuntimeDirectory=app")
    assert [directory.path for directory in past_the_form(252, *lines).managed] == ["/var/lib/app", "/run/app"]
    assert [directory.path for directory in past_the_form(234, *lines).managed] == ["/run/app"]

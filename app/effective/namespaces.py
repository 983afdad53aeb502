"""Whether a unit gets a mount namespace: what exec_needs_mount_namespace() of systemd 257 to 262 asks (src/core/execute.c)."""

from __future__ import annotations

from app.effective.settings import Settings

_LISTS = (
    "ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths", "BindPaths", "BindReadOnlyPaths",
    "TemporaryFileSystem", "MountImages", "ExtensionImages", "ExtensionDirectories", "RootImage", "RootMStack", "IPCNamespacePath",
)  # fmt: skip

_RESTING = {
    name: frozenset({"", "no"})
    for name in (
        "PrivateDevices", "PrivateMounts", "ProtectSystem", "ProtectHome", "ProtectKernelTunables", "ProtectKernelModules",
        "ProtectKernelLogs", "ProtectControlGroups", "PrivateIPC", "PrivatePIDs", "PrivateBPF",
    )
} | {
    "ProtectProc": frozenset({"", "default"}),
    "ProcSubset": frozenset({"", "all"}),
    "MountFlags": frozenset({"", "shared"}),
}  # fmt: skip
"""Settings of one word, each with the words that need none."""

_TMP_257 = frozenset({"", "no", "yes", "connected"})
_STATE = ("StateDirectory", "CacheDirectory", "LogsDirectory")
_MANAGED = (*_STATE, "RuntimeDirectory", "ConfigurationDirectory")


def has_mount_namespace(unit: Settings) -> bool:
    """Whether the service sees mounts of its own."""
    resting_tmp = _TMP_257 if unit.version < 258 else frozenset({"", "no"})
    words = _RESTING | {"PrivateTmp": resting_tmp}
    return (
        any(unit.words(name) for name in _LISTS)
        or any(unit.word(name) not in resting for name, resting in words.items())
        or _has_network(unit)
        or _has_root(unit)
        or _binds_log_sockets(unit)
        or (unit.is_dynamic and any(unit.words(name) for name in _STATE))
        or any(word.endswith(":ro") for name in _MANAGED for word in unit.words(name))
    )


def _has_network(unit: Settings) -> bool:
    """Whether a network of its own brings one, as it does unless PrivateMounts= says no."""
    network = unit.word("PrivateNetwork") == "yes" or bool(unit.setting("NetworkNamespacePath"))
    return network and unit.word("PrivateMounts") == ""


def _has_root(unit: Settings) -> bool:
    """Whether a root directory brings one: it does unless nothing is mounted in it."""
    return bool(unit.setting("RootDirectory")) and (_mounts_api(unit) or any(unit.words(name) for name in _MANAGED))


def _mounts_api(unit: Settings) -> bool:
    """exec_context_get_effective_mount_apivfs(): what is set, or else whether it has a root of its own."""
    has_root = any(unit.setting(name) for name in ("RootDirectory", "RootImage", "RootMStack"))
    return unit.word("MountAPIVFS") == "yes" or (not unit.word("MountAPIVFS") and has_root)


def _binds_log_sockets(unit: Settings) -> bool:
    """exec_context_get_effective_bind_log_sockets(): a log namespace brings them, then what is set, or else the above."""
    word = unit.word("BindLogSockets")
    return bool(unit.setting("LogNamespace")) or (word == "yes" if word else _mounts_api(unit))

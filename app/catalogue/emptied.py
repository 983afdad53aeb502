"""Directives given once that an empty assignment takes back; systemd complains of an empty one of all others, and ignores it.

Run with systemd 252, 257 and 262, each directive with a value and an empty assignment behind it.
"""

from collections.abc import Mapping

EMPTIED: Mapping[str, int] = dict.fromkeys(
    (
        "AppArmorProfile BPFDelegateAttachments BPFDelegateCommands BPFDelegateMaps BPFDelegatePrograms BindLogSockets "
        "BindNetworkInterface BlockIOWeight CPUQuota CPUQuotaPeriodSec CPUSchedulingPolicy CPUSetPartition CPUShares "
        "CPUWeight CacheDirectoryQuota DefaultMemoryLow DefaultMemoryMin DelegateSubgroup Description "
        "ExtensionImagePolicy FailureActionExitStatus Group IOSchedulingClass IOSchedulingPriority IOWeight "
        "IPCNamespacePath JobTimeoutRebootArgument KillMode LogNamespace LogsDirectoryQuota ManagedOOMMemoryPressure "
        "ManagedOOMMemoryPressureDurationSec ManagedOOMMemoryPressureLimit ManagedOOMSwap MemoryHigh MemoryKSM "
        "MemoryLimit MemoryLow MemoryMax MemoryMin MemorySwapMax MemoryZSwapMax MountAPIVFS MountFlags MountImagePolicy "
        "NUMAPolicy NetworkNamespacePath Nice OOMScoreAdjust PAMName PIDFile Personality RebootArgument RootDirectory "
        "RootHash RootHashSignature RootImage RootImageOptions RootImagePolicy RootMStack RootVerity SELinuxContext "
        "SecureBits Service.RebootArgument SetLoginEnvironment SmackProcessLabel SourcePath StartupBlockIOWeight "
        "StartupCPUShares StartupCPUWeight StartupIOWeight StartupMemoryHigh StartupMemoryLow StartupMemoryMax "
        "StartupMemorySwapMax StartupMemoryZSwapMax StateDirectoryQuota SuccessActionExitStatus SyslogIdentifier "
        "SystemCallErrorNumber TTYColumns TTYPath TTYRows TasksMax TimeoutAbortSec USBFunctionDescriptors "
        "USBFunctionStrings User UserNamespacePath UtmpIdentifier WorkingDirectory socket.Socket.BindToDevice "
        "socket.Socket.FileDescriptorName socket.Socket.IPTOS socket.Socket.SmackLabel socket.Socket.SmackLabelIPIn "
        "socket.Socket.SmackLabelIPOut socket.Socket.SocketGroup socket.Socket.SocketUser socket.Socket.TCPCongestion "
        "socket.Socket.XAttrAccept socket.Socket.XAttrEntryPoint socket.Socket.XAttrListen "
    ).split(),
    1,
) | {"PrivateMounts": 254, "ProtectHostname": 258}
"""By name the systemd since which an empty assignment takes it back."""

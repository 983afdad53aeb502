"""Directives of other kinds of units, by section: a service that holds one has it in the wrong file (systemd 262)."""

from collections.abc import Mapping

FOREIGN: Mapping[str, frozenset[str]] = {
    "Timer": frozenset(
        (
            "AccuracySec DeferReactivation FixedRandomDelay OnActiveSec OnBootSec OnCalendar OnClockChange "
            "OnStartupSec OnTimezoneChange OnUnitActiveSec OnUnitInactiveSec Persistent RandomizedDelaySec "
            "RandomizedOffsetSec RemainAfterElapse Unit WakeSystem "
        ).split()
    ),
    "Socket": frozenset(
        (
            "Accept AcceptFileDescriptors Backlog BindIPv6Only BindToDevice Broadcast DeferAcceptSec DeferTrigger "
            "DeferTriggerMaxSec DirectoryMode ExecStopPre FileDescriptorName FlushPending FreeBind IPTOS IPTTL "
            "KeepAlive KeepAliveIntervalSec KeepAliveProbes KeepAliveTimeSec ListenDatagram ListenFIFO "
            "ListenMessageQueue ListenNetlink ListenSequentialPacket ListenSpecial ListenStream ListenUSBFunction "
            "Mark MaxConnections MaxConnectionsPerSource MessageQueueMaxMessages MessageQueueMessageSize NoDelay "
            "PassCredentials PassFileDescriptorsToExec PassPIDFD PassPacketInfo PassSecurity PipeSize "
            "PollLimitBurst PollLimitIntervalSec Priority ReceiveBuffer RemoveOnStop ReusePort "
            "SELinuxContextFromNet SendBuffer Service SmackLabel SmackLabelIPIn SmackLabelIPOut SocketGroup "
            "SocketMode SocketProtocol SocketUser Symlinks TCPCongestion Timestamping Transparent "
            "TriggerLimitBurst TriggerLimitIntervalSec Writable XAttrAccept XAttrEntryPoint XAttrListen "
        ).split()
    ),
    "Path": frozenset(
        (
            "DirectoryMode DirectoryNotEmpty MakeDirectory PathChanged PathExists PathExistsGlob PathModified "
            "TriggerLimitBurst TriggerLimitIntervalSec Unit "
        ).split()
    ),
    "Mount": frozenset(
        ("DirectoryMode ForceUnmount LazyUnmount Options ReadWriteOnly SloppyOptions What Where ").split()
    ),
    "Automount": frozenset(("DirectoryMode ExtraOptions TimeoutIdleSec Where ").split()),
    "Swap": frozenset(("Options Priority What ").split()),
    "Slice": frozenset(("ActivatingConcurrencyMax ConcurrencyHardMax ConcurrencySoftMax ").split()),
}

"""Words of BPFDelegateCommands= and its three siblings, as systemd 258 to 262 make them of the kernel's header.

Source: src/core/generate-bpf-delegate-configs.py and src/include/uapi/linux/bpf.h; those of 262 are of Debian's build.
"""

COMMANDS = dict.fromkeys(
    (
        "BPFMapCreate BPFMapLookupElem BPFMapUpdateElem BPFMapDeleteElem BPFMapGetNextKey BPFProgLoad BPFObjPin "
        "BPFObjGet BPFProgAttach BPFProgDetach BPFProgTestRun BPFProgGetNextId BPFMapGetNextId BPFProgGetFdById "
        "BPFMapGetFdById BPFObjGetInfoByFd BPFProgQuery BPFRawTracepointOpen BPFBtfLoad BPFBtfGetFdById "
        "BPFTaskFdQuery BPFMapLookupAndDeleteElem BPFMapFreeze BPFBtfGetNextId BPFMapLookupBatch "
        "BPFMapLookupAndDeleteBatch BPFMapUpdateBatch BPFMapDeleteBatch BPFLinkCreate BPFLinkUpdate "
        "BPFLinkGetFdById BPFLinkGetNextId BPFEnableStats BPFIterCreate BPFLinkDetach BPFProgBindMap "
        "BPFTokenCreate BPFProgStreamReadByFd "
    ).split(),
    258,
) | {"BPFProgAssocStructOps": 260}

MAPS = dict.fromkeys(
    (
        "BPFMapTypeUnspec BPFMapTypeHash BPFMapTypeArray BPFMapTypeProgArray BPFMapTypePerfEventArray "
        "BPFMapTypePercpuHash BPFMapTypePercpuArray BPFMapTypeStackTrace BPFMapTypeCgroupArray BPFMapTypeLruHash "
        "BPFMapTypeLruPercpuHash BPFMapTypeLpmTrie BPFMapTypeArrayOfMaps BPFMapTypeHashOfMaps BPFMapTypeDevmap "
        "BPFMapTypeSockmap BPFMapTypeCpumap BPFMapTypeXskmap BPFMapTypeSockhash BPFMapTypeCgroupStorageDeprecated "
        "BPFMapTypeReuseportSockarray BPFMapTypePercpuCgroupStorageDeprecated BPFMapTypeQueue BPFMapTypeStack "
        "BPFMapTypeSkStorage BPFMapTypeDevmapHash BPFMapTypeStructOps BPFMapTypeRingbuf BPFMapTypeInodeStorage "
        "BPFMapTypeTaskStorage BPFMapTypeBloomFilter BPFMapTypeUserRingbuf BPFMapTypeCgrpStorage BPFMapTypeArena "
    ).split(),
    258,
) | {"BPFMapTypeInsnArray": 259, "BPFMapTypeRhash": 262}

PROGRAMS = dict.fromkeys(
    (
        "BPFProgTypeUnspec BPFProgTypeSocketFilter BPFProgTypeKprobe BPFProgTypeSchedCls BPFProgTypeSchedAct "
        "BPFProgTypeTracepoint BPFProgTypeXdp BPFProgTypePerfEvent BPFProgTypeCgroupSkb BPFProgTypeCgroupSock "
        "BPFProgTypeLwtIn BPFProgTypeLwtOut BPFProgTypeLwtXmit BPFProgTypeSockOps BPFProgTypeSkSkb "
        "BPFProgTypeCgroupDevice BPFProgTypeSkMsg BPFProgTypeRawTracepoint BPFProgTypeCgroupSockAddr "
        "BPFProgTypeLwtSeg6local BPFProgTypeLircMode2 BPFProgTypeSkReuseport BPFProgTypeFlowDissector "
        "BPFProgTypeCgroupSysctl BPFProgTypeRawTracepointWritable BPFProgTypeCgroupSockopt BPFProgTypeTracing "
        "BPFProgTypeStructOps BPFProgTypeExt BPFProgTypeLsm BPFProgTypeSkLookup BPFProgTypeNetfilter "
    ).split(),
    258,
)

ATTACHMENTS = dict.fromkeys(
    (
        "BPFCgroupInetIngress BPFCgroupInetEgress BPFCgroupInetSockCreate BPFCgroupSockOps BPFSkSkbStreamParser "
        "BPFSkSkbStreamVerdict BPFCgroupDevice BPFSkMsgVerdict BPFCgroupInet4Bind BPFCgroupInet6Bind "
        "BPFCgroupInet4Connect BPFCgroupInet6Connect BPFCgroupInet4PostBind BPFCgroupInet6PostBind "
        "BPFCgroupUdp4Sendmsg BPFCgroupUdp6Sendmsg BPFLircMode2 BPFFlowDissector BPFCgroupSysctl "
        "BPFCgroupUdp4Recvmsg BPFCgroupUdp6Recvmsg BPFCgroupGetsockopt BPFCgroupSetsockopt BPFTraceRawTp "
        "BPFTraceFentry BPFTraceFexit BPFModifyReturn BPFLsmMac BPFTraceIter BPFCgroupInet4Getpeername "
        "BPFCgroupInet6Getpeername BPFCgroupInet4Getsockname BPFCgroupInet6Getsockname BPFXdpDevmap "
        "BPFCgroupInetSockRelease BPFXdpCpumap BPFSkLookup BPFXdp BPFSkSkbVerdict BPFSkReuseportSelect "
        "BPFSkReuseportSelectOrMigrate BPFPerfEvent BPFTraceKprobeMulti BPFLsmCgroup BPFStructOps BPFNetfilter "
        "BPFTcxIngress BPFTcxEgress BPFTraceUprobeMulti BPFCgroupUnixConnect BPFCgroupUnixSendmsg "
        "BPFCgroupUnixRecvmsg BPFCgroupUnixGetpeername BPFCgroupUnixGetsockname BPFNetkitPrimary BPFNetkitPeer "
        "BPFTraceKprobeSession BPFTraceUprobeSession "
    ).split(),
    258,
) | {"BPFTraceFsession": 260, "BPFTraceFentryMulti": 262, "BPFTraceFexitMulti": 262, "BPFTraceFsessionMulti": 262}

"""Rows of the group “Root and images”: another root directory, disk images, extensions."""

from app.catalogue.directive import Directive
from app.values import Boolean, ImageOptions, ImagePolicy, Images, PathList, RootHash, RootHashSignature, SystemPath

_GROUP = "images"
_EXEC = "systemd.exec(5)"
_BOOLEAN = Boolean()
_ROOT = SystemPath(refused=True)
_POLICY = ImagePolicy()

ROWS = (
    Directive("Service", "RootDirectory", _ROOT, 1, _GROUP, _EXEC, "The directory that is / for it; all that it runs and reads must be in there.", default="/", example="/srv/roots/myapp", without="it sees the files of the system"),
    Directive("Service", "RootDirectoryStartOnly", _BOOLEAN, 1, _GROUP, "systemd.service(5)", "Only ExecStart= runs in the root directory, the other commands outside.", default="no"),
    Directive("Service", "RootImage", _ROOT, 233, _GROUP, _EXEC, "The disk image or device whose file system is / for it.", example="/srv/images/myapp.raw", without="it sees the files of the system"),
    Directive("Service", "RootImageOptions", ImageOptions(), 247, _GROUP, _EXEC, "Mount options of the root image, as OPTIONS or PARTITION:OPTIONS.", example="root:ro,nodev home:nosuid"),
    Directive("Service", "RootImagePolicy", _POLICY, 254, _GROUP, _EXEC, "Which partitions of the root image are used, and how they must be protected.", example="root=verity+signed:usr=absent"),
    Directive("Service", "RootHash", RootHash(), 246, _GROUP, _EXEC, "The hash that the root image must have under dm-verity, or the file with it.", example="/srv/images/myapp.roothash", without="the image is not held to this hash"),
    Directive("Service", "RootHashSignature", RootHashSignature(), 246, _GROUP, _EXEC, "The signature of the root hash, behind base64:, or the file with it.", example="/srv/images/myapp.roothash.p7s", without="the hash needs no signature"),
    Directive("Service", "RootVerity", _ROOT, 246, _GROUP, _EXEC, "The file with the dm-verity data of a root image that has none inside.", example="/srv/images/myapp.verity"),
    Directive("Service", "RootEphemeral", _BOOLEAN, 254, _GROUP, _EXEC, "It runs on a copy of the root directory or image that is gone when it stops.", default="no", without="what it writes below its root stays"),
    Directive("Service", "RootMStack", _ROOT, 260, _GROUP, _EXEC, "A directory of layers and bind mounts that are stacked up to make its /.", example="/srv/roots/myapp.mstack", without="it sees the files of the system"),
    Directive("Service", "MountImages", Images(mounted=True), 247, _GROUP, _EXEC, "Disk images that it sees at a path, as IMAGE:PATH.", repeats=True, example="/srv/images/data.raw:/data"),
    Directive("Service", "MountImagePolicy", _POLICY, 254, _GROUP, _EXEC, "Which partitions of those images are used, and how they must be protected.", example="root=verity+signed", anchor="RootImagePolicy="),
    Directive("Service", "ExtensionImages", Images(), 248, _GROUP, _EXEC, "System extensions, laid read-only over /usr and /opt, or configuration extensions, over /etc, as disk images.", repeats=True, example="/srv/images/extra.raw"),
    Directive("Service", "ExtensionImagePolicy", _POLICY, 254, _GROUP, _EXEC, "Which partitions of the extension images are used, and how they must be protected.", example="root=verity+signed", anchor="RootImagePolicy="),
    Directive("Service", "ExtensionDirectories", PathList(), 251, _GROUP, _EXEC, "System extensions, laid read-only over /usr and /opt, or configuration extensions, over /etc, as directories.", repeats=True, example="/srv/extensions/extra"),
)  # fmt: skip

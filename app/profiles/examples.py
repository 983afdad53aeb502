"""Examples: the starter of the page and the examples of the guide, as rows of parameters with a sentence each."""

from dataclasses import dataclass

Parameters = tuple[tuple[str, str], ...]

_SERVICE: Parameters = (
    ("name", "myapp"),
    ("systemd", "252"),
    ("Description", "My application"),
    ("ExecStart", "/usr/local/bin/myapp"),
    ("WantedBy", "multi-user.target"),
)
_OWN_USER: Parameters = (("User", "myapp"), ("Group", "myapp"))

STARTER: Parameters = (
    *_SERVICE,
    ("Type", "exec"),
    ("Restart", "on-failure"),
    ("RestartSec", "5s"),
    *_OWN_USER,
    ("UMask", "0077"),
    ("StateDirectory", "myapp"),
    ("StateDirectoryMode", "0700"),
    ("CacheDirectory", "myapp"),
    ("CacheDirectoryMode", "0700"),
    ("LogsDirectory", "myapp"),
    ("LogsDirectoryMode", "0700"),
    ("RuntimeDirectory", "myapp"),
    ("RuntimeDirectoryMode", "0700"),
    ("NoNewPrivileges", "yes"),
    ("ProtectSystem", "strict"),
    ("ProtectHome", "yes"),
    ("PrivateTmp", "yes"),
    ("ProtectProc", "invisible"),
)
"""What the page shows first: a service with a user and directories of its own, isolated from others (run on 252, 257, 262)."""


@dataclass(frozen=True)
class Example:
    """An example of the guide."""

    key: str
    """The key of the example's position in the guide."""
    title: str
    about: str
    """The services that the example is for, as a sentence."""
    parameters: Parameters
    """The parameters of the example's link."""


GUIDE_EXAMPLES = (
    Example("non-root", "A service that does not run as root", "The least that every service should have: a user of its own.", (*_SERVICE, *_OWN_USER)),
    Example(
        "dynamic-user",
        "A dynamic user",
        "For a service that keeps its data in managed directories only and needs no stable owner.",
        (*_SERVICE, ("DynamicUser", "yes"), ("StateDirectory", "myapp"), ("CacheDirectory", "myapp"), ("LogsDirectory", "myapp")),
    ),
    Example(
        "supplementary-groups",
        "Supplementary groups",
        "For a service that also needs what a group of the system may read.",
        (*_SERVICE, *_OWN_USER, ("SupplementaryGroups", "ssl-cert docker")),
    ),
    Example(
        "ownership",
        "A directory of its own elsewhere",
        "For data that does not live below /var/lib: the preparation creates the directory and hands it over.",
        (*_SERVICE, *_OWN_USER, ("own", "/opt/myapp/data")),
    ),
    Example("state-directory", "A state directory", "For data that systemd shall create and hand over by itself.", (*_SERVICE, *_OWN_USER, ("StateDirectory", "myapp"))),
    Example(
        "managed-directories",
        "All five managed directories",
        "For a service with data, a cache, logs, sockets and configuration.",
        (
            *_SERVICE,
            *_OWN_USER,
            ("StateDirectory", "myapp"),
            ("CacheDirectory", "myapp"),
            ("LogsDirectory", "myapp"),
            ("RuntimeDirectory", "myapp"),
            ("ConfigurationDirectory", "myapp"),
        ),
    ),
    Example(
        "hardening",
        "Combined with hardening",
        "For a service with a user of its own that writes to one directory and to nothing else.",
        (
            *_SERVICE,
            *_OWN_USER,
            ("NoNewPrivileges", "yes"),
            ("ProtectSystem", "strict"),
            ("ProtectHome", "yes"),
            ("ReadWritePaths", "/opt/myapp/data"),
            ("PrivateTmp", "yes"),
            ("own", "/opt/myapp/data"),
        ),
    ),
)  # fmt: skip

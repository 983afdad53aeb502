"""Profiles: what each sets, what it keeps, what it refuses, and the examples."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, given, settings

from app import catalogue, profiles
from app.analysis import rules
from app.analysis.rules import SEVERITIES
from app.effective import Effective
from app.profiles import PROFILES, Profile
from app.profiles.offers import REMAINING
from app.profiles.siblings import TREES
from app.unitfile import links
from app.unitfile.model import UnitFile
from app.unitfile.render import render
from tests.support import strategies
from tests.support.configurations import EXAMPLES, LEAST, Parameters, query, read, unit_of, with_values

ISOLATING = {
    "UMask": "0077", "StateDirectoryMode": "0700", "CacheDirectoryMode": "0700", "LogsDirectoryMode": "0700",
    "RuntimeDirectoryMode": "0700", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateTmp": "yes", "ProtectProc": "invisible",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), ISOLATING.items())
def test_the_default_form_isolates(name: str, value: str) -> None:
    assert unit_of(EXAMPLES["starter"]).value(name) == value


def test_the_default_form_runs_as_a_dedicated_user() -> None:
    assert Effective(unit_of(EXAMPLES["starter"])).identity == "own"


@pytest.mark.parametrize("example", profiles.GUIDE_EXAMPLES, ids=lambda example: example.key)
def test_an_example_has_what_a_unit_needs(example: profiles.Example) -> None:
    unit = unit_of(list(example.parameters))
    assert unit.is_set("Description")
    assert unit.is_set("ExecStart")
    assert unit.is_set("WantedBy")
    assert example.title
    assert example.about.endswith(".")


def test_examples_have_unique_keys() -> None:
    assert len({example.key for example in profiles.GUIDE_EXAMPLES}) == len(profiles.GUIDE_EXAMPLES)


# --- what each sets ---------------------------------------------------------------------------------

BARE: Parameters = [("name", "shop"), ("systemd", "252"), ("ExecStart", "/usr/local/bin/shop"), ("StateDirectory", "shop"), ("own", "/opt/shop/data")]  # fmt: skip
WALLS = ["NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes"]
ISOLATED = ["User=shop", "UMask=0077", "StateDirectoryMode=0700", *WALLS, "ProtectProc=invisible", "own=/opt/shop/data:0700"]  # fmt: skip
KERNEL = [
    "NoNewPrivileges=yes", "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes",
    "ProtectHostname=yes", "RestrictNamespaces=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes", "LockPersonality=yes",
    "SystemCallArchitectures=native", "SystemCallErrorNumber=EPERM", "SystemCallFilter=@system-service",
]  # fmt: skip
NETWORK = ["RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK"]

ADDED: dict[str, list[str]] = {
    "hardening": ["User=shop", "UMask=0077", *WALLS, "ReadWritePaths=/opt/shop/data"],
    "baseline": ["User=shop", "UMask=0077", "StateDirectoryMode=0750", *WALLS],
    "isolated": ISOLATED,
    "siblings-hidden": [*ISOLATED, "TemporaryFileSystem=/var/lib:ro /var/cache:ro /var/log:ro /srv:ro"],
    "shared": ["User=shop", "UMask=0007", "StateDirectoryMode=0700", *WALLS, "ProtectProc=invisible", "own=/opt/shop/data:2770"],
    "compiled": [*KERNEL, "SystemCallFilter=~@privileged @resources", "MemoryDenyWriteExecute=yes"],
    "python": [*KERNEL, "SystemCallFilter=~@privileged @resources"],
    "node": [*KERNEL, "SystemCallFilter=~@privileged"],
    "java": [*KERNEL, "SystemCallFilter=~@privileged", "SuccessExitStatus=143"],
    "php": KERNEL,
    "network": NETWORK,
    "low-port": ["User=shop", "UMask=0077", *NETWORK, "AmbientCapabilities=CAP_NET_BIND_SERVICE", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE"],
    "no-network": ["PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX"],
}  # fmt: skip
"""What a profile adds to a service that says nothing; a changed own directory counts as a line."""


def lines(unit: UnitFile) -> set[str]:
    """The parameters of a unit, each a line."""
    return {f"{name}={value}" for name, value in links.pairs(unit)}


def profile(key: str) -> Profile:
    """The profile with this key."""
    found = profiles.find(key)
    assert found is not None
    return found


def applied(key: str, parameters: Parameters) -> UnitFile:
    """The unit of parameters with a profile, which must be for it."""
    return profiles.apply(profile(key), unit_of(parameters))


@pytest.mark.parametrize("key", ADDED)
def test_a_profile_sets_these_lines_and_preserves_all_others(key: str) -> None:
    before, after = lines(unit_of(BARE)), lines(applied(key, BARE))
    assert after - before == set(ADDED[key])
    assert before - after <= {"own=/opt/shop/data"}


def test_the_dynamic_user_takes_the_place_of_the_named_one() -> None:
    parameters = with_values(EXAMPLES["starter"], ProtectProc=[], UMask=[], RuntimeDirectoryMode="0755")
    before, after = lines(unit_of(parameters)), lines(applied("dynamic-user", parameters))
    assert after - before == {"DynamicUser=yes", "UMask=0077", "ProtectProc=invisible", "RuntimeDirectoryMode=0700"}
    assert before - after == {"User=myapp", "Group=myapp", "RuntimeDirectoryMode=0755"}
    assert applied("dynamic-user", with_values(LEAST, User="shop")).value("User") == "shop"


def test_every_profile_is_covered_here() -> None:
    assert {*ADDED, "dynamic-user"} == {row.key for row in PROFILES}
    assert {row.family for row in PROFILES} == set(profiles.FAMILIES)
    assert all(row.about.endswith(".") and row.title for row in PROFILES)
    assert all(profiles.find(key) for row in PROFILES for key in row.covers)


OPEN = with_values(EXAMPLES["starter"], **{name: [] for name in ISOLATING}, User=[], Group=[])


def test_the_profile_sets_exactly_the_hardening_of_the_guide() -> None:
    example = EXAMPLES["hardening"]
    names = ("NoNewPrivileges", "ProtectSystem", "ProtectHome", "ReadWritePaths", "PrivateTmp")
    plain = with_values(example, **{name: [] for name in names})
    assert render(applied("hardening", plain)) == render(unit_of(example))


def test_the_default_form_equals_the_isolated_profile() -> None:
    offers = {offer.profile.key: offer for offer in profiles.offers(unit_of(EXAMPLES["starter"]))}
    assert [key for key, offer in offers.items() if offer.is_current] == ["isolated"]
    assert [key for key, offer in offers.items() if offer.is_part] == ["hardening", "baseline"]


@pytest.mark.parametrize("row", PROFILES, ids=lambda row: row.key)
def test_a_form_after_a_profile_is_marked_with_it(row: Profile) -> None:
    parameters = BARE if row.key != "dynamic-user" else with_values(BARE, own=[])
    offers = profiles.offers(applied(row.key, parameters))
    assert row in [offer.profile for offer in offers if offer.is_current]


@pytest.mark.parametrize("start", [BARE, with_values(BARE, own=[]), OPEN, *EXAMPLES.values()], ids=str)
def test_untried_profiles_are_marked_in_the_same_way(start: Parameters) -> None:
    made = [unit_of(start), *(offer.unit for offer in profiles.offers(unit_of(start)) if offer.unit)]
    for unit in made:
        tried, untried = profiles.offers(unit), profiles.offers(unit, are_tried=False)
        assert [(o.is_current, o.is_part) for o in untried] == [(o.is_current, o.is_part) for o in tried]
        assert {o.unit for o in untried} <= {None, unit}


VERIFIED = """User=alpha
Group=alpha
UMask=0077
StateDirectory=alpha
StateDirectoryMode=0700
CacheDirectory=alpha
CacheDirectoryMode=0700
LogsDirectory=alpha
LogsDirectoryMode=0700
RuntimeDirectory=alpha
RuntimeDirectoryMode=0700
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectProc=invisible
TemporaryFileSystem=/var/lib:ro /var/cache:ro /var/log:ro /srv:ro"""
"""What was run to hide two services from each other on 252, 257 and 262."""


def test_hidden_siblings_are_the_unit_that_was_run() -> None:
    managed = [(f"{kind}Directory", "alpha") for kind in ("State", "Cache", "Logs", "Runtime")]
    least = [("name", "alpha"), ("systemd", "252"), ("ExecStart", "/bin/true"), ("User", "alpha"), ("Group", "alpha")]
    made = lines(applied("siblings-hidden", [*least, *managed])) - {"name=alpha", "systemd=252", "ExecStart=/bin/true"}
    assert made == set(VERIFIED.splitlines())


# --- from one to another ----------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["isolated", "siblings-hidden"])
@pytest.mark.parametrize("start", [EXAMPLES["starter"], OPEN, BARE, *EXAMPLES.values()], ids=str)
def test_isolated_profiles_leave_no_avoidable_finding_above_note(key: str, start: Parameters) -> None:
    unit = applied(key, start)
    of_the_form = {"P42", "P21"}  # its supplementary groups
    worse = [f for f in rules.judge(unit) if f.severity != "note" and f.id not in of_the_form]
    assert worse == []


@pytest.mark.parametrize("first", PROFILES, ids=lambda row: row.key)
@pytest.mark.parametrize("second", [row for row in PROFILES if row.family == "isolation"], ids=lambda row: row.key)
def test_an_isolation_profile_may_follow_any_other(first: Profile, second: Profile) -> None:
    start = profiles.apply(first, unit_of(EXAMPLES["starter"]))
    assert second in [offer.profile for offer in profiles.offers(profiles.apply(second, start)) if offer.is_current or offer.is_part]  # fmt: skip


SWAPS = {
    "dynamic-user": "isolated",
    "isolated": "dynamic-user",
    "shared": "isolated",
    "compiled": "java",
    "java": "compiled",
    "no-network": "low-port",
    "low-port": "no-network",
}


@pytest.mark.parametrize(("first", "second"), SWAPS.items())
def test_of_two_that_contradict_each_other_the_last_counts(first: str, second: str) -> None:
    both = profiles.apply(profile(second), applied(first, OPEN))
    current = {offer.profile.key for offer in profiles.offers(both) if offer.is_current}
    assert second in current
    assert first not in current


def test_leaving_a_dynamic_user_closes_the_state_directory() -> None:
    unit = applied("low-port", with_values(LEAST, User=[], DynamicUser="yes", StateDirectory="myapp"))
    assert (unit.value("DynamicUser"), unit.value("User"), unit.value("StateDirectoryMode")) == ("", "myapp", "0700")


KEPT = {
    "an account that exists": ("isolated", {"account": "existing", "User": "alice"}, "User=alice"),
    "a user with a name of its own": ("isolated", {"User": "webshop"}, "User=webshop"),
    "the group beside no user": ("isolated", {"User": [], "Group": "web"}, "Group=web"),
    "a tighter mask": ("isolated", {"UMask": "0177"}, "UMask=0177"),
    "a mask that somebody chose": ("baseline", {"UMask": "0022"}, "UMask=0022"),
    "a tighter mode": ("isolated", {"StateDirectory": "a", "StateDirectoryMode": "0500"}, "StateDirectoryMode=0500"),
    "homes that are out of sight": ("isolated", {"ProtectHome": "tmpfs"}, "ProtectHome=tmpfs"),
    "a /tmp of its own": ("isolated", {"PrivateTmp": "disconnected"}, "PrivateTmp=disconnected"),
    "a filter of one's own": ("compiled", {"SystemCallFilter": "@system-service @mount"}, "SystemCallFilter=@system-service @mount"),
    "the error of a filter": ("compiled", {"SystemCallErrorNumber": "ENOSYS"}, "SystemCallErrorNumber=ENOSYS"),
    "namespaces that are allowed": ("node", {"RestrictNamespaces": "~net"}, "RestrictNamespaces=~net"),
    "families of one's own": ("network", {"RestrictAddressFamilies": "~AF_PACKET"}, "RestrictAddressFamilies=~AF_PACKET"),
    "more capabilities": ("low-port", {"CapabilityBoundingSet": "CAP_KILL"}, "CapabilityBoundingSet=CAP_KILL"),
    "no family at all": ("no-network", {"RestrictAddressFamilies": "none"}, "RestrictAddressFamilies=none"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "values", "line"), KEPT.values(), ids=KEPT)
def test_a_profile_preserves_this_line(key: str, values: dict[str, str | list[str]], line: str) -> None:
    assert line in lines(applied(key, with_values(LEAST, **values)))


MADE_FIT: dict[str, tuple[str, dict[str, str | list[str]], set[str], set[str]]] = {
    "a program in a home": ("isolated", {"ExecStart": "/home/me/app"}, {"ProtectHome=read-only"}, set()),
    "a script in a home": ("isolated", {"ExecStart": "/usr/bin/sh /home/me/app.sh"}, {"ProtectHome=read-only"}, set()),
    "the home of an account": ("isolated", {"account": "existing", "WorkingDirectory": "~"}, {"ProtectHome=read-only"}, set()),
    "a home that it has": ("isolated", {"User": [], "StateDirectory": "a", "WorkingDirectory": "~"}, {"ProtectHome=yes"}, set()),
    "configuration is root's": ("isolated", {"ConfigurationDirectory": "a"}, {"ConfigurationDirectoryMode=0750"}, set()),
    "code that is made": ("java", {"MemoryDenyWriteExecute": "yes", "ProcSubset": "pid"}, set(), {"MemoryDenyWriteExecute=yes", "ProcSubset=pid"}),
    "control groups of its own": ("compiled", {"Delegate": "yes"}, set(), {"ProtectControlGroups=yes"}),
    "a command that runs as root": ("compiled", {"ExecStartPre": "!/bin/chown a /b"}, {"SystemCallFilter=@system-service"}, {"SystemCallFilter=~@privileged @resources"}),
    "a network that was shut": ("network", {"PrivateNetwork": "yes", "RestrictAddressFamilies": "AF_UNIX AF_VSOCK"}, {"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_VSOCK"}, {"PrivateNetwork=yes"}),
    "users of its own": ("low-port", {"PrivateUsers": "yes"}, set(), {"PrivateUsers=yes"}),
    "another capability": ("low-port", {"AmbientCapabilities": "CAP_SYS_NICE"}, {"AmbientCapabilities=CAP_SYS_NICE", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_SYS_NICE"}, set()),
    "a bounding set": ("low-port", {"CapabilityBoundingSet": "CAP_KILL"}, {"CapabilityBoundingSet=CAP_NET_BIND_SERVICE"}, set()),
    "nothing to share yet": ("shared", {}, {"RuntimeDirectory=myapp", "RuntimeDirectoryMode=0750"}, set()),
    "a socket that is shut": ("shared", {"RuntimeDirectory": "a", "RuntimeDirectoryMode": "0700"}, {"RuntimeDirectoryMode=0750"}, set()),
}  # fmt: skip


@pytest.mark.parametrize(("key", "values", "there", "gone"), MADE_FIT.values(), ids=MADE_FIT)
def test_a_profile_fits_itself_to(
    key: str, values: dict[str, str | list[str]], there: set[str], gone: set[str]
) -> None:
    made = lines(applied(key, with_values(LEAST, **values)))
    assert there <= made
    assert not gone & made


# --- what is shown where siblings are hidden --------------------------------------------------------

SHOWN: dict[str, tuple[dict[str, str | list[str]], set[str]]] = {
    "the tree of its program": ({"ExecStart": "/srv/app/venv/bin/python /srv/app/main.py"}, {"BindReadOnlyPaths=-/srv/app"}),
    "a program at the top": ({"ExecStart": "/srv/app"}, {"BindReadOnlyPaths=-/srv/app"}),
    "what arguments name": ({"ExecStart": "/bin/app --db=/var/lib/db/sock -c /srv/conf/a"}, {"BindReadOnlyPaths=-/srv/conf -/var/lib/db"}),
    "what variables name": ({"Environment": 'HOME=/srv/a "PYTHONPATH=/srv/b/lib:/srv/c"'}, {"BindReadOnlyPaths=-/srv/a -/srv/b -/srv/c"}),
    "its working directory": ({"WorkingDirectory": "-/srv/app/run"}, {"BindReadOnlyPaths=-/srv/app"}),
    "its own directories": ({"own": ["/srv/a", "/srv/b::ro"]}, {"BindPaths=/srv/a", "BindReadOnlyPaths=/srv/b"}),
    "blanks": ({"own": ["/srv/a b"]}, {'BindPaths="/srv/a b"'}),
    "what it writes": ({"ReadWritePaths": "/srv/a -/var/log/b"}, {"BindPaths=/srv/a -/var/log/b"}),
    "what it writes in its tree": ({"ExecStart": "/srv/a/x", "ReadWritePaths": "/srv/a/data"}, {"BindPaths=/srv/a/data", "BindReadOnlyPaths=-/srv/a"}),
    "one that is all of its tree": ({"ExecStart": "/srv/a/x", "own": "/srv/a"}, {"BindPaths=/srv/a"}),
    "what is only read": ({"ReadOnlyPaths": "/srv/a"}, {"BindReadOnlyPaths=/srv/a"}),
    "specifiers": ({"ReadWritePaths": "%S/other"}, {"BindPaths=/var/lib/other"}),
    "managed directories by themselves": ({"StateDirectory": "a", "ExecStart": "/var/lib/a/x"}, set()),
    "what is bound": ({"BindPaths": "/mnt:/srv/a", "WorkingDirectory": "/srv/a/b"}, {"BindPaths=/mnt:/srv/a"}),
    "nothing of elsewhere": ({"ExecStart": "/opt/app/x /etc/a", "own": "/opt/b"}, set()),
    "nothing for a command outside": ({"ExecStartPre": "+/srv/x/y"}, set()),
}  # fmt: skip


@pytest.mark.parametrize(("values", "binds"), SHOWN.values(), ids=SHOWN)
def test_hidden_trees_show(values: dict[str, str | list[str]], binds: set[str]) -> None:
    unit = applied("siblings-hidden", with_values(LEAST, **values))
    assert {line for line in lines(unit) if line.startswith("Bind")} == binds
    assert unit.values("TemporaryFileSystem") == (" ".join(f"{tree}:ro" for tree in TREES),)


def test_inaccessible_paths_below_hidden_directories_become_optional() -> None:
    unit = applied("siblings-hidden", with_values(LEAST, InaccessiblePaths='/srv/a "/srv/b c" -/srv/d /opt/e'))
    assert unit.values("InaccessiblePaths") == ('-/srv/a -"/srv/b c" -/srv/d /opt/e',)


def test_a_hidden_path_is_not_hidden_twice() -> None:
    unit = applied("siblings-hidden", with_values(LEAST, TemporaryFileSystem="/var:ro", InaccessiblePaths="-/srv"))
    assert unit.values("TemporaryFileSystem") == ("/var:ro",)


# --- what is not for a form -------------------------------------------------------------------------

REFUSED: dict[str, tuple[str, dict[str, str | list[str]], str]] = {
    "own directories of a dynamic user": ("dynamic-user", {"own": "/srv/a"}, "A dynamic user cannot own a directory that outlives it. Use StateDirectory=, which systemd keeps for it."),
    "an account that exists": ("dynamic-user", {"account": "existing"}, "The account exists already, and systemd would use it instead of a dynamic user. Leave it, or choose another user first."),
    "the home of a dynamic user": ("dynamic-user", {"WorkingDirectory": "~"}, "A dynamic user has no home"),
    "a name that is none for users": ("isolated", {"User": [], "name": "my.app"}, "No user can be named after my.app: write a name in User= first, for example myapp."),
    "a name that is taken": ("isolated", {"User": [], "name": "games"}, "No user can be named after games"),
    "a home that its user would not have": ("low-port", {"User": [], "WorkingDirectory": "~"}, "The user myapp would have no home to start in: name a directory in WorkingDirectory= instead of ~ first."),
    "a home that only the machine knows": ("siblings-hidden", {"account": "existing", "WorkingDirectory": "~"}, "Only the machine knows where the home of this account is: name it in WorkingDirectory= instead of ~ first."),
    "a program in /tmp": ("isolated", {"ExecStart": "/tmp/app"}, "PrivateTmp=yes would hide /tmp/app, which the service needs. Move it to /opt or /srv first."),
    "everything writable": ("baseline", {"ReadWritePaths": "/"}, "/ in ReadWritePaths= has no effect against ProtectSystem=strict"),
    "a tree of all": ("siblings-hidden", {"ReadWritePaths": "/srv"}, "ReadWritePaths=/srv names what belongs to all services, so none of it can be hidden. Name the directory that this one needs."),
    "another root": ("siblings-hidden", {"RootDirectory": "/srv/root"}, "It has a root directory of its own, in which there are no siblings to hide."),
    "a sign that no bind has": ("siblings-hidden", {"ReadWritePaths": "/srv/a:b"}, "/srv/a:b has a sign in it that BindPaths= cannot name. Rename it first."),
    "an old systemd": ("siblings-hidden", {"systemd": "237"}, "TemporaryFileSystem= came with systemd 238, and this is for 237."),
    "an old systemd and a dynamic user": ("dynamic-user", {"systemd": "231"}, "DynamicUser= needs systemd 232 or later"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "values", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_profile_is_not_for(key: str, values: dict[str, str | list[str]], sentence: str) -> None:
    unit = unit_of(with_values(LEAST, **values))
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}") as refused:
        profiles.apply(profile(key), unit)
    offer = next(offer for offer in profiles.offers(unit) if offer.profile.key == key)
    assert (offer.unit, offer.why_not) == (None, str(refused.value))


# --- whatever the form ------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [219, 231, 234, 240, 247, 252, 257, 262])
@pytest.mark.parametrize("row", PROFILES, ids=lambda row: row.key)
def test_a_profile_sets_only_directives_of_the_target_version(row: Profile, version: int) -> None:
    unit = unit_of([("name", "shop"), ("systemd", str(version)), ("ExecStart", "/usr/bin/shop")])
    try:
        made = profiles.apply(row, unit)
    except ValueError:
        assert row.key in {"siblings-hidden", "dynamic-user", "low-port"}
        assert version < 238
        return
    for line in made.assignments:
        directive = catalogue.find(line.name)
        assert directive.is_read_by(version), line
        assert all(need.is_met(version) for need in directive.kind.needs(line.value)), line


@settings(suppress_health_check=list(HealthCheck), max_examples=60)
@given(strategies.parameters(257))
def test_a_profile_is_idempotent_valid_and_harmless(parameters: Parameters) -> None:
    entry = read(parameters)
    assume(entry.unit is not None and not entry.errors)
    unit = unit_of(parameters)
    before = {(found.id, found.field) for found in rules.judge(unit)}
    for row in PROFILES:
        try:
            made = profiles.apply(row, unit)
        except ValueError:
            continue
        assert profiles.apply(row, made) == made, row.key
        assert links.pairs(unit_of(links.pairs(made))) == links.pairs(made), row.key
        for found in rules.judge(made):
            is_new = (found.id, found.field) not in before and found.id not in REMAINING
            assert not is_new or SEVERITIES.index(found.severity) == SEVERITIES.index("note"), (row.key, found)


# --- on the page ------------------------------------------------------------------------------------


def panel(client: FlaskClient, parameters: Parameters) -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/?{query(parameters)}").text, "html.parser")


def test_the_page_links_to_every_profile_and_marks_the_current_one(client: FlaskClient) -> None:
    soup = panel(client, EXAMPLES["starter"])
    unit = unit_of(EXAMPLES["starter"])
    expected = {
        offer.profile.title: links.link(offer.unit) for offer in profiles.offers(unit) if offer.unit not in (None, unit)
    }  # type: ignore[arg-type]
    assert {a.get_text(): a["href"] for a in soup.select("#profiles a")} == expected
    marked = soup.select("#profiles [aria-current]")
    assert [tag.get_text() for tag in marked] == ["Isolated"]
    assert "equals it now" in marked[0].parent.get_text()  # type: ignore[union-attr]
    assert len(soup.select("#profiles li")) == len(PROFILES)


def test_a_long_form_has_buttons_that_lead_to_the_link(client: FlaskClient) -> None:
    long = with_values(LEAST, Environment=[f"NAME{at}=value" for at in range(100)])
    soup = panel(client, long)
    assert not soup.select("#profiles a")
    keys = [str(button["value"]) for button in soup.select("#unit-form #profiles button[name=profile]")]
    assert keys
    for key in keys:
        answer = client.post("/", data=_data([*long, ("profile", key)]))
        assert (answer.status_code, answer.location) == (303, links.link(applied(key, long)))
        assert client.get(f"/?{query([*long, ('profile', key)])}").location == answer.location


def _data(parameters: Parameters) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for key, value in parameters:
        data.setdefault(key, []).append(value)
    return data


def test_a_form_without_a_link_is_given_its_profile_on_the_page(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(LEAST) | {"Environment": "API_KEY=abc", "profile": "isolated"})
    assert answer.status_code == 200
    text = BeautifulSoup(answer.text, "html.parser").select_one("#unit-text")
    assert text is not None
    assert "ProtectProc=invisible" in text.get_text()
    assert "API_KEY=abc" in text.get_text()


def test_the_page_explains_why_a_profile_does_not_fit(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(with_values(LEAST, own="/srv/a")) | {"profile": "dynamic-user"})
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.text, "html.parser")
    said = soup.select_one("#profiles[open] .notice")
    assert said is not None
    assert "“Dynamic user” was not applied: A dynamic user cannot own" in said.get_text()
    assert [o for o in soup.select("#profiles li") if "not for this form" in o.get_text()]


def test_an_unknown_profile_is_reported_as_ignored(client: FlaskClient) -> None:
    soup = panel(client, [*LEAST, ("profile", "<b>")])
    assert [code.get_text() for code in soup.select("#ignored code")] == ["profile"]


def test_a_form_with_errors_shows_them_and_no_profiles(client: FlaskClient) -> None:
    answer = client.post("/", data=dict(LEAST) | {"User": "a b", "profile": "isolated"})
    assert answer.status_code == 422
    assert not BeautifulSoup(answer.text, "html.parser").select("#profiles")


@pytest.mark.parametrize("ask", [lambda c: c.get("/?name="), lambda c: c.get("/?name=&systemd=252")])
def test_the_empty_form_has_no_profiles_yet(client: FlaskClient, ask: Callable[[FlaskClient], object]) -> None:
    assert 'id="profiles"' not in ask(client).text  # type: ignore[attr-defined]


def test_a_form_after_following_a_profile_is_marked(client: FlaskClient) -> None:
    for row in PROFILES:
        link = panel(client, EXAMPLES["non-root"]).find("a", string=row.title)
        assert link is not None, row.key
        soup = BeautifulSoup(client.get(str(link["href"])).text, "html.parser")
        assert row.title in [tag.get_text() for tag in soup.select("#profiles [aria-current]")]


def test_reading_a_link_of_a_profile_gives_its_unit() -> None:
    for row in PROFILES:
        made = applied(row.key, EXAMPLES["non-root"])
        assert read(links.pairs(made)).unit == unit_of(links.pairs(made))


def test_the_guide_links_to_every_profile(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/guide").text, "html.parser")
    told = {entry.get_text(): entry["href"] for entry in soup.select("#profiles dt a")}
    assert told == {row.title: links.link(applied(row.key, EXAMPLES["non-root"])) for row in PROFILES}
    assert [code.get_text() for code in soup.select("#profiles dd code")] == [f"profile={row.key}" for row in PROFILES]

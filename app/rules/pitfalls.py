"""What every rule tells, and where the pitfalls are dealt with that no rule can see: the rows of the page of rules."""

from typing import NamedTuple

from app.rules import combinations, directories, dynamic, expansion, identity, privileges, sandbox, service, values
from app.rules import vocabulary as old_and_new
from app.rules.finding import Rule


class Told(NamedTuple):
    """A rule in the reference: the ids and severities of its findings, and a title."""

    rule: Rule
    ids: tuple[str, ...]
    severities: tuple[str, ...]
    title: str


class Elsewhere(NamedTuple):
    """A pitfall that is not seen from one unit, or not told by a finding: its id, a title, where it is dealt with."""

    id: str
    title: str
    where: str


_SPECIFIER = ("specifier",)
_ERROR, _WARNING, _HINT, _NOTE = ("error",), ("warning",), ("hint",), ("note",)

TOLD = (
    Told(expansion.unknown_specifier, _SPECIFIER, _ERROR, "A specifier that only the machine knows, where the preparation needs the value"),
    Told(expansion.bad_expansion, _SPECIFIER, _ERROR, "A value that is none once its specifiers are expanded"),
    Told(expansion.name_cannot_be_created, ("account-name",), _ERROR, "A name that no tool creates an account for"),
    Told(identity.runs_as_root, ("P2",), _WARNING, "The service runs as root"),
    Told(identity.dynamic_name_not_strict, ("P59",), _ERROR, "A dynamic user with a name that systemd does not allocate"),
    Told(identity.dynamic_name_taken, ("P12",), _WARNING, "A dynamic user with the name of an account that is there"),
    Told(identity.system_account, ("P6", "P23"), _WARNING, "A user that other services run as, or nobody"),
    Told(identity.group_opens_machine, ("P42",), _WARNING, "A group that is as good as root"),
    Told(identity.must_exist, ("P21",), _WARNING, "A user or group that must exist"),
    Told(identity.shipped_unit_name, ("shipped-unit",), _WARNING, "A name that takes the place of a unit of the distribution"),
    Told(identity.account_that_is_none, ("account",), _ERROR, "An existing account that User= does not name"),
    Told(privileges.root_undoes_walls, ("P3",), _WARNING, "Root behind mounts that it can undo"),
    Told(privileges.command_as_root, ("P56",), _WARNING, "A command with the prefix +, ! or !!, which runs as root"),
    Told(privileges.only_the_start_as_its_user, ("P56",), _WARNING, "PermissionsStartOnly=yes, with which other commands run as root"),
    Told(privileges.capabilities_open_all, ("P57",), _WARNING, "A capability that passes by owners and modes"),
    Told(privileges.capabilities_out_of_bounds, ("P39",), _HINT, "An ambient capability outside the bounding set"),
    Told(privileges.capabilities_in_namespace, ("P39",), _HINT, "An ambient capability in a user namespace"),
    Told(dynamic.overridden_by_dynamic_user, ("P10",), _NOTE, "A line that DynamicUser=yes overrides"),
    Told(dynamic.named_by_hash, ("P15",), _NOTE, "A dynamic user that is called by a hash"),
    Told(directories.managed_directory_of_the_system, ("P60",), _ERROR, "A managed directory that belongs to the system"),
    Told(directories.own_path_of_the_system, ("P60",), _ERROR, "A directory of its own that belongs to the system"),
    Told(directories.overlapping_own_paths, ("overlap",), _ERROR, "Directories of its own that lie in each other"),
    Told(directories.own_path_with_dynamic_user, ("P16",), _ERROR, "A directory of its own with a dynamic user"),
    Told(directories.readable_by_all, ("P5",), _WARNING, "A managed directory that all can read"),
    Told(directories.new_files_readable_by_all, ("P5",), _WARNING, "New files that all can read"),
    Told(directories.path_must_exist, ("P24",), _WARNING, "A writable path that must exist"),
    Told(directories.path_below_run, ("P25",), _WARNING, "A writable path below /run, gone after a reboot"),
    Told(directories.configuration_owned_by_service, ("P34",), _NOTE, "A configuration directory that the service would own"),
    Told(directories.mode_of_leaf_only, ("P36",), _NOTE, "A mode that only the last part of a managed directory gets"),
    Told(sandbox.homes_stay_writable, ("P4",), _WARNING, "Homes that ProtectSystem=strict leaves writable"),
    Told(sandbox.homes_stay_readable, ("P11",), _WARNING, "Homes that a dynamic user can read"),
    Told(sandbox.needs_what_is_hidden, ("P29",), _WARNING, "A program or path in a home that ProtectHome= hides"),
    Told(sandbox.scratch_is_read_only, ("P32",), _HINT, "/tmp read-only through ProtectSystem=strict"),
    Told(sandbox.writable_in_vain, ("P27",), _WARNING, "A writable path that is the protected one itself"),
    Told(sandbox.whole_tree_writable, ("P9",), _WARNING, "A whole tree of the system writable"),
    Told(sandbox.own_directory_unreachable, ("P31",), _HINT, "An inaccessible path above a directory that the service needs"),
    Told(service.output_into_the_system, ("P38",), _ERROR, "Output into a file of the system"),
    Told(service.output_into_managed_directory, ("P38",), _WARNING, "Output into a managed directory, opened before it is there"),
    Told(service.environment_file_must_exist, ("P55",), _WARNING, "A file of variables that must exist"),
    Told(service.pid_file_of_the_system, ("P60",), _ERROR, "A PID file that is a file of the system"),
    Told(service.no_command, ("no-command",), _ERROR, "Nothing to run"),
    Told(service.more_than_one_command, ("many-commands",), _ERROR, "Several main processes"),
    Told(service.restart_of_oneshot, ("oneshot-restart",), _ERROR, "A restart that systemd refuses for Type=oneshot"),
    Told(service.dbus_without_name, ("dbus-name",), _ERROR, "Type=dbus without a name on the bus"),
    Told(service.home_of_dynamic_user, ("P17",), _ERROR, "The home of a dynamic user, which has none"),
    Told(service.leaves_processes, ("kill-none",), _WARNING, "Processes that stay behind"),
    Told(service.depends_on_itself, ("itself",), _WARNING, "A unit that depends on itself"),
    Told(combinations.combined, ("combination",), ("error", "warning"), "Directives that do not go together"),
    Told(old_and_new.too_new, ("too-new",), ("error", "warning"), "Something that the systemd aimed at does not know yet"),
    Told(old_and_new.gone, ("removed",), ("error", "warning", "note"), "Something that systemd does not read any more"),
    Told(old_and_new.old_name, ("renamed",), _NOTE, "An old name"),
    Told(values.secret_in_environment, ("P46",), _WARNING, "A secret in Environment="),
    Told(values.not_ascii, ("non-ascii",), _NOTE, "Letters outside ASCII"),
)  # fmt: skip
"""The rules, in the order in which they are asked."""

_SEVERAL = "It takes two services to see it: give each a user and directories of its own name."
_MACHINE = "Only the machine knows."

ELSEWHERE = (
    Elsewhere("P1", "A value that systemd cannot parse is ignored, and the setting is open", "The form refuses such values beside their fields."),
    Elsewhere("P7", "Two services with one state directory", _SEVERAL),
    Elsewhere("P8", "Two services with one runtime directory, which goes when the first of them stops", _SEVERAL),
    Elsewhere("P13", "A dynamic user whose name only a group has", f"{_MACHINE} The service fails with 217/USER then; another name in User= mends it."),
    Elsewhere("P14", "Instances of a template that share one dynamic user", "The units made here are no templates; in one, write User=%p-%i."),
    Elsewhere("P18", "The state directory of a dynamic user is a link or a mount point", f"{_MACHINE} Mount below /var/lib/private instead."),
    Elsewhere("P19", "A state directory is a link to another disk", f"{_MACHINE} Mount the disk there instead of linking to it."),
    Elsewhere("P20", "A dynamic user where others need a stable owner", "What others need of its files is not in the unit: take a user of its own where backups or other services read them."),
    Elsewhere("P22", "A name that is none for users", "The form refuses it beside User= and Group=."),
    Elsewhere("P26", "A writable path that the user may not write to", "The preparation creates own directories with owner and mode, and checks the other paths."),
    Elsewhere("P28", "A single file made writable, which programs want to replace", f"{_MACHINE} A path does not tell whether it is a file: name its directory."),
    Elsewhere("P30", "Homes elsewhere than in /home", f"{_MACHINE} Name them in InaccessiblePaths=, with - before each."),
    Elsewhere("P33", "No directory to write to", "Many services write nothing; StateDirectory= is there for those that do."),
    Elsewhere("P35", "A managed directory that is no plain name", "The form refuses it beside its field."),
    Elsewhere("P37", "A state directory that takes over files which are there", f"{_MACHINE} systemd hands them over with all that is in them when it starts."),
    Elsewhere("P40", "A setuid program under NoNewPrivileges=yes", "What a program runs in turn is not in the unit: sudo and its like fail under this setting."),
    Elsewhere("P41", "Setgid directories under RestrictSUIDSGID=yes", "What a program does is not in the unit: let root set that bit."),
    Elsewhere("P43", "Supplementary groups only add to those of the account", f"{_MACHINE} The command id shows them."),
    Elsewhere("P44", "Files in /tmp and /dev/shm that other services open", "The exposure score counts PrivateTmp=, and the starter sets it; a finding would stand at nearly every unit."),
    Elsewhere("P45", "Command lines that other services see", "The exposure score counts ProtectProc=, and the starter sets it; a finding would stand at nearly every unit."),
    Elsewhere("P47", "A program that its own user can change", f"{_MACHINE} Let root own it; ProtectSystem=strict keeps it read-only too."),
    Elsewhere("P48", "MemoryDenyWriteExecute=yes with a program that makes code as it runs", "What a program does is not in the unit: leave it out for Java, Node.js and their like."),
    Elsewhere("P49", "Quotes, percent signs and backslashes that change a line", "The form judges each value as systemd parts its words."),
    Elsewhere("P50", "A comma in SupplementaryGroups=", "The form refuses it: groups are parted by blanks."),
    Elsewhere("P51", "User= in a unit of the user's own manager", "The units made here are for the system's."),
    Elsewhere("P52", "A program that SELinux does not let systemd run", f"{_MACHINE} Put it below /usr/local, or label it with semanage fcontext and restorecon."),
    Elsewhere("P53", "useradd where user or group exist", "The preparation looks first and names the group."),
    Elsewhere("P54", "A user whose home is missing", "The preparation gives useradd a home, the state directory or a path that does not exist."),
    Elsewhere("P58", "Variables and shells that reach a command run as root", "P56 names every command that runs as root; give it an absolute path and no variables."),
)  # fmt: skip

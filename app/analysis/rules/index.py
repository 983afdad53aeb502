"""What every rule tells, and where the pitfalls are dealt with that no rule can see: the rows of the page of rules."""

from typing import NamedTuple

from app.analysis.rules import (
    combinations,
    directories,
    dynamic,
    home_directories,
    identity,
    machine,
    preserved_lines,
    privileges,
    programs,
    root_paths,
    sandbox,
    secrets,
    service,
    shared_resources,
    specifiers,
    templates,
    triggers,
    writable_paths,
)
from app.analysis.rules import compatibility as old_and_new
from app.analysis.rules.finding import Rule


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
    Told(templates.instance_without_template, ("instance",), _ERROR, "Instances of a unit that is no template"),
    Told(templates.too_many_instances, ("instance",), _ERROR, "More instances than are prepared at once"),
    Told(templates.too_many_directories, (templates.TOO_MANY_DIRECTORIES,), _ERROR, "Too many directories"),
    Told(templates.instance_name_too_long, ("instance",), _ERROR, "A name that is too long with its instance"),
    Told(templates.instance_cannot_be_unescaped, ("instance",), _ERROR, "An instance that %I makes no text of"),
    Told(templates.specifier_in_own_path, _SPECIFIER, _ERROR, "A specifier in a directory of its own, in a unit without instances"),
    Told(specifiers.empty_final_component, _SPECIFIER, _ERROR, "%J in a unit whose name ends in a dash"),
    Told(specifiers.unknown_specifier, _SPECIFIER, _ERROR, "A specifier that only the machine knows, where the preparation needs the value"),
    Told(specifiers.bad_expansion, _SPECIFIER, _ERROR, "A value that is none once its specifiers are expanded"),
    Told(specifiers.bad_own_path, _SPECIFIER, _ERROR, "A directory of its own that is none for an instance"),
    Told(specifiers.name_cannot_be_created, ("account-name",), _ERROR, "A name that no tool creates an account for"),
    Told(preserved_lines.kept_directive, ("kept",), _WARNING, "A directive of an imported file that no field takes"),
    Told(preserved_lines.left_out, ("left-out",), _WARNING, "A line of an imported file that cannot be written out"),
    Told(templates.shared_user, ("P14",), _WARNING, "Instances of a template that share one user"),
    Told(templates.shared_directory, ("P7", "P8"), ("warning", "hint"), "Instances that share one managed directory"),
    Told(templates.shared_configuration, ("shared-configuration",), _WARNING, "Instances that share a configuration which one group reads"),
    Told(templates.shared_own_path, ("chown",), _ERROR, "Instances to whose users one directory would be handed"),
    Told(templates.alias_of_instances, ("alias",), _WARNING, "A plain name for a unit with instances"),
    Told(templates.no_instance, ("no-instance",), _NOTE, "A template of which no instance is named"),
    Told(identity.runs_as_root, ("P2",), _WARNING, "The service runs as root"),
    Told(identity.dynamic_name_not_strict, ("P59",), _ERROR, "A dynamic user with a name that systemd does not allocate"),
    Told(identity.dynamic_name_taken, ("P12",), _WARNING, "A dynamic user with the name of an account that is there"),
    Told(identity.system_account, ("P6", "P23"), _WARNING, "A user that other services run as, or nobody"),
    Told(identity.group_opens_machine, ("P42",), _WARNING, "A group that is as good as root"),
    Told(identity.must_exist, ("P21",), _WARNING, "A user or group that must exist"),
    Told(identity.groups_only_add, ("P43",), _NOTE, "Groups that an existing account is in besides"),
    Told(identity.shipped_unit_name, ("shipped-unit",), _WARNING, "A name that takes the place of a unit of the distribution"),
    Told(identity.account_that_is_none, ("account",), _ERROR, "An existing account that User= does not name"),
    Told(identity.number_of_no_own, ("number",), _ERROR, "A number for an account that is not created"),
    Told(identity.number_meant_for_others, ("number-range",), _WARNING, "A number that is meant for others"),
    Told(privileges.root_undoes_walls, ("P3",), _WARNING, "Root behind mounts that it can undo"),
    Told(privileges.command_as_root, ("P56",), _WARNING, "A command with the prefix +, ! or !!, which runs as root"),
    Told(privileges.socket_command_as_root, ("P56",), _WARNING, "A command of a socket that runs as root"),
    Told(privileges.only_the_start_as_its_user, ("P56",), _WARNING, "PermissionsStartOnly=yes, with which other commands run as root"),
    Told(privileges.shell_as_root, ("P58",), _WARNING, "A shell that runs as root"),
    Told(privileges.variables_reach_root, ("P58",), _WARNING, "Variables that reach a command run as root"),
    Told(privileges.capabilities_open_all, ("P57",), _WARNING, "A capability that passes by owners and modes"),
    Told(privileges.capabilities_out_of_bounds, ("P39",), _HINT, "An ambient capability outside the bounding set"),
    Told(privileges.capabilities_in_namespace, ("P39",), _HINT, "An ambient capability in a user namespace"),
    Told(machine.starts_what_opens_the_machine, ("P65",), _WARNING, "Starting a unit that opens or stops the machine"),
    Told(machine.acts_on_the_machine, ("P65",), _WARNING, "An action that stops the whole machine"),
    Told(machine.reads_a_secret_of_the_system, ("P65",), _WARNING, "A credential read from a secret of the system"),
    Told(dynamic.overridden_by_dynamic_user, ("P10",), _NOTE, "A line that DynamicUser=yes overrides"),
    Told(dynamic.named_by_hash, ("P15",), _NOTE, "A dynamic user that is called by a hash"),
    Told(dynamic.named_like_a_group, ("P13",), _WARNING, "A dynamic user with the name of a group"),
    Told(dynamic.state_is_a_mount, ("P18",), _WARNING, "A mount where a dynamic user’s data is linked to"),
    Told(dynamic.needs_a_stable_owner, ("P20",), _NOTE, "A dynamic user where others need a stable owner"),
    Told(dynamic.leaves_files_behind, ("P16",), _WARNING, "Files that a dynamic user leaves behind"),
    Told(directories.managed_directory_of_the_system, ("P60",), _ERROR, "A managed directory that belongs to the system"),
    Told(directories.own_path_of_the_system, ("P60",), _ERROR, "A directory of its own that belongs to the system"),
    Told(directories.overlapping_own_paths, ("overlap",), _ERROR, "Directories of its own that lie in each other"),
    Told(directories.own_path_with_dynamic_user, ("P16",), _ERROR, "A directory of its own with a dynamic user"),
    Told(directories.readable_by_all, ("P5",), _WARNING, "A managed directory that all can read"),
    Told(directories.new_files_readable_by_all, ("P5",), _WARNING, "New files that all can read"),
    Told(directories.path_must_exist, ("P24",), _WARNING, "A writable path that must exist"),
    Told(directories.path_below_run, ("P25",), _WARNING, "A writable path below /run, gone after a reboot"),
    Told(directories.directory_is_a_link, ("P19",), _WARNING, "A managed directory that is a link"),
    Told(directories.configuration_owned_by_service, ("P34",), _NOTE, "A configuration directory that the service would own"),
    Told(directories.mode_of_leaf_only, ("P36",), _NOTE, "A mode that only the last part of a managed directory gets"),
    Told(root_paths.path_of_the_system, ("P60", "P63"), _ERROR, "systemd acts as root on a path of the system"),
    Told(root_paths.path_with_unknown_specifier, ("P62",), _ERROR, "Unknown specifier in a path that systemd uses as root"),
    Told(root_paths.path_led_elsewhere, ("P61",), _WARNING, "systemd follows links of others as root"),
    Told(root_paths.mount_point_on_host, ("mount-point",), ("warning", "note"), "Missing mount point is created on the host"),
    Told(writable_paths.listed_without_ownership, ("P26",), _HINT, "A writable path that nobody hands over"),
    Told(writable_paths.single_file_writable, ("P28",), _HINT, "A single file made writable, which programs want to replace"),
    Told(writable_paths.nothing_is_writable, ("P33",), _HINT, "No directory to write to"),
    Told(writable_paths.takes_over_what_is_there, ("P37",), _NOTE, "A managed directory that takes over files which are there"),
    Told(sandbox.scratch_is_read_only, ("P32",), _HINT, "/tmp read-only through ProtectSystem=strict"),
    Told(sandbox.writable_in_vain, ("P27",), _WARNING, "A writable path that is the protected one itself"),
    Told(sandbox.whole_tree_writable, ("P9",), _WARNING, "A whole tree of the system writable"),
    Told(sandbox.own_directory_unreachable, ("P31",), _HINT, "An inaccessible path above a directory that the service needs"),
    Told(home_directories.homes_stay_writable, ("P4",), _WARNING, "Homes that ProtectSystem=strict leaves writable"),
    Told(home_directories.homes_stay_readable, ("P11",), _WARNING, "Homes that a dynamic user can read"),
    Told(home_directories.needs_what_is_hidden, ("P29",), _WARNING, "A program or path in a home that ProtectHome= hides"),
    Told(home_directories.homes_elsewhere_stay_open, ("P30",), _WARNING, "Homes elsewhere than in /home"),
    Told(shared_resources.scratch_is_shared, ("P44",), _WARNING, "/tmp shared with every service"),
    Told(shared_resources.memory_is_shared, ("P44",), _NOTE, "/dev/shm shared with every service"),
    Told(shared_resources.processes_are_visible, ("P45",), _WARNING, "Command lines of other services"),
    Told(programs.gains_rights_in_vain, ("P40",), _HINT, "A setuid program under NoNewPrivileges=yes"),
    Told(programs.sets_group_bit_in_vain, ("P41",), _HINT, "A setgid bit under RestrictSUIDSGID=yes"),
    Told(programs.code_is_writable, ("P47",), _WARNING, "A program that its own user can change"),
    Told(programs.compiles_in_vain, ("P48",), _HINT, "MemoryDenyWriteExecute=yes with a program that makes code as it runs"),
    Told(programs.label_forbids, ("P52",), _WARNING, "A program that SELinux does not let systemd run"),
    Told(programs.port_is_closed, ("P39",), _HINT, "A port below 1024 without the right to it"),
    Told(service.output_into_managed_directory, ("P38",), _WARNING, "Output into a managed directory, opened before it is there"),
    Told(service.environment_file_must_exist, ("P55",), _WARNING, "A file of variables that must exist"),
    Told(service.no_command, ("no-command",), _ERROR, "Nothing to run"),
    Told(service.more_than_one_command, ("many-commands",), _ERROR, "Several main processes"),
    Told(service.restart_of_oneshot, ("oneshot-restart",), _ERROR, "A restart that systemd refuses for Type=oneshot"),
    Told(service.dbus_without_name, ("dbus-name",), _ERROR, "Type=dbus without a name on the bus"),
    Told(service.home_of_dynamic_user, ("P17",), _ERROR, "The home of a dynamic user, which has none"),
    Told(service.leaves_processes, ("kill-none",), _WARNING, "Processes that stay behind"),
    Told(service.depends_on_itself, ("itself",), _WARNING, "A unit that depends on itself"),
    Told(triggers.nothing_to_start_by, ("never-starts",), _ERROR, "A timer, socket or path that says nothing to start by"),
    Told(triggers.elapses_never, ("never-starts",), _HINT, "A timer that counts from a start that never comes"),
    Told(triggers.stays_after_timer, ("runs-once",), _HINT, "A service that stays up after its timer started it"),
    Told(triggers.starts_another, ("starts-another",), _HINT, "A timer, socket or path that starts another unit"),
    Told(triggers.accepts_without_template, ("accept",), _ERROR, "Accept=yes, and no template for the connections"),
    Told(triggers.accepts_what_cannot_be, ("accept-refused",), _ERROR, "Accept=yes with what has no connections"),
    Told(triggers.instance_is_connection, ("accept-user",), _HINT, "A user that is named after a connection"),
    Told(triggers.symlinks_to_many, ("symlinks",), _ERROR, "Links to a socket that has not one path"),
    Told(triggers.socket_for_everybody, ("open-socket",), _WARNING, "A socket in the file system that everybody can connect to"),
    Told(triggers.socket_goes_with_directory, ("socket-removed",), _HINT, "A socket in a directory that goes with the service"),
    Told(triggers.needless_capability, ("needless-capability",), _NOTE, "The right to open ports that the socket opens"),
    Told(triggers.persistent_without_calendar, ("no-effect",), _NOTE, "Persistent= without a calendar"),
    Told(triggers.starts_again_and_again, ("again",), _NOTE, "A path that starts the service as long as it is there"),
    Told(combinations.combined, ("combination",), ("error", "warning"), "Directives that do not go together"),
    Told(old_and_new.too_new, ("too-new",), ("error", "warning"), "Something that the systemd aimed at does not know yet"),
    Told(old_and_new.gone, ("removed",), ("error", "warning", "note"), "Something that systemd does not read any more"),
    Told(old_and_new.old_name, ("renamed",), _NOTE, "An old name"),
    Told(secrets.secret_in_value, ("P46", "P76"), _WARNING, "A secret in the unit"),
    Told(secrets.not_ascii, ("non-ascii",), _NOTE, "Letters outside ASCII"),
)  # fmt: skip
"""The rules, in the order in which they are asked."""

ELSEWHERE = (
    Elsewhere("P1", "A value that systemd cannot parse is ignored, and the setting is open", "The form refuses such values beside their fields."),
    Elsewhere("P22", "A name that is none for users", "The form refuses it beside User= and Group=."),
    Elsewhere("P35", "A managed directory that is no plain name", "The form refuses it beside its field."),
    Elsewhere("P49", "Quotes, percent signs and backslashes that change a line", "The form judges each value as systemd parts its words."),
    Elsewhere("P50", "A comma in SupplementaryGroups=", "The form refuses it: groups are parted by blanks."),
    Elsewhere("P51", "User= in a unit of the user's own manager", "The units made here are for the system's."),
    Elsewhere("P53", "useradd where user or group exist", "The preparation looks first and names the group."),
    Elsewhere("P54", "A user whose home is missing", "The preparation gives useradd a home, the state directory or a path that does not exist."),
)  # fmt: skip

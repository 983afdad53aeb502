"""Findings on what makes systemd refuse a service as a whole (service_verify() in src/core/service.c)."""

from collections.abc import Iterator

from app import catalogue
from app.analysis.rules.finding import Finding, Fix, Rule
from app.effective import Effective, is_read
from app.values import UnitNames, commands_of, is_within, simplify


def no_command(unit: Effective) -> Iterator[Finding]:
    """systemd refuses a service without a command. Only Type=oneshot with RemainAfterExit=yes may have ExecStop= alone.
    A line that the target version ignores does not count (systemd.service(5), ExecStart=).
    """
    if any(is_read("ExecStart", value, unit.version) for value in unit.file.values("ExecStart")):
        return
    if unit.file.is_set("ExecStart") and unit.file.target.backports:
        return
    stays = unit.word("RemainAfterExit") == "yes" and unit.file.is_set("ExecStop")
    acts = unit.setting("SuccessAction") not in ("", "none")
    if unit.setting("Type") == "oneshot" and (stays or acts):
        return
    yield Finding(
        "no-command",
        "error",
        "ExecStart",
        "There is nothing to run: write the program with its full path, for example /usr/local/bin/myapp.",
    )


def more_than_one_command(unit: Effective) -> Iterator[Finding]:
    """Every type except oneshot has exactly one main process, and therefore requires exactly one ExecStart= command
    (systemd.service(5), ExecStart=).
    """
    commands = [command for value in unit.file.values("ExecStart") for command in commands_of(value)]
    if len(commands) > 1 and unit.setting("Type") != "oneshot":
        yield Finding(
            "many-commands",
            "error",
            "ExecStart",
            "Only Type=oneshot may run several commands. Keep one line here and put the others into ExecStartPre=.",
        )


def restart_of_oneshot(unit: Effective) -> Iterator[Finding]:
    """A oneshot service that exited cleanly is finished, so systemd refuses a Restart= value that would restart it
    then. Versions before 244 refuse every Restart= value (systemd.service(5), Restart=; service_verify() in
    src/core/service.c).
    """
    restart = unit.setting("Restart")
    if unit.setting("Type") != "oneshot" or restart in {"", "no"}:
        return
    if restart in {"always", "on-success"} or unit.version < 244:
        better = "on-failure" if unit.version >= 244 else "no"
        yield Finding(
            "oneshot-restart",
            "error",
            "Restart",
            f"systemd {unit.version} refuses Restart={restart} with Type=oneshot. Use {better}.",
            Fix(f"Set Restart={better}", unit.file.with_values("Restart", better)),
        )


def dbus_without_name(unit: Effective) -> Iterator[Finding]:
    """A service with Type=dbus counts as started when its name appears on the bus. systemd therefore requires BusName=
    (systemd.service(5), Type=; service_verify() in src/core/service.c).
    """
    if unit.setting("Type") == "dbus" and not unit.written("BusName"):
        yield Finding(
            "dbus-name",
            "error",
            "Type",
            "Type=dbus needs BusName=, the name that the service takes on the bus.",
            Fix("Set Type=exec instead", unit.file.with_values("Type", "exec")),
        )


def home_of_dynamic_user(unit: Effective) -> Iterator[Finding]:
    """A dynamic user has no home directory. systemd 256 and later refuses WorkingDirectory=~ with a dynamic user, and
    older versions fail with 200/CHDIR (unit_verify_contexts() in src/core/unit.c; tested on systemd 252, 257 and 262).
    """
    if unit.is_dynamic and unit.written("WorkingDirectory").removeprefix("-") == "~":
        state = next((directory.path for directory in unit.managed if directory.row.root == "/var/lib"), "")
        yield Finding(
            "P17",
            "error",
            "WorkingDirectory",
            "A dynamic user has no home, so the service cannot start in ~. Name a directory, for example one of StateDirectory=.",
            Fix(f"Set WorkingDirectory={state}", unit.file.with_values("WorkingDirectory", state)) if state else None,
        )


def output_into_managed_directory(unit: Effective) -> Iterator[Finding]:
    """systemd opens the files of StandardOutput= and StandardError= before it creates the managed directories. The
    first start fails with 209/STDOUT, and so does every later start (systemd issue 27591; tested on systemd 252, 257
    and 262).
    """
    made = [directory for directory in unit.managed if directory.row.root != "/etc"]
    for name in ("StandardOutput", "StandardError"):
        way, _, path = unit.expand_known(unit.written(name)).partition(":")
        inside = next((directory for directory in made if is_within(simplify(path), directory.path)), None)
        if way in ("file", "append", "truncate") and inside:
            yield Finding(
                "P38",
                "warning",
                name,
                f"The service never starts on a new machine (209/STDOUT), because systemd opens {path} before it creates {inside.path}. Use the journal.",
                Fix("Use the journal", unit.file.with_values(name, "journal")),
            )


def environment_file_must_exist(unit: Effective) -> Iterator[Finding]:
    """A service does not start if a file of EnvironmentFile= is missing, unless its path has the prefix -. systemd
    reports only the result “resources” and does not name the file (systemd.exec(5), EnvironmentFile=; tested on systemd
    252, 257 and 262).
    """
    for line in unit.file.assignments:
        if line.name == "EnvironmentFile" and not line.value.startswith("-"):
            yield Finding(
                "P55",
                "warning",
                line.name,
                f"{line.value} must exist, or the service does not start. Put - before it if it may be missing.",
                Fix(f"Write -{line.value}"[:80], unit.file.with_line(line, f"-{line.value}")),
            )


def leaves_processes(unit: Effective) -> Iterator[Finding]:
    """With KillMode=none systemd does not kill any process of the service. It logs a warning that this is unsafe
    whenever it loads the unit (systemd.kill(5), KillMode=).
    """
    if unit.setting("KillMode") == "none":
        yield Finding(
            "kill-none",
            "warning",
            "KillMode",
            "KillMode=none leaves all processes running when the service stops, and systemd calls it unsafe.",
            Fix("Set KillMode=mixed", unit.file.with_values("KillMode", "mixed")),
        )


def depends_on_itself(unit: Effective) -> Iterator[Finding]:
    """systemd ignores a dependency of a unit on itself and logs this to the journal (unit_add_dependency() in
    src/core/unit.c).
    """
    own = unit.file_name
    for name in dict.fromkeys(line.name for line in unit.file.assignments if _names_units(line.name)):
        lines = [unit.expand_known(value).split() for value in unit.file.values(name)]
        if any(own in words for words in lines):
            kept = (" ".join(word for word in words if word != own) for words in lines)
            yield Finding(
                "itself",
                "warning",
                name,
                f"{name}={own} names the unit itself, and systemd drops that.",
                Fix(f"Take {own} out of {name}=", unit.file.with_values(name, *filter(None, kept))),
            )


def _names_units(name: str) -> bool:
    return isinstance(catalogue.find(name).kind, UnitNames)


RULES: tuple[Rule, ...] = (
    Rule(output_into_managed_directory, ("P38",), ("warning",), "Output file in a managed directory"),
    Rule(environment_file_must_exist, ("P55",), ("warning",), "EnvironmentFile= must exist"),
    Rule(no_command, ("no-command",), ("error",), "No command to run"),
    Rule(more_than_one_command, ("many-commands",), ("error",), "Multiple ExecStart= commands"),
    Rule(restart_of_oneshot, ("oneshot-restart",), ("error",), "Restart= value that Type=oneshot does not allow"),
    Rule(dbus_without_name, ("dbus-name",), ("error",), "Type=dbus without BusName="),
    Rule(home_of_dynamic_user, ("P17",), ("error",), "WorkingDirectory=~ with a dynamic user"),
    Rule(leaves_processes, ("kill-none",), ("warning",), "KillMode=none leaves processes behind"),
    Rule(depends_on_itself, ("itself",), ("warning",), "Unit depends on itself"),
)  # fmt: skip

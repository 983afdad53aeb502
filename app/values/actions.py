"""What systemd does to the machine when a unit ends or a job takes too long (FailureAction= and its kin; systemd.unit(5))."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.values.kind import Kind, Need
from app.values.specifiers import check_specifiers, specifier_needs, with_placeholders

EMERGENCY_ACTIONS = (
    dict.fromkeys("none reboot reboot-force reboot-immediate poweroff poweroff-force poweroff-immediate".split(), 1)
    | dict.fromkeys("exit exit-force".split(), 240)
    | dict.fromkeys("soft-reboot soft-reboot-force kexec kexec-force halt halt-force halt-immediate".split(), 254)
)
"""emergency_action_table[] in src/core/emergency-action.c."""

JOB_MODES = dict.fromkeys(
    "fail replace replace-irreversibly isolate flush ignore-dependencies ignore-requirements".split(), 1
) | {"triggering": 244, "restart-dependencies": 254, "lenient": 258}
"""job_mode_table[] in src/core/job.c."""


@dataclass(frozen=True)
class RebootArgument(Kind):
    """What is handed to the kernel or to the boot loader, see reboot(2): one string, quotes and all (RebootArgument=).

    config_parse_unit_string_printf() until 251; since then reboot_parameter_is_valid() (src/shared/reboot-util.c).
    """

    expands = True
    may_be_empty = True

    def check(self, value: str) -> str:
        check_specifiers(value)
        return value

    def needs(self, value: str) -> Iterator[Need]:
        yield from specifier_needs(value)
        if not value.isascii():
            yield Need(1, "a character outside ASCII", removed_in=252)
        if len(with_placeholders(value)) > 255:
            yield Need(1, "an argument of more than 255 characters", removed_in=252)

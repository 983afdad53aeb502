"""What makes systemd itself abort is an error here, and nothing else is: systemd-analyze verify aborts in the same function."""

import pytest

from app.analysis.rules import judge
from app.catalogue.versions import target
from app.unitfile.model import Assignment, UnitFile
from tests.system import lab

NAMES = ["w-", "w--", "a-b-", "y-@", "y-@one", "a-b", "ab", "y@one", "-w"]
VALUES = ["%J", "%%J", "%%%J", "x%J%j", "%j", "%P %p"]
ABORTED = 134


@pytest.mark.parametrize("version", [247, 252, 254, 257, 262])
def test_a_value_that_aborts_systemd_is_an_error(version: int) -> None:
    wrong = []
    with lab.throwaway(lab.root(version)) as copy:
        for name in NAMES:
            for value in VALUES:
                lines = (Assignment("Description", f"x {value}"), Assignment("ExecStart", "/bin/true"))
                found = judge(UnitFile(name, target=target(str(version)), assignments=lines))
                refused = any(finding.id == "specifier" and "crashes" in finding.message for finding in found)
                file = f"/tmp/{name}.service"
                text = f"[Unit]\nDescription=x {value}\n[Service]\nExecStart=/bin/true\n"
                command = ['cat >"$1"; systemd-analyze verify --man=no "$1" >/dev/null 2>&1; echo $?', "sh", file]
                status = int(lab.run_in(copy, ["sh", "-c", *command], text).stdout)
                if (status == ABORTED) != refused:
                    wrong.append((name, value, status, refused))
    assert wrong == []

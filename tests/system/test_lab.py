"""Tests of the harness itself: what it reports is true, and nothing of it stays behind."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import lab

GOOD = "[Service]\nExecStart=/bin/true\n"


@pytest.fixture
def no_trace() -> Iterator[None]:
    """Fail the test if it leaves a mount on the host."""
    before = Path("/proc/self/mountinfo").read_text()
    yield
    assert Path("/proc/self/mountinfo").read_text() == before


def has_group(name: str) -> bool:
    """Return whether the host has a control group for the guest called `name`."""
    return any(Path("/sys/fs/cgroup").glob(f"**/{name}"))


def test_verify_attributes_each_line_to_its_unit(root252: Path, no_trace: None) -> None:
    units = {
        "good.service": GOOD,
        "not-good.service": "[Service]\nExecStart=/bin/true\nFoo=1\n",
        "stubbed.service": "[Service]\nExecStart=/opt/shop/bin/serve\n",
        "missing.service": "[Service]\nExecStart=/opt/shop/bin/nothing\n",
        "template@.service": "[Service]\nExecStart=/bin/nothing\nBar=1\n",
        "dropped.service": GOOD,
        "dropped.service.d/override.conf": "[Service]\nBaz=1\n",
    }
    found = lab.verify(root252, units, executables=["/opt/shop/bin/serve"])
    assert set(found) == {*units, ""}
    assert [name for name, lines in found.items() if not lines] == [
        "good.service",
        "stubbed.service",
        "dropped.service",
        "",
    ]
    assert found["not-good.service"] == [
        "/etc/systemd/system/not-good.service:3: Unknown key 'Foo' in section [Service], ignoring."
    ]
    assert "/opt/shop/bin/nothing is not executable" in found["missing.service"][0]
    assert len(found["template@.service"]) == 2
    assert "'Baz'" in found["dropped.service.d/override.conf"][0]


def test_verify_takes_hundreds_of_units_at_once(root252: Path) -> None:
    units = {f"unit{number}.service": GOOD + f"Key{number}=\n" for number in range(300)}
    found = lab.verify(root252, units)
    assert found.pop("") == []
    assert all(len(lines) == 1 and f"'Key{name[4:-8]}'" in lines[0] for name, lines in found.items())


def test_throwaway_is_thrown_away(root252: Path, no_trace: None) -> None:
    with lab.throwaway(root252) as copy:
        done = lab.run_in(
            copy, ["sh", "-euc", "useradd -r shop; cat >/srv/note; ps ax | grep -c ' [0-9]'"], input="hello"
        )
        assert done.returncode == 0, done.stderr
        assert (copy / "srv/note").read_text() == "hello"
        assert "shop:" in (copy / "etc/passwd").read_text()
        assert lab.run_in(copy, ["sh", "-c", "echo x >/sys/kernel/mm/ksm/run"]).returncode != 0
    assert not copy.exists()
    assert not (root252 / "srv/note").exists()
    assert "shop:" not in (root252 / "etc/passwd").read_text()


def test_throwaway_ends_what_still_runs_when_the_test_fails(root252: Path, no_trace: None) -> None:
    def fail_inside() -> None:
        with lab.throwaway(root252) as copy:
            lab.run_in(copy, ["sh", "-c", "sleep 4242 >/dev/null 2>&1 &"])
            assert b"4242" in command_lines()
            raise KeyError("a failing test")

    with pytest.raises(KeyError):
        fail_inside()
    assert b"4242" not in command_lines()


def command_lines() -> set[bytes]:
    """Return every argument of every process on the machine."""
    found: set[bytes] = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.update(path.read_bytes().split(b"\0"))
        except OSError:  # it has ended meanwhile
            continue
    return found


@pytest.mark.parametrize("version", sorted(lab.SUITES))
def test_guest_runs_the_requested_systemd_without_failed_units(version: int) -> None:
    # One of its own: in those that the session shares, other tests start units that fail.
    with lab.Guest(lab.root(version)) as guest:
        assert guest.run(["systemctl", "show", "-P", "Version"], check=True).stdout.startswith(str(version))
        guest.run(["systemctl", "is-system-running", "--wait"])
        assert guest.run(["systemctl", "--failed", "--plain", "--no-legend"], check=True).stdout == ""


def test_guest_runs_a_unit_that_was_written(guest252: lab.Guest) -> None:
    unit = "[Service]\nType=oneshot\nDynamicUser=yes\nStateDirectory=lab-note\n"
    unit += "ExecStart=/bin/sh -c 'id -un >$STATE_DIRECTORY/me'\n"
    guest252.write("/etc/systemd/system/lab-note.service", unit)
    guest252.run(["systemctl", "start", "lab-note.service"], check=True)
    assert guest252.run(["cat", "/var/lib/lab-note/me"], check=True).stdout == "lab-note\n"
    guest252.write("/srv/deep/secret", "told\n", mode=0o600)
    assert guest252.run(["stat", "-c", "%a %U", "/srv/deep/secret"]).stdout == "600 root\n"


def test_guest_reports_what_a_failing_command_wrote(guest252: lab.Guest) -> None:
    assert guest252.run(["cat"], input="hello").stdout == "hello"
    with pytest.raises(subprocess.CalledProcessError) as caught:
        guest252.run(["sh", "-c", "echo oops >&2; exit 3"], check=True)
    assert (caught.value.returncode, caught.value.__notes__) == (3, ["oops\n"])


def test_guests_boot_side_by_side_and_power_off(root252: Path, no_trace: None) -> None:
    with lab.Guest(root252) as one, lab.Guest(root252) as other:
        one.write("/srv/only-here", "")
        assert other.run(["test", "-e", "/srv/only-here"]).returncode == 1
        assert has_group(one.name)
    assert one.run(["true"]).returncode != 0
    assert not has_group(one.name)
    assert not has_group(other.name)


def test_guest_powers_off_when_the_test_run_is_killed(root252: Path, no_trace: None) -> None:
    script = (
        "import sys, time; from pathlib import Path; from tests.system import lab\n"
        "with lab.Guest(Path(sys.argv[1])) as guest: print(guest.name, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, root252]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert has_group(name)
        process.kill()
    end = time.monotonic() + 20
    while has_group(name) and time.monotonic() < end:
        time.sleep(0.05)
    assert not has_group(name)


def test_an_unbootable_root_is_reported(root252: Path, tmp_path: Path, no_trace: None) -> None:
    guest = lab.Guest(tmp_path)
    with pytest.raises(lab.LabError, match="os-release"), guest:
        pass
    assert not has_group(guest.name)
    with pytest.raises(lab.LabError, match="no namespace"), lab.throwaway(tmp_path):
        pass


def test_a_root_of_another_version_is_refused(root252: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "SUITES", {999: root252.name})
    with pytest.raises(lab.LabError, match=r"should have systemd 999, but has: systemd 252 "):
        lab.root(999)

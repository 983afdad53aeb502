"""What the undo script makes of the specifiers in other units, against what systemd makes of them on booted systems."""

import random
import re
from collections.abc import Callable
from importlib.resources import files

import pytest

from tests.system import lab

NAMED = "%p %i %n %N %j %P %I %J".split()
KNOWN = "%S %C %L %t %E %h %u %U %g %G %T %V %m %b %H %l %v %o %w %W %B %M %A %% %a %s".split()
"""Those that are the machine's, and some that only systemd knows."""

NAMES = ["app", "a-b", "a-b-c", "x_1", "-x", "a-", "a.b", r"a\x2db", "9a"]
INSTANCES = ["one", "x-y", r"x\x2dy", "1", "a.b", "a-b-c", "@"]
UNITS = 60
TREE = "/run/systemd/system"


def drawn(seed: int) -> dict[str, tuple[str, str, str]]:
    """Units by name: the file that they are read from, the value of User=, and a text with specifiers of any kind."""
    chance = random.Random(seed)
    found = {}
    for number in range(UNITS):
        name = f"ou{number}-{chance.choice(NAMES)}"
        user = "u" + "".join(chance.choice(["%p", "%j", "%i", "%N", "a", "-"]) for _ in range(2))
        # %J of a name that ends in a dash ends PID 1 (seen on systemd 257 and 262).
        named = [letter for letter in NAMED if letter != "%J" or not name.endswith("-")]
        text = "/" + "/".join(chance.choice([*named, *KNOWN]) for _ in range(4))
        if chance.random() < 0.5:
            found[f"{name}@{chance.choice(INSTANCES)}.service"] = (f"{name}@.service", user, text)
        else:
            found[f"{name}.service"] = (f"{name}.service", user, text)
    return found


@pytest.mark.parametrize("version", [252, 257, 262])
def test_specifiers_expand_as_in_systemd(root252: object, version: int, say: Callable[..., None]) -> None:
    units, users = drawn(version), 0
    with lab.Guest(lab.root(version)) as guest:
        guest.run(
            ["sh", "-c", "printf 'BUILD_ID=b1\\nVARIANT_ID=\"v 1\"\\nIMAGE_ID=i1\\n' >>/usr/lib/os-release"], check=True
        )
        for file, user, text in units.values():
            guest.write(f"{TREE}/{file}", f'[Service]\nExecStart=/bin/true\nUser={user}\nEnvironment="V={text}"\n')
        guest.write("/root/other_units.awk", (files("app.host") / "other_units.awk").read_text())
        guest.run(["systemctl", "daemon-reload"], check=True)
        shown = {}
        for name in units:
            asked = guest.run(["systemctl", "show", "-p", "User,Environment", "--", name], check=True).stdout
            shown[name] = dict(line.split("=", 1) for line in asked.splitlines() if "=" in line)
        command = f"{{ find -L {TREE} -type f; cat; }} | LC_ALL=C awk -f /root/other_units.awk"
        *lines, last = guest.run(
            ["sh", "-c", command], input="".join(f"{name}\n" for name in units)
        ).stdout.splitlines()
    assert last == "complete"
    rows = {tuple(line.split("\t")) for line in lines}
    for name in units:
        texts = {text for unit, kind, text in rows if (unit, kind) == (name, "path")}
        assert any(_is_like(text, shown[name]["Environment"]) for text in texts), (
            name,
            units[name],
            shown[name],
            texts,
        )
        if shown[name].get("User"):
            users += 1
            assert (name, "account", shown[name]["User"]) in rows, (name, units[name], shown[name])
    say(f"systemd {version}: {len(units)} units and {users} users are expanded as systemd expands them")
    assert users > UNITS / 3


def _is_like(text: str, shown: str) -> bool:
    """Whether a text is what systemctl shows, which quotes words; what only systemd knows may be anything."""
    plain = re.sub("//+", "/", shown.replace('"', "").replace("\\\\", "\\"))
    return re.fullmatch(".*".join(map(re.escape, text.split("\1"))), plain) is not None

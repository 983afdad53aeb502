"""The lock of the dependencies: everything that is needed, one version each, by hash, from nowhere in particular."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / ".deploy" / "requirements.txt").read_text()
ENTRIES = [entry for entry in re.split(r"\n(?=\S)", LOCK.strip()) if not entry.startswith("#")]
LOCKED = {
    canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+) \\$", LOCK, re.MULTILINE)
}
WANTED = [Requirement(text) for text in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]]


def test_every_entry_is_one_version_with_hashes() -> None:
    assert len(LOCKED) == len(ENTRIES) > 10
    for entry in ENTRIES:
        assert re.match(r"[\w.-]+==\S+ \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n)+", f"{entry}\n"), entry


def test_it_names_no_place_to_fetch_from() -> None:
    assert not re.search(r"://|--index|--find-links|--trusted-host|@", LOCK)


def test_it_contains_the_dependencies_of_the_project() -> None:
    for wanted in WANTED:
        assert wanted.specifier.contains(LOCKED[canonicalize_name(wanted.name)]), wanted


def test_it_contains_indirect_dependencies_and_nothing_else() -> None:
    needed, left = set(), [(wanted.name, wanted.extras) for wanted in WANTED]
    while left:
        name, extras = left.pop()
        needed.add(canonicalize_name(name))
        for text in metadata.requires(name) or ():
            further = Requirement(text)
            asked = further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in (*extras, ""))
            if asked and canonicalize_name(further.name) not in needed:
                left.append((further.name, further.extras))
    assert needed == set(LOCKED)

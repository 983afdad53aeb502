"""What Debian's packages ship is imported whole, and systemd reads what comes out as it reads what went in."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count, groupby
from pathlib import Path
from typing import NamedTuple

import pytest

from app import catalogue
from app.unitfile.parse import ParsedUnit, parse_files
from app.unitfile.sources import Source
from app.values import Boolean, spell_boolean
from tests.system import lab
from tests.system.corpus import Shipped, shipped

LEAST_FILES = 500
"""Of so many files the claims must hold."""

VERIFIED = (252, 257)
SHOWN = (252, 257, 262)


class Imported(NamedTuple):
    """A file and what it came to."""

    file: Shipped
    reading: ParsedUnit

    @property
    def before(self) -> str:
        """The text that the package ships."""
        return self.file.content.decode()

    @property
    def after(self) -> str:
        """The text that is written out."""
        return self.reading.texts[self.file.name]


@pytest.fixture(scope="module")
def files(require: Callable[[str, str], None]) -> list[Shipped]:
    """All that the packages ship."""
    require("apt-get", "the files are fetched by apt-get")
    require("dpkg-deb", "the files are unpacked by dpkg-deb")
    return shipped()


@pytest.fixture(scope="module")
def units(files: list[Shipped]) -> list[Imported]:
    """The unit files among them, imported."""
    return [Imported(file, parse_files([Source(file.path, file.content)])) for file in files if file.is_unit]


class Said(NamedTuple):
    """A line of a unit file that says something, as this module reads it by itself: section, key and value, or a comment."""

    section: str
    key: str
    value: str


def lines_of(text: str, file: str) -> list[Said]:
    """The lines of a unit file; what systemd reads alike is written alike."""
    found: list[Said] = []
    section = held = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith(("#", ";")):
            found.append(Said("", "#", stripped.expandtabs()))
        elif line.endswith("\\"):
            held += f"{line[:-1]} "
        elif section_of(held + line):
            section, held = section_of(held + line), ""
        elif stripped or held:
            key, _, value = (held + line).partition("=")
            found.append(Said(section, key.strip(), alike(file, section, key.strip(), value)))
            held = ""
    return found


def section_of(line: str) -> str:
    """The section that a line begins, "" for none."""
    header = re.fullmatch(r"\s*\[(.+)\]\s*", line)
    return header[1] if header else ""


def alike(file: str, section: str, key: str, value: str) -> str:
    """A value with single blanks, a boolean spelt as the form spells it."""
    row = catalogue.row_of(file, section, key)
    words = " ".join(value.split())
    return spell_boolean(words) if row and (isinstance(row.kind, Boolean) or words in ("true", "false")) else words


def test_there_are_enough_files_of_enough_packages(files: list[Shipped], units: list[Imported]) -> None:
    named = {"systemd", "openssh-server", "nginx-common", "postgresql-common", "redis-server", "cron", "dbus"}
    assert len(units) >= LEAST_FILES
    assert named <= {each.file.package for each in units}
    assert {each.file.name.rpartition(".")[2] for each in units} == {"service", "timer", "socket", "path"}


def test_no_line_and_no_comment_is_lost_and_none_is_added(units: list[Imported], say: Callable[..., None]) -> None:
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for each in units:
        suffix = each.file.name.rpartition(".")[2]
        before, after = Counter(lines_of(each.before, suffix)), Counter(lines_of(each.after, suffix))
        spent = [line.text.partition("=") for line in each.reading.superseded]
        lost = Counter((line.key, line.value) for line in (before - after).elements())
        assert lost == Counter((key, " ".join(value.split())) for key, _, value in spent), each.file.path
        assert not after - before, each.file.path
        assert not each.reading.left_out
        counts.update(
            {
                "files": 1,
                "lines": before.total(),
                "comments": sum(n for line, n in before.items() if line.key == "#"),
                "directives": len(each.reading.unit.assignments) + len(each.reading.unit.resets),
                "out of force": len(spent),
                "files with a link": each.reading.is_plain,
                "files that are directives and comments": all(kept.is_comment for kept in each.reading.preserved),
            }
        )
        reasons.update(kept.why for kept in each.reading.preserved if not kept.is_comment)
    say(f"imported: {', '.join(f'{number} {name}' for name, number in counts.items())}; nothing lost")
    say(
        f"{reasons.total()} lines that no field holds:",
        *(f"  {n:4} {why}" for why, n in reasons.most_common()),
        sep="\n",
    )


def test_the_order_of_dependent_lines_is_preserved(units: list[Imported]) -> None:
    for each in units:
        suffix = each.file.name.rpartition(".")[2]
        assert in_order(each.after, suffix) == in_order(each.before, suffix), each.file.path


def in_order(text: str, file: str) -> dict[str, list[Said]]:
    """The lines of each list, and of directives that read one another, in their order."""
    lists: dict[str, list[Said]] = defaultdict(list)
    for line in lines_of(text, file):
        row = catalogue.row_of(file, line.section, line.key)
        if row is None or row.repeats or row.together:
            lists[(row.together if row else "") or f"{line.section} {line.key}"].append(line)
    lists.pop(" #", None)
    return lists


def test_an_exported_file_is_imported_unchanged(units: list[Imported]) -> None:
    for each in units:
        again = parse_files([Source(each.file.path, each.after.encode())])
        assert again.unit == each.reading.unit, each.file.path
        assert again.texts == each.reading.texts


def test_a_file_of_another_program_is_recognised_and_preserved(files: list[Shipped]) -> None:
    others = [file for file in files if not file.is_unit]
    assert len(others) > 10
    for file in others:
        reading = parse_files([Source(file.path, file.content)])
        assert not reading.unit.assignments
        assert reading.remarks or reading.preserved, file.path


def by_package(units: Iterable[Imported]) -> Iterator[list[Imported]]:
    """Units of a package that can lie beside one another, so that what they name is there."""
    for _, group in groupby(units, lambda each: (each.file.package, str(Path(each.file.path).parent))):
        yield list(group)


# Each folder's files alone on the machine, so that no cycle through other packages' units is cut at a random place.
_VERIFY = """
cd /etc/systemd/system
for folder in /tmp/units/*; do
  cp "$folder"/* .
  (cd "$folder" && ls) | sed "s,^,$PWD/," | xargs systemd-analyze --man=no verify >"$folder.said" 2>&1 || echo "exit $?" >>"$folder.said"
  (cd "$folder" && ls) | xargs rm
done
"""


def verified(version: int, groups: Mapping[str, Mapping[str, str]]) -> dict[str, Counter[str]]:
    """What systemd-analyze verify says of the units of each group."""
    with lab.throwaway(lab.root(version)) as copy:
        lab.settle(copy)
        for group, texts in groups.items():
            write(copy / "tmp/units" / group, texts)
        lab.run_in(copy, ["bash", "-euc", _VERIFY], check=True, timeout=600)
        return {
            group: Counter(map(settled, (copy / f"tmp/units/{group}.said").read_text().splitlines()))
            for group in groups
        }


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files into a folder."""
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text)


def settled(line: str) -> str:
    """A line without the number of the line that it tells of; of several units that are missing systemd names any."""
    line = re.sub(r"^(/\S+):\d+: ", r"\1: ", line)
    return re.sub(r"(Failed to create \S+/start: Unit) \S+ not found", r"\1 not found", line)


@pytest.mark.parametrize("version", VERIFIED)
def test_systemd_judges_the_exported_file_like_the_imported_one(
    version: int, units: list[Imported], say: Callable[..., None]
) -> None:
    groups = {f"{at:04}": group for at, group in zip(count(), by_package(units), strict=False)}
    before, after = (
        verified(version, {name: {each.file.name: text(each) for each in group} for name, group in groups.items()})
        for text in (lambda each: each.before, lambda each: each.after)
    )
    different = {groups[name][0].file.package for name in groups if before[name] != after[name]}
    lines = sum(said.total() for said in before.values())
    say(
        f"systemd-analyze verify {version}: {len(units)} files, {lines} lines said of them, {len(different)} packages differ"
    )
    assert lines > 100
    assert different == set()


# What tells of the file and of the moment, and not of what the file says.
_OF_THE_FILE = re.compile(r"(FragmentPath|NeedDaemonReload|InvocationID|NextElapse\w+|\w*Timestamp\w*)=")


def read_by(guest: lab.Guest, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The properties that a booted systemd shows of units."""
    script = "".join(f"cat >'{name}' <<'END OF FILE'\n{text}\nEND OF FILE\n" for name, text in texts.items())
    guest.run(["sh", "-euc", "cd /etc/systemd/system && sh -eu && systemctl daemon-reload"], input=script, check=True)
    names = [name.replace("@.", "@x.") for name in texts]
    said = guest.run(["systemctl", "show", "--all", "--", *names], check=True, timeout=600).stdout
    shown = [[line for line in block.splitlines() if not _OF_THE_FILE.match(line)] for block in said.split("\n\n")]
    return dict(zip(texts, map(unordered, shown), strict=True))


def unordered(lines: Iterable[str]) -> list[str]:
    """Properties with the units and addresses that systemd keeps as a set in one order: it shows them in a random one."""
    return [_SETS.sub(lambda match: f"{match[1]}={sorted(_WORDS.findall(match[2]))}", line) for line in lines]


_SETS = re.compile(
    "^(After|Before|Requires|Requisite|Wants|BindsTo|PartOf|Upholds|RequiredBy|RequisiteOf|WantedBy|BoundBy|UpheldBy|ConsistsOf"
    "|Conflicts|ConflictedBy|OnSuccess|OnSuccessOf|OnFailure|OnFailureOf|Triggers|TriggeredBy|PropagatesReloadTo"
    "|ReloadPropagatedFrom|PropagatesStopTo|StopPropagatedFrom|JoinsNamespaceOf|RequiresMountsFor|WantsMountsFor"
    "|IPAddressAllow|IPAddressDeny|RestrictFileSystems|RestrictNetworkInterfaces|ImportCredential|NFTSet)=(.+)$"
)
_WORDS = re.compile(r'"[^"]*"|\S+')


@pytest.mark.parametrize("version", SHOWN)
def test_a_booted_systemd_reads_the_exported_file_like_the_imported_one(
    version: int, units: list[Imported], say: Callable[..., None]
) -> None:
    # A name of its own, so that nothing that runs in the guest is changed.
    named = {f"z{at:04}-{each.file.name}": each for at, each in enumerate(units)}
    with lab.Guest(lab.root(version)) as guest:
        before = read_by(guest, {name: each.before for name, each in named.items()})
        after = read_by(guest, {name: each.after for name, each in named.items()})
    different = {name: sorted(set(before[name]) ^ set(after[name])) for name in named if before[name] != after[name]}
    properties = sum(map(len, before.values()))
    say(f"systemctl show {version}: {len(named)} files, {properties} properties, {len(different)} files differ")
    assert different == {}

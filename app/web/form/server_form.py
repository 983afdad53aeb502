"""Everything there is to say about several services on one server: each read through the one door, then judged together."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from werkzeug.datastructures import MultiDict

from app import server
from app.analysis.rules import carries_secret, secret_names
from app.catalogue.limits import MAX_SERVER_DIRECTORIES, MAX_SERVER_PARENT_CHARACTERS, MAX_SERVICES
from app.effective import Effective
from app.host import prep
from app.host.shell import Step
from app.profiles import STARTER
from app.report import steps_text, unit_link
from app.server import Conflict, MatrixCell, Server, ServiceChange, verify_script
from app.unitfile import links
from app.unitfile.model import UnitFile
from app.unitfile.render import render
from app.web.form import entry as forms
from app.web.form.entry import Entry
from app.web.form.fields import tidy
from app.web.tarball import TarMember, pack

MAX_REFUSED = 10
"""Services of which it is said what is wrong with them; looking for the word that was meant takes its time."""

UNREAD = "It was not read, since too many before it could not be. Correct those first."

_SAFE = "/:@,~="
"""Left as they are in a link's query that stands in a link."""

NO_PREPARATION = (
    "There is no preparation while one service’s own directory reaches into another’s: chown -R would hand over both."
)


@dataclass(frozen=True)
class ListedService:
    """One service of a request for several services."""

    query: str
    """The query string of the service's link."""
    entry: Entry
    """The result of reading the query."""
    errors: dict[str, list[str]]
    """The error messages of each field."""
    is_duplicate: bool = False
    """Whether another service has the same name."""

    @property
    def unit(self) -> UnitFile | None:
        """Its unit, where it could be read."""
        return self.entry.unit

    @property
    def name(self) -> str:
        """Its name as far as it has one."""
        return str(self.entry.form["name"].data or "")

    @property
    def has_secret(self) -> bool:
        """Whether it carries what looks like a secret."""
        return bool(self.unit and secret_names(self.unit)) or carries_secret(parse_qsl(self.query))

    @property
    def sentences(self) -> list[str]:
        """What is wrong with it, each with its field."""
        return [f"{field}: {sentence}" for field, found in self.errors.items() for sentence in found]


def queries_of(values: Iterable[str]) -> list[str]:
    """The queries of services in values of service=: a query, a whole link, or a link of a server, one on each line."""
    lines = (tidy(line) for value in values for line in value.replace("\r\n", "\n").split("\n"))
    return [query for line in lines if line for query in _unfolded(_query_in(line))]


def _query_in(text: str) -> str:
    """The query of a link, whole or from its question mark on; a query itself as it is."""
    address, mark, query = text.partition("?")
    is_address = mark and not set(address) & {"=", "&"}
    return (query if is_address else text).partition("#")[0]


def _unfolded(query: str) -> list[str]:
    """The services of a server's link, or the one service that this is."""
    services = [value for key, value in parse_qsl(query) if key == "service"]
    return services or [query]


def from_template(name: str, systemd: str = "") -> str:
    """The query of a service like the starter with another name, and a user and directories of that name."""
    parameters = dict(STARTER) | ({"systemd": systemd} if systemd else {})
    return "&".join(
        f"{key}={quote_plus(value.replace('myapp', name), safe=_SAFE)}" for key, value in parameters.items()
    )


def read(values: Iterable[str], *, posted: bool = False, is_advised: bool = True) -> "ServerReport":
    """The report on the services of these values of service=; ValueError where they or their directories are too many.

    is_advised: whether all findings on each service are needed, or only those that refuse it.
    """
    queries = queries_of(values)
    if len(queries) <= MAX_SERVICES:
        asked = [(query, MultiDict(parse_qsl(query, keep_blank_values=True))) for query in queries]
        count = sum(_count_services(parameters) for _, parameters in asked)
    else:
        asked, count = [], len(queries)
    if count > MAX_SERVICES:
        raise ValueError(
            f"These are {count} services, and up to {MAX_SERVICES} are judged together. Each instance of a template counts. Remove some, or split them by server."
        )
    return ServerReport(tuple(_listed(asked, posted=posted, is_advised=is_advised)), is_advised)


def _count_services(parameters: "MultiDict[str, str]") -> int:
    """How many services a unit stands for: one, or each instance of a template."""
    if not tidy(parameters.get("name")).removesuffix(".service").endswith("@"):
        return 1
    named = {tidy(line) for value in parameters.getlist("instance") for line in value.splitlines()}
    return max(1, len(named - {""}))


def _listed(
    asked: Iterable[tuple[str, "MultiDict[str, str]"]], *, posted: bool, is_advised: bool
) -> Iterator[ListedService]:
    """Each service read; of those with one name the first, and few of those that cannot be."""
    taken: set[str] = set()
    refused = directories = parents = 0
    for query, parameters in asked:
        if refused >= MAX_REFUSED:
            yield ListedService(query, forms.empty_entry(MultiDict()), {"": [UNREAD]})
            continue
        entry = forms.read_entry(parameters, posted=posted, is_advised=is_advised)
        listed = _settled(query, entry, taken)
        refused += entry.unit is None
        if listed.unit and not listed.is_duplicate:
            taken.add(listed.unit.name)
            directories += sum(listed.unit.directory_counts.values())
            parents += sum(listed.unit.parent_characters.values())
            _limit(directories, parents)
        yield listed


def _limit(directories: int, parents: int) -> None:
    """ValueError where a server has too many directories, or where they lie too deep."""
    if directories > MAX_SERVER_DIRECTORIES:
        raise ValueError(
            f"These services have {directories} directories, and up to {MAX_SERVER_DIRECTORIES} are judged together. The directories of each instance count. Remove some services, or split them by server."
        )
    if parents > MAX_SERVER_PARENT_CHARACTERS:
        raise ValueError(
            "The directories of these services have too many directories above them to be judged together. Use shorter paths, or split the services by server."
        )


def _settled(query: str, entry: Entry, taken: set[str]) -> ListedService:
    unit = entry.unit
    errors = dict(entry.errors)
    is_twin = unit is not None and unit.name in taken
    if unit and is_twin:
        errors["name"] = [
            f"Another service before it is called {unit.name}. Give it another name, or take one of them out."
        ]
    return ListedService(links.query(unit) if unit else query, entry, errors, is_twin)


@dataclass(frozen=True, eq=False)
class ServerReport:
    """The services as they came, and what follows for the server that runs them."""

    listed: tuple[ListedService, ...]
    is_advised: bool = True

    @cached_property
    def places(self) -> list[int]:
        """The places, among those listed, of the services that are judged: read, of a name of their own, and resolved."""
        return [
            at
            for at, listed in enumerate(self.listed)
            if listed.unit and not listed.is_duplicate and server.has_places(listed.unit)
        ]

    @cached_property
    def server(self) -> Server:
        """The server with the services that are judged, and what is known to be wrong with each."""
        listed = [self.listed[at] for at in self.places]
        findings = [one.entry.findings if self.is_advised else None for one in listed]
        return Server.of((one.unit for one in listed if one.unit), findings)

    @cached_property
    def _judged(self) -> list[Conflict]:
        """The conflicts between the services that are judged, worst first, without fixes."""
        return server.judge(self.server)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """The conflicts, worst first; a fix names the place among those listed."""
        taken = frozenset(listed.name for listed in self.listed)
        twins = [(at, one.unit) for at, one in enumerate(self.listed) if one.is_duplicate and one.unit]
        same = [server.same_name(at, unit, taken) for at, unit in twins]
        found = server.find(self.server, self._judged)
        return same + [replace(one, fix=one.fix and one.fix._replace(at=self.places[one.fix.at])) for one in found]

    @cached_property
    def cells(self) -> list[MatrixCell]:
        """The access matrix."""
        return server.matrix(self.server)

    @cached_property
    def listed_cells(self) -> list[MatrixCell]:
        """The cells of the matrix that programs get."""
        return server.listed(self.cells)

    @cached_property
    def sound(self) -> list[ListedService]:
        """The services without an error, for which a machine may be prepared."""
        return [self.listed[at] for at in self.places if not self.listed[at].errors]

    @property
    def no_prep(self) -> str:
        """Why there is no preparation, "" where there is one."""
        if not self.sound:
            return "There is no service to prepare for."
        names = {listed.name for listed in self.sound}
        reaching = any(c.severity == "error" and names.issuperset(c.services) for c in self._judged)
        return NO_PREPARATION if reaching else ""

    @cached_property
    def _prepared(self) -> list[Effective]:
        return [Effective(listed.unit) for listed in self.sound if listed.unit]

    @cached_property
    def prep(self) -> tuple[Step, ...]:
        """The steps that prepare a machine for all sound services."""
        return () if self.no_prep else prep.prepare(*self._prepared)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """The units that are judged: the name of each file and its text."""
        return [(member.file, render(member.unit)) for member in self.server.members]

    def prep_script(self) -> str:
        """The same as a script for root."""
        return prep.prepare_script(*self._prepared)

    @property
    def refusals(self) -> list[str]:
        """Why no script is made, a sentence each: a part of what was asked for would pass for the whole."""
        sentences = [f"{key}: {sentence}" for key, found in self.errors.items() for sentence in found]
        return sentences or [self.no_prep] * bool(self.no_prep)

    @property
    def errors(self) -> dict[str, list[str]]:
        """What is wrong with services, by their names, or their places where they have none."""
        errors: dict[str, list[str]] = {}
        for at, listed in enumerate(self.listed):
            if listed.errors:
                errors.setdefault(listed.name or f"service {at + 1}", []).extend(listed.sentences)
        return errors

    @property
    def no_link(self) -> str:
        """Why there is no link, "" where there is one."""
        if any(listed.has_secret for listed in self.listed):
            return "There is no link: it would carry what looks like a secret into histories and logs."
        if len(self._link(self.queries).encode()) > links.max_link():
            return f"There is no link: it would be longer than the {links.max_link()} bytes that servers and chat programs carry."
        return ""

    @property
    def queries(self) -> list[str]:
        """The queries of all that are listed."""
        return [listed.query for listed in self.listed]

    @staticmethod
    def _link(queries: Sequence[str]) -> str:
        return "/server?" + "&".join(f"service={quote_plus(query, safe=_SAFE)}" for query in queries)

    @cached_property
    def link(self) -> str:
        """The link to the page, from the root on; "" where none may or can be made."""
        return "" if self.no_link else self._link(self.queries)

    def after_fix(self, change: ServiceChange) -> list[str]:
        """The queries of all services, one of them changed."""
        queries = self.queries
        return [*queries[: change.at], links.query(change.unit), *queries[change.at + 1 :]]

    def fix_link(self, conflict: Conflict) -> str | None:
        """The link that mends a conflict, where one may and can be made."""
        if conflict.fix is None or not self.link or secret_names(conflict.fix.unit):
            return None
        link = self._link(self.after_fix(conflict.fix))
        return link if len(link.encode()) <= links.max_link() else None

    @cached_property
    def can_hide(self) -> bool:
        """Whether hiding the directories of the services from each other changes any of them."""
        pairs = zip(self.server.members, self._hidden_units(), strict=False)
        return any(links.query(member.unit) != links.query(unit) for member, unit in pairs)

    @property
    def hidden(self) -> list[str]:
        """The queries of all services with their siblings hidden from them; none where that changes nothing."""
        queries = self.queries
        for at, unit in zip(self.places, self._hidden_units(), strict=False):
            queries[at] = links.query(unit)
        return queries if queries != self.queries else []

    def _hidden_units(self) -> Iterable[UnitFile]:
        return server.hide_siblings(self.server) if self.server.members[1:] else ()

    def curl(self, base: str) -> str:
        """A line that fetches all of this; base is the address of the site without a slash at its end."""
        address = f"{base}/server.json{self.link.removeprefix('/server')}"
        return shlex.join(["curl", "-fsS", "-o", "server.json", address]) if self.link else ""

    def as_json(self, base: str) -> dict[str, Any]:
        """The report for programs: texts as shown, links from the root on."""
        return {
            "services": [self._service_json(at) for at in self.places],
            "conflicts": [self._conflict_json(conflict) for conflict in self.conflicts],
            "matrix": [cell.as_json() for cell in self.listed_cells],
            "matrix_complete": len(self.listed_cells) == len(self.cells),
            "prep": steps_text(self.prep) if self.prep else None,
            "link": self.link or None,
            "curl": self.curl(base) or None,
            "errors": self.errors,
        }

    def _service_json(self, at: int) -> dict[str, Any]:
        unit = self.listed[at].unit
        member = self.server.members[self.places.index(at)]
        return {
            "name": member.name,
            "runs_as": self.listed[at].entry.identity,
            "user": member.user,
            "link": (unit_link(unit) if unit else "") or None,
            "unit": render(member.unit),
        }

    def _conflict_json(self, conflict: Conflict) -> dict[str, Any]:
        return {
            "id": conflict.id,
            "severity": conflict.severity,
            "services": list(conflict.services),
            "field": conflict.field,
            "message": conflict.message,
            "why": conflict.why,
            "fix": self.fix_link(conflict),
        }

    def proof_script(self) -> str:
        """The script that asks a real server for every cell of the matrix."""
        cells = [(f"{cell.service}.service", cell.path, cell.access) for cell in self.listed_cells]
        return verify_script.verify_script(cells, left_out=len(self.cells) - len(cells))

    def archive(self) -> bytes:
        """The units, the preparation and how to use them, as a gzipped tar; the same bytes for the same services."""
        files = {f"{one.file.name}.service": TarMember(render(one.file)) for one in self._prepared}
        files |= {"prep.sh": TarMember(self.prep_script(), 0o755), "prove-it.sh": TarMember(self.proof_script(), 0o755)}
        files |= {"README": TarMember(_readme([name for name in sorted(files) if name.endswith(".service")]))}
        return pack("server", files)


def _readme(units: Sequence[str]) -> str:
    """How to use what is in the archive."""
    return f"""\
{len(units)} services for one server. As root, in this directory:

1. Read prep.sh, then run it: sh prep.sh
   It makes users, groups and directories, and is safe to run twice.
2. Check the units: systemd-analyze verify ./*.service
3. Install them: install -m 0644 ./*.service /etc/systemd/system/ && systemctl daemon-reload
4. Start them, now and at boot: systemctl enable --now {shlex.join(units)}
5. See on this machine who can touch whose data: sh prove-it.sh
   It only asks. Exit status 0: all as predicted, 1: differences, 2: something could not be checked.
"""

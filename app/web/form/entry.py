"""The one door: parameters of a link or a posted form, judged beside their fields, and the UnitFile they make."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import zip_longest
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm

from app import catalogue
from app.analysis import rules
from app.analysis.rules import Finding
from app.catalogue import Directive, search
from app.catalogue.versions import LATEST, target
from app.effective import IDENTITIES, IDENTITY_DEFAULTS, IDENTITY_PARAMETERS, Effective
from app.report import Report
from app.unitfile import links, parse, preserved, render
from app.unitfile.model import Assignment, OwnDirectory, UnitFile
from app.unitfile.parse import ParsedUnit, SupersededLine
from app.unitfile.preserved import PreservedLine
from app.web.form.fields import KEPT, LinesField, UnitForm, tidy

IMPLIED_NAMES = frozenset(name for values in IDENTITY_DEFAULTS.values() for name in values if catalogue.is_known(name))
"""The directives that a choice of who it runs as can set."""

ORIGINAL = "original"
"""The field that carries an imported unit as it was, for what differs from it: in a POST only, never in a link."""

OWN_ROWS = ("own-path", "own-mode", "own-access")
TOOL_PARAMETERS = frozenset(
    {
        "name",
        "systemd",
        "account",
        "uid",
        "gid",
        "instance",
        "reset",
        "own",
        "runs-as",
        "look",
        "add",
        "find",
        "close",
        "fix",
        "profile",
        "show",
        "download",
        "stamp",
        *OWN_ROWS,
    }
)

TRIGGER_PREFIXES = tuple(f"{file}." for file in catalogue.FILES if file != "service")
"""What a companion's directive begins with."""

MAX_UNKNOWN = 10
"""Unknown directives that the nearest names are looked for of; each takes a hundredth of a second."""

UNKNOWN = "This is not a directive known here."


@dataclass
class Entry:
    """The result of reading a request's parameters."""

    form: BaseForm
    """The form with its values, for the page."""
    errors: dict[str, list[str]]
    """The error messages of each field."""
    unit: UnitFile | None
    """The unit, or None if a field has an error."""
    findings: list[Finding]
    """The findings of all rules, errors included, or only those of the rules that can refuse the unit."""
    ignored: list[str]
    """The parameters that have no meaning here."""
    unknown: list[tuple[str, str]]
    """The parameters that look like directives but are not, with their values. The page preserves them."""
    identity: str
    superseded: tuple[SupersededLine, ...] = ()
    """The lines of fields that a preserved line resets, each with the reason, which names that preserved line."""

    @cached_property
    def advice(self) -> list[Finding]:
        """The findings, each with its fix only where following it mends it and makes nothing as bad."""
        return rules.with_working_fixes(self.unit, self.findings) if self.unit else self.findings

    @property
    def kept(self) -> tuple[PreservedLine, ...]:
        """The lines that no field holds: those of the unit, or those that came in and could be read."""
        if self.unit:
            return self.unit.preserved
        judged = getattr(self.form[KEPT], "judged", {})
        return next(iter(judged.values()), ())

    @property
    def is_valid(self) -> bool:
        """Whether a unit may be made of it."""
        return self.unit is not None and not self.errors


def known_params(parameters: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """The parameters that mean something here: those of the tool, and all that look like directives."""
    return MultiDict([(key, value) for key, value in parameters.items(multi=True) if _is_meant(key)])


def is_empty_form(parameters: "MultiDict[str, str]") -> bool:
    """Whether only the empty form is asked for: nothing but the target has a value."""
    return not any(tidy(value) for key, value in parameters.items(multi=True) if key not in {"systemd", "add", "find"})


def rows_with_fields(parameters: Iterable[str], drawn: Iterable[str] = ()) -> list[Directive]:
    """The rows that need a field: those of the parameters, and of the groups that are drawn whole."""
    named = _names_of(frozenset(drawn)).union(name for name in parameters if catalogue.is_known(name))
    return [catalogue.find(name) for name in sorted(named, key=_PLACE.__getitem__)]


_PLACE = {row.name: at for at, row in enumerate(catalogue.ROWS)}


@cache
def _names_of(groups: frozenset[str]) -> frozenset[str]:
    """The names of the rows of some groups."""
    return frozenset(row.name for row in catalogue.ROWS if row.group in groups)


def read_entry(
    parameters: "MultiDict[str, str]",
    *,
    posted: bool = False,
    name: str = "",
    drawn: Iterable[str] = (),
    is_advised: bool = True,
) -> Entry:
    """Judge parameters. posted: lines of a text are values of their own. name: the unit's name where the path has it.

    is_advised: whether all findings are wanted, or those that refuse it alone.
    drawn: the groups of which every row has a field, set or not; so have the rows that a parameter names, empty ones too.
    """
    formdata = _as_formdata(parameters)
    if not posted:
        formdata.poplist(KEPT)
    if name:
        formdata.setdefault("name", name)
    named = {*parameters, *parameters.getlist("add"), *parameters.getlist("reset"), *IMPLIED_NAMES}
    form = UnitForm(posted, rows_with_fields(named, drawn))
    form.process(formdata)
    apply_identity_defaults(form)
    form.validate()
    errors: dict[str, list[str]] = {key: [str(e) for e in found] for key, found in form.errors.items() if key}
    unknown = [(key, value) for key, value in formdata.items(multi=True) if _is_unknown(key)]
    errors |= {
        key: [search.describe_unknown(key) if at < MAX_UNKNOWN else UNKNOWN] for at, (key, _) in enumerate(unknown)
    }
    _require_name(form, errors)
    chosen = form["runs-as"].data
    unit = _make_unit(form, formdata, errors)
    reading = None if errors else _read_back(unit)
    if reading:
        unit, chosen = reading.unit, ""
        form = _form_of(unit, drawn, form["look"].data)
    if chosen in IDENTITIES and not IDENTITY_PARAMETERS & set(errors):
        contradiction = rules.contradiction(chosen, unit)
        errors |= {"runs-as": [contradiction]} if contradiction else {}
    identity = chosen if chosen in IDENTITIES else Effective(unit).identity
    left = [key for key in ignored_params(parameters) if not (posted and key in (KEPT, ORIGINAL))]
    if errors:
        return Entry(form, errors, None, [], left, unknown, identity)
    findings = rules.judge(unit) if is_advised else rules.refusing(unit)
    for finding in findings:
        if finding.severity == "error" or (finding.id in rules.SECRETS and not posted):
            errors.setdefault(finding.field, []).append(finding.message)
    return Entry(form, errors, unit, findings, left, unknown, identity, reading.superseded if reading else ())


def _read_back(unit: UnitFile) -> ParsedUnit | None:
    """What systemd reads in the unit's files, where preserved lines make that another unit; None where they do not.

    An import carries no such line along: somebody wrote it into the posted field. Comments make no difference wherever they stand.
    """
    if all(line.is_comment or line.defect for line in unit.preserved):
        return None
    reading = parse.read_back(unit)
    if _lines_of(reading.unit) == _lines_of(render.settled(unit)):
        return None
    read = reading.unit
    is_root = Effective(read).identity == "root"
    return replace(reading, unit=replace(read, existing=False, uid="", gid="") if is_root else read)


def _lines_of(unit: UnitFile) -> tuple[object, ...]:
    """The lines of a unit that systemd may act on."""
    preserved = sorted(
        (line.file, line.section, line.text) for line in unit.preserved if not (line.is_comment or line.defect)
    )
    return unit.assignments, unit.resets, preserved


def _form_of(unit: UnitFile, drawn: Iterable[str], looks: Iterable[str] = ()) -> UnitForm:
    """The form that a unit fills in, and the paths asked about."""
    parameters = [*params_of_unit(unit), *(("look", path) for path in looks)]
    form = UnitForm(True, rows_with_fields({name for name, _ in parameters} | IMPLIED_NAMES | {*unit.resets}, drawn))
    form.process(MultiDict(parameters))
    return form


def entry_of_unit(unit: UnitFile, *, drawn: Iterable[str] = ()) -> Entry:
    """The form of a unit that was not typed here: what is wrong with it is found, and refuses nothing."""
    form = _form_of(unit, drawn)
    return Entry(form, {}, unit, rules.judge(unit), [], [], Effective(unit).identity)


def params_of_unit(unit: UnitFile) -> list[tuple[str, str]]:
    """A unit as a form posts it: what its link has, and its kept lines."""
    text = preserved.dump(unit.preserved)
    return links.pairs(unit) + ([(KEPT, text)] if text else [])


def empty_entry(parameters: "MultiDict[str, str]", *, drawn: Iterable[str] = ()) -> Entry:
    """The empty form, before anything was said; its target may be given."""
    named = {*parameters, *parameters.getlist("add")}
    form = UnitForm(False, rows_with_fields(named, drawn))
    form.process(MultiDict([("systemd", value) for value in parameters.getlist("systemd")]))
    return Entry(form, {}, None, [], ignored_params(parameters), [], "own")


def without_errors(entry: Entry) -> Entry:
    """The form as it was typed, for a person who has not finished: nothing is said on it yet."""
    return replace(entry, errors={}, unit=None, findings=[])


def ignored_params(parameters: "MultiDict[str, str]") -> list[str]:
    """The names of the parameters that mean nothing here."""
    return [key for key in parameters if not _is_meant(key)]


def _as_formdata(parameters: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """The parameters that are set, with the form's rows of own directories (path, mode, access) as own= values."""
    formdata = MultiDict(
        (key, value) for key, value in parameters.items(multi=True) if tidy(value) and key not in OWN_ROWS
    )
    rows = zip_longest(*(map(tidy, parameters.getlist(key)) for key in OWN_ROWS), fillvalue="")
    for path, mode, access in rows:
        if path or mode:
            formdata.add("own", f"{path}:{mode}:{access}".rstrip(":"))
    return formdata


def _is_meant(key: str) -> bool:
    """Whether a parameter is the tool's or looks like a directive."""
    return catalogue.is_known(key) or key in TOOL_PARAMETERS or _looks_like_directive(key)


def _looks_like_directive(key: str) -> bool:
    """Whether a parameter looks like a directive, of the service or of a companion's file."""
    return tidy(key)[:1].isupper() or tidy(key).startswith(TRIGGER_PREFIXES)


def _is_unknown(key: str) -> bool:
    """Whether a parameter looks like a directive and is none: with a value it must never be dropped in silence."""
    return not catalogue.is_known(key) and _looks_like_directive(key)


def _require_name(form: BaseForm, errors: dict[str, list[str]]) -> None:
    if not form["name"].data and "name" not in errors:
        errors["name"] = ["The unit needs a name. Write one without its suffix, for example myapp."]


def apply_identity_defaults(form: BaseForm) -> None:
    """Fill in what the choice of who it runs as says by itself and was left open."""
    for name, value in IDENTITY_DEFAULTS.get(form["runs-as"].data, {}).items():
        if not form[name].data:
            form[name].data = value


def _make_unit(form: BaseForm, formdata: "MultiDict[str, str]", errors: Container[str]) -> UnitFile:
    """The unit of a form; lines in the order in which their parameters came, those of fields with errors left out."""

    def sound(name: str) -> Any:
        return None if name in errors else form[name].data

    given = [pair for pair in formdata.items(multi=True) if catalogue.is_known(pair[0])]
    implied = [(name, "") for name in IMPLIED_NAMES if name not in formdata]
    assignments = tuple(
        Assignment(name, line)
        for name, value in [*given, *implied]
        if name not in errors
        for line in _judged_lines(form[name], value)
    )
    return UnitFile(
        name=sound("name") or "",
        target=target(sound("systemd")) if sound("systemd") else LATEST,
        existing=bool(sound("account")),
        assignments=assignments,
        resets=tuple(dict.fromkeys(sound("reset") or [])),
        own=tuple(dict.fromkeys(OwnDirectory.parse(value) for value in sound("own") or [])),
        uid=sound("uid") or "",
        gid=sound("gid") or "",
        instances=tuple(dict.fromkeys(sound("instance") or [])),
        preserved=preserved.load(sound(KEPT)) if sound(KEPT) else (),
    )


def _judged_lines(field: Any, value: str) -> list[str]:
    """The lines that one parameter of a directive stands for, as they are written to the unit."""
    lines = field.lines(value) if isinstance(field, LinesField) else [field.data] if field.data else []
    return [field.judged[line] for line in lines]


def make_report(entry: Entry) -> Report:
    """The report on an entry without errors; ValueError where it has no unit."""
    if entry.unit is None:
        raise ValueError("There is no unit to report on.")
    return Report(entry.unit, tuple(entry.findings), tuple(entry.form["look"].data))

"""The one door: parameters of a link or a posted form, judged beside their fields, and the UnitFile they make.

Fields are generated from the catalogue, for the rows that the page shows and for those that are set.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from app import catalogue, rules
from app.catalogue import Directive
from app.effective import Effective
from app.rules import Finding
from app.unitfile import Assignment, OwnDirectory, UnitFile
from app.values import BLANKS, Boolean, Choice, nearest, service_name, spell_boolean
from app.versions import LATEST, target

IDENTITIES = {
    "own": "A user of its own, created by the preparation",
    "existing": "An account that exists already",
    "dynamic": "A dynamic user, which systemd makes while it runs",
    "root": "root",
}
"""Who the service runs as: what the form's choice posts, and how the page words it."""

TOOL_PARAMETERS = frozenset(
    {"name", "systemd", "account", "reset", "own", "own-path", "own-mode", "own-access", "runs-as", "download"}
)
STARTER_PARAMETERS = frozenset({"name", "systemd"})


def tidy(text: str | None) -> str:
    """The text without surrounding blanks."""
    return (text or "").strip(BLANKS)


class Conforms:
    """A validator that asks a function, and says beside the field what it says in its ValueError."""

    def __init__(self, judge: Callable[[str], object]) -> None:
        self.judge = judge

    def __call__(self, form: BaseForm, field: Field) -> None:
        values = field.data if isinstance(field.data, list) else [field.data]
        sentences = dict.fromkeys(self._sentences(filter(None, values)))
        if sentences:
            raise ValidationError(" ".join(sentences))

    def _sentences(self, values: Iterable[str]) -> Iterator[str]:
        for value in values:
            try:
                self.judge(value)
            except ValueError as error:
                yield str(error)


class GivenOnce:
    """A validator against a second value: systemd would take the last, a form the first, a reader either."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        given = {tidy(value) for value in field.raw_data or [] if tidy(value)}
        if len(field.raw_data or []) > 1 and given:
            raise StopValidation("This is given more than once, and only one value counts. Give it once.")


class LinesField(Field):
    """A directive that repeats, a line each: every parameter of its name is a line, a posted text is split at its line ends."""

    data: list[str]

    def __init__(self, label: str, *, posted: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.posted = posted

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the lines of all parameters of this name, blank ones left out."""
        lines = (line for value in valuelist for line in self._lines(str(value)))
        self.data = [line for line in map(tidy, lines) if line]

    def process_data(self, value: Any) -> None:
        """Start empty."""
        self.data = list(value or [])

    def _lines(self, value: str) -> list[str]:
        return value.replace("\r\n", "\n").split("\n") if self.posted else [value]


class WordField(SelectField):
    """A choice of words with an empty first one; a word that is not among them is kept, and said by the validator."""

    def __init__(self, label: str, words: Iterable[str], **options: Any) -> None:
        self.words = list(words)
        choices = {"": "", **{word: word for word in self.words}}
        super().__init__(label, choices=choices, default="", validate_choice=False, **options)

    def iter_choices(self) -> Iterator[Any]:
        """The words, and what was given in their place."""
        yield from super().iter_choices()
        if self.data and self.data not in self.words:
            yield (self.data, self.data, True, {})


def _directive_field(directive: Directive, posted: bool) -> Any:
    kind = directive.kind
    judge = Conforms(kind.normalise)
    if directive.repeats:
        return LinesField(directive.name, validators=[judge], posted=posted)
    if isinstance(kind, Choice):
        tidying = [tidy, spell_boolean] if isinstance(kind, Boolean) else [tidy]
        return WordField(directive.name, kind.words, filters=tidying, validators=[GivenOnce(), judge])
    return StringField(directive.name, filters=[tidy], validators=[GivenOnce(), judge])


def _judge_reset(value: str) -> None:
    resettable = [directive.name for directive in catalogue.DIRECTIVES if directive.may_reset]
    if value not in resettable:
        raise ValueError(f"“{value[:60]}” is not a directive whose list can be emptied.{nearest(value, resettable)}")


def _judge_account(value: str) -> None:
    if value != "existing":
        raise ValueError(
            f"“{value[:60]}” is not known here. Write existing where the user is an account that is there already, or leave it out."
        )


def _judge_identity(value: str) -> None:
    if value not in IDENTITIES:
        raise ValueError(f"“{value[:60]}” is not a way to run.{nearest(value, IDENTITIES)} Choose one of the list.")


def _fields(formdata: "MultiDict[str, str]", posted: bool) -> dict[str, Any]:
    """The fields of the page: the tool's own, then those of every row that is shown or set."""
    plain: dict[str, Any] = {
        "name": StringField(
            "Unit name",
            filters=[tidy, lambda text: text.removesuffix(".service")],
            validators=[GivenOnce(), Conforms(service_name)],
        ),
        "systemd": StringField("systemd of the target", filters=[tidy], validators=[GivenOnce(), Conforms(target)]),
        "account": StringField("Account", filters=[tidy], validators=[GivenOnce(), Conforms(_judge_account)]),
        "runs-as": StringField("Runs as", filters=[tidy], validators=[GivenOnce(), Conforms(_judge_identity)]),
        "reset": LinesField("Emptied first", validators=[Conforms(_judge_reset)]),
        "own": LinesField("Directories", validators=[Conforms(OwnDirectory.parse)], posted=posted),
    }
    rows = (directive for directive in catalogue.DIRECTIVES if directive.shown or directive.name in formdata)
    return plain | {directive.name: _directive_field(directive, posted) for directive in rows}


@dataclass
class Entry:
    """What came in through the door: the form for the page, the errors by field, and the unit if there are none.

    findings: all findings of the rules on the unit, errors included. ignored: parameters that mean nothing here.
    """

    form: BaseForm
    errors: dict[str, list[str]]
    unit: UnitFile | None
    findings: list[Finding]
    ignored: list[str]
    identity: str

    @property
    def is_valid(self) -> bool:
        """Whether a unit may be made of it."""
        return self.unit is not None and not self.errors


def is_empty_form(parameters: "MultiDict[str, str]") -> bool:
    """Whether only the empty form is asked for: a name without value, and nothing but the target besides."""
    return (
        "name" in parameters
        and not any(tidy(v) for k, v in parameters.items(multi=True) if k != "systemd")
        and set(parameters) <= STARTER_PARAMETERS
    )


def read(parameters: "MultiDict[str, str]", *, posted: bool = False, name: str = "") -> Entry:
    """Judge parameters. posted: lines of a text are values of their own. name: the unit's name where the path has it."""
    formdata = _with_own_rows(parameters)
    if name and "name" not in formdata:
        formdata["name"] = name
    form = BaseForm(_fields(formdata, posted))
    form.process(formdata)
    form.validate()
    errors: dict[str, list[str]] = {key: [str(e) for e in found] for key, found in form.errors.items() if key}
    errors |= _unknown_directives(parameters)
    _require_name(form, errors)
    identity = _read_identity(form, errors)
    unit, findings = None, []
    if not errors:
        unit = _make_unit(form, formdata, identity)
        findings = rules.judge(unit)
        for finding in findings:
            if finding.severity == "error" or (finding.id == rules.SECRET and not posted):
                errors.setdefault(finding.field, []).append(finding.message)
    ignored = [key for key in parameters if not key[:1].isupper() and key not in TOOL_PARAMETERS]
    return Entry(form, errors, unit, findings, ignored, identity)


def empty(parameters: "MultiDict[str, str]") -> Entry:
    """The empty form, before anything was said; its target may be given."""
    form = BaseForm(_fields(MultiDict(), posted=False))
    form.process(parameters)
    return Entry(form, {}, None, [], [], "own")


def _with_own_rows(parameters: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """The parameters with the form's rows of own directories (path, mode, access) as own= values."""
    formdata = MultiDict(parameters)
    modes, accesses = parameters.getlist("own-mode"), parameters.getlist("own-access")
    for at, path in enumerate(parameters.getlist("own-path")):
        mode = tidy(modes[at]) if at < len(modes) else ""
        access = "ro" if at < len(accesses) and accesses[at] == "ro" else ""
        if tidy(path):
            formdata.add("own", f"{tidy(path)}:{mode}:{access}".rstrip(":"))
    return formdata


def _unknown_directives(parameters: "MultiDict[str, str]") -> dict[str, list[str]]:
    """A sentence for every parameter that looks like a directive and is none: it must never be dropped in silence."""
    known = catalogue.names()
    return {
        key: [f"“{key[:60]}” is not a directive known here.{nearest(key, known)}"]
        for key in parameters
        if key[:1].isupper() and key not in known
    }


def _require_name(form: BaseForm, errors: dict[str, list[str]]) -> None:
    if not form["name"].data and "name" not in errors:
        errors["name"] = ["The unit needs a name. Write one without its suffix, for example myapp."]


def _read_identity(form: BaseForm, errors: dict[str, list[str]]) -> str:
    """Who it runs as, read off the values; an error beside the choice where the form's choice says otherwise."""
    chosen = form["runs-as"].data
    if chosen == "dynamic" and not form["DynamicUser"].data:
        form["DynamicUser"].data = "yes"
    if chosen == "existing" and not form["account"].data:
        form["account"].data = "existing"
    user, existing = form["User"].data, form["account"].data == "existing"
    probe = UnitFile(
        name="x",
        existing=existing,
        assignments=tuple(Assignment(key, form[key].data) for key in ("User", "DynamicUser") if form[key].data),
    )
    actual = Effective(probe).identity
    if chosen in IDENTITIES and chosen != actual and not {"User", "DynamicUser", "account"} & set(errors):
        errors["runs-as"] = [_contradiction(chosen, user, form["DynamicUser"].data)]
    if existing and actual not in {"existing"} and "runs-as" not in errors:
        errors.setdefault("account", []).append(
            "account=existing needs the name of that account in User=, without DynamicUser=yes."
        )
    return chosen if chosen in IDENTITIES else actual


def _contradiction(chosen: str, user: str, dynamic: str) -> str:
    """The sentence beside the choice that the values contradict."""
    wording = IDENTITIES[chosen].partition(",")[0]
    if chosen in {"own", "existing"}:
        if dynamic == "yes":
            return f"“{wording}” is chosen, and DynamicUser=yes says otherwise. Choose a dynamic user, or leave DynamicUser= unset."
        if not user:
            return f"“{wording}” is chosen: write its name in User=, for example myapp."
        if chosen == "existing" and user not in {"0", "root"}:
            return f"“{wording}” is chosen. Leave account= out, or set it to existing."
        if user not in {"0", "root"}:
            return f"“{wording}” is chosen, and account=existing says that it is there already. Choose one of the two."
        return f"“{wording}” is chosen, and User={user} says otherwise. Choose root, or write another user."
    if chosen == "dynamic":
        return (
            f"“{wording}” is chosen, and DynamicUser={dynamic} says otherwise. Set it to yes, or choose something else."
        )
    return f"“{wording}” is chosen, and User={user or 'unset'}, DynamicUser={dynamic or 'unset'} say otherwise. Empty them, or choose something else."


def _make_unit(form: BaseForm, formdata: "MultiDict[str, str]", identity: str) -> UnitFile:
    """The unit of a form without errors; lines in the order in which their parameters came."""
    set_by_choice = [key for key in ("DynamicUser",) if key not in formdata]
    order = [key for key in dict.fromkeys([*formdata, *set_by_choice]) if key in form._fields and key[:1].isupper()]
    assignments: list[Assignment] = []
    for key in order:
        data = form[key].data
        kind = catalogue.find(key).kind
        values = data if isinstance(data, list) else [data] if data else []
        assignments.extend(Assignment(key, kind.normalise(value)) for value in values)
    return UnitFile(
        name=service_name(form["name"].data),
        target=target(form["systemd"].data) if form["systemd"].data else LATEST,
        existing=form["account"].data == "existing",
        assignments=tuple(assignments),
        resets=tuple(dict.fromkeys(form["reset"].data)),
        own=tuple(dict.fromkeys(OwnDirectory.parse(value) for value in form["own"].data)),
    )

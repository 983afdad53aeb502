"""The fields of the form: generated from the catalogue, with filters that tidy and validators that judge what came in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from wtforms import Field, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.validators import StopValidation, ValidationError

from app import catalogue
from app.catalogue import Directive
from app.catalogue.versions import target
from app.effective import IDENTITIES
from app.unitfile import preserved
from app.unitfile.model import OwnDirectory
from app.unitfile.parse import MAX_SUPERSEDED
from app.values import (
    BLANKS,
    Boolean,
    Choice,
    account_number,
    did_you_mean,
    instance_name,
    quoted,
    refuse_hidden_characters,
    service_name,
    spell_boolean,
)
from app.values.cached import cached
from app.values.paths import check_absolute

KEPT = "kept"
"""The field that carries what an imported file holds and no other field does: in a POST only, never in a link."""


MAX_ERRORS = 3
"""What is said of one field at once; finding the nearest word for each of a thousand bad lines would take seconds."""


def tidy(text: str | None) -> str:
    """The text without surrounding blanks."""
    return (text or "").strip(BLANKS)


class Valid:
    """A validator that asks a function, and says beside the field what it says in its ValueError.

    What the function made of each value stays with the field, as judged.
    """

    def __init__(self, judge: Callable[[str], object]) -> None:
        self.judge = judge

    def __call__(self, form: BaseForm, field: Any) -> None:
        field.judged = {}
        sentences: list[str] = []
        for value in field.data if isinstance(field.data, list) else [field.data]:
            if value and len(sentences) < MAX_ERRORS:
                try:
                    field.judged[value] = self.judge(value)
                except ValueError as error:
                    sentences.append(str(error))
        if sentences:
            raise ValidationError(" ".join(dict.fromkeys(sentences)))


class MaxValues:
    """A validator against more lines than a service has, which would keep the server busy."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if len(field.data) > MAX_SUPERSEDED:
            raise StopValidation(
                f"These are {len(field.data)} lines, and up to {MAX_SUPERSEDED} are read here. Put several values on a line, or leave some out."
            )


class SingleValue:
    """A validator against a second value: systemd would take the last, a form the first, a reader either."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        given = field.raw_data or []
        if len(given) > 1:
            values = " and ".join(f"“{quoted(tidy(value))}”" for value in given[:3])
            raise StopValidation(f"This is given more than once, {values}, and only one value counts. Give it once.")


RESETTABLE = tuple(row.name for row in catalogue.ROWS if row.may_reset)
"""What reset= may name."""


class LinesField(Field):
    """A directive that repeats, a line each: every parameter of its name is a line, a posted text is split at its line ends."""

    data: list[str]

    def __init__(self, label: str, *, posted: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.posted = posted

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the lines of all parameters of this name, blank ones left out."""
        self.data = [line for value in valuelist for line in self.lines(str(value))]

    def process_data(self, value: Any) -> None:
        """Start empty."""
        self.data = list(value or [])

    def lines(self, value: str) -> list[str]:
        """The lines of one parameter."""
        lines = value.replace("\r\n", "\n").split("\n") if self.posted else [value]
        return [line for line in map(tidy, lines) if line]


class WordField(SelectField):
    """A choice of words with an empty first one; a word that is not among them is kept, and said by the validator."""

    def __init__(self, label: str, words: Collection[str], **options: Any) -> None:
        self.words = words
        super().__init__(label, default="", validate_choice=False, **options)

    def iter_choices(self) -> Iterator[Any]:
        """The words, and what was given in their place."""
        self.choices = {"": "", **{word: word for word in self.words}}  # only a page asks for them
        yield from super().iter_choices()
        if self.data and self.data not in self.words:
            yield (self.data, self.data, True, {})


@cache
def _directive_field(name: str, posted: bool) -> Any:
    """The field of a row, for any form to bind."""
    directive = catalogue.find(name)
    kind = directive.kind
    judge = Valid(lambda value: normalised_values(value, name))
    if directive.repeats:
        return LinesField(directive.name, validators=[MaxValues(), judge], posted=posted)
    if isinstance(kind, Choice):
        tidying = [tidy, spell_boolean] if isinstance(kind, Boolean) else [tidy]
        return WordField(directive.name, kind.words, filters=tidying, validators=[SingleValue(), judge])
    return StringField(directive.name, filters=[tidy], validators=[SingleValue(), judge])


@cached
def normalised_values(value: str, name: str) -> str:
    """A value as its directive writes it; ValueError if it does not take it."""
    return catalogue.find(name).kind.normalise(value)


def _judge_reset(value: str) -> None:
    if value not in RESETTABLE:
        raise ValueError(
            f"“{quoted(value)}” is not a directive whose list can be emptied.{did_you_mean(value, RESETTABLE)}"
        )


def _judge_account(value: str) -> None:
    if value != "existing":
        raise ValueError(
            f"“{quoted(value)}” is not known here. Write existing where the user is an account that is there already, or leave it out."
        )


def _judge_identity(value: str) -> None:
    if value not in IDENTITIES:
        raise ValueError(
            f"“{quoted(value)}” is not a way to run.{did_you_mean(value, IDENTITIES)} Choose one of the list."
        )


def _judge_look(value: str) -> None:
    refuse_hidden_characters(value)
    check_absolute(value, climbs=True)
    if ".." in value.split("/"):
        raise ValueError(f"“{quoted(value)}” climbs with “..”. Write the path that it leads to.")


class UnitForm(BaseForm):
    """A form with the tool's own fields and those of some rows. It judges only fields that have a value."""

    def __init__(self, posted: bool, rows: Iterable[Directive]) -> None:
        named = {directive.name: _directive_field(directive.name, posted) for directive in rows}
        super().__init__(_own_fields(posted) | named, meta=DefaultMeta())

    def process(self, formdata: Any = None, *_: Any, **__: Any) -> None:
        """Take what came in."""
        for field in self:
            field.process(formdata)

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge it."""
        wrong = [field for field in self if (field.raw_data or field.data) and not field.validate(self)]
        return not wrong


@cache
def _own_fields(posted: bool) -> dict[str, Any]:
    """The fields of the tool's own parameters, for any form to bind."""
    return {
        "name": StringField(
            "Unit name",
            filters=[tidy, lambda text: text.removesuffix(".service")],
            validators=[SingleValue(), Valid(service_name)],
        ),
        "systemd": StringField("systemd of the target", filters=[tidy], validators=[SingleValue(), Valid(target)]),
        "account": StringField("Account", filters=[tidy], validators=[SingleValue(), Valid(_judge_account)]),
        "uid": StringField("UID", filters=[tidy], validators=[SingleValue(), Valid(account_number)]),
        "gid": StringField("GID", filters=[tidy], validators=[SingleValue(), Valid(account_number)]),
        "instance": LinesField("Instances", validators=[MaxValues(), Valid(instance_name)], posted=posted),
        "runs-as": StringField("Runs as", filters=[tidy], validators=[SingleValue(), Valid(_judge_identity)]),
        "reset": LinesField("Emptied first", validators=[MaxValues(), Valid(_judge_reset)]),
        "look": LinesField("Another path", validators=[MaxValues(), Valid(_judge_look)], posted=posted),
        "own": LinesField("Directories", validators=[MaxValues(), Valid(OwnDirectory.parse)], posted=posted),
        KEPT: StringField("Kept lines", validators=[SingleValue(), Valid(preserved.load)]),
    }

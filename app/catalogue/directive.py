"""What a row of the catalogue says about a directive."""

from dataclasses import dataclass

from app.values import Kind


@dataclass(frozen=True)
class Directive:
    """A directive of one section, and all facts about it."""

    section: str
    """The section of the unit file, without brackets."""
    name: str
    """The name of the parameter.

    It is the word of the unit file. “Section.” precedes it if an earlier row of another section has the same word.
    “file.Section.” precedes it in the file of a triggering unit.
    """
    kind: Kind
    """The kind of value."""
    since: int
    """The systemd version that introduced the directive."""
    group: str
    """The key of the form's group that shows the directive."""
    man: str
    """The manual page, with its section."""
    help: str
    """The help of the form's field, as sentences."""
    default: str = ""
    """The behaviour of systemd if the directive is not set, for the page."""
    repeats: bool = False
    """Whether a unit can set the directive more than once, with one value per line."""
    resets: bool = True
    """Whether an empty assignment empties the directive's list."""
    none: str = ""
    """The form's label for that reset, if the form offers the reset as a choice."""
    example: str = ""
    """A sample value, which the form shows in an empty field."""
    anchor: str = ""
    """The name whose entry in the manual page explains the directive, or "" for its own.

    An entry that covers several directives is named after its first directive.
    """
    removed: int = 0
    """The first systemd version that ignores the directive, or 0 if the newest version still reads it."""
    successor: str = ""
    """The name of the row to use instead of a removed directive."""
    documented: bool = True
    """Whether the manual of the newest systemd version lists the directive."""
    without: str = ""
    """The state that remains if a systemd version ignores the line, as a clause.

    For example “/tmp stays shared with every other service”.
    """
    together: str = ""
    """A key that is common to all directives that affect one another. Their lines keep their given order."""
    file: str = "service"
    """The suffix of the file that contains the directive."""
    like: str = ""
    """The name of the service's row that has the same meaning in another file, or "" for an independent row."""

    @property
    def word(self) -> str:
        """The directive as the unit file has it, without the section."""
        return self.name.rpartition(".")[2]

    @property
    def title(self) -> str:
        """The directive as people call it: its name, without the file and the section of a companion's."""
        return self.name if self.file == "service" else self.word

    @property
    def label(self) -> str:
        """The directive above its field, with the section that it stands in where that is a companion's."""
        return f"{self.name}=" if self.file == "service" else f"[{self.section}] {self.word}="

    @property
    def sample(self) -> str:
        """A value that it takes: the example, or its oldest word."""
        words = self.kind.suggestions
        return self.example or min(words, key=lambda word: (words[word], list(words).index(word)), default="")

    def is_read_by(self, version: int) -> bool:
        """Whether a systemd reads the line at all."""
        return self.since <= version and not 0 < self.removed <= version

    @property
    def manual_page(self) -> str:
        """The manual page and the place in it, as the HTML manual names them."""
        return f"{self.man.partition('(')[0]}.html#{self.anchor or f'{self.word}='}"

    @property
    def may_reset(self) -> bool:
        """Whether reset= may name it: only a list can be emptied."""
        return self.repeats and self.resets


@dataclass(frozen=True)
class TriggerType:
    """A type of triggering unit."""

    file: str
    """The suffix of the unit's file."""
    title: str
    """The usual name of the type."""
    about: str
    """The purpose of the type, as a sentence."""
    needed: tuple[str, ...]
    """The names of the directives that most units of this type need."""
    target: str
    """The target that starts the unit at boot."""

    @property
    def enabled_by(self) -> str:
        """The directive that names the target."""
        return f"{self.file}.Install.WantedBy"


@dataclass(frozen=True)
class Group:
    """A group of the form."""

    key: str
    """The key by which directives name their group."""
    title: str
    about: str
    """The contents of the group, as a sentence."""
    shown: bool = False
    """Whether the page also shows directives of the group that are not set."""

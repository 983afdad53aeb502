"""What a row of the catalogue says about a directive."""

from dataclasses import dataclass

from app.values import Kind


@dataclass(frozen=True)
class Directive:
    """One directive of one section: all that is true of it alone.

    name: as parameters have it: the word of the unit file, with “Section.” before it where an earlier row of another section
    has that word, and with “file.Section.” in a companion's file. file: the suffix of the file that it stands in. since: the systemd version that brought it. man: its manual page, section included. default: what systemd
    does when it is not set, for the page. repeats: it may be given more than once, each a line. resets: an empty assignment
    empties its list. none: how the form words that reset where it is a choice of its own. example: a value, for the
    reader of an empty field. anchor: where the manual page explains it, if not below its own name: an entry of several
    directives goes by its first.

    removed: the first systemd that ignores it, 0 where the newest still reads it. successor: the row to use instead of it.
    documented: whether the manual of the newest systemd names it. without: what stays as it is where a systemd ignores the
    line, as a clause (“/tmp stays shared with every other service”). together: a key that rows share which read one
    another, so that their lines keep the order they are given in. like: the row of the service that says the same of
    another file, “” for a row of its own.
    """

    section: str
    name: str
    kind: Kind
    since: int
    group: str
    man: str
    help: str
    default: str = ""
    repeats: bool = False
    resets: bool = True
    none: str = ""
    example: str = ""
    anchor: str = ""
    removed: int = 0
    successor: str = ""
    documented: bool = True
    without: str = ""
    together: str = ""
    file: str = "service"
    like: str = ""

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
    """A unit that starts the service: the suffix of its file, what people call it and what it is for, the directives that
    most of them need, and the target that starts it at boot.
    """

    file: str
    title: str
    about: str
    needed: tuple[str, ...]
    target: str

    @property
    def enabled_by(self) -> str:
        """The directive that names the target."""
        return f"{self.file}.Install.WantedBy"


@dataclass(frozen=True)
class Group:
    """A group of the form: a key for rows to name, a title, a sentence on what belongs here, and whether the page shows its
    rows that are not set.
    """

    key: str
    title: str
    about: str
    shown: bool = False

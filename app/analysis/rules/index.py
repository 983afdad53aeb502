"""Where the pitfalls are dealt with that no rule can see."""

from typing import NamedTuple


class PitfallWithoutRule(NamedTuple):
    """A pitfall that is not seen from one unit, or not told by a finding: its id, a title, where it is dealt with."""

    id: str
    title: str
    where: str


PITFALLS_WITHOUT_RULE = (
    PitfallWithoutRule("P1", "A value that systemd cannot parse is ignored, and the setting is open", "The form refuses such values beside their fields."),
    PitfallWithoutRule("P22", "A name that is none for users", "The form refuses it beside User= and Group=."),
    PitfallWithoutRule("P35", "A managed directory that is no plain name", "The form refuses it beside its field."),
    PitfallWithoutRule("P49", "Quotes, percent signs and backslashes that change a line", "The form judges each value as systemd parts its words."),
    PitfallWithoutRule("P50", "A comma in SupplementaryGroups=", "The form refuses it: groups are parted by blanks."),
    PitfallWithoutRule("P51", "User= in a unit of the user's own manager", "The units made here are for the system's."),
    PitfallWithoutRule("P53", "useradd where user or group exist", "The preparation looks first and names the group."),
    PitfallWithoutRule("P54", "A user whose home is missing", "The preparation gives useradd a home, the state directory or a path that does not exist."),
)  # fmt: skip

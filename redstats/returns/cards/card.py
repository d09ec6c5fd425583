"""What a card holds: its labels, where their values stand, and what was left unread."""

from __future__ import annotations

from dataclasses import dataclass, field

from redstats.returns.headers import Heading

Place = tuple[int, int]


@dataclass(slots=True)
class Value:
    """Where the value of ``label`` (a cell) stands: ``part`` is its text where it shares its cell with a label.

    ``heading`` says what the label was read as, ``unit`` what stands in a cell of its own behind the value, and
    ``doubt`` (Chinese) why the value cannot be believed.
    """

    heading: Heading
    label: Place
    place: Place
    part: str | None = None
    unit: str = ""
    doubt: str = ""


@dataclass(slots=True)
class Card:
    """One committee's card: its rows, all its labels, the values of those that are fields, and cells left unread."""

    top: int
    bottom: int
    headings: list[Heading] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    unread: list[Place] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)  # rows that hold no label: titles, who reports, notes
    guide: bool = False

    @property
    def fields(self) -> set[str]:
        return {one.heading.field.id for one in self.values if one.heading.field}

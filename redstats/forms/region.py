"""One form on a sheet: the rows it takes, what was found of its fields, and what belongs to none of them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from redstats.standard.attachments import Attachment, Entry, attachments
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

Place = tuple[int, int]
_WORDS_OF = vocabulary("forms")
_ASIDE = _WORDS_OF.pattern("aside")
_ATTACHED = _WORDS_OF.pattern("see_attached")


@dataclass(slots=True)
class Found:
    """One field on a form: the cells its value stands in (in order), its own text, and where it is looked for.

    ``part`` is the text where the value shares its cell with a label; ``place`` the cell to name, the label's own where
    there is none for the value; ``doubt`` says why the value cannot be told.
    """

    entry: Entry
    label: Place
    place: Place
    cells: tuple[Place, ...] = ()
    part: str | None = None
    doubt: str = ""
    page: Grid | None = None  # the sheet, where it is another than the form's


@dataclass(slots=True)
class Region:
    """The rows of one form on a sheet, what was found there, and the cells that belong to nothing."""

    grid: Grid
    kind: str
    top: int
    bottom: int
    found: dict[str, Found] = field(default_factory=dict)
    unread: list[Place] = field(default_factory=list)
    copies: tuple[int, Place] | None = None
    pages: list[tuple[Grid, bool]] = field(default_factory=list)  # sheets after it, and whether they say 附页
    first: int | None = None  # the row it begins with, where that stands over its title

    @property
    def form(self) -> Attachment:
        return attachments()[self.kind]

    def text(self, answer: Found) -> str:
        """What is written of a field, its cells one below the other."""
        if answer.part is not None:
            return answer.part
        return "\n".join(text for text in (shown(self.grid, place) for place in answer.cells) if text)


def shown(grid: Grid, place: Place) -> str:
    """The text of a cell; a date in it as ISO."""
    value = grid.value(*place)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else grid.text(*place)


def is_aside(text: str) -> bool:
    """Whether a cell is none of a form's fields and needs no mention: a remark of the form itself, a unit."""
    folded = fold(text)
    return bool(_ASIDE.fullmatch(folded)) or (len(folded) <= 1 and not re.match(r"[\d√✓✔☑×✗✘☒■●]", folded))


def is_reference(text: str) -> bool:
    """Whether a text only says that the matter stands on an attached page."""
    return bool(_ATTACHED.fullmatch(fold(text).strip("()。.")))

"""How the two forms are laid out, whether drawn as workbook or as document, and how values are written on them."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from redstats import standard
from redstats.months import Month, chinese
from redstats.standard.attachments import Attachment, Entry, attachments
from redstats.workbooks.stamps import Stamp

TOLD: dict[object, str] = {True: "已盖章", False: "未盖章"}
SEAL, DAY, ATTACHED = "（盖章）", "日期", "附页"
UNDATED = "    年    月    日"  # as the standard prints it, for a pen
# Room in cm, by field or by type; a field that has none stands in a pair.
_ROOM = {
    "committee_brief": 3.5,
    "practices_and_results": 10.2,
    "practices_attachment": 1.9,
    "seal": 1.5,
    "opinion": 7.4,
}


@dataclass(frozen=True)
class Shape:
    """The form of ``kind`` (recommendation, re_evaluation) as it is in ``month``."""

    kind: str
    month: Month

    @property
    def form(self) -> Attachment:
        return attachments()[self.kind]

    @cached_property
    def above(self) -> list[Entry]:
        """What stands above the table."""
        return [one for one in self.form.fields.values() if one.type in ("street", "date")]

    @cached_property
    def pairs(self) -> list[tuple[Entry | None, Entry]]:
        """The rows of two fields; an odd last one stands at the right, and the left one of the row above goes on."""
        short = [one for one in self.form.fields.values() if one not in self.above and not room(one)]
        pairs: list[tuple[Entry | None, Entry]] = list(zip(short[::2], short[1::2], strict=False))
        if len(short) % 2:
            pairs.append((None, short[-1]))
        return pairs

    @cached_property
    def boxes(self) -> list[Entry]:
        """The fields that take the whole width, each with its own room."""
        return [one for one in self.form.fields.values() if room(one)]

    @property
    def attached(self) -> Entry | None:
        """The field that is written on a page of its own."""
        return next((one for one in self.boxes if one.attached), None)

    @property
    def copies(self) -> str:
        """The words at the foot."""
        return f"（一式{'〇一两三四五'[self.form.copies]}份）"

    @property
    def stamp(self) -> Stamp:
        """By which the form is known again: edition, kind, and a hash of all that is asked and how."""
        asked = [(one.id, one.printed, one.type, one.longest) for one in self.form.fields.values()]
        mark = hashlib.sha256(repr(asked).encode()).hexdigest()[:10]
        return Stamp(standard.on(self.month.end).edition.id, self.kind, False, mark)


def room(entry: Entry) -> float:
    """How many cm a box is high, 0 for a field without a box."""
    return _ROOM.get(entry.id) or _ROOM.get(entry.type, 0)


def printed(entry: Entry) -> str:
    """The label with its hint, broken into the lines of the form."""
    return re.sub("(?=（)|(?<=，)", "\n", entry.printed)


def told(entry: Entry, values: dict[str, object]) -> str:
    """A field's value as text, "" where there is none; a seal with its day."""
    value = values.get(entry.id)
    if entry.type == "seal":
        return "  ".join(filter(None, [TOLD.get(value, ""), day(values.get(f"{entry.id}_date"))]))
    if isinstance(value, dt.date):
        return day(value)
    return "" if value is None else f"{value}{entry.unit}"


def day(value: object) -> str:
    """A day in Chinese, "" for none."""
    return chinese(value) if isinstance(value, dt.date) else ""

"""The forms as Word documents (.docx)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from redstats.forms.shape import ATTACHED, SEAL, TOLD, UNDATED, Shape, day, printed, room, told
from redstats.months import Month
from redstats.standard.attachments import Entry
from redstats.workbooks.docx_writing import TITLING, Paper, Type
from redstats.workbooks.stamps import LABEL

_WIDTHS = (3.5, 5.2, 3.5, 5.2)  # cm
_PAIR = 0.9
_TITLE = Type(size=20, font=TITLING, align="center", after=6)
_LINE = Type(before=4, after=4)
_LABEL = Type(size=11, align="center")
_VALUE = _LABEL
_ASIDE = Type(size=11)
_TEXT = Type(size=10.5, indent=2, line=14.5)
_SIGNED = Type(size=11, align="right", before=3)
_STAMP = Type(size=6, colour="BFBFBF", hidden=True)


def draw_document(kind: str, filled: list[dict[str, object]], month: Month) -> bytes:
    """The form of ``kind`` (recommendation, re_evaluation) as .docx, one for each of ``filled``: values by column.

    A column that is missing or None stays blank; ``[{}]`` gives the blank form.
    """
    shape = Shape(kind, month)
    paper = Paper(title=shape.form.title, category=str(shape.stamp))
    draw = _Draw(paper, shape)
    for position, values in enumerate(filled or [{}]):
        draw.form(values, new_page=position > 0)
        draw.attached(values)
    paper.foot(f"{LABEL}：{shape.stamp}", _STAMP)
    return paper.content()


@dataclass(frozen=True)
class _Draw:
    paper: Paper
    shape: Shape

    def form(self, values: dict[str, object], new_page: bool) -> None:
        paper, shape = self.paper, self.shape
        paper.line(shape.form.title, _TITLE, new_page=new_page)
        above = [f"{one.label}：{told(one, values) or UNDATED * (one.type == 'date')}" for one in shape.above]
        left, right = above if len(above) == 2 else ("", above[0])
        paper.line(left, _LINE, right=right)
        rooms = [room(one) for one in shape.boxes]
        table = paper.table([_PAIR] * len(shape.pairs) + rooms, list(_WIDTHS))
        for row, pair in enumerate(shape.pairs):
            for column, entry in zip((0, 2), pair, strict=True):
                if entry:
                    low = row + (column == 0 and shape.pairs[-1][0] is None and row == len(shape.pairs) - 2)
                    paper.put(table, (row, column, low, column), [(printed(entry), _LABEL)])
                    paper.put(table, (row, column + 1, low, column + 1), [(told(entry, values), _VALUE)])
        for row, entry in enumerate(shape.boxes, start=len(shape.pairs)):
            paper.put(table, (row, 0, row, 0), [(printed(entry), _LABEL)])
            stand = "center" if entry.type == "seal" or entry.attached else "top"
            paper.put(table, (row, 1, row, 3), self._box(entry, values), stand)
        paper.line(shape.copies, _ASIDE)

    def _box(self, entry: Entry, values: dict[str, object]) -> list[tuple[str, Type]]:
        if entry.type == "seal":
            return [(told(entry, values), _VALUE)]
        if entry.attached:
            return [(f"（见{ATTACHED}）", _VALUE)]
        text = _paragraphs(values.get(entry.id), _TEXT)
        if entry.type != "opinion":
            return text
        # The seal stands at the foot of its box: what the text leaves free goes before it.
        used = sum(1 + (len(line) + 2) // 34 for line, _ in text) * _TEXT.line
        free = max(room(entry) * 72 / 2.54 - used - 48, 6)
        sealed = f"{SEAL}{TOLD.get(values.get(f'{entry.id}_seal'), '')}"
        dated = day(values.get(f"{entry.id}_date")) or UNDATED
        return [*text, (sealed, replace(_SIGNED, before=free)), (dated, _SIGNED)]

    def attached(self, values: dict[str, object]) -> None:
        entry = self.shape.attached
        if entry:
            self.paper.line(ATTACHED, _ASIDE, new_page=True)
            self.paper.line(f"{entry.label}（{entry.longest}字内）", replace(_TITLE, size=16))
            for text, set_in in _paragraphs(values.get(entry.id), _TEXT):
                self.paper.line(text, set_in)


def _paragraphs(value: object, set_in: Type) -> list[tuple[str, Type]]:
    """A text, paragraph by paragraph; an empty one to write in where there is no text."""
    return [(line.strip(), set_in) for line in str(value or "").splitlines() if line.strip()] or [
        ("", set_in)
    ]

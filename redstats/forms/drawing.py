"""The forms as workbooks (.xlsx): one sheet a form, and one for the page attached to it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from redstats import places
from redstats.forms import counting
from redstats.forms.shape import ATTACHED, DAY, SEAL, TOLD, UNDATED, Shape, printed, room, told
from redstats.months import Month
from redstats.standard.attachments import Entry
from redstats.templates import checks
from redstats.workbooks.stamps import LABEL
from redstats.workbooks.writing import DATE, HIGHEST, Book, Check, Look, lines

_WIDTHS = {1: 18, 2: 28, 3: 18, 4: 28, 5: 2, 6: 14}  # the last two beside the paper
_LAST, _ASIDE = 4, 6
_POINTS = 72 / 2.54
_PAGE, _PAIR, _SIGN, _LINE = 740, 25.5, 24, 15.5  # points
_SHRUNK = 0.8  # rather this small than on a second sheet of paper
_TITLE = Look(font="黑体", size=18, align="center")
_WORD = Look(size=11, align="right", wrap=True)
_LABEL = Look(size=11, align="center", wrap=True, edges="lrtb")
_VALUE = replace(_LABEL, unlocked=True)
_TEXT = replace(_VALUE, size=10.5, align="left", stand="top")
_NOTE = Look(size=9, colour="7F7F7F", align="left")
_STAMP = replace(_NOTE, size=6, colour="BFBFBF")
_FORMATS = {"int": '0"人"', "date": DATE, "text": "@", "phone": "@", "street": "@"}
_PEOPLE = "AND(ISNUMBER({cell}),{cell}>=0,{cell}=INT({cell}))"
_COUNTED = (
    "不超过{longest}字：一个汉字、一个全角标点算一字，连着的字母、数字算一字，空格和换行不算。"
    "右边随写随算，供参考；以汇总时（redstats forms read）读出的字数为准。分段按 Alt+Enter。"
)
_HOW = {
    "text": "填文字。",
    "phone": "填号码，几个号码用“、”分开。属个人信息，页面上不显示。",
    "seal": "纸质件盖章。报电子件的，盖章后填“已盖章”，有日期的写在后面，如：已盖章 2026年11月5日。",
    "opinion": "写明意见，如：同意。盖章和日期填在下面两格。",
    "open": "分条写做法和成效。分段按 Alt+Enter；写不下的，把本行拉高。",
}


def draw_workbook(kind: str, filled: list[dict[str, object]], month: Month) -> bytes:
    """The form of ``kind`` (recommendation, re_evaluation) as .xlsx, one for each of ``filled``: values by column.

    A column that is missing or None stays blank; ``[{}]`` gives the blank form.
    """
    shape = Shape(kind, month)
    book = Book(title=shape.form.title, category=str(shape.stamp))
    for values in filled or [{}]:
        _Draw(book, shape, values, f" {values.get('committee_name') or ''}" if len(filled) > 1 else "").all()
    return book.content()


@dataclass
class _Draw:
    """Draws one form; ``row`` is the next free row, ``name`` what sets its sheets apart."""

    book: Book
    shape: Shape
    values: dict[str, object]
    name: str

    def all(self) -> None:
        """The form, and the page attached where it has one."""
        self._begin(self.shape.form.name)
        self._title(self.shape.form.title)
        self._above()
        self._pairs()
        for entry in self.shape.boxes:
            self._opinion(entry) if entry.type == "opinion" else self._wide(entry)
        self._end(self.shape.copies)
        if self.shape.attached:
            self._begin(ATTACHED)
            self._attached(self.shape.attached)
            self._end("")

    def _begin(self, name: str) -> None:
        self.sheet, self.row, self.high = self.book.sheet(name + self.name), 1, 0.0
        self.sheet.sheet_view.showGridLines = False
        self.book.widths(self.sheet, _WIDTHS)
        self.book.put(self.sheet, 1, _ASIDE, f"{LABEL}：{self.shape.stamp}", _STAMP)

    def _end(self, foot: str) -> None:
        if foot:
            self.book.put(self.sheet, self.row, 1, foot, replace(_WORD, align="left", wrap=False))
            self._go(18)
        self.book.protect(self.sheet)
        self.book.portrait(self.sheet, f"A1:D{self.row - 1}", max(1, math.ceil(self.high * _SHRUNK / _PAGE)))

    def _go(self, *heights: float) -> None:
        """Give the next rows their heights and step over them."""
        for height in heights:
            self.sheet.row_dimensions[self.row].height = height
            self.row, self.high = self.row + 1, self.high + height

    def _title(self, text: str) -> None:
        self.book.merge(self.sheet, (self.row, 1, self.row, _LAST), text, _TITLE)
        self._go(36)

    def _above(self) -> None:
        for entry, column in zip(reversed(self.shape.above), (3, 1), strict=False):
            self.book.put(self.sheet, self.row, column, f"{entry.label}：", _WORD)
            look = replace(_VALUE, edges="", align="left")
            self._value(entry, (self.row, column + 1, self.row, column + 1), look)
        self._go(24)

    def _pairs(self) -> None:
        pairs = self.shape.pairs
        for position, (left, right) in enumerate(pairs):
            low = self.row + (position + 1 < len(pairs) and pairs[position + 1][0] is None)
            if left:
                self.book.merge(self.sheet, (self.row, 1, low, 1), printed(left), _LABEL)
                self._value(left, (self.row, 2, low, 2), _VALUE)
            self.book.put(self.sheet, self.row, 3, printed(right), _LABEL)
            self._value(right, (self.row, 4, self.row, 4), _VALUE)
            written = (told(one, self.values) for one in (left, right) if one)
            self._go(max(_PAIR, _LINE * max(lines(text, _WIDTHS[2]) for text in written) + 2))

    def _wide(self, entry: Entry) -> None:
        look = _VALUE if entry.type == "seal" else _TEXT
        rows = self._rows(entry, 2, room(entry) * _POINTS)
        low = self.row + len(rows) - 1
        self.book.merge(self.sheet, (self.row, 1, low, 1), printed(entry), _LABEL)
        box = (self.row, 2, low, _LAST)
        if entry.attached:
            self.book.merge(self.sheet, box, f"（见{ATTACHED}）", _LABEL)
        else:
            self._value(entry, box, look)
        self._go(*rows)

    def _opinion(self, entry: Entry) -> None:
        rows = self._rows(entry, 2, room(entry) * _POINTS - 2 * _SIGN)
        low = self.row + len(rows) - 1
        self.book.merge(self.sheet, (self.row, 1, low + 2, 1), printed(entry), _LABEL)
        self._value(entry, (self.row, 2, low, _LAST), replace(_TEXT, edges="lrt"))
        self._go(*rows)
        signed = {SEAL: f"{entry.id}_seal", DAY: f"{entry.id}_date"}
        for (label, name), bottom in zip(signed.items(), ("", "b"), strict=True):
            value = self.values.get(name)
            self.book.put(self.sheet, self.row, 2, None, replace(_WORD, edges=f"l{bottom}"))
            self.book.put(self.sheet, self.row, 3, label, replace(_WORD, edges=bottom))
            look = replace(_VALUE, align="left", edges=f"r{bottom}", format=DATE if label == DAY else "")
            if label == SEAL:
                value, check = (
                    TOLD.get(value),
                    Check(SEAL, "盖章后选“已盖章”。", tuple(TOLD.values()), error="请从下拉中选一项。"),
                )
            else:
                value, check = value or UNDATED, checks.day(DAY)
            self.book.put(self.sheet, self.row, _LAST, value, look)
            self.book.check(self.sheet, (self.row, _LAST, self.row, _LAST), check)
            self._go(_SIGN)

    def _attached(self, entry: Entry) -> None:
        self.book.put(self.sheet, 1, 1, ATTACHED, replace(_WORD, align="left"))
        self._go(20)
        self._title(f"{entry.label}（{entry.longest}字内）")
        rows = self._rows(entry, 1, _PAGE - self.high - 20)
        self._value(entry, (self.row, 1, self.row + len(rows) - 1, _LAST), _TEXT)
        self._go(*rows)

    def _rows(self, entry: Entry, column: int, least: float) -> list[float]:
        """The rows of a box as high as its text takes, for Excel knows no row over its limit."""
        text, width = self.values.get(entry.id), sum(_WIDTHS[at] for at in range(column, _LAST + 1))
        needed = (
            _LINE * lines(text, width) if isinstance(text, str) and not (entry.attached and column > 1) else 0
        )
        high = max(least, needed + 6)
        many = math.ceil(high / HIGHEST)
        return [round(high / many, 2)] * many

    def _value(self, entry: Entry, box: tuple[int, int, int, int], look: Look) -> None:
        """A field's value in its cell, with its check and, where it is limited, how much room is left."""
        value = told(entry, self.values) if entry.type == "seal" else self.values.get(entry.id)
        if entry.type == "date":
            value = value or UNDATED
        # A cell of text shows nothing of a long one in some programs.
        named = "" if room(entry) else _FORMATS.get(entry.type, "")
        cell = self.book.merge(
            self.sheet, box, value or (value if value == 0 else None), replace(look, format=named)
        )
        self.book.check(self.sheet, box, self._check(entry))
        if entry.longest:
            counter = replace(_NOTE, format=counting.LEFT)
            self.book.formula(
                self.sheet,
                box[0],
                _ASIDE,
                counting.left(f"${cell.column_letter}${cell.row}", entry.longest),
                counter,
            )

    def _check(self, entry: Entry) -> Check:
        if entry.type == "street":
            names = tuple(each.name for each in places.on(self.shape.month.end).streets)
            return Check(
                entry.label,
                "从下拉中选。",
                names,
                error="名单里没有这个街镇，确认要这样填写吗？",
                strict=False,
            )
        if entry.type == "date":
            return checks.day(entry.label)
        if entry.type == "int":
            return Check(
                entry.label, "只填数字，不写单位。", formula=_PEOPLE, error="请填0或正整数，只填数字。"
            )
        if entry.longest:
            return Check(entry.label, _COUNTED.format(longest=entry.longest))
        return Check(entry.label, _HOW["open" if entry.type == "text" and room(entry) else entry.type])

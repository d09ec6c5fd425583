"""The workbooks of the sample: a street's return, and the reviewer's sheet of the whole district."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from random import Random
from typing import Any

from redstats.months import Month
from redstats.places import Street
from redstats.sample.committees import Committee, phone
from redstats.sample.layouts import Column, Form, spelled
from redstats.standard import Field
from redstats.workbooks import Grid
from redstats.workbooks.writing import HEADING, PLAIN, TITLE, Book, Look

MARK = "示例数据"
_ROW = Look(border=True, align="center")
_NOTE = Look(size=10, align="left", wrap=True)
_WIDTHS = {"text": 16, "list": 18, "set": 24, "dates": 26, "date": 14, "phone": 15}
_SUMMED = ("snap", "month", "ytd")
_WORDED = {95.0: "好", 85.0: "较好", 70.0: "一般", 50.0: "差"}


@dataclass
class Row:
    """One committee in one file: typed ``values`` by field; ``raw`` where the cell says something else."""

    committee: Committee
    values: dict[str, Any]
    raw: dict[str, str] = field(default_factory=dict)


@dataclass
class Return:
    """A street's return for a month, as a workbook (``content``) and as addresses (``place``)."""

    street: Street
    month: Month
    form: Form
    file: str
    sheet: str
    columns: list[Column]
    rows: list[Row]
    filed: dt.date
    clerk: str
    seed: str

    @cached_property
    def fields(self) -> dict[str, Column]:
        return {one.field.id: one for one in self.columns if one.field}

    @property
    def _depth(self) -> int:
        return max(len(one.headings) for one in self.columns)

    @property
    def _first(self) -> int:
        """The first row that holds a committee: after title, preamble, headings and what else precedes."""
        return 3 + self._depth + self.form.layout.numbered + self.form.layout.total_first

    def place(self, row: Row, name: str) -> tuple[str, str, str]:
        """File, sheet and cell of one datum; where cells are merged, the cell that holds the text."""
        line = self._line[row.committee.seed]
        if name == "neighbourhood_committee" and self.form.layout.merged:
            while line > self._first and self.rows[line - self._first - 1].committee.neighbourhood == (
                row.committee.neighbourhood
            ):
                line -= 1
        return self.file, self.sheet, f"{Grid.letters(self.fields[name].number - 1)}{line}"

    @cached_property
    def _line(self) -> dict[str, int]:
        return {row.committee.seed: self._first + at for at, row in enumerate(self.rows)}

    def content(self) -> bytes:
        book = Book(title=f"{self.street.name}红色业委会月报（{MARK}）", category=MARK)
        sheet = book.sheet(self.sheet)
        left, right = self.columns[0].number, self.columns[-1].number
        title = f"长宁区“红色业委会”建设情况月报表（{MARK}）"
        if self.form.layout.renamed:
            title = f"长宁区{self.street.name}{self.month.label}红色业委会建设情况统计表（{MARK}）"
        book.merge(sheet, (1, left, 1, right), title, TITLE)
        self._preamble(book, sheet, left, right)
        self._headings(book, sheet)
        self._committees(book, sheet)
        layout, below = self.form.layout, self._first + len(self.rows)
        self._total(book, sheet, self._first - 1 if layout.total_first else below)
        notes = (
            f"备注：1.本表为{MARK}，单位、人员、电话均为虚构。2.次数、件数、户数按当月填报，注明年累计的除外。"
            "3.不涉及的填“/”或“不涉及”。"
        )
        book.merge(sheet, (below + 1, left, below + 1, right), notes, _NOTE)
        signed = f"填报人：{self.clerk}      审核人：      负责人："
        book.merge(sheet, (below + 2, left, below + 2, right), signed, _NOTE)
        corner = sheet.cell(self._first, self.fields["committee_name"].number + 1)
        sheet.freeze_panes = corner.coordinate
        for column in self.columns:
            width = _WIDTHS.get(column.field.type, 11) if column.field else 6
            sheet.column_dimensions[Grid.letters(column.number - 1)].width = width
        if layout.numbered:
            self._guide(book)
        return book.content()

    def _preamble(self, book: Book, sheet, left: int, right: int) -> None:
        day = f"{self.filed.year}年{self.filed.month}月{self.filed.day}日"
        parts = [
            f"填报单位（盖章）：{self.street.name}",
            f"填报月份：{self.month.label}",
            f"填报人：{self.clerk}",
            f"联系电话：{phone(Random(self.seed[: self.seed.rindex(' ')]))}",
            f"填报日期：{day}",
        ]
        if self.form.layout.preamble == "one":
            book.merge(sheet, (2, left, 2, right), "      ".join(parts), PLAIN)
            return
        for position, part in enumerate(parts):
            column = left + position * 4
            if position == len(parts) - 1:  # the date in a cell of its own, as a date
                book.put(sheet, 2, column, "填报日期：", PLAIN)
                book.put(sheet, 2, column + 1, self.filed, PLAIN)
            else:
                book.merge(sheet, (2, column, 2, column + 2), part, PLAIN)

    def _headings(self, book: Book, sheet) -> None:
        """Each heading over the columns that share it, the last one down to the bottom."""
        depth = self._depth
        for level in range(depth):
            shown = [one for one in self.columns if level < len(one.headings)]
            for _, run in groupby(shown, key=lambda column: _run(column, level)):
                shared = list(run)
                last = level == len(shared[0].headings) - 1
                for first, to in _unbroken(shared):
                    bottom = 2 + depth if last else 3 + level
                    book.merge(sheet, (3 + level, first, bottom, to), shared[0].headings[level], HEADING)
        if self.form.layout.numbered:
            for position, column in enumerate(self.columns):
                book.put(
                    sheet,
                    3 + depth,
                    column.number,
                    "甲乙丙"[position] if position < 3 else position - 2,
                    HEADING,
                )

    def _committees(self, book: Book, sheet) -> None:
        random, hand, merged = Random(f"{self.seed} hand"), self.form.hand, self.form.layout.merged
        home = None
        percent = replace(_ROW, format="0%")
        for position, row in enumerate(self.rows):
            line = self._first + position
            book.put(sheet, line, self.columns[0].number, position + 1, _ROW)
            for column in self.columns[1:]:
                assert column.field is not None  # but for the first column
                name = column.field.id
                if merged and name == "neighbourhood_committee" and row.committee.neighbourhood == home:
                    continue
                value, number_format = spelled(column.field, row.values.get(name), hand, random)
                if name in row.raw:
                    value, number_format = row.raw[name] or None, ""
                book.put(sheet, line, column.number, value, percent if number_format else _ROW)
            home = row.committee.neighbourhood
        if merged:
            merged_column = self.fields["neighbourhood_committee"].number
            for _, run in groupby(
                enumerate(self.rows), key=lambda pair: pair[1].committee.neighbourhood.code
            ):
                lines = [self._first + at for at, _ in run]
                if len(lines) > 1:
                    sheet.merge_cells(None, lines[0], merged_column, lines[-1], merged_column)

    def _total(self, book: Book, sheet, line: int) -> None:
        """The line of sums: counts only, nothing under dates, words and averages."""
        book.merge(sheet, (line, self.columns[0].number, line, self.columns[1].number), "合  计", HEADING)
        for column in self.columns[2:]:
            assert column.field is not None
            counted = (
                column.field.type == "int" and column.field.period in _SUMMED and column.field.unit != "届"
            )
            name = column.field.id
            total = sum(row.values.get(name) or 0 for row in self.rows) if counted else None
            book.put(sheet, line, column.number, total, _ROW)

    def _guide(self, book: Book) -> None:
        sheet = book.sheet("填报说明")
        lines = (
            f"填报说明（{MARK}）",
            "1.每个业委会填一行，尚未组建的小区填业委会状态。",
            "2.日期填至日；当月未发生的填0。",
        )
        for row, line in enumerate(lines, start=1):
            book.put(sheet, row, 1, line, PLAIN)


def _run(column: Column, level: int) -> tuple:
    """What columns share that stand under one heading of this level; the lowest heading is never shared."""
    return column.headings[: level + 1] if level < len(column.headings) - 1 else (column.number,)


def _unbroken(shared: list[Column]) -> list[tuple[int, int]]:
    """First and last column of each stretch without a spacer."""
    boxes: list[tuple[int, int]] = []
    for column in shared:
        if boxes and boxes[-1][1] == column.number - 1:
            boxes[-1] = (boxes[-1][0], column.number)
        else:
            boxes.append((column.number, column.number))
    return boxes


@dataclass
class Review:
    """The reviewers' scores of one month: all judged committees of the district on one sheet."""

    month: Month
    committees: list[Committee]
    review_fields: list[Field]
    seed: int
    sheet: str = f"评议打分（{MARK}）"
    _FIRST = 5
    _LEFT = ("序号", "街镇", "业委会名称")

    @property
    def file(self) -> str:
        return f"评议打分{self.month}.xlsx"

    @property
    def fields(self) -> list[str]:
        return [one.id for one in self.review_fields]

    @cached_property
    def rows(self) -> list[Row]:
        return [self._scored(one) for one in self.committees]

    def _scored(self, committee: Committee) -> Row:
        level, random = (
            Random(f"{committee.seed} level").randint(72, 95),
            Random(f"{committee.seed} {self.month} scores"),
        )
        row = Row(committee, {})
        for name in self.fields:
            score = float(min(100, max(40, level + random.randint(-9, 8))))
            chance = random.random()
            if chance < 0.03:
                row.values[name] = None
            elif chance < 0.15:
                row.values[name] = min(_WORDED, key=lambda points: abs(points - score))
                row.raw[name] = _WORDED[row.values[name]]
            else:
                row.values[name] = score
        return row

    @cached_property
    def _line(self) -> dict[str, int]:
        return {one.seed: self._FIRST + at for at, one in enumerate(self.committees)}

    def place(self, row: Row, name: str) -> tuple[str, str, str]:
        column = Grid.letters(self._columns[name] - 1)
        return self.file, self.sheet, f"{column}{self._line[row.committee.seed]}"

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.fields, start=len(self._LEFT) + 1)}

    def content(self) -> bytes:
        book = Book(title=f"红色业委会评议打分（{MARK}）", category=MARK)
        sheet = book.sheet(self.sheet)
        right = len(self._LEFT) + len(self.review_fields)
        title = f"长宁区“红色业委会”评议打分表（{self.month.label}）（{MARK}）"
        book.merge(sheet, (1, 1, 1, right), title, TITLE)
        instructions = "评分说明：按0—100分打分，也可填好、较好、一般、差；未评议的留空。"
        book.merge(sheet, (2, 1, 2, right), instructions, PLAIN)
        for column, heading in enumerate(self._LEFT, start=1):
            book.merge(sheet, (3, column, 4, column), heading, HEADING)
        for clause, run in groupby(self.review_fields, key=lambda criterion: criterion.clause):
            criteria = list(run)
            first, last = self._columns[criteria[0].id], self._columns[criteria[-1].id]
            book.merge(sheet, (3, first, 3, last), f"第{clause}条", HEADING)
            for criterion in criteria:
                book.put(sheet, 4, self._columns[criterion.id], f"{criterion.label}\n（分）", HEADING)
        for position, row in enumerate(self.rows):
            line = self._FIRST + position
            book.row(sheet, line, [position + 1, row.committee.street.name, row.committee.name], _ROW)
            for name, column in self._columns.items():
                value = row.raw.get(name, row.values[name])
                book.put(sheet, line, column, int(value) if isinstance(value, float) else value, _ROW)
        below = self._FIRST + len(self.rows)
        book.merge(sheet, (below, 1, below, right), f"备注：本表为{MARK}。", _NOTE)
        book.widths(sheet, {1: 6, 2: 16, 3: 22})
        sheet.freeze_panes = "D5"
        return book.content()

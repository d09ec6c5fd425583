"""The sheets of a template: headings, rows to fill, and the sheet that explains them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from redstats.places import Places, Street
from redstats.standard import Field
from redstats.templates import checks
from redstats.templates.forms import REVIEWS, Column, Form, Page, heading
from redstats.workbooks import Grid
from redstats.workbooks.stamps import LABEL
from redstats.workbooks.writing import CELL, DATE, HEADING, PERCENT, PLAIN, TITLE, Book, Look

BLANK_ROWS = 60
GUIDE = "填表说明"
_PRINTED = 40  # columns that can be read on one sheet of paper
_TOP = 3  # the first row of headings, below title and preamble
_INPUT = Look(border=True, align="center", wrap=True, unlocked=True)
_CARRIED = "DDEBF7"
_FORMATS = {"int": "0", "pct": PERCENT, "date": DATE} | dict.fromkeys(
    ("dates", "set", "list", "text", "phone"), "@"
)
_WIDTHS = {"text": 16, "list": 18, "set": 22, "dates": 24, "date": 15, "phone": 16, "enum": 14}
_UNSIGNED = {True: "评议人：", False: "填报人："}

_GUIDE = (
    "一、每个业委会填一行，只在白色和蓝色的格子里填写；表头、栏目次序和表名请勿改动，不用的行留空，合计由汇总程序计算。",
    "二、留空表示没有填报；没有发生填0；确实没有的名称、项目填“无”；与本小区无关的填“不涉及”。四者意思不同，请勿混用。",
    "三、日期填年月日，还没有发生的留空；人数、次数只填数字，不写单位；几项内容用“、”分开。",
    "四、蓝色格子里是从{source}报表带入的业委会名称和小区基本信息，请逐格核对，有变化的直接改，已不存在的删去整行内容。其余各项都请当月填写。",
    "五、填写中拿不准的，先看每格弹出的提示和下面的表；仍不清楚的，请问本街镇的业委会工作联系人；表格打不开、下拉用不了的，请问区里发表的联系人。",
)
_CHAPTERS = "六、本表分章填写，各张表的业委会次序相同；新增的业委会，请在每张表上写同样的居委会和业委会名称。"
_REVIEW_GUIDE = (
    "一、每个业委会一行；每项填0至100的数，或填{words}；未评议的留空，不要填0。",
    "二、按下面所列标准原文评议；表头、栏目次序和表名请勿改动。",
    "三、拿不准的，请问区里发表的联系人。",
)
_TOLD = {
    "栏目": 26,
    "所在表": 14,
    "条款": 20,
    "标准原文": 50,
    "要求": 30,
    "口径": 20,
    "可填内容": 30,
    "怎样填": 40,
}


@dataclass(frozen=True)
class Draw:
    """Draws the sheets of ``form`` into ``book``; ``rows`` are values by field, what is known beforehand."""

    book: Book
    form: Form
    places: Places
    street: Street | None
    rows: list[dict[str, object]]
    source: str

    def filled_in(self, page: Page) -> tuple[int, int]:
        """The first and the last row that is to be filled in, one a committee."""
        top = _TOP + max(len(one.path) for one in page.columns)
        return top, top + len(self.rows) + BLANK_ROWS - 1

    def page(self, page: Page, first: bool) -> None:
        """One sheet to fill."""
        book, reviews = self.book, self.form.layout == REVIEWS
        sheet = book.sheet(page.name)
        kind = f"评议打分表（{self.form.month.label}）" if reviews else "建设情况月报表"
        book.put(sheet, 1, 1, f"长宁区“红色业委会”{kind}", replace(TITLE, align="left"))
        self._preamble(sheet, page, first)
        top, last = self.filled_in(page)
        self._headings(sheet, page, top - 1)
        for position, column in enumerate(page.columns, start=1):
            look = replace(_INPUT, format=_FORMATS.get(column.field.type, "") if column.field else "0")
            filled = replace(look, fill=_CARRIED)
            for row in range(top, last + 1):
                known = self.rows[row - top] if row - top < len(self.rows) else {}
                value = known.get(column.field.id) if column.field else row - top + 1
                carried = column.field and value is not None
                book.put(sheet, row, position, value, filled if carried else look)
            if column.field:
                check = checks.check(column.field, self.form.standard, self.places, self.street)
                book.check(sheet, (top, position, last, position), check)
            sheet.column_dimensions[Grid.letters(position - 1)].width = _width(column)
        for row, known in enumerate(self.rows, start=top):
            texts = [(known.get(one.field.id), _width(one)) for one in page.columns if one.field]
            book.fit(sheet, row, texts)
        for row in range(_TOP, top):
            sheet.row_dimensions[row].height = 54 if row == top - 1 else 24
        sheet.freeze_panes = f"{Grid.letters(page.lead)}{top}"
        book.protect(sheet)
        letters = f"A:{Grid.letters(page.lead - 1)}"
        book.page(sheet, rows=f"1:{top - 1}", columns=letters, wide=math.ceil(len(page.columns) / _PRINTED))

    def _preamble(self, sheet, page: Page, first: bool) -> None:
        # Labels stand in the cells themselves, as on paper; only the day has a cell of its own, to be a date.
        book, loose = self.book, replace(PLAIN, unlocked=True)
        reviews = self.form.layout == REVIEWS
        column = page.lead + 1
        if first or self.street:
            unit = (
                "评议单位（盖章）："
                if reviews
                else f"填报单位（盖章）：{self.street.name if self.street else ''}"
            )
            book.put(sheet, 2, 1, unit, loose)
        book.put(sheet, 2, column, f"{'评议' if reviews else '填报'}月份：{self.form.month.label}", PLAIN)
        if first:
            book.put(sheet, 2, column + 2, _UNSIGNED[reviews], loose)
            label = "评议日期" if reviews else "填报日期"
            book.put(sheet, 2, column + 4, f"{label}：", PLAIN)
            book.put(sheet, 2, column + 5, None, replace(loose, format=DATE, border=True))
            book.check(sheet, (2, column + 5, 2, column + 5), checks.day(label))

    def _headings(self, sheet, page: Page, bottom: int) -> None:
        """Each group over the columns that share it, the field's own heading down to the last row."""
        for level in range(bottom - _TOP + 1):
            numbered = [(at, one) for at, one in enumerate(page.columns, start=1) if level < len(one.path)]
            for _, run in groupby(numbered, key=lambda pair: _shared(pair[0], pair[1], level)):
                shared = list(run)
                (left, column), (right, _) = shared[0], shared[-1]
                low = bottom if level == len(column.path) - 1 else _TOP + level
                self.book.merge(sheet, (_TOP + level, left, low, right), column.path[level], HEADING)

    def guide(self) -> None:
        """The sheet 填表说明, with the stamp by which the template is known again."""
        book, form = self.book, self.form
        sheet = book.sheet(GUIDE)
        book.put(sheet, 1, 1, GUIDE, replace(TITLE, align="left"))
        book.put(sheet, 2, 1, f"{LABEL}：{form.stamp}", PLAIN)
        paragraphs = _REVIEW_GUIDE if form.layout == REVIEWS else _GUIDE
        lines = [
            line.format(source=self.source or "以前的", words=_words(form.fields)) for line in paragraphs
        ]
        lines += [_CHAPTERS] if form.layout == "chapters" else []
        row = 3
        for line in lines:
            book.merge(sheet, (row, 1, row, len(_TOLD)), line, replace(PLAIN, wrap=True))
            sheet.row_dimensions[row].height = 32
            row += 1
        book.row(sheet, row, list(_TOLD), HEADING)
        head = row
        where = {
            one.field.id: page.name for page in reversed(form.pages) for one in page.columns if one.field
        }
        for field in form.fields:
            row += 1
            cells = self._told(field, where[field.id])
            book.row(sheet, row, cells, CELL)
            book.fit(sheet, row, zip(cells, _TOLD.values(), strict=True))
        for position, width in enumerate(_TOLD.values()):
            sheet.column_dimensions[Grid.letters(position)].width = width
        sheet.freeze_panes = f"B{head + 1}"
        book.protect(sheet)
        book.page(sheet, rows=f"{head}:{head}")

    def _told(self, field: Field, sheet: str) -> list[str]:
        rules = self.form.standard
        passages = checks.asked(field, rules)
        choices = checks.YES_NO if field.type == "bool" else tuple(field.values)
        return [
            heading(field),
            sheet,
            rules.clauses[field.clause].label if field.clause else field.group,
            "\n".join(dict.fromkeys(quote for quote, _ in passages)),
            "\n".join(dict.fromkeys(required for _, required in passages if required)),
            checks.measure(field),
            "、".join(choices),
            checks.how(field),
        ]


def _shared(position: int, column: Column, level: int) -> tuple:
    """What neighbouring columns share that stand under one heading of this level; a field's own is never shared."""
    return column.path[: level + 1] if level < len(column.path) - 1 else (position,)


def _width(column: Column) -> float:
    if column.field is None:
        return 6
    # A Chinese character takes two columns; a heading is given four lines.
    return max(_WIDTHS.get(column.field.type, 11), 2 * len(heading(column.field)) / 4 + 3)


def _words(fields: Iterable[Field]) -> str:
    return next(("、".join(one.values) for one in fields if one.review), "")

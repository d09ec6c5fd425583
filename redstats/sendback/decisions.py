"""The sheet by which the district decides on what streets explain: written by the run, filled in by a person, and put into the
month's folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from redstats import explanations, tables
from redstats.months import Month
from redstats.project import Project
from redstats.workbooks import stamps
from redstats.workbooks.grid import Grid
from redstats.workbooks.writing import HEADING, PLAIN, TITLE, Book, Check

NAME = "情况说明认可单.xlsx"
FOLDER = "区级"
_STATES = ("given", "accepted", "rejected")
_COLUMNS = {
    "序号": (6, ""),
    "街镇": (12, "street_name"),
    "居委会": (16, "neighbourhood_committee"),
    "业委会": (22, "committee_name"),
    "项目": (18, "label"),
    "填报内容": (16, "reported"),
    "问题": (40, "question"),
    explanations.GIVEN: (16, "given"),
    explanations.WORDS: (36, "words"),
    explanations.BY: (10, "by"),
    explanations.VERDICT: (10, "verdict"),
    explanations.DECIDED_BY: (10, "decided_by"),
    explanations.DECIDED_ON: (14, "decided_on"),
    explanations.WHY: (24, "why"),
    explanations.ID: (15, "id"),
}
_TOP = 4
_HOW = (
    "“认可”一栏选认可或不认可，写上认可人和日期（不认可的写理由，街镇会看到），存进 data/raw 的当月文件夹后再运行。"
    "认可的，数值不变就不再问街镇；认可与否都不改变是否达标和得分。"
)


def to_decide(project: Project, month: Month) -> list[dict[str, Any]]:
    """The rows of 1_returns/explanations of a month on which the district decides, blanks empty."""
    if not tables.exists(project, tables.EXPLANATIONS, month):
        return []
    rows = tables.read(project, tables.EXPLANATIONS, month)
    listed = rows[rows["state"].isin(_STATES)]
    rows_: list[dict] = listed.astype(object).where(listed.notna(), None).to_dict("records")
    return rows_


def workbook(rows: Iterable[dict[str, Any]], month: Month) -> bytes:
    """The sheet as .xlsx, with what was decided before; ``rows`` as of ``to_decide``."""
    book = Book(title=f"{month.label}情况说明认可单")
    sheet = book.sheet("认可单")
    last = len(_COLUMNS)
    book.put(sheet, 1, 1, f"{month.label}情况说明认可单", replace(TITLE, align="left"))
    book.merge(sheet, (2, 1, 2, last), _HOW, replace(PLAIN, wrap=True))
    book.put(
        sheet,
        3,
        1,
        f"{stamps.DECISIONS}：{month}（读取时据此认出，请勿删改）",
        replace(PLAIN, colour="808080", size=9),
    )
    book.row(sheet, _TOP, list(_COLUMNS), HEADING)
    numbers = {name: number for number, name in enumerate(_COLUMNS, start=1)}
    row = _TOP
    for row, values in enumerate(rows, start=_TOP + 1):
        verdict = {"accepted": explanations.ACCEPTED, "rejected": explanations.REJECTED}.get(
            values["state"], ""
        )
        shown = values | {"verdict": verdict, "decided_on": values["decided_on"] if verdict else None}
        line = [row - _TOP, *(shown[key] for _, key in _COLUMNS.values() if key)]
        book.row(sheet, row, line)
        book.fit(
            sheet, row, [(text, width) for text, (width, _) in zip(line, _COLUMNS.values(), strict=True)]
        )
    if row > _TOP:
        column = numbers[explanations.VERDICT]
        choices = (explanations.ACCEPTED, explanations.REJECTED)
        check = Check(
            explanations.VERDICT, "认可，或不认可并写理由", choices=choices, error="请选认可或不认可"
        )
        book.check(sheet, (_TOP + 1, column, row, column), check)
    book.widths(sheet, {number: width for number, (width, _) in enumerate(_COLUMNS.values(), start=1)})
    sheet.freeze_panes = f"E{_TOP + 1}"
    sheet.auto_filter.ref = f"A{_TOP}:{Grid.letters(last - 1)}{row}"
    book.page(sheet, rows=f"{_TOP}:{_TOP}")
    return book.content()

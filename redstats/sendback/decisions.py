"""The sheets by which the district decides on what streets explain and object to: written by the run, filled in by a person, and put
into the month's folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from redstats import explanations, places, tables
from redstats.explanations import EXPLAINED, OBJECTED, Course
from redstats.months import Month
from redstats.project import Project
from redstats.sendback.items_to_mend import Said, asked
from redstats.workbooks import stamps
from redstats.workbooks.grid import Grid
from redstats.workbooks.writing import HEADING, PLAIN, TITLE, Book, Check

FOLDER = "区级"
NAMES = {EXPLAINED: "情况说明认可单", OBJECTED: "异议认可单"}
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
_OF_OBJECTIONS = {
    explanations.OBJECTION if name == explanations.GIVEN else "异议的要求" if name == "问题" else name: column
    for name, column in _COLUMNS.items()
} | {"收到": (14, "received")}
_TOP = 4
_HOW = "“认可”一栏选认可或不认可，写上认可人和日期（不认可的写理由，街镇会看到），存进 data/raw 的当月文件夹后再运行。"
_THEN = {
    EXPLAINED: "认可的，数值不变就不再问街镇；认可与否都不改变是否达标和得分。",
    OBJECTED: "认可就是异议成立：要改的数请记入 data/raw/corrections.yml 或由街镇更正，认可本身不改数。",
}


def answers(project: Project, month: Month, course: Course) -> list[dict[str, Any]]:
    """The rows of 1_returns/explanations of a month that are explanations or objections, blanks empty, with the day on which each
    came, as far as that is known (``received``)."""
    if not tables.exists(project, tables.EXPLANATIONS, month):
        return []
    rows = tables.read(project, tables.EXPLANATIONS, month)
    listed = rows[rows["state"].isin(course)]
    files = tables.read(project, tables.FILES, month, ["source_file", "first_seen"])
    days = dict(zip(files["source_file"], files["first_seen"], strict=True))
    return [
        row | {"received": days.get(row["source_file"])}
        for row in tables.records(listed.astype(object).where(listed.notna(), None))
    ]


def to_decide(project: Project, month: Month, course: Course = EXPLAINED) -> list[dict[str, Any]]:
    """The rows of ``answers`` on which the district decides, or has.

    What is explained is what was asked, and may be: of the street's list only its own words are taken.
    """
    rows = [row for row in answers(project, month, course) if row["state"] in course.decided_on]
    if course is OBJECTED or not rows:
        return rows
    month_tables, known = Said(project, month), {row["street_code"] for row in rows}
    matters = {
        (street.code, mark.id): {
            "neighbourhood_committee": mark.neighbourhood,
            "committee_name": mark.committee,
            "label": mark.label,
            "reported": mark.reported,
            "question": mark.what,
        }
        for street in places.on(month.end).streets
        if street.code in known
        for mark in asked(month_tables, street)
        if mark.kinds
    }
    keys = ((row, (row["street_code"], row["id"])) for row in rows)
    return [row | matters[key] for row, key in keys if key in matters]


def workbook(
    rows: Iterable[dict[str, Any]], month: Month, course: Course = EXPLAINED, until: dt.date | None = None
) -> bytes:
    """The sheet as .xlsx, with what was decided before; ``rows`` as of ``to_decide``, ``until``: the last day to object."""
    title = f"{month.label}{NAMES[course]}"
    book = Book(title=title)
    columns = _COLUMNS if course is EXPLAINED else _OF_OBJECTIONS
    sheet = book.sheet("认可单")
    last = len(columns)
    book.put(sheet, 1, 1, title, replace(TITLE, align="left"))
    book.merge(sheet, (2, 1, 2, last), f"{_HOW}{_THEN[course]}", replace(PLAIN, wrap=True))
    book.put(
        sheet,
        3,
        1,
        f"{stamps.DECISIONS}：{month}（读取时据此认出，请勿删改）",
        replace(PLAIN, colour="808080", size=9),
    )
    book.row(sheet, _TOP, list(columns), HEADING)
    numbers = {name: number for number, name in enumerate(columns, start=1)}
    row = _TOP
    for row, values in enumerate(rows, start=_TOP + 1):
        verdict = {course.accepted: explanations.ACCEPTED, course.rejected: explanations.REJECTED}.get(
            values["state"], ""
        )
        shown = values | {"verdict": verdict, "decided_on": values["decided_on"] if verdict else None}
        shown["received"] = _received(values["received"], until)
        line = [row - _TOP, *(shown[key] for _, key in columns.values() if key)]
        book.row(sheet, row, line)
        book.fit(sheet, row, [(text, width) for text, (width, _) in zip(line, columns.values(), strict=True)])
    if row > _TOP:
        column = numbers[explanations.VERDICT]
        choices = (explanations.ACCEPTED, explanations.REJECTED)
        check = Check(
            explanations.VERDICT, "认可，或不认可并写理由", choices=choices, error="请选认可或不认可"
        )
        book.check(sheet, (_TOP + 1, column, row, column), check)
    book.widths(sheet, {number: width for number, (width, _) in enumerate(columns.values(), start=1)})
    sheet.freeze_panes = f"E{_TOP + 1}"
    sheet.auto_filter.ref = f"A{_TOP}:{Grid.letters(last - 1)}{row}"
    book.page(sheet, rows=f"{_TOP}:{_TOP}")
    return book.content()


def _received(day: dt.date | None, until: dt.date | None) -> str:
    if day is None or pd.isna(day):
        return ""
    return f"{day}{'（逾期）' if until and day > until else ''}"

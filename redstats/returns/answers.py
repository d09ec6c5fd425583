"""Explanations, objections and decisions as they stand in the workbooks that come back.

A street writes beside the matters that it was asked to check, and beside what is held of it; the district fills in a sheet of either.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from redstats import explanations as explained
from redstats.months import Month
from redstats.outcomes import files
from redstats.places import Places
from redstats.returns.result import Return
from redstats.standard import Field
from redstats.text import fold
from redstats.values import read_value
from redstats.workbooks import Grid, Workbook, stamps

# what of a row of the list is kept, by the heading above it
_OF_LIST = {explained.ID: "id", explained.GIVEN: "given", explained.WORDS: "words", explained.BY: "by"}
_OF_OBJECTIONS = {explained.OBJECTION: "given"} | {
    head: name for head, name in _OF_LIST.items() if name != "given"
}
_BESIDE = {
    "类别": "kind",
    "居委会": "neighbourhood_committee",
    "业委会": "committee_name",
    "项目": "label",
    "填的是": "reported",
    "问题": "question",
    "怎么改": "to_do",
}
_BESIDE_DECISIONS = {
    "街镇": "street_name",
    "居委会": "neighbourhood_committee",
    "业委会": "committee_name",
    "项目": "label",
    "填报内容": "reported",
    "问题": "question",
    "异议的要求": "question",
    explained.GIVEN: "given",
    explained.OBJECTION: "given",
    explained.BY: "by",
}
_OF_DECISIONS = {
    explained.ID: "id",
    explained.WORDS: "words",
    explained.VERDICT: "verdict",
    explained.DECIDED_BY: "decided_by",
    explained.DECIDED_ON: "decided_on",
    explained.WHY: "why",
}
_DAY = Field("decided_on", explained.DECIDED_ON, "date", "date", "")
_UNTOUCHED = ("", explained.ONLY_A_VALUE, explained.A_COMMENT)


def read_list(result: Return, book: Workbook) -> None:
    """What a workbook that was sent back says in its list, as it stands there, into ``result.explained``; a list whose columns are
    not all there is noted."""
    for grid in (one for one in book.grids if re.fullmatch(f"{stamps.LIST}.*", one.name)):
        if not _columns(grid, _OF_LIST)[1]:
            names = "、".join(_OF_LIST)
            result.note("explanations_unread", f"“{grid.name}”缺列，应有：{names}", sheet=grid.name)
        for row in _rows(grid, _OF_LIST, _BESIDE):
            given = "" if row["given"] in _UNTOUCHED else row["given"]
            if given or row["words"]:
                result.explained.append(_placed(row | {"given": given}, result, grid))


def read_objections(
    result: Return, book: Workbook, answer: stamps.Answer, month: Month, places: Places
) -> bool:
    """Whether a workbook is that of a preview (``answer``), and nothing else: then what the street says against what is held of it is
    put into ``result.explained``."""
    filled = [grid for grid in book.grids if not grid.hidden and any(any(row) for row in grid.rows)]
    if not all(re.fullmatch(stamps.PREVIEWS, grid.name) for grid in filled):
        result.note("explanations_unread", "送阅的异议单要单独成一个工作簿，这里的没有读取")
        return False
    outcome, result.answer = files()["objections"], answer
    result.kind, result.code, result.outcome = "objections", "objections", outcome.outcome
    result.streets = tuple(one for one in places.streets if one.code == answer.street)
    if answer.month != str(month):
        result.message = f"这是 {answer.month} 的送阅工作簿，没有采用；请放进 data/raw/{answer.month}"
        return True
    for grid in book.grids:
        for row in _rows(grid, _OF_OBJECTIONS, _BESIDE):
            if row["given"] or row["words"]:
                result.explained.append(_placed(row, result, grid))
    if not any(_columns(grid, _OF_OBJECTIONS)[1] for grid in book.grids):
        result.note("explanations_unread", f"缺列，应有：{'、'.join(_OF_OBJECTIONS)}")
    result.message = f"{outcome.what}：{len(result.explained)}条"
    return True


def read_decisions(result: Return, book: Workbook, month: Month) -> bool:
    """Whether a workbook is one by which the district decides, and nothing else: then what it says of the month is put into
    ``result.explained``."""
    filled = [grid for grid in book.grids if any(any(row) for row in grid.rows)]
    if len(filled) != 1 or not _columns(filled[0], _OF_DECISIONS)[1]:
        return False
    (grid,) = filled
    decided = stamps.decides(text for row in grid.rows for text in row)
    if not decided:
        return False
    outcome = files()["decisions"]
    result.kind, result.code, result.outcome = "decisions", "decisions", outcome.outcome
    if decided != str(month):
        result.message = f"这是 {decided} 的认可单，没有采用；请放进 data/raw/{decided}"
        return True
    for row in _rows(grid, _OF_DECISIONS, _BESIDE_DECISIONS):
        if row["verdict"]:
            result.explained.append(_placed(row | {"decided_on": _day(row["decided_on"])}, result, grid))
    result.message = f"{outcome.what}：{len(result.explained)}条"
    return True


def _placed(row: dict[str, Any], result: Return, grid: Grid) -> dict[str, Any]:
    return row | {"source_file": result.file, "source_sheet": grid.name}


def _day(text: str) -> dt.date | None:
    value = read_value(text, _DAY).value
    return value if isinstance(value, dt.date) else None


def _rows(grid: Grid, wanted: dict[str, str], beside: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows with a number below headings that have all of ``wanted`` among them, as texts by what each column is kept as, and the
    cell that was written in; what stands ``beside`` is taken where there is such a column."""
    top, columns = _columns(grid, wanted)
    others = _columns(grid, wanted, beside)[1] if columns else {}
    for number in range(top + 1, grid.height) if columns else ():
        # as it stands in each cell: what is merged over several rows was written to the first
        row = {name: _text(grid.rows[number][column]) for name, column in (others | columns).items()}
        if id_ := "".join(fold(row["id"]).split()).upper():
            place = grid.address(number, columns.get("verdict", columns["words"]))
            yield dict.fromkeys(beside.values(), "") | row | {"id": id_, "cell": place}


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()
    return "" if value is None else str(value).strip()


def _columns(
    grid: Grid, wanted: dict[str, str], more: dict[str, str] | None = None
) -> tuple[int, dict[str, int]]:
    """The row of the headings, and the first column of each (those of ``more`` that there are); none where a sheet has not all."""
    for number in range(min(grid.height, _DEEPEST)):
        heads: dict[str, int] = {}
        for column, text in enumerate(grid.rows[number]):
            heads.setdefault(_text(text), column)
        if wanted.keys() <= heads.keys():
            return number, {
                name: heads[head] for head, name in (wanted | (more or {})).items() if head in heads
            }
    return 0, {}


_DEEPEST = 12  # rows below which no headings are looked for

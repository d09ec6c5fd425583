"""The sheets of a send-back that say what is to be looked at: problem by problem for the clerk, and by kind for who leads."""

from __future__ import annotations

import re
from dataclasses import replace

from redstats import explanations
from redstats.sendback.mark import KINDS, Mark
from redstats.workbooks import Grid, stamps
from redstats.workbooks.sheetscan import place as place_of
from redstats.workbooks.writing import CELL, HEADING, Book, Check

Titles = dict[tuple[str, str], str]  # the name that a sheet got, by its file and its own name
Grids = dict[tuple[str, str], Grid]
_COLUMNS = {
    "序号": 6,
    "类别": 10,
    "工作表": 14,
    "单元格": 9,
    "居委会": 16,
    "业委会": 22,
    "项目": 18,
    "填的是": 18,
    "问题": 40,
    "应当是": 28,
    "怎么改": 30,
    "改好的例子": 16,
    explanations.GIVEN: 18,
    explanations.WORDS: 34,
    explanations.BY: 10,
    explanations.STANDING: 24,
    "依据": 24,
    "原文": 44,
    "变化": 11,
    explanations.ID: 15,
}
_TO_WRITE = list(_COLUMNS).index(explanations.GIVEN) + 1  # the first column that the street fills in
_GREY = replace(CELL, colour="808080")
_OPEN = replace(CELL, fill="FFFFE5")
_OF_KINDS = {
    "序号": 6,
    "类别": 10,
    "项目": 22,
    "业委会数": 10,
    "哪一列": 22,
    "第一处": 9,
    "问题（第一处）": 44,
    "应当是": 32,
    "怎么改": 34,
    "哪些业委会": 60,
}
_LINKED = ("单元格", "第一处")  # the columns that lead to a cell
_NAMED = 5  # committees of one kind of problem that are named


def list_problems(book: Book, titles: Titles, grids: Grids, marks: list[Mark]) -> None:
    """Every problem in a row of its own, in the order of the cells, with what was written and what to do."""
    sheet = book.sheet(stamps.LIST)
    book.row(sheet, 1, list(_COLUMNS), HEADING)
    several = len({one.file for one in marks}) > 1
    for row, matter in enumerate(marks, start=2):
        title = titles.get((matter.file, matter.sheet))
        hidden = _is_hidden(grids.get((matter.file, matter.sheet)), matter.cell)
        line = [
            row - 1,
            KINDS[matter.kind],
            (title or matter.sheet or (matter.file if several else "")) + "（隐藏）" * hidden,
            matter.cell,
            matter.neighbourhood,
            matter.committee,
            matter.label,
            matter.reported,
            matter.what,
            matter.should,
            matter.to_do,
            matter.example,
            *_explained(matter),
            "\n".join(source for source, _ in matter.sources),
            "\n".join(words for _, words in matter.sources),
            matter.life,
            matter.id,
        ]
        _put(book, sheet, row, line, matter, title, _COLUMNS)
        _ask(book, sheet, row, matter, line[_TO_WRITE - 1 : _TO_WRITE + 2])
    _finish(book, sheet, _COLUMNS, len(marks), "E2", place=1)


def list_kinds(book: Book, titles: Titles, marks: list[Mark]) -> None:
    """The same problem of several committees in one row, the most frequent first: one column that all have misunderstood."""
    groups: dict[tuple, list[Mark]] = {}
    for matter in marks:
        key = (matter.kind, matter.label or matter.what, matter.rule or matter.to_do)
        groups.setdefault(key, []).append(matter)
    order = list(KINDS)
    listed = sorted(groups.values(), key=lambda group: (-len(group), order.index(group[0].kind)))
    sheet = book.sheet(stamps.KINDS)
    book.row(sheet, 1, list(_OF_KINDS), HEADING)
    for row, group in enumerate(listed, start=2):
        first = group[0]
        title = titles.get((first.file, first.sheet))
        names = list(dict.fromkeys(matter.committee for matter in group if matter.committee))
        more = f"等{len(names)}个" if len(names) > _NAMED else ""
        line = [
            row - 1,
            KINDS[first.kind],
            first.label,
            len(names) or None,
            _where(group, titles),
            first.cell,
            first.what,
            first.should,
            first.to_do,
            "、".join(names[:_NAMED]) + more,
        ]
        _put(book, sheet, row, line, first, title, _OF_KINDS)
    _finish(book, sheet, _OF_KINDS, len(listed), "D2", place=2)


def _put(
    book: Book, sheet, row: int, line: list, matter: Mark, title: str | None, columns: dict[str, int]
) -> None:
    """A row of either sheet: its kind in its colour, its cell as a link to where it stands."""
    book.row(sheet, row, line)
    book.put(sheet, row, 2, KINDS[matter.kind], replace(CELL, fill=stamps.COLOURS[matter.kind]))
    book.fit(sheet, row, zip(line, columns.values(), strict=True))
    if title and matter.cell:
        column = next(number for number, name in enumerate(columns, start=1) if name in _LINKED)
        book.link(sheet, row, column, matter.cell, f"{title}!{matter.cell}")


def _finish(book: Book, sheet, columns: dict[str, int], rows: int, still: str, place: int) -> None:
    """Widths, a filter, headings that stay and are printed on every page; the sheet stands at ``place``."""
    book.widths(sheet, dict(enumerate(columns.values(), start=1)))
    sheet.freeze_panes = still
    sheet.auto_filter.ref = f"A1:{Grid.letters(len(columns) - 1)}{rows + 1}"
    book.page(sheet, rows="1:1")
    book.first(sheet, place)


def _where(group: list[Mark], titles: Titles) -> str:
    """The columns in which a kind of problem stands, each with how often."""
    counts: dict[str, int] = {}
    for matter in group:
        title = titles.get((matter.file, matter.sheet), matter.sheet)
        column = f"{title}!{re.sub(r'[0-9]', '', matter.cell)}" if matter.cell else title
        counts[column] = counts.get(column, 0) + 1
    return "；".join(
        f"{column}列 {count}处" if "!" in column else f"{column} {count}处"
        for column, count in counts.items()
    )


def _explained(matter: Mark) -> tuple[str, str, str, str]:
    """What stands in the columns of the explanation: what the street wrote last, or what may be written."""
    explanation = matter.explanation
    if explanation is None:
        comment = explanations.A_COMMENT if matter.kind in ("short", "law") else explanations.ONLY_A_VALUE
        return ("" if matter.kinds else comment, "", "", "待说明或更正" if matter.kinds else "")
    state = explanations.STATES[explanation.state]
    return (
        explanation.given,
        explanation.words,
        explanation.by,
        f"{state}：{explanation.why}" if explanation.why else state,
    )


def _ask(book: Book, sheet, row: int, matter: Mark, values: list[object]) -> None:
    """Have the cells of an explanation filled in: from a drop-down where the matter may be explained."""
    look = _OPEN if matter.kinds else _GREY
    for column, value in enumerate(values, start=_TO_WRITE):
        book.put(sheet, row, column, value, look)
    if matter.kinds:
        example = explanations.rules()[matter.rule].example
        kind = Check(
            explanations.GIVEN, "确实无误的，请选一种；填错了的，请改数。", choices=matter.kinds, strict=False
        )
        book.check(sheet, (row, _TO_WRITE, row, _TO_WRITE), kind)
        words = Check(explanations.WORDS, f"写明原因和依据，例如：{example}")
        book.check(sheet, (row, _TO_WRITE + 1, row, _TO_WRITE + 1), words)


def _is_hidden(grid: Grid | None, cell: str) -> bool:
    if grid is None or not cell:
        return False
    row, column = place_of(cell)
    return grid.hidden or row in grid.hidden_rows or column in grid.hidden_columns

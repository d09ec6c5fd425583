"""The rows below a heading: which are committees, which are sums, notes, repeats or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from redstats.headings import Header
from redstats.text import fold
from redstats.workbooks import Grid

_TOTAL = re.compile(r"(?:.{0,8}(?:合计|总计|共计|汇总)|总数|计|.{0,12}小计)[:：]?$")
_SUBTOTAL = re.compile(r".*小计[:：]?$")
_NOTE = re.compile(
    r"(?:备注|注[:：]|注意|说明|填表说明|填报说明|填写说明|填表人|填报人|审核人|审核[:：]|负责人|单位负责人|联系人|联系电话|制表|统计人|※|\*)"
)
_FILLER = re.compile(
    r"(?:[甲乙丙丁戊己]|\d{1,3}|\(\d+\)|\d+=[\d+\-*/]+|人|户|次|件|个|%|份|平方米|栏次|单位)$"
)


@dataclass(frozen=True, slots=True)
class Row:
    """``kind``: committee, total, subtotal, note, filler, repeat, group, refused or blank; ``text`` its first words."""

    index: int
    kind: str
    text: str = ""


def classify(grid: Grid, header: Header, name_column: int) -> Iterator[Row]:
    """Every row below the heading, in order, with its kind."""
    leaves = {fold(one.path[-1]) for one in header.headings}
    columns = [one.column for one in header.headings if one.field]
    for index in range(header.bottom + 1, grid.height):
        yield _row(grid, index, leaves, columns, name_column)


def _row(grid: Grid, index: int, leaves: set[str], columns: list[int], name_column: int) -> Row:
    own = {}  # one entry a distinct cell, so that a wide merge counts once
    for column in range(grid.width):
        text = grid.text(index, column)
        if text:
            own.setdefault(grid.anchor(index, column), text)
    if not own:
        return Row(index, "blank")
    texts = [fold(text) for text in own.values()]
    first = next(iter(own.values()))
    name = grid.text(index, name_column)
    if sum(text in leaves for text in texts) > 0.6 * len(texts) and len(texts) > 2:
        return Row(index, "repeat", first)
    lead = {fold(grid.text(index, column)) for column in range(name_column + 1)} - {""}
    if any(_TOTAL.fullmatch(text) for text in lead):
        sub = any(_SUBTOTAL.fullmatch(text) for text in lead)
        return Row(index, "subtotal" if sub else "total", first)
    if _NOTE.match(texts[0]) and len(own) <= 8:
        return Row(index, "note", first)
    if len(own) == 1 and len(columns) > 3:
        anchor = next(iter(own))
        wide = grid.anchor(index, grid.width - 1) == anchor or len(first) > 20
        return Row(
            index,
            "note" if len(first) > 20 else "group" if wide or anchor[1] < name_column else "refused",
            first,
        )
    if sum(bool(_FILLER.match(text)) for text in texts) >= 0.6 * len(texts) and (
        not name or _FILLER.match(fold(name))
    ):
        return Row(index, "filler" if len(texts) > 3 else "blank", first)
    if name:
        return Row(index, "committee", name)
    telling = [grid.text(index, column) for column in columns]
    empty = all(text in ("", "0", "0.0", "=", "#N/A", "#REF!", "#DIV/0!") for text in telling)
    return Row(index, "blank" if empty else "refused", first)

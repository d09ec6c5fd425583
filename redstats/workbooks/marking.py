"""Comments and colours on the cells of a workbook that is being written: ours, and those its sender had put there."""

from __future__ import annotations

import math
from typing import Any
from unicodedata import east_asian_width

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from redstats.workbooks import stamps
from redstats.workbooks.writing import clean

FRAME = Side(style="thick", color="C00001")  # around a marked cell that keeps its sender's colour
_WIDE, _TALL, _LINE = (240, 320, 480, 640), 400, 17  # pixels
_MARGIN, _FULL, _HALF = 20, 13, 7  # of a box, and what a wide and a narrow letter take
_WHITE = ("FFFFFFFF", "00FFFFFF", "00000000")
_WHITES = (1, 9, 65)  # of the indexed colours


def mark(sheet: Worksheet, row: int, column: int, text: str, colour: str) -> None:
    """A comment and a colour of ours on one cell; what its sender had written or painted there stays to be seen."""
    cell: Any = sheet.cell(row, column)
    before = cell.comment
    comment = clean(stamps.commented(text, before.text if before else ""))
    note(cell, comment, before.author if before else "redstats")
    if is_painted(cell):
        cell.border = Border(left=FRAME, right=FRAME, top=FRAME, bottom=FRAME)
    else:
        cell.fill = PatternFill("solid", start_color=colour)


def unmark(cell: Cell) -> None:
    """Take away what ``mark`` had put on a cell."""
    if cell.comment and (original := stamps.uncommented(cell.comment.text)) != cell.comment.text:
        author, cell.comment = cell.comment.author, None
        if original:
            note(cell, original, author)
    if cell.fill.fill_type == "solid" and stamps.is_ours(str(cell.fill.fgColor.rgb)):
        cell.fill = PatternFill()
    if cell.border.left == FRAME:
        cell.border = Border()


def remark(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """A comment as somebody else had written it."""
    cell: Any = sheet.cell(row, column)
    note(cell, clean(text), "redstats")


def note(cell: Cell, text: str, author: str) -> None:
    """A comment in a box that shows all of it, for comments cannot be scrolled; openpyxl forgets how large they were."""
    width = next((one for one in _WIDE if _height(text, one) <= _TALL), _WIDE[-1])
    cell.comment = Comment(text, author, width=width, height=_height(text, width))


def paint(sheet: Worksheet, row: int, column: int, colour: str) -> None:
    """A fill as somebody else had chosen it: hex digits, or theme, index and tint parted by ``/``; no other is known."""
    if "/" in colour:
        theme, index, tint = colour.split("/")
        shade = float(tint or 0)
        if not theme and not index:
            return
        kept = Color(theme=int(theme), tint=shade) if theme else Color(indexed=int(index), tint=shade)
    elif len(colour) in (6, 8) and all(char in "0123456789ABCDEFabcdef" for char in colour):
        kept = Color(rgb=colour)
    else:
        return
    sheet.cell(row, column).fill = PatternFill("solid", start_color=kept)


def is_painted(cell: Cell) -> bool:
    """Whether a cell has a fill that is not white."""
    fill = cell.fill
    if fill is None or fill.fill_type is None:
        return False
    colour = fill.fgColor
    if colour.type == "theme":
        return (colour.theme, colour.tint) != (0, 0)
    return colour.indexed not in _WHITES if colour.type == "indexed" else colour.rgb not in _WHITE


def _height(text: str, width: int) -> int:
    room = width - _MARGIN
    lines = sum(max(1, math.ceil(_length(line) / room)) for line in text.split("\n"))
    return _MARGIN + _LINE * lines


def _length(line: str) -> int:
    return sum(_FULL if east_asian_width(one) in "WFA" else _HALF for one in line)

"""Comments and colours on the cells of a workbook that is being written: ours, and those its sender had put there."""

from __future__ import annotations

from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Border, PatternFill, Side
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from redstats import stamps
from redstats.workbooks.writing import clean

FRAME = Side(style="thick", color="C00001")  # around a marked cell that keeps its sender's colour
_WHITE = ("FFFFFFFF", "00FFFFFF", "00000000")
_WHITES = (1, 9, 65)  # of the indexed colours


def mark(sheet: Worksheet, row: int, column: int, text: str, colour: str) -> None:
    """A comment and a colour of ours on one cell; what its sender had written or painted there stays to be seen."""
    cell = sheet.cell(row, column)
    before = cell.comment
    told = clean(stamps.commented(text, before.text if before else ""))
    lines = sum(1 + len(line) // 22 for line in told.split("\n"))
    size = {"height": min(20 + 17 * lines, 500), "width": 320}
    cell.comment = Comment(told, before.author if before else "redstats", **size)
    if is_painted(cell):
        cell.border = Border(left=FRAME, right=FRAME, top=FRAME, bottom=FRAME)
    else:
        cell.fill = PatternFill("solid", start_color=colour)


def unmark(cell: Cell) -> None:
    """Take away what ``mark`` had put on a cell."""
    if cell.comment and (own := stamps.uncommented(cell.comment.text)) != cell.comment.text:
        author = cell.comment.author
        cell.comment = Comment(own, author, height=120, width=240) if own else None
    if cell.fill.fill_type == "solid" and stamps.is_ours(str(cell.fill.fgColor.rgb)):
        cell.fill = PatternFill()
    if cell.border.left == FRAME:
        cell.border = Border()


def remark(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """A comment as somebody else had written it."""
    sheet.cell(row, column).comment = Comment(clean(text), "redstats", height=120, width=240)


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

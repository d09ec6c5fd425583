"""An original opened to be written on: only where nothing of it would be lost, and with its formulas as their results.

openpyxl may take gigabytes on a hostile file: call this where time and memory are limited (``isolation``).
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from redstats.workbooks import stamps, xlsx
from redstats.workbooks.grid import Grid
from redstats.workbooks.marking import note, unmark
from redstats.workbooks.writing import Book

# Parts that openpyxl writes again as they were, or whose loss nobody sees (printer settings, order of calculation).
_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:core|app|custom)\.xml|xl/(?:workbook|styles|sharedStrings|calcChain|metadata)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme\d*\.xml|xl/worksheets/(?:_rels/)?sheet\d+\.xml(?:\.rels)?"
    r"|xl/(?:comments/?(?:comment)?\d*|comments\d*)\.xml|xl/drawings/(?:commentsDrawing|vmlDrawing)\d*\.vml|xl/tables/table\d+\.xml"
    r"|xl/printerSettings/.*|customXml/.*",
    re.IGNORECASE,
)
# Parts of a sheet that openpyxl drops: newer conditional formats, controls, embedded objects, pictures.
_DROPPED = re.compile(
    rb"<(?:\w+:)?(?:extLst|controls|oleObjects|legacyDrawingHF|picture|drawing|customProperties)[\s/>]"
)


def is_whole(data: bytes) -> bool:
    """Whether an .xlsx can be opened and written again without losing anything that its sender would miss."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if not all(_KEPT.fullmatch(name) for name in names):
                return False
            sheets = [name for name in names if name.startswith("xl/worksheets/sheet")]
            return not any(_DROPPED.search(archive.read(name)) for name in sheets)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return False


def opened(data: bytes, title: str, grids: list[Grid]) -> Book:
    """The original as a Book to write on: what formulas gave stands in their place, nothing leads out of it, and what
    redstats itself had put there when it was sent back before is gone.

    ValueError where its sheets are not those that were read (``grids``).
    """
    book = Book(title=title)
    original = load_workbook(BytesIO(data), data_only=True, rich_text=True, keep_links=False)
    names = [grid.name for grid in grids]
    if original.sheetnames != names:
        raise ValueError("the sheets differ")
    original.properties = book._book.properties
    original.defined_names.clear()  # names of ranges may be formulas too
    was_sent_back = stamps.answer(text for grid in grids for row in grid.rows for text in row) is not None
    checks = stamps.are_self_checks(names, (text for grid in grids for row in grid.rows for text in row))
    for grid in grids:
        sheet = original[grid.name]
        if grid.name in checks:  # of formulas only their results would be left, which nothing renews
            original.remove(sheet)
            continue
        if was_sent_back and re.fullmatch(stamps.SHEETS, grid.name):
            original.remove(sheet)
            continue
        sheet.defined_names.clear()
        _disarm(sheet)
        for row, column in (place for place, fault in grid.faults.items() if fault == "="):
            cell: Any = sheet.cell(row + 1, column + 1)
            if not isinstance(cell, MergedCell):
                cell._value, cell.data_type = "#N/A", "e"  # never calculated: not the same as blank
        if was_sent_back:
            for cell in sheet._cells.values():
                if not isinstance(cell, MergedCell):
                    unmark(cell)
    book._book = original
    return book


def keeps(content: bytes, grids: list[Grid]) -> bool:
    """Whether a workbook holds the values of ``grids`` at their places, each on the sheet of its name."""
    by_name = {grid.name: grid for grid in xlsx.read(content, "")[0]}
    return all(_same(grid, by_name.get(grid.name)) for grid in grids)


def _same(grid: Grid, other: Grid | None) -> bool:
    if other is None:
        return False
    for row in range(grid.height):
        for column in range(grid.width):
            if grid.anchor(row, column) != (row, column):
                continue
            beyond = row >= other.height or column >= other.width
            if (
                grid.value(row, column) != ("" if beyond else other.value(row, column))
                and (
                    row,
                    column,
                )
                not in grid.faults | grid.symbols
            ):
                return False
    return True


def _disarm(sheet: Worksheet) -> None:
    """Take out what leads to other files, or would be calculated; comments get a box that shows them whole."""
    cell: Any
    for cell in sheet._cells.values():
        if cell.comment is not None:
            note(cell, cell.comment.text, cell.comment.author)
        if cell.hyperlink is not None and cell.hyperlink.target:
            cell._hyperlink = None
    rules = sheet.data_validations.dataValidation
    sheet.data_validations.dataValidation = [one for one in rules if _stays(one.formula1, one.formula2)]
    for area in list(sheet.conditional_formatting):
        if not all(_stays(*rule.formula) for rule in area.rules):
            del sheet.conditional_formatting[area.sqref]
    for table in sheet.tables.values():
        for column in table.tableColumns:
            column.calculatedColumnFormula = column.totalsRowFormula = None


def _stays(*formulas: object) -> bool:
    return not any(mark in str(one) for one in formulas if one for mark in ("[", "|", "://"))

"""Legacy .xls and WPS .et (BIFF): values by xlrd, with merges, formats, hidden parts, comments and errors."""

from __future__ import annotations

import datetime as dt
import io

import xlrd
from xlrd.biffh import error_text_from_code

from redstats.workbooks.grid import Grid
from redstats.workbooks.number_formats import pads, shows_another
from redstats.workbooks.symbols import drawn
from redstats.workbooks.xlsx import read_binary

_BLANKS = bytes((xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK))


def read(data: bytes) -> tuple[list[Grid], bool, bool]:
    """The sheets, whether dates count from 1904, and whether all was read: of a book whose formats, comments or names
    are broken only the values are.  xlrd raises errors of many kinds for a malformed file."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        return [_grid(book, sheet) for sheet in book.sheets()], book.datemode == 1, True
    except Exception as error:
        if is_encrypted(error) or isinstance(error, MemoryError):
            raise
    try:
        book = xlrd.open_workbook(file_contents=data, ignore_workbook_corruption=True, logfile=io.StringIO())
        return [_grid(book, sheet) for sheet in book.sheets()], book.datemode == 1, False
    except Exception as error:
        if is_encrypted(error) or isinstance(error, MemoryError):
            raise
        return read_binary(data), False, False  # another reader, which stumbles over other things


def is_encrypted(error: BaseException) -> bool:
    return isinstance(error, xlrd.XLRDError) and "encrypt" in str(error).lower()


def _grid(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Grid:
    faults, percents, symbols, coloured, padded, formats, struck = {}, set(), {}, {}, {}, {}, set()
    rows = []
    for row in range(sheet.nrows):
        values: list[object] = []
        # formatted blanks may reach to the last column of every row
        filled = len(bytes(sheet.row_types(row)).rstrip(_BLANKS))
        for column in range(filled):
            if sheet.cell_type(row, column) in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                values.append("")
                continue
            cell = sheet.cell(row, column)
            style = book.xf_list[cell.xf_index] if cell.xf_index is not None else None
            value = _value(cell, book.datemode)
            if cell.ctype == xlrd.XL_CELL_ERROR:
                faults[row, column], value = error_text_from_code.get(cell.value, "#ERR"), ""
            elif style and cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                form = _format(book, style)
                if shows_another(form):
                    formats[row, column] = form
                elif "%" in form:
                    percents.add((row, column))
                elif pads(form):
                    padded[row, column] = form
            elif style and isinstance(value, str) and value:
                mark = drawn(value, book.font_list[style.font_index].name)
                if mark:
                    symbols[row, column], value = value, mark
            runs = sheet.rich_text_runlist_map.get((row, column), [])
            fonts = (
                [style.font_index, *(font for _, font in runs)] if style and value not in ("", None) else []
            )
            if any(book.font_list[font].struck_out for font in fonts):
                struck.add((row, column))
            if style and style.background.fill_pattern == 1 and value not in ("", None):
                coloured[row, column] = _colour(book, style.background.pattern_colour_index)
            values.append(value)
        rows.append(values)
    while rows and not rows[-1]:
        rows.pop()
    return Grid(
        name=sheet.name,
        rows=rows,
        merges=[(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
        faults=faults,
        percents=percents,
        hidden=bool(sheet.visibility),
        hidden_rows={row for row, info in sheet.rowinfo_map.items() if info.hidden},
        hidden_columns={column for column, info in sheet.colinfo_map.items() if info.hidden},
        comments={place: note.text for place, note in sheet.cell_note_map.items() if note.text.strip()},
        coloured=coloured,
        symbols=symbols,
        padded=padded,
        formats=formats,
        struck=struck,
    )


def _value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
        if cell.value < 1:
            return moment.time()
        return moment.date() if moment.time() == dt.time() else moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value


def _colour(book: xlrd.Book, index: int) -> str:
    rgb = book.colour_map.get(index)
    return "FF{:02X}{:02X}{:02X}".format(*rgb) if rgb else str(index)


def _format(book: xlrd.Book, style: xlrd.formatting.XF) -> str:
    form = book.format_map.get(style.format_key)
    return form.format_str if form else ""

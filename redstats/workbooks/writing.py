"""The one place where redstats writes .xlsx: text stays text, a file appears whole or not at all.

Nothing that came from a return can become a live formula in a workbook we hand on: every string is stored
as a string, whatever it starts with.  The same content gives the same bytes, so that runs can be compared.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from redstats.errors import RunError
from redstats.files import write_bytes

MADE = dt.datetime(2026, 1, 1)
DATE = 'yyyy"年"m"月"d"日"'
PERCENT = "0.0%"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_LONGEST_TEXT = 32_767  # characters Excel accepts in one cell
_CUT = "…（过长，已截断）"
_LONGEST_TITLE = 31
_NO_XML = {0xFFFE: None, 0xFFFF: None}
# What Excel accepts in a validation: its titles, its messages, and a list written in the rule itself.
_TITLE, PROMPT, _ERROR, _INLINE = 32, 255, 225, 250
OPTIONS = "选项"
_A3, _A4 = 8, 9
_MARGIN, _NARROW = 1.6 / 2.54, 1.0 / 2.54  # inches, of a form and of a list on A4
_LINE, HIGHEST = 17, 409  # points; Excel knows no higher row
_THIN, _INK = Side(style="thin", color="808080"), Side(style="thin", color="000000")
_SIDES = {"l": "left", "r": "right", "t": "top", "b": "bottom"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks; colours are six hex digits, ``format`` is an Excel number format.

    ``edges``: black lines as on paper, any of l, r, t and b, where ``border`` is a grey frame.
    """

    bold: bool = False
    size: float = 11
    colour: str = ""
    fill: str = ""
    align: str = ""
    wrap: bool = False
    border: bool = False
    format: str = ""
    link: bool = False
    unlocked: bool = False
    font: str = "宋体"
    stand: str = "center"
    edges: str = ""
    indent: int = 0


PLAIN = Look()
TITLE = Look(bold=True, size=16, align="center")
HEADING = Look(bold=True, align="center", wrap=True, border=True, fill="F2F2F2")
CELL = Look(border=True, wrap=True)
NUMBER = Look(border=True, align="right", indent=1)  # not to be read together with the text beside it
_SHARE = re.compile(r"-?\d+(?:\.\d+)?%")
_NARROWEST, _PAPER = 6, 150  # characters: of a column, and of all that go on A4


@dataclass(frozen=True, slots=True)
class Check:
    """What cells may hold: ``choices`` from a drop-down, or a ``formula`` on ``{cell}``, or anything.

    ``title`` and ``prompt`` show when a cell is entered, ``error`` when it holds something else; not
    ``strict``: that may be kept after asking.
    """

    title: str
    prompt: str
    choices: tuple[str, ...] = ()
    formula: str = ""
    error: str = ""
    strict: bool = True


@dataclass
class Book:
    """A workbook being written; ``made`` is what it says of its own time, ``category`` marks its kind."""

    title: str = ""
    category: str = ""
    made: dt.datetime = MADE
    _book: Workbook = field(default_factory=Workbook, repr=False)
    _styles: dict = field(default_factory=dict, repr=False)
    _lists: dict = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        first: Any = self._book.active
        self._book.remove(first)
        properties = self._book.properties
        properties.creator = properties.lastModifiedBy = "redstats"
        properties.created = properties.modified = self.made
        properties.title, properties.category = self.title or None, self.category or None

    def sheet(self, title: str, *, hidden: bool = False) -> Worksheet:
        """A new sheet; the characters and the length that Excel refuses are taken out of ``title``."""
        name = re.sub(r"[\[\]:*?/\\]", " ", clean(title)).strip().strip("'")[:_LONGEST_TITLE] or "Sheet"
        taken, number = {one.casefold() for one in self._book.sheetnames}, 1
        plain = name
        while name.casefold() in taken:
            number += 1
            suffix = f"({number})"
            name = plain[: _LONGEST_TITLE - len(suffix)] + suffix
        sheet = self._book.create_sheet(name)
        sheet.sheet_state = "hidden" if hidden else "visible"
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: object, look: Look = PLAIN) -> Cell:
        """Write one value (text, number, bool, date or None) and give the cell back."""
        cell: Any = sheet.cell(row, column)  # its own parts are set: the stubs know none of them
        if isinstance(value, str):
            # Past openpyxl's own setter, which turns "=…" into a formula and "#REF!" into an error.
            cell._value, cell.data_type = clean(value), "s"
        elif value is not None:
            cell.value = value
        dated = look.format or (DATE if isinstance(value, dt.date) else "")
        key = (look, dated)
        if key not in self._styles:
            self._styles[key] = _styled(cell, look, dated)
        cell._style = copy(self._styles[key])  # a copy: openpyxl changes styles in place
        return cell

    def fault(self, sheet: Worksheet, row: int, column: int, text: str, look: Look = PLAIN) -> None:
        """A cell that holds an error such as ``#REF!``; #N/A for what is none that workbooks know."""
        cell: Any = self.put(sheet, row, column, "", look)
        cell._value, cell.data_type = text if text in ERROR_CODES else "#N/A", "e"

    def formula(self, sheet: Worksheet, row: int, column: int, text: str, look: Look = PLAIN) -> None:
        """A formula of our own (``=…``), never anything that was handed in."""
        cell: Any = self.put(sheet, row, column, "", look)
        cell._value, cell.data_type = text, "f"

    def row(self, sheet: Worksheet, row: int, values: list, look: Look = CELL, *, column: int = 1) -> None:
        """Write ``values`` side by side, from ``column`` on."""
        for position, value in enumerate(values, start=column):
            self.put(sheet, row, position, value, look)

    def merge(self, sheet: Worksheet, box: tuple[int, int, int, int], value: object, look: Look) -> Cell:
        """One value over the cells of ``box`` (first row, first column, last row, last column)."""
        first_row, first_column, last_row, last_column = box
        cell = self.put(sheet, first_row, first_column, value, look)
        if (first_row, first_column) != (last_row, last_column):
            area = CellRange(None, first_column, first_row, last_column, last_row)
            if look.border or look.edges:  # openpyxl draws the frame cell by cell, which takes its time
                sheet.merge_cells(area.coord)
            else:
                sheet.merged_cells.add(area)
        return cell

    def link(
        self, sheet: Worksheet, row: int, column: int, text: str, target: str, look: Look = CELL
    ) -> None:
        """Text that leads to a place in this workbook, ``target`` being like ``明细!A1``."""
        name, _, place = target.rpartition("!")
        quoted = name.replace("'", "''")
        cell = self.put(sheet, row, column, text, replace(look, link=True))
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{place}", display=clean(text))

    def first(self, sheet: Worksheet, place: int) -> None:
        """Move a sheet to ``place`` (from 0); the one at the front is shown when the workbook is opened."""
        self._book.move_sheet(sheet, place - self._book.index(sheet))
        self._book.active = 0
        for worksheet in self._book.worksheets:
            worksheet.sheet_view.tabSelected = worksheet is self._book.worksheets[0]

    def named(self, title: str) -> Worksheet | None:
        """The sheet of that name."""
        return self._book[title] if title in self._book.sheetnames else None

    def fit(self, sheet: Worksheet, row: int, texts: Iterable[tuple[object, float]]) -> None:
        """Make a row as high as its texts need, each in a cell of the given width: wrapping alone does not."""
        needed = max((lines(text, width) for text, width in texts if isinstance(text, str)), default=1)
        sheet.row_dimensions[row].height = min(_LINE * needed, HIGHEST)

    def widths(self, sheet: Worksheet, widths: Mapping[int, float]) -> None:
        """Column widths in characters, by column number."""
        for column, width in widths.items():
            sheet.column_dimensions[get_column_letter(column)].width = width

    def listing(
        self,
        name: str,
        columns: Mapping[str, tuple[str, float]],
        rows: Sequence[Mapping],
        *,
        title: str = "",
        still: int = 3,
    ) -> Worksheet:
        """A sheet that is one list, to filter and to print: title, headings, a line each of ``rows``.

        columns: by heading the key of the value in a row and the most characters the column is wide; it is as wide as its content
        where that is less.  Numbers and shares are numbers.  ``still`` columns and the headings stay in sight; the headings stand on
        every printed page, on A4 landscape where all columns go on it, else on A3.
        """
        sheet = self.sheet(name)
        lines_ = [[row[key] for key, _ in columns.values()] for row in rows]
        most = [width for _, width in columns.values()]
        widths = [
            _needed(heading, values, cap)
            for heading, cap, values in zip(columns, most, _turned(lines_, most), strict=True)
        ]
        head = self.table(sheet, 1, list(columns), lines_, widths, title) - len(lines_) - 1
        self.widths(sheet, dict(enumerate(widths, start=1)))
        last = f"{get_column_letter(len(columns))}{head + len(lines_)}"
        sheet.freeze_panes = f"{get_column_letter(still + 1)}{head + 1}"
        if rows:
            sheet.auto_filter.ref = f"A{head}:{last}"
        self.page(sheet, rows=f"1:{head}", small=sum(widths) <= _PAPER)
        sheet.print_area = f"A1:{last}"
        return sheet

    def table(
        self,
        sheet: Worksheet,
        top: int,
        headings: Sequence[str],
        rows: Iterable[Sequence],
        widths: Sequence[float],
        title: str = "",
    ) -> int:
        """Write a table from row ``top`` on, its rows as high as their texts need; the first row below it."""
        if title:
            self.merge(sheet, (top, 1, top, len(headings)), title, TITLE)
            sheet.row_dimensions[top].height = 26
            top += 1
        self.row(sheet, top, list(headings), HEADING)
        self.fit(sheet, top, zip(headings, widths, strict=True))
        below = top + 1
        for row in rows:
            for column, value in enumerate(row, start=1):
                self.put(sheet, below, column, *_as_number(value))
            self.fit(sheet, below, zip(row, widths, strict=True))
            below += 1
        return below

    def check(self, sheet: Worksheet, box: tuple[int, int, int, int], check: Check) -> None:
        """Have the cells of ``box`` (as in ``merge``) checked when they are filled in."""
        first_row, first_column, last_row, last_column = box
        area = CellRange(None, first_column, first_row, last_column, last_row)
        corner = f"{get_column_letter(first_column)}{first_row}"
        formula = self._listed(check.choices) if check.choices else check.formula.format(cell=corner)
        rule = DataValidation(
            type="list" if check.choices else "custom" if formula else None,
            formula1=formula or None,
            allow_blank=True,
            showInputMessage=True,
            promptTitle=clean(check.title)[:_TITLE],
            prompt=_cut(check.prompt, PROMPT),
            showErrorMessage=bool(formula),
            errorStyle="stop" if check.strict else "warning",
            errorTitle=clean(check.title)[:_TITLE] if formula else None,
            error=_cut(check.error, _ERROR) if formula else None,
            sqref=area.coord,
        )
        sheet.add_data_validation(rule)

    def _listed(self, choices: tuple[str, ...]) -> str:
        """The choices as a rule: in its own words where Excel allows, else in a column of a hidden sheet."""
        inline = ",".join(choices)
        if len(inline) <= _INLINE and not any(mark in choice for choice in choices for mark in ',"'):
            return f'"{inline}"'
        if choices not in self._lists:
            sheet = self._book[OPTIONS] if OPTIONS in self._book else self.sheet(OPTIONS, hidden=True)
            column = len(self._lists) + 1
            for row, choice in enumerate(choices, start=1):
                self.put(sheet, row, column, choice)
            letter = get_column_letter(column)
            self._lists[choices] = f"'{OPTIONS}'!${letter}$1:${letter}${len(choices)}"
        return self._lists[choices]

    def protect(self, sheet: Worksheet) -> None:
        """Lock all cells whose look is not ``unlocked``; no password, and widths and heights stay free."""
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False  # what is not locked

    def page(
        self, sheet: Worksheet, *, rows: str = "", columns: str = "", wide: int = 1, small: bool = False
    ) -> None:
        """Print on A3 landscape (A4: ``small``), ``wide`` sheets of paper side by side; ``rows`` and ``columns`` on every page."""
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4 if small else _A3
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = wide, 0
        sheet.print_title_rows, sheet.print_title_cols = rows or None, columns or None
        if small:
            sheet.page_margins = PageMargins(_NARROW, _NARROW, _NARROW, _NARROW + 0.2, 0.3, 0.3)
        footer: Any = sheet.oddFooter
        footer.center.text = "第 &P 页，共 &N 页"

    def portrait(self, sheet: Worksheet, area: str, tall: int = 1) -> None:
        """Print ``area`` on A4 portrait, ``tall`` sheets of paper, one as a rule."""
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", _A4
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, tall
        sheet.page_margins = PageMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN, 0.3, 0.3)
        sheet.print_options.horizontalCentered = True
        sheet.print_area = area

    def content(self) -> bytes:
        """The workbook as the bytes of an .xlsx file; the same content gives the same bytes."""
        if not self._book.worksheets:
            self.sheet("Sheet1")
        buffer = io.BytesIO()
        with Still(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            # Not Workbook.save, which puts the present moment into the file.
            ExcelWriter(self._book, archive).save()
        return buffer.getvalue()

    def save(self, path: Path) -> Path:
        """Write the file whole or not at all; ``RunError`` when it cannot be replaced (open elsewhere)."""
        return save(path, self.content())


def save(path: Path, content: bytes) -> Path:
    """Put ``content`` at ``path`` in one step; ``RunError`` when the folder or file does not allow it."""
    try:
        write_bytes(path, content)
    except OSError as problem:
        raise RunError(
            "文件无法写入",
            where=str(path),
            to_do="若该文件正在 WPS 或 Excel 中打开，请先关闭；否则请检查文件夹的写入权限",
            code="not_writable",
        ) from problem
    return path


def clean(text: str) -> str:
    """Text as a cell can hold it: no control characters; cut to what Excel allows, and then saying so."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_NO_XML)
    text = text.encode("utf-8", "ignore").decode()  # half surrogates would make the file unreadable
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - len(_CUT)] + _CUT


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell ``width`` characters wide, rather one too many."""
    # A Chinese character takes two columns; some room is lost at the end of each line.
    return sum(max(1, math.ceil(2 * len(line) / (width - 2))) for line in text.split("\n"))


def _turned(rows: list[list], columns: Sequence) -> list[Sequence]:
    return list(zip(*rows, strict=True)) if rows else [() for _ in columns]


def _needed(heading: str, values: Iterable, most: float) -> float:
    """How wide a column has to be for its heading on two lines and for its longest value, up to ``most``."""
    texts = (
        "2026年12月31日" if isinstance(one, dt.date) else "" if one is None else str(one) for one in values
    )
    longest = max(
        (len(line.encode("gbk", "replace")) for text in texts for line in text.split("\n")), default=0
    )
    return min(most, max(_NARROWEST, len(heading) + 4, longest + 3))


def _as_number(value: object) -> tuple[object, Look]:
    """A value as a list shows it: numbers to the right, shares as numbers, 是 for what is so."""
    if isinstance(value, bool):
        return ("是" if value else None), CELL
    if isinstance(value, str) and _SHARE.fullmatch(value):
        return float(value[:-1]) / 100, replace(NUMBER, format=PERCENT)
    if isinstance(value, float):
        return (None, CELL) if value != value else (value, replace(NUMBER, format="0.0"))
    return value, NUMBER if isinstance(value, int) else CELL


def _cut(text: str, longest: int) -> str:
    text = clean(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _styled(cell: Any, look: Look, number_format: str):
    """Give one cell its style the slow way, once; all others of this look share the result."""
    colour = look.colour or ("0563C1" if look.link else "")
    cell.font = Font(
        name=look.font,
        size=look.size,
        bold=look.bold,
        color=colour or None,
        underline="single" if look.link else None,
    )
    cell.alignment = Alignment(
        horizontal=look.align or None, vertical=look.stand, wrap_text=look.wrap, indent=look.indent
    )
    if look.fill:
        cell.fill = PatternFill("solid", start_color=look.fill)
    if look.unlocked:
        cell.protection = Protection(locked=False)
    if look.border:
        cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
    if look.edges:
        sides: dict[str, Any] = {side: _INK for mark, side in _SIDES.items() if mark in look.edges}
        cell.border = Border(**sides)
    if number_format:
        cell.number_format = number_format
    elif cell.is_date:
        cell.number_format = DATE
    return cell._style


class Still(zipfile.ZipFile):
    """A zip archive whose members all carry one constant date."""

    def writestr(self, name, data, *args, **kwargs) -> None:  # type: ignore[override]  # one form for all
        member = zipfile.ZipInfo(name if isinstance(name, str) else name.filename, _ZIP_DATE)
        member.compress_type, member.create_system, member.external_attr = (
            zipfile.ZIP_DEFLATED,
            3,
            0o644 << 16,
        )
        super().writestr(member, data)

    def write(self, filename, arcname=None, *args, **kwargs) -> None:
        self.writestr(arcname or str(filename), Path(filename).read_bytes())

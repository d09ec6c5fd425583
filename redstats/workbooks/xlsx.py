"""Workbooks of the xlsx family: values by python-calamine, joined with what the guard's scan saw."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from redstats.outcomes import refusal
from redstats.workbooks import guard
from redstats.workbooks.grid import Grid
from redstats.workbooks.sheetscan import SheetScan, place
from redstats.workbooks.symbols import drawn


def read(data: bytes, where: str) -> tuple[list[Grid], bool, bool]:
    """The sheets, whether dates count from 1904, and whether all was read: where calamine gives up only values are.

    WorkbookError where the guard refuses the file.
    """
    scans = guard.check(data, where)
    try:
        return *_read(data, where, scans), True
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError):
        return *_values(data), False


def _values(data: bytes) -> tuple[list[Grid], bool]:
    book = load_workbook(BytesIO(data), data_only=True, keep_links=False)
    grids = []
    for sheet in book.worksheets:
        rows: list[list[object]] = [
            ["" if one is None else one for one in row] for row in sheet.iter_rows(values_only=True)
        ]
        merges = [
            (one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1)
            for one in sheet.merged_cells.ranges
        ]
        grids.append(Grid(sheet.title, rows, merges, hidden=sheet.sheet_state != "visible"))
    return grids, book.epoch == CALENDAR_MAC_1904


def _read(data: bytes, where: str, scans: dict[str, SheetScan]) -> tuple[list[Grid], bool]:
    book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    if len(book.sheets_metadata) > guard.MAX_SHEETS:  # one part may be listed many times
        raise refusal("too_many_sheets", where, f"超过 {guard.MAX_SHEETS} 张")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts, is_1904 = _sheet_parts(archive)
        comments = {part: _comments(archive, part) for part in parts.values()}
    grids = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ == calamine.SheetTypeEnum.WorkSheet:
            part = parts.get(meta.name, "")
            scan = scans.get(part.lower()) or SheetScan()
            grids.append(_grid(book.get_sheet_by_index(index), meta, scan, comments.get(part, {})))
    return grids, is_1904


def read_binary(data: bytes) -> list[Grid]:
    """The sheets of an .xlsb, or of an .xls that no other reader can read: values only."""
    book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    nothing = SheetScan()
    return [
        _grid(book.get_sheet_by_index(index), meta, nothing, {})
        for index, meta in enumerate(book.sheets_metadata)
        if meta.typ == calamine.SheetTypeEnum.WorkSheet
    ]


def _grid(
    sheet: calamine.CalamineSheet,
    meta: calamine.SheetMetadata,
    scan: SheetScan,
    comments: dict[tuple[int, int], str],
) -> Grid:
    rows: list[list[Any]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    symbols = {}
    for (row, column), font in scan.symbols.items():
        if row < len(rows) and column < len(rows[row]) and isinstance(rows[row][column], str):
            mark = drawn(rows[row][column], font)
            if mark:
                symbols[row, column], rows[row][column] = rows[row][column], mark
    return Grid(
        name=sheet.name,
        rows=rows,
        merges=[(*first, *last) for first, last in sheet.merged_cell_ranges or []],
        faults=scan.faults,
        percents=scan.percents,
        hidden=meta.visible != calamine.SheetVisibleEnum.Visible,
        hidden_rows=scan.hidden_rows,
        hidden_columns=scan.hidden_columns,
        comments=comments,
        coloured=scan.coloured,
        symbols=symbols,
        padded=scan.padded,
        formats=scan.formats,
        struck=scan.struck,
    )


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    # Which part of the archive holds which sheet; order and names of parts are free, also that of the workbook.
    names = {name.lower(): name for name in archive.namelist()}
    main = next(
        (t for _, t, kind in _relations(archive, names, "") if kind.endswith("/officeDocument")),
        "xl/workbook.xml",
    )
    if main.lower() not in names:
        return {}, False
    book = ElementTree.fromstring(archive.read(names[main.lower()]))
    targets = {id_: target for id_, target, _ in _relations(archive, names, main)}
    parts, is_1904 = {}, False
    for element in book.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet":
            id_ = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            target = targets.get(id_, "")
            parts[element.get("name", "")] = names.get(target.lower(), target)
        elif tag == "workbookPr":
            is_1904 = element.get("date1904") in ("1", "true")
    return parts, is_1904


def _relations(archive: zipfile.ZipFile, names: dict[str, str], part: str) -> list[tuple[str, str, str]]:
    """(id, part, type) of everything a part refers to inside the archive."""
    folder, name = posixpath.split(part)
    listed = names.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
    if not listed:
        return []
    return [
        (
            one.get("Id", ""),
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"),
            one.get("Type", ""),
        )
        for one in ElementTree.fromstring(archive.read(listed))
        if one.get("TargetMode") != "External"
    ]


def _comments(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    """What is pinned to the cells of a sheet, by cell; a thread's first text comes from its older twin."""
    names = {name.lower(): name for name in archive.namelist()}
    comments: dict[tuple[int, int], str] = {}
    for _, target, kind in _relations(archive, names, part):
        if not kind.endswith("/comments") or target.lower() not in names:
            continue
        for element in ElementTree.fromstring(archive.read(names[target.lower()])).iter():
            if element.tag.rpartition("}")[2] == "comment":
                texts = (t.text or "" for t in element.iter() if t.tag.rpartition("}")[2] == "t")
                try:
                    comments[place(element.get("ref", ""))] = "".join(texts).strip()
                except ValueError:
                    continue
    return {place: text for place, text in comments.items() if text}

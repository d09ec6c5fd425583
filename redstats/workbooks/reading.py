"""Open a workbook safely: guard first, then values by python-calamine, joined with what the scan saw."""

from __future__ import annotations

import hashlib
import posixpath
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import python_calamine as calamine

from redstats.errors import WorkbookError
from redstats.outcomes import refusal
from redstats.workbooks import guard
from redstats.workbooks.grid import Grid

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True)
class Workbook:
    """A workbook that was read: its file name, content hash and sheets in order."""

    file: str
    sha256: str
    grids: list[Grid]


def read(path: Path) -> Workbook:
    """Read a workbook; WorkbookError (code, what, where, what to do) when it cannot or must not be read."""
    where = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refusal("unreadable_file", where) from error
    scans = guard.check(data, where)
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        parts = _sheet_parts(data)
        grids = [
            _grid(book.get_sheet_by_index(index), meta, scans.get(parts.get(meta.name, "")))
            for index, meta in enumerate(book.sheets_metadata)
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except WorkbookError:
        raise
    except BaseException as error:  # a panic inside calamine is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise refusal("damaged", where) from error
    return Workbook(where, hashlib.sha256(data).hexdigest(), grids)


def _grid(sheet: calamine.CalamineSheet, meta: calamine.SheetMetadata, scan: guard.SheetScan | None) -> Grid:
    scan = scan or guard.SheetScan()
    rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    return Grid(
        name=sheet.name,
        rows=rows,
        merges=[(*first, *last) for first, last in sheet.merged_cell_ranges or []],
        faults=scan.faults,
        percents=scan.percents,
        hidden=meta.visible != calamine.SheetVisibleEnum.Visible,
        hidden_rows=scan.hidden_rows,
        hidden_columns=scan.hidden_columns,
    )


def _sheet_parts(data: bytes) -> dict[str, str]:
    # Which part of the archive holds which sheet; order and names of parts are free.
    with zipfile.ZipFile(BytesIO(data)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        rels = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    found = {}
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            target = targets.get(sheet.get(_REL), "")
            found[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return found

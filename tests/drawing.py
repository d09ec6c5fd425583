"""Workbooks drawn as text, and what was read of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openpyxl import load_workbook

from redstats import places as roll
from redstats import standard
from redstats.months import Month

JUNE = Month(2026, 6)
PLACES, RULES = roll.on(JUNE.end), standard.on(JUNE.end)
IDENTITY = {
    "month", "district_code", "street_code", "street_name", "source_file", "source_sheet", "source_row",
}  # fmt: skip


def draw(sheet, table: str | list[list], top: int = 1, left: int = 1) -> None:
    """Draw cells parted by ``|``: ``<`` and ``^`` continue the cell to the left or above, ``'7`` is text."""
    if isinstance(table, str):
        table = [line.strip().split("|") for line in table.strip().split("\n")]
    grid = [[cell.strip() if isinstance(cell, str) else cell for cell in line] for line in table]
    for r, line in enumerate(grid):
        for c, cell in enumerate(line):
            if cell in ("", "<", "^", None):
                continue
            right, low = c, r
            while right + 1 < len(line) and line[right + 1] == "<":
                right += 1
            while low + 1 < len(grid) and c < len(grid[low + 1]) and grid[low + 1][c] == "^":
                low += 1
            sheet.cell(top + r, left + c, _value(cell))
            if (right, low) != (c, r):
                sheet.merge_cells(None, top + r, left + c, top + low, left + right)


def _value(cell):
    if not isinstance(cell, str):
        return cell
    if cell.startswith("'"):
        return cell[1:]
    try:
        return int(cell)
    except ValueError:
        return cell.replace("\\n", "\n")


def cells_say_what_stands_there(result, path: Path) -> None:
    book = load_workbook(path)
    for cell in result.cells:
        value = book[cell["source_sheet"]][cell["cell"]].value
        if isinstance(value, dt.datetime):
            value = value.date().isoformat() if value.time() == dt.time() else value.isoformat()
        if isinstance(value, str) and value.startswith("=") and cell["value_state"] == "unreadable":
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        shown = "" if value is None else str(value)
        assert cell["raw"].strip() == shown.strip() or cell["raw"] == shown.replace("\r", ""), cell


def facts(result) -> dict[str, dict]:
    """What was read of each committee, without blanks and without where it was read."""
    return {
        row["committee_name"]: {
            key: value
            for key, value in row.items()
            if key not in IDENTITY and key != "committee_name" and value not in (None, [])
        }
        for row in result.rows
    }


def kinds(result) -> set[str]:
    plain = {"column_missing", "row_ignored", "column_ignored"}
    return {note["kind"] for note in result.notes} - plain


def about(result, kind: str) -> str:
    return "\n".join(f"{note['cell']} {note['message']}" for note in result.notes if note["kind"] == kind)

"""Nothing is lost in silence: of every sheet, the cells with text that were neither read nor told are told.

What was read, what a note speaks of (a cell, a row, a column, a whole sheet) and the words around a table account for a
cell; serial numbers and strokes of prepared rows say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redstats.returns.result import Return
from redstats.returns.rows import NOTHING
from redstats.returns.sheets import Table, note_unread
from redstats.returns.transposed import View
from redstats.text import fold
from redstats.workbooks import Grid
from redstats.workbooks.sheetscan import place

_FEW = 4  # cells of a row above a table that are its title, who reports, or when
_OF_SHEET = frozenset(
    {"sheet_skipped", "guide_skipped", "form_skipped", "summary_compared", "rows_of_other_months"}
)
_OF_COLUMN = frozenset(
    {"column_unheaded", "column_ignored", "column_repeated", "heading_unknown", "heading_ambiguous"}
)
_HAN = re.compile("[一-鿿]")
_SERIAL = re.compile(r"[(（]?\d{1,4}[)）.、]?")

Place = tuple[int, int]


def note_unaccounted(result: Return, grid: Grid, tables: Iterable[Table]) -> None:
    """Note the cells of a sheet that nothing accounts for; ``tables`` are those that were read from it."""
    note_unread(result, grid, unaccounted(result, grid, list(tables)))


def unaccounted(result: Return, grid: Grid, tables: list[Table]) -> list[Place]:
    """The cells with text of a sheet that were not read and that no note speaks of, from the top."""
    notes = [note for note in result.notes if note["source_sheet"] == grid.name]
    if any(note["kind"] in _OF_SHEET for note in notes) or not tables:
        return []
    read = {cell.address for table in tables for record in table.records for cell in record.cells.values()}
    noted = {note["cell"] for note in notes}
    rows, columns = set[int](), set[int]()
    for note in notes:
        if not note["cell"]:
            continue
        row, column = place(note["cell"])
        if note["kind"].startswith(("row_", "rows_", "committee_twice")):
            rows.add(row)
        elif note["kind"] in _OF_COLUMN:
            columns.add(column)
    headed = set[Place]()
    for table in tables:
        headed |= _headed(table)
        columns |= {column for heading in table.header.headings for column, _ in heading.answers}
    first = min(row for row, _ in headed)
    few = _FEW + (result.stamp is not None)  # our own templates have a cell for the day besides
    left = []
    for row in range(grid.height):
        cells = grid.cells(row)
        here = {at: text for at, text in cells.items() if at[0] == row}
        if row in rows or (row < first and (len(here) <= few or not any(map(_HAN.search, here.values())))):
            continue  # the words round a table, and the keys that a program has for its columns
        left += [
            at
            for at, text in here.items()
            if at not in headed
            and at[1] not in columns
            and (address := grid.address(*at)) not in read
            and address not in noted
            and not (text in NOTHING or _SERIAL.fullmatch(fold(text)))
        ]
    return left


def _headed(table: Table) -> set[Place]:
    """The cells in which a table's headings stand; of a card all of its rows, of which it tells itself."""
    if table.name_at:
        return {(row, column) for row in table.rows for column in range(table.grid.width)}
    rows = range(table.header.top, table.header.bottom + 1)
    repeats = table.grid.repeats if isinstance(table.grid, View) else frozenset()
    return set(repeats) | {table.true(row, column) for row in rows for column in range(table.grid.width)}

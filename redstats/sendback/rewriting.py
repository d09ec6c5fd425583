"""A sheet written anew: values, merges, hidden parts, comments and colours at their places, and no more."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, replace
from functools import lru_cache

from redstats import places, standard
from redstats.headings import Matcher
from redstats.months import Month
from redstats.places import Street
from redstats.returns.headers import Header, find_headers
from redstats.workbooks import Grid
from redstats.workbooks.marking import paint, remark
from redstats.workbooks.writing import CELL, Book, Look

_NARROWEST, _WIDEST = 7, 36
_PAPER = 190  # characters across one sheet of paper that can be read
_DEEP = 8  # rows that may stand still while the rest is moved
_FORMATS = {dt.datetime: "yyyy-mm-dd hh:mm:ss", dt.time: "hh:mm:ss", dt.timedelta: "[h]:mm:ss"}
_FIRST_DAY = dt.date(1900, 3, 1)  # before it, workbooks count days in ways of their own
_EXACT = 2**53


def rewritten(book: Book, grid: Grid, month: Month) -> str:
    """Write a sheet into ``book`` as it was read, its headings bold and always in sight; the name it got."""
    headers = find_headers(grid, _matcher(month))
    heads = {row for one in headers for row in range(one.top, one.bottom + 1)}
    sheet = book.sheet(grid.name, hidden=grid.hidden)
    widths: dict[int, float] = {}
    for row in range(grid.height):
        texts = []
        for column in range(grid.width):
            if grid.anchor(row, column) != (row, column):
                continue
            fault, value = grid.faults.get((row, column)), _plain(grid.rows[row][column])
            if fault:
                book.fault(sheet, row + 1, column + 1, fault, CELL)
            elif value not in ("", None):
                book.put(sheet, row + 1, column + 1, value, _look(grid, row, column, value, row in heads))
                texts.append((column, str(value)))
                widths[column + 1] = max(
                    widths.get(column + 1, _NARROWEST), min(2 * len(str(value)) + 2, _WIDEST)
                )
        wide = [(text, widths[column + 1] * _across(grid, row, column)) for column, text in texts]
        book.fit(sheet, row + 1, wide)
    _merge(book, sheet, grid)
    book.widths(sheet, widths)
    for (row, column), colour in grid.coloured.items():
        paint(sheet, row + 1, column + 1, colour)
    for (row, column), text in grid.comments.items():
        row, column = grid.anchor(row, column)
        remark(sheet, row + 1, column + 1, text)
    for row in grid.hidden_rows:
        sheet.row_dimensions[row + 1].hidden = True
    for column in grid.hidden_columns:
        sheet.column_dimensions[Grid.letters(column)].hidden = True
    rows, columns = _still(sheet, headers)
    papers = max(1, math.ceil(sum(widths.values()) / _PAPER))
    book.page(sheet, rows=rows, columns=columns if papers > 1 else "", wide=papers)
    return sheet.title


def _still(sheet, headers: list[Header]) -> tuple[str, str]:
    """Freeze what names rows and columns of a sheet that holds one table; both as ranges for printing."""
    if len(headers) != 1 or headers[0].bottom >= _DEEP:
        return "", ""
    top, bottom, name = headers[0].top, headers[0].bottom, headers[0].name_column
    across = name + 1 if name is not None and name < _DEEP - 2 else 0
    sheet.freeze_panes = f"{Grid.letters(across)}{bottom + 2}"
    return f"{top + 1}:{bottom + 1}", f"A:{Grid.letters(across - 1)}" if across else ""


@lru_cache(maxsize=4)
def _matcher(month: Month) -> Matcher:
    return Matcher(standard.on(month.end).fields.values(), month)


def only(grid: Grid, rows: set[int], month: Month, street: Street) -> Grid:
    """The sheet with those rows (from 1) of ``street`` and its headings alone, at their places; others are empty and hidden.

    Above the headings only texts stay that name no other street: a number there may be the sum of others' rows.
    """
    roll, headers = places.on(month.end), find_headers(grid, _matcher(month))
    kept = {row - 1 for row in rows} | {row for one in headers for row in range(one.top, one.bottom + 1)}
    above = set(range(headers[0].top)) if headers else set()

    def texts(row: int) -> list[object]:
        return [
            value
            if isinstance(value, str) and all(one.code == street.code for one in roll.mentioned(value))
            else ""
            for value in grid.rows[row]
        ]

    def values(row: int) -> list[object]:
        shown = []
        for column in range(grid.width):
            anchor = grid.anchor(row, column)
            # what a merge shows stands in its corner, or in the first row of it that is kept
            goes_on = row - 1 in kept and anchor != (row, column) and grid.anchor(row - 1, column) == anchor
            shown.append("" if goes_on else grid.rows[anchor[0]][anchor[1]])
        return shown

    stays = kept | above
    blank: list[object] = [""] * grid.width
    grid_rows = [
        values(row) if row in kept else texts(row) if row in above else list(blank)
        for row in range(grid.height)
    ]

    def kept_only(known: dict) -> dict:
        return {place: value for place, value in known.items() if place[0] in kept}

    return Grid(
        name=grid.name,
        rows=grid_rows,
        merges=[one for one in grid.merges if set(range(one[0], one[2] + 1)) <= stays],
        faults=kept_only(grid.faults),
        percents={place for place in grid.percents if place[0] in kept},
        hidden=grid.hidden,
        hidden_rows=grid.hidden_rows | (set(range(grid.height)) - stays),
        hidden_columns=grid.hidden_columns,
        comments=kept_only(grid.comments),
        coloured=kept_only(grid.coloured),
        symbols=kept_only(grid.symbols),
        padded=kept_only(grid.padded),
    )


def without(grid: Grid, others: set[tuple[int, int]], kept: set[tuple[int, int]], names: Names) -> Grid:
    """The sheet without the cells (row and column, from 0) of ``others``, and without any text that names one of them.

    A column beside the ``kept`` cells in which the others' stand goes from their rows, with what is known of no field.
    """
    rows = {row for row, _ in others}
    columns = {column for _, column in others} - {column for _, column in kept}

    def is_theirs(row: int, column: int) -> bool:
        return (row, column) in others - kept or (row in rows and column in columns)

    def values(row: int, known: list[object]) -> list[object]:
        return [
            "" if is_theirs(row, column) or names.are_in(value) else value
            for column, value in enumerate(known)
        ]

    return replace(
        grid,
        rows=[values(row, known) for row, known in enumerate(grid.rows)],
        faults={place: fault for place, fault in grid.faults.items() if not is_theirs(*place)},
        comments={place: text for place, text in grid.comments.items() if not names.are_in(text)},
    )


@dataclass(frozen=True, slots=True)
class Names:
    """Names that are not to be shown (``others``), unless they are part of ``own``."""

    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def are_in(self, text: object) -> bool:
        """Whether a text names one of the others."""
        return isinstance(text, str) and self.hidden(text) != text

    def hidden(self, text: str) -> str:
        """The text with another's name left out."""
        if not self.others:
            return text
        return self._pattern.sub(lambda match: match[0] if match[0] in self.own else "（略）", text)

    @property
    def _pattern(self) -> re.Pattern[str]:
        return _any_of(self.own | self.others)


@lru_cache(maxsize=4)
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name)))))


def _look(grid: Grid, row: int, column: int, value: object, heads: bool = False) -> Look:
    if (row, column) in grid.percents and isinstance(value, int | float):
        is_fine = abs(value * 1000 - round(value * 1000)) > 1e-9
        return replace(CELL, format="0.00%" if is_fine else "0.0%")
    form = grid.padded.get((row, column)) or _FORMATS.get(type(value), "")
    return replace(CELL, format=form, bold=heads) if form or heads else CELL


def _plain(value: object) -> object:
    """A value as a workbook can hold it, else as text."""
    if isinstance(value, dt.datetime) and value.tzinfo:
        value = value.replace(tzinfo=None)
    if (
        isinstance(value, dt.date)
        and (value.date() if isinstance(value, dt.datetime) else value) < _FIRST_DAY
    ):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return (
        value
        if math.isfinite(value) and abs(value) <= _EXACT
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _across(grid: Grid, row: int, column: int) -> int:
    """How many columns a cell covers."""
    return sum(grid.anchor(row, other) == (row, column) for other in range(column, grid.width))


def _merge(book: Book, sheet, grid: Grid) -> None:
    taken: set[tuple[int, int]] = set()
    for top, left, bottom, right in grid.merges:
        bottom, right = min(bottom, grid.height - 1), min(right, grid.width - 1)
        covered = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if len(covered) < 2 or covered & taken:
            continue  # what overlaps would have to be repaired by whoever opens it
        taken |= covered
        value = _plain(grid.rows[top][left])
        box = (top + 1, left + 1, bottom + 1, right + 1)
        fault = grid.faults.get((top, left))
        heads = sheet.cell(top + 1, left + 1).font.bold
        book.merge(sheet, box, value, _look(grid, top, left, value, bool(heads)))
        if fault:
            book.fault(sheet, top + 1, left + 1, fault, CELL)

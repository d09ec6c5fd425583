"""Where a street's data stand, by committee and field: what leads from a finding to the cells that it waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from string import ascii_uppercase
from typing import NamedTuple

KEY = ("street_code", "neighbourhood_committee", "committee_name")
COLUMNS = (*KEY, "field", "source_file", "source_sheet", "cell", "raw", "value_state")
Place = tuple[str, str, str]  # file, sheet, cell


class Datum(NamedTuple):
    """One value of 1_returns/cells: whose, its field, place, what stands there and how it was read."""

    neighbourhood: str
    committee: str
    field: str
    place: Place
    raw: str
    state: str


class Data:
    """The cells of one street (COLUMNS of 1_returns/cells, blanks empty): by place, and by committee and field.

    ``files`` are their names, ``rows`` the numbers of the rows that hold data, by file and sheet.
    """

    def __init__(self, cells: Iterable[tuple]) -> None:
        self.at: dict[Place, Datum] = {}
        self.rows: dict[tuple[str, str], set[int]] = {}
        self._of: dict[tuple, Datum] = {}
        occurrences: Counter[tuple] = Counter()
        for street, neighbourhood, committee, field, file, sheet, cell, raw, state in cells:
            place = (file, sheet, cell)
            datum = Datum(neighbourhood, committee, field, place, raw, state)
            # Of two data in one cell a note speaks of the one that could not be read.
            if place not in self.at or state == "unreadable":
                self.at[place] = datum
            # Several committees may bear one name; all tables hold them from top to bottom.
            key = (street, neighbourhood, committee, field)
            self._of[*key, occurrences[key]] = datum
            occurrences[key] += 1
            self.rows.setdefault((file, sheet), set()).add(self.row_of(cell))
        self.files = {file for file, _ in self.rows}

    def of(self, committee: dict, field: str) -> Datum | None:
        """The datum of a committee (``nth`` of its name), None where its street sent no such column."""
        return self._of.get((*(committee[name] for name in KEY), field, committee["nth"]))

    def raw(self, place: Place) -> str:
        """What stands in a cell, "" where it was not read."""
        return self.at[place].raw if place in self.at else ""

    @staticmethod
    def row_of(cell: str) -> int:
        """The number of a cell's row, 0 where there is no cell."""
        return int(cell.lstrip(ascii_uppercase) or 0)

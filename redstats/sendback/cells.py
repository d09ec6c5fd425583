"""Where a street's data stand, by committee and field: what leads from a finding to the cells that it waits for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KEY = ("street_code", "neighbourhood_committee", "committee_name")
Place = tuple[str, str, str]  # file, sheet, cell


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of 1_returns/cells: its field, place, what stands there and how it was read."""

    row: dict
    field: str
    place: Place
    raw: str
    state: str


class Data:
    """The cells of one street (rows of 1_returns/cells, blanks empty): by place, and by committee and field.

    ``rows`` are the numbers of the rows that hold data, by file and sheet.
    """

    def __init__(self, cells: list[dict]) -> None:
        self.at: dict[Place, Datum] = {}
        self.rows: dict[tuple[str, str], set[int]] = {}
        self._of: dict[tuple, Datum] = {}
        for row, nth in self.numbered(cells, "field"):
            place = (row["source_file"], row["source_sheet"], row["cell"])
            one = Datum(row, row["field"], place, row["raw"], row["value_state"])
            if place not in self.at or one.state == "unreadable":
                self.at[place] = one
            self._of[(*(row[name] for name in KEY), nth, one.field)] = one
            self.rows.setdefault(place[:2], set()).add(self.row_of(place[2]))

    @property
    def files(self) -> set[str]:
        return {file for file, _ in self.rows}

    def of(self, committee: dict, nth: int, field: str) -> Datum | None:
        """The datum of a committee (the ``nth`` of its name), None where its street sent no such column."""
        return self._of.get((*(committee[name] for name in KEY), nth, field))

    def raw(self, place: Place) -> str:
        """What stands in a cell, "" where it was not read."""
        return self.at[place].raw if place in self.at else ""

    @staticmethod
    def numbered(rows: Iterable[dict], column: str) -> Iterator[tuple[dict, int]]:
        """Rows with the number of their committee among those of its name: all tables hold them from top to bottom."""
        seen: Counter[tuple] = Counter()
        for row in rows:
            key = (*(row[name] for name in KEY), row[column])
            yield row, seen[key]
            seen[key] += 1

    @staticmethod
    def row_of(cell: str) -> int:
        """The number of a cell's row, 0 where there is no cell."""
        return int(re.sub(r"\D", "", cell) or 0)

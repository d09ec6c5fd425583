"""Where the data of a month stand and how they were read: what leads a finding back to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from redstats import tables
from redstats.values import FROM_TERM, MONTH_ONLY

OWN = ["street_code", "neighbourhood_committee", "committee_name"]
STATES = ("", "read", "normalised", "not_reported", "not_applicable", "unreadable")  # "": there is no cell


@dataclass(frozen=True, slots=True)
class Cells:
    """State and place of each field's cell in each of ``rows`` rows, as one array a field.

    state: the position in ``STATES``; at: the line of ``place`` (source_file, source_sheet, cell), -1 where there is no cell;
    unclear: the dates of which (perhaps) only the month was written.
    """

    rows: int = 0
    state: dict[str, np.ndarray] = field(default_factory=dict)
    at: dict[str, np.ndarray] = field(default_factory=dict)
    unclear: dict[str, np.ndarray] = field(default_factory=dict)
    place: tuple[np.ndarray, ...] = ()

    def read_as(self, name: str, *states: str) -> np.ndarray:
        """The rows whose cell of this field was read in one of the states."""
        if name not in self.state:
            return np.zeros(self.rows, dtype=bool)
        return np.isin(self.state[name], [STATES.index(one) for one in states])

    def vague(self, name: str) -> np.ndarray:
        return self.unclear.get(name, np.zeros(self.rows, dtype=bool))

    def places(self, name: str, sources: Sequence[str], base: pd.DataFrame) -> dict[str, np.ndarray]:
        """File, sheet and cell of a datum in every row; a derived one stands where the first of its ``sources`` does.

        Where there is none, the file and sheet of the row (``base``) and no cell.
        """
        line = np.full(self.rows, -1)
        for datum in (name, *sources):
            if datum in self.at:
                line = np.where(line < 0, self.at[datum], line)
        places, known = {}, line >= 0
        for key, column in zip(
            (*tables.SOURCE, "cell"), self.place or [np.empty(0, object)] * 3, strict=True
        ):
            places[key] = (
                base[key].to_numpy(object, copy=True) if key in base else np.full(self.rows, None, object)
            )
            places[key][known] = column[line[known]]
        return places


def cells_of(returns: pd.DataFrame, cells: pd.DataFrame) -> Cells:
    """The cells (1_returns/cells) of the rows of 1_returns.

    By committee and not by sheet: a return may spread its columns over several sheets.  Several rows may bear one name;
    both tables hold them from top to bottom.
    """
    keys = pd.concat([returns[OWN], cells[OWN]], ignore_index=True)
    committee = keys.groupby(OWN, dropna=False, sort=False).ngroup().to_numpy()
    of_row, of_cell = committee[: len(returns)], committee[len(returns) :]
    names, fields = pd.factorize(cells["field"])
    nth = (
        pd.DataFrame({"committee": of_cell, "field": names})
        .groupby(["committee", "field"])
        .cumcount()
        .to_numpy()
    )
    order = np.argsort(of_row, kind="stable")
    first = np.searchsorted(of_row[order], of_cell)
    there = first + nth
    known = (
        (there < len(order)) & (of_row[order][np.minimum(there, max(len(order) - 1, 0))] == of_cell)
        if len(order)
        else there < 0
    )
    row = order[there[known]] if len(order) else there[known]
    state = pd.Categorical(cells["value_state"], categories=STATES).codes[known]
    note = cells["note"].fillna("").astype(str)
    unclear = (
        note.str.contains(MONTH_ONLY, regex=False) | note.str.contains(FROM_TERM, regex=False)
    ).to_numpy(bool)
    line, name = np.flatnonzero(known), names[known]
    read = Cells(len(returns), place=tuple(cells[key].to_numpy(object) for key in (*tables.SOURCE, "cell")))
    by_field = np.argsort(name, kind="stable")
    for part in np.split(by_field, np.flatnonzero(np.diff(name[by_field])) + 1):
        if len(part):
            field_id = fields[name[part[0]]]
            read.state[field_id] = _spread(len(returns), row[part], state[part], 0)
            read.at[field_id] = _spread(len(returns), row[part], line[part], -1)
            if unclear[line[part]].any():
                read.unclear[field_id] = _spread(len(returns), row[part], unclear[line[part]], False)
    return read


def _spread(rows: int, row: np.ndarray, values: np.ndarray, otherwise: object) -> np.ndarray:
    whole = np.full(rows, otherwise, dtype=values.dtype)
    whole[row] = values
    return whole

"""Where the data of a month stand and how they were read: what leads a finding back to its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from redstats import tables
from redstats.values import FROM_TERM, MONTH_ONLY


@dataclass(frozen=True, slots=True)
class Cells:
    """State and place of each (row, field); ``vague``: the dates of which (perhaps) only the month was written."""

    state: dict[tuple[int, str], str]
    place: dict[tuple[int, str], tuple[str, str, str]]
    vague: frozenset[tuple[int, str]] = frozenset()


def cells_of(returns: pd.DataFrame, cells: pd.DataFrame) -> Cells:
    """The cells (1_returns/cells) of the rows of 1_returns."""
    # By committee and not by sheet: a return may spread its columns over several sheets.
    own = ["street_code", "neighbourhood_committee", "committee_name"]
    rows: dict[tuple, list[int]] = {}
    for row, key in enumerate(returns[own].itertuples(index=False, name=None)):
        rows.setdefault(key, []).append(row)
    state, place, vague, seen = {}, {}, set(), Counter()
    columns = [*own, *tables.SOURCE, "cell", "field", "value_state", "note"]
    for street, neighbourhood, name, file, sheet, cell, field, value_state, note in cells[columns].itertuples(
        index=False, name=None
    ):
        # Several rows may bear one name; both tables hold them from top to bottom.
        key = (street, neighbourhood, name)
        of_name, nth = rows.get(key, []), seen[key, field]
        seen[key, field] += 1
        if nth < len(of_name):
            state[of_name[nth], field] = value_state
            place[of_name[nth], field] = (file, sheet, cell)
            if isinstance(note, str) and (MONTH_ONLY in note or FROM_TERM in note):
                vague.add((of_name[nth], field))
    return Cells(state, place, frozenset(vague))


def place_of(cells: Cells, row: int, field: str, sources: Mapping[str, tuple[str, ...]]) -> dict:
    """File, sheet and cell of a datum; a derived one stands where the first of its ``sources`` does."""
    names = (field, *sources.get(field, ()))
    found = next((cells.place[row, name] for name in names if (row, name) in cells.place), None)
    if not found:
        return {"cell": None}
    return dict(zip(("source_file", "source_sheet", "cell"), found, strict=True))

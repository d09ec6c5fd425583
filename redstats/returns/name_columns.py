"""A column that holds committees – those of the other sheets, or texts that call themselves so – is the column of names,
whatever stands above it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from redstats.headings import Match
from redstats.places.naming import committee_form
from redstats.returns.headers import Header
from redstats.returns.rows import is_of_many
from redstats.standard import Field
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

if TYPE_CHECKING:
    from redstats.returns.sheets import Table

_CALLED_SO = vocabulary("sheets").compose("..{called_committee}$")
_OPEN = ("ambiguous", "unknown")


def forms_of(tables: Iterable[Table]) -> frozenset[str]:
    """What the names of the tables' committees are compared by."""
    return frozenset(
        committee_form(cell.shown)
        for table in tables
        for record in table.records
        if (cell := record.cells.get("committee_name") or record.cells.get("estate_names"))
    )


def by_known_names(grid: Grid, header: Header, known: Collection[str], name: Field) -> Header | None:
    """The header of a table without a column of names, with the one whose cells are committees as that; None where no
    column's are, or several are.  What stands for many of them (a street, a neighbourhood, a sum) counts for neither."""
    columns = []
    for heading in header.headings:
        if heading.field is not None or heading.match.how not in _OPEN:
            continue
        below = range(header.bottom + 1, grid.height)
        texts = {text for row in below if (text := grid.text(row, heading.column)) and not is_of_many(text)}
        named = {text for text in texts if committee_form(text) in known or _CALLED_SO.search(fold(text))}
        if len(named) > 1 and 5 * len(named) >= 4 * len(texts):
            columns.append(heading)
    if len(columns) != 1:
        return None
    as_name = replace(columns[0], match=Match(name, "loose", 3))
    return replace(header, headings=tuple(as_name if one is columns[0] else one for one in header.headings))

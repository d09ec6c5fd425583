"""A column that holds the committees of the other sheets is the column of names, whatever stands above it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from redstats.headings import Match
from redstats.places.naming import committee_form
from redstats.returns.headers import Header
from redstats.returns.sheets import Table
from redstats.standard import Field

_OPEN = ("ambiguous", "unknown")


def forms_of(tables: Iterable[Table]) -> frozenset[str]:
    """What the names of the tables' committees are compared by."""
    return frozenset(
        committee_form(cell.shown)
        for table in tables
        for record in table.records
        if (cell := record.cells.get("committee_name") or record.cells.get("estate_names"))
    )


def by_known_names(table: Table, known: Collection[str], name: Field) -> Header | None:
    """The header of a table without a column of names, with the one whose cells are ``known`` as that; None where no
    column's are, or several are."""
    found = []
    for heading in table.header.headings:
        if heading.field is not None or heading.match.how not in _OPEN:
            continue
        grid, column = table.grid, heading.column
        below = range(table.header.bottom + 1, grid.height)
        texts = {text for row in below if (text := grid.text(row, column))}
        named = {text for text in texts if committee_form(text) in known}
        if len(named) > 1 and 5 * len(named) >= 4 * len(texts):
            found.append(heading)
    if len(found) != 1:
        return None
    as_name = replace(found[0], match=Match(name, "loose", 3))
    return replace(
        table.header,
        headings=tuple(as_name if one is found[0] else one for one in table.header.headings),
    )

"""Who gives the points of a reviewer's sheet: each reviewer's rows are a table of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from redstats.returns.sheets import Record, Table
from redstats.text import fold


def by_reviewer(tables: Iterable[Table]) -> list[list[Table]]:
    """The tables of each reviewer, told by a column or the label beside the table; those of nobody named together.

    A table with a column of reviewers is parted, so that the points two of them give to one committee are not taken for one row that
    stands twice.
    """
    parted: dict[str, list[Table]] = {}
    for table in tables:
        records: dict[str, list[Record]] = {}
        for record in table.records:
            records.setdefault(_name(record.value("reviewer")) or _name(table.reviewer), []).append(record)
        if not records:
            parted.setdefault(_name(table.reviewer), []).append(table)
        for reviewer, rows in records.items():
            parted.setdefault(reviewer, []).append(replace(table, reviewer=reviewer, records=rows))
    return list(parted.values())


def _name(written: object) -> str:
    return fold("".join(written.split())) if isinstance(written, str) else ""

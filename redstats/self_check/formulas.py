"""Formulas as text, of the classic functions that WPS, Excel and LibreOffice all know, and the columns they stand in.

``ROW`` stands in a formula for the number of its row, ``ABOVE`` for that of the row above: a formula is made once a column.

What is known of a datum is one number.  Zero and more is its value: a count, a share, a day's serial number, 1 for yes and 0
for no, the place of a word among those listed (``无`` is 0), a bit for each word of a set.  Below zero it says why there is none,
the weightiest reason lowest, so that MIN of several data gives the reason that counts for all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from redstats.workbooks import Grid

ROW, ABOVE = "§", "¤"
NOT_APPLICABLE, BLANK, REFUSED, UNSURE, UNREADABLE = -1, -2, -3, -4, -5
SAME = -9  # only in the list of words: as in the row above
# What this room may use; a test reads every formula.
FUNCTIONS = frozenset(
    (
        "IF", "IFERROR", "AND", "OR", "NOT", "ISNUMBER", "ISTEXT", "ISLOGICAL", "ISBLANK", "COUNT", "COUNTA", "COUNTIF",
        "SUMPRODUCT", "SUM", "MIN", "MAX", "INT", "MOD", "ABS", "LEN", "LEFT", "RIGHT", "MID", "FIND",
        "SUBSTITUTE", "TRIM", "LOWER", "REPT", "VALUE", "DATE", "YEAR", "MONTH", "DAY", "MATCH", "INDEX",
    )
)  # fmt: skip


def text(word: str) -> str:
    """A word as it stands in a formula."""
    return '"' + word.replace('"', '""') + '"'


def number(value: float | int | bool | dt.date) -> str:
    """A number, a yes (1) or no (0), or a day, as it stands in a formula."""
    if isinstance(value, dt.date):
        return f"DATE({value.year},{value.month},{value.day})"
    return repr(int(value) if isinstance(value, bool) or float(value).is_integer() else float(value))


def every(conditions: Iterable[str]) -> str:
    """That all hold."""
    return _joined("AND", conditions, "TRUE")


def some(conditions: Iterable[str]) -> str:
    """That one holds at least."""
    return _joined("OR", conditions, "FALSE")


def least(numbers: Iterable[str]) -> str:
    """The smallest; 0 of none."""
    return _joined("MIN", numbers, "0")


def _joined(function: str, parts: Iterable[str], of_none: str) -> str:
    listed = list(dict.fromkeys(parts))
    if len(listed) > 1:
        return f"{function}({','.join(listed)})"
    return listed[0] if listed else of_none


def is_one_of(cell: str, numbers: Iterable[int | float]) -> str:
    return some(f"{cell}={number(one)}" for one in numbers)


def exchanged(inner: str, pairs: Iterable[tuple[str, str]]) -> str:
    """``inner`` with one text put in the place of another, pair by pair."""
    for old, new in pairs:
        inner = f"SUBSTITUTE({inner},{text(old)},{text(new)})"
    return inner


@dataclass(slots=True)
class Columns:
    """The columns of a helper sheet: a formula (``ROW`` in it) for each key, in the order in which they were added."""

    formulas: dict[tuple[str, str], str] = field(default_factory=dict)
    labels: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def add(self, kind: str, name: str, formula: str, label: str = "", clause: str = "") -> str:
        """Put a formula into the next column; the cell of it in the same row."""
        self.formulas[kind, name] = formula
        self.labels[kind, name] = (label or name, clause)
        return self.cell(kind, name)

    def cell(self, kind: str, name: str) -> str:
        return f"${self.letters(kind, name)}{ROW}"

    def letters(self, kind: str, name: str) -> str:
        return Grid.letters(list(self.formulas).index((kind, name)))

    @property
    def next_letters(self) -> str:
        """The letters of the column that is added next."""
        return Grid.letters(len(self.formulas))

    def has(self, kind: str, name: str) -> bool:
        return (kind, name) in self.formulas

    def block(self, *kinds: str) -> tuple[str, str]:
        """First and last column (letters) of the keys of these kinds, which stand side by side."""
        places = [place for place, (kind, _) in enumerate(self.formulas) if kind in kinds]
        assert places and places == list(range(places[0], places[-1] + 1)), kinds
        return Grid.letters(places[0]), Grid.letters(places[-1])

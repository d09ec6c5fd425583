"""A sheet as a grid: values at their true addresses, merges, and what a plain reading would lose."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from redstats.workbooks import stamps


@dataclass(slots=True)
class Grid:
    """One sheet.  Rows and columns count from 0 (A1); ``rows`` are of equal length.

    ``merges`` are (top, left, bottom, right); ``faults`` maps a cell to what stands there instead of a value
    (an error such as ``#REF!``, or ``=`` for a formula that was never calculated); ``percents`` are the
    cells whose number format shows a percentage; ``comments`` are texts pinned to cells, ``coloured`` cells with a
    fill, ``symbols`` what was typed where a symbol font draws a mark (``rows`` hold the mark), ``padded`` the number
    formats that fill numbers up with zeros (``000``), ``formats`` those that show another number than is stored
    (``0"%"``, ``0,``), ``struck`` cells of which all or a part is struck through; ``is_1904``: days count from 1904.
    """

    name: str
    rows: list[list[object]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    coloured: dict[tuple[int, int], str] = field(default_factory=dict)
    symbols: dict[tuple[int, int], str] = field(default_factory=dict)
    padded: dict[tuple[int, int], str] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)
    is_1904: bool = False
    _anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    _texts: dict[int, list[str]] = field(default_factory=dict)
    _odd: frozenset[int] | None = None  # rows that show more than stands in ``rows``
    _special: frozenset[tuple[int, int]] | None = None

    def __post_init__(self) -> None:
        width = max((len(row) for row in self.rows), default=0)
        for row in self.rows:
            row.extend([""] * (width - len(row)))
        for top, left, bottom, right in self.merges:
            for r in range(top, min(bottom, len(self.rows) - 1) + 1):
                for c in range(left, min(right, width - 1) + 1):
                    self._anchors[r, c] = (top, left)

    def forget_marks(self) -> None:
        """Leave of comments and colours what the sender put there, without what it was sent back with (``stamps``)."""
        texts = {place: stamps.uncommented(text) for place, text in self.comments.items()}
        self.comments = {place: text for place, text in texts.items() if text}
        self.coloured = {place: fill for place, fill in self.coloured.items() if not stamps.is_ours(fill)}

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The cell that holds the value shown here: the corner of the merge, or the cell itself."""
        return self._anchors.get((row, column), (row, column))

    def value(self, row: int, column: int) -> object:
        """What the cell shows, filled from its merge; a fault reads as its text."""
        row, column = self.anchor(row, column)
        return self.faults.get((row, column), self.rows[row][column])

    def text(self, row: int, column: int) -> str:
        """What the cell shows as text; rows are turned to text once, and must not change afterwards."""
        return self.texts(row)[column]

    def texts(self, row: int) -> list[str]:
        """What the cells of a row show as text."""
        texts = self._texts.get(row)
        if texts is None:
            if self._odd is None:
                self._odd = frozenset(row for row, _ in (*self._anchors, *self.faults))
            values = [self.value(row, c) for c in range(self.width)] if row in self._odd else self.rows[row]
            texts = self._texts[row] = list(map(_text, values))
        return texts

    def cells(self, row: int) -> dict[tuple[int, int], str]:
        """The texts a row shows, by the cell that holds them: a wide merge counts once."""
        shown: dict[tuple[int, int], str] = {}
        for column, text in enumerate(self.texts(row)):
            if text:
                place = (row, column)
                shown.setdefault(self._anchors.get(place, place), text)
        return shown

    @property
    def special(self) -> frozenset[tuple[int, int]]:
        """The cells of which ``rows`` do not tell all: in a merge, at fault, a percentage, struck, …"""
        if self._special is None:
            self._special = frozenset().union(
                self._anchors, self.faults, self.percents, self.symbols, self.formats, self.struck
            )
        return self._special

    def is_blank(self, row: int) -> bool:
        return all(self.value(row, c) in ("", None) for c in range(self.width))

    @staticmethod
    def address(row: int, column: int) -> str:
        """A1-style address."""
        return f"{Grid.letters(column)}{row + 1}"

    @staticmethod
    @cache
    def letters(column: int) -> str:
        """The letters of a column: A for 0, AA for 26."""
        letters = ""
        column += 1
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return letters


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # the file format knows no integers
    return "" if value is None else str(value)

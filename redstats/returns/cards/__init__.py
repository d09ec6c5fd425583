"""Cards: sheets that show one committee each, labels beside their values, as official forms are drawn.

A label's value stands in the very next cell to its right, never further; below it only where a whole row of labels
has a row of values under it.  What could belong to two labels, or stands where no label claims it, is not read: the
card says which cell and why.
"""

from __future__ import annotations

from redstats.returns.cards.borders import regions
from redstats.returns.cards.card import Card, Value
from redstats.returns.cards.layout import Layout
from redstats.returns.cards.reading import Reader
from redstats.returns.headers import SheetMatcher
from redstats.returns.rows import KEYS
from redstats.text import fold
from redstats.workbooks import Grid

__all__ = ["LEAST_FIELDS", "Card", "Value", "find_cards", "outweighs"]

LEAST_FIELDS = 4  # of a card, its name among them


def outweighs(grid: Grid, matcher: SheetMatcher, covered: set[int], fields: int) -> bool:
    """Whether so many labels stand outside the ``covered`` rows of headings, which name ``fields``, that it may be a form."""
    outside = set()
    for index, row in enumerate(grid.rows):
        if index not in covered:
            for text in row:
                if type(text) is str and text and matcher.knows(text):
                    field = matcher.match((text,)).field
                    if field is None or field.id not in (*KEYS, "contact"):
                        outside.add(fold(text))
    return len(outside) >= max(fields / 2, LEAST_FIELDS - 1)


def find_cards(grid: Grid, matcher: SheetMatcher) -> list[Card] | None:
    """The cards of a sheet in order; [] when it holds none, None when it does and their borders cannot be seen."""
    sheet = Layout(grid, matcher)
    names = sheet.names()
    if not names:
        return []
    rectangles = list(regions(sheet, names))
    if None in rectangles:
        return None
    cards = [Reader(sheet, *region).read() for region in rectangles if region]
    return [one for one in cards if len(one.fields) >= LEAST_FIELDS and not one.guide]

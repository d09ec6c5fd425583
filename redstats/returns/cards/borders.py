"""Where one card ends and the next begins, below or beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from redstats.returns.cards.card import Place
from redstats.returns.cards.layout import Layout
from redstats.returns.rows import NOTE
from redstats.text import fold


def regions(sheet: Layout, names: list[Place]) -> Iterator[tuple[int, int, int, int] | None]:
    """The rectangle (top, left, bottom, right) of every card: each holds one name; None where no border shows."""
    grid = sheet.grid
    bands: dict[int, list[int]] = {}
    for row, column in names:
        bands.setdefault(row, []).append(column)
    rows = sorted(bands)
    labelled = [row for row in range(rows[0] + 1) if sheet.has_label(row, 0, grid.width - 1)]
    lead = rows[0] - labelled[0]
    tops = [0]
    for before, row in pairwise(rows):
        begun = _top(sheet, rows[0], before, row, lead)
        if begun is None:
            yield None
            return
        tops.append(begun)
    for index, row in enumerate(rows):
        top, bottom = tops[index], (tops[index + 1] - 1 if index + 1 < len(rows) else grid.height - 1)
        lefts = _lefts(sheet, top, bottom, row, sorted(bands[row]))
        for left, following in pairwise([*lefts, grid.width]):
            yield None if left is None or following is None else (top, left, bottom, following - 1)


def _top(sheet: Layout, first: int, before: int, row: int, lead: int) -> int | None:
    """Where the card begins whose name stands in ``row``: as far above it as in the first card, or below a gap."""
    width = sheet.grid.width - 1

    def head(index: int) -> list[str]:
        return [sheet.text(one) for one in sheet.row(index, 0, width) if sheet.is_known(sheet.text(one))]

    top = row - lead
    if top <= before or any(head(top + each) != head(first - lead + each) for each in range(lead)):
        gaps = [index for index in range(before + 1, row) if len(_filled(sheet, index)) < 2]
        gaps = [index for index in gaps if not sheet.has_label(index, 0, width)]
        if not gaps:
            return None
        top = gaps[-1] + 1
    elif sheet.has_label(top - 1, 0, width) and lead == 0 and _may_lead(sheet, top - 1, before, row):
        return None
    while top - 1 > before and len(cells := _filled(sheet, top - 1)) == 1:
        if sheet.has_label(top - 1, 0, width) or NOTE.match(fold(sheet.text(cells[0]))):
            break
        top -= 1
    return top


def _may_lead(sheet: Layout, index: int, before: int, row: int) -> bool:
    """Whether the row above a name, in a card that should begin with it, repeats what the card before has said."""
    width = sheet.grid.width - 1

    def fields(rows: range) -> Counter:
        texts = (sheet.text(one) for each in rows for one in sheet.row(each, 0, width) if one[0] == each)
        matched = (sheet.matcher.match((text,)).field for text in texts if sheet.is_known(text))
        return Counter(one.id for one in matched if one)

    repeated = fields(range(index, index + 1))
    return bool(repeated.keys() & fields(range(before, index)).keys())


def _filled(sheet: Layout, row: int) -> list[Place]:
    cells = sheet.row(row, 0, sheet.grid.width - 1)
    return [one for one in cells if sheet.text(one) and one[0] == row]


def _lefts(sheet: Layout, top: int, bottom: int, row: int, names: list[int]) -> list[int | None]:
    """The first columns of the cards that stand side by side; None where a cell lies across a border."""
    if len(names) == 1:
        return [0]
    labelled = [each for each in range(top, bottom + 1) if sheet.has_label(each, 0, sheet.grid.width - 1)]
    filled = [one[1] for each in labelled for one in _filled(sheet, each)]
    lead = names[0] - min(filled)
    lefts: list[int | None] = [0]
    for before, name in pairwise(names):
        left = name - lead
        crossed = any(
            one[1] < left <= sheet.end(one)[1] and sheet.text(one)
            for each in labelled
            for one in _filled(sheet, each)
        )
        alike = [
            sheet.text((each, left)) == sheet.text((each, min(filled)))
            for each in labelled
            if sheet.is_known(sheet.text((each, min(filled))))
        ]
        lefts.append(left if left > before and not crossed and all(alike) else None)
    return lefts

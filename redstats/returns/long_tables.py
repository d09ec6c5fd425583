"""Long tables: a row for each committee and datum (业委会 | 项目 | 内容), read as if every item headed a column."""

from __future__ import annotations

from collections import Counter

from redstats.returns.headers import LEAST_FIELDS, NAMES, SheetMatcher
from redstats.returns.rows import KEYS
from redstats.returns.transposed import Place, View
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

_WORDS_OF = vocabulary("headings_of_tables")
_ITEM, _VALUE, _UNIT = (_WORDS_OF.pattern(name) for name in ("item", "value_of_item", "unit_of_item"))

_WIDEST = 12  # columns: who it is of, what is asked, the answer and remarks


def widen(grid: Grid, matcher: SheetMatcher) -> View | None:
    """A view with a row for each committee and a column for each item; None for any other sheet.

    None as well where an item stands twice for one committee or its unit changes: which holds is not known.
    """
    for top in range(grid.height) if grid.width <= _WIDEST else ():
        texts = [fold(text) for text in grid.texts(top)] if any(grid.rows[top]) else []
        items = [column for column, text in enumerate(texts) if _ITEM.fullmatch(text)]
        filled = [column for column, text in enumerate(texts) if _VALUE.fullmatch(text)]
        if len(items) == len(filled) == 1 and items[0] < filled[0]:
            units = [column for column, text in enumerate(texts) if _UNIT.fullmatch(text)]
            return _widened(grid, matcher, top, items[0], filled[0], units[0] if units else None)
    return None


def _widened(
    grid: Grid, matcher: SheetMatcher, top: int, item: int, filled: int, unit: int | None
) -> View | None:
    fields = {c: matcher.match((text,)).field for c, text in enumerate(grid.texts(top)) if text}
    keys = [c for c, field in fields.items() if field and field.id in (*KEYS, *NAMES)]
    name = next((c for c in keys if (field := fields[c]) and field.id in NAMES), None)
    if name is None:
        return None
    rows: dict[
        str, tuple[int, dict[str, Place]]
    ] = {}  # of a committee: its first row, and where its answers stand
    heads: dict[str, int] = {}  # of an item: the first row that names it
    units, repeats, last = Counter[tuple[str, str]](), set[Place](), ""
    for row in range(top + 1, grid.height):
        label = grid.text(row, item)
        if not label:
            continue
        if grid.text(row, name):
            last = "|".join(grid.text(row, column) for column in keys)
        asked = fold(label)
        first, answers = rows.setdefault(last, (row, {}))
        if not last or asked in answers:
            return None
        answers[asked] = (row, filled)
        heads.setdefault(asked, row)
        units[asked, grid.text(row, unit) if unit is not None else ""] += 1
        repeats |= {(row, column) for column in keys if row != first}
        repeats |= {(row, column) for column in (item, unit) if column is not None}
    known = sum(matcher.match((grid.text(row, item),)).field is not None for row in heads.values())
    if known < LEAST_FIELDS or 2 * known < len(heads) or len(units) != len(heads):
        return None
    above: list[list[Place | None]] = [
        [*((top, column) for column in keys), *((row, item) for row in heads.values())]
    ]
    if unit is not None:
        above.append([*(None for _ in keys), *((row, unit) for row in heads.values())])
    below = [
        [*((first, column) for column in keys), *(answers.get(asked) for asked in heads)]
        for first, answers in rows.values()
    ]
    view = View(grid, [*above, *below], (grid, range(top), range(0)), turned=False)
    view.repeats = frozenset(repeats | {(top, column) for column in fields})
    return view

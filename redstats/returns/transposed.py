"""Turned tables: the fields stand below each other and every committee has a column; read as rows, by a view of the grid."""

from __future__ import annotations

import re

from redstats.headings.parts import OTHERS
from redstats.returns.headers import SheetMatcher
from redstats.returns.rows import ESTATE, KEYS, NOTE, TOTAL
from redstats.text import fold
from redstats.values.choices import spellings
from redstats.wording import vocabulary
from redstats.workbooks import Grid

LEAST_FIELDS = 4

_WORDS_OF = vocabulary("cards")
_NO_COMMITTEE = _WORDS_OF.pattern("no_committee")
_NO_LABEL = _WORDS_OF.pattern("no_label")
Place = tuple[int, int]


class View(Grid):
    """A grid made of the cells of another: addresses are the true ones, also of comments, faults and formats.

    ``turned`` tells whether its rows are the other's columns, ``repeats`` are cells that say once more what a label of
    the view says; ``outside`` is what ``preamble.read`` takes: the other grid, its rows above and its rows below.
    """

    __slots__ = ("_places", "outside", "repeats")

    def __init__(
        self,
        grid: Grid,
        places: list[list[Place | None]],
        outside: tuple[Grid, range, range],
        turned: bool = True,
    ) -> None:
        self._places, self.outside = places, outside
        self.repeats: frozenset[Place] = frozenset()
        first: dict[Place, Place] = {}
        shown = {}
        rows: list[list[object]] = []
        for r, line in enumerate(places):
            rows.append([""] * len(line))
            for c, place in enumerate(line):
                if place is None:
                    continue
                true = grid.anchor(*place)
                corner = first.setdefault(true, (r, c))
                if corner == (r, c):
                    rows[r][c] = grid.rows[true[0]][true[1]]
                else:
                    shown[r, c] = corner

        def moved(of: dict) -> dict:
            return {first[true]: what for true, what in of.items() if true in first}

        row, column = (1, 0) if turned else (0, 1)
        hidden = (grid.hidden_rows, grid.hidden_columns)
        super().__init__(
            grid.name,
            rows,
            faults=moved(grid.faults),
            percents={first[true] for true in grid.percents if true in first},
            hidden_rows={
                r for r, line in enumerate(places) if any(p and p[row] in hidden[row] for p in line)
            },
            hidden_columns={
                c for line in places for c, p in enumerate(line) if p and p[column] in hidden[column]
            },
            comments=moved(grid.comments),
            coloured=moved(grid.coloured),
            symbols=moved(grid.symbols),
            padded=moved(grid.padded),
            formats=moved(grid.formats),
            struck={first[true] for true in grid.struck if true in first},
            is_1904=grid.is_1904,
        )
        self._anchors.update(shown)

    def place(self, row: int, column: int) -> Place:
        """The cell of the other grid that stands here."""
        return self._places[row][column] or (0, 0)

    # of the true cell, so that a note leads to it; asked of a view, never of its class as a plain grid may be
    def address(self, row: int, column: int) -> str:  # type: ignore[override]
        return Grid.address(*self.place(row, column))


def turn(grid: Grid, matcher: SheetMatcher) -> View | None:
    """A view with a committee in each row, where the fields of ``grid`` stand in a column; else None."""
    labels = _labels(grid, matcher)
    wanted = [id_ for id_ in ("committee_name", "estate_names") if id_ in labels.values()]
    head = None if wanted else _head(grid, labels)
    if head:
        labels[head] = "committee_name"
    elif not wanted:
        return None
    name_row, lead = head or min(place for place, id_ in labels.items() if id_ == wanted[0])
    if any(id_ for (row, column), id_ in labels.items() if row == name_row and column > lead):
        return None  # a second label beside the name: a card
    labels = {
        place: id_ for place, id_ in labels.items() if not _is_answer(grid, matcher, place, name_row, lead)
    }
    columns = {column for _, column in labels}
    rows = sorted({row for row, column in labels if column == lead})
    asked = {labels[row, lead] for row in rows}
    by_column = {
        column: {id_ for (_, c), id_ in labels.items() if c == column} for column in columns if column > lead
    }
    # a value may read like a label now and then; a second column of labels makes another form
    if len(asked) < LEAST_FIELDS or any(
        2 * len(own) >= min(len(asked), 2 * LEAST_FIELDS) for own in by_column.values()
    ):
        return None
    committees = [
        column
        for column in range(lead + 1, grid.width)
        if (name := fold(grid.text(name_row, column)))
        and grid.anchor(name_row, column) == (name_row, column)
        and not _NO_COMMITTEE.fullmatch(name)
    ]
    if len(committees) < 2:
        return None
    last = rows[-1]
    while last + 1 < grid.height and _continues(grid, last + 1, lead):
        last += 1
    first = min(rows)
    sections, body, section = {}, [], None
    for row in range(first, last + 1):
        # a field that nobody filled in is no title; 居委会 above its telephone is
        is_field = labels.get((row, lead), "") not in ("", *KEYS)
        if not is_field and _is_section(grid, row, lead):
            section = (row, next(c for c in range(grid.width) if grid.text(row, c)))
        elif row == name_row or any(grid.text(row, column) for column in range(lead + 1)):
            body.append(row)
            sections[row] = section
    heads = [column for column in range(lead + 1) if any(grid.text(row, column) for row in body)]
    others = [
        column
        for column in range(lead + 1, grid.width)
        if any(grid.text(row, column) for row in (*body, *range(first)))
    ]
    # the columns between the labels and the first committee hold units and the like
    heads += [column for column in others if column < committees[0]]
    places: list[list[Place | None]] = [[sections[row] for row in body]]
    places += [[(row, column) for row in body] for column in heads]
    places += [[(row, column) for row in body] for column in committees]
    view = View(grid, places, (grid, range(first), range(last + 1, grid.height)))
    for index, column in enumerate(heads, start=1):
        if column > lead:  # 单位 heads the column of units and is none of the name's
            view.rows[index][body.index(name_row)] = ""
        elif column == lead and head:  # the row of names has no label of its own, or only 项目
            view.rows[index][body.index(name_row)] = "业委会名称"
    return view


def _is_answer(grid: Grid, matcher: SheetMatcher, place: Place, name_row: int, lead: int) -> bool:
    """Whether a cell that reads like a label is a value: a word of its row's field, or a name over a column (合计)."""
    row, column = place
    if column <= lead:
        return False
    asked = matcher.match((grid.text(row, lead),)).field
    return row == name_row or bool(asked and fold(grid.text(*place)) in spellings(asked))


def _head(grid: Grid, labels: dict[Place, str]) -> Place | None:
    """The cell that would label the names, where these stand unlabelled in the row above the first field."""
    leads = [column for _, column in labels]
    lead = max(leads, key=leads.count, default=0)
    row = min((row for row, column in labels if column == lead), default=0) - 1
    if row < 0 or not _NO_LABEL.fullmatch(fold(grid.text(row, lead))):
        return None
    names = [text for c in range(lead + 1, grid.width) if (text := fold(grid.text(row, c)))]
    names = [name for name in names if not (_NO_COMMITTEE.fullmatch(name) or TOTAL.fullmatch(name))]
    return (row, lead) if names and all(map(ESTATE.fullmatch, names)) else None


def unclaimed(view: View) -> list[Place]:
    """The filled cells of the table that stand in no column of a committee."""
    grid = view.outside[0]
    shown = {grid.anchor(*place) for line in view._places for place in line if place}
    rows = range(view.outside[1].stop, view.outside[2].start)
    filled = (
        grid.anchor(row, column) for row in rows for column in range(grid.width) if grid.text(row, column)
    )
    return [place for place in dict.fromkeys(filled) if place not in shown]


def _labels(grid: Grid, matcher: SheetMatcher) -> dict[Place, str]:
    labels = {}
    for r, row in enumerate(grid.rows):
        for c, text in enumerate(row) if any(row) else ():
            if type(text) is str and text and matcher.knows(text) and grid.anchor(r, c) == (r, c):
                field = matcher.match((text,)).field
                labels[r, c] = field.id if field else ""
    return labels


def _is_section(grid: Grid, row: int, lead: int) -> bool:
    """A title over all columns, or the name of another body alone in its row."""
    cells = {grid.anchor(row, column) for column in range(grid.width) if grid.text(row, column)}
    if len(cells) != 1:
        return False
    ((top, column),) = cells
    if top != row or column > lead:
        return top == row
    text = grid.text(row, column)
    wide = column + 1 < grid.width and grid.anchor(row, grid.width - 1) == (row, column)
    numbered = re.match(r"[（(]?第?[一二三四五六七八九十]{1,3}(?:[、.．）)]|部分)", text)
    return bool(wide or numbered or any(word.search(text) for word in OTHERS.values()))


def _continues(grid: Grid, row: int, lead: int) -> bool:
    text = grid.text(row, lead)
    filled = any(grid.text(row, column) for column in range(lead + 1, grid.width))
    return bool(text) and filled and not NOTE.match(fold(text)) and grid.anchor(row, lead)[1] == lead

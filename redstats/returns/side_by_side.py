"""Tables that stand beside each other: one roll printed in two or more runs of columns, each read as a sheet of its own."""

from __future__ import annotations

from redstats.returns.headers import NAMES, SheetMatcher
from redstats.returns.transposed import View
from redstats.text import fold
from redstats.workbooks import Grid

_LONGEST = 60  # characters of a heading
LEAST_IN_COMMON = 2  # headings beside that of the name


def part(grid: Grid, matcher: SheetMatcher) -> list[View]:
    """A view for each of the runs of columns that repeat one roll's headings; [] where there is only one."""
    asked: dict[str, str] = {}  # what a text asks for as a heading, or the text itself
    for row in range(grid.height):
        texts = grid.texts(row)
        for text in {*texts} - asked.keys():
            field = matcher.match((text,)).field if text and len(text) <= _LONGEST else None
            asked[text] = field.id if field else fold(text)
        headings = {
            column: asked[text] for column, text in enumerate(texts) if text and len(text) <= _LONGEST
        }
        runs = _runs(grid, row, headings)
        if len(runs) < 2:
            continue
        top = grid.anchor(row, runs[0][0])[0]
        outside = (grid, range(top), range(0))
        return [
            View(
                grid,
                [[(r, column) for column in run] for r in range(top, grid.height)],
                outside,
                turned=False,
            )
            for run in runs
        ]
    return []


def _runs(grid: Grid, row: int, headings: dict[int, str]) -> list[range]:
    """The runs of columns in each of which a heading of the name stands with most of the first one's headings."""
    names = [column for column, id_ in headings.items() if id_ in NAMES]
    if sum(headings[column] == headings[names[0]] for column in names) < 2 if names else True:
        return []
    starts, seen = [min(headings)], set[str]()
    for column, id_ in headings.items():
        if id_ in seen:  # the first heading that comes again begins the next run
            starts.append(column)
            seen = set()
        seen.add(id_)
    ends = [*starts[1:], grid.width]
    runs = [range(start, end) for start, end in zip(starts, ends, strict=True)]
    asked = [{headings[column] for column in run if column in headings} for run in runs]
    name = headings[names[0]]
    alike = all(name in each and len(each & asked[0]) > LEAST_IN_COMMON for each in asked)
    return runs if alike and _are_other_rows(grid, row, [_named(headings, run, name) for run in runs]) else []


def _named(headings: dict[int, str], run: range, name: str) -> int:
    return next(column for column in run if headings.get(column) == name)


def _are_other_rows(grid: Grid, row: int, names: list[int]) -> bool:
    """Whether the runs name other committees: what repeats the names beside them is one table with a column twice."""
    below = range(row + 1, grid.height)
    texts = [{fold(text) for r in below if (text := grid.text(r, column))} for column in names]
    return all(each and not each & texts[0] for each in texts[1:])

"""The forms of a workbook or document: where each begins and ends, one below, beside or after the other, or one a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from redstats.forms import lists
from redstats.forms.attachment_page import attach, is_heading
from redstats.forms.labels import pieces
from redstats.forms.layout import Reader
from redstats.forms.region import Region, is_aside
from redstats.standard.attachments import attachments, titled
from redstats.text import clean
from redstats.workbooks import Grid

_LEAST = 4  # labels that make a sheet without a title a form
_ABOVE = 4  # rows over a title in which a form's first line may stand


@dataclass(slots=True)
class Strip(Grid):
    """Some columns of a sheet on which forms stand side by side; its addresses are those of the sheet."""

    whole: Grid = field(kw_only=True)
    left: int = 0

    def address(self, row: int, column: int) -> str:  # type: ignore[override]  # by the columns of the sheet
        return self.whole.address(row, column + self.left)


def regions(grids: list[Grid]) -> list[Region]:
    """Every form in a workbook or document, in order; attached pages go with the form before them."""
    forms: list[Region] = []
    for grid in grids:
        if not any(any(row) for row in grid.rows):
            continue
        of_sheet = [one for strip in _strips(grid) for one in _on_sheet(strip)]
        if not of_sheet and forms:
            forms[-1].pages.append((grid, is_heading(grid.name) or _begins_attachment(grid)))
        forms += of_sheet
    for form in forms:
        attach(form)
    return forms


def _begins_attachment(grid: Grid) -> bool:
    first = next((text for row in range(grid.height) for text in grid.cells(row).values()), "")
    return len(first) <= 30 and is_heading(first)


def _title(text: str) -> str:
    return next((kind for line in [text, *clean(text).split("\n")[:2]] if (kind := titled(line))), "")


def _strips(grid: Grid) -> Iterator[Grid]:
    """The sheet itself, or its columns where titles of forms stand in one row."""
    for row in range(grid.height):
        lefts = [place[1] for place, text in grid.cells(row).items() if _title(text)]
        if len(lefts) > 1:
            lefts[0] = 0
            for left, right in zip(lefts, [*lefts[1:], grid.width], strict=True):
                yield _strip(grid, left, right)
            return
    yield grid


def _strip(grid: Grid, left: int, right: int) -> Strip:
    merges = [
        (top, max(a, left) - left, bottom, min(b, right - 1) - left)
        for top, a, bottom, b in grid.merges
        if left <= a < right
    ]
    faults = {
        (row, column - left): said for (row, column), said in grid.faults.items() if left <= column < right
    }
    rows = [row[left:right] for row in grid.rows]
    return Strip(grid.name, rows, merges, faults, hidden=grid.hidden, whole=grid, left=left)


def _on_sheet(grid: Grid) -> Iterator[Region]:
    titles = [
        (row, kind)
        for row in range(grid.height)
        for text in dict.fromkeys(grid.cells(row).values())
        if (kind := _title(text))
    ]
    if not titles:
        kind = _kind_of(grid)
        titles = [(0, kind)] if kind else []
    for index, (row, kind) in enumerate(titles):
        bottom = titles[index + 1][0] - 1 if index + 1 < len(titles) else grid.height - 1
        yield from _forms(Region(grid, kind, row, bottom, first=None if index else _first(grid, kind, row)))


def _first(grid: Grid, kind: str, title: int) -> int:
    """The row over the first title from which on fields are filled in, or the title's own."""
    for row in range(max(0, title - _ABOVE), title):
        if any(part for text in grid.cells(row).values() for _, part in pieces(kind, text)):
            return row
    return title


def _kind_of(grid: Grid) -> str:
    """The form whose labels stand on a sheet without a title, where one has clearly more of them."""
    counts = {}
    for kind, form in attachments().items():
        reader = Reader(Region(grid, kind, 0, grid.height - 1))
        ids = {id_ for piece in reader.labels.values() for id_, _ in piece}
        seals = [id_ for id_ in ids if form.fields[id_].type in ("seal", "opinion")]
        counts[kind] = (len(seals), len(ids))
    # Names and addresses stand on both forms; seals and opinions tell them apart.
    kind, (sealed, whole) = max(counts.items(), key=lambda pair: pair[1])
    return kind if sealed and whole >= _LEAST else ""


def _forms(region: Region) -> Iterator[Region]:
    reader = Reader(region)
    header = lists.heading(reader)
    if header is None:
        reader.read()
        yield region
        return
    form: Region | None = None
    for row in range(header + 1, region.bottom + 1):
        if lists.is_entry(reader, header, row):
            if form:
                yield form
            form = Region(region.grid, region.kind, row, row)
            lists.read_line(reader, header, form)
        elif form:
            form.unread += [place for place, text in region.grid.cells(row).items() if not is_aside(text)]
    if form:
        yield form

"""The attached page of 复评表: 见附页 on the form, and the text itself after it or on a sheet of its own."""

from __future__ import annotations

from collections.abc import Iterable

from redstats.forms.region import Found, Place, Region, is_aside, is_reference
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

_WORDS_OF = vocabulary("forms")
_HEADING = _WORDS_OF.pattern("attached_heading")
_LONGEST_HEADING = 40


def is_heading(text: str) -> bool:
    """Whether a line, or the name of a sheet, says that an attached page follows."""
    return len(fold(text)) <= _LONGEST_HEADING and bool(_HEADING.search(text))


def attach(region: Region) -> None:
    """Give a field that is written on an attached page the text found there: rows after the form, or sheets after it."""
    entry = next((each for each in region.form.fields.values() if each.attached), None)
    if entry is None:
        return
    answer, grid = region.found.get(entry.id), region.grid
    written = region.text(answer).strip() if answer else ""
    if written and not is_reference(written):
        return
    after = [place for place in region.unread if place[0] > _last(region)]
    if texts := _texts(grid, after):
        region.found[entry.id] = Found(entry, texts[0], texts[0], tuple(texts))
        region.unread = [place for place in region.unread if place not in after]
        return
    for page, is_told in region.pages:
        # A field left blank points nowhere: then only a sheet that calls itself 附页 may hold its text.
        if not written and not is_told:
            continue
        if places := _texts(
            page, (place for row in range(page.height) for place in page.cells(row) if place[0] == row)
        ):
            text = "\n".join(page.text(*each) for each in places)
            region.found[entry.id] = Found(entry, places[0], places[0], tuple(places), text, page=page)
            return


def _last(region: Region) -> int:
    """The last row of the form itself: that of 一式两份, or of its last field."""
    if region.copies:
        return region.copies[1][0]
    return max(
        (place[0] for one in region.found.values() for place in (one.label, *one.cells)), default=region.top
    )


def _texts(grid: Grid, places: Iterable[Place]) -> list[Place]:
    return [
        place for place in places if not is_heading(grid.text(*place)) and not is_aside(grid.text(*place))
    ]

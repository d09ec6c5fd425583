"""Lists of forms: one a row below a row of headings."""

from __future__ import annotations

from redstats.forms.layout import Reader
from redstats.forms.region import Found, Region, is_aside
from redstats.standard.attachments import attachments
from redstats.text import fold
from redstats.wording import vocabulary

_ROLL = 6  # labels in one row that make it the heading of a list of forms
_LATER = 3  # labels below such a row that make it a form after all
_WORDS_OF = vocabulary("forms")
_PART_OF_SEAL = _WORDS_OF.pattern("part_of_seal")
_SUM = _WORDS_OF.pattern("sum_row")
_NUMBERING = _WORDS_OF.pattern("numbering")


def heading(reader: Reader) -> int | None:
    """The row of headings of a list of forms; None where the sheet is drawn as a form."""
    rows: dict[int, int] = {}
    for place, asked in reader.labels.items():
        if len(asked) == 1 and asked[0][1] is None:
            rows[place[0]] = rows.get(place[0], 0) + 1
    best = max(rows, key=lambda row: rows[row], default=None)
    if best is None or rows[best] < _ROLL:
        return None
    later = {id_ for place, asked in reader.labels.items() if place[0] > best for id_, _ in asked}
    return best if len(later) < _LATER else None


def is_entry(reader: Reader, header: int, row: int) -> bool:
    """Whether a row below the headings is a form: more than a remark or a sum below the list."""
    cells = {place: text for place, text in reader.grid.cells(row).items() if not is_aside(text)}
    if len(cells) != 1:
        return bool(cells)
    ((place, text),) = cells.items()
    is_wide = place in reader.ends and reader.ends[place][1] > place[1]
    asked = reader.labels.get((header, place[1]), [])
    return any(id_ == "committee_name" for id_, _ in asked) and not is_wide and not _SUM.fullmatch(fold(text))


def read_line(reader: Reader, header: int, region: Region) -> None:
    """Fill a region with the fields of its row, and with what is said above the list for all."""
    fields = attachments()[reader.region.kind].fields
    for place, asked in reader.labels.items():
        if place[0] == header and place[1] <= reader.grid.width:
            cell = reader.grid.anchor(region.top, place[1])
            region.found.setdefault(asked[0][0], Found(fields[asked[0][0]], place, cell, (cell,)))
    for place, asked in reader.labels.items():  # who reports and when, said once for all
        for id_, part in asked:
            if place[0] != header and place[0] < header and part and id_ not in region.found:
                region.found[id_] = Found(fields[id_], place, place, (place,), part)
    _read_rest(reader, header, region)


def _read_rest(reader: Reader, header: int, region: Region) -> None:
    """Columns whose heading is no label: 日期 or 盖章 after a seal belongs to it, of others it is told."""
    last: Found | None = None  # the answer of the column before
    owners = {place[1]: asked[0][0] for place, asked in reader.labels.items() if place[0] == header}
    for column in range(reader.grid.width):
        place, owner = reader.grid.anchor(region.top, column), owners.get(column)
        last = region.found[owner] if owner else last
        if not reader.grid.text(*place) or (owner and last and place in last.cells):
            continue
        title = fold(reader.grid.text(header, column))
        if last and last.entry.type in ("seal", "opinion") and _PART_OF_SEAL.fullmatch(title):
            last.cells += (place,)
        elif not _NUMBERING.fullmatch(title) and not is_aside(reader.grid.text(*place)):
            region.unread.append(place)

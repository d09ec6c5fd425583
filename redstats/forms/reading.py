"""One file of forms (.xlsx, .docx and whatever else a workbook may be) to typed rows, each value with its cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path

from redstats import places as roll
from redstats import workbooks
from redstats.files import name_of
from redstats.forms.days import read_day
from redstats.forms.region import Found, Region, is_reference
from redstats.forms.regions import regions
from redstats.forms.seals import read_seal
from redstats.headings.parts import SET_ASIDE
from redstats.months import Month
from redstats.outcomes import notes
from redstats.places import Places, Street
from redstats.returns import Return, envelope
from redstats.standard.attachments import Entry, attachments
from redstats.text import fold
from redstats.values import Reading, clean, read_value
from redstats.values.reading import not_reported, unreadable
from redstats.workbooks import stamps

_LONGEST_RAW = 60  # of a long text the beginning is enough to find it


def read_form(path: Path, month: Month) -> Return:
    """Read one file of forms: a ``Return`` of kind "form", its rows one a form, its cells one a value.

    Never raises for a bad file: the outcome says what is wrong.  Read in a child process with limits of time and memory.
    """
    return read_forms([path], month)[0]


def read_forms(paths: Iterable[Path], month: Month, workers: int | None = None) -> list[Return]:
    """``read_form`` for several files, some at a time; in the order of the files."""
    return envelope.read_each(read_here, [(path, month) for path in paths], "form", workers)


def read_here(path: Path, month: Month) -> Return:
    """As ``read_form``, in this process: for files that are known to be harmless."""
    result = Return(name_of(path), kind="form")

    def fill(book: workbooks.Workbook) -> None:
        _read_book(result, book, month, roll.on(month.end))

    return envelope.read(result, path, fill, instead={"word_document": "old_word_document"})  # .docx is read


def _read_book(result: Return, book: workbooks.Workbook, month: Month, places: Places) -> None:
    result.stamp = stamps.find(
        text for grid in book.grids for row in grid.rows for text in row if type(text) is str
    )
    if result.stamp:
        result.note("template_known", f"按模板填报（{result.stamp}）")
        book.grids = [_without_margin(grid) for grid in book.grids]
    forms = regions(_shown_sheets(result, book.grids))
    for region in forms:
        _record(result, region, month, places)
    if not forms:
        envelope.refuse(result, "no_form")
        return
    if not result.rows:
        envelope.refuse(result, "blank_form")
        return
    streets = {row["street_code"]: row["street_name"] for row in result.rows if row["street_code"]}
    result.streets = tuple(one for one in places.streets if one.code in streets)
    remarks = [note for note in result.notes if notes()[note["kind"]].weight != "info"]
    result.outcome = "noted" if remarks else "accepted"
    names = {kind: sum(row["kind"] == one.name for row in result.rows) for kind, one in attachments().items()}
    amounts = "、".join(f"{attachments()[kind].name}{number}份" for kind, number in names.items() if number)
    result.message = f"读取{amounts}" + (f"，{len(remarks)}条说明" if remarks else "")


def _shown_sheets(result: Return, grids: list[workbooks.Grid]) -> list[workbooks.Grid]:
    """The sheets without those that are hidden or named 作废 and the like, unless there are no others."""
    aside = [grid for grid in grids if grid.hidden or SET_ASIDE.search(fold(grid.name))]
    if len(aside) == len(grids):
        return grids
    for grid in aside:
        if regions([grid]):
            why = "隐藏的工作表" if grid.hidden else "表名写明不用的工作表"
            result.note("sheet_skipped", f"{why}，未读取", sheet=grid.name)
    return [grid for grid in grids if not any(grid is one for one in aside)]


def _without_margin(grid: workbooks.Grid) -> workbooks.Grid:
    """A sheet of our own without what stands beside the paper: the stamp, and how much room a text has left."""
    for row in range(grid.height):
        for (_, column), text in grid.cells(row).items():
            if column and stamps.find([text]):
                grid.rows = [values[:column] for values in grid.rows]
                grid.faults = {place: fault for place, fault in grid.faults.items() if place[1] < column}
                grid._texts.clear()
                return grid
    return grid


def _record(result: Return, region: Region, month: Month, places: Places) -> None:
    grid, form = region.grid, region.form
    row: dict[str, object] = {
        "month": str(month),
        "district_code": places.district_code,
        "kind": form.name,
        "source_file": result.file,
        "source_sheet": grid.name,
        "source_row": region.top + 1,
        "form": f"{grid.name}!{_address(region, (region.top, 0))}",
        "copies": region.copies[0] if region.copies else None,
    }
    read: list[tuple[str, Reading, Found | None, str]] = []
    for entry in form.fields.values():
        answer = region.found.get(entry.id)
        read += [
            (name, reading, answer, _raw(region, answer))
            for name, reading in _values(region, entry, answer, month)
        ]
    if all(reading.state == "not_reported" for _, reading, _, _ in read):
        result.counts["blank"] += 1
        return
    values = {name: reading.value for name, reading, _, _ in read}
    street = _street(region, values, result.file, places)
    name = values.get("committee_name") or _named(result, region, read)
    neighbourhood = values.get("neighbourhood_committee")
    known = places.neighbourhood(street, neighbourhood) if street and isinstance(neighbourhood, str) else None
    keys = {
        "street_code": street.code if street else None,
        "street_name": street.name if street else None,
        "neighbourhood_committee": neighbourhood,
        "committee_name": name,
    }
    row |= {name: value for name, value in values.items() if name not in keys} | keys
    result.rows.append(row)
    result.counts["accepted"] += 1
    for field, reading, answer, raw in read:
        sheet = answer.page if answer and answer.page else grid
        cell = sheet.address(*answer.place) if answer else _address(region, (region.top, 0))
        result.cells.append(
            {key: row[key] for key in ("month", "district_code", *keys, "kind", "form")}
            | {"field": field, "source_file": result.file, "source_sheet": sheet.name, "cell": cell}
            | {"raw": raw, "value_state": reading.state, "note": reading.note}
        )
        if answer and reading.note:  # what stands nowhere has no note
            unread = reading.state == "unreadable"
            label = form.fields[field].label if field in form.fields else answer.entry.label
            message = f"“{label}”{'无法识别' if unread else ''}：{reading.note}"
            kind = "value_unreadable" if unread else "value_normalised"
            result.note(kind, message, sheet=sheet.name, cell=cell, raw=raw)
    if street and isinstance(neighbourhood, str) and not known:
        answer = region.found["neighbourhood_committee"]
        message = f"“{neighbourhood}”不在{street.name}的居委会名录里，照原样保留"
        result.note(
            "neighbourhood_unknown",
            message,
            sheet=grid.name,
            cell=_address(region, answer.place),
            raw=neighbourhood,
        )
    for place in region.unread:
        raw = grid.text(*place)
        result.note(
            "not_taken",
            "这一格不在任何栏目中，未读取",
            sheet=grid.name,
            cell=_address(region, place),
            raw=raw,
        )


def _address(region: Region, place: tuple[int, int]) -> str:
    """The address of a cell, or of the first cell of its row that is written in."""
    grid = region.grid
    return grid.address(*place) or next((grid.address(*each) for each in grid.cells(place[0])), "")


def _raw(region: Region, answer: Found | None) -> str:
    text = region.text(answer) if answer else ""
    return text if len(text) <= _LONGEST_RAW else text[:_LONGEST_RAW] + "…"


def _values(region: Region, entry: Entry, answer: Found | None, month: Month) -> list[tuple[str, Reading]]:
    """The columns of one field with what was read for each."""
    names = {
        "seal": (entry.id, f"{entry.id}_date"),
        "opinion": (entry.id, f"{entry.id}_seal", f"{entry.id}_date"),
    }.get(entry.type, (entry.id,))
    if answer is None:
        return [(name, not_reported()) for name in names]
    if answer.doubt:
        return [(name, unreadable(answer.doubt)) for name in names]
    fault = next((region.grid.faults[place] for place in answer.cells if place in region.grid.faults), "")
    if fault and not answer.page:
        return [(name, unreadable(f"公式出错或没有算过（{fault}），请改为文字或数字")) for name in names]
    text = region.text(answer)
    if entry.type in ("seal", "opinion"):
        seal = read_seal(text, month.start, entry.type == "opinion")
        parts = (seal.stamped, seal.day) if entry.type == "seal" else (seal.text, seal.stamped, seal.day)
        return list(zip(names, parts, strict=True))
    if entry.attached and is_reference(text):
        return [(entry.id, not_reported(f"写作“{text.strip()}”，没有找到附页"))]
    return [(entry.id, _plain(region, entry, answer, text, month))]


def _plain(region: Region, entry: Entry, answer: Found, text: str, month: Month) -> Reading:
    value = region.grid.value(*answer.place) if answer.part is None and len(answer.cells) == 1 else text
    if entry.type == "date":
        return read_day(value if isinstance(value, dt.date) else text or value, month.start)
    if entry.type in ("street", "text"):
        text = _paragraphs(text)
        return Reading(text, "read") if text.strip("_＿/ ") else not_reported()
    if isinstance(value, str):
        value = re.sub(r"[_＿]+", " ", value).strip()  # the line it is written on
    return read_value(value, entry, month=month.start)


def _paragraphs(text: str) -> str:
    """A text as it was written, without the lines it was written on and the blanks around it."""
    return "\n".join(line.strip() for line in clean(text).split("\n")).strip().strip("_＿").strip()


def _street(region: Region, values: dict[str, object], file: str, places: Places) -> Street | None:
    """The street a form is of: as it says, else as its opinions and seals, its neighbourhood or the file's name tell."""
    recommending = values.get("recommending_street")
    if isinstance(recommending, str) and (street := places.match(recommending)):
        return street
    texts = [recommending, values.get("office_address")]
    texts += [region.text(one) for one in region.found.values() if one.entry.by == "street"]
    for text in [*texts, file, region.grid.name]:
        if isinstance(text, str) and len(streets := places.mentioned(text)) == 1:
            return streets[0]
    home = values.get("neighbourhood_committee")
    candidates = [one for one in places.streets if isinstance(home, str) and places.neighbourhood(one, home)]
    return candidates[0] if len(candidates) == 1 else None


def _named(result: Return, region: Region, read: list[tuple[str, Reading, Found | None, str]]) -> str | None:
    """The committee's name where its label is lost: the one text of the form that reads like one."""
    cells = [
        place
        for place in region.unread
        if fold(region.grid.text(*place)).endswith(("业委会", "业主委员会"))
        and len(region.grid.text(*place)) <= 40
    ]
    if len(cells) != 1:
        return None
    name, index = (
        region.grid.text(*cells[0]),
        next(i for i, one in enumerate(read) if one[0] == "committee_name"),
    )
    answer = Found(region.form.fields["committee_name"], cells[0], cells[0], (cells[0],))
    read[index] = (
        "committee_name",
        Reading(name, "normalised", "没有栏名，按内容认作业委会名称"),
        answer,
        name,
    )
    region.unread.remove(cells[0])
    return name

"""One workbook to a return: typed rows, the cell behind every value, and a note for all that was not plain."""

from __future__ import annotations

from pathlib import Path

from redstats import stamps, workbooks
from redstats.errors import WorkbookError
from redstats.headings import Matcher
from redstats.months import Month
from redstats.outcomes import files, notes
from redstats.places import Places
from redstats.returns.joining import Committee, join
from redstats.returns.preamble import named_months
from redstats.returns.result import Return
from redstats.returns.sheets import Table, compare_sums, note_table, read_tables
from redstats.standard import Standard

_MATCHERS: dict[int, tuple[object, Matcher]] = {}


def read_return(path: Path, month: Month, standard: Standard, places: Places) -> Return:
    """Read one workbook as a month's return.  Never raises for a bad file: the outcome says what is wrong."""
    result = Return(path.name)
    try:
        book = workbooks.read(path)
    except WorkbookError as error:
        result.outcome, result.code = "refused", error.code
        result.message = f"{error.what}。{error.to_do}"
        return result
    result.sha256 = book.sha256
    try:
        _read_book(result, book, month, standard, places)
    except Exception as error:  # one odd file must not stop a month; it stays in the list with its reason
        result.rows, result.cells = [], []
        result.outcome, result.code = "refused", "reading_failed"
        failed = files()[result.code]
        result.message = f"{failed.what}（{type(error).__name__}）。{failed.to_do}"
    return result


def _read_book(
    result: Return, book: workbooks.Workbook, month: Month, standard: Standard, places: Places
) -> None:
    matcher = _matcher(standard)
    result.stamp = stamps.find(text for grid in book.grids for row in grid.rows for text in row)
    if result.stamp:
        result.note("template_known", f"按模板填报（{result.stamp}）")
    tables = [
        table for grid in book.grids for table in read_tables(result, grid, matcher, month, standard, places)
    ]
    tables = _of_this_month(result, tables, month)
    _describe(result, tables, month, standard)
    committees = join(result, tables, places)
    for one in committees:
        _record(result, one, month, standard, places)
    _note_months(result, tables, committees, month)
    _settle(result)


def _matcher(standard: Standard) -> Matcher:
    key = id(standard.fields)
    if key not in _MATCHERS:
        _MATCHERS[key] = (standard.fields, Matcher(standard.fields.values()))  # kept alive: an id is reused
    return _MATCHERS[key][1]


def _of_this_month(result: Return, tables: list[Table], month: Month) -> list[Table]:
    """Of sheets for several months those of this one; where none is of this month, all are kept and noted later."""
    said = [set(named_months(table.sheet, month)) or set(table.months) for table in tables]
    if not any(month in months for months in said):
        return tables
    kept = []
    for table, months in zip(tables, said, strict=True):
        if not months or month in months:
            kept.append(table)
        else:
            names = "、".join(one.label for one in sorted(months))
            result.note("sheet_skipped", f"“{table.sheet}”是{names}的，未读取", sheet=table.sheet)
    return kept


def _describe(result: Return, tables: list[Table], month: Month, standard: Standard) -> None:
    """What holds for the whole workbook: its kind, street, day, and the columns it has and lacks."""
    named = [table for table in tables if table.name_column is not None]
    present = {id_ for table in named for id_ in table.fields}
    scored = {id_ for id_ in present if standard.fields[id_].review}
    facts = {id_ for id_ in present - scored if standard.fields[id_].clause}
    if len(scored) > len(facts):  # who is judged stands on both kinds of sheet
        result.kind = "review"
    result.report_date = max((one.report_date for one in tables if one.report_date), default=None)
    for table in tables:
        if len(table.streets) > 1 and "street_name" not in table.fields:
            names = "、".join(street.name for street in table.streets)
            result.note("street_unclear", f"表内外提到几个街镇：{names}，请写明填报单位", sheet=table.sheet)
    streets = {street.code: street for table in tables if len(table.streets) == 1 for street in table.streets}
    result.streets = tuple(streets.values()) or next((table.streets for table in tables if table.streets), ())
    for table in named:
        note_table(result, table)
        compare_sums(result, table)
    if not named:
        return
    wanted = standard.review_fields if result.kind == "review" else standard.return_fields
    base = result.stamp is not None and result.stamp.base  # its template asks for nothing else
    judged = [one for one in standard.requirements.values() if one.force == "must" or not base]
    asked = {one.field for one in judged} if result.kind == "return" else set(wanted)
    for id_, one in wanted.items():
        if id_ in asked and id_ not in present:
            result.note("column_missing", f"没有“{one.label}”列，按未填报计", sheet=named[0].sheet)


def _record(result: Return, one: Committee, month: Month, standard: Standard, places: Places) -> None:
    table, index = one.first
    keys = {
        "month": str(month),
        "district_code": places.district_code,
        "street_code": one.street.code,
        "street_name": one.street.name,
        "neighbourhood_committee": one.neighbourhood or None,
        "committee_name": one.name,
    }
    row = keys | {"source_file": result.file, "source_sheet": table.sheet, "source_row": index + 1}
    for id_, cell in one.cells.items():
        reading = cell.reading
        if id_ not in keys:
            row[id_] = list(reading.value) if isinstance(reading.value, tuple) else reading.value
        result.cells.append(
            {
                **keys,
                "source_file": result.file,
                "source_sheet": cell.sheet,
                "field": id_,
                "cell": cell.address,
                "raw": cell.shown,
                "value_state": reading.state,
                "note": reading.note,
            }
        )
        if reading.note:
            unread = reading.state == "unreadable"
            label = standard.fields[id_].label
            result.note(
                "value_unreadable" if unread else "value_normalised",
                f"“{label}”{'无法识别' if unread else ''}：{reading.note}",
                sheet=cell.sheet,
                cell=cell.address,
                raw=cell.shown,
            )
    result.rows.append(row)
    result.counts["accepted"] += 1


def _note_months(result: Return, tables: list[Table], committees: list[Committee], month: Month) -> None:
    """Another month in a title, a file's or sheet's name or the column 填报月份: the folder decides, and it is said."""
    said = {(table.sheet, one) for table in tables for one in table.months}
    named = named_months(result.file, month)
    said |= {("", one) for one in named if month not in named}
    for table in tables:
        own = named_months(table.sheet, month)
        said |= {(table.sheet, one) for one in own if month not in own}
    for one in committees:
        cell = one.cells.get("report_month")
        own = named_months(cell.shown, month) if cell else ()
        said |= {(cell.sheet, other) for other in own if month not in own}
    for sheet, other in sorted(said):
        if other != month:
            result.note(
                "month_differs", f"表内或文件名写的是{other.label}，按文件夹作{month.label}处理", sheet=sheet
            )


def _settle(result: Return) -> None:
    counts = result.counts
    if not result.rows:
        result.outcome = "refused"
        unplaced = any("认不出街镇" in note["message"] for note in result.notes)
        result.code = "no_street" if unplaced and not result.streets else "no_rows"
        said = files()[result.code]
        result.message = f"{said.what}。{said.to_do}"
        return
    telling = [note for note in result.notes if notes()[note["kind"]].weight != "info"]
    result.outcome = "noted" if telling else "accepted"
    result.message = f"读取{counts['accepted']}个业委会" + (
        f"，未采用{counts['refused']}行" if counts["refused"] else ""
    )
    if telling:
        result.message += f"，{len(telling)}条说明"

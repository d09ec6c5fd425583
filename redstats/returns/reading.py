"""One workbook to a return: typed rows, the cell behind every value, and a note for all that was not plain."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from redstats import values, workbooks
from redstats.errors import WorkbookError
from redstats.headings import Header, Matcher, find_header
from redstats.months import Month
from redstats.places import Places, Street
from redstats.returns import preamble
from redstats.returns.rows import Row, classify
from redstats.standard import Field, Standard
from redstats.text import fold
from redstats.workbooks import Grid

SKIPPED_SHEETS = ("填报示例", "示例", "样表", "样例", "填表说明", "说明")
SUMMED = {"month", "snap", "ytd"}


@dataclass(slots=True)
class Return:
    """What one workbook says.

    ``rows`` are rows of 1_returns, ``cells`` of 1_returns/cells, ``notes`` of 1_returns/notes;
    ``outcome`` is accepted, noted, refused, replaced or skipped, with ``code`` and ``message`` (Chinese).
    """

    file: str
    sha256: str = ""
    kind: str = "return"
    outcome: str = "accepted"
    code: str = "ok"
    message: str = ""
    report_date: dt.date | None = None
    streets: tuple[Street, ...] = ()
    rows: list[dict] = field(default_factory=list)
    cells: list[dict] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    def note(self, kind: str, message: str, *, sheet: str = "", cell: str = "", raw: object = "") -> None:
        self.notes.append(
            {
                "source_file": self.file,
                "source_sheet": sheet,
                "cell": cell,
                "kind": kind,
                "raw": str(raw),
                "message": message,
            }
        )

    def frame(self):
        """The rows as a pandas frame, one row a committee."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p><b>{escape(self.file)}</b>：{escape(self.message)}</p>" + self.frame().to_html(
            max_rows=8, max_cols=12
        )


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
    matcher = _matcher(standard)
    for grid in book.grids:
        _read_sheet(result, grid, matcher, month, standard, places)
    _settle(result, month)
    return result


_MATCHERS: dict[int, Matcher] = {}


def _matcher(standard: Standard) -> Matcher:
    key = id(standard.fields)
    if key not in _MATCHERS:
        _MATCHERS[key] = Matcher(standard.fields.values())
    return _MATCHERS[key]


def _read_sheet(
    result: Return, grid: Grid, matcher: Matcher, month: Month, standard: Standard, places: Places
) -> None:
    sheet = grid.name
    if grid.hidden or sheet.strip() in SKIPPED_SHEETS:
        why = "隐藏的工作表" if grid.hidden else "说明或示例工作表"
        if grid.height:
            result.note("sheet_skipped", f"{why}，未读取", sheet=sheet)
        return
    header = find_header(grid, matcher)
    columns = header.columns if header else {}
    name_column = columns.get("committee_name", columns.get("estate_names"))
    if header is None or name_column is None:
        if grid.height:
            result.note("sheet_skipped", "没有找到带“业委会名称”的表格，未读取", sheet=sheet)
        return
    if "committee_name" not in columns:
        result.note("name_from_estate", "没有“业委会名称”列，按小区名称作业委会名称", sheet=sheet)
    reviews = sum(standard.fields[id_].review for id_ in columns)
    if reviews * 2 > len(columns):
        result.kind = "review"
    _note_headings(result, grid, header, standard)
    rows = list(classify(grid, header, name_column))
    notes_below = [row.index for row in rows if row.kind == "note"]
    said = preamble.read(grid, header.top, notes_below, places, month, result.file)
    if len(said.streets) > 1 and "street_name" not in columns:
        names = "、".join(street.name for street in said.streets)
        result.note("street_unclear", f"表内外提到几个街镇：{names}，请写明填报单位", sheet=sheet)
    result.streets = result.streets or said.streets
    result.report_date = result.report_date or said.report_date
    for other in said.months:
        if other != month:
            result.note(
                "month_differs", f"表内或文件名写的是{other.label}，按文件夹作{month.label}处理", sheet=sheet
            )
    if grid.hidden_rows & {row.index for row in rows if row.kind == "committee"} or grid.hidden_columns & set(
        columns.values()
    ):
        result.note("hidden_cells", "有隐藏的行或列，已照常读取", sheet=sheet)
    _read_rows(result, grid, header, rows, name_column, month, standard, places)


def _note_headings(result: Return, grid: Grid, header: Header, standard: Standard) -> None:
    for one in header.headings:
        cell = grid.address(*grid.anchor(header.bottom, one.column))
        if one.how == "loose":
            result.note(
                "heading_loose",
                f"表头“{one.text}”按“{one.field.label}”读取",
                sheet=grid.name,
                cell=cell,
                raw=one.text,
            )
        elif one.how == "ambiguous":
            result.note(
                "heading_ambiguous",
                f"表头“{one.text}”可作多种理解，该列未读取",
                sheet=grid.name,
                cell=cell,
                raw=one.text,
            )
        elif one.field is None and fold(one.path[-1]) not in ("序号", "编号", "备注", "序"):
            result.note(
                "heading_unknown",
                f"表头“{one.text}”不是标准字段，该列未读取",
                sheet=grid.name,
                cell=cell,
                raw=one.text,
            )
    wanted = standard.review_fields if result.kind == "review" else standard.return_fields
    asked = {one.field for one in standard.requirements.values()} if result.kind == "return" else set(wanted)
    for id_, one in wanted.items():
        if id_ in asked and id_ not in header.columns:
            result.note("column_missing", f"没有“{one.label}”列，按未填报计", sheet=grid.name)


def _read_rows(
    result: Return,
    grid: Grid,
    header: Header,
    rows: list[Row],
    name_column: int,
    month: Month,
    standard: Standard,
    places: Places,
) -> None:
    fields = {id_: standard.fields[id_] for id_ in header.columns}
    above: dict[str, values.Reading] = {}
    group = ""
    everything: list[dict] = []
    counted = 0  # rows that an earlier subtotal has covered
    totals: list[tuple[Row, int, int]] = []
    for row in rows:
        if row.kind == "group":
            group = row.text
        elif row.kind == "refused":
            result.counts["refused"] += 1
            result.note(
                "row_refused",
                "这一行没有业委会名称，未采用，请补名称",
                sheet=grid.name,
                cell=grid.address(row.index, name_column),
                raw=row.text,
            )
        elif row.kind == "subtotal":
            totals.append((row, counted, len(everything)))
            counted = len(everything)
        elif row.kind == "total":
            totals.append((row, 0, len(everything)))
        elif row.kind == "blank":
            result.counts["blank"] += 1
        elif row.kind == "committee":
            read = _read_row(
                result, grid, row.index, header.columns, fields, above, month, places, name_column, group
            )
            if read is not None:
                everything.append(read)
    for row, first, last in totals:
        # a total above the rows covers all of them
        covered = everything[first:last] or (everything if row.kind == "total" else [])
        if covered:
            _compare_total(result, grid, header, row, covered, fields)


def _read_row(
    result: Return,
    grid: Grid,
    index: int,
    columns: dict[str, int],
    fields: dict[str, Field],
    above: dict[str, values.Reading],
    month: Month,
    places: Places,
    name_column: int,
    group: str,
) -> dict | None:
    readings, cells = {}, {}
    for id_, column in columns.items():
        anchor = grid.anchor(index, column)
        fault = grid.faults.get(anchor)
        if fault:
            what = "公式没有算过" if fault == "=" else f"公式出错（{fault}）"
            reading = values.Reading(None, "unreadable", f"{what}，请在 WPS 或 Excel 中打开、保存后再报")
        else:
            shown = "0%" if anchor in grid.percents else ""
            reading = _read(grid.value(index, column), fields[id_], month, shown, above.get(id_))
        readings[id_], cells[id_] = reading, grid.address(*anchor)
        above[id_] = reading
    name = readings.get("committee_name") or values.Reading(grid.text(index, name_column), "normalised")
    street = _street(result, readings, places)
    if not name.value or street is None:
        result.counts["refused"] += 1
        why = "认不出街镇" if name.value else "业委会名称无法识别"
        result.note(
            "row_refused",
            f"{why}，这一行未采用",
            sheet=grid.name,
            cell=grid.address(index, name_column),
            raw=grid.text(index, name_column),
        )
        return None
    keys = {
        "month": str(month),
        "district_code": places.district_code,
        "street_code": street.code,
        "street_name": street.name,
        "neighbourhood_committee": _neighbourhood(readings, group),
        "committee_name": name.value,
    }
    source = {"source_file": result.file, "source_sheet": grid.name}
    row = keys | source | {"source_row": index + 1}
    for id_, reading in readings.items():
        if id_ not in keys:
            row[id_] = list(reading.value) if isinstance(reading.value, tuple) else reading.value
        raw = grid.value(index, columns[id_])
        shown = raw.isoformat() if isinstance(raw, dt.date) else _plain_number(raw)
        result.cells.append(
            keys
            | source
            | {
                "field": id_,
                "cell": cells[id_],
                "raw": shown,
                "value_state": reading.state,
                "note": reading.note,
            }
        )
        if reading.state == "unreadable":
            result.note(
                "value_unreadable",
                f"“{fields[id_].label}”无法识别：{reading.note}",
                sheet=grid.name,
                cell=cells[id_],
                raw=shown,
            )
        elif reading.note:
            result.note(
                "value_normalised",
                f"“{fields[id_].label}”：{reading.note}",
                sheet=grid.name,
                cell=cells[id_],
                raw=shown,
            )
    result.rows.append(row)
    result.counts["accepted"] += 1
    return row


_MEMORY: dict[tuple, values.Reading] = {}


def _read(raw: object, one: Field, month: Month, shown: str, above: values.Reading | None) -> values.Reading:
    """``read_value``, remembered: a month holds few different cells beside many equal ones."""
    key = (one.id, type(raw), raw, shown, month)
    if key not in _MEMORY:
        reading = values.read_value(raw, one, month=month.start, number_format=shown, above=above)
        if above is not None and reading != values.read_value(
            raw, one, month=month.start, number_format=shown
        ):
            return reading  # 同上 means something else in every row
        if len(_MEMORY) > 200_000:
            _MEMORY.clear()
        _MEMORY[key] = reading
    return _MEMORY[key]


def _street(result: Return, readings: dict[str, values.Reading], places: Places) -> Street | None:
    # The return's own 填报单位 speaks for every row that does not name a street itself.
    own = readings.get("street_name")
    named = places.match(own.value) if own and own.value else None
    if named:
        return named
    return result.streets[0] if len(result.streets) == 1 else None


def _neighbourhood(readings: dict[str, values.Reading], group: str) -> str | None:
    reading = readings.get("neighbourhood_committee")
    return (reading.value if reading else None) or group or None


def _compare_total(
    result: Return, grid: Grid, header: Header, row: Row, covered: list[dict], fields: dict[str, Field]
) -> None:
    for id_, column in header.columns.items():
        one = fields[id_]
        if one.type != "int" or one.period not in SUMMED or one.unit in ("届", "年"):
            continue
        reading = values.read_value(grid.value(row.index, column), one)
        ours = sum(r[id_] for r in covered if r.get(id_) is not None)
        if reading.value is not None and reading.value != ours:
            result.note(
                "total_differs",
                f"“{one.label}”{fold(row.text)}填{reading.value}，各行相加为{ours}",
                sheet=grid.name,
                cell=grid.address(row.index, column),
                raw=str(reading.value),
            )


def _plain_number(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return "" if raw is None else str(raw)


def _settle(result: Return, month: Month) -> None:
    counts = result.counts
    if not result.rows:
        result.outcome = "refused"
        unnamed = any(note["kind"] == "row_refused" for note in result.notes)
        result.code = "no_street" if unnamed and not result.streets else "no_rows"
        result.message = (
            "认不出是哪个街镇的报表。请在表头写明“填报单位”"
            if result.code == "no_street"
            else "没有找到业委会数据。请用模板填报，每行一个业委会"
        )
        return
    telling = [note for note in result.notes if note["kind"] != "value_normalised"]
    result.outcome = "noted" if telling else "accepted"
    result.message = f"读取{counts['accepted']}个业委会" + (
        f"，未采用{counts['refused']}行" if counts["refused"] else ""
    )
    if telling:
        result.message += f"，{len(telling)}条说明"

"""One sheet to tables: records of committees with a cell behind every value, and the typed sums beside them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from redstats import values
from redstats.headings.parts import elsewhen
from redstats.months import Month
from redstats.places import Places, Street
from redstats.returns import cells, legends, one_each, preamble
from redstats.returns.cells import Cell
from redstats.returns.headers import NAMES, Header, SheetMatcher, is_plain_column
from redstats.returns.name_columns import by_known_names
from redstats.returns.result import Return
from redstats.returns.rows import KEYS, Row, classify, neighbourhood_of, sums_of_neighbourhoods
from redstats.returns.transposed import View
from redstats.standard import Field, Standard
from redstats.text import fold, similarity
from redstats.wording import vocabulary
from redstats.workbooks import Grid

_LEGEND = vocabulary("headings_of_tables").compose("色.{0,4}(?:{stands_for}|[:：=])")
_TOLD = 10  # cells of a sheet that are named one by one
SUMMED = {"month", "snap", "ytd"}


@dataclass(slots=True)
class Record:
    """One committee's row as read; ``index`` counts from 0, ``group`` is the neighbourhood of the rows around it."""

    index: int
    cells: dict[str, Cell]
    group: str = ""

    def value(self, id_: str) -> object:
        cell = self.cells.get(id_)
        return cell.reading.value if cell else None


@dataclass(slots=True)
class Table:
    """A table of committees: where it stands, what it is said to be of, its records and typed sums.

    A sum is (row, first record, last record); ``refused`` are rows without a name, ``months`` what the texts
    around the table say.  A table without a name column has ``records`` of neighbourhoods (``summary``).
    """

    grid: Grid
    header: Header
    fields: dict[str, Field]
    months: tuple[Month, ...] = ()
    streets: tuple[Street, ...] = ()
    signs: Mapping[str, tuple[Street, ...]] = field(default_factory=dict)
    report_date: dt.date | None = None
    neighbourhood: str = ""
    elsewhen: str = ""
    several_months: str = ""
    reviewer: str = ""
    records: list[Record] = field(default_factory=list)
    sums: list[tuple[Row, int, int]] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)
    ignored: list[Row] = field(default_factory=list)
    blank: int = 0
    filled: int = 0
    unproven: set[int] = field(default_factory=set)  # of the refused rows those that have a name
    name_at: tuple[int, int] | None = None  # the cell of a card's name

    @property
    def sheet(self) -> str:
        return self.grid.name

    @property
    def name_column(self) -> int | None:
        return self.header.name_column

    def place(self, index: int) -> tuple[int, int]:
        """The cell that names the record of this index."""
        return self.true(*(self.name_at or (index, self.name_column or 0)))

    def true(self, row: int, column: int) -> tuple[int, int]:
        """The cell of the sheet where the table has this row and column."""
        return self.grid.place(row, column) if isinstance(self.grid, View) else (row, column)

    def address(self, index: int) -> str:
        return Grid.address(*self.place(index))

    @property
    def rows(self) -> set[int]:
        """The rows that hold committees: those of its records, or all of a card."""
        if self.name_at:
            return set(range(self.header.top, self.header.bottom + 1))
        return {record.index for record in self.records}

    @property
    def asked(self) -> frozenset[str]:
        """The fields beside names and places, which tell tables of one kind from those of another."""
        return frozenset(self.fields) - set(KEYS) - {"committee_name", "estate_names", "session_no"}


def read_tables(
    result: Return,
    grid: Grid,
    headers: list[Header],
    matcher: SheetMatcher,
    month: Month,
    standard: Standard,
    places: Places,
) -> list[Table]:
    """The tables of a sheet with a committee in each row, below the headings that were found."""
    tables: list[Table] = []
    coded = [legends.explained(one, matcher) for one in headers]
    headers = [one for one, _ in coded]
    times = _times(grid, headers, month)
    for position, header in enumerate(headers):
        above = _title(grid, header) if tables else range(header.top)
        # headings that only come again belong to the table above, which reads on below them
        if (
            tables
            and header.columns == tables[-1].header.columns
            and times[position] == times[headers.index(tables[-1].header)]
        ):
            continue
        following = headers[position + 1 :]
        other = next(
            (
                one
                for one, time in zip(following, times[position + 1 :], strict=True)
                if one.columns != header.columns or time != times[position]
            ),
            None,
        )
        repeats = {
            row
            for one in following
            if other is None or one.top < other.top
            for row in range(one.top, one.bottom + 1)
        }
        end = other.top if other else grid.height
        if header.name_column is None and "neighbourhood_committee" not in header.columns:
            named = by_known_names(grid, header, (), standard.fields["committee_name"])
            if named is None:
                continue
            header = named
        columns = {**header.columns}
        table = Table(grid, header, {id_: standard.fields[id_] for id_ in columns})
        lead = table.name_column if table.name_column is not None else columns["neighbourhood_committee"]
        rows = sums_of_neighbourhoods(list(classify(grid, header, lead, end, repeats, matcher.knows)))
        below = [row.index for row in rows if row.kind == "note"]
        if isinstance(grid, View):
            context = preamble.read(*grid.outside, places, month, result.file)
        else:
            context = preamble.read(grid, above, below, places, month, result.file)
        first = tables[0] if tables else None
        titled = times[position]
        table.months = context.months or (titled if isinstance(titled, tuple) else ())
        table.months = table.months or (first.months if first else ())
        table.streets, table.signs, table.report_date = context.streets, context.signs, context.report_date
        table.neighbourhood = context.neighbourhood
        table.elsewhen, table.several_months = context.elsewhen, context.several_months
        table.reviewer = context.reviewer
        around = [] if isinstance(grid, View) else [t for row in above for t in grid.cells(row).values()]
        around += [row.text for row in rows if row.kind == "note"]
        by_notes = legends.of_notes(around, table.fields)
        _read_rows(
            table,
            rows,
            month,
            by_notes | {id_: coded[position][1][c] for id_, c in columns.items() if c in coded[position][1]},
        )
        tables.append(table)
    return tables


def _title(grid: Grid, header: Header) -> range:
    """The rows right above a further table's headings that are its title: a single cell each."""
    top = header.top
    while top > 0 and len(grid.cells(top - 1)) == 1:
        top -= 1
    return range(top, header.top)


def _times(grid: Grid, headers: list[Header], month: Month) -> list[str | tuple[Month, ...]]:
    """The time that each table's title names, another's than this year's in its own words; without one that of the table above."""
    times: list[str | tuple[Month, ...]] = []
    for header in headers:
        texts = [text for row in _title(grid, header) for text in grid.cells(row).values()]
        word = next((word for text in texts if (word := elsewhen(text, month.year))), "")
        times.append(word or preamble.months_of_title(texts, month) or (times[-1] if times else ()))
    return times


def _read_rows(table: Table, rows: Iterable[Row], month: Month, codes: Mapping[str, legends.Codes]) -> None:
    grid, header = table.grid, table.header
    scales = {id_: header.by_column[column].match.scale for id_, column in header.columns.items()}
    spans = {one.field.id: one.match.until for one in header.headings if one.match.until and one.field}
    ends = {until.id for until in spans.values()}
    ticked = {id_: header.by_column[column].answers for id_, column in header.columns.items()}
    singles = {
        id_: cells.Ticks(grid, ticked[id_], table.fields[id_], month)
        if ticked[id_]
        else cells.Column(grid, column, table.fields[id_], month, scales[id_])
        for id_, column in header.columns.items()
        if id_ not in spans and id_ not in ends
    }
    above: dict[str, values.Reading] = {}
    group, counted = "", 0
    rows, read = list(rows), {}
    for row in (row for row in rows if row.kind == "committee"):
        read[row.index] = {id_: column.at(row.index, above.get(id_)) for id_, column in singles.items()}
        for id_, listed in codes.items():
            cell = read[row.index].get(id_)
            if cell and (row.index, header.columns[id_]) not in grid.special and not ticked[id_]:
                cell.reading = legends.decoded(cell.reading, cell.shown, listed, table.fields[id_])
        above = {id_: cell.reading for id_, cell in read[row.index].items()}
        for id_, until in spans.items():
            read[row.index] |= cells.read_range(
                grid, row.index, header.columns[id_], table.fields[id_], until, month
            )
    one_each.doubt_shared(grid, header, table.fields, read)
    table.unproven = one_each.unproven(grid, header, table.fields, read)
    for row in rows:
        if row.index in table.unproven:
            table.refused.append(row)
        elif row.kind == "committee":
            table.records.append(Record(row.index, read[row.index], group))
        elif row.kind == "group":
            group = neighbourhood_of(row.text)
            table.ignored.append(row)
        elif row.kind in ("repeat", "note", "filler", "statistic", "example"):
            table.ignored.append(row)
        elif row.kind == "refused":
            table.refused.append(row)
        elif row.kind == "blank":
            table.blank += 1
        elif row.kind == "subtotal":
            table.ignored.append(row)
            if _leads(table.sums) if table.records else True:  # it stands above its rows, as a heading does
                group = neighbourhood_of(row.text) or group
            table.sums.append((row, counted, len(table.records)))
            counted = len(table.records)
        elif row.kind == "total":
            table.ignored.append(row)
            table.sums.append((row, 0, len(table.records)))
    _fill_down(table)


def _fill_down(table: Table) -> None:
    """A neighbourhood or street written only in the first row of its group, without a merge, holds for the rows below."""
    for id_ in ("neighbourhood_committee", "street_name"):
        if id_ not in table.fields:
            continue
        written = [record.cells[id_] for record in table.records]
        repeated = any(
            one.reading.value is not None
            and one.reading.value == two.reading.value
            and one.address != two.address
            for one, two in pairwise(written)
        )
        if repeated or not written or written[0].reading.value is None:
            continue  # every row names its own: a blank is missing
        last = written[0]
        for record in table.records:
            cell = record.cells[id_]
            if cell.reading.state != "not_reported" or cell.shown.strip():
                last = cell
            elif last.reading.value is not None:
                reading = values.Reading(last.reading.value, "normalised", "本格空白，取上方的内容")
                record.cells[id_] = Cell(reading, last.sheet, last.address, last.shown)
                table.filled += 1


def note_headings(result: Return, table: Table, matcher: SheetMatcher) -> None:
    """What is to be said of a table's headings."""
    grid = table.grid
    for heading in table.header.headings:
        cell = grid.address(*grid.anchor(heading.row, heading.column))
        how = heading.match.how
        label = heading.field.label if heading.field else ""
        if how == "loose":
            kind, message = "heading_loose", f"表头“{heading.text}”按“{label}”读取"
        elif how == "confirmed":
            kind, message = "heading_confirmed", f"表头“{heading.text}”经确认按“{label}”读取"
        elif how == "ignored":
            kind, message = "column_ignored", f"表头“{heading.text}”经确认不需要，该列未读取"
        elif heading.field and heading.field.retired:
            kind, message = (
                "column_retired",
                f"“{label}”已停用（要求到{heading.field.until}为止），照录，不判定",
            )
        elif how == "ambiguous":
            near = _proposed(matcher, heading.path)
            kind, message = "heading_ambiguous", f"表头“{heading.text}”可作多种理解，该列未读取{near}"
        elif how == "repeated":
            kind, message = "column_repeated", f"表头“{heading.text}”不止一列，取看得见的第一列，该列未读取"
        elif heading.field is None and how != "answer" and not is_plain_column(heading):
            near = _proposed(matcher, heading.path)
            kind, message = "heading_unknown", f"表头“{heading.text}”不是标准字段，该列未读取{near}"
        else:
            kind = ""
        if kind:
            result.note(kind, message, sheet=grid.name, cell=cell, raw=heading.text)
        if heading.match.scale != 1 and heading.field:
            result.note(
                "unit_scaled",
                f"表头“{heading.text}”的数已换算成{heading.field.unit}",
                sheet=grid.name,
                cell=cell,
                raw=heading.text,
            )


def note_table(result: Return, table: Table, matcher: SheetMatcher) -> None:
    """What is to be said of a table's headings, hidden parts and rows without a name."""
    grid, header = table.grid, table.header
    note_headings(result, table, matcher)
    if "committee_name" not in header.columns and table.name_column is not None:
        result.note("name_from_estate", "没有“业委会名称”列，按小区名称作业委会名称", sheet=grid.name)
    if grid.hidden_rows & table.rows or grid.hidden_columns & set(header.columns.values()):
        result.note("hidden_cells", "有隐藏的行或列，已照常读取", sheet=grid.name)
    _note_ignored(result, table)
    _note_marks(result, table)
    if table.filled:
        result.note("filled_down", f"居委会（街镇）有{table.filled}格空白，按上方的内容读取", sheet=grid.name)
    for row in table.refused:
        result.counts["refused"] += 1
        result.note(
            "row_refused",
            "没有看得懂的数据，也没有序号、居委会，名称不像业委会，这一行未采用；确是业委会的，请补齐"
            if row.index in table.unproven
            else "这一行看不出是哪个业委会，未采用，请补名称",
            sheet=grid.name,
            cell=table.address(row.index),
            raw=row.text,
        )
    result.counts["blank"] += table.blank


_IGNORED = {
    "total": "合计行",
    "subtotal": "小计行",
    "note": "说明行",
    "statistic": "统计、对比行",
    "example": "示例或填写要求",
    "repeat": "重复的表头",
    "filler": "栏次行",
    "group": "分组行",
}


def _note_ignored(result: Return, table: Table) -> None:
    """Rows that are no committees, columns that nobody misses, and what stands in columns without any heading."""
    grid, header = table.grid, table.header
    for row in table.ignored:
        place = next((grid.address(row.index, c) for c in range(grid.width) if grid.text(row.index, c)), "")
        result.note(
            "row_ignored", f"{_IGNORED[row.kind]}，不作业委会读取", sheet=grid.name, cell=place, raw=row.text
        )
    if table.name_at:
        return  # what no label of a card claims is told cell by cell
    rows = [record.index for record in table.records]
    for heading in header.headings:
        if heading.field is None and is_plain_column(heading):
            filled = sum(bool(grid.text(row, heading.column)) for row in rows)
            message = f"“{heading.text}”列不是标准字段，未读取（{filled}格有内容）"
            result.note(
                "column_ignored",
                message,
                sheet=grid.name,
                cell=grid.address(heading.row, heading.column),
                raw=heading.text,
            )
    for column in sorted(set(range(grid.width)) - set(header.by_column)):
        strays = [row for row in rows if grid.anchor(row, column) == (row, column) and grid.text(row, column)]
        if strays:
            message = f"{grid.letters(column)}列没有表头，未读取（{len(strays)}格有内容）"
            cell = grid.address(strays[0], column)
            result.note(
                "column_unheaded", message, sheet=grid.name, cell=cell, raw=grid.text(strays[0], column)
            )


def _note_marks(result: Return, table: Table) -> None:
    """Comments and single coloured cells in the table: they may mean something, and no value says what."""
    grid, columns, rows = table.grid, set(table.header.by_column), table.rows
    for place, text in sorted(grid.comments.items()):
        if place[0] in rows:
            result.note(
                "comment_unread", "单元格有批注，未读取", sheet=grid.name, cell=grid.address(*place), raw=text
            )
    fills = {place: fill for place, fill in grid.coloured.items() if place[0] in rows and place[1] in columns}
    by_row, by_column = (Counter((place[way], fill) for place, fill in fills.items()) for way in (0, 1))
    # a band of rows or a shaded column is a look, a cell here and there is a mark
    odd = [
        place
        for place, fill in sorted(fills.items())
        if by_row[place[0], fill] * 2 <= len(columns) and by_column[place[1], fill] * 2 <= len(rows)
    ]
    header = table.header
    answers = [id_ for id_ in header.columns if id_ not in (*KEYS, *NAMES)]
    explained = bool(fills) and any(
        _LEGEND.search(text) for row in range(grid.height) for text in grid.texts(row) if "色" in text
    )
    painted = [
        place
        for id_ in answers
        for row in sorted(rows)
        if (place := (row, header.columns[id_])) in fills
        and not grid.text(*place)
        and grid.coloured.get((row, header.name_column or 0)) != fills[place]
        and (explained or by_column[place[1], fills[place]] < len(rows))
    ]
    if painted:
        first = "、".join(grid.address(*place) for place in painted[:10])
        message = f"有{len(painted)}格没有内容、只涂了颜色（{first}{'等' if len(painted) > 10 else ''}），未读取，按未填计"
        result.note("colour_unread", message, sheet=grid.name, cell=grid.address(*painted[0]))
    odd = [place for place in odd if place not in painted]
    if odd:
        first = "、".join(grid.address(*place) for place in odd[:10])
        message = f"有{len(odd)}格涂了颜色（{first}{'等' if len(odd) > 10 else ''}），颜色的含义未读取"
        result.note("coloured_cells", message, sheet=grid.name, cell=grid.address(*odd[0]))


def _proposed(matcher: SheetMatcher, path: tuple[str, ...]) -> str:
    near = [(field.label, score) for field, score in matcher.near(path)]
    return f"；相近的字段：{similarity.told(near)}" if near else ""


def _leads(sums: list[tuple[Row, int, int]]) -> bool:
    """Whether sub-totals stand above the rows they are of: the first has none before it."""
    return next((before == 0 for row, _, before in sums if row.kind == "subtotal"), False)


def compare_sums(result: Return, table: Table) -> None:
    """Typed sums against the rows they stand for; one that differs is noted."""
    leading = _leads(table.sums)
    subtotals = [one for one in table.sums if one[0].kind == "subtotal"]
    for row, first, last in table.sums:
        covered = table.records[first:last]
        if row.kind == "subtotal" and leading:  # sums that stand above their rows
            later = [one[2] for one in subtotals if one[2] > last]
            covered = table.records[last : later[0] if later else None]
        elif row.kind == "total" and not covered:
            covered = table.records  # a total above the rows covers all of them
        if not covered:
            continue
        for id_, column in table.header.columns.items():
            figure = table.fields[id_]
            if not is_summed(figure):
                continue
            typed = cells.read(
                table.grid,
                row.index,
                column,
                figure,
                Month(2000, 1),
                None,
                table.header.by_column[column].match.scale,
            )
            ours = sum(value for record in covered if isinstance(value := record.value(id_), int))
            if typed.reading.value is not None and typed.reading.value != ours:
                result.note(
                    "total_differs",
                    f"“{figure.label}”{fold(row.text)}填{typed.shown}，各行相加为{ours}",
                    sheet=table.sheet,
                    cell=typed.address,
                    raw=typed.shown,
                )


def note_unread(result: Return, grid: Grid, unread: list[tuple[int, int]]) -> None:
    """Cells of which nothing says what they belong to, the first of them one by one."""
    for place in unread[:_TOLD]:
        result.note(
            "cell_unread",
            "看不出这一格属于哪个栏目，未读取",
            sheet=grid.name,
            cell=grid.address(*place),
            raw=grid.text(*place),
        )
    if len(unread) > _TOLD:
        message = f"另有{len(unread) - _TOLD}格看不出属于哪个栏目，未读取"
        result.note("cell_unread", message, sheet=grid.name, cell=grid.address(*unread[_TOLD]))


def is_summed(figure: Field) -> bool:
    """Whether a sum of this field over committees means anything."""
    # which term or which year it is, is a whole number too, and counts nothing
    return figure.type == "int" and figure.period in SUMMED and figure.unit not in ("届", "年")

"""A sheet of any form to tables: a row for each committee, a column for each, or a card for each."""

from __future__ import annotations

import re

from redstats import values
from redstats.headings.parts import SET_ASIDE
from redstats.months import Month
from redstats.places import Places
from redstats.returns import cells, legends, preamble
from redstats.returns.cards import Card, Value, find_cards, outweighs
from redstats.returns.cells import Cell
from redstats.returns.headers import NAMES, Header, SheetMatcher, find_headers
from redstats.returns.long_tables import widen
from redstats.returns.result import Return
from redstats.returns.rows import ESTATE
from redstats.returns.sheets import Record, Table, note_unread, read_tables
from redstats.returns.side_by_side import part
from redstats.returns.transposed import turn, unclaimed
from redstats.standard import Field, Standard
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid, stamps

SKIPPED_SHEETS = re.compile(f"{vocabulary('sheets').any_of('guide')}|{stamps.SHEETS}")
_FREE = ("text", "list", "phone")  # almost anything can be read as one of these


def read_sheet(
    result: Return, grid: Grid, matcher: SheetMatcher, month: Month, standard: Standard, places: Places
) -> list[Table]:
    """The tables of a sheet; a sheet that is not read is noted."""
    if not any(any(row) for row in grid.rows):
        return []
    if SKIPPED_SHEETS.fullmatch(grid.name.strip()):
        result.note("guide_skipped", "说明或示例工作表，未读取", sheet=grid.name)
        return []
    if result.stamp and grid.name in stamps.SELF_CHECKS:  # of our own template; anybody else's 自查 is read
        result.note("guide_skipped", "模板的自查表，由公式算出，未读取", sheet=grid.name)
        return []
    if grid.hidden or SET_ASIDE.search(fold(grid.name)):
        why = "隐藏的工作表" if grid.hidden else "表名写明不用的工作表"
        result.note("sheet_skipped", f"{why}，未读取", sheet=grid.name)
        return []
    asked = (matcher, month, standard, places)
    if long := widen(grid, matcher):
        result.note("sheet_long", "一行一个项目，已按项目读取", sheet=grid.name)
        return read_tables(result, long, find_headers(long, matcher), *asked)
    if beside := part(grid, matcher):
        result.note("sheet_side_by_side", f"名册分{len(beside)}栏并排，已逐栏读取", sheet=grid.name)
        return [
            table
            for view in beside
            for table in read_tables(result, view, find_headers(view, matcher), *asked)
        ]
    headers = find_headers(grid, matcher)
    covered = {row for one in headers for row in range(one.top, one.bottom + 1)}
    most = len({id_ for one in headers for id_ in one.columns})
    tables = (
        [] if headers and not outweighs(grid, matcher, covered, most) else _read_form(result, grid, *asked)
    )
    tables = tables or read_tables(result, grid, headers, *asked)
    if not tables and not any(note["source_sheet"] == grid.name for note in result.notes):
        result.note("sheet_skipped", "没有找到带“业委会名称”的表格，未读取", sheet=grid.name)
    return tables


def _read_form(
    result: Return, grid: Grid, matcher: SheetMatcher, month: Month, standard: Standard, places: Places
) -> list[Table]:
    """The tables of a sheet that is turned or holds cards; [] for any other."""
    view = turn(grid, matcher)
    asked = (matcher, month, standard, places)
    turned_tables = read_tables(result, view, find_headers(view, matcher), *asked) if view else []
    if (
        view
        and turned_tables
        and turned_tables[0].name_column is not None
        and all(map(_tells, turned_tables[0].records))
    ):
        result.note("sheet_turned", "业委会按列排列，已按列读取", sheet=grid.name)
        note_unread(result, grid, unclaimed(view))
        return turned_tables[:1]
    cards = find_cards(grid, matcher)
    if cards is None:
        message = "一张工作表里有几张登记表，看不出各张的边界，未读取；请一表一页，或用模板填报"
        result.note("sheet_skipped", message, sheet=grid.name)
        return []
    tables = [_card_table(grid, card, matcher, month, standard) for card in cards]
    if not tables or not _is_filled_in(tables) or any(map(_is_unnamed, cards)):
        return []
    result.note("sheet_of_cards", f"按登记表（一户一表）读取，共{len(tables)}张", sheet=grid.name)
    for position, (card, table) in enumerate(zip(cards, tables, strict=True)):
        _describe(result, table, card, places, month, alone=len(tables) == 1)
        if not position:
            continue
        table.streets = table.streets or tables[0].streets
        table.months = table.months or tables[0].months
        table.report_date = table.report_date or tables[0].report_date
    for card in cards:
        note_unread(result, grid, card.unread)
    return tables


def _tells(record: Record) -> bool:
    """Whether a column is a committee's: something of it was read, or it is named like one."""
    typed = [cell for cell in record.cells.values() if cell.shown.strip() and cell.reading.state != ""]
    read = [cell for cell in typed if cell.reading.state in ("read", "normalised")]
    name = record.cells.get("committee_name") or record.cells.get("estate_names")
    counted = [cell for cell in typed if not isinstance(cell.reading.value, str | tuple)]
    if not counted:
        return bool(name and ESTATE.fullmatch(fold(name.shown)))
    good = [cell for cell in counted if cell in read]
    return len(good) * 2 >= len(counted)


def _is_unnamed(card: Card) -> bool:
    """Whether what stands at the label of the name may be another's, as below the heading of a roll."""
    return any(one.doubt for one in card.values if one.heading.field and one.heading.field.id in NAMES)


def _is_filled_in(tables: list[Table]) -> bool:
    """Whether the values are values, not words about how to fill in: most of what can be misread is well read."""
    typed = [
        cell
        for table in tables
        for record in table.records
        for id_, cell in record.cells.items()
        if table.fields[id_].type not in _FREE and cell.shown.strip()
    ]
    unread = [cell for cell in typed if cell.reading.state == "unreadable"]
    return len(unread) * 2 <= len(typed)


def _card_table(grid: Grid, card: Card, matcher: SheetMatcher, month: Month, standard: Standard) -> Table:
    by_field: dict[str, list[Cell]] = {}
    places: dict[str, tuple[int, int]] = {}
    for value in card.values:
        for id_, cell in _read_value(grid, value, matcher, month, standard).items():
            by_field.setdefault(id_, []).append(cell)
            places.setdefault(id_, value.place)
    read = {id_: _agreed(answers) for id_, answers in by_field.items()}
    header = Header(card.top, card.bottom, tuple(card.headings))
    lead = "committee_name" if "committee_name" in read else "estate_names"
    table = Table(grid, header, {id_: standard.fields[id_] for id_ in read}, name_at=places.get(lead))
    if lead not in read:
        return table
    filled = any(
        cell.shown.strip() for id_, cell in read.items() if id_ != lead and cell.reading.value is not None
    )
    if read[lead].reading.value is None and not filled:
        table.blank = 1
    else:
        table.records.append(Record(places[lead][0], read))
    return table


def _read_value(
    grid: Grid, value: Value, matcher: SheetMatcher, month: Month, standard: Standard
) -> dict[str, Cell]:
    match = value.heading.match
    field, scale, doubt, part = match.field, match.scale, value.doubt, value.part
    if value.unit and not doubt:
        with_unit = matcher.match((*value.heading.path, value.unit))
        scale = with_unit.scale
        if with_unit.field != field:
            doubt = f"后面的单位“{value.unit}”与本栏不符"
    raw = grid.value(*value.place)
    if part is None and isinstance(raw, str) and re.search("__|＿", raw):
        part = re.sub(r"[_＿\s]+", " ", raw).strip()
    fields = [standard.fields[each.id] for each in (field, match.until) if each]
    if len(fields) == 2 and not doubt:
        first, last = fields
        return cells.read_range(grid, *value.place, first, last, month, part)
    read = {each.id: _read_one(grid, value, each, month, scale, part, doubt) for each in fields}
    coded = legends.match_of(value.heading, matcher)
    if coded and field and coded[0].field == field:
        cell = read[field.id]
        cell.reading = legends.decoded(cell.reading, cell.shown, coded[1], field)
    elif coded and field and coded[0].field is None:
        note = "栏目里写的代码说的不是这一栏的答案，请按栏目名称填写"
        read[field.id].reading = values.Reading(None, "unreadable", note)
    return read


def _read_one(
    grid: Grid, value: Value, field: Field, month: Month, scale: int, part: str | None, doubt: str
) -> Cell:
    cell = cells.read(grid, *value.place, field, month, None, scale, part)
    if doubt:
        cell.reading = values.Reading(None, "unreadable", f"{doubt}，说不准填的是什么，请核对")
    return cell


def _agreed(answers: list[Cell]) -> Cell:
    """One cell for a field that several labels ask for: what they agree on, else none of it."""
    reported = [cell for cell in answers if cell.reading.state != "not_reported"] or answers[:1]
    first = reported[0]
    if all(
        cell.reading.value == first.reading.value and cell.reading.state != "unreadable" for cell in reported
    ):
        return first
    if len(reported) == 1:
        return first
    where = "、".join(f"{cell.address}填{cell.shown}" for cell in reported)
    reading = values.Reading(None, "unreadable", f"同一张表里有几处、填得不一样：{where}，请核对")
    return Cell(reading, first.sheet, first.address, first.shown)


def _describe(result: Return, table: Table, card: Card, places: Places, month: Month, alone: bool) -> None:
    first = min((value.label[0] for value in card.values), default=card.top)
    above = [row for row in card.outside if row < first]
    below = [row for row in card.outside if row > first]
    context = preamble.read(table.grid, above, below, places, month, result.file)
    table.months, table.streets, table.report_date = context.months, context.streets, context.report_date
    table.signs = context.signs
    table.neighbourhood = context.neighbourhood
    table.elsewhen, table.several_months = context.elsewhen, context.several_months
    table.reviewer = context.reviewer

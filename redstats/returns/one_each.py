"""Which rows are committees, and one of each: what a row below a heading has to show, and what becomes of several of one.

A letter in the column of names proves nothing: sums, signatures and ways to fill in stand there too.  And what was sent twice,
month by month or member by member, is never added up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from redstats import values
from redstats.headings.parts import period_of
from redstats.months import Month
from redstats.places.identity import Key
from redstats.returns import preamble
from redstats.returns.cells import Cell
from redstats.returns.headers import Header
from redstats.returns.result import Return
from redstats.returns.rows import ESTATE, KEYS, SENTENCE
from redstats.standard import Field
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

if TYPE_CHECKING:
    from redstats.returns.joining import Committee
    from redstats.returns.sheets import Record, Table

FREE = ("text", "list", "phone")  # almost anything can be read as one of these
_WORDS_OF = vocabulary("sheets")
_REVISED = _WORDS_OF.pattern("revised")
_SENT_ON = _WORDS_OF.pattern("sent_on")
_READ = ("read", "normalised", "not_applicable", "not_reported")


def unproven(
    grid: Grid, header: Header, fields: Mapping[str, Field], rows: Mapping[int, dict[str, Cell]]
) -> set[int]:
    """The ``rows`` (by index, as read) of a table that nothing shows to be committees.

    What shows it: data that can be read in their columns, a serial number, a neighbourhood, a name that reads like an
    estate's; a table that numbers its rows, or places them, does so for each.
    """
    serial = _serial_column(grid, header, rows)
    without = set()
    for index, read in rows.items():
        lead = read.get("committee_name") or read.get("estate_names")
        name = fold(lead.shown) if lead else ""
        is_named = bool(ESTATE.fullmatch(name)) and not SENTENCE.search(name)
        is_numbered = serial is not None and _is_number(grid.value(index, serial))
        home = read.get("neighbourhood_committee")
        is_placed = home is not None and bool(home.reading.value)
        typed = [
            cell
            for id_, cell in read.items()
            if id_ not in KEYS and fields[id_].type not in FREE and cell.shown.strip()
        ]
        is_read = bool(typed) and 2 * sum(cell.reading.state in _READ for cell in typed) >= len(typed)
        if typed and not is_read:
            proven = is_numbered or is_named
        elif is_named:
            proven = True  # with no data yet: its street has reported nothing of it
        else:
            asked = serial is not None or home is not None
            proven = not SENTENCE.search(name) and (
                is_numbered or (is_placed and is_read) or (not asked and is_read)
            )
        if not proven:
            without.add(index)
    return without


def doubt_shared(
    grid: Grid, header: Header, fields: Mapping[str, Field], rows: Mapping[int, dict[str, Cell]]
) -> None:
    """Leave open a count that one merged cell shows for several committees: it may be of each, or of all together."""
    names = {index: grid.anchor(index, header.name_column or 0) for index in rows}
    for id_, column in header.columns.items():
        if id_ in KEYS or fields[id_].type not in ("int", "float"):
            continue
        shared: dict[tuple[int, int], list[int]] = {}
        for index in rows:
            shared.setdefault(grid.anchor(index, column), []).append(index)
        for indices in shared.values():
            if len({names[index] for index in indices}) < 2:
                continue
            for index in indices:
                cell = rows[index].get(id_)
                if cell and cell.reading.value is not None:
                    note = f"合并的一格盖着{len(indices)}个业委会，说不准“{cell.shown}”是各自的还是合计的，请分开填"
                    rows[index][id_] = replace(cell, reading=values.Reading(None, "unreadable", note))


def _serial_column(grid: Grid, header: Header, rows: Mapping[int, object]) -> int | None:
    """The column in which most rows have a number of their own, left of the names, that is none of the data."""
    lead = header.name_column or 0
    mapped = {heading.column for heading in header.headings if heading.field}
    for column in range(lead):
        if column in mapped:
            continue
        numbers = [
            grid.value(index, column) for index in rows if grid.anchor(index, column) == (index, column)
        ]
        counted = [str(number) for number in numbers if _is_number(number)]
        if 2 * len(counted) > len(rows) and len(set(counted)) == len(counted):
            return column
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or (
        isinstance(value, str) and bool(re.fullmatch(r"[(（]?\d{1,4}[)）.、]?", value.strip()))
    )


def of_month(result: Return, table: Table, month: Month) -> None:
    """Of a ledger with a row a committee and month, leave the rows of this month; it is told how many were of others."""
    named = {
        record.index: set(preamble.named_months(record.cells["report_month"].shown, month))
        for record in table.records
        if "report_month" in record.cells
    }
    spoken = set().union(*named.values()) if named else set()
    if "report_month" not in table.fields:
        _of_this_time(result, table)
    if len(spoken) < 2:
        return  # one month, be it another: the folder decides, and it is said
    kept = [record for record in table.records if month in named.get(record.index, ())]
    others = len(table.records) - len(kept)
    months = "、".join(one.label for one in sorted(spoken - {month}))
    message = f"台账里有{others}行是别的月份（{months}），只读取{month.label}的行"
    if not kept:
        message = f"台账里没有{month.label}的行（有{months}），未读取；请补本月的行"
    result.note(
        "rows_of_other_months", message, sheet=table.sheet, cell=table.address(table.records[0].index)
    )
    table.records, table.sums = kept, []


def _of_this_time(result: Return, table: Table) -> None:
    """Of rows that a column calls 上月 and 本月, leave those of this month."""
    for heading in table.header.headings:
        if heading.field or not table.records:
            continue
        times = [fold(table.grid.text(record.index, heading.column)) for record in table.records]
        now = [period_of(time) == "month" for time in times]
        if all(now) or not any(now) or not all(period_of(time) in ("month", "past") for time in times):
            continue
        others = "、".join(dict.fromkeys(time for time in times if period_of(time) != "month"))
        result.note(
            "rows_of_other_months",
            f"有{now.count(False)}行写明是“{others}”的，只读取本月的行",
            sheet=table.sheet,
            cell=table.address(table.records[now.index(False)].index),
        )
        table.records, table.sums = [one for one, this in zip(table.records, now, strict=True) if this], []


def one_each(
    result: Return,
    table: Table,
    committees: list[tuple[Record, Committee]],
    key_of: Callable[[Committee], Key],
) -> list[tuple[Record, Committee]]:
    """The committees of a table, one a row: several rows of one become one by a stated rule, or none of them is taken."""
    groups: dict[Key, list[tuple[Record, Committee]]] = {}
    for record, committee in committees:
        groups.setdefault(key_of(committee), []).append((record, committee))
    taken = []
    for several in groups.values():
        taken += several if len(several) == 1 else _settled(result, table, several)
    return sorted(taken, key=lambda pair: pair[0].index)


def _settled(
    result: Return, table: Table, several: list[tuple[Record, Committee]]
) -> list[tuple[Record, Committee]]:
    records = [record for record, _ in several]
    first, name = several[0], several[-1][1].name
    where = "、".join(table.address(record.index) for record in records)
    last = {"sheet": table.sheet, "cell": table.address(records[-1].index), "raw": name}
    if _is_merged(table, records):
        first[1].cells.update(_of_members(table, records))
        result.note("rows_of_one", f"“{name}”占{len(records)}行（名称是合并的一格），作一个业委会", **last)
        return [first]
    if all(_data(record) == _data(records[0]) for record in records):
        result.note("rows_of_one", f"“{name}”有{len(records)}行（{where}），内容相同，只取一行", **last)
        return [first]
    for why, marks in (
        ("备注里写明更正", [_is_revised(table, record) for record in records]),
        ("提交时间最晚", _last(table, records)),
    ):
        if sum(marks) == 1:
            chosen = several[marks.index(True)]
            place = table.address(chosen[0].index)
            result.note(
                "rows_of_one", f"“{name}”有{len(records)}行（{where}），{why}的是{place}，按它读取", **last
            )
            return [chosen]
    if _are_namesakes(records):
        result.note(
            "namesakes", f"“{name}”有{len(records)}行（{where}），届别或小区不同，作几个业委会", **last
        )
        return several
    result.counts["refused"] += len(records)
    for record, committee in several:
        result.note(
            "committee_twice",
            f"“{committee.name}”有{len(records)}行（{where}），填得不一样，说不准以哪行为准，都未采用",
            sheet=table.sheet,
            cell=table.address(record.index),
            raw=committee.name,
        )
    return []


def _is_merged(table: Table, records: list[Record]) -> bool:
    places = {table.place(record.index) for record in records}
    anchors = {table.grid.anchor(record.index, table.name_column or 0) for record in records}
    return len(anchors) == 1 and len(places) > 1 and not table.name_at


def _of_members(table: Table, records: list[Record]) -> dict[str, Cell]:
    """One cell for each field of a committee that is spread over its members' rows; their number where nothing tells it."""
    cells = {}
    for id_, cell in records[0].cells.items():
        answers = {record.cells[id_].address: record.cells[id_] for record in records if id_ in record.cells}
        given = [one for one in answers.values() if one.reading.state != "not_reported"] or [cell]
        agreed = all(one.reading == given[0].reading for one in given)
        unread = values.Reading(
            None, "unreadable", "一户占几行，各行填得不一样，说不准以哪行为准，请只填一处"
        )
        cells[id_] = given[0] if agreed else replace(given[0], reading=unread)
    if "member_count" not in table.fields:
        lead = records[0].cells.get("committee_name") or records[0].cells["estate_names"]
        reading = values.Reading(len(records), "normalised", f"没有人数一栏，按所占的{len(records)}行计")
        cells["member_count"] = replace(lead, reading=reading)
    return cells


def _data(record: Record) -> dict[str, object]:
    """What a row says of its committee, blanks and spellings of names apart."""
    named = {*KEYS, "committee_name"}
    return {
        id_: (cell.reading.value, cell.reading.state == "unreadable" and cell.shown)
        for id_, cell in record.cells.items()
        if id_ not in named
    }


def _beside(table: Table, record: Record) -> list[str]:
    """The texts of a row in columns that are no field's."""
    mapped = {heading.column for heading in table.header.headings if heading.field}
    width = range(table.grid.width)
    return [table.grid.text(record.index, column) for column in width if column not in mapped]


def _is_revised(table: Table, record: Record) -> bool:
    return any(_REVISED.search(text) for text in _beside(table, record))


def _last(table: Table, records: list[Record]) -> list[bool]:
    """Which of the rows was sent last, by a column that says when; of several at one time each."""
    column = next(
        (
            one.column
            for one in table.header.headings
            if not one.field and _SENT_ON.fullmatch(fold(one.path[-1]))
        ),
        None,
    )
    if column is None:
        return [False] * len(records)
    times = [
        [int(number) for number in re.findall(r"\d+", str(table.grid.value(record.index, column)))]
        for record in records
    ]
    return [bool(time) and time == max(times) for time in times]


def _are_namesakes(records: list[Record]) -> bool:
    """Whether something that only tells two committees of one name apart is known of each, and of each another."""
    for id_ in ("session_no", "estate_names"):
        known = [record.value(id_) for record in records]
        if None not in known and len({str(value) for value in known}) == len(records):
            return True
    return False

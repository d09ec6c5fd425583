"""One cell of a committee's row: read as its field, with its address and what stood there."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from redstats import values
from redstats.months import Month
from redstats.standard import Field
from redstats.workbooks import Grid
from redstats.workbooks.number_formats import DIVIDED, HIDDEN, SAME, WORDS, as_day, is_of_days, shown_by


@dataclass(slots=True)
class Cell:
    """A value with its source: ``shown`` is what stood in ``address`` of ``sheet``."""

    reading: values.Reading
    sheet: str
    address: str
    shown: str


_SCALES = {100: "百", 1_000: "千", 10_000: "万"}
_MOST_REMEMBERED = 20_000  # of one field and month
_DAYS = ("date", "dates")
_FREE = ("text", "phone", "list")
_DAYS_TO_1904 = 1462  # Excel for the Mac once counted days from 1904
_TOO_MANY = 500  # an estate of five million square metres: whoever wrote it did not mean ten thousands
_MEMORY: dict[tuple, dict[tuple, tuple[values.Reading, str]]] = {}


class Column:
    """A field's column of a table: reads its cells one after another, equal ones once."""

    def __init__(self, grid: Grid, column: int, field: Field, month: Month, scale: int = 1) -> None:
        self._grid, self._column, self._field, self._month, self._scale = grid, column, field, month, scale
        self._memory = _memory(field, month)
        self._from_1904 = grid.is_1904 and field.type in _DAYS

    def at(self, row: int, above: values.Reading | None) -> Cell:
        """The cell of this row, as ``read`` gives it."""
        grid = self._grid
        if self._scale == 1 and not self._from_1904 and (row, self._column) not in grid.special:
            raw = grid.rows[row][self._column]
            known = self._memory.get((type(raw), raw, ""))
            if known is not None:
                return Cell(known[0], grid.name, grid.address(row, self._column), known[1])
        return read(grid, row, self._column, self._field, self._month, above, self._scale)


class Ticks:
    """A field whose answers are columns (是 | 否), of which one is ticked, or several where it is a set."""

    def __init__(self, grid: Grid, answers: tuple[tuple[int, str], ...], field: Field, month: Month) -> None:
        self._field, self._month = field, month
        yes_or_no = replace(field, type="bool", values={})
        self._columns = [(answer, Column(grid, column, yes_or_no, month)) for column, answer in answers]

    def at(self, row: int, above: values.Reading | None) -> Cell:
        """The ticked cell of this row with its answer; the first where none is, or one that cannot be read."""
        answers = [(answer, column.at(row, None)) for answer, column in self._columns]
        ticked = [(answer, cell) for answer, cell in answers if cell.reading.value is True]
        odd = next((cell for _, cell in answers if cell.reading.state == "unreadable"), None)
        if odd:
            note = f"“{odd.shown[:20]}”看不出是不是勾选，请只在一栏打√"
            return replace(odd, reading=values.Reading(None, "unreadable", note))
        if not ticked:
            denied = next((cell for _, cell in answers if cell.reading.value is False), None)
            reading = values.Reading(None, "unreadable", "没有勾选任何一栏，请在一栏打√")
            return replace(denied, reading=reading) if denied else answers[0][1]
        cell = ticked[0][1]
        if len(ticked) > 1 and self._field.type != "set":
            note = f"同时勾选了{'、'.join(answer for answer, _ in ticked)}，请只勾选一栏"
            return replace(cell, reading=values.Reading(None, "unreadable", note))
        chosen = "、".join(answer for answer, _ in ticked)
        value = values.read_value(chosen, self._field, month=self._month.start).value
        return replace(cell, reading=values.Reading(value, "normalised", f"勾选了“{chosen}”"))


def read(
    grid: Grid,
    row: int,
    column: int,
    field: Field,
    month: Month,
    above: values.Reading | None,
    scale: int = 1,
    part: str | None = None,
) -> Cell:
    """The cell at ``row`` and ``column`` (or the corner of its merge) as ``one``; never raises.

    ``part`` is the text of it that is the value, where the cell holds more.
    """
    anchor = grid.anchor(row, column)
    fault = grid.faults.get(anchor)
    whole = grid.rows[anchor[0]][anchor[1]]
    raw = whole if part is None else part
    if fault:
        what = "公式没有算过" if fault == "=" else f"公式出错（{fault}）"
        reading = values.Reading(None, "unreadable", f"{what}，请在 WPS 或 Excel 中打开、保存后再报")
        whole = fault
    elif anchor in grid.struck:
        note = f"“{shown(whole)[:20]}”有删除线，说不准哪些算数，请删去不要的内容再报"
        reading = values.Reading(None, "unreadable", note)
    elif (
        anchor in grid.formats
        and isinstance(raw, int | float | dt.date)
        and field.type not in _FREE
        and (as_shown := _as_shown(_as_day(raw, grid, anchor, field), grid.formats[anchor], field, month))
    ):
        reading = as_shown
    elif scale != 1:
        reading = _scaled(raw, field, scale)
    elif grid.is_1904 and field.type in _DAYS and isinstance(raw, int | float) and raw > 366:
        day = raw + _DAYS_TO_1904
        reading = _reading(day, field, month, "", above)
    else:
        reading = _reading(raw, field, month, "0%" if anchor in grid.percents else "", above)
    if anchor in grid.symbols and reading.value is not None:
        typed = grid.symbols[anchor]
        note = f"符号字体的“{typed}”显示为“{raw}”"
        reading, whole = values.Reading(reading.value, "normalised", note), typed
    return Cell(reading, grid.name, grid.address(*anchor), shown(whole))


def _as_day(raw: float | dt.date, grid: Grid, anchor: tuple[int, int], field: Field) -> float | dt.date:
    """A number of days as the day it is, where a field of days has a format of days."""
    if isinstance(raw, dt.date) or field.type not in _DAYS or not is_of_days(grid.formats[anchor]):
        return raw
    return as_day(raw, grid.is_1904)


def _as_shown(raw: float | dt.date, code: str, field: Field, month: Month) -> values.Reading | None:
    """A value as its format shows it: 3.5 in ``0.0"万"`` is 3.5万; None where the format shows what is stored.

    One that is divided before it is shown (``0.0,"千"``) is the number that is stored, and that is said.
    """
    if isinstance(raw, dt.date) and field.type not in _DAYS:
        return None  # a number that took a day's format on
    kind, text = shown_by(code, raw)
    if kind == SAME:
        return None
    if kind == HIDDEN:
        note = f"格式“{code}”使这一格什么也不显示（单元格里是{shown(raw)}），请改为普通的格式后再报"
        return values.Reading(None, "unreadable", note)
    reading = values.read_value(text if kind == WORDS else raw, field, month=month.start)
    if kind not in (WORDS, DIVIDED) or reading.value is None:
        seen = f"“{text}”" if text else "另一个数"
        why = f"：{reading.note}" if text and reading.note else ""
        note = f"格式“{code}”使单元格里的{shown(raw)}显示为{seen}，请改为普通的格式后再报{why}"
        return values.Reading(None, "unreadable", note)
    note = (
        f"按显示的“{text}”读取"
        if kind == WORDS
        else f"格式“{code}”使显示的数缩小，按单元格里的{shown(raw)}读取，请核对"
    )
    return values.Reading(reading.value, "normalised", note)


def read_range(
    grid: Grid, row: int, column: int, first: Field, last: Field, month: Month, part: str | None = None
) -> dict[str, Cell]:
    """Both ends of a range of dates in one cell, each with that cell as its source."""
    plain = read(grid, row, column, first, month, None, part=part)
    if plain.reading.state in ("not_reported", "not_applicable") or grid.faults.get(grid.anchor(row, column)):
        return {one.id: replace(plain) for one in (first, last)}
    raw = grid.value(row, column) if part is None else part
    pair = values.read_date_range(raw, month.start) if isinstance(raw, str) else None
    if pair is None:
        unread = values.Reading(
            None, "unreadable", f"“{plain.shown[:20]}”不是起止两个日期，请写成 2022年3月至2027年3月 的样子"
        )
        return {one.id: replace(plain, reading=unread) for one in (first, last)}
    return {
        one.id: replace(plain, reading=values.Reading(day, "normalised", values.FROM_TERM))
        for one, day in zip((first, last), pair, strict=True)
    }


def shown(raw: object) -> str:
    """What stands in a cell, as text."""
    if isinstance(raw, dt.date):
        return raw.isoformat()
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))  # the file format knows no integers
    return "" if raw is None else str(raw)


def _reading(
    raw: object, field: Field, month: Month, number_format: str, above: values.Reading | None
) -> values.Reading:
    """``read_value``, remembered: a month holds few different cells beside many equal ones."""
    memory, key = _memory(field, month), (type(raw), raw, number_format)
    if key not in memory:
        reading = values.read_value(raw, field, month=month.start, number_format=number_format, above=above)
        if above is not None and reading != values.read_value(
            raw, field, month=month.start, number_format=number_format
        ):
            return reading  # 同上 means something else in every row
        if len(memory) > _MOST_REMEMBERED:
            memory.clear()
        memory[key] = reading, shown(raw)
    return memory[key][0]


def _memory(field: Field, month: Month) -> dict[tuple, tuple[values.Reading, str]]:
    """What cells of this field were read as, and what they show, by type, value and number format."""
    return _MEMORY.setdefault((field.id, month), {})


def _scaled(raw: object, field: Field, scale: int) -> values.Reading:
    """A bare number below a heading in 万平方米 counts ten thousands; one that names its own unit does not."""
    unit = f"{_SCALES[scale]}{field.unit}"
    plain = values.read_value(raw, field)
    is_filled = plain.value is not None or plain.state == "unreadable"
    if isinstance(raw, str) and is_filled and not re.fullmatch(r"[\d.,]+", values.halfwidth(raw).strip()):
        if re.search("[百千万亿平㎡m]", raw):
            return plain
        return values.Reading(None, "unreadable", f"表头单位为{unit}，“{raw[:20]}”说不准单位，请只填数字")
    bare = values.read_value(raw, replace(field, type="float", unit=""))
    if not isinstance(bare.value, int | float):
        return bare
    if bare.value >= _TOO_MANY:
        return values.Reading(None, "unreadable", f"表头单位为{unit}，{bare.value:g}{unit}过大，请核对单位")
    value = round(bare.value * scale, 6)
    value = round(value) if field.type == "int" else value
    return values.Reading(value, "normalised", f"表头单位为{unit}，按{value:g}{field.unit}计")

"""The rows below a heading: which are committees, which are sums, notes, repeats or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from redstats.returns.headers import Header
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

_COUNTED = r"(?:\(.{0,12}\)|\d+[个家户]?(?:业委会|小区)?)?[:：]?"
_WORDS_OF = vocabulary("rows")
TOTAL = re.compile(_WORDS_OF.any_of("total") + _COUNTED)
_STREET = re.compile(".{1,6}(?:街道|镇)")
# Rows that compare or measure, and rows that tell how to fill in: no committee's.
_STATISTIC = _WORDS_OF.pattern("statistic")
_HEADED = _WORDS_OF.pattern("headed")
_EXAMPLE = _WORDS_OF.pattern("example")
_INSTRUCTION = _WORDS_OF.pattern("instruction")
_SUBTOTAL = re.compile(rf".*小计数?{_COUNTED}")
NOTE = _WORDS_OF.pattern("note")
_NUMBERING = re.compile(r"(?:[甲乙丙丁戊己栏次项目序号]+|\d{1,3}|\(\d+\)|\d+=[\d+\-*/]+)")
NOTHING = {
    "",
    "0",
    "0.0",
    "=",
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "/",
    "-",
    "—",
    "——",
    "%",
    "0%",
    "否",
    "□",
    "FALSE",
}
_NEIGHBOURHOOD = _WORDS_OF.pattern("neighbourhood")
_LABELLED = _WORDS_OF.compose(r"(?:所属|所在)?{neighbourhood_body}(?:名称)?\s*[:：]\s*")
_NEIGHBOURHOOD_ONLY = _WORDS_OF.compose("{neighbourhood_body}$")
_LETTERS = re.compile(r"[一-鿿A-Za-z]")
SENTENCE = _WORDS_OF.pattern("sentence")
ESTATE = _WORDS_OF.pattern("estate")
KEYS = ("street_name", "neighbourhood_committee", "neighbourhood_code", "report_month")


@dataclass(frozen=True, slots=True)
class Row:
    """``kind``: committee, total, subtotal, statistic, example, note, filler, repeat, group, refused or blank; ``text`` its
    first words."""

    index: int
    kind: str
    text: str = ""


def classify(
    grid: Grid,
    header: Header,
    name_column: int,
    end: int,
    repeats: set[int],
    is_heading: Callable[[str], bool] = lambda text: False,
) -> Iterator[Row]:
    """Every row below the heading and above row ``end``, in order, with its kind.

    A row of headings that are not this table's (``is_heading`` tells) is refused, and so is what stands below it.
    """
    leaves = {fold(one.path[-1]) for one in header.headings}
    fields = [one for one in header.headings if one.field]
    columns = [one.column for one in fields]
    data_columns = [one.column for one in header.headings if one.field and one.field.id not in KEYS]
    numbered = header.bottom + 2  # 栏次 stands right below the headings
    strange = False
    for index in range(header.bottom + 1, end):
        if index in repeats:
            numbered, strange = index + 2, False
            yield Row(index, "repeat")
        elif not any(grid.rows[index]):
            # all cells empty; only a merge from above could still show something, and it is counted there
            yield Row(index, "blank")
        else:
            row = _row(grid, index, leaves, columns, data_columns, name_column, index <= numbered)
            if row.kind == "committee":
                strange = strange or _is_headings(grid, index, row.text, is_heading)
            yield Row(index, "refused", row.text) if strange and row.kind == "committee" else row


def _is_headings(grid: Grid, index: int, name: str, is_heading: Callable[[str], bool]) -> bool:
    if not is_heading(name):
        return False
    texts = [text for column in range(grid.width) if (text := grid.text(index, column))]
    return len(texts) > 1 and 2 * sum(map(is_heading, texts)) > len(texts)


def _row(
    grid: Grid,
    index: int,
    leaves: set[str],
    columns: list[int],
    data_columns: list[int],
    name_column: int,
    may_number: bool,
) -> Row:
    cells = grid.cells(index)
    if not cells:
        return Row(index, "blank")
    texts = [fold(text) for text in cells.values()]
    first = next(iter(cells.values()))
    name = grid.text(index, name_column)
    if sum(text in leaves for text in texts) > 0.6 * len(texts) and len(texts) > 2:
        return Row(index, "repeat", first)
    lead = {fold(grid.text(index, column)) for column in range(name_column + 1)} - {""}
    lead.add(re.sub(r"[/|.]", "", "".join(texts[:2]) if len(texts[0]) == 1 else texts[0]))  # 合 and 计 apart
    # a street in place of a committee's name: the row is of the whole street
    if _STREET.fullmatch(fold(name)) and len(texts) > 1:
        return Row(index, "total", name)
    if _EXAMPLE.fullmatch(texts[0]) and len(texts) > 1:
        return Row(index, "example", first)
    if len(texts) > 1 and any(map(_STATISTIC.fullmatch, lead)):
        return Row(index, "statistic", first)
    for text in lead:
        if TOTAL.fullmatch(text) and len(texts) > 1:
            return Row(index, "subtotal" if _SUBTOTAL.fullmatch(text) else "total", text)
    if NOTE.match(texts[0]) and len(cells) <= 8:
        return Row(index, "note", first)
    here = {anchor: text for anchor, text in cells.items() if anchor[0] == index}
    if len(here) == 1 and _LABELLED.match(fold(first)) and neighbourhood_of(first):
        return Row(index, "group", first)
    if len(here) == 1 and len(columns) > 3:
        return Row(index, _alone(grid, index, here, name_column, len(cells) > 1), next(iter(here.values())))
    if 2 * sum(map(bool, map(_INSTRUCTION.fullmatch, texts))) > len(texts) > 2 and _INSTRUCTION.fullmatch(
        fold(name)
    ):
        return Row(index, "example", first)
    named = bool(_LETTERS.search(name))
    if may_number and len(texts) > 2 and _numbers_columns(texts):
        return Row(index, "filler", first)
    if named:
        return Row(index, "committee", name)
    empty = all(grid.text(index, column) in NOTHING for column in data_columns)
    return Row(index, "blank" if empty else "refused", first)


def _numbers_columns(texts: list[str]) -> bool:
    """甲 乙 1 2 3, (1) (2) 3=1+2: a line that numbers the columns, not a row without a name."""
    if not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    plain = [text.strip("()").partition("=")[0] for text in texts]
    counted = [int(text) for text in plain if text.isdigit()]
    lettered = len(counted) < len(plain)
    return counted == list(range(counted[0], counted[0] + len(counted))) if counted else lettered


def _alone(grid: Grid, index: int, here: dict, name_column: int, has_merged: bool) -> str:
    """What a row with a single cell of its own is: a neighbourhood's heading, a note, or a committee with no data."""
    ((_, column), text) = next(iter(here.items()))
    plain = fold(text)
    if grid.value(index, column) in (0, 0.0) or not _LETTERS.search(plain):
        return "blank"  # a serial number or a nought, prepared for later
    covers_name = grid.anchor(index, name_column) == (index, column)
    wide = covers_name and (column != name_column or grid.anchor(index, name_column + 1) == (index, column))
    if column > name_column:
        return "refused" if column < grid.width - 1 and not SENTENCE.search(plain) else "note"
    if SENTENCE.search(plain) or len(plain) > 20 or TOTAL.fullmatch(plain):
        return "note"
    if wide or column < name_column or _HEADED.match(plain):
        return "group"
    if _NEIGHBOURHOOD.fullmatch(plain) and not has_merged:
        return "group"
    return "committee" if has_merged or ESTATE.fullmatch(plain) else "refused"


def sums_of_neighbourhoods(rows: list[Row]) -> list[Row]:
    """The rows; those named 秀水居委会 among committees are the sums of these, unless most rows are named so."""
    named = [row for row in rows if row.kind == "committee"]
    sums = [row for row in named if _NEIGHBOURHOOD_ONLY.search(fold(row.text)) and neighbourhood_of(row.text)]
    if not sums or 2 * len(sums) >= len(named):
        return rows
    return [replace(row, kind="subtotal") if row in sums else row for row in rows]


def is_of_many(text: str) -> bool:
    """Whether what stands in the place of a committee's name is a street, a neighbourhood or the word for a sum."""
    plain = fold(text)
    return bool(_STREET.fullmatch(plain) or TOTAL.fullmatch(plain) or neighbourhood_of(text))


def neighbourhood_of(text: str) -> str:
    """The neighbourhood a group row names (一、秀水居民区 gives 秀水居民区), or ""."""
    plain = re.sub(r"^[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．\s]+", "", " ".join(text.split()))
    plain = re.sub(r"[(（].*$|[:：]$", "", plain)
    if (label := _LABELLED.match(plain)) and label.end() < len(plain):
        return plain[label.end() :].strip()
    return plain if _NEIGHBOURHOOD.fullmatch(fold(plain)) and len(plain) <= 16 else ""

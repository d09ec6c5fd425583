"""OpenDocument sheets (.ods, .fods): typed values, merges, hidden parts and comments from content.xml."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree

from redstats.outcomes import refusal
from redstats.workbooks.grid import Grid
from redstats.workbooks.guard import MAX_INFLATED
from redstats.workbooks.sheetscan import MAX_AREA, MAX_CELLS

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT, _STYLE, _FO = (
    _NS % name for name in ("table", "office", "text", "style", "xsl-fo-compatible")
)
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_ERROR = re.compile(r"#[A-Z/0!?]+|Err:\d+")


def content(data: bytes, where: str) -> bytes:
    """content.xml of an .ods; WorkbookError where it is encrypted, too large or missing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if (
            "META-INF/manifest.xml" in names
            and b"encryption-data" in archive.read("META-INF/manifest.xml")[:1_000_000]
        ):
            raise refusal("encrypted", where)
        with archive.open("content.xml") as part:
            xml = part.read(MAX_INFLATED // 4 + 1)
    if len(xml) > MAX_INFLATED // 4:
        raise refusal("too_large", where)
    return xml


def read(xml: bytes, where: str) -> list[Grid]:
    """The sheets of content.xml or of a flat document."""
    root = ElementTree.fromstring(xml)
    hidden, fills = set(), {}
    for style in root.iter(f"{_STYLE}style"):
        for properties in style:
            if properties.get(f"{_TABLE}display") == "false":
                hidden.add(style.get(f"{_STYLE}name"))
            colour = properties.get(f"{_FO}background-color", "")
            if properties.tag == f"{_STYLE}table-cell-properties" and _COLOUR.fullmatch(colour):
                fills[style.get(f"{_STYLE}name")] = f"FF{colour[1:].upper()}"
    fills = {name: colour for name, colour in fills.items() if colour != "FFFFFFFF"}
    return [
        _grid(sheet, hidden, fills, where)
        for sheet in root.iter(f"{_TABLE}table")
        if sheet.get(f"{_TABLE}name")
    ]


class _Reading:
    """One sheet while its rows are walked."""

    def __init__(self, fills: dict[str | None, str], columns: list[str]) -> None:
        self.fills, self.columns = fills, columns  # colours by style, and the style of each column
        self.coloured: dict[tuple[int, int], str] = {}
        self.rows: list[list[object]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.faults: dict[tuple[int, int], str] = {}
        self.percents: set[tuple[int, int]] = set()
        self.comments: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()

    def colour(self, cell: ElementTree.Element, column: int) -> str:
        """The fill of a cell, "" where it has none."""
        style = cell.get(f"{_TABLE}style-name") or (
            self.columns[column] if column < len(self.columns) else ""
        )
        return self.fills.get(style, "")

    def repeat(self, columns: Iterable[int], row: int, down: int, right: int) -> None:
        """What is known of cells holds for those further down or right that the file gives as their repetition."""
        for column in columns:
            place, other = (row, column), (row + down, column + right)
            if place in self.faults:
                self.faults[other] = self.faults[place]
            if place in self.percents:
                self.percents.add(other)
            if place in self.coloured:
                self.coloured[other] = self.coloured[place]


def _grid(
    sheet: ElementTree.Element, hidden: set[str | None], fills: dict[str | None, str], where: str
) -> Grid:
    reading, waiting, cells = _Reading(fills, _column_styles(sheet) if fills else []), 0, 0
    for row in sheet.iter(f"{_TABLE}table-row"):
        repeated = int(row.get(f"{_TABLE}number-rows-repeated", 1))
        index = len(reading.rows) + waiting
        values = _row(row, index, reading)
        if not values and not row.get(f"{_TABLE}visibility"):
            waiting += repeated  # blank rows at the end may be a million
            continue
        if len(reading.rows) + waiting + repeated > MAX_CELLS // 10:
            if not values:
                break
            raise refusal("too_many_cells", where)
        reading.rows += [[] for _ in range(waiting)]
        waiting = 0
        if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            reading.hidden_rows |= set(range(index, index + repeated))
        for step in range(repeated):
            reading.rows.append(list(values))
            reading.repeat(range(len(values)), index, step, 0)
        cells += repeated * len(values)
        if cells > MAX_CELLS:
            raise refusal("too_many_cells", where)
    if len(reading.rows) * max(map(len, reading.rows), default=0) > MAX_AREA:
        raise refusal("too_many_cells", where)
    return Grid(
        name=sheet.get(f"{_TABLE}name", ""),
        rows=reading.rows,
        merges=reading.merges,
        faults=reading.faults,
        percents=reading.percents,
        hidden=sheet.get(f"{_TABLE}style-name") in hidden,
        hidden_rows=reading.hidden_rows,
        hidden_columns=_hidden_columns(sheet),
        comments=reading.comments,
        coloured=reading.coloured,
    )


def _row(row: ElementTree.Element, index: int, reading: _Reading) -> list[object]:
    values: list[object] = []
    blank = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        column = len(values) + blank
        value = _value(cell, (index, column), reading)
        down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        right = int(cell.get(f"{_TABLE}number-columns-spanned", 1))
        if down > 1 or right > 1:
            reading.merges.append((index, column, index + down - 1, column + right - 1))
        if value == "" and (index, column) not in reading.faults:
            blank += repeated
        elif column + repeated <= 16_384:
            if colour := reading.colour(cell, column):
                reading.coloured[index, column] = colour
            values += [""] * blank + [value] * repeated
            blank = 0
            for step in range(1, repeated):
                reading.repeat([column], index, 0, step)
    return values


def _value(cell: ElementTree.Element, place: tuple[int, int], reading: _Reading) -> object:
    if cell.tag == f"{_TABLE}covered-table-cell":
        return ""
    for note in cell.iter(f"{_OFFICE}annotation"):
        reading.comments[place] = "\n".join("".join(p.itertext()) for p in note.iter(f"{_TEXT}p"))
    kind = cell.get(f"{_OFFICE}value-type", "")
    shown = "\n".join(_line(p) for p in cell.findall(f"{_TEXT}p"))
    formula = cell.get(f"{_TABLE}formula")
    if formula is not None and (_ERROR.fullmatch(shown.strip()) or (not kind and not shown)):
        reading.faults[place] = shown.strip() or "="
        return ""
    if kind == "date":
        return _moment(cell.get(f"{_OFFICE}date-value", ""))
    if kind in ("float", "percentage", "currency"):
        if kind == "percentage":
            reading.percents.add(place)
        return float(cell.get(f"{_OFFICE}value", "nan"))
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    return shown


def _line(paragraph: ElementTree.Element) -> str:
    parts = [paragraph.text or ""]
    for child in paragraph:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(int(child.get(f"{_TEXT}c", 1)), 1000))
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif not child.tag.startswith(_OFFICE):
            parts.append(_line(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _moment(text: str) -> object:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.date() if moment.time() == dt.time() else moment


def _column_styles(sheet: ElementTree.Element) -> list[str]:
    """The style of the cells of each column that name none of their own."""
    styles: list[str] = []
    for column in sheet.iter(f"{_TABLE}table-column"):
        repeated = int(column.get(f"{_TABLE}number-columns-repeated", 1))
        styles += [column.get(f"{_TABLE}default-cell-style-name", "")] * min(repeated, 16_384 - len(styles))
    return styles


def _hidden_columns(sheet: ElementTree.Element) -> set[int]:
    hidden: set[int] = set()
    first = 0
    for column in sheet.iter(f"{_TABLE}table-column"):
        repeated = int(column.get(f"{_TABLE}number-columns-repeated", 1))
        if column.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            hidden |= set(range(first, min(first + repeated, 16_384)))
        first += repeated
    return hidden

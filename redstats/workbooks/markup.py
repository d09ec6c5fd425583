"""Tables written as markup under an .xls name: web pages (also single-file .mht) and XML Spreadsheet 2003."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from typing import Any
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Tag

from redstats.outcomes import refusal
from redstats.workbooks.grid import Grid
from redstats.workbooks.kinds import decoded
from redstats.workbooks.sheetscan import MAX_CELLS

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_CHARSET = re.compile(r"<meta[^>]+charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PERCENT = re.compile(r"mso-number-format\s*:[^;]*%", re.IGNORECASE)
_MOST = 16_384


def page_of(data: bytes) -> str:
    """The HTML within a single-file web page (MIME), "" where there is none."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload: Any = part.get_payload(decode=True)
            html = decoded(payload or b"")
            if html and re.search("<t[dr]", html[0], re.IGNORECASE):
                return html[0]
    return ""


def text_of(data: bytes) -> str:
    """The text of a page, by the charset it states where the bytes do not tell otherwise."""
    plain = decoded(data)
    if plain is None or plain[1] == "gb18030":
        charset = _CHARSET.search(data[:4096].decode("latin-1"))
        if charset and charset[1].lower() not in ("utf-8", "utf8"):
            encoding = "gb18030" if charset[1].lower().startswith(("gb", "x-gb")) else charset[1]
            try:
                return data.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                return ""
    return plain[0] if plain else ""


def read_html(text: str, where: str) -> list[Grid]:
    """One sheet a table that is not inside another."""
    page = BeautifulSoup(text, "html.parser")
    tables = [one for one in page.find_all("table") if one.find_parent("table") is None]
    single = len(tables) == 1
    return [
        _html_grid(one, "表格" if single else f"表格{at}", where) for at, one in enumerate(tables, start=1)
    ]


def _html_grid(table: Tag, name: str, where: str) -> Grid:
    rows: list[dict[int, object]] = []
    merges, percents, hidden_rows = [], set(), set()
    taken: set[tuple[int, int]] = set()
    lines = [one for one in table.find_all("tr") if one.find_parent("table") is table]
    for row, line in enumerate(lines):
        values: dict[int, object] = {}
        column = 0
        style: Any = line.get("style", "")  # only a class may be a list
        if _HIDDEN.search(style or ""):
            hidden_rows.add(row)
        for cell in line.find_all(["td", "th"], recursive=False):
            while (row, column) in taken:
                column += 1
            down, right = _span(cell.get("rowspan")), _span(cell.get("colspan"))
            down = min(down, len(lines) - row)
            if len(taken) + down * right > MAX_CELLS // 3 or column + right > _MOST:
                raise refusal("too_many_cells", where)
            if down > 1 or right > 1:
                merges.append((row, column, row + down - 1, column + right - 1))
                taken |= {(r, c) for r in range(row, row + down) for c in range(column, column + right)}
            values[column] = _cell_text(cell)
            style = cell.get("style", "")
            if _PERCENT.search(style or ""):
                percents.add((row, column))
            column += right
        rows.append(values)
    table_style: Any = table.get("style", "")
    return Grid(
        name=name,
        rows=[[values.get(c, "") for c in range(max(values, default=-1) + 1)] for values in rows],
        merges=merges,
        percents=percents,
        hidden=bool(_HIDDEN.search(table_style or "")),
        hidden_rows=hidden_rows,
    )


def _span(span: str | list[str] | None) -> int:
    match = re.match(r"\s*(\d{1,5})", str(span or "1"))
    return max(1, int(match[1])) if match else 1


def _cell_text(cell: Tag) -> str:
    for line_break in cell.find_all("br"):
        line_break.replace_with("\x0b")
    for dead in cell.find_all(["script", "style"]):
        dead.decompose()
    plain = re.sub(r"[ \t\r\n]+", " ", cell.get_text())
    return "\n".join(part.strip(" ") for part in plain.split("\x0b")).replace("\xa0", " ").strip()


def read_spreadsheetml(text: str, where: str) -> list[Grid]:
    """The sheets of an XML Spreadsheet 2003; WorkbookError for one that declares entities."""
    if _DOCTYPE.search(text):
        raise refusal("odd_archive", where, "内含不允许的 DTD 声明")
    root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    percents = {
        style.get(f"{_SS}ID")
        for style in root.iter(f"{_SS}Style")
        for form in style.iter(f"{_SS}NumberFormat")
        if "%" in form.get(f"{_SS}Format", "") or form.get(f"{_SS}Format") == "Percent"
    }
    return [_xml_grid(sheet, percents, where) for sheet in root.iter(f"{_SS}Worksheet")]


def _xml_grid(sheet: ElementTree.Element, percents: set[str | None], where: str) -> Grid:
    rows: dict[int, dict[int, object]] = {}
    grid = Grid(sheet.get(f"{_SS}Name", ""), [])
    row = -1
    for line in sheet.iter(f"{_SS}Row"):
        row = int(line.get(f"{_SS}Index", row + 2)) - 1
        if line.get(f"{_SS}Hidden") == "1":
            grid.hidden_rows.add(row)
        column = -1
        for cell in line.iter(f"{_SS}Cell"):
            column = int(cell.get(f"{_SS}Index", column + 2)) - 1
            right, down = int(cell.get(f"{_SS}MergeAcross", 0)), int(cell.get(f"{_SS}MergeDown", 0))
            if right or down:
                grid.merges.append((row, column, row + down, column + right))
            value = _xml_value(cell, (row, column), grid)
            if value != "":
                rows.setdefault(row, {})[column] = value
            if (cell.get(f"{_SS}StyleID") or line.get(f"{_SS}StyleID")) in percents:
                grid.percents.add((row, column))
            column += right
        row += int(line.get(f"{_SS}Span", 0))
    height, width = max(rows, default=-1) + 1, max((max(own) for own in rows.values()), default=-1) + 1
    if height * width > MAX_CELLS:
        raise refusal("too_many_cells", where)
    column = -1
    for definition in sheet.iter(f"{_SS}Column"):
        column = int(definition.get(f"{_SS}Index", column + 2)) - 1
        span = int(definition.get(f"{_SS}Span", 0))
        if definition.get(f"{_SS}Hidden") == "1":
            grid.hidden_columns |= set(range(column, min(column + span + 1, _MOST)))
        column += span
    return Grid(
        name=grid.name,
        rows=[[rows.get(r, {}).get(c, "") for c in range(width)] for r in range(height)],
        merges=grid.merges,
        faults=grid.faults,
        percents=grid.percents,
        hidden="SheetHidden" in {(one.text or "") for one in sheet.iter() if one.tag.endswith("}Visible")},
        hidden_rows=grid.hidden_rows,
        hidden_columns=grid.hidden_columns,
        comments=grid.comments,
    )


def _xml_value(cell: ElementTree.Element, place: tuple[int, int], grid: Grid) -> object:
    note = cell.find(f"{_SS}Comment")
    if note is not None:
        grid.comments[place] = "".join(note.itertext()).strip()
    data = cell.find(f"{_SS}Data")
    if data is None:
        if cell.get(f"{_SS}Formula"):
            grid.faults[place] = "="
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{_SS}Type", "String")
    if kind == "Error":
        grid.faults[place] = text or "#ERR"
        return ""
    try:
        if kind == "Number":
            return float(text)
        if kind == "Boolean":
            return text.strip() == "1"
        if kind == "DateTime":
            moment = dt.datetime.fromisoformat(text.strip())
            return moment.date() if moment.time() == dt.time() else moment
    except ValueError:
        return text
    return text

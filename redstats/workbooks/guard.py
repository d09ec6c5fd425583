"""The look before the reading: what a file is by its content, and whether it is safe to hand to a reader.

Caps stand about a hundred times above a real return (see docs/safety.md): a workbook past them is refused
with a remedy, because some readers take gigabytes or abort the process on such files.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from xml.parsers import expat

from redstats.outcomes import refusal
from redstats.workbooks.symbols import is_symbol_font

MAX_FILE = 64 * 2**20
MAX_INFLATED = 512 * 2**20
MAX_ENTRIES = 5_000
MAX_CELLS = 3_000_000
MAX_AREA = 30_000_000  # rows × columns spanned, blank or not
MAX_SHEETS = 400
MAX_MERGED = 3_000_000  # cells inside merges, counted as often as they are merged

_ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,7})", re.ASCII)
_SHEET = re.compile(r"(?!__macosx/)(?:.*/)?worksheets/[^/]+\.xml")
_READ = re.compile(
    r"(?!__macosx/)(?:.*/)?(?:workbook|styles|sharedstrings)\d*\.xml|(?:.*/)?_rels/(?:workbook\.xml)?\.rels"
)


@dataclass(slots=True)
class Looks:
    """Of a workbook's cell styles (by their number, as text) those that say something of a value."""

    percents: set[str] = field(default_factory=set)
    fonts: dict[str, str] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)

    any: frozenset[str] = frozenset()


@dataclass(slots=True)
class SheetScan:
    """What one pass over a sheet's XML tells beside its values."""

    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    coloured: dict[tuple[int, int], str] = field(default_factory=dict)
    symbols: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def check_size(data: bytes, where: str) -> None:
    """WorkbookError for a file that is larger than any return."""
    if len(data) > MAX_FILE:
        raise refusal("too_large", where, f"超过 {MAX_FILE >> 20} MB")


def check_archive(data: bytes, where: str) -> None:
    """WorkbookError for a zip whose parts are too many or inflate too far (counted: what the directory says may be wrong)."""
    budget = MAX_INFLATED
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise refusal("odd_archive", where)
        for entry in entries:
            if entry.flag_bits & 1:
                raise refusal("encrypted", where)
            with archive.open(entry) as part:
                while chunk := part.read(1 << 16):
                    budget -= len(chunk)
                    if budget < 0:
                        raise refusal("too_large", where)


def without_entities(xml: bytes, where: str) -> bytes:
    """The XML itself, once it is known to declare no entities of its own."""
    _parser(None, where).Parse(xml, True)
    return xml


def check(data: bytes, where: str) -> dict[str, SheetScan]:
    """Scan of every worksheet part by its path in the archive; WorkbookError when the file is not to be read."""
    try:
        return _scan(data, where)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        expat.ExpatError,
        ValueError,  # a number or a name in the file's own structure that is none
        LookupError,
        struct.error,
    ) as error:
        raise refusal("damaged", where) from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise refusal("encrypted", where) from error


def _scan(data: bytes, where: str) -> dict[str, SheetScan]:
    scans: dict[str, SheetScan] = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
            raise refusal("odd_archive", where)
        if sum(entry.file_size for entry in entries) > MAX_INFLATED:
            raise refusal("too_large", where)
        budget = MAX_INFLATED  # and counted again below: what the directory says may be wrong
        looks = Looks()
        for entry in sorted(entries, key=lambda entry: "styles" not in entry.filename.lower()):
            name = entry.filename.replace("\\", "/").lower()
            sheet = _SHEET.fullmatch(name)
            handler = _SheetHandler(where, looks) if sheet else None
            parser = _parser(handler, where) if sheet or _READ.fullmatch(name) else None
            with archive.open(entry) as part:
                styles = bytearray()
                while chunk := part.read(1 << 16):
                    budget -= len(chunk)
                    if budget < 0:
                        raise refusal("too_large", where)
                    if parser:
                        parser.Parse(chunk)
                    if name.endswith("/styles.xml"):
                        styles += chunk
                if parser:
                    parser.Parse(b"", True)
            if styles:
                looks = _looks(bytes(styles))
            if handler:
                scans[name] = handler.scan
        if len(scans) > MAX_SHEETS:
            raise refusal("too_many_sheets", where, f"超过 {MAX_SHEETS} 张")
    return scans


def _parser(handler: _SheetHandler | None, where: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise refusal("odd_archive", where, "内含不允许的 DTD 声明")

    parser.StartDoctypeDeclHandler = doctype
    if handler:
        parser.buffer_text = True
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.text
    return parser


class _SheetHandler:
    """Collects a SheetScan from the events of one worksheet part."""

    def __init__(self, where: str, looks: Looks) -> None:
        self.scan, self._where, self._looks = SheetScan(), where, looks
        self._row = self._column = -1
        self._cell: dict[str, str] | None = None
        self._formula = self._valued = False
        self._value: list[str] | None = None
        self._merged = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 2)) - 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.scan.hidden_rows.add(self._row)
        elif tag == "f" and self._cell is not None:
            self._formula = True
        elif tag in ("v", "is") and self._cell is not None:
            self._value = []
        elif tag == "mergeCell":
            self._count_merged(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.scan.hidden_columns.update(range(first - 1, min(last, 16_384)))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._formula, self._valued = attributes, False, False
        if ref := attributes.get("r", ""):
            self._row, self._column = place(ref)
        else:
            self._column += 1
        scan = self.scan
        scan.cells += 1
        if self._row > scan.last_row:
            scan.last_row = self._row
        if self._column > scan.last_column:
            scan.last_column = self._column
        if scan.cells > MAX_CELLS or (scan.last_row + 1) * (scan.last_column + 1) > MAX_AREA:
            raise refusal("too_many_cells", self._where)

    def _count_merged(self, ref: str) -> None:
        # Merges stand behind the cells, so that the part of a merge beyond them need not count.
        (top, left), (bottom, right) = (place(end) for end in (ref.partition(":")[0], ref.rpartition(":")[2]))
        rows = max(min(bottom, self.scan.last_row) - top + 1, 0)
        self._merged += 1 + rows * max(min(right, self.scan.last_column) - left + 1, 0)
        if self._merged > MAX_MERGED:
            raise refusal("too_many_merges", self._where)

    def text(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag in ("v", "is") and self._value is not None:
            text = "".join(self._value)
            self._valued = self._valued or bool(text) or tag == "is"
            if self._cell is not None and self._cell.get("t") == "e":
                self.scan.faults[self._row, self._column] = text or "#ERR"
            self._value = None
        elif tag == "c" and self._cell is not None:
            if self._formula and not self._valued and self._cell.get("t") != "str":
                self.scan.faults[self._row, self._column] = "="
            if (style := self._cell.get("s", "")) in self._looks.any:
                self._note_look(style)
            self._cell = None

    def _note_look(self, style: str) -> None:
        looks, cell = self._looks, (self._row, self._column)
        if style in looks.percents:
            self.scan.percents.add(cell)
        if self._valued and style in looks.fills:
            self.scan.coloured[cell] = looks.fills[style]
        if self._valued and style in looks.fonts:
            self.scan.symbols[cell] = looks.fonts[style]


@lru_cache(maxsize=1 << 17)
def place(ref: str) -> tuple[int, int]:
    """Row and column from 0 of an address such as ``B2``; ValueError when it is none."""
    found = _ADDRESS.fullmatch(ref)
    if not found:
        raise ValueError(ref)
    column = -1
    for letter in found[1].upper():
        column = (column + 1) * 26 + ord(letter) - 65
    return int(found[2]) - 1, column


def _looks(data: bytes) -> Looks:
    """Which cell styles show a percentage (built-in formats 9 and 10, or a % sign), use a symbol font, or have a fill."""
    formats, fonts, fills, inside = {9, 10}, [], [], []
    found, count = Looks(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        tag = name.rpartition(":")[2]
        inside.append(tag)
        if tag == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(int(attributes.get("numFmtId", -1)))
        elif tag == "font" and "fonts" in inside:
            fonts.append("")
        elif tag == "name" and fonts and "fonts" in inside:
            fonts[-1] = attributes.get("val", "")
        elif tag == "fill" and "fills" in inside:
            fills.append("")
        elif (
            tag == "patternFill" and fills and attributes.get("patternType") == "solid" and "fills" in inside
        ):
            fills[-1] = "solid"
        elif tag == "fgColor" and fills and fills[-1]:
            fills[-1] = (
                attributes.get("rgb")
                or f"{attributes.get('theme', '')}/{attributes.get('indexed', '')}/{attributes.get('tint', '')}"
            )
        elif tag == "xf" and "cellXfs" in inside:
            style, count = str(count), count + 1
            if int(attributes.get("numFmtId", 0)) in formats:
                found.percents.add(style)
            font, fill = int(attributes.get("fontId", 0)), int(attributes.get("fillId", 0))
            if font < len(fonts) and is_symbol_font(fonts[font]):
                found.fonts[style] = fonts[font]
            if fill < len(fills) and fills[fill] not in ("", "FFFFFFFF", "0//"):
                found.fills[style] = fills[fill]

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: inside.pop()
    parser.Parse(data, True)
    found.any = frozenset(found.percents | set(found.fonts) | set(found.fills))
    return found

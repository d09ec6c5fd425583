"""One pass over a worksheet's XML: how much it holds, and what readers of values do not tell of its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from redstats.outcomes import refusal
from redstats.workbooks.cell_styles import STRIKE, Looks

MAX_CELLS = 3_000_000
MAX_AREA = 30_000_000  # rows × columns spanned, blank or not
MAX_MERGED = 3_000_000  # cells inside merges, counted as often as they are merged

TWICE = "同一行或同一格写了两次，不知以哪个为准"
_ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,7})", re.ASCII)
# Sheets as nearly every program writes them can be searched as bytes, at a tenth of a parser's cost.
_PREFIXED = re.compile(rb"<\w+:(?:row|c|f|v|is|col|mergeCell|worksheet)[\s/>]")
_DECLARED = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:<\?xml(?: [a-z]+=\"[\w.-]+\")*\s*\?>)?\s*<worksheet[\s>]")
_ROOT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<(?:\w+:)?worksheet[\s>]")
_ENCODED = re.compile(rb'encoding="(?!utf-8")', re.IGNORECASE)
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]+)")?(?: t="([a-z]+)")?(?: cm="1")?\s*/?>',
    re.IGNORECASE,
)
_ROW = re.compile(rb'<row [^>]*?\br="([0-9]{1,7})"')
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_HIDDEN = re.compile(rb'<(row|col)\s([^>]*\bhidden="(?:1|true)"[^>]*)>')
_NUMBERS = re.compile(rb'\b(r|min|max)="([0-9]{1,7})"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z0-9:]+)"', re.IGNORECASE)


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
    padded: dict[tuple[int, int], str] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: int = 0

    @property
    def is_too_large(self) -> bool:
        return self.cells > MAX_CELLS or (self.last_row + 1) * (self.last_column + 1) > MAX_AREA

    def merge(self, ref: str) -> bool:
        """Count a merge; False when there are too many.

        Merges stand behind the cells, so that the part of a merge beyond them need not count.
        """
        (top, left), (bottom, right) = (place(end) for end in (ref.partition(":")[0], ref.rpartition(":")[2]))
        rows = max(min(bottom, self.last_row) - top + 1, 0)
        self.merged += 1 + rows * max(min(right, self.last_column) - left + 1, 0)
        return self.merged <= MAX_MERGED

    def look(self, cell: tuple[int, int], style: str, cell_styles: Looks, has_value: bool) -> None:
        """Keep what a cell's style says of it."""
        if style in cell_styles.percents:
            self.percents.add(cell)
        if has_value and style in cell_styles.padded:
            self.padded[cell] = cell_styles.padded[style]
        if has_value and style in cell_styles.formats:
            self.formats[cell] = cell_styles.formats[style]
        if has_value and style in cell_styles.struck:
            self.struck.add(cell)
        if style in cell_styles.fills:  # of a blank cell too: it may be all of its answer
            self.coloured[cell] = cell_styles.fills[style]
        if has_value and style in cell_styles.fonts:
            self.symbols[cell] = cell_styles.fonts[style]

    def hide_columns(self, first: int, last: int) -> None:
        self.hidden_columns.update(range(first - 1, min(last, 16_384)))


def quick_scan(xml: bytes, cell_styles: Looks, where: str) -> SheetScan | None:
    """What ``SheetHandler`` finds in a sheet that is written plainly; None for any other, which a parser has to read."""
    if not is_plain(xml) or not _DECLARED.match(xml) or _PREFIXED.search(xml):
        return None
    cells, pieces = _CELL.findall(xml), re.split(rb"<c(?=[\s/>])", xml)
    if len(cells) != len(pieces) - 1 or not xml.rstrip().endswith(b"</worksheet>"):
        return None
    scan = SheetScan(len(cells))
    scan.last_row = max((int(row) for row in {row for _, row, *_ in cells}), default=1) - 1
    columns = {letters: place(f"{letters.decode()}1")[1] for letters in {letters for letters, *_ in cells}}
    scan.last_column = max(columns.values(), default=0)
    if scan.is_too_large:
        raise refusal("too_many_cells", where)
    rows = _ROW.findall(xml)
    if len({(letters, row) for letters, row, *_ in cells}) < len(cells) or len(set(rows)) < len(rows):
        raise refusal("damaged", where, TWICE)
    styles, texts = {style.encode() for style in cell_styles.any}, cell_styles.struck_texts
    for (letters, row, style, kind), piece in zip(cells, pieces[1:], strict=True):
        if kind == b"e" and b"<is" in piece:
            return None
        if (
            kind == b"e"
            or style in styles
            or b"<f" in piece
            or b"strike" in piece
            or (kind == b"s" and texts)
        ):
            _look_at(scan, (int(row) - 1, columns[letters]), style, kind, piece, cell_styles)
    for hidden in _HIDDEN.finditer(xml):
        numbers = {name: int(number) for name, number in _NUMBERS.findall(hidden[2])}
        if hidden[1] == b"row" and b"r" in numbers:
            scan.hidden_rows.add(numbers[b"r"] - 1)
        elif hidden[1] == b"col" and {b"min", b"max"} <= numbers.keys():
            scan.hide_columns(numbers[b"min"], numbers[b"max"])
        else:
            return None
    merges = _MERGE.findall(xml)
    if len(merges) != xml.count(b"<mergeCell "):
        return None
    if not all([scan.merge(ref.decode()) for ref in merges]):
        raise refusal("too_many_merges", where)
    return scan


def is_plain(xml: bytes) -> bool:
    """Whether a part declares nothing of its own (no DTD, no comment) in an encoding that would hide it."""
    return b"<!" not in xml and b"\x00" not in xml and not _ENCODED.search(xml[:100]) and xml.count(b"<?") < 2


def is_sheet(xml: bytes) -> bool:
    """Whether a part is a worksheet, whatever its name in the archive."""
    return bool(_ROOT.match(xml))


def _look_at(
    scan: SheetScan, cell: tuple[int, int], style: bytes, kind: bytes, piece: bytes, cell_styles: Looks
) -> None:
    head, _, rest = piece.partition(b">")
    inner = b"" if head.endswith(b"/") else rest.partition(b"</c>")[0]
    value = _VALUE.search(inner)
    has_value = bool(value and value[1]) or b"<is" in inner
    if kind == b"e" and b"<v" in inner:
        scan.faults[cell] = value[1].decode() if value and value[1] else "#ERR"
    if b"<f" in inner and not has_value and kind != b"str":
        scan.faults[cell] = "="
    if STRIKE.search(inner) or (kind == b"s" and value and value[1].strip() in cell_styles.struck_texts):
        scan.struck.add(cell)
    scan.look(cell, style.decode(), cell_styles, has_value)


class SheetHandler:
    """Collects a SheetScan from the events of one worksheet part."""

    def __init__(self, where: str, cell_styles: Looks) -> None:
        self.scan, self._where, self._looks = SheetScan(), where, cell_styles
        self._row = self._column = -1
        self._cell: dict[str, str] | None = None
        self._formula = self._valued = False
        self._value: list[str] | None = None
        self._rows: set[int] = set()
        self._columns: dict[int, int] = {}  # of each row, a bit for each column

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "c":
            self._begin_cell(attributes)
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 2)) - 1
            self._column = -1
            if self._row in self._rows:
                raise refusal("damaged", self._where, TWICE)
            self._rows.add(self._row)
            if attributes.get("hidden") in ("1", "true"):
                self.scan.hidden_rows.add(self._row)
        elif tag == "f" and self._cell is not None:
            self._formula = True
        elif tag in ("v", "is") and self._cell is not None:
            self._value = []
        elif tag == "strike" and self._cell is not None and attributes.get("val") not in ("0", "false"):
            self.scan.struck.add((self._row, self._column))
        elif tag == "mergeCell":
            if not self.scan.merge(attributes.get("ref", "")):
                raise refusal("too_many_merges", self._where)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            self.scan.hide_columns(int(attributes["min"]), int(attributes["max"]))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._formula, self._valued = attributes, False, False
        if ref := attributes.get("r", ""):
            self._row, self._column = place(ref)
        else:
            self._column += 1
        taken = self._columns.get(self._row, 0)
        if taken >> self._column & 1:
            raise refusal("damaged", self._where, TWICE)
        self._columns[self._row] = taken | 1 << self._column
        scan = self.scan
        scan.cells += 1
        if self._row > scan.last_row:
            scan.last_row = self._row
        if self._column > scan.last_column:
            scan.last_column = self._column
        if scan.is_too_large:
            raise refusal("too_many_cells", self._where)

    def text(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)

    def end(self, name: str) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag in ("v", "is") and self._value is not None:
            text = "".join(self._value)
            self._valued = self._valued or bool(text) or tag == "is"
            if (
                self._cell is not None
                and self._cell.get("t") == "s"
                and text.strip().encode() in self._looks.struck_texts
            ):
                self.scan.struck.add((self._row, self._column))
            if self._cell is not None and self._cell.get("t") == "e":
                self.scan.faults[self._row, self._column] = text or "#ERR"
            self._value = None
        elif tag == "c" and self._cell is not None:
            if self._formula and not self._valued and self._cell.get("t") != "str":
                self.scan.faults[self._row, self._column] = "="
            if (style := self._cell.get("s", "")) in self._looks.any:
                self.scan.look((self._row, self._column), style, self._looks, self._valued)
            self._cell = None


@lru_cache(maxsize=1 << 17)
def place(ref: str) -> tuple[int, int]:
    """Row and column from 0 of an address such as ``B2``; ValueError when it is none."""
    match = _ADDRESS.fullmatch(ref)
    if not match:
        raise ValueError(ref)
    column = -1
    for letter in match[1].upper():
        column = (column + 1) * 26 + ord(letter) - 65
    return int(match[2]) - 1, column

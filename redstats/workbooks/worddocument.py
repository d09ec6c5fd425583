"""Word documents (.docx) as grids: paragraphs and tables from top to bottom, each cell knowing its place in Word.

A paragraph outside of tables is a row of one wide cell; a table's rows follow with their merges.  What stands in content
controls, text boxes and insertions is read; deleted and hidden text and what a content control prompts with are not; a
picture is told by ``PICTURE``.  Word has no addresses: a place reads 表1第3行第2格 or 第5段.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree

from redstats.outcomes import refusal
from redstats.workbooks import guard
from redstats.workbooks.grid import Grid
from redstats.workbooks.symbols import drawn

SHEET = "正文"
PICTURE = "［图片］"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SKIPPED = {
    f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "rPr", "pPr", "sdtPr", "fldData", "ffData")
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_LARGEST = 32 * 2**20  # bytes of text and markup: a hundred times a form with its attached page
_WIDEST, _MOST = 63, 20_000  # columns Word allows in a table; rows that no form has

_SIGNS = {f"{_W}tab": " ", f"{_W}ptab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


@dataclass(slots=True)
class Page(Grid):
    """A document's grid; ``names`` tells the place of a cell in Word's words."""

    names: dict[tuple[int, int], str] = field(default_factory=dict)

    def address(self, row: int, column: int) -> str:  # type: ignore[override]  # a page knows names of its own
        return self.names.get(self.anchor(row, column), "")


def read(data: bytes, where: str) -> list[Grid]:
    """The document as one grid; WorkbookError for what is encrypted, damaged or not to be read."""
    guard.check_archive(data, where)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            name = next(
                one for one in archive.namelist() if one.replace("\\", "/").lower() == "word/document.xml"
            )
            if archive.getinfo(name).file_size > _LARGEST:
                raise refusal("too_large", where, f"正文超过 {_LARGEST >> 20} MB")
            xml = archive.read(name)
    except (StopIteration, zipfile.BadZipFile) as error:
        raise refusal("damaged", where) from error
    xml = guard.without_entities(xml, where).replace(_STRICT, _W[1:-1].encode())
    body = ElementTree.fromstring(xml).find(f"{_W}body")
    if body is None:
        raise refusal("word_document", where)
    drawn = _Drawn(where)
    drawn.flow(body)
    return [drawn.page()]


class _Drawn:
    """Rows, merges and places while a document is walked through."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.rows: list[list[object]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.wide: list[int] = []  # rows that are one cell, as wide as the widest table
        self.names: dict[tuple[int, int], str] = {}
        self.paragraphs = self.tables = 0

    def page(self) -> Page:
        width = max((len(row) for row in self.rows), default=1)
        merges = self.merges + [(row, 0, row, width - 1) for row in self.wide if width > 1]
        return Page(SHEET, self.rows, merges, names=self.names)

    def flow(self, parent: ElementTree.Element) -> None:
        """Paragraphs and tables in their order, whatever wraps them."""
        for child in parent:
            if child.tag == f"{_W}p":
                self.paragraphs += 1
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self.tables += 1
                self._table(child)
            elif child.tag not in _SKIPPED and not _prompts(child):
                self.flow(child)

    def _paragraph(self, paragraph: ElementTree.Element) -> None:
        text = _text(paragraph)
        if text:
            self._row([text])
            self.wide.append(len(self.rows) - 1)
            self.names[len(self.rows) - 1, 0] = f"第{self.paragraphs}段"
        for table in _boxed(paragraph):
            self.tables += 1
            self._table(table)

    def _table(self, table: ElementTree.Element) -> None:
        open_: dict[
            int, tuple[int, int, int]
        ] = {}  # column → (top, left, right) of a cell that may go on below
        nth_table = self.tables
        for number, line in enumerate(_inside(table, "tr"), 1):
            if line.find(f"{_W}trPr/{_W}del") is not None:
                continue
            cells = list(_inside(line, "tc"))
            if len(cells) == 1 and cells[0].find(f".//{_W}tbl") is not None:  # drawn around the form
                self._close(open_, {}, len(self.rows) - 1)
                open_ = {}
                self.flow(cells[0])
                continue
            row, index = len(self.rows), _before(line)
            values: list[object] = [""] * index
            going: dict[int, tuple[int, int, int]] = {}
            for nth, cell in enumerate(cells, 1):
                span = max(1, min(_number(cell, "tcPr/gridSpan"), _WIDEST - index)) if index < _WIDEST else 0
                if not span:
                    break
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                above = open_.get(index)
                if merge is not None and merge.get(f"{_W}val", "continue") == "continue" and above:
                    going[index] = above
                    values += [""] * span
                else:
                    going[index] = (row, index, index + span - 1)
                    values += [_content(cell), *[""] * (span - 1)]
                    self.names[row, index] = f"表{nth_table}第{number}行第{nth}格"
                index += span
            self._row(values)
            self._close(open_, going, row - 1)
            open_ = going
        self._close(open_, {}, len(self.rows) - 1)

    def _close(self, before: dict, going: dict, bottom: int) -> None:
        for top, left, right in before.values():
            if (top, left, right) not in going.values() and (bottom > top or right > left):
                self.merges.append((top, left, bottom, right))

    def _row(self, values: list[object]) -> None:
        if len(self.rows) >= _MOST:
            raise refusal("too_large", self.where, f"超过 {_MOST} 行")
        self.rows.append(values)


def _inside(parent: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    """Rows of a table or cells of a row, also in content controls, but not those of tables inside."""
    for child in parent:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag not in _SKIPPED and child.tag not in (f"{_W}tc", f"{_W}p") and not _prompts(child):
            yield from _inside(child, name)


def _prompts(element: ElementTree.Element) -> bool:
    """Whether a content control shows no more than its prompt, 单击此处输入文字."""
    return element.tag == f"{_W}sdt" and _is_on(element.find(f"{_W}sdtPr/{_W}showingPlcHdr"))


def _is_on(mark: ElementTree.Element | None) -> bool:
    return mark is not None and mark.get(f"{_W}val", "1") not in ("0", "false", "off")


def _boxed(paragraph: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Tables in the text boxes of a paragraph."""
    for child in paragraph:
        if child.tag == f"{_W}tbl":
            yield child
        elif child.tag not in _SKIPPED:
            yield from _boxed(child)


def _before(line: ElementTree.Element) -> int:
    return min(_number(line, "trPr/gridBefore", 0), _WIDEST - 1)


def _number(element: ElementTree.Element, path: str, otherwise: int = 1) -> int:
    setting = element.find("/".join(f"{_W}{part}" for part in path.split("/")))
    value = setting.get(f"{_W}val", "") if setting is not None else ""
    return int(value) if value.isdecimal() and len(value) < 5 else otherwise


def _content(cell: ElementTree.Element) -> str:
    """A cell's paragraphs, each in a line; those of tables inside it too."""
    return "\n".join(text for text in map(_text, _paragraphs(cell)) if text)


def _paragraphs(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    for child in element:
        if child.tag == f"{_W}p":
            yield child
        elif child.tag not in _SKIPPED and not _prompts(child):
            yield from _paragraphs(child)


def _text(paragraph: ElementTree.Element) -> str:
    return "".join(_pieces(paragraph)).strip()


def _pieces(element: ElementTree.Element) -> Iterator[str]:
    for child in element:
        name = child.tag.rpartition("}")[2]
        if child.tag == f"{_W}sdt" and (box := child.find(f"{_W}sdtPr/{_W14}checkbox")) is not None:
            checked = box.find(f"{_W14}checked")
            yield "☑" if checked is not None and checked.get(f"{_W14}val", "1") in ("1", "true") else "☐"
        elif (
            child.tag in _SKIPPED
            or child.tag == f"{_W}tbl"
            or _prompts(child)
            or (child.tag == f"{_W}r" and _is_on(child.find(f"{_W}rPr/{_W}vanish")))
        ):
            continue
        elif child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == f"{_W}fldChar":
            yield _chosen(child)
        elif child.tag == f"{_W}sym":
            yield _symbol(child)
        elif name in ("pic", "imagedata"):
            yield PICTURE
        else:
            if child.tag == f"{_W}p":  # in a text box
                yield "\n"
            yield from _pieces(child)


def _chosen(field_: ElementTree.Element) -> str:
    """What an old form field shows that is no text: its tick, or the entry chosen of a list."""
    box, entries = field_.find(f"{_W}ffData/{_W}checkBox"), field_.find(f"{_W}ffData/{_W}ddList")
    if box is not None:
        checked = box.find(f"{_W}checked")
        return "☑" if _is_on(box.find(f"{_W}default") if checked is None else checked) else "☐"
    if entries is not None:
        listed = [one.get(f"{_W}val", "") for one in entries.findall(f"{_W}listEntry")]
        chosen = _number(entries, "result", 0) or _number(entries, "default", 0)
        return listed[chosen] if chosen < len(listed) else ""
    return ""


def _symbol(element: ElementTree.Element) -> str:
    letter = element.get(f"{_W}char", "")
    try:
        return drawn(chr(int(letter, 16)), element.get(f"{_W}font", ""))
    except (ValueError, OverflowError):
        return ""

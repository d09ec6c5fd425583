"""An official paper (公文) as .docx by GB/T 9704-2012: type area, grid, fonts, levels, page numbers, attachment.

The measures are those of the norm's clauses 5 to 7, as far as a draft needs them: no red head, no number, no seal, which
are the office's that issues it.  22 lines of 28 characters fill the type area of 156 × 225 mm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, Twips
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from redstats.workbooks.docx_writing import new_document, saved
from redstats.workbooks.writing import MADE, clean

FANGSONG, HEITI, KAITI, TITLING, SONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"
# Fonts that may be missing, and what stands in for them.
INSTEAD = {FANGSONG: "仿宋", KAITI: "楷体", TITLING: "华文中宋"}
THREE, TWO, FOUR, FIVE = 16, 22, 14, 10.5  # 三号, 二号, 四号, 五号 in points
_LINE = Twips(579)  # 22 of them in 225 mm
_CLOSER = Pt(26)
_NARROWER = -5  # twentieths of a point between characters: 28 of them in 156 mm
_TITLE_LINE = Pt(35)
AREA, LEAST_NUMBER, MM_PER_POINT = 156, 12, 25.4 / 72  # mm: the type area's width, a column of numbers
_FOOT = Mm(24.7)  # so that the page number's dash lies 7 mm below the type area
LEVELS = {1: HEITI, 2: KAITI, 3: FANGSONG}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text, with the key that says what it counts; in the file it is a content control with that tag."""

    key: str
    text: str


Piece = str | Number


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``level`` 1 to 3 is a heading (一、 （一） 1.), 0 text.  The ``lead`` of a text is set like a heading of level 2."""

    pieces: tuple[Piece, ...]
    level: int = 0
    lead: str = ""

    @property
    def text(self) -> str:
        return self.lead + "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A table on a page of its own: title, heads, rows, and a note below."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Piece]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class OfficialPaper:
    """What a paper says: ``mark`` (拟稿) above the ``title`` (a line each), to whom, the paragraphs, who signs and when; one meant for
    ``one_page`` is set closer."""

    title: Sequence[str]
    to: str
    body: Sequence[Paragraph]
    mark: str = ""
    organ: str = ""
    date: str = ""
    attachment: Attachment | None = None
    one_page: bool = False

    @property
    def signature(self) -> list[tuple[str, float]]:
        """Who signs and when, unsealed (7.3.5.2), with how many characters from the right edge: the date begins two to the right of
        the organ, and whichever reaches farther ends two from the edge."""
        organ, date = _width(self.organ), _width(self.date)
        reach = max(organ, date + 2)
        return [(self.organ, 2 + reach - organ), (self.date, reach - date)]

    @property
    def numbers(self) -> list[Number]:
        """Every number of the text and the attachment."""
        pieces = [piece for paragraph in self.body for piece in paragraph.pieces]
        pieces += [piece for row in (self.attachment.rows if self.attachment else ()) for piece in row]
        return [piece for piece in pieces if isinstance(piece, Number)]


@dataclass
class _Writer:
    document: Document
    line: Length = _LINE
    controls: int = field(default=0)

    def paragraph(
        self, pieces: Iterable[Piece] = (), font: str = FANGSONG, size: float = THREE
    ) -> DocxParagraph:
        made = self.document.add_paragraph()
        self.fill(made, pieces, font, size)
        return made

    def fill(self, paragraph: DocxParagraph, pieces: Iterable[Piece], font: str, size: float) -> None:
        """Runs of one font on the grid; a number stands in a content control."""
        shape = paragraph.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, self.line
        shape.widow_control = False
        _off_the_grid(paragraph)
        for piece in pieces:
            run = paragraph.add_run(clean(piece if isinstance(piece, str) else piece.text))
            run.font.size = Pt(size)
            _font(run._element.get_or_add_rPr(), font, size)
            if isinstance(piece, Number):
                self.controls += 1
                _control(run._element, piece.key, self.controls)


def docx_of(paper: OfficialPaper, title: str = "", made: dt.datetime = MADE) -> bytes:
    """The paper as the bytes of a .docx file; the same content gives the same bytes."""
    document = new_document(title or "".join(paper.title), "", made, INSTEAD)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = _FOOT
    document.settings.odd_and_even_pages_header_footer = True
    writer = _Writer(document, _CLOSER if paper.one_page else _LINE)
    _page_numbers(writer, section)
    _head(writer, paper)
    for index, paragraph in enumerate(paper.body):
        _body(writer, paragraph, keep=index == len(paper.body) - 1)
    if paper.attachment:
        writer.paragraph().paragraph_format.keep_with_next = True
        named = writer.paragraph([f"附件：{paper.attachment.title}"])
        shape = named.paragraph_format
        shape.left_indent, shape.first_line_indent = _characters(5), _characters(-3)
        shape.keep_with_next = True
    _signature(writer, paper)
    if paper.attachment:
        _attached(writer, paper.attachment)
    return saved(document)


def _head(writer: _Writer, paper: OfficialPaper) -> None:
    if paper.mark:
        writer.paragraph([paper.mark], HEITI)
    if not paper.one_page:
        writer.paragraph()
    for line in paper.title:
        title = writer.paragraph([line], TITLING, TWO)
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.line_spacing = _TITLE_LINE
        title.paragraph_format.keep_with_next = True
    writer.paragraph()
    if paper.to:
        writer.paragraph([f"{paper.to}："])


def _body(writer: _Writer, paragraph: Paragraph, keep: bool) -> None:
    made = writer.paragraph((), FANGSONG)
    made.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    made.paragraph_format.first_line_indent = _characters(2)
    if paragraph.lead:
        writer.fill(made, [paragraph.lead], LEVELS[2], THREE)
    writer.fill(made, paragraph.pieces, LEVELS.get(paragraph.level, FANGSONG), THREE)
    # no heading at a page's foot, and no page with the signature alone
    made.paragraph_format.keep_with_next = True if paragraph.level or keep else None
    made.paragraph_format.keep_together = True if paragraph.level else None


def _signature(writer: _Writer, paper: OfficialPaper) -> None:
    """Unsealed (7.3.5.2): a blank line, the organ two characters from the right, the date below."""
    if not paper.organ and not paper.date:
        return
    blank = writer.paragraph()
    blank.paragraph_format.keep_with_next = True
    for text, from_right in paper.signature:
        line = writer.paragraph([text])
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = _characters(from_right)
        line.paragraph_format.keep_with_next = True if text == paper.organ else None


def _width(text: str) -> float:
    """How many characters wide a text is."""
    return sum(0.5 if letter.isascii() else 1 for letter in text)


def _attached(writer: _Writer, attachment: Attachment) -> None:
    first = writer.paragraph(["附件"], HEITI)
    first.paragraph_format.page_break_before = True
    writer.paragraph()
    title = writer.paragraph([attachment.title], TITLING, TWO)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = _TITLE_LINE
    writer.paragraph()
    table = writer.document.add_table(0, len(attachment.heads), "Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "40")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    _insert(table._tbl.tblPr, margins, ("w:tblLook",))
    widths = [Mm(width) for width in _widths(attachment)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, pieces in enumerate((attachment.heads, *attachment.rows)):
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not number:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, piece, width in zip(row.cells, pieces, widths, strict=True):
            cell.width, cell.vertical_alignment = width, WD_ALIGN_VERTICAL.CENTER
            _cell(writer, cell, piece, HEITI if not number else FANGSONG, right=isinstance(piece, Number))
    if attachment.note:
        note = writer.paragraph([attachment.note], FANGSONG, FIVE)
        note.paragraph_format.line_spacing = Pt(18)


def _widths(attachment: Attachment) -> list[float]:
    """Of the columns, in mm: names as wide as the longest, as far as numbers keep room; numbers alike."""
    texts = [
        [piece if isinstance(piece, str) else "" for piece in column]
        for column in zip(*attachment.rows, strict=True)
    ]
    named = [any(text not in ("", "—") for text in column) for column in texts]
    needed = [
        max(map(_width, column)) * FIVE * MM_PER_POINT + 3 if is_name else 0.0
        for column, is_name in zip(texts, named, strict=True)
    ]
    numbers = len(named) - sum(named)
    left = max(AREA - sum(needed), numbers * LEAST_NUMBER)
    squeezed = (AREA - left) / sum(needed) if sum(needed) > AREA - left else 1.0
    return [
        width * squeezed if is_name else left / max(numbers, 1)
        for width, is_name in zip(needed, named, strict=True)
    ]


def _cell(writer: _Writer, cell: _Cell, piece: Piece, font: str, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    writer.fill(paragraph, [piece], font, FIVE)
    paragraph.paragraph_format.line_spacing = Pt(18)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER


def _page_numbers(writer: _Writer, section: Any) -> None:
    """— 1 — in 四号 of 宋体, odd pages on the right, even ones on the left, a character from the edge (7.5)."""
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(FOUR)
        for kind, text in (("", "— "), ("begin", ""), ("", "PAGE"), ("end", ""), ("", " —")):
            run = paragraph.add_run(text if text != "PAGE" else "")
            run.font.size = Pt(FOUR)
            _font(run._element.get_or_add_rPr(), SONG, FOUR)
            if kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._element.append(mark)
            elif text == "PAGE":
                code = OxmlElement("w:instrText")
                code.text = " PAGE "
                run._element.append(code)


def _characters(count: float) -> Pt:
    """So many characters of 三号 on the grid."""
    return Pt(count * (THREE + _NARROWER / 20))


def _font(properties: Any, font: str, size: float) -> None:
    """All scripts in one font: quotes and dashes of a Latin font would be half as wide."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)
    fonts.set(qn("w:hint"), "eastAsia")
    if size == THREE:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(_NARROWER))
        _insert(properties, spacing, ("w:w", "w:kern", "w:position", "w:sz", "w:szCs"))


def _off_the_grid(paragraph: DocxParagraph) -> None:
    properties = paragraph._p.get_or_add_pPr()
    if properties.find(qn("w:snapToGrid")) is not None:
        return
    for name in (
        "overflowPunct",
        "autoSpaceDE",
        "autoSpaceDN",
        "snapToGrid",
    ):  # nothing beyond the type area, no room between digits
        off = OxmlElement(f"w:{name}")
        off.set(qn("w:val"), "0")
        _insert(properties, off, ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr", "w:sectPr"))


def _insert(properties: Any, element: Any, before: Sequence[str]) -> None:
    """Put a property where the schema wants it: before the first of these, else last."""
    later = [child for name in before for child in properties.findall(qn(name))]
    if later:
        later[0].addprevious(element)
    else:
        properties.append(element)


def _control(run: Any, tag: str, number: int) -> None:
    """Put a run into a content control of that tag."""
    control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    for name, value in (("alias", tag), ("tag", tag), ("id", str(number))):
        child = OxmlElement(f"w:{name}")
        child.set(qn("w:val"), value)
        properties.append(child)
    run.addprevious(control)
    content.append(run)
    control.append(properties)
    control.append(content)

"""The one place where redstats writes .docx: text stays text, and the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import docx
from docx.document import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from redstats.workbooks.writing import MADE, Still, clean

LATIN, SONG, TITLING = "Times New Roman", "宋体", "方正小标宋简体"
_INSTEAD = "黑体"  # where the font of official titles is not installed
_BESIDE, _ABOVE = 1.8, 1.4  # margins in cm
WIDTH = 21 - 2 * _BESIDE
_ALIGNED = {
    "": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_STANDING = {"top": WD_ALIGN_VERTICAL.TOP, "center": WD_ALIGN_VERTICAL.CENTER}
_LEFT_OUT = ("thumbnail", "stylesWithEffects", "customXml")  # what python-docx's own template brings along


@dataclass(frozen=True, slots=True)
class Type:
    """How a paragraph is set; lengths in points, ``indent`` in characters, ``line`` 0 for single spacing.

    ``hidden``: neither printed nor seen, but there to be read.
    """

    size: float = 12
    bold: bool = False
    font: str = SONG
    colour: str = ""
    align: str = ""
    indent: float = 0
    line: float = 0
    before: float = 0
    after: float = 0
    hidden: bool = False


@dataclass
class Paper:
    """A Word document on A4 being written; ``made`` and ``category`` as in Book."""

    title: str = ""
    category: str = ""
    made: dt.datetime = MADE
    _document: Document = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._document = new_document(self.title, self.category, self.made, {TITLING: _INSTEAD})
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(_BESIDE)
        section.top_margin = section.bottom_margin = Cm(_ABOVE)
        section.header_distance = section.footer_distance = Cm(0.7)

    def line(self, text: str, set_in: Type, *, new_page: bool = False, right: str = "") -> None:
        """A paragraph below all there is; ``right`` stands at the right margin of the same line."""
        paragraph = self._document.add_paragraph()
        _set(paragraph, f"{text}\t{right}" if right else text, set_in)
        if right:
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.paragraph_format.page_break_before = new_page or None

    def table(self, heights: list[float], widths: list[float]) -> Table:
        """An empty table with black lines; a row (cm) grows with its text, a column (cm) does not."""
        table = self._document.add_table(len(heights), len(widths), "Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for row, height in zip(table.rows, heights, strict=True):
            row.height, row.height_rule = Cm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)
        return table

    def put(
        self,
        table: Table,
        box: tuple[int, int, int, int],
        paragraphs: list[tuple[str, Type]],
        stand: str = "center",
    ) -> None:
        """Paragraphs in the cells of ``box`` (first row, first column, last row, last column; from 0) made one."""
        first_row, first_column, last_row, last_column = box
        cell: _Cell = table.cell(first_row, first_column)
        if (first_row, first_column) != (last_row, last_column):
            cell = cell.merge(table.cell(last_row, last_column))
        cell.vertical_alignment = _STANDING[stand]
        for index, (text, set_in) in enumerate(paragraphs):
            _set(cell.paragraphs[0] if index == 0 else cell.add_paragraph(), text, set_in)

    def foot(self, text: str, set_in: Type) -> None:
        """A paragraph at the foot of every page."""
        _set(self._document.sections[0].footer.paragraphs[0], text, set_in)

    def content(self) -> bytes:
        """The document as the bytes of a .docx file; the same content gives the same bytes."""
        return saved(self._document)


def new_document(title: str, category: str, made: dt.datetime, instead: Mapping[str, str]) -> Document:
    """An empty document that speaks Chinese; ``instead``: by font that may be missing the one in its place."""
    document = docx.Document()
    properties = document.core_properties
    properties.author = properties.last_modified_by = "redstats"
    properties.created = properties.modified = made
    properties.title, properties.category, properties.comments = title, category, ""
    for holder in (document.part.package.rels, document.part.rels):
        for key in [key for key, one in holder.items() if one.reltype.endswith(_LEFT_OUT)]:
            del holder[key]
    _speak_chinese(document, instead)
    return document


def saved(document: Document) -> bytes:
    """The bytes of a .docx file; the same content gives the same bytes."""
    made, still = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as parts, Still(still, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(name, parts.read(name))
    return still.getvalue()


def _speak_chinese(document: Document, instead: Mapping[str, str]) -> None:
    """Single spacing, Chinese fonts and line breaking for all that is not set otherwise."""
    normal, defaults = document.styles["Normal"], document.styles.element
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.0
    for theme_fonts in defaults.xpath("w:docDefaults//w:rFonts"):
        theme_fonts.attrib.clear()  # fonts of the theme would win over those named
    _fonts(normal.element.get_or_add_rPr(), SONG)
    for language in defaults.xpath("w:docDefaults//w:lang"):
        language.set(qn("w:eastAsia"), "zh-CN")
    (fonts,) = (
        one.target_part for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.FONT_TABLE
    )
    known = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in instead.items()
    )
    fonts._blob = fonts.blob.replace(b"</w:fonts>", f"{known}</w:fonts>".encode())


def _set(paragraph: Paragraph, text: str, set_in: Type) -> None:
    run = paragraph.add_run(clean(text))
    run.font.size, run.font.bold, run.font.hidden = (
        Pt(set_in.size),
        set_in.bold or None,
        set_in.hidden or None,
    )
    if set_in.colour:
        run.font.color.rgb = RGBColor.from_string(set_in.colour)
    _fonts(run._element.get_or_add_rPr(), set_in.font)
    paragraph.alignment = _ALIGNED[set_in.align]
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after = Pt(set_in.before), Pt(set_in.after)
    if set_in.line:
        shape.line_spacing = Pt(set_in.line)
    if set_in.indent:
        shape.first_line_indent = Pt(set_in.indent * set_in.size)


def _fonts(properties, font: str) -> None:
    """Chinese letters in ``font``, which python-docx has no way to say, Latin ones in Times."""
    fonts = properties.get_or_add_rFonts()
    for script, name in {"ascii": LATIN, "hAnsi": LATIN, "eastAsia": font}.items():
        fonts.set(qn(f"w:{script}"), name)
